"""Two corrections of a blood result: calcium for albumin, and haemoglobin against an earlier one."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments.bounds import corners, exact, measured, settled
from protocol.possible import Numbers

__all__ = ["corrected_calcium", "corrected_calcium_lower", "haemoglobin_drop"]

_USUAL, _LARGER = Decimal("0.02"), Decimal("0.022")
_NORMAL_ALBUMIN = Decimal(40)


def _higher(total: Decimal, albumin: Decimal) -> Decimal:
    short = _NORMAL_ALBUMIN - albumin
    return total + max(_USUAL * short, _LARGER * short)


def _lower(total: Decimal, albumin: Decimal) -> Decimal:
    short = _NORMAL_ALBUMIN - albumin
    return total + min(_USUAL * short, _LARGER * short)


@exact
def corrected_calcium(total_calcium: Numbers, albumin: Numbers) -> Numbers:
    """Correct total calcium for albumin, taking the higher of the two published factors.

    For the question whether calcium is too high; the laboratory's own adjusted value is preferred to it.

    Units:   calcium in mmol/L, albumin in g/L; answers in mmol/L.
    Range:   calcium 1.0 to 5.5, albumin 5 to 60. Factor 0.022 for each g/L below 40, 0.02 above.
    Raises:  QuantityError for a unit of another kind.
    Source:  NHS Highland, hypercalcaemia, secondary care guidelines (0.022); 0.02 from memory.
    """
    calcium, protein = measured(total_calcium, "mmol/L", "calcium"), measured(albumin, "g/L")
    return settled(corners(_higher, calcium, protein), "mmol/L")


@exact
def corrected_calcium_lower(total_calcium: Numbers, albumin: Numbers) -> Numbers:
    """Correct total calcium for albumin, taking the lower of the two published factors.

    For the question whether calcium is too low, as before a drug that lowers it.

    Units:   calcium in mmol/L, albumin in g/L; answers in mmol/L.
    Range:   calcium 1.0 to 5.5, albumin 5 to 60. Factor 0.02 for each g/L below 40, 0.022 above.
    Raises:  QuantityError for a unit of another kind.
    Source:  NHS Highland, hypercalcaemia, secondary care guidelines (0.022); 0.02 from memory.
    """
    calcium, protein = measured(total_calcium, "mmol/L", "calcium"), measured(albumin, "g/L")
    return settled(corners(_lower, calcium, protein), "mmol/L")


@exact
def haemoglobin_drop(haemoglobin: Numbers, previous: Numbers) -> Numbers:
    """How far haemoglobin fell since an earlier result; 20 g/L within 7 days points to a bleed.

    Units:   both in g/L; answers in g/L, negative for a rise.
    Range:   haemoglobin 20 to 220.
    Raises:  QuantityError for a unit of another kind.
    Source:  Tomaselli GF et al. 2020 ACC Expert Consensus Decision Pathway. J Am Coll Cardiol
             2020;76:594-622, key points.
    """
    now, then = measured(haemoglobin, "g/L"), measured(previous, "g/L")
    return settled([then.low - now.high, then.high - now.low], "g/L")
