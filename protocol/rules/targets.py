"""Which candidates an entry speaks of, worked out once for a ruleset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from protocol.rules.formulary import Drug, Regimen
from protocol.rules.rule import (
    Caution,
    CautionThen,
    Companion,
    Contraindication,
    Entry,
    ExcludeThen,
    Head,
    Interaction,
    Limit,
    Never,
    Offer,
    Option,
    Points,
    Preference,
    RedFlag,
    Target,
)
from protocol.rules.ruleset import Ruleset

__all__ = ["ANY_MEDICINE", "Barrier", "Board", "Candidate", "candidates", "hits", "set_out"]

ANY_MEDICINE = "medicine"
"""The class of every option that gives a drug."""


@dataclass(frozen=True)
class Candidate:
    """An option of the ruleset with its drug and regimen, where it has one."""

    rule: Option
    offer: Offer
    drug: Drug | None
    regimen: Regimen | None

    @property
    def id(self) -> str:
        return self.offer.option

    @cached_property
    def classes(self) -> frozenset[str]:
        return frozenset({*self.drug.classes, ANY_MEDICINE}) if self.drug else frozenset()


@dataclass(frozen=True, slots=True)
class Barrier:
    """One exclusion of one rule, with its words."""

    rule: Head
    entry: Entry
    say: str


@dataclass(frozen=True, slots=True)
class Board:
    """Every option, and by its id all that could ever be said about it."""

    candidates: tuple[Candidate, ...]
    barriers: Mapping[str, tuple[Barrier, ...]]
    cautions: Mapping[str, tuple[Caution | Interaction, ...]]
    companions: Mapping[str, tuple[Companion, ...]]
    limits: Mapping[str, tuple[Limit, ...]]
    points: Mapping[str, tuple[tuple[Preference, Points], ...]]
    nevers: Mapping[str, tuple[Never, ...]]
    by_id: Mapping[str, Candidate]
    excused: Mapping[str, frozenset[str]]
    """The findings that may be unknown while the option is offered, as ruleset.yaml declares them."""


def set_out(ruleset: Ruleset) -> Board:
    """Match every rule with the options it speaks of; patients change none of this."""
    options = candidates(ruleset)
    barriers = list(_barriers(ruleset))
    cautions: list[Caution | Interaction] = [*ruleset.of(Caution), *ruleset.of(Interaction)]
    return Board(
        candidates=options,
        barriers={c.id: tuple(b for b in barriers if hits(b.entry, c)) for c in options},
        cautions={c.id: tuple(_speaking_of(cautions, c)) for c in options},
        companions={c.id: tuple(r for r in ruleset.of(Companion) if hits(r.then.add.to, c)) for c in options},
        limits={c.id: tuple(r for r in ruleset.of(Limit) if hits(r.then.at_most.of, c)) for c in options},
        points={c.id: tuple(_points(ruleset, c)) for c in options},
        nevers={c.id: tuple(r for r in ruleset.of(Never) if any(hits(t, c) for t in r.then.never)) for c in options},
        by_id={c.id: c for c in options},
        excused={c.id: frozenset(_excused(ruleset, c)) for c in options},
    )


def candidates(ruleset: Ruleset) -> tuple[Candidate, ...]:
    """Every option of the ruleset with its drug and regimen, in the order of rule ids."""
    return tuple(_candidates(ruleset))


def _candidates(ruleset: Ruleset) -> Iterator[Candidate]:
    for rule in ruleset.of(Option):
        offer = rule.then.offer
        drug = ruleset.drugs[offer.drug] if offer.drug else None
        regimen = ruleset.regimen(offer.drug, offer.regimen) if offer.drug and offer.regimen else None
        yield Candidate(rule, offer, drug, regimen)


def _barriers(ruleset: Ruleset) -> Iterator[Barrier]:
    for rule in ruleset.rules:
        if rule.retired:
            continue
        if isinstance(rule, RedFlag):
            yield from (Barrier(rule, entry, rule.then.alert.say) for entry in rule.then.withhold)
        elif isinstance(rule, Contraindication | Interaction) and isinstance(rule.then, ExcludeThen):
            yield from (Barrier(rule, entry, rule.then.say) for entry in rule.then.exclude)


def _speaking_of(rules: Iterable[Caution | Interaction], candidate: Candidate) -> Iterator[Caution | Interaction]:
    for rule in rules:
        if isinstance(rule.then, CautionThen) and hits(rule.then.warn.on, candidate):
            yield rule


def _points(ruleset: Ruleset, candidate: Candidate) -> Iterator[tuple[Preference, Points]]:
    for rule in ruleset.of(Preference):
        yield from ((rule, entry) for entry in rule.then.points if entry.option == candidate.id)


def _excused(ruleset: Ruleset, candidate: Candidate) -> Iterator[str]:
    for entry in ruleset.settings.despite_unknown:
        if not entry.options or candidate.id in entry.options:
            yield from entry.while_unknown


def hits(target: Target, candidate: Candidate) -> bool:
    """Whether the target names this option: itself, its drug, one of its classes or its tags, by this route."""
    named = (
        target.option == candidate.id
        or (target.drug is not None and candidate.drug is not None and target.drug == candidate.drug.drug)
        or target.class_ in candidate.classes
        or target.procedure in candidate.offer.tags
    )
    if candidate.id in target.except_:
        return False
    right_route = target.route is None or (candidate.regimen is not None and candidate.regimen.route == target.route)
    return bool(named) and right_route
