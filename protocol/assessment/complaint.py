"""What is wrong with one entry, before it is known where the entry stands.

Pydantic stops a validator at its first error; a complaint error carries all of them through it, so that one
entry with a bad value and a bad time is reported twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from protocol.quantity import plain

__all__ = ["COMPLAINTS", "Complaint", "complain", "did_you_mean", "shown", "shown_kind"]

COMPLAINTS = "complaints"
"""The type under which pydantic carries complaints; `assessment.faults` unpacks them."""

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Complaint:
    """One fault of an entry: `what` follows the name of the field, `write` follows its key in the remedy."""

    what: str
    remedy: str
    write: str = ""
    below: tuple[str | int, ...] = ()


def complain(*complaints: Complaint) -> PydanticCustomError:
    """The error to raise for these complaints."""
    return PydanticCustomError(COMPLAINTS, "{first}", {"first": complaints[0].what, "all": complaints})


def shown(value: Any) -> str:  # noqa: ANN401 - whatever was entered
    """An entry as it is quoted in a message: short, on one line, without surprises."""
    if isinstance(value, dict | list):
        return shown_kind(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and value.is_finite():
        return plain(value)[:_LONGEST_SHOWN]
    if isinstance(value, int):
        return f"{value}" if abs(value) < 10**15 else "a number with very many digits"
    text = "".join(c if c.isprintable() else "?" for c in str(value))
    text = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."
    return f'"{text}"' if isinstance(value, str) else text


def shown_kind(value: Any) -> str:  # noqa: ANN401
    """The kind of an entry, in words."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case dict():
            return "a group of fields"
        case list():
            return "a list"
        case int() | Decimal():
            return "a number"
        case datetime():
            return "a time"
        case _:
            return "a text"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A remedy: the nearest known word, or all of them when they are few, or how to list them."""
    near = get_close_matches(word[:_LONGEST_SHOWN].lower(), known, n=1, cutoff=0.7)
    if near:
        return f"Did you mean {near[0]}?"
    many = 25
    return f"Write one of: {', '.join(known)}." if len(known) <= many else "See `mps schema assessment` for the names."
