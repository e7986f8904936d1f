"""What is true of every dose on a plan: in its table, under every row and limit that may hold, in one unit.

The doses are not worked out again: each is held against the formulary as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from protocol.inference.case import Case
from protocol.inference.program import band_name
from protocol.plan.model import Plan, PlanLine
from protocol.plan.walk import every_line, started
from protocol.quantity import Quantity
from protocol.rules.formulary import Amounts, Regimen
from protocol.rules.rule import CautionThen
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


def doses_in_their_tables(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No dose above the highest row of its table, and none of zero."""
    for line, candidate in started(plan, board):
        if line.dose is None:
            if candidate.regimen is not None:
                yield f"{line.id} is offered without its dose"
            continue
        if Decimal(line.dose.amount) <= 0:
            yield f"{line.id} has a dose of {line.dose.amount}"
        if candidate.regimen is not None and _above_table(line, candidate.regimen):
            yield f"{line.id} has {line.dose.amount} {line.dose.unit}, above every row of its table"


def _above_table(line: PlanLine, regimen: Regimen) -> bool:
    rows = [*regimen.rows, *(band for bands in regimen.bands for band in bands.rows)]
    if line.dose is None or any(row.per_kg for row in rows):
        return False
    return Decimal(line.dose.amount) > max(_amount(r.dose, regimen.unit) for r in rows if r.dose)


def strictest_row_holds(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """A dose is within every row and every limit that applies or cannot be told: amount, interval and day."""
    for line, candidate in started(plan, board):
        if line.dose is None or candidate.regimen is None:
            continue
        for name, row in _rows(candidate):
            if case.verdicts[name] is Truth.DOES_NOT_APPLY:
                continue
            if row.refuse or row.refer:
                yield f"{line.id} has a dose although {name} refuses one"
            yield from _over(line, name, row.dose, row.every, row.maximum)
        for rule in board.cautions[candidate.id]:
            limit = rule.then.warn.limit if isinstance(rule.then, CautionThen) else None
            if limit is not None and case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY:
                yield from _over(line, rule.rule, limit.dose, limit.every, limit.maximum)


def _rows(candidate: Candidate) -> Iterator[tuple[str, Amounts]]:
    drug, regimen = candidate.drug, candidate.regimen
    if drug is None or regimen is None:
        return
    for row in regimen.rows:
        yield f"{drug.drug}/{regimen.regimen}/{row.row}", row
    for bands in regimen.bands:
        yield from ((band_name(drug.drug, regimen, bands, i), band) for i, band in enumerate(bands.rows))


def _over(line: PlanLine, name: str, dose: str | None, every: str | None, maximum: str | None) -> Iterator[str]:
    given = line.dose
    if given is None:
        return
    if dose and Decimal(given.amount) > _amount(dose, given.unit):
        yield f"{line.id} has {given.amount} {given.unit}, and {name} allows {dose}"
    if every and (given.every is None or _hours(given.every) < _hours(every)):
        yield f"{line.id} is given every {given.every}, and {name} says {every}"
    if maximum and (given.maximum is None or _amount(given.maximum, given.unit) > _amount(maximum, given.unit)):
        yield f"{line.id} may reach {given.maximum} in 24 h, and {name} allows {maximum}"


def day_within_maximum(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """No single dose and no day's doses above the stated maximum of 24 h."""
    for line, _ in started(plan, board):
        if line.dose is None or line.dose.maximum is None:
            continue
        most, amount = _amount(line.dose.maximum, line.dose.unit), Decimal(line.dose.amount)
        if amount > most:
            yield f"{line.id} has a single dose above the day's maximum"
        if line.dose.every and amount * _DAY > most * _hours(line.dose.every):
            yield f"{line.id} exceeds {line.dose.maximum} in 24 h"


def units_agree(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """A dose stands in the unit and by the route of its regimen; its rescue dose likewise."""
    for line, candidate in started(plan, board):
        regimen = candidate.regimen
        for part in (line.dose, line.rescue):
            if part is None:
                continue
            if regimen is None or (part.unit, part.route, part.form) != (regimen.unit, regimen.route, regimen.form):
                yield f"{line.id} has {part.amount} {part.unit} {part.route} {part.form}, which its regimen does not give"
    for line in every_line(plan):
        for companion in line.companions:
            if companion.dose is not None and Decimal(companion.dose.amount) <= 0:
                yield f"{line.id}: {companion.companion} has a dose of {companion.dose.amount}"


def rescue_in_range(plan: Plan, case: Case, board: Board) -> Iterator[str]:
    """A rescue dose is a share of the day's total within the declared bounds, but for the smallest totals."""
    for line, candidate in started(plan, board):
        rule = candidate.regimen.rescue if candidate.regimen else None
        if line.rescue is None or line.dose is None or rule is None:
            continue
        every, amount = line.dose.every, Decimal(line.rescue.amount)
        if every is None or amount <= 0:
            yield f"{line.id} has a rescue dose of {line.rescue.amount} beside no regular interval"
            continue
        total = Decimal(line.dose.amount) * _DAY / _hours(every)
        least, most = (Quantity.parse(t).to("1").amount for t in (rule.at_least_share, rule.at_most_share))
        if total > _amount(rule.free_below, line.dose.unit) and not least * total <= amount <= most * total:
            yield f"{line.id} has a rescue dose of {line.rescue.amount} {line.rescue.unit} beside {total} in 24 h"
        if _hours(line.rescue.every) < min(_hours(rule.every), _hours(every)):
            yield f"{line.id} has rescue doses every {line.rescue.every}"


def _amount(text: str, unit: str) -> Decimal:
    return Quantity.parse(text).to(unit).amount


def _hours(text: str) -> Decimal:
    return Quantity.parse(text).to("h").amount
