"""What a finding may be: the set of values that is still possible.

A finding is known (one value left), bounded (some) or unknown (all of its domain). Everything above this
module reasons about these sets and never about "the" value, which is how an unknown can never be read as
normal. Three shapes are enough: an interval of numbers, a set of words, and a list with its closing fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Members", "Numbers", "Possible", "Words", "hull", "same_kind"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A closed interval of numbers in one unit; `low == high` when the number is known."""

    low: Decimal
    high: Decimal
    unit: str

    def __post_init__(self) -> None:
        if not (self.low.is_finite() and self.high.is_finite()) or self.low > self.high:
            message = f"an interval needs finite ends in order, not {self.low} to {self.high}"
            raise ValueError(message)

    @property
    def known(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Words:
    """The words that may still hold, out of a closed domain."""

    options: frozenset[str]

    def __post_init__(self) -> None:
        if not self.options:
            message = "a finding keeps at least one possible word"
            raise ValueError(message)

    @property
    def known(self) -> bool:
        return len(self.options) == 1


@dataclass(frozen=True, slots=True)
class Members:
    """A list: what is surely in it, and what may be. The two are equal once its closing fact holds."""

    listed: frozenset[str]
    possible: frozenset[str]

    def __post_init__(self) -> None:
        if not self.listed <= self.possible:
            message = "what is listed is possible"
            raise ValueError(message)

    @property
    def known(self) -> bool:
        return self.listed == self.possible


Possible = Numbers | Words | Members


def same_kind(one: Possible, other: Possible) -> bool:
    """Whether two sets are of one shape and, for numbers, of one unit."""
    if isinstance(one, Numbers) and isinstance(other, Numbers):
        return one.unit == other.unit
    return type(one) is type(other)


def hull(sets: Iterable[Possible]) -> Possible:
    """The smallest set of the same shape that holds all the given ones."""
    parts = list(sets)
    first = parts[0]
    if isinstance(first, Numbers):
        numbers = [p for p in parts if isinstance(p, Numbers)]
        return Numbers(min(n.low for n in numbers), max(n.high for n in numbers), first.unit)
    if isinstance(first, Words):
        return Words(frozenset().union(*(p.options for p in parts if isinstance(p, Words))))
    lists = [p for p in parts if isinstance(p, Members)]
    listed = frozenset.intersection(*(p.listed for p in lists))
    return Members(listed, frozenset().union(*(p.possible for p in lists)))
