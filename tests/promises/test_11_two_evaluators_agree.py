"""Promise 11: durable_rules and the reference agree, always.

Here over the shipped rules; `tests/agreement/` draws the rules as well.
"""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.inference.evaluate import evaluate_all
from tests.engines import NAMES, Name, decide, engine, findings_of
from tests.strategies import assessments, fewer, findings


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_drawn_findings(name: Name, data: st.DataObject) -> None:
    """durable_rules and the reference agree on findings drawn one by one, derived ones too."""
    ours = engine(name)
    these = data.draw(findings(name))
    expected = evaluate_all(ours.program.conditions, these)
    for truth in set(expected.values()):
        event(truth)
    assert ours.matcher.evaluate(these) == expected
    of_medicines = evaluate_all(ours.program.about_medicines, these)
    assert ours.medicine_matcher.evaluate(these) == of_medicines


@pytest.mark.parametrize("name", NAMES)
@fewer(2)
@given(data=st.data())
def test_drawn_patients(name: Name, data: st.DataObject) -> None:
    """They agree on whole patients; `decide` stops at the first difference."""
    ours = engine(name)
    assessment = Assessment.read(data.draw(assessments(name)))
    case = ours.decide(assessment)
    ours_alone = decide(ours.program, assessment)
    assert case.verdicts == ours_alone.verdicts
    assert case.about == ours_alone.about
    assert case.findings == findings_of(ours.program, assessment)
