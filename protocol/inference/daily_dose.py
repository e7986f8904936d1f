"""What one entry of a medicine list comes to in 24 hours, as a range."""

from __future__ import annotations

from decimal import Decimal

from protocol.assessment import Medicine
from protocol.inference.domains import TOTAL_UNIT
from protocol.instruments import as_needed_mean
from protocol.possible import Numbers
from protocol.quantity import UNITS, convert
from protocol.rules.formulary import Factor

__all__ = ["daily_amount", "daily_dose"]

_DAY = Decimal(24)


def daily_dose(entry: Medicine, factor: Factor, *, highest: bool) -> Numbers | None:
    """What is taken in 24 h in the unit of the factor; None when a part of it is not known."""
    dose = entry.dose
    if dose is None:
        return None
    if UNITS[dose.unit].kind == UNITS[factor.unit].kind == "mass per time":
        return _scaled(dose, Decimal(1), Decimal(1), factor.unit)
    if UNITS[dose.unit].kind == "mass per time" and UNITS[factor.unit].kind == "mass":
        return _scaled(dose, Decimal(1), Decimal(1), f"{factor.unit}/(24.h)")
    if UNITS[dose.unit].kind != UNITS[factor.unit].kind:
        return None
    counts = _doses_a_day(entry, highest=highest)
    return None if counts is None else _scaled(dose, counts.low, counts.high, factor.unit)


def _doses_a_day(entry: Medicine, *, highest: bool) -> Numbers | None:
    interval = None
    if entry.every is not None:
        hours = [convert(x, entry.every.unit, "h") for x in (entry.every.low, entry.every.high)]
        if hours[0] <= 0:
            return None
        interval = Numbers(_DAY / hours[1], _DAY / hours[0], "1")
    if entry.schedule != "as-needed":
        return interval
    if entry.incident_only == "present" and not highest:
        return Numbers(Decimal(0), Decimal(0), "1")
    recorded = [Numbers(Decimal(n), Decimal(n), "1") for n in entry.prn_taken or () if n is not None]
    mean = as_needed_mean(recorded)
    if mean is not None:
        return mean
    # Unrecorded as-needed doses count as none where a conversion must not overshoot, and as all that the order
    # allows where risk is asked.
    if not highest:
        return Numbers(Decimal(0), Decimal(0), "1")
    return None if interval is None else Numbers(interval.high, interval.high, "1")


def _scaled(dose: Numbers, low: Decimal, high: Decimal, unit: str) -> Numbers:
    return Numbers(convert(dose.low, dose.unit, unit) * low, convert(dose.high, dose.unit, unit) * high, unit)


def daily_amount(entry: Medicine) -> Numbers | None:
    """The most that is taken in 24 h, in mg; None when it is not known or not measured in a mass."""
    if entry.dose is None:
        return None
    if UNITS[entry.dose.unit].kind == "mass per time":
        return _scaled(entry.dose, Decimal(1), Decimal(1), TOTAL_UNIT)
    counts = _doses_a_day(entry, highest=True)
    if counts is None or UNITS[entry.dose.unit].kind != "mass":
        return None
    amount = _scaled(entry.dose, counts.low, counts.high, "mg")
    return Numbers(amount.low, amount.high, TOTAL_UNIT)
