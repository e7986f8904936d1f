"""Which candidates an entry speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protocol.rules.formulary import Drug, Regimen
from protocol.rules.rule import Offer, Option, Target
from protocol.rules.ruleset import Ruleset

__all__ = ["ANY_MEDICINE", "Candidate", "candidates", "hits"]

ANY_MEDICINE = "medicine"
"""The class of every option that gives a drug."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An option of the ruleset with its drug and regimen, where it has one."""

    rule: Option
    offer: Offer
    drug: Drug | None
    regimen: Regimen | None

    @property
    def id(self) -> str:
        return self.offer.option

    @property
    def classes(self) -> frozenset[str]:
        return frozenset({*self.drug.classes, ANY_MEDICINE}) if self.drug else frozenset()


def candidates(ruleset: Ruleset) -> Iterator[Candidate]:
    """Every option of the ruleset, in the order of rule ids."""
    for rule in ruleset.of(Option):
        offer = rule.then.offer
        drug = ruleset.drugs[offer.drug] if offer.drug else None
        regimen = ruleset.regimen(offer.drug, offer.regimen) if offer.drug and offer.regimen else None
        yield Candidate(rule, offer, drug, regimen)


def hits(target: Target, candidate: Candidate) -> bool:
    """Whether the target names this option: itself, its drug, one of its classes or its tags, by this route."""
    named = (
        target.option == candidate.id
        or (target.drug is not None and candidate.drug is not None and target.drug == candidate.drug.drug)
        or target.class_ in candidate.classes
        or target.procedure in candidate.offer.tags
    )
    right_route = target.route is None or (candidate.regimen is not None and candidate.regimen.route == target.route)
    return bool(named) and right_route
