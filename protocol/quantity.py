"""Numbers that cannot lose their unit.

Amounts are `Decimal`, units come from a closed table in UCUM spelling, and a conversion is possible only
between units of one kind. A mass concentration becomes a molar one only for a named substance, because the
factor is the substance's molar mass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache

from protocol.errors import QuantityError

__all__ = ["MOLAR_MASS", "UNITS", "Quantity", "Unit", "canonical_unit", "convert", "plain", "round_down"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the closed table: what kind of thing it measures, and its size in that kind's base unit."""

    kind: str
    factor: Decimal
    offset: Decimal = Decimal(0)


_DIGITS = 28
"""Significant digits of a converted amount."""

_WORKING_DIGITS = 40
"""Significant digits inside a conversion, so that 100.4 [degF] is 38 Cel and not a hair beside it."""

_TEXTS = 4096
"""How many texts are kept as read; a ruleset writes some hundred, and every plan asks for them again."""

_COUNTED = ("tablet", "capsule", "sachet", "patch", "drop", "puff", "application", "suppository")


def _table() -> dict[str, Unit]:
    kinds: dict[str, dict[str, str]] = {
        "number": {"1": "1", "%": "0.01"},
        "time": {
            "s": "1",
            "min": "60",
            "h": "3600",
            "d": "86400",
            "wk": "604800",
            "mo": "2629800",
            "a": "31557600",
        },
        "mass": {"microgram": "0.000001", "mg": "0.001", "g": "1", "kg": "1000", "[lb_av]": "453.59237"},
        "mass per mass": {"microgram/kg": "0.000000001", "mg/kg": "0.000001"},
        "mass per time": {
            "microgram/h": "0.000024",
            "microgram/(24.h)": "0.000001",
            "mg/h": "0.024",
            "mg/(24.h)": "0.001",
            "g/(24.h)": "1",
        },
        "mass per mass and time": {"mg/kg/(24.h)": "0.001", "mg/kg/h": "0.024"},
        "volume": {"mL": "1", "L": "1000"},
        "length": {"mm": "0.1", "cm": "1", "m": "100", "[in_i]": "2.54"},
        "area": {"cm2": "1"},
        "volume per time": {"mL/min": "1"},
        "volume per time and area": {"mL/min/1.73m2": "1"},
        "mass concentration": {
            "ng/mL": "0.000001",
            "microgram/L": "0.000001",
            "microgram/mL": "0.001",
            "mg/L": "0.001",
            "mg/dL": "0.01",
            "mg/mL": "1",
            "g/L": "1",
            "g/dL": "10",
        },
        "molar concentration": {"umol/L": "0.000001", "mmol/L": "0.001", "mol/L": "1"},
        "count concentration": {"10*9/L": "1", "10*3/uL": "1"},
        "enzyme activity": {"U/L": "1"},
        "inhibitor activity": {"[iU]/mL": "1"},
        "pressure": {"mm[Hg]": "1"},
        "per time": {"/min": "1"},
        "interval": {"ms": "1"},
        "radiation dose": {"Gy": "1", "cGy": "0.01"},
        "angle": {"deg": "1"},
        "acidity ratio": {"mmol/mol": "1"},
        "amount of substance": {"mmol": "1"},
        "biological activity": {"U": "1"},
    }
    table = {name: Unit(kind, Decimal(size)) for kind, units in kinds.items() for name, size in units.items()}
    # What is counted is itself the kind: a tablet is not a sachet.
    table |= {name: Unit(f"count of {name}", Decimal(1)) for name in _COUNTED}
    # Temperatures are the only units with an offset, which is why the table has a column for it.
    table["Cel"] = Unit("temperature", Decimal(1))
    with localcontext() as context:
        context.prec = _WORKING_DIGITS
        table["[degF]"] = Unit("temperature", Decimal(5) / Decimal(9), Decimal(32))
    return table


UNITS = _table()
"""Every unit that may be written, in UCUM spelling; base units are g, s, L-based concentrations and so on."""

