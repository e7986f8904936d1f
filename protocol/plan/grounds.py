"""The fewest facts on which a verdict rests: with these known and all others unknown it is the same verdict.

A first set is read off the rules, from the verdict down to the raw findings: of an `all` that fails the part
that needs least, of an `any` that holds likewise, of a finding only the rows that decide. Then each fact is
left out in turn, and stays out where the reference evaluator still gives the verdict. What remains is
minimal: without any one of its facts the verdict cannot be told any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from protocol.inference.case import Case
from protocol.inference.evaluate import truth
from protocol.inference.program import reads, row_name
from protocol.inference.suppose import known_facts, nothing_known, suppose
from protocol.possible import Possible, Words
from protocol.rules.condition import All, Always, AnyOf, Condition, Missing, Not, OneOf
from protocol.rules.rule import FindingRule
from protocol.terms import Truth

__all__ = ["Grounds"]

_NONE: frozenset[str] = frozenset()
Facts = frozenset[str]


@dataclass
class Grounds:
    """Finds and checks minimal sets of facts of one case.

    `fixed` are findings that hold whatever else is known: those of the one medicine that is spoken of.
    """

    case: Case
    fixed: Mapping[str, Possible] = field(default_factory=dict)
    _whole: dict[str, Facts] = field(default_factory=dict)
    _within: dict[tuple[str, frozenset[str]], Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.blank = suppose(nothing_known(self.case), self.fixed)
        self.case = suppose(self.case, self.fixed) if self.fixed else self.case
        self.known = known_facts(self.case)

    def of(self, *names: str) -> Facts:
        """The fewest known raw findings with which each named condition has the verdict that it has.

        What cannot be told rests on no fact: a name whose verdict is that adds nothing.
        """
        wanted = {name: self.case.verdicts[name] for name in names}
        decided = {name: verdict for name, verdict in wanted.items() if verdict is not Truth.CANNOT_TELL}
        conditions = self.case.program.conditions
        first = self.first([conditions[name] for name in decided])

        def hold(case: Case) -> bool:
            return all(case.verdicts[name] is verdict for name, verdict in decided.items())

        return self.fewest(first, hold)

    def first(self, conditions: Iterable[Condition]) -> Facts:
        """Where to look first: facts that suffice for the verdicts which these conditions have."""
        findings = self.case.findings
        decided = ((c, verdict) for c in conditions if (verdict := truth(c, findings)) is not Truth.CANNOT_TELL)
        return _NONE.union(*(self._decides(condition, verdict) for condition, verdict in decided))

    def of_values(self, *findings: str) -> Facts:
        """The fewest known raw findings with which each named finding may be no more than it may be now."""
        first = _NONE.union(*(self._value(name) for name in findings))
        return self.fewest(first, lambda case: all(case.value(n) == self.case.value(n) for n in findings))

    def fewest(self, first: Iterable[str], hold: Callable[[Case], bool]) -> Facts:
        """A minimal part of what is known with which `hold` is so; `first` is where to look."""
        kept = sorted(set(first) & self.known.keys())
        if not hold(self.only(kept)):
            # A rule that asks what is missing may need a fact that no verdict rests on.
            kept = sorted(self.known)
        size = max(len(kept) // 2, 1)
        while kept:
            shorter = self._without_parts(kept, size, hold)
            if size == 1 and shorter == kept:
                break
            size = max(min(size, len(shorter)) // 2, 1)
            kept = shorter
        return frozenset(kept)

    def _without_parts(self, kept: list[str], size: int, hold: Callable[[Case], bool]) -> list[str]:
        """What is left when each run of so many facts is left out where it can be."""
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if hold(self.only(fewer)):
                kept = fewer
            else:
                start += size
        return kept

    def only(self, facts: Iterable[str]) -> Case:
        """The case of the patient with only these facts known."""
        return suppose(self.blank, {name: self.known[name] for name in facts} | dict(self.fixed))

    def _decides(self, condition: Condition, verdict: Truth) -> Facts:
        """Facts that suffice for a verdict which the condition has."""
        if isinstance(condition, Always):
            return _NONE
        if isinstance(condition, Missing):
            return _NONE if verdict is Truth.APPLIES else self._value(condition.finding)
        if isinstance(condition, Not):
            return self._decides(condition.part, _opposite(verdict))
        if isinstance(condition, All | AnyOf):
            every = verdict is (Truth.APPLIES if isinstance(condition, All) else Truth.DOES_NOT_APPLY)
            parts = [p for p in condition.parts if truth(p, self.case.findings) is verdict]
            needed = [self._decides(part, verdict) for part in parts]
            return _NONE.union(*needed) if every else min(needed, key=_size, default=_NONE)
        if isinstance(condition, OneOf):
            return self._one_of(condition.finding, condition.words, verdict)
        return self._value(condition.finding)

    def _one_of(self, finding: str, words: frozenset[str], verdict: Truth) -> Facts:
        domain = self.case.program.domains.of[finding]
        if not isinstance(domain, Words):
            return self._value(finding)
        return self._among(finding, words if verdict is Truth.APPLIES else domain.options - words)

    def _among(self, finding: str, words: frozenset[str]) -> Facts:
        """Facts that suffice for the finding to be one of these words, which it is."""
        key = (finding, words)
        if key not in self._within:
            rule = self.case.program.deriving.get(finding)
            if rule is None or rule.then.derive.calculate is not None:
                self._within[key] = self._value(finding)
            else:
                self._within[key] = self._rows(rule, words)
        return self._within[key]

    def _rows(self, rule: FindingRule, words: frozenset[str]) -> Facts:
        program, found, derive = self.case.program, _NONE, rule.then.derive
        after = [*(row.value for row in derive.rows), derive.else_]
        for i, row in enumerate(derive.rows):
            if all(value in words for value in after[i:]):
                return found
            name = row_name(rule, i)
            verdict = self.case.verdicts[name]
            if row.value not in words:
                found |= self._decides(program.conditions[name], Truth.DOES_NOT_APPLY)
            elif verdict is Truth.APPLIES:
                return found | self._decides(program.conditions[name], verdict)
        return found

    def _value(self, finding: str) -> Facts:
        """Facts that suffice for the finding to be what it is."""
        if finding not in self._whole:
            rule = self.case.program.deriving.get(finding)
            if rule is None:
                self._whole[finding] = frozenset({finding}) & self.known.keys()
            elif rule.then.derive.calculate is not None:
                self._whole[finding] = _NONE.union(*(self._value(n) for n in reads(self.case.program, rule)))
            else:
                value = self.case.value(finding)
                options = value.options if isinstance(value, Words) else frozenset()
                self._whole[finding] = self._among(finding, options)
        return self._whole[finding]


def _size(facts: Facts) -> tuple[int, list[str]]:
    return len(facts), sorted(facts)


def _opposite(verdict: Truth) -> Truth:
    return Truth.DOES_NOT_APPLY if verdict is Truth.APPLIES else Truth.APPLIES
