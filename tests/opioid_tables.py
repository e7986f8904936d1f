"""The shipped opioid tables, a patient without any risk, and short ways to write what is taken."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from protocol.dosing.opioids import OpioidTables, OpioidTaken
from protocol.dosing.refusal import Verdicts
from protocol.dosing.rescue import RescueWish
from protocol.inference.compile import compile_ruleset
from protocol.inference.evaluate import Findings, truth
from protocol.inference.program import Program
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity
from protocol.rules.condition import Condition, findings_of
from protocol.rules.load import load_ruleset
from protocol.rules.parse import Reader
from protocol.terms import Truth

__all__ = [
    "ABSENT",
    "METHADONE",
    "NO",
    "OPEN",
    "PRESENT",
    "YES",
    "Risks",
    "approved",
    "as_needed",
    "number",
    "oral",
    "patient",
    "program",
    "pump",
    "tables",
    "taken",
    "wish",
    "words",
]

RULESET = Path(__file__).parents[1] / "rulesets" / "malignant-psoas-syndrome"
ABSENT, PRESENT = "absent", "present"
YES, NO, OPEN = Truth.APPLIES, Truth.DOES_NOT_APPLY, Truth.CANNOT_TELL
Risks = Mapping[str, str | list[str] | None]

_WITHOUT_RISK: Mapping[str, str | list[str]] = {
    "age": "62 a",
    "cachexia": ABSENT,
    "cautious": ABSENT,
    "current_classes": [],
    "external_heat": ABSENT,
    "frail": ABSENT,
    "hepatic_band": "N",
    "last_days": ABSENT,
    "magnesium": "0.85 mmol/L",
    "maoi_or_linezolid": ABSENT,
    "monitoring_capability": "daily",
    "neurotoxic_sign": ABSENT,
    "opioid_exposure": "tolerant",
    "potassium": "4.2 mmol/L",
    "qtc": "420 ms",
    "qtc_band": "normal",
    "renal_band": "r0",
    "renal_falling_or_aki": ABSENT,
    "renal_value": "80 mL/min",
    "sedation_poss": "1",
    "sleep_apnoea": "none",
    "temperature": "37 Cel",
    "tox_level": "none",
    "unstable_pain": ABSENT,
}


@cache
def program() -> Program:
    """The shipped ruleset, compiled once."""
    return compile_ruleset(load_ruleset(RULESET))


@cache
def tables() -> OpioidTables:
    ruleset = program().ruleset
    assert ruleset.conversion is not None
    return OpioidTables(ruleset.conversion, ruleset.factors)


@cache
def _conditions() -> dict[str, Condition]:
    item = program().ruleset.items["formulary/opioid-conversion.yaml"]
    reader = Reader(item.file, item.position, program().domains)
    found = {name: reader.condition(when, path) for name, when, path in tables().conversion.conditions()}
    assert not reader.faults
    return found


def patient(**findings: str | list[str] | None) -> Verdicts:
    """The verdict of every condition for a patient without risk but for what is given; None is unknown."""
    stated = {**_WITHOUT_RISK, **findings}
    read = frozenset().union(*(findings_of(c) for c in _conditions().values()))
    values = {name: _possible(name, stated[name]) for name in read | set(findings)}
    known = Findings(values, {name for name in values if stated[name] is None})
    return {name: truth(condition, known) for name, condition in _conditions().items()}


def _possible(name: str, stated: str | list[str] | None) -> Possible:
    domain = program().domains.of[name]
    if stated is None:
        return domain
    if isinstance(domain, Members):
        assert isinstance(stated, list)
        return Members(frozenset(stated), frozenset(stated))
    if isinstance(domain, Words):
        said = frozenset([stated] if isinstance(stated, str) else stated)
        assert said <= domain.options, (name, said)
        return Words(said)
    assert isinstance(stated, str)
    low, _, high = stated.partition("..")
    top = Quantity.parse(high or low)
    bottom = Quantity(Decimal(low), top.unit) if high else top
    return Numbers(bottom.to(domain.unit).amount, top.to(domain.unit).amount, domain.unit)


def number(text: str) -> Numbers:
    """A known amount, or a range: "60 mg", "50..70 mg"."""
    low, _, high = text.partition("..")
    top = Quantity.parse(high or low)
    return Numbers(Decimal(low) if high else top.amount, top.amount, top.unit)


def taken(drug: str, route: str, amount: str | None, form: str = "modified-release") -> OpioidTaken:
    """A regular opioid."""
    given = None if amount is None else number(amount)
    return OpioidTaken(f"{drug} {route}", drug, route, form, "regular", given)


def oral(milligrams: str) -> OpioidTaken:
    """Morphine by mouth, in 24 h."""
    return taken("morphine", "oral", f"{milligrams} mg")


def words(*options: str) -> Words:
    """The words that are still possible."""
    return Words(frozenset(options))


def pump(drug: str, amount: str) -> OpioidTaken:
    """A regular opioid by infusion under the skin."""
    return taken(drug, "subcutaneous", amount, "infusion")


def as_needed(drug: str, dose: str, counts: list[int], incident: str = ABSENT) -> OpioidTaken:
    """An as-needed oral dose and how often it was taken on each recorded day."""
    days = tuple(number(str(n)) for n in counts)
    return OpioidTaken(
        f"{drug} as needed",
        drug,
        "oral",
        "immediate-release",
        "as-needed",
        number(dose),
        days,
        number("6"),
        words(incident),
    )


def wish(product: str, cautious: Truth = Truth.DOES_NOT_APPLY, single: str | None = None) -> RescueWish:
    return RescueWish(product, cautious, Truth.DOES_NOT_APPLY, None if single is None else Decimal(single))


def approved(*rows: str) -> frozenset[str]:
    """Approvals of conditions, named without their common beginning."""
    return frozenset(f"conversion/{row}" for row in rows)


METHADONE = approved("without-equivalent-methadone/specialist")
