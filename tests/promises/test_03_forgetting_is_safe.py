"""Promise 3: forgetting is safe: make any one finding unknown (a list: unclosed, not shorter) and no treatment line
becomes offered or first that was not, no dose rises, no interval shortens, no start moves forward.

Excepted are what ruleset.yaml declares (`despite_unknown`, `substitutions`), lost plus points and minus points that
now count (order only), and a fact that is half of a conflict. Alerts, questions, referrals, monitoring may appear.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.document import load
from protocol.possible import Possible
from tests.engines import NAMES, ROOT, Decided, Name, engine, plan_of
from tests.entries import put
from tests.forgetting import Breach, breaches, forgettings
from tests.plans import offered
from tests.strategies import assessments, bases
from tests.usual_patients import usual_record

EXAMPLES = sorted((ROOT / "examples").glob("*/assessment.yaml"))
# Each drawn patient is planned once for each of some of its facts.
FEW = settings(max_examples=max(10, settings().max_examples // 4))
FACTS_A_PATIENT = 8


def _plan(name: Name, document: dict[str, Any]) -> Decided:
    ours = engine(name)
    return plan_of(ours.program, ours.board, Assessment.read(document))


def _check(name: Name, before: Decided, smaller: dict[str, Any], forgotten: str) -> list[Breach]:
    found = list(breaches(before, _plan(name, smaller), engine(name).program))
    for breach in found:
        assert breach.excepted, f"{breach.option} {breach.what} when {forgotten} is forgotten"
    return found


@pytest.mark.parametrize("story", EXAMPLES, ids=[story.parent.name for story in EXAMPLES])
@pytest.mark.parametrize("name", NAMES)
def test_every_fact_of_every_example(name: Name, story: Path) -> None:
    """Forgetting is safe: each optional fact of each example in turn."""
    document = load(story.read_bytes(), story.name).data
    before = _plan(name, document)
    for forgotten in forgettings(document):
        _check(name, before, forgotten.document, forgotten.name)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_drawn_patients(name: Name, data: st.DataObject) -> None:
    """Forgetting is safe: some facts of drawn patients."""
    document = data.draw(assessments(name))
    before = _plan(name, document)
    possible = list(forgettings(document))
    for forgotten in data.draw(st.lists(st.sampled_from(possible), max_size=FACTS_A_PATIENT)) if possible else ():
        for breach in _check(name, before, forgotten.document, forgotten.name):
            event(str(breach.excepted))


@cache
def _exercised(name: Name) -> frozenset[str]:
    """The declared exceptions that some patient of a fixed sample meets."""
    program = engine(name).program
    declared = program.ruleset.settings
    chance = Random(3)  # noqa: S311 - patients are drawn, not keys
    sample = [*bases(), *(usual_record(chance, program.ruleset) for _ in range(60))]
    found: set[str] = set()
    for document in (*sample, *_severe(sample), *(small.document for big in sample[:1] for small in forgettings(big))):
        decided = _plan(name, document)
        now = offered(decided.plan)
        for entry in declared.despite_unknown:
            if any(not _known(decided.case.value(f)) for f in entry.while_unknown):
                found |= {f"despite_unknown {option}" for option in now if option in entry.options}
                found |= {"despite_unknown any"} if now and not entry.options else set()
        for change in declared.substitutions:
            if change.may_appear in now and change.when_lost not in now:
                found.add(f"substitution {change.when_lost} -> {change.may_appear}")
    return frozenset(found)


def _known(value: Possible) -> bool:
    return value.known


def _severe(sample: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same patients with failing kidneys, and with severe pain and nothing known of the kidneys."""
    found = []
    for document in sample:
        for creatinine, score in (("450 umol/L", 8), ("unknown", 9)):
            other = {**document, "pain": {**document["pain"]}, "laboratory": {**document.get("laboratory", {})}}
            at = document["assessed_at"]
            put(other, "laboratory.creatinine", "unknown" if creatinine == "unknown" else {"value": creatinine, "at": at})
            other["laboratory"].pop("egfr", None)
            other["pain"]["nrs"] = {"now": score, "average": score, "worst": score}
            found.append(other)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_exception_is_exercised(name: Name, capsys: pytest.CaptureFixture[str]) -> None:
    """The exception lists are data: they are printed, and one that no patient meets has no reason to be there."""
    declared = engine(name).program.ruleset.settings
    lines = {f"despite_unknown {o}": e.because for e in declared.despite_unknown for o in e.options or ("any",)}
    lines |= {f"substitution {s.when_lost} -> {s.may_appear}": s.because for s in declared.substitutions}
    met = _exercised(name)
    with capsys.disabled():
        for line, because in sorted(lines.items()):
            print(f"\n{name}: {line}: {because}{'' if line in met else ' [never met]'}", end="")  # noqa: T201
    assert not lines.keys() - met
