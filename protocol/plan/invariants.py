"""What is true of every plan, whatever the patient: its lines, their places, reasons and company.

Each function answers the sentences that say what is broken; nothing for a sound plan. All take the same
three arguments, whether they need them or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from protocol.inference.case import Case
from protocol.plan.model import Plan, PlanLine, Reason
from protocol.plan.walk import every_line, started
from protocol.possible import Members, Words
from protocol.rules.rule import CautionThen, Limit, RedFlag, Target
from protocol.rules.spans import hours
from protocol.rules.targets import ANY_MEDICINE, Board, hits
from protocol.terms import Truth

__all__ = [
    "companions_attached",
    "current_never_raised",
    "limits_hold",
    "no_listed_allergen",
    "offered_is_indicated",
    "one_first_choice",
    "one_place_each",
    "reasons_everywhere",
    "red_flags_stand",
    "referrals_name_somebody",
    "severe_pain_answered",
    "warnings_shown",
]


_DAY = Decimal(24)


def no_listed_allergen(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No started line of a drug, or of one of its classes, that the list of allergies names."""
    listed: dict[str, frozenset[str]] = {}
    for name, raw in case.program.ruleset.vocabulary.findings.items():
        value = case.value(name) if raw.allergies is not None else None
        if raw.allergies is not None and isinstance(value, Members):
            listed[raw.allergies] = value.listed
    for line, candidate in started(plan, board):
        if candidate.drug is None:
            continue
        of_drug = {candidate.drug.drug} & listed.get("drugs", frozenset())
        of_class = (candidate.classes - {ANY_MEDICINE}) & listed.get("classes", frozenset())
        for name in sorted(of_drug | of_class):
            yield f"{line.option} is offered although an allergy to {name} is listed"


