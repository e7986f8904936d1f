"""Whether it is time to raise an opioid: long enough since the last change, and needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from protocol.dosing.opioids import OpioidTables, OpioidTaken, hours
from protocol.dosing.refusal import Verdicts, misuse, possibly
from protocol.instruments.bounds import measured
from protocol.instruments.opioids import as_needed_mean
from protocol.instruments.wording import shown
from protocol.possible import Numbers
from protocol.rules.conversion import Pace
from protocol.rules.conversion_parts import fraction
from protocol.terms import Truth

__all__ = ["Hold", "TitrationState", "too_early", "wanted"]


@dataclass(frozen=True, slots=True)
class TitrationState:
    """Average pain ("1", 0 to 10), time since the last change, and whether the last change was the start."""

    average: Numbers | None
    since_change: Numbers | None
    first_increase: Truth


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an amount stays as it is, and what would settle it."""

    reason: str
    ask: tuple[str, ...] = ()
    open_rows: tuple[str, ...] = ()


def too_early(tables: OpioidTables, regular: OpioidTaken, state: TitrationState, verdicts: Verdicts) -> Hold | None:
    """The hold while the least time since the last change has not surely passed.

    Raises:  ConversionRefused when the table has no pace for the form.
    """
    least = _least_hours(tables, regular, state, verdicts)
    if state.since_change is None:
        return Hold("When the dose last changed is not known.", (f"When was {regular.name} last changed?",))
    since = measured(state.since_change, "h")
    if since.low < least:
        return Hold(f"Not before {shown(least)} h after the last change; {shown(since.low)} h have surely passed.")
    return None


def _least_hours(tables: OpioidTables, regular: OpioidTaken, state: TitrationState, verdicts: Verdicts) -> Decimal:
    table = tables.conversion.titration
    pace = _pace(table.paces, regular)
    first = pace.first is not None and state.first_increase is Truth.APPLIES
    least = hours(pace.first if first and pace.first else pace.every)
    slower = [
        hours(cap.every)
        for cap in table.caps
        if cap.every and cap.form == regular.form and possibly(verdicts, f"conversion/titration/{cap.row}")
    ]
    return max([least, *slower])


def _pace(paces: Sequence[Pace], regular: OpioidTaken) -> Pace:
    fitting = [p for p in paces if p.form == regular.form and p.drug in (None, regular.drug)]
    if not fitting:
        raise misuse(regular.name, f"there is no pace for the form {regular.form}", "add it to the titration table")
    return max(fitting, key=lambda p: p.drug is not None)


def wanted(tables: OpioidTables, as_needed: Sequence[OpioidTaken], state: TitrationState) -> Hold | None:
    """The hold unless pain or rescue surely asks for more.

    Doses taken before movement only say nothing of the background. Without a record of rescue doses the
    increase would be a guess, so it waits for one.
    """
    table = tables.conversion.titration
    edge = fraction(table.average_from)[0]
    unrecorded = tuple(
        f"Which dose, and how many on each of the last days: {o.name}?"
        for o in as_needed
        if o.amount is None or as_needed_mean(o.counts) is None
    )
    in_pain = _in_pain(state.average, edge)
    often = [_often(order, table.doses_from, table.on_days) for order in as_needed]
    if Truth.APPLIES not in (in_pain, *often):
        ask = ("Average pain over the last 24 h?",) if in_pain is Truth.CANNOT_TELL else ()
        return Hold(f"Average pain is not surely {table.average_from} or above, and rescue was not used often.", ask)
    if unrecorded:
        return Hold("The rescue doses taken are not on record.", unrecorded)
    open_incident = tuple(
        f"Only before movement: {o.name}?" for o in as_needed if len(o.incident.options) > 1 and _any_taken(o)
    )
    if open_incident:
        return Hold("Whether rescue was taken only before movement is not known.", open_incident)
    return None


def _in_pain(average: Numbers | None, edge: Decimal) -> Truth:
    if average is None:
        return Truth.CANNOT_TELL
    if average.low >= edge:
        return Truth.APPLIES
    return Truth.CANNOT_TELL if average.high >= edge else Truth.DOES_NOT_APPLY


def _often(order: OpioidTaken, doses: int, days: int) -> Truth:
    if order.incident.options == {"absent"} and len(order.counts) >= days:
        enough = all(day.low >= doses for day in order.counts[-days:])
        return Truth.APPLIES if enough else Truth.DOES_NOT_APPLY
    return Truth.DOES_NOT_APPLY


def _any_taken(order: OpioidTaken) -> bool:
    return any(day.high > 0 for day in order.counts)
