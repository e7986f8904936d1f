"""The formulary: one file a drug, its regimens, and the rows that decide a dose.

Bands carry only their lower edge, so that a gap or an overlap cannot be written. Of all rows that apply or
cannot be told, the lowest amount, the longest interval and the lowest maximum hold.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from protocol.rules.rule import Amount, Because, Id, Name, Refer, Strict

__all__ = ["Band", "Bands", "Code", "Drug", "Equivalence", "Factor", "Regimen", "RescueShare", "Row", "Step"]

Edge = Annotated[str, StringConstraints(pattern=r"^>=? ?\d+(\.\d+)?$")]


class Code(Strict):
    """A terminology code and whether it was read at its source."""

    system: Literal["atc", "rxnorm", "snomed"]
    code: str
    verified: Literal["yes", "partly", "no"]


class Step(Strict):
    """The rounding step that holds from an amount upward."""

    from_: Amount = Field(alias="from")
    step: Amount


class Amounts(Strict):
    """What a row may say of a dose."""

    dose: Amount | None = None
    per_kg: Amount | None = None
    every: Amount | None = None
    maximum: Amount | None = None
    maximum_per_kg: Amount | None = None
    timing: str | None = None
    refer: Refer | None = None
    refuse: str | None = None
    say: str | None = None


class Band(Amounts):
    """One band: from its lower edge up to the edge above it."""

    from_: Edge = Field(alias="from")


class Bands(Strict):
    """Rows by one number, highest edge first; they cover the number's whole domain."""

    by: Name
    rows: tuple[Band, ...] = Field(min_length=1)


class Row(Amounts):
    """A row that holds while its condition applies or cannot be told."""

    row: Id
    when: Any


class ShareRow(Strict):
    row: Id
    when: Any
    divide_by: int = Field(ge=1)


class TooSmall(Strict):
    """Where the share rounds to nothing: the regular single dose is the rescue, this far apart, so often."""

    every: Amount
    at_most: int = Field(ge=1)


class RescueShare(Strict):
    """The as-needed dose as a share of the regular daily total; of several rows the largest divisor holds."""

    divide_by: int = Field(ge=1)
    rows: tuple[ShareRow, ...] = ()
    every: Amount
    at_most: int = Field(ge=1)
    at_least_share: str
    at_most_share: str
    free_below: Amount
    too_small: TooSmall | None = None
    because: Because


class Regimen(Strict):
    """One way to give the drug: route, form, dose rows, rounding, and what follows."""

    regimen: Id
    title: str
    route: str
    form: str
    schedule: Literal["regular", "as-needed", "single", "infusion", "patch"]
    unit: str
    bands: tuple[Bands, ...] = ()
    rows: tuple[Row, ...] = ()
    rounding: tuple[Step, ...] = ()
    timing: str | None = None
    titration: str | None = None
    rescue: RescueShare | None = None
    products: tuple[str, ...] = ()
    because: Because


class Factor(Strict):
    """Milligrams of oral morphine for one unit of the drug by one route; null where none exists."""

    drug: Id
    route: str
    unit: str
    display: str | None
    from_low: str | None
    to_high: str | None
    range_high: str | None
    because: Because


class Equivalence(Strict):
    """The content of opioid-equivalence.yaml: directed factors, never a default."""

    factors: tuple[Factor, ...]


class Drug(Strict):
    """One drug: classes, codes, regimens, and how it is stopped."""

    drug: Id
    title: str
    also: tuple[str, ...] = ()
    classes: tuple[Name, ...] = Field(min_length=1)
    codes: tuple[Code, ...] = ()
    regimens: tuple[Regimen, ...] = ()
    taper: str | None = None
    revision: int = Field(ge=1)
    because: Because
