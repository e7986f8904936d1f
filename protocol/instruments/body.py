"""Size of the body: mass index and ideal weight."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments.bounds import exact, measured, settled, spoken
from protocol.possible import Numbers, Words

__all__ = ["LOWEST_OBESE_INDEX", "SEXES", "body_mass_index", "devine_weight", "ideal_weight", "obese_from"]

LOWEST_OBESE_INDEX = Decimal(30)
"""kg/m2; from here on the actual weight overstates what the kidneys clear."""

_SQUARE_CM_IN_M2 = Decimal(10_000)
SEXES = ("female", "male", "intersex")
"""Sex at birth. Only `male` has the larger figures; while it is not known, all three words are possible."""

_SHORTEST_MEANT = Decimal("152.4")
_PER_CM = Decimal("0.91")


def obese_from(height: Decimal) -> Decimal:
    """The weight at which a body of this height has a mass index of 30.

    Units:   height in cm; answers in kg.
    Range:   height 100 to 230.
    Source:  the definition of the index.
    """
    return LOWEST_OBESE_INDEX * height * height / _SQUARE_CM_IN_M2


def devine_weight(height: Decimal, sex: str) -> Decimal:
    """The line of ideal weight: 50 for men or 45.5 otherwise, and 0.91 for each cm above 152.4.

    Units:   height in cm; answers in kg.
    Range:   height 100 to 230; below 0 for the very short, which only a sum with actual weight may use.
    Source:  no paper is on the protocol's list for it (from memory).
    """
    start = Decimal(50) if sex == "male" else Decimal("45.5")
    return start + _PER_CM * (height - _SHORTEST_MEANT)


@exact
def body_mass_index(weight: Numbers, height: Numbers) -> Numbers:
    """Weight for height.

    Units:   weight in kg, height in cm; answers in "1", meaning kg/m2.
    Range:   weight 20 to 300, height 100 to 230; answers about 3.8 to 300.
    Raises:  QuantityError for a unit of another kind.
    Source:  the definition of the index.
    """
    kilograms, centimetres = measured(weight, "kg"), measured(height, "cm")
    least = kilograms.low * _SQUARE_CM_IN_M2 / (centimetres.high * centimetres.high)
    most = kilograms.high * _SQUARE_CM_IN_M2 / (centimetres.low * centimetres.low)
    return settled([least, most], "1")


@exact
def ideal_weight(height: Numbers, sex: Words) -> Numbers:
    """The weight that dosing by ideal weight uses.

    Units:   height in cm, words for sex at birth; answers in kg.
    Range:   height 100 to 230; the line was drawn for 152.4 cm and above, and is cut off at 0 below.
    Raises:  QuantityError for a unit of another kind or a word that is not a sex at birth.
    Source:  no paper is on the protocol's list for it (from memory).
    """
    centimetres = measured(height, "cm")
    ends = [
        max(devine_weight(end, word), Decimal(0))
        for word in sorted(spoken(sex, SEXES, "ideal weight"))
        for end in (centimetres.low, centimetres.high)
    ]
    return settled(ends, "kg")
