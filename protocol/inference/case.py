"""One patient and one ruleset, decided: what every later step reads and none changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from protocol.assessment import Assessment
from protocol.inference.evaluate import Findings, truth
from protocol.inference.facts import Facts
from protocol.inference.program import Program
from protocol.possible import Possible
from protocol.rules.condition import All, Always, AnyOf, Condition, Not
from protocol.terms import Truth

__all__ = ["Case", "undecided"]

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Case:
    """The verdict of every condition, and the findings it was given on.

    `about` holds, for each current medicine in the order of the record, the verdicts of the rules that are
    asked of medicines.
    """

    program: Program
    assessment: Assessment
    facts: Facts
    findings: Findings
    verdicts: Mapping[str, Truth]
    about: tuple[Mapping[str, Truth], ...] = ()
    _open: dict[str, frozenset[str]] = field(default_factory=dict)
    _blamed: dict[str, frozenset[str]] = field(default_factory=dict)
    _remembered: dict[object, Any] = field(default_factory=dict)

    def remember(self, key: object, make: Callable[[], Made]) -> Made:
        """What `make` answered for this key the first time; a plan says the same thing in many places."""
        if key not in self._remembered:
            self._remembered[key] = make()
        made: Made = self._remembered[key]
        return made

    def value(self, finding: str) -> Possible:
        return self.findings.values[finding]

    def open_inputs(self, name: str) -> frozenset[str]:
        """The raw findings whose answers could decide a condition that cannot be told."""
        found = self._open.get(name)
        if found is None:
            found = self._open[name] = self._open_inputs(name)
        return found

    def _open_inputs(self, name: str) -> frozenset[str]:
        condition = self.program.conditions.get(name)
        return frozenset() if condition is None else self._union(undecided(condition, self))

    def _behind(self, finding: str) -> frozenset[str]:
        if finding in self._blamed:
            return self._blamed[finding]
        self._blamed[finding] = frozenset()
        rule = self.program.deriving.get(finding)
        if rule is None:
            answer = frozenset() if self.findings.values[finding].known else frozenset({finding})
        elif rule.then.derive.calculate is not None:
            answer = self._union(name for name in self.program.facts_read[rule.rule] if not self.value(name).known)
        else:
            names = self.program.row_names[rule.rule]
            open_rows = [n for n in self._until_sure(names) if self.verdicts[n] is Truth.CANNOT_TELL]
            answer = frozenset().union(*(self.open_inputs(name) for name in open_rows))
        self._blamed[finding] = answer
        return answer

    def _until_sure(self, names: tuple[str, ...]) -> tuple[str, ...]:
        sure = next((i for i, n in enumerate(names) if self.verdicts[n] is Truth.APPLIES), len(names))
        return names[: sure + 1]

    def _union(self, findings: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._behind(name) for name in findings))


def undecided(condition: Condition, case: Case) -> frozenset[str]:
    """The findings at which a condition stays open: of the parts that cannot be told, all that they read."""
    while isinstance(condition, Not):
        condition = condition.part
    found: set[str] = set()
    _note_open(condition.parts if isinstance(condition, All | AnyOf) else (condition,), case.findings, found)
    return frozenset(found)


def _note_open(parts: Iterable[Condition], findings: Findings, found: set[str]) -> None:
    for part in parts:
        if isinstance(part, Not):
            _note_open((part.part,), findings, found)
        elif truth(part, findings) is Truth.CANNOT_TELL:
            if isinstance(part, All | AnyOf):
                _note_open(part.parts, findings, found)
            elif not isinstance(part, Always):
                found.add(part.finding)
