"""What the ids of a plan are called, and which question answers what."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from protocol.plan.model import Grade, Plan, PlanLine, RefusedLine
from protocol.render.page import clean
from protocol.render.phrases import listed, words

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
        return {question.question: number for number, question in enumerate(self.plan.questions, 1)}

    @cached_property
    def _grades(self) -> dict[str, Grade]:
        return {grade.finding: grade for grade in self.plan.mechanisms}

    def option(self, option: str) -> str:
        """What an option is called."""
        return clean(self._options.get(option, words(option)))

    def mechanism(self, finding: str) -> str:
        """A mechanism with the grades that are still possible."""
        grade = self._grades.get(finding)
        if grade is None:
            return words(finding)
        return clean(f"{grade.title} ({listed(map(words, grade.grades), 'or') or 'cannot be told'})")

    def questions_about(self, flag: str) -> tuple[str, ...]:
        """The questions that could exclude a red flag."""
        return tuple(q.question for q in self.plan.questions if flag in q.red_flags)

    def numbers(self, questions: Iterable[str]) -> str:
        """Questions by their numbers on the plan: "questions 1 and 3"; what is no question is said as words."""
        asked = list(dict.fromkeys(questions))
        found = sorted(self._numbers[q] for q in asked if q in self._numbers)
        other = [words(q) for q in asked if q not in self._numbers]
        noun = "questions" if len(found) > 1 else "question"
        numbered = f"{noun} {listed(map(str, found))}" if found else ""
        return listed([numbered, *other])

    def first_answer(self, line: RefusedLine | PlanLine) -> str:
        """What must be answered before a held line can be offered: facts, and questions by number."""
        asked = line.answers_needed if isinstance(line, RefusedLine) else self._questions_for(line)
        facts_seen = (fact for reason in line.because for fact in reason.facts)
        unknown = list(dict.fromkeys(fact.title for fact in facts_seen if fact.value == "unknown"))
        more = [f"{len(unknown) - _MOST_FACTS} more"] if len(unknown) > _MOST_FACTS else []
        facts = listed([*unknown[:_MOST_FACTS], *more])
        numbers = self.numbers(asked)
        if facts and numbers:
            return f"{facts} ({numbers})"
        return facts or numbers

    def _questions_for(self, line: PlanLine) -> tuple[str, ...]:
        refused = [r.answers_needed for r in self.plan.withheld if r.option == line.option]
        if refused:
            return refused[0]
        keys = {line.option, line.id}
        return tuple(q.question for q in self.plan.questions if keys & set(q.first_choices))

    @cached_property
    def held_first(self) -> frozenset[str]:
        """The options that would be a first choice and wait for an answer."""
        waits = [line for line in self.lines if line.status == "withheld" and line.choice == "first"]
        asked = {option for question in self.plan.questions for option in question.first_choices}
        return frozenset(asked | {line.option for line in waits if line.option})
