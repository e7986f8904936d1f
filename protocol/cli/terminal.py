"""What the terminal is told, and what it allows."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TypedDict

from protocol.errors import ProtocolError

__all__ = ["Paper", "UsageError", "complain", "paper", "reason"]

_WIDTH = 100


class UsageError(ProtocolError):
    """A command was asked for something that is not there, or that it must not do."""

    exit_code = 2
    heading = "Nothing was done"


class Paper(TypedDict):
    """How wide the text may be, and whether headings may be bold."""

    width: int
    bold: bool


def paper() -> Paper:
    """What the terminal allows; always the same where the output is kept or passed on."""
    if not sys.stdout.isatty():
        return Paper(width=_WIDTH, bold=False)
    world = os.environ  # noqa: TID251 - the command line reads the environment
    plain = bool(world.get("NO_COLOR")) or world.get("TERM") == "dumb"
    return Paper(width=min(_WIDTH, shutil.get_terminal_size().columns), bold=not plain)


def complain(text: str) -> None:
    """Write to the standard error."""
    # Faults quote what was entered, and what was entered must not steer the terminal.
    sys.stderr.write("".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text) + "\n")


def reason(error: OSError | ValueError) -> str:
    """Why the system refused, in its own words."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]
