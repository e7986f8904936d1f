"""Formulas arranged into rulesets that durable_rules can be trusted with.

durable_rules evaluates nothing at all when more than 64 tests wait at once, and refuses a fact with more than
252 properties and a rule that says `and` or `or` more than 15 times. All three are worked out here for the
worst case before any patient is read; what would pass a bound is cut in two. The third bound also keeps small
in how many ways a rule can be true at once, for each of which it is delivered. Its other limits (512
alternatives under one test, 255 rules with one antecedent) lie beyond what a part can reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.errors import EngineFault, Fault
from protocol.inference.formulas import Atom, Both, Either, Field, Formula, atoms

__all__ = [
    "CLEAR",
    "MOST_JOINTS",
    "MOST_PROPERTIES",
    "MOST_STACK",
    "SENTINEL",
    "SESSION",
    "Part",
    "arrange",
    "divide",
    "fields_of",
    "stack_bound",
    "token",
]

Test = dict[str, Any]
"""A test as the engine reads it; nested, hence untyped."""

MOST_PROPERTIES = 240
MOST_STACK = 60
MOST_JOINTS = 14
RULES = 60
"""Rules in a part, at most. The cheapest as measured: more make long facts, fewer make many facts."""

BUCKET = 16
SMALL = 8
"""So few comparisons pass no bound, however they are joined."""

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


@dataclass(frozen=True, slots=True)
class Part:
    """One ruleset of the engine: its rules, the fields its fact may carry, and what it needs at worst.

    `joints` is how often the longest rule says `and` or `or`.
    """

    rules: Mapping[str, Test]
    fields: tuple[Field, ...]
    tail: str
    properties: int
    stack: int
    joints: int

    @property
    def safe(self) -> bool:
        """Whether the engine is known to be right about it."""
        needs = (self.properties, self.stack, self.joints)
        most = (MOST_PROPERTIES, MOST_STACK, MOST_JOINTS)
        return all(need <= bound for need, bound in zip(needs, most, strict=True))

    @property
    def conditions(self) -> dict[str, Test]:
        """The condition of every rule, the sentinel's included."""
        return {SENTINEL: _WATCH, **self.rules}


def arrange(formulas: Mapping[str, Formula], names: Mapping[Field, str], rules: int = RULES) -> list[Part]:
    """Cut the formulas, in their order, into parts whose bounds hold; `names` are what fields are called.

    Errors: EngineFault when one formula alone passes a bound, which `divide` has seen to before.
    """
    tokens = list(formulas)
    parts = []
    for start in range(0, len(tokens), rules):
        parts += _proved({token: formulas[token] for token in tokens[start : start + rules]}, names)
    return parts


def divide(formula: Formula) -> tuple[Formula, Formula] | None:
    """A formula too large for one rule as two halves, to be joined by its own `and` or `or`; else None."""
    if isinstance(formula, bool | Atom) or sum(1 for _ in atoms(formula)) <= SMALL:
        return None
    names = {field: f"p{number}" for number, field in enumerate(dict.fromkeys(fields_of(formula)))}
    if _part({token(1): formula}, names).safe:
        return None
    kind, parts = type(formula), formula.parts
    middle = len(parts) // 2
    first, second = (half[0] if len(half) == 1 else kind(half) for half in (parts[:middle], parts[middle:]))
    return first, second


def _proved(formulas: Mapping[str, Formula], names: Mapping[Field, str]) -> list[Part]:
    part = _part(formulas, names)
    if part.safe:
        return [part]
    tokens = list(formulas)
    if len(tokens) == 1:
        raise EngineFault(
            Fault(
                "the compiled rules",
                f"a single comparison needs {part.properties} properties and a stack of {part.stack}; "
                f"{MOST_PROPERTIES} and {MOST_STACK} are the most that is safe.",
                "Report this: a single comparison should always fit.",
            )
        )
    middle = len(tokens) // 2
    return [
        *_proved({token: formulas[token] for token in tokens[:middle]}, names),
        *_proved({token: formulas[token] for token in tokens[middle:]}, names),
    ]


def _part(formulas: Mapping[str, Formula], names: Mapping[Field, str]) -> Part:
    fields = tuple(dict.fromkeys(field for formula in formulas.values() for field in fields_of(formula)))
    # A first test per bucket keeps the stack low: sixteen rules at a time are open, not all.
    rules = {
        name: {"$and": [{f"_b{number // BUCKET}": 1}, *_express(formula, names)]}
        for number, (name, formula) in enumerate(formulas.items())
    }
    buckets = [f"_b{number}" for number in range((len(formulas) - 1) // BUCKET + 1)]
    properties = [*(names[field] for field in fields), *buckets, _CANARY, "sid", "id"]
    _refuse_confusable(properties)
    return Part(
        rules,
        fields,
        tail=",".join([*(f'"{name}":1' for name in buckets), f'"{_CANARY}":3.5', CLEAR[1:]]),
        properties=len(properties),
        stack=stack_bound([_WATCH, *rules.values()]),
        joints=max(map(_joints, rules.values())),
    )


def _joints(test: Test) -> int:
    """How often a test says `and` or `or`."""
    ((operator, body),) = test.items()
    return 1 + sum(map(_joints, body)) if operator in ("$and", "$or") else 0


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

    Each way in which a rule is true is one more delivery, and several `or` multiply; kept apart, at most one
    of the single tests is true.
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
