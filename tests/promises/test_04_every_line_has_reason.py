"""Promise 4: every line has a reason.

Every line has a reason and a source; every option has one place, every current medicine one line.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from tests.engines import NAMES, Name, engine, plan_of
from tests.plans import lines, options
from tests.strategies import assessments, fewer


@pytest.mark.parametrize("name", NAMES)
@fewer(2)
@given(data=st.data())
def test_reasons_and_places(name: Name, data: st.DataObject) -> None:
    """Every line has a reason and a source; every option has one place, every current medicine one line."""
    document = data.draw(assessments(name))
    ours = engine(name)
    plan = plan_of(ours.program, ours.board, Assessment.read(document)).plan
    sources = ours.program.ruleset.sources
    rules = ours.program.ruleset.by_id
    told = [(line.id, line.because) for line in lines(plan)]
    told += [(refused.option, refused.because) for refused in (*plan.excluded, *plan.withheld)]
    told += [(alert.flag, alert.because) for alert in plan.alerts]
    told += [(c.companion, c.because) for line in lines(plan) for c in line.companions]
    told += [("scope", plan.scope.because)] if plan.scope.status == "out-of-scope" else []
    for owner, because in told:
        assert because, f"{owner} has no reason"
        for reason in because:
            assert reason.rule in rules, (owner, reason.rule)
            assert reason.cite, (owner, reason.rule)
            assert {cited.source for cited in reason.cite} <= sources.keys(), (owner, reason.rule)
    for refused in (*plan.excluded, *plan.withheld):
        assert refused.say, f"{refused.option} is refused without a word"
    if plan.scope.status == "in-scope":
        places = Counter(line.option for line in lines(plan) if line.option)
        places.update(refused.option for refused in (*plan.excluded, *plan.withheld))
        places.update(entry.option for entry in plan.trace.not_indicated)
        assert places == Counter(options(ours.program.ruleset).keys())
        current = [line.id for line in lines(plan) if line.option is None]
        assert len(current) == len(set(current)) == len(document.get("medicines", {}).get("current") or [])
