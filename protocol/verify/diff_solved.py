"""The solver's part of a comparison: both versions of a rule asked of one patient who can exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from protocol.inference.case import Case
from protocol.inference.program import Program
from protocol.rules.condition import Condition, findings_of
from protocol.rules.rule import Current, FindingRule, Rule
from protocol.rules.targets import set_out
from protocol.terms import Truth
from protocol.verify.bench import Bench
from protocol.verify.coverage import conditions_of
from protocol.verify.equivalent import outcome
from protocol.verify.logic import Formula, every, no, same, some
from protocol.verify.replay import Replay

__all__ = ["Both"]

_WAS = "before: "
"""Stands before the names of the old rules' conditions, where both are asked of one patient."""


@dataclass
class Both:
    """The new ruleset, and beside its conditions those of the old one that read otherwise."""

    old: Program
    new: Program

    def patient(
        self, before: Rule | None, after: Rule | None, offered: str | None = None
    ) -> tuple[Mapping[str, str], Any] | None:
        """Findings of a patient of whom the two say different things, and the assessment; None is a proof.

        Where both are written the same, a patient of whom the rule speaks. With `offered`, only a patient who
        is offered that option by the new ruleset counts.
        """
        names = [*self._names(before, old=True), *self._names(after, old=False)]
        bench = self._bench
        # Somebody of whom both are sure is easier to picture than one of whom one of the two cannot tell.
        opposed, differ = self._opposed(before, after), self._differ(before, after)
        if differ is False:
            opposed = differ = self._says(after, old=False).get("surely", False)
        tries: list[tuple[tuple[Formula, ...], list[str]]] = [((opposed,), names), ((differ,), names)]
        candidate = bench.board.by_id.get(offered or "")
        if candidate is not None:
            about = [*names, *bench.about(candidate)]
            tries = [((opposed, bench.standings.of(candidate).offered), about)]
        for formulas, asked in tries:
            replay = Replay(bench.program, bench.board, bench.question(asked))
            shown = replay.show(formulas, lambda case: self._apart(case, before, after))
            if shown is not None:
                return shown["patient"], shown["assessment"]
        return None

    @cached_property
    def _bench(self) -> Bench:
        more: dict[str, Condition] = {}
        for rule in self.old.ruleset.rules:
            if not rule.retired and not isinstance(rule, Current):
                conditions = conditions_of(self.old, rule)
                if all(findings_of(c) <= self.new.domains.of.keys() for c in conditions.values()):
                    more |= {f"{_WAS}{n}": c for n, c in conditions.items() if self.new.conditions.get(n) != c}
        return Bench(replace(self.new, conditions={**self.new.conditions, **more}), set_out(self.new.ruleset))

    def _names(self, rule: Rule | None, *, old: bool) -> list[str]:
        program = self.old if old else self.new
        names = list(conditions_of(program, rule)) if rule is not None else []
        return [self._name(n) for n in names] if old else names

    def _name(self, name: str) -> str:
        """The name of an old condition on the bench: its own where it reads the same."""
        was = f"{_WAS}{name}"
        return was if was in self._bench.program.conditions else name

    def _differ(self, before: Rule | None, after: Rule | None) -> Formula:
        one, other = self._says(before, old=True), self._says(after, old=False)
        return some(
            no(same(one.get(word, False), other.get(word, False))) for word in sorted(one.keys() | other.keys())
        )

    def _opposed(self, before: Rule | None, after: Rule | None) -> Formula:
        """Both are sure, and say the opposite."""
        one, other = self._says(before, old=True), self._says(after, old=False)
        if isinstance(after or before, FindingRule):
            return every(no(every((may, other.get(word, False)))) for word, may in sorted(one.items()))
        return some(
            (
                every((one["surely"], no(other["possibly"]))),
                every((other["surely"], no(one["possibly"]))),
            )
        )

    def _says(self, rule: Rule | None, *, old: bool) -> dict[str, Formula]:
        """What a rule says, as truth values: surely and possibly, or each word a finding may be."""
        patient = self._bench.patient
        if rule is None:
            return {"surely": False, "possibly": False}
        if isinstance(rule, FindingRule):
            return self._words(rule, old=old)
        surely, possibly = patient.named(self._name(rule.rule) if old else rule.rule)
        return {"surely": surely, "possibly": possibly}

    def _words(self, rule: FindingRule, *, old: bool) -> dict[str, Formula]:
        """The same reading of rows as a patient has, by the names that the old rows have on the bench."""
        patient = self._bench.patient
        found: dict[str, list[Formula]] = {}
        passed: list[Formula] = []
        for name, row in zip(self._names(rule, old=old), rule.then.derive.rows, strict=True):
            surely, possibly = patient.named(name)
            found.setdefault(row.value, []).append(every((*passed, possibly)))
            passed.append(no(surely))
        program = self.old if old else self.new
        domain = program.domains.of[rule.then.derive.finding]
        rest = [rule.then.derive.else_] if rule.then.derive.else_ else sorted(getattr(domain, "options", ()))
        for word in rest:
            found.setdefault(word, []).append(every(passed))
        return {word: some(ways) for word, ways in found.items()}

    def _apart(self, case: Case, before: Rule | None, after: Rule | None) -> bool:
        """Whether the reference says different things too, or of two that are written the same, that both apply."""
        first = outcome(self.old, before, case.findings) if before is not None else Truth.DOES_NOT_APPLY
        second = outcome(self.new, after, case.findings) if after is not None else Truth.DOES_NOT_APPLY
        same_words = self._differ(before, after) is False
        return first is Truth.APPLIES if same_words else first != second
