"""What the matcher proves before it takes a rule, and refuses before it reads a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import durable_rules_engine as durable
import pytest

from protocol.errors import EngineFault
from protocol.inference import matcher as fence
from protocol.inference import parts
from protocol.inference.evaluate import Findings, evaluate_all
from protocol.inference.formulas import Field, Formula
from protocol.inference.matcher import Matcher
from protocol.inference.parts import MOST_PROPERTIES, MOST_STACK, Part, arrange
from protocol.possible import Numbers, Possible, Words
from protocol.rules.condition import (
    All,
    AnyOf,
    AtLeast,
    Below,
    Condition,
    IncludesAny,
    Missing,
    Not,
    OneOf,
)
from protocol.terms import Truth
from tests.edges.matcher_cases import DOMAINS, PATIENTS, PRESENCE, RULES, SIGNS


def test_corrupted_matcher_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any one rule lost, and the reference disagrees: agreement is not agreement of two copies."""
    conditions = {name: RULES[name] for name in ("has-sign_3", "not-sign_4", "older-40", "young-and-a", "unasked")}
    expected = [evaluate_all(conditions, one) for one in PATIENTS]
    rules = sum(part.rules for part in Matcher(conditions, DOMAINS).parts)
    for lost in range(rules):

        def without_one(formulas: Mapping[str, Formula], names: Mapping[Field, str], lost: int = lost) -> list[Part]:
            (part,) = arrange(formulas, names)
            gone = list(part.rules)[lost]
            return [replace(part, rules={**part.rules, gone: {"_b0": 0}})]

        with monkeypatch.context() as patch:
            patch.setattr(fence, "arrange", without_one)
            corrupted = Matcher(conditions, DOMAINS)
        answers = []
        for one in PATIENTS:
            try:
                answers.append(corrupted.evaluate(one))
            except EngineFault:
                answers.append({})
        assert answers != expected


def present(sign: str) -> Condition:
    return OneOf(sign, frozenset({"present"}))


def test_bounds_hold_for_the_worst_patient() -> None:
    """Rules that are all true at once, more than the engine can evaluate in one part, are all answered."""
    rules: dict[str, Condition] = {
        f"rule-{number}": All(
            tuple(OneOf(sign, frozenset({"present"})) for sign in SIGNS[number % 20 : number % 20 + 9])
        )
        for number in range(40)
    }
    rules |= {f"one-{sign}": OneOf(sign, frozenset({"present"})) for sign in SIGNS}
    rules |= {f"open-{n}": Not(All((OneOf(SIGNS[n], frozenset({"absent"})), Missing(SIGNS[n + 1])))) for n in range(29)}
    matcher = Matcher(rules, DOMAINS)
    worst = Findings({**DOMAINS, **dict.fromkeys(SIGNS, Words(frozenset({"present"})))}, set())
    assert matcher.evaluate(worst) == dict.fromkeys(rules, Truth.APPLIES)
    assert all(part.properties <= MOST_PROPERTIES and part.stack <= MOST_STACK for part in matcher.parts)


def test_alternatives_that_would_wait_together() -> None:
    """Ten alternatives in each of forty rules: in one part they would pass the engine's stack."""
    names = [f"wide_{number}" for number in range(50)]
    rules: dict[str, Condition] = {
        f"rule-{n}": AnyOf(
            tuple(All((present(names[(n + 5 * k) % 50]), present(names[(7 * n + 11 * k + 1) % 50]))) for k in range(10))
        )
        for n in range(40)
    }
    matcher = Matcher(rules, dict.fromkeys(names, PRESENCE))
    worst = Findings(dict.fromkeys(names, Words(frozenset({"present"}))), set())
    assert matcher.evaluate(worst) == dict.fromkeys(rules, Truth.APPLIES)
    # Of eighty rules, two parts would be enough but for the stack.
    assert len(matcher.parts) > 2
    assert all(part.properties < 150 and part.stack <= MOST_STACK for part in matcher.parts)


