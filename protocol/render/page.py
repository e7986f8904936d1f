"""A page of plain text: wrapped, indented, with hanging labels, and never a dose broken over two lines."""

from __future__ import annotations

import re
import unicodedata
from textwrap import wrap

__all__ = ["Page", "clean", "lowered", "opening", "sentence"]

_GLUE = "\N{NO-BREAK SPACE}"
# A number and its unit ("5 mg", "every 12 h") stay together: "every 1" at a line's end is a trap.
_AMOUNT = re.compile(r"(?<=\d) (?=\S)|(?<=\bevery) (?=\d)")
# Under a longer label the rest of a paragraph would be a narrow column; it goes back to the margin.
_LONGEST_HANG = 12
_STOP = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def clean(text: str) -> str:
    """One line without control characters: text that a record brought along must not steer a terminal."""
    flat = " ".join(text.split())
    return "".join(c for c in flat if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop; unchanged where it ends in a stop of its own."""
    flat = clean(text)
    if not flat:
        return ""
    ended = flat if flat.rstrip("\"')")[-1:] in (".", "!", "?", ":", "…") else f"{flat}."
    return ended[0].upper() + ended[1:]


def opening(text: str) -> str:
    """The first sentence, with a sign where there is more; never a part of a sentence."""
    whole = sentence(text)
    first = _STOP.split(whole, maxsplit=1)[0]
    return whole if first == whole else f"{first} …"


def lowered(text: str) -> str:
    """The text for the middle of a sentence: a small first letter, except in MRI or QTc or a lone letter."""
    flat = clean(text)
    return flat[:1].lower() + flat[1:] if flat[1:2].islower() else flat


class Page:
    """Lines of at most `width` columns. `bold` marks headings for a terminal; it never carries meaning."""

    def __init__(self, width: int, *, bold: bool = False) -> None:
        self.width = max(width, 50)
        self.bold = bold
        self._lines: list[str] = []

    def gap(self) -> None:
        """One empty line; several in a row become one."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def heading(self, text: str) -> None:
        """An empty line, then the heading."""
        self.gap()
        self._put(clean(text), 0, 0, bold=True)

    def say(self, text: str, indent: int = 0, label: str = "") -> None:
        """A paragraph; what wraps hangs under the text after its label. Nothing is written for no text."""
        flat = clean(text)
        if flat:
            lead = f"{label} " if label else ""
            self._put(lead + flat, indent, len(lead) if len(lead) <= _LONGEST_HANG else 0)

    def row(self, cells: tuple[str, ...], widths: tuple[int, ...], indent: int = 0) -> None:
        """Cells in columns; the last one takes the rest of the line and hangs there."""
        lead = "".join(clean(cell).ljust(width) + "  " for cell, width in zip(cells[:-1], widths, strict=True))
        self._put(lead + (clean(cells[-1]) or "-"), indent, len(lead))

    def _put(self, text: str, indent: int, hang: int, *, bold: bool = False) -> None:
        lead, rest = text[:hang], text[hang:]
        under = " " * (hang or (2 if indent else 0))
        room = max(self.width - indent, 40)
        # Words are never cut, nor split at a hyphen: "modified-" at a line's end reads like another form.
        parts = wrap(
            _AMOUNT.sub(_GLUE, rest),
            room,
            initial_indent=" " * hang,
            subsequent_indent=under,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        parts[0] = lead + parts[0][hang:]
        for part in parts:
            line = (" " * indent + part.replace(_GLUE, " ")).rstrip()
            self._lines.append(f"{_BOLD}{line}{_PLAIN}" if bold and self.bold else line)

    def text(self) -> str:
        """The whole page, ending in one newline."""
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return "\n".join(self._lines) + "\n"
