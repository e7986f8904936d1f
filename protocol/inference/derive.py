"""Derived findings, each after all that it reads: rows tried in order, or a calculation over sets."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.inference.evaluate import Findings, truth
from protocol.inference.facts import Facts
from protocol.inference.program import Program, apply
from protocol.instruments import CALCULATIONS
from protocol.possible import Possible, Words
from protocol.rules.rule import FindingRule
from protocol.terms import Truth

__all__ = ["arguments_of", "derive", "value_of"]


def derive(program: Program, facts: Facts) -> tuple[Findings, dict[str, Truth]]:
    """Every finding of the ruleset for one assessment, and the verdict of every row of the derived ones.

    Raw findings stand as gathered, derived ones follow in order.
    """
    findings = Findings()
    verdicts: dict[str, Truth] = {}
    for name, seen in facts.seen.items():
        _hold(name, seen.possible, program, findings)
    for rule in program.derivations:
        for name, condition, _ in program.rows[rule.rule]:
            verdicts[name] = truth(condition, findings)
        _hold(rule.then.derive.finding, _value(rule, program, findings, verdicts), program, findings)
    return findings, verdicts


def _hold(name: str, value: Possible, program: Program, findings: Findings) -> None:
    """Keep what a finding may be; where that is its whole domain, the domain itself, and that it is unknown."""
    domain = program.domains.of[name]
    if value is domain or value == domain:
        value = domain
        # A domain of one word says nothing when it is "all still possible", and everything when it is the answer.
        if not domain.known:
            findings.unknown.add(name)
    findings.values[name] = value


def value_of(rule: FindingRule, program: Program, findings: Findings) -> Possible:
    """What a finding rule makes of some findings."""
    verdicts = {name: truth(condition, findings) for name, condition, _ in program.rows[rule.rule]}
    return _value(rule, program, findings, verdicts)


def _value(rule: FindingRule, program: Program, findings: Findings, verdicts: Mapping[str, Truth]) -> Possible:
    """The values of all rows that may match, up to the first that surely does."""
    derived = rule.then.derive
    if derived.calculate is not None:
        domains = program.domains.of
        # What follows from knowing nothing was worked out when the ruleset was compiled: it is the domain.
        if all(findings.values[name] is domains[name] for name in program.facts_read[rule.rule]):
            return domains[derived.finding]
        return apply(CALCULATIONS[derived.calculate.method], arguments_of(rule, program, findings))
    possible: set[str] = set()
    for name, _, word in program.rows[rule.rule]:
        verdict = verdicts[name]
        if verdict is not Truth.DOES_NOT_APPLY:
            possible.add(word)
        if verdict is Truth.APPLIES:
            return Words(frozenset(possible))
    if derived.else_ is None:
        return program.domains.of[derived.finding]
    return Words(frozenset(possible | {derived.else_}))


def arguments_of(rule: FindingRule, program: Program, findings: Findings) -> dict[str, tuple[Possible, ...]]:
    """What a calculation is given: the sets of its findings and its constants, by parameter."""
    groups = program.arguments[rule.rule]
    return {n: tuple(findings.values[a] if isinstance(a, str) else a for a in group) for n, group in groups.items()}
