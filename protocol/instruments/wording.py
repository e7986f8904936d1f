"""Possible sets in words, for the line of arithmetic that a clinician checks by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import plain

__all__ = ["amount", "amount_range", "answer", "human", "set_in_words", "shown"]

_UNITS = {
    "1": "",
    "a": "years",
    "d": "days",
    "mg/(24.h)": "mg/24 h",
    "microgram/(24.h)": "microgram/24 h",
    "mm[Hg]": "mmHg",
    "Cel": "degrees C",
    "10*9/L": "x 10^9/L",
}

_MOST_PLACES = 6


def shown(number: Decimal) -> str:
    """A number with as few decimals as tell the truth: one, or two below 10, and more beside a round value.

    59.96 is written in full, because 60.0 would put it on the other side of a threshold.
    """
    fewest = 1 if abs(number) >= 10 else 2
    for places in range(fewest, _MOST_PLACES + 1):
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        if rounded == number or rounded.as_tuple().digits[-1] != 0:
            break
    return plain(rounded)


def amount(number: Decimal, unit: str) -> str:
    """A number and its unit as they are spoken."""
    spelled = _UNITS.get(unit, unit)
    return f"{shown(number)} {spelled}" if spelled else shown(number)


def amount_range(value: Numbers) -> str:
    """One number, or the two it lies between: "65 kg", "50 to 70 kg"."""
    if value.known:
        return amount(value.low, value.unit)
    return f"{shown(value.low)} to {amount(value.high, value.unit)}"


def human(name: str) -> str:
    """A field's name as words."""
    return name.replace("_", " ")


def set_in_words(value: Possible) -> str:
    """Any possible set, briefly."""
    if isinstance(value, Numbers):
        return amount_range(value)
    if isinstance(value, Words):
        return " or ".join(human(word) for word in sorted(value.options))
    return _members(value)


def _members(value: Members) -> str:
    listed = ", ".join(human(member) for member in sorted(value.listed)) or "nothing listed"
    return listed if value.known else f"{listed}, and the list is not closed"


def answer(value: Possible) -> str:
    """A result that is not one value, or is one whatever the open inputs are."""
    if isinstance(value, Members) or value.known:
        return f"{set_in_words(value)} in every case"
    if isinstance(value, Numbers):
        return f"between {shown(value.low)} and {amount(value.high, value.unit)}"
    return set_in_words(value)
