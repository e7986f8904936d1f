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
    Condition,
    CountAtLeast,
    IncludesAny,
    Missing,
    Not,
    OneOf,
)
from protocol.terms import Truth

__all__ = ["Findings", "evaluate_all", "truth"]


@dataclass(slots=True)
class Findings:
    """What is possible for every finding of a ruleset, and which of them nothing is known of."""

    values: dict[str, Possible] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def with_more(self, values: Mapping[str, Possible], unknown: Iterable[str]) -> Findings:
        """These findings and some that hold for one medicine only."""
        return Findings({**self.values, **values}, self.unknown | set(unknown))


def truth(condition: Condition, findings: Findings) -> Truth:  # noqa: PLR0911 - one line for each form
    """Whether the condition applies, does not apply, or cannot be told."""
    match condition:
        case Always():
            return Truth.APPLIES
        case All(parts):
            return _weakest([truth(part, findings) for part in parts])
        case AnyOf(parts):
            return _opposite(_weakest([_opposite(truth(part, findings)) for part in parts]))
        case Not(part):
            return _opposite(truth(part, findings))
        case Missing(name):
            return Truth.APPLIES if name in findings.unknown else Truth.DOES_NOT_APPLY
        case _:
            return _compare(condition, findings.values[condition.finding])


def evaluate_all(conditions: Mapping[str, Condition], findings: Findings) -> dict[str, Truth]:
    """The truth of each named condition."""
    return {name: truth(condition, findings) for name, condition in conditions.items()}


def _compare(condition: Condition, value: Possible) -> Truth:
    match condition, value:
        case Below(_, limit), Numbers(low, high):
            return _verdict(surely=high < limit, possibly=low < limit)
        case AtMost(_, limit), Numbers(low, high):
            return _verdict(surely=high <= limit, possibly=low <= limit)
        case Above(_, limit), Numbers(low, high):
            return _verdict(surely=low > limit, possibly=high > limit)
        case AtLeast(_, limit), Numbers(low, high):
            return _verdict(surely=low >= limit, possibly=high >= limit)
        case OneOf(_, words), Words(options):
            return _verdict(surely=options <= words, possibly=bool(options & words))
        case IncludesAny(_, words), Members(listed, possible):
            return _verdict(surely=bool(listed & words), possibly=bool(possible & words))
        case CountAtLeast(_, count), Members(listed, possible):
            return _verdict(surely=len(listed) >= count, possibly=len(possible) >= count)
    message = f"{condition} cannot be asked of {value}"
    raise TypeError(message)


def _verdict(*, surely: bool, possibly: bool) -> Truth:
    if surely:
        return Truth.APPLIES
    return Truth.CANNOT_TELL if possibly else Truth.DOES_NOT_APPLY


def _weakest(parts: list[Truth]) -> Truth:
    if Truth.DOES_NOT_APPLY in parts:
        return Truth.DOES_NOT_APPLY
    return Truth.CANNOT_TELL if Truth.CANNOT_TELL in parts else Truth.APPLIES


def _opposite(value: Truth) -> Truth:
    match value:
        case Truth.APPLIES:
            return Truth.DOES_NOT_APPLY
        case Truth.DOES_NOT_APPLY:
            return Truth.APPLIES
        case Truth.CANNOT_TELL:
            return Truth.CANNOT_TELL
