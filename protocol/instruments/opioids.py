"""How much opioid somebody takes, in one currency, and how used to it they are.

No drug is named here: orders arrive with their factors. A total is a set like any other finding, and one
order that cannot be counted makes all of it unknown: a sum that leaves something out reads as a safe one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from protocol.instruments.bounds import exact, measured, settled
from protocol.instruments.wording import amount_range
from protocol.possible import Numbers, Words

__all__ = [
    "DAILY",
    "EXPOSURES",
    "HIGHEST_TOTAL",
    "OpioidOrder",
    "OpioidTotal",
    "as_needed_mean",
    "opioid_exposure",
    "opioid_total",
]

EXPOSURES = ("naive", "exposed", "tolerant")
DAILY = "mg/(24.h)"

HIGHEST_TOTAL = Decimal(100_000)
"""mg in 24 h: the end of what a total may be while it is unknown, far above any amount on record."""

_NAIVE_BELOW, _TOLERANT_FROM = Decimal(20), Decimal(60)
_DAYS, _LAPSE = Decimal(7), Decimal(72)
_RECORDED_DAYS = (2, 3)


@dataclass(frozen=True, slots=True)
class OpioidOrder:
    """One order in one number: `daily` is what is taken in 24 h, or the rate of a patch; None if not known.

    `factors` holds, for each column of equivalents, mg of the reference opioid by mouth for each unit of
    `daily`; None where no equivalent exists. The caller sees to it that factor and amount share their unit.
    """

    name: str
    daily: Numbers | None
    factors: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class OpioidTotal:
    """A total, whether it could be formed, and the lines of its working.

    `status` is complete, incomplete (an amount is not known) or no-equivalent (an order has no factor).
    """

    total: Numbers
    status: Literal["complete", "incomplete", "no-equivalent"]
    working: tuple[str, ...]


@exact
def opioid_total(orders: Sequence[OpioidOrder], column: str) -> OpioidTotal:
    """Add up daily opioid amounts in mg of the reference opioid by mouth, by one column of equivalents.

    Units:   each amount in the unit of its factor; answers in mg/(24.h).
    Range:   0 to `HIGHEST_TOTAL`. One amount or one factor missing: all of that range. No order: 0.
    Raises:  KeyError when an order has no entry for the column: absent and "no equivalent" are not the same.
    Source:  Faculty of Pain Medicine ANZCA. PS01(PM) Appendix 2: Opioid dose equivalence - calculation of
             oMEDD. June 2021, for the method; the factors are the caller's.
    """
    lines: list[str] = []
    low, high = Decimal(0), Decimal(0)
    uncounted: set[str] = set()
    for order in orders:
        factor = order.factors[column]
        if factor is None:
            uncounted.add("no-equivalent")
            lines.append(f"{order.name}: has no equivalent, so no total can be formed")
        elif order.daily is None:
            uncounted.add("incomplete")
            lines.append(f"{order.name}: the amount is not known, so no total can be formed")
        else:
            part = settled([order.daily.low * factor, order.daily.high * factor], DAILY)
            low, high = low + part.low, high + part.high
            lines.append(f"{order.name}: {amount_range(order.daily)} x {factor} = {amount_range(part)}")
    if uncounted:
        status: Literal["incomplete", "no-equivalent"] = (
            "no-equivalent" if "no-equivalent" in uncounted else "incomplete"
        )
        return OpioidTotal(Numbers(Decimal(0), HIGHEST_TOTAL, DAILY), status, tuple(lines))
    total = settled([min(low, HIGHEST_TOTAL), min(high, HIGHEST_TOTAL)], DAILY)
    lines.append(f"total: {amount_range(total)}")
    return OpioidTotal(total, "complete", tuple(lines))


@exact
def as_needed_mean(taken: Sequence[Numbers]) -> Numbers | None:
    """The mean number of as-needed doses a day over the last three recorded days, oldest first.

    Units:   counts in "1" for each day; answers in "1".
    Range:   two days at least; with fewer nothing is recorded, and the answer is None.
    Raises:  QuantityError for a number with a unit.
    Source:  the protocol's own rule (consensus).
    """
    fewest, most = _RECORDED_DAYS
    if len(taken) < fewest:
        return None
    days = [measured(day, "1") for day in taken[-most:]]
    fewest_doses = sum((day.low for day in days), Decimal(0))
    most_doses = sum((day.high for day in days), Decimal(0))
    return settled([fewest_doses / len(days), most_doses / len(days)], "1")


def opioid_exposure(
    omedd_from: Numbers, days_at_sixty: Numbers, longest_gap: Numbers, since_last_opioid: Numbers
) -> Words:
    """How used to opioids somebody is.

    naive: the last dose was more than 72 h ago, or less than 20 mg in 24 h. tolerant: 60 mg or more in 24 h
    for 7 consecutive days or longer, no gap above 72 h. exposed: anything between.

    Units:   omedd_from in mg/(24.h) of the reference opioid by mouth, days_at_sixty in d, longest_gap and
             since_last_opioid in any unit of time; answers with the words of `EXPOSURES`.
    Range:   a start treats a set that holds naive as naive.
    Raises:  QuantityError for a unit of another kind.
    Source:  US prescribing information of transdermal and transmucosal opioids, for tolerance; 20 mg is the
             protocol's own edge.
    """
    daily, days = measured(omedd_from, DAILY), measured(days_at_sixty, "d")
    gap, since = measured(longest_gap, "h"), measured(since_last_opioid, "h")
    words: set[str] = set()
    if since.high > _LAPSE or daily.low < _NAIVE_BELOW:
        words.add("naive")
    if since.low <= _LAPSE and daily.high >= _NAIVE_BELOW:
        if daily.low < _TOLERANT_FROM or days.low < _DAYS or gap.high > _LAPSE:
            words.add("exposed")
        if daily.high >= _TOLERANT_FROM and days.high >= _DAYS and gap.low <= _LAPSE:
            words.add("tolerant")
    return Words(frozenset(words))
