"""What a rule does to each option, in a few words: its `then` block worked out against the options there are.

A class, a route and a list of exceptions say little by themselves; which options they come to can be read here,
checked against a second statement of it, and compared between two rulesets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protocol.rules.rule import (
    Caution,
    CautionThen,
    Companion,
    Contraindication,
    Current,
    Entry,
    Interaction,
    Limit,
    Never,
    Option,
    Preference,
    RedFlag,
    Refer,
    Rule,
    Stage,
)
from protocol.rules.targets import Candidate, hits

__all__ = ["NOTHING", "effects_of"]

NOTHING = "nothing"
"""What an option that a rule does not speak of gets from it."""


def effects_of(rule: Rule, options: Iterable[Candidate]) -> dict[str, str]:
    """The effect on each option that the rule speaks of; what speaks of no option stands under a word of its own."""
    found: dict[str, list[str]] = {}
    for name, words in _effects(rule, tuple(options)):
        found.setdefault(name, []).append(words)
    return {name: "; ".join(sorted(words)) for name, words in sorted(found.items())}


def _effects(rule: Rule, options: tuple[Candidate, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(rule, RedFlag):
        alert = rule.then.alert
        yield "alert", f"{alert.flag}, {alert.level}, {alert.urgency}{_refer(alert.refer)}"
        yield from _entries(rule.then.withhold, options)
    elif isinstance(rule, Contraindication | Interaction) and not isinstance(rule.then, CautionThen):
        yield from _entries(rule.then.exclude, options)
    elif isinstance(rule, Caution | Interaction) and isinstance(rule.then, CautionThen):
        words = _warning(rule.then)
        yield from ((c.id, words) for c in options if hits(rule.then.warn.on, c))
    elif isinstance(rule, Option):
        yield rule.then.offer.option, _offer(rule)
    elif isinstance(rule, Preference):
        yield from ((entry.option, f"{entry.points:+d}") for entry in rule.then.points)
    elif isinstance(rule, Limit):
        yield from ((c.id, _limit(rule)) for c in options if hits(rule.then.at_most.of, c))
    elif isinstance(rule, Companion):
        add = rule.then.add
        drug = f", {add.drug} {add.regimen}" if add.drug else ""
        yield from ((c.id, f"with {add.companion}{drug}") for c in options if hits(add.to, c))
    elif isinstance(rule, Never):
        yield from ((c.id, "never") for c in options if any(hits(target, c) for target in rule.then.never))
    else:
        yield from _elsewhere(rule)


def _elsewhere(rule: Rule) -> Iterator[tuple[str, str]]:
    """Rules that speak of no option: of a medicine that is taken, or of a step."""
    if isinstance(rule, Current):
        review = rule.then.review
        taper = f", taper {review.taper}" if review.taper else ""
        yield "medicine", f"{review.action}{taper}{_refer(review.refer)}"
    elif isinstance(rule, Stage):
        yield "step", f"opens {rule.then.open}"


def _entries(entries: Iterable[Entry], options: tuple[Candidate, ...]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        approval = f" by {entry.approval}" if entry.approval else ""
        unknown = ", allowed while unknown" if entry.if_unknown == "allow" else ""
        words = f"{entry.degree}{approval}, {entry.scope}{_refer(entry.refer)}{unknown}"
        yield from ((c.id, words) for c in options if hits(entry, c))


def _refer(refer: Refer | None) -> str:
    return f", {refer.to} within {refer.within}" if refer else ""


def _warning(then: CautionThen) -> str:
    limit = then.warn.limit
    parts = (
        ("dose", limit.dose if limit else None),
        ("maximum", limit.maximum if limit else None),
        ("every", limit.every if limit else None),
        ("days", limit.days if limit else None),
    )
    return ", ".join(["warned", *(f"{name} {value}" for name, value in parts if value is not None)])


def _offer(rule: Option) -> str:
    offer = rule.then.offer
    drug = [f"{offer.drug} {offer.regimen or 'by method'}"] if offer.drug else []
    tags = [f"tagged {' '.join(sorted(offer.tags))}"] if offer.tags else []
    times = [f"judged after {offer.judge_after}"] if offer.judge_after else []
    taken = ["also if taken"] if offer.if_taken == "offer" else []
    parts = [f"{offer.step} {offer.arm}", f"for {' '.join(sorted(offer.mechanisms))}", *drug, *tags, *times, *taken]
    return ", ".join(parts) + _refer(offer.refer)


def _limit(rule: Limit) -> str:
    limit = rule.then.at_most
    within = f" within {limit.within}" if limit.within else ""
    counting = ", with what is taken" if limit.counts_current == "yes" else ""
    return f"at most {limit.count}{within}, otherwise {limit.otherwise}{counting}"
