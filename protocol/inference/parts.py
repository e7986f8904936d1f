"""Formulas and findings as rulesets and facts that durable_rules can be trusted with.

durable_rules evaluates nothing at all when more than 64 tests are true at once, and refuses a fact with more
than 252 properties. Both bounds are worked out here for the worst case, with a margin, before any patient is
read, and a part that would pass either is cut in two. Its other limits (512 alternatives under one test, 255
rules with one antecedent, 128 alternatives in one `or`) lie beyond what a part of this size can reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from protocol.errors import EngineFault, Fault
from protocol.inference.evaluate import Findings
from protocol.inference.formulas import Atom, Both, Either, Field, Formula, Scale, Scales, Shape
from protocol.possible import Members, Numbers, Words

__all__ = [
    "CLEAR",
    "MOST_PROPERTIES",
    "MOST_STACK",
    "SENTINEL",
    "SESSION",
    "Part",
    "Reader",
    "arrange",
    "fields_of",
    "stack_bound",
    "token",
]

Test = dict[str, Any]
"""A test as the engine reads it; nested, hence untyped."""

MOST_PROPERTIES = 240
MOST_STACK = 60
RULES = 60
"""Rules in a part, at most. The cheapest as measured: more make long facts, fewer make many facts."""

BUCKET = 16

SENTINEL = "R00000"
_CANARY = "_canary"
SESSION = "w"
CLEAR = f'{{"sid":"{SESSION}","id":"e"}}'
"""Names the one fact of the one session of a part. Names that never change are never confused by a hash."""

# 3.5 is read as 3 where the process writes numbers with a comma: then the sentinel stays silent.
_WATCH: Test = {"$and": [{"$gt": {_CANARY: 3.4}}, {"$lt": {_CANARY: 3.6}}]}


def token(number: int) -> str:
    """The name of a rule in the engine: six characters, like the sentinel's.

    Range: 1 to 99 999, far above what a process has memory for.
    """
    return f"R{number:05}"


# All the stretches on a scale of two places, by the number of ends that are at the upper one.
_STRETCHES = ((0, 0), (0, 1), (1, 1))
_END = {"low": 0, "high": 1}


@dataclass(frozen=True, slots=True)
class Part:
    """One ruleset of the engine: its rules by token, the fields its fact may carry, and the proved bounds."""

    rules: Mapping[str, Test]
    fields: tuple[Field, ...]
    tail: str
    properties: int
    stack: int

    @property
    def conditions(self) -> dict[str, Test]:
        """The condition of every rule, the sentinel's included."""
        return {SENTINEL: _WATCH, **self.rules}


class Reader:
    """Turns findings into the fields of facts, each written once however many parts carry it.

    `places` says where in the answer of `read` each field stands.
    """

    def __init__(self, scales: Scales, names: Mapping[Field, str]) -> None:
        self._rank = scales.rank
        self._ranks: list[tuple[Scale, list[tuple[int, str]]]] = []
        self._flags: dict[Shape, list[tuple[Scale, list[list[str]]]]] = {shape: [] for shape in Shape}
        of_scale: dict[Scale, list[Field]] = {}
        for field in names:
            of_scale.setdefault(field[0].scale, []).append(field)
        for scale, fields in of_scale.items():
            if scale.graded:
                self._ranks.append(
                    (scale, [(_END[slot.end], f'"{names[slot, low]}":') for slot, low in fields])
                )
            else:
                self._flags[scale.shape].append((scale, [_flags(fields, names, ends) for ends in _STRETCHES]))
        order = [scale for scale, _ in self._ranks]
        order += [scale for shape in Shape for scale, _ in self._flags[shape]]
        self.places = {field: n for n, field in enumerate(f for scale in order for f in of_scale[scale])}

    def read(self, findings: Findings) -> list[str]:
        """Every field as a fact carries it, empty when it is not carried.

        The findings are of their declared shapes: the matcher has looked.
        """
        numbers = cast("Mapping[str, Numbers]", findings.values)
        words = cast("Mapping[str, Words]", findings.values)
        lists = cast("Mapping[str, Members]", findings.values)
        written: list[str] = []
        for scale, starts in self._ranks:
            name = scale.finding
            ends: tuple[Decimal | int, Decimal | int]
            if scale.shape is Shape.NUMBER:
                ends = (numbers[name].low, numbers[name].high)
            else:
                ends = (len(lists[name].listed), len(lists[name].possible))
            ranks = [self._rank(scale, end) for end in ends]
            written += [f"{start}{ranks[end]}," for end, start in starts]
        # In the order of Shape. The index counts at how many of the two ends the scale's words hold.
        for scale, flags in self._flags[Shape.LIST]:
            value = lists[scale.finding]
            held = not value.listed.isdisjoint(scale.words)
            written += flags[held + (not value.possible.isdisjoint(scale.words))]
        for scale, flags in self._flags[Shape.WORD]:
            options = words[scale.finding].options
            written += flags[(options <= scale.words) + (not options.isdisjoint(scale.words))]
        for scale, flags in self._flags[Shape.ANYTHING]:
            written += flags[2 if scale.finding in findings.unknown else 0]
        return written


def _flags(fields: list[Field], names: Mapping[Field, str], ends: tuple[int, int]) -> list[str]:
    """The flags of a scale for one stretch, with empty texts for those that do not hold."""
    return [f'"{names[slot, low]}":1,' if (ends[_END[slot.end]] == 0) == low else "" for slot, low in fields]


