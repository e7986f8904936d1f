"""From a regimen's rows to a dose: of all rows that apply or cannot be told, the strictest of each part.

Fractions are never multiplied. A dose taken from a table stands as the table has it; only an amount that was
calculated is rounded, and only downward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from protocol.possible import Numbers, Possible
from protocol.quantity import Quantity, plain, round_down
from protocol.rules.formulary import Amounts, Regimen, Step
from protocol.rules.rule import Bound, Refer
from protocol.terms import Truth

__all__ = ["Given", "NoDose", "Rescue", "WorkedDose", "rescue_dose", "round_to_step", "work_out"]

_DAY = Decimal(24)


@dataclass(frozen=True, slots=True)
class Given:
    """The rows of one regimen with their verdicts, and the weight that per-kilogram rows need."""

    rows: tuple[tuple[str, Amounts, Truth], ...]
    shares: tuple[tuple[str, int, Truth], ...]
    weight: Possible | None
    limits: tuple[tuple[str, Bound], ...] = ()


@dataclass(frozen=True, slots=True)
class WorkedDose:
    """An amount of the regimen's unit, hours between doses, and the most in 24 hours."""

    amount: Decimal
    unit: str
    every: Decimal | None
    maximum: Decimal | None
    timing: str | None
    used: tuple[str, ...]
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoDose:
    """Why there is no dose: a row that surely refuses (refer), or one that may (withheld).

    A dose worked out from what is taken may also be barred for good (excluded), or have nothing to change.
    """

    status: Literal["refer", "withheld", "excluded", "not-indicated"]
    say: str
    refer: Refer | None
    open_rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rescue:
    """The as-needed dose: amount, hours apart, and how many before a review."""

    amount: Decimal
    unit: str
    every: Decimal
    at_most: int
    working: tuple[str, ...]


def work_out(regimen: Regimen, given: Given) -> WorkedDose | NoDose:
    """The dose of a regimen, or why there is none.

    Units:   the regimen's unit; hours.
    Range:   never above a row that applies or cannot be told, nor above a limit.
    Source:  the regimen's own `because`.
    """
    rows = [(name, row, verdict) for name, row, verdict in given.rows if verdict is not Truth.DOES_NOT_APPLY]
    refusing = [(n, row, v) for n, row, v in rows if row.refer or row.refuse]
    if refusing:
        return _refusal(refusing)
    amounts = [(n, value) for n, row, _ in rows for value in _amounts(row, regimen, given)]
    if not amounts:
        return NoDose("refer", "no row of the dose table covers this patient", None, ())
    name, amount = min(amounts, key=lambda pair: (pair[1], pair[0]))
    every = max((_hours(row.every) for _, row, _ in rows if row.every), default=None)
    maxima = [value for _, row, _ in rows for value in _maxima(row, regimen, given)]
    dose = WorkedDose(
        amount=amount,
        unit=regimen.unit,
        every=every,
        maximum=min(maxima, default=None),
        timing=_timing(rows, every),
        used=tuple(n for n, _, _ in rows),
        working=(_say(name, amount, regimen.unit),),
    )
    return _within_day(_limited(dose, given))


def _timing(rows: Sequence[tuple[str, Amounts, Truth]], every: Decimal | None) -> str | None:
    """When in the day: the words of the row that set the interval."""
    setting = [row.timing for _, row, _ in rows if row.timing and row.every and _hours(row.every) == every]
    return setting[0] if setting else None


def _refusal(rows: Sequence[tuple[str, Amounts, Truth]]) -> NoDose:
    sure = [(n, row, v) for n, row, v in rows if v is Truth.APPLIES]
    _, row, _ = (sure or rows)[0]
    say = row.refuse or row.say or "no dose without the person named"
    if sure:
        return NoDose("refer", say, row.refer, ())
    return NoDose("withheld", say, None, tuple(n for n, _, _ in rows))


def _amounts(row: Amounts, regimen: Regimen, given: Given) -> Iterator[Decimal]:
    if row.dose:
        yield Quantity.parse(row.dose).to(regimen.unit).amount
    if row.per_kg:
        yield _by_weight(row.per_kg, regimen, given)


