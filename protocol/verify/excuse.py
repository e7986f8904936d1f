"""When a condition may stay open although something is offered: all that keeps it open is declared.

The same question as `protocol.inference.case` answers for one patient: at which findings a condition stays open,
and which raw inputs stand behind them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from protocol.inference.program import reads, row_name
from protocol.rules.condition import All, Always, AnyOf, Condition, Missing, Not, findings_of
from protocol.verify.logic import Formula, every, no, some
from protocol.verify.patient import Patient
from protocol.verify.shapes import settled

__all__ = ["Excuse"]


@dataclass
class Excuse:
    """For one patient and one set of findings that are declared as what may be unknown."""

    patient: Patient
    declared: frozenset[str]
    _behind: dict[str, tuple[Formula, Formula]] = field(default_factory=dict)

    def holds(self, condition: Condition) -> Formula:
        """Whether all that keeps the condition open is declared, itself or by the inputs behind it."""
        near = no(self._open_at(condition))
        anything, stranger = self._inputs(condition)
        return some((near, every((anything, no(stranger)))))

    def _open(self, condition: Condition) -> Formula:
        surely, possibly = self.patient.truth(condition)
        return every((possibly, no(surely)))

    def _open_at(self, condition: Condition) -> Formula:
        """Whether the condition stays open at a finding that is not declared."""
        match condition:
            case Always() | Missing():
                return False
            case All(parts) | AnyOf(parts):
                return some(every((self._open(part), self._open_at(part))) for part in parts)
            case Not(part):
                return self._open_at(part)
            case _:
                return False if condition.finding in self.declared else self._open(condition)

    def _inputs(self, condition: Condition) -> tuple[Formula, Formula]:
        """Whether any raw input stands behind what is open, and whether one stands there that is not declared."""
        match condition:
            case Always() | Missing():
                return False, False
            case All(parts) | AnyOf(parts):
                pairs = [(self._open(part), *self._inputs(part)) for part in parts]
                return some(every((o, a)) for o, a, _ in pairs), some(every((o, s)) for o, _, s in pairs)
            case Not(part):
                return self._inputs(part)
            case _:
                anything, stranger = self._finding(condition.finding)
                open_ = self._open(condition)
                return every((open_, anything)), every((open_, stranger))

    def _finding(self, finding: str) -> tuple[Formula, Formula]:
        if finding not in self._behind:
            self._behind[finding] = self._look_behind(finding)
        return self._behind[finding]

    def _look_behind(self, finding: str) -> tuple[Formula, Formula]:
        program = self.patient.blueprint.program
        rule = program.deriving.get(finding)
        if rule is None:
            open_ = no(settled(self.patient.shape(finding)))
            return open_, False if finding in self.declared else open_
        if rule.then.derive.calculate is not None:
            pairs = []
            for name in sorted(reads(program, rule)):
                open_ = no(settled(self.patient.shape(name)))
                pairs.append((open_, *self._finding(name)))
            return some(every((o, a)) for o, a, _ in pairs), some(every((o, s)) for o, _, s in pairs)
        anything: list[Any] = []
        stranger: list[Any] = []
        passed: list[Any] = []
        for i in range(len(rule.then.derive.rows)):
            condition = program.conditions[row_name(rule, i)]
            surely, possibly = self.patient.truth(condition)
            some_input, some_stranger = self._inputs(condition)
            reached = every((*passed, possibly, no(surely)))
            anything.append(every((reached, some_input)))
            stranger.append(every((reached, some_stranger)))
            passed.append(no(surely))
        return some(anything), some(stranger)

    def reads(self, condition: Condition) -> frozenset[str]:
        """Everything behind the condition, the arguments of calculations included."""
        program = self.patient.blueprint.program
        seen: set[str] = set()
        pending = sorted(findings_of(condition))
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                rule = program.deriving.get(name)
                pending += sorted(reads(program, rule)) if rule is not None else []
        return frozenset(seen)
