"""How each option stands for a patient: the combination table of `protocol.plan.judge`, as formulas.

    excluded > refer > withheld > offered

Points below the `at_least` of an arm and limits on starts are left out: they only take lines away, so what is
never offered here is never offered on a plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from protocol.inference.program import band_name
from protocol.rules.formulary import Amounts
from protocol.rules.rule import Entry, ScopeRule
from protocol.rules.targets import Barrier, Board, Candidate
from protocol.verify.logic import Formula, every, no, some
from protocol.verify.patient import Blueprint, Patient
from protocol.verify.shapes import ListShape

__all__ = ["Standing", "Standings", "conditions_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The status of one option: exactly one of these holds, or the option is not indicated."""

    offered: Formula
    withheld: Formula
    refer: Formula
    excluded: Formula


@dataclass
class Standings:
    """The standing of every option for one patient, each worked out when it is asked for."""

    patient: Patient
    board: Board
    _known: dict[str, Standing] = field(default_factory=dict)

    def of(self, candidate: Candidate) -> Standing:
        if candidate.id not in self._known:
            self._known[candidate.id] = self._stand(candidate)
        return self._known[candidate.id]

    def _stand(self, candidate: Candidate) -> Standing:
        surely, possibly = self.patient.named(candidate.rule.rule)
        thought_of = every((self.in_scope(), possibly, no(self.taken(candidate))))
        excluded, refer, withheld = [], [], []
        for barrier in self.board.barriers[candidate.id]:
            applies, open_ = self.against(barrier, candidate)
            match barrier.entry.degree:
                case "absolute":
                    excluded.append(applies)
                case "senior":
                    refer.append(applies)
                case "approval":
                    withheld.append(applies)
            withheld.append(open_)
        no_dose, no_dose_yet = self._undosable(candidate)
        out = some(excluded)
        sent = some((*refer, no_dose))
        waits = some((*withheld, no_dose_yet, no(surely)))
        return Standing(
            offered=every((thought_of, surely, no(out), no(sent), no(waits))),
            withheld=every((thought_of, no(out), no(sent), waits)),
            refer=every((thought_of, no(out), sent)),
            excluded=every((thought_of, out)),
        )

    def against(self, barrier: Barrier, candidate: Candidate) -> tuple[Formula, Formula]:
        """Whether an entry bars an option because its rule applies, and because that cannot be told."""
        entry = barrier.entry
        if entry.scope not in candidate.scopes:
            return False, False
        surely, possibly = self.patient.named(barrier.rule.rule)
        closed = no(self.approved(entry))
        open_ = False if entry.if_unknown == "allow" else every((closed, possibly, no(surely)))
        return every((closed, surely)), open_

    def approved(self, entry: Entry) -> Formula:
        """Whether the approval that opens the entry is on record."""
        if entry.degree != "approval":
            return False
        raws = self.patient.blueprint.program.ruleset.vocabulary.findings
        shapes = [self.patient.shape(name) for name, raw in raws.items() if raw.approvals is not None]
        return some(s.listed.get(str(entry.approval), False) for s in shapes if isinstance(s, ListShape))

    def taken(self, candidate: Candidate) -> Formula:
        """Whether the option's drug is taken already, so that the line of that medicine reviews it."""
        if candidate.drug is None or candidate.offer.if_taken == "offer":
            return False
        raws = self.patient.blueprint.program.ruleset.vocabulary.findings
        shapes = [self.patient.shape(name) for name, raw in raws.items() if raw.medicines == "drugs"]
        return some(s.listed.get(candidate.drug.drug, False) for s in shapes if isinstance(s, ListShape))

    def in_scope(self) -> Formula:
        """Whether no rule ends the engine's competence for this patient."""
        rules = self.patient.blueprint.program.ruleset.of(ScopeRule)
        return every(no(self.patient.named(rule.rule)[0]) for rule in rules)

    def _undosable(self, candidate: Candidate) -> tuple[Formula, Formula]:
        """Whether no dose can be had at all, and whether one can only be had once something is answered."""
        if candidate.drug is None or candidate.regimen is None:
            return False, False
        rows = [(self.patient.named(name), row) for name, row in _rows(candidate)]
        refusing = [pair for pair, row in rows if row.refer or row.refuse]
        refused = some(surely for surely, _ in refusing)
        may_be = some(possibly for _, possibly in refusing)
        amount = some(possibly for (_, possibly), row in rows if row.dose or row.per_kg)
        return some((refused, every((no(may_be), no(amount))))), every((may_be, no(refused)))


def _rows(candidate: Candidate) -> Iterator[tuple[str, Amounts]]:
    if candidate.drug is None or candidate.regimen is None:
        return
    drug, regimen = candidate.drug.drug, candidate.regimen
    for row in regimen.rows:
        yield f"{drug}/{regimen.regimen}/{row.row}", row
    for bands in regimen.bands:
        for i, band in enumerate(bands.rows):
            yield band_name(drug, regimen, bands, i), band


def conditions_of(candidate: Candidate, board: Board, blueprint: Blueprint) -> Iterator[str]:
    """The names of the conditions on which the standing of an option rests."""
    yield candidate.rule.rule
    yield from (b.rule.rule for b in board.barriers[candidate.id] if b.entry.scope in candidate.scopes)
    yield from (name for name, _ in _rows(candidate))
    yield from (rule.rule for rule in blueprint.program.ruleset.of(ScopeRule))
