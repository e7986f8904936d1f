"""Every option is the first choice of its arm for some patient, and every substitution is met by one."""

from __future__ import annotations

from collections.abc import Iterable

from protocol.rules.settings import Arm
from protocol.rules.targets import Candidate
from protocol.verify.bench import Bench
from protocol.verify.finding import Breach, Outcome
from protocol.verify.logic import Formula, every, no, some, weighs

__all__ = ["firsts", "substitutions"]


def firsts(bench: Bench, candidates: Iterable[Candidate]) -> Outcome:
    """Each option is offered first in its arm to somebody; limits on starts are not looked at."""
    outcome = Outcome("firsts", "every option is offered, and first in its arm, for some patient")
    arms = {arm.arm: arm for arm in bench.program.ruleset.settings.arms}
    for candidate in candidates:
        outcome.count += 1
        arm = arms[candidate.offer.arm]
        rivals = _rivals(bench, candidate, arm)
        conditions = [name for one in (candidate, *rivals) for name in (*bench.about(one), *_points_of(bench, one))]
        question = bench.question(conditions)
        offered = bench.standings.of(candidate).offered
        if not question.can(offered):
            what = f"{candidate.id} is never offered to anybody"
            outcome.breaches.append(Breach(candidate.rule.rule, candidate.id, what))
        elif candidate.rule.kind == "option" and not question.can(
            offered, _enough(bench, candidate, arm), *(_behind(bench, rival, candidate, arm) for rival in rivals)
        ):
            outcome.notes.append(f"{candidate.id} is never first in the arm {arm.arm}")
    return outcome


def _rivals(bench: Bench, candidate: Candidate, arm: Arm) -> list[Candidate]:
    """The options that compete with this one: none where the arm takes them all."""
    if arm.chooses == "all" or candidate.rule.kind != "option":
        return []
    others = (c for c in bench.board.candidates if c.offer.arm == arm.arm and c.rule.kind == "option")
    return [other for other in others if other.id != candidate.id]


def _points_of(bench: Bench, candidate: Candidate) -> list[str]:
    return [rule.rule for rule, _ in bench.board.points[candidate.id]]


def _points(bench: Bench, candidate: Candidate) -> list[tuple[Formula, int]]:
    """What counts for an option: a plus that surely holds, a minus that may."""
    found = []
    for rule, entry in bench.board.points[candidate.id]:
        surely, possibly = bench.patient.named(rule.rule)
        found.append((surely if entry.points > 0 else possibly, entry.points))
    return found


def _enough(bench: Bench, candidate: Candidate, arm: Arm) -> Formula:
    return weighs(_points(bench, candidate), arm.at_least)


def _behind(bench: Bench, rival: Candidate, candidate: Candidate, arm: Arm) -> Formula:
    """The rival is not in the arm's order, or stands behind."""
    standing = bench.standings.of(rival)
    ranked = every((some((standing.offered, standing.withheld)), _enough(bench, rival, arm)))
    ahead = 0 if _tie(arm, candidate) < _tie(arm, rival) else 1
    difference = [*_points(bench, candidate), *((part, -weight) for part, weight in _points(bench, rival))]
    return some((no(ranked), weighs(difference, ahead)))


def _tie(arm: Arm, candidate: Candidate) -> tuple[int, str]:
    return (arm.ties.index(candidate.id) if candidate.id in arm.ties else len(arm.ties), candidate.id)


def substitutions(bench: Bench) -> Outcome:
    """Each substitution has a patient to whom the one is offered while something known speaks against the other."""
    outcome = Outcome("substitutions-needed", "every declared substitution is met by some patient")
    known = {candidate.id: candidate for candidate in bench.board.candidates}
    for entry in bench.program.ruleset.settings.substitutions:
        outcome.count += 1
        lost, appears = known[entry.when_lost], known[entry.may_appear]
        question = bench.question([*bench.about(lost), *bench.about(appears)])
        gone = bench.standings.of(lost)
        if not question.can(bench.standings.of(appears).offered, some((gone.excluded, gone.refer))):
            outcome.notes.append(f"{entry.may_appear} for {entry.when_lost}: no patient meets it")
    return outcome
