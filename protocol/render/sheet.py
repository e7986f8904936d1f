"""A document without a format: headings, paragraphs, lists and tables, with links inside it.

The writers beside this module turn it into Markdown and into a web page; what it says is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "Block",
    "Grid",
    "Heading",
    "Label",
    "Link",
    "Mark",
    "Para",
    "Points",
    "Sheet",
    "Span",
    "Text",
    "plain_text",
    "together",
]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another place of the same document."""

    words: str
    to: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that links lead to, with the words that stand there."""

    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    """The word that says what follows."""

    words: str


Span = str | Link | Mark | Label
Text = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 5, and the place it makes."""

    level: int
    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Para:
    """One paragraph."""

    text: Text


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; every row has one cell for each head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


Block = Heading | Para | Points | Grid


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole document; `contents` says to which level of heading its table of contents goes."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    contents: int = 2


def together(texts: Iterable[Text], mark: str) -> Text:
    """Several texts as one, with a mark between them."""
    found: list[Span] = []
    for text in texts:
        if found:
            found.append(mark)
        found += text
    return tuple(found)


def plain_text(text: Text) -> str:
    """The words alone."""
    return "".join(span if isinstance(span, str) else span.words for span in text)