def test_deliveries_do_not_multiply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight groups of three alternatives hold in 6561 ways at once, and are not delivered 6561 times."""
    groups = tuple(
        AnyOf(tuple(All((present(SIGNS[3 * n + k]), present(SIGNS[(3 * n + k + 1) % 30]))) for k in range(3)))
        for n in range(8)
    )
    matcher = Matcher({"each": All(groups)}, DOMAINS)
    worst = Findings({**DOMAINS, **dict.fromkeys(SIGNS, Words(frozenset({"present"})))}, set())
    deliveries = [0]

    def counted(*arguments: object) -> object:
        deliveries[0] += 1
        return durable.complete_and_start_action(*arguments)

    monkeypatch.setattr(fence, "durable", SimpleNamespace(**{**vars(durable), "complete_and_start_action": counted}))
    assert matcher.evaluate(worst) == {"each": Truth.APPLIES}
    assert deliveries[0] < 200


def test_wide_rules_are_cut_into_more_parts() -> None:
    """Sixty rules that read ten findings each would need more properties than a fact may have."""
    names = [f"wide_{number}" for number in range(600)]
    domains: dict[str, Possible] = dict.fromkeys(names, PRESENCE)
    rules: dict[str, Condition] = {
        f"rule-{start}": AnyOf(tuple(OneOf(name, frozenset({"present"})) for name in names[start : start + 10]))
        for start in range(0, 600, 10)
    }
    matcher = Matcher(rules, domains)
    assert len(matcher.parts) > 4
    assert all(part.properties <= MOST_PROPERTIES and part.stack <= MOST_STACK for part in matcher.parts)
    findings = Findings({**domains, "wide_315": Words(frozenset({"present"}))}, set())
    assert matcher.evaluate(findings) == evaluate_all(rules, findings)


def test_rules_too_large_for_the_engine_are_asked_in_halves() -> None:
    """The engine takes fifteen `and` and `or` in a rule; a hundred signs are answered all the same."""
    names = [f"wide_{number}" for number in range(100)]
    domains: dict[str, Possible] = dict.fromkeys(names, PRESENCE)
    leaves = tuple(OneOf(name, frozenset({"present"})) for name in names)
    rules: dict[str, Condition] = {
        "any": AnyOf(leaves),
        "all": All(leaves),
        "none": Not(AnyOf(leaves)),
        "some-absent": Not(All(leaves)),
        "each-five": All(tuple(AnyOf(leaves[start : start + 5]) for start in range(0, 100, 5))),
        "each-ten": All(tuple(AnyOf(leaves[start : start + 10]) for start in range(0, 100, 10))),
        "one-ten": AnyOf(tuple(All(leaves[start : start + 40]) for start in range(0, 100, 10))),
    }
    matcher = Matcher(rules, domains)
    present, absent = Words(frozenset({"present"})), Words(frozenset({"absent"}))
    for held in (range(0), range(100), range(99), range(0, 100, 10), range(40), range(1, 41)):
        for rest in (absent, PRESENCE):
            values = {name: present if number in held else rest for number, name in enumerate(names)}
            findings = Findings(dict(values), set())
            assert matcher.evaluate(findings) == evaluate_all(rules, findings)


def test_rule_that_cannot_be_proved_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_STACK", 1)
    with pytest.raises(EngineFault) as caught:
        Matcher({"older": AtLeast("age", Decimal(3))}, DOMAINS)
    assert (
        str(caught.value)
        == """\
No plan: the engine stopped itself: 1 thing to put right.
the compiled rules
  a single comparison needs 5 properties and a stack of 2; 240 and 1 are the most that is safe.
  Report this: a single comparison should always fit."""
    )


def test_comparisons_that_do_not_fit() -> None:
    """All of them are reported, before anything is compiled."""
    rules: dict[str, Condition] = {
        "a-number": Below("sign_1", Decimal(3)),
        "a-word": OneOf("age", frozenset({"present"})),
        "a-list": IncludesAny("nothing", frozenset("a")),
    }
    with pytest.raises(EngineFault) as caught:
        Matcher(rules, DOMAINS)
    assert (
        str(caught.value)
        == """\
No plan: the engine stopped itself: 3 things to put right.
the condition of "a-list"
  it asks for nothing, of which it is not said what it can be.
  Declare the finding, or correct its name.
the condition of "a-number"
  it asks for sign_1 as a number, but that is a word.
  Use a comparison that fits the finding.
the condition of "a-word"
  it asks for age as a word, but that is a number of a.
  Use a comparison that fits the finding."""
    )


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "nothing is held of it, not even that it is unknown."),
        (PRESENCE, "it holds a word, but it is declared as a number of a."),
        (
            Numbers(Decimal(3), Decimal(3), "d"),
            "it holds a number of d, but it is declared as a number of a.",
        ),
    ],
)
def test_findings_that_are_not_as_declared(value: Possible | None, what: str) -> None:
    """An absent finding is not read as a normal one, and 3 days are not read as 3 years."""
    values = {name: domain for name, domain in DOMAINS.items() if name != "age"}
    if value is not None:
        values["age"] = value
    with pytest.raises(EngineFault) as caught:
        Matcher({"older": AtLeast("age", Decimal(65))}, DOMAINS).evaluate(Findings(values, set()))
    assert [fault.what for fault in caught.value.faults] == [what]
