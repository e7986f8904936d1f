"""Draws whole patients: documents that `Assessment.read` accepts, and findings for the evaluators.

A drawn document is a base (nobody, a usual record, one of the worked cases) with a handful of entries put
in or left out, or with very many. So most plans stay plausible enough to offer something, a failing patient
shrinks to a base and one or two entries, and a draw costs little.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from protocol.assessment import FIELDS
from protocol.inference.evaluate import Findings
from tests.cases.translate import to_assessment
from tests.engines import Name, engine
from tests.entries import ABSENT, NOW, entries, medicines, possible_values, put, remove, written
from tests.usual_patients import usual_record

__all__ = ["approved", "assessments", "bases", "fewer", "findings", "usual_records"]

_CASES = Path(__file__).parent / "cases" / "mps.yaml"
_REFUSED_CASES = frozenset({"MPS-17"})
_SCORES = (
    "nrs.now",
    "nrs.average",
    "nrs.worst",
    "nrs.least",
    "nrs.on_movement",
    "nrs.rest",
    "painad",
    "abbey",
    "vas",
)
_CLOSING = (
    (
        "medicines.reconciled_at",
        (written(NOW - timedelta(minutes=30)), written(NOW - timedelta(hours=25)), ABSENT),
    ),
    ("allergies.checked", ("present", "absent", ABSENT)),
    ("history.problem_list_checked", ("present", "absent", ABSENT)),
    ("neuro.exam_performed", ("present", "absent", ABSENT)),
)


def fewer(by: int) -> settings:
    """Settings for a test that makes several plans of each patient: so many times fewer patients."""
    return settings(max_examples=max(10, settings().max_examples // by))


@cache
def bases() -> tuple[dict[str, Any], ...]:
    """Documents to start from: somebody of whom nothing is known but pain, and every worked case."""
    cases = YAML(typ="safe").load(_CASES)["cases"]
    nobody = {"assessment_id": "nobody", "assessed_at": written(NOW), "pain": {"nrs": {"now": 7}}}
    worked = [to_assessment(case["inputs"]) for case in cases if case["id"] not in _REFUSED_CASES]
    return (nobody, *(_moved(document) for document in worked))


def _moved(document: dict[str, Any]) -> dict[str, Any]:
    """The same document with every time moved so that it is assessed at `NOW`."""
    shift = NOW - _instant(document["assessed_at"])

    def move(value: Any) -> Any:  # noqa: ANN401 - any part of a document
        if isinstance(value, dict):
            return {key: move(part) for key, part in value.items()}
        if isinstance(value, list):
            return [move(part) for part in value]
        if isinstance(value, str) and len(value) > 18 and value[4:5] == value[7:8] == "-":
            return written(_instant(value) + shift)
        return value

    moved: dict[str, Any] = move(document)
    return moved


def _instant(text: str) -> Any:  # noqa: ANN401 - a datetime
    return type(NOW).fromisoformat(text)


@cache
def _edits(name: Name) -> tuple[tuple[str, Any], ...]:
    """Every single change: an entry put into a field, or the field left out."""
    found: list[tuple[str, Any]] = []
    for path, values in entries(name).items():
        found.append((path, ABSENT))
        found += [(path, value) for value in values]
    return tuple(found)


@cache
def _paths(name: Name) -> tuple[str, ...]:
    return tuple(entries(name))


@st.composite
def _changes(draw: st.DrawFn, name: Name) -> list[tuple[str, Any]]:
    if draw(st.integers(0, 3)) < 3:
        return draw(st.lists(st.sampled_from(_edits(name)), max_size=10))
    # Very many at once: each path is as likely as any other, however many thresholds it has.
    chance = Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311 - patients are drawn, not keys
    share = chance.choice((0.2, 0.5, 0.9))
    return [(path, chance.choice((ABSENT, *entries(name)[path]))) for path in _paths(name) if chance.random() < share]


@st.composite
def assessments(
    draw: st.DrawFn, name: Name, *, usual: bool = False, known: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A document of one patient; `usual` starts from a usual record, `known` entries always stand in it."""
    if usual or draw(st.integers(0, 3)) == 0:
        # A copy, so that a failure is reported as it was changed and not as it was drawn.
        document = copy.deepcopy(draw(usual_records(name)))
    else:
        document = copy.deepcopy(draw(st.sampled_from(bases())))
    for path, value in draw(_changes(name)):
        _edit(document, path, value)
    _lists(draw, document, name)
    for path, value in (known or {}).items():
        _edit(document, path, value)
    if not any(_there(document, f"pain.{score}") for score in _SCORES):
        put(document, "pain.nrs.now", 7)
    return document


