"""Wrong edits of a condition: thresholds, comparisons, words, branches, `not`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from protocol.possible import Members, Possible, Words
from protocol.quantity import UNITS, canonical_unit
from protocol.verify.mutant import Mutant, Path, dropped, replaced, shifted, stand_in

__all__ = ["Conditions", "other_unit"]

_FLIPPED = {"below": "at_most", "at_most": "below", "above": "at_least", "at_least": "above"}
_NUMBERS = (*_FLIPPED, "count_at_least")


def other_unit(unit: str) -> str | None:
    """Another unit of the same kind, as a slip of the pen would write it."""
    name = canonical_unit(unit)
    same = [n for n, u in UNITS.items() if u.kind == UNITS[name].kind and n != name]
    return same[0] if same else None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Every wrong edit of the conditions of one item."""

    item: str
    domains: Mapping[str, Possible]

    def of(self, written: Any, path: Path, *, whole: bool = True) -> Iterator[Mutant]:  # noqa: ANN401 - as written
        """Mutants of one condition; `whole` also takes away the condition as such."""
        if not isinstance(written, dict):
            return
        if whole:
            yield replaced(self.item, "condition dropped", path, written, "always")
        ((key, body),) = written.items()
        if key in ("all", "any"):
            yield from self._group(key, body, path)
        elif key == "not":
            yield replaced(self.item, "not dropped", path, written, body)
            yield from self.of(body, (*path, "not"), whole=False)
        else:
            yield from self._comparison(str(key), body, (*path, key))

    def _group(self, key: str, body: list[Any], path: Path) -> Iterator[Mutant]:
        if len(body) > 1:
            other = "any" if key == "all" else "all"
            yield Mutant(self.item, f"{key} swapped for {other}", path, {key: body}, {other: body})
            for i, part in enumerate(body):
                yield dropped(self.item, f"branch of {key} dropped", (*path, key, i), part)
        for i, part in enumerate(body):
            yield from self.of(part, (*path, key, i), whole=False)

    def _comparison(self, name: str, body: Any, path: Path) -> Iterator[Mutant]:  # noqa: ANN401
        for op, value in body.items():
            here = (*path, op)
            if len(body) > 1:
                yield dropped(self.item, "comparison dropped", here, value)
            if op in _FLIPPED:
                flipped = {(_FLIPPED[o] if o == op else o): v for o, v in body.items()}
                yield replaced(self.item, f"{op} swapped for {_FLIPPED[op]}", path, body, flipped)
            if op in _NUMBERS:
                yield from self._threshold(value, here)
            elif op in ("is", "one_of", "includes_any"):
                yield from self._words(name, value if isinstance(value, list) else [value], op, here)

    def _threshold(self, value: Any, path: Path) -> Iterator[Mutant]:  # noqa: ANN401
        number, _, unit = str(value).partition(" ")
        for other in shifted(number):
            new = int(other) if isinstance(value, int) else f"{other} {unit}".strip()
            yield replaced(self.item, "threshold shifted", path, value, new)
        another = other_unit(unit) if unit else None
        if another:
            yield replaced(self.item, "unit changed", path, value, f"{number} {another}")

    def _words(self, name: str, words: list[str], op: str, path: Path) -> Iterator[Mutant]:
        domain = self.domains.get(name)
        known = domain.options if isinstance(domain, Words) else domain.possible if isinstance(domain, Members) else ()
        if len(words) > 1:
            for i, word in enumerate(words):
                yield dropped(self.item, "word dropped", (*path, i), word)
            extra = stand_in(str(words[0]), sorted(known), frozenset(map(str, words))) if op == "one_of" else None
            if extra is not None and len(words) + 1 < len(known):
                yield replaced(self.item, "word added", path, words, [*words, extra])
            return
        other = stand_in(str(words[0]), sorted(known))
        if other is not None:
            yield replaced(self.item, "word swapped", path, words[0], other if op == "is" else [other])
