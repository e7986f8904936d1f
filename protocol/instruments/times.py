"""How long ago something was, as a possible set."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from protocol.errors import QuantityError
from protocol.instruments.bounds import exact, settled
from protocol.possible import Numbers
from protocol.quantity import UNITS

__all__ = ["ago"]

_MICROSECONDS = Decimal(1_000_000)


@exact
def ago(moment: datetime | None, now: datetime, unit: str, longest: Decimal) -> Numbers:
    """How long before `now` a moment was; a moment that is not known was any time up to `longest` ago.

    Units:   `longest` and the answer in the given unit of time.
    Range:   0 to `longest`: a moment further back counts as that far, one after `now` as now.
    Raises:  QuantityError when the unit is not one of time.
    """
    if UNITS[unit].kind != "time":
        message = f'"{unit}" does not measure time'
        raise QuantityError(message)
    if moment is None:
        return settled([Decimal(0), longest], unit)
    passed = Decimal((now - moment) // timedelta(microseconds=1)) / _MICROSECONDS / UNITS[unit].factor
    return settled([min(max(passed, Decimal(0)), longest)], unit)
