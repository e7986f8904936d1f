"""What would bring an option onto the plan: the fewest acts, found backward from the rules, then confirmed.

Proposals come from `ways`; each is written into the assessment and judged anew by the reference, and where it
brings up another obstacle the search goes on from there. The first that holds is cut to what it needs, and a
whole plan, both evaluators and the guard included, must then offer the option.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from protocol.assessment import Assessment
from protocol.dosing.dose import NoDose
from protocol.errors import EngineFault
from protocol.inference.case import Case
from protocol.inference.program import band_name
from protocol.plan.answers import Doing, after, document_after
from protocol.plan.explanation import Act, WouldChange
from protocol.plan.judge import Objection, judge, objections_to
from protocol.plan.lines import dose_candidate
from protocol.plan.model import Plan, Reason
from protocol.plan.reasons import reason, title_of, value_text
from protocol.plan.reasons_against import Against
from protocol.plan.walk import every_line
from protocol.plan.ways import MOST_ACTS, Way, Ways, join
from protocol.possible import Members
from protocol.rules.rule import Head
from protocol.rules.targets import Candidate
from protocol.terms import Truth

__all__ = ["offers", "what_would_change"]

_MOST_JUDGED = 40
"""Proposals that are judged for one option; engine choice, for an answer within 200 ms."""

_MOST_PLANS = 3
"""Whole plans that are made to confirm; a second is needed only where the first is stopped or differs."""

PlanOf = Callable[[Assessment], Plan]
_VERBS = {
    "answer": "if {name} is found to be {after}",
    "result": "if {name} becomes {after} instead of {before}",
    "approval": "once the approval {after} is recorded",
    "time": "after waiting, once {name} is {after} instead of {before}",
}


@dataclass
class Obstacle:
    """One thing between an option and the plan, and the ways round it."""

    rule: Head | None
    say: str
    verdict: Truth
    ways: tuple[Way, ...]


@dataclass
class _Search:
    against: Against
    candidate: Candidate
    only_answers: bool = False
    judged: int = 0
    seen: set[Way] = field(default_factory=set)

    def found(self) -> Iterator[Way]:
        """Ways after which the reference offers the option, fewest acts first."""
        case = self.against.case
        waiting: list[Way] = list(self._proposals(case, frozenset()))
        while waiting and self.judged < _MOST_JUDGED:
            waiting.sort(key=_order)
            way = waiting.pop(0)
            if way in self.seen or not way:
                continue
            self.seen.add(way)
            self.judged += 1
            changed = after(case, way)
            if changed is None:
                continue
            if self.stands(changed):
                yield self._cut(way)
            elif len(way) < MOST_ACTS:
                waiting += self._proposals(changed, way)

    def _proposals(self, case: Case, so_far: Way) -> tuple[Way, ...]:
        """Ways from here, each with what was done so far; a fact is not answered twice."""
        done = {doing.finding for doing in so_far}
        ways = join(obstacle.ways for obstacle in self.obstacles(case))
        fresh = (way for way in ways if not done & {doing.finding for doing in way})
        return tuple(so_far | way for way in fresh if way and len(so_far | way) <= MOST_ACTS)

    def obstacles(self, case: Case) -> list[Obstacle]:
        """All that keeps the option off the plan of a case."""
        candidate, ways = self.candidate, Ways(case, self.only_answers)
        judgement = judge(candidate, case, self.against.board)
        if judgement.taken:
            return [Obstacle(None, "it is taken already", Truth.APPLIES, ())]
        found = []
        rule, verdict = candidate.rule, case.verdicts[candidate.rule.rule]
        if verdict is not Truth.APPLIES:
            unsettled = "whether it is indicated cannot be settled"
            say = "it is not indicated" if verdict is Truth.DOES_NOT_APPLY else unsettled
            found.append(Obstacle(rule, say, verdict, ways.named(rule.rule, Truth.APPLIES)))
        against = objections_to(candidate, case, self.against.board)
        found += [self._objection(o, case, ways) for o in against if o.status != "opened"]
        found += self._doses(case, ways)
        return found + self._points(case, ways)

    def _objection(self, objection: Objection, case: Case, ways: Ways) -> Obstacle:
        name, entry = objection.rule.rule, objection.entry
        round_ = ways.named(name, Truth.DOES_NOT_APPLY)
        if entry.approval is not None and not self.only_answers:
            round_ = (*_approving(entry.approval, case), *round_)
        return Obstacle(objection.rule, objection.say, objection.verdict, round_)

    def _doses(self, case: Case, ways: Ways) -> list[Obstacle]:
        candidate = self.candidate
        worked = dose_candidate(candidate, case, self.against.board).worked
        if not isinstance(worked, NoDose) or candidate.drug is None or candidate.regimen is None:
            return []
        prefix = f"{candidate.drug.drug}/{candidate.regimen.regimen}"
        rows = [(f"{prefix}/{row.row}", row) for row in candidate.regimen.rows]
        for bands in candidate.regimen.bands:
            rows += [(band_name(candidate.drug.drug, candidate.regimen, bands, i), b) for i, b in enumerate(bands.rows)]
        refusing = [n for n, row in rows if row.refer or row.refuse]
        names = [n for n in refusing if case.verdicts[n] is not Truth.DOES_NOT_APPLY]
        found = [Obstacle(None, worked.say, case.verdicts[n], ways.named(n, Truth.DOES_NOT_APPLY)) for n in names]
        return found or [Obstacle(None, worked.say, Truth.APPLIES, ())]

    def _points(self, case: Case, ways: Ways) -> list[Obstacle]:
        """Too few points: any plus that comes or minus that goes may do."""
        arm = next(a for a in case.program.ruleset.settings.arms if a.arm == self.candidate.offer.arm)
        total, round_ = 0, []
        for rule, entry in self.against.board.points[self.candidate.id]:
            verdict = case.verdicts[rule.rule]
            counts = verdict is Truth.APPLIES or (verdict is Truth.CANNOT_TELL and entry.points < 0)
            total += entry.points if counts else 0
            if entry.points > 0 and verdict is not Truth.APPLIES:
                round_ += ways.named(rule.rule, Truth.APPLIES)
            elif entry.points < 0 and counts:
                round_ += ways.named(rule.rule, Truth.DOES_NOT_APPLY)
        if total >= arm.at_least or self.candidate.rule.kind != "option":
            return []
        say = f"it has {total} points and needs {arm.at_least}"
        return [Obstacle(None, say, Truth.APPLIES, tuple(round_))]

    def stands(self, case: Case) -> bool:
        return not self.obstacles_brief(case)

    def obstacles_brief(self, case: Case) -> bool:
        """Whether anything is in the way, without asking for ways round it."""
        judgement = judge(self.candidate, case, self.against.board)
        if judgement.status != "offered":
            return True
        worked = dose_candidate(self.candidate, case, self.against.board).worked
        return isinstance(worked, NoDose) or bool(self._points(case, _NoWays(case)))

    def _cut(self, way: Way) -> Way:
        """The way without what it does not need."""
        for doing in sorted(way, key=_key):
            fewer = way - {doing}
            changed = after(self.against.case, fewer) if fewer else None
            if changed is not None and self.stands(changed):
                way = fewer
        return way


class _NoWays(Ways):
    """Asks for no way: where only the obstacle counts."""

    def named(self, name: str, wanted: Truth) -> tuple[Way, ...]:
        del name, wanted
        return ()


def what_would_change(against: Against, option: str, plan_of: PlanOf) -> WouldChange:
    """The fewest acts that would offer an option, confirmed by `plan_of`; or that there are none, and why.

    Raises:  LookupError when the ruleset has no such option.
    """
    candidate = next((c for c in against.board.candidates if c.id == option), None)
    if candidate is None:
        raise LookupError(option)
    title = candidate.offer.title.rstrip(".")
    if against.scope:
        say = f"Nothing: {title} is not for a patient of whom this ruleset does not speak."
        return _answer(option, title, "none", say, blocked=tuple(against.scope))
    # Of what is not indicated only an answer that is missing is worth naming: nobody wants a worse result.
    nobody = against.case.verdicts[candidate.rule.rule] is Truth.DOES_NOT_APPLY
    search = _Search(against, candidate, only_answers=nobody)
    if search.stands(against.case):
        return _answer(option, title, "offered", f"{title} is offered already.")
    tried = 0
    for way in search.found():
        tried += 1
        if offers(plan_of, against.case, way, option):
            acts = _acts(against.case, way)
            told = " and ".join(_VERBS[a.kind].format(name=_named(a.finding), before=a.before, after=a.after) for a in acts)
            return _answer(option, title, "acts", f"{title} would be offered {told}.", acts)
        if tried == _MOST_PLANS:
            break
    return _none(search, title)


def offers(plan_of: PlanOf, case: Case, way: Way, option: str) -> bool:
    """Whether a whole plan offers the option after these acts."""
    try:
        plan = plan_of(Assessment.read(document_after(case, way)))
    except EngineFault:
        return False
    return any(line.option == option and line.status == "offered" for line in every_line(plan))


def _none(search: _Search, title: str) -> WouldChange:
    obstacles = search.obstacles(search.against.case)
    shut = [obstacle for obstacle in obstacles if not obstacle.ways]
    case = search.against.case
    blocked: tuple[Reason, ...] = tuple(
        reason(case, o.rule, o.verdict, o.say)
        for o in (shut or obstacles)
        if o.rule is not None and o.verdict is not Truth.DOES_NOT_APPLY
    )
    option = search.candidate.id
    if shut:
        why = shut[0].say.rstrip(".")
        say = f"Nothing that can be answered, measured, approved or awaited would offer {title}: {why}."
    else:
        say = f"{title} would need more than {MOST_ACTS} acts: {len(obstacles)} things are in its way."
    return _answer(option, title, "none", say, blocked=blocked)


def _answer(
    option: str,
    title: str,
    answer: str,
    say: str,
    acts: tuple[Act, ...] = (),
    blocked: tuple[Reason, ...] = (),
) -> WouldChange:
    return WouldChange.model_validate(
        {"option": option, "title": title, "answer": answer, "say": say, "acts": acts, "blocked_by": blocked}
    )


def _acts(case: Case, way: Way) -> tuple[Act, ...]:
    changed = after(case, way)
    return tuple(
        Act(
            kind=doing.kind,
            finding=doing.finding,
            title=title_of(case, doing.finding),
            before=value_text(case, doing.finding),
            after=value_text(changed, doing.finding) if changed else "",
        )
        for doing in sorted(way, key=_key)
    )


def _approving(approval: str, case: Case) -> Iterator[Way]:
    for name, raw in case.program.ruleset.vocabulary.findings.items():
        value = case.value(name) if raw.approvals is not None else None
        if isinstance(value, Members):
            yield frozenset({Doing("approval", name, Members(value.listed | {approval}, value.possible | {approval}))})


def _key(doing: Doing) -> tuple[str, str, str]:
    return doing.kind, doing.finding, repr(doing.value) if not isinstance(doing.value, Members) else str(sorted(doing.value.listed))


_COST = {"answer": 0, "approval": 1, "result": 2, "time": 3}


def _order(way: Way) -> tuple[int, int, list[tuple[str, str, str]]]:
    return len(way), sum(_COST[doing.kind] for doing in way), sorted(map(_key, way))


def _named(finding: str) -> str:
    return finding.replace("_", " ")
