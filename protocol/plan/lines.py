"""Plan lines: an option with its dose, its companions, its warnings, its start and its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from protocol.dosing.bedside import Changed
from protocol.dosing.dose import Given, NoDose, Rescue, WorkedDose, rescue_dose, work_out
from protocol.dosing.rescue import RescueDose as OpioidRescue
from protocol.inference.case import Case
from protocol.inference.program import band_name
from protocol.plan.bedside import work_out_change
from protocol.plan.choose import Slot
from protocol.plan.judge import Judgement, warnings_for
from protocol.plan.model import Companion, Dose, PlanLine, Reason, RescueDose, Start
from protocol.plan.reasons import reason, refer
from protocol.quantity import plain
from protocol.rules.formulary import Amounts, Drug, Regimen
from protocol.rules.rule import Bound, CautionThen
from protocol.rules.rule import Refer as RuleRefer
from protocol.rules.targets import Board, Candidate
from protocol.terms import Truth

Choice = Literal["first", "alternative"] | None

__all__ = ["Choice", "Dosed", "dose_candidate", "dose_of", "line_for"]


@dataclass(frozen=True, slots=True)
class Dosed:
    """What the formulary answers for a candidate: a dose, or why there is none; None where it gives no drug.

    A change of what is taken comes with its rescue dose.
    """

    worked: WorkedDose | Changed | NoDose | None
    shares: tuple[tuple[str, int, Truth], ...] = ()


def dose_candidate(candidate: Candidate, case: Case, board: Board) -> Dosed:
    """Work out the dose of an option under every limit that holds for it."""
    if candidate.offer.method is not None:
        return Dosed(work_out_change(candidate, case))
    if candidate.drug is None or candidate.regimen is None:
        return Dosed(None)
    limits = tuple(
        (rule.rule, rule.then.warn.limit)
        for rule in warnings_for(candidate, case, board)
        if isinstance(rule.then, CautionThen) and rule.then.warn.limit
    )
    given = _given(candidate.drug, candidate.regimen, case, limits)
    return Dosed(work_out(candidate.regimen, given), given.shares)


def _given(drug: Drug, regimen: Regimen, case: Case, limits: tuple[tuple[str, Bound], ...] = ()) -> Given:
    prefix = f"{drug.drug}/{regimen.regimen}"
    rows: list[tuple[str, Amounts]] = [(f"{prefix}/{row.row}", row) for row in regimen.rows]
    for bands in regimen.bands:
        rows += [(band_name(drug.drug, regimen, bands, i), band) for i, band in enumerate(bands.rows)]
    shares = regimen.rescue.rows if regimen.rescue else ()
    return Given(
        rows=tuple((name, row, case.verdicts[name]) for name, row in rows),
        shares=tuple((s.row, s.divide_by, case.verdicts[f"{prefix}/rescue/{s.row}"]) for s in shares),
        weight=case.findings.values.get(case.program.ruleset.settings.weight),
        limits=limits,
    )


def dose_of(regimen: Regimen, worked: WorkedDose) -> Dose:
    """A worked dose as the plan writes it."""
    every = f"{plain(worked.every)} h" if worked.every else None
    return Dose(
        amount=plain(worked.amount),
        unit=worked.unit,
        route=regimen.route,
        form=regimen.form,
        every=every,
        maximum=f"{plain(worked.maximum)} {worked.unit}" if worked.maximum is not None else None,
        timing=worked.timing or regimen.timing,
        titration=regimen.titration,
        working=worked.working,
    )


def line_for(
    judgement: Judgement, dosed: Dosed, choice: Choice, slot: Slot | None, case: Case, board: Board
) -> PlanLine:
    """The line of an offered or referred option."""
    candidate, offer = judgement.candidate, judgement.candidate.offer
    worked = dosed.worked if isinstance(dosed.worked, WorkedDose | Changed) else None
    referred = judgement.status == "refer" or isinstance(dosed.worked, NoDose)
    status: Literal["refer", "offered"] = "refer" if referred else "offered"
    dose = _dose(candidate, worked) if status == "offered" else None
    return PlanLine.made(
        id=offer.option,
        option=offer.option,
        title=offer.title,
        arm=offer.arm,
        kind=candidate.rule.kind,
        mechanisms=offer.mechanisms,
        action=_action(candidate, status, worked),
        status=status,
        choice=choice,
        refer=refer(_to_whom(judgement, dosed)),
        start=_start(slot) if choice == "first" and status == "offered" else None,
        dose=dose,
        rescue=_rescue(candidate, worked, dosed) if dose else None,
        companions=tuple(_companions(candidate, case, board)) if status == "offered" else (),
        warnings=tuple(_warnings(candidate, case, board)),
        say=" ".join((offer.say, *worked.say)) if isinstance(worked, Changed) else offer.say,
        because=tuple(_reasons(judgement, case, board)),
        judge_at=offer.judge_after,
        stop_if=offer.stop_if,
    )


def _dose(candidate: Candidate, worked: WorkedDose | Changed | None) -> Dose | None:
    if isinstance(worked, Changed):
        return Dose(
            amount=plain(worked.amount),
            unit=worked.unit,
            route=worked.route,
            form=worked.form,
            every=f"{plain(worked.every)} h",
            maximum=None,
            timing=None,
            titration=None,
            working=worked.working,
        )
    return dose_of(candidate.regimen, worked) if worked and candidate.regimen else None


def _action(
    candidate: Candidate, status: str, worked: WorkedDose | Changed | None
) -> Literal["start", "increase", "convert", "do", "refer"]:
    if status == "offered" and isinstance(worked, Changed):
        return worked.action
    if status == "refer" or (candidate.offer.refer is not None and candidate.drug is None):
        return "refer"
    return "start" if candidate.drug else "do"


def _to_whom(judgement: Judgement, dosed: Dosed) -> RuleRefer | None:
    if judgement.refer:
        return judgement.refer
    if isinstance(dosed.worked, NoDose) and dosed.worked.refer:
        return dosed.worked.refer
    return judgement.candidate.offer.refer


def _start(slot: Slot | None) -> Start | None:
    if slot is None or slot.hours is None:
        return None
    if slot.hours == 0:
        return Start(when="now")
    say = slot.because.then.at_most.say if slot.because else None
    return Start(when="after", after=f"{plain(slot.hours)} h", because=say)


def _rescue(candidate: Candidate, worked: WorkedDose | Changed | None, dosed: Dosed) -> RescueDose | None:
    if isinstance(worked, Changed):
        rescue: Rescue | OpioidRescue | None = worked.rescue
        route, form = worked.rescue_route, worked.rescue_form
    elif worked is None or candidate.regimen is None:
        return None
    else:
        rescue = rescue_dose(candidate.regimen, worked, dosed.shares)
        route, form = candidate.regimen.route, candidate.regimen.form
    if rescue is None:
        return None
    return RescueDose(
        amount=plain(rescue.amount),
        unit=rescue.unit,
        route=route,
        form=form,
        every=f"{plain(rescue.every)} h",
        at_most=rescue.at_most,
        working=rescue.working,
    )


def _companions(candidate: Candidate, case: Case, board: Board) -> list[Companion]:
    found = []
    for rule in board.companions[candidate.id]:
        verdict = case.verdicts[rule.rule]
        add = rule.then.add
        if verdict is Truth.DOES_NOT_APPLY:
            continue
        found.append(
            Companion.made(
                companion=add.companion,
                title=case.program.ruleset.drugs[add.drug].title if add.drug else rule.title,
                status="add" if verdict is Truth.APPLIES else "if",
                say=add.say,
                dose=_companion_dose(add.drug, add.regimen, case),
                because=(reason(case, rule, verdict),),
            )
        )
    return sorted(found, key=lambda c: (c.companion, c.status))


def _companion_dose(drug: str | None, regimen: str | None, case: Case) -> Dose | None:
    if not (drug and regimen):
        return None
    ruleset = case.program.ruleset
    chosen = ruleset.regimen(drug, regimen)
    worked = work_out(chosen, _given(ruleset.drugs[drug], chosen, case))
    return dose_of(chosen, worked) if isinstance(worked, WorkedDose) else None


def _warnings(candidate: Candidate, case: Case, board: Board) -> list[str]:
    found = []
    for rule in warnings_for(candidate, case, board):
        if isinstance(rule.then, CautionThen):
            doubt = "" if case.verdicts[rule.rule] is Truth.APPLIES else "Not excluded: "
            found.append(f"{doubt}{rule.then.say}")
    return sorted(found)


def _reasons(judgement: Judgement, case: Case, board: Board) -> list[Reason]:
    candidate = judgement.candidate
    found = [reason(case, candidate.rule, judgement.indicated, candidate.offer.say)]
    found += [reason(case, o.rule, o.verdict, o.say) for o in judgement.objections]
    for rule in warnings_for(candidate, case, board):
        if isinstance(rule.then, CautionThen):
            found.append(reason(case, rule, case.verdicts[rule.rule], rule.then.say))
    return found