def _edit(document: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401 - as a document has it
    if value is ABSENT:
        remove(document, path)
    else:
        put(document, path, copy.deepcopy(value))
    if path.startswith("medicines.anticoagulant."):
        # The agent is a text that no rule reads, and a contradiction between the two is refused on reading.
        remove(document, "medicines.anticoagulant.agent")


def _lists(draw: st.DrawFn, document: dict[str, Any], name: Name) -> None:
    """Medicines, allergies, approvals and the facts that close lists."""
    if draw(st.booleans()):
        taken = draw(st.lists(st.sampled_from(medicines(name)), max_size=5))
        if taken and draw(st.integers(0, 9)) == 0:
            taken.append(taken[0])
        put(document, "medicines.current", copy.deepcopy(taken))
    if draw(st.integers(0, 3)) == 0:
        put(document, "allergies.list", draw(st.lists(st.sampled_from(_allergies(name)), max_size=2)))
    if draw(st.integers(0, 3)) == 0:
        put(document, "status.approvals", draw(st.lists(st.sampled_from(_approvals(name)), max_size=2)))
    for path, choices in _CLOSING:
        if draw(st.integers(0, 5)) == 0:
            _edit(document, path, draw(st.sampled_from(choices)))


@cache
def _allergies(name: Name) -> tuple[dict[str, str], ...]:
    ruleset = engine(name).program.ruleset
    named = [{"substance": drug, "kind": kind} for drug in ruleset.drugs for kind in ("allergy", "intolerance")]
    return (*named, *({"drug_class": known} for known in ruleset.vocabulary.classes), {"substance": "nuts"})


@cache
def _approvals(name: Name) -> tuple[dict[str, str], ...]:
    ages = (timedelta(days=1), timedelta(days=14), timedelta(days=14, seconds=1))
    return tuple(
        {**approval, "at": written(NOW - age)}
        for approval in (*approved(name), {**approved(name)[0], "for": "something else"})
        for age in ages
    )


@cache
def approved(name: Name) -> tuple[dict[str, str], ...]:
    """Every approval that the ruleset knows, recorded yesterday."""
    program = engine(name).program
    return tuple(
        {"for": approval, "role": "consultant", "name": "A. Doctor", "at": written(NOW - timedelta(days=1))}
        for finding, raw in program.ruleset.vocabulary.findings.items()
        if raw.approvals is not None
        for approval in sorted(getattr(program.domains.of[finding], "possible", ()))
    )


def _there(document: dict[str, Any], path: str) -> bool:
    here: Any = document
    for part in path.split("."):
        if not isinstance(here, dict) or part not in here:
            return False
        here = here[part]
    return here not in (None, "unknown") and not (isinstance(here, dict) and here.get("value") in (None, "unknown"))


def usual_records(name: Name) -> st.SearchStrategy[dict[str, Any]]:
    """Usual records of promise 15. They do not shrink: what counts is how they are spread."""
    ruleset = engine(name).program.ruleset
    seeds = st.integers(0, 2**32 - 1)
    return seeds.map(lambda seed: usual_record(Random(seed), ruleset))  # noqa: S311


@st.composite
def findings(draw: st.DrawFn, name: Name) -> Findings:
    """Findings drawn one by one, derived ones too, whatever they read: for the two evaluators."""
    choices = possible_values(name)
    chance = Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311
    unknown_share = chance.choice((0.1, 0.5, 0.9))
    values = {
        finding: some[0] if chance.random() < unknown_share else chance.choice(some)
        for finding, some in choices.items()
    }
    for finding in draw(st.lists(st.sampled_from(sorted(choices)), max_size=5)):
        values[finding] = draw(st.sampled_from(choices[finding]))
    domains = engine(name).program.domains.of
    unknown = {f for f, value in values.items() if value == domains[f] and not domains[f].known}
    return Findings(values, unknown)


assert all(path in FIELDS for path, _ in _CLOSING)  # a renamed field must not silently close nothing
