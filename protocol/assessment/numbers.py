"""Reads numbers as clinicians write them: "68 umol/L", "50..70 kg", ">= 40 kg", or a bare score.

A number keeps its unit until it is expressed in the unit of its field. One that cannot be right is refused,
and where its size fits another unit, that unit is named; nothing is converted on a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from protocol.assessment.complaint import Complaint, shown
from protocol.errors import QuantityError
from protocol.possible import Numbers
from protocol.quantity import UNITS, canonical_unit, convert, plain

__all__ = ["Doubt", "Scale", "read_amount", "read_number"]

_DIGITS = r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?"
_UNIT = r"([^0-9\s<>=≤≥.,–-][^<>=≤≥]*|10[*^e][^<>=≤≥]*)?"
_SINGLE = re.compile(rf"({_DIGITS})\s*{_UNIT}")
_RANGE = re.compile(rf"({_DIGITS})\s*{_UNIT}\s*\.\.\s*({_DIGITS})\s*{_UNIT}")
_BOUND = re.compile(rf"(>=|<=|≥|≤|>|<)\s*({_DIGITS})\s*{_UNIT}")
_DASHED = re.compile(rf"({_DIGITS})\s*(?:-|–|to)\s*({_DIGITS})\s*{_UNIT}")
_LONGEST_NUMBER = 80
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+.*")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A band of values that, in the unit of the field, probably stand for another unit."""

    unit: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """What a number of one field may be; `unit` is UCUM, limits are included."""

    unit: str
    low: Decimal
    high: Decimal
    typical: Decimal
    whole: bool = False
    multiple: int = 1
    substance: str | None = None
    doubts: tuple[Doubt, ...] = ()
    usual: tuple[Decimal, Decimal] | None = None

    def example(self) -> str:
        return plain(self.typical) if self.unit == "1" else f"{plain(self.typical)} {self.unit}"

    def limits(self) -> str:
        span = f"{plain(self.low)} to {plain(self.high)}"
        return span if self.unit == "1" else f"{span} {self.unit}"


@dataclass(frozen=True, slots=True)
class _Written:
    """A number as parsed: its ends in the unit it was written in; None where an end was left open."""

    low: Decimal | None
    high: Decimal | None
    unit: str

    @property
    def ends(self) -> tuple[Decimal, ...]:
        return tuple(end for end in (self.low, self.high) if end is not None)


def read_number(raw: Any, scale: Scale) -> Numbers | Complaint:  # noqa: ANN401 - whatever was entered
    """The interval in the unit of the field, or why there is none."""
    parsed = _parse(raw, scale.example(), bare=scale.unit == "1")
    if isinstance(parsed, Complaint):
        return parsed
    if (scale.unit == "1") != (parsed.unit == "1"):
        return _unit_trouble(raw, scale)
    if UNITS[parsed.unit].kind == UNITS[scale.unit].kind == "number" and parsed.unit != scale.unit:
        return _unit_trouble(raw, scale)
    try:
        ends = [convert(end, parsed.unit, scale.unit, scale.substance) for end in parsed.ends]
    except QuantityError:
        return _unit_trouble(raw, scale)
    complaint = _doubtful(raw, parsed, scale) or _out_of_range(raw, parsed, ends, scale)
    if complaint:
        return complaint
    if any(end % scale.multiple for end in ends) if scale.whole else False:
        step = "a whole number" if scale.multiple == 1 else f"a multiple of {scale.multiple}"
        return Complaint(f"is {shown(raw)}, but this is {step}.", "Write, for example:", scale.example())
    low = ends[0] if parsed.low is not None else scale.low
    high = ends[-1] if parsed.high is not None else scale.high
    return Numbers(low, high, scale.unit)


def read_amount(raw: Any, example: str, kinds: tuple[str, ...]) -> Numbers | Complaint:  # noqa: ANN401
    """An amount whose unit is free within some kinds, such as a dose; it keeps the unit it was written in."""
    parsed = _parse(raw, example, bare=False)
    if isinstance(parsed, Complaint):
        return parsed
    if parsed.unit == "1":
        return Complaint(
            f"is {shown(raw)}, a number without its unit.", "Write it with its unit, for example:", example
        )
    if kinds and UNITS[parsed.unit].kind not in kinds:
        return Complaint(f"is {shown(raw)}, a unit that does not fit here.", "Write it like this:", example)
    if parsed.low is None or parsed.high is None:
        return Complaint(f"is {shown(raw)}, which is open at one end.", "Write a range, such as 5..10, with its unit.")
    if parsed.low < 0:
        return Complaint(f"is {shown(raw)}, below nothing.", "Write it like this:", example)
    return Numbers(parsed.low, parsed.high, parsed.unit)


def _parse(raw: Any, example: str, *, bare: bool) -> _Written | Complaint:  # noqa: ANN401
    if isinstance(raw, float):
        what = f"is {shown(raw)} as a binary fraction, which is not exact."
        return Complaint(what, "Write it as text, or read the document with exact decimals:", f'"{raw}"')
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        if isinstance(raw, Decimal) and not raw.is_finite():
            return Complaint("is not a number.", "Leave it out, or write unknown.")
        amount = Decimal(raw)
        if bare:
            return _Written(amount, amount, "1")
        return Complaint(
            f"is {shown(raw)}, a number without its unit.", "Write it with its unit, for example:", example
        )
    if not isinstance(raw, str):
        return Complaint(f"is {shown(raw)}, but a number belongs here.", "Write it like this:", example)
    return _parse_text(raw, example)


