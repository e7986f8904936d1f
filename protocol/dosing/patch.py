"""On to a patch and off it. The label's table is read one way only, to the patch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from protocol.dosing.opioids import OpioidTables, OpioidTaken, hours, low_end, mass, start_total
from protocol.dosing.reduction import reduction
from protocol.dosing.refusal import Refused, Verdicts, gate, misuse
from protocol.dosing.rescue import RescueDose, RescueWish, rescue
from protocol.dosing.rotation import Change, Rotation, converted, rotate
from protocol.instruments.bounds import exact
from protocol.instruments.wording import amount, shown
from protocol.possible import Numbers
from protocol.rules.conversion_parts import fraction
from protocol.rules.conversion_special import PatchTable

__all__ = ["PATCH_UNDERDOSE", "Patch", "from_patch", "strength_at_most", "to_patch"]

PATCH_UNDERDOSE = "patch-underdose"
"""The patch is worth less than the table's share of what is left: pain is expected for some days."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch to start: its rate, days between changes in hours, and what goes with it.

    `raw` is the rate by the factor, `label_cap` that of the label's table; the lower of both is rounded down
    to a strength. `flags` holds `PATCH_UNDERDOSE` where it is due.
    """

    drug: str
    r: Decimal
    total_from: Decimal
    raw: Decimal
    label_cap: Decimal
    strength: Decimal
    unit: str
    every: Decimal
    flags: tuple[str, ...]
    rescue: RescueDose | Refused
    say: tuple[str, ...]
    working: tuple[str, ...]


def strength_at_most(table: PatchTable, rate: Decimal) -> Decimal:
    """The highest strength that is not above a rate; 0 when all are.

    Units:   both in the table's unit.
    """
    return max((s for s in _strengths(table) if s <= rate), default=Decimal(0))


def _strengths(table: PatchTable) -> list[Decimal]:
    return [mass(text, table.unit) for text in table.strengths]


@exact
def to_patch(
    tables: OpioidTables,
    taken: Sequence[OpioidTaken],
    drug: str,
    reason: str,
    wish: RescueWish,
    verdicts: Verdicts,
    approved: frozenset[str] = frozenset(),
) -> Patch | Refused:
    """Change to a patch: the lower of factor and label, rounded down to a strength.

    Units:   the patch's unit; hours.
    Range:   never above either limb, nor the patch's own top; rescue is part of the answer.
    Raises:  ConversionRefused for a drug without a patch, or one that is taken as that patch already.
    Source:  the `because` of the patch.
    """
    table = tables.patch(drug)
    if table is None:
        raise misuse(drug, "this drug has no patch in the table", "name a drug with a patch")
    if any((t.drug, t.route) == (drug, table.route) for t in taken):
        raise misuse(drug, "this patch is worn already", "titrate it instead")
    whole = start_total(taken, tables)
    if isinstance(whole, Refused):
        return whole
    barred = gate(f"patch-{drug}", table.gates, verdicts, approved) or _outside(table, whole.total)
    if barred is not None:
        return barred
    lowered = reduction(tables, whole.total, drug, reason, verdicts, approved)
    factor = tables.factor(drug, table.route)
    if isinstance(lowered, Refused):
        return lowered
    if factor is None or factor.display is None:
        raise misuse(drug, "there is no factor for this patch", "add it to the equivalents")
    low, lines = low_end(whole, tables.conversion.measure)
    raw = converted(low, lowered.r, factor)
    if isinstance(raw, Refused):
        return raw
    cap = _label_cap(table, low)
    strength = strength_at_most(table, min(raw, cap, mass(table.at_most, table.unit)))
    lines = (
        *lines,
        lowered.working,
        f"{shown(low)} x (1 - {lowered.r}) / {factor.to_high} = {amount(raw, table.unit)}",
        f"label: at most {amount(cap, table.unit)}",
        f"the lower, rounded down to {amount(strength, table.unit)}",
    )
    if strength == 0:
        return Refused("refer", "Less than the smallest patch.", table.refer, (), (), lines)
    over, under = fraction(table.shortfall)
    short = strength * Decimal(factor.display) < low * over / under
    worn = OpioidTaken(drug, drug, table.route, table.form, "regular", Numbers(strength, strength, table.unit))
    return Patch(
        drug=drug,
        r=lowered.r,
        total_from=low,
        raw=raw,
        label_cap=cap,
        strength=strength,
        unit=table.unit,
        every=hours(table.every),
        flags=(PATCH_UNDERDOSE,) if short else (),
        rescue=rescue(tables, [worn], wish),
        say=tuple(_say(table, taken, whole.total, strength, short=short)),
        working=lines,
    )


def _outside(table: PatchTable, whole: Numbers) -> Refused | None:
    """Why a total starts no patch: it may lie below the label's first row, or above what is converted."""
    first = min(mass(cap.from_total) for cap in table.start_caps)
    if whole.high < first:
        return Refused("excluded", table.below_caps)
    if whole.low < first:
        return Refused("withheld", f"Not excluded: {table.below_caps}", None, ("What is taken in 24 h, exactly?",))
    if table.refer_above and whole.high > mass(table.refer_above):
        return Refused("refer", f"Above {table.refer_above} this patch may not be enough: no conversion.", table.refer)
    return None


def _label_cap(table: PatchTable, whole: Decimal) -> Decimal:
    rows = [(mass(cap.from_total), mass(cap.at_most, table.unit)) for cap in table.start_caps]
    return max(most for edge, most in rows if edge <= whole)


def _say(
    table: PatchTable, taken: Sequence[OpioidTaken], whole: Numbers, strength: Decimal, *, short: bool
) -> list[str]:
    forms = {t.form for t in taken if t.schedule == "regular"}
    lines = sorted(line.say for line in table.starting if line.form in forms)
    if table.taper_above and table.taper_say and whole.high >= mass(table.taper_above):
        lines.insert(0, table.taper_say)
    if short:
        lines.append(table.shortfall_say)
    if table.review_above and strength > mass(table.review_above, table.unit):
        lines.append(f"Above {table.review_above}: specialist review.")
    return lines


@exact
def from_patch(
    tables: OpioidTables, taken: Sequence[OpioidTaken], change: Change, verdicts: Verdicts
) -> Rotation | Refused:
    """Leave a patch for another opioid: by its factor, never by the label's table; the wait is in the answer.

    Units:   the product's unit; hours.
    Range:   as `rotate`; a patch of unknown strength withholds the conversion.
    Raises:  ConversionRefused when no patch is worn.
    Source:  the `because` of the patch and of the reductions.
    """
    worn = [t for t in taken if (p := tables.patch(t.drug)) and p.route == t.route]
    if not worn:
        raise misuse(change.product, "no patch is worn", "rotate instead")
    unknown = tuple(f"Which strength, how many, which change day: {t.name}?" for t in worn if t.amount is None)
    if unknown:
        return Refused("withheld", "The strength of the patch is not known.", None, unknown)
    return rotate(tables, taken, change, verdicts)
