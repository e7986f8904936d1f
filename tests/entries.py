"""What may be written in each field of an assessment: values on, just below and just above every threshold.

Everything comes from the ruleset itself, so that a new threshold is searched on the day it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

from protocol.assessment import FIELDS, FieldSpec
from protocol.assessment.complaint import Complaint
from protocol.assessment.numbers import read_number
from protocol.inference.program import Program
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity, convert, plain
from protocol.rules.condition import thresholds_of
from protocol.rules.vocabulary import RawFinding
from tests.engines import Name, engine

__all__ = [
    "ABSENT",
    "NOW",
    "entries",
    "medicines",
    "near",
    "possible_values",
    "put",
    "remove",
    "thresholds",
    "written",
]

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
"""The time of every drawn assessment."""

ABSENT = "<absent>"
"""Stands for a field that is left out."""

Entry = Any
"""One value as it would be written in a document."""


def written(moment: datetime) -> str:
    return moment.isoformat()


@cache
def thresholds(name: Name) -> Mapping[str, frozenset[Decimal]]:
    """Every number with which some condition compares a finding, by finding."""
    program = engine(name).program
    found: dict[str, set[Decimal]] = {}
    for condition in (*program.conditions.values(), *program.about_medicines.values()):
        for finding, limit in thresholds_of(condition):
            found.setdefault(finding, set()).add(limit)
    return {finding: frozenset(limits) for finding, limits in found.items()}


def near(limits: frozenset[Decimal], domain: Numbers) -> list[Decimal]:
    """The limits, what is just beside them in their last place and a tenth of it, and the domain's ends."""
    found = {domain.low, domain.high}
    for limit in limits:
        last = Decimal(1).scaleb(min(0, int(limit.as_tuple().exponent)))
        found |= {limit, limit - last, limit + last, limit - last / 10, limit + last / 10}
    return sorted(value for value in found if domain.low <= value <= domain.high)


@cache
def entries(name: Name) -> Mapping[str, tuple[Entry, ...]]:
    """For each path that the vocabulary reads: the entries worth trying, none of which is refused."""
    program = engine(name).program
    by_path: dict[str, list[tuple[str, RawFinding]]] = {}
    for finding, raw in program.ruleset.vocabulary.findings.items():
        if raw.from_ is not None:
            by_path.setdefault(raw.from_, []).append((finding, raw))
        for event in raw.not_before:
            by_path.setdefault(event, [])
    return {path: tuple(_entries_of(name, FIELDS[path], reading)) for path, reading in sorted(by_path.items())}


def _entries_of(name: Name, spec: FieldSpec, reading: list[tuple[str, RawFinding]]) -> Iterator[Entry]:
    limits = frozenset().union(*(thresholds(name).get(finding, frozenset()) for finding, _ in reading))
    match spec.kind:
        case "moment":
            yield from _moments(limits, reading)
            return
        case "number":
            values = list(_numbers(spec, limits))
        case "word":
            values = [*spec.words, {"one_of": list(spec.words[:2])}, {"one_of": list(spec.words[-2:])}]
        case _:
            values = [[], *([word] for word in spec.words), list(spec.words[:3])]
    dated = [raw for _, raw in reading if raw.valid_for or raw.not_before]
    times = _times(dated)
    for i, value in enumerate(values):
        if not dated:
            yield value
        else:
            # Every value fresh, and in turn just in time, stale and undated.
            fresh = written(NOW - timedelta(hours=1))
            yield from (_at(value, fresh), _at(value, times[i % len(times)]))
    yield "unknown"


def _at(value: Entry, at: str | None) -> Entry:
    body = dict(value) if isinstance(value, dict) else {"value": value}
    return {**body, "at": at} if at else body


def _times(readings: list[RawFinding]) -> list[str | None]:
    spans = {timedelta(seconds=float(Quantity.parse(r.valid_for).to("s").amount)) for r in readings if r.valid_for}
    edges = [NOW - span - more for span in sorted(spans) for more in (timedelta(), timedelta(seconds=1))]
    return [*(written(edge) for edge in edges), written(NOW - timedelta(days=3)), None]


def _moments(limits: frozenset[Decimal], reading: list[tuple[str, RawFinding]]) -> Iterator[Entry]:
    units = {raw.age for _, raw in reading if raw.age} or {"d"}
    for unit in sorted(units):
        for limit in sorted(limits | {Decimal(2)}):
            seconds = int(convert(limit, unit, "s"))
            yield from (written(NOW - timedelta(seconds=seconds + off)) for off in (-1, 0, 1) if seconds + off >= 0)


