"""What is true of every change of an opioid that is taken: a real product, a rescue beside it, never too much.

The doses are not worked out again; each is held against the tables and against what is taken. Both checks take
the same three arguments, whether they need them or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from protocol.dosing.opioids import OpioidTables, mass
from protocol.inference.case import Case
from protocol.inference.medicines import daily_dose
from protocol.plan.model import Dose, Plan, PlanLine
from protocol.plan.walk import started
from protocol.quantity import UNITS, convert
from protocol.rules.conversion import Conversion
from protocol.rules.conversion_parts import fraction
from protocol.rules.targets import Board, Candidate

__all__ = ["changes_are_products", "changes_within_bounds"]

_DAY = Decimal(24)


def _changed(plan: Plan, case: Case, board: Board) -> Iterator[tuple[PlanLine, Candidate, Conversion]]:
    table = case.program.ruleset.conversion
    for line, candidate in started(plan, board):
        if candidate.offer.method is not None and table is not None:
            yield line, candidate, table


def changes_are_products(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """A change of an opioid has a dose and a rescue dose, both above zero, in the unit and form of a product."""
    for line, candidate, table in _changed(plan, case, board):
        drug = candidate.drug.drug if candidate.drug else ""
        if line.dose is None or line.rescue is None:
            yield f"{line.id} changes an opioid without a dose and a rescue dose"
            continue
        if Decimal(line.dose.amount) <= 0 or Decimal(line.rescue.amount) <= 0:
            yield f"{line.id} has a dose of {line.dose.amount} and {line.rescue.amount} as needed"
        if not any(line.dose.unit == unit for unit in _units(table, drug, line.dose)):
            yield f"{line.id} has {line.dose.amount} {line.dose.unit} as {line.dose.form}, which is no product"


def _units(table: Conversion, drug: str, dose: Dose) -> Iterator[str]:
    for product in table.products.rows:
        if (product.drug, product.route, product.form) == (drug, dose.route, dose.form):
            yield product.unit
    for patch in table.patches:
        fits = (patch.drug, patch.route, patch.form) == (drug, dose.route, dose.form)
        if fits and Decimal(dose.amount) in [mass(s, patch.unit) for s in patch.strengths]:
            yield patch.unit


def changes_within_bounds(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """By display factors a change is never worth more than what it replaces, a raise never more than its cap.

    A drug without an equivalent is excepted, and so is the next strength of a patch or tablet that the table
    lets pass; it may then be worth no more than the table says.
    """
    for line, candidate, table in _changed(plan, case, board):
        tables = OpioidTables(table, case.program.ruleset.factors)
        worth = _worth(line, candidate, tables)
        if worth is None:
            continue
        regular, whole = _taken(case, tables, regular="only"), _taken(case, tables, regular="too")
        if line.action == "convert" and worth > whole:
            yield f"{line.id} is worth {worth} mg a day, and what it replaces {whole} mg"
        over, under = fraction(table.titration.at_most)
        extra = mass(table.titration.next_strength.worth_at_most)
        if line.action == "increase" and worth > max(regular * over / under, regular + extra):
            yield f"{line.id} is worth {worth} mg a day, and {regular} mg are taken regularly"


def _taken(case: Case, tables: OpioidTables, *, regular: Literal["only", "too"]) -> Decimal:
    """What the orders that are known are surely worth in 24 h by display factors; an open one adds nothing."""
    worth = Decimal(0)
    for medicine in case.facts.taken.medicines if case.facts.taken else ():
        factor = tables.factor(medicine.drug, str(medicine.entry.route))
        if factor is None or factor.display is None or (regular == "only" and medicine.entry.schedule == "as-needed"):
            continue
        daily = daily_dose(medicine.entry, factor, highest=False)
        worth += daily.low * Decimal(factor.display) if daily is not None else 0
    return worth


def _worth(line: PlanLine, candidate: Candidate, tables: OpioidTables) -> Decimal | None:
    """What the new regular dose is worth in 24 h; None for a drug that no factor counts."""
    if line.dose is None or candidate.drug is None or line.dose.every is None:
        return None
    factor = tables.factor(candidate.drug.drug, line.dose.route)
    if factor is None or factor.display is None:
        return None
    amount = Decimal(line.dose.amount)
    if UNITS[line.dose.unit].kind == "mass":
        amount *= _DAY / Decimal(line.dose.every.split()[0])
    return convert(amount, line.dose.unit, factor.unit) * Decimal(factor.display)
