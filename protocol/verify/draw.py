"""Drawn assessments: whole patients over the words of a vocabulary, with numbers on and beside every threshold.

They are not a sample of any clinic. They go where rules can differ, so a share of them is a share of what the rules
tell apart, and not of people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from protocol.assessment import FIELDS, Assessment
from protocol.errors import AssessmentError
from protocol.inference.program import Program
from protocol.possible import Members, Numbers, Possible, Words
from protocol.rules.condition import Condition, findings_of
from protocol.verify.document import Unwritable, document_of
from protocol.verify.lot import Lot
from protocol.verify.representatives import Value, representatives

__all__ = ["drawn"]

_HOW_MUCH_IS_KNOWN = (30, 70, 97)
"""Percent of the fields that say something, for one patient in three each."""

_QUIET = frozenset({"absent", "negative", "no", "none", "normal", "not_applicable"})
_QUIET_PERCENT = 75
"""How often a word is one of the quiet ones where it can be: with every sign drawn evenly all would be emergencies."""

_POINTS = 10
_MOST_LISTED = 2
_TRIES = 8
_ALMOST_ALWAYS = 90
_CLOSING = ("allergies.checked", "history.problem_list_checked")


def drawn(program: Program, count: int, seed: int, *others: Program) -> Iterator[Assessment]:
    """So many assessments, the same for the same seed; thresholds of the other programs are drawn as well."""
    values = _values((program, *others))
    made = number = 0
    while made < count:
        number += 1
        assessment = _patient(program, values, Lot(f"{seed} {number}"), number)
        if assessment is not None:
            made += 1
            yield assessment


def _values(programs: Iterable[Program]) -> dict[str, list[Value]]:
    """The values worth drawing of every raw finding that has a field."""
    first, *rest = list(programs)
    conditions: list[Condition] = []
    for program in (first, *rest):
        conditions += [*program.conditions.values(), *program.about_medicines.values()]
    known = {n for n in first.domains.of if all(n in program.domains.of for program in rest)}
    named = [c for c in conditions if findings_of(c) <= known]
    found = representatives(named, first.domains.of)
    values = {name: [v for v in some if v.possible.known] for name, some in found.items()}
    fields = first.ruleset.vocabulary.findings.items()
    return {n: values.get(n) or list(_spread(first.domains.of[n])) for n, raw in fields if raw.from_} | {
        n: values[n] for n, raw in fields if raw.medicines == "drugs" and n in values
    }


def _spread(domain: Possible) -> Iterator[Value]:
    """Values of what no condition compares, such as what a calculation takes: more of the small numbers."""
    if isinstance(domain, Words):
        yield from (Value(Words(frozenset({word})), word) for word in sorted(domain.options))
    elif isinstance(domain, Numbers):
        whole = domain.high - domain.low
        for i in range(1, _POINTS):
            point = domain.low + round(whole * (Decimal(i) / _POINTS) ** (3 if i % 2 else 1))
            yield Value(Numbers(point, point, domain.unit), str(point))


def _patient(program: Program, values: Mapping[str, list[Value]], lot: Lot, number: int) -> Assessment | None:
    percent = lot.one_of(_HOW_MUCH_IS_KNOWN)
    state: dict[str, Possible] = {}
    for name, raw in program.ruleset.vocabulary.findings.items():
        some = values.get(name)
        if not some or raw.age is not None or raw.closures is not None or raw.approvals is not None:
            continue
        if raw.from_ is not None and lot.happens(percent):
            state[name] = _one(some, program.domains.of[name], lot)
        elif raw.medicines == "drugs" and some and lot.happens(percent):
            listed = frozenset(lot.some_of(sorted(_named(some)), _MOST_LISTED))
            state[name] = Members(listed, listed)
    return _read(program, state, lot, number)


def _one(some: list[Value], domain: Possible, lot: Lot) -> Possible:
    if isinstance(domain, Members):
        listed = frozenset(lot.some_of(sorted(_named(some)), _MOST_LISTED))
        return Members(listed, listed)
    quiet = [v for v in some if isinstance(v.possible, Words) and v.possible.options <= _QUIET]
    return lot.one_of(quiet if quiet and lot.happens(_QUIET_PERCENT) else some).possible


def _named(some: list[Value]) -> frozenset[str]:
    return frozenset().union(*(v.possible.listed for v in some if isinstance(v.possible, Members)))


def _read(program: Program, state: dict[str, Possible], lot: Lot, number: int) -> Assessment | None:
    """The assessment, after what no entry may say was left out; None where little but that was drawn."""
    try:
        document = document_of(program, state)
    except Unwritable:
        return None
    document["assessment_id"] = f"drawn-{number}"
    _usual(document, lot)
    for _ in range(_TRIES):
        try:
            return Assessment.read(document)
        except AssessmentError as error:
            if not _without(document, " ".join(fault.what for fault in error.faults)):
                return None
    return None


def _usual(document: dict[str, Any], lot: Lot) -> None:
    """What hardly any record is without: an adult, pain scores that agree, lists that somebody closed."""
    patient = document.setdefault("patient", {})
    patient["age"] = f"{lot.one_of((34, 52, 64, 65, 71, 79, 86))} a"
    patient.setdefault("weight", f"{lot.one_of((44, 58, 67, 80))} kg")
    average = lot.one_of((2, 4, 6, 7, 8))
    document["pain"] = document.get("pain", {}) | {
        "nrs": {"now": average, "average": average, "worst": min(10, average + 1)}
    }
    for score in ("vas", "painad", "abbey"):
        document["pain"].pop(score, None)
    for path in _CLOSING:
        group, field = path.split(".")
        if path in FIELDS and lot.happens(_ALMOST_ALWAYS):
            document.setdefault(group, {})[field] = "present"
    if lot.happens(_ALMOST_ALWAYS):
        document.setdefault("medicines", {}).setdefault("reconciled_at", document["assessed_at"])


def _without(document: dict[str, Any], said: str) -> bool:
    """Take out every field that the complaint names; False where it names none."""
    found = False
    for path in sorted(FIELDS, key=len, reverse=True):
        if path in said:
            found = _take_out(document, path.split(".")) or found
    return found


def _take_out(here: Any, steps: list[str]) -> bool:  # noqa: ANN401 - any part of a document
    if not isinstance(here, dict) or steps[0] not in here:
        return False
    if len(steps) == 1:
        del here[steps[0]]
        return True
    return _take_out(here[steps[0]], steps[1:])
