"""One small wrong edit of a ruleset's data, as a tired editor might make it, and how it is applied.

A mutant changes one part of one rule, drug or table. It is kept as the path of that part and what stands there
instead, so that ten thousand of them cost little until one is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Final

__all__ = ["DROPPED", "Mutant", "Path", "dropped", "in_words", "replaced", "shifted", "stand_in"]

Path = tuple[str | int, ...]
_LONGEST = 100


class _Dropped(Enum):
    """What stands where a key or a list member is taken out; it stays the same one in another process."""

    NOTHING = "nothing"

    def __str__(self) -> str:
        return "nothing"


DROPPED: Final = _Dropped.NOTHING


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong edit: of which item, by which operator, at which place, from what to what."""

    item: str
    operator: str
    path: Path
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """What names it for good: item, place and change, as the list of survivors writes it."""
        place = ".".join(str(step) for step in self.path)
        return f"{self.item}: {self.operator} at {place}: {in_words(self.before)} -> {in_words(self.after)}"

    def applied_to(self, data: Any) -> Any:  # noqa: ANN401 - plain data
        """A copy of the item's data with this edit; nothing of the original is touched."""
        return _edited(data, self.path, self.after)


def _edited(node: Any, path: Path, value: Any) -> Any:  # noqa: ANN401
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(node, dict):
        copy = dict(node)
        if not rest and value is DROPPED:
            copy.pop(step, None)
        else:
            copy[step] = _edited(node.get(step), rest, value)
        return copy
    parts = list(node)
    if not isinstance(step, int):
        message = f"a list has no {step}"
        raise TypeError(message)
    if not rest and value is DROPPED:
        del parts[step]
    else:
        parts[step] = _edited(parts[step], rest, value)
    return parts


def in_words(value: Any) -> str:  # noqa: ANN401
    """Plain data in one line, which is cut where it is long."""
    text = _whole(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _whole(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_whole(v)}" for k, v in value.items()) + "}"
    return "[" + ", ".join(map(_whole, value)) + "]" if isinstance(value, list) else str(value)


def replaced(item: str, operator: str, path: Path, before: Any, after: Any) -> Mutant:  # noqa: ANN401
    """A part that says something else."""
    return Mutant(item, operator, path, before, after)


def dropped(item: str, operator: str, path: Path, before: Any) -> Mutant:  # noqa: ANN401
    """A part that is no longer there."""
    return Mutant(item, operator, path, before, DROPPED)


def shifted(number: str) -> Iterator[str]:
    """The same number one unit of its last place up and, where it stays above nothing, down."""
    value = Decimal(number)
    exponent = value.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)
    yield f"{value + unit:f}"
    if value - unit >= 0:
        yield f"{value - unit:f}"


def stand_in(name: str, names: list[str], beside: frozenset[str] = frozenset()) -> str | None:
    """The next name in the alphabet that could be written by mistake: never the name itself or one of those beside."""
    others = sorted(n for n in names if n != name and n not in beside)
    return next((n for n in others if n > name), others[0] if others else None)
