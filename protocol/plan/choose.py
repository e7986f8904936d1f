"""Order inside an arm, and when each line may start.

The first choice of an arm has the most points; ties follow the arm's declared list. An option withheld for an
unknown keeps its place, so that nothing is promoted by ignorance: what stands below it stays an alternative.
Limits then admit the first choices in plan order, and say when the others may follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from protocol.inference.case import Case
from protocol.plan.judge import Judgement
from protocol.rules.rule import Limit, Target
from protocol.rules.settings import Arm
from protocol.rules.spans import hours as hours_of
from protocol.rules.targets import Board
from protocol.terms import Truth

__all__ = ["Chosen", "Slot", "choose", "schedule"]

Claim = tuple[Judgement, ...]
Limits = dict[str, Limit]

_HORIZON = Decimal(24 * 14)
"""Hours after which a later start is no plan any more but an alternative; engine choice."""


@dataclass(slots=True)
class Chosen:
    """An arm with its treatments in order, and the points that made the order.

    `beside` are its referrals, measures and checks: they compete with nothing and stand whatever is chosen.
    """

    arm: Arm
    ranking: list[Judgement] = field(default_factory=list)
    beside: list[Judgement] = field(default_factory=list)
    below: list[Judgement] = field(default_factory=list)
    points: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)

    def firsts(self) -> list[Judgement]:
        """The first choice, offered or withheld; every treatment where the arm takes them all; what is beside."""
        return [*(self.ranking[:1] if self.arm.chooses == "one" else self.ranking), *self.beside]

    def claims(self) -> list[Claim]:
        """Who claims each start of the arm.

        It is the first choice and, while that is withheld, all down to the first one offered: whichever of
        them the answers bring, its start is kept free.
        """
        alone: list[Claim] = [(judgement,) for judgement in self.beside]
        if self.arm.chooses == "all":
            return [*((judgement,) for judgement in self.ranking), *alone]
        offered = next((i for i, j in enumerate(self.ranking) if j.status == "offered"), len(self.ranking))
        return [tuple(self.ranking[: offered + 1]), *alone] if self.ranking else alone


@dataclass(frozen=True, slots=True)
class Slot:
    """When a line may start: hours from now, or never beside what stands before it."""

    hours: Decimal | None
    because: Limit | None


def choose(judgements: list[Judgement], case: Case, board: Board) -> list[Chosen]:
    """The arms in plan order, each with its offered and withheld candidates ranked."""
    found = []
    standing = [judgement for judgement in judgements if judgement.status in ("offered", "withheld")]
    for arm in case.program.ruleset.settings.arms:
        chosen = Chosen(arm)
        for judgement in standing:
            if judgement.candidate.offer.arm != arm.arm:
                continue
            if judgement.candidate.rule.kind == "option":
                _score(judgement, chosen, case, board)
            else:
                chosen.beside.append(judgement)
        chosen.ranking.sort(key=lambda j: (-chosen.points[j.candidate.id], _tie(arm, j.candidate.id), j.candidate.id))
        found.append(chosen)
    return found


def _score(judgement: Judgement, chosen: Chosen, case: Case, board: Board) -> None:
    option = judgement.candidate.id
    total = 0
    for rule, entry in board.points[option]:
        verdict = case.verdicts[rule.rule]
        # A doubt counts against an option and never for it.
        if verdict is Truth.APPLIES or (verdict is Truth.CANNOT_TELL and entry.points < 0):
            total += entry.points
            chosen.reasons.setdefault(option, []).append(f"{entry.points:+d} {entry.say}")
    chosen.points[option] = total
    if total < chosen.arm.at_least:
        chosen.below.append(judgement)
    else:
        chosen.ranking.append(judgement)


def _tie(arm: Arm, option: str) -> int:
    return arm.ties.index(option) if option in arm.ties else len(arm.ties)


def schedule(arms: list[Chosen], case: Case, board: Board) -> dict[str, Slot]:
    """When each first choice may start, admitted in plan order: step, arm, choice.

    A withheld first choice keeps its slot: were its question answered tomorrow, nothing that starts today
    may be in its way.
    """
    order = {arm.arm.arm: i for i, arm in enumerate(arms)}
    claims = [claim for arm in arms for claim in arm.claims()]
    claims.sort(key=lambda c: (c[0].candidate.offer.step, order[c[0].candidate.offer.arm]))
    admitted: list[tuple[Limits, Decimal]] = []
    slots: dict[str, Slot] = {}
    for claim in claims:
        limits = _limits_on(claim, case, board)
        slot = _slot(limits, admitted, case)
        slots[claim[0].candidate.id] = slot
        if slot.hours is not None:
            admitted.append((limits, slot.hours))
    return slots


def _limits_on(claim: Claim, case: Case, board: Board) -> Limits:
    """The limits that hold, or may, and name any of those who claim the start."""
    named = {rule.rule: rule for judgement in claim for rule in board.limits[judgement.candidate.id]}
    return {name: rule for name, rule in sorted(named.items()) if case.verdicts[name] is not Truth.DOES_NOT_APPLY}


def _slot(limits: Limits, admitted: list[tuple[Limits, Decimal]], case: Case) -> Slot:
    hours, blocking = Decimal(0), None
    while hours <= _HORIZON:
        full = next((rule for rule in limits.values() if _full(rule, hours, admitted, case)), None)
        if full is None:
            return Slot(hours, blocking)
        blocking = full
        if full.then.at_most.otherwise == "alternative" or full.then.at_most.within is None:
            return Slot(None, full)
        hours += 24
    return Slot(None, blocking)


def _full(rule: Limit, hours: Decimal, admitted: list[tuple[Limits, Decimal]], case: Case) -> bool:
    limit = rule.then.at_most
    window = hours_of(limit.within) if limit.within else None
    count = sum(
        1 for limits, start in admitted if rule.rule in limits and (window is None or abs(hours - start) < window)
    )
    if limit.counts_current == "yes":
        count += _current(limit.of, case)
    return count >= limit.count


def _current(target: Target, case: Case) -> int:
    """How many current medicines the target names, those that may be there included."""
    taken = case.facts.taken
    if taken is None:
        return 0
    return sum(1 for medicine in taken.medicines if target.drug == medicine.drug or target.class_ in medicine.classes)
