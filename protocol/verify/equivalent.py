"""Whether a wrong edit changes anything at all: worked out, not listed.

A condition means the same when every combination of the values that matter gives the same verdict; a `then` block
when every option gets the same from it. What is too large to be worked out counts as different.
"""

from __future__ import annotations

from itertools import product
from math import prod

from protocol.inference.derive import value_of
from protocol.inference.evaluate import Findings, truth
from protocol.inference.program import Program
from protocol.possible import Possible
from protocol.rules.effects import effects_of
from protocol.rules.rule import FindingRule, Rule
from protocol.terms import Truth
from protocol.verify.coverage import conditions_of
from protocol.verify.mutant import Mutant
from protocol.verify.representatives import findings_from, representatives

__all__ = ["outcome", "same_meaning"]

_MOST = 40_000


def same_meaning(before: Program, after: Program, mutant: Mutant) -> bool:
    """Whether no patient and no option can tell the two programs apart by this rule."""
    old, new = before.ruleset.by_id.get(mutant.item), after.ruleset.by_id.get(mutant.item)
    if old is None or new is None:
        return False
    if isinstance(old, FindingRule):
        return old.then.derive.calculate is None and _same_verdicts(before, after, old, new)
    if effects_of(old, before.candidates) != effects_of(new, after.candidates):
        return False
    return "when" not in mutant.path or _same_verdicts(before, after, old, new)


def _same_verdicts(before: Program, after: Program, old: Rule, new: Rule) -> bool:
    conditions = [*conditions_of(before, old).values(), *conditions_of(after, new).values()]
    values = representatives(conditions, before.domains.of)
    if prod(map(len, values.values())) > _MOST:
        return False
    for combination in product(*values.values()):
        findings = findings_from(dict(zip(values, combination, strict=True)))
        if outcome(before, old, findings) != outcome(after, new, findings):
            return False
    return True


def outcome(program: Program, rule: Rule, findings: Findings) -> Possible | Truth:
    """What one rule says of some findings: a finding's value, or a verdict."""
    if isinstance(rule, FindingRule):
        return value_of(rule, program, findings)
    return truth(program.conditions.get(rule.rule) or program.about_medicines[rule.rule], findings)
