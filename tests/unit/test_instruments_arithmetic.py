"""Plain arithmetic on sets, and how the registry takes arguments and refuses them."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest

from protocol.errors import QuantityError
from protocol.instruments import CALCULATIONS, working
from protocol.instruments.arithmetic import WIDEST
from protocol.possible import Members, Numbers, Possible, Words


def at(amount: str | int, unit: str = "1") -> Numbers:
    return Numbers(Decimal(amount), Decimal(amount), unit)


def between(low: str | int, high: str | int, unit: str = "1") -> Numbers:
    return Numbers(Decimal(low), Decimal(high), unit)


def word(*options: str) -> Words:
    return Words(frozenset(options))


def call(name: str, **arguments: Possible | tuple[Possible, ...]) -> Possible:
    return CALCULATIONS[name].call(arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("total", {"values": (at(2), between(1, 3))}, between(3, 5)),
        ("total", {"values": (at(1, "d"), at(12, "h"))}, at("1.5", "d")),
        ("difference", {"value": between(5, 8), "minus": between(1, 2)}, between(3, 7)),
        ("ratio", {"value": at(3), "by": at(2)}, at("1.5")),
        ("ratio", {"value": between(1, 4), "by": between(2, 8)}, between("0.125", 2)),
        ("ratio", {"value": between(-4, 4), "by": between(-8, -2)}, between(-2, 2)),
        ("ratio", {"value": at(4), "by": between(0, 2)}, Numbers(Decimal(0), WIDEST, "1")),
        ("ratio", {"value": at(4), "by": between(-1, 2)}, Numbers(-WIDEST, WIDEST, "1")),
        ("percent-change", {"before": at(80, "kg"), "after": at(70, "kg")}, at("-12.5", "%")),
        ("percent-change", {"before": between(0, 1), "after": at(1)}, Numbers(-WIDEST, WIDEST, "%")),
        ("lowest", {"values": (between(0, 300), at(51))}, between(0, 51)),
        ("highest", {"values": (between(0, 300), at(51))}, between(51, 300)),
        ("span", {"values": (at(9), at(6))}, between(6, 9)),
        ("clamp", {"value": between(5, 90), "at_least": at(10), "at_most": at(60)}, between(10, 60)),
        ("clamp", {"value": at(90), "at_least": at(10), "at_most": at(60)}, at(60)),
        ("reconciled", {"computed": between(3, 5), "reported": at(4)}, at(4)),
        ("reconciled", {"computed": at(3), "reported": at(6)}, between(3, 6)),
        ("elapsed", {"from_ago": at(5, "d"), "to_ago": between(0, 48, "h")}, between(3, 5, "d")),
    ],
)
def test_arithmetic(name: str, arguments: dict[str, Possible], expected: Numbers) -> None:
    assert CALCULATIONS[name].call(arguments) == expected


def test_counts() -> None:
    asked = (word("present"), word("absent"), word("present", "absent"))
    assert call("count-present", findings=asked) == between(1, 2)
    assert call("count-listed", members=Members(frozenset("ab"), frozenset("abcd"))) == between(2, 4)


@pytest.mark.parametrize(
    ("this", "that", "expected"),
    [
        (at(5, "d"), at(24, "h"), {"before"}),
        (at(24, "h"), at(1, "d"), {"same"}),
        (at(1, "d"), at(5, "d"), {"after"}),
        (between(0, 5, "d"), at(2, "d"), {"before", "same", "after"}),
        (between(2, 5, "d"), at(2, "d"), {"before", "same"}),
    ],
)
def test_order_of_times_told_as_how_long_ago(this: Numbers, that: Numbers, expected: set[str]) -> None:
    assert call("order-of-times", this_ago=this, that_ago=that) == Words(frozenset(expected))


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("total", {"values": (at(1, "kg"), at(1, "cm"))}, 'cannot become "kg"'),
        ("total", {"values": ()}, "total needs values"),
        ("ratio", {"value": at(50, "%"), "by": at(2)}, '"1" cannot stand for "%"'),
        ("ratio", {"value": at(1)}, "ratio needs by"),
        ("ratio", {"value": at(1), "by": at(1), "unit": at(1)}, "ratio takes no unit; it takes value, by"),
        ("ratio", {"value": (at(1), at(2)), "by": at(1)}, "takes one value for value, not 2"),
        ("ratio", {"value": word("present"), "by": at(1)}, "ratio takes a number for value"),
        ("elapsed", {"from_ago": at(1), "to_ago": at(1)}, "does not measure time"),
        ("clamp", {"value": at(1), "at_least": at(3), "at_most": at(2)}, "lower limit 3 is above"),
        ("count-present", {"findings": (word("positive"),)}, 'has no score for "positive"'),
    ],
)
def test_arguments_that_make_no_sense_are_refused(name: str, arguments: dict[str, Possible], message: str) -> None:
    with pytest.raises(QuantityError, match=message):
        CALCULATIONS[name].call(arguments)


def test_no_setting_of_the_caller_changes_an_answer() -> None:
    with localcontext() as context:
        context.prec = 3
        rough = call("ratio", value=at(1), by=at(3))
    assert rough == call("ratio", value=at(1), by=at(3))
    assert isinstance(rough, Numbers)
    assert len(rough.low.as_tuple().digits) == 28


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("total", {"values": (at(2), at(3))}, "2 + 3 = 5"),
        (
            "lowest",
            {"values": (at("77.5", "mL/min"), at(51, "mL/min"))},
            "lowest of 77.5 mL/min and 51 mL/min = 51 mL/min",
        ),
        ("lowest", {"values": (between(0, 300), at(51))}, "between 0 and 51 (values 0 to 300, 51)"),
        ("ratio", {"value": at(340, "umol/L"), "by": at(80, "umol/L")}, "340 umol/L / 80 umol/L = 4.25"),
        ("ratio", {"value": at(3), "by": at(0)}, "undefined: by is 0"),
        ("percent-change", {"before": at(8), "after": at(4)}, "(4 - 8) / 8 x 100 = -50 %"),
        ("highest", {"values": (between(0, 40), at(51))}, "51 in every case (values 0 to 40, 51)"),
        ("count-present", {"findings": (word("present"), word("absent"))}, "1 of 2 present"),
    ],
)
def test_working(name: str, arguments: dict[str, Possible], expected: str) -> None:
    assert working(name, arguments, CALCULATIONS[name].call(arguments)) == expected


def test_names_are_kebab_case_and_every_calculation_says_what_it_is() -> None:
    for name, calculation in CALCULATIONS.items():
        assert name == calculation.name == name.lower().replace("_", "-")
        assert calculation.summary
        assert calculation.source
        names = [parameter.name for parameter in calculation.parameters]
        assert len(names) == len(set(names))
    assert list(CALCULATIONS) == sorted(CALCULATIONS)
