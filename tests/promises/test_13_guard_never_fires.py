"""Promise 13: no input makes the guard fire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.errors import AssessmentError
from protocol.rules.rule import Never
from tests.engines import NAMES, Name, engine
from tests.strategies import assessments, bases, fewer


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_no_input_makes_the_guard_fire(name: Name, data: st.DataObject) -> None:
    """No input makes the guard fire."""
    document = data.draw(assessments(name))
    plan = engine(name).plan(Assessment.read(document))
    assert plan.plan_id.startswith("sha256:")


@pytest.mark.parametrize("name", NAMES)
@fewer(2)
@given(data=st.data())
def test_nor_does_a_usual_record(name: Name, data: st.DataObject) -> None:
    """No input makes the guard fire: patients as they come, with a few entries changed."""
    document = data.draw(assessments(name, usual=True))
    assert engine(name).plan(Assessment.read(document)).as_of


def test_every_drawn_document_can_be_read() -> None:
    """The generator draws what an assessment may be; a worked case that is refused would be a hole in it."""
    for document in bases():
        try:
            Assessment.read(document)
        except AssessmentError as error:
            pytest.fail(str(error))


def test_never_events_speak_of_what_is_known_and_of_what_is_not() -> None:
    """Each never-event of the shipped rules names an option, and can be broken by it."""
    ours = engine("shipped")
    named = {rule.rule for rules in ours.board.nevers.values() for rule in rules}
    silent = [rule for rule in ours.program.ruleset.of(Never) if rule.rule not in named]
    assert all(rule.when == "always" for rule in silent), "only what is never offered at all names no option"
    assert len(named) >= 100
