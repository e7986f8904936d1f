"""Opioid arithmetic: the tables that are most dangerous to get wrong, and what holds whatever is drawn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.dosing.banded import BandedStart, banded_increase, banded_start, stepwise_switch
from protocol.dosing.by_weight import WeighedDose, weigh
from protocol.dosing.opioids import OpioidTaken, rounded, start_total, total
from protocol.dosing.patch import PATCH_UNDERDOSE, Patch, from_patch, to_patch
from protocol.dosing.refusal import Refused
from protocol.dosing.rescue import RescueDose, rescue
from protocol.dosing.rotation import Change, FirstDose, Rotation, rotate, weak_to_strong
from protocol.dosing.routes import Infusion, PatchStays, RouteChange, last_days_infusion, route_change
from protocol.dosing.titration import Titrated, TitrationState, titrate, titrate_patch
from protocol.dosing.toxicity import Lowered, reduce
from protocol.errors import ConversionRefused
from protocol.inference.evaluate import Findings, truth
from protocol.inference.lint_conversion import conversion_faults, factor_faults
from protocol.instruments import opioid_exposure
from protocol.possible import Numbers, Words
from protocol.terms import Truth
from tests.opioid_tables import (
    ABSENT,
    PRESENT,
    approved,
    as_needed,
    number,
    patient,
    program,
    pump,
    tables,
    taken,
    wish,
)

METHADONE = approved("without-equivalent-methadone/specialist")
YES, NO, OPEN = Truth.APPLIES, Truth.DOES_NOT_APPLY, Truth.CANNOT_TELL


def _oral(milligrams: str) -> OpioidTaken:
    return taken("morphine", "oral", f"{milligrams} mg")


def _words(*options: str) -> Words:
    return Words(frozenset(options))


# The drug without an equivalent.


def _start(total_from: str, age: str, opened: frozenset[str] = METHADONE, **findings: str | None) -> BandedStart | Refused:
    return banded_start(
        tables(), "methadone", number(f"{total_from} mg/(24.h)"), number(f"{age} a"), patient(**findings), opened
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
def test_banded_start(total_from: str, age: str, findings: dict[str, str | None], doses: int, each: str) -> None:
    answer = _start(total_from, age, **findings)
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
def test_gates_of_a_banded_start(findings: dict[str, str | None], status: str) -> None:
    answer = _start("120", "64", **findings)
    assert (answer.status if isinstance(answer, Refused) else "allowed") == status


def test_a_banded_start_needs_the_specialist_and_the_corrected_qtc_an_approval_of_its_own() -> None:
    closed = _start("120", "64", frozenset())
    assert isinstance(closed, Refused)
    assert closed.status == "refer"
    assert closed.refer is not None
    opened = METHADONE | approved("without-equivalent-methadone/qtc-caution")
    assert isinstance(_start("120", "64", opened, qtc="480 ms"), BandedStart)
    everything = opened | approved("without-equivalent-methadone/qtc-stop")
    assert isinstance(_start("120", "64", everything, qtc="500 ms"), Refused)


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
    assert [(d.day, d.old, d.new) for d in days] == [(1, 160, 4), (2, 80, 8), (3, 0, 12)]


# On to a patch and off it.


def _patch(milligrams: str, drug: str = "fentanyl", opened: frozenset[str] = frozenset(), **findings: str | None) -> Patch | Refused:
    return to_patch(
        tables(),
        [_oral(milligrams)],
        drug,
        "stock_or_cost",
        wish("morphine-immediate-release"),
        patient(**findings),
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
def test_to_a_fentanyl_patch(milligrams: str, findings: dict[str, str | None], strength: str, short: str) -> None:
    answer = _patch(milligrams, **findings)
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
def test_no_fentanyl_patch(milligrams: str, findings: dict[str, str | None], status: str) -> None:
    answer = _patch(milligrams, **findings)
    assert isinstance(answer, Refused)
    assert answer.status == status


def test_an_approval_opens_the_patch_in_severe_kidney_failure_at_half_the_dose() -> None:
    answer = _patch("120", opened=approved("patch-fentanyl/kidney-severe"), renal_band="r2")
    assert isinstance(answer, Patch)
    assert (answer.r, answer.strength) == (Decimal("0.5"), 12)


@pytest.mark.parametrize(("days", "word"), [("6", "exposed"), ("7", "tolerant")])
def test_tolerance_takes_seven_days(days: str, word: str) -> None:
    words = opioid_exposure(number("60 mg/(24.h)"), number(f"{days} d"), number("0 h"), number("0 h"))
    assert words.options == {word}


@pytest.mark.parametrize(("milligrams", "strength"), [("20", "5"), ("29.9", "5"), ("40", "10"), ("80", "10")])
def test_to_a_buprenorphine_patch(milligrams: str, strength: str) -> None:
    answer = _patch(milligrams, "buprenorphine")
    assert isinstance(answer, Patch)
    assert answer.strength == Decimal(strength)
    assert any("First lower" in line for line in answer.say) == (Decimal(milligrams) >= 30)


def test_above_80_mg_no_buprenorphine_patch() -> None:
    answer = _patch("80.1", "buprenorphine")
    assert isinstance(answer, Refused)
    assert answer.status == "refer"


def test_leaving_a_patch() -> None:
    change = Change("morphine-modified-release", 2, "uncontrolled_pain", wish("morphine-immediate-release"))
    answer = from_patch(tables(), [taken("fentanyl", "transdermal", "25 microgram/h", "patch")], change, patient())
    assert isinstance(answer, Rotation)
    assert (answer.raw, answer.per_dose, answer.every, answer.wait) == (45, 20, 12, 12)
    assert any("rescue only for 12 h" in line for line in answer.say)
    unknown = from_patch(tables(), [taken("fentanyl", "transdermal", None, "patch")], change, patient())
    assert isinstance(unknown, Refused)
    assert unknown.status == "withheld"
    assert unknown.ask
    slower = from_patch(tables(), [taken("buprenorphine", "transdermal", "20 microgram/h", "patch")], change, patient())
    assert isinstance(slower, Rotation)
    assert slower.wait == 24


# From one opioid to another.


@pytest.mark.parametrize(
    ("old", "product", "doses", "reason", "findings", "r", "each"),
    [
        (_oral("120"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.25", "30"),
        (_oral("120"), "oxycodone-modified-release", 2, "adverse_effects", {}, "0.5", "20"),
        (_oral("299"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.25", "70"),
        (_oral("300"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.5", "50"),
        (
            _oral("120"),
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
        (taken("oxycodone", "oral", "80 mg"), "hydromorphone-immediate-release", 6, "uncontrolled_pain", {}, "0.25", "3"),
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
            _oral("240"),
            "alfentanil-infusion",
            1,
            "renal_or_hepatic_decline",
            {"renal_band": "r2", "renal_value": "29.9 mL/min"},
            "0.5",
            "4",
        ),
        # A range of the old dose counts by its lower end.
        (_oral("120..160"), "oxycodone-modified-release", 2, "uncontrolled_pain", {}, "0.25", "30"),
    ],
)
def test_rotation(
    old: OpioidTaken, product: str, doses: int, reason: str, findings: dict[str, str | list[str] | None], r: str, each: str
) -> None:
    answer = rotate(tables(), [old], Change(product, doses, reason), patient(**findings))
    assert isinstance(answer, Rotation)
    assert (answer.r, answer.per_dose) == (Decimal(r), Decimal(each))
    assert answer.working


def test_what_cannot_be_told_lowers_a_rotation_and_is_named() -> None:
    change = Change("oxycodone-modified-release", 2, "uncontrolled_pain")
    answer = rotate(tables(), [_oral("120")], change, patient(frail=None))
    assert isinstance(answer, Rotation)
    assert (answer.r, answer.per_dose) == (Decimal("0.5"), 20)
    assert any("frail (cannot be told)" in line for line in answer.working)
    ranged = rotate(tables(), [_oral("250..320")], change, patient())
    assert isinstance(ranged, Rotation)
    assert any("lower end" in line for line in ranged.working)


def test_nothing_is_converted_from_or_to_the_drug_without_an_equivalent() -> None:
    change = Change("morphine-modified-release", 2, "uncontrolled_pain")
    away = rotate(tables(), [taken("methadone", "oral", "30 mg")], change, patient())
    assert isinstance(away, Refused)
    assert away.status == "refer"
    assert away.refer is not None
    to = rotate(tables(), [_oral("120")], replace(change, product="methadone-oral"), patient())
    assert isinstance(to, Refused)
    assert to.status == "refer"


def test_an_incomplete_order_withholds_every_conversion() -> None:
    orders = [_oral("60"), taken("oxycodone", "oral", None)]
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
    asked = rotate(tables(), [_oral("120")], change, patient(renal_band="r2"))
    assert isinstance(asked, Refused)
    assert asked.status == "refer"
    opened = replace(change, approved=approved("reductions/oxycodone-kidney-severe"))
    assert isinstance(rotate(tables(), [_oral("120")], opened, patient(renal_band="r2")), Rotation)
    unknown = rotate(tables(), [_oral("120")], change, patient(renal_band=None))
    assert isinstance(unknown, Refused)
    assert unknown.status == "withheld"
    assert unknown.open_rows


def test_tapentadol_starts_as_in_somebody_new_to_it() -> None:
    change = Change("tapentadol-modified-release", 2, "uncontrolled_pain")
    answer = rotate(tables(), [_oral("120")], change, patient())
    assert isinstance(answer, Rotation)
    assert (answer.raw, answer.per_dose) == (225, 50)


@pytest.mark.parametrize(
    ("old", "milligrams", "findings", "first", "daily"),
    [
        ("codeine", "240", {}, FirstDose(Decimal(5), Decimal(4)), "30"),
        ("tramadol", "400", {}, FirstDose(Decimal(5), Decimal(4)), "30"),
        ("tramadol", "400", {"frail": PRESENT}, FirstDose(Decimal("2.5"), Decimal(6)), "15"),
        ("codeine", "60", {"frail": PRESENT}, FirstDose(Decimal("2.5"), Decimal(6)), "10"),
        # More than any licence allows still ends at 30 mg.
        ("tramadol", "800", {}, FirstDose(Decimal("2.5"), Decimal(6)), "30"),
    ],
)
def test_weak_to_strong(old: str, milligrams: str, findings: dict[str, str], first: FirstDose, daily: str) -> None:
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
        (_oral("30"), "morphine-immediate-release", NO, "5"),
        (_oral("30"), "morphine-immediate-release", YES, "3"),
        (_oral("59"), "morphine-immediate-release", NO, "7.5"),
        (_oral("60"), "morphine-immediate-release", NO, "10"),
        (_oral("120"), "morphine-immediate-release", NO, "20"),
        (_oral("121"), "morphine-immediate-release", NO, "20"),
        (_oral("199"), "morphine-immediate-release", NO, "20"),
        (_oral("200"), "morphine-immediate-release", NO, "20"),
        (_oral("240"), "morphine-immediate-release", NO, "22.5"),
        (_oral("60"), "morphine-immediate-release", YES, "5"),
        (_oral("12"), "morphine-immediate-release", YES, "1"),
        (_oral("8"), "morphine-immediate-release", YES, "0.5"),
        (_oral("60"), "morphine-immediate-release", OPEN, "5"),
        (taken("oxycodone", "oral", "40 mg"), "oxycodone-immediate-release", NO, "5"),
        (taken("oxycodone", "oral", "40 mg"), "oxycodone-immediate-release", YES, "4"),
        (taken("fentanyl", "transdermal", "25 microgram/h", "patch"), "morphine-immediate-release", NO, "10"),
        (taken("buprenorphine", "transdermal", "10 microgram/h", "patch"), "morphine-immediate-release", NO, "3"),
        (pump("morphine", "30 mg"), "morphine-injection", NO, "5"),
        (_oral("60..90"), "morphine-immediate-release", NO, "10"),
    ],
)
def test_rescue(regular: OpioidTaken, product: str, cautious: Truth, dose: str) -> None:
    answer = rescue(tables(), [regular], wish(product, cautious))
    assert isinstance(answer, RescueDose)
    assert answer.amount == Decimal(dose)
    assert answer.at_most == 6
    assert any("not refused" in line for line in answer.say)


def test_rescue_intervals_by_route_and_in_the_last_days() -> None:
    oral, under_skin = wish("morphine-immediate-release"), wish("morphine-injection")
    for one, hours in [(oral, 2), (replace(oral, last_days=YES), 1), (under_skin, 1)]:
        answer = rescue(tables(), [_oral("60")], one)
        assert isinstance(answer, RescueDose)
        assert answer.every == hours


def test_where_no_share_can_be_measured_the_single_dose_is_the_rescue_or_a_person_decides() -> None:
    small = taken("morphine", "oral", "2 mg", "immediate-release")
    answer = rescue(tables(), [small], wish("morphine-immediate-release", YES, single="0.5"))
    assert isinstance(answer, RescueDose)
    assert (answer.amount, answer.every, answer.at_most) == (Decimal("0.5"), 4, 4)
    without = rescue(tables(), [small], wish("morphine-immediate-release", YES))
    assert isinstance(without, Refused)
    assert without.status == "refer"


# Raising.

DAYS = ("morphine-modified-release", 2)


def _titrate(state: TitrationState, counts: list[int], incident: str = ABSENT, **findings: str | None) -> Titrated:
    answer = titrate(
        tables(),
        _oral("60"),
        [as_needed("morphine", "10 mg", counts, incident)],
        DAYS,
        state,
        wish("morphine-immediate-release"),
        patient(**findings),
    )
    assert isinstance(answer, Titrated)
    return answer


def _state(average: str | None = "6", since: str | None = "48 h", first: Truth = NO) -> TitrationState:
    pain = None if average is None else number(average)
    return TitrationState(pain, None if since is None else number(since), first)


@pytest.mark.parametrize(
    ("average", "since", "counts", "findings", "daily"),
    [
        ("6", "48 h", [4, 4], {}, "90"),
        ("6", "47 h", [4, 4], {}, "60"),
        ("6", None, [4, 4], {}, "60"),
        ("6", "48 h", [4, 4], {"frail": PRESENT}, "70"),
        ("6", "48 h", [4, 4], {"frail": None}, "70"),
        ("6", "48 h", [4, 4], {"renal_band": "r2"}, "70"),
        ("6", "48 h", [4, 4], {"monitoring_capability": "weekly_or_less"}, "60"),
        ("6", "168 h", [4, 4], {"monitoring_capability": "weekly_or_less"}, "70"),
        ("6", "48 h", [0, 0], {}, "70"),
        ("3", "48 h", [3, 3], {}, "90"),
        ("3", "48 h", [2, 3], {}, "60"),
        ("3..5", "48 h", [2, 2], {}, "60"),
        (None, "48 h", [2, 2], {}, "60"),
        ("6", "48 h", [], {}, "60"),
        ("6", "48 h", [4], {}, "60"),
        ("6", "48 h", [4, 4], {"tox_level": "moderate"}, "60"),
        ("6", "48 h", [4, 4], {"tox_level": None}, "60"),
        ("6", "48 h", [4, 4], {"renal_falling_or_aki": PRESENT}, "60"),
    ],
)
def test_titration(
    average: str | None, since: str | None, counts: list[int], findings: dict[str, str | None], daily: str
) -> None:
    answer = _titrate(_state(average, since), counts, **findings)
    assert answer.daily == Decimal(daily)
    assert (answer.action == "increase") == (Decimal(daily) > 60)
    assert answer.reason or answer.action == "increase"


def test_what_is_open_is_asked() -> None:
    assert _titrate(_state(average=None), [2, 2]).ask
    assert _titrate(_state(since=None), [4, 4]).ask
    assert _titrate(_state(), []).ask
    assert _titrate(_state(), [4, 4], tox_level=None).open_rows == ("conversion/titration/toxic",)


def test_rescue_before_movement_does_not_raise_the_background() -> None:
    assert _titrate(_state(average="3"), [3, 3], PRESENT).action == "unchanged"


@pytest.mark.parametrize(
    ("rate", "since", "first", "dose", "counts", "findings", "expected"),
    [
        # 12 to 25 is more than a half, and worth 31.2 mg: rescue of that size opens it.
        ("12", "72 h", YES, "10 mg", [4, 4], {}, "25"),
        ("12", "72 h", YES, "5 mg", [4, 4], {}, "12"),
        ("12", "72 h", NO, "10 mg", [4, 4], {}, "12"),
        ("12", "144 h", NO, "10 mg", [4, 4], {}, "25"),
        ("12", "144 h", NO, "10 mg", [4, 4], {"frail": PRESENT, "sedation_poss": "2"}, "12"),
        ("12", "144 h", NO, "10 mg", [4, 4], {"frail": PRESENT}, "25"),
        ("50", "144 h", NO, "20 mg", [6, 6], {}, "75"),
        # One step of 25 at most, whatever rescue was used.
        ("100", "144 h", NO, "20 mg", [6, 6], {}, "125"),
    ],
)
def test_titration_of_a_patch(
    rate: str, since: str, first: Truth, dose: str, counts: list[int], findings: dict[str, str | None], expected: str
) -> None:
    answer = titrate_patch(
        tables(),
        taken("fentanyl", "transdermal", f"{rate} microgram/h", "patch"),
        [as_needed("morphine", dose, counts)],
        _state(since=since, first=first),
        wish("morphine-immediate-release"),
        patient(**findings),
    )
    assert isinstance(answer, Titrated)
    assert answer.daily == Decimal(expected)


# Toxicity.


@pytest.mark.parametrize(
    ("level", "average", "action", "omit", "least", "most"),
    [
        (["none"], "6", "none", "no", None, None),
        (["severe"], "6", "hold", "no", None, None),
        (["moderate"], "6", "reduce", "yes", "40", "40"),
        (["neurotoxic"], "2", "reduce", "no", "30", "40"),
        (["neurotoxic"], "7", "rotate", "no", None, None),
        (["neurotoxic"], None, "reduce", "no", "30", "40"),
        (["severe", "moderate"], "6", "hold", "no", None, None),
        (["none", "moderate"], "6", "ask", "no", None, None),
    ],
)
def test_toxicity(
    level: list[str], average: str | None, action: str, omit: str, least: str | None, most: str | None
) -> None:
    pain = None if average is None else number(average)
    answer = reduce(tables(), _oral("60"), DAYS, _words(*level), pain)
    assert isinstance(answer, Lowered)
    assert (answer.action, answer.omit_next) == (action, omit)
    assert (answer.least, answer.most) == (least and Decimal(least), most and Decimal(most))


def test_a_rotation_for_toxicity_is_halved() -> None:
    lowered = reduce(tables(), _oral("120"), DAYS, _words("neurotoxic"), number("7"))
    assert lowered.rotate_reason is not None
    change = Change("oxycodone-modified-release", 2, lowered.rotate_reason)
    answer = rotate(tables(), [_oral("120")], change, patient(tox_level="neurotoxic"))
    assert isinstance(answer, Rotation)
    assert answer.r == Decimal("0.5")


@pytest.mark.parametrize(
    ("rate", "poss", "spo2", "jerks", "level", "need"),
    [
        ("8", "1", "97", ABSENT, "severe", "none"),
        ("7", "2", "95", ABSENT, "severe", "smallest_step"),
        ("9", "2", "95", ABSENT, "moderate", "none"),
        ("9", "2", "89", ABSENT, "severe", "oxygen_first"),
        ("9", "3", "95", ABSENT, "severe", "none"),
        ("10", "1", "96", ABSENT, "moderate", "none"),
        ("11", "1", "96", ABSENT, "none", "none"),
        ("14", "3", "96", ABSENT, "moderate", "none"),
        ("14", "4", "96", ABSENT, "severe", "give"),
        ("14", "1", "97", PRESENT, "neurotoxic", "none"),
        ("14", "S", "97", ABSENT, "none", "none"),
    ],
)
def test_the_rules_call_the_level_that_the_arithmetic_acts_on(
    rate: str, poss: str, spo2: str, jerks: str, level: str, need: str
) -> None:
    """The table of the arbitration as the shipped rules read it; naloxone by its later, narrower wording."""
    values = {
        "respiratory_rate": number(f"{rate} /min"),
        "sedation_poss": _words(poss),
        "spo2": number(f"{spo2} %"),
        "consciousness_acvpu": _words("A"),
        "apnoea": _words(ABSENT),
        "on_opioid": _words(PRESENT),
        "neurotoxic_sign": _words(jerks),
        "hypercapnia_or_home_oxygen": _words(ABSENT),
        "naloxone_signs": _words("none"),
    }
    assert _derived("tox_level", values) == level
    if "naloxone_signs" not in _reads("naloxone_need"):
        assert _derived("naloxone_need", values) == need


def _reads(finding: str) -> set[str]:
    rule = program().deriving[finding]
    return {word for row in rule.then.derive.rows for word in _names(row.when)}


def _names(when: object) -> set[str]:
    if isinstance(when, dict):
        return set(when) | {n for value in when.values() for n in _names(value)}
    return {n for part in when for n in _names(part)} if isinstance(when, list) else set()


def _derived(finding: str, values: dict[str, Numbers | Words]) -> str | None:
    rule = program().deriving[finding]
    known = Findings(dict(values))
    for i, row in enumerate(rule.then.derive.rows, start=1):
        if truth(program().conditions[f"{rule.rule}/{i}"], known) is YES:
            return row.value
    return rule.then.derive.else_


# The last days.


@pytest.mark.parametrize(
    ("old", "product", "cautious", "findings", "daily", "dose"),
    [
        ("morphine 120", "morphine", NO, {"renal_value": "59.9 mL/min"}, "60", "10"),
        ("morphine 120", "morphine", YES, {"frail": PRESENT}, "60", "5"),
        ("morphine 120", "morphine", OPEN, {"renal_value": None}, "60", "5"),
        ("oxycodone 40", "oxycodone", NO, {}, "20", "2"),
        ("morphine 120", "morphine", NO, {"neurotoxic_sign": PRESENT}, "45", "7.5"),
        ("morphine 120", "morphine", NO, {"neurotoxic_sign": None}, "60", "10"),
    ],
)
def test_last_days(old: str, product: str, cautious: Truth, findings: dict[str, str | None], daily: str, dose: str) -> None:
    drug, milligrams = old.split()
    answer = last_days_infusion(
        tables(),
        [taken(drug, "oral", f"{milligrams} mg")],
        f"{product}-infusion",
        number("3"),
        replace(wish(f"{product}-injection", cautious), last_days=YES),
        patient(**findings),
    )
    assert isinstance(answer, Infusion)
    assert answer.daily == Decimal(daily)
    assert isinstance(answer.rescue, RescueDose)
    assert (answer.rescue.amount, answer.rescue.every) == (Decimal(dose), 1)
    assert any("not known" in line for line in answer.say) == (findings.get("renal_value", "") is None)


@pytest.mark.parametrize(("average", "counts", "daily"), [("3", [2, 2], "60"), ("4", [2, 2], "80"), ("3", [3, 3], "90")])
def test_as_needed_doses_join_the_infusion_only_where_they_are_needed(
    average: str, counts: list[int], daily: str
) -> None:
    orders = [_oral("120"), as_needed("morphine", "20 mg", counts)]
    answer = last_days_infusion(
        tables(), orders, "morphine-infusion", number(average), wish("morphine-injection"), patient()
    )
    assert isinstance(answer, Infusion)
    assert answer.daily == Decimal(daily)


@pytest.mark.parametrize(("cautious", "dose"), [(NO, "10"), (YES, "5")])
def test_a_patch_stays_in_the_last_days(cautious: Truth, dose: str) -> None:
    patch = taken("fentanyl", "transdermal", "50 microgram/h", "patch")
    orders = [patch, as_needed("morphine", "20 mg", [4, 4])]
    answer = last_days_infusion(
        tables(), orders, "morphine-infusion", number("6"), wish("morphine-injection", cautious), patient()
    )
    assert isinstance(answer, PatchStays)
    assert (answer.extra, answer.extra_at_most) == (60, 60)
    assert isinstance(answer.rescue, RescueDose)
    assert answer.rescue.amount == Decimal(dose)


# By weight.


def _weigh(weight: str) -> WeighedDose | Refused:
    body = (number(weight), number("170 cm"), _words("male"))
    return weigh(tables(), "lidocaine", body, patient(), approved("weight-lidocaine/specialist"))


@pytest.mark.parametrize(
    ("weight", "bolus", "most"), [("85 kg", 99, 99), ("60 kg", 90, 90), ("40 kg", 60, 60), ("50..85 kg", 75, 75)]
)
def test_by_weight(weight: str, bolus: int, most: int) -> None:
    answer = _weigh(weight)
    assert isinstance(answer, WeighedDose)
    assert (answer.bolus, answer.rate_most) == (bolus, most)


@pytest.mark.parametrize(("weight", "status"), [("39.9 kg", "excluded"), ("35..45 kg", "withheld")])
def test_by_weight_not_below_the_floor(weight: str, status: str) -> None:
    answer = _weigh(weight)
    assert isinstance(answer, Refused)
    assert answer.status == status


def test_a_tall_patient_ends_at_the_cap() -> None:
    body = (number("100 kg"), number("195 cm"), _words("male"))
    answer = weigh(tables(), "lidocaine", body, patient(), approved("weight-lidocaine/specialist"))
    assert isinstance(answer, WeighedDose)
    assert answer.rate_most == 100


# What holds whatever is drawn.

REGULAR = [
    ("morphine", "oral", "mg"),
    ("morphine", "subcutaneous", "mg"),
    ("morphine", "intravenous", "mg"),
    ("oxycodone", "oral", "mg"),
    ("oxycodone", "subcutaneous", "mg"),
    ("hydromorphone", "oral", "mg"),
    ("fentanyl", "transdermal", "microgram/h"),
    ("fentanyl", "subcutaneous", "microgram"),
    ("alfentanil", "subcutaneous", "mg"),
    ("buprenorphine", "transdermal", "microgram/h"),
    ("tapentadol", "oral", "mg"),
    ("tramadol", "oral", "mg"),
    ("codeine", "oral", "mg"),
]
REASONS = ["uncontrolled_pain", "adverse_effects", "renal_or_hepatic_decline", "stock_or_cost", "oral_route_lost"]
PRODUCTS = [p.product for p in tables().conversion.products.rows]
AMOUNTS = st.decimals(min_value=Decimal("0.5"), max_value=Decimal(900), places=1)
RISKS = st.fixed_dictionaries(
    {
        "frail": st.sampled_from([ABSENT, PRESENT, None]),
        "renal_band": st.sampled_from(["r0", "r1", "r2", "r3", "rd", None]),
        "hepatic_band": st.sampled_from(["N", "A", "B", "C", None]),
        "current_classes": st.sampled_from([[], ["benzodiazepine"], None]),
    }
)


@st.composite
def _regular(draw: st.DrawFn) -> OpioidTaken:
    drug, route, unit = draw(st.sampled_from(REGULAR))
    low = draw(AMOUNTS)
    high = draw(st.one_of(st.just(low), st.decimals(min_value=low, max_value=Decimal(900), places=1)))
    form = "patch" if unit.endswith("/h") else "modified-release"
    return OpioidTaken(f"{drug} {route}", drug, route, form, "regular", Numbers(low, high, unit))


@given(old=_regular(), product=st.sampled_from(PRODUCTS), doses=st.sampled_from([1, 2, 3, 4, 6]), reason=st.sampled_from(REASONS), risks=RISKS)
def test_a_rotation_never_raises_the_total(
    old: OpioidTaken, product: str, doses: int, reason: str, risks: dict[str, str | list[str] | None]
) -> None:
    target = tables().product(product)
    if target.drug == old.drug:
        return
    opened = frozenset(f"conversion/reductions/{row.row}" for row in tables().conversion.reductions.rows)
    answer = rotate(tables(), [old], Change(product, doses, reason, approved=opened), patient(**risks))
    if isinstance(answer, Refused):
        assert answer.reason
        return
    factor = tables().factor(target.drug, target.route)
    assert factor is not None
    assert factor.display is not None
    left = total([old], tables(), "display").total
    assert answer.daily * Decimal(factor.display) <= left.low * (1 - answer.r)
    assert answer.r >= Decimal("0.25")
    assert 0 < answer.daily <= answer.raw
    assert target.start_at_most is None or answer.daily <= number(target.start_at_most).low


@given(old=_regular(), reason=st.sampled_from(REASONS), risks=RISKS, name=st.sampled_from(["frail", "renal_band", "hepatic_band", "current_classes"]))
def test_forgetting_never_raises_a_rotation(
    old: OpioidTaken, reason: str, risks: dict[str, str | list[str] | None], name: str
) -> None:
    if old.drug == "oxycodone":
        return
    change = Change("oxycodone-immediate-release", 4, reason)
    known = rotate(tables(), [old], change, patient(**risks))
    forgotten = rotate(tables(), [old], change, patient(**{**risks, name: None}))
    if isinstance(forgotten, Rotation):
        assert isinstance(known, Rotation)
        assert forgotten.daily <= known.daily


@given(milligrams=AMOUNTS, more=AMOUNTS)
def test_leaving_more_never_starts_less_but_where_the_largest_totals_are_cut(milligrams: Decimal, more: Decimal) -> None:
    change = Change("oxycodone-immediate-release", 4, "uncontrolled_pain")
    low, high = sorted((milligrams, more))
    if low < 300 <= high:
        return
    answers = [rotate(tables(), [_oral(str(m))], change, patient()) for m in (low, high)]
    doses = [answer.daily if isinstance(answer, Rotation) else Decimal(0) for answer in answers]
    assert doses[0] <= doses[1]


@given(
    old=_regular(),
    product=st.sampled_from([p for p in PRODUCTS if tables().product(p).smallest]),
    cautious=st.sampled_from([YES, NO, OPEN]),
)
def test_rescue_lies_inside_its_guard(old: OpioidTaken, product: str, cautious: Truth) -> None:
    answer = rescue(tables(), [old], wish(product, cautious))
    if isinstance(answer, Refused):
        return
    target = tables().product(product)
    factor = tables().factor(target.drug, target.route)
    assert factor is not None
    assert factor.display is not None
    whole = total([old], tables(), "display", "regular").total.low
    share = answer.amount * Decimal(factor.display) / whole
    assert Decimal("0.05") <= share <= Decimal("0.2")
    open_too = rescue(tables(), [old], wish(product, OPEN))
    assert isinstance(open_too, Refused) or open_too.amount <= answer.amount


@given(one=AMOUNTS, other=AMOUNTS, cautious=st.sampled_from([YES, NO]))
def test_rescue_never_falls_as_the_regular_dose_rises(one: Decimal, other: Decimal, cautious: Truth) -> None:
    low, high = sorted((one, other))
    answers = [rescue(tables(), [_oral(str(m))], wish("morphine-immediate-release", cautious)) for m in (low, high)]
    if all(isinstance(answer, RescueDose) for answer in answers):
        doses = [answer.amount for answer in answers if isinstance(answer, RescueDose)]
        assert doses[0] <= doses[1]


@given(milligrams=AMOUNTS, drug=st.sampled_from(["fentanyl", "buprenorphine"]), risks=RISKS)
def test_a_patch_exceeds_neither_limb(
    milligrams: Decimal, drug: str, risks: dict[str, str | list[str] | None]
) -> None:
    opened = approved("patch-fentanyl/kidney-severe")
    answer = to_patch(
        tables(), [_oral(str(milligrams))], drug, "stock_or_cost", wish("oxycodone-immediate-release"), patient(**risks), opened
    )
    if isinstance(answer, Refused):
        return
    table = tables().patch(drug)
    assert table is not None
    assert answer.strength <= min(answer.raw, answer.label_cap)
    assert answer.strength in {number(text).low for text in table.strengths}
    factor = tables().factor(drug, "transdermal")
    assert factor is not None
    assert factor.display is not None
    assert answer.strength * Decimal(factor.display) <= milligrams


@given(
    low=st.integers(min_value=0, max_value=1200),
    more=st.integers(min_value=0, max_value=400),
    age=st.integers(min_value=18, max_value=100),
    older=st.integers(min_value=0, max_value=40),
    risks=RISKS,
)
def test_a_banded_start_stays_below_its_cap_and_a_range_never_starts_higher(
    low: int, more: int, age: int, older: int, risks: dict[str, str | list[str] | None]
) -> None:
    known = _banded(f"{low}", f"{age}", risks)
    if isinstance(known, Refused):
        return
    assert 0 <= known.per_dose * known.doses_per_day <= 30
    for total_from, years in [(f"{low}..{low + more}", f"{age}"), (f"{low}", f"{age}..{age + older}"), (f"{low}", f"{age + older}")]:
        other = _banded(total_from, years, risks)
        assert isinstance(other, BandedStart)
        assert other.per_dose * other.doses_per_day <= known.per_dose * known.doses_per_day


def _banded(total_from: str, age: str, risks: dict[str, str | list[str] | None]) -> BandedStart | Refused:
    return banded_start(
        tables(), "methadone", number(f"{total_from} mg/(24.h)"), number(f"{age} a"), patient(**risks), METHADONE
    )


@given(
    daily=st.integers(min_value=2, max_value=80),
    counts=st.lists(st.integers(min_value=0, max_value=12), min_size=2, max_size=3),
    dose=st.sampled_from(["2.5 mg", "10 mg", "20 mg"]),
    average=st.integers(min_value=0, max_value=10),
    risks=RISKS,
)
def test_titration_keeps_to_its_cap(
    daily: int, counts: list[int], dose: str, average: int, risks: dict[str, str | list[str] | None]
) -> None:
    now = Decimal(daily * 10)
    answer = titrate(
        tables(),
        _oral(str(now)),
        [as_needed("morphine", dose, counts)],
        DAYS,
        _state(str(average)),
        wish("morphine-immediate-release"),
        patient(**risks),
    )
    assert isinstance(answer, Titrated)
    lower = risks["frail"] != ABSENT or risks["renal_band"] not in ("r0", "r1")
    assert now <= answer.daily <= now * (Decimal("1.3") if lower else Decimal("1.5"))


@given(amount=AMOUNTS, product=st.sampled_from(PRODUCTS))
def test_rounding_goes_down_only(amount: Decimal, product: str) -> None:
    target = tables().product(product)
    given_dose = rounded(amount, target.rounding, target.unit)
    assert 0 <= given_dose <= amount
    assert rounded(given_dose, target.rounding, target.unit) == given_dose


@given(patch=st.integers(min_value=12, max_value=300), milligrams=AMOUNTS)
def test_totals_add_up(patch: int, milligrams: Decimal) -> None:
    worn = taken("fentanyl", "transdermal", f"{patch} microgram/h", "patch")
    swallowed = _oral(str(milligrams))
    for column in ("display", "from_low", "range_high"):
        both = total([worn, swallowed], tables(), column).total.low
        assert both == sum(total([one], tables(), column).total.low for one in (worn, swallowed))


# Programs that ask for what no table holds, and the check of the tables.


def test_misuse_is_an_error_and_not_an_answer() -> None:
    change = Change("morphine-modified-release", 2, "uncontrolled_pain")
    oxycodone = [taken("oxycodone", "oral", "80 mg")]
    with pytest.raises(ConversionRefused, match="this drug is taken already"):
        rotate(tables(), [_oral("60")], change, patient())
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


def test_an_unrecorded_as_needed_order_counts_as_none_where_a_dose_follows_and_as_all_where_risk_is_asked() -> None:
    order = as_needed("morphine", "10 mg", [])
    assert total([order], tables(), "from_low").total.high == 0
    assert total([order], tables(), "range_high").total.low == 60
    whole = start_total([order], tables())
    assert not isinstance(whole, Refused)
