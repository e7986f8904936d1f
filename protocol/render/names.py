"""What the ids of a plan are called, and which question answers what."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from protocol.plan.model import Grade, Plan, PlanLine, RefusedLine
from protocol.render.page import clean, lowered
from protocol.render.phrases import grade_text, listed, words

__all__ = ["Names"]

_MOST_FACTS = 3


class Names:
    """Looks up the titles that a plan gives to its own ids; an id without a title is said as words."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def lines(self) -> tuple[PlanLine, ...]:
        """Every line of every step, then of the monitoring."""
        return (*(line for step in self.plan.steps for line in step.lines), *self.plan.monitoring)

    @cached_property
    def _options(self) -> dict[str, str]:
        refused = {line.option: line.title for line in (*self.plan.excluded, *self.plan.withheld)}
        return refused | {key: line.title for line in self.lines for key in (line.id, line.option) if key}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of a question, by its own id and by each finding that it answers."""
        found: dict[str, int] = {}
        for number, question in enumerate(self.plan.questions, 1):
            for name in (question.question, *(answer.finding for answer in question.answers)):
                found.setdefault(name, number)
        return found

    @cached_property
    def _findings(self) -> dict[str, str]:
        seen = {fact.finding: fact.title for fact in self.plan.trace.findings}
        return seen | {a.finding: a.title for question in self.plan.questions for a in question.answers}

    @cached_property
    def _grades(self) -> dict[str, Grade]:
        return {grade.finding: grade for grade in self.plan.mechanisms}

    def option(self, option: str) -> str:
        """What an option is called."""
        return clean(self._options.get(option, words(option))).rstrip(".")

    def finding(self, finding: str) -> str:
        """What a finding is called."""
        return clean(self._findings.get(finding, words(finding))).rstrip(".")

    def mechanism(self, finding: str) -> str:
        """A mechanism with the grades that are still possible."""
        grade = self._grades.get(finding)
        return grade_text(grade) if grade else words(finding)

    def flag(self, flag: str) -> str:
        """What a red flag is called, in the middle of a sentence."""
        titles = {alert.flag: alert.title for alert in self.plan.alerts}
        return lowered(titles.get(flag, words(flag)))

    def questions_about(self, flag: str) -> tuple[str, ...]:
        """The questions that could exclude a red flag."""
        return tuple(q.question for q in self.plan.questions if flag in q.red_flags)

    def numbers(self, asked: Iterable[str]) -> str:
        """The questions behind some findings, by their numbers on the plan: "questions 1 and 3"."""
        found = sorted({self._numbers[name] for name in asked if name in self._numbers})
        noun = "questions" if len(found) > 1 else "question"
        return f"{noun} {listed(map(str, found))}" if found else ""

    def first_answer(self, line: RefusedLine) -> str:
        """What must be answered before a held line can be offered: questions by number, and other facts."""
        unasked = [name for name in line.answers_needed if name not in self._numbers]
        rest = len(unasked) - _MOST_FACTS
        facts = [lowered(self.finding(name)) for name in unasked[:_MOST_FACTS]]
        return listed([self.numbers(line.answers_needed), *facts, *([f"{rest} more"] if rest > 0 else [])])

    def likely(self, findings: Iterable[str]) -> str:
        """The mechanisms that are probable or definite; where none is, those that are not surely absent."""
        named = [self._grades[name] for name in findings if name in self._grades]
        sure = [grade for grade in named if set(grade.grades) <= {"definite", "probable"}]
        if sure:
            return listed(map(grade_text, sure))
        unsettled = listed(words(grade.finding) for grade in named if grade.grades != ("absent",))
        return f"not settled: {unsettled}" if unsettled else ""

    @cached_property
    def held_first(self) -> frozenset[str]:
        """The options that would be a first choice and wait for an answer."""
        return frozenset(option for question in self.plan.questions for option in question.first_choices)
