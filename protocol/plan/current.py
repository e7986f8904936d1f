"""One line for each medicine that is already taken: never silent removal, never silent continuation.

Of all review rules that apply to a medicine the strongest action holds. A rule that says `maintain` (a drug
taken for something else, such as epilepsy) against a stronger one is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from protocol.inference.case import Case
from protocol.inference.medicines import TakenMedicine
from protocol.plan.bedside import lowered_words
from protocol.plan.model import PlanLine
from protocol.plan.reasons import reason, refer
from protocol.rules.rule import Current
from protocol.rules.rule import Refer as RuleRefer
from protocol.terms import Truth

__all__ = ["CURRENT_ARM", "current_lines", "open_reviews"]

CURRENT_ARM = "current"
_STRENGTH = ("continue", "hold-next", "reduce", "convert", "taper", "stop")
_ACTION = {"hold-next": "hold"}


def current_lines(case: Case, changes: Sequence[PlanLine] = ()) -> list[PlanLine]:
    """The lines of the current medicines, in the order of their names; `changes` are lines that replace some."""
    taken = case.facts.taken
    if taken is None:
        return []
    lines = [_line(medicine, case, i, changes) for i, medicine in enumerate(taken.medicines)]
    return sorted(lines, key=lambda line: line.id)


def _line(medicine: TakenMedicine, case: Case, index: int, changes: Sequence[PlanLine]) -> PlanLine:
    verdicts = case.about[index]
    reviews = [rule for rule in case.program.ruleset.of(Current) if verdicts[rule.rule] is Truth.APPLIES]
    doubts = [rule for rule in case.program.ruleset.of(Current) if verdicts[rule.rule] is Truth.CANNOT_TELL]
    maintain = [rule for rule in reviews if rule.then.review.action == "maintain"]
    others = [rule for rule in reviews if rule.then.review.action != "maintain"]
    strongest = max(others, key=lambda r: (_STRENGTH.index(r.then.review.action), r.rule), default=None)
    action = strongest.then.review.action if strongest else "continue"
    clash = bool(maintain) and action != "continue"
    say, to = _words(medicine, strongest, maintain, doubts, clash=clash)
    if action == "reduce":
        say += lowered_words(medicine, case)
    if medicine.opioid and changes:
        say = f"{say} Its new dose, or what takes its place: see [{changes[0].id}]."
    because = [reason(case, r, verdicts[r.rule], r.then.review.say) for r in (*maintain, *others, *doubts)]
    return PlanLine.made(
        id=f"current/{medicine.label}",
        option=None,
        title=medicine.title,
        arm=CURRENT_ARM,
        kind="current",
        mechanisms=(),
        action="refer" if clash else _ACTION.get(action, action),
        status="refer" if clash else "offered",
        choice=None,
        refer=refer(to),
        start=None,
        dose=None,
        rescue=None,
        companions=(),
        warnings=tuple(f"Not excluded: {r.then.review.say}" for r in doubts),
        say=say,
        because=tuple(because),
        judge_at=None,
        stop_if=None,
    )


def _words(
    medicine: TakenMedicine, strongest: Current | None, maintain: list[Current], doubts: list[Current], *, clash: bool
) -> tuple[str, RuleRefer | None]:
    if clash and strongest is not None:
        review = maintain[0].then.review
        to = review.refer or strongest.then.review.refer or RuleRefer(to="the prescriber", within="24 h")
        return f"{review.say} Against it: {strongest.then.review.say}", to
    if strongest is not None:
        review = strongest.then.review
        taper = f" {medicine.taper}" if review.action == "taper" and medicine.taper else ""
        return f"{review.say}{taper}", review.refer
    if doubts:
        return "Continue unchanged; no increase until the questions about it are answered.", None
    return "Continue unchanged.", None


def open_reviews(case: Case) -> list[tuple[Current, int]]:
    """The reviews of medicines that cannot be told, with the medicine's place in the record."""
    return [
        (rule, index)
        for index, verdicts in enumerate(case.about)
        for rule in case.program.ruleset.of(Current)
        if verdicts[rule.rule] is Truth.CANNOT_TELL
    ]
