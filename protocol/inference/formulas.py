"""Conditions as two-valued formulas over small whole numbers, all that is asked of the engine of record.

Every comparison asks where something stands on a *scale*: a number among the thresholds that the conditions
name for it, a word inside or outside a set of words, the size of a list, or whether anything is known. What
is not known exactly covers a stretch of its scale, and only the two ends of the stretch are carried. A
comparison is *surely* true when it holds at the worse end and *possibly* true when it holds at the better
one. `not` is pushed down to the comparisons, which it merely turns round, so that both formulas do without
it: on a scale of whole numbers the negation of "at least 3" is "at most 2".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from protocol.rules.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    AtMost,
    Below,
    Comparison,
    Condition,
    CountAtLeast,
    IncludesAny,
    Missing,
    Not,
    OneOf,
    comparisons,
)

__all__ = [
    "Atom",
    "Both",
    "Either",
    "Field",
    "Formula",
    "Mood",
    "Scale",
    "Scales",
    "Shape",
    "Slot",
    "atoms",
    "lower",
    "order_of",
    "scale_of",
]

Mood = Literal["surely", "possibly"]
End = Literal["low", "high"]


class Shape(StrEnum):
    """What a comparison needs its finding to be, in the words that an error uses."""

    NUMBER = "a number"
    COUNT = "a list to count"
    LIST = "a list"
    WORD = "a word"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Scale:
    """What is read of one finding; `words` only where a set of words is asked for."""

    finding: str
    shape: Shape
    words: frozenset[str] = frozenset()

    @property
    def graded(self) -> bool:
        """Whether there are more than two places on it."""
        return self.shape in (Shape.NUMBER, Shape.COUNT)


@dataclass(frozen=True, slots=True)
class Slot:
    """One end of the stretch that a finding covers on a scale: one whole number in a fact."""

    scale: Scale
    end: End


@dataclass(frozen=True, slots=True)
class Atom:
    """The number in the slot is at least the mark, or, when `turned`, at most the mark."""

    slot: Slot
    turned: bool
    mark: int

    @property
    def field(self) -> Field:
        """The field of a fact that the atom tests."""
        return (self.slot, self.turned and not self.slot.scale.graded)

    def opposite(self) -> Atom:
        """The atom that holds exactly when this one does not."""
        return Atom(self.slot, not self.turned, self.mark + 1 if self.turned else self.mark - 1)


@dataclass(frozen=True, slots=True)
class Both:
    """Every part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Formula, ...]


Field = tuple[Slot, bool]
"""What a fact may carry: the rank in a slot or, on a scale of only two places, one of two flags.

A flag is carried only when it holds, since an evaluation costs what its facts carry. The second member is
true of the flag that holds at the lower place: nothing is ever concluded from the absence of the other.
"""

Formula = Atom | Both | Either | bool
"""A formula without `not`; a truth value when no finding is read at all."""


