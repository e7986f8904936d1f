"""The same drug by a new route, and the conversion of the last days. No reduction r: the drug stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from protocol.dosing.opioids import (
    OpioidTables,
    OpioidTaken,
    counted,
    rounded,
    start_total,
)
from protocol.dosing.refusal import Refused, Verdicts, asked
from protocol.dosing.rescue import RescueDose, RescueWish, rescue
from protocol.dosing.rotation import removal_lines, started
from protocol.instruments.bounds import exact, measured
from protocol.instruments.opioids import as_needed_mean
from protocol.instruments.wording import amount, amount_range
from protocol.possible import Numbers
from protocol.rules.conversion import RoutePair
from protocol.rules.conversion_parts import fraction
from protocol.rules.rule import Refer
from protocol.terms import Truth

__all__ = ["Infusion", "PatchStays", "RouteChange", "last_days_infusion", "route_change"]

_PRESCRIBER = Refer(to="specialist palliative care", within="24 h")


@dataclass(frozen=True, slots=True)
class RouteChange:
    """The 24-hour amount (or rate) by the new route, before it is rounded to a product."""

    amount: Decimal
    unit: str
    wait: Decimal
    say: tuple[str, ...]
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Infusion:
    """The infusion of the last days, for 24 hours, and its rescue."""

    product: str
    daily: Decimal
    unit: str
    rescue: RescueDose | Refused
    say: tuple[str, ...]
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatchStays:
    """A patch in the last days: it stays; `extra_at_most` is the most that an infusion beside it is worth.

    `extra` and `extra_at_most` are in mg of the measure in 24 h.
    """

    extra: Decimal
    extra_at_most: Decimal
    rescue: RescueDose | Refused
    say: tuple[str, ...]
    working: tuple[str, ...]


def _pair(tables: OpioidTables, drug: str, old: str, new: str) -> RoutePair | None:
    return next((r for r in tables.conversion.routes.rows if (r.drug, r.from_, r.to) == (drug, old, new)), None)


@exact
def route_change(tables: OpioidTables, taken: OpioidTaken, route: str) -> RouteChange | Refused:
    """What a regular opioid becomes by another route.

    Units:   the unit of the drug's factor by the new route.
    Range:   the lower end of the amount; never inverted: each direction has its own row.
    Source:  the `because` of the routes.
    """
    pair = _pair(tables, taken.drug, taken.route, route)
    old, new = tables.factor(taken.drug, taken.route), tables.factor(taken.drug, route)
    if pair is None or old is None or new is None:
        reason = f"No ratio for {taken.drug} from {taken.route} to {route}: change to another opioid instead."
        return Refused("refer", reason, _PRESCRIBER)
    if taken.amount is None:
        return Refused("withheld", "The amount is not known.", None, (f"Which dose, unit and interval: {taken.name}?",))
    given = measured(taken.amount, old.unit)
    over, under = fraction(pair.times)
    changed = given.low * over / under
    end = "" if given.known else ", the lower end"
    line = f"{amount_range(given)}{end} x {pair.times} = {amount(changed, new.unit)}"
    wait, removal = removal_lines(tables, [taken])
    say = (*removal, *([pair.say] if pair.say and pair.say not in removal else []))
    return RouteChange(changed, new.unit, wait, say, (line,))


@exact
def last_days_infusion(
    tables: OpioidTables,
    taken: Sequence[OpioidTaken],
    product: str,
    average: Numbers | None,
    wish: RescueWish,
    verdicts: Verdicts,
) -> Infusion | PatchStays | Refused:
    """The regular opioid as an infusion under the skin, or a patch that stays with what may stand beside it.

    Units:   average on the scale 0 to 10 ("1"); answers in the product's unit for 24 h.
    Range:   as-needed doses are added only where pain or their number surely asks for it; rounded down.
    Raises:  ConversionRefused for a product that the table does not hold, or a condition not judged.
    Source:  the `because` of the last days.
    """
    regular = [t for t in taken if t.schedule == "regular"]
    whole = start_total(taken, tables)
    if isinstance(whole, Refused):
        return whole
    say = _kidney(tables, verdicts)
    patches = [t for t in regular if (p := tables.patch(t.drug)) and p.route == t.route]
    if patches:
        return _patch_stays(tables, taken, wish, say)
    target = tables.product(product)
    if len(regular) != 1 or regular[0].drug != target.drug:
        reason = "More than one regular opioid, or another one than the infusion: change the opioid first."
        return Refused("refer", reason, Refer(to="specialist palliative care", within="4 h"))
    one = _with_as_needed(tables, regular[0], taken, average)
    changed = one if isinstance(one, Refused) else route_change(tables, one, target.route)
    if isinstance(changed, Refused):
        return changed
    less, words = _irritated(tables, verdicts)
    daily = rounded(changed.amount * (1 - less), target.rounding, target.unit)
    if daily == 0:
        return Refused("refer", f"Less than the smallest infusion of {product}.", _PRESCRIBER, (), (), changed.working)
    table = tables.conversion.last_days
    starts = tuple(line.say for line in table.starts if line.form == regular[0].form)
    lines = (*changed.working, *words, f"rounded down to {amount(daily, target.unit)} in 24 h")
    needed = rescue(tables, [started(target, daily)], wish)
    return Infusion(product, daily, target.unit, needed, (*starts, *changed.say, *say), lines)


def _kidney(tables: OpioidTables, verdicts: Verdicts) -> tuple[str, ...]:
    table = tables.conversion.last_days
    match asked(verdicts, "conversion/last-days/kidney"):
        case Truth.APPLIES:
            return (table.kidney_say,)
        case Truth.CANNOT_TELL:
            return (table.kidney_unknown,)
        case _:
            return ()


def _irritated(tables: OpioidTables, verdicts: Verdicts) -> tuple[Decimal, tuple[str, ...]]:
    """What is taken away for irritated nerves; an unasked sign leaves nobody in pain."""
    if asked(verdicts, "conversion/last-days/irritated") is not Truth.APPLIES:
        return Decimal(0), ()
    over, under = fraction(tables.conversion.last_days.irritated_less)
    return over / under, (f"irritated nerves: a part of {tables.conversion.last_days.irritated_less} less",)


def _with_as_needed(
    tables: OpioidTables, regular: OpioidTaken, taken: Sequence[OpioidTaken], average: Numbers | None
) -> OpioidTaken | Refused:
    """The regular order, with as-needed doses of the same drug and route where they are to be added."""
    table = tables.conversion.last_days
    factor = tables.factor(regular.drug, regular.route)
    if regular.amount is None or factor is None:
        return Refused(
            "withheld", "The amount is not known.", None, (f"Which dose, unit and interval: {regular.name}?",)
        )
    given = measured(regular.amount, factor.unit)
    low, high = given.low, given.high
    in_pain = average is not None and average.low >= fraction(table.average_from)[0]
    for order in taken:
        if order.schedule == "regular" or (order.drug, order.route) != (regular.drug, regular.route):
            continue
        mean, doses = as_needed_mean(order.counts), counted(order, "from_low")
        often = mean is not None and mean.low >= table.doses_from
        if order.amount is None or doses is None or not (in_pain or often):
            continue
        each = measured(order.amount, factor.unit)
        low, high = low + each.low * doses.low, high + each.high * doses.high
    amounts = Numbers(low, high, factor.unit)
    return OpioidTaken(regular.name, regular.drug, regular.route, regular.form, "regular", amounts)


def _patch_stays(
    tables: OpioidTables, taken: Sequence[OpioidTaken], wish: RescueWish, say: tuple[str, ...]
) -> PatchStays | Refused:
    table = tables.conversion.last_days
    everything, regular = start_total(taken, tables), start_total(taken, tables, "regular")
    if isinstance(everything, Refused):
        return everything
    if isinstance(regular, Refused):
        return regular
    over, under = fraction(table.patch_extra_at_most)
    most = regular.total.low * over / under
    extra = min(everything.total.low - regular.total.low, most)
    measure = tables.conversion.measure
    top = f"{amount(most, 'mg')} {measure}"
    line = f"infusion beside the patch: what rescue was worth, at most {top} on the first day"
    return PatchStays(extra, most, rescue(tables, taken, wish), (table.patch_say, *say), (*regular.working, line))
