"""What the opioid methods share: the tables, what is taken, its totals, and rounding to a product.

Totals are sets. Where one stands for a dose to come, its lower end is used and the working names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from protocol.dosing.refusal import Refused, misuse
from protocol.instruments.bounds import measured
from protocol.instruments.opioids import OpioidOrder, OpioidTotal, as_needed_mean, opioid_total
from protocol.instruments.wording import amount, amount_range
from protocol.possible import Numbers, Words
from protocol.quantity import Quantity, round_down
from protocol.rules.conversion import Conversion, Product
from protocol.rules.conversion_special import PatchTable, WithoutEquivalent
from protocol.rules.formulary import Factor, Step
from protocol.rules.rule import Refer
from protocol.terms import Truth

__all__ = [
    "COLUMNS",
    "OpioidTables",
    "OpioidTaken",
    "counted",
    "hours",
    "is_weak",
    "low_end",
    "mass",
    "reached",
    "rounded",
    "start_total",
    "total",
    "words_with",
]

COLUMNS = ("display", "from_low", "to_high", "range_high")
Schedule = Literal["regular", "as-needed"]
_EITHER = Words(frozenset({"absent", "present"}))


@dataclass(frozen=True, slots=True)
class OpioidTables:
    """The two opioid tables of a ruleset."""

    conversion: Conversion
    factors: tuple[Factor, ...]

    def factor(self, drug: str, route: str) -> Factor | None:
        """The factors of a drug by one route; None where the table has no such pair."""
        return next((f for f in self.factors if (f.drug, f.route) == (drug, route)), None)

    def product(self, name: str) -> Product:
        """A product by its id.

        Raises:  ConversionRefused for an id that the table does not hold.
        """
        found = next((p for p in self.conversion.products.rows if p.product == name), None)
        if found is None:
            raise misuse("opioid-conversion.yaml", f"there is no product {name}", "name a product of the table")
        return found

    def patch(self, drug: str) -> PatchTable | None:
        """The patch of a drug; None where it has none."""
        return next((p for p in self.conversion.patches if p.drug == drug), None)

    def special(self, drug: str) -> WithoutEquivalent | None:
        """The table of a drug without an equivalent; None for any other."""
        return next((w for w in self.conversion.without_equivalent if w.drug == drug), None)


@dataclass(frozen=True, slots=True)
class OpioidTaken:
    """One opioid that is taken.

    `amount` is what a regular order gives in 24 h (a patch: its rate), or one dose of an as-needed order;
    None when it is not known. `counts` are the as-needed doses of each recorded day, oldest first; `allowed`
    the most in 24 h; `incident` says if they were taken only before movement.
    """

    name: str
    drug: str
    route: str
    form: str
    schedule: Schedule
    amount: Numbers | None
    counts: tuple[Numbers, ...] = ()
    allowed: Numbers | None = None
    incident: Words = _EITHER


def counted(taken: OpioidTaken, column: str) -> Numbers | None:
    """As-needed doses in 24 h: unrecorded ones and those before movement only count where risk is asked.

    Units:   answers in "1"; None when nothing bounds it.
    Source:  the protocol's own rule (consensus).
    """
    mean = as_needed_mean(taken.counts)
    if column == "range_high":
        return mean if mean is not None else taken.allowed
    if mean is None or taken.incident.options == {"present"}:
        return Numbers(Decimal(0), Decimal(0), "1")
    low = Decimal(0) if "present" in taken.incident.options else mean.low
    return Numbers(low, mean.high, "1")


def _order(taken: OpioidTaken, tables: OpioidTables, column: str) -> OpioidOrder:
    factor = tables.factor(taken.drug, taken.route)
    if factor is None:
        return OpioidOrder(taken.name, None, {column: Decimal(1)})
    written = getattr(factor, column)
    value = None if written is None else Decimal(written)
    if taken.amount is None:
        return OpioidOrder(taken.name, None, {column: value})
    each = measured(taken.amount, factor.unit)
    if taken.schedule == "regular":
        return OpioidOrder(taken.name, each, {column: value})
    doses = counted(taken, column)
    daily = None if doses is None else Numbers(each.low * doses.low, each.high * doses.high, factor.unit)
    return OpioidOrder(taken.name, daily, {column: value})


def total(
    taken: Sequence[OpioidTaken],
    tables: OpioidTables,
    column: str,
    schedule: Literal["regular", "all"] = "all",
) -> OpioidTotal:
    """The total of what is taken, by one column of equivalents.

    Units:   answers in mg/(24.h) of the measure.
    Range:   as `opioid_total`; a route that the table does not hold leaves the total open.
    Raises:  QuantityError for an amount of another kind than its factor.
    Source:  `opioid_total`.
    """
    orders = [_order(t, tables, column) for t in taken if schedule == "all" or t.schedule == "regular"]
    return opioid_total(orders, column)


def reached(whole: OpioidTotal, threshold: Decimal) -> Truth:
    """Whether a total reaches a gate; without an equivalent every gate counts as reached.

    Units:   threshold in mg/(24.h).
    """
    if whole.status == "no-equivalent" or whole.total.low >= threshold:
        return Truth.APPLIES
    return Truth.CANNOT_TELL if whole.total.high >= threshold else Truth.DOES_NOT_APPLY


def start_total(
    taken: Sequence[OpioidTaken], tables: OpioidTables, schedule: Literal["regular", "all"] = "all"
) -> OpioidTotal | Refused:
    """The total from which a conversion starts, or why none can be formed."""
    whole = total(taken, tables, "from_low", schedule)
    if whole.status == "incomplete":
        ask = tuple(f"Which dose, unit, route and interval: {t.name}?" for t in taken if _open(t, tables))
        return Refused(
            "withheld",
            "An opioid order is not complete, so no total can be formed.",
            None,
            ask,
            (),
            whole.working,
        )
    if whole.status == "no-equivalent":
        to = next(
            (s.refer for t in taken if (s := tables.special(t.drug))),
            Refer(to="specialist palliative care", within="24 h"),
        )
        return Refused(
            "refer",
            "One of the opioids has no linear equivalent: no conversion away from it.",
            to,
            (),
            (),
            whole.working,
        )
    return whole


def _open(taken: OpioidTaken, tables: OpioidTables) -> bool:
    return taken.amount is None or tables.factor(taken.drug, taken.route) is None


def low_end(whole: OpioidTotal, measure: str) -> tuple[Decimal, tuple[str, ...]]:
    """The end of a total that a new dose is worked out from, and the lines that name it."""
    if whole.total.known:
        return whole.total.low, whole.working
    used = amount(whole.total.low, whole.total.unit)
    line = f"of {amount_range(whole.total)} {measure} the lower end is used: {used}"
    return whole.total.low, (*whole.working, line)


def rounded(value: Decimal, ladder: Sequence[Step], unit: str) -> Decimal:
    """Round down to the step that holds at this amount; below the first step nothing is left.

    Units:   amount and answer in `unit`.
    Range:   never above the amount.
    """
    steps = sorted((Quantity.parse(s.from_).to(unit).amount, Quantity.parse(s.step).to(unit).amount) for s in ladder)
    fitting = [step for start, step in steps if start <= value]
    return round_down(value, fitting[-1]) if fitting else Decimal(0)


def mass(text: str, unit: str = "mg") -> Decimal:
    """An amount of the table as a number of one unit."""
    return Quantity.parse(text).to(unit).amount


def hours(text: str) -> Decimal:
    """A time of the table in hours."""
    return Quantity.parse(text).to("h").amount


def words_with(product: Product, dose: Decimal) -> tuple[str, ...]:
    """What is said with a single dose of a product, in the product's unit."""
    if product.say is None or (product.say_below and dose >= mass(product.say_below, product.unit)):
        return ()
    return (product.say,)


def is_weak(taken: Sequence[OpioidTaken], tables: OpioidTables) -> bool:
    """Whether every opioid that is taken is one that the weak-to-strong rule leaves."""
    return bool(taken) and all(t.drug in tables.conversion.reductions.weak for t in taken)
