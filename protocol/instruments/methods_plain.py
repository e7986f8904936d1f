"""The calculations that are plain arithmetic, under the names that rule files use."""

from __future__ import annotations

from protocol.instruments import arithmetic, lines
from protocol.instruments.bounds import ABSENT_OR_PRESENT
from protocol.instruments.calculation import Calculation, Parameter, numbers

__all__ = ["PLAIN"]

_NO_PAPER = "arithmetic"
_VALUES = (Parameter("values", "number", many=True),)

PLAIN = (
    Calculation("total", "the sum of some values", _NO_PAPER, _VALUES, arithmetic.total, lines.joined("+")),
    Calculation(
        "difference",
        "one value less another",
        _NO_PAPER,
        numbers("value any, minus any"),
        arithmetic.difference,
        lines.taken_away("value", "minus"),
    ),
    Calculation(
        "ratio",
        "one value divided by another of its kind",
        _NO_PAPER,
        numbers("value any, by any"),
        arithmetic.ratio,
        lines.divided("value", "by"),
        result_unit="1",
        low=-arithmetic.WIDEST,
        high=arithmetic.WIDEST,
    ),
    Calculation(
        "percent-change",
        "how much a value changed, in percent of what it was",
        _NO_PAPER,
        numbers("before any, after any"),
        arithmetic.percent_change,
        lines.percent_line,
        result_unit="%",
        low=-arithmetic.WIDEST,
        high=arithmetic.WIDEST,
    ),
    Calculation("lowest", "the smallest of some values", _NO_PAPER, _VALUES, arithmetic.lowest, lines.chosen("lowest")),
    Calculation(
        "highest",
        "the largest of some values",
        _NO_PAPER,
        _VALUES,
        arithmetic.highest,
        lines.chosen("highest"),
    ),
    Calculation(
        "span",
        "the range that contradicting values span",
        _NO_PAPER,
        _VALUES,
        arithmetic.span,
        lines.chosen("range"),
    ),
    Calculation(
        "clamp",
        "a value kept between two limits",
        _NO_PAPER,
        numbers("value any, at_least any, at_most any"),
        arithmetic.clamp,
        lines.facts,
    ),
    Calculation(
        "reconciled",
        "a computed score joined with a total that was typed",
        _NO_PAPER,
        numbers("computed any, reported any"),
        arithmetic.reconciled,
        lines.facts,
    ),
    Calculation(
        "select",
        "one value while something is present, another while it is absent",
        _NO_PAPER,
        (
            Parameter("when", "word", words=ABSENT_OR_PRESENT),
            Parameter("then", "number"),
            Parameter("otherwise", "number"),
        ),
        arithmetic.select,
        lines.facts,
    ),
    Calculation(
        "one-band-worse",
        "a value, or the next lower band of it while something makes it worse",
        _NO_PAPER,
        (
            Parameter("value", "number"),
            Parameter("worse", "word", words=ABSENT_OR_PRESENT),
            Parameter("edges", "number", many=True),
            Parameter("step", "number"),
        ),
        arithmetic.one_band_worse,
        lines.facts,
    ),
    Calculation(
        "count-present",
        "how many findings are present",
        _NO_PAPER,
        (Parameter("findings", "word", words=ABSENT_OR_PRESENT, many=True),),
        arithmetic.count_present,
        lines.count_line,
        result_unit="1",
    ),
    Calculation(
        "count-listed",
        "how many things a list holds",
        _NO_PAPER,
        (Parameter("members", "list"),),
        arithmetic.count_listed,
        lines.facts,
        result_unit="1",
    ),
    Calculation(
        "elapsed",
        "the time from one moment to another, each told as how long ago",
        _NO_PAPER,
        numbers("from_ago any, to_ago any"),
        arithmetic.elapsed,
        lines.taken_away("from_ago", "to_ago"),
    ),
    Calculation(
        "order-of-times",
        "whether this moment came before that one, each told as how long ago",
        _NO_PAPER,
        numbers("this_ago any, that_ago any"),
        arithmetic.order_of_times,
        lines.facts,
        result_kind="word",
        words=arithmetic.ORDER_WORDS,
    ),
)
