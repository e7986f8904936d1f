"""The combination table: what all rules together make of each option.

    excluded > refer > withheld > offered, all reasons kept.

There are no priorities. An absolute exclusion beats any reason for an option; what cannot be told withholds
a start and asks; an approval opens only by a recorded, valid one; a senior entry refers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from protocol.dosing.dose import NoDose
from protocol.inference.case import Case
from protocol.possible import Members
from protocol.rules.rule import Caution, Entry, Head, Interaction, Refer
from protocol.rules.targets import Barrier, Board, Candidate
from protocol.terms import Truth

__all__ = ["Judgement", "Objection", "Status", "judge", "objections_to", "warnings_for"]

Status = Literal["offered", "withheld", "excluded", "refer", "not-indicated"]

_STRICTEST_FIRST: tuple[Status, ...] = ("not-indicated", "excluded", "refer", "withheld")

_SILENT = Truth.DOES_NOT_APPLY
"""Named once: looking it up takes longer than comparing it, and a plan compares thousands."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One entry against one option: the rule, what it makes of the option, and in what words."""

    rule: Head
    entry: Entry
    verdict: Truth
    status: Literal["excluded", "refer", "withheld", "opened"]
    say: str


@dataclass(slots=True)
class Judgement:
    """What stands against a candidate, and the status that follows."""

    candidate: Candidate
    indicated: Truth
    objections: list[Objection] = field(default_factory=list)
    taken: bool = False
    undosable: NoDose | None = None
    given_way: bool = False
    """An option that this line stands in for is offered."""

    @property
    def status(self) -> Status:
        if self.indicated is Truth.DOES_NOT_APPLY or self.taken:
            return "not-indicated"
        if self.given_way:
            return "not-indicated"
        found: list[str] = [objection.status for objection in self.objections]
        if self.undosable is not None:
            found.append(self.undosable.status)
        for status in _STRICTEST_FIRST:
            if status in found:
                return status
        return "withheld" if self.indicated is Truth.CANNOT_TELL else "offered"

    @property
    def refer(self) -> Refer | None:
        """The person to whom the strictest of the referring entries sends."""
        return next((o.entry.refer for o in self.objections if o.status == "refer" and o.entry.refer), None)


def judge(candidate: Candidate, case: Case, board: Board) -> Judgement:
    """Weigh every entry of every rule against one option."""
    judgement = Judgement(candidate, case.verdicts[candidate.rule.rule], taken=_taken(candidate, case))
    if judgement.status == "not-indicated":
        return judgement
    judgement.objections = objections_to(candidate, case, board)
    return judgement


def objections_to(candidate: Candidate, case: Case, board: Board) -> list[Objection]:
    """Every entry that stands against an option, whether or not it is indicated."""
    found = []
    scopes = candidate.scopes
    for barrier in board.barriers[candidate.id]:
        if case.verdicts[barrier.rule.rule] is not _SILENT and barrier.entry.scope in scopes:
            objection = _object(barrier, case)
            if objection is not None:
                found.append(objection)
    return found


def _object(barrier: Barrier, case: Case) -> Objection | None:
    rule, entry, say = barrier.rule, barrier.entry, barrier.say
    verdict = case.verdicts[rule.rule]
    if entry.degree == "approval" and _approved(entry, case):
        return Objection(rule, entry, verdict, "opened", say)
    if verdict is Truth.CANNOT_TELL:
        if entry.if_unknown == "allow":
            return None
        return Objection(rule, entry, verdict, "withheld", say)
    status: dict[str, Literal["excluded", "refer", "withheld"]] = {
        "absolute": "excluded",
        "senior": "refer",
        "approval": "withheld",
    }
    return Objection(rule, entry, verdict, status[entry.degree], say)


def _approved(entry: Entry, case: Case) -> bool:
    recorded = (case.value(name) for name in case.program.approvals)
    return any(isinstance(held, Members) and entry.approval in held.listed for held in recorded)


def _taken(candidate: Candidate, case: Case) -> bool:
    """Whether the option's drug is among the recorded medicines; then its line is the current one."""
    if candidate.drug is None or case.facts.taken is None or candidate.offer.if_taken == "offer":
        return False
    return candidate.drug.drug in case.facts.taken.drugs


def warnings_for(candidate: Candidate, case: Case, board: Board) -> list[Caution | Interaction]:
    """The cautions on an option that apply or cannot be told; their limits hold either way."""
    cautions = board.cautions[candidate.id]
    return [rule for rule in cautions if case.verdicts[rule.rule] is not _SILENT]
