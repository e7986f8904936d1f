"""Runs the proofs of a ruleset: which there are, in what parts, and on how many cores.

Nothing here reads a clock: whoever wants times hands one in.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from protocol.inference.compile import compile_ruleset
from protocol.inference.program import Program
from protocol.rules.ruleset import Ruleset
from protocol.rules.targets import set_out
from protocol.verify import choices, excuses, promises, rules, safety
from protocol.verify.bench import Bench
from protocol.verify.finding import Outcome

__all__ = ["PROPERTIES", "verify"]

Clock = Callable[[], float]
Prove = Callable[[Bench, int, int], Outcome]


def _each_option(prove: Callable[..., Outcome]) -> Prove:
    """A property of every option, of which each part takes its share."""
    return lambda bench, part, of: prove(bench, bench.board.candidates[part::of])


def _at_once(prove: Callable[[Bench], Outcome]) -> Prove:
    return lambda bench, _, __: prove(bench)


def _excuses(bench: Bench, part: int, of: int) -> Outcome:
    return excuses.needed_excuses(bench, excuses.declared(bench)[part::of], each=bench.twice)


PROPERTIES: Mapping[str, tuple[Prove, int]] = {
    "never-events": (_each_option(safety.nevers), 2),
    "contraindications": (_each_option(safety.barred), 2),
    "red-flags": (_each_option(safety.flagged), 2),
    "forgetting": (_each_option(promises.forgetting), 2),
    "exceptions-needed": (_excuses, 2),
    "worse": (_each_option(promises.worse), 2),
    "bands": (_at_once(rules.bands), 1),
    "one-rule-each": (_at_once(rules.one_rule_each), 1),
    "rows": (lambda bench, part, of: rules.rows(bench, bench.program.derivations[part::of]), 1),
    "verdicts": (lambda bench, part, of: rules.verdicts(bench, rules.names_of(bench)[part::of]), 2),
    "firsts": (_each_option(choices.firsts), 2),
    "substitutions-needed": (_at_once(choices.substitutions), 1),
}
"""Every property by its name, and in how many parts it is proved."""


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    part: int
    of: int


@dataclass(slots=True)
class _Shop:
    """What every process works with; each has its own bench, made when its first job comes."""

    program: Program | None = None
    clock: Clock = lambda: 0.0
    twice: bool = False
    bench: Bench | None = None


_SHOP = _Shop()


def verify(
    ruleset: Ruleset, clock: Clock, only: Sequence[str] = (), cores: int = 1, *, release: bool = False
) -> list[Outcome]:
    """Prove every property of a ruleset, or those named.

    For a release a second solver is asked wherever the first one proved something, and every option that an
    exception names has to need it.

    Raises:  RulesetError where the ruleset cannot be compiled, SolverMissing where no solver is installed.
    """
    _SHOP.program, _SHOP.clock, _SHOP.bench, _SHOP.twice = compile_ruleset(ruleset), clock, None, release
    wanted = [name for name in PROPERTIES if not only or name in only]
    jobs = [_Job(name, part, PROPERTIES[name][1]) for name in wanted for part in range(PROPERTIES[name][1])]
    joined: dict[str, Outcome] = {}
    for job, outcome in zip(jobs, _done(jobs, cores), strict=True):
        if job.name in joined:
            joined[job.name].join(outcome)
        else:
            joined[job.name] = outcome
    return list(joined.values())


def _done(jobs: list[_Job], cores: int) -> Iterator[Outcome]:
    if min(cores, len(jobs)) <= 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(_do, jobs)
        return
    # Forked, so that the compiled ruleset is there already; the solver is first touched in the children.
    with multiprocessing.get_context("fork").Pool(min(cores, len(jobs))) as pool:
        yield from pool.imap(_do, jobs, chunksize=1)


def _do(job: _Job) -> Outcome:
    if _SHOP.bench is None:
        if _SHOP.program is None:
            message = "a proof was started before its ruleset was compiled"
            raise RuntimeError(message)
        _SHOP.bench = Bench(_SHOP.program, set_out(_SHOP.program.ruleset), _SHOP.twice)
    began = _SHOP.clock()
    outcome = PROPERTIES[job.name][0](_SHOP.bench, job.part, job.of)
    outcome.seconds = _SHOP.clock() - began
    return outcome
