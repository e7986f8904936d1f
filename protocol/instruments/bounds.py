"""Exact ends of a formula whose inputs are sets: the arithmetic under every instrument.

Formulas run with more digits than they answer, because a product rounded on the way could push a bound past
a value that really is reachable. Answers are rounded once, to 28 digits, which no threshold can notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import wraps
from itertools import product
from typing import Literal, ParamSpec, TypeVar

from protocol.errors import QuantityError
from protocol.possible import Numbers, Words
from protocol.quantity import UNITS, canonical_unit, convert

__all__ = [
    "ABSENT_OR_PRESENT",
    "Step",
    "agreed",
    "corners",
    "exact",
    "ladder",
    "measured",
    "power",
    "scored",
    "settled",
    "spoken",
    "sums",
]

_Inputs = ParamSpec("_Inputs")
_Answer = TypeVar("_Answer")
_Rung = TypeVar("_Rung", int, str)

_WORKING = Context(prec=56, rounding=ROUND_HALF_EVEN)
_ANSWER = Context(prec=28, rounding=ROUND_HALF_EVEN)

ABSENT_OR_PRESENT = ("absent", "present")
"""The two words of a sign or symptom; an unasked one may be either."""

Step = tuple[Literal["<", "<="], str, _Rung]
"""One row of a published table: the values below (or up to) an edge, and what they score."""


def exact(formula: Callable[_Inputs, _Answer]) -> Callable[_Inputs, _Answer]:
    """Run a formula in a decimal context of its own, so that no caller's setting can change an answer."""

    @wraps(formula)
    def run(*args: _Inputs.args, **kwargs: _Inputs.kwargs) -> _Answer:
        with localcontext(_WORKING):
            return formula(*args, **kwargs)

    return run


def settled(ends: Iterable[Decimal], unit: str) -> Numbers:
    """The interval from the smallest to the largest of some ends, rounded once to 28 digits."""
    with localcontext(_ANSWER):
        values = [+end for end in ends]
    return Numbers(min(values), max(values), unit)


def measured(value: Numbers, unit: str, substance: str | None = None) -> Numbers:
    """The same interval in the unit a formula is written for.

    Raises:  QuantityError when the unit is of another kind.
    """
    if value.unit == unit:
        return value
    if value.unit not in UNITS:
        canonical_unit(value.unit)
    if UNITS[value.unit].kind == "number" and UNITS[unit].kind == "number":
        # A percentage and a plain count differ by a factor of 100 that nobody writes on purpose.
        message = f'"{value.unit}" cannot stand for "{unit}"'
        raise QuantityError(message)
    low, high = (convert(end, value.unit, unit, substance) for end in (value.low, value.high))
    return Numbers(low, high, unit)


def spoken(value: Words, known: Sequence[str], name: str) -> frozenset[str]:
    """The possible words, once each is one the score has points for.

    Raises:  QuantityError naming the word and those that exist.
    """
    strangers = sorted(value.options - frozenset(known))
    if strangers:
        message = f'{name} has no score for "{strangers[0]}"; it knows {", ".join(known)}'
        raise QuantityError(message)
    return value.options


def scored(value: Words, points: dict[str, int], name: str) -> frozenset[int]:
    """The points that the possible words may earn."""
    return frozenset(points[word] for word in spoken(value, tuple(points), name))


def ladder(value: Numbers, steps: Sequence[Step[_Rung]], above: _Rung) -> frozenset[_Rung]:
    """What a table of rising edges may answer for an interval: every rung from one end to the other."""
    answers = [rung for _, _, rung in steps] + [above]
    first, last = (_rung_of(end, steps) for end in (value.low, value.high))
    return frozenset(answers[first : last + 1])


def _rung_of(amount: Decimal, steps: Sequence[Step[_Rung]]) -> int:
    for position, (comparison, edge, _) in enumerate(steps):
        if amount < Decimal(edge) or (comparison == "<=" and amount == Decimal(edge)):
            return position
    return len(steps)


def sums(parts: Iterable[frozenset[int]]) -> frozenset[int]:
    """Every total that independent items can reach."""
    totals = frozenset({0})
    for part in parts:
        totals = frozenset(total + points for total in totals for points in part)
    return totals


def corners(formula: Callable[..., Decimal], *intervals: Numbers) -> list[Decimal]:
    """A formula at every corner of its inputs: all the ends there are, if it is monotone in each input."""
    ends = [(i.low,) if i.known else (i.low, i.high) for i in intervals]
    return [formula(*point) for point in product(*ends)]


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """A positive number to any power, by `ln` and `exp`: both are correctly rounded, so order is kept."""
    return (base.ln() * exponent).exp()


def agreed(computed: Numbers, reported: Numbers) -> Numbers:
    """What two statements about one number leave possible: their overlap, or all between if they conflict."""
    stated = measured(reported, computed.unit)
    low, high = max(computed.low, stated.low), min(computed.high, stated.high)
    if low <= high:
        return Numbers(low, high, computed.unit)
    return Numbers(min(computed.low, stated.low), max(computed.high, stated.high), computed.unit)
