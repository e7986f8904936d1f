"""Opioid arithmetic: rotation, routes, rescue; the tables that are most dangerous to get wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from protocol.dosing.opioids import OpioidTaken, start_total, total
from protocol.dosing.patch import to_patch
from protocol.dosing.refusal import Refused
from protocol.dosing.rescue import RescueDose, rescue
from protocol.dosing.rotation import Change, FirstDose, Rotation, rotate, weak_to_strong
from protocol.dosing.routes import RouteChange, route_change
from protocol.errors import ConversionRefused
from protocol.inference.lint_conversion import conversion_faults, factor_faults
from protocol.terms import Truth
from tests.opioid_tables import (
    NO,
    OPEN,
    PRESENT,
    YES,
    Risks,
    approved,
    as_needed,
    oral,
    patient,
    program,
    pump,
    tables,
    taken,
    wish,
)

# From one opioid to another.


@pytest.mark.parametrize(
    ("old", "product", "doses", "reason", "findings", "r", "each"),
    [
        (oral("120"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.25", "30"),
        (oral("120"), "oxycodone-modified-release", 2, "adverse_effects", {}, "0.5", "20"),
        (oral("299"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.25", "70"),
        (oral("300"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.5", "50"),
        (
            oral("120"),
            "oxycodone-modified-release",
            2,
            "uncontrolled_pain",
            {"current_classes": ["benzodiazepine"]},
            "0.33",
            "25",
        ),
        (
            taken("hydromorphone", "oral", "24 mg"),
            "morphine-modified-release",
            2,
            "uncontrolled_pain",
            {},
            "0.25",
            "35",
        ),
        (
            taken("oxycodone", "oral", "80 mg"),
            "hydromorphone-immediate-release",
            6,
            "uncontrolled_pain",
            {},
            "0.25",
            "3",
        ),
        (
            taken("oxycodone", "oral", "80 mg"),
            "hydromorphone-immediate-release",
            6,
            "uncontrolled_pain",
            {"renal_band": "r1"},
            "0.5",
            "2",
        ),
        (
            oral("240"),
            "alfentanil-infusion",
            1,
            "renal_or_hepatic_decline",
            {"renal_band": "r2", "renal_value": "29.9 mL/min"},
            "0.5",
            "4",
        ),
        # A range of the old dose counts by its lower end.
        (oral("120..160"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.25", "30"),
    ],
)
def test_rotation(
    old: OpioidTaken,
    product: str,
    doses: int,
    reason: str,
    findings: Risks,
    r: str,
    each: str,
) -> None:
    answer = rotate(tables(), [old], Change(product, doses, reason), patient(**findings))
    assert isinstance(answer, Rotation)
    assert (answer.r, answer.per_dose) == (Decimal(r), Decimal(each))
    assert answer.working


def test_what_cannot_be_told_lowers_a_rotation_and_is_named() -> None:
    change = Change("oxycodone-modified-release", 2, "uncontrolled_pain")
    answer = rotate(tables(), [oral("120")], change, patient(frail=None))
    assert isinstance(answer, Rotation)
    assert (answer.r, answer.per_dose) == (Decimal("0.5"), Decimal(20))
    assert any("frail (cannot be told)" in line for line in answer.working)
    ranged = rotate(tables(), [oral("250..320")], change, patient())
    assert isinstance(ranged, Rotation)
    assert any("lower end" in line for line in ranged.working)


def test_nothing_is_converted_from_or_to_the_drug_without_an_equivalent() -> None:
    change = Change("morphine-modified-release", 2, "uncontrolled_pain")
    away = rotate(tables(), [taken("methadone", "oral", "30 mg")], change, patient())
    assert isinstance(away, Refused)
    assert away.status == "refer"
    assert away.refer is not None
    to = rotate(tables(), [oral("120")], replace(change, product="methadone-oral"), patient())
    assert isinstance(to, Refused)
    assert to.status == "refer"


def test_an_incomplete_order_withholds_every_conversion() -> None:
    orders = [oral("60"), taken("oxycodone", "oral", None)]
    answer = rotate(tables(), orders, Change("hydromorphone-immediate-release", 6, "uncontrolled_pain"), patient())
    assert isinstance(answer, Refused)
    assert answer.status == "withheld"
    assert "oxycodone oral" in answer.ask[0]
    assert total(orders, tables(), "range_high").status == "incomplete"


def test_a_target_that_the_kidney_bars_is_excluded_and_one_that_needs_approval_referred() -> None:
    change = Change("morphine-modified-release", 2, "uncontrolled_pain")
    barred = rotate(tables(), [taken("oxycodone", "oral", "80 mg")], change, patient(renal_band="r2"))
    assert isinstance(barred, Refused)
    assert barred.status == "excluded"
    change = Change("oxycodone-immediate-release", 4, "renal_or_hepatic_decline")
    asked = rotate(tables(), [oral("120")], change, patient(renal_band="r2"))
    assert isinstance(asked, Refused)
    assert asked.status == "refer"
    opened = replace(change, approved=approved("reductions/oxycodone-kidney-severe"))
    assert isinstance(rotate(tables(), [oral("120")], opened, patient(renal_band="r2")), Rotation)
    unknown = rotate(tables(), [oral("120")], change, patient(renal_band=None))
    assert isinstance(unknown, Refused)
    assert unknown.status == "withheld"
    assert unknown.open_rows


def test_tapentadol_starts_as_in_somebody_new_to_it() -> None:
    change = Change("tapentadol-modified-release", 2, "uncontrolled_pain")
    answer = rotate(tables(), [oral("120")], change, patient())
    assert isinstance(answer, Rotation)
    assert (answer.raw, answer.per_dose) == (Decimal(225), Decimal(50))


@pytest.mark.parametrize(
    ("old", "milligrams", "findings", "first", "daily"),
    [
        ("codeine", "240", {}, FirstDose(Decimal(5), Decimal(4)), "30"),
        ("tramadol", "400", {}, FirstDose(Decimal(5), Decimal(4)), "30"),
        ("tramadol", "400", {"frail": PRESENT}, FirstDose(Decimal("2.5"), Decimal(6)), "18"),
        ("codeine", "60", {"frail": PRESENT}, FirstDose(Decimal("2.5"), Decimal(6)), "10"),
        # More than any licence allows still ends at 30 mg.
        ("tramadol", "800", {}, FirstDose(Decimal("2.5"), Decimal(6)), "30"),
    ],
)
def test_weak_to_strong(old: str, milligrams: str, findings: Risks, first: FirstDose, daily: str) -> None:
    change = Change("morphine-immediate-release", 6, "weak_to_strong", wish("morphine-immediate-release"))
    answer = weak_to_strong(tables(), [taken(old, "oral", f"{milligrams} mg")], change, first, patient(**findings))
    assert isinstance(answer, Rotation)
    assert answer.daily == Decimal(daily)
    assert isinstance(answer.rescue, RescueDose)


# Routes.


@pytest.mark.parametrize(
    ("drug", "old", "amount", "new", "expected"),
    [
        ("morphine", "oral", "60 mg", "subcutaneous", "30"),
        ("morphine", "oral", "60 mg", "intravenous", "20"),
        ("morphine", "intravenous", "30 mg", "oral", "60"),
        ("morphine", "subcutaneous", "30 mg", "intravenous", "20"),
        ("oxycodone", "subcutaneous", "20 mg", "oral", "30"),
        ("hydromorphone", "oral", "24 mg", "subcutaneous", "8"),
        ("fentanyl", "transdermal", "50 microgram/h", "subcutaneous", "1200"),
    ],
)
def test_route(drug: str, old: str, amount: str, new: str, expected: str) -> None:
    answer = route_change(tables(), taken(drug, old, amount), new)
    assert isinstance(answer, RouteChange)
    assert answer.amount == Decimal(expected)


@pytest.mark.parametrize("drug", ["tapentadol", "tramadol", "codeine"])
def test_a_drug_without_another_route_is_rotated_instead(drug: str) -> None:
    answer = route_change(tables(), taken(drug, "oral", "200 mg"), "subcutaneous")
    assert isinstance(answer, Refused)
    assert answer.status == "refer"


# Rescue.


@pytest.mark.parametrize(
    ("regular", "product", "cautious", "dose"),
    [
        (oral("30"), "morphine-immediate-release", NO, "5"),
        (oral("30"), "morphine-immediate-release", YES, "3"),
        (oral("59"), "morphine-immediate-release", NO, "7.5"),
        (oral("60"), "morphine-immediate-release", NO, "10"),
        (oral("120"), "morphine-immediate-release", NO, "20"),
        (oral("121"), "morphine-immediate-release", NO, "20"),
        (oral("199"), "morphine-immediate-release", NO, "20"),
        (oral("200"), "morphine-immediate-release", NO, "20"),
        (oral("240"), "morphine-immediate-release", NO, "22.5"),
        (oral("60"), "morphine-immediate-release", YES, "5"),
        (oral("12"), "morphine-immediate-release", YES, "1"),
        (oral("8"), "morphine-immediate-release", YES, "0.5"),
        (oral("60"), "morphine-immediate-release", OPEN, "5"),
        (taken("oxycodone", "oral", "40 mg"), "oxycodone-immediate-release", NO, "5"),
        (taken("oxycodone", "oral", "40 mg"), "oxycodone-immediate-release", YES, "4"),
        (taken("fentanyl", "transdermal", "25 microgram/h", "patch"), "morphine-immediate-release", NO, "10"),
        (
            taken("buprenorphine", "transdermal", "10 microgram/h", "patch"),
            "morphine-immediate-release",
            NO,
            "3",
        ),
        (pump("morphine", "30 mg"), "morphine-injection", NO, "5"),
        (oral("60..90"), "morphine-immediate-release", NO, "10"),
    ],
)
def test_rescue(regular: OpioidTaken, product: str, cautious: Truth, dose: str) -> None:
    answer = rescue(tables(), [regular], wish(product, cautious))
    assert isinstance(answer, RescueDose)
    assert answer.amount == Decimal(dose)
    assert answer.at_most == 6
    assert any("not refused" in line for line in answer.say)


def test_rescue_intervals_by_route_and_in_the_last_days() -> None:
    mouth, under_skin = wish("morphine-immediate-release"), wish("morphine-injection")
    for one, hours in [(mouth, 2), (replace(mouth, last_days=YES), 1), (under_skin, 1)]:
        answer = rescue(tables(), [oral("60")], one)
        assert isinstance(answer, RescueDose)
        assert answer.every == hours


def test_where_no_share_can_be_measured_the_single_dose_is_the_rescue_or_a_person_decides() -> None:
    small = taken("morphine", "oral", "2 mg", "immediate-release")
    answer = rescue(tables(), [small], wish("morphine-immediate-release", YES, single="0.5"))
    assert isinstance(answer, RescueDose)
    assert (answer.amount, answer.every, answer.at_most) == (Decimal("0.5"), Decimal(4), 4)
    without = rescue(tables(), [small], wish("morphine-immediate-release", YES))
    assert isinstance(without, Refused)
    assert without.status == "refer"


# Programs that ask for what no table holds, and the check of the tables.


def test_misuse_is_an_error_and_not_an_answer() -> None:
    change = Change("morphine-modified-release", 2, "uncontrolled_pain")
    oxycodone = [taken("oxycodone", "oral", "80 mg")]
    with pytest.raises(ConversionRefused, match="this drug is taken already"):
        rotate(tables(), [oral("60")], change, patient())
    with pytest.raises(ConversionRefused, match="there is no product"):
        rotate(tables(), oxycodone, replace(change, product="sugar"), patient())
    with pytest.raises(ConversionRefused, match="is not a reason"):
        rotate(tables(), oxycodone, replace(change, reason="because"), patient())
    with pytest.raises(ConversionRefused, match="was not judged"):
        rotate(tables(), oxycodone, change, {})
    with pytest.raises(ConversionRefused, match="no patch"):
        to_patch(tables(), oxycodone, "morphine", "stock_or_cost", wish("morphine-immediate-release"), patient())
    with pytest.raises(ConversionRefused, match="strong opioid"):
        weak_to_strong(tables(), oxycodone, change, FirstDose(Decimal(5), Decimal(4)), patient())


def test_the_shipped_tables_pass_their_checks() -> None:
    assert conversion_faults(program()) == []
    assert [what for factor in tables().factors for what in factor_faults(factor)] == []


def test_an_unrecorded_as_needed_order_counts_where_risk_is_asked_only() -> None:
    order = as_needed("morphine", "10 mg", [])
    assert total([order], tables(), "from_low").total.high == 0
    assert total([order], tables(), "range_high").total.low == 60
    whole = start_total([order], tables())
    assert not isinstance(whole, Refused)


def test_the_checks_find_what_is_wrong() -> None:
    factor = tables().factors[0].model_copy(update={"from_low": "2", "to_high": "1", "display": "3"})
    assert len(list(factor_faults(factor))) == 2
    whole = tables().conversion
    patch = whole.patches[0].model_copy(update={"strengths": whole.patches[0].strengths[::-1]})
    product = whole.products.rows[0].model_copy(update={"drug": "sugar"})
    wrong = whole.model_copy(
        update={
            "patches": (patch, *whole.patches[1:]),
            "products": whole.products.model_copy(update={"rows": (product, *whole.products.rows[1:])}),
        }
    )
    faults = conversion_faults(replace(program(), ruleset=replace(program().ruleset, conversion=wrong)))
    said = [fault.what for fault in faults]
    assert "fentanyl: the strengths do not ascend" in said
    assert "sugar is not a drug of the formulary" in said
