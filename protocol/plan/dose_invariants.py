"""What is true of every dose on a plan: in its table, under every row and limit that may hold, in one unit.

The doses are not worked out again: each is held against the formulary as it stands. All checks take the same
three arguments, whether they need them or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from protocol.inference.case import Case
from protocol.inference.program import band_name
from protocol.plan.model import Dose, Plan, PlanLine
from protocol.plan.walk import every_line, started
from protocol.possible import Numbers
from protocol.quantity import Quantity
from protocol.rules.formulary import Amounts, Regimen
from protocol.rules.rule import Bound, CautionThen
from protocol.rules.targets import Board, Candidate
from protocol.terms import Truth

__all__ = [
    "day_within_maximum",
    "doses_in_their_tables",
    "rescue_in_range",
    "strictest_row_holds",
    "units_agree",
]

_DAY = Decimal(24)


def _comparable(plan: Plan, board: Board) -> Iterator[tuple[PlanLine, Dose, Candidate, Regimen]]:
    """The started lines with a dose in the unit of their regimen; `units_agree` names the others."""
    for line, candidate in started(plan, board):
        regimen = candidate.regimen
        if line.dose is not None and regimen is not None and line.dose.unit == regimen.unit:
            yield line, line.dose, candidate, regimen


def doses_in_their_tables(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """No dose above the highest row of its table, and none of zero."""
    for line, candidate in started(plan, board):
        if line.dose is None and candidate.regimen is not None:
            yield f"{line.id} is offered without its dose"
    for line, dose, _, regimen in _comparable(plan, board):
        if Decimal(dose.amount) <= 0:
            yield f"{line.id} has a dose of {dose.amount}"
        if _above_table(dose, regimen):
            yield f"{line.id} has {dose.amount} {dose.unit}, above every row of its table"


def _above_table(dose: Dose, regimen: Regimen) -> bool:
    rows = [*regimen.rows, *(band for bands in regimen.bands for band in bands.rows)]
    if any(row.per_kg for row in rows):
        return False
    return Decimal(dose.amount) > max(_amount(r.dose, regimen.unit) for r in rows if r.dose)


def strictest_row_holds(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """A dose is within every row and every limit that applies or cannot be told: amount, interval and day."""
    for line, dose, candidate, _ in _comparable(plan, board):
        for name, row in _rows(candidate):
            if case.verdicts[name] is Truth.DOES_NOT_APPLY:
                continue
            if row.refuse or row.refer:
                yield f"{line.id} has a dose although {name} refuses one"
            yield from _over(line.id, dose, name, Bound(dose=row.dose, every=row.every, maximum=row.maximum))
            if row.per_kg and Decimal(dose.amount) > _by_weight(row.per_kg, dose.unit, case):
                yield f"{line.id} has {dose.amount} {dose.unit}, and {name} allows {row.per_kg}"
        for rule in board.cautions[candidate.id]:
            limit = rule.then.warn.limit if isinstance(rule.then, CautionThen) else None
            if limit is not None and case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY:
                yield from _over(line.id, dose, rule.rule, limit)


def _by_weight(per_kg: str, unit: str, case: Case) -> Decimal:
    weight = case.findings.values.get(case.program.ruleset.settings.weight)
    lightest = weight.low if isinstance(weight, Numbers) else Decimal(0)
    return Quantity.parse(per_kg).to(f"{unit}/kg").amount * lightest


def _rows(candidate: Candidate) -> Iterator[tuple[str, Amounts]]:
    drug, regimen = candidate.drug, candidate.regimen
    if drug is None or regimen is None:
        return
    for row in regimen.rows:
        yield f"{drug.drug}/{regimen.regimen}/{row.row}", row
    for bands in regimen.bands:
        yield from ((band_name(drug.drug, regimen, bands, i), band) for i, band in enumerate(bands.rows))


def _over(line: str, dose: Dose, name: str, bound: Bound) -> Iterator[str]:
    if bound.dose and Decimal(dose.amount) > _amount(bound.dose, dose.unit):
        yield f"{line} has {dose.amount} {dose.unit}, and {name} allows {bound.dose}"
    if bound.every and (dose.every is None or _hours(dose.every) < _hours(bound.every)):
        yield f"{line} is given every {dose.every}, and {name} says {bound.every}"
    if bound.maximum and (dose.maximum is None or _amount(dose.maximum, dose.unit) > _amount(bound.maximum, dose.unit)):
        yield f"{line} may reach {dose.maximum} in 24 h, and {name} allows {bound.maximum}"


def day_within_maximum(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """No single dose and no day's doses above the stated maximum of 24 h."""
    for line, dose, _, _ in _comparable(plan, board):
        if dose.maximum is None:
            continue
        most, amount = _amount(dose.maximum, dose.unit), Decimal(dose.amount)
        if amount > most:
            yield f"{line.id} has a single dose above the day's maximum"
        if dose.every and amount * _DAY > most * _hours(dose.every):
            yield f"{line.id} exceeds {dose.maximum} in 24 h"


def units_agree(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """A dose stands in the unit and by the route of its regimen; its rescue dose likewise."""
    for line, candidate in started(plan, board):
        regimen = candidate.regimen
        if candidate.offer.method is not None:
            continue
        for part in (line.dose, line.rescue):
            if part is None:
                continue
            if regimen is None or (part.unit, part.route, part.form) != (
                regimen.unit,
                regimen.route,
                regimen.form,
            ):
                yield f"{line.id} has {part.amount} {part.unit} {part.route}, which its regimen does not give"
    for line in every_line(plan):
        for companion in line.companions:
            if companion.dose is not None and Decimal(companion.dose.amount) <= 0:
                yield f"{line.id}: {companion.companion} has a dose of {companion.dose.amount}"


def rescue_in_range(plan: Plan, case: Case, board: Board) -> Iterator[str]:  # noqa: ARG001
    """A rescue dose is a share of the day's total within the declared bounds, but for the smallest totals."""
    for line, dose, _, regimen in _comparable(plan, board):
        rule = regimen.rescue
        if line.rescue is None or rule is None:
            continue
        amount = Decimal(line.rescue.amount)
        if dose.every is None or amount <= 0:
            yield f"{line.id} has a rescue dose of {line.rescue.amount} beside no regular interval"
            continue
        total = Decimal(dose.amount) * _DAY / _hours(dose.every)
        least, most = (Quantity.parse(t).to("1").amount for t in (rule.at_least_share, rule.at_most_share))
        if total > _amount(rule.free_below, dose.unit) and not least * total <= amount <= most * total:
            yield f"{line.id} has a rescue dose of {line.rescue.amount} beside {total} in a day"
        if _hours(line.rescue.every) < min(_hours(rule.every), _hours(dose.every)):
            yield f"{line.id} has rescue doses every {line.rescue.every}"


def _amount(text: str, unit: str) -> Decimal:
    return Quantity.parse(text).to(unit).amount


def _hours(text: str) -> Decimal:
    return Quantity.parse(text).to("h").amount
