"""The few values of each finding that matter to some conditions: on and beside every threshold, each word, unknown.

Two patients whose findings fall between the same thresholds and words get the same verdict, so trying these values
in all combinations is trying all patients, as far as one condition can tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from protocol.inference.evaluate import Findings
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import plain
from protocol.rules.condition import Comparison, Condition, CountAtLeast, IncludesAny, OneOf, comparisons

__all__ = ["Value", "findings_from", "representatives"]


_FEW = 12
"""Words up to which "any of these" is tried as a value of its own: a longer list nobody would read in an example."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a finding: as a set, and as an example would write it. `unknown` is the whole domain."""

    possible: Possible
    written: Any

    @property
    def unknown(self) -> bool:
        return bool(self.written == "unknown")


def representatives(conditions: Iterable[Condition], domains: Mapping[str, Possible]) -> dict[str, list[Value]]:
    """The values that matter for each finding that some conditions read, the unknown last."""
    leaves: dict[str, list[Comparison]] = {}
    for condition in conditions:
        for leaf in comparisons(condition):
            leaves.setdefault(leaf.finding, []).append(leaf)
    return {name: [*_known(found, domains[name]), Value(domains[name], "unknown")] for name, found in leaves.items()}


def _known(leaves: list[Comparison], domain: Possible) -> Iterator[Value]:
    match domain:
        case Numbers():
            yield from _numbers(leaves, domain)
        case Words(options):
            # In an example `unknown` is the lack of an answer; the word of that name is written as a list of one.
            yield from (
                Value(Words(frozenset({word})), [word] if word == "unknown" else word) for word in sorted(options)
            )
            for leaf in leaves:
                if isinstance(leaf, OneOf):
                    yield from (
                        _either(words) for words in (leaf.words, options - leaf.words) if 1 < len(words) <= _FEW
                    )
        case Members(_, possible):
            yield from _lists(leaves, possible)


def _either(words: frozenset[str]) -> Value:
    return Value(Words(words), sorted(words))


def _numbers(leaves: list[Comparison], domain: Numbers) -> Iterator[Value]:
    points: set[Decimal] = set()
    for leaf in leaves:
        threshold = getattr(leaf, "threshold", None)
        if threshold is not None:
            exponent = threshold.as_tuple().exponent
            step = Decimal(1).scaleb(min(exponent, 0))
            points |= {threshold, threshold + step, threshold - step}
    if not points:
        points = {domain.low}
    for point in sorted(p for p in points if domain.low <= p <= domain.high):
        yield Value(Numbers(point, point, domain.unit), _amount(point, domain.unit))


def _amount(number: Decimal, unit: str) -> str:
    return plain(number) if unit == "1" else f"{plain(number)} {unit}"


def _lists(leaves: list[Comparison], possible: frozenset[str]) -> Iterator[Value]:
    yield _closed(frozenset())
    words = sorted(frozenset().union(*(leaf.words for leaf in leaves if isinstance(leaf, IncludesAny))) & possible)
    yield from (_closed(frozenset({word})) for word in words)
    groups = [
        sorted(leaf.words & possible) for leaf in leaves if isinstance(leaf, IncludesAny) and leaf.words & possible
    ]
    pairs = {frozenset({word, other[0]}) for one in groups for other in groups for word in one}
    yield from (_closed(pair) for pair in sorted(pairs, key=sorted) if len(pair) > 1)
    other = next((word for word in sorted(possible) if word not in words), None)
    if other is not None:
        yield _closed(frozenset({other}))
    for leaf in leaves:
        if isinstance(leaf, CountAtLeast):
            many = sorted(possible)[: leaf.count]
            yield from (_closed(frozenset(part)) for part in (many, many[:-1]) if part)


def _closed(words: frozenset[str]) -> Value:
    return Value(Members(words, words), sorted(words))


def findings_from(values: Mapping[str, Value]) -> Findings:
    """Some findings with these values; conditions that read others cannot be asked of them."""
    unknown = {name for name, value in values.items() if value.unknown and not value.possible.known}
    return Findings({name: value.possible for name, value in values.items()}, unknown)
