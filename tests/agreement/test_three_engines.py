"""The reference, durable_rules and the solver's formulas say the same of one patient.

The solver is not asked to find anybody here: every finding is pinned to what the patient has. That it then
finds a choice at all shows that the relations it goes by hold of this patient; what its formulas say in that
choice is held against the other two engines, condition by condition.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.inference.evaluate import evaluate_all
from protocol.terms import Truth
from tests.engines import Name, engine, findings_of
from tests.strategies import assessments

pytest.importorskip("z3")

from protocol.verify.bench import Bench, Question
from protocol.verify.pinned import pinned

MANY = settings(max_examples=min(settings().max_examples, 20_000))
FEW = settings(max_examples=min(settings().max_examples, 5))
RUNS = 50
"""Of 20 000 patients each, for the million of the night."""


@cache
def _asked(name: Name) -> tuple[Bench, Question]:
    ours = engine(name)
    bench = Bench(ours.program, ours.board)
    return bench, Question((bench.patient,), bench.everything)


def _agree(name: Name, document: dict[str, object]) -> None:
    ours = engine(name)
    bench, question = _asked(name)
    these = findings_of(ours.program, Assessment.read(document))
    expected = evaluate_all(ours.program.conditions, these)
    assert ours.matcher.evaluate(these) == expected
    model = question.session.find(*pinned(bench.patient, question.chosen, these.values))
    assert model is not None, "a relation of the proofs does not hold of this patient"
    for condition, truth in expected.items():
        surely, possibly = (model.holds(part) for part in bench.patient.named(condition))
        said = Truth.APPLIES if surely else Truth.CANNOT_TELL if possibly else Truth.DOES_NOT_APPLY
        assert said is truth, condition


@MANY
@given(data=st.data())
def test_drawn_patients_of_the_small_ruleset(data: st.DataObject) -> None:
    _agree("small", data.draw(assessments("small")))


@FEW
@given(data=st.data())
def test_drawn_patients_of_the_shipped_ruleset(data: st.DataObject) -> None:
    _agree("shipped", data.draw(assessments("shipped")))


@pytest.mark.night
@pytest.mark.parametrize("seed", range(RUNS))
def test_a_million_patients(seed: int) -> None:
    """Fresh processes, each with another seed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}"]
    run = subprocess.run(
        [*command, f"{__file__}::test_drawn_patients_of_the_small_ruleset"],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HYPOTHESIS_PROFILE": "night"},
    )
    assert run.returncode == 0, run.stdout
