"""A document as Markdown. Places are written as anchors, so that links hold wherever the file is shown."""

from __future__ import annotations

import re

from protocol.render.page import clean
from protocol.render.sheet import Block, Grid, Heading, Label, Link, Mark, Para, Points, Sheet, Span, Text

__all__ = ["markdown"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def markdown(sheet: Sheet) -> str:
    """The document as one Markdown text."""
    chapters = [b for b in sheet.blocks if isinstance(b, Heading) and 1 < b.level <= sheet.contents]
    listed = [f"{'  ' * (c.level - 2)}- [{_words(c.words)}](#{c.anchor})" for c in chapters]
    first, *rest = sheet.blocks
    parts = [_block(first), "\n".join(listed), *map(_block, rest)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(level, words, anchor):
            return f'<a id="{anchor}"></a>\n\n{"#" * level} {_words(words)}'
        case Para(text):
            return _text(text)
        case Points(items):
            return "\n".join(f"- {_text(item)}" for item in items)
        case Grid(head, rows):
            lines = [head_line(head), *(f"| {' | '.join(map(_text, row))} |" for row in rows)]
            return "\n".join(lines)


def head_line(head: tuple[str, ...]) -> str:
    """The two lines that begin a table."""
    return f"| {' | '.join(map(_words, head))} |\n|{'---|' * len(head)}"


def _text(text: Text) -> str:
    return "".join(map(_span, text)).strip() or "-"


def _span(span: Span) -> str:
    match span:
        case Link(words, to):
            return f"[{_words(words)}](#{to})"
        case Mark(anchor, words):
            return f'<a id="{anchor}"></a>{_words(words)}'
        case Label(words):
            return f"**{_words(words)}**"
        case _:
            return _words(span)


def _words(text: str) -> str:
    # Spaces at the ends belong to the sentence around it.
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    inner = _SPECIAL.sub(r"\\\1", clean(text))
    return f"{' ' if lead else ''}{inner}{' ' if trail and inner else ''}"
