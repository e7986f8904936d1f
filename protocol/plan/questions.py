"""What to ask next: acts at the bedside, ranked by what their answers would unlock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from protocol.inference.case import Case
from protocol.plan.model import Question, Unanswered
from protocol.plan.reasons import title_of

__all__ = ["Demand", "ask"]

_EFFORT = ("look", "ask", "examine", "blood", "scan")


@dataclass(slots=True)
class Demand:
    """Who needs the answer to each raw finding: red flags, first choices, and how many others."""

    red_flags: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    first_choices: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    others: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def need(self, kind: str, who: str, findings: Iterable[str]) -> None:
        """Note that `who` needs these raw findings; `kind` is one of the three fields."""
        wanted: defaultdict[str, set[str]] = getattr(self, kind)
        for finding in findings:
            wanted[finding].add(who)

    def who(self, kind: str, findings: Iterable[str]) -> set[str]:
        wanted: dict[str, set[str]] = getattr(self, kind)
        return set().union(*(wanted.get(finding, set()) for finding in findings))


def ask(demand: Demand, case: Case) -> tuple[Question, ...]:
    """The questions that red flags and first choices need, first what is most urgent, then what unlocks most.

    What only an alternative needs is named on that line and not asked: a tired reader answers six questions.
    """
    wanted = {*demand.red_flags, *demand.first_choices}
    order = list(case.program.ruleset.vocabulary.questions)
    questions = []
    for place, act in enumerate(order):
        missing = [name for name in act.answers if name in wanted]
        if not missing:
            continue
        flags = demand.who("red_flags", missing)
        firsts = demand.who("first_choices", missing)
        others = demand.who("others", missing) - firsts
        question = Question(
            question=act.question,
            ask=act.ask,
            effort=act.effort,
            answers=tuple(
                Unanswered.made(finding=name, title=title_of(case, name), standing=_standing(case, name))
                for name in missing
            ),
            red_flags=tuple(sorted(flags)),
            first_choices=tuple(sorted(firsts)),
            others=len(others),
        )
        questions.append((not flags, -len(firsts), _EFFORT.index(act.effort), place, question))
    questions.sort(key=lambda entry: entry[:-1])
    return tuple(entry[-1] for entry in questions)


def _standing(case: Case, finding: str) -> str:
    seen = case.facts.seen.get(finding)
    return seen.standing if seen else "absent"
