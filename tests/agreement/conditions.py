"""Drawn conditions over drawn findings, with values on, just below and just above every threshold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from protocol.inference.evaluate import Findings
from protocol.possible import Members, Numbers, Possible, Words
from protocol.rules.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    AtMost,
    Below,
    Condition,
    CountAtLeast,
    IncludesAny,
    Missing,
    Not,
    OneOf,
    thresholds_of,
)

WORDS = ("none", "mild", "moderate", "severe", "übel")
MEMBERS = ("a", "b", "c", "d")
# Some are one number in two spellings, some differ in a place that a binary fraction could not hold.
THRESHOLDS = tuple(map(Decimal, ("0", "0.1", "0.10000000000000000001", "29.9", "30", "30.0", "3E+1", "-2", "1E+25")))
DOMAINS: dict[str, Possible] = {
    "age": Numbers(Decimal(0), Decimal(120), "a"),
    "clearance": Numbers(Decimal(0), Decimal(300), "mL/min"),
    "score": Numbers(Decimal(-5), Decimal(10), "1"),
    "grade": Words(frozenset(WORDS)),
    "sign": Words(frozenset({"present", "absent"})),
    "classes": Members(frozenset(), frozenset(MEMBERS)),
    "allergies": Members(frozenset(), frozenset(MEMBERS)),
}


@dataclass(frozen=True)
class Case:
    """Some conditions and some patients."""

    conditions: dict[str, Condition]
    patients: list[Findings]


def leaves() -> st.SearchStrategy[Condition]:
    """Every comparison, over findings of the right shape."""
    options: list[st.SearchStrategy[Condition]] = [st.builds(Missing, st.sampled_from(list(DOMAINS)))]
    for name, domain in DOMAINS.items():
        match domain:
            case Numbers():
                limit = st.sampled_from(THRESHOLDS)
                options += [st.builds(kind, st.just(name), limit) for kind in (Below, AtMost, Above, AtLeast)]
            case Words(words):
                options.append(st.builds(OneOf, st.just(name), st.frozensets(st.sampled_from(sorted(words)))))
            case Members(_, members):
                some = st.frozensets(st.sampled_from(sorted(members)))
                options.append(st.builds(IncludesAny, st.just(name), some))
                options.append(st.builds(CountAtLeast, st.just(name), st.integers(0, 5)))
    return st.one_of(options)


def conditions(depth: int = 2) -> st.SearchStrategy[Condition]:
    """Trees so deep that every form of rule file is met, `when: always` included."""
    tree: st.SearchStrategy[Condition] = st.one_of(leaves(), leaves(), leaves(), st.just(Always()))
    for _ in range(depth):
        parts = st.lists(tree, max_size=4).map(tuple)
        tree = st.one_of(tree, st.builds(All, parts), st.builds(AnyOf, parts), st.builds(Not, tree))
    return tree


@st.composite
def patients(draw: st.DrawFn, thresholds: frozenset[tuple[str, Decimal]]) -> Findings:
    """Findings that are known, bounded or unknown, on and next to the thresholds."""
    values: dict[str, Possible] = {}
    unknown = set()
    for name, domain in DOMAINS.items():
        if draw(st.integers(0, 3)) == 0:
            values[name] = domain
            unknown.add(name)
            continue
        match domain:
            case Numbers(low, high, unit):
                near = {low, high, *(limit for finding, limit in thresholds if finding == name)}
                one = draw(st.sampled_from(sorted(near))) + draw(st.sampled_from(STEPS))
                two = draw(st.sampled_from(sorted(near))) + draw(st.sampled_from(STEPS))
                known = draw(st.booleans())
                values[name] = Numbers(one, one, unit) if known else Numbers(min(one, two), max(one, two), unit)
            case Words(words):
                values[name] = Words(draw(st.frozensets(st.sampled_from(sorted(words)), min_size=1, max_size=3)))
            case Members(_, members):
                possible = draw(st.frozensets(st.sampled_from(sorted(members))))
                listed = draw(st.frozensets(st.sampled_from(sorted(possible)))) if possible else possible
                values[name] = Members(listed, draw(st.sampled_from((possible, listed))))
    return Findings(values, unknown)


STEPS = tuple(map(Decimal, ("0", "0", "0.1", "-0.1", "1", "-1", "1E-20", "-1E-20")))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A small ruleset, and patients drawn around its own thresholds."""
    drawn = draw(st.lists(conditions(), min_size=1, max_size=12))
    named = {f"rule-{number}": condition for number, condition in enumerate(drawn)}
    thresholds = frozenset().union(*(thresholds_of(condition) for condition in drawn))
    return Case(named, draw(st.lists(patients(thresholds), min_size=1, max_size=6)))
