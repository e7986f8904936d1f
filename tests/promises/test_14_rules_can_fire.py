"""Promise 14: each rule can fire.

Each rule can fire, fail to fire and be undecided (but for `always` and facts that cannot be unknown); no
finding is set by two rules; what one red flag demands and another forbids comes out as `refer` with both
shown, never as either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random

import pytest

from protocol.assessment import Assessment
from protocol.inference.evaluate import Findings, truth
from protocol.inference.examples import given
from protocol.inference.program import Program, row_name
from protocol.possible import Possible
from protocol.rules.condition import Always, AnyOf, Condition, Not, findings_of, sees_ignorance
from protocol.rules.rule import Contraindication, FindingRule, Head, Interaction, Option, RedFlag
from protocol.terms import Truth
from tests.engines import NAMES, Name, engine, plan_of
from tests.entries import possible_values
from tests.plans import barriers, named, options, statuses
from tests.strategies import bases

DRAWS = 150
TRIES = 20_000
_ALWAYS_KNOWN = frozenset({"recorded", "unmapped", "doubles"})


def _conditions(program: Program, rule: Head) -> dict[str, Condition]:
    if isinstance(rule, FindingRule):
        return {n: program.conditions[n] for n in (row_name(rule, i) for i in range(len(rule.then.derive.rows)))}
    return {rule.rule: program.conditions.get(rule.rule) or program.about_medicines[rule.rule]}


@cache
def _drawn(name: Name) -> tuple[Findings, ...]:
    """Findings drawn one by one with a fixed seed."""
    chance = Random(14)  # noqa: S311 - patients are drawn, not keys
    domains = engine(name).program.domains.of
    found = []
    for _ in range(DRAWS):
        share = chance.choice((0.1, 0.4, 0.8))
        values = {
            f: some[0] if chance.random() < share else chance.choice(some) for f, some in possible_values(name).items()
        }
        found.append(Findings(values, {f for f, v in values.items() if v == domains[f] and not domains[f].known}))
    return tuple(found)


@cache
def _verdicts(name: Name) -> Mapping[str, frozenset[Truth]]:
    """Every verdict that each condition has, over its rule's own examples and over drawn findings."""
    program = engine(name).program
    found: dict[str, set[Truth]] = {}
    for rule in program.ruleset.rules:
        if rule.retired:
            continue
        tried = [given(program, example.given) for example in rule.examples]
        for condition_name, condition in _conditions(program, rule).items():
            seen = found.setdefault(condition_name, set())
            for findings in (*tried, *_drawn(name)):
                seen.add(truth(condition, findings))
                if len(seen) == len(Truth):
                    break
            seen |= _searched(name, condition, _wanted(program, condition) - seen)
    return {condition: frozenset(seen) for condition, seen in found.items()}


def _searched(name: Name, condition: Condition, missing: set[Truth]) -> set[Truth]:
    """The missing verdicts that a closer search finds, over the findings that the condition reads."""
    chance = Random(41)  # noqa: S311
    choices = {finding: possible_values(name)[finding] for finding in sorted(findings_of(condition))}
    found: set[Truth] = set()
    for _ in range(TRIES if missing else 0):
        values = {finding: chance.choice(some) for finding, some in choices.items()}
        unknown = {finding for finding, value in values.items() if value == choices[finding][0]}
        found |= {truth(condition, Findings(values, unknown))} & missing
        if found == missing:
            break
    return found


def _wanted(program: Program, condition: Condition) -> set[Truth]:
    if isinstance(condition, Always):
        return {Truth.APPLIES}
    wanted = {Truth.APPLIES, Truth.DOES_NOT_APPLY}
    if not sees_ignorance(condition) and any(_may_be_unknown(program, name) for name in findings_of(condition)):
        wanted.add(Truth.CANNOT_TELL)
    return wanted


def _may_be_unknown(program: Program, finding: str) -> bool:
    raw = program.ruleset.vocabulary.findings.get(finding)
    return raw is None or (raw.approvals is None and raw.medicines not in _ALWAYS_KNOWN)


