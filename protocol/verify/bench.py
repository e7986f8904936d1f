"""The workbench of the proofs: a ruleset as formulas, one patient or two, and questions that stay small.

Each question is asked of a solver that knows only what the question can reach, its cone of influence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from protocol.inference.program import Program
from protocol.rules.condition import findings_of
from protocol.rules.targets import Board, Candidate
from protocol.verify.logic import Formula, Model, Session, every, no
from protocol.verify.patient import Blueprint, Patient
from protocol.verify.relations import reach, related
from protocol.verify.shapes import ListShape, Shape, settled, unknown
from protocol.verify.standing import Standings, conditions_of

__all__ = ["Bench", "Question"]


@dataclass
class Question:
    """A solver that knows some patients as far as some findings reach."""

    patients: tuple[Patient, ...]
    chosen: frozenset[str]
    session: Session = field(default_factory=Session)

    def __post_init__(self) -> None:
        for patient in self.patients:
            for finding in sorted(self.chosen):
                if patient.has_own(finding):
                    self.session.tell([_facts(patient, finding)])

    def can(self, *formulas: Formula) -> bool:
        """Whether there are patients for whom the formulas hold; if not, that is proved."""
        return self.session.can(*formulas)

    def plainest(self, *formulas: Formula) -> tuple[Model, frozenset[str]] | None:
        """Such patients with as much unknown, empty and known exactly as can be, and the findings that matter."""
        session = self.session.again(*formulas)
        if not session.can():
            return None
        said: set[str] = set()
        for finding in sorted(self.chosen):
            shapes = [patient.shape(finding) for patient in self.patients]
            if _suppose(session, [unknown(shape) for shape in shapes]):
                continue
            said.add(finding)
            if any(isinstance(shape, ListShape) for shape in shapes):
                _shorten(session, shapes)
            else:
                _suppose(session, [settled(shape) for shape in shapes])
        model = session.find()
        return None if model is None else (model, frozenset(said))

    def any_found(self, *formulas: Formula) -> tuple[Model, frozenset[str]] | None:
        """Some such patients, the first that come, and what is not unknown of them."""
        model = self.session.find(*formulas)
        if model is None:
            return None
        shapes = {finding: [patient.shape(finding) for patient in self.patients] for finding in self.chosen}
        said = (name for name, parts in shapes.items() if not all(model.holds(unknown(part)) for part in parts))
        return model, frozenset(said)


def _suppose(session: Session, more: list[Formula]) -> bool:
    """Suppose more, if that leaves patients."""
    possible = session.can(*more)
    if possible:
        session.tell(more)
    return possible


def _shorten(session: Session, shapes: list[Shape]) -> None:
    """Leave out of a list what need not be in it: all, or half, and half of the rest."""
    lists = [shape for shape in shapes if isinstance(shape, ListShape)]
    pending = [sorted(lists[0].listed)]
    while pending:
        words = pending.pop()
        if words and not _suppose(session, [no(shape.listed[word]) for shape in lists for word in words]):
            half = len(words) // 2
            pending += [words[:half], words[half:]] if half else []


def _facts(patient: Patient, finding: str) -> Formula:
    """All that makes one chosen finding a set and ties it to others."""
    return patient.once(f"facts of {finding}", lambda: every([*patient.makes(finding), *related(patient, finding)]))


@dataclass
class Bench:
    """Everything that the properties of one ruleset are asked with."""

    program: Program
    board: Board

    @cached_property
    def blueprint(self) -> Blueprint:
        return Blueprint(self.program)

    @cached_property
    def patient(self) -> Patient:
        return Patient(self.blueprint)

    @cached_property
    def standings(self) -> Standings:
        return Standings(self.patient, self.board)

    @cached_property
    def forgetful(self) -> Patient:
        """The same patient, of whom less may be known."""
        return Patient(self.blueprint, "forgotten: ")

    @cached_property
    def forgetful_standings(self) -> Standings:
        return Standings(self.forgetful, self.board)

    def beside(self, conditions: Iterable[str], patients: tuple[Patient, ...], given: str) -> Question:
        """A question about patients who share with the usual one all that does not follow from one given finding."""
        chosen = self.question(conditions).chosen
        question = Question(patients, chosen - {given})
        question.chosen |= {given}
        for patient in patients:
            question.session.tell(patient.makes(given))
        question.session.tell(
            _facts(self.patient, f) for f in sorted(chosen - {given}) if not all(p.has_own(f) for p in patients)
        )
        return question

    def question(self, conditions: Iterable[str], *more: str, patients: tuple[Patient, ...] = ()) -> Question:
        """A question about some conditions, by name, and some findings."""
        names = {f for name in conditions for f in findings_of(self.blueprint.condition(name))}
        return Question(patients or (self.patient,), reach(self.blueprint, {*names, *more, *self._lists}))

    def about(self, candidate: Candidate) -> Iterator[str]:
        """The conditions on which the standing of an option rests."""
        return conditions_of(candidate, self.board, self.blueprint)

    @cached_property
    def _lists(self) -> frozenset[str]:
        """The lists that a standing reads without a condition: what is taken, and what was approved."""
        raws = self.program.ruleset.vocabulary.findings.items()
        return frozenset(name for name, raw in raws if raw.medicines == "drugs" or raw.approvals is not None)
