"""The few words of propositional logic that the proofs are written in, and the solver behind them.

Constants are Python's own and are folded away at once, so that what a ruleset leaves no choice about never
reaches the solver. The solver comes with the extra `verify` and is loaded when the first formula is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

from protocol.errors import Fault, ProtocolError

__all__ = [
    "Formula",
    "Model",
    "Session",
    "SolverMissing",
    "at_least",
    "every",
    "follows",
    "no",
    "same",
    "some",
    "variable",
    "weighs",
]

Formula = Any
"""A truth value, or a term of the solver; z3 describes its own terms to no type checker."""


class SolverMissing(ProtocolError):  # noqa: N818 - an answer, not a program fault
    """The proofs were asked for where no solver is installed."""

    exit_code = 2
    heading = "Nothing was proved"


@cache
def _z3() -> Any:  # noqa: ANN401 - a module without types
    try:
        return import_module("z3")
    except ImportError:
        remedy = 'Install it with: pip install "mps-protocol[verify]"'
        raise SolverMissing(Fault("mps verify", "the solver is not installed", remedy)) from None


def variable(name: str) -> Formula:
    """A truth value that the solver may choose."""
    return _z3().Bool(name)


def every(parts: Iterable[Formula]) -> Formula:
    """All of the parts hold; none is enough for that."""
    kept = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else _joined(kept, "Z3_mk_and")


def some(parts: Iterable[Formula]) -> Formula:
    """At least one of the parts holds."""
    kept = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.append(part)
    if not kept:
        return False
    return kept[0] if len(kept) == 1 else _joined(kept, "Z3_mk_or")


def _joined(parts: list[Formula], maker: str) -> Formula:
    # Straight to the solver's own call: the usual one looks at every part's sort, which takes most of the time.
    z3 = _z3()
    context = parts[0].ctx
    array = (z3.Ast * len(parts))(*(part.ast for part in parts))
    return z3.BoolRef(getattr(z3, maker)(context.ref(), len(parts), array), context)


def no(part: Formula) -> Formula:
    """The part does not hold."""
    if isinstance(part, bool):
        return not part
    z3 = _z3()
    return z3.BoolRef(z3.Z3_mk_not(part.ctx.ref(), part.ast), part.ctx)


def follows(one: Formula, other: Formula) -> Formula:
    """Where the one holds, so does the other."""
    return some((no(one), other))


def same(one: Formula, other: Formula) -> Formula:
    """Both hold or neither does."""
    if isinstance(one, bool):
        return other if one else no(other)
    if isinstance(other, bool):
        return one if other else no(one)
    if one.eq(other):
        return True
    z3 = _z3()
    return z3.BoolRef(z3.Z3_mk_eq(one.ctx.ref(), one.ast, other.ast), one.ctx)


def at_least(parts: Iterable[Formula], count: int) -> Formula:
    """At least so many of the parts hold."""
    return weighs([(part, 1) for part in parts], count)


def weighs(parts: Iterable[tuple[Formula, int]], least: int) -> Formula:
    """The weights of the parts that hold come to at least so much; a weight may be negative."""
    kept: list[tuple[Formula, int]] = []
    for part, weight in parts:
        if isinstance(part, bool):
            least -= weight if part else 0
        elif weight > 0:
            kept.append((part, weight))
        elif weight < 0:
            # A part that takes away when it holds gives as much when it does not.
            kept.append((no(part), -weight))
            least -= weight
    if least <= 0:
        return True
    if sum(weight for _, weight in kept) < least:
        return False
    return _z3().PbGe(kept, least)


class Model:
    """One way to choose every truth value."""

    def __init__(self, found: Any) -> None:  # noqa: ANN401 - the solver's own
        self._found = found
        self._chosen: dict[str, bool] = {}

    def holds(self, formula: Formula) -> bool:
        """Whether the formula holds in this choice; what the choice leaves open counts as not holding."""
        if isinstance(formula, bool):
            return formula
        if formula.num_args() == 0:
            # Nearly always a variable is asked for, and all of them are read at once far sooner than one by one.
            if not self._chosen:
                self._chosen = {d.name(): bool(_z3().is_true(self._found[d])) for d in self._found.decls()}
            return self._chosen.get(formula.decl().name(), False)
        return bool(_z3().is_true(self._found.eval(formula, model_completion=True)))


class Session:
    """A solver that is told more and more, and asked in between.

    What is only supposed for one question hangs on a switch of its own, so that nothing the solver has learned
    is lost from one question to the next.
    """

    def __init__(self) -> None:
        self._solver = _z3().SolverFor("QF_FD")
        self._solver.set("random_seed", 0)
        self._switches: dict[int, tuple[Formula, Formula]] = {}

    def tell(self, formulas: Iterable[Formula]) -> None:
        """What holds from now on."""
        for formula in formulas:
            if formula is not True:
                self._solver.add(formula)

    def can(self, *formulas: Formula) -> bool:
        """Whether there is a choice in which everything told and these hold; if not, that is proved.

        Raises:  RuntimeError when the solver gives up: that is no proof of anything.
        """
        if any(formula is False for formula in formulas):
            return False
        answer = str(self._solver.check(*(self._switch(f) for f in formulas if f is not True)))
        if answer == "unknown":
            message = f"the solver gave up: {self._solver.reason_unknown()}"
            raise RuntimeError(message)
        return answer == "sat"

    def find(self, *formulas: Formula) -> Model | None:
        """Such a choice, or None where it is proved that there is none."""
        return Model(self._solver.model()) if self.can(*formulas) else None

    def _switch(self, formula: Formula) -> Formula:
        name = formula.get_id()
        if name not in self._switches:
            switch = variable(f"?switch {len(self._switches)}")
            self._solver.add(follows(switch, formula))
            # The formula is kept with its switch, or its number could come to stand for another one.
            self._switches[name] = switch, formula
        return self._switches[name][0]
