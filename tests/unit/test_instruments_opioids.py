"""Opioid totals and exposure: nothing is left out of a sum in silence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.instruments import OpioidOrder, as_needed_mean, opioid_exposure, opioid_total, working
from protocol.instruments.opioids import HIGHEST_TOTAL
from protocol.possible import Numbers, Words

DAILY = "mg/(24.h)"
MORPHINE = {"from": Decimal(1), "risk": Decimal(1)}
OXYCODONE = {"from": Decimal("1.5"), "risk": Decimal(2)}
FENTANYL_PATCH = {"from": Decimal("2.4"), "risk": Decimal(4)}
METHADONE: Mapping[str, Decimal | None] = {"from": None, "risk": None}


def at(amount: str | int, unit: str = DAILY) -> Numbers:
    return Numbers(Decimal(amount), Decimal(amount), unit)


def between(low: str | int, high: str | int, unit: str = DAILY) -> Numbers:
    return Numbers(Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(("column", "expected"), [("from", 180), ("risk", 280)])
def test_patch_and_tablets_add_up(column: str, expected: int) -> None:
    patch = OpioidOrder("fentanyl patch", at(50, "microgram/h"), FENTANYL_PATCH)
    tablets = OpioidOrder("oxycodone", at(40), OXYCODONE)
    answer = opioid_total([patch, tablets], column)
    assert answer.total == at(expected)
    assert answer.status == "complete"


def test_the_working_shows_every_order() -> None:
    patch = OpioidOrder("fentanyl patch", at(50, "microgram/h"), FENTANYL_PATCH)
    tablets = OpioidOrder("oxycodone", between(30, 40), OXYCODONE)
    assert opioid_total([patch, tablets], "from").working == (
        "fentanyl patch: 50 microgram/h x 2.4 = 120 mg/24 h",
        "oxycodone: 30 to 40 mg/24 h x 1.5 = 45 to 60 mg/24 h",
        "total: 165 to 180 mg/24 h",
    )


def test_no_opioid_is_0() -> None:
    assert opioid_total([], "from").total == at(0)


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (OpioidOrder("fentanyl patch", None, FENTANYL_PATCH), "incomplete"),
        (OpioidOrder("methadone", at(30), METHADONE), "no-equivalent"),
        (OpioidOrder("methadone", None, METHADONE), "no-equivalent"),
    ],
)
def test_one_order_that_cannot_be_counted_leaves_everything_possible(order: OpioidOrder, status: str) -> None:
    answer = opioid_total([OpioidOrder("morphine", at(60), MORPHINE), order], "from")
    assert answer.total == between(0, str(HIGHEST_TOTAL))
    assert answer.status == status
    assert "no total can be formed" in answer.working[1]


def test_a_column_that_is_not_there_is_not_a_missing_equivalent() -> None:
    with pytest.raises(KeyError):
        opioid_total([OpioidOrder("morphine", at(60), MORPHINE)], "display")


@given(amounts=st.lists(st.tuples(st.decimals(0, 500, places=1), st.decimals(0, 500, places=1)), max_size=4))
def test_a_total_contains_every_concrete_total(amounts: list[tuple[Decimal, Decimal]]) -> None:
    orders = [OpioidOrder("x", Numbers(min(pair), max(pair), DAILY), OXYCODONE) for pair in amounts]
    bounds = opioid_total(orders, "from").total
    assert bounds.low == sum((min(pair) for pair in amounts), Decimal(0)) * Decimal("1.5")
    assert bounds.high == sum((max(pair) for pair in amounts), Decimal(0)) * Decimal("1.5")


def test_as_needed_doses_are_the_mean_of_the_last_three_recorded_days() -> None:
    assert as_needed_mean([at(9, "1"), at(2, "1"), at(3, "1"), at(4, "1")]) == at(3, "1")
    assert as_needed_mean([at(3, "1"), between(3, 4, "1")]) == between(3, "3.5", "1")
    assert as_needed_mean([at(3, "1")]) is None


def exposure(total: Numbers, days: Numbers, gap: Numbers, since: Numbers) -> set[str]:
    return set(opioid_exposure(total, days, gap, since).options)


@pytest.mark.parametrize(
    ("total", "days", "gap", "since", "expected"),
    [
        ("19.9", "30", "0", "4", "naive"),
        ("20", "30", "0", "4", "exposed"),
        ("59.9", "30", "0", "4", "exposed"),
        ("60", "7", "0", "4", "tolerant"),
        ("60", "6", "0", "4", "exposed"),
        ("60", "6.9", "0", "4", "exposed"),
        ("90", "30", "72", "4", "tolerant"),
        ("90", "30", "72.1", "4", "exposed"),
        ("90", "30", "96", "4", "exposed"),
        ("90", "30", "0", "72", "tolerant"),
        ("90", "30", "0", "72.1", "naive"),
        ("40", "30", "0", "4", "exposed"),
    ],
)
def test_exposure_on_its_edges(total: str, days: str, gap: str, since: str, expected: str) -> None:
    assert exposure(at(total), at(days, "d"), at(gap, "h"), at(since, "h")) == {expected}


def test_exposure_with_open_inputs() -> None:
    recent, closed, long = at(4, "h"), at(0, "h"), at(30, "d")
    assert exposure(between(0, 500), long, closed, recent) == {"naive", "exposed", "tolerant"}
    assert exposure(between(60, 90), long, closed, recent) == {"tolerant"}
    assert exposure(between(60, 90), between(0, 60, "d"), closed, recent) == {"exposed", "tolerant"}
    assert exposure(at(90), long, closed, between(0, 30, "d")) == {"naive", "tolerant"}
    assert exposure(at(90), long, closed, at(4, "d")) == {"naive"}


def test_working_of_exposure() -> None:
    arguments = {
        "omedd_from": at(60),
        "days_at_sixty": at(7, "d"),
        "longest_gap": at(0, "h"),
        "since_last_opioid": at(4, "h"),
    }
    assert working("opioid-exposure", arguments, Words(frozenset({"tolerant"}))) == (
        "omedd from 60 mg/24 h, days at sixty 7 days, longest gap 0 h, since last opioid 4 h: tolerant"
    )
