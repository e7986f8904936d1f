"""The front door: an assessment in, a plan out, or a fault and no plan.

durable_rules decides which rules fire; the reference evaluator says what each rule means. Both run on every
plan, and where they differ no plan leaves.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from protocol.assessment import Assessment
from protocol.errors import EngineFault, Fault
from protocol.inference.case import Case
from protocol.inference.compile import compile_ruleset
from protocol.inference.derive import derive
from protocol.inference.evaluate import evaluate_all
from protocol.inference.facts import gather
from protocol.inference.matcher import Matcher
from protocol.inference.medicines import about_medicine
from protocol.inference.program import Program
from protocol.plan.assemble import assemble
from protocol.plan.guard import guard
from protocol.plan.model import Plan
from protocol.rules.rule import RedFlag
from protocol.rules.ruleset import Ruleset
from protocol.rules.targets import set_out
from protocol.terms import Truth

__all__ = ["Engine"]


def _version() -> str:
    try:
        return f"mps-protocol {version('mps-protocol')}"
    except PackageNotFoundError:
        return "mps-protocol, not installed"


class Engine:
    """A ruleset, compiled once, ready for any number of assessments from any number of threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.program: Program = compile_ruleset(ruleset)
        self.board = set_out(ruleset)
        self.matcher = Matcher(self.program.conditions, self.program.domains.of)
        self.medicine_matcher = Matcher(self.program.about_medicines, self.program.domains.of)

    def plan(self, assessment: Assessment) -> Plan:
        """Make the plan of one assessment.

        Raises:  EngineFault when the evaluators differ or the plan breaks an invariant; it carries the red
                 flags on which both agree, so that a fault never hides danger.
        """
        case = self.decide(assessment)
        plan = assemble(case, self.board, _version())
        faults = guard(plan, case, self.board)
        if faults:
            raise EngineFault(*faults, agreed_red_flags=_red_flags(case))
        return plan.with_identity()

    def decide(self, assessment: Assessment) -> Case:
        """Everything that is decided before the plan is put together; the evaluators agree on all of it."""
        facts = gather(assessment, self.program)
        findings, verdicts = derive(self.program, facts)
        verdicts |= evaluate_all(self.program.other_conditions, findings)
        agreed = self._agree(verdicts, self.matcher.evaluate(findings))
        about = []
        for medicine in facts.taken.medicines if facts.taken else ():
            its = about_medicine(
                medicine, self.program.ruleset.vocabulary.findings, self.program.domains.of, assessment.assessed_at
            )
            unknown = [name for name, value in its.items() if value == self.program.domains.of[name]]
            these = findings.with_more(its, unknown)
            of_this = evaluate_all(self.program.about_medicines, these)
            self._agree(of_this, self.medicine_matcher.evaluate(these), agreed)
            about.append(of_this)
        return Case(self.program, assessment, facts, findings, verdicts, tuple(about))

    def _agree(
        self, reference: dict[str, Truth], matched: dict[str, Truth], flags: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """The red flags on which both agree; `flags` are those found before, for rules about medicines."""
        agreed = flags or tuple(
            rule.then.alert.say
            for rule in self.program.ruleset.of(RedFlag)
            if reference.get(rule.rule) is matched.get(rule.rule) is Truth.APPLIES
        )
        if reference != matched:
            names = sorted(reference.keys() | matched.keys())
            differing = [n for n in names if reference.get(n) != matched.get(n)]
            raise EngineFault(*(_difference(n, reference, matched) for n in differing), agreed_red_flags=agreed)
        return agreed


def _difference(name: str, reference: dict[str, Truth], matched: dict[str, Truth]) -> Fault:
    what = f"the rule engine says {matched.get(name, 'nothing')}, the reference says {reference.get(name, 'nothing')}"
    return Fault(name, what, "report this with the assessment; give no treatment from this engine for this patient")


def _red_flags(case: Case) -> tuple[str, ...]:
    flags = case.program.ruleset.of(RedFlag)
    return tuple(rule.then.alert.say for rule in flags if case.verdicts[rule.rule] is Truth.APPLIES)
