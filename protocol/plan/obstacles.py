"""What keeps an option off the plan of a case, one thing at a time, and the ways round each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from protocol.dosing.dose import NoDose
from protocol.inference.case import Case
from protocol.inference.program import band_name
from protocol.plan.answers import Doing
from protocol.plan.judge import Objection, judge, objections_to
from protocol.plan.lines import dose_candidate
from protocol.plan.ways import Way, Ways
from protocol.possible import Members
from protocol.rules.formulary import Amounts
from protocol.rules.rule import Head
from protocol.rules.targets import Board, Candidate
from protocol.terms import Truth

__all__ = ["Obstacle", "Obstacles"]


@dataclass
class Obstacle:
    """One thing between an option and the plan, and the ways round it."""

    rule: Head | None
    say: str
    verdict: Truth
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Finds what is in an option's way; with `only_answers` ways that change what is known are left out."""

    candidate: Candidate
    board: Board
    only_answers: Literal["yes", "no"] = "no"

    def of(self, case: Case) -> list[Obstacle]:
        """All that keeps the option off the plan of a case."""
        candidate, ways = self.candidate, Ways(case, only_answers=self.only_answers)
        judgement = judge(candidate, case, self.board)
        if judgement.taken:
            return [Obstacle(None, "it is taken already", Truth.APPLIES, ())]
        found = []
        rule, verdict = candidate.rule, case.verdicts[candidate.rule.rule]
        if verdict is not Truth.APPLIES:
            unsettled = "whether it is indicated cannot be settled"
            say = "it is not indicated" if verdict is Truth.DOES_NOT_APPLY else unsettled
            found.append(Obstacle(rule, say, verdict, ways.named(rule.rule, Truth.APPLIES)))
        against = objections_to(candidate, case, self.board)
        found += [self._objection(o, case, ways) for o in against if o.status != "opened"]
        found += self._doses(case, ways)
        return found + self._points(case, ways)

    def _objection(self, objection: Objection, case: Case, ways: Ways) -> Obstacle:
        name, entry = objection.rule.rule, objection.entry
        round_ = ways.named(name, Truth.DOES_NOT_APPLY)
        if entry.approval is not None and self.only_answers == "no":
            round_ = (*_approving(entry.approval, case), *round_)
        return Obstacle(objection.rule, objection.say, objection.verdict, round_)

    def _doses(self, case: Case, ways: Ways) -> list[Obstacle]:
        candidate = self.candidate
        worked = dose_candidate(candidate, case, self.board).worked
        if not isinstance(worked, NoDose) or candidate.drug is None or candidate.regimen is None:
            return []
        prefix = f"{candidate.drug.drug}/{candidate.regimen.regimen}"
        rows: list[tuple[str, Amounts]] = [(f"{prefix}/{row.row}", row) for row in candidate.regimen.rows]
        for bands in candidate.regimen.bands:
            rows += [(band_name(candidate.drug.drug, candidate.regimen, bands, i), b) for i, b in enumerate(bands.rows)]
        refusing = [n for n, row in rows if row.refer or row.refuse]
        names = [n for n in refusing if case.verdicts[n] is not Truth.DOES_NOT_APPLY]
        found = [Obstacle(None, worked.say, case.verdicts[n], ways.named(n, Truth.DOES_NOT_APPLY)) for n in names]
        return found or [Obstacle(None, worked.say, Truth.APPLIES, ())]

    def _points(self, case: Case, ways: Ways) -> list[Obstacle]:
        """Too few points: any plus that comes or minus that goes may do."""
        arm = next(a for a in case.program.ruleset.settings.arms if a.arm == self.candidate.offer.arm)
        total = 0
        round_: list[Way] = []
        for rule, entry in self.board.points[self.candidate.id]:
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

    def stand_aside(self, case: Case) -> bool:
        """Whether nothing is in the way, without asking for ways round it."""
        judgement = judge(self.candidate, case, self.board)
        if judgement.status != "offered":
            return False
        worked = dose_candidate(self.candidate, case, self.board).worked
        return not isinstance(worked, NoDose) and not self._points(case, _NoWays(case))


class _NoWays(Ways):
    """Asks for no way: where only the obstacle counts."""

    def named(self, name: str, wanted: Truth) -> tuple[Way, ...]:
        del name, wanted
        return ()


def _approving(approval: str, case: Case) -> Iterator[Way]:
    for name, raw in case.program.ruleset.vocabulary.findings.items():
        value = case.value(name) if raw.approvals is not None else None
        if isinstance(value, Members):
            yield frozenset({Doing("approval", name, Members(value.listed | {approval}, value.possible | {approval}))})
