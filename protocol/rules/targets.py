"""Which candidates an entry speaks of, worked out once for a ruleset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from protocol.rules.formulary import Drug, Regimen
from protocol.rules.method import CONTINUING
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


_STARTING, _GOING_ON = frozenset({"start", "both"}), frozenset({"continue", "both"})


@dataclass(frozen=True)
class Candidate:
    """An option of the ruleset with its drug and regimen, where it has one."""

    rule: Option
    offer: Offer
    drug: Drug | None
    regimen: Regimen | None
    route: str | None = None
    beside: Drug | None = None
    """The drug of the as-needed dose that a method gives with it; what bars that bars the option."""

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The scopes of exclusion that speak of this option: as of a start, or of what goes on by another route."""
        method = self.offer.method
        return _GOING_ON if method is not None and method.by in CONTINUING else _STARTING

    @cached_property
    def id(self) -> str:
        return self.offer.option

    @cached_property
    def classes(self) -> frozenset[str]:
        given = [drug for drug in (self.drug, self.beside) if drug is not None]
        return frozenset({ANY_MEDICINE, *(name for drug in given for name in drug.classes)}) if given else frozenset()

    @cached_property
    def drugs(self) -> frozenset[str]:
        """The names of what it gives, as-needed doses of a method included."""
        return frozenset(drug.drug for drug in (self.drug, self.beside) if drug is not None)


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
        nevers={c.id: tuple(_nevers(ruleset, c)) for c in options},
        by_id={c.id: c for c in options},
        excused={c.id: frozenset(_excused(ruleset, c)) for c in options},
    )


def _nevers(ruleset: Ruleset, candidate: Candidate) -> Iterator[Never]:
    """A never-event speaks of what is started or raised, not of what goes on by another route."""
    if "start" in candidate.scopes:
        yield from (rule for rule in ruleset.of(Never) if any(hits(t, candidate) for t in rule.then.never))


def candidates(ruleset: Ruleset) -> tuple[Candidate, ...]:
    """Every option of the ruleset with its drug and regimen, in the order of rule ids."""
    return tuple(_candidates(ruleset))


def _candidates(ruleset: Ruleset) -> Iterator[Candidate]:
    for rule in ruleset.of(Option):
        offer = rule.then.offer
        drug = ruleset.drugs[offer.drug] if offer.drug else None
        regimen = ruleset.regimen(offer.drug, offer.regimen) if offer.drug and offer.regimen else None
        route = regimen.route if regimen else _route(ruleset, offer)
        yield Candidate(rule, offer, drug, regimen, route, _beside(ruleset, offer))


def _beside(ruleset: Ruleset, offer: Offer) -> Drug | None:
    rows = ruleset.conversion.products.rows if ruleset.conversion and offer.method else ()
    return next((ruleset.drugs.get(p.drug) for p in rows if offer.method and p.product == offer.method.rescue), None)


def _route(ruleset: Ruleset, offer: Offer) -> str | None:
    """By which route a method gives its drug."""
    method, table = offer.method, ruleset.conversion
    if method is None or table is None:
        return None
    products = {p.product: p.route for p in table.products.rows}
    patches = {p.drug: p.route for p in table.patches}
    specials = {w.drug: products.get(w.product) for w in table.without_equivalent}
    drug = str(offer.drug)
    match method.by:
        case "to-patch":
            return patches.get(drug)
        case "stepwise":
            return specials.get(drug)
        case _:
            return method.route or products.get(str(method.product))


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
        or target.drug in candidate.drugs
        or target.class_ in candidate.classes
        or target.procedure in candidate.offer.tags
    )
    if candidate.id in target.except_:
        return False
    return bool(named) and target.route in (None, candidate.route)
