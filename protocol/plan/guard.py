"""Reads the finished plan as a stranger would, and refuses it when it breaks an invariant.

The safety case is stated apart from the rules that fulfil it: `never` rules are written from the monographs'
absolute contraindications, and the functions below from what a plan is. A broken one means that no plan
leaves; which one is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from protocol.errors import Fault
from protocol.inference.case import Case
from protocol.plan.model import Plan, PlanLine, Reason
from protocol.rules.targets import Board, Candidate, hits
from protocol.quantity import Quantity
from protocol.rules.rule import Limit, Never, RedFlag
from protocol.terms import Truth

__all__ = ["INVARIANTS", "guard"]

Invariant = Callable[[Plan, Case, Board], Iterator[str]]


def guard(plan: Plan, case: Case, board: Board) -> list[Fault]:
    """Every invariant that the plan breaks."""
    remedy = "report this with the assessment; give no treatment from this engine for this patient"
    return [Fault(f"invariant {name}", what, remedy) for name, check in INVARIANTS.items() for what in check(plan, case, board)]


def _lines(plan: Plan) -> Iterator[PlanLine]:
    for step in plan.steps:
        yield from step.lines
    yield from plan.monitoring


def _started(plan: Plan, board: Board) -> Iterator[tuple[PlanLine, Candidate]]:
    """The lines that would start a drug, first choices and alternatives alike, with their options."""
    known = {c.id: c for c in board.candidates}
    for line in _lines(plan):
        if line.option is not None and line.status == "offered":
            yield line, known[line.option]


def never_events(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No started line of what a `never` rule names, while its condition holds or cannot be told."""
    excepted = {o for e in case.program.ruleset.settings.despite_unknown for o in e.options}
    for rule in case.program.ruleset.of(Never):
        verdict = case.verdicts[rule.rule]
        for line, candidate in _started(plan, board):
            named = any(hits(target, candidate) for target in rule.then.never)
            broken = verdict is Truth.APPLIES or (verdict is Truth.CANNOT_TELL and line.option not in excepted)
            if named and broken:
                yield f"{line.option} is offered although {rule.rule} {verdict}"


def exclusions_hold(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Nothing is offered that an absolute entry names while its rule applies, or withholds while it is open."""
    for line, candidate in _started(plan, board):
        for barrier in board.barriers[candidate.id]:
            verdict, entry = case.verdicts[barrier.rule.rule], barrier.entry
            if verdict is Truth.DOES_NOT_APPLY or entry.scope == "continue" or entry.degree == "approval":
                continue
            if verdict is Truth.APPLIES or entry.if_unknown != "allow":
                yield f"{line.option} is offered although {barrier.rule.rule} stands against it"


def one_place_each(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Every option stands in exactly one place, and every current medicine has exactly one line."""
    places = Counter(line.option for line in _lines(plan) if line.option)
    places += Counter(r.option for r in (*plan.excluded, *plan.withheld))
    places += Counter(n.option for n in plan.trace.not_indicated)
    if plan.scope.status == "in-scope":
        for candidate in board.candidates:
            if places[candidate.id] != 1:
                yield f"{candidate.id} stands in {places[candidate.id]} places"
        lines = Counter(line.id for line in _lines(plan) if line.option is None)
        for medicine in case.facts.taken.medicines if case.facts.taken else ():
            if lines[f"current/{medicine.label}"] != 1:
                yield f"{medicine.label} has {lines[f'current/{medicine.label}']} lines"


def reasons_everywhere(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Every line has a reason, and every reason a source of the ruleset."""
    sources = case.program.ruleset.sources
    for line in _lines(plan):
        if not line.because:
            yield f"{line.id} has no reason"
    for owner, because in _all_reasons(plan):
        for reason in because:
            for cited in reason.cite:
                if cited.source not in sources:
                    yield f"{owner} cites {cited.source}, which sources.yaml does not hold"


def _all_reasons(plan: Plan) -> Iterator[tuple[str, tuple[Reason, ...]]]:
    for line in _lines(plan):
        yield line.id, line.because
    for refused in (*plan.excluded, *plan.withheld):
        yield refused.option, refused.because
    for alert in plan.alerts:
        yield alert.flag, alert.because


def doses_in_their_tables(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No dose above the highest row of its table, none of zero, and no day above the stated maximum."""
    for line, candidate in _started(plan, board):
        if line.dose is None:
            if candidate.regimen is not None:
                yield f"{line.id} is offered without its dose"
            continue
        if Decimal(line.dose.amount) <= 0:
            yield f"{line.id} has a dose of {line.dose.amount}"
        if candidate.regimen is not None and _above_table(line, candidate):
            yield f"{line.id} has {line.dose.amount} {line.dose.unit}, above every row of its table"
        if line.dose.maximum and Decimal(line.dose.amount) > Quantity.parse(line.dose.maximum).amount:
            yield f"{line.id} has a single dose above the day's maximum"


def _above_table(line: PlanLine, candidate: Candidate) -> bool:
    regimen = candidate.regimen
    if regimen is None or line.dose is None:
        return False
    rows = [*regimen.rows, *(band for bands in regimen.bands for band in bands.rows)]
    if any(row.per_kg for row in rows):
        return False
    return Decimal(line.dose.amount) > max(Quantity.parse(r.dose).to(regimen.unit).amount for r in rows if r.dose)


def limits_hold(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No more first choices start in a window than a limit admits."""
    starting = [(line, c) for line, c in _started(plan, board) if line.choice == "first" and line.start]
    for rule in case.program.ruleset.of(Limit):
        if case.verdicts[rule.rule] is Truth.DOES_NOT_APPLY:
            continue
        most = rule.then.at_most
        mine = sorted(_hours(line) for line, c in starting if hits(most.of, c))
        window = Quantity.parse(most.within).to("h").amount if most.within else None
        for first in mine:
            inside = sum(1 for h in mine if h >= first and (window is None or h - first < window))
            if inside > most.count:
                yield f"{rule.rule} admits {most.count}, and {inside} start"
                break


def _hours(line: PlanLine) -> Decimal:
    after = line.start.after if line.start else None
    return Quantity.parse(after).to("h").amount if after else Decimal(0)


def red_flags_stand(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Every red flag whose rule applies or cannot be told is on the plan."""
    shown = {(alert.flag, alert.status) for alert in plan.alerts}
    for rule in case.program.ruleset.of(RedFlag):
        verdict = case.verdicts[rule.rule]
        status = "raised" if verdict is Truth.APPLIES else "not-excluded"
        if verdict is not Truth.DOES_NOT_APPLY and (rule.then.alert.flag, status) not in shown:
            yield f"{rule.then.alert.flag} is {status} and not on the plan"


INVARIANTS: Mapping[str, Invariant] = {
    "never-events": never_events,
    "exclusions-hold": exclusions_hold,
    "one-place-each": one_place_each,
    "reasons-everywhere": reasons_everywhere,
    "doses-in-their-tables": doses_in_their_tables,
    "limits-hold": limits_hold,
    "red-flags-stand": red_flags_stand,
}
"""Every invariant by the name that a fault gives."""
