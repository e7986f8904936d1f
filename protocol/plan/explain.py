"""Ask a plan why: why a line stands, why an option does not, what would change it, what to ask next.

An explanation is checked before it is given: facts that are called sufficient were evaluated with all others
unknown, and none of them can be left out; acts that would offer an option were run through a whole plan. All
of it is what the reference evaluator says, which has agreed with the engine of record on every verdict of the
case before the first question is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from protocol.assessment import Assessment
from protocol.inference.case import Case
from protocol.plan import asking, openings, standing_lines, supposing
from protocol.plan.explanation import AskNext, WhatIf, WhyLine, WhyNot, WouldChange
from protocol.plan.model import Plan
from protocol.plan.reasons_against import Against
from protocol.rules.targets import Board

__all__ = ["Explainer"]

PlanOf = Callable[[Assessment], Plan]


class Explainer:
    """One patient, laid out once and asked any number of questions.

    `case` is what the engine decided (`Engine.decide`), `plan_of` the engine's own way to a whole plan
    (`Engine.plan`), which confirms every answer that speaks of another plan.
    """

    def __init__(self, case: Case, board: Board, plan_of: PlanOf) -> None:
        self.case = case
        self.options: Mapping[str, str] = {c.id: c.offer.title for c in board.candidates}
        self._against = Against(case, board)
        self._plan_of = plan_of

    @property
    def lines(self) -> Mapping[str, str]:
        """What `why` can be asked about: each name with its title."""
        return standing_lines.can_be_asked(self._against)

    def why(self, line: str) -> WhyLine:
        """The shortest sufficient facts and rules for one line, medicine, red flag or mechanism.

        Raises:  LookupError when nothing on the plan has that name.
        """
        return standing_lines.why(self._against, line)

    def why_not(self, option: str) -> WhyNot:
        """Where an option stands, in one sentence with a minimal reason.

        Raises:  LookupError when the ruleset has no such option.
        """
        return self._against.why_not(option)

    def what_would_change(self, option: str) -> WouldChange:
        """The fewest acts that would offer an option, confirmed by a whole plan; or that there are none.

        Raises:  LookupError when the ruleset has no such option.
        """
        return openings.what_would_change(self._against, option, self._plan_of)

    def what_if(self, changes: Mapping[str, Any]) -> WhatIf:
        """How the plan differs with other facts, by field; the value `unknown` forgets one.

        Raises:  AssessmentError where a field does not exist or cannot hold the value.
        """
        return supposing.what_if(self.case, changes, self._plan_of)

    def ask_next(self) -> AskNext:
        """The unknown facts by what their answers could change, or that the plan is stable."""
        return asking.ask_next(self._against)
