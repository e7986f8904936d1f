"""From a verdict that is wanted down to the acts that could bring it, fewest first.

The rules are read backward: an `all` holds when each part does, a finding has a word when its row applies and
those before it do not, a calculated finding is tried out with the answers of what it is calculated from. What
comes out are proposals: whoever uses them evaluates the patient anew before believing one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from protocol.inference.case import Case
from protocol.inference.evaluate import truth
from protocol.inference.program import row_name
from protocol.plan.answers import Doing, answers, can_change, one_of_each_field
from protocol.plan.writing import supposed
from protocol.possible import Words
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
    Missing,
    Not,
    OneOf,
)
from protocol.rules.rule import FindingRule
from protocol.terms import Truth

__all__ = ["MOST_ACTS", "Way", "Ways", "join"]

MOST_ACTS = 3
"""Acts in one proposal; what needs more is no proposal. Issue's choice."""

_WIDEST = 10
"""Proposals kept for one verdict; engine choice."""

_MOST_TRIALS = 60
"""Answers tried out for one calculated finding; engine choice."""

Way = frozenset[Doing]
_NOTHING: tuple[Way, ...] = (frozenset(),)


@dataclass
class Ways:
    """Proposals for one case. `only_answers` leaves results, approvals and time alone."""

    case: Case
    only_answers: Literal["yes", "no"] = "no"
    _among: dict[tuple[str, frozenset[str]], tuple[Way, ...]] = field(default_factory=dict)
    _tried: dict[tuple[Comparison, Truth], tuple[Way, ...]] = field(default_factory=dict)

    def named(self, name: str, wanted: Truth) -> tuple[Way, ...]:
        """Ways to give a named condition the wanted verdict; none where there is no way."""
        return self.to(self.case.program.conditions[name], wanted)

    def to(self, condition: Condition, wanted: Truth) -> tuple[Way, ...]:
        """Ways to a verdict, fewest acts first."""
        if truth(condition, self.case.findings) is wanted:
            return _NOTHING
        if isinstance(condition, Always):
            return ()
        if isinstance(condition, Not):
            return self.to(condition.part, _opposite(wanted))
        if isinstance(condition, All | AnyOf):
            every = wanted is (Truth.APPLIES if isinstance(condition, All) else Truth.DOES_NOT_APPLY)
            if every:
                return join(self.to(part, wanted) for part in condition.parts)
            return _best(way for part in condition.parts for way in self.to(part, wanted))
        if isinstance(condition, Missing):
            return self._answered(condition) if wanted is Truth.DOES_NOT_APPLY else ()
        return self._compared(condition, wanted)

    def _answered(self, condition: Missing) -> tuple[Way, ...]:
        behind = self.case.program.raw_behind.get(condition.finding, frozenset({condition.finding}))
        return self._tried_out(condition, Truth.DOES_NOT_APPLY, sorted(behind))

    def _compared(self, condition: Comparison, wanted: Truth) -> tuple[Way, ...]:
        name = condition.finding
        rule = self.case.program.deriving.get(name)
        if rule is not None and rule.then.derive.calculate is None and isinstance(condition, OneOf):
            domain = self.case.program.domains.of[name]
            if isinstance(domain, Words):
                words = condition.words if wanted is Truth.APPLIES else domain.options - condition.words
                return self._rows(rule, words)
        behind = frozenset({name}) if rule is None else self.case.program.raw_behind[name]
        return self._tried_out(condition, wanted, sorted(behind))

    def _rows(self, rule: FindingRule, words: frozenset[str]) -> tuple[Way, ...]:
        """Ways for a finding to be surely one of these words."""
        derive = rule.then.derive
        key = (derive.finding, words)
        if key in self._among:
            return self._among[key]
        found: list[Way] = []
        before = _NOTHING
        after = [*(row.value for row in derive.rows), derive.else_]
        for i, row in enumerate(derive.rows):
            name = row_name(rule, i)
            if all(value in words for value in after[i:]):
                break
            if row.value in words:
                found += join((before, self.named(name, Truth.APPLIES)))
            else:
                before = join((before, self.named(name, Truth.DOES_NOT_APPLY)))
        if derive.else_ in words:
            found += before
        self._among[key] = _best(found)
        return self._among[key]

    def _tried_out(self, condition: Comparison, wanted: Truth, behind: list[str]) -> tuple[Way, ...]:
        """Single answers, then usual answers of all that is unknown with one of them varied."""
        key = (condition, wanted)
        if key not in self._tried:
            self._tried[key] = _best(self._trials(condition, wanted, behind))
        return self._tried[key]

    def _trials(self, condition: Comparison, wanted: Truth, behind: list[str]) -> list[Way]:
        edges = _edges(condition)
        options = {name: self._doings(name, edges) for name in one_of_each_field(self.case, behind)}
        found = [
            frozenset({doing})
            for doings in options.values()
            for doing in doings[:_MOST_TRIALS]
            if self._gives(condition, wanted, (doing,))
        ]
        if found:
            return found
        usual = [next((d for d in doings if d.usual == "yes"), doings[0]) for doings in options.values() if doings]
        for group in (usual, *([d for d in usual if d.kind == kind] for kind in ("result", "answer"))):
            if not found and 1 < len(group) <= MOST_ACTS:
                found = self._together(condition, wanted, group, options)
        return found

    def _together(
        self, condition: Comparison, wanted: Truth, group: list[Doing], options: dict[str, list[Doing]]
    ) -> list[Way]:
        """All of a group as usual, with one of them varied until the verdict comes."""
        found = []
        for first in group:
            others = [doing for doing in group if doing is not first]
            for doing in options.get(first.finding, ())[:_MOST_TRIALS]:
                if self._gives(condition, wanted, (doing, *others)):
                    found.append(frozenset({doing, *others}))
                    break
        return found

    def _doings(self, name: str, edges: tuple[Decimal, ...]) -> list[Doing]:
        kind = can_change(self.case, name)
        if kind is None and not self.case.program.ruleset.vocabulary.findings[name].closed_by:
            return []
        found = list(answers(self.case, name, edges))
        return [doing for doing in found if doing.kind == "answer"] if self.only_answers == "yes" else found

    def _gives(self, condition: Comparison, wanted: Truth, doings: tuple[Doing, ...]) -> bool:
        changed = supposed(self.case, doings)
        return changed is not None and truth(condition, changed.findings) is wanted


def _edges(condition: Comparison) -> tuple[Decimal, ...]:
    return (condition.threshold,) if isinstance(condition, Below | AtMost | Above | AtLeast) else ()


def join(parts: Iterable[tuple[Way, ...]]) -> tuple[Way, ...]:
    """Ways that are one of each part; two that want different things of one fact do not go together."""
    found = _NOTHING
    for ways in parts:
        found = _best(one | other for one in found for other in ways if _agree(one, other))
    return found


def _agree(one: Way, other: Way) -> bool:
    wanted = {doing.finding: doing.value for doing in one}
    return all(wanted.get(doing.finding, doing.value) == doing.value for doing in other)


def _best(ways: Iterable[Way]) -> tuple[Way, ...]:
    """The shortest ways, each once; of equals in the order in which they were found."""
    fitting = [way for way in dict.fromkeys(ways) if len(way) <= MOST_ACTS]
    return tuple(sorted(fitting, key=len)[:_WIDEST])


def _opposite(verdict: Truth) -> Truth:
    return Truth.DOES_NOT_APPLY if verdict is Truth.APPLIES else Truth.APPLIES
