"""Plans by the reference evaluator alone: for whoever makes thousands of rulesets and keeps none of them.

The engine of record never frees a ruleset it was given; promise 11 shows that the two say the same.
"""

from __future__ import annotations

from protocol.assessment import Assessment
from protocol.inference.case import Case
from protocol.inference.derive import derive
from protocol.inference.evaluate import evaluate_all
from protocol.inference.facts import gather
from protocol.inference.medicines import about_medicine
from protocol.inference.program import Program
from protocol.plan.assemble import assemble
from protocol.plan.model import Plan
from protocol.rules.targets import Board

__all__ = ["decided", "planned"]


def decided(program: Program, assessment: Assessment) -> Case:
    """The case of one assessment, verdicts about each medicine included."""
    facts = gather(assessment, program)
    findings, verdicts = derive(program, facts)
    verdicts |= evaluate_all(program.other_conditions, findings)
    domains = program.domains.of
    about = []
    for medicine in facts.taken.medicines if facts.taken else ():
        its = about_medicine(medicine, program.ruleset.vocabulary.findings, domains, assessment.assessed_at)
        unknown = [name for name, value in its.items() if value == domains[name]]
        about.append(evaluate_all(program.about_medicines, findings.with_more(its, unknown)))
    return Case(program, assessment, facts, findings, verdicts, tuple(about))


def planned(program: Program, board: Board, assessment: Assessment) -> Plan:
    """The plan of one assessment, not read by the guard and without an id."""
    return assemble(decided(program, assessment), board, "reference")
