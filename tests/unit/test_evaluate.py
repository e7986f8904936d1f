"""The meaning of conditions: comparisons over sets, and Kleene's tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from protocol.inference.evaluate import Findings, truth
from protocol.possible import Members, Numbers, Possible, Words
from protocol.rules.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    AtMost,
    Below,
    Condition,
    CountAtLeast,
    IncludesAny,
    Missing,
    Not,
    OneOf,
)
from protocol.terms import Truth

YES, NO, OPEN = Truth.APPLIES, Truth.DOES_NOT_APPLY, Truth.CANNOT_TELL


def numbers(low: str, high: str) -> Numbers:
    return Numbers(Decimal(low), Decimal(high), "1")


def asked(condition: Condition, value: Possible, *, unknown: bool = False) -> Truth:
    return truth(condition, Findings({"x": value}, {"x"} if unknown else set()))


@pytest.mark.parametrize(
    ("low", "high", "below", "at_most", "above", "at_least"),
    [
        ("29.9", "29.9", YES, YES, NO, NO),
        ("30", "30", NO, YES, NO, YES),
        ("30.1", "30.1", NO, NO, YES, YES),
        ("29", "30", OPEN, YES, NO, OPEN),
        ("30", "31", NO, OPEN, OPEN, YES),
        ("29", "31", OPEN, OPEN, OPEN, OPEN),
    ],
)
def test_a_comparison_cannot_be_told_exactly_when_the_set_has_values_on_both_sides(
    low: str, high: str, below: Truth, at_most: Truth, above: Truth, at_least: Truth
) -> None:
    value, edge = numbers(low, high), Decimal(30)
    assert asked(Below("x", edge), value) is below
    assert asked(AtMost("x", edge), value) is at_most
    assert asked(Above("x", edge), value) is above
    assert asked(AtLeast("x", edge), value) is at_least


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"a"}, YES), ({"b"}, YES), ({"a", "b"}, YES), ({"a", "c"}, OPEN), ({"c"}, NO)],
)
def test_a_word_is_one_of_some_when_all_that_it_may_be_are(options: set[str], expected: Truth) -> None:
    assert asked(OneOf("x", frozenset({"a", "b"})), Words(frozenset(options))) is expected


@pytest.mark.parametrize(
    ("listed", "possible", "includes", "count"),
    [
        ({"a"}, {"a"}, YES, NO),
        (set(), set(), NO, NO),
        ({"b"}, {"b"}, NO, NO),
        ({"b"}, {"a", "b"}, OPEN, OPEN),
        ({"a", "b"}, {"a", "b", "c"}, YES, YES),
    ],
)
def test_what_is_listed_is_present_and_the_rest_depends_on_the_closing_fact(
    listed: set[str], possible: set[str], includes: Truth, count: Truth
) -> None:
    value = Members(frozenset(listed), frozenset(possible))
    assert asked(IncludesAny("x", frozenset({"a"})), value) is includes
    assert asked(CountAtLeast("x", 2), value) is count


def test_missing_alone_sees_ignorance_and_is_never_uncertain() -> None:
    assert asked(Missing("x"), numbers("0", "9"), unknown=True) is YES
    assert asked(Missing("x"), numbers("0", "9")) is NO


KNOWN = {YES: numbers("40", "40"), NO: numbers("20", "20"), OPEN: numbers("20", "40")}
WEAKEST = {(YES, YES): YES, (YES, OPEN): OPEN, (YES, NO): NO, (OPEN, OPEN): OPEN, (OPEN, NO): NO, (NO, NO): NO}
STRONGEST = {(YES, YES): YES, (YES, OPEN): YES, (YES, NO): YES, (OPEN, OPEN): OPEN, (OPEN, NO): OPEN, (NO, NO): NO}


@pytest.mark.parametrize("one", [YES, OPEN, NO])
@pytest.mark.parametrize("other", [YES, OPEN, NO])
def test_all_any_and_not_follow_kleenes_tables(one: Truth, other: Truth) -> None:
    findings = Findings({"x": KNOWN[one], "y": KNOWN[other]})
    parts = (Above("x", Decimal(30)), Above("y", Decimal(30)))
    pair = (one, other) if (one, other) in WEAKEST else (other, one)
    assert truth(All(parts), findings) is WEAKEST[pair]
    assert truth(AnyOf(parts), findings) is STRONGEST[pair]
    assert truth(Not(parts[0]), findings) is {YES: NO, NO: YES, OPEN: OPEN}[one]


def test_a_rule_without_a_condition_always_applies() -> None:
    assert truth(Always(), Findings()) is YES
