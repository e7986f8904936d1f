"""Follows a patient whom the solver found through the reference evaluator and the assembler.

First at the level of findings: raw ones and the answers of calculations are given, everything that rows set is
derived anew. Then, where raw inputs can be written that lead there, as an assessment that `mps plan` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from protocol.assessment import Assessment
from protocol.assessment.medicines import Medicine
from protocol.dosing.dose import NoDose
from protocol.errors import AssessmentError
from protocol.inference.case import Case, undecided
from protocol.inference.derive import derive, value_of
from protocol.inference.evaluate import Findings, evaluate_all
from protocol.inference.examples import text_of
from protocol.inference.facts import Facts, gather
from protocol.inference.medicines import Taken, TakenMedicine
from protocol.inference.program import Program
from protocol.plan.alerts import out_of_scope
from protocol.plan.judge import judge
from protocol.plan.lines import dose_candidate
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import plain
from protocol.rules.rule import Head
from protocol.rules.targets import Board, Candidate
from protocol.terms import Truth
from protocol.verify.bench import Question
from protocol.verify.document import NOW, Unwritable, document_of
from protocol.verify.finding import Replayed
from protocol.verify.logic import Formula, Model
from protocol.verify.patient import Patient
from protocol.verify.witness import witness

__all__ = ["Replay", "Shown", "as_example", "case_at", "case_of", "excused", "stands", "status_of"]


_FEW = 6


class Shown(TypedDict):
    """The parts of a breach that a replay fills in."""

    patient: Mapping[str, str]
    then: Mapping[str, str]
    replayed: Replayed
    held: tuple[str, ...]
    assessment: Mapping[str, Any] | None
    states: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """Finds the plainest patients for some formulas and follows them.

    `given` are findings that keep the value the solver chose although rows would set them.
    """

    program: Program
    board: Board
    question: Question
    given: frozenset[str] = frozenset()

    def show(self, formulas: tuple[Formula, ...], breaks: Callable[..., bool], *, plain: bool = True) -> Shown | None:
        """The patients, or None where there are none; `breaks` gets one case for each patient of the question."""
        found = self.question.plainest(*formulas) if plain else self.question.any_found(*formulas)
        if found is None:
            return None
        model, said = found
        states = [self._chosen(patient, model) for patient in self.question.patients]
        cases = [case_at(self.program, state) for state in states]
        calculated = tuple(sorted(name for name in said if name in self.program.deriving))
        texts = [{name: _text(state[name]) for name in sorted(said | self.given)} for state in states]
        then = {n: t for n, t in texts[-1].items() if t != texts[0][n]} if len(texts) > 1 else {}
        replayed: Replayed = "findings" if breaks(*cases) else "not-replayed"
        # Only the plainest patients are worth the search for raw inputs.
        written = self._written(states, frozenset(calculated), breaks) if plain and not self.given else None
        return Shown(
            patient=texts[0],
            then=then,
            replayed="plan" if written is not None else replayed,
            held=calculated,
            assessment=written,
            states=tuple(self._stated(state, said | self.given) for state in states),
        )

    def _stated(self, state: Mapping[str, Possible], names: frozenset[str]) -> dict[str, Any]:
        domains = self.program.domains.of
        return {name: as_example(state[name], domains[name]) for name in sorted(names)}

    def _chosen(self, patient: Patient, model: Model) -> dict[str, Possible]:
        return patient.findings(self.question.chosen | self.given, model)

    def _written(
        self, states: list[dict[str, Possible]], calculated: frozenset[str], breaks: Callable[..., bool]
    ) -> Mapping[str, Any] | None:
        """The patients as assessments that break the property on a plan; the last of them is the one to look at."""
        documents = []
        for state in states:
            raw = witness(self.program, self.question.patients[0].blueprint.marks, state, calculated)
            if raw is None:
                return None
            try:
                documents.append(document_of(self.program, raw))
                Assessment.read(documents[-1])
            except (Unwritable, AssessmentError):
                return None
        cases = [case_of(self.program, Assessment.read(document)) for document in documents]
        return documents[-1] if breaks(*cases) else None


def as_example(value: Possible, domain: Possible) -> Any:  # noqa: ANN401 - as an example writes it
    """A set in the words of a rule's own examples; a list that is neither open nor closed counts as open."""
    if value == domain:
        return "unknown"
    match value:
        case Numbers(low, high, unit):
            tail = "" if unit == "1" else f" {unit}"
            return f"{plain(low)}{tail}" if low == high else f"{plain(low)}..{plain(high)}{tail}"
        case Words(options):
            return next(iter(options)) if len(options) == 1 else sorted(options)
        case Members(listed, possible):
            return sorted(listed) if listed == possible else {"listed": sorted(listed)}


