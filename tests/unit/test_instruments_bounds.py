"""What holds for every calculation: bounds contain the truth, and knowing more never widens them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.instruments import CALCULATIONS, Calculation, Parameter, working
from protocol.possible import Members, Numbers, Possible, Words

Case = tuple[dict[str, tuple[Possible, ...]], dict[str, tuple[Possible, ...]]]

# What an assessment may hold for each thing that is measured; counts and scores by name.
BY_UNIT = {
    "a": (0, 120),
    "kg": (20, 300),
    "cm": (100, 230),
    "umol/L": (10, 2500),
    "g/L": (20, 220),
    "mmol/L": (1, 5),
    "mL/min": (0, 861),
    "mL/min/1.73m2": (0, 200),
    "/min": (0, 250),
    "%": (50, 100),
    "mm[Hg]": (40, 280),
    "Cel": (30, 43),
    "mg/(24.h)": (0, 500),
    "d": (0, 60),
    "h": (0, 200),
}
# The two limits of a clamp must not cross.
ANY_UNIT = {"at_least": (-50, -1), "at_most": (0, 50)}
BY_NAME = {"inr": (0, 20), "baseline": (0, 10), "now": (0, 10), "score": (0, 18), "reported": (4, 12)}
ITEM = (1, 3)

# Two statements that contradict leave more possible than one of them: the only exception there is.
CONFLICTING = {"reconciled", "mirels"}
# Bands are written in the rule file; no patient makes them uncertain.
CONSTANTS: dict[str, tuple[Possible, ...]] = {
    "edges": tuple(Numbers(Decimal(edge), Decimal(edge), "1") for edge in (40, 20, 0, -50)),
    "step": (Numbers(Decimal("0.1"), Decimal("0.1"), "1"),),
}


def _limits(calculation: Calculation, parameter: Parameter) -> tuple[int, int]:
    if parameter.unit == "1":
        return BY_NAME.get(parameter.name, ITEM)
    if parameter.unit is None:
        hours = calculation.name in {"elapsed", "order-of-times"}
        return (0, 24) if hours else ANY_UNIT.get(parameter.name, (-50, 50))
    return (5, 60) if parameter.name == "albumin" else BY_UNIT[parameter.unit]


def _unit(calculation: Calculation, parameter: Parameter) -> str:
    if parameter.unit:
        return parameter.unit
    return "h" if calculation.name in {"elapsed", "order-of-times"} else "1"


@st.composite
def numbers(draw: st.DrawFn, low: int, high: int, unit: str) -> tuple[Numbers, Numbers]:
    """An interval, and a smaller one inside it, often with equal ends or at a whole number."""
    amounts = st.one_of(
        st.integers(low, high).map(Decimal),
        st.decimals(low, high, allow_nan=False, allow_infinity=False, places=2),
    )
    ends = sorted(draw(st.lists(amounts, min_size=4, max_size=4)))
    if draw(st.booleans()):
        ends[2] = ends[1]
    return Numbers(ends[0], ends[3], unit), Numbers(ends[1], ends[2], unit)


@st.composite
def words(draw: st.DrawFn, choices: tuple[str, ...]) -> tuple[Words, Words]:
    wide = draw(st.sets(st.sampled_from(choices), min_size=1))
    narrow = draw(st.sets(st.sampled_from(sorted(wide)), min_size=1))
    return Words(frozenset(wide)), Words(frozenset(narrow))


@st.composite
def members(draw: st.DrawFn) -> tuple[Members, Members]:
    listed = draw(st.sets(st.sampled_from("abc")))
    more, most = draw(st.sets(st.sampled_from("def"))), draw(st.sets(st.sampled_from("ghi")))
    wide = Members(frozenset(listed), frozenset(listed | more | most))
    return wide, Members(frozenset(listed | more), frozenset(listed | more))


@st.composite
def cases(draw: st.DrawFn, calculation: Calculation) -> Case:
    """Arguments, and the same when more is known."""
    wide: dict[str, tuple[Possible, ...]] = {}
    narrow: dict[str, tuple[Possible, ...]] = {}
    for parameter in calculation.parameters:
        if not parameter.required and draw(st.booleans()):
            continue
        if parameter.name in CONSTANTS:
            wide[parameter.name] = narrow[parameter.name] = CONSTANTS[parameter.name]
            continue
        count = draw(st.integers(1, 3)) if parameter.many else 1
        pairs: list[tuple[Possible, Possible]] = []
        for _ in range(count):
            if parameter.kind == "number":
                pairs.append(draw(numbers(*_limits(calculation, parameter), _unit(calculation, parameter))))
            elif parameter.kind == "word":
                pairs.append(draw(words(parameter.words)))
            else:
                pairs.append(draw(members()))
        wide[parameter.name] = tuple(pair[0] for pair in pairs)
        narrow[parameter.name] = tuple(pair[1] for pair in pairs)
    return wide, narrow


def within(inner: Possible, outer: Possible) -> bool:
    if isinstance(inner, Numbers) and isinstance(outer, Numbers):
        return inner.unit == outer.unit and outer.low <= inner.low <= inner.high <= outer.high
    assert isinstance(inner, Words)
    assert isinstance(outer, Words)
    return inner.options <= outer.options


@pytest.mark.parametrize("name", sorted(CALCULATIONS))
@given(data=st.data())
def test_knowing_more_never_widens_an_answer(name: str, data: st.DataObject) -> None:
    calculation = CALCULATIONS[name]
    wide, narrow = data.draw(cases(calculation))
    before, after = calculation.call(wide), calculation.call(narrow)
    if name in CONFLICTING and not within(after, before):
        assert "reported" in narrow
        return
    assert within(after, before)


@pytest.mark.parametrize("name", sorted(CALCULATIONS))
@given(data=st.data())
def test_an_answer_is_of_the_declared_kind_and_inside_the_declared_domain(name: str, data: st.DataObject) -> None:
    calculation = CALCULATIONS[name]
    arguments, _ = data.draw(cases(calculation))
    answer = calculation.call(arguments)
    if calculation.result_kind == "word":
        assert isinstance(answer, Words)
        assert answer.options <= set(calculation.words)
        return
    assert isinstance(answer, Numbers)
    assert calculation.result_unit in {answer.unit, None}
    assert calculation.low is None or calculation.low <= answer.low
    assert calculation.high is None or answer.high <= calculation.high


@pytest.mark.parametrize("name", sorted(CALCULATIONS))
@given(data=st.data())
def test_every_answer_has_one_line_of_working(name: str, data: st.DataObject) -> None:
    calculation = CALCULATIONS[name]
    for arguments in data.draw(cases(calculation)):
        line = working(name, arguments, calculation.call(arguments))
        assert line
        assert "\n" not in line
        assert "Decimal" not in line
        assert "frozenset" not in line


def _grid(interval: Numbers) -> list[Numbers]:
    """Points of an interval, with both ends."""
    steps = 12
    step = (interval.high - interval.low) / steps
    points = [interval.low + i * step for i in range(steps)] + [interval.high]
    return [Numbers(point, point, interval.unit) for point in points]


# Ends that a fine search over concrete values reaches: the bounds are not merely safe, they are tight.
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ckd-epi-2021", {"age": Numbers(Decimal(40), Decimal(60), "a"), "creatinine": ("umol/L", 50, 110)}),
        (
            "creatinine-implied",
            {"age": Numbers(Decimal(40), Decimal(60), "a"), "egfr": ("mL/min/1.73m2", 20, 110)},
        ),
        ("percent-change", {"before": ("1", 2, 8), "after": ("1", 1, 9)}),
        ("ratio", {"value": ("1", -2, 8), "by": ("1", 1, 9)}),
        ("body-mass-index", {"weight": ("kg", 50, 70), "height": ("cm", 150, 190)}),
        ("nrs-response-percent", {"baseline": ("1", 2, 8), "now": ("1", 1, 9)}),
        ("corrected-calcium", {"total_calcium": ("mmol/L", 2, 3), "albumin": ("g/L", 20, 50)}),
    ],
)
def test_bounds_are_reached(name: str, arguments: dict[str, Numbers | tuple[str, int, int]]) -> None:
    sets: dict[str, Numbers] = {
        key: value if isinstance(value, Numbers) else Numbers(Decimal(value[1]), Decimal(value[2]), value[0])
        for key, value in arguments.items()
    }
    calculation = CALCULATIONS[name]
    extra: dict[str, Possible] = {}
    for parameter in calculation.parameters:
        if parameter.kind == "word":
            extra[parameter.name] = Words(frozenset({"same" if parameter.name == "scale" else "female"}))
    bounds = calculation.call({**sets, **extra})
    first, second = sets
    found = [
        calculation.call({first: one, second: two, **extra})
        for one in _grid(sets[first])
        for two in _grid(sets[second])
    ]
    values = [answer.low for answer in found if isinstance(answer, Numbers)]
    assert isinstance(bounds, Numbers)
    assert (bounds.low, bounds.high) == (min(values), max(values))
