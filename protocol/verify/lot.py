"""Draws that depend on nothing but a seed and how many were made before: the same on every machine, for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Lot"]

Thing = TypeVar("Thing")


class Lot:
    """A stream of draws from one seed, by SHA-256 over the seed and a counter."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def below(self, top: int) -> int:
        """A whole number from 0 up to and without `top`."""
        self._count += 1
        digest = hashlib.sha256(f"{self._seed} {self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % top

    def happens(self, percent: int) -> bool:
        """True so many times in a hundred."""
        return self.below(100) < percent

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of some things, each as often as any other."""
        return things[self.below(len(things))]

    def some_of(self, things: Sequence[Thing], most: int) -> list[Thing]:
        """Up to `most` of them, none twice, in the order they stand in."""
        count = self.below(min(most, len(things)) + 1)
        places: set[int] = set()
        while len(places) < count:
            places.add(self.below(len(things)))
        return [things[i] for i in sorted(places)]