_SPELLINGS = {
    "mcg": "microgram",
    "ug": "microgram",
    "µg": "microgram",
    "μg": "microgram",
    "micrograms": "microgram",
    "mcg/h": "microgram/h",
    "ug/h": "microgram/h",
    "µg/h": "microgram/h",
    "mg/24h": "mg/(24.h)",
    "mg/24 h": "mg/(24.h)",
    "mg/d": "mg/(24.h)",
    "mg/day": "mg/(24.h)",
    "g/24 h": "g/(24.h)",
    "microgram/24 h": "microgram/(24.h)",
    "mcg/24 h": "microgram/(24.h)",
    "mg/kg/24 h": "mg/kg/(24.h)",
    "µmol/L": "umol/L",
    "μmol/L": "umol/L",
    "micromol/L": "umol/L",
    "mL/min/1.73 m2": "mL/min/1.73m2",
    "ml/min": "mL/min",
    "10^9/L": "10*9/L",
    "x10^9/L": "10*9/L",
    "degC": "Cel",
    "°C": "Cel",
    "C": "Cel",
    "degF": "[degF]",
    "°F": "[degF]",
    "F": "[degF]",
    "mmHg": "mm[Hg]",
    "years": "a",
    "year": "a",
    "y": "a",
    "days": "d",
    "day": "d",
    "weeks": "wk",
    "week": "wk",
    "hours": "h",
    "hour": "h",
    "minutes": "min",
    "months": "mo",
    "/minute": "/min",
    "ml": "mL",
    "iu/L": "U/L",
    "IU/L": "U/L",
    "hr": "h",
    "hrs": "h",
    "mins": "min",
    "minute": "min",
    "month": "mo",
    "yr": "a",
    "yrs": "a",
    "bpm": "/min",
    "beats/min": "/min",
    "breaths/min": "/min",
    "mm Hg": "mm[Hg]",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "in": "[in_i]",
    "inch": "[in_i]",
    "inches": "[in_i]",
    "degrees": "deg",
    "°": "deg",
    "IU": "U",
    "units": "U",
    "IU/mL": "[iU]/mL",
    "U/mL": "[iU]/mL",
    "kU/L": "[iU]/mL",
    "x10e9/L": "10*9/L",
    "10e9/L": "10*9/L",
    "x 10^9/L": "10*9/L",
    "mcg/L": "microgram/L",
    "ug/L": "microgram/L",
    "mcg/mL": "microgram/mL",
    "mg/24 hours": "mg/(24.h)",
    "mcg/hour": "microgram/h",
    "micrograms/hour": "microgram/h",
    "micrograms/h": "microgram/h",
    "microgram/hour": "microgram/h",
    "": "1",
}
_SPELLINGS |= {f"{name}s": name for name in _COUNTED if name != "patch"} | {"patches": "patch"}

MOLAR_MASS = {
    "creatinine": Decimal("113.12"),
    "glucose": Decimal("180.16"),
    "calcium": Decimal("40.078"),
    "bilirubin": Decimal("584.66"),
    "magnesium": Decimal("24.305"),
}
"""Grams per mole. Source: sums of the IUPAC standard atomic weights for each formula."""

_TEXT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*(\S.*)?")


def canonical_unit(text: str) -> str:
    """Answer the table's spelling of a unit, or raise `QuantityError` naming those that exist."""
    trimmed = " ".join(text.split())
    name = _SPELLINGS.get(trimmed, trimmed)
    if name not in UNITS and trimmed.endswith("l"):
        # Many laboratories write the litre small; no other unit of the table ends in an l.
        name = _SPELLINGS.get(f"{trimmed[:-1]}L", f"{trimmed[:-1]}L")
    if name not in UNITS:
        message = f'"{text}" is not a unit of the table'
        raise QuantityError(message)
    return name


def convert(amount: Decimal, unit: str, target: str, substance: str | None = None) -> Decimal:
    """Express an amount in another unit of the same kind.

    Units:   any two of `UNITS` of one kind; mass and molar concentration of one named `substance`.
    Raises:  QuantityError when the kinds differ.
    Source:  the table above; molar masses in `MOLAR_MASS`.
    """
    start, end = UNITS[unit], UNITS[target]
    if unit == target:
        return amount
    with localcontext() as context:
        context.prec = _WORKING_DIGITS
        base = (amount - start.offset) * start.factor
        if start.kind != end.kind:
            base = _across(base, start.kind, end.kind, substance, f'"{unit}" cannot become "{target}"')
        exact = base / end.factor + end.offset
        context.prec = _DIGITS
        return +exact


def _across(base: Decimal, kind: str, target: str, substance: str | None, refusal: str) -> Decimal:
    mass = MOLAR_MASS.get(substance or "")
    if mass and (kind, target) == ("mass concentration", "molar concentration"):
        return base / mass
    if mass and (kind, target) == ("molar concentration", "mass concentration"):
        return base * mass
    raise QuantityError(refusal)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount and its unit, never apart. Refuses `float`: 0.1 is not a tenth there."""

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        # Untyped callers may hand over a float, whatever the annotation says.
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():  # type: ignore[redundant-expr]
            message = f"an amount is a finite Decimal, not {self.amount!r}"
            raise QuantityError(message)
        if self.unit not in UNITS:
            message = f'"{self.unit}" is not a unit of the table'
            raise QuantityError(message)

    @classmethod
    @lru_cache(_TEXTS)
    def parse(cls, text: str) -> Quantity:
        """Read "68 umol/L"; a number alone is read as a plain count, of unit "1"."""
        match = _TEXT.fullmatch(text.strip())
        if not match:
            message = f'"{text}" is not an amount with a unit, such as "5 mg"'
            raise QuantityError(message)
        return cls(Decimal(match[1]), canonical_unit(match[2] or ""))

    def to(self, unit: str, substance: str | None = None) -> Quantity:
        """The same quantity in another unit of its kind (see `convert`)."""
        return Quantity(convert(self.amount, self.unit, unit, substance), unit)

    @property
    def kind(self) -> str:
        return UNITS[self.unit].kind

    def __str__(self) -> str:
        return plain(self.amount) if self.unit == "1" else f"{plain(self.amount)} {self.unit}"


def plain(amount: Decimal) -> str:
    """A number as a clinician writes it: no exponent, no trailing zeros after the point."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_down(amount: Decimal, step: Decimal) -> Decimal:
    """The largest whole multiple of `step` that is not above `amount`."""
    return amount // step * step