def _numbers(spec: FieldSpec, limits: frozenset[Decimal]) -> Iterator[Entry]:
    scale = spec.scale
    if scale is None:
        return
    step = Decimal(scale.multiple) if scale.whole else None
    values = [*near(limits, Numbers(spec.low, spec.high, spec.unit)), scale.typical]
    if step:
        beside = {v - v % step + more for v in values for more in (0, step, -step)}
        values = sorted(v for v in beside if spec.low <= v <= spec.high)
    tail = "" if spec.unit == "1" else f" {spec.unit}"
    texts: list[Entry] = [int(v) if step and not tail else f"{plain(v)}{tail}" for v in values]
    texts += [f"{plain(a)}..{plain(b)}{tail}" for a, b in pairwise(values) if a < b]
    if limits:
        middle = sorted(limits)[len(limits) // 2]
        texts += [f">= {plain(middle)}{tail}", f"<= {plain(middle)}{tail}"]
    # A number whose size is that of another unit is refused on reading; such a document is another test's.
    yield from (text for text in texts if not isinstance(read_number(text, scale), Complaint))


@cache
def possible_values(name: Name) -> Mapping[str, tuple[Possible, ...]]:
    """For each finding, raw and derived: known, bounded and unknown values around its thresholds."""
    program = engine(name).program
    return {
        finding: tuple(_possible(domain, thresholds(name).get(finding, frozenset()), program, finding))
        for finding, domain in sorted(program.domains.of.items())
    }


def _possible(domain: Possible, limits: frozenset[Decimal], program: Program, finding: str) -> Iterator[Possible]:
    yield domain
    match domain:
        case Numbers(_, _, unit):
            values = near(limits, domain)
            yield from (Numbers(value, value, unit) for value in values)
            yield from (Numbers(a, b, unit) for a, b in zip(values, values[2:], strict=False))
        case Words(options):
            words = sorted(options)
            yield from (Words(frozenset({word})) for word in words)
            yield from (Words(frozenset(pair)) for pair in pairwise(words))
        case Members(_, possible):
            yield Members(frozenset(), frozenset())
            for word in _asked(program, finding) & possible:
                yield from (
                    Members(frozenset({word}), frozenset({word})),
                    Members(frozenset({word}), possible),
                )
            some = frozenset(sorted(possible)[:4])
            yield from (Members(some, some), Members(frozenset(), some))


def _asked(program: Program, finding: str) -> frozenset[str]:
    """The members for which some condition asks; the others make no difference."""
    return frozenset(_words_asked(program).get(finding, ()))


def _words_asked(program: Program) -> Mapping[str, set[str]]:
    key = program.ruleset.digest
    if key not in _ASKED:
        found: dict[str, set[str]] = {}
        for condition in (*program.conditions.values(), *program.about_medicines.values()):
            for leaf in _leaves(condition):
                found.setdefault(leaf.finding, set()).update(getattr(leaf, "words", ()))
        _ASKED[key] = found
    return _ASKED[key]


_ASKED: dict[str, Mapping[str, set[str]]] = {}


def _leaves(condition: Any) -> Iterator[Any]:  # noqa: ANN401 - the tree of rules/condition.py
    for part in getattr(condition, "parts", ()):
        yield from _leaves(part)
    if hasattr(condition, "part"):
        yield from _leaves(condition.part)
    if hasattr(condition, "finding"):
        yield condition


@cache
def medicines(name: Name) -> tuple[dict[str, Entry], ...]:
    """Current medicines: every drug of the formulary, whole and in part, and one that it does not know."""
    ruleset = engine(name).program.ruleset
    found: list[dict[str, Entry]] = [
        {"drug": "powder from the market"},
        {"drug": "powder from the market", "route": "oral", "dose": "1 tablet", "every": "24 h"},
    ]
    for drug in ruleset.drugs.values():
        found.append({"drug": drug.drug})
        for factor in (f for f in ruleset.factors if f.drug == drug.drug):
            unit = factor.unit.removesuffix("/(24.h)")
            rate = "/" in factor.unit and not factor.unit.endswith("/(24.h)")
            whole = {"drug": drug.drug, "route": factor.route, "dose": f"30 {factor.unit if rate else unit}"}
            if factor.unit == "mg/(24.h)" or not rate:
                whole |= {"every": "12 h"}
            found += [whole, {**whole, "dose": f"10..20 {factor.unit if rate else unit}"}]
            found.append({**whole, "every": "4 h", "schedule": "as-needed"})
            found.append({k: v for k, v in whole.items() if k != "dose"})
        for regimen in drug.regimens[:1]:
            found.append({"drug": drug.drug, "route": regimen.route, "started_at": written(NOW - timedelta(days=20))})
        if drug.also:
            found.append({"drug": drug.also[0], "indication": "epilepsy"})
    return tuple(found)


def put(document: dict[str, Any], path: str, value: Entry) -> None:
    """Write one entry into a document."""
    *groups, last = path.split(".")
    here = document
    for group in groups:
        if not isinstance(here.get(group), dict):
            here[group] = {}
        here = here[group]
    here[last] = value


def remove(document: dict[str, Any], path: str) -> None:
    """Leave one entry out of a document."""
    *groups, last = path.split(".")
    here: Any = document
    for group in groups:
        here = here.get(group)
        if not isinstance(here, dict):
            return
    here.pop(last, None)
