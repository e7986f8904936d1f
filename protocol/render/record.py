"""The rest of the plan, for whoever checks it: calculations, findings, verdicts, the input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from protocol.plan.model import Calculation, Plan
from protocol.render.page import Page, sentence
from protocol.render.reasons import write_facts

__all__ = ["write_calculation", "write_record"]


def write_record(page: Page, plan: Plan) -> None:
    """Everything that the letter counted and did not show."""
    if plan.calculations:
        page.heading("CALCULATIONS")
        for calculation in plan.calculations:
            write_calculation(page, calculation, 2)
    if plan.trace.not_indicated:
        page.heading("NOT INDICATED")
        for option in plan.trace.not_indicated:
            page.say(f"{option.option} - {sentence(option.reason)}", 2)
    if plan.trace.points:
        page.heading("POINTS that ordered the choices")
        for text in plan.trace.points:
            page.say(text, 2, "-")
    page.heading("EVERY FINDING")
    write_facts(page, plan.trace.findings, 2)
    page.heading("EVERY RULE")
    for verdict in plan.trace.verdicts:
        page.row((verdict.verdict, verdict.rule), (14,), 2)
    page.heading("AS ENTERED")
    for path, value in _leaves(plan.trace.input, ""):
        page.say(f"{path}: {value}", 2)
    page.heading("IDENTITY")
    page.say(plan.plan_id, 2, "Plan:")
    page.say(plan.ruleset.digest, 2, "Ruleset:")
    page.say(plan.engine, 2, "Engine:")


def write_calculation(page: Page, calculation: Calculation, indent: int) -> None:
    """One number with its working and its source."""
    page.say(f"{calculation.title}: {calculation.value}", indent, "-")
    page.say(calculation.working, indent + 2, "Working:")
    page.say(calculation.source, indent + 2, "Source:")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON document
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from _leaves(part, f"{path}[{number}]")
    else:
        yield path, "null" if value is None else str(value)
