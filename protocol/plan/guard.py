"""Reads the finished plan as a stranger would, and refuses it when it breaks an invariant.

The safety case is stated apart from the rules that fulfil it: `never` rules are written from the monographs'
absolute contraindications, and the functions of this floor from what a plan is. A broken one means that no
plan leaves; which one is named. What each invariant holds is listed in the ruleset's hazards.yaml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from protocol.errors import Fault
from protocol.inference.case import Case, undecided
from protocol.plan import change_invariants, dose_invariants, invariants
from protocol.plan.model import Plan
from protocol.plan.walk import started
from protocol.possible import Members
from protocol.rules.hazard import Guard
from protocol.rules.rule import Never
from protocol.rules.targets import Board
from protocol.terms import Truth

__all__ = ["INVARIANTS", "guard"]

Invariant = Callable[[Plan, Case, Board], Iterator[str]]


def guard(plan: Plan, case: Case, board: Board) -> list[Fault]:
    """Every invariant that the plan breaks."""
    remedy = "report this with the assessment; give no treatment from this engine for this patient"
    covered = case.program.ruleset.safety_case is not None
    checks = ((n, check) for n, check in INVARIANTS.items() if covered or n not in _OF_A_SAFETY_CASE)
    return [Fault(f"invariant {n}", what, remedy) for n, check in checks for what in check(plan, case, board)]


def never_events(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No started or raised line of what a `never` rule names, while its condition holds or cannot be told."""
    for line, candidate in started(plan, board):
        for rule in board.nevers[candidate.id]:
            verdict = case.verdicts[rule.rule]
            if verdict is Truth.DOES_NOT_APPLY:
                continue
            if verdict is Truth.APPLIES or not _excused(rule, case, board.excused[candidate.id]):
                yield f"{line.option} is offered although {rule.rule} {verdict}"


def _excused(rule: Never, case: Case, declared: frozenset[str]) -> bool:
    """Whether all that keeps the condition open is declared as what may be unknown for this option."""
    if undecided(case.program.conditions[rule.rule], case) <= declared:
        return True
    behind = case.open_inputs(rule.rule)
    return bool(behind) and behind <= declared


def exclusions_hold(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Nothing is offered that an absolute or senior entry names while its rule applies or is open."""
    for line, candidate in started(plan, board):
        for barrier in board.barriers[candidate.id]:
            verdict, entry = case.verdicts[barrier.rule.rule], barrier.entry
            if verdict is Truth.DOES_NOT_APPLY or entry.scope not in candidate.scopes or entry.degree == "approval":
                continue
            if verdict is Truth.APPLIES or entry.if_unknown != "allow":
                yield f"{line.option} is offered although {barrier.rule.rule} stands against it"


def approvals_recorded(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """What needs an approval is offered only with that approval on record."""
    held = _approvals(case)
    for line, candidate in started(plan, board):
        for barrier in board.barriers[candidate.id]:
            verdict, entry = case.verdicts[barrier.rule.rule], barrier.entry
            if entry.degree != "approval" or entry.scope not in candidate.scopes or verdict is Truth.DOES_NOT_APPLY:
                continue
            if entry.approval not in held and (verdict is Truth.APPLIES or entry.if_unknown != "allow"):
                yield f"{line.option} is offered without {entry.approval}, which {barrier.rule.rule} needs"


def _approvals(case: Case) -> frozenset[str]:
    held: frozenset[str] = frozenset()
    for value in map(case.value, case.program.approvals):
        if isinstance(value, Members):
            held |= value.listed
    return held


INVARIANTS: Mapping[Guard, Invariant] = {
    "never-events": never_events,
    "exclusions-hold": exclusions_hold,
    "approvals-recorded": approvals_recorded,
    "no-listed-allergen": invariants.no_listed_allergen,
    "offered-is-indicated": invariants.offered_is_indicated,
    "one-place-each": invariants.one_place_each,
    "one-first-choice": invariants.one_first_choice,
    "reasons-everywhere": invariants.reasons_everywhere,
    "warnings-shown": invariants.warnings_shown,
    "companions-attached": invariants.companions_attached,
    "referrals-name-somebody": invariants.referrals_name_somebody,
    "limits-hold": invariants.limits_hold,
    "red-flags-stand": invariants.red_flags_stand,
    "severe-pain-answered": invariants.severe_pain_answered,
    "current-never-raised": invariants.current_never_raised,
    "doses-in-their-tables": dose_invariants.doses_in_their_tables,
    "strictest-row-holds": dose_invariants.strictest_row_holds,
    "day-within-maximum": dose_invariants.day_within_maximum,
    "units-agree": dose_invariants.units_agree,
    "rescue-in-range": dose_invariants.rescue_in_range,
    "changes-are-products": change_invariants.changes_are_products,
    "changes-within-bounds": change_invariants.changes_within_bounds,
}
"""Every invariant by the name that a fault gives and that hazards.yaml uses."""

_OF_A_SAFETY_CASE: frozenset[Guard] = frozenset({"no-listed-allergen", "severe-pain-answered"})
"""What only rules can fulfil: it is asked of rulesets that are for patients, which have a hazards.yaml."""
