"""Who notices a wrong edit: the checks that a maintainer runs, the cheap ones first.

In order: reading the part, the second entry, compiling, the rule's own examples, the other checks of the rule, of
the formulary and of the safety case, and last the plans of the ruleset's stories and the guard that reads them.
A mutant that no one notices survives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from protocol.assessment import Assessment
from protocol.errors import RulesetError
from protocol.inference.case import Case
from protocol.inference.check import check_rule
from protocol.inference.derive import value_of
from protocol.inference.evaluate import truth
from protocol.inference.examples import run_examples_of
from protocol.inference.lint_formulary import formulary_faults
from protocol.inference.lint_safety import safety_faults
from protocol.inference.lint_second_entry import second_entry_faults
from protocol.inference.program import Program
from protocol.plan.assemble import assemble
from protocol.plan.guard import guard
from protocol.plan.model import Plan
from protocol.rules.rewrite import rewritten, without
from protocol.rules.rule import FindingRule, Head
from protocol.rules.targets import Board, set_out
from protocol.terms import Truth
from protocol.verify.equivalent import same_meaning
from protocol.verify.mutant import DROPPED, Mutant
from protocol.verify.rebuilt import rebuilt
from protocol.verify.reference import decided

__all__ = ["EQUIVALENT", "Story", "Suite"]

EQUIVALENT = "equivalent"
"""The verdict on a mutant that changes nothing: it is neither killed nor survives."""

_SILENT = Truth.DOES_NOT_APPLY


@dataclass(frozen=True, slots=True)
class Story:
    """One whole patient with the case and the plan as they are meant."""

    assessment: Assessment
    case: Case
    plan: Plan


@dataclass
class Suite:
    """A ruleset that passes, and all that would notice an edit of it: its checks, and the plans of some stories."""

    program: Program
    assessments: Mapping[str, Assessment] = field(default_factory=dict)

    @cached_property
    def board(self) -> Board:
        return set_out(self.program.ruleset)

    @cached_property
    def _known(self) -> frozenset[str]:
        """What the safety case says of the ruleset as it is: nothing, of one that may be released."""
        return frozenset(fault.what for fault in safety_faults(self.program))

    @cached_property
    def stories(self) -> list[Story]:
        """The stories with their plans before any edit."""
        cases = [(a, decided(self.program, a)) for _, a in sorted(self.assessments.items())]
        return [Story(a, case, assemble(case, self.board, "reference")) for a, case in cases]

    def killer(self, mutant: Mutant) -> str | None:
        """Who notices the mutant, or None where it survives."""
        ruleset, name = self.program.ruleset, mutant.item
        try:
            if not mutant.path and mutant.after is DROPPED:
                changed = without(ruleset, name)
            else:
                changed = rewritten(ruleset, name, mutant.applied_to(ruleset.items[name].data))
        except RulesetError:
            return "reading"
        rule = changed.by_id.get(name)
        # Conditions are the old ones here: what is compared is what the part says, not when it holds.
        try:
            if second_entry_faults(replace(self.program, ruleset=changed), name):
                return "second entry"
        except (KeyError, RuntimeError):
            # An option without its drug or regimen cannot even be laid out.
            return "rule check"
        try:
            program = rebuilt(self.program, changed, name)
        except (RulesetError, ValueError, KeyError):
            return "compiling"
        noticed = self._checked(program, name, rule)
        if noticed is None and same_meaning(self.program, program, mutant):
            return EQUIVALENT
        return noticed or self._planned(program, mutant, rule)

    def _checked(self, program: Program, name: str, rule: Head | None) -> str | None:
        if rule is not None:
            if run_examples_of(program, rule):
                return "examples"
            if check_rule(program, rule):
                return "rule check"
        else:
            if second_entry_faults(program, name):
                return "second entry"
            if name not in self.program.ruleset.by_id and formulary_faults(program):
                return "formulary check"
        return None

    def _planned(self, program: Program, mutant: Mutant, rule: Head | None) -> str | None:
        concerned = list(self._concerned(program, mutant, rule))
        in_condition = "when" in mutant.path
        # A condition read differently changes no table of the safety case but that of what it rests on.
        if not in_condition and any(fault.what not in self._known for fault in safety_faults(program)):
            return "safety case"
        if not concerned:
            return None
        try:
            board = set_out(program.ruleset)
            for story in concerned:
                case = decided(program, story.assessment)
                plan = assemble(case, board, "reference")
                if plan != story.plan:
                    return "plans"
                if guard(plan, case, board):
                    return "guard"
        except (ValueError, KeyError, TypeError, ArithmeticError, IndexError):
            return "plans"
        return None

    def _concerned(self, program: Program, mutant: Mutant, rule: Head | None) -> Iterator[Story]:
        """The stories in which the edited rule says anything, before or after; drugs and tables concern all."""
        old = self.program.ruleset.by_id.get(mutant.item)
        if old is None or isinstance(old, FindingRule) != isinstance(rule or old, FindingRule):
            yield from self.stories
            return
        for story in self.stories:
            if isinstance(old, FindingRule):
                before = story.case.value(old.then.derive.finding)
                if not isinstance(rule, FindingRule) or value_of(rule, program, story.case.findings) != before:
                    yield story
            elif self._heard(program, old.rule, story, moved="when" in mutant.path):
                yield story

    def _heard(self, program: Program, name: str, story: Story, *, moved: bool) -> bool:
        """Whether a rule's verdict in a story is another one now, or, of one that says something else, not silent."""
        if name in self.program.about_medicines:
            return bool(story.case.about)
        before = story.case.verdicts[name]
        condition = program.conditions.get(name)
        if not moved or condition is None:
            return before is not _SILENT
        return truth(condition, story.case.findings) is not before
