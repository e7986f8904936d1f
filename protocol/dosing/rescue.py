"""The as-needed dose beside a regular opioid: a share of the total, measurable, inside its guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from protocol.dosing.opioids import (
    OpioidTables,
    OpioidTaken,
    hours,
    low_end,
    mass,
    rounded,
    start_total,
    total,
    words_with,
)
from protocol.dosing.refusal import Refused, misuse
from protocol.instruments.bounds import exact
from protocol.instruments.wording import amount, shown
from protocol.quantity import Quantity
from protocol.rules.conversion import Product
from protocol.rules.formulary import Factor
from protocol.rules.rule import Refer
from protocol.terms import Truth

__all__ = ["RescueDose", "RescueWish", "rescue", "share_of_total"]

_SPECIALIST = Refer(to="specialist palliative care", within="24 h")


@dataclass(frozen=True, slots=True)
class RescueWish:
    """Which product is wanted as needed, and the two verdicts that its size and interval depend on.

    `single` is the regular single dose of the same product, for totals too small to take a share of.
    """

    product: str
    cautious: Truth
    last_days: Truth
    single: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RescueDose:
    """An as-needed dose. `share` is its part of the regular total by display factors; `say` goes with it."""

    product: str
    amount: Decimal
    unit: str
    every: Decimal
    at_most: int
    share: Decimal
    say: tuple[str, ...]
    working: tuple[str, ...]


def share_of_total(whole: Decimal, cautious: Truth, tables: OpioidTables) -> tuple[Decimal, Decimal, str]:
    """What a rescue dose is worth in the measure, as a fraction kept in two parts, and how it came about.

    Units:   whole in mg/(24.h); the quotient of the first two answers is mg for one dose.
    Range:   never falls as the total rises.
    Source:  the `because` of the rescue table.
    """
    table = tables.conversion.rescue
    if cautious is not Truth.DOES_NOT_APPLY:
        doubt = ", because caution cannot be excluded" if cautious is Truth.CANNOT_TELL else ""
        return whole, Decimal(table.cautious), f"{shown(whole)} / {table.cautious}{doubt}"
    usual = table.usual
    if whole <= mass(usual.up_to):
        return whole, Decimal(usual.divide_by), f"{shown(whole)} / {usual.divide_by}"
    least = mass(usual.at_least)
    words = f"the larger of {shown(least)} and {shown(whole)} / {usual.above}"
    if whole > least * usual.above:
        return whole, Decimal(usual.above), words
    return least, Decimal(1), words


@exact
def rescue(tables: OpioidTables, regular: Sequence[OpioidTaken], wish: RescueWish) -> RescueDose | Refused:
    """The as-needed dose for what is taken regularly.

    Units:   the product's unit; hours.
    Range:   rounded down; inside the guard of the table, but for totals up to the fallback's edge.
    Raises:  ConversionRefused for a product or route that the table does not hold.
    Source:  the `because` of the rescue table.
    """
    product = tables.product(wish.product)
    whole = start_total(regular, tables, "regular")
    if isinstance(whole, Refused):
        return whole
    low, lines = low_end(whole, tables.conversion.measure)
    factor = tables.factor(product.drug, product.route)
    divisor = _divisor(regular, product, factor)
    if factor is None or factor.display is None or divisor is None:
        return Refused("refer", f"{product.product} has no equivalent to take a share by.", _SPECIALIST, (), (), lines)
    over, under, words = share_of_total(low, wish.cautious, tables)
    raw = over / (under * divisor)
    given = rounded(raw, product.rounding, product.unit)
    display = total(regular, tables, "display", "regular").total.low
    lines = (
        *lines,
        f"rescue: {words} = {shown(over / under)} mg {tables.conversion.measure}",
        f"/ {shown(divisor)} = {amount(raw, product.unit)}, rounded down to {amount(given, product.unit)}",
    )
    return _within_guard(tables, product, wish, _Sizes(low, display, Decimal(factor.display), given), lines)


@dataclass(frozen=True, slots=True)
class _Sizes:
    total: Decimal
    display: Decimal
    factor: Decimal
    given: Decimal

    def share(self, dose: Decimal) -> Decimal:
        return dose * self.factor / self.display if self.display else Decimal(1)


def _divisor(regular: Sequence[OpioidTaken], product: Product, factor: Factor | None) -> Decimal | None:
    # The same drug by the same route is not being changed, so the factor it was counted with turns it back.
    same = all((t.drug, t.route) == (product.drug, product.route) for t in regular if t.schedule == "regular")
    written = None if factor is None else factor.from_low if same else factor.to_high
    return None if written is None else Decimal(written)


def _within_guard(
    tables: OpioidTables, product: Product, wish: RescueWish, sizes: _Sizes, lines: tuple[str, ...]
) -> RescueDose | Refused:
    table = tables.conversion.rescue
    least, most = (Quantity.parse(t).to("1").amount for t in (table.at_least_share, table.at_most_share))
    dose = sizes.given
    if sizes.share(dose) < least and product.smallest:
        dose = mass(product.smallest, product.unit)
        lines = (
            *lines,
            f"below {table.at_least_share} of the total: the smallest dose {amount(dose, product.unit)}",
        )
    if dose > 0 and least <= sizes.share(dose) <= most:
        return _answer(tables, product, wish, dose, sizes, lines)
    fallback = table.fallback
    if wish.single is not None and sizes.total <= mass(fallback.up_to):
        say = (
            f"Total of {fallback.up_to} or less: the regular single dose is the rescue, "
            f"not more often than every {fallback.every}."
        )
        return RescueDose(
            product.product,
            wish.single,
            product.unit,
            hours(fallback.every),
            fallback.at_most,
            sizes.share(wish.single),
            (say, "Review within 24 h."),
            lines,
        )
    guard = f"{table.at_least_share} and {table.at_most_share} of the total"
    reason = f"No dose of {product.product} that can be measured lies between {guard}."
    return Refused("refer", reason, _SPECIALIST, (), (), lines)


def _answer(
    tables: OpioidTables,
    product: Product,
    wish: RescueWish,
    dose: Decimal,
    sizes: _Sizes,
    lines: tuple[str, ...],
) -> RescueDose:
    table = tables.conversion.rescue
    interval = next((i for i in table.intervals if i.route == product.route), None)
    if interval is None:
        raise misuse("rescue", f"there is no interval for rescue by the {product.route} route", "add it to the table")
    every = hours(interval.last_days if wish.last_days is Truth.APPLIES else interval.every)
    say = [f"After {table.at_most} doses in 24 h a clinician reviews and adjusts; the next dose is not refused."]
    if dose * sizes.factor > mass(table.check_above):
        say.append(f"One dose is worth more than {table.check_above} {tables.conversion.measure}: specialist check.")
    say += words_with(product, dose)
    share = sizes.share(dose)
    line = f"{shown(share * 100)} % of the total"
    return RescueDose(product.product, dose, product.unit, every, table.at_most, share, tuple(say), (*lines, line))
