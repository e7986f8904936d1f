"""What is known of findings beside their domain: how raw ones hang together, and what a calculation keeps to.

Every relation here holds of every assessment, and leaving one out only lets more patients in: a proof stays a
proof, but a patient may be found whom nobody could meet. Whatever has no relation is free within its domain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from protocol.inference.program import reads
from protocol.quantity import Quantity
from protocol.rules.vocabulary import RawFinding
from protocol.verify.calculated import CALCULATED
from protocol.verify.conflicts import conflicts_of, contradictions, parts_of
from protocol.verify.logic import Formula, every, follows, no, same, some
from protocol.verify.patient import Blueprint, Patient, leaves
from protocol.verify.shapes import ListShape, WordShape, equal, settled, unknown

__all__ = ["RELATIONS", "Relation", "reach", "related"]

Peers = Callable[[Blueprint, str, RawFinding], Iterable[str]]
Holds = Callable[[Patient, str, RawFinding], Iterator[Formula]]


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of raw findings: why it holds, which others it speaks of, and the formulas."""

    name: str
    because: str
    peers: Peers
    holds: Holds


def reach(blueprint: Blueprint, findings: Iterable[str]) -> frozenset[str]:
    """All that must be chosen so that these findings have a value and every relation of theirs is kept."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = sorted(findings)
    while pending:
        for leaf in leaves(blueprint, pending.pop(), seen):
            found.add(leaf)
            pending += sorted(_peers(blueprint, leaf) - seen)
    return frozenset(found)


def related(patient: Patient, finding: str) -> Iterator[Formula]:
    """What holds of one chosen finding and its peers."""
    blueprint = patient.blueprint
    raw = blueprint.program.ruleset.vocabulary.findings.get(finding)
    if raw is None:
        rule = blueprint.program.deriving.get(finding)
        written = rule.then.derive.calculate if rule else None
        if rule is not None and written is not None and written.method in CALCULATED:
            yield from CALCULATED[written.method].holds(patient, finding, blueprint.program.arguments[rule.rule])
    elif finding in _in_conflicts(blueprint):
        yield from contradictions(patient, finding)
    else:
        for relation in RELATIONS:
            yield from relation.holds(patient, finding, raw)


def _peers(blueprint: Blueprint, finding: str) -> set[str]:
    raw = blueprint.program.ruleset.vocabulary.findings.get(finding)
    if raw is not None:
        if finding in _in_conflicts(blueprint):
            return {name for conflict in conflicts_of(blueprint, finding) for name in parts_of(conflict)} - {finding}
        return {peer for relation in RELATIONS for peer in relation.peers(blueprint, finding, raw)} - {finding}
    rule = blueprint.program.deriving.get(finding)
    written = rule.then.derive.calculate if rule else None
    if rule is None or written is None or written.method not in CALCULATED:
        return set()
    return set(reads(blueprint.program, rule))


def _in_conflicts(blueprint: Blueprint) -> frozenset[str]:
    """Findings that a declared conflict may widen: whatever else holds of them, it need not hold then."""
    return frozenset(name for c in blueprint.program.ruleset.vocabulary.conflicts for name in parts_of(c))


def _named(blueprint: Blueprint, **origin: str) -> list[str]:
    """The raw findings of one origin."""
    ((part, wanted),) = origin.items()
    found = blueprint.program.ruleset.vocabulary.findings.items()
    return [name for name, raw in found if getattr(raw, part) == wanted]


def _none(_: Blueprint, __: str, ___: RawFinding) -> Iterable[str]:
    return ()


def _medicine_peers(blueprint: Blueprint, _: str, raw: RawFinding) -> Iterable[str]:
    if raw.medicines not in ("drugs", "classes"):
        return ()
    wanted = ("drugs", "classes", "unmapped", "recorded")
    return [name for what in wanted for name in _named(blueprint, medicines=what)]


def _medicines(patient: Patient, finding: str, raw: RawFinding) -> Iterator[Formula]:
    closed, shape = patient.common("medicines are closed"), patient.shape(finding)
    if raw.medicines == "recorded" and isinstance(shape, WordShape):
        yield shape.can["present"]
        yield same(shape.can["absent"], no(closed))
    if raw.medicines in ("drugs", "classes") and isinstance(shape, ListShape):
        whole = every((closed, *(no(p) for p in _strange(patient))))
        for word, listed in shape.listed.items():
            yield same(shape.possible[word], some((listed, no(whole))))
    if raw.medicines == "classes" and isinstance(shape, ListShape):
        yield from _classes_of_drugs(patient, shape)


def _strange(patient: Patient) -> Iterator[Formula]:
    for name in _named(patient.blueprint, medicines="unmapped"):
        shape = patient.shape(name)
        if isinstance(shape, WordShape):
            yield shape.can["present"]


def _classes_of_drugs(patient: Patient, classes: ListShape) -> Iterator[Formula]:
    known = patient.blueprint.program.ruleset.drugs
    for name in _named(patient.blueprint, medicines="drugs"):
        drugs = patient.shape(name)
        if isinstance(drugs, ListShape):
            for word, listed in classes.listed.items():
                yield same(listed, some(drugs.listed[d] for d, drug in known.items() if word in drug.classes))


def _always_known(patient: Patient, finding: str, raw: RawFinding) -> Iterator[Formula]:
    if raw.medicines in ("unmapped", "doubles") or raw.approvals or (raw.closures and not raw.age):
        yield settled(patient.shape(finding))


def _ages(patient: Patient, finding: str, raw: RawFinding) -> Iterator[Formula]:
    if raw.age is not None:
        shape = patient.shape(finding)
        yield some((settled(shape), unknown(shape)))


def _allergy_peers(blueprint: Blueprint, finding: str, raw: RawFinding) -> Iterable[str]:
    return _named(blueprint, from_="allergies.checked") if raw.allergies else _closing_peers(blueprint, finding, raw)


def _allergies(patient: Patient, finding: str, raw: RawFinding) -> Iterator[Formula]:
    shape, closed = patient.shape(finding), patient.common("allergies are closed")
    if raw.allergies is not None and raw.closed_by is None and isinstance(shape, ListShape):
        for word, listed in shape.listed.items():
            yield same(shape.possible[word], some((listed, no(closed))))
        known = patient.blueprint.program.ruleset.vocabulary.findings
        for name in _named(patient.blueprint, from_="allergies.checked"):
            checked = patient.shape(name)
            if isinstance(checked, WordShape):
                others = [may for word, may in checked.can.items() if word != "present"]
                sure = every(map(no, others))
                dated = known[name].valid_for or known[name].not_before
                yield follows(sure, closed) if dated else same(sure, closed)


def _closing_peers(_: Blueprint, __: str, raw: RawFinding) -> Iterable[str]:
    return (raw.closed_by.finding,) if raw.closed_by else ()


def _closing(patient: Patient, finding: str, raw: RawFinding) -> Iterator[Formula]:
    shape = patient.shape(finding)
    if raw.from_ is None or not isinstance(shape, ListShape):
        return
    closed = patient.common(f"{finding} is closed") if raw.closed_by else False
    for word, listed in shape.listed.items():
        yield same(shape.possible[word], some((listed, no(closed))))
    # A conflict widens the closing fact only after it has closed the list.
    if raw.closed_by is not None and raw.closed_by.finding not in _in_conflicts(patient.blueprint):
        fact = patient.shape(raw.closed_by.finding)
        if isinstance(fact, WordShape):
            yield follows(some(may for word, may in fact.can.items() if word not in raw.closed_by.is_), no(closed))


def _twins(blueprint: Blueprint, finding: str, raw: RawFinding) -> list[str]:
    """Other findings that read the same field and only let it age otherwise."""
    if raw.from_ is None or raw.age is not None:
        return []
    others = _named(blueprint, from_=raw.from_)
    known = blueprint.program.ruleset.vocabulary.findings
    apart = _in_conflicts(blueprint)
    return [
        n for n in others if n != finding and n not in apart and known[n].age is None and known[n].closed_by is None
    ]


def _one_field(patient: Patient, finding: str, raw: RawFinding) -> Iterator[Formula]:
    if raw.closed_by is not None:
        return
    known = patient.blueprint.program.ruleset.vocabulary.findings
    mine = patient.shape(finding)
    for name in _twins(patient.blueprint, finding, raw):
        theirs = patient.shape(name)
        yield some((unknown(mine), unknown(theirs), equal(mine, theirs)))
        if _ages_later(raw, known[name]):
            yield follows(unknown(mine), unknown(theirs))


def _ages_later(one: RawFinding, other: RawFinding) -> bool:
    """Whether the one is good whenever the other is."""
    if one.observed != other.observed or not set(one.not_before) <= set(other.not_before):
        return False
    if one.valid_for is None or other.valid_for is None:
        return one.valid_for is None and not one.not_before
    return _seconds(one.valid_for) >= _seconds(other.valid_for)


def _seconds(text: str) -> Decimal:
    return Quantity.parse(text).to("s").amount


RELATIONS = (
    Relation(
        "medicines",
        "Drugs and classes are read off one list, which is closed by its date and opened by a name that is not known.",
        _medicine_peers,
        _medicines,
    ),
    Relation("always known", "What is not recorded was not approved, closed or written twice.", _none, _always_known),
    Relation("ages", "The age of a moment is known to the second, or not at all.", _none, _ages),
    Relation("allergies", "Both lists of allergies are closed by one answer.", _allergy_peers, _allergies),
    Relation("closing facts", "A list is open unless its closing fact holds.", _closing_peers, _closing),
    Relation(
        "one field",
        "Two findings that read one field hold the same value while neither is too old.",
        _twins,
        _one_field,
    ),
)
