"""`mps coverage`: every comparison of the shipped rules is shown true, false and unknown, or cannot be."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from protocol.cli import main
from protocol.inference.compile import compile_ruleset
from protocol.inference.evaluate import truth
from protocol.inference.program import Program
from protocol.rules.condition import All, AnyOf, Below, Comparison, Condition, Missing, Not, OneOf, comparisons
from protocol.rules.load import load_ruleset
from protocol.terms import Truth
from protocol.verify.coverage import Goal, coverage, goals, reached
from protocol.verify.representatives import findings_from, representatives
from tests.engines import FOLDERS, Name


@cache
def _program(name: Name) -> Program:
    return compile_ruleset(load_ruleset(FOLDERS[name]))


def test_the_shipped_rules_are_covered_whole() -> None:
    found = coverage(_program("shipped"))
    gaps = [f"{gap.goal.condition}: {gap.comparison} {gap.goal.shows}" for gap in found.gaps]
    assert gaps == []
    assert min(found.wanted.values()) > 400


def test_a_lost_example_is_a_gap_with_its_name() -> None:
    program = _program("small")
    rules = tuple(
        r.model_copy(update={"examples": r.examples[:2]}) if r.rule == "soothing-with-ulcer" else r
        for r in program.ruleset.rules
    )
    gaps = coverage(replace(program, ruleset=replace(program.ruleset, rules=rules))).gaps
    assert Goal("soothing-with-ulcer", 0, "unknown") in {gap.goal for gap in gaps}


def test_what_nobody_can_show_is_worked_out() -> None:
    """That something is missing is never unknown, and so no example is asked for it."""
    program = _program("shipped")
    missing = [
        (name, i)
        for name, condition in program.conditions.items()
        if name.partition("/")[0] in program.ruleset.by_id
        for i, leaf in enumerate(comparisons(condition))
        if isinstance(leaf, Missing)
    ]
    assert missing
    gaps = {(gap.goal.condition, gap.goal.leaf, gap.goal.shows) for gap in coverage(program).gaps}
    assert not [pair for pair in missing if (*pair, "unknown") in gaps]
    assert coverage(program).impossible >= len(missing)


def _two() -> tuple[Comparison, Comparison]:
    conditions = _program("small").conditions
    clearance = next(c for c in comparisons(conditions["soothing-with-poor-kidneys"]) if isinstance(c, Below))
    ulcer = next(c for c in comparisons(conditions["soothing-with-ulcer"]) if isinstance(c, OneOf))
    return clearance, ulcer


@pytest.mark.parametrize(
    "condition",
    [All(_two()), AnyOf(_two()), All((_two()[0], Not(_two()[1]))), AnyOf((Not(All(_two())), _two()[0]))],
    ids=["all", "any", "all with not", "nested"],
)
def test_to_decide_alone_is_to_turn_the_verdict_by_turning_alone(condition: Condition) -> None:
    """Whoever is said to decide really does: with that comparison the other way round the verdict turns."""
    domains = _program("small").domains.of
    values = representatives([condition], domains)
    decided = 0
    for one in values[_two()[0].finding]:
        for other in values[_two()[1].finding]:
            findings = findings_from({_two()[0].finding: one, _two()[1].finding: other})
            verdict = truth(condition, findings)
            for goal in reached("x", condition, findings):
                if goal.shows.startswith("decides"):
                    decided += 1
                    assert verdict is not Truth.CANNOT_TELL
                    assert goal in set(goals("x", condition, deciding=True))
    assert decided


def test_the_command_says_what_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", str(FOLDERS["shipped"])]) == 0
    told = capsys.readouterr().out.splitlines()
    assert any(line.startswith("comparisons shown true") for line in told)
    assert all(len(line) <= 100 for line in told)
