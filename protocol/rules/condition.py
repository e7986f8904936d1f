"""Conditions: a finding compared with a constant, and `all`, `any`, `not` over such comparisons.

This small tree is what every rule means. The reference evaluator walks it, the matcher compiles it, the
checks read it; nothing else about a rule decides whether it applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

__all__ = [
    "Above",
    "All",
    "Always",
    "AnyOf",
    "AtLeast",
    "AtMost",
    "Below",
    "Comparison",
    "Condition",
    "CountAtLeast",
    "IncludesAny",
    "Missing",
    "Not",
    "OneOf",
    "comparisons",
    "findings_of",
    "sees_ignorance",
    "thresholds_of",
]


@dataclass(frozen=True, slots=True)
class Below:
    """The number is less than the threshold, which is in the finding's own unit."""

    finding: str
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class AtMost:
    """The number is the threshold or less."""

    finding: str
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class Above:
    """The number is more than the threshold."""

    finding: str
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The number is the threshold or more."""

    finding: str
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class OneOf:
    """The word is one of these; `is` is the case of one word."""

    finding: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class IncludesAny:
    """The list holds at least one of these."""

    finding: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class CountAtLeast:
    """The list has at least so many members."""

    finding: str
    count: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing is known of the finding. The only comparison that sees ignorance, and so never uncertain."""

    finding: str


Comparison = Below | AtMost | Above | AtLeast | OneOf | IncludesAny | CountAtLeast | Missing


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for every patient; for rules that need no condition (`when: always`)."""


Condition = Comparison | All | AnyOf | Not | Always


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison in the tree, from left to right."""
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from comparisons(part)
    elif isinstance(condition, Not):
        yield from comparisons(condition.part)
    elif not isinstance(condition, Always):
        yield condition


def findings_of(condition: Condition) -> frozenset[str]:
    """The names of the findings that the condition reads."""
    return frozenset(c.finding for c in comparisons(condition))


def thresholds_of(condition: Condition) -> frozenset[tuple[str, Decimal]]:
    """Every (finding, number) pair at which the condition's truth can change."""
    return frozenset(
        (c.finding, c.threshold) for c in comparisons(condition) if isinstance(c, Below | AtMost | Above | AtLeast)
    )


def sees_ignorance(condition: Condition) -> bool:
    """Whether the condition asks if something is missing."""
    return any(isinstance(c, Missing) for c in comparisons(condition))
