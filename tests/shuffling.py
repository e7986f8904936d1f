"""The same document in another order of keys and of list items, where the order says nothing."""

from __future__ import annotations

from random import Random
from typing import Any

__all__ = ["shuffled", "upside_down"]

MEANT = frozenset(
    {
        *("rows", "arms", "ties", "bands", "order", "agree", "rounding", "questions", "answers"),
        # from the gravest down, from the highest down, day by day
        *("levels", "low", "switch"),
        # shown to a reader in the order in which they are written
        *("cite", "mechanisms", "do", "words", "edges", "values", "findings", "members", "arms"),
        # one count for each day, newest last
        "prn_taken",
    }
)
"""Lists whose order is what they say."""

PRINTED = frozenset({"mechanisms", "classes", "tags", "findings", "arms", "flags"})
"""Dictionaries of the vocabulary, which print in the order in which they are written."""


def shuffled(value: Any, chance: Random, key: str = "") -> Any:  # noqa: ANN401 - any part of a document
    """The document with its keys and its unordered lists shuffled."""
    if isinstance(value, dict):
        keys = list(value)
        if key not in PRINTED:
            chance.shuffle(keys)
        return {k: shuffled(value[k], chance, k) for k in keys}
    if isinstance(value, list):
        items = [shuffled(item, chance) for item in value]
        if key not in MEANT:
            chance.shuffle(items)
        return items
    return value


def upside_down(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """The document with the keys of every map turned round and every list as it was."""
    if isinstance(value, dict):
        return {key: upside_down(value[key]) for key in reversed(value)}
    return [upside_down(item) for item in value] if isinstance(value, list) else value
