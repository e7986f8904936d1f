"""Every row of a drug's formulary in one line each, as a person would copy it from a dose table."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.rules.formulary import Amounts, Drug, Regimen, RescueShare

__all__ = ["doses_of"]


def doses_of(drug: Drug) -> dict[str, dict[str, str]]:
    """The rows by `drug/regimen`: bands by their edge, rows by their name, then rounding and rescue."""
    return {f"{drug.drug}/{regimen.regimen}": dict(_regimen(regimen)) for regimen in drug.regimens}


def _regimen(regimen: Regimen) -> Iterator[tuple[str, str]]:
    yield "given", f"{regimen.route}, {regimen.form}, {regimen.schedule}, in {regimen.unit}"
    for bands in regimen.bands:
        yield from ((f"{bands.by} {band.from_}", _amounts(band)) for band in bands.rows)
    yield from ((row.row, _amounts(row)) for row in regimen.rows)
    if regimen.rounding:
        yield "rounding", "; ".join(f"from {step.from_} by {step.step}" for step in regimen.rounding)
    if regimen.rescue:
        yield from _rescue(regimen.rescue)


def _amounts(row: Amounts) -> str:
    parts = [
        row.dose,
        f"{row.per_kg}" if row.per_kg else None,
        f"every {row.every}" if row.every else None,
        f"at most {row.maximum} a day" if row.maximum else None,
        f"at most {row.maximum_per_kg} a day" if row.maximum_per_kg else None,
        f"refer: {row.refer.to} within {row.refer.within}" if row.refer else None,
        "refused" if row.refuse else None,
    ]
    return ", ".join(part for part in parts if part) or "says no amount"


def _rescue(rescue: RescueShare) -> Iterator[tuple[str, str]]:
    shares = "".join(f", by {row.divide_by} if {row.row}" for row in rescue.rows)
    yield "rescue", f"day divided by {rescue.divide_by}{shares}; every {rescue.every}, {rescue.at_most} times"
    yield (
        "rescue range",
        f"{rescue.at_least_share} to {rescue.at_most_share} of the day, free below {rescue.free_below}",
    )
    if rescue.too_small:
        yield "rescue too small", f"every {rescue.too_small.every}, {rescue.too_small.at_most} times"
