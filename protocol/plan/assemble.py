"""The fourth verb: from verdicts to a plan.

Nothing is decided here that a rule does not say: options are judged, ordered, dosed and scheduled, and what
cannot be told becomes questions. The guard then reads the finished plan as a stranger would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from protocol.dosing.dose import NoDose
from protocol.inference.case import Case
from protocol.plan.alerts import alerts, clashes, out_of_scope
from protocol.plan.choose import Chosen, Slot, choose, schedule
from protocol.plan.current import current_lines, open_reviews
from protocol.plan.judge import Judgement, judge
from protocol.plan.lines import Choice, Dosed, dose_candidate, line_for
from protocol.plan.model import (
    STEPS,
    Plan,
    PlanLine,
    Question,
    Reason,
    RefusedLine,
    Review,
    RulesetIdentity,
    ScopeAnswer,
    Step,
)
from protocol.plan.questions import Demand, ask
from protocol.plan.reasons import instant, reason
from protocol.plan.summary import calculations, evidence_note, mechanisms, surveillance, syndrome, trace
from protocol.rules.rule import RedFlag, Stage
from protocol.rules.spans import hours
from protocol.rules.targets import Board
from protocol.terms import Truth

__all__ = ["Desk", "assemble", "lay_out"]


@dataclass(slots=True)
class Desk:
    """The candidates of one patient as they are worked through."""

    case: Case
    board: Board
    judgements: list[Judgement]
    dosed: dict[str, Dosed] = field(default_factory=dict)
    arms: list[Chosen] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    needed: dict[str, frozenset[str]] = field(default_factory=dict)


def assemble(case: Case, board: Board, engine: str) -> Plan:
    """The plan of one case, before the guard has read it and before it has its id."""
    scope = out_of_scope(case)
    desk = lay_out(case, board) if not scope else Desk(case, board, [])
    offered = _offered(desk)
    settings = case.program.ruleset.settings
    return Plan(
        plan_id="",
        as_of=str(instant(case.assessment.assessed_at)),
        ruleset=RulesetIdentity(
            id=settings.ruleset,
            version=settings.version,
            digest=case.program.ruleset.digest,
            sign_off=_sign_off(case),
        ),
        engine=engine,
        scope=ScopeAnswer(status="out-of-scope" if scope else "in-scope", because=tuple(scope)),
        alerts=tuple(alerts(case)),
        conflicts=tuple(clashes(case, desk.judgements)),
        syndrome=syndrome(case),
        mechanisms=tuple(mechanisms(case)),
        steps=tuple(_steps(desk, [line for line in offered if line.arm != "monitoring"])) if not scope else (),
        questions=_questions(desk),
        excluded=tuple(_refused(desk, "excluded")),
        withheld=tuple(_refused(desk, "withheld")),
        monitoring=tuple(line for line in offered if line.arm == "monitoring"),
        review=_review(case),
        calculations=tuple(calculations(case)),
        surveillance=tuple(surveillance(case)),
        evidence_note=evidence_note(case, [j for j in desk.judgements if j.status in ("offered", "refer")]),
        trace=trace(case, desk.judgements, desk.arms),
    )


def _sign_off(case: Case) -> str:
    ruleset = case.program.ruleset
    signed = [s for s in ruleset.settings.sign_off if s.digest == ruleset.digest]
    return "; ".join(f"{s.site}: {s.name}, {s.role}, {s.at}" for s in signed) or "not signed off at this site"


def lay_out(case: Case, board: Board) -> Desk:
    """Every option judged, dosed, ordered and scheduled; only for a patient who is in scope."""
    desk = Desk(case, board, [judge(candidate, case, board) for candidate in board.candidates])
    for judgement in desk.judgements:
        if judgement.status in ("offered", "withheld", "refer") or _changes(judgement):
            desk.dosed[judgement.candidate.id] = dose_candidate(judgement.candidate, case, board)
    for judgement in desk.judgements:
        _undosable(judgement, desk)
    offered = {j.candidate.id for j in desk.judgements if j.status == "offered"}
    for judgement in desk.judgements:
        judgement.given_way = not offered.isdisjoint(judgement.candidate.offer.unless_offered)
    desk.arms = choose(desk.judgements, case, board)
    desk.slots = schedule(desk.arms, case, board)
    return desk


def _undosable(judgement: Judgement, desk: Desk) -> None:
    """An option without a dose is for a person to decide, or waits for the answer that would give one."""
    dosed = desk.dosed.get(judgement.candidate.id)
    if dosed is None or not isinstance(dosed.worked, NoDose):
        return
    if judgement.status in ("offered", "withheld") or dosed.worked.status == "not-indicated":
        judgement.undosable = dosed.worked


def _changes(judgement: Judgement) -> bool:
    """Whether it would change something taken; where that is not taken, no exclusion of it is worth a word."""
    return judgement.candidate.offer.method is not None and judgement.status != "not-indicated"


def _offered(desk: Desk) -> list[PlanLine]:
    lines = []
    for arm in desk.arms:
        firsts = arm.firsts()
        for judgement in (*arm.ranking, *arm.beside):
            if judgement.status == "offered":
                slot = desk.slots.get(judgement.candidate.id)
                first = judgement in firsts and slot is not None and slot.hours is not None
                lines.append(_line(judgement, desk, "first" if first else "alternative", slot))
    return lines


def _line(judgement: Judgement, desk: Desk, choice: Choice, slot: Slot | None) -> PlanLine:
    return line_for(judgement, desk.dosed[judgement.candidate.id], choice, slot, desk.case, desk.board)


def _places(desk: Desk) -> Callable[[PlanLine], tuple[int, int]]:
    """Where a line reads: by its arm, and in an arm that takes all of its lines by the arm's declared order."""
    order = {arm.arm.arm: (i, arm.arm) for i, arm in enumerate(desk.arms)}

    def place(line: PlanLine) -> tuple[int, int]:
        i, arm = order.get(line.arm, (len(order), None))
        if arm is None or arm.chooses == "one":
            return i, 0
        return i, arm.ties.index(line.id) if line.id in arm.ties else len(arm.ties)

    return place


