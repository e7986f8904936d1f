"""The two rulesets that tests run on, each compiled once in a process.

The engine of record never frees a ruleset. `shipped` is the medicine. `small` holds every kind of rule once
or twice and drugs that do not exist: with it a property test draws thousands of patients in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from protocol.assessment import Assessment
from protocol.engine import Engine
from protocol.inference.case import Case
from protocol.inference.derive import value_of
from protocol.inference.evaluate import Findings, evaluate_all
from protocol.inference.facts import gather
from protocol.inference.medicines import about_medicine
from protocol.inference.program import Program
from protocol.plan.assemble import assemble
from protocol.plan.model import Plan
from protocol.possible import Possible
from protocol.rules.load import load_ruleset
from protocol.rules.targets import Board

__all__ = ["FOLDERS", "NAMES", "ROOT", "Decided", "decide", "engine", "findings_of", "plan_of"]

Name = Literal["small", "shipped"]

ROOT = Path(__file__).parents[1]
FOLDERS: Mapping[Name, Path] = {
    "small": ROOT / "tests" / "rulesets" / "small",
    "shipped": ROOT / "rulesets" / "malignant-psoas-syndrome",
}
NAMES: tuple[Name, ...] = ("small", "shipped")


@cache
def engine(name: Name) -> Engine:
    """The engine of one ruleset."""
    return Engine(load_ruleset(FOLDERS[name]))


@dataclass(frozen=True, slots=True)
class Decided:
    """One patient: what was decided, and the plan that was assembled from it."""

    case: Case
    plan: Plan


def findings_of(program: Program, assessment: Assessment, held: Mapping[str, Possible] | None = None) -> Findings:
    """Every finding of one assessment; those in `held` are what they are told to be, whatever they read."""
    held = held or {}
    facts = gather(assessment, program)
    values = {name: seen.possible for name, seen in facts.seen.items()} | {
        name: value for name, value in held.items() if name in facts.seen
    }
    findings = Findings(values)
    for name in values:
        _note(name, program, findings)
    for rule in program.derivations:
        name = rule.then.derive.finding
        findings.values[name] = held.get(name) or value_of(rule, program, findings)
        _note(name, program, findings)
    return findings


def _note(name: str, program: Program, findings: Findings) -> None:
    domain = program.domains.of[name]
    if findings.values[name] == domain and not domain.known:
        findings.unknown.add(name)


def decide(program: Program, assessment: Assessment, held: Mapping[str, Possible] | None = None) -> Case:
    """The case of one assessment by the reference evaluator alone.

    Promise 11 shows that the engine of record says the same; without it a comparison of many plans is cheap,
    and findings can be held at a value.
    """
    findings = findings_of(program, assessment, held)
    facts = gather(assessment, program)
    about = []
    for medicine in facts.taken.medicines if facts.taken else ():
        its = about_medicine(medicine, program.ruleset.vocabulary.findings, program.domains.of, assessment.assessed_at)
        unknown = [name for name, value in its.items() if value == program.domains.of[name]]
        about.append(evaluate_all(program.about_medicines, findings.with_more(its, unknown)))
    return Case(program, assessment, facts, findings, evaluate_all(program.conditions, findings), tuple(about))


def plan_of(
    program: Program, board: Board, assessment: Assessment, held: Mapping[str, Possible] | None = None
) -> Decided:
    """The plan of one assessment by the reference evaluator alone, not read by the guard."""
    case = decide(program, assessment, held)
    return Decided(case, assemble(case, board, "reference"))
