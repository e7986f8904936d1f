"""A second solver, asked for a release whether it finds nobody either where the first one proved that nobody is.

The two share no code but this: the first one's formulas are written out in SMT-LIB, its counting constraints as
bit vectors, because only it knows them as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

from protocol.errors import Fault
from protocol.verify.logic import Formula, SolverMissing

__all__ = ["Disagreement", "confirm"]


class Disagreement(Exception):  # noqa: N818 - says what it is
    """One solver proved what the other one has a counterexample to, or gave up on."""


@cache
def _modules() -> tuple[Any, Any]:
    try:
        return import_module("z3"), import_module("cvc5")
    except ImportError:
        remedy = 'Install it with: pip install "mps-protocol[release]"'
        raise SolverMissing(Fault("mps verify --release", "the second solver is not installed", remedy)) from None


def confirm(formulas: Iterable[Formula]) -> None:
    """Return where nobody satisfies the formulas.

    Raises:  Disagreement where the second solver finds somebody or gives up, SolverMissing where there is none.
    """
    z3, cvc5 = _modules()
    told = list(formulas)
    if any(formula is False for formula in told):
        return
    goal = z3.Goal()
    goal.add(*(formula for formula in told if formula is not True))
    writer = z3.Solver()
    for part in z3.Then("simplify", "card2bv")(goal):
        writer.add(*part)
    text = "(set-logic QF_BV)\n" + writer.to_smt2()
    solver = cvc5.Solver()
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "proof")
    answer = ""
    while not (command := parser.nextCommand()).isNull():
        answer = str(command.invoke(solver, parser.getSymbolManager())).strip() or answer
    if answer != "unsat":
        message = f"the first solver proved that nobody is there; the second one answers {answer!r}"
        raise Disagreement(message)
