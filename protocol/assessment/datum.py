"""One finding as the team gave it: what it may be, when, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from protocol.possible import Possible

__all__ = ["Datum"]


@dataclass(frozen=True, slots=True)
class Datum:
    """What was entered in one field.

    `possible` is in the field's own unit. A list is never closed here: what is entered is listed, every other
    word stays possible until the ruleset's closing fact holds. `at` is in UTC, None when no time was given;
    `source` is a word of the list `source`, or empty; `entered` is the text as typed.
    """

    possible: Possible
    at: datetime | None
    source: str
    entered: str
