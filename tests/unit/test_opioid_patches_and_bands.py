"""On to a patch and off it; and the drug that has bands instead of an equivalent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from protocol.dosing.banded import BandedStart, banded_increase, banded_start, stepwise_switch
from protocol.dosing.patch import PATCH_UNDERDOSE, Patch, from_patch, to_patch
from protocol.dosing.refusal import Refused
from protocol.dosing.rescue import RescueDose
from protocol.dosing.rotation import Change, Rotation
from protocol.instruments import opioid_exposure
from protocol.quantity import plain
from tests.opioid_tables import (
    METHADONE,
    PRESENT,
    Risks,
    approved,
    number,
    oral,
    patient,
    tables,
    taken,
    wish,
)


def _start(
    total_from: str, age: str, findings: Risks | None = None, opened: frozenset[str] = METHADONE
) -> BandedStart | Refused:
    return banded_start(
        tables(),
        "methadone",
        number(f"{total_from} mg/(24.h)"),
        number(f"{age} a"),
        patient(**(findings or {})),
        opened,
    )


@pytest.mark.parametrize(
    ("total_from", "age", "findings", "doses", "each"),
    [
        ("59.9", "64", {}, 2, "2.5"),
        ("59.9", "75", {"frail": PRESENT}, 1, "2.5"),
        ("60", "64", {}, 3, "2"),
        ("60", "65", {}, 3, "1"),
        ("120", "64", {}, 3, "4"),
        ("120", "65", {}, 3, "2"),
        ("199.9", "64", {}, 3, "6"),
        ("200", "64", {}, 3, "3"),
        ("600", "50", {}, 3, "10"),
        ("620", "50", {}, 3, "10"),
        ("120", "64", {"renal_band": "r3"}, 3, "2"),
        # The age is not known to be below 65, and the total not on which side of 200: the smaller start.
        ("120", "60..70", {}, 3, "2"),
        ("150..250", "64", {}, 3, "3"),
        # One half for kidney and liver together, not a quarter.
        ("120", "64", {"renal_band": "r3", "hepatic_band": "B"}, 3, "2"),
        ("59.9", "64", {"renal_band": "r3"}, 1, "2.5"),
        ("59.9", "75", {"frail": PRESENT, "renal_band": "r3"}, 1, "1"),
    ],
)
def test_banded_start(total_from: str, age: str, findings: Risks, doses: int, each: str) -> None:
    answer = _start(total_from, age, findings)
    assert isinstance(answer, BandedStart)
    assert (answer.doses_per_day, answer.per_dose) == (doses, Decimal(each))


@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ({"qtc": "449 ms"}, "allowed"),
        ({"qtc": "450 ms"}, "refer"),
        ({"qtc": "499 ms"}, "refer"),
        ({"qtc": "500 ms"}, "excluded"),
        ({"qtc": None}, "withheld"),
        ({"potassium": "3.5 mmol/L"}, "allowed"),
        ({"potassium": "3.4 mmol/L"}, "excluded"),
        ({"magnesium": "0.70 mmol/L"}, "allowed"),
        ({"magnesium": "0.69 mmol/L"}, "excluded"),
        ({"maoi_or_linezolid": PRESENT}, "excluded"),
        ({"sleep_apnoea": "untreated"}, "excluded"),
        ({"hepatic_band": "C"}, "excluded"),
        ({"monitoring_capability": "weekly_or_less"}, "excluded"),
        ({"monitoring_capability": None}, "withheld"),
    ],
)
def test_gates_of_a_banded_start(findings: Risks, status: str) -> None:
    answer = _start("120", "64", findings)
    assert (answer.status if isinstance(answer, Refused) else "allowed") == status


def test_a_banded_start_needs_the_specialist_and_the_corrected_qtc_an_approval_of_its_own() -> None:
    closed = _start("120", "64", opened=frozenset())
    assert isinstance(closed, Refused)
    assert closed.status == "refer"
    assert closed.refer is not None
    opened = METHADONE | approved("without-equivalent-methadone/qtc-caution")
    assert isinstance(_start("120", "64", {"qtc": "480 ms"}, opened), BandedStart)
    everything = opened | approved("without-equivalent-methadone/qtc-stop")
    assert isinstance(_start("120", "64", {"qtc": "500 ms"}, everything), Refused)


def test_a_banded_total_is_raised_slowly() -> None:
    early = banded_increase(tables(), "methadone", Decimal(12), number("119 h"))
    assert isinstance(early, Refused)
    assert early.status == "excluded"
    later = banded_increase(tables(), "methadone", Decimal(12), number("120 h"))
    assert not isinstance(later, Refused)
    assert later.daily == 17
    unknown = banded_increase(tables(), "methadone", Decimal(12), None)
    assert isinstance(unknown, Refused)
    assert unknown.ask


def test_a_switch_ends_with_none_of_the_old_and_all_of_the_new() -> None:
    days = stepwise_switch(tables(), "methadone", Decimal(240), Decimal(12))
    assert [f"{d.day}: {plain(d.old)} and {plain(d.new)}" for d in days] == [
        "1: 160 and 4",
        "2: 80 and 8",
        "3: 0 and 12",
    ]


# On to a patch and off it.


def _patch(
    milligrams: str,
    findings: Risks | None = None,
    drug: str = "fentanyl",
    opened: frozenset[str] = frozenset(),
) -> Patch | Refused:
    return to_patch(
        tables(),
        [oral(milligrams)],
        drug,
        "stock_or_cost",
        wish("morphine-immediate-release"),
        patient(**(findings or {})),
        opened,
    )


@pytest.mark.parametrize(
    ("milligrams", "findings", "strength", "short"),
    [
        ("60", {}, "12", "yes"),
        ("99.9", {}, "12", "yes"),
        ("100", {}, "25", "no"),
        ("120", {}, "25", "no"),
        ("120.1", {}, "25", "yes"),
        ("120", {"frail": PRESENT}, "12", "yes"),
        ("120", {"renal_band": "r1"}, "12", "yes"),
        ("147.9", {}, "25", "yes"),
        ("148", {}, "37", "no"),
        ("240", {}, "50", "no"),
        ("300", {}, "50", "yes"),
        ("120", {"temperature": "38.9 Cel"}, "25", "no"),
    ],
)
def test_to_a_fentanyl_patch(milligrams: str, findings: Risks, strength: str, short: str) -> None:
    answer = _patch(milligrams, findings)
    assert isinstance(answer, Patch)
    assert answer.strength == Decimal(strength)
    assert ("yes" if PATCH_UNDERDOSE in answer.flags else "no") == short
    assert isinstance(answer.rescue, RescueDose)


@pytest.mark.parametrize(
    ("milligrams", "findings", "status"),
    [
        ("59.9", {}, "excluded"),
        ("60", {"opioid_exposure": "exposed"}, "excluded"),
        ("120", {"opioid_exposure": None}, "withheld"),
        ("120", {"temperature": "39.0 Cel"}, "excluded"),
        ("120", {"unstable_pain": PRESENT}, "excluded"),
        ("120", {"hepatic_band": "C"}, "excluded"),
        ("120", {"last_days": PRESENT}, "excluded"),
        ("120", {"renal_band": "r2"}, "refer"),
        ("120", {"renal_band": None}, "withheld"),
        ("120", {"cachexia": PRESENT}, "refer"),
        ("50..70", {}, "withheld"),
    ],
)
def test_no_fentanyl_patch(milligrams: str, findings: Risks, status: str) -> None:
    answer = _patch(milligrams, findings)
    assert isinstance(answer, Refused)
    assert answer.status == status


def test_an_approval_opens_the_patch_in_severe_kidney_failure_at_half_the_dose() -> None:
    answer = _patch("120", {"renal_band": "r2"}, opened=approved("patch-fentanyl/kidney-severe"))
    assert isinstance(answer, Patch)
    assert (answer.r, answer.strength) == (Decimal("0.5"), Decimal(12))


@pytest.mark.parametrize(("days", "word"), [("6", "exposed"), ("7", "tolerant")])
def test_tolerance_takes_seven_days(days: str, word: str) -> None:
    words = opioid_exposure(number("60 mg/(24.h)"), number(f"{days} d"), number("0 h"), number("0 h"))
    assert words.options == {word}


@pytest.mark.parametrize(("milligrams", "strength"), [("20", "5"), ("29.9", "5"), ("40", "10"), ("80", "10")])
def test_to_a_buprenorphine_patch(milligrams: str, strength: str) -> None:
    answer = _patch(milligrams, drug="buprenorphine")
    assert isinstance(answer, Patch)
    assert answer.strength == Decimal(strength)
    assert any("First lower" in line for line in answer.say) == (Decimal(milligrams) >= 30)


def test_above_80_mg_no_buprenorphine_patch() -> None:
    answer = _patch("80.1", drug="buprenorphine")
    assert isinstance(answer, Refused)
    assert answer.status == "refer"


def test_leaving_a_patch() -> None:
    change = Change("morphine-modified-release", 2, "uncontrolled_pain", wish("morphine-immediate-release"))
    answer = from_patch(tables(), [taken("fentanyl", "transdermal", "25 microgram/h", "patch")], change, patient())
    assert isinstance(answer, Rotation)
    assert [answer.raw, answer.per_dose, answer.every, answer.wait] == [Decimal(n) for n in (45, 20, 12, 12)]
    assert any("rescue only for 12 h" in line for line in answer.say)
    unknown = from_patch(tables(), [taken("fentanyl", "transdermal", None, "patch")], change, patient())
    assert isinstance(unknown, Refused)
    assert unknown.status == "withheld"
    assert unknown.ask
    slower = from_patch(tables(), [taken("buprenorphine", "transdermal", "20 microgram/h", "patch")], change, patient())
    assert isinstance(slower, Rotation)
    assert slower.wait == 24
