"""The meaning of a condition: three-valued, small, and obvious.

A condition applies when it holds for every combination of values that is still possible, does not apply
when it holds for none, and cannot be told otherwise. `all`, `any` and `not` combine by Kleene's tables, so
they may say "cannot tell" where a case split would know better, and never the reverse.

The matcher must agree with this module on every condition of every plan; it is the definition, the other
is the engine of record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

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
    return _MEANING[type(condition)](condition, findings)


def evaluate_all(conditions: Mapping[str, Condition], findings: Findings) -> dict[str, Truth]:
    """The truth of each named condition; one that stands under several names is asked once."""
    told: dict[int, Truth] = {}
    answer = {}
    for name, condition in conditions.items():
        verdict = told.get(id(condition))
        if verdict is None:
            verdict = told[id(condition)] = truth(condition, findings)
        answer[name] = verdict
    return answer


def _below(condition: Below, findings: Findings) -> Truth:
    value = _number(condition, findings)
    if value.high < condition.threshold:
        return _APPLIES
    return _CANNOT_TELL if value.low < condition.threshold else _DOES_NOT_APPLY


def _at_most(condition: AtMost, findings: Findings) -> Truth:
    value = _number(condition, findings)
    if value.high <= condition.threshold:
        return _APPLIES
    return _CANNOT_TELL if value.low <= condition.threshold else _DOES_NOT_APPLY


def _above(condition: Above, findings: Findings) -> Truth:
    value = _number(condition, findings)
    if value.low > condition.threshold:
        return _APPLIES
    return _CANNOT_TELL if value.high > condition.threshold else _DOES_NOT_APPLY


def _at_least(condition: AtLeast, findings: Findings) -> Truth:
    value = _number(condition, findings)
    if value.low >= condition.threshold:
        return _APPLIES
    return _CANNOT_TELL if value.high >= condition.threshold else _DOES_NOT_APPLY


def _one_of(condition: OneOf, findings: Findings) -> Truth:
    value = findings.values[condition.finding]
    if not isinstance(value, Words):
        raise _misfit(condition, value)
    if value.options <= condition.words:
        return _APPLIES
    return _DOES_NOT_APPLY if value.options.isdisjoint(condition.words) else _CANNOT_TELL


def _includes_any(condition: IncludesAny, findings: Findings) -> Truth:
    value = _list(condition, findings)
    if not value.listed.isdisjoint(condition.words):
        return _APPLIES
    return _DOES_NOT_APPLY if value.possible.isdisjoint(condition.words) else _CANNOT_TELL


def _count_at_least(condition: CountAtLeast, findings: Findings) -> Truth:
    value = _list(condition, findings)
    if len(value.listed) >= condition.count:
        return _APPLIES
    return _CANNOT_TELL if len(value.possible) >= condition.count else _DOES_NOT_APPLY


def _missing(condition: Missing, findings: Findings) -> Truth:
    return _APPLIES if condition.finding in findings.unknown else _DOES_NOT_APPLY


def _always(_: Always, __: Findings) -> Truth:
    return _APPLIES


def _not(condition: Not, findings: Findings) -> Truth:
    verdict = truth(condition.part, findings)
    if verdict is _CANNOT_TELL:
        return verdict
    return _DOES_NOT_APPLY if verdict is _APPLIES else _APPLIES


def _every(condition: All, findings: Findings) -> Truth:
    """As the weakest part."""
    weakest = _APPLIES
    for part in condition.parts:
        verdict = truth(part, findings)
        if verdict is _DOES_NOT_APPLY:
            return verdict
        if verdict is _CANNOT_TELL:
            weakest = verdict
    return weakest


def _some(condition: AnyOf, findings: Findings) -> Truth:
    """As the strongest part."""
    strongest = _DOES_NOT_APPLY
    for part in condition.parts:
        verdict = truth(part, findings)
        if verdict is _APPLIES:
            return verdict
        if verdict is _CANNOT_TELL:
            strongest = verdict
    return strongest


def _number(condition: Below | AtMost | Above | AtLeast, findings: Findings) -> Numbers:
    value = findings.values[condition.finding]
    if not isinstance(value, Numbers):
        raise _misfit(condition, value)
    return value


def _list(condition: IncludesAny | CountAtLeast, findings: Findings) -> Members:
    value = findings.values[condition.finding]
    if not isinstance(value, Members):
        raise _misfit(condition, value)
    return value


def _misfit(condition: Condition, value: Possible) -> TypeError:
    return TypeError(f"{condition} cannot be asked of {value}")


_MEANING: Mapping[type, Callable[[Any, Findings], Truth]] = {
    Below: _below,
    AtMost: _at_most,
    Above: _above,
    AtLeast: _at_least,
    OneOf: _one_of,
    IncludesAny: _includes_any,
    CountAtLeast: _count_at_least,
    Missing: _missing,
    Always: _always,
    Not: _not,
    All: _every,
    AnyOf: _some,
}
"""What each word of a condition means. The words are a closed list, and so is this."""
