"""A document as one web page: no script, nothing fetched, readable by a screen reader, fit for paper."""

from __future__ import annotations

from html import escape

from protocol.render.page import clean
from protocol.render.sheet import Block, Grid, Heading, Label, Link, Mark, Para, Points, Sheet, Span, Text

__all__ = ["html_page"]

_STYLE = """
body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 Georgia, serif; }
body { color: #111; background: #fff; }
h1, h2, h3, h4, h5 { font-family: Arial, sans-serif; line-height: 1.25; margin: 1.6em 0 .4em; }
h2 { border-bottom: 2px solid #111; }
h4, h5 { font-size: 1.05rem; }
table { border-collapse: collapse; width: 100%; margin: .6em 0 1.2em; font-size: .92rem; }
th, td { border: 1px solid #767676; padding: .25em .5em; text-align: left; vertical-align: top; }
th { background: #eee; }
a { color: #0b4f9e; }
a:focus { outline: 3px solid #0b4f9e; }
:target { background: #fff3c4; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; }
@media print {
  body { max-width: none; font-size: 10pt; }
  nav, .skip { display: none; }
  a { color: inherit; text-decoration: none; }
  h2 { break-before: page; }
  h3, h4, h5 { break-after: avoid; }
  tr, li { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""


def html_page(sheet: Sheet) -> str:
    """The document as one self-contained page."""
    chapters = [b for b in sheet.blocks if isinstance(b, Heading) and 1 < b.level <= sheet.contents]
    listed = "\n".join(f'<li><a href="#{c.anchor}">{_words(c.words)}</a></li>' for c in chapters)
    body = "\n".join(map(_block, sheet.blocks))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(sheet.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_words(sheet.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#text">To the text</a>\n'
        f'<nav aria-label="Contents">\n<ul>\n{listed}\n</ul>\n</nav>\n<main id="text">\n{body}\n</main>\n'
        "</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(level, words, anchor):
            return f'<h{level} id="{anchor}">{_words(words)}</h{level}>'
        case Para(text):
            return f"<p>{_text(text)}</p>"
        case Points(items):
            return "<ul>\n" + "\n".join(f"<li>{_text(item)}</li>" for item in items) + "\n</ul>"
        case Grid(head, rows):
            top = "".join(f'<th scope="col">{_words(cell)}</th>' for cell in head)
            lines = "\n".join("<tr>" + "".join(f"<td>{_text(c)}</td>" for c in row) + "</tr>" for row in rows)
            return f"<table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"


def _text(text: Text) -> str:
    return "".join(map(_span, text)).strip() or "-"


def _span(span: Span) -> str:
    match span:
        case Link(words, to):
            return f'<a href="#{to}">{_words(words)}</a>'
        case Mark(anchor, words):
            return f'<span id="{anchor}">{_words(words)}</span>'
        case Label(words):
            return f"<strong>{_words(words)}</strong>"
        case _:
            return _words(span)


def _words(text: str) -> str:
    # Spaces at the ends belong to the sentence around it.
    inner = escape(clean(text))
    return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if text[-1:].isspace() and inner else ''}"
