"""Every rule and row says something: it can apply, not apply and be undecided, and no row stands behind another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from protocol.inference.program import band_name, row_name
from protocol.rules.condition import Always, Condition, comparisons, findings_of, sees_ignorance
from protocol.rules.rule import Current, FindingRule
from protocol.verify.bench import Bench, Question
from protocol.verify.finding import Breach, Outcome
from protocol.verify.logic import Formula, every, no, same, some
from protocol.verify.relations import reach
from protocol.verify.shapes import NumberShape, settled

__all__ = ["bands", "names_of", "one_rule_each", "rows", "verdicts"]


def bands(bench: Bench) -> Outcome:
    """For every known number exactly one band of a regimen holds."""
    outcome = Outcome("bands", "of every regimen exactly one band holds for every value of its number")
    for drug in bench.program.ruleset.drugs.values():
        for regimen in drug.regimens:
            for banded in regimen.bands:
                outcome.count += 1
                names = [band_name(drug.drug, regimen, banded, i) for i in range(len(banded.rows))]
                shape = bench.patient.shape(banded.by)
                question = Question((bench.patient,), frozenset({banded.by}))
                holding = [bench.patient.named(name)[0] for name in names]
                known = settled(shape) if isinstance(shape, NumberShape) else True
                where = f"{drug.drug}, {regimen.regimen}, by {banded.by}"
                if question.can(known, no(some(holding))):
                    outcome.breaches.append(Breach(drug.drug, None, f"{where}: a value has no band"))
                if question.can(known, some(every(pair) for pair in combinations(holding, 2))):
                    outcome.breaches.append(Breach(drug.drug, None, f"{where}: a value has two bands"))
    return outcome


def one_rule_each(bench: Bench) -> Outcome:
    """Every derived finding is set by one rule; loading a ruleset refuses a second one."""
    outcome = Outcome("one-rule-each", "every finding is set by one rule")
    seen: dict[str, str] = dict.fromkeys(bench.program.ruleset.vocabulary.findings, "vocabulary.yaml")
    for rule in bench.program.derivations:
        outcome.count += 1
        finding = rule.then.derive.finding
        if finding in seen:
            outcome.breaches.append(Breach(rule.rule, None, f"{finding} is also set by {seen[finding]}"))
        seen[finding] = rule.rule
    return outcome


def rows(bench: Bench, rules: Iterable[FindingRule]) -> Outcome:
    """No row stands behind others: without it the finding would be another set for some patient."""
    outcome = Outcome("rows", "no row of a finding is unreachable: each changes what is possible for some patient")
    for rule in rules:
        derive = rule.then.derive
        if derive.calculate is not None:
            continue
        names = [row_name(rule, i) for i in range(len(derive.rows))]
        question = _question(bench, names)
        pairs = [bench.patient.named(name) for name in names]
        whole = bench.patient.by_rows(rule)
        for i, row in enumerate(derive.rows):
            outcome.count += 1
            without = bench.patient.by_rows(rule, but=i)
            if not question.can(some(no(same(may, without.get(word, False))) for word, may in whole.items())):
                what = f"row {i + 1} of {derive.finding} ({row.value}) changes nothing: "
                outcome.breaches.append(Breach(rule.rule, None, what + _why(question, pairs, i)))
        if derive.else_ is not None:
            outcome.count += 1
            mine = [p for (_, p), row in zip(pairs, derive.rows, strict=True) if row.value == derive.else_]
            if not question.can(*(no(surely) for surely, _ in pairs), *map(no, mine)):
                outcome.breaches.append(Breach(rule.rule, None, f"the else of {derive.finding} is never reached"))
    return outcome


def _why(question: Question, pairs: list[tuple[Formula, Formula]], i: int) -> str:
    if not question.can(pairs[i][1]):
        return "its condition applies to nobody"
    for j, (surely, _) in enumerate(pairs[:i]):
        if not question.can(pairs[i][1], no(surely)):
            return f"wherever it may apply, row {j + 1} surely does"
    return "other rows give the same wherever it may apply"


def verdicts(bench: Bench, names: Iterable[str]) -> Outcome:
    """Each condition can apply, can fail to apply and can be undecided, as far as its facts can be unknown."""
    outcome = Outcome(
        "verdicts", "every rule can apply, not apply and be undecided, as far as its facts can be unknown"
    )
    groups: dict[frozenset[str], list[str]] = {}
    for name in names:
        condition = bench.blueprint.condition(name)
        if not isinstance(condition, Always):
            groups.setdefault(reach(bench.blueprint, findings_of(condition)), []).append(name)
    for chosen, group in groups.items():
        question = Question((bench.patient,), chosen)
        for name in group:
            outcome.count += 1
            _ask(bench, question, name, outcome)
    return outcome


def _ask(bench: Bench, question: Question, name: str, outcome: Outcome) -> None:
    surely, possibly = bench.patient.named(name)
    if not question.can(possibly):
        outcome.breaches.append(Breach(name, None, f"{name} is dead: it applies to nobody"))
    elif not question.can(surely):
        outcome.notes.append(f"{name} is never sure: it can only be undecided")
    if not question.can(no(surely)):
        outcome.breaches.append(Breach(name, None, f"{name} is vacuous: it applies to everybody"))
    elif not question.can(no(possibly)):
        outcome.notes.append(f"{name} can never be ruled out")
    condition = bench.blueprint.condition(name)
    if (
        not sees_ignorance(condition)
        and _may_be_open(bench, question, condition)
        and not question.can(possibly, no(surely))
    ):
        outcome.notes.append(f"{name} is never undecided although what it reads can be")


def _may_be_open(bench: Bench, question: Question, condition: Condition) -> bool:
    """Whether some comparison of the condition can be undecided by itself."""
    pairs = (bench.patient.truth(comparison) for comparison in comparisons(condition))
    return any(question.can(possibly, no(surely)) for surely, possibly in pairs)


def _question(bench: Bench, names: list[str]) -> Question:
    # Few findings and many answers: a solver that knows everything would choose all of them for each answer.
    read = {f for name in names for f in findings_of(bench.blueprint.condition(name))}
    return Question((bench.patient,), reach(bench.blueprint, read))


def names_of(bench: Bench) -> list[str]:
    """Every condition that is a rule's own: rows of findings and of the formulary are asked elsewhere."""
    wanted = {rule.rule for rule in bench.program.ruleset.rules if not rule.retired}
    medicine = {rule.rule for rule in bench.program.ruleset.of(Current)}
    return sorted(name for name in wanted if name in bench.program.conditions or name in medicine)
