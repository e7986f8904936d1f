"""The published scores on and next to each of their edges, and their bounds while items are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from protocol.errors import QuantityError
from protocol.instruments import CALCULATIONS, working
from protocol.instruments.blood import corrected_calcium, corrected_calcium_lower, haemoglobin_drop
from protocol.instruments.bone import SINS_POINTS, mirels, sins, sins_band
from protocol.instruments.neuropathic import DN4_ITEMS, SLANSS_POINTS, dn4, dn4_interview, slanss
from protocol.instruments.pain import (
    abbey_severity,
    nrs_response_percent,
    nrs_response_points,
    painad_severity,
)
from protocol.possible import Numbers, Possible, Words

PRESENT, ABSENT = Words(frozenset({"present"})), Words(frozenset({"absent"}))
UNASKED = Words(frozenset({"present", "absent"}))


def at(amount: str | int, unit: str = "1") -> Numbers:
    return Numbers(Decimal(amount), Decimal(amount), unit)


def between(low: str | int, high: str | int, unit: str = "1") -> Numbers:
    return Numbers(Decimal(low), Decimal(high), unit)


def word(*options: str) -> Words:
    return Words(frozenset(options))


def answer(name: str, arguments: Mapping[str, Possible]) -> Possible:
    return CALCULATIONS[name].call(arguments)


def test_dn4_counts_present_items_and_leaves_unasked_ones_open() -> None:
    asked = dict.fromkeys(DN4_ITEMS, ABSENT) | dict.fromkeys(DN4_ITEMS[:3], PRESENT)
    assert dn4(asked) == at(3)
    assert dn4(asked | {"itching": UNASKED, "brush_evoked": UNASKED}) == between(3, 5)
    assert dn4({}) == between(0, 10)
    assert dn4(dict.fromkeys(DN4_ITEMS, PRESENT)) == at(10)


def test_dn4_interview_has_seven_items() -> None:
    assert dn4_interview({}) == between(0, 7)
    with pytest.raises(QuantityError, match='no item "brush_evoked"'):
        dn4_interview({"brush_evoked": PRESENT})


@pytest.mark.parametrize(
    ("item", "points"),
    [
        ("pins_needles", 5),
        ("skin_colour", 5),
        ("touch_sensitive", 3),
        ("sudden_bursts", 2),
        ("burning", 1),
        ("rub_discomfort", 5),
        ("press_numb", 3),
    ],
)
def test_slanss_weighs_each_item(item: str, points: int) -> None:
    assert slanss(dict.fromkeys(SLANSS_POINTS, ABSENT) | {item: PRESENT}) == at(points)
    assert slanss({item: PRESENT}) == between(points, 24)


def test_sins_runs_from_0_to_18() -> None:
    every = {name: Words(frozenset(points)) for name, points in SINS_POINTS.items()}
    highest = {name: word(max(points, key=points.__getitem__)) for name, points in SINS_POINTS.items()}
    assert sins(**every) == between(0, 18)
    assert sins(**highest) == at(18)
    with pytest.raises(QuantityError, match="SINS collapse has no score"):
        sins(**(highest | {"collapse": word("half")}))


def test_sins_of_the_unstable_worked_patient() -> None:
    components = {
        "location": word("junctional"),
        "pain": word("mechanical"),
        "lesion": word("lytic"),
        "alignment": word("deformity_denovo"),
        "collapse": word("lt50"),
        "posterolateral": word("unilateral"),
    }
    assert sins(**components) == at(13)
    assert sins(**(components | {"collapse": word("lt50", "none")})) == between(11, 13)
    assert working("sins", components, at(13)) == (
        "location 3 + pain 3 + lesion 2 + alignment 2 + collapse 2 + posterolateral 1 = 13"
    )


@pytest.mark.parametrize(
    ("score", "bands"),
    [
        (at(6), {"stable"}),
        (at(7), {"indeterminate"}),
        (at(12), {"indeterminate"}),
        (at(13), {"unstable"}),
        (between(6, 7), {"stable", "indeterminate"}),
        (between(0, 18), {"stable", "indeterminate", "unstable"}),
    ],
)
def test_sins_bands(score: Numbers, bands: set[str]) -> None:
    assert sins_band(score).options == bands


def test_mirels_adds_four_items_and_a_typed_total_narrows_it() -> None:
    unknown = between(1, 3)
    assert mirels(site=at(3), pain=at(3), lesion=at(2), size=at(1)) == at(9)
    assert mirels(site=at(3), pain=at(3), lesion=unknown, size=at(1)) == between(8, 10)
    assert mirels(site=unknown, pain=unknown, lesion=unknown, size=unknown) == between(4, 12)
    assert mirels(site=unknown, pain=unknown, lesion=unknown, size=unknown, reported=at(9)) == at(9)
    assert mirels(site=at(3), pain=at(3), lesion=at(3), size=at(3), reported=at(9)) == between(9, 12)
    with pytest.raises(QuantityError, match="Mirels site is 1, 2 or 3, not 4"):
        mirels(site=at(4), pain=at(3), lesion=at(3), size=at(3))


def liver(
    bilirubin: str = "10", albumin: str = "40", inr: str = "1.0", ascites: str = "none", brain: str = "none"
) -> dict[str, Possible]:
    return {
        "bilirubin": at(bilirubin, "umol/L"),
        "albumin": at(albumin, "g/L"),
        "inr": at(inr),
        "ascites": word(ascites),
        "encephalopathy": word(brain),
    }


@pytest.mark.parametrize(
    ("given", "points"),
    [
        ({}, 5),
        ({"bilirubin": "33.9"}, 5),
        ({"bilirubin": "34"}, 6),
        ({"bilirubin": "50"}, 6),
        ({"bilirubin": "50.1"}, 7),
        ({"albumin": "35.1"}, 5),
        ({"albumin": "35"}, 6),
        ({"albumin": "28"}, 6),
        ({"albumin": "27.9"}, 7),
        ({"inr": "1.69"}, 5),
        ({"inr": "1.7"}, 6),
        ({"inr": "2.3"}, 6),
        ({"inr": "2.31"}, 7),
        ({"ascites": "mild"}, 6),
        ({"ascites": "moderate_severe"}, 7),
        ({"brain": "grade1_2"}, 6),
        ({"brain": "grade3_4"}, 7),
    ],
)
def test_child_pugh_points(given: dict[str, str], points: int) -> None:
    assert answer("child-pugh-points", liver(**given)) == at(points)


@pytest.mark.parametrize(
    ("given", "letters"),
    [
        ({"bilirubin": "34"}, "A"),  # 6
        ({"bilirubin": "51"}, "B"),  # 7
        ({"bilirubin": "51", "albumin": "27"}, "B"),  # 9
        ({"bilirubin": "51", "albumin": "27", "inr": "1.7"}, "C"),  # 10
    ],
)
def test_child_pugh_class(given: dict[str, str], letters: str) -> None:
    assert answer("child-pugh-class", liver(**given)) == word(letters)


def test_child_pugh_with_open_inputs() -> None:
    given = liver() | {"encephalopathy": word("none", "grade3_4"), "bilirubin": between(30, 40, "umol/L")}
    assert answer("child-pugh-points", given) == between(5, 8)
    assert answer("child-pugh-class", given) == word("A", "B")


@pytest.mark.parametrize(
    ("baseline", "now", "percent", "points"),
    [(10, 7, "30", 3), (8, 6, "25", 2), (8, 4, "50", 4), (4, 6, "-50", -2), (1, 10, "-900", -9)],
)
def test_response(baseline: int, now: int, percent: str, points: int) -> None:
    assert nrs_response_percent(at(baseline), at(now), word("same")) == at(percent, "%")
    assert nrs_response_points(at(baseline), at(now), word("same")) == at(points)


def test_response_is_undefined_from_0_or_across_scales() -> None:
    anything = between(-900, 100, "%")
    assert nrs_response_percent(at(0), at(3), word("same")) == anything
    assert nrs_response_percent(between(0, 2), at(3), word("same")) == anything
    assert nrs_response_percent(at(8), at(4), word("same", "changed")) == anything
    assert nrs_response_points(at(8), at(4), word("changed")) == between(-10, 10)
    arguments: dict[str, Possible] = {"baseline": at(0), "now": at(3), "scale": word("same")}
    assert working("nrs-response-percent", arguments, anything) == "undefined: the baseline is 0"


@pytest.mark.parametrize(
    ("score", "severity"),
    [(0, "none"), (1, "none"), (2, "mild"), (3, "mild"), (4, "moderate"), (6, "moderate"), (7, "severe")],
)
def test_painad(score: int, severity: str) -> None:
    assert painad_severity(at(score)).options == {severity}


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (2, "none"),
        (3, "mild"),
        (7, "mild"),
        (8, "moderate"),
        (13, "moderate"),
        (14, "severe"),
        (18, "severe"),
    ],
)
def test_abbey(score: int, severity: str) -> None:
    assert abbey_severity(at(score)).options == {severity}
    assert abbey_severity(between(7, 14)).options == {"mild", "moderate", "severe"}


def test_corrected_calcium_takes_the_factor_that_is_cautious_for_its_question() -> None:
    low_albumin, high_albumin = at(20, "g/L"), at(50, "g/L")
    calcium = at("2.40", "mmol/L")
    assert corrected_calcium(calcium, low_albumin) == at("2.840", "mmol/L")
    assert corrected_calcium_lower(calcium, low_albumin) == at("2.80", "mmol/L")
    assert corrected_calcium(calcium, high_albumin) == at("2.20", "mmol/L")
    assert corrected_calcium_lower(calcium, high_albumin) == at("2.180", "mmol/L")
    assert corrected_calcium(calcium, at(40, "g/L")) == corrected_calcium_lower(calcium, at(40, "g/L")) == calcium
    assert corrected_calcium(calcium, between(20, 40, "g/L")) == between("2.40", "2.840", "mmol/L")
    arguments = {"total_calcium": calcium, "albumin": low_albumin}
    assert working("corrected-calcium", arguments, at("2.840", "mmol/L")) == ("2.4 + 0.022 x (40 - 20) = 2.84 mmol/L")


def test_haemoglobin_drop() -> None:
    assert haemoglobin_drop(at(92, "g/L"), at(120, "g/L")) == at(28, "g/L")
    assert haemoglobin_drop(between(90, 95, "g/L"), at("12", "g/dL")) == between(25, 30, "g/L")
