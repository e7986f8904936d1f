"""What becomes of an opioid that is taken: raised, lowered under toxicity, converted in the last days."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from protocol.dosing.by_weight import WeighedDose, weigh
from protocol.dosing.refusal import Refused
from protocol.dosing.rescue import RescueDose
from protocol.dosing.rotation import Change, Rotation, rotate
from protocol.dosing.routes import Infusion, PatchStays, last_days_infusion
from protocol.dosing.titration import Titrated, TitrationState, titrate, titrate_patch
from protocol.dosing.toxicity import Lowered, reduce
from protocol.inference.evaluate import Findings, truth
from protocol.possible import Numbers, Words
from protocol.terms import Truth
from tests.opioid_tables import (
    ABSENT,
    NO,
    OPEN,
    PRESENT,
    YES,
    Risks,
    approved,
    as_needed,
    number,
    oral,
    patient,
    program,
    tables,
    taken,
    wish,
    words,
)

# Raising.

DAYS = ("morphine-modified-release", 2)


def _titrate(
    state: TitrationState, counts: list[int], incident: str = ABSENT, findings: Risks | None = None
) -> Titrated:
    answer = titrate(
        tables(),
        oral("60"),
        [as_needed("morphine", "10 mg", counts, incident)],
        DAYS,
        state,
        wish("morphine-immediate-release"),
        patient(**(findings or {})),
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
def test_titration(average: str | None, since: str | None, counts: list[int], findings: Risks, daily: str) -> None:
    answer = _titrate(_state(average, since), counts, findings=findings)
    assert answer.daily == Decimal(daily)
    assert (answer.action == "increase") == (Decimal(daily) > 60)
    assert answer.reason or answer.action == "increase"


def test_what_is_open_is_asked() -> None:
    assert _titrate(_state(average=None), [2, 2]).ask
    assert _titrate(_state(since=None), [4, 4]).ask
    assert _titrate(_state(), []).ask
    assert _titrate(_state(), [4, 4], findings={"tox_level": None}).open_rows == ("conversion/titration/toxic",)


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
    rate: str,
    since: str,
    first: Truth,
    dose: str,
    counts: list[int],
    findings: Risks,
    expected: str,
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
    answer = reduce(tables(), oral("60"), DAYS, words(*level), pain)
    assert isinstance(answer, Lowered)
    assert (answer.action, answer.omit_next) == (action, omit)
    assert (answer.least, answer.most) == (least and Decimal(least), most and Decimal(most))


def test_a_rotation_for_toxicity_is_halved() -> None:
    lowered = reduce(tables(), oral("120"), DAYS, words("neurotoxic"), number("7"))
    assert lowered.rotate_reason is not None
    change = Change("oxycodone-modified-release", 2, lowered.rotate_reason)
    answer = rotate(tables(), [oral("120")], change, patient(tox_level="neurotoxic"))
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
    values: dict[str, Numbers | Words] = {
        "respiratory_rate": number(f"{rate} /min"),
        "sedation_poss": words(poss),
        "spo2": number(f"{spo2} %"),
        "consciousness_acvpu": words("A"),
        "apnoea": words(ABSENT),
        "on_opioid": words(PRESENT),
        "neurotoxic_sign": words(jerks),
        "hypercapnia_or_home_oxygen": words(ABSENT),
        "naloxone_signs": words("none"),
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
    known = Findings({**values})
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
        ("oxycodone 40", "oxycodone", NO, {}, "20", "3"),
        ("morphine 120", "morphine", NO, {"neurotoxic_sign": PRESENT}, "45", "7.5"),
        ("morphine 120", "morphine", NO, {"neurotoxic_sign": None}, "60", "10"),
    ],
)
def test_last_days(old: str, product: str, cautious: Truth, findings: Risks, daily: str, dose: str) -> None:
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
    assert (answer.rescue.amount, answer.rescue.every) == (Decimal(dose), Decimal(1))
    assert any("not known" in line for line in answer.say) == (findings.get("renal_value", "") is None)


@pytest.mark.parametrize(
    ("average", "counts", "daily"), [("3", [2, 2], "60"), ("4", [2, 2], "80"), ("3", [3, 3], "90")]
)
def test_as_needed_doses_join_the_infusion_only_where_they_are_needed(
    average: str, counts: list[int], daily: str
) -> None:
    orders = [oral("120"), as_needed("morphine", "20 mg", counts)]
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
    assert (answer.extra, answer.extra_at_most) == (Decimal(60), Decimal(60))
    assert isinstance(answer.rescue, RescueDose)
    assert answer.rescue.amount == Decimal(dose)


# By weight.


def _weigh(weight: str) -> WeighedDose | Refused:
    body = (number(weight), number("170 cm"), words("male"))
    return weigh(tables(), "lidocaine", body, patient(), approved("weight-lidocaine/specialist"))


@pytest.mark.parametrize(
    ("weight", "bolus", "most"),
    [("85 kg", 99, 99), ("60 kg", 90, 90), ("40 kg", 60, 60), ("50..85 kg", 75, 75)],
)
def test_by_weight(weight: str, bolus: int, most: int) -> None:
    answer = _weigh(weight)
    assert isinstance(answer, WeighedDose)
    assert (answer.bolus, answer.rate_most) == (Decimal(bolus), Decimal(most))


@pytest.mark.parametrize(("weight", "status"), [("39.9 kg", "excluded"), ("35..45 kg", "withheld")])
def test_by_weight_not_below_the_floor(weight: str, status: str) -> None:
    answer = _weigh(weight)
    assert isinstance(answer, Refused)
    assert answer.status == status


def test_a_tall_patient_ends_at_the_cap() -> None:
    body = (number("100 kg"), number("195 cm"), words("male"))
    answer = weigh(tables(), "lidocaine", body, patient(), approved("weight-lidocaine/specialist"))
    assert isinstance(answer, WeighedDose)
    assert answer.rate_most == 100