class Scales:
    """Every scale that some conditions need, with the thresholds that they name on it.

    A number's rank is odd on a threshold (1 on the lowest, 3 on the next) and even between them, so that
    ranks compare with every threshold exactly as the numbers do, and nothing is rounded.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        found: dict[Scale, set[Decimal]] = {}
        for condition in conditions:
            for comparison in comparisons(condition):
                marks = found.setdefault(scale_of(comparison), set())
                match comparison:
                    case Below(_, limit) | AtMost(_, limit) | Above(_, limit) | AtLeast(_, limit):
                        marks.add(limit)
                    case CountAtLeast(_, count):
                        marks.add(Decimal(count))
        self.marks = {scale: sorted(marks) for scale, marks in found.items()}

    def rank(self, scale: Scale, value: Decimal | int) -> int:
        """Where the value stands: twice the thresholds below it, and one more when it is on one."""
        marks = self.marks[scale]
        below = bisect_left(marks, value)
        return 2 * below + (below < len(marks) and marks[below] == value)


def scale_of(comparison: Comparison) -> Scale:
    """The scale on which the comparison is decided."""
    match comparison:
        case OneOf(name, words):
            return Scale(name, Shape.WORD, words)
        case IncludesAny(name, words):
            return Scale(name, Shape.LIST, words)
        case CountAtLeast(name):
            return Scale(name, Shape.COUNT)
        case Missing(name):
            return Scale(name, Shape.ANYTHING)
        case _:
            return Scale(comparison.finding, Shape.NUMBER)


def lower(condition: Condition, mood: Mood, scales: Scales) -> Formula:
    """The formula that holds exactly when the condition is surely (or possibly) true.

    Equal formulas come out equal whatever the order in which a rule lists its parts.
    """
    return _lower(condition, mood, scales, denied=False)


def atoms(formula: Formula) -> Iterator[Atom]:
    """Every atom, from left to right."""
    if isinstance(formula, Atom):
        yield formula
    elif isinstance(formula, Both | Either):
        for part in formula.parts:
            yield from atoms(part)


def order_of(formula: Formula) -> tuple[object, ...]:
    """A key that orders formulas by what they say, so that no order of files or of hashing shows through."""
    match formula:
        case Atom(Slot(scale, end), turned, mark):
            return (0, scale.finding, scale.shape, sorted(scale.words), end, turned, mark)
        case Both(parts):
            return (1, [order_of(part) for part in parts])
        case Either(parts):
            return (2, [order_of(part) for part in parts])
        case _:
            return (3, formula)


def _lower(condition: Condition, mood: Mood, scales: Scales, *, denied: bool) -> Formula:
    match condition:
        case Always():
            return not denied
        case Not(part):
            return _lower(part, mood, scales, denied=not denied)
        case All(parts) | AnyOf(parts):
            lowered = [_lower(part, mood, scales, denied=denied) for part in parts]
            return _join(lowered, every=isinstance(condition, All) != denied)
        case _:
            atom = _atom(condition, scales)
            return _at_end(atom.opposite() if denied else atom, mood)


def _atom(comparison: Comparison, scales: Scales) -> Atom:
    """The comparison on its scale, at the low end for the time being."""
    scale = scale_of(comparison)
    slot = Slot(scale, "low")
    match comparison:
        case Below(_, limit):
            return Atom(slot, turned=True, mark=scales.rank(scale, limit) - 1)
        case AtMost(_, limit):
            return Atom(slot, turned=True, mark=scales.rank(scale, limit))
        case Above(_, limit):
            return Atom(slot, turned=False, mark=scales.rank(scale, limit) + 1)
        case AtLeast(_, limit):
            return Atom(slot, turned=False, mark=scales.rank(scale, limit))
        case CountAtLeast(_, count):
            return Atom(slot, turned=False, mark=scales.rank(scale, count))
        case OneOf() | IncludesAny() | Missing():
            return Atom(slot, turned=False, mark=1)


def _at_end(atom: Atom, mood: Mood) -> Atom:
    """The atom at the end that decides: "at least" is worst at the low end, "at most" at the high one."""
    scale = atom.slot.scale
    # Whether something is missing is itself never in doubt: both ends would be the same number.
    low = scale.shape is Shape.ANYTHING or (mood == "surely") != atom.turned
    return Atom(Slot(scale, "low" if low else "high"), atom.turned, atom.mark)


def _join(parts: list[Formula], *, every: bool) -> Formula:
    """One formula from many: nested ones of the same kind opened, truth values absorbed, repeats dropped."""
    kind: type[Both | Either] = Both if every else Either
    kept: set[Formula] = set()
    for part in parts:
        if isinstance(part, bool):
            if part != every:
                return not every
        elif isinstance(part, kind):
            kept.update(part.parts)
        else:
            kept.add(part)
    if not kept:
        return every
    ordered = sorted(kept, key=order_of)
    return ordered[0] if len(ordered) == 1 else kind(tuple(ordered))
