"""Invented rules and patients of the size and shape of the real ones; three findings in ten are unknown."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from protocol.inference.evaluate import Findings
from protocol.possible import Members, Numbers, Possible, Words
from protocol.rules.condition import (
    Above,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Below,
    Condition,
    IncludesAny,
    Not,
    OneOf,
)

__all__ = ["Workload", "workload"]

PATIENTS = 40
UNKNOWN = 0.3
LETTERS = "abcdef"
THRESHOLDS = (10, 20, 30, 45, 60, 80)


@dataclass(frozen=True)
class Workload:
    """Conditions, what their findings can be, and patients."""

    conditions: dict[str, Condition]
    domains: dict[str, Possible]
    patients: list[Findings]


def workload(rules: int) -> Workload:
    """The same rules and patients in every run: four rules to a finding."""
    draw = random.Random(7)  # noqa: S311 - the same draw every time is the point
    domains: dict[str, Possible] = {}
    for number in range(rules // 4):
        if number % 10 < 3:
            domains[f"number_{number}"] = Numbers(Decimal(0), Decimal(100), "1")
        elif number % 10 < 8:
            domains[f"word_{number}"] = Words(frozenset(LETTERS[: draw.choice((2, 2, 3, 4))]))
        else:
            domains[f"list_{number}"] = Members(frozenset(), frozenset(LETTERS))
    conditions = {f"rule_{number}": _condition(draw, domains) for number in range(rules)}
    return Workload(conditions, domains, [_patient(draw, domains) for _ in range(PATIENTS)])


def _condition(draw: random.Random, domains: dict[str, Possible]) -> Condition:
    def some(most: int) -> tuple[Condition, ...]:
        return tuple(_leaf(draw, domains) for _ in range(draw.randint(2, most)))

    match draw.randrange(20):
        case 0 | 1 | 2 | 3 | 4:
            return _leaf(draw, domains)
        case 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12:
            return All(some(3))
        case 13 | 14 | 15 | 16:
            return AnyOf(some(3))
        case 17 | 18:
            return All((_leaf(draw, domains), AnyOf(some(2))))
        case _:
            return All((_leaf(draw, domains), Not(_leaf(draw, domains))))


def _leaf(draw: random.Random, domains: dict[str, Possible]) -> Condition:
    name = draw.choice(list(domains))
    match domains[name]:
        case Numbers():
            kind = draw.choice((Below, AtMost, Above, AtLeast))
            return kind(name, Decimal(draw.choice(THRESHOLDS)))
        case Words(options):
            return OneOf(name, frozenset(draw.sample(sorted(options), 1)))
        case Members(_, possible):
            return IncludesAny(name, frozenset(draw.sample(sorted(possible), draw.choice((1, 2)))))


def _patient(draw: random.Random, domains: dict[str, Possible]) -> Findings:
    findings = Findings(dict(domains), set())
    for name, domain in domains.items():
        if draw.random() < UNKNOWN:
            findings.unknown.add(name)
            continue
        match domain:
            case Numbers(_, _, unit):
                value = Decimal(draw.choice(THRESHOLDS)) + draw.choice((-1, 0, 1))
                findings.values[name] = Numbers(value, value, unit)
            case Words(options):
                findings.values[name] = Words(frozenset(draw.sample(sorted(options), 1)))
            case Members(_, possible):
                members = frozenset(draw.sample(sorted(possible), draw.randint(0, 2)))
                findings.values[name] = Members(members, members)
    return findings
