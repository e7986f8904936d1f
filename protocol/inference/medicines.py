"""What is taken, seen through the formulary: drugs, classes, opioid totals, and each medicine by itself.

A drug that the formulary does not know is unknown for every class, so it keeps every list of classes open. A
list that was not reconciled says what is taken and nothing about what is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from protocol.assessment import Assessment, Medicine
from protocol.inference.daily_dose import daily_amount, daily_dose
from protocol.inference.domains import LONGEST, TOTAL_UNIT
from protocol.instruments import OpioidOrder, opioid_total
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity
from protocol.rules.ruleset import Ruleset
from protocol.rules.vocabulary import RawFinding

__all__ = [
    "Taken",
    "TakenMedicine",
    "about_medicine",
    "allergy_members",
    "approval_members",
    "daily_dose",
    "medicine_finding",
    "take_stock",
]

COLUMNS = ("display", "from_low", "to_high", "range_high")
OTHER = "other"


@dataclass(frozen=True, slots=True)
class TakenMedicine:
    """One current medicine: its entry, and what the formulary knows of it (`other` where it knows nothing)."""

    label: str
    title: str
    drug: str
    classes: frozenset[str]
    entry: Medicine
    taper: str | None
    opioid: bool


@dataclass(slots=True)
class Taken:
    """The current medicines; `closed` when the list is known to be whole."""

    medicines: tuple[TakenMedicine, ...] = ()
    closed: bool = False
    doubles: tuple[str, ...] = ()
    totals: dict[str, Numbers] = field(default_factory=dict)
    working: dict[str, str] = field(default_factory=dict)

    @property
    def drugs(self) -> frozenset[str]:
        return frozenset(m.drug for m in self.medicines if m.drug != OTHER)

    @property
    def classes(self) -> frozenset[str]:
        return frozenset().union(*(m.classes for m in self.medicines))

    @property
    def unmapped(self) -> bool:
        return any(m.drug == OTHER for m in self.medicines)


def take_stock(assessment: Assessment, ruleset: Ruleset) -> Taken:
    """Read the current medicines of an assessment."""
    entries = assessment.medicines_current
    taken = Taken(
        medicines=_labelled(entries, ruleset),
        closed=assessment.medicines.current is not None and _reconciled(assessment, ruleset),
    )
    seen: dict[str, int] = {}
    for entry in entries:
        key = entry.model_dump_json()
        seen[key] = seen.get(key, 0) + 1
    taken.doubles = tuple(sorted(e.drug for e in entries if seen[e.model_dump_json()] > 1))
    for schedule in ("regular", "all"):
        for column in COLUMNS:
            _total(taken, schedule, column, ruleset)
    return taken


def _labelled(entries: tuple[Medicine, ...], ruleset: Ruleset) -> tuple[TakenMedicine, ...]:
    # Labels count in an order that the order of the list cannot change.
    found: list[TakenMedicine] = []
    counts: dict[str, int] = {}
    for entry in sorted(entries, key=lambda e: (e.drug, e.model_dump_json())):
        counts[entry.drug] = counts.get(entry.drug, 0) + 1
        number = counts[entry.drug]
        drug = ruleset.drugs.get(ruleset.drug_names.get(entry.drug, ""))
        found.append(
            TakenMedicine(
                label=entry.drug if number == 1 else f"{entry.drug}-{number}",
                title=_title(entry),
                drug=drug.drug if drug else OTHER,
                classes=frozenset(drug.classes) if drug else frozenset(),
                entry=entry,
                taper=drug.taper if drug else None,
                opioid=drug is not None and any(f.drug == drug.drug for f in ruleset.factors),
            )
        )
    return tuple(found)


def _title(entry: Medicine) -> str:
    dose = entry.dose
    amount = (
        None
        if dose is None
        else str(Quantity(dose.low, dose.unit))
        if dose.known
        else f"{dose.low} to {dose.high} {dose.unit}"
    )
    every = f"every {Quantity(entry.every.low, entry.every.unit)}" if entry.every and entry.every.known else None
    parts = [
        entry.drug,
        entry.form,
        entry.route,
        amount,
        every,
        entry.schedule if entry.schedule != "regular" else None,
    ]
    return " ".join(part for part in parts if part)


def _reconciled(assessment: Assessment, ruleset: Ruleset) -> bool:
    at = assessment.medicines.reconciled_at
    valid = next((r.valid_for for r in ruleset.vocabulary.findings.values() if r.medicines == "recorded"), None)
    if at is None or valid is None:
        return False
    return assessment.assessed_at - at <= _span(valid)


def _span(text: str) -> timedelta:
    return timedelta(seconds=int(Quantity.parse(text).to("s").amount))


def _total(taken: Taken, schedule: str, column: str, ruleset: Ruleset) -> None:
    """One opioid total; an unknown drug, an incomplete order or an open list leaves its top open."""
    orders = [order for m in taken.medicines if (order := _order(m, schedule, column, ruleset)) is not None]
    total = opioid_total(orders, column)
    value = total.total
    if not taken.closed or taken.unmapped:
        value = Numbers(value.low, _top(column).high, TOTAL_UNIT)
    taken.totals[f"{schedule}/{column}"] = value
    taken.working[f"{schedule}/{column}"] = "; ".join(total.working)


def _top(column: str) -> Numbers:
    """The range of a total of which nothing is known, as the calculation itself states it."""
    return opioid_total([OpioidOrder("unknown", None, {column: Decimal(1)})], column).total


def _order(medicine: TakenMedicine, schedule: str, column: str, ruleset: Ruleset) -> OpioidOrder | None:
    factors = [f for f in ruleset.factors if f.drug == medicine.drug]
    entry = medicine.entry
    if not factors or (schedule == "regular" and entry.schedule == "as-needed"):
        return None
    factor = next((f for f in factors if f.route == entry.route), None)
    if factor is None:
        return OpioidOrder(medicine.title, None, {column: Decimal(1)})
    written = getattr(factor, column)
    daily = daily_dose(entry, factor, highest=column == "range_high")
    return OpioidOrder(medicine.title, daily, {column: None if written is None else Decimal(written)})


def medicine_finding(raw: RawFinding, taken: Taken, domain: Possible, now: datetime) -> Possible:
    """A finding about all current medicines together."""
    match raw.medicines:
        case "drugs":
            return _listed(taken.drugs, domain, closed=taken.closed and not taken.unmapped)
        case "classes":
            return _listed(taken.classes, domain, closed=taken.closed and not taken.unmapped)
        case "opioid-total":
            return taken.totals[f"{raw.schedule or 'all'}/{raw.column}"]
        case "opioid-days":
            return _days_at_dose(taken, domain, now)
        case "recorded":
            # A list that nobody says was checked may have been checked all the same: that is asked.
            return _presence(there=True) if taken.closed else domain
        case "unmapped":
            return _presence(there=taken.unmapped)
        case _:
            return _presence(there=bool(taken.doubles))


def _days_at_dose(taken: Taken, domain: Possible, now: datetime) -> Possible:
    """Days since the regular opioids last changed: the shortest of them, none when none is taken."""
    regular = [m.entry for m in taken.medicines if m.opioid and m.entry.schedule != "as-needed"]
    since = [max((t for t in (e.changed_at, e.started_at) if t), default=None) for e in regular]
    if taken.unmapped or not taken.closed or None in since:
        return domain
    spans = [_days(now - moment) for moment in since if moment is not None]
    return min(spans, key=lambda days: days.low, default=Numbers(Decimal(0), Decimal(0), "d"))


def _presence(*, there: bool) -> Words:
    return Words(frozenset({"present" if there else "absent"}))


def _listed(names: frozenset[str], domain: Possible, *, closed: bool) -> Members:
    if not isinstance(domain, Members):
        message = "a list of medicines has a list as its domain"
        raise TypeError(message)
    listed = names & domain.possible
    return Members(listed, listed if closed else domain.possible)


def allergy_members(what: str, assessment: Assessment, ruleset: Ruleset, domain: Possible) -> Members:
    """The drugs or classes somebody is allergic to; an intolerance is not an allergy, an unclear entry is."""
    listed: set[str] = set()
    for allergy in assessment.allergies_list:
        if allergy.kind == "intolerance":
            continue
        drug = ruleset.drugs.get(ruleset.drug_names.get((allergy.substance or "").lower(), ""))
        if what == "drugs" and drug:
            listed.add(drug.drug)
        if what == "classes":
            listed |= {name for name in (allergy.drug_class or "").lower().replace(" ", "_").split(",") if name}
    checked = assessment.datum("allergies.checked")
    closed = checked is not None and checked.possible == Words(frozenset({"present"}))
    return _listed(frozenset(listed), domain, closed=closed)


def approval_members(assessment: Assessment, window: timedelta, domain: Possible) -> Members:
    """The approvals that are recorded and still valid. One that is not recorded has not been given."""
    valid = {a.for_ for a in assessment.approvals if assessment.assessed_at - a.at <= window}
    return _listed(frozenset(valid), domain, closed=True)


def about_medicine(
    medicine: TakenMedicine, findings: Mapping[str, RawFinding], domains: Mapping[str, Possible], now: datetime
) -> dict[str, Possible]:
    """The findings of one medicine, by the names that the vocabulary gives them."""
    return {
        name: _about(medicine, str(raw.medicine), domains[name], now)
        for name, raw in findings.items()
        if raw.medicine is not None
    }


def _about(medicine: TakenMedicine, what: str, domain: Possible, now: datetime) -> Possible:
    entry = medicine.entry
    match what:
        case "drug":
            return Words(frozenset({medicine.drug}))
        case "classes":
            return _listed(medicine.classes, domain, closed=medicine.drug != OTHER)
        case "days_taken":
            return domain if entry.started_at is None else _days(now - entry.started_at)
        case "daily_amount":
            return daily_amount(entry) or domain
        case _:
            word = getattr(entry, what)
            return domain if word is None else Words(frozenset({word}))


def _days(span: timedelta) -> Numbers:
    days = min(Decimal(span.days) + Decimal(span.seconds) / 86400, LONGEST)
    return Numbers(days, days, "d")
