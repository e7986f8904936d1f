"""Conditions in plain words: "frail is present, or renal value below 30 mL/min".

Thresholds are written as the rule has them, never rounded. A finding is named by its own words, so that what
is read here can be found again in the rule file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from protocol.quantity import plain
from protocol.render.phrases import words
from protocol.rules.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    AtMost,
    Below,
    Comparison,
    Condition,
    CountAtLeast,
    IncludesAny,
    Missing,
    Not,
    OneOf,
)

__all__ = ["Named", "amount_text", "condition_parts", "condition_text", "finding_words", "unit_words"]

_UNITS = {
    "1": "",
    "a": "years",
    "d": "days",
    "wk": "weeks",
    "mm[Hg]": "mmHg",
    "Cel": "degrees Celsius",
    "10*9/L": "x 10^9/L",
    "mL/min/1.73m2": "mL/min per 1.73 m2",
    "mg/(24.h)": "mg in 24 h",
    "microgram/(24.h)": "microgram in 24 h",
    "g/(24.h)": "g in 24 h",
    "deg": "degrees",
}
_FIELD = {
    "4at": "4AT",
    "alt": "ALT",
    "aptt": "aPTT",
    "copd": "COPD",
    "crp": "CRP",
    "cyp1a2": "CYP1A2",
    "cyp2d6": "CYP2D6",
    "cyp3a4": "CYP3A4",
    "dn4": "DN4",
    "ecog": "ECOG",
    "egfr": "eGFR",
    "gi": "gut",
    "ivc": "caval vein",
    "mscc": "cord compression",
    "nrs": "pain score",
    "omedd": "oral morphine equivalent",
    "osa": "sleep apnoea",
    "pps": "PPS",
    "rt": "radiotherapy",
    "sins": "SINS",
    "slanss": "S-LANSS",
    "vte": "venous clot",
}
"""Abbreviations that ids write small."""


@dataclass(frozen=True, slots=True)
class Named:
    """A finding inside a sentence."""

    finding: str
    words: str


Part = str | Named
Unit = Callable[[str], str]
"""The unit of a finding that is a number."""


def finding_words(finding: str) -> str:
    """The name of a finding as words."""
    return " ".join(_FIELD.get(word, word) for word in words(finding).split())


def unit_words(unit: str) -> str:
    """A unit as it is spoken; nothing for a plain number."""
    return _UNITS.get(unit, unit)


def amount_text(amount: Decimal, unit: str) -> str:
    """An exact number with its unit."""
    return f"{plain(amount)} {unit_words(unit)}".rstrip()


def condition_text(condition: Condition, unit: Unit) -> str:
    """The condition as one line."""
    return "".join(p.words if isinstance(p, Named) else p for p in condition_parts(condition, unit))


def condition_parts(condition: Condition, unit: Unit) -> tuple[Part, ...]:
    """The condition as text in which every finding is marked."""
    return tuple(_said(condition, unit, denied=False, inside=False))


def _said(condition: Condition, unit: Unit, *, denied: bool, inside: bool) -> Iterator[Part]:
    match condition:
        case Always():
            yield "never" if denied else "always"
        case Not(part):
            yield from _said(part, unit, denied=not denied, inside=inside)
        case All(parts) | AnyOf(parts):
            # Denied part by part: "not (a or b)" is harder to read than "not a, and not b".
            together = isinstance(condition, All) != denied
            if together and not denied and (span := _range(parts, unit)):
                yield from span
                return
            opened, closed = ("(", ")") if inside and len(parts) > 1 else ("", "")
            yield opened
            yield from _joined(parts, ", and " if together else ", or ", unit, denied=denied)
            yield closed
        case _:
            yield Named(condition.finding, finding_words(condition.finding))
            yield f" {_compared(condition, unit, denied=denied)}"


def _joined(parts: Iterable[Condition], mark: str, unit: Unit, *, denied: bool) -> Iterator[Part]:
    for number, part in enumerate(parts):
        if number:
            yield mark
        yield from _said(part, unit, denied=denied, inside=True)


def _range(parts: tuple[Condition, ...], unit: Unit) -> tuple[Part, ...]:
    """Two edges of one number: "at least 30 and below 60 mL/min"."""
    match parts:
        case (AtLeast() | Above() as low, Below() | AtMost() as high) if low.finding == high.finding:
            name = Named(low.finding, finding_words(low.finding))
            lower = "at least" if isinstance(low, AtLeast) else "above"
            upper = "below" if isinstance(high, Below) else "at most"
            top = amount_text(high.threshold, unit(high.finding))
            return (name, f" {lower} {plain(low.threshold)} and {upper} {top}")
    return ()


def _compared(test: Comparison, unit: Unit, *, denied: bool) -> str:
    match test:
        case Below() | AtMost() | Above() | AtLeast():
            word = _DENIED[type(test)] if denied else _WORD[type(test)]
            return f"{word} {amount_text(test.threshold, unit(test.finding))}"
        case OneOf():
            if not denied:
                return f"is {_either(test.words, 'or')}"
            return f"is {'not' if len(test.words) == 1 else 'neither'} {_either(test.words, 'nor')}"
        case IncludesAny():
            return f"{'does not include' if denied else 'includes'} {_either(test.words, 'or')}"
        case CountAtLeast():
            noun = "entry" if test.count == 1 else "entries"
            return f"has {'fewer than' if denied else 'at least'} {test.count} {noun}"
        case Missing():
            return "is known" if denied else "is not known"


_WORD = {Below: "below", AtMost: "at most", Above: "above", AtLeast: "at least"}
# "Not below 30" and "at least 30" are one thing, and the second is read faster.
_DENIED = {Below: "at least", AtMost: "above", Above: "at most", AtLeast: "below"}


def _either(members: frozenset[str], last: str) -> str:
    said = [finding_words(word) if word.islower() else word for word in sorted(members)]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"
