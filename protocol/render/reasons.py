"""Reasons in full: each rule with its words, the facts it saw, how strong it is, and its sources."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.plan.model import Fact, Reason
from protocol.render.page import Page, clean, sentence
from protocol.render.phrases import citation, evidence, listed, standing
from protocol.rules.settings import Source

__all__ = ["unknown_facts", "write_facts", "write_reasons"]

_VERDICTS = {"applies": "applies", "cannot-tell": "cannot be told from what is known"}


def write_reasons(page: Page, reasons: tuple[Reason, ...], sources: Mapping[str, Source], indent: int) -> None:
    """Every reason, numbered."""
    for number, reason in enumerate(reasons, 1):
        label = f"{number}."
        inner = indent + len(label) + 1
        page.say(f"{reason.title}: {_VERDICTS[reason.verdict]}", indent, label)
        if reason.say and clean(reason.say) != clean(reason.title):
            page.say(sentence(reason.say), inner)
        write_facts(page, reason.facts, inner)
        page.say(sentence(evidence(reason)), inner, "Evidence:")
        for cite in reason.cite:
            page.say(citation(cite, sources), inner, "Source:")
        page.say(f"{reason.rule}, revision {reason.revision}", inner, "Rule:")


def write_facts(page: Page, facts: tuple[Fact, ...], indent: int) -> None:
    """Facts in columns: what, value, where from and when."""
    room = max(page.width - indent, 50)
    title = min(max((len(clean(fact.title)) for fact in facts), default=0), room // 3)
    value = min(max((len(clean(fact.value)) for fact in facts), default=0), room // 3)
    for fact in facts:
        page.row((fact.title, fact.value, standing(fact)), (title, value), indent)


def unknown_facts(reasons: tuple[Reason, ...]) -> str:
    """The titles of all facts of these reasons of which nothing is known."""
    return listed(fact.title for reason in reasons for fact in reason.facts if fact.value == "unknown")