def arrange(formulas: Mapping[str, Formula], names: Mapping[Field, str], rules: int = RULES) -> list[Part]:
    """Cut the formulas, in their order, into parts whose bounds hold; `names` are what fields are called.

    Errors: EngineFault when one formula alone passes a bound.
    """
    tokens = list(formulas)
    parts = []
    for start in range(0, len(tokens), rules):
        parts += _proved({token: formulas[token] for token in tokens[start : start + rules]}, names)
    return parts


def _proved(formulas: Mapping[str, Formula], names: Mapping[Field, str]) -> list[Part]:
    part = _part(formulas, names)
    if part.properties <= MOST_PROPERTIES and part.stack <= MOST_STACK:
        return [part]
    tokens = list(formulas)
    if len(tokens) == 1:
        raise EngineFault(
            Fault(
                "the compiled rules",
                f"one condition reads {part.properties} things and makes {part.stack} tests at once; "
                f"{MOST_PROPERTIES} and {MOST_STACK} are the most that is safe.",
                "Give part of the condition a name of its own, as a finding, and ask for that.",
            )
        )
    middle = len(tokens) // 2
    return [
        *_proved({token: formulas[token] for token in tokens[:middle]}, names),
        *_proved({token: formulas[token] for token in tokens[middle:]}, names),
    ]


def _part(formulas: Mapping[str, Formula], names: Mapping[Field, str]) -> Part:
    fields = tuple(dict.fromkeys(field for formula in formulas.values() for field in fields_of(formula)))
    rules = {}
    for number, (token, formula) in enumerate(formulas.items()):
        # A first test per bucket keeps the stack low: sixteen rules at a time are open, not all.
        rules[token] = {"$and": [{f"_b{number // BUCKET}": 1}, *_express(formula, names)]}
    buckets = [f"_b{number}" for number in range((len(formulas) - 1) // BUCKET + 1)]
    properties = [*(names[field] for field in fields), *buckets, _CANARY, "sid", "id"]
    _refuse_confusable(properties)
    tail = ",".join([*(f'"{name}":1' for name in buckets), f'"{_CANARY}":3.5', CLEAR[1:]])
    return Part(rules, fields, tail, len(properties), stack_bound([_WATCH, *rules.values()]))


def fields_of(formula: Formula) -> Iterator[Field]:
    """Every field that the formula's rule tests, with repeats."""
    match formula:
        case Atom():
            yield formula.field
        case Both(parts):
            for part in parts:
                yield from fields_of(part)
        case Either(parts):
            for part in parts:
                yield from fields_of(part)
                if isinstance(part, Atom):
                    yield part.opposite().field


def _express(formula: Formula, names: Mapping[Field, str]) -> list[Test]:
    """The formula in the engine's own terms, as a list of tests that must all hold."""
    match formula:
        case Atom(slot, turned, mark):
            name = names[formula.field]
            if slot.scale.graded:
                return [{"$lte" if turned else "$gte": {name: mark}}]
            return [{name: 1}]
        case Both(parts):
            return [test for part in parts for test in _express(part, names)]
        case Either(parts):
            return [{"$or": [_all(tests) for tests in _apart(parts, names)]}]
        case _:
            message = "a formula that reads nothing needs no rule"
            raise TypeError(message)


def _apart(parts: Sequence[Formula], names: Mapping[Field, str]) -> list[list[Test]]:
    """The alternatives, each only where no single test before it holds.

    A rule is delivered once for every alternative that is true, and delivery is what evaluation costs; apart,
    at most one of the single tests is.
    """
    before: list[Test] = []
    alternatives = []
    for part in parts:
        alternatives.append([*before, *_express(part, names)])
        if isinstance(part, Atom):
            before += _express(part.opposite(), names)
    return alternatives


def _all(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else {"$and": tests}


def stack_bound(conditions: Sequence[Test]) -> int:
    """The most tests that can wait at once if every test is true, from the network that the engine builds.

    The engine shares tests that stand in the same place under the same parent; an `or` joins its alternatives
    again, and everything behind it is walked once for each of them.
    """
    children: list[list[int]] = [[]]
    shared: dict[tuple[int, str], int] = {}

    def add(parent: int, condition: Test) -> int:
        ((operator, body),) = condition.items()
        if operator == "$and":
            for test in body:
                parent = add(parent, test)
            return parent
        if operator == "$or":
            children.append([])
            joined = len(children) - 1
            for test in body:
                children[add(parent, test)].append(joined)
            return joined
        key = (parent, repr(condition))
        if key not in shared:
            children.append([])
            shared[key] = len(children) - 1
            children[parent].append(shared[key])
        return shared[key]

    for condition in conditions:
        add(0, condition)
    return _height(0, children, {})


def _height(node: int, children: list[list[int]], known: dict[int, int]) -> int:
    """How high the stack rises from here: all children are pushed, then taken off from the last."""
    if node not in known:
        rises = [waiting + _height(child, children, known) for waiting, child in enumerate(children[node])]
        known[node] = max([1, len(rises), *rises])
    return known[node]


def _refuse_confusable(names: Sequence[str]) -> None:
    """The engine knows a property by 32 bits of its name: two names with equal bits would be one property."""
    if len({_bits(name) for name in names}) != len(names):
        raise EngineFault(
            Fault(
                "the compiled rules",
                "two properties of a fact cannot be told apart by the rule engine.",
                "Report this: property names are made by the program, not by a rule.",
            )
        )


def _bits(name: str) -> int:
    bits = 0x811C9DC5
    for byte in name.encode():
        bits = ((bits ^ byte) * 16777619) & 0xFFFFFFFF
    return bits
