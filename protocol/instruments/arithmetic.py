"""Plain arithmetic on possible sets: the calculations a rule file may name that belong to no paper.

Each answers in the unit of its first argument and converts the others to it. Nothing here guesses: a value
whose set is wide makes a wide answer.
"""

from __future__ import annotations

from decimal import Decimal

from protocol.errors import QuantityError
from protocol.instruments.bounds import ABSENT_OR_PRESENT, agreed, corners, exact, measured, settled, spoken
from protocol.possible import Members, Numbers, Words
from protocol.quantity import UNITS

__all__ = [
    "ORDER_WORDS",
    "WIDEST",
    "clamp",
    "count_listed",
    "count_present",
    "difference",
    "elapsed",
    "highest",
    "lowest",
    "one_band_worse",
    "order_of_times",
    "percent_change",
    "ratio",
    "reconciled",
    "select",
    "span",
    "total",
]

WIDEST = Decimal(1_000_000_000)
"""Where a ratio stops: what is divided by something that may be 0 has no finite bound of its own."""

_TWO = 2

ORDER_WORDS = ("before", "same", "after")


def _alike(values: tuple[Numbers, ...]) -> tuple[Numbers, ...]:
    if not values:
        message = "there is nothing here to calculate with; name at least one value"
        raise QuantityError(message)
    return tuple(measured(value, values[0].unit) for value in values)


@exact
def total(values: tuple[Numbers, ...]) -> Numbers:
    """Add values.

    Units:   any, all of one kind; answers in that of the first.
    Raises:  QuantityError when a unit is of another kind, or nothing is given.
    """
    parts = _alike(values)
    ends = [sum((p.low for p in parts), Decimal(0)), sum((p.high for p in parts), Decimal(0))]
    return settled(ends, parts[0].unit)


@exact
def difference(value: Numbers, minus: Numbers) -> Numbers:
    """Subtract one value from another; negative when the second is larger.

    Units:   any, both of one kind; answers in that of the first.
    Raises:  QuantityError when the kinds differ.
    """
    other = measured(minus, value.unit)
    return settled([value.low - other.high, value.high - other.low], value.unit)


@exact
def ratio(value: Numbers, by: Numbers) -> Numbers:
    """Divide one value by another of its kind.

    Units:   any, both of one kind; answers in "1".
    Range:   a divisor that may be 0 leaves everything possible, up to `WIDEST`; so does a larger quotient.
    Raises:  QuantityError when the kinds differ.
    """
    divisor = measured(by, value.unit)
    if divisor.low <= 0 <= divisor.high:
        signed = value.low < 0 or divisor.low < 0
        return Numbers(-WIDEST if signed else Decimal(0), WIDEST, "1")
    ends = corners(lambda one, other: one / other, value, divisor)
    return settled([min(max(end, -WIDEST), WIDEST) for end in ends], "1")


@exact
def percent_change(before: Numbers, after: Numbers) -> Numbers:
    """How much a value changed, in percent of what it was; negative for a fall.

    Units:   any, both of one kind; answers in %.
    Range:   a start that may be 0 or below leaves everything possible, between -`WIDEST` and `WIDEST`.
    Raises:  QuantityError when the kinds differ.
    """
    later = measured(after, before.unit)
    if before.low <= 0:
        return Numbers(-WIDEST, WIDEST, "%")
    ends = corners(lambda old, new: (new - old) * 100 / old, before, later)
    return settled([min(max(end, -WIDEST), WIDEST) for end in ends], "%")


@exact
def lowest(values: tuple[Numbers, ...]) -> Numbers:
    """The smallest of some values: the lowest of one unknown and 51 lies between 0 and 51.

    Units:   any, all of one kind; answers in that of the first.
    Raises:  QuantityError when a unit is of another kind, or nothing is given.
    """
    parts = _alike(values)
    return settled([min(p.low for p in parts), min(p.high for p in parts)], parts[0].unit)


@exact
def highest(values: tuple[Numbers, ...]) -> Numbers:
    """The largest of some values.

    Units:   any, all of one kind; answers in that of the first.
    Raises:  QuantityError when a unit is of another kind, or nothing is given.
    """
    parts = _alike(values)
    return settled([max(p.low for p in parts), max(p.high for p in parts)], parts[0].unit)


@exact
def span(values: tuple[Numbers, ...]) -> Numbers:
    """The range that values which contradict each other span: worst pain 6 and pain now 9 leave 6 to 9.

    Units:   any, all of one kind; answers in that of the first.
    Raises:  QuantityError when a unit is of another kind, or nothing is given.
    """
    parts = _alike(values)
    return settled([end for p in parts for end in (p.low, p.high)], parts[0].unit)


