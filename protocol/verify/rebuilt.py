"""The compiled ruleset after one edit, with only the edited part compiled again where that is enough."""

from __future__ import annotations

from dataclasses import replace

from protocol.errors import RulesetError
from protocol.inference.compile import compile_ruleset
from protocol.inference.program import Program, row_name
from protocol.rules.condition import Condition
from protocol.rules.parse import Reader
from protocol.rules.rule import Current, FindingRule, Head
from protocol.rules.ruleset import Ruleset

__all__ = ["rebuilt"]


def rebuilt(program: Program, changed: Ruleset, name: str) -> Program:
    """The program of `changed`, which differs from the program's ruleset in the item `name` alone.

    Raises:  RulesetError with what the compiler finds.
    """
    rule, before = changed.by_id.get(name), program.ruleset.by_id.get(name)
    if rule is None or before is None or rule.rule != name or rule.kind != before.kind:
        return compile_ruleset(changed)
    if isinstance(rule, FindingRule) and isinstance(before, FindingRule):
        same = rule.then.derive.calculate is None and _words(rule) == _words(before)
        return _finding(program, changed, rule, before) if same else compile_ruleset(changed)
    condition = _conditions(program, changed, rule)
    if isinstance(rule, Current):
        return replace(program, ruleset=changed, about_medicines={**program.about_medicines, **condition})
    return replace(program, ruleset=changed, conditions={**program.conditions, **condition})


def _words(rule: FindingRule) -> frozenset[str]:
    derive = rule.then.derive
    return frozenset([row.value for row in derive.rows] + ([derive.else_] if derive.else_ else []))


def _finding(program: Program, changed: Ruleset, rule: FindingRule, before: FindingRule) -> Program:
    """A finding with the same words: what reads it need not be compiled again."""
    old = {row_name(before, i) for i in range(len(before.then.derive.rows))}
    kept = {name: condition for name, condition in program.conditions.items() if name not in old}
    return replace(
        program,
        ruleset=changed,
        conditions=kept | _conditions(program, changed, rule),
        derivations=tuple(rule if r.rule == rule.rule else r for r in program.derivations),
    )


def _conditions(program: Program, changed: Ruleset, rule: Head) -> dict[str, Condition]:
    item = changed.items[rule.rule]
    reader = Reader(item.file, item.position, program.domains)
    if isinstance(rule, FindingRule):
        rows = enumerate(rule.then.derive.rows)
        found = {row_name(rule, i): reader.condition(r.when, ("then", "derive", "rows", i, "when")) for i, r in rows}
    else:
        found = {rule.rule: reader.condition(rule.when, ("when",))}
    if reader.faults:
        raise RulesetError(*reader.faults)
    return found
