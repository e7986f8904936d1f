"""Walks through a finished plan, for those who read it and do not make it."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.plan.model import Plan, PlanLine
from protocol.rules.targets import Board, Candidate

__all__ = ["every_line", "started"]


def every_line(plan: Plan) -> Iterator[PlanLine]:
    """The lines of all steps, current medicines among them, and what is watched."""
    for step in plan.steps:
        yield from step.lines
    yield from plan.monitoring


def started(plan: Plan, board: Board) -> Iterator[tuple[PlanLine, Candidate]]:
    """The lines that would start something, first choices and alternatives alike, with their options."""
    for line in every_line(plan):
        if line.option is not None and line.status == "offered":
            yield line, board.by_id[line.option]