def _steps(desk: Desk, offered: list[PlanLine]) -> list[Step]:
    place = _places(desk)
    lines = offered + [_line(j, desk, None, None) for j in desk.judgements if j.status == "refer"]
    step_of = {j.candidate.id: j.candidate.offer.step for j in desk.judgements}
    found = []
    for step, title in STEPS.items():
        mine = [line for line in lines if step_of[line.id] == step]
        mine.sort(key=lambda line: (*place(line), line.choice != "first", line.status, line.id))
        if step == "S1":
            mine = [*mine, *current_lines(desk.case, _changes_of_taken(offered))]
        opened = any(
            desk.case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY and rule.then.open == step
            for rule in desk.case.program.ruleset.of(Stage)
        )
        if mine or opened:
            found.append(Step(step=step, title=title, lines=tuple(mine)))
    return found


def _changes_of_taken(offered: list[PlanLine]) -> list[PlanLine]:
    """The first choices that change an opioid which is taken."""
    return [line for line in offered if line.choice == "first" and line.action in ("increase", "convert")]


def _refused(desk: Desk, status: str) -> list[RefusedLine]:
    return [
        RefusedLine.made(
            option=j.candidate.id,
            title=j.candidate.offer.title,
            arm=j.candidate.offer.arm,
            kind=j.candidate.rule.kind,
            say=_why_not(j, status),
            because=tuple(_reasons_against(j, status, desk.case)),
            answers_needed=tuple(sorted(_needed(j, desk))),
        )
        for j in desk.judgements
        if j.status == status
    ]


def _reasons_against(judgement: Judgement, status: str, case: Case) -> Iterator[Reason]:
    """All reasons, those that decide its status first, and last why the option was thought of."""
    deciding = [o for o in judgement.objections if o.status == status]
    others = [o for o in judgement.objections if o.status != status]
    for objection in (*deciding, *others):
        yield reason(case, objection.rule, objection.verdict, objection.say)
    yield reason(case, judgement.candidate.rule, judgement.indicated, judgement.candidate.offer.say)


def _why_not(judgement: Judgement, status: str) -> str:
    words = [o.say for o in judgement.objections if o.status == status]
    if judgement.undosable is not None and judgement.undosable.status == status:
        words.append(judgement.undosable.say)
    if judgement.indicated is Truth.CANNOT_TELL:
        words.append("Whether it is indicated cannot be told yet.")
    return " ".join(dict.fromkeys(words))


def _needed(judgement: Judgement, desk: Desk) -> frozenset[str]:
    """The raw findings whose answers could offer a withheld option or settle its place."""
    option = judgement.candidate.id
    if option not in desk.needed:
        desk.needed[option] = frozenset().union(*map(desk.case.open_inputs, _undecided_about(judgement)))
    return desk.needed[option]


def _undecided_about(judgement: Judgement) -> list[str]:
    names = [o.rule.rule for o in judgement.objections if o.verdict is Truth.CANNOT_TELL]
    if judgement.indicated is Truth.CANNOT_TELL:
        names.append(judgement.candidate.rule.rule)
    if judgement.undosable is not None:
        names += judgement.undosable.open_rows
    return names


def _questions(desk: Desk) -> tuple[Question, ...]:
    case = desk.case
    demand = Demand()
    for rule in case.program.ruleset.of(RedFlag):
        if case.verdicts[rule.rule] is Truth.CANNOT_TELL:
            demand.need("red_flags", rule.then.alert.flag, case.open_inputs(rule.rule))
    firsts = {j.candidate.id for arm in desk.arms for j in arm.firsts()}
    for judgement in desk.judgements:
        if judgement.status == "withheld":
            treats = judgement.candidate.rule.kind == "option"
            kind = "first_choices" if treats and judgement.candidate.id in firsts else "others"
            demand.need(kind, judgement.candidate.id, _needed(judgement, desk))
    for review, index in open_reviews(case):
        medicine = case.facts.taken.medicines[index] if case.facts.taken else None
        demand.need("others", f"current/{medicine.label if medicine else index}", case.open_inputs(review.rule))
    return ask(demand, case)


def _review(case: Case) -> Review | None:
    rows = [r for r in case.program.ruleset.settings.reviews if case.verdicts[f"review/{r.review}"] is Truth.APPLIES]
    if not rows:
        return None
    soonest = min(hours(r.within) for r in rows)
    due = case.assessment.assessed_at + timedelta(hours=float(soonest))
    says = [r.say for r in rows if hours(r.within) == soonest]
    return Review(due=str(instant(due)), because=tuple(sorted(says)))
