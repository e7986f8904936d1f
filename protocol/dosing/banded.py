"""The drug without an equivalent: banded start, stepwise switch, slow increase. Never by a factor.

The start is not monotone in the total that is left: where the larger divisor begins it falls. Of a total that
is only known as a range the smallest start counts, wherever in the range it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from protocol.dosing.opioids import OpioidTables, hours, mass, rounded
from protocol.dosing.refusal import Refused, Verdicts, gate, misuse, possibly
from protocol.instruments.bounds import exact, measured
from protocol.instruments.wording import amount, shown
from protocol.possible import Numbers
from protocol.quantity import Quantity
from protocol.rules.conversion_parts import fraction
from protocol.rules.conversion_special import LowStart, WithoutEquivalent

__all__ = [
    "BandedIncrease",
    "BandedStart",
    "SwitchStep",
    "banded_increase",
    "banded_start",
    "published_ratios",
    "stepwise_switch",
]

_DAY = Decimal(24)


@dataclass(frozen=True, slots=True)
class BandedStart:
    """A start: the 24-hour total by the bands before rounding, and what is given."""

    drug: str
    total: Decimal
    per_dose: Decimal
    doses_per_day: int
    unit: str
    every: Decimal
    say: tuple[str, ...]
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SwitchStep:
    """One day of a switch, counted from 1: 24-hour amounts of the old opioid and of the new one."""

    day: int
    old: Decimal
    new: Decimal


@dataclass(frozen=True, slots=True)
class BandedIncrease:
    """The most that the daily total may become."""

    daily: Decimal
    unit: str
    working: tuple[str, ...]


def _table(tables: OpioidTables, drug: str) -> WithoutEquivalent:
    table = tables.special(drug)
    if table is None:
        raise misuse(drug, "this drug has no bands in the table", "convert it by its factors")
    return table


@exact
def banded_start(
    tables: OpioidTables,
    drug: str,
    whole: Numbers,
    age: Numbers,
    verdicts: Verdicts,
    approved: frozenset[str] = frozenset(),
) -> BandedStart | Refused:
    """The start by total and age, or what bars it.

    Units:   whole in mg/(24.h) of the measure, age in a; answers in the product's unit and hours.
    Range:   at most the table's cap; rounded down, but for the fixed low starts. Not monotone in the total.
    Raises:  ConversionRefused for a drug without bands, or a condition not judged.
    Source:  the `because` of the table.
    """
    table = _table(tables, drug)
    barred = gate(f"without-equivalent-{drug}", table.gates, verdicts, approved)
    if barred is not None:
        return barred
    edges = [mass(table.low_below), mass(table.younger.below_total)]
    points = [whole.low, *(e for e in edges if whole.low < e <= whole.high)]
    starts = [_start(tables, table, point, measured(age, "a"), verdicts) for point in points]
    return min(starts, key=lambda start: start.per_dose * start.doses_per_day)


def _start(
    tables: OpioidTables, table: WithoutEquivalent, whole: Decimal, age: Numbers, verdicts: Verdicts
) -> BandedStart:
    product = tables.product(table.product)
    share, words = _organ_share(table, verdicts)
    if whole < mass(table.low_below):
        low = _low_start(table, share, verdicts)
        daily = mass(low.daily, product.unit)
        given = amount(daily, product.unit)
        line = f"{shown(whole)} mg is below {table.low_below}: fixed start {given} in 24 h{words}"
        per_dose = daily / low.doses_per_day
        every = _DAY / low.doses_per_day
        return BandedStart(table.drug, daily, per_dose, low.doses_per_day, product.unit, every, table.say, (line,))
    young = age.high < mass(table.younger.under, "a") and whole < mass(table.younger.below_total)
    divisor = table.younger.divide_by if young else table.divide_by
    daily = min(whole / divisor * share, mass(table.at_most, product.unit))
    per_dose = rounded(daily / table.doses_per_day, product.rounding, product.unit)
    every = _DAY / table.doses_per_day
    line = (
        f"{shown(whole)} / {divisor}{words}, at most {table.at_most}: {amount(daily, product.unit)} in 24 h, "
        f"{table.doses_per_day} x {amount(per_dose, product.unit)} rounded down"
    )
    return BandedStart(table.drug, daily, per_dose, table.doses_per_day, product.unit, every, table.say, (line,))


def _organ_share(table: WithoutEquivalent, verdicts: Verdicts) -> tuple[Decimal, str]:
    """The smallest share of the organs that fail or may fail; shares are not multiplied."""
    held = [o for o in table.organs if possibly(verdicts, f"conversion/without-equivalent-{table.drug}/{o.row}")]
    share = min([Decimal(1), *(over / under for o in held for over, under in [fraction(o.times)])])
    return share, f" x {share} ({', '.join(o.row for o in held)})" if held else ""


def _low_start(table: WithoutEquivalent, share: Decimal, verdicts: Verdicts) -> LowStart:
    limit = mass(table.low[0].daily) * share
    if possibly(verdicts, f"conversion/without-equivalent-{table.drug}/smaller"):
        limit = min(limit, mass(table.smaller) * share)
    fitting = [low for low in table.low if mass(low.daily) <= limit]
    return fitting[0] if fitting else table.low[-1]


@exact
def stepwise_switch(tables: OpioidTables, drug: str, old: Decimal, new: Decimal) -> tuple[SwitchStep, ...]:
    """The days of a switch: the old opioid goes down by steps while the new one comes up.

    Units:   24-hour amounts, each in its own unit; `old` before the switch, `new` at its end.
    Range:   on no day more than either; amounts before rounding to a product.
    Raises:  ConversionRefused for a drug without bands.
    Source:  the `because` of the table.
    """
    days = []
    for number, day in enumerate(_table(tables, drug).switch, start=1):
        (old_over, old_under), (new_over, new_under) = fraction(day.old), fraction(day.new)
        days.append(SwitchStep(number, old * old_over / old_under, new * new_over / new_under))
    return tuple(days)


@exact
def banded_increase(
    tables: OpioidTables, drug: str, daily: Decimal, since_change: Numbers | None
) -> BandedIncrease | Refused:
    """How far a total may be raised, or that it is too early.

    Units:   daily in the product's unit for 24 h; since_change in any unit of time.
    Range:   at most the table's step above what is taken.
    Raises:  ConversionRefused for a drug without bands.
    Source:  the `because` of the table.
    """
    table = _table(tables, drug)
    product = tables.product(table.product)
    if since_change is None:
        return Refused(
            "withheld", "When the dose last changed is not known.", None, (f"When was {drug} last changed?",)
        )
    if measured(since_change, "h").low < hours(table.increase_every):
        return Refused("excluded", f"Not before {table.increase_every} after the last change.", table.refer)
    most = daily + mass(table.increase_at_most, product.unit)
    now, then = (amount(value, product.unit) for value in (daily, most))
    line = f"{now} + at most {table.increase_at_most} = {then} in 24 h"
    return BandedIncrease(most, product.unit, (line,))


@exact
def published_ratios(tables: OpioidTables, drug: str, whole: Decimal) -> tuple[tuple[str, Decimal], ...]:
    """What other published tables make of the same total, by source: to compare, never to dose.

    Units:   whole in mg/(24.h) of the measure; answers in mg for 24 h.
    Range:   a table that does not reach down to the total is left out.
    Raises:  ConversionRefused for a drug without bands.
    Source:  each by its name in the table.
    """
    answers = []
    for published in _table(tables, drug).published:
        for row in published.rows:
            edge = Quantity.parse(row.from_.lstrip(">= ")).amount
            if whole > edge or (whole == edge and row.from_.startswith(">=")):
                over, under = fraction(row.ratio)
                answers.append((published.source, whole * under / over))
                break
    return tuple(answers)
