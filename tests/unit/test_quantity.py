"""Units: conversions against pint, spellings, and what must not convert."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import QuantityError
from protocol.quantity import MOLAR_MASS, UNITS, Quantity, canonical_unit, convert, plain, round_down

PINT: Any = pint.UnitRegistry(non_int_type=Decimal)
IN_PINT = {
    "1": "dimensionless",
    "%": "percent",
    "s": "s",
    "min": "min",
    "h": "h",
    "d": "day",
    "wk": "week",
    "mo": "year/12",
    "a": "year",
    "microgram": "ug",
    "mg": "mg",
    "g": "g",
    "kg": "kg",
    "[lb_av]": "lb",
    "microgram/kg": "ug/kg",
    "mg/kg": "mg/kg",
    "microgram/h": "ug/h",
    "microgram/(24.h)": "ug/day",
    "mg/h": "mg/h",
    "mg/(24.h)": "mg/day",
    "g/(24.h)": "g/day",
    "mg/kg/(24.h)": "mg/kg/day",
    "mg/kg/h": "mg/kg/h",
    "mL": "mL",
    "L": "L",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "[in_i]": "inch",
    "cm2": "cm**2",
    "mL/min": "mL/min",
    "ng/mL": "ng/mL",
    "microgram/L": "ug/L",
    "microgram/mL": "ug/mL",
    "mg/L": "mg/L",
    "mg/dL": "mg/dL",
    "mg/mL": "mg/mL",
    "g/L": "g/L",
    "g/dL": "g/dL",
    "umol/L": "umol/L",
    "mmol/L": "mmol/L",
    "mol/L": "mol/L",
    "10*9/L": "10**9/L",
    "10*3/uL": "10**3/uL",
    "/min": "1/min",
    "ms": "ms",
    "mm[Hg]": "mmHg",
    "Gy": "Gy",
    "cGy": "cGy",
    "deg": "deg",
    "Cel": "degC",
    "[degF]": "degF",
    "mmol": "mmol",
}
"""Units that pint knows too; the rest are alone in their kind."""

PAIRS = [(one, other) for one in IN_PINT for other in IN_PINT if one != other and UNITS[one].kind == UNITS[other].kind]
TEMPERATURES = ("Cel", "[degF]")


def _in_pint(amount: Decimal, start: str, end: str) -> Decimal:
    if start in TEMPERATURES:
        return Decimal(PINT.Quantity(amount, IN_PINT[start]).to(IN_PINT[end]).magnitude)
    ratio = PINT.parse_expression(IN_PINT[start]) / PINT.parse_expression(IN_PINT[end])
    return amount * Decimal(PINT.Quantity(ratio).to("dimensionless").magnitude)


def _close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= Decimal("1e-12") * max(abs(one), abs(other), Decimal("1e-12"))


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_agrees_with_pint(start: str, end: str) -> None:
    for amount in (Decimal(0), Decimal("0.7"), Decimal(37), Decimal("101.2")):
        assert _close(convert(amount, start, end), _in_pint(amount, start, end)), (amount, start, end)


@pytest.mark.parametrize("substance", sorted(MOLAR_MASS))
@pytest.mark.parametrize(("mass", "molar"), [("mg/dL", "umol/L"), ("mg/dL", "mmol/L"), ("g/L", "mol/L")])
def test_molar_conversions_agree_with_pint(substance: str, mass: str, molar: str) -> None:
    per_mole = PINT.Quantity(MOLAR_MASS[substance], "g/mol")
    expected = (PINT.Quantity(Decimal("1.4"), mass) / per_mole).to(molar).magnitude
    assert _close(convert(Decimal("1.4"), mass, molar, substance), Decimal(str(expected)))
    back = convert(convert(Decimal("1.4"), mass, molar, substance), molar, mass, substance)
    assert _close(back, Decimal("1.4"))


@pytest.mark.parametrize(
    ("substance", "published", "unit"),
    [
        ("creatinine", "88.4", "umol/L"),
        ("bilirubin", "17.1", "umol/L"),
        ("calcium", "0.2495", "mmol/L"),
        ("glucose", "0.0555", "mmol/L"),
    ],
)
def test_one_mg_per_dl_is_the_published_factor(substance: str, published: str, unit: str) -> None:
    """The factors printed in the field list, to the digits printed there."""
    factor = Decimal(published)
    assert convert(Decimal(1), "mg/dL", unit, substance).quantize(factor) == factor


def test_fahrenheit_lands_exactly() -> None:
    assert convert(Decimal("100.4"), "[degF]", "Cel") == 38
    assert convert(Decimal(38), "Cel", "[degF]") == Decimal("100.4")
    assert convert(Decimal("102.2"), "[degF]", "Cel") == 39


@given(st.sampled_from(PAIRS), st.decimals("0.01", "1000", places=2))
def test_there_and_back(pair: tuple[str, str], amount: Decimal) -> None:
    assert _close(convert(convert(amount, *pair), pair[1], pair[0]), amount)


@pytest.mark.parametrize(
    ("start", "end"),
    [("mg", "mL"), ("mg/dL", "umol/L"), ("mL/min", "mL/min/1.73m2"), ("tablet", "sachet"), ("U", "mg")],
)
def test_units_of_another_kind_do_not_convert(start: str, end: str) -> None:
    with pytest.raises(QuantityError):
        convert(Decimal(1), start, end)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mcg", "microgram"),
        ("µg", "microgram"),
        ("mcg/h", "microgram/h"),
        ("umol/l", "umol/L"),
        ("µmol/l", "umol/L"),
        ("mg/dl", "mg/dL"),
        ("ml", "mL"),
        ("°F", "[degF]"),
        ("mmHg", "mm[Hg]"),
        ("10^9/L", "10*9/L"),
        ("x10^9/l", "10*9/L"),
        ("mg/day", "mg/(24.h)"),
        ("patches", "patch"),
        ("tablets", "tablet"),
        ("years", "a"),
        ("", "1"),
    ],
)
def test_spellings(written: str, meant: str) -> None:
    assert canonical_unit(written) == meant


@pytest.mark.parametrize("text", ["", "mg", "5 mgg", "5,5 mg", "1e3 mg", "٣ mg", "5 mg 3", "NaN mg", "--5 mg"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(QuantityError):
        Quantity.parse(text)


def test_a_quantity_refuses_a_binary_fraction() -> None:
    with pytest.raises(QuantityError):
        Quantity(0.1, "mg")  # type: ignore[arg-type]


def test_every_unit_writes_and_reads_itself() -> None:
    for unit in UNITS:
        assert Quantity.parse(str(Quantity(Decimal("2.50"), unit))) == Quantity(Decimal("2.5"), unit)


@given(st.decimals("0", "500", places=3), st.sampled_from(["0.5", "1", "2.5", "5"]))
def test_rounding_never_goes_up(amount: Decimal, step: str) -> None:
    down = round_down(amount, Decimal(step))
    assert down <= amount < down + Decimal(step)
    assert down % Decimal(step) == 0


def test_plain_numbers() -> None:
    assert [plain(Decimal(t)) for t in ("1E+3", "2.50", "0.0", "-3.10", "100")] == [
        "1000",
        "2.5",
        "0",
        "-3.1",
        "100",
    ]
