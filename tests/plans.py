"""Reads finished plans for tests, without the code that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from protocol.inference.program import Program
from protocol.plan.model import Plan, PlanLine
from protocol.quantity import Quantity
from protocol.rules.conversion import Product
from protocol.rules.rule import Contraindication, Entry, Head, Interaction, Offer, Option, RedFlag, Target
from protocol.rules.ruleset import Ruleset

__all__ = [
    "barriers",
    "daily",
    "difference",
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


def difference(one: Plan, other: Plan) -> str | None:
    """Where two plans first differ, and how; a whole plan is too long to be compared by pytest."""
    return _difference(one.model_dump(mode="json"), other.model_dump(mode="json"), "")


def _difference(one: Any, other: Any, path: str) -> str | None:  # noqa: ANN401 - any part of a document
    if one == other:
        return None
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(_difference(one[key], other[key], f"{path}/{key}") for key in one if one[key] != other[key])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        places = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        return _difference(one[places[0]], other[places[0]], f"{path}/{places[0]}")
    return f"{path}: {str(one)[:500]} against {str(other)[:500]}"


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
    """Every exclusion of every rule, whatever its scope; `named` says of which options it speaks."""
    for rule in ruleset.rules:
        entries: tuple[Entry, ...] = ()
        if isinstance(rule, RedFlag):
            entries = rule.then.withhold
        elif isinstance(rule, Contraindication | Interaction):
            entries = getattr(rule.then, "exclude", ())
        if not rule.retired:
            yield from ((rule, entry) for entry in entries)


def _products(program: Program) -> Mapping[str, Product]:
    table = program.ruleset.conversion
    return {p.product: p for p in table.products.rows} if table else {}


def _goes_on(offer: Offer) -> bool:
    """Whether it gives the same drug on, by another route: what bars a start does not bar that."""
    return offer.method is not None and offer.method.by in ("change-route", "last-days")


def _routes(program: Program, offer: Offer) -> set[str]:
    """By which route a method gives its drug: named, that of the product, or of the patch."""
    method, table = offer.method, program.ruleset.conversion
    assert method is not None
    assert table is not None
    if method.by == "to-patch":
        return {p.route for p in table.patches if p.drug == offer.drug}
    if method.by == "stepwise":
        return {_products(program)[w.product].route for w in table.without_equivalent if w.drug == offer.drug}
    return {method.route or _products(program)[str(method.product)].route}


def named(program: Program, target: Target) -> frozenset[str]:
    """The options that an entry speaks of, worked out from the files and not by the engine."""
    found = set()
    for option, rule in options(program.ruleset).items():
        offer = rule.then.offer
        drug = program.ruleset.drugs.get(offer.drug or "")
        given = [drug] if drug else []
        routes = {r.route for r in drug.regimens if r.regimen == offer.regimen} if drug else set()
        if offer.method is not None:
            given += [program.ruleset.drugs[_products(program)[offer.method.rescue].drug]]
            routes = _routes(program, offer)
        if isinstance(target, Entry) and target.scope == ("start" if _goes_on(offer) else "continue"):
            continue
        speaks: Mapping[str, bool] = {
            "option": target.option == option,
            "drug": target.drug in {d.drug for d in given},
            "class": any(target.class_ in {*d.classes, "medicine"} for d in given),
            "procedure": target.procedure in offer.tags,
        }
        right_route = target.route is None or target.route in routes
        if any(speaks.values()) and right_route and option not in target.except_:
            found.add(option)
    return frozenset(found)