@exact
def clamp(value: Numbers, at_least: Numbers, at_most: Numbers) -> Numbers:
    """Keep a value between a lower and an upper limit.

    Units:   any, all of one kind; answers in that of the value.
    Raises:  QuantityError when a unit is of another kind, or the limits may be the wrong way round.
    """
    floor, ceiling = measured(at_least, value.unit), measured(at_most, value.unit)
    if floor.high > ceiling.low:
        message = f"the lower limit {floor.high} is above the upper limit {ceiling.low}"
        raise QuantityError(message)
    low = min(max(value.low, floor.low), ceiling.low)
    high = min(max(value.high, floor.high), ceiling.high)
    return settled([low, high], value.unit)


def select(when: Words, then: Numbers, otherwise: Numbers) -> Numbers:
    """One number while something is present, another while it is absent, all between while that is not known.

    Units:   any, both of one kind; answers in that of the first.
    Raises:  QuantityError when the kinds differ.
    """
    options = spoken(when, ABSENT_OR_PRESENT, "select when")
    other = measured(otherwise, then.unit)
    chosen = [n for word, n in (("present", then), ("absent", other)) if word in options]
    return Numbers(min(n.low for n in chosen), max(n.high for n in chosen), then.unit)


def one_band_worse(value: Numbers, worse: Words, edges: tuple[Numbers, ...], step: Numbers) -> Numbers:
    """A number, or the whole of the next lower band while something makes it worse.

    Units:   any, all of one kind; `edges` are the lower edges of the bands, `step` what separates two bands.
    Range:   the lowest band has none below it: there the number may be anything from the band's edge up to itself.
    Raises:  QuantityError when the kinds differ, or when there are no two bands that the step keeps apart.
    """
    options = spoken(worse, ABSENT_OR_PRESENT, "one-band-worse worse")
    lower = sorted({measured(edge, value.unit).low for edge in edges}, reverse=True)
    gap = measured(step, value.unit).low
    if len(lower) < _TWO or not 0 <= gap < min(high - low for low, high in zip(lower[1:], lower, strict=False)):
        message = "one-band-worse needs two lower edges at least, further apart than the step"
        raise QuantityError(message)
    bands = [(low, high - gap) for low, high in zip(lower[1:], lower, strict=False)]
    shifted = [_band_below(end, lower, bands) for end in (value.low, value.high)]
    ends = [value.low, value.high] if "absent" in options else []
    ends += [shifted[0][0], min(shifted[1][1], value.high)] if "present" in options else []
    return settled(ends, value.unit)


def _band_below(end: Decimal, lower: list[Decimal], bands: list[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    place = next((i for i, edge in enumerate(lower) if end >= edge), len(lower) - 1)
    return bands[min(place, len(bands) - 1)]


def reconciled(computed: Numbers, reported: Numbers) -> Numbers:
    """Join a score computed from its items with a total that somebody typed.

    Units:   any, both of one kind; answers in that of the computed score.
    Range:   where they overlap, the overlap; where they contradict, everything between them.
    Raises:  QuantityError when the kinds differ.
    """
    return agreed(computed, reported)


def count_present(findings: tuple[Words, ...]) -> Numbers:
    """How many of some findings are present: surely so at the low end, possibly so at the high end.

    Units:   words absent or present; answers in "1".
    Raises:  QuantityError for any other word.
    """
    sets = [spoken(finding, ABSENT_OR_PRESENT, "a count of what is present") for finding in findings]
    surely = sum(1 for options in sets if options == {"present"})
    possibly = sum(1 for options in sets if "present" in options)
    return Numbers(Decimal(surely), Decimal(possibly), "1")


def count_listed(members: Members) -> Numbers:
    """How many things a list holds: those listed at the low end, those possible at the high end.

    Units:   a list; answers in "1".
    """
    return Numbers(Decimal(len(members.listed)), Decimal(len(members.possible)), "1")


@exact
def elapsed(from_ago: Numbers, to_ago: Numbers) -> Numbers:
    """The time that passed from one moment to another, each told as how long ago it was.

    Units:   any unit of time; answers in that of the first; negative when the second moment came first.
    Raises:  QuantityError when a unit is not one of time.
    """
    if UNITS[from_ago.unit].kind != "time":
        message = f'"{from_ago.unit}" does not measure time'
        raise QuantityError(message)
    return difference(from_ago, to_ago)


def order_of_times(this_ago: Numbers, that_ago: Numbers) -> Words:
    """Whether this moment came before, at or after that one, each told as how long ago it was.

    Units:   any unit of time; answers with the words before, same, after.
    Raises:  QuantityError when a unit is not one of time.
    """
    gap = elapsed(this_ago, that_ago)
    # Ago counts backwards: the larger one happened first.
    possible = {
        "before": gap.high > 0,
        "same": gap.low <= 0 <= gap.high,
        "after": gap.low < 0,
    }
    return Words(frozenset(word for word in ORDER_WORDS if possible[word]))
