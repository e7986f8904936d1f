"""From one opioid to another: the total that is left, lowered, by the new drug's factor, rounded down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from protocol.dosing.opioids import (
    OpioidTables,
    OpioidTaken,
    hours,
    is_weak,
    low_end,
    mass,
    rounded,
    start_total,
    words_with,
)
from protocol.dosing.reduction import Reduction, reduction
from protocol.dosing.refusal import Refused, Verdicts, misuse
from protocol.dosing.rescue import RescueDose, RescueWish, rescue
from protocol.instruments.bounds import exact
from protocol.instruments.opioids import OpioidTotal
from protocol.instruments.wording import amount, shown
from protocol.possible import Numbers
from protocol.rules.conversion import Product
from protocol.rules.formulary import Factor
from protocol.rules.rule import Refer

__all__ = [
    "Change",
    "FirstDose",
    "Rotation",
    "converted",
    "removal_lines",
    "rotate",
    "started",
    "weak_to_strong",
]

_DAY = Decimal(24)
_SPECIALIST = Refer(to="specialist palliative care", within="24 h")


@dataclass(frozen=True, slots=True)
class Change:
    """What is wanted: a product, how often a day, why, and the rescue beside it.

    `approved` holds the names of the conditions that a recorded approval opens.
    """

    product: str
    doses_per_day: int
    reason: str
    rescue: RescueWish | None = None
    approved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rotation:
    """The new regular opioid.

    `raw` is the 24-hour amount before rounding, `daily` after it; `wait` the hours between the end of the old
    opioid and the first regular dose.
    """

    product: str
    r: Decimal
    total_from: Decimal
    raw: Decimal
    daily: Decimal
    per_dose: Decimal
    doses_per_day: int
    unit: str
    every: Decimal
    wait: Decimal
    rescue: RescueDose | Refused | None
    say: tuple[str, ...]
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstDose:
    """The first dose of the strong opioid that the patient would get with nothing to convert from."""

    amount: Decimal
    every: Decimal

    @property
    def daily(self) -> Decimal:
        return self.amount * _DAY / self.every


def converted(whole: Decimal, r: Decimal, factor: Factor) -> Decimal | Refused:
    """The 24-hour amount (or rate) of the new opioid before caps and rounding.

    Units:   whole in mg/(24.h) of the measure; answers in the factor's unit.
    Range:   at most the total divided by the factor; refused where the drug has none.
    Source:  the table of equivalents, column to_high.
    """
    if factor.to_high is None:
        return Refused("refer", f"{factor.drug} has no linear equivalent: it is never converted to.", _SPECIALIST)
    return whole * (1 - r) / Decimal(factor.to_high)


def removal_lines(tables: OpioidTables, taken: Sequence[OpioidTaken]) -> tuple[Decimal, tuple[str, ...]]:
    """Hours to wait after a patch that is left comes off, and what to say of it."""
    left = [p for t in taken if t.schedule == "regular" and (p := tables.patch(t.drug)) and t.route == p.route]
    return max((hours(p.wait_after_removal) for p in left), default=Decimal(0)), tuple(p.removal_say for p in left)


def started(product: Product, daily: Decimal) -> OpioidTaken:
    """A new regular order as something that is taken, so that its rescue can be worked out."""
    given = Numbers(daily, daily, product.unit)
    return OpioidTaken(product.product, product.drug, product.route, product.form, "regular", given)


@exact
def rotate(
    tables: OpioidTables, taken: Sequence[OpioidTaken], change: Change, verdicts: Verdicts
) -> Rotation | Refused:
    """Change to another opioid.

    Units:   the product's unit; hours.
    Range:   by display factors never above the display total that is left; rounded down.
    Raises:  ConversionRefused for a product or reason that the table does not hold, or the same drug.
    Source:  the `because` of the reductions and of the table of equivalents.
    """
    product = tables.product(change.product)
    if product.drug in {t.drug for t in taken if t.schedule == "regular"}:
        raise misuse(change.product, "this drug is taken already", "change its route, or titrate it")
    ready = _prepared(tables, taken, product, change, verdicts)
    if isinstance(ready, Refused):
        return ready
    whole, lowered, raw = ready
    low, lines = low_end(whole, tables.conversion.measure)
    factor = tables.factor(product.drug, product.route)
    divisor = factor.to_high if factor else None
    step = f"{shown(low)} x (1 - {lowered.r}) / {divisor} = {amount(raw, product.unit)} in 24 h"
    limit = mass(product.start_at_most, product.unit) if product.start_at_most else raw
    per_dose = rounded(min(raw, limit) / change.doses_per_day, product.rounding, product.unit)
    lines = (*lines, lowered.working, step, *_cap_line(product, raw, limit))
    if per_dose == 0:
        reason = f"{amount(raw, product.unit)} in 24 h is less than the smallest dose of {product.product}."
        return Refused("refer", reason, _SPECIALIST, (), (), lines)
    daily = per_dose * change.doses_per_day
    each, day = (amount(value, product.unit) for value in (per_dose, daily))
    given = f"rounded down to {change.doses_per_day} x {each} = {day} in 24 h"
    wait, removal = removal_lines(tables, taken)
    answer = Rotation(
        product=product.product,
        r=lowered.r,
        total_from=low,
        raw=raw,
        daily=daily,
        per_dose=per_dose,
        doses_per_day=change.doses_per_day,
        unit=product.unit,
        every=_DAY / change.doses_per_day,
        wait=wait,
        rescue=None,
        say=(*removal, *lowered.say, *words_with(product, per_dose)),
        working=(*lines, given),
    )
    return _with_rescue(tables, product, answer, change.rescue)


def _prepared(
    tables: OpioidTables, taken: Sequence[OpioidTaken], product: Product, change: Change, verdicts: Verdicts
) -> tuple[OpioidTotal, Reduction, Decimal] | Refused:
    """The total that is left, the reduction and the amount before rounding; or what is in the way."""
    whole = start_total(taken, tables)
    if isinstance(whole, Refused):
        return whole
    factor = tables.factor(product.drug, product.route)
    if factor is None:
        raise misuse(product.product, "there is no factor for this drug and route", "add it to the equivalents")
    if factor.to_high is None:
        return Refused("refer", f"{product.drug} has no linear equivalent: it is never converted to.", _SPECIALIST)
    lowered = reduction(tables, whole.total, product.drug, change.reason, verdicts, change.approved)
    if isinstance(lowered, Refused):
        return lowered
    return whole, lowered, whole.total.low * (1 - lowered.r) / Decimal(factor.to_high)


def _cap_line(product: Product, raw: Decimal, limit: Decimal) -> tuple[str, ...]:
    return (f"at most {amount(limit, product.unit)} in 24 h to start with",) if limit < raw else ()


def _with_rescue(tables: OpioidTables, product: Product, answer: Rotation, wish: RescueWish | None) -> Rotation:
    if wish is None:
        return answer
    return replace(answer, rescue=rescue(tables, [started(product, answer.daily)], wish))


@exact
def weak_to_strong(
    tables: OpioidTables,
    taken: Sequence[OpioidTaken],
    change: Change,
    first: FirstDose,
    verdicts: Verdicts,
) -> Rotation | Refused:
    """From a weak opioid to a strong one: never less than the first dose of a patient new to opioids.

    Units:   `first` in the product's unit and hours.
    Range:   the larger of first dose and conversion, the latter at most weak_at_most in the measure.
    Raises:  ConversionRefused when something else than the weak opioids of the table is taken.
    Source:  the `because` of the reductions.
    """
    if not is_weak(taken, tables):
        raise misuse("weak-to-strong", "a strong opioid is taken too", "rotate instead")
    table = tables.conversion.reductions
    product = tables.product(change.product)
    ready = _prepared(tables, taken, product, replace(change, reason=table.weak_reason), verdicts)
    if isinstance(ready, Refused):
        return ready
    whole, lowered, raw = ready
    low, lines = low_end(whole, tables.conversion.measure)
    factor = tables.factor(product.drug, product.route)
    most = mass(table.weak_at_most) / Decimal(factor.to_high) if factor and factor.to_high else raw
    per_dose = rounded(min(raw, most) / change.doses_per_day, product.rounding, product.unit)
    every, doses = _DAY / change.doses_per_day, change.doses_per_day
    by_total, new = (amount(value, product.unit) for value in (per_dose * doses, first.daily))
    line = f"in 24 h by conversion {by_total}, as in a patient new to opioids {new}: the larger holds"
    if first.daily >= per_dose * doses:
        per_dose, every, doses = first.amount, first.every, int(_DAY / first.every)
    answer = Rotation(
        product=product.product,
        r=lowered.r,
        total_from=low,
        raw=raw,
        daily=per_dose * _DAY / every,
        per_dose=per_dose,
        doses_per_day=doses,
        unit=product.unit,
        every=every,
        wait=Decimal(0),
        rescue=None,
        say=("Stop the weak opioid at the first dose of the strong one.", *lowered.say),
        working=(*lines, lowered.working, line),
    )
    return _with_rescue(tables, product, answer, change.rescue)
