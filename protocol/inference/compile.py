"""The second verb, compile: a ruleset with every name resolved, every condition parsed, every finding ordered.

Names come from the vocabulary (raw findings), from finding rules (derived ones) and from the closed list of
calculations. A name that none of them knows is a fault of the ruleset, reported with its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from protocol.errors import QuantityError, RulesetError
from protocol.inference.domains import raw_domain, substance_of
from protocol.inference.program import Arguments, Program, apply, band_name, row_name
from protocol.instruments import CALCULATIONS, Calculation
from protocol.possible import Numbers, Possible, Words
from protocol.quantity import Quantity
from protocol.rules.condition import Above, All, AtLeast, AtMost, Below, Condition
from protocol.rules.formulary import Bands, Regimen
from protocol.rules.parse import Domains, Reader, nearest
from protocol.rules.rule import Current, FindingRule
from protocol.rules.ruleset import Ruleset

__all__ = ["compile_ruleset"]

Path = tuple[str | int, ...]


def compile_ruleset(ruleset: Ruleset) -> Program:
    """Resolve and order; raises `RulesetError` with every fault of every file."""
    return _Compiler(ruleset).program()


@dataclass(slots=True)
class _Compiler:
    ruleset: Ruleset
    domains: dict[str, Possible] = field(default_factory=dict)
    substances: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)
    arguments: dict[str, Arguments] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)

    def program(self) -> Program:
        self._raw_domains()
        finding_rules = self._ordered(list(self.ruleset.of(FindingRule)))
        for rule in finding_rules:
            self._finding(rule)
        for other in self.ruleset.rules:
            if not isinstance(other, FindingRule) and not other.retired:
                self.conditions[other.rule] = self._reader(other.rule).condition(other.when, ("when",))
        for i, review in enumerate(self.ruleset.settings.reviews):
            reader = self._reader("ruleset.yaml")
            self.conditions[f"review/{review.review}"] = reader.condition(review.when, ("reviews", i, "when"))
        for drug, i, regimen in self._regimens():
            self._regimen(drug, i, regimen)
        if self.ruleset.conversion is not None:
            reader = self._reader("formulary/opioid-conversion.yaml")
            for name, when, path in self.ruleset.conversion.conditions():
                self.conditions[name] = reader.condition(when, path)
        faults = [fault for reader in self.readers.values() for fault in reader.faults]
        if faults:
            raise RulesetError(*faults)
        medicine = {rule.rule for rule in self.ruleset.of(Current)}
        # What several rules ask in the same words is one condition: it is then told once for each patient.
        one: dict[Condition, Condition] = {}
        conditions = {name: one.setdefault(condition, condition) for name, condition in sorted(self.conditions.items())}
        return Program(
            ruleset=self.ruleset,
            domains=Domains(self.domains, self.substances),
            conditions={n: c for n, c in conditions.items() if n not in medicine},
            about_medicines={n: c for n, c in conditions.items() if n in medicine},
            derivations=tuple(finding_rules),
            arguments=self.arguments,
        )

    def _reader(self, name: str) -> Reader:
        if name not in self.readers:
            item = self.ruleset.items[name]
            self.readers[name] = Reader(item.file, item.position, Domains(self.domains, self.substances))
        return self.readers[name]

    def _raw_domains(self) -> None:
        for name, raw in self.ruleset.vocabulary.findings.items():
            domain = raw_domain(raw, self.ruleset)
            if domain is None:
                what = f'the assessment has no field "{raw.from_ or raw.medicine}" of this kind'
                self._reader("vocabulary.yaml").fault(
                    ("findings", name), what, "`mps schema assessment` lists the fields"
                )
                continue
            self.domains[name] = domain
            if substance := substance_of(raw):
                self.substances[name] = substance

    def _ordered(self, rules: list[FindingRule]) -> list[FindingRule]:
        by_finding: dict[str, FindingRule] = {}
        for rule in rules:
            name = rule.then.derive.finding
            if name in by_finding or name in self.domains:
                where = by_finding[name].rule if name in by_finding else "vocabulary.yaml"
                what = f"{name} is also set by {where}"
                self._reader(rule.rule).fault(("then", "derive", "finding"), what, "a finding is set in one place")
                continue
            by_finding[name] = rule
        graph = {name: _names_read(rule) & by_finding.keys() for name, rule in by_finding.items()}
        try:
            return [by_finding[name] for name in TopologicalSorter(_sorted(graph)).static_order()]
        except CycleError as error:
            circle = " -> ".join(error.args[1])
            rule = by_finding[error.args[1][0]]
            self._reader(rule.rule).fault(("then",), f"these findings need each other: {circle}", "break the circle")
            return []

    def _finding(self, rule: FindingRule) -> None:
        derive = rule.then.derive
        reader = self._reader(rule.rule)
        if derive.calculate is None:
            for i, row in enumerate(derive.rows):
                self.conditions[row_name(rule, i)] = reader.condition(row.when, ("then", "derive", "rows", i, "when"))
            words = {row.value for row in derive.rows} | ({derive.else_} if derive.else_ else set())
            self.domains[derive.finding] = Words(frozenset(words))
            return
        calculation = CALCULATIONS.get(derive.calculate.method)
        if calculation is None:
            what = f'"{derive.calculate.method}" is not a calculation'
            reader.fault(
                ("then", "derive", "calculate", "method"),
                what,
                nearest(derive.calculate.method, CALCULATIONS),
            )
            return
        before = len(reader.faults)
        self.arguments[rule.rule] = self._arguments(rule, calculation, reader)
        if len(reader.faults) == before:
            self.domains[derive.finding] = self._result_domain(rule, calculation, reader)

    def _arguments(self, rule: FindingRule, calculation: Calculation, reader: Reader) -> Arguments:
        written = rule.then.derive.calculate.of if rule.then.derive.calculate else {}
        path: Path = ("then", "derive", "calculate", "of")
        known = {parameter.name: parameter for parameter in calculation.parameters}
        for name in written.keys() - known.keys():
            reader.fault((*path, name), f"{calculation.name} takes no {name}", nearest(name, known))
        found: dict[str, tuple[str | Possible, ...]] = {}
        for name, parameter in known.items():
            if name not in written:
                if parameter.required:
                    reader.fault(path, f"{calculation.name} needs {name}", f"write: {name}: a finding or a constant")
                continue
            values = written[name] if isinstance(written[name], list) else [written[name]]
            found[name] = tuple(
                argument for v in values if (argument := self._argument(v, (*path, name), reader)) is not None
            )
        return found

    def _argument(self, value: Any, path: Path, reader: Reader) -> str | Possible | None:  # noqa: ANN401
        if isinstance(value, str) and value in self.domains:
            return value
        try:
            quantity = Quantity.parse(str(value))
        except QuantityError:
            reader.fault(path, f'"{value}" is neither a finding nor an amount', nearest(str(value), self.domains))
            return None
        return Numbers(quantity.amount, quantity.amount, quantity.unit)

    def _result_domain(self, rule: FindingRule, calculation: Calculation, reader: Reader) -> Possible:
        try:
            return apply(calculation, {n: self._sets(group) for n, group in self.arguments[rule.rule].items()})
        except (TypeError, ValueError, ArithmeticError) as error:
            reader.fault(
                ("then", "derive", "calculate"),
                f"{calculation.name}: {error}",
                "give findings of the right kind and unit",
            )
            return Words(frozenset({"unknown"}))

    def _sets(self, group: tuple[str | Possible, ...]) -> tuple[Possible, ...]:
        return tuple(self.domains[a] if isinstance(a, str) else a for a in group)

    def _regimens(self) -> Iterator[tuple[str, int, Regimen]]:
        for drug in self.ruleset.drugs.values():
            for i, regimen in enumerate(drug.regimens):
                yield drug.drug, i, regimen

    def _regimen(self, drug: str, index: int, regimen: Regimen) -> None:
        reader = self._reader(drug)
        top: Path = ("regimens", index)
        prefix = f"{drug}/{regimen.regimen}"
        for i, row in enumerate(regimen.rows):
            self.conditions[f"{prefix}/{row.row}"] = reader.condition(row.when, (*top, "rows", i, "when"))
        for i, bands in enumerate(regimen.bands):
            self._bands(drug, regimen, bands, (*top, "bands", i))
        for i, share in enumerate(regimen.rescue.rows if regimen.rescue else ()):
            self.conditions[f"{prefix}/rescue/{share.row}"] = reader.condition(
                share.when, (*top, "rescue", "rows", i, "when")
            )

    def _bands(self, drug: str, regimen: Regimen, bands: Bands, path: Path) -> None:
        reader = self._reader(drug)
        domain = self.domains.get(bands.by)
        if not isinstance(domain, Numbers):
            reader.fault((*path, "by"), f"{bands.by} is not a number to make bands of", nearest(bands.by, self.domains))
            return
        upper: Condition | None = None
        for i, band in enumerate(bands.rows):
            included = band.from_.startswith(">=")
            amount = Quantity.parse(band.from_.lstrip(">= ")).amount
            edge = AtLeast(bands.by, amount) if included else Above(bands.by, amount)
            self.conditions[band_name(drug, regimen, bands, i)] = All((edge, upper)) if upper else edge
            # What lies under this band's edge begins the next one, so bands can neither gape nor overlap.
            upper = Below(bands.by, amount) if included else AtMost(bands.by, amount)
        last = bands.rows[-1]
        if not (last.from_.startswith(">=") and Quantity.parse(last.from_.lstrip(">= ")).amount <= domain.low):
            reader.fault(
                (*path, "rows"),
                f"no band reaches down to {domain.low}",
                f'add a last band from ">={domain.low}"',
            )


def _names_read(rule: FindingRule) -> set[str]:
    """Every name that may be a finding in the rule as written, before conditions are parsed."""
    derive = rule.then.derive
    if derive.calculate:
        values = derive.calculate.of.values()
        return {str(v) for value in values for v in (value if isinstance(value, list) else [value])}
    found: set[str] = set()
    pending: list[Any] = [row.when for row in derive.rows]
    while pending:
        here = pending.pop()
        if isinstance(here, dict):
            found |= {str(key) for key in here}
            pending += [value for key, value in here.items() if key in ("all", "any", "not")]
        elif isinstance(here, list):
            pending += here
    return found


def _sorted(graph: dict[str, set[str]]) -> dict[str, list[str]]:
    """The same graph in name order, so that the order of files cannot show in anything."""
    return {name: sorted(graph[name]) for name in sorted(graph)}
