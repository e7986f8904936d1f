"""Promise 9: red flags come first.

A red flag is always first, and what it withholds as absolute is never offered while it is open or, unless
`despite-unknown`, cannot be told.
"""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.render.text import render
from protocol.rules.rule import RedFlag
from protocol.terms import Truth
from tests.engines import NAMES, Name, engine, plan_of
from tests.plans import named, offered
from tests.strategies import assessments, fewer


@pytest.mark.parametrize("name", NAMES)
@fewer(2)
@given(data=st.data())
def test_red_flags_first(name: Name, data: st.DataObject) -> None:
    """A red flag is always first, and what it withholds as absolute is never offered while it is open."""
    document = data.draw(assessments(name))
    ours = engine(name)
    decided = plan_of(ours.program, ours.board, Assessment.read(document))
    plan, ruleset = decided.plan, ours.program.ruleset
    despite = {option for entry in ruleset.settings.despite_unknown for option in entry.options}
    now = offered(plan)
    shown = {(alert.flag, alert.status) for alert in plan.alerts}
    for rule in ruleset.of(RedFlag):
        verdict = decided.case.verdicts[rule.rule]
        if verdict is Truth.DOES_NOT_APPLY:
            continue
        event(verdict)
        status = "raised" if verdict is Truth.APPLIES else "not-excluded"
        assert (rule.then.alert.flag, status) in shown
        for entry in rule.then.withhold:
            if entry.degree != "absolute" or entry.scope == "continue":
                continue
            for option in named(ours.program, entry) & now.keys():
                assert verdict is Truth.CANNOT_TELL, f"{option} is offered under {rule.rule}"
                assert entry.if_unknown == "allow"
                assert option in despite, f"{option} is offered while {rule.rule} cannot be told"
    order = [(alert.status != "raised", alert.urgency) for alert in plan.alerts]
    assert order == sorted(order), "raised before not excluded, the most urgent first"
    assert next(iter(type(plan).model_fields)) == "plan_id"
    names = list(type(plan).model_fields)
    assert names.index("alerts") < names.index("steps")


@pytest.mark.parametrize("name", NAMES)
@fewer(3)
@given(data=st.data())
def test_the_text_says_red_flags_before_treatment(name: Name, data: st.DataObject) -> None:
    """On the printed page every raised alert stands above treatment, and none is called absent."""
    document = data.draw(assessments(name))
    ours = engine(name)
    plan = plan_of(ours.program, ours.board, Assessment.read(document)).plan
    text = " ".join(render(plan).split())
    titles = [line.title for step in plan.steps for line in step.lines if line.option and line.action == "start"]
    start = (
        text.find("Safety first")
        if "Safety first" in text
        else min((at for title in titles if (at := text.find(title)) >= 0), default=len(text))
    )
    for alert in plan.alerts:
        if alert.status == "raised":
            at = text.find(" ".join(alert.say.split()))
            assert 0 <= at <= start, alert.flag
    assert "no red flags" not in text.lower()
