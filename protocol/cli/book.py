"""The command that writes the protocol book."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from protocol.cli.rules import loaded
from protocol.cli.terminal import UsageError, reason
from protocol.errors import Fault

__all__ = ["FORMATS", "book"]

FORMATS = {"markdown": "md", "html": "html"}
"""How a book can be written, and how its file is called then."""


def book(options: argparse.Namespace) -> None:
    """Print the book of a ruleset, or write it into a folder."""
    from protocol.render.book import render_book  # noqa: PLC0415 - slow to load, and this command's alone

    ruleset = loaded(options.folder)
    text = render_book(ruleset, options.format)
    if options.out is None:
        sys.stdout.write(text)
        return
    target = Path(options.out) / f"{ruleset.settings.ruleset}.{FORMATS[options.format]}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        what = f"the book cannot be written: {reason(error)}"
        raise UsageError(Fault(str(target), what, "Name a folder that you may write to.")) from None
    sys.stdout.write(f"{target}: written, for digest {ruleset.digest}\n")
