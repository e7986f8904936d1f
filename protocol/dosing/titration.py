"""Raising a regular opioid: when it is time, by what was needed, and never by more than the caps allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from protocol.dosing.opioids import OpioidTables, OpioidTaken, counted, hours, mass, rounded
from protocol.dosing.patch import strength_at_most
from protocol.dosing.refusal import Refused, Verdicts, gate, misuse, possibly
from protocol.dosing.rescue import RescueDose, RescueWish, rescue
from protocol.dosing.titration_time import Hold, TitrationState, too_early, wanted
from protocol.instruments.bounds import exact, measured
from protocol.instruments.wording import amount, amount_range, shown
from protocol.possible import Numbers
from protocol.quantity import Quantity
from protocol.rules.conversion import Product
from protocol.rules.conversion_parts import fraction
from protocol.rules.formulary import Factor

__all__ = ["Titrated", "TitrationState", "titrate", "titrate_patch"]

_DAY = Decimal(24)


@dataclass(frozen=True, slots=True)
class Titrated:
    """The regular opioid as it goes on. For a patch `daily` is its rate and `every` the time to its change.

    `reason` says why it is unchanged; `ask` and `open_rows` what would settle it.
    """

    action: Literal["increase", "unchanged"]
    reason: str
    daily: Decimal
    per_dose: Decimal
    unit: str
    every: Decimal
    rescue: RescueDose | Refused
    ask: tuple[str, ...]
    open_rows: tuple[str, ...]
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ladder:
    """What the amounts of one order may be: the highest at or below a number, and the next above one."""

    product: Product | None
    doses: int
    tables: OpioidTables
    drug: str

    def down(self, daily: Decimal) -> Decimal:
        if self.product is not None:
            return rounded(daily / self.doses, self.product.rounding, self.product.unit) * self.doses
        table = self.tables.patch(self.drug)
        return strength_at_most(table, daily) if table else Decimal(0)

    def next(self, daily: Decimal) -> Decimal | None:
        if self.product is not None:
            unit = self.product.unit
            here = [mass(s.step, unit) for s in self.product.rounding if mass(s.from_, unit) <= daily / self.doses]
            return daily + here[-1] * self.doses if here else None
        table = self.tables.patch(self.drug)
        above = [s for t in table.strengths if (s := mass(t, table.unit)) > daily] if table else []
        return min(above, default=None)

    def top(self, daily: Decimal) -> Decimal | None:
        if self.product is not None:
            return mass(self.product.at_most, self.product.unit) if self.product.at_most else None
        table = self.tables.patch(self.drug)
        if table is None:
            return daily
        return min(mass(table.at_most, table.unit), daily + mass(table.step_at_most, table.unit))


@exact
def titrate(
    tables: OpioidTables,
    regular: OpioidTaken,
    as_needed: Sequence[OpioidTaken],
    schedule: tuple[str, int],
    state: TitrationState,
    wish: RescueWish,
    verdicts: Verdicts,
) -> Titrated | Refused:
    """Raise a regular opioid that is not a patch, or say why not.

    Units:   `schedule` is the product and its doses a day; answers in the product's unit, hours.
    Range:   at most the strictest cap times what is taken; rounded down; unchanged while anything is open.
    Raises:  ConversionRefused for another drug's product, or a condition not judged.
    Source:  the `because` of the titration.
    """
    product = tables.product(schedule[0])
    if (product.drug, product.route) != (regular.drug, regular.route):
        raise misuse(schedule[0], f"{regular.name} is not this product", "name the product that is taken")
    ladder = _Ladder(product, schedule[1], tables, regular.drug)
    return _raise(tables, regular, as_needed, ladder, state, wish, verdicts)


@exact
def titrate_patch(
    tables: OpioidTables,
    regular: OpioidTaken,
    as_needed: Sequence[OpioidTaken],
    state: TitrationState,
    wish: RescueWish,
    verdicts: Verdicts,
) -> Titrated | Refused:
    """Raise a patch by strengths, or say why not.

    Units:   the patch's unit; hours.
    Range:   at most one step of the table; beyond the cap only to the next strength, if that is small.
    Raises:  ConversionRefused for a drug without a patch, or a condition not judged.
    Source:  the `because` of the titration and of the patch.
    """
    if tables.patch(regular.drug) is None:
        raise misuse(regular.name, "this drug has no patch in the table", "titrate it as a product")
    return _raise(tables, regular, as_needed, _Ladder(None, 1, tables, regular.drug), state, wish, verdicts)


def _raise(
    tables: OpioidTables,
    regular: OpioidTaken,
    as_needed: Sequence[OpioidTaken],
    ladder: _Ladder,
    state: TitrationState,
    wish: RescueWish,
    verdicts: Verdicts,
) -> Titrated | Refused:
    factor = tables.factor(regular.drug, regular.route)
    special = tables.special(regular.drug)
    if special is not None:
        return Refused("refer", "Raised by the specialist only, by its own table.", special.refer)
    if factor is None or factor.to_high is None or factor.display is None:
        raise misuse(regular.name, "there is no factor for this drug and route", "add it to the equivalents")
    if regular.amount is None:
        return Refused(
            "withheld", "The amount is not known.", None, (f"Which dose, unit and interval: {regular.name}?",)
        )
    now = measured(regular.amount, factor.unit)
    if not now.known:
        return Refused(
            "withheld",
            f"The amount is only known as {amount_range(now)}.",
            None,
            (f"Which dose exactly: {regular.name}?",),
        )
    order = _Order(tables, regular, now.low, ladder, wish)
    barred = gate("titration", tables.conversion.titration.gates, verdicts, frozenset())
    if barred is not None:
        return order.stay(Hold(barred.reason, barred.ask, barred.open_rows))
    held = too_early(tables, regular, state, verdicts) or wanted(tables, as_needed, state)
    if held is not None:
        return order.stay(held)
    return _increase(order, as_needed, factor, verdicts)


@dataclass(frozen=True, slots=True)
class _Order:
    tables: OpioidTables
    regular: OpioidTaken
    now: Decimal
    ladder: _Ladder
    wish: RescueWish

    @property
    def unit(self) -> str:
        factor = self.tables.factor(self.regular.drug, self.regular.route)
        return factor.unit if factor else ""

    def stay(self, held: Hold) -> Titrated:
        return self.answer("unchanged", held.reason, self.now, held.ask, held.open_rows, (held.reason,))

    def answer(
        self,
        action: Literal["increase", "unchanged"],
        reason: str,
        daily: Decimal,
        ask: tuple[str, ...],
        open_rows: tuple[str, ...],
        lines: tuple[str, ...],
    ) -> Titrated:
        given = Numbers(daily, daily, self.unit)
        r = self.regular
        taken = OpioidTaken(r.name, r.drug, r.route, r.form, "regular", given)
        patch = self.tables.patch(r.drug) if self.ladder.product is None else None
        every = hours(patch.every) if patch else _DAY / self.ladder.doses
        per_dose = daily / self.ladder.doses
        needed = rescue(self.tables, [taken], self.wish)
        return Titrated(action, reason, daily, per_dose, self.unit, every, needed, ask, open_rows, lines)


def _increase(order: _Order, as_needed: Sequence[OpioidTaken], factor: Factor, verdicts: Verdicts) -> Titrated:
    table = order.tables.conversion.titration
    used = _used(order.tables, as_needed, factor)
    caps = [_number(table.at_most)]
    caps += [_number(c.at_most) for c in table.caps if possibly(verdicts, f"conversion/titration/{c.row}")]
    limit = order.now * min(caps)
    goal = order.now * _number(table.none_used) if used.high == 0 else order.now + used.low
    top = order.ladder.top(order.now)
    reachable = min(goal, limit) if top is None else min(goal, limit, top)
    daily = order.ladder.down(reachable)
    how = f"no rescue used: x {table.none_used}" if used.high == 0 else f"+ {shown(used.low)} as needed"
    lines: tuple[str, ...] = (
        f"{amount(order.now, order.unit)} {how} = {shown(goal)}; at most x {min(caps)} = {shown(limit)}",
        f"rounded down to {amount(daily, order.unit)}",
    )
    if daily <= order.now:
        up = _next_strength(order, used, factor, verdicts)
        if up is None:
            reason = "The next strength is more than the cap allows: rescue stays, the amount as well."
            return order.answer("unchanged", reason, order.now, (), (), (*lines, reason))
        lines = (*lines, f"one strength up to {amount(up, order.unit)}: rescue was worth at least as much")
        daily = up
    return order.answer("increase", "", daily, (), (), lines)


def _used(tables: OpioidTables, as_needed: Sequence[OpioidTaken], factor: Factor) -> Numbers:
    """What as-needed doses add in 24 h, in the unit of the regular opioid."""
    low, high = Decimal(0), Decimal(0)
    for order in as_needed:
        own = tables.factor(order.drug, order.route)
        doses = counted(order, "from_low")
        if own is None or own.from_low is None or order.amount is None or doses is None or factor.to_high is None:
            continue
        each = measured(order.amount, own.unit)
        same = (own.drug, own.route) == (factor.drug, factor.route)
        over, under = (Decimal(1), Decimal(1)) if same else (Decimal(own.from_low), Decimal(factor.to_high))
        low, high = low + each.low * doses.low * over / under, high + each.high * doses.high * over / under
    return Numbers(low, high, factor.unit)


def _next_strength(order: _Order, used: Numbers, factor: Factor, verdicts: Verdicts) -> Decimal | None:
    table = order.tables.conversion.titration.next_strength
    up, top = order.ladder.next(order.now), order.ladder.top(order.now)
    if up is None or order.regular.drug not in table.drugs or possibly(verdicts, "conversion/titration/next-strength"):
        return None
    # A patch's step limit is about several strengths at once; the next one may lie just beyond it.
    highest = top if order.ladder.product is not None else None
    worth = Decimal(factor.display or "0")
    step = (up - order.now) * worth
    small = step <= Quantity.parse(table.worth_at_most).to("mg").amount
    return up if small and used.low * worth >= step and (highest is None or up <= highest) else None


def _number(text: str) -> Decimal:
    over, under = fraction(text)
    return over / under