def _text(value: Possible) -> str:
    """A set as a reader would say it, and of an open list what may be in it where that is little."""
    if isinstance(value, Members) and not value.known:
        perhaps = sorted(value.possible - value.listed)
        if len(perhaps) <= _FEW:
            return f"{', '.join(sorted(value.listed)) or 'none'}, and perhaps {', '.join(perhaps)}"
    return text_of(value)


def case_of(program: Program, assessment: Assessment) -> Case:
    """The case of an assessment by the reference evaluator."""
    facts = gather(assessment, program)
    findings, verdicts = derive(program, facts)
    verdicts |= evaluate_all(program.other_conditions, findings)
    return Case(program, assessment, facts, findings, verdicts)


def case_at(program: Program, given: Mapping[str, Possible]) -> Case:
    """The case of some findings; what is not given is unknown, or what its rows and calculations make of it."""
    findings = Findings()
    for name, raw in program.ruleset.vocabulary.findings.items():
        never_open = raw.medicines in ("unmapped", "doubles") or (raw.closures and not raw.age)
        usual = Words(frozenset({"absent"})) if never_open else program.domains.of[name]
        if raw.approvals is not None:
            usual = Members(frozenset(), frozenset())
        findings.values[name] = given.get(name, usual)
        _note(name, program, findings)
    for rule in program.derivations:
        name = rule.then.derive.finding
        findings.values[name] = given[name] if name in given else value_of(rule, program, findings)
        _note(name, program, findings)
    facts = Facts(taken=_taken(program, findings))
    somebody = Assessment.read({"assessment_id": "found", "assessed_at": NOW, "pain": {"nrs": {"now": 7}}})
    return Case(program, somebody, facts, findings, evaluate_all(program.conditions, findings))


def _note(name: str, program: Program, findings: Findings) -> None:
    domain = program.domains.of[name]
    if findings.values[name] == domain and not domain.known:
        findings.unknown.add(name)


def _taken(program: Program, findings: Findings) -> Taken:
    listed: set[str] = set()
    for name, raw in program.ruleset.vocabulary.findings.items():
        value = findings.values[name]
        if raw.medicines == "drugs" and isinstance(value, Members):
            listed |= value.listed
    drugs = [program.ruleset.drugs[drug] for drug in sorted(listed)]
    return Taken(
        tuple(
            TakenMedicine(d.drug, d.title, d.drug, frozenset(d.classes), Medicine(drug=d.drug), d.taper, opioid=False)
            for d in drugs
        )
    )


def status_of(case: Case, candidate: Candidate, board: Board) -> str:
    """How the option stands on the plan, its dose included."""
    if out_of_scope(case):
        return "not-indicated"
    judgement = judge(candidate, case, board)
    if judgement.status in ("offered", "withheld"):
        worked = dose_candidate(candidate, case, board).worked
        if isinstance(worked, NoDose):
            judgement = replace(judgement, undosable=worked)
    return judgement.status


def excused(rule: Head, case: Case, declared: frozenset[str]) -> bool:
    """Whether all that keeps a rule's condition open is declared; the guard asks the same of a plan."""
    if undecided(case.program.conditions[rule.rule], case) <= declared:
        return True
    behind = case.open_inputs(rule.rule)
    return bool(behind) and behind <= declared


def stands(case: Case, rule: Head, declared: frozenset[str]) -> bool:
    """Whether a rule applies, or cannot be told for a reason that is not declared."""
    verdict = case.verdicts[rule.rule]
    return verdict is Truth.APPLIES or (verdict is Truth.CANNOT_TELL and not excused(rule, case, declared))
