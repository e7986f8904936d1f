"""The guard refuses a plan that breaks an invariant, and names it: each one is broken here on purpose.

That drawn patients never make it fire is promise 13.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.inference.case import Case
from protocol.plan.guard import INVARIANTS, guard
from protocol.plan.model import Plan, PlanLine, Start
from protocol.plan.walk import every_line
from protocol.possible import Words
from protocol.quantity import Quantity
from protocol.rules.hazard import GUARDS
from protocol.rules.targets import hits
from protocol.terms import Truth
from tests.engines import Decided, engine, plan_of
from tests.opioid_patients import opioid_record
from tests.strategies import usual_records

Mutation = Callable[[Decided], Plan | None]
NOW = Start(when="now")


def _with(plan: Plan, changed: Mapping[str, PlanLine | None]) -> Plan:
    """The plan with some lines replaced, or left out where None stands for them."""

    def lines(old: tuple[PlanLine, ...]) -> tuple[PlanLine, ...]:
        new = (changed.get(line.id, line) for line in old)
        return tuple(line for line in new if line is not None)

    steps = tuple(step.model_copy(update={"lines": lines(step.lines)}) for step in plan.steps)
    return plan.model_copy(update={"steps": steps, "monitoring": lines(plan.monitoring)})


def _change(plan: Plan, line: PlanLine, **update: object) -> Plan:
    return _with(plan, {line.id: line.model_copy(update=update)})


def _offered(plan: Plan) -> Iterator[PlanLine]:
    return (line for line in every_line(plan) if line.option is not None and line.status == "offered")


def _dosed(plan: Plan) -> Iterator[PlanLine]:
    return (line for line in _offered(plan) if line.dose is not None)


def _offer(plan: Plan, option: str) -> Plan | None:
    """The plan with one more option offered, as if nothing stood against it."""
    template = next(_offered(plan), None)
    if template is None or not plan.steps:
        return None
    line = template.model_copy(update={"id": option, "option": option})
    first = plan.steps[0]
    step = first.model_copy(update={"lines": (*first.lines, line)})
    return plan.model_copy(update={"steps": (step, *plan.steps[1:])})


def _first_offer(d: Decided, wanted: Callable[[str, Case], bool]) -> Plan | None:
    on = {line.option for line in _offered(d.plan)}
    names = (c.id for c in engine("shipped").board.candidates if c.id not in on and wanted(c.id, d.case))
    return next((_offer(d.plan, name) for name in names), None)


def _never(d: Decided) -> Plan | None:
    nevers = engine("shipped").board.nevers
    return _first_offer(d, lambda o, case: any(case.verdicts[r.rule] is Truth.APPLIES for r in nevers[o]))


def _excluded(d: Decided) -> Plan | None:
    return _first_offer(d, lambda o, case: _barred(o, case, "absolute"))


def _unapproved(d: Decided) -> Plan | None:
    return _first_offer(d, lambda o, case: _barred(o, case, "approval"))


def _barred(option: str, case: Case, degree: str) -> bool:
    return any(
        b.entry.degree == degree and b.entry.scope != "continue" and case.verdicts[b.rule.rule] is Truth.APPLIES
        for b in engine("shipped").board.barriers[option]
    )


def _allergen(d: Decided) -> Plan | None:
    return _first_offer(d, lambda o, case: o == "paracetamol" and "paracetamol" in _listed(case))


def _listed(case: Case) -> frozenset[str]:
    return getattr(case.value("allergy_drugs"), "listed", frozenset())


def _not_indicated(d: Decided) -> Plan | None:
    rules = {c.id: c.rule.rule for c in engine("shipped").board.candidates}
    return _first_offer(d, lambda o, case: case.verdicts[rules[o]] is not Truth.APPLIES)


def _left_out(d: Decided) -> Plan | None:
    line = next(_offered(d.plan), None)
    return _with(d.plan, {line.id: None}) if line else None


def _two_firsts(d: Decided) -> Plan | None:
    second = [line for line in _offered(d.plan) if line.arm == "opioid" and line.kind == "option"]
    return _all_first(d.plan, second) if len(second) > 1 else None


def _all_first(plan: Plan, lines: list[PlanLine]) -> Plan:
    return _with(plan, {line.id: line.model_copy(update={"choice": "first", "start": NOW}) for line in lines})


def _unreasoned(d: Decided) -> Plan | None:
    line = next(_offered(d.plan), None)
    return _change(d.plan, line, because=()) if line else None


def _unwarned(d: Decided) -> Plan | None:
    line = next((line for line in _offered(d.plan) if line.warnings), None)
    return _change(d.plan, line, warnings=()) if line else None


def _alone(d: Decided) -> Plan | None:
    line = next((line for line in _offered(d.plan) if line.companions), None)
    return _change(d.plan, line, companions=()) if line else None


def _refers_with_dose(d: Decided) -> Plan | None:
    line = next(_dosed(d.plan), None)
    return _change(d.plan, line, status="refer") if line else None


def _too_many(d: Decided) -> Plan | None:
    limits = engine("shipped").board.limits
    for rule in {r.rule: r for some in limits.values() for r in some}.values():
        of = [c.id for c in engine("shipped").board.candidates if hits(rule.then.at_most.of, c)]
        mine = [line for line in _offered(d.plan) if line.option in of]
        if d.case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY and len(mine) > rule.then.at_most.count:
            return _all_first(d.plan, mine)
    return None


def _silent(d: Decided) -> Plan | None:
    return d.plan.model_copy(update={"alerts": ()}) if d.plan.alerts else None


def _unanswered(d: Decided) -> Plan | None:
    drugs = d.case.facts.taken.drugs if d.case.facts.taken else frozenset()
    opioids = {c.drug.drug for c in engine("shipped").board.candidates if c.drug and c.offer.arm == "opioid"}
    if d.case.value("pain_level") != Words(frozenset({"strong_opioid"})) or drugs & opioids:
        return None
    return d.plan.model_copy(update={"steps": (), "alerts": (), "monitoring": (), "withheld": ()})


def _raised(d: Decided) -> Plan | None:
    line = next((line for line in every_line(d.plan) if line.option is None), None)
    return _change(d.plan, line, action="increase") if line else None


def _dose(d: Decided, wanted: Callable[[PlanLine], bool], **update: str) -> Plan | None:
    line = next((line for line in _dosed(d.plan) if wanted(line)), None)
    if line is None or line.dose is None:
        return None
    return _change(d.plan, line, dose=line.dose.model_copy(update=update))


def _enormous(d: Decided) -> Plan | None:
    return _dose(d, lambda line: line.arm == "opioid", amount="100000")


def _one_more(d: Decided) -> Plan | None:
    line = next(_dosed(d.plan), None)
    if line is None or line.dose is None:
        return None
    more = Decimal(line.dose.amount) * Decimal("1.5")
    return _change(d.plan, line, dose=line.dose.model_copy(update={"amount": str(more)}))


def _too_often(d: Decided) -> Plan | None:
    return _dose(d, lambda line: bool(line.dose and line.dose.maximum and line.dose.every), every="0.5 h")


def _other_unit(d: Decided) -> Plan | None:
    return _dose(d, lambda line: bool(line.dose and line.dose.unit == "mg"), unit="microgram")


def _large_rescue(d: Decided) -> Plan | None:
    """As much at once as in a whole day; the day is raised too, because small totals have no share."""
    for line in _dosed(d.plan):
        if line.dose and line.rescue and line.dose.every:
            dose = line.dose.model_copy(update={"amount": "10"})
            total = 240 / Quantity.parse(line.dose.every).to("h").amount
            rescue = line.rescue.model_copy(update={"amount": str(total)})
            return _change(d.plan, line, dose=dose, rescue=rescue)
    return None


def _without_rescue(d: Decided) -> Plan | None:
    line = next((line for line in _dosed(d.plan) if line.action in ("increase", "convert")), None)
    return _change(d.plan, line, rescue=None) if line else None


def _doubled(d: Decided) -> Plan | None:
    line = next((line for line in _dosed(d.plan) if line.action in ("increase", "convert")), None)
    if line is None or line.dose is None:
        return None
    more = Decimal(line.dose.amount) * 20
    return _change(d.plan, line, dose=line.dose.model_copy(update={"amount": str(more)}))


MUTATIONS: Mapping[str, Mutation] = {
    "never-events": _never,
    "exclusions-hold": _excluded,
    "approvals-recorded": _unapproved,
    "no-listed-allergen": _allergen,
    "offered-is-indicated": _not_indicated,
    "one-place-each": _left_out,
    "one-first-choice": _two_firsts,
    "reasons-everywhere": _unreasoned,
    "warnings-shown": _unwarned,
    "companions-attached": _alone,
    "referrals-name-somebody": _refers_with_dose,
    "limits-hold": _too_many,
    "red-flags-stand": _silent,
    "severe-pain-answered": _unanswered,
    "current-never-raised": _raised,
    "doses-in-their-tables": _enormous,
    "strictest-row-holds": _one_more,
    "day-within-maximum": _too_often,
    "units-agree": _other_unit,
    "rescue-in-range": _large_rescue,
    "changes-are-products": _without_rescue,
    "changes-within-bounds": _doubled,
}


def test_every_check_has_its_name_and_somebody_who_tries_to_break_it() -> None:
    assert set(INVARIANTS) == set(GUARDS) == set(MUTATIONS)


@pytest.mark.parametrize("name", sorted(MUTATIONS))
@settings(max_examples=8)
@given(data=st.data())
def test_a_broken_plan_is_refused_by_name(name: str, data: st.DataObject) -> None:
    """A sound plan, broken in exactly one way."""
    ours = engine("shipped")
    document = data.draw(usual_records("shipped"))
    if name == "no-listed-allergen":
        document["allergies"]["list"] = [{"substance": "paracetamol", "kind": "allergy"}]
    if name.startswith("changes-"):
        document = opioid_record(Random(data.draw(st.integers(0, 999))), ours.program.ruleset)  # noqa: S311
    decided = plan_of(ours.program, ours.board, Assessment.read(document))
    assert not guard(decided.plan, decided.case, ours.board)
    broken = MUTATIONS[name](decided)
    assume(broken is not None)
    if broken is not None:
        faults = guard(broken, decided.case, ours.board)
        assert f"invariant {name}" in {fault.where for fault in faults}


def test_a_never_event_counts_a_doubt_unless_it_is_declared() -> None:
    """What cannot be told breaks a never-event, but for the findings that ruleset.yaml lets be unknown."""
    ours = engine("shipped")
    document = {
        "assessment_id": "doubt",
        "assessed_at": "2026-03-14T09:00:00+00:00",
        "pain": {"nrs": {"now": 8, "average": 8}},
    }
    decided = plan_of(ours.program, ours.board, Assessment.read(document))
    line = next(_offered(decided.plan))
    morphine = decided.plan.model_copy(update={"monitoring": (line.model_copy(update={"option": "morphine-oral"}),)})
    said = {f.what for f in guard(morphine, decided.case, ours.board) if f.where == "invariant never-events"}
    assert any("never-morphine-below-30 cannot-tell" in what for what in said)
    assert not any("never-opioid-against-refusal" in what for what in said)
