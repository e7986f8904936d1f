"""Promise 12: rotation and conversion never raise the opioid total.

The total is what is taken regularly and what is counted of as-needed doses, by display factors. Excepted: from a
weak opioid to a strong one (arbitration C-04); methadone has no equivalent. An increase is not a conversion: it
stays within half as much again, or within the one strength that the table lets pass.

The totals are worked out here from the record and the plan alone, not by the code that made the dose.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest

from protocol.assessment import Assessment
from protocol.plan.model import PlanLine
from protocol.quantity import Quantity
from protocol.rules.method import Method
from tests.engines import engine
from tests.opioid_patients import opioid_record
from tests.plans import offered, options

PATIENTS = 240
RULESET = engine("shipped").program.ruleset
FACTORS = {(f.drug, f.route): f for f in RULESET.factors}


Change = tuple[dict[str, Any], PlanLine, Method]


@cache
def _changes() -> tuple[Change, ...]:
    """The lines that change an opioid, with the record they change it for; whole plans would fill the memory."""
    chance = Random(20260314)  # noqa: S311 - patients are drawn, not keys
    known = options(RULESET)
    found: list[Change] = []
    for _ in range(PATIENTS):
        document = opioid_record(chance, RULESET)
        for option, line in offered(engine("shipped").plan(Assessment.read(document))).items():
            method = known[option].then.offer.method
            if method is not None:
                found.append((document, line, method))
    return tuple(found)


def _worth(drug: str, route: str, dose: str, every_hours: Decimal) -> Decimal:
    """What a dose is worth in mg of oral morphine in 24 h, by the display factor; a rate counts as it stands."""
    factor = FACTORS[drug, route]
    quantity = Quantity.parse(dose)
    if factor.unit.endswith("/h"):
        return quantity.to(factor.unit).amount * Decimal(factor.display or "0")
    return quantity.to(factor.unit).amount * 24 / every_hours * Decimal(factor.display or "0")


def _regular(document: dict[str, Any]) -> Decimal:
    return sum((_entry(m) for m in document["medicines"]["current"] if m["schedule"] != "as-needed"), Decimal(0))


def _entry(medicine: dict[str, Any]) -> Decimal:
    if (medicine["drug"], medicine["route"]) not in FACTORS:
        return Decimal(0)
    hours = Quantity.parse(medicine["every"]).to("h").amount
    return _worth(medicine["drug"], medicine["route"], medicine["dose"], hours)


def _as_needed(document: dict[str, Any]) -> Decimal:
    """The mean of the recorded days; doses before movement only say nothing of the background."""
    total = Decimal(0)
    for medicine in document["medicines"]["current"]:
        if medicine["schedule"] == "as-needed" and medicine["incident_only"] == "absent":
            counts = medicine["prn_taken"]
            one = _worth(medicine["drug"], medicine["route"], medicine["dose"], Decimal(24))
            total += one * Decimal(sum(counts)) / len(counts)
    return total


def _new(line: PlanLine) -> Decimal:
    drug = options(RULESET)[str(line.option)].then.offer.drug
    assert line.dose is not None
    assert line.dose.every is not None
    hours = Quantity.parse(line.dose.every).to("h").amount
    return _worth(str(drug), line.dose.route, f"{line.dose.amount} {line.dose.unit}", hours)


def test_a_conversion_is_never_worth_more_than_what_it_replaces() -> None:
    seen = Counter(method.by for _, line, method in _changes() if line.action == "convert")
    assert seen["rotate"] >= 10
    assert seen["change-route"] >= 5
    for document, line, _ in _changes():
        if line.action == "convert":
            assert _new(line) <= _regular(document) + _as_needed(document), (line.id, document["medicines"])


def test_an_increase_stays_within_half_as_much_again() -> None:
    table = RULESET.conversion
    assert table is not None
    extra = Quantity.parse(table.titration.next_strength.worth_at_most).to("mg").amount
    raised = [(d, line) for d, line, _ in _changes() if line.action == "increase"]
    assert len(raised) >= 20
    for document, line in raised:
        before, after = _regular(document), _new(line)
        assert before < after, line.id
        one_strength = line.dose is not None and (line.dose.form == "patch" or "tapentadol" in line.id)
        most = max(before * Decimal("1.5"), before + extra if one_strength else Decimal(0))
        assert after <= most, (line.id, document["medicines"])


def test_every_change_has_its_rescue_and_its_working() -> None:
    for _, line, _ in _changes():
        assert line.rescue is not None, line.id
        assert line.dose is not None, line.id
        assert line.dose.working, line.id
        assert line.rescue.working or line.dose.working, line.id


@pytest.mark.parametrize("way", ["titrate", "rotate", "change-route", "last-days"])
def test_each_way_comes_about(way: str) -> None:
    assert any(method.by == way for _, _, method in _changes()), way
