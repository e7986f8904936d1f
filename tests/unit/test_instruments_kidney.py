"""Cockcroft-Gault, CKD-EPI 2021, acute injury: published arithmetic, edges and bounds."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from protocol.errors import QuantityError
from protocol.instruments.body import body_mass_index, ideal_weight
from protocol.instruments.kidney import (
    acute_kidney_injury,
    ckd_epi_2021,
    cockcroft_gault,
    creatinine_implied,
    creatinine_ratio,
    creatinine_rise,
    dosing_weight,
    renal_value,
)
from protocol.possible import Numbers, Words

CASES = Path(__file__).parents[1] / "cases" / "mps.yaml"
SEXES = Words(frozenset({"female", "male", "intersex"}))


def at(amount: str | Decimal, unit: str) -> Numbers:
    return Numbers(Decimal(amount), Decimal(amount), unit)


def between(low: str, high: str, unit: str) -> Numbers:
    return Numbers(Decimal(low), Decimal(high), unit)


def word(*options: str) -> Words:
    return Words(frozenset(options))


def clearance(
    age: str = "62", weight: str = "65", creatinine: str = "68", sex: str = "female", height: str = "165"
) -> Numbers:
    return cockcroft_gault(at(age, "a"), at(weight, "kg"), at(height, "cm"), at(creatinine, "umol/L"), word(sex))


def rounded(value: Numbers, places: str = "0.1") -> Decimal:
    assert value.known
    return value.low.quantize(Decimal(places), rounding=ROUND_HALF_UP)


def patients() -> list[Any]:
    if not CASES.exists():
        return []
    return [
        case
        for case in YAML(typ="safe", pure=True).load(CASES.read_text())["cases"]
        if case["trial_derived"].get("crcl_ml_min") is not None
    ]


def test_the_worked_patients_are_there() -> None:
    assert len(patients()) == 23


@pytest.mark.parametrize("case", patients(), ids=lambda case: str(case["id"]))
def test_worked_patients_have_the_clearance_that_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], Decimal(str(case["trial_derived"]["crcl_ml_min"]))
    arguments = {
        "age": at(str(inputs["age_years"]), "a"),
        "weight": at(str(inputs["weight_kg"]), "kg"),
        "height": at(str(inputs["height_cm"]), "cm"),
        "creatinine": at(str(inputs["serum_creatinine_umol_per_l"]), "umol/L"),
    }
    answer = cockcroft_gault(**arguments, sex=word(inputs["sex_at_birth"]))
    assert rounded(answer) == expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, "77.5"),
        ({"sex": "male"}, "91.7"),
        ({"sex": "intersex"}, "77.5"),
        ({"creatinine": "40"}, "87.9"),
        ({"creatinine": "60"}, "87.9"),
        ({"creatinine": "61"}, "86.4"),
        # 165 cm: the index reaches 30 at 81.675 kg, and the weight that counts falls there.
        ({"weight": "81.6"}, "97.3"),
        ({"weight": "81.675"}, "79.7"),
        ({"age": "140"}, "0.0"),
    ],
)
def test_clearance(given_: dict[str, str], expected: str) -> None:
    assert rounded(clearance(**given_)) == Decimal(expected)


def test_a_clearance_on_a_threshold_is_exactly_on_it() -> None:
    assert clearance(age="40", weight="60", creatinine="104").low == 60


def test_an_unknown_sex_keeps_the_larger_and_the_smaller_factor() -> None:
    answer = cockcroft_gault(at("62", "a"), at("65", "kg"), at("165", "cm"), at("68", "umol/L"), SEXES)
    assert (answer.low, answer.high) == (clearance().low, clearance(sex="male").low)


def test_a_creatinine_in_another_unit_is_converted() -> None:
    answer = cockcroft_gault(at("62", "a"), at("65", "kg"), at("165", "cm"), at("1.4", "mg/dL"), word("female"))
    assert rounded(answer) == Decimal("42.6")


def test_a_unit_of_another_kind_is_refused() -> None:
    with pytest.raises(QuantityError, match="cannot become"):
        cockcroft_gault(at("62", "a"), at("65", "cm"), at("165", "cm"), at("68", "umol/L"), word("female"))
    with pytest.raises(QuantityError, match='no score for "none"'):
        clearance(sex="none")


def test_an_estimated_weight_bounds_the_clearance() -> None:
    answer = cockcroft_gault(
        at("62", "a"), between("50", "70", "kg"), at("165", "cm"), at("68", "umol/L"), word("female")
    )
    assert (answer.low, answer.high) == (clearance(weight="50").low, clearance(weight="70").low)


GRID_WEIGHTS = st.decimals(20, 300, places=1)
GRID_HEIGHTS = st.decimals(100, 230, places=1)


@given(
    weights=st.lists(GRID_WEIGHTS, min_size=2, max_size=2),
    heights=st.lists(GRID_HEIGHTS, min_size=2, max_size=2),
)
def test_the_dosing_weight_is_bounded_tightly(weights: list[Decimal], heights: list[Decimal]) -> None:
    weight = Numbers(min(weights), max(weights), "kg")
    height = Numbers(min(heights), max(heights), "cm")
    bounds = dosing_weight(weight, height, word("female"))
    steps = 40
    found = []
    for i in range(steps + 1):
        for j in range(steps + 1):
            kilograms = weight.low + (weight.high - weight.low) * i / steps
            centimetres = height.low + (height.high - height.low) * j / steps
            here = dosing_weight(at(kilograms, "kg"), at(centimetres, "cm"), word("female")).low
            assert bounds.low <= here <= bounds.high
            found.append(here)
    slack = (weight.high - weight.low) / steps
    assert min(found) - bounds.low <= slack
    assert bounds.high - max(found) <= slack


def test_an_unknown_height_leaves_actual_and_adjusted_weight() -> None:
    unknown = between("100", "230", "cm")
    light = dosing_weight(at("25", "kg"), unknown, word("female"))
    heavy = dosing_weight(at("110", "kg"), unknown, word("female"))
    assert light.known  # 25 kg is not obese at any height that is accepted
    assert heavy.low < heavy.high == 110


@pytest.mark.parametrize(
    ("age", "creatinine", "sex", "expected"),
    [
        ("55", "79.56", "female", "75.5"),  # 0.9 mg/dL
        ("62", "68", "female", "87.3"),
        ("62", "68", "male", "101.3"),
        ("62", "61.88", "female", "97.7"),  # at the bend
        ("62", "61.87", "female", "97.7"),
        ("80", "240", "male", "23.0"),
    ],
)
def test_filtration_rate(age: str, creatinine: str, sex: str, expected: str) -> None:
    answer = ckd_epi_2021(at(age, "a"), at(creatinine, "umol/L"), word(sex))
    assert abs(answer.low - reference_rate(age, creatinine, sex)) < Decimal("0.000001")
    assert rounded(answer) == Decimal(expected)


def reference_rate(age: str, creatinine: str, sex: str) -> Decimal:
    """The equation once more, in floating point: a second opinion, not a clinical value."""
    bend, below, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    share = float(creatinine) / 88.4 / bend
    return Decimal(142 * min(share, 1) ** below * max(share, 1) ** -1.2 * 0.9938 ** float(age) * factor)


@given(
    age=st.integers(18, 120).map(str),
    rate=st.decimals(3, 120, places=1).map(str),
    sex=st.sampled_from(["female", "male"]),
)
def test_the_implied_creatinine_gives_the_rate_back(age: str, rate: str, sex: str) -> None:
    implied = creatinine_implied(at(age, "a"), at(rate, "mL/min/1.73m2"), word(sex))
    if Decimal(10) < implied.low < Decimal(2500):
        back = ckd_epi_2021(at(age, "a"), implied, word(sex))
        assert abs(back.low - Decimal(rate)) < Decimal("1e-20")


def test_a_rate_of_0_implies_the_highest_creatinine_there_is() -> None:
    answer = creatinine_implied(at("62", "a"), between("0", "51", "mL/min/1.73m2"), word("female"))
    assert answer.high == 2500
    assert answer.low < 110


def test_sexes_that_the_equation_does_not_know_leave_both() -> None:
    both = ckd_epi_2021(at("62", "a"), at("68", "umol/L"), word("intersex"))
    female = ckd_epi_2021(at("62", "a"), at("68", "umol/L"), word("female"))
    male = ckd_epi_2021(at("62", "a"), at("68", "umol/L"), word("male"))
    assert (both.low, both.high) == (female.low, male.low)


def test_an_unknown_clearance_and_a_rate_of_51_leave_0_to_51() -> None:
    assert renal_value(between("0", "861", "mL/min"), at("51", "mL/min/1.73m2")) == between("0", "51", "mL/min")
    assert renal_value(at("27.6", "mL/min"), at("51", "mL/min/1.73m2")) == at("27.6", "mL/min")


@pytest.mark.parametrize(
    ("creatinine", "baseline", "falling", "expected"),
    [
        ("120", "80", "absent", {"present"}),
        ("119.9", "80", "absent", {"absent"}),
        ("80", "80", "present", {"present"}),
    ],
)
def test_acute_injury_by_ratio_or_record(creatinine: str, baseline: str, falling: str, expected: set[str]) -> None:
    answer = acute_kidney_injury(at(creatinine, "umol/L"), at(baseline, "umol/L"), word(falling))
    assert answer.options == expected


@pytest.mark.parametrize(
    ("earlier", "hours", "expected"),
    [("64", "48", {"present"}), ("64.1", "48", {"absent"}), ("64", "48.1", {"absent"})],
)
def test_acute_injury_by_a_rise_within_48_hours(earlier: str, hours: str, expected: set[str]) -> None:
    answer = acute_kidney_injury(
        at("90", "umol/L"), at("80", "umol/L"), word("absent"), at(earlier, "umol/L"), at(hours, "h")
    )
    assert answer.options == expected


def test_acute_injury_is_open_while_what_decides_it_is() -> None:
    unknown = between("10", "2500", "umol/L")
    assert acute_kidney_injury(at("90", "umol/L"), unknown, word("absent")).options == {"absent", "present"}
    assert acute_kidney_injury(at("90", "umol/L"), at("90", "umol/L"), word("absent", "present")).options == {
        "absent",
        "present",
    }
    assert acute_kidney_injury(unknown, unknown, word("present")).options == {"present"}


def test_ratio_and_rise() -> None:
    assert creatinine_ratio(at("340", "umol/L"), at("80", "umol/L")) == at("4.25", "1")
    assert creatinine_rise(at("90", "umol/L"), at("64", "umol/L")) == at("26", "umol/L")


def test_body_size() -> None:
    assert body_mass_index(at("81.675", "kg"), at("165", "cm")) == at("30", "1")
    assert ideal_weight(at("170", "cm"), word("male")) == at("66.016", "kg")
    assert ideal_weight(at("100", "cm"), word("female")) == at("0", "kg")