def _parse_text(raw: str, example: str) -> _Written | Complaint:
    text = raw.strip()
    if len(text) > _LONGEST_NUMBER:
        return Complaint(f"is {shown(raw)}, but a number belongs here.", "Write it like this:", example)
    if match := _DASHED.fullmatch(text):
        unit = f" {match[3].strip()}" if match[3] else ""
        return Complaint(f"is {shown(raw)}.", "Write a range with two points:", f"{match[1]}..{match[2]}{unit}")
    try:
        if match := _RANGE.fullmatch(text):
            return _range(raw, match)
        if match := _SINGLE.fullmatch(text):
            return _Written(Decimal(match[1]), Decimal(match[1]), canonical_unit(match[2] or ""))
        if match := _BOUND.fullmatch(text):
            amount, unit = Decimal(match[2]), canonical_unit(match[3] or "")
            return _Written(amount, None, unit) if match[1] in (">=", "≥", ">") else _Written(None, amount, unit)
    except QuantityError:
        return Complaint(f"is {shown(raw)}; the unit is not known.", "Write it like this:", example)
    if _COMMA.fullmatch(text):
        return Complaint(
            f"is {shown(raw)}, with a comma.", "Write the decimals after a point:", text.replace(",", ".", 1)
        )
    return Complaint(f"is {shown(raw)}, but a number belongs here.", "Write it like this:", example)


def _range(raw: str, match: re.Match[str]) -> _Written | Complaint:
    low, high = Decimal(match[1]), Decimal(match[3])
    units = {canonical_unit(unit) for unit in (match[2], match[4]) if unit} or {"1"}
    if len(units) > 1:
        return Complaint(f"is {shown(raw)}, with two units.", "Write both ends in one unit.")
    if low > high:
        return Complaint(f"is {shown(raw)}, from high to low.", "Write the lower end first.")
    return _Written(low, high, units.pop())


def _siblings(scale: Scale) -> list[str]:
    """Units that can stand for this field, its own one first."""
    units = [scale.unit]
    for name in UNITS:
        try:
            convert(scale.typical, name, scale.unit, scale.substance)
        except QuantityError:
            continue
        if name not in units and name not in ("1", "%"):
            units.append(name)
    return units


def _unit_trouble(raw: Any, scale: Scale) -> Complaint:  # noqa: ANN401
    if scale.unit == "1":
        return Complaint(
            f"is {shown(raw)}, but this is a plain number without a unit.",
            "Write, for example:",
            scale.example(),
        )
    if isinstance(raw, str) and re.fullmatch(rf"[<>=≤≥\s]*{_DIGITS}(\s*\.\.\s*{_DIGITS})?\s*", raw):
        what = f"is {shown(raw)}, a number without its unit."
        return Complaint(what, "Write it with its unit, for example:", scale.example())
    names = ", ".join(_siblings(scale)[:8])
    return Complaint(
        f"is {shown(raw)}, but it is measured in {scale.unit}.",
        f"Units that fit: {names}. Write, for example:",
        scale.example(),
    )


def _doubtful(raw: Any, parsed: _Written, scale: Scale) -> Complaint | None:  # noqa: ANN401
    """A value inside the limits is still refused where its size is that of another unit."""
    for doubt in scale.doubts:
        if parsed.unit == scale.unit and all(doubt.low <= end <= doubt.high for end in parsed.ends):
            return _probably(raw, parsed, scale, doubt.unit)
    return None


def _out_of_range(raw: Any, parsed: _Written, ends: list[Decimal], scale: Scale) -> Complaint | None:  # noqa: ANN401
    if all(scale.low <= end <= scale.high for end in ends):
        return None
    usual = scale.usual or (scale.low, scale.high)
    fits = []
    for unit in _siblings(scale):
        moved = [convert(end, unit, scale.unit, scale.substance) for end in parsed.ends]
        if unit != parsed.unit and all(usual[0] <= end <= usual[1] for end in moved):
            fits.append(unit)
    if len(fits) == 1:
        return _probably(raw, parsed, scale, fits[0])
    return Complaint(f"is {shown(raw)}, outside the possible {scale.limits()}.", "Check the value and its unit.")


def _probably(raw: Any, parsed: _Written, scale: Scale, unit: str) -> Complaint:  # noqa: ANN401
    inside = all(scale.low <= end <= scale.high for end in parsed.ends)
    where = "hardly possible" if inside and parsed.unit == scale.unit else f"outside the possible {scale.limits()}"
    ends = "..".join(dict.fromkeys(plain(end) for end in parsed.ends))
    what = f"is {shown(raw)}, {where}; it looks like {unit}."
    if unit == "%":
        whole = "..".join(dict.fromkeys(plain(end / 100) for end in parsed.ends))
        return Complaint(what, f"If it is {unit}, write:", whole)
    return Complaint(what, f"If it is {unit}, write:", f"{ends} {unit}")
