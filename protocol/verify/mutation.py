"""Runs the mutants of a ruleset against its checks and tells who noticed, and what nobody noticed."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from protocol.assessment import Assessment
from protocol.inference.program import Program
from protocol.verify.killing import EQUIVALENT, Suite
from protocol.verify.mutant import Mutant
from protocol.verify.mutants import mutants_of

__all__ = ["ENOUGH", "Report", "mutate"]

ENOUGH = 99
"""Percent of the mutants that change something which must be noticed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the mutants.

    `killed` counts by who noticed; `justified` are survivors that the second entry gives a reason for; `stale` are
    reasons for mutants that do not exist, change nothing or are noticed.
    """

    tried: int
    of: int
    killed: Mapping[str, int]
    equivalent: int
    survivors: tuple[str, ...]
    justified: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def percent(self) -> str:
        """The share that was noticed of those that change something, in percent, one decimal, rounded down."""
        changing = self.tried - self.equivalent
        tenths = 1000 * sum(self.killed.values()) // changing if changing else 1000
        return f"{tenths // 10}.{tenths % 10}"

    @property
    def holds(self) -> bool:
        """Whether enough was noticed, every survivor has its reason, and no reason is out of date."""
        enough = 100 * sum(self.killed.values()) >= ENOUGH * (self.tried - self.equivalent)
        return enough and not self.survivors and not self.stale


@dataclass(slots=True)
class _Shop:
    """What every process works with."""

    suite: Suite | None = None


_SHOP = _Shop()


def mutate(
    program: Program,
    stories: Mapping[str, Assessment],
    *,
    sample: int = 0,
    seed: int = 0,
    cores: int = 1,
) -> Report:
    """Try every mutant, or a sample that the seed fixes."""
    everything = list(mutants_of(program))
    chosen = everything if not sample else sorted(everything, key=lambda m: _lot(seed, m))[:sample]
    _SHOP.suite = Suite(program, stories)
    # Worked out once here, and not again in every process.
    _ = _SHOP.suite.stories
    found = list(zip(chosen, _done(chosen, cores), strict=True))
    reasons = program.ruleset.second_entry.survivors if program.ruleset.second_entry else {}
    alive = [mutant.name for mutant, killer in found if killer is None]
    known = {mutant.name for mutant in everything}
    noticed = {mutant.name for mutant, killer in found if killer is not None}
    return Report(
        tried=len(chosen),
        of=len(everything),
        killed=dict(sorted(Counter(k for _, k in found if k is not None and k != EQUIVALENT).items())),
        equivalent=sum(1 for _, killer in found if killer == EQUIVALENT),
        survivors=tuple(sorted(name for name in alive if name not in reasons)),
        justified=tuple(sorted(name for name in alive if name in reasons)),
        stale=tuple(sorted(name for name in reasons if name not in known or name in noticed)),
    )


def _lot(seed: int, mutant: Mutant) -> str:
    """A place in the draw that depends on nothing but the seed and the mutant."""
    return hashlib.sha256(f"{seed} {mutant.name}".encode()).hexdigest()


def _done(mutants: list[Mutant], cores: int) -> Iterator[str | None]:
    if cores <= 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(_try, mutants)
        return
    # Forked, so that the compiled ruleset and its plans are there already.
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        yield from pool.imap(_try, mutants, chunksize=32)


def _try(mutant: Mutant) -> str | None:
    if _SHOP.suite is None:
        message = "a mutant was tried before its ruleset was compiled"
        raise RuntimeError(message)
    return _SHOP.suite.killer(mutant)
