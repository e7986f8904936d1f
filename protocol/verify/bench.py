"""The workbench of the proofs: a ruleset as formulas, one patient or two, and questions that stay small.

A question is about no more than it can reach, its cone of influence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

from protocol.inference.program import Program
from protocol.rules.condition import findings_of
from protocol.rules.targets import Board, Candidate
from protocol.verify.logic import Formula, Model, Session, every, no
from protocol.verify.patient import Blueprint, Patient
from protocol.verify.relations import reach, related
from protocol.verify.second import confirm
from protocol.verify.shapes import ListShape, Shape, holds_all_of, settled, unknown
from protocol.verify.standing import Standings, conditions_of

__all__ = ["Bench", "Question"]


@dataclass
class Question:
    """What is asked about some patients as far as some findings reach, the cone of influence.

    Answers come from a solver that knows every finding and is asked again and again: what it has learned from one
    question it need not learn for the next. Patients to be shown come from one that knows the cone alone.
    """

    patients: tuple[Patient, ...]
    chosen: frozenset[str]
    tied: tuple[Formula, ...] = ()
    knowing: Session | None = None
    twice: bool = False
    """Whether a second solver has to agree that there is nobody."""

    @cached_property
    def session(self) -> Session:
        return self.knowing or self.alone()

    def alone(self, *formulas: Formula) -> Session:
        """A solver that knows only the cone, and that the formulas hold."""
        session = Session()
        session.tell((*self.told(), *formulas))
        return session

    def told(self) -> list[Formula]:
        """All that is known as far as the cone goes."""
        return [*facts_of(self.patients, self.chosen), *self.tied]

    def can(self, *formulas: Formula) -> bool:
        """Whether there are patients for whom the formulas hold; if not, that is proved."""
        possible = self.session.can(*formulas)
        if self.twice and not possible:
            confirm((*self.told(), *formulas))
        return possible

    def plainest(self, *formulas: Formula) -> tuple[Model, frozenset[str]] | None:
        """Such patients with as much unknown, empty and known exactly as can be, and the findings that matter."""
        session = self.alone(*formulas)
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
        model = self.alone(*formulas).find()
        if model is None:
            return None
        shapes = {finding: [patient.shape(finding) for patient in self.patients] for finding in self.chosen}
        said = (name for name, parts in shapes.items() if not all(model.holds(unknown(part)) for part in parts))
        return model, frozenset(said)


def facts_of(patients: Iterable[Patient], chosen: Iterable[str]) -> Iterator[Formula]:
    """What makes the chosen findings of some patients sets, and ties them to each other."""
    names = sorted(chosen)
    for patient in patients:
        yield from (_facts(patient, finding) for finding in names if patient.has_own(finding))


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
class _Apart(Question):
    """A question about patients who are apart in what follows from one given finding."""

    bench: Bench | None = None
    given: str = ""

    def told(self) -> list[Formula]:
        return list(self.bench.apart(self.chosen, self.patients, self.given)) if self.bench else []


def _less(forgotten: Patient, known: Patient, finding: str) -> Formula:
    return holds_all_of(forgotten.shape(finding), known.shape(finding))


@dataclass
class Bench:
    """Everything that the properties of one ruleset are asked with."""

    program: Program
    board: Board
    twice: bool = False
    _beside: dict[str, Session] = field(default_factory=dict)

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
        if given not in self._beside:
            session = self._beside[given] = Session()
            session.tell(self.apart(self.everything, patients, given))
        return _Apart(patients, chosen | {given}, (), self._beside[given], self.twice, self, given)

    def apart(self, chosen: frozenset[str], patients: tuple[Patient, ...], given: str) -> Iterator[Formula]:
        """What holds of patients who differ in one given finding and in what follows from it."""
        yield from facts_of(patients, chosen - {given})
        for patient in patients:
            yield from patient.makes(given)
        shared = (f for f in sorted(chosen - {given}) if not all(p.has_own(f) for p in patients))
        yield from (_facts(self.patient, finding) for finding in shared)

    def question(self, conditions: Iterable[str], *more: str) -> Question:
        """A question about some conditions, by name, and some findings."""
        return Question((self.patient,), self._cone(conditions, more), (), self._whole, self.twice)

    def forgetting(self, conditions: Iterable[str], *more: str) -> Question:
        """The same about two states of one patient, of whom less is known in the second."""
        chosen = self._cone(conditions, more)
        less = tuple(self._less(chosen))
        return Question((self.patient, self.forgetful), chosen, less, self._whole_forgetting, self.twice)

    def _less(self, findings: Iterable[str]) -> Iterator[Formula]:
        known, forgotten = self.patient, self.forgetful
        for finding in sorted(findings):
            yield forgotten.once(f"less of {finding}", partial(_less, forgotten, known, finding))

    def _cone(self, conditions: Iterable[str], more: Iterable[str]) -> frozenset[str]:
        names = {f for name in conditions for f in findings_of(self.blueprint.condition(name))}
        return reach(self.blueprint, {*names, *more, *self._lists})

    @cached_property
    def everything(self) -> frozenset[str]:
        """Every finding that is chosen and does not follow from rows."""
        return reach(self.blueprint, self.program.domains.of)

    @cached_property
    def _whole(self) -> Session:
        session = Session()
        session.tell(facts_of((self.patient,), self.everything))
        return session

    @cached_property
    def _whole_forgetting(self) -> Session:
        session = Session()
        session.tell(facts_of((self.patient, self.forgetful), self.everything))
        session.tell(self._less(self.everything))
        return session

    def about(self, candidate: Candidate) -> Iterator[str]:
        """The conditions on which the standing of an option rests."""
        return conditions_of(candidate, self.board, self.blueprint)

    @cached_property
    def _lists(self) -> frozenset[str]:
        """The lists that a standing reads without a condition: what is taken, and what was approved."""
        raws = self.program.ruleset.vocabulary.findings.items()
        return frozenset(name for name, raw in raws if raw.medicines == "drugs" or raw.approvals is not None)
