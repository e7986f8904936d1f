"""The worked cases: what can be checked is checked, the rest is counted and printed.

Where the engine and a case are known to disagree, `cases/disagreements.yaml` says which expectation and
why, and the test asserts that they still disagree, so that the list cannot rot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from protocol.assessment import Assessment
from protocol.errors import AssessmentError
from tests.cases.expectations import Section, holds
from tests.cases.seen import Seen
from tests.cases.translate import NUMBERS, to_assessment
from tests.engines import engine

HERE = Path(__file__).parent / "cases"
SECTIONS: tuple[Section, ...] = ("must_include", "must_exclude", "must_flag")


def _read(name: str) -> Any:  # noqa: ANN401 - as the file has it
    return YAML(typ="safe").load(HERE / name)


CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in _read("mps.yaml")["cases"]}


@dataclass(frozen=True, order=True)
class Expectation:
    """One code of one section of one case."""

    case: str
    section: Section
    code: str


@dataclass(frozen=True)
class Outcome:
    """How the engine answers: "met", "not met", or "not yet" where the subject does not exist."""

    expectation: Expectation
    answer: str


@cache
def _outcomes(case: str) -> tuple[Outcome, ...]:
    expected = CASES[case]["expect"]
    wanted = [Expectation(case, section, entry["code"]) for section in SECTIONS for entry in expected.get(section, [])]
    try:
        assessment = Assessment.read(to_assessment(CASES[case]["inputs"]))
    except AssessmentError as error:
        return tuple(Outcome(e, _refused(e, error)) for e in wanted)
    ours = engine("shipped")
    seen = Seen(ours.decide(assessment), ours.plan(assessment), assessment)
    return tuple(Outcome(e, _answer(e, holds(e.code, e.section, seen))) for e in wanted)


def _answer(expectation: Expectation, found: bool | None) -> str:
    if found is None:
        return "not yet"
    return "met" if found == (expectation.section != "must_exclude") else "not met"


def _refused(expectation: Expectation, error: AssessmentError) -> str:
    """A case of wrong units has no plan: what was to be refused is refused."""
    if expectation.section == "must_exclude":
        return "met"
    if expectation.code == "info:possible_fever_38.4_needs_confirmation":
        # 101.2 is a fever of 38.4 in the other unit: the refusal names that unit, and the place.
        asked = any(fault.where == "vitals.temperature" and "[degF]" in fault.remedy for fault in error.faults)
        return "met" if asked else "not met"
    prefix, _, subject = expectation.code.partition(":reject:")
    if prefix == "data" and subject in NUMBERS:
        path = NUMBERS[subject][0]
        return "met" if any(path in fault.what and "looks like" in fault.what for fault in error.faults) else "not met"
    return (
        "met"
        if expectation.code in ("data:unit_error", "action:ask_user_to_confirm_units_never_auto_convert_silently")
        else "not yet"
    )


@cache
def _disagreements() -> dict[Expectation, str]:
    entries = _read("disagreements.yaml") or []
    return {Expectation(e["case"], e["section"], e["code"]): e["reason"] for e in entries}


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    """Every expectation whose subject exists is met, but for the disagreements that are written down."""
    unmet = {o.expectation for o in _outcomes(case) if o.answer == "not met"}
    known = {e for e in _disagreements() if e.case == case}
    lines = [f"{e.section} {e.code}" for e in sorted(unmet - known)]
    assert not lines, "\n".join([f"{case} {CASES[case]['title']}:", *lines])
    settled = [f"{e.section} {e.code}" for e in sorted(known - unmet)]
    assert not settled, "\n".join([f"{case}: no longer in disagreement, take it off the list:", *settled])


def test_every_disagreement_has_a_case_and_a_reason() -> None:
    expected = {o.expectation for case in CASES for o in _outcomes(case)}
    for expectation, reason in _disagreements().items():
        assert expectation in expected, expectation
        assert len(reason) > 20, expectation


def test_every_expectation_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """Each has a subject in the ruleset; one that had none would be named here, never skipped silently."""
    outcomes = [o for case in CASES for o in _outcomes(case)]
    counts = Counter(o.answer for o in outcomes)
    unchecked = [o.expectation for o in outcomes if o.answer == "not yet"]
    lines = [
        f"worked cases: {counts['met']} expectations met, {counts['not met']} in disagreement,",
        f"{counts['not yet']} not checked yet:",
        *(f"  {e.case} {e.section} {e.code}" for e in unchecked),
    ]
    with capsys.disabled():
        print("", *lines, sep="\n", end="")  # noqa: T201
    assert not unchecked
    assert counts["met"] > 380
