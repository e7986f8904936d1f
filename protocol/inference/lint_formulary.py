"""Checks of the formulary: caps that do not rise as organs fail, sources that exist, rows that say something."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from protocol.errors import Fault
from protocol.inference.lint_conversion import conversion_faults, factor_faults
from protocol.inference.program import Program
from protocol.quantity import UNITS, Quantity
from protocol.rules.formulary import Amounts, Band, Bands, Drug, Regimen
from protocol.rules.rule import Because

__all__ = ["formulary_faults"]


def formulary_faults(program: Program) -> list[Fault]:
    """Every fault of every drug file and of the opioid tables."""
    faults: list[Fault] = []
    for drug in program.ruleset.drugs.values():
        faults += _drug(program, drug)
    item = program.ruleset.items["formulary/opioid-equivalence.yaml"]
    for i, factor in enumerate(program.ruleset.factors):
        line = item.position(("factors", i))
        if factor.drug not in program.ruleset.drugs:
            faults.append(Fault(item.file, f"{factor.drug} is not a drug of the formulary", "add its file", *line))
        faults += [Fault(item.file, what, "add the source", *line) for what in _sources(program, factor.because)]
        faults += [Fault(item.file, what, "correct the columns", *line) for what in factor_faults(factor)]
    return [*faults, *conversion_faults(program)]


def _drug(program: Program, drug: Drug) -> Iterator[Fault]:
    item = program.ruleset.items[drug.drug]
    for name in drug.classes:
        if name not in program.ruleset.vocabulary.classes:
            yield Fault(
                item.file,
                f"{name} is not a class of the vocabulary",
                "correct the name, or declare it",
                *item.position(("classes",)),
            )
    for what in _sources(program, drug.because):
        yield Fault(item.file, what, "add the source", *item.position(("because",)))
    for i, regimen in enumerate(drug.regimens):
        for what in _sources(program, regimen.because):
            yield Fault(item.file, what, "add the source", *item.position(("regimens", i, "because")))
        for what, remedy in _regimen(regimen):
            yield Fault(item.file, f"{regimen.regimen}: {what}", remedy, *item.position(("regimens", i)))


def _sources(program: Program, because: Because) -> Iterator[str]:
    for cited in because.cite:
        if cited.source not in program.ruleset.sources:
            yield f"{cited.source} is not in sources.yaml"


def _regimen(regimen: Regimen) -> Iterator[tuple[str, str]]:
    rows: list[Amounts] = [*regimen.rows, *(band for bands in regimen.bands for band in bands.rows)]
    misfits = list(_misfits(regimen, rows))
    if misfits:
        # What cannot be expressed in the regimen's unit cannot be compared with its neighbours either.
        yield from misfits
        return
    if not rows:
        yield "no row says a dose", "add rows or bands"
    if any(row.per_kg for row in rows) and not regimen.rounding:
        yield "a dose per kilogram is calculated and must be rounded", "add a rounding ladder"
    if regimen.rescue and not regimen.rounding:
        yield "a rescue dose is calculated and must be rounded", "add a rounding ladder"
    for bands in regimen.bands:
        yield from _edges(bands)
        yield from _monotone(bands)


def _misfits(regimen: Regimen, rows: list[Amounts]) -> Iterator[tuple[str, str]]:
    """Amounts of another kind than the regimen's unit, and intervals that are no times."""
    if regimen.unit not in UNITS:
        yield f'"{regimen.unit}" is not a unit of the table', "write it as UCUM does: mg, microgram, microgram/h"
        return
    per_kg = f"{regimen.unit}/kg"
    parts = [(text, regimen.unit) for row in rows for text in (row.dose, row.maximum)]
    parts += [(text, per_kg) for row in rows for text in (row.per_kg, row.maximum_per_kg)]
    parts += [(text, "h") for row in rows for text in (row.every,)]
    parts += [(text, regimen.unit) for step in regimen.rounding for text in (step.from_, step.step)]
    for text, unit in parts:
        if text and (unit not in UNITS or Quantity.parse(text).kind != UNITS[unit].kind):
            yield f'"{text}" cannot be expressed in {unit}', "write it in the unit of the regimen"


def _edges(bands: Bands) -> Iterator[tuple[str, str]]:
    edges = [Quantity.parse(band.from_.lstrip(">= ")).amount for band in bands.rows]
    if edges != sorted(edges, reverse=True) or len(set(edges)) != len(edges):
        yield f"the bands by {bands.by} are not in order from the highest edge down", "put them in order"


def _monotone(bands: Bands) -> Iterator[tuple[str, str]]:
    """Going down the bands no dose and no maximum rises, no interval shortens, and no refusal is lifted."""
    for upper, lower in zip(bands.rows, bands.rows[1:], strict=False):
        for part in ("dose", "per_kg", "maximum", "maximum_per_kg"):
            high, low = _amount(upper, part), _amount(lower, part)
            if high is not None and low is not None and low > high:
                yield f"{part} rises below {bands.by} {upper.from_}", "a dose may not rise as the number falls"
        high, low = _amount(upper, "every"), _amount(lower, "every")
        if high is not None and low is not None and low < high:
            yield (
                f"the interval shortens below {bands.by} {upper.from_}",
                "an interval may not shorten as the number falls",
            )
        if (upper.refer or upper.refuse) and not (lower.refer or lower.refuse):
            yield (
                f"a refusal is lifted below {bands.by} {upper.from_}",
                "what is refused stays refused as the number falls",
            )


def _amount(band: Band, part: str) -> Decimal | None:
    text = getattr(band, part)
    if text is None:
        return None
    quantity = Quantity.parse(text)
    return quantity.to("h").amount if quantity.kind == "time" else quantity.amount
