"""Strength of bone: spinal instability (SINS) and the risk that a limb breaks (Mirels)."""

from __future__ import annotations

from decimal import Decimal

from protocol.errors import QuantityError
from protocol.instruments.bounds import agreed, exact, ladder, measured, scored, settled, sums
from protocol.possible import Numbers, Words

__all__ = ["SINS_BANDS", "SINS_POINTS", "mirels", "sins", "sins_band"]

SINS_POINTS = {
    "location": {"junctional": 3, "mobile": 2, "semirigid": 1, "rigid": 0},
    "pain": {"mechanical": 3, "occasional_nonmechanical": 1, "painfree": 0},
    "lesion": {"lytic": 2, "mixed": 1, "blastic": 0},
    "alignment": {"subluxation_translation": 4, "deformity_denovo": 2, "normal": 0},
    "collapse": {"gt50": 3, "lt50": 2, "none_gt50_body": 1, "none": 0},
    "posterolateral": {"bilateral": 3, "unilateral": 1, "none": 0},
}
"""The six components of SINS and the points of each word."""

SINS_BANDS = ("stable", "indeterminate", "unstable")

_MIRELS_ITEM = (Decimal(1), Decimal(3))


def sins(
    *, location: Words, pain: Words, lesion: Words, alignment: Words, collapse: Words, posterolateral: Words
) -> Numbers:
    """Score the stability of one spinal level; hand in the level that scores highest.

    Units:   the words of `SINS_POINTS`; answers in "1".
    Range:   0 to 18; 7 or more asks for a surgical opinion, 13 or more is unstable.
    Raises:  QuantityError for a word that the score does not have.
    Source:  Fisher CG et al. SINS. Spine 2010;35:E1221-9, components as tabulated on public pages.
    """
    given = {
        "location": location,
        "pain": pain,
        "lesion": lesion,
        "alignment": alignment,
        "collapse": collapse,
        "posterolateral": posterolateral,
    }
    totals = sums(scored(words, SINS_POINTS[name], f"SINS {name}") for name, words in given.items())
    return Numbers(Decimal(min(totals)), Decimal(max(totals)), "1")


def sins_band(score: Numbers) -> Words:
    """Read a SINS total: stable to 6, indeterminate from 7 to 12, unstable from 13.

    Units:   "1"; answers with the words of `SINS_BANDS`.
    Range:   0 to 18.
    Raises:  QuantityError for a number with a unit.
    Source:  Fisher CG et al. SINS. Spine 2010;35:E1221-9, bands as tabulated on public pages.
    """
    points = measured(score, "1")
    return Words(ladder(points, (("<", "7", "stable"), ("<", "13", "indeterminate")), "unstable"))


@exact
def mirels(*, site: Numbers, pain: Numbers, lesion: Numbers, size: Numbers, reported: Numbers | None = None) -> Numbers:
    """Score the risk that a lesion of a long bone breaks; a typed total narrows what the items leave.

    Items: site (upper limb, lower limb, trochanteric), pain (mild, moderate, on use), lesion (blastic, mixed,
    lytic) and size (below one third, to two thirds, above), each 1, 2 or 3.

    Units:   "1" for each; answers in "1".
    Range:   4 to 12; 8 is to be discussed, 9 or more asks for fixation. A total that contradicts its items
             answers with all between them.
    Raises:  QuantityError for a number with a unit, or an item that can only be outside 1 to 3.
    Source:  Mirels H. Clin Orthop Relat Res 1989;(249):256-64, as tabulated by Radiopaedia.
    """
    lows, highs = Decimal(0), Decimal(0)
    for name, item in (("site", site), ("pain", pain), ("lesion", lesion), ("size", size)):
        points = measured(item, "1")
        low, high = max(points.low, _MIRELS_ITEM[0]), min(points.high, _MIRELS_ITEM[1])
        if low > high:
            message = f"Mirels {name} is 1, 2 or 3, not {points.low}"
            raise QuantityError(message)
        lows, highs = lows + low, highs + high
    items = settled([lows, highs], "1")
    return items if reported is None else agreed(items, reported)
