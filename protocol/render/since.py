"""What changed since the earlier plan, and which fact changed it."""

from __future__ import annotations

from collections.abc import Iterable

from protocol.plan.compare import Change, ChangedFact, Since
from protocol.render.page import Page, lowered, sentence
from protocol.render.phrases import listed, moment, words

__all__ = ["write_since"]

_MOST_FACTS = 3
_MOST_LINES = 12
_LONG_LIST = 3
_LABEL = {
    "raised": "Raised:",
    "closed": "Closed:",
    "level": "Changed:",
    "appeared": "New:",
    "disappeared": "Gone:",
}


def write_since(page: Page, since: Since, *, whole: bool) -> None:
    """One line a change, red flags first. `whole` shows every change and every fact."""
    page.heading(f"SINCE {moment(since.as_of)}")
    if not since.changes:
        page.say("Nothing has changed on the plan.", 2)
        return
    shown = since.changes if whole else _most_telling(since.changes)
    for change in shown:
        page.say(_told(change, whole=whole), 2, _LABEL.get(change.what, "Changed:"))
    rest = len(since.changes) - len(shown)
    if rest:
        page.say(f"And {rest} more; mps plan FILE --everything shows them.", 2)


def _most_telling(changes: Iterable[Change]) -> list[Change]:
    """Red flags and medicines first; the order within each stays."""
    ranked = sorted(changes, key=lambda change: (change.kind != "alert", change.kind != "current"))
    return ranked[:_MOST_LINES]


def _told(change: Change, *, whole: bool) -> str:
    name = change.title.rstrip(".")
    return f"{sentence(name + _difference(change))} {_because(change, whole=whole)} [{change.id}]"


def _difference(change: Change) -> str:
    if change.what in ("raised", "closed", "appeared", "disappeared"):
        return ""
    before, after = (words(text) if text else "none" for text in (change.before, change.after))
    return f" - {words(change.what)}: {before}, now {after}"


def _because(change: Change, *, whole: bool) -> str:
    facts = change.because
    if change.kind == "current" and change.what in ("appeared", "disappeared"):
        return "Newly on the list of medicines." if change.what == "appeared" else "No longer on the list of medicines."
    if not facts:
        return "Another line decided this."
    told = [_shift(fact) for fact in (facts if whole else facts[:_MOST_FACTS])]
    rest = len(facts) - len(told)
    more = [f"{rest} more fact{'s' if rest > 1 else ''}"] if rest else []
    return sentence(f"Because of {listed([*told, *more])}")


def _shift(fact: ChangedFact) -> str:
    """A fact with its old and its new value; of two lists only what came and what went."""
    title = lowered(fact.title).rstrip(".")
    old, new = (value.split(", ") for value in (fact.before, fact.after))
    if max(len(old), len(new)) <= _LONG_LIST:
        return f"{title}: {fact.before}, now {fact.after}"
    came, went = (", ".join(item for item in one if item not in other) for one, other in ((new, old), (old, new)))
    parts = (f"now also {came}" if came else "", f"no longer {went}" if went else "")
    return f"{title}: {'; '.join(part for part in parts if part)}"
