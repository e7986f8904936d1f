"""How much pain there is when it must be observed, and how much of it a treatment took away."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments.bounds import Step, corners, exact, ladder, measured, settled, spoken
from protocol.possible import Numbers, Words

__all__ = [
    "RESPONSE_DOMAIN",
    "SCALE_WORDS",
    "SEVERITIES",
    "abbey_severity",
    "nrs_response_percent",
    "nrs_response_points",
    "painad_severity",
]

SEVERITIES = ("none", "mild", "moderate", "severe")
SCALE_WORDS = ("same", "changed")

RESPONSE_DOMAIN = {"%": (Decimal(-900), Decimal(100)), "1": (Decimal(-10), Decimal(10))}
"""What a response can be at all on a scale of 0 to 10: from 1 up to 10 is a worsening by 900 %."""


def _undefined(unit: str) -> Numbers:
    return Numbers(*RESPONSE_DOMAIN[unit], unit)


@exact
def nrs_response_percent(baseline: Numbers, now: Numbers, scale: Words) -> Numbers:
    """The share of the pain at baseline that is gone; negative when pain has grown.

    Undefined, and so anything in its domain, when the baseline may be 0 or another scale may have been used.

    Units:   both in "1", average pain from 0 to 10; words same or changed; answers in %.
    Range:   -900 to 100; 30 or more is important relief, 50 or more substantial.
    Raises:  QuantityError for a number with a unit or an unknown word.
    Source:  Farrar JT et al. Pain 2001;94:149-58 (from memory; not read at its source).
    """
    first, last = measured(baseline, "1"), measured(now, "1")
    if first.low <= 0 or "changed" in spoken(scale, SCALE_WORDS, "pain response"):
        return _undefined("%")
    lowest, highest = RESPONSE_DOMAIN["%"]
    ends = corners(lambda before, after: (before - after) * 100 / before, first, last)
    return settled([min(max(end, lowest), highest) for end in ends], "%")


@exact
def nrs_response_points(baseline: Numbers, now: Numbers, scale: Words) -> Numbers:
    """The points of pain that are gone since baseline; negative when pain has grown.

    Undefined, and so anything in its domain, when another scale may have been used.

    Units:   both in "1", average pain from 0 to 10; words same or changed; answers in "1".
    Range:   -10 to 10; 2 or more is important relief.
    Raises:  QuantityError for a number with a unit or an unknown word.
    Source:  Farrar JT et al. Pain 2001;94:149-58 (from memory; not read at its source).
    """
    first, last = measured(baseline, "1"), measured(now, "1")
    if "changed" in spoken(scale, SCALE_WORDS, "pain response"):
        return _undefined("1")
    return settled([first.low - last.high, first.high - last.low], "1")


def painad_severity(score: Numbers) -> Words:
    """Read a PAINAD score: none to 1, mild 2 and 3, moderate 4 to 6, severe from 7.

    Units:   "1"; answers with the words of `SEVERITIES`.
    Range:   0 to 10; 2 or more is probable pain.
    Raises:  QuantityError for a number with a unit.
    Source:  cut-off 2: Zwakhalen, J Am Med Dir Assoc 2012, 384-389 (abstract); bands from memory.
    """
    steps: tuple[Step[str], ...] = (("<", "2", "none"), ("<", "4", "mild"), ("<", "7", "moderate"))
    return Words(ladder(measured(score, "1"), steps, "severe"))


def abbey_severity(score: Numbers) -> Words:
    """Read an Abbey pain score: none to 2, mild 3 to 7, moderate 8 to 13, severe from 14.

    Units:   "1"; answers with the words of `SEVERITIES`.
    Range:   0 to 18.
    Raises:  QuantityError for a number with a unit.
    Source:  bands from memory; no paper is on the protocol's list for it.
    """
    steps: tuple[Step[str], ...] = (("<", "3", "none"), ("<", "8", "mild"), ("<", "14", "moderate"))
    return Words(ladder(measured(score, "1"), steps, "severe"))
