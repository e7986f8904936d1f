"""Screening for nerve pain: DN4 and S-LANSS, with bounds while items are unasked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from protocol.errors import QuantityError
from protocol.instruments.bounds import ABSENT_OR_PRESENT, scored, sums
from protocol.possible import Numbers, Words

__all__ = ["DN4_EXAMINATION", "DN4_INTERVIEW", "DN4_ITEMS", "SLANSS_POINTS", "dn4", "dn4_interview", "slanss"]

DN4_INTERVIEW = (
    "burning",
    "painful_cold",
    "electric_shocks",
    "tingling",
    "pins_needles",
    "numbness",
    "itching",
)
"""The seven items that are asked."""

DN4_EXAMINATION = ("hypoaesthesia_touch", "hypoaesthesia_prick", "brush_evoked")
"""The three items that are examined."""

DN4_ITEMS = DN4_INTERVIEW + DN4_EXAMINATION

SLANSS_POINTS = {
    "pins_needles": 5,
    "skin_colour": 5,
    "touch_sensitive": 3,
    "sudden_bursts": 2,
    "burning": 1,
    "rub_discomfort": 5,
    "press_numb": 3,
}
"""Each S-LANSS item and its points when present; 24 in all."""


def _weighed(items: Mapping[str, Words], points: Mapping[str, int], score: str) -> Numbers:
    strangers = sorted(set(items) - set(points))
    if strangers:
        message = f'{score} has no item "{strangers[0]}"; its items are {", ".join(points)}'
        raise QuantityError(message)
    unasked = Words(frozenset(ABSENT_OR_PRESENT))
    totals = sums(
        scored(items.get(name, unasked), {"absent": 0, "present": weight}, f"{score} item {name}")
        for name, weight in points.items()
    )
    return Numbers(Decimal(min(totals)), Decimal(max(totals)), "1")


def _one_each(names: Sequence[str]) -> dict[str, int]:
    return dict.fromkeys(names, 1)


def dn4(items: Mapping[str, Words]) -> Numbers:
    """Score the ten items of DN4, one point for each that is present. An unasked item may be either.

    Units:   words absent or present; answers in "1".
    Range:   0 to 10; 4 or more is the accepted cut-off.
    Raises:  QuantityError for an item or a word that the score does not have.
    Source:  Bouhassira D et al. Pain 2005;114:29-36 (from memory); cut-off and its accuracy as reported in
             Timmerman 2017, doi 10.1371/journal.pone.0187961.
    """
    return _weighed(items, _one_each(DN4_ITEMS), "DN4")


def dn4_interview(items: Mapping[str, Words]) -> Numbers:
    """Score the seven items of DN4 that are asked. Alone they never prove more than a possible nerve pain.

    Units:   words absent or present; answers in "1".
    Range:   0 to 7; the usual cut-off of 3 was not seen at its source.
    Raises:  QuantityError for an item or a word that the score does not have.
    Source:  Bouhassira D et al. Pain 2005;114:29-36 (from memory).
    """
    return _weighed(items, _one_each(DN4_INTERVIEW), "DN4 interview")


def slanss(items: Mapping[str, Words]) -> Numbers:
    """Score the seven items of S-LANSS with their weights. An unasked item may be either.

    Units:   words absent or present; answers in "1".
    Range:   0 to 24; 12 or more is the usual cut-off. Supports a grade, never lowers one.
    Raises:  QuantityError for an item or a word that the score does not have.
    Source:  Bennett MI et al. J Pain 2005;6:149-58 (weights from memory).
    """
    return _weighed(items, SLANSS_POINTS, "S-LANSS")
