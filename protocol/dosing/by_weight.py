"""Doses by the lower of ideal and actual weight, with a floor of weight and a cap of rate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from protocol.dosing.opioids import OpioidTables, hours, mass, rounded
from protocol.dosing.refusal import Refused, Verdicts, gate, misuse
from protocol.instruments.body import ideal_weight
from protocol.instruments.bounds import exact, measured
from protocol.instruments.wording import amount, amount_range, shown
from protocol.possible import Numbers, Words

__all__ = ["WeighedDose", "weigh"]


@dataclass(frozen=True, slots=True)
class WeighedDose:
    """A bolus with the minutes it takes, and an infusion: how it starts, its most, and for how many hours."""

    drug: str
    weight: Decimal
    bolus: Decimal
    over: Decimal
    rate_start: Decimal
    rate_most: Decimal
    hours: Decimal
    working: tuple[str, ...]


@exact
def weigh(
    tables: OpioidTables,
    drug: str,
    body: tuple[Numbers, Numbers, Words],
    verdicts: Verdicts,
    approved: frozenset[str] = frozenset(),
) -> WeighedDose | Refused:
    """Bolus and infusion by weight, or what bars them.

    Units:   `body` is weight in kg, height in cm and sex at birth; answers in kg, mg, min, mg/h and h.
    Range:   by the lightest that the patient may count as; rate at most the cap; rounded down.
    Raises:  ConversionRefused for a drug without a table, or a condition not judged.
    Source:  the `because` of the table.
    """
    table = next((w for w in tables.conversion.by_weight if w.drug == drug), None)
    if table is None:
        raise misuse(drug, "this drug is not dosed by weight", "name a drug of the table")
    barred = gate(f"weight-{drug}", table.gates, verdicts, approved)
    if barred is not None:
        return barred
    actual, height, sex = measured(body[0], "kg"), measured(body[1], "cm"), body[2]
    floor = mass(table.not_below, "kg")
    if actual.high < floor:
        return Refused("excluded", f"Below {table.not_below} not at all.", table.refer)
    if actual.low < floor:
        ask = ("What does the patient weigh?",)
        return Refused("withheld", f"The weight may be below {table.not_below}.", None, ask)
    ideal = ideal_weight(height, sex)
    weight = min(ideal.low, actual.low)
    bolus = rounded(mass(table.bolus, "mg/kg") * weight, table.rounding, "mg")
    cap = mass(table.infusion_cap, "mg/h")
    start, most = (
        rounded(min(mass(text, "mg/kg/h") * weight, cap), table.rounding, "mg")
        for text in (table.infusion_start, table.infusion_most)
    )
    lines = (
        f"lower of ideal {amount_range(ideal)} and actual {amount_range(actual)}: {amount(weight, 'kg')}",
        f"{table.bolus} x {shown(weight)} = {amount(bolus, 'mg')} over {table.over}, rounded down",
        f"infusion {amount(start, 'mg/h')} to at most {amount(most, 'mg/h')} for {table.hours}",
        f"no rate above {table.infusion_cap}",
    )
    if bolus == 0 or start == 0:
        return Refused("refer", "Less than can be measured.", table.refer, (), (), lines)
    return WeighedDose(drug, weight, bolus, mass(table.over, "min"), start, most, hours(table.hours), lines)
