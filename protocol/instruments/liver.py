"""Severity of cirrhosis: Child-Pugh points and class."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments.bounds import ladder, measured, scored, sums
from protocol.possible import Numbers, Words

__all__ = [
    "ASCITES_POINTS",
    "CHILD_PUGH_CLASSES",
    "ENCEPHALOPATHY_POINTS",
    "child_pugh_class",
    "child_pugh_points",
]

ASCITES_POINTS = {"none": 1, "mild": 2, "moderate_severe": 3}
ENCEPHALOPATHY_POINTS = {"none": 1, "grade1_2": 2, "grade3_4": 3}
CHILD_PUGH_CLASSES = ("A", "B", "C")


def _totals(
    bilirubin: Numbers, albumin: Numbers, inr: Numbers, ascites: Words, encephalopathy: Words
) -> frozenset[int]:
    return sums(
        (
            ladder(measured(bilirubin, "umol/L", "bilirubin"), (("<", "34", 1), ("<=", "50", 2)), 3),
            ladder(measured(albumin, "g/L"), (("<", "28", 3), ("<=", "35", 2)), 1),
            ladder(measured(inr, "1"), (("<", "1.7", 1), ("<=", "2.3", 2)), 3),
            scored(ascites, ASCITES_POINTS, "Child-Pugh ascites"),
            scored(encephalopathy, ENCEPHALOPATHY_POINTS, "Child-Pugh encephalopathy"),
        )
    )


def child_pugh_points(
    *, bilirubin: Numbers, albumin: Numbers, inr: Numbers, ascites: Words, encephalopathy: Words
) -> Numbers:
    """Add the Child-Pugh points. They mean something only in cirrhosis: a healthy liver scores 5 as well.

    Units:   bilirubin in umol/L, albumin in g/L, INR in "1", words for the rest; answers in "1".
    Range:   5 to 15. Bilirubin below 34, 34 to 50, above 50; albumin above 35, 28 to 35, below 28; INR below
             1.7, 1.7 to 2.3, above 2.3.
    Raises:  QuantityError for a unit of another kind or a word that the score does not have.
    Source:  cut-offs as tabulated by the Scottish Palliative Care Guidelines, end-stage liver disease.
    """
    totals = _totals(bilirubin, albumin, inr, ascites, encephalopathy)
    return Numbers(Decimal(min(totals)), Decimal(max(totals)), "1")


def child_pugh_class(
    *, bilirubin: Numbers, albumin: Numbers, inr: Numbers, ascites: Words, encephalopathy: Words
) -> Words:
    """The Child-Pugh class: A for 5 and 6 points, B for 7 to 9, C for 10 to 15.

    Units:   bilirubin in umol/L, albumin in g/L, INR in "1", words for the rest; answers A, B or C.
    Range:   as `child_pugh_points`; only in cirrhosis.
    Raises:  QuantityError for a unit of another kind or a word that the score does not have.
    Source:  cut-offs as tabulated by the Scottish Palliative Care Guidelines, end-stage liver disease.
    """
    classes: set[str] = set()
    for points in _totals(bilirubin, albumin, inr, ascites, encephalopathy):
        at = Numbers(Decimal(points), Decimal(points), "1")
        classes |= ladder(at, (("<=", "6", "A"), ("<=", "9", "B")), "C")
    return Words(frozenset(classes))
