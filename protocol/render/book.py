"""The protocol book: a whole ruleset as one document that a clinician reads and signs.

Everything in it comes from the ruleset, and everything in the ruleset is in it: each rule once, where it
belongs; each dose table once, at the option that uses it; each source once, at the end. Nothing is decided
here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol.inference.compile import compile_ruleset
from protocol.render.book_back import exceptions, hazards, index, reviews, sources
from protocol.render.book_doses import drugs, equivalents, homes, regimen_table
from protocol.render.book_front import front, raw_findings
from protocol.render.book_opioids import opioid_tables, trial_tables
from protocol.render.book_options import steps
from protocol.render.book_rules import rule_entry
from protocol.render.book_words import Words
from protocol.render.phrases import words
from protocol.render.sheet import Block, Heading, Para, Sheet
from protocol.render.sheet_html import html_page
from protocol.render.sheet_markdown import markdown
from protocol.rules.rule import Companion, FindingRule, Option, RedFlag, Rule, Stage
from protocol.rules.ruleset import Ruleset

__all__ = ["FORMATS", "book_of", "render_book"]

FORMATS: dict[str, Callable[[Sheet], str]] = {"markdown": markdown, "html": html_page}
"""How the book can be written."""

_MECHANISMS = ("findings/mechanisms", "findings/syndrome")
_OTHER_KINDS = {
    "contraindication": "What bars an option",
    "interaction": "What clashes with what is taken or present",
    "caution": "What calls for care",
    "preference": "What orders the options of an arm",
    "limit": "How many may start",
    "companion": "What goes with a line",
    "current": "Medicines that are taken already",
    "never": "Never events",
}
"""Kinds whose rules stand together, and the chapter of each."""

_INTRODUCED = {
    "never": "Written from monographs, apart from the rules above. A plan that breaks one is not returned.",
    "current": "Asked of each medicine: the strongest holds of continue, hold, reduce, convert, taper, stop.",
    "preference": "Points order the options of one arm. They never exclude one.",
    "caution": "Warning and limit hold while the condition cannot be told; the strictest limit holds.",
    "contraindication": "While the condition cannot be told the option is held back and its question asked.",
}


def render_book(ruleset: Ruleset, form: str = "markdown") -> str:
    """The book of a ruleset as text; `form` is one of `FORMATS`.

    Raises:  RulesetError when a name or condition of the ruleset cannot be resolved.
    """
    return FORMATS[form](book_of(ruleset))


def book_of(ruleset: Ruleset) -> Sheet:
    """The book of a ruleset, format aside; the same ruleset gives the same book."""
    book = Words(compile_ruleset(ruleset))
    return Sheet(ruleset.settings.title, ruleset.settings.language, tuple(_blocks(book)))


def _blocks(book: Words) -> Iterator[Block]:
    yield from front(book)
    yield from _chapter("Scope", "scope", _entries(book, (r for r in book.rules if r.kind == "scope")))
    yield from _chapter("What is observed", "observed", raw_findings(book))
    findings = [r for r in book.rules if isinstance(r, FindingRule)]
    yield from _chapter("Findings that are worked out", "findings", _by_folder(book, findings, but=_MECHANISMS))
    yield from _chapter("Syndrome and mechanisms", "mechanisms", _by_folder(book, findings, only=_MECHANISMS))
    yield from _chapter("Red flags", "red-flags", _red_flags(book))
    yield from steps(book)
    for kind, title in _OTHER_KINDS.items():
        of_kind = [r for r in book.rules if r.kind == kind]
        yield from _chapter(title, f"kind-{kind}", _by_folder(book, of_kind), _INTRODUCED.get(kind, ""))
    yield from _chapter("Times of review", "reviews", reviews(book))
    yield from _chapter("Declared exceptions", "exceptions", exceptions(book))
    yield from _chapter("Hazards and what holds them back", "hazards", hazards(book))
    yield from _chapter("Formulary", "formulary", drugs(book))
    yield from _chapter("Opioid equivalents", "equivalents", equivalents(book))
    yield from _chapter("Opioid arithmetic", "opioid-arithmetic", opioid_tables(book))
    yield from _chapter("When an earlier treatment counts as failed", "trials", trial_tables(book))
    yield from _chapter("Sources", "sources", sources(book))
    yield from _chapter("Index of rules", "index", index(book))


def _chapter(title: str, anchor: str, blocks: Iterator[Block], introduced: str = "") -> Iterator[Block]:
    yield Heading(2, title, anchor)
    if introduced:
        yield Para((introduced,))
    yield from blocks


def _entries(book: Words, rules: Iterator[Rule] | list[Rule]) -> Iterator[Block]:
    where = homes(book)
    for rule in rules:
        if isinstance(rule, Option | Stage):  # they stand under their step
            continue
        yield from rule_entry(book, rule)
        if isinstance(rule, Companion) and rule.then.add.drug and rule.then.add.regimen:
            drug = book.ruleset.drugs[rule.then.add.drug]
            if where[drug.drug, rule.then.add.regimen] == f"r-{rule.rule}":
                yield from regimen_table(book, drug, book.ruleset.regimen(drug.drug, rule.then.add.regimen))


def _by_folder(
    book: Words,
    rules: list[Rule] | list[FindingRule],
    *,
    only: tuple[str, ...] = (),
    but: tuple[str, ...] = (),
) -> Iterator[Block]:
    """Rules under the names of their folders, which is how a ruleset is arranged."""
    folders: dict[str, list[Rule]] = {}
    for rule in rules:
        folder = book.folder(rule.rule)
        if folder in only if only else folder not in but:
            folders.setdefault(folder, []).append(rule)
    for folder in sorted(folders):
        if len(folders) > 1:
            name = words(folder.split("/")[-1])
            kind = folders[folder][0].kind
            yield Heading(3, name[:1].upper() + name[1:], f"{kind}-in-{folder.replace('/', '-')}")
        yield from _entries(book, folders[folder])


def _red_flags(book: Words) -> Iterator[Block]:
    flags: dict[str, list[Rule]] = {}
    for rule in book.ruleset.of(RedFlag):
        flags.setdefault(rule.then.alert.flag, []).append(rule)
    yield Para(("What stands first on every plan. A flag that is not excluded holds back what it would if raised.",))
    for flag in sorted(flags):
        title = book.ruleset.vocabulary.flags.get(flag, words(flag))
        yield Heading(3, title[:1].upper() + title[1:], f"flag-{flag}")
        yield from _entries(book, flags[flag])
