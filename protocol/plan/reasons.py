"""Reasons in words: which rule, what it saw, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

from protocol.inference.case import Case
from protocol.inference.examples import text_of
from protocol.plan.model import CitedSource, Fact, Reason, Refer
from protocol.possible import Numbers, Possible
from protocol.rules.rule import Because, Head
from protocol.rules.rule import Refer as RuleRefer
from protocol.terms import Truth

__all__ = ["fact", "facts", "facts_of", "instant", "reason", "refer", "title_of", "value_text"]

_TENTH = Decimal("0.1")

_FACTS = 8192
"""How many facts are kept in words, over all patients; a ruleset has some hundred findings of a few words."""


def instant(at: datetime | None) -> str | None:
    """A time in UTC, to the second, as the plan writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def title_of(case: Case, finding: str) -> str:
    """What a finding is called."""
    titles = case.program.titles
    return titles[finding] if finding in titles else finding.replace("_", " ")


def value_text(case: Case, finding: str) -> str:
    """What a finding may be, in words; "unknown" when that is everything."""
    return _in_words(None if finding in case.findings.unknown else case.value(finding))


def _in_words(value: Possible | None) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, Numbers):
        value = _shortened(value)
    return text_of(value).replace("_", " ")


def _shortened(value: Numbers) -> Numbers:
    """Calculated numbers carry 28 digits for exact comparison; a reader wants to see one decimal.

    A range is rounded outward, so that what is shown never leaves out what was possible.
    """
    if value.low == round(value.low, 2) and value.high == round(value.high, 2):
        return value
    if value.known:
        return Numbers(round(value.low, 1), round(value.high, 1), value.unit)
    low, high = value.low.quantize(_TENTH, ROUND_FLOOR), value.high.quantize(_TENTH, ROUND_CEILING)
    return Numbers(low, high, value.unit)


class _Told(dict[str, Fact]):
    """The findings of one patient as the plan shows them, each put into words when it is first told."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case

    def __missing__(self, finding: str) -> Fact:
        told = self[finding] = _fact(self._case, finding)
        return told


def facts(case: Case) -> Mapping[str, Fact]:
    """Every finding as the plan shows it, by its name."""
    return case.remember("facts", lambda: _Told(case))


def fact(case: Case, finding: str) -> Fact:
    """A finding as the plan shows it."""
    return facts(case)[finding]


def _fact(case: Case, finding: str) -> Fact:
    seen = case.facts.seen.get(finding)
    value = None if finding in case.findings.unknown else case.value(finding)
    standing, at = (seen.standing, seen.at) if seen else ("derived", None)
    if value is None and at is None:
        return _unknown(case, finding, standing)
    return _worded(finding, title_of(case, finding), value, standing, at)


def _unknown(case: Case, finding: str, standing: str) -> Fact:
    """Most facts of most patients are these, and they never say anything else."""
    told: dict[tuple[str, str], Fact] = case.program.remember("unknown facts", dict)
    fact = told.get((finding, standing))
    if fact is None:
        fact = told[finding, standing] = _worded(finding, title_of(case, finding), None, standing, None)
    return fact


@lru_cache(_FACTS)
def _worded(finding: str, title: str, value: Possible | None, standing: str, at: datetime | None) -> Fact:
    """The fact in words."""
    return Fact.made(finding=finding, title=title, value=_in_words(value), standing=standing, at=instant(at))


def facts_of(case: Case, rule: Head) -> tuple[Fact, ...]:
    """The findings that a rule reads, in name order; those of one medicine are told in its line."""
    names, told = case.program.facts_read[rule.rule], facts(case)
    return tuple([told[name] for name in names if name in case.findings.values])


def reason(case: Case, rule: Head, verdict: Truth, say: str | None = None) -> Reason:
    """Why, by one rule."""
    return case.remember((rule.rule, verdict, say), lambda: _reason(case, rule, verdict, say))


def _reason(case: Case, rule: Head, verdict: Truth, say: str | None) -> Reason:
    because = rule.because
    return Reason.made(
        rule=rule.rule,
        revision=rule.revision,
        title=rule.title,
        verdict="applies" if verdict is Truth.APPLIES else "cannot-tell",
        facts=facts_of(case, rule),
        strength=because.strength,
        certainty=because.certainty,
        provenance=because.provenance,
        verified=because.verified,
        cite=case.program.remember(("cite", rule.rule), lambda: _cited(because)),
        say=say,
    )


def _cited(because: Because) -> tuple[CitedSource, ...]:
    return tuple(CitedSource.made(source=c.source, at=c.at) for c in because.cite)


def refer(written: RuleRefer | None) -> Refer | None:
    """Who must decide, as the plan writes it."""
    return Refer(to=written.to, within=written.within) if written else None
