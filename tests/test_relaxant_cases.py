"""Every worked case of tests/cases/relaxants-antiinflam.yaml, through the whole engine.

Each expectation is checked: what must be on the plan, what must not and for which reason, which warnings stand,
and the doses. A difference that is meant is declared in relaxant-disagreements.yaml and must still be one; where
it is that a named person must record an approval, the expectation holds as soon as the approval is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from protocol.assessment import Assessment
from protocol.possible import Numbers, Words
from tests.cases.relaxant_base import NOW
from tests.cases.relaxant_patients import GRADED, to_assessment
from tests.cases.relaxant_tokens import FLAGS, OPTIONS, doses, present
from tests.cases.relaxant_trace import barred
from tests.cases.seen import Seen
from tests.engines import engine

HERE = Path(__file__).parent / "cases"
_SURE = {"absent": {"absent"}, "possible": {"possible"}, "probable": {"probable", "definite"}}


def _read(name: str) -> Any:  # noqa: ANN401 - as the file has it
    return YAML(typ="safe").load(HERE / name)


BOOK = _read("relaxants-antiinflam.yaml")
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in BOOK["cases"]}
DISAGREEMENTS: list[dict[str, str]] = _read("relaxant-disagreements.yaml") or []


@dataclass(frozen=True, order=True)
class Expectation:
    """One thing that a case expects."""

    case: str
    section: str
    code: str


def _inputs(case: str) -> dict[str, Any]:
    return {**BOOK["base"], **CASES[case]["inputs"]}


@cache
def _seen(case: str, approval: str | None = None) -> Seen:
    document = to_assessment(case, _inputs(case))
    if approval is not None:
        document["status"]["approvals"] = [
            {"for": approval, "role": "palliative specialist", "name": "A. Named", "at": NOW.isoformat()}
        ]
    assessment = Assessment.read(document)
    ours = engine("shipped")
    return Seen(ours.decide(assessment), ours.plan(assessment), assessment)


def _expectations(case: str) -> Iterator[Expectation]:
    expected = CASES[case]["expect"]
    for token in expected["include"]:
        yield Expectation(case, "include", token)
    for token, rules in expected["exclude"].items():
        yield Expectation(case, "exclude", token)
        yield from (Expectation(case, "exclude", f"{token} by {rule}") for rule in rules)
    yield from (Expectation(case, "flags", flag) for flag in expected["flags"])
    yield from (Expectation(case, "not_flags", flag) for flag in expected.get("not_flags", []))
    for drug, wanted in expected.get("dose", {}).items():
        yield from (Expectation(case, "dose", f"{drug} {part} {amount}") for part, amount in wanted.items())


def _met(expectation: Expectation, seen: Seen) -> bool:
    code = expectation.code
    match expectation.section:
        case "include":
            return present(code, seen)
        case "exclude":
            token, _, rule = code.partition(" by ")
            if not rule:
                return not present(token, seen)
            return all(barred(option, rule, seen) for option in OPTIONS.get(token, (None,)))
        case "flags":
            return FLAGS[code](seen)
        case "not_flags":
            return not FLAGS[code](seen)
    drug, part, amount = code.split()
    place = 1 if part == "max_mg_day" else 0
    found = doses(drug.removesuffix("_sc"), seen)
    return bool(found) and all(dose[place] == Decimal(amount) for dose in found)


def _declared(case: str) -> dict[Expectation, dict[str, str]]:
    return {Expectation(d["case"], d["section"], d["code"]): d for d in DISAGREEMENTS if d["case"] == case}


@pytest.mark.parametrize("case", CASES)
def test_the_signs_make_the_grades_that_the_case_names(case: str) -> None:
    """Without this a case could be met because the patient is another one."""
    inputs, findings = _inputs(case), _seen(case).case.findings.values
    for name, finding in GRADED.items():
        value = findings[finding]
        assert isinstance(value, Words)
        wanted = inputs.get(name, "absent")
        # A scan older than the pain, or none, leaves swelling open; weak legs make nerve pain possible.
        if wanted != "absent":
            assert value.options <= _SURE[wanted], (finding, value.options)
        else:
            assert not value.options <= _SURE["probable"], (finding, value.options)
    kidney = findings["renal_value"]
    if inputs["egfr"] is not None and not inputs.get("aki_or_obstruction"):
        assert isinstance(kidney, Numbers)
        assert 0 <= kidney.low - Decimal(str(inputs["egfr"])) < Decimal("1.5")


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    """Every expectation is met, but for the disagreements that are written down."""
    unmet = {e for e in _expectations(case) if not _met(e, _seen(case))}
    known = set(_declared(case))
    lines = [f"{e.section} {e.code}" for e in sorted(unmet - known)]
    assert not lines, "\n".join([f"{case} {CASES[case]['title']}:", *lines])
    settled = [f"{e.section} {e.code}" for e in sorted(known - unmet)]
    assert not settled, "\n".join([f"{case}: no longer in disagreement, take it off the list:", *settled])


@pytest.mark.parametrize("declared", [d for d in DISAGREEMENTS if "approval" in d], ids=lambda d: d["code"])
def test_a_recorded_approval_settles_the_disagreement(declared: dict[str, str]) -> None:
    """What waits for a named person is there as soon as that person has recorded it."""
    expectation = Expectation(declared["case"], declared["section"], declared["code"])
    assert _met(expectation, _seen(declared["case"], declared["approval"]))


def test_every_disagreement_has_a_case_and_a_reason() -> None:
    expected = {e for case in CASES for e in _expectations(case)}
    for declared in DISAGREEMENTS:
        assert Expectation(declared["case"], declared["section"], declared["code"]) in expected, declared
        assert len(declared["reason"]) > 40, declared


def test_every_expectation_is_checked() -> None:
    """The file holds 37 cases and some two hundred expectations; none is skipped."""
    count = sum(1 for case in CASES for _ in _expectations(case))
    assert len(CASES) == 37
    assert count > 200