def offered_is_indicated(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """What is offered has a reason that surely holds; a doubt about it withholds."""
    for line, candidate in started(plan, board):
        if case.verdicts[candidate.rule.rule] is not Truth.APPLIES:
            yield f"{line.option} is offered, and whether {candidate.rule.rule} applies is not sure"


def one_place_each(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Every option stands in exactly one place, and every current medicine has exactly one line."""
    places = Counter(line.option for line in every_line(plan) if line.option)
    places += Counter(r.option for r in (*plan.excluded, *plan.withheld))
    places += Counter(n.option for n in plan.trace.not_indicated)
    if plan.scope.status == "in-scope":
        for candidate in board.candidates:
            if places[candidate.id] != 1:
                yield f"{candidate.id} stands in {places[candidate.id]} places"
        lines = Counter(line.id for line in every_line(plan) if line.option is None)
        for medicine in case.facts.taken.medicines if case.facts.taken else ():
            if lines[f"current/{medicine.label}"] != 1:
                yield f"{medicine.label} has {lines[f'current/{medicine.label}']} lines"


def one_first_choice(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """An arm that chooses one treatment has at most one first choice."""
    firsts = Counter(line.arm for line, c in started(plan, board) if line.choice == "first" and c.rule.kind == "option")
    for arm in case.program.ruleset.settings.arms:
        if arm.chooses == "one" and firsts[arm.arm] > 1:
            yield f"the arm {arm.arm} has {firsts[arm.arm]} first choices"


def reasons_everywhere(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """Every line has a reason, and every reason a source of the ruleset."""
    sources = case.program.ruleset.sources
    for owner, because in _all_reasons(plan):
        if not because:
            yield f"{owner} has no reason"
        for reason in because:
            for cited in reason.cite:
                if cited.source not in sources:
                    yield f"{owner} cites {cited.source}, which sources.yaml does not hold"


def _all_reasons(plan: Plan) -> Iterator[tuple[str, tuple[Reason, ...]]]:
    for line in every_line(plan):
        yield line.id, line.because
    for refused in (*plan.excluded, *plan.withheld):
        yield refused.option, refused.because
    for alert in plan.alerts:
        yield alert.flag, alert.because


def warnings_shown(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Every caution on an offered line that applies or cannot be told is among its warnings."""
    for line, candidate in started(plan, board):
        for rule in board.cautions[candidate.id]:
            if case.verdicts[rule.rule] is Truth.DOES_NOT_APPLY or not isinstance(rule.then, CautionThen):
                continue
            if not any(rule.then.say in warning for warning in line.warnings):
                yield f"{line.option} is offered without the warning of {rule.rule}"


def companions_attached(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Every companion of an offered line that applies or cannot be told goes with it."""
    for line, candidate in started(plan, board):
        attached = {companion.companion for companion in line.companions}
        for rule in board.companions[candidate.id]:
            if case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY and rule.then.add.companion not in attached:
                yield f"{line.option} is offered without its companion {rule.then.add.companion}"


def referrals_name_somebody(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """A line that refers has no dose: somebody else is to decide on one."""
    for line in every_line(plan):
        if line.status == "refer" and (line.dose is not None or line.rescue is not None):
            yield f"{line.id} refers and has a dose"


def limits_hold(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No more first choices start in a window than a limit admits, beside what is taken where that counts."""
    starting = [(line, c) for line, c in started(plan, board) if line.choice == "first" and line.start]
    for rule in case.program.ruleset.of(Limit):
        if case.verdicts[rule.rule] is Truth.DOES_NOT_APPLY:
            continue
        most = rule.then.at_most
        taken = _taken(most.of, case) if most.counts_current == "yes" else 0
        mine = sorted(_hours(line) for line, c in starting if hits(most.of, c))
        window = hours(most.within) if most.within else None
        for first in mine:
            inside = taken + sum(1 for h in mine if h >= first and (window is None or h - first < window))
            if inside > most.count:
                yield f"{rule.rule} admits {most.count}, and {inside} start or are taken"
                break


def _taken(target: Target, case: Case) -> int:
    medicines = case.facts.taken.medicines if case.facts.taken else ()
    return sum(1 for m in medicines if target.drug == m.drug or target.class_ in m.classes)


def _hours(line: PlanLine) -> Decimal:
    after = line.start.after if line.start else None
    return hours(after) if after else Decimal(0)


def red_flags_stand(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """Every red flag whose rule applies or cannot be told is on the plan."""
    shown = {(alert.flag, alert.status) for alert in plan.alerts}
    for rule in case.program.ruleset.of(RedFlag):
        verdict = case.verdicts[rule.rule]
        status = "raised" if verdict is Truth.APPLIES else "not-excluded"
        if verdict is not Truth.DOES_NOT_APPLY and (rule.then.alert.flag, status) not in shown:
            yield f"{rule.then.alert.flag} is {status} and not on the plan"


def severe_pain_answered(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """Pain at the level of an arm is answered.

    By a dose, a medicine of that arm that is taken already, a person who is asked within a day, or at least
    by the questions whose answers would bring a dose.
    """
    pain = case.program.ruleset.settings.pain
    value = case.value(pain.finding)
    if plan.scope.status != "in-scope" or not isinstance(value, Words) or value.options != {pain.word}:
        return
    of_arm = {c.drug.drug for c in board.candidates if c.offer.arm == pain.arm and c.drug is not None}
    taken = case.facts.taken.drugs if case.facts.taken else frozenset()
    dosed = any(line.arm == pain.arm and line.dose is not None for line in every_line(plan))
    asked = [line.refer for line in every_line(plan)] + [a.refer for a in plan.alerts if a.status == "raised"]
    soon = any(refer is not None and hours(refer.within) <= _DAY for refer in asked)
    waiting = any(refused.arm == pain.arm and refused.answers_needed for refused in plan.withheld)
    if not (dosed or soon or waiting or of_arm & taken):
        yield f"{pain.finding} is {pain.word}, and the plan says neither what to do nor what to ask"


def current_never_raised(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """The line of a medicine already taken reviews it; it starts and raises nothing."""
    for line in every_line(plan):
        if line.option is None and line.action in ("start", "increase", "do"):
            yield f"{line.id} says {line.action}"
