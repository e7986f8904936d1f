"""The domain of every raw finding: all that it may be while nothing is known of it."""

from __future__ import annotations

from decimal import Decimal

from protocol.assessment import FIELDS
from protocol.inference.trials import TRIED, trial_domain
from protocol.instruments.opioids import HIGHEST_TOTAL
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import convert
from protocol.rules.rule import Contraindication, Interaction, RedFlag
from protocol.rules.ruleset import Ruleset
from protocol.rules.vocabulary import RawFinding

__all__ = ["LONGEST", "TOTAL_UNIT", "raw_domain", "substance_of"]

LONGEST = Decimal(36500)
"""Days that cover every age of a fact; engine choice."""

TOTAL_UNIT = "mg/(24.h)"
_TOTAL = Numbers(Decimal(0), HIGHEST_TOTAL, TOTAL_UNIT)
_PRESENCE = Words(frozenset({"present", "absent"}))


def raw_domain(raw: RawFinding, ruleset: Ruleset) -> Possible | None:
    """The domain of a raw finding, or None when the assessment has no such field."""
    if raw.from_ is not None:
        return _field_domain(raw)
    if raw.medicines in TRIED:
        return trial_domain(str(raw.medicines), ruleset)
    if raw.medicines is not None:
        return _medicines_domain(raw.medicines, ruleset)
    if raw.allergies is not None:
        return _members(ruleset.drugs if raw.allergies == "drugs" else ruleset.vocabulary.classes)
    if raw.approvals is not None:
        return _members(_approvals(ruleset))
    if raw.closures is not None:
        return Numbers(Decimal(0), convert(LONGEST, "d", raw.age), raw.age) if raw.age else _PRESENCE
    return _medicine_domain(str(raw.medicine), ruleset)


def substance_of(raw: RawFinding) -> str | None:
    """The substance through which mass and molar units of the field convert."""
    spec = FIELDS.get(raw.from_ or "")
    return spec.substance if spec else None


def _field_domain(raw: RawFinding) -> Possible | None:
    spec = FIELDS.get(raw.from_ or "")
    if spec is None:
        return None
    if raw.age is not None:
        return Numbers(Decimal(0), convert(LONGEST, "d", raw.age), raw.age)
    return spec.domain() if spec.kind in ("number", "word", "list") else None


def _medicines_domain(what: str, ruleset: Ruleset) -> Possible:
    match what:
        case "drugs":
            return _members(ruleset.drugs)
        case "classes":
            return _members(ruleset.vocabulary.classes)
        case "opioid-total":
            return _TOTAL
        case "opioid-days":
            return Numbers(Decimal(0), LONGEST, "d")
        case _:
            return _PRESENCE


def _medicine_domain(what: str, ruleset: Ruleset) -> Possible | None:
    match what:
        case "drug":
            return Words(frozenset({*ruleset.drugs, "other"}))
        case "classes":
            return _members(ruleset.vocabulary.classes)
        case "days_taken":
            return Numbers(Decimal(0), LONGEST, "d")
        case "daily_amount":
            return _TOTAL
        case "route" | "form" | "schedule" | "indication":
            spec = FIELDS.get(f"medicines.current[].{what}")
            return Words(frozenset(spec.words)) if spec and spec.words else None
    return None


def _members(names: object) -> Members:
    return Members(frozenset(), frozenset(str(n) for n in names))  # type: ignore[attr-defined]


def _approvals(ruleset: Ruleset) -> frozenset[str]:
    entries = [
        entry
        for rule in ruleset.rules
        for entry in (
            rule.then.withhold
            if isinstance(rule, RedFlag)
            else getattr(rule.then, "exclude", ())
            if isinstance(rule, Contraindication | Interaction)
            else ()
        )
    ]
    named = frozenset(entry.approval for entry in entries if entry.approval)
    return named | frozenset(ruleset.conversion.approvals().values() if ruleset.conversion else ())
