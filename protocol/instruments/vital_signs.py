"""The National Early Warning Score 2, from vital signs of which any may be unknown."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments.bounds import ABSENT_OR_PRESENT, ladder, measured, scored, spoken, sums
from protocol.possible import Numbers, Words

__all__ = ["CONSCIOUSNESS_POINTS", "OXYGEN_SCALES", "news2"]

CONSCIOUSNESS_POINTS = {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}
OXYGEN_SCALES = ("scale_1", "scale_2")
"""Scale 2 is for a target of 88 to 92 % in hypercapnic failure, on a clinician's decision; else scale 1."""

_ON_OXYGEN = 2


def _saturation(saturation: Numbers, oxygen: str, scale: str) -> frozenset[int]:
    if scale == "scale_1":
        points = ladder(saturation, (("<=", "91", 3), ("<=", "93", 2), ("<=", "95", 1)), 0)
    elif oxygen == "present":
        points = ladder(
            saturation,
            (
                ("<=", "83", 3),
                ("<=", "85", 2),
                ("<=", "87", 1),
                ("<=", "92", 0),
                ("<=", "94", 1),
                ("<=", "96", 2),
            ),
            3,
        )
    else:
        points = ladder(saturation, (("<=", "83", 3), ("<=", "85", 2), ("<=", "87", 1)), 0)
    return sums((points, frozenset({_ON_OXYGEN if oxygen == "present" else 0})))


def news2(  # noqa: PLR0913 - the score has seven observations, and the choice of oxygen scale
    *,
    respiratory_rate: Numbers,
    oxygen_saturation: Numbers,
    on_oxygen: Words,
    systolic_bp: Numbers,
    heart_rate: Numbers,
    consciousness: Words,
    temperature: Numbers,
    oxygen_scale: Words | None = None,
) -> Numbers:
    """Score how far vital signs stand from normal. Without a choice of oxygen scale both stay possible.

    Units:   rates in /min, saturation in %, pressure in mm[Hg], temperature in Cel; answers in "1".
    Range:   0 to 20; 5 or more asks for an urgent review.
    Raises:  QuantityError for a unit of another kind or a word that the score does not have.
    Source:  Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017, chart 1 as
             reproduced on a public page.
    """
    scales = spoken(oxygen_scale or Words(frozenset(OXYGEN_SCALES)), OXYGEN_SCALES, "NEWS2 oxygen scale")
    saturation = measured(oxygen_saturation, "%")
    # Oxygen counts twice, for itself and in scale 2: taken one word at a time the bounds stay tight.
    breathing = frozenset(
        points
        for oxygen in spoken(on_oxygen, ABSENT_OR_PRESENT, "NEWS2 oxygen")
        for scale in scales
        for points in _saturation(saturation, oxygen, scale)
    )
    totals = sums(
        (
            breathing,
            ladder(
                measured(respiratory_rate, "/min"),
                (("<=", "8", 3), ("<=", "11", 1), ("<=", "20", 0), ("<=", "24", 2)),
                3,
            ),
            ladder(
                measured(systolic_bp, "mm[Hg]"),
                (("<=", "90", 3), ("<=", "100", 2), ("<=", "110", 1), ("<", "220", 0)),
                3,
            ),
            ladder(
                measured(heart_rate, "/min"),
                (("<=", "40", 3), ("<=", "50", 1), ("<=", "90", 0), ("<=", "110", 1), ("<=", "130", 2)),
                3,
            ),
            scored(consciousness, CONSCIOUSNESS_POINTS, "NEWS2 consciousness"),
            ladder(
                measured(temperature, "Cel"),
                (("<=", "35", 3), ("<=", "36", 1), ("<=", "38", 0), ("<=", "39", 1)),
                2,
            ),
        )
    )
    return Numbers(Decimal(min(totals)), Decimal(max(totals)), "1")
