"""When there is no dose: the answer that says why, whom to ask, and what would settle it.

A method never guesses. What is surely barred is excluded, what a person must decide is referred, what is open
is withheld with its question. Misuse by a caller is a different thing and raises `ConversionRefused`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from protocol.errors import ConversionRefused, Fault
from protocol.rules.conversion_parts import Gate
from protocol.rules.rule import Refer
from protocol.terms import Truth

__all__ = ["Refused", "Verdicts", "asked", "gate", "misuse", "possibly"]

Verdicts = Mapping[str, Truth]
"""The verdict of each condition of the conversion table, by its name."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No dose. `ask` are questions in words; `open_rows` the conditions that could not be told, by name."""

    status: Literal["excluded", "refer", "withheld"]
    reason: str
    refer: Refer | None = None
    ask: tuple[str, ...] = ()
    open_rows: tuple[str, ...] = ()
    working: tuple[str, ...] = ()


def misuse(where: str, what: str, remedy: str) -> ConversionRefused:
    """The error for a caller that asks for what no table holds."""
    return ConversionRefused(Fault(where, what, remedy))


def asked(verdicts: Verdicts, name: str) -> Truth:
    """The verdict of one condition.

    Raises:  ConversionRefused when the caller did not judge it: an unjudged condition has no default.
    """
    try:
        return verdicts[name]
    except KeyError:
        raise misuse(name, "this condition was not judged", "judge every condition of the conversion table") from None


def possibly(verdicts: Verdicts, name: str) -> bool:
    """Whether a condition holds or cannot be told."""
    return asked(verdicts, name) is not Truth.DOES_NOT_APPLY


def gate(table: str, gates: Sequence[Gate], verdicts: Verdicts, approved: frozenset[str]) -> Refused | None:
    """What bars the way, if anything: excluded before refer before withheld, with all reasons of that status.

    Range:   `approved` holds the names of the conditions that a recorded approval opens; an absolute gate it
             never opens.
    """
    held: dict[str, list[Gate]] = {"excluded": [], "refer": [], "withheld": []}
    for one in sorted(gates, key=lambda gate: gate.row):  # in which order they are written changes no word
        name = f"conversion/{table}/{one.row}"
        verdict = asked(verdicts, name)
        if verdict is Truth.DOES_NOT_APPLY or (one.degree == "approval" and name in approved):
            continue
        status = "withheld" if verdict is Truth.CANNOT_TELL else "excluded" if one.degree == "absolute" else "refer"
        held[status].append(one)
    if held["excluded"]:
        return Refused("excluded", _reasons(held["excluded"]))
    if held["refer"]:
        return Refused("refer", _reasons(held["refer"]), held["refer"][0].refer)
    if held["withheld"]:
        rows = tuple(f"conversion/{table}/{one.row}" for one in held["withheld"])
        return Refused("withheld", f"Not excluded: {_reasons(held['withheld'])}", None, (), rows)
    return None


def _reasons(gates: Sequence[Gate]) -> str:
    return " ".join(one.say for one in gates)
