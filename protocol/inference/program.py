"""The compiled ruleset: what every later verb asks, and what is worked out once for all patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from protocol.instruments import Calculation
from protocol.possible import Possible
from protocol.rules.condition import Condition, findings_of
from protocol.rules.formulary import Bands, Regimen
from protocol.rules.parse import Domains
from protocol.rules.rule import FindingRule
from protocol.rules.ruleset import Ruleset
from protocol.rules.targets import Candidate, candidates

__all__ = ["Arguments", "Program", "apply", "band_name", "reads", "row_name"]

Arguments = Mapping[str, tuple[str | Possible, ...]]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Program:
    """A ruleset ready to be asked.

    `conditions` holds every condition by name: a rule's id, `rule/1` for the first row of a finding,
    `drug/regimen/row` for a row of the formulary, `conversion/table/row` for one of opioid arithmetic, `review/id`
    for a review time. `about_medicines` holds
    those that are asked of each current medicine. `derivations` are the finding rules, each after all that
    it reads. `arguments` are what each calculation takes, findings by name and constants as sets.
    """

    ruleset: Ruleset
    domains: Domains
    conditions: Mapping[str, Condition]
    about_medicines: Mapping[str, Condition]
    derivations: tuple[FindingRule, ...]
    arguments: Mapping[str, Arguments]
    _remembered: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def remember(self, key: object, make: Callable[[], Made]) -> Made:
        """What `make` answered for this key the first time: what later verbs say of the ruleset for every patient."""
        if key not in self._remembered:
            self._remembered[key] = make()
        made: Made = self._remembered[key]
        return made

    @cached_property
    def deriving(self) -> dict[str, FindingRule]:
        """The rule that sets each derived finding."""
        return {rule.then.derive.finding: rule for rule in self.derivations}

    @cached_property
    def row_names(self) -> dict[str, tuple[str, ...]]:
        """The names of the conditions of each finding's rows, by the rule's id."""
        return {r.rule: tuple(row_name(r, i) for i in range(len(r.then.derive.rows))) for r in self.derivations}

    @cached_property
    def rows(self) -> dict[str, tuple[tuple[str, Condition, str], ...]]:
        """Each finding's rows, by the rule's id: the name of the condition, the condition, the word it brings."""
        return {
            rule.rule: tuple((n, self.conditions[n], row.value) for n, row in zip(names, written, strict=True))
            for rule in self.derivations
            for names, written in [(self.row_names[rule.rule], rule.then.derive.rows)]
        }

    @cached_property
    def approvals(self) -> tuple[str, ...]:
        """The findings that hold the recorded approvals."""
        return tuple(n for n, raw in self.ruleset.vocabulary.findings.items() if raw.approvals is not None)

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each finding of the vocabulary or of a finding rule is called."""
        derived = {finding: rule.title for finding, rule in self.deriving.items()}
        return derived | {name: raw.title for name, raw in self.ruleset.vocabulary.findings.items()}

    @cached_property
    def other_conditions(self) -> dict[str, Condition]:
        """The conditions that are no row of a finding: what is asked once all findings are there."""
        rows = {name for names in self.row_names.values() for name in names}
        return {name: condition for name, condition in self.conditions.items() if name not in rows}

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every option of the ruleset with its drug and regimen."""
        return candidates(self.ruleset)

    @cached_property
    def raw_behind(self) -> dict[str, frozenset[str]]:
        """The raw findings on which each derived finding rests."""
        found: dict[str, frozenset[str]] = {}
        for rule in self.derivations:
            behind = (found.get(name, {name}) for name in reads(self, rule))
            found[rule.then.derive.finding] = frozenset().union(*behind)
        return found

    @cached_property
    def facts_read(self) -> dict[str, tuple[str, ...]]:
        """The findings that each rule reads, by the rule's id, in name order."""
        found = {rule.rule: tuple(sorted(reads(self, rule))) for rule in self.derivations}
        for rule in self.ruleset.rules:
            condition = self.conditions.get(rule.rule) or self.about_medicines.get(rule.rule)
            if condition is not None:
                found[rule.rule] = tuple(sorted(findings_of(condition)))
        return found


def row_name(rule: FindingRule, index: int) -> str:
    """The name of the condition of a finding's row, counted from 1 as a reader counts."""
    return f"{rule.rule}/{index + 1}"


def band_name(drug: str, regimen: Regimen, bands: Bands, index: int) -> str:
    """The name of the condition of one band of a regimen."""
    return f"{drug}/{regimen.regimen}/{bands.by}{bands.rows[index].from_.replace(' ', '')}"


def reads(program: Program, rule: FindingRule) -> frozenset[str]:
    """The findings that a finding rule reads, by rows or as arguments."""
    derive = rule.then.derive
    if derive.calculate:
        values = program.arguments[rule.rule].values()
        return frozenset(name for group in values for name in group if isinstance(name, str))
    names = (row_name(rule, i) for i in range(len(derive.rows)))
    return frozenset().union(*(findings_of(program.conditions[name]) for name in names))


def apply(calculation: Calculation, groups: Mapping[str, tuple[Possible, ...]]) -> Possible:
    """Call a calculation; a parameter that takes many gets them all, any other its single one."""
    many = {parameter.name for parameter in calculation.parameters if parameter.many}
    arguments = {name: group if name in many else group[0] for name, group in groups.items()}
    return calculation.function(**arguments)
