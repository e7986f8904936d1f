"""Promise 16: an explanation is true and minimal, and what it says would change a plan does change it.

Every option on every example patient is asked. Truth is tried by evaluating anew: with only the named facts
known the rule still has its verdict, without any one of them it has not, and acts that are said to offer an
option are written into the assessment and planned.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from protocol.assessment import Assessment
from protocol.document import load
from protocol.dosing.dose import NoDose
from protocol.inference.case import Case
from protocol.inference.suppose import known_facts, nothing_known, suppose
from protocol.plan.answers import can_change
from protocol.plan.explain import Explainer
from protocol.plan.explanation import WhyNot
from protocol.plan.lines import dose_candidate
from protocol.plan.supposing import changed_document
from protocol.rules.targets import Candidate
from protocol.terms import Truth
from tests.engines import ROOT, engine
from tests.plans import offered, statuses

EXAMPLES = sorted((ROOT / "examples").glob("*/assessment.yaml"))
STORIES = pytest.mark.parametrize("story", EXAMPLES, ids=[story.parent.name for story in EXAMPLES])
VERDICTS = {"not-indicated": Truth.DOES_NOT_APPLY, "excluded": Truth.APPLIES, "out-of-scope": Truth.APPLIES}
NEVER = {"age", "sex_at_birth", "primary_tumour", "histology", "tissue_diagnosis"}


@cache
def explained(story: Path) -> tuple[Case, Explainer]:
    """The decided case of one example, and who can be asked about it."""
    made = engine("shipped")
    case = made.decide(Assessment.read(load(story.read_bytes(), story.name)))
    return case, Explainer(case, made.board, made.plan)


def only(case: Case, facts: set[str]) -> Case:
    known = known_facts(case)
    return suppose(nothing_known(case), {name: known[name] for name in facts})


def refused(case: Case, candidate: Candidate, facts: set[str]) -> tuple[str, str] | None:
    """What the formulary answers with only these facts known, where it refuses a dose."""
    worked = dose_candidate(candidate, only(case, facts), engine("shipped").board).worked
    return (worked.status, worked.say) if isinstance(worked, NoDose) else None


@STORIES
def test_why_not_is_true_and_minimal(story: Path) -> None:
    case, explainer = explained(story)
    for option in explainer.options:
        told = explainer.why_not(option)
        facts = {fact.finding for fact in told.facts}
        verdict = VERDICTS.get(told.standing)
        if told.standing == "referred" or (told.standing == "withheld" and not told.unknown):
            verdict = Truth.APPLIES
        if verdict is None:
            continue
        rule = told.rules[0].rule
        assert only(case, facts).verdicts[rule] is verdict, (option, told.say)
        for name in facts:
            assert only(case, facts - {name}).verdicts[rule] is not verdict, (option, name)


@STORIES
def test_no_dose_is_true_and_minimal(story: Path) -> None:
    case, explainer = explained(story)
    candidates = {c.id: c for c in engine("shipped").board.candidates}
    for option, candidate in candidates.items():
        told = explainer.why_not(option)
        if told.standing != "undosable":
            continue
        facts = {fact.finding for fact in told.facts}

        now = dose_candidate(candidate, case, engine("shipped").board).worked
        assert isinstance(now, NoDose)
        assert refused(case, candidate, facts) == (now.status, now.say), option
        for name in facts:
            assert refused(case, candidate, facts - {name}) != (now.status, now.say), (option, name)


@STORIES
def test_what_is_called_unknown_is_unknown(story: Path) -> None:
    case, explainer = explained(story)
    for option in explainer.options:
        told = explainer.why_not(option)
        assert all(not case.value(fact.finding).known for fact in told.unknown), option
        if told.standing == "withheld":
            assert told.unknown or told.rules, option


@STORIES
def test_each_option_stands_where_the_plan_has_it(story: Path) -> None:
    case, explainer = explained(story)
    plan = engine("shipped").plan(case.assessment)
    places = statuses(plan)
    same = {
        "second-in-its-arm": "offered",
        "referred": "refer",
        "too-little-in-its-favour": "not-indicated",
        "already-taken": "not-indicated",
        "nothing-to-change": "not-indicated",
        "gave-way": "not-indicated",
    }
    for option in explainer.options:
        told: WhyNot = explainer.why_not(option)
        assert told.say.endswith(".")
        assert "\n" not in told.say
        if told.standing == "out-of-scope":
            assert not places
        elif told.standing == "undosable":
            assert places[option] in ("refer", "withheld", "excluded"), option
        else:
            assert places[option] == same.get(told.standing, told.standing), option


@STORIES
def test_what_would_change_is_confirmed_by_the_whole_engine(story: Path) -> None:
    case, explainer = explained(story)
    plan_of = engine("shipped").plan
    for option in explainer.options:
        if explainer.why_not(option).standing == "not-indicated":
            continue
        told = explainer.what_would_change(option)
        assert len(told.acts) <= 3
        assert not NEVER & {act.finding for act in told.acts}
        assert all(can_change(case, act.finding) == act.kind for act in told.acts), option
        before = offered(plan_of(case.assessment))
        if told.answer == "acts":
            changed = Assessment.read(changed_document(case.assessment, told.settings))
            assert option not in before
            assert option in offered(plan_of(changed)), (option, told.say)
        else:
            assert told.say
            assert told.answer == "none" or option in before or "points" in explainer.why_not(option).say


@STORIES
def test_no_act_can_be_left_out(story: Path) -> None:
    case, explainer = explained(story)
    plan_of = engine("shipped").plan
    for option in explainer.options:
        if explainer.why_not(option).standing not in ("excluded", "withheld", "referred", "undosable"):
            continue
        told = explainer.what_would_change(option)
        if len(told.acts) < 2 or len(told.settings) != len(told.acts):
            continue
        for field in told.settings:
            fewer = {name: value for name, value in told.settings.items() if name != field}
            changed = Assessment.read(changed_document(case.assessment, fewer))
            assert option not in offered(plan_of(changed)), (option, field)


@STORIES
def test_why_is_sufficient_and_minimal(story: Path) -> None:
    case, explainer = explained(story)
    for line in explainer.lines:
        told = explainer.why(line)
        facts = {fact.finding for fact in told.facts}
        alone = only(case, facts)
        for reason in told.rules:
            if reason.verdict == "applies" and reason.rule in case.program.conditions:
                assert alone.verdicts[reason.rule] is Truth.APPLIES, (line, reason.rule)
        assert told.rules or line.startswith("current/"), line
        assert all(reason.cite for reason in told.rules)
