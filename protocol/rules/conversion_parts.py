"""Small parts that several tables of the opioid conversion share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from protocol.rules.rule import Amount, Id, Refer, Say, Strict

__all__ = ["FormLine", "Fraction", "Gate", "Named", "StartCap", "fraction", "gates_of"]

Fraction = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?(/\d+(\.\d+)?)?$")]

Named = tuple[str, Any, tuple[str | int, ...]]
"""The name of a condition, the condition as written, and its place in the file."""


def fraction(text: str) -> tuple[Decimal, Decimal]:
    """The two parts of "2/3"; the second is 1 for a plain number. Kept apart, so that a third stays exact."""
    over, _, under = text.partition("/")
    return Decimal(over), Decimal(under or "1")


class Gate(Strict):
    """A reason not to go on: for good (`absolute`), or until the approval `opened_by` is on record (`approval`).

    Without `opened_by` only a person can go on.
    """

    row: Id
    when: Any
    degree: Literal["absolute", "approval"]
    say: Say
    refer: Refer | None = None
    opened_by: Id | None = None


class FormLine(Strict):
    """What to say for one form of what is taken."""

    form: str
    say: Say


class StartCap(Strict):
    """The most that a start may be while the total that is left lies at or above an edge."""

    from_total: Amount
    at_most: Amount


def gates_of(table: str, gates: Sequence[Gate], path: tuple[str | int, ...]) -> Iterator[Named]:
    """The conditions of some gates, by name."""
    for i, gate in enumerate(gates):
        yield f"conversion/{table}/{gate.row}", gate.when, (*path, i, "when")
