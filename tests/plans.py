"""Reads finished plans for tests, without the code that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from protocol.inference.program import Program
from protocol.plan.model import Plan, PlanLine
from protocol.quantity import Quantity
from protocol.rules.rule import Contraindication, Entry, Head, Interaction, Option, RedFlag, Target
from protocol.rules.ruleset import Ruleset

__all__ = [
    "barriers",
    "daily",
    "hours",
    "lines",
    "named",
    "offered",
    "options",
    "statuses",
    "treatments",
]


def lines(plan: Plan) -> Iterator[PlanLine]:
    """Every line, current medicines and monitoring included."""
    for step in plan.steps:
        yield from step.lines
    yield from plan.monitoring


def offered(plan: Plan) -> dict[str, PlanLine]:
    """The offered options by their id."""
    return {line.option: line for line in lines(plan) if line.option is not None and line.status == "offered"}


def options(ruleset: Ruleset) -> dict[str, Option]:
    """The rule of every option by the option's id."""
    return {rule.then.offer.option: rule for rule in ruleset.of(Option)}


def treatments(plan: Plan, ruleset: Ruleset) -> dict[str, PlanLine]:
    """The offered lines that treat: medicines, procedures and measures; not referrals, not monitoring."""
    known = options(ruleset)
    return {name: line for name, line in offered(plan).items() if known[name].kind in ("option", "non-drug")}


def statuses(plan: Plan) -> dict[str, str]:
    """Where each option stands."""
    found = {line.option: line.status for line in lines(plan) if line.option is not None}
    found |= {refused.option: "excluded" for refused in plan.excluded}
    found |= {refused.option: "withheld" for refused in plan.withheld}
    return {name: str(status) for name, status in found.items()} | {
        entry.option: "not-indicated" for entry in plan.trace.not_indicated
    }


def hours(text: str | None) -> Decimal | None:
    """A time in hours."""
    return None if text is None else Quantity.parse(text).to("h").amount


def daily(line: PlanLine) -> Decimal | None:
    """What a line gives in 24 h, in its own unit."""
    if line.dose is None:
        return None
    every = hours(line.dose.every)
    return Decimal(line.dose.amount) * 24 / every if every else None


def barriers(ruleset: Ruleset) -> Iterator[tuple[Head, Entry]]:
    """Every exclusion of every rule that speaks of starts."""
    for rule in ruleset.rules:
        entries: tuple[Entry, ...] = ()
        if isinstance(rule, RedFlag):
            entries = rule.then.withhold
        elif isinstance(rule, Contraindication | Interaction):
            entries = getattr(rule.then, "exclude", ())
        if not rule.retired:
            yield from ((rule, entry) for entry in entries if entry.scope != "continue")


def named(program: Program, target: Target) -> frozenset[str]:
    """The options that an entry speaks of, worked out from the files and not by the engine."""
    found = set()
    for option, rule in options(program.ruleset).items():
        offer = rule.then.offer
        drug = program.ruleset.drugs.get(offer.drug or "")
        routes = {r.route for r in drug.regimens if r.regimen == offer.regimen} if drug else set()
        speaks: Mapping[str, bool] = {
            "option": target.option == option,
            "drug": drug is not None and target.drug == drug.drug,
            "class": drug is not None and target.class_ in {*drug.classes, "medicine"},
            "procedure": target.procedure in offer.tags,
        }
        right_route = target.route is None or target.route in routes
        if any(speaks.values()) and right_route and option not in target.except_:
            found.add(option)
    return frozenset(found)
