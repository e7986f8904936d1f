"""The end of the book: declared exceptions, reviews, hazards, sources, and the index of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protocol.render.book_words import Words, labelled
from protocol.render.conditions import finding_words
from protocol.render.page import sentence
from protocol.render.phrases import words
from protocol.render.sheet import Block, Grid, Heading, Link, Mark, Para, Points, Text, together
from protocol.rules.hazard import Controls

__all__ = ["exceptions", "hazards", "index", "reviews", "sources"]

_READ = {
    "full": "read in full",
    "abstract": "abstract read",
    "extract": "a passage, label or page read",
    "secondary": "known through somebody else's summary",
    "memory": "from memory; nothing was read again",
    "none": "not read",
}


def reviews(book: Words) -> Iterator[Block]:
    """When a plan must be seen again; of all that apply the soonest counts."""
    yield Para(("Of all that apply the soonest counts.",))
    rows = [((r.within,), book.when(f"review/{r.review}"), (sentence(r.say),)) for r in book.ruleset.settings.reviews]
    yield Grid(("Within", "When", "Words"), tuple(rows))


def exceptions(book: Words) -> Iterator[Block]:
    """What may stand despite an unknown, what may replace what, and where worse never means more."""
    settings = book.ruleset.settings
    yield Heading(3, "Options that may stand while something is not known", "despite-unknown")
    rows: list[tuple[Text, ...]] = [
        (
            together([(book.option(o),) for o in entry.options], ", ") or ("every option",),
            _findings(entry.while_unknown),
            (sentence(entry.because),),
        )
        for entry in settings.despite_unknown
    ]
    yield Grid(("Options", "While not known", "Because"), tuple(rows))
    yield Heading(3, "Options that may appear because another is lost", "substitutions")
    rows = [
        ((book.option(s.when_lost),), (book.option(s.may_appear),), (sentence(s.because),))
        for s in settings.substitutions
    ]
    yield Grid(("When lost, for a known reason", "May appear", "Because"), tuple(rows))
    yield Heading(3, "Where worse never raises a dose or improves a status", "worse")
    rows = [
        (
            _findings([w.finding]),
            (f"worse when {w.direction}" if w.direction else f"from good to bad: {', '.join(w.words)}",),
        )
        for w in settings.worse
    ]
    yield Grid(("Finding", "Direction"), tuple(rows))


def _findings(names: Iterable[str]) -> Text:
    return together([(Link(finding_words(name), f"f-{name}"),) for name in names], ", ")


def hazards(book: Words) -> Iterator[Block]:
    """What can go wrong, and what holds it back."""
    case = book.ruleset.safety_case
    if case is None:
        yield Para(("This ruleset carries no table of hazards.",))
        return
    for hazard in case.hazards:
        yield Heading(3, hazard.title, f"h-{hazard.hazard}")
        points = [
            labelled("Cause", sentence(hazard.cause)),
            labelled("Harm", sentence(hazard.harm)),
            labelled("Control", sentence(hazard.control)),
            labelled("Held by", *_controls(book, hazard.controlled_by)),
        ]
        if hazard.remains:
            points.append(labelled("What remains", sentence(hazard.remains)))
        yield Points(tuple(points))
    if case.invariants:
        yield Heading(3, "What is true of every plan", "invariants")
        held: list[tuple[Text, ...]] = [
            (
                (Mark(f"i-{i.invariant}", i.invariant),),
                (sentence(i.says),),
                _controls(book, i.held_by) or (sentence(i.not_yet or ""),),
            )
            for i in case.invariants
        ]
        yield Grid(("Id", "Sentence", "Held by"), tuple(held))
    if case.not_invariants:
        yield Heading(3, "What looks true of every plan and is not", "not-invariants")
        shown = [((sentence(n.says),), (sentence(n.because),), (n.test,)) for n in case.not_invariants]
        yield Grid(("Sentence", "Why not", "Test"), tuple(shown))


def _controls(book: Words, held: Controls) -> Text:
    parts: list[Text] = [(book.rule(name),) for name in held.rules]
    parts += [(f"guard check {name}",) for name in held.guards]
    parts += [(Link(name, f"i-{name}"),) for name in held.invariants]
    parts += [(f"test {path}",) for path in held.tests]
    return together(parts, "; ")


def sources(book: Words) -> Iterator[Block]:
    """Every source that a rule may cite, and how far it was read."""
    rows: list[tuple[Text, ...]] = []
    for name, source in sorted(book.ruleset.sources.items()):
        links = (("doi:", source.doi), ("PMID ", source.pmid), ("", source.url))
        found = " ".join(f"{lead}{link}" for lead, link in links if link)
        rows.append(((Mark(f"s-{name}", name),), (sentence(source.cite), f" {found}"), (_READ[source.read],)))
    yield Grid(("Id", "Source", "How far it was read"), tuple(rows))


def index(book: Words) -> Iterator[Block]:
    """Every rule by its id, the retired ones included."""
    rows: list[tuple[Text, ...]] = [
        (
            (Link(r.rule, f"r-{r.rule}") if not r.retired else r.rule,),
            (words(r.kind) + (", retired" if r.retired else ""),),
            (r.title,),
        )
        for r in book.ruleset.rules
    ]
    yield Grid(("Rule", "Kind", "Title"), tuple(rows))
