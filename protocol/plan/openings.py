"""What would bring an option onto the plan: the fewest acts, found backward from the rules, then confirmed.

Proposals come from `ways`; each is written into the assessment and judged anew by the reference, and where it
brings up another obstacle the search goes on from there. The first that holds is cut to what it needs, and a
whole plan, both evaluators and the guard included, must then offer the option.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from protocol.assessment import Assessment
from protocol.errors import EngineFault
from protocol.inference.case import Case
from protocol.plan.answers import Doing
from protocol.plan.explanation import Act, WouldChange
from protocol.plan.loosening import Enough, loosen
from protocol.plan.model import Plan, Reason
from protocol.plan.obstacles import Obstacles
from protocol.plan.reasons import reason, title_of, value_text
from protocol.plan.reasons_against import Against
from protocol.plan.walk import every_line
from protocol.plan.ways import MOST_ACTS, Way, join
from protocol.plan.writing import after, document_after, settings
from protocol.possible import Members
from protocol.terms import Truth

__all__ = ["offers", "what_would_change"]

_MOST_JUDGED = 40
"""Proposals that are judged for one option; engine choice, for an answer within 200 ms."""

_MOST_PLANS = 3
"""Whole plans that are made to confirm; a second is needed only where the first is stopped or differs."""

PlanOf = Callable[[Assessment], Plan]
_VERBS = {
    "answer": "if {name} is found to be {enough}",
    "result": "if {name} becomes {enough} instead of {before}",
    "approval": "once the approval {enough} is recorded",
    "time": "after waiting, once {name} is {enough} instead of {before}",
}


@dataclass
class _Search:
    against: Against
    obstacles: Obstacles
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
            if self.obstacles.stand_aside(changed):
                yield self.cut(way)
            elif len(way) < MOST_ACTS:
                waiting += self._proposals(changed, way)

    def _proposals(self, case: Case, so_far: Way) -> tuple[Way, ...]:
        """Ways from here, each with what was done so far; a fact is not answered twice."""
        done = {doing.finding for doing in so_far}
        ways = join(obstacle.ways for obstacle in self.obstacles.of(case))
        fresh = (way for way in ways if not done & {doing.finding for doing in way})
        return tuple(so_far | way for way in fresh if way and len(so_far | way) <= MOST_ACTS)

    def cut(self, way: Way) -> Way:
        """The way without what it does not need."""
        for doing in sorted(way, key=_key):
            fewer = way - {doing}
            changed = after(self.against.case, fewer) if fewer else None
            if changed is not None and self.obstacles.stand_aside(changed):
                way = fewer
        return way


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
    if against.judgements[option].given_way:
        return _answer(option, title, "none", f"Nothing: {title} gives way to a line that is offered.")
    # Of what is not indicated only an answer that is missing is worth naming: nobody wants a worse result.
    nobody = against.case.verdicts[candidate.rule.rule] is Truth.DOES_NOT_APPLY
    way_there = Obstacles(candidate, against.board, only_answers="yes" if nobody else "no")
    search = _Search(against, way_there)
    if way_there.stand_aside(against.case):
        return _answer(option, title, "offered", f"{title} is offered already.")
    for way in islice(search.found(), _MOST_PLANS):
        exact = tuple(Enough(doing, "") for doing in sorted(way, key=_key))
        for enough in dict.fromkeys((_least(search, way), exact)):
            if offers(plan_of, against.case, [e.doing for e in enough], option):
                return _opened(against.case, option, title, enough)
    return _none(search, title)


def _least(search: _Search, way: Way) -> tuple[Enough, ...]:
    """The way with each act going just far enough; an act that is then not needed is left out."""
    case, there = search.against.case, search.obstacles
    enough = loosen(case, way, there.stand_aside)
    eased = frozenset(e.doing for e in enough)
    cut = search.cut(eased) if len(eased) > 1 else eased
    return enough if cut == eased else loosen(case, cut, there.stand_aside)


def _opened(case: Case, option: str, title: str, enough: tuple[Enough, ...]) -> WouldChange:
    doings = [e.doing for e in enough]
    changed = after(case, doings)
    acts = tuple(
        Act(
            kind=e.doing.kind,
            finding=e.doing.finding,
            title=title_of(case, e.doing.finding),
            before=value_text(case, e.doing.finding),
            after=_brought(e.doing, case, changed),
            enough=e.words or _brought(e.doing, case, changed),
        )
        for e in enough
    )
    told = " and ".join(_VERBS[a.kind].format(name=_named(a.finding), before=a.before, enough=a.enough) for a in acts)
    return WouldChange(
        option=option,
        title=title,
        answer="acts",
        say=f"{title} would be offered {told}.",
        acts=acts,
        settings=settings(case, doings),
        blocked_by=(),
    )


def _brought(doing: Doing, case: Case, changed: Case | None) -> str:
    """What the act brings; of an approval only the new one."""
    if doing.kind == "approval" and isinstance(doing.value, Members):
        before = case.value(doing.finding)
        return ", ".join(sorted(doing.value.listed - (before.listed if isinstance(before, Members) else set())))
    return value_text(changed, doing.finding) if changed else ""


def offers(plan_of: PlanOf, case: Case, way: Iterable[Doing], option: str) -> bool:
    """Whether a whole plan offers the option after these acts."""
    try:
        plan = plan_of(Assessment.read(document_after(case, way)))
    except EngineFault:
        return False
    return any(line.option == option and line.status == "offered" for line in every_line(plan))


def _none(search: _Search, title: str) -> WouldChange:
    obstacles = search.obstacles.of(search.against.case)
    shut = [obstacle for obstacle in obstacles if not obstacle.ways]
    case = search.against.case
    blocked: tuple[Reason, ...] = tuple(
        reason(case, o.rule, o.verdict, o.say)
        for o in (shut or obstacles)
        if o.rule is not None and o.verdict is not Truth.DOES_NOT_APPLY
    )
    option = search.obstacles.candidate.id
    if shut:
        why = shut[0].say.rstrip(".")
        say = f"Nothing that can be answered, measured, approved or awaited would offer {title}: {why}."
    else:
        say = f"{title} would need more than {MOST_ACTS} acts: {len(obstacles)} things are in its way."
    return _answer(option, title, "none", say, blocked=blocked)


def _answer(
    option: str, title: str, answer: Literal["offered", "none"], say: str, blocked: tuple[Reason, ...] = ()
) -> WouldChange:
    return WouldChange(option=option, title=title, answer=answer, say=say, acts=(), settings={}, blocked_by=blocked)


def _key(doing: Doing) -> tuple[str, str, str]:
    return (
        doing.kind,
        doing.finding,
        repr(doing.value) if not isinstance(doing.value, Members) else str(sorted(doing.value.listed)),
    )


_COST = {"answer": 0, "approval": 1, "result": 2, "time": 3}


def _order(way: Way) -> tuple[int, int, list[tuple[str, str, str]]]:
    return len(way), sum(_COST[doing.kind] for doing in way), sorted(map(_key, way))


def _named(finding: str) -> str:
    return finding.replace("_", " ")