@pytest.mark.parametrize("name", NAMES)
def test_each_rule_can_fire_fail_and_be_undecided(name: Name) -> None:
    """Each rule, and each row of a finding, can fire, fail to fire and be undecided."""
    program = engine(name).program
    lacking = {}
    for rule in program.ruleset.rules:
        if rule.retired:
            continue
        for condition_name, condition in _conditions(program, rule).items():
            missing = _wanted(program, condition) - _verdicts(name)[condition_name]
            if missing:
                lacking[condition_name] = sorted(missing)
    assert not lacking


@pytest.mark.parametrize("name", NAMES)
def test_each_word_of_a_finding_can_come_out(name: Name) -> None:
    """Each value that a finding rule can give is given by one of its examples or by a row that can fire."""
    program = engine(name).program
    lacking = []
    for rule in program.ruleset.of(FindingRule):
        rows = rule.then.derive.rows
        shown = {str(w) for e in rule.examples for w in (e.expect if isinstance(e.expect, list) else [e.expect])}
        firing = {row.value for i, row in enumerate(rows) if Truth.APPLIES in _verdicts(name)[row_name(rule, i)]}
        words = {row.value for row in rows} | ({rule.then.derive.else_} if rows and rule.then.derive.else_ else set())
        left = words - shown - firing
        if left == {rule.then.derive.else_}:
            none = Not(AnyOf(tuple(program.conditions[row_name(rule, i)] for i in range(len(rows)))))
            left = set() if _searched(name, none, {Truth.APPLIES}) else left
        lacking += [f"{rule.rule}: {word}" for word in sorted(left)]
    assert not lacking


@pytest.mark.parametrize("name", NAMES)
def test_no_finding_is_set_by_two_rules(name: Name) -> None:
    ruleset = engine(name).program.ruleset
    setters = Counter(rule.then.derive.finding for rule in ruleset.of(FindingRule))
    setters.update(list(ruleset.vocabulary.findings))
    assert [finding for finding, count in setters.items() if count > 1] == []


def _demanded_and_forbidden(program: Program) -> Iterator[tuple[Option, Head, str]]:
    """Options of the emergency pathways, each with another danger that sends it to a senior."""
    for option, rule in options(program.ruleset).items():
        if rule.then.offer.arm == "red-flag":
            for against, entry in barriers(program.ruleset):
                if entry.degree == "senior" and option in named(program, entry):
                    yield rule, against, _words(against)


def _words(rule: Head) -> str:
    if isinstance(rule, RedFlag):
        return rule.then.alert.say
    assert isinstance(rule, Contraindication | Interaction)
    return rule.then.say


def _made_to_apply(program: Program, rule: Head) -> Iterator[dict[str, Possible]]:
    for example in rule.examples:
        if example.expect == "applies":
            findings = given(program, example.given)
            yield {name: findings.values[name] for name in example.given}


@pytest.mark.parametrize("name", NAMES)
def test_demanded_and_forbidden_comes_out_as_refer(name: Name) -> None:
    """What one red flag demands and another forbids comes out as `refer` with both shown, never as either."""
    ours = engine(name)
    met = 0
    for option, flag, words in _demanded_and_forbidden(ours.program):
        for one in _made_to_apply(ours.program, option):
            for other in _made_to_apply(ours.program, flag):
                if one.keys() & other.keys() and any(one[k] != other[k] for k in one.keys() & other.keys()):
                    continue  # the two cannot hold of one patient
                for base in bases()[:2]:
                    decided = plan_of(ours.program, ours.board, Assessment.read(base), one | other)
                    verdicts = decided.case.verdicts
                    both = verdicts[option.rule] is verdicts[flag.rule] is Truth.APPLIES
                    if not both or decided.plan.scope.status == "out-of-scope":
                        continue
                    met += 1
                    wanted = option.then.offer.option
                    assert statuses(decided.plan)[wanted] == "refer", (wanted, flag.rule)
                    shown = [clash for clash in decided.plan.conflicts if clash.conflict == wanted]
                    assert shown, f"{wanted} against {flag.rule} is not shown as a conflict"
                    assert option.then.offer.say in shown[0].say
                    assert words in shown[0].say
                    assert shown[0].refer is not None
    assert met, "no option is demanded by one red flag and forbidden by another"
