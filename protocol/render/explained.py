"""Explanations as text: one sentence first, then the facts it rests on, the rules and their sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocol.plan.explanation import AskNext, Decided, Wanted, WhatIf, WhyLine, WhyNot, WouldChange
from protocol.render.page import Page, lowered, sentence
from protocol.render.phrases import URGENCY, listed, words
from protocol.render.reasons import write_facts, write_reasons
from protocol.rules.settings import Source

__all__ = ["render_ask", "render_what_if", "render_why", "render_why_not", "write_why_not"]

Sources = Mapping[str, Source]
_MOST_WANTED = 12
_ARROW = {"appeared": "New:", "disappeared": "Gone:", "raised": "Raised:", "closed": "Closed:"}


def render_why(told: WhyLine, sources: Sources, *, width: int = 100, bold: bool = False) -> str:
    """The shortest sufficient reason for a line."""
    page = Page(width, bold=bold)
    page.heading(f"IN SHORT: {sentence(told.title)}")
    page.say(sentence(told.say), 2)
    if told.facts:
        page.say("These facts alone carry it, its dose included; none of them can be left out.", 2)
        write_facts(page, told.facts, 4)
    write_reasons(page, told.rules, sources, 2)
    return page.text()


def render_why_not(told: WhyNot, change: WouldChange, sources: Sources, *, width: int = 100, bold: bool = False) -> str:
    """Where an option stands, the one reason that suffices, and what would change it."""
    page = Page(width, bold=bold)
    page.heading(sentence(told.say))
    if told.facts:
        page.say("These facts suffice, with all others unknown:", 2)
        write_facts(page, told.facts, 4)
    if told.unknown:
        page.say("These answers could settle it:", 2)
        write_facts(page, told.unknown, 4)
    if told.others:
        page.say(f"{told.others} other reason{'s' if told.others > 1 else ''} would suffice too.", 2)
    page.gap()
    page.say("What would change it", 2)
    page.say(sentence(change.say), 4)
    if change.acts:
        page.say("A whole plan with these acts offers it.", 4)
    if told.rules:
        page.gap()
        page.say("Because", 2)
        write_reasons(page, told.rules, sources, 2)
    return page.text()


def write_why_not(page: Page, every: Iterable[WhyNot]) -> None:
    """One sentence for every option that is not a first choice."""
    page.heading("WHY NOT, OPTION BY OPTION")
    for told in every:
        if told.standing != "offered":
            page.say(f"{sentence(told.say)} [{told.option}]", 2, "-")


def render_what_if(told: WhatIf, *, width: int = 100, bold: bool = False) -> str:
    """The difference that other facts would make."""
    page = Page(width, bold=bold)
    page.heading("IF")
    for setting in told.settings:
        page.say(f"{setting.field} were {setting.after} (now {setting.before})", 2, "-")
    page.heading("THEN")
    if not told.changes:
        page.say("Nothing on the plan would change.", 2)
    for decided in told.changes:
        page.say(_changed(decided, alone=len(told.settings) == 1), 2, _ARROW.get(decided.change.what, "Changed:"))
    return page.text().lstrip("\n")


def _changed(decided: Decided, *, alone: bool) -> str:
    change = decided.change
    before, after = (words(text) if text else "none" for text in (change.before, change.after))
    what = "" if change.what in _ARROW else f" - {words(change.what)}: {before}, then {after}"
    text = sentence(f"{change.title.rstrip('.')}{what}")
    facts = [f"{lowered(f.title).rstrip('.')}: {f.before}, then {f.after}" for f in decided.deciding]
    because = sentence(f"Because of {facts[0]}") if facts else ""
    by = "" if alone and facts else sentence(f"Decided by {listed(decided.decided_by) or 'either of them'}")
    return f"{text} {because} {by} [{change.id}]"


def render_ask(told: AskNext, *, width: int = 100, bold: bool = False, whole: bool = False) -> str:
    """The unknown facts in the order in which they are worth asking."""
    page = Page(width, bold=bold)
    page.heading("UNKNOWN FACTS, what could change most first")
    page.say(sentence(told.say), 2)
    shown = told.wanted if whole else told.wanted[:_MOST_WANTED]
    for number, wanted in enumerate(shown, 1):
        page.say(_wanted(wanted), 2, f"{number}.")
    if len(told.wanted) > len(shown):
        page.say(f"And {len(told.wanted) - len(shown)} more: mps ask FILE --format json lists them all.", 2)
    return page.text()


def _wanted(wanted: Wanted) -> str:
    waiting = len(wanted.first_choices) + len(wanted.lines)
    parts = (
        f"red flag {listed(map(words, wanted.red_flags))}, {URGENCY[wanted.urgency].lower()}" if wanted.urgency else "",
        f"{waiting} line{'s' if waiting > 1 else ''}" if waiting else "",
    )
    how = f" ({wanted.effort})" if wanted.effort else ""
    return f"{wanted.title.rstrip('.')}{how}: {'; '.join(part for part in parts if part)}."
