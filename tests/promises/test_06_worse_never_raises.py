"""Promise 6: worse never raises.

Along each axis of `worse` in ruleset.yaml (renal_value, hepatic band, frail, sedation, QTc, platelets, CNS
count ...) worse never raises a dose of a drug, shortens its interval or improves its status.

Excepted, as ruleset.yaml declares: `substitutions`, red-flag pathways, companions, and the rescue dose that
arbitration C-02 names (where a share is too small to measure, the regular single dose is the rescue).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.inference.program import Program
from protocol.possible import Numbers, Possible, Words
from protocol.rules.settings import Worse
from tests.engines import NAMES, Decided, Name, engine, plan_of
from tests.entries import near, thresholds
from tests.plans import hours, offered, options, statuses
from tests.strategies import assessments, fewer

_RANK = {"offered": 0, "withheld": 1, "refer": 2, "excluded": 3}


@pytest.mark.parametrize("name", NAMES)
@fewer(4)
@given(data=st.data())
def test_worse_never_raises(name: Name, data: st.DataObject) -> None:
    """Worse never raises a dose of a drug, shortens its interval or improves its status."""
    ours = engine(name)
    axis = data.draw(st.sampled_from(ours.program.ruleset.settings.worse))
    document = data.draw(assessments(name))
    assessment = Assessment.read(document)
    steps = _steps(name, ours.program, axis)
    start = data.draw(st.integers(0, max(0, len(steps) - 4)))
    plans = [plan_of(ours.program, ours.board, assessment, {axis.finding: v}) for v in steps[start : start + 4]]
    for better, worse in pairwise(plans):
        assert not list(_improvements(better, worse, ours.program)), (axis, better.case.value(axis.finding))


def _steps(name: Name, program: Program, axis: Worse) -> list[Possible]:
    """The axis from good to bad, on and beside every threshold."""
    domain = program.domains.of[axis.finding]
    if isinstance(domain, Numbers):
        values = near(thresholds(name).get(axis.finding, frozenset()) | _band_edges(program, axis.finding), domain)
        ordered = values if axis.direction == "higher" else values[::-1]
        return [Numbers(value, value, domain.unit) for value in ordered]
    return [Words(frozenset({word})) for word in axis.words]


def _band_edges(program: Program, finding: str) -> frozenset[Decimal]:
    return frozenset(
        Decimal(band.from_.lstrip(">= "))
        for drug in program.ruleset.drugs.values()
        for regimen in drug.regimens
        for bands in regimen.bands
        if bands.by == finding
        for band in bands.rows
    )


def _improvements(better: Decided, worse: Decided, program: Program) -> Iterator[str]:
    settings = program.ruleset.settings
    may_appear = {entry.may_appear for entry in settings.substitutions}
    known = options(program.ruleset)
    before, after = statuses(better.plan), statuses(worse.plan)
    for option, status in after.items():
        rule = known[option]
        if rule.kind != "option" or rule.then.offer.arm == "red-flag" or option in may_appear:
            continue
        was = before.get(option, "not-indicated")
        if _RANK.get(status, 9) < _RANK.get(was, 9 if status == "offered" else -1):
            yield f"{option}: {was} becomes {status}"
    yield from _doses(better, worse, {o for o, rule in known.items() if rule.then.offer.arm == "red-flag"})


def _doses(better: Decided, worse: Decided, pathways: set[str]) -> Iterator[str]:
    good, bad = offered(better.plan), offered(worse.plan)
    for option in (good.keys() & bad.keys()) - pathways:
        one, two = good[option].dose, bad[option].dose
        if one is None or two is None:
            continue
        if Decimal(two.amount) > Decimal(one.amount):
            yield f"{option}: {one.amount} becomes {two.amount} {two.unit}"
        if (hours(two.every) or 0) < (hours(one.every) or 0):
            yield f"{option}: every {one.every} becomes every {two.every}"
        if one.maximum and (not two.maximum or _number(two.maximum) > _number(one.maximum)):
            yield f"{option}: at most {one.maximum} becomes {two.maximum}"


def _number(text: str) -> Decimal:
    return Decimal(text.split(maxsplit=1)[0])


@pytest.mark.parametrize("name", NAMES)
def test_each_axis_is_a_finding_with_its_bad_end(name: Name) -> None:
    """An axis names a finding, and a direction for a number or its words from good to bad."""
    program = engine(name).program
    assert program.ruleset.settings.worse
    for axis in program.ruleset.settings.worse:
        domain = program.domains.of[axis.finding]
        if isinstance(domain, Numbers):
            assert axis.direction in ("lower", "higher"), axis.finding
        else:
            # A word that is neither better nor worse, such as asleep, may be left out.
            assert isinstance(domain, Words), axis.finding
            assert len(axis.words) == len(set(axis.words)) >= 2, axis.finding
            assert frozenset(axis.words) <= domain.options, axis.finding
