"""NEWS2 on each of its edges, in both oxygen scales, and while the scale is not chosen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from protocol.instruments import CALCULATIONS
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


NORMAL: dict[str, Possible] = {
    "respiratory_rate": at(16, "/min"),
    "oxygen_saturation": at(97, "%"),
    "on_oxygen": ABSENT,
    "systolic_bp": at(126, "mm[Hg]"),
    "heart_rate": at(84, "/min"),
    "consciousness": word("A"),
    "temperature": at("36.8", "Cel"),
    "oxygen_scale": word("scale_1"),
}


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        *[("respiratory_rate", at(n, "/min"), p) for n, p in [(8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2)]],
        *[("respiratory_rate", at(n, "/min"), p) for n, p in [(24, 2), (25, 3)]],
        *[("oxygen_saturation", at(n, "%"), p) for n, p in [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0)]],
        *[("systolic_bp", at(n, "mm[Hg]"), p) for n, p in [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1)]],
        *[("systolic_bp", at(n, "mm[Hg]"), p) for n, p in [(111, 0), (219, 0), (220, 3)]],
        *[("heart_rate", at(n, "/min"), p) for n, p in [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1)]],
        *[("heart_rate", at(n, "/min"), p) for n, p in [(110, 1), (111, 2), (130, 2), (131, 3)]],
        *[("temperature", at(n, "Cel"), p) for n, p in [("35.0", 3), ("35.1", 1), ("36.0", 1), ("36.1", 0)]],
        *[("temperature", at(n, "Cel"), p) for n, p in [("38.0", 0), ("38.1", 1), ("39.0", 1), ("39.1", 2)]],
        *[("consciousness", word(letter), 3) for letter in "CVPU"],
        ("on_oxygen", PRESENT, 2),
    ],
)
def test_news2_on_every_edge(name: str, value: Numbers | Words, points: int) -> None:
    assert answer("news2", NORMAL | {name: value}) == at(points)


@pytest.mark.parametrize(
    ("saturation", "oxygen", "points"),
    [
        *[(n, ABSENT, p) for n, p in [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 0), (97, 0)]],
        *[(n, PRESENT, p + 2) for n, p in [(83, 3), (87, 1), (88, 0), (92, 0), (93, 1), (94, 1), (95, 2), (96, 2)]],
        (97, PRESENT, 5),
    ],
)
def test_news2_scale_2(saturation: int, oxygen: Words, points: int) -> None:
    given = NORMAL | {
        "oxygen_saturation": at(saturation, "%"),
        "on_oxygen": oxygen,
        "oxygen_scale": word("scale_2"),
    }
    assert answer("news2", given) == at(points)


def test_news2_without_a_choice_of_scale_keeps_both() -> None:
    given = NORMAL | {"oxygen_saturation": at(90, "%")}
    del given["oxygen_scale"]
    assert answer("news2", given) == between(0, 3)


def test_news2_counts_oxygen_once_in_each_case() -> None:
    # On air 97 % scores 0 in scale 2, on oxygen 3 + 2: no mixture such as 0 + 2 or 3 + 0 sets a bound.
    given = NORMAL | {"on_oxygen": UNASKED, "oxygen_saturation": at(97, "%"), "oxygen_scale": word("scale_2")}
    assert answer("news2", given) == between(0, 5)
    given |= {"oxygen_saturation": at(84, "%")}
    assert answer("news2", given) == between(2, 4)
