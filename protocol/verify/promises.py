"""Promises 3 and 6 at the level of an option's status: forgetting is safe, and worse never looks better.

Both compare two states of one patient. Forgetting is asked of all findings at once: where every one of them may
be less known and nothing becomes offered, no single one does it either. Worse is asked of one axis at a time,
with everything that does not follow from it unchanged. Doses, points and starts are not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from protocol.inference.case import Case
from protocol.inference.program import reads
from protocol.rules.condition import findings_of
from protocol.rules.settings import Worse
from protocol.rules.targets import Candidate
from protocol.verify.bench import Bench, Question
from protocol.verify.calculated import CALCULATED, agreeing
from protocol.verify.finding import Breach, Outcome
from protocol.verify.logic import Formula, every, follows, no, some
from protocol.verify.patient import Patient
from protocol.verify.replay import Replay, status_of
from protocol.verify.shapes import NumberShape, WordShape, equal, settled
from protocol.verify.standing import Standing, Standings

__all__ = ["forgetting", "unchanged", "worse"]

_RANK = {"offered": 0, "withheld": 1, "refer": 2, "excluded": 3}
_EMERGENCY = "red-flag"


def forgetting(bench: Bench, candidates: Iterable[Candidate]) -> Outcome:
    """Knowing less never offers what was not offered, but for what is declared as what may be unknown."""
    says = "knowing less of any findings never offers an option that was not offered"
    outcome = Outcome("forgetting", says)
    seen: list[frozenset[str]] = []
    for candidate in candidates:
        if candidate.rule.kind != "option":
            continue
        declared = bench.board.excused[candidate.id]
        question, before, after = _two_states(bench, candidate, declared)
        outcome.count += len(question.chosen)
        kept = unchanged(bench, declared)
        # Who is out of scope has no plan to compare with, and half of a conflict may be forgotten.
        broken = (
            after.offered,
            no(before.offered),
            bench.standings.in_scope(),
            kept,
            agreeing(bench.patient, question.chosen),
        )
        if question.can(*broken):
            outcome.breaches += _forgotten(bench, candidate, question, broken, seen)
    return outcome


def _two_states(bench: Bench, candidate: Candidate, declared: frozenset[str]) -> tuple[Question, Standing, Standing]:
    question = bench.forgetting(bench.about(candidate), *declared)
    return question, bench.standings.of(candidate), bench.forgetful_standings.of(candidate)


def unchanged(bench: Bench, findings: Iterable[str]) -> Formula:
    """That these findings are what they were."""
    return every(_same(bench, finding) for finding in sorted(findings))


def _same(bench: Bench, finding: str) -> Formula:
    """That one finding is what it was."""
    mine, theirs = bench.patient, bench.forgetful
    return theirs.once(f"same {finding}", lambda: equal(mine.shape(finding), theirs.shape(finding)))


def _forgotten(
    bench: Bench, candidate: Candidate, question: Question, formulas: tuple[Formula, ...], seen: list[frozenset[str]]
) -> Iterator[Breach]:
    replay = Replay(bench.program, bench.board, question)

    def breaks(before: Case, after: Case) -> bool:
        statuses = [status_of(case, candidate, bench.board) for case in (before, after)]
        return statuses[1] == "offered" != statuses[0]

    forgotten = next((one for one in seen if question.can(*formulas, _kept(bench, question, one))), None)
    new = forgotten is None
    if forgotten is None:
        forgotten = _as_little_as_can_be(bench, question, formulas)
        seen.append(forgotten)
    shown = replay.show((*formulas, _kept(bench, question, forgotten)), breaks, plain=new)
    if shown is not None:
        what = f"{candidate.id} becomes offered when {' and '.join(sorted(forgotten))} is forgotten"
        yield Breach(candidate.rule.rule, candidate.id, what, **shown)


def _kept(bench: Bench, question: Question, forgotten: frozenset[str]) -> Formula:
    """That everything else is as it was."""
    return unchanged(bench, question.chosen - forgotten)


def _as_little_as_can_be(bench: Bench, question: Question, formulas: tuple[Formula, ...]) -> frozenset[str]:
    """The findings of which less must be known for the breach."""
    session = question.alone(*formulas)
    forgotten: set[str] = set()
    for finding in sorted(question.chosen, key=lambda f: (f not in bench.program.deriving, f)):
        same = _same(bench, finding)
        if session.can(same):
            session.tell([same])
        else:
            forgotten.add(finding)
    return frozenset(forgotten)


@dataclass(frozen=True, slots=True)
class _Axis:
    """One axis: a patient, the same one worse, and what follows from the axis."""

    worse: Worse
    better: Patient
    worsened: Patient
    before: Standings
    after: Standings
    step: Formula


def worse(bench: Bench, candidates: Iterable[Candidate]) -> Outcome:
    """Along each axis, worse never improves the status of an option."""
    outcome = Outcome("worse", "along each axis of ruleset.yaml worse never improves the status of an option")
    may_appear = {entry.may_appear for entry in bench.program.ruleset.settings.substitutions}
    asked = [c for c in candidates if c.rule.kind == "option" and c.offer.arm != _EMERGENCY and c.id not in may_appear]
    for axis in bench.program.ruleset.settings.worse:
        follows_from, left = _follow_from(bench, axis.finding)
        if left:
            outcome.notes.append(f"{axis.finding}: taken to leave {', '.join(left)} unchanged")
        made: _Axis | None = None
        shown = False
        for candidate in asked:
            names = list(bench.about(candidate))
            if not _touched(bench, names) & follows_from:
                continue
            made = made or _axis(bench, axis, follows_from)
            outcome.count += 1
            found = list(_improved(bench, made, candidate, names, plain=not shown))
            shown = shown or bool(found)
            outcome.breaches += found
    return outcome


def _touched(bench: Bench, conditions: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    pending = [f for name in conditions for f in findings_of(bench.blueprint.condition(name))]
    while pending:
        finding = pending.pop()
        if finding not in found:
            found.add(finding)
            pending += bench.blueprint.read_by(finding)
    return frozenset(found)


def _follow_from(bench: Bench, axis: str) -> tuple[frozenset[str], list[str]]:
    """The axis and every finding that reads it, directly or not; and the calculations where that is not followed.

    What a score or a formula makes of a worse axis is not known here: it is taken to stay as it is.
    """
    found, left = {axis}, []
    for rule in bench.program.derivations:
        if reads(bench.program, rule) & found:
            written = rule.then.derive.calculate
            if written is None or written.method in CALCULATED:
                found.add(rule.then.derive.finding)
            else:
                left.append(rule.then.derive.finding)
    return frozenset(found), left


def _axis(bench: Bench, axis: Worse, follows_from: frozenset[str]) -> _Axis:
    """Two patients who differ in the axis and in what follows from it; on both the axis is simply given."""
    pair = []
    for tag in ("better", "worse"):
        patient = Patient(bench.blueprint, f"{tag} {axis.finding}: ", bench.patient, follows_from)
        patient.hold(axis.finding)
        pair.append(patient)
    better, worsened = pair
    step = _step(axis, better, worsened)
    return _Axis(axis, better, worsened, Standings(better, bench.board), Standings(worsened, bench.board), step)


def _step(axis: Worse, better: Patient, worsened: Patient) -> Formula:
    """Both ends of the one are no better than those of the other, and each is known exactly or both are sets."""
    good, bad = better.shape(axis.finding), worsened.shape(axis.finding)
    if isinstance(good, NumberShape) and isinstance(bad, NumberShape):
        one, other = (bad, good) if axis.direction == "lower" else (good, bad)
        ends = [follows(one.low_from(r), other.low_from(r)) for r in good.ranks]
        ends += [follows(one.high_from(r), other.high_from(r)) for r in good.ranks]
        return every((*ends, settled(good), settled(bad)))
    if isinstance(good, WordShape) and isinstance(bad, WordShape):
        steps = [follows(good.can[w], some(bad.can[v] for v in axis.words[i:])) for i, w in enumerate(axis.words)]
        return every((*steps, settled(good), settled(bad)))
    message = f"{axis.finding} is no axis"
    raise TypeError(message)


def _improved(bench: Bench, axis: _Axis, candidate: Candidate, names: list[str], *, plain: bool) -> Iterator[Breach]:
    before, after = axis.before.of(candidate), axis.after.of(candidate)
    improved = some(
        (
            every((after.offered, no(before.offered))),
            every((after.withheld, some((before.refer, before.excluded)))),
            every((after.refer, before.excluded)),
        )
    )
    question = bench.beside(names, (axis.better, axis.worsened), axis.worse.finding)
    if not question.can(axis.step, improved):
        return
    replay = Replay(bench.program, bench.board, question, frozenset({axis.worse.finding}))

    def breaks(one: Case, other: Case) -> bool:
        was, now = (status_of(case, candidate, bench.board) for case in (one, other))
        return now in _RANK and (now == "offered" != was or _RANK[now] < _RANK.get(was, -1))

    shown = replay.show((axis.step, improved), breaks, plain=plain)
    if shown is not None:
        what = f"{candidate.id} improves when {axis.worse.finding} worsens"
        yield Breach(candidate.rule.rule, candidate.id, what, **shown)
