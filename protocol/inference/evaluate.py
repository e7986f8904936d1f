"""The meaning of a condition: three-valued, small, and obvious.

A condition applies when it holds for every combination of values that is still possible, does not apply
when it holds for none, and cannot be told otherwise. `all`, `any` and `not` combine by Kleene's tables, so
they may say "cannot tell" where a case split would know better, and never the reverse.

The matcher must agree with this module on every condition of every plan; it is the definition, the other
is the engine of record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from protocol.possible import Members, Numbers, Possible, Words
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
)
from protocol.terms import Truth

__all__ = ["Findings", "evaluate_all", "truth"]

# Named once: looking a word of an enumeration up takes as long as a comparison, and a plan makes thousands.
_APPLIES, _CANNOT_TELL, _DOES_NOT_APPLY = Truth.APPLIES, Truth.CANNOT_TELL, Truth.DOES_NOT_APPLY


@dataclass(slots=True)
class Findings:
    """What is possible for every finding of a ruleset, and which of them nothing is known of."""

    values: dict[str, Possible] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def with_more(self, values: Mapping[str, Possible], unknown: Iterable[str]) -> Findings:
        """These findings and some that hold for one medicine only."""
        return Findings({**self.values, **values}, self.unknown | set(unknown))


def truth(condition: Condition, findings: Findings) -> Truth:
    """Whether the condition applies, does not apply, or cannot be told."""
    match condition:
        case All(parts):
            return _every(parts, findings)
        case AnyOf(parts):
            return _some(parts, findings)
        case Not(part):
            return _opposite(truth(part, findings))
        case Missing(name):
            return _APPLIES if name in findings.unknown else _DOES_NOT_APPLY
        case Always():
            return _APPLIES
        case _:
            return _compare(condition, findings.values[condition.finding])


def evaluate_all(conditions: Mapping[str, Condition], findings: Findings) -> dict[str, Truth]:
    """The truth of each named condition."""
    return {name: truth(condition, findings) for name, condition in conditions.items()}


def _compare(condition: Comparison, value: Possible) -> Truth:
    match value:
        case Words(options):
            if isinstance(condition, OneOf):
                words = condition.words
                return _verdict(surely=options <= words, possibly=not options.isdisjoint(words))
        case Members(listed, possible):
            if isinstance(condition, IncludesAny):
                words = condition.words
                return _verdict(surely=not listed.isdisjoint(words), possibly=not possible.isdisjoint(words))
            if isinstance(condition, CountAtLeast):
                return _verdict(surely=len(listed) >= condition.count, possibly=len(possible) >= condition.count)
        case Numbers(low, high):
            match condition:
                case Below(_, limit):
                    return _verdict(surely=high < limit, possibly=low < limit)
                case AtMost(_, limit):
                    return _verdict(surely=high <= limit, possibly=low <= limit)
                case Above(_, limit):
                    return _verdict(surely=low > limit, possibly=high > limit)
                case AtLeast(_, limit):
                    return _verdict(surely=low >= limit, possibly=high >= limit)
    message = f"{condition} cannot be asked of {value}"
    raise TypeError(message)


def _verdict(*, surely: bool, possibly: bool) -> Truth:
    if surely:
        return _APPLIES
    return _CANNOT_TELL if possibly else _DOES_NOT_APPLY


def _every(parts: Iterable[Condition], findings: Findings) -> Truth:
    """As the weakest part."""
    weakest = _APPLIES
    for part in parts:
        verdict = truth(part, findings)
        if verdict is _DOES_NOT_APPLY:
            return verdict
        if verdict is _CANNOT_TELL:
            weakest = verdict
    return weakest


def _some(parts: Iterable[Condition], findings: Findings) -> Truth:
    """As the strongest part."""
    strongest = _DOES_NOT_APPLY
    for part in parts:
        verdict = truth(part, findings)
        if verdict is _APPLIES:
            return verdict
        if verdict is _CANNOT_TELL:
            strongest = verdict
    return strongest


def _opposite(value: Truth) -> Truth:
    if value is _CANNOT_TELL:
        return value
    return _DOES_NOT_APPLY if value is _APPLIES else _APPLIES
