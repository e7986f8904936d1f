"""From the words of a rule file to a condition, with the finding's own unit and domain in hand.

Every fault is collected with its place, so that one reading of a ruleset reports all that is wrong.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from protocol.errors import Fault, QuantityError
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import UNITS, Quantity
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
)

__all__ = ["Domains", "Place", "Reader", "nearest"]

Path = tuple[str | int, ...]
_NUMBERS: dict[str, type[Below | AtMost | Above | AtLeast]] = {
    "below": Below,
    "at_most": AtMost,
    "above": Above,
    "at_least": AtLeast,
}
_DEEPEST = 2


def nearest(word: str, words: Mapping[str, Any] | frozenset[str]) -> str:
    """A suggestion for a misspelt name, as the end of a sentence."""
    close = difflib.get_close_matches(word, list(words), n=1)
    return f"did you mean {close[0]}?" if close else f"the words known here: {', '.join(sorted(words)[:12])}"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in one file of the ruleset."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Domains:
    """The domain of every finding, and the substance a number measures where units convert through it."""

    of: Mapping[str, Possible]
    substance: Mapping[str, str]


@dataclass(slots=True)
class Reader:
    """Reads the conditions of one file; `faults` grows, nothing is raised."""

    file: str
    position: Any
    domains: Domains
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, what: str, remedy: str) -> None:
        line, column = self.position(path)
        self.faults.append(Fault(self.file, what, remedy, line, column))

    def condition(self, written: Any, path: Path, depth: int = 0) -> Condition:  # noqa: ANN401 - as the file has it
        """Read a condition; after a fault the answer is `Always`, which no ruleset with faults ever reaches."""
        if written == "always":
            return Always()
        if not isinstance(written, dict) or len(written) != 1:
            self.fault(
                path,
                "a condition is one finding or one of all, any, not",
                "write, for example: - finding: { is: word }",
            )
            return Always()
        ((key, body),) = written.items()
        here = (*path, key)
        if key in ("all", "any"):
            return self._group(key, body, here, depth)
        if key == "not":
            self._depth(here, depth)
            return Not(self.condition(body, here, depth + 1))
        return self._comparison(str(key), body, here)

    def _depth(self, path: Path, depth: int) -> None:
        if depth >= _DEEPEST:
            self.fault(
                path,
                "conditions are nested more than two deep",
                "give the inner thought a name: write a finding rule for it",
            )

    def _group(self, key: str, body: Any, path: Path, depth: int) -> Condition:  # noqa: ANN401
        self._depth(path, depth)
        if not isinstance(body, list) or not body:
            self.fault(path, f"{key} needs a list of conditions", f"write: {key}: [ {{ ... }}, {{ ... }} ]")
            return Always()
        parts = tuple(self.condition(part, (*path, i), depth + 1) for i, part in enumerate(body))
        return All(parts) if key == "all" else AnyOf(parts)

    def _comparison(self, name: str, body: Any, path: Path) -> Condition:  # noqa: ANN401
        domain = self.domains.of.get(name)
        if domain is None:
            self.fault(path, f"{name} is not a finding", nearest(name, self.domains.of))
            return Always()
        if not isinstance(body, dict) or not body:
            self.fault(path, f"{name} needs a comparison", "write, for example: { is: word } or { below: 5 mg }")
            return Always()
        tests = [self._test(name, domain, op, value, (*path, op)) for op, value in body.items()]
        return tests[0] if len(tests) == 1 else All(tuple(tests))

    def _test(self, name: str, domain: Possible, op: str, value: Any, path: Path) -> Condition:  # noqa: ANN401
        if op == "missing":
            if value != "yes":
                self.fault(path, f'missing takes "yes", not "{value}"', "write: missing: yes, or not: { ... }")
            return Missing(name)
        match domain:
            case Numbers() if op in _NUMBERS:
                return _NUMBERS[op](name, self.amount(name, value, path))
            case Words(options) if op in ("is", "one_of"):
                return OneOf(name, self._words(name, options, value, path))
            case Members(_, possible) if op == "includes_any":
                return IncludesAny(name, self._words(name, possible, value, path))
            case Members() if op == "count_at_least" and isinstance(value, int):
                return CountAtLeast(name, value)
        self.fault(path, f'"{op}" cannot be asked of {name}, which is {describe(domain)}', f"use {_operators(domain)}")
        return Always()

    def amount(self, name: str, value: Any, path: Path) -> Decimal:  # noqa: ANN401
        """Read a constant in the finding's own unit."""
        domain = self.domains.of[name]
        unit = domain.unit if isinstance(domain, Numbers) else "1"
        try:
            quantity = Quantity.parse(str(value))
        except QuantityError as error:
            self.fault(path, str(error), f"{name} is measured in {unit}: write, for example, 30 {unit}")
            return Decimal(0)
        if quantity.unit != unit:
            # Thresholds are written in the unit of the finding, so that a reader compares like with like.
            what = f'{name} is measured in {_unit_name(unit)}, but this says "{value}"'
            self.fault(path, what, f"write it in {_unit_name(unit)}{self._meant(quantity.unit)}")
        return quantity.amount

    def _meant(self, unit: str) -> str:
        kind = UNITS[unit].kind
        same = [n for n, d in self.domains.of.items() if isinstance(d, Numbers) and UNITS[d.unit].kind == kind]
        return f", or name the finding that is meant ({', '.join(sorted(same)[:3])})" if same else ""

    def _words(self, name: str, options: frozenset[str], value: Any, path: Path) -> frozenset[str]:  # noqa: ANN401
        words = value if isinstance(value, list) else [value]
        for word in words:
            if str(word) not in options:
                self.fault(path, f'"{word}" is not a word of {name}', nearest(str(word), options))
        return frozenset(map(str, words))


def describe(domain: Possible) -> str:
    """What kind of finding this is, as the end of a sentence."""
    match domain:
        case Numbers(_, _, unit):
            return f"a number in {_unit_name(unit)}"
        case Words():
            return "a word"
        case Members():
            return "a list"


def _unit_name(unit: str) -> str:
    return "plain numbers" if unit == "1" else unit


def _operators(domain: Possible) -> str:
    match domain:
        case Numbers():
            return "below, at_most, above or at_least"
        case Words():
            return "is or one_of"
        case Members():
            return "includes_any or count_at_least"
