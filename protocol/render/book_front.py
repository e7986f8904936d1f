"""The first pages of the book: what it is, who has signed it, how to read it; and what is observed."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.possible import Members, Numbers, Possible
from protocol.possible import Words as WordSet
from protocol.quantity import plain
from protocol.render.book_words import Words, labelled
from protocol.render.conditions import finding_words, unit_words
from protocol.render.page import sentence
from protocol.render.phrases import words
from protocol.render.sheet import Block, Grid, Heading, Link, Mark, Para, Points, Text, together
from protocol.rules.vocabulary import RawFinding

__all__ = ["front", "raw_findings"]

_MOST_WORDS = 12
_READING: tuple[Text, ...] = (
    labelled(
        "Unknown",
        "nothing unknown is read as normal. A condition applies, does not apply, or cannot be told.",
    ),
    labelled(
        "Cannot be told",
        "an option is held back and its question asked; a bar and a warning hold; a flag is not excluded.",
    ),
    labelled("Order", "there are no priorities: a bar beats any option, whatever the order of the rules."),
    labelled(
        "Doses",
        "of all rows that apply or cannot be told, the lowest amount, the longest interval and the lowest "
        "maximum hold; they are never multiplied. Amounts are rounded down.",
    ),
    labelled("Findings", "each finding that is named in a condition leads to its definition."),
    labelled(
        "Evidence",
        "every rule says how strong and certain it is, where it comes from, and whether it was checked "
        "there. What was not checked is to be checked before anybody signs it.",
    ),
)


def front(book: Words) -> Iterator[Block]:
    """Title, identity, signatures, how to read it."""
    ruleset = book.ruleset
    settings = ruleset.settings
    yield Heading(1, f"{settings.title}: the protocol book", "top")
    yield Para((sentence(settings.summary),))
    points: list[Text] = [
        labelled("Ruleset", f"{settings.ruleset}, version {settings.version}"),
        labelled("Digest", ruleset.digest),
        labelled(
            "Content",
            f"{len(ruleset.rules)} rules, {len(book.board.candidates)} options, "
            f"{len(ruleset.drugs)} medicines, {len(ruleset.sources)} sources",
        ),
    ]
    signed = [s for s in settings.sign_off if s.digest == ruleset.digest]
    points += [labelled("Signed off", f"{s.site}: {s.name}, {s.role}, {s.at}") for s in signed]
    if not signed:
        points.append(labelled("Sign-off", "not signed off at this site. A signature holds for this digest alone."))
    yield Points((*points, book.evidence(settings.because)))
    yield Heading(2, "How to read this book", "reading")
    yield Points(_READING)
    yield Para((sentence(settings.evidence_note),))
    yield Para((sentence(settings.surveillance_note),))
    unread = sum(r.because.verified != "yes" for r in book.rules)
    yield Para((f"Of {len(book.rules)} rules, {unread} rest on a fact that was not fully checked at its source.",))


def raw_findings(book: Words) -> Iterator[Block]:
    """Every finding that is entered: what it may be, how long it is good; then questions and conflicts."""
    vocabulary = book.ruleset.vocabulary
    rows: list[tuple[Text, ...]] = [
        (
            (Mark(f"f-{name}", finding_words(name)), f" ({name})"),
            (sentence(raw.title),),
            (_domain(book.program.domains.of[name]),),
            (raw.valid_for or "while it stands",),
            (_closing(raw),),
        )
        for name, raw in vocabulary.findings.items()
    ]
    yield Grid(("Finding", "What it is", "May be", "Good for", "Absent when"), tuple(rows))
    yield Heading(3, "Questions", "questions")
    asked: list[tuple[Text, ...]] = [
        (
            (sentence(q.ask),),
            (q.effort,),
            together([(Link(finding_words(a), f"f-{a}"),) for a in q.answers], ", "),
        )
        for q in vocabulary.questions
    ]
    yield Grid(("Ask", "Effort", "Answers"), tuple(asked))
    yield Heading(3, "Facts that cannot both be right", "conflicts")
    yield Points(tuple((sentence(c.say),) for c in vocabulary.conflicts))


def _domain(domain: Possible) -> str:
    match domain:
        case Numbers(low, high, unit):
            return f"{plain(low)} to {plain(high)} {unit_words(unit)}".rstrip()
        case WordSet(options):
            shown = sorted(options)
            more = f" and {len(shown) - _MOST_WORDS} more" if len(shown) > _MOST_WORDS else ""
            return ", ".join(finding_words(word) if word.islower() else word for word in shown[:_MOST_WORDS]) + more
        case Members():
            return "a list"


def _closing(raw: RawFinding) -> str:
    if raw.closed_by is None:
        return "said so"
    is_ = " or ".join(map(words, raw.closed_by.is_))
    return f"said so, or not listed while {finding_words(raw.closed_by.finding)} is {is_}"
