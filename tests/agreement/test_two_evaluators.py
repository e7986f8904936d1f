"""Promise 11: durable_rules and the reference agree, always.

Rulesets are drawn as well as patients: agreement on the rules that happen to be shipped would say little of
the rule that is written next.
"""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from protocol.inference.evaluate import Findings, evaluate_all
from protocol.inference.matcher import Matcher
from protocol.possible import Numbers, Words
from protocol.rules.condition import All, Always, AnyOf, AtLeast, Below, Condition, Missing, Not, OneOf
from protocol.terms import Truth
from tests.agreement.conditions import DOMAINS, Case, cases, conditions, patients

# The engine keeps half a megabyte of every ruleset for ever, so that one process can only draw so many.
RULESETS_A_PROCESS = 300
FEW = settings(max_examples=min(settings().max_examples, RULESETS_A_PROCESS))


@FEW
@given(cases())
def test_drawn_rules_and_patients(case: Case) -> None:
    """Promise 11: durable_rules and the reference agree, always."""
    matcher = Matcher(case.conditions, DOMAINS)
    for patient in case.patients:
        expected = evaluate_all(case.conditions, patient)
        for truth in set(expected.values()):
            event(truth)
        assert matcher.evaluate(patient) == expected


@FEW
@given(cases(), st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(case: Case, shuffle: object) -> None:
    """Rules in another order, each of them twice and with its parts reversed, have the same answers."""
    names = list(case.conditions)
    shuffle.shuffle(names)  # type: ignore[attr-defined] # hypothesis gives a random.Random, whose import is banned
    turned = {name: _reversed(case.conditions[name]) for name in names}
    turned |= {f"again-{name}": case.conditions[name] for name in names}
    one, two = Matcher(case.conditions, DOMAINS), Matcher(turned, DOMAINS)
    assert sum(part.rules for part in two.parts) == sum(part.rules for part in one.parts)
    for patient in case.patients:
        straight = one.evaluate(patient)
        assert two.evaluate(patient) == {
            **straight,
            **{f"again-{name}": truth for name, truth in straight.items()},
        }


@settings(max_examples=min(settings().max_examples, 20))
@given(st.lists(conditions(), min_size=150, max_size=150), st.lists(patients(frozenset()), max_size=3))
def test_rules_that_need_several_parts(drawn: list[Condition], drawn_patients: list[Findings]) -> None:
    """Answers come back under the right names when the rules are spread over several parts."""
    named = {f"rule-{number}": condition for number, condition in enumerate(drawn)}
    matcher = Matcher(named, DOMAINS)
    for patient in drawn_patients:
        assert matcher.evaluate(patient) == evaluate_all(named, patient)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Always(), Truth.APPLIES),
        (Not(Always()), Truth.DOES_NOT_APPLY),
        (All(()), Truth.APPLIES),
        (AnyOf(()), Truth.DOES_NOT_APPLY),
        (All((Always(), Missing("grade"))), Truth.DOES_NOT_APPLY),
        (AnyOf((Always(), Missing("grade"))), Truth.APPLIES),
        (OneOf("grade", frozenset()), Truth.DOES_NOT_APPLY),
        # Each half is open, and so is the whole: no case is split.
        (AnyOf((Below("age", Decimal(60)), AtLeast("age", Decimal(60)))), Truth.CANNOT_TELL),
        (
            All((OneOf("grade", frozenset({"mild"})), OneOf("grade", frozenset({"severe"})))),
            Truth.CANNOT_TELL,
        ),
    ],
)
def test_forms_that_are_easily_missed(condition: Condition, expected: Truth) -> None:
    patient = Findings(
        {
            **DOMAINS,
            "age": Numbers(Decimal(50), Decimal(70), "a"),
            "grade": Words(frozenset({"mild", "severe"})),
        }
    )
    assert Matcher({"it": condition}, DOMAINS).evaluate(patient) == {"it": expected}
    assert evaluate_all({"it": condition}, patient) == {"it": expected}


@pytest.mark.night
@pytest.mark.parametrize("seed", range(60))
def test_many_more_rulesets(seed: int) -> None:
    """The same search in fresh processes, because a process cannot hold so many rulesets."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--hypothesis-seed={seed}",
        __file__,
    ]
    run = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HYPOTHESIS_PROFILE": "night"},
    )
    assert run.returncode == 0, run.stdout


def _reversed(condition: Condition) -> Condition:
    match condition:
        case All(parts):
            return All(tuple(map(_reversed, reversed(parts))))
        case AnyOf(parts):
            return AnyOf(tuple(map(_reversed, reversed(parts))))
        case Not(part):
            return Not(_reversed(part))
        case _:
            return condition