def _maxima(row: Amounts, regimen: Regimen, given: Given) -> Iterator[Decimal]:
    if row.maximum:
        yield Quantity.parse(row.maximum).to(regimen.unit).amount
    if row.maximum_per_kg:
        yield _by_weight(row.maximum_per_kg, regimen, given)


def _by_weight(per_kg: str, regimen: Regimen, given: Given) -> Decimal:
    # An estimated weight counts at its lower end: the dose must be right for the lightest patient it may be.
    low = given.weight.low if isinstance(given.weight, Numbers) else Decimal(0)
    each = Quantity.parse(per_kg).to(f"{regimen.unit}/kg").amount
    return round_to_step(each * low, regimen.rounding, regimen.unit)


def _limited(dose: WorkedDose, given: Given) -> WorkedDose:
    for name, bound in given.limits:
        if bound.dose:
            cap = Quantity.parse(bound.dose).to(dose.unit).amount
            if cap < dose.amount:
                dose = replace(dose, amount=cap, working=(*dose.working, _say(name, cap, dose.unit)))
        if bound.every:
            dose = replace(dose, every=max(_hours(bound.every), dose.every or Decimal(0)))
        if bound.maximum:
            cap = Quantity.parse(bound.maximum).to(dose.unit).amount
            dose = replace(dose, maximum=min(cap, dose.maximum if dose.maximum is not None else cap))
    return dose


def _within_day(dose: WorkedDose) -> WorkedDose:
    """A single dose never exceeds the day's maximum, and the interval leaves the day within it."""
    if dose.maximum is None:
        return dose
    amount = min(dose.amount, dose.maximum)
    every = dose.every
    if every and amount * (_DAY / every) > dose.maximum:
        doses = int(dose.maximum // amount) if amount else 0
        every = max(every, _DAY / doses) if doses else every
    return replace(dose, amount=amount, every=every)


def rescue_dose(regimen: Regimen, dose: WorkedDose, shares: tuple[tuple[str, int, Truth], ...]) -> Rescue | None:
    """The as-needed dose that goes with a regular dose; None when no measurable dose is small enough.

    Units:   the regimen's unit; hours.
    Range:   the declared share of the regular total, except below the declared total.
    Source:  the `because` of the regimen's rescue block.
    """
    rule = regimen.rescue
    if rule is None or dose.every is None:
        return None
    total = dose.amount * _DAY / dose.every
    divisor = max([rule.divide_by, *(n for _, n, v in shares if v is not Truth.DOES_NOT_APPLY)])
    amount = round_to_step(total / divisor, regimen.rounding, regimen.unit)
    share = f"{plain(total)} {dose.unit} in 24 h / {divisor} = {plain(total / divisor)} {dose.unit}"
    working = f"{share}, given as {plain(amount)} {dose.unit}"
    if amount > 0 and _share_allowed(regimen, amount, total):
        return Rescue(amount, dose.unit, _hours(rule.every), rule.at_most, (working,))
    if rule.too_small is None or total > Quantity.parse(rule.free_below).to(dose.unit).amount:
        return None
    say = f"a share of {plain(total)} {dose.unit} is too small to measure: the regular single dose is the rescue"
    return Rescue(dose.amount, dose.unit, _hours(rule.too_small.every), rule.too_small.at_most, (say,))


def _share_allowed(regimen: Regimen, amount: Decimal, total: Decimal) -> bool:
    rule = regimen.rescue
    if rule is None or total <= Quantity.parse(rule.free_below).to(regimen.unit).amount:
        return True
    least, most = (Quantity.parse(t).to("1").amount for t in (rule.at_least_share, rule.at_most_share))
    return least * total <= amount <= most * total


def round_to_step(amount: Decimal, ladder: tuple[Step, ...], unit: str) -> Decimal:
    """Round down to the step that holds at this amount; without a ladder the amount stands."""
    steps = [(Quantity.parse(s.from_).to(unit).amount, Quantity.parse(s.step).to(unit).amount) for s in ladder]
    fitting = [step for start, step in sorted(steps) if start <= amount]
    return round_down(amount, fitting[-1]) if fitting else amount


def _hours(text: str) -> Decimal:
    return Quantity.parse(text).to("h").amount


def _say(name: str, amount: Decimal, unit: str) -> str:
    return f"{name.rsplit('/', 1)[-1]}: {plain(amount)} {unit}"
