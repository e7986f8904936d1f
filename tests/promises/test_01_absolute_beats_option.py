"""Promise 1: an absolute contraindication beats any option.

An absolute contraindication beats any option; `approval` opens only by a recorded, valid approval.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.rules.rule import Contraindication, Interaction
from protocol.terms import Truth
from tests.engines import NAMES, Name, engine, plan_of
from tests.entries import NOW, written
from tests.plans import barriers, named, statuses
from tests.strategies import assessments, fewer

FOURTEEN_DAYS = timedelta(days=14)


@pytest.mark.parametrize("name", NAMES)
@fewer(2)
@given(data=st.data())
def test_absolute_and_approval(name: Name, data: st.DataObject) -> None:
    """An absolute contraindication beats any option; `approval` opens only by a recorded, valid approval."""
    document = data.draw(assessments(name))
    ours = engine(name)
    decided = plan_of(ours.program, ours.board, Assessment.read(document))
    if decided.plan.scope.status == "out-of-scope":
        return
    valid = _approved(document)
    where = statuses(decided.plan)
    for rule, entry in barriers(ours.program.ruleset):
        verdict = decided.case.verdicts[rule.rule]
        for option in named(ours.program, entry):
            if entry.degree == "absolute" and verdict is Truth.APPLIES:
                assert where[option] in ("excluded", "not-indicated"), (option, rule.rule)
            if entry.degree == "approval" and verdict is Truth.APPLIES and entry.approval not in valid:
                assert where[option] != "offered", (option, rule.rule, entry.approval)


def _approved(document: dict[str, Any]) -> set[str]:
    now = datetime.fromisoformat(document["assessed_at"])
    recorded = document.get("status", {}).get("approvals") or []
    return {a["for"] for a in recorded if now - datetime.fromisoformat(a["at"]) <= FOURTEEN_DAYS}


@pytest.mark.parametrize(
    ("approval", "age", "expected"),
    [
        (None, None, "withheld"),
        ("neurologist-agrees", timedelta(days=14), "offered"),
        ("neurologist-agrees", timedelta(days=14, seconds=1), "withheld"),
        ("somebody-else-agrees", timedelta(days=1), "withheld"),
    ],
)
def test_an_approval_opens_while_it_is_valid(approval: str | None, age: timedelta | None, expected: str) -> None:
    """The approval that the rule names, recorded within 14 days, and no other."""
    document: dict[str, Any] = {
        "assessment_id": "approval",
        "assessed_at": written(NOW),
        "patient": {
            "age": "50 a",
            "sex_at_birth": "male",
            "weight": "70 kg",
            "height": "175 cm",
            "frailty_scale": 3,
        },
        "pain": {"nrs": {"now": 5, "average": 5}},
        "neuro": {"dn4": {"burning": "present", "electric_shocks": "present"}},
        "vitals": {"respiratory_rate": "16 /min", "sedation": "1"},
        "laboratory": {"at": written(NOW), "creatinine": "80 umol/L"},
        "history": {"seizures": "present"},
    }
    if approval and age is not None:
        recorded = {"for": approval, "role": "neurologist", "name": "N. Doctor", "at": written(NOW - age)}
        document["status"] = {"approvals": [recorded]}
    assert statuses(engine("small").plan(Assessment.read(document)))["beta-oral"] == expected


def test_every_approval_can_be_recorded() -> None:
    """Each approval that an entry asks for is a word of the approvals finding."""
    program = engine("shipped").program
    asked = {
        entry.approval
        for rule, entry in barriers(program.ruleset)
        if isinstance(rule, Contraindication | Interaction) and entry.approval
    }
    known = {
        word
        for finding, raw in program.ruleset.vocabulary.findings.items()
        if raw.approvals
        for word in getattr(program.domains.of[finding], "possible", ())
    }
    assert asked <= known
