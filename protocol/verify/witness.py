"""Raw inputs that give the answers of calculations a wanted value: the witness of a score or a formula.

No formula is turned round. Inputs that a patient says nothing of are tried one after another over their whole
range, and each keeps the value that brings the answers nearest to what is wanted, until nothing gets nearer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from protocol.inference.derive import value_of
from protocol.inference.evaluate import Findings
from protocol.inference.program import Program, reads
from protocol.possible import Numbers, Possible, Words
from protocol.verify.marks import Marks

__all__ = ["witness"]

_ROUNDS = 4
_POINTS = 24


def witness(
    program: Program, marks: Mapping[str, Marks], state: Mapping[str, Possible], wanted: frozenset[str]
) -> dict[str, Possible] | None:
    """The state with inputs added under which every wanted calculation has its value; None where none was found."""
    behind = _behind(program, wanted)
    inputs = [name for name in _inputs(program, behind) if state.get(name) in (None, program.domains.of[name])]
    found = {name: value for name, value in state.items() if name not in program.deriving}
    best = _distance(program, marks, found, state, behind, wanted)
    for _ in range(_ROUNDS):
        before = best
        for name in inputs:
            for value in _candidates(program, marks, name):
                tried = {**found, **dict.fromkeys(_twins(program, name, inputs), value)}
                distance = _distance(program, marks, tried, state, behind, wanted)
                if distance < best:
                    best, found = distance, tried
            if best == 0:
                return found
        if best == before:
            break
    return found if best == 0 else None


def _behind(program: Program, wanted: frozenset[str]) -> frozenset[str]:
    """Every finding that the wanted ones rest on, themselves among them."""
    found: set[str] = set()
    pending = sorted(wanted)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            rule = program.deriving.get(name)
            pending += sorted(reads(program, rule)) if rule is not None else []
    return frozenset(found)


def _inputs(program: Program, behind: frozenset[str]) -> list[str]:
    """Raw findings that an assessment has a field for."""
    known = program.ruleset.vocabulary.findings
    fields = [n for n in sorted(behind) if n in known and known[n].from_ is not None]
    return [n for n in fields if isinstance(program.domains.of[n], Numbers | Words)]


def _twins(program: Program, name: str, inputs: list[str]) -> list[str]:
    """The inputs that read the same field: one entry answers them all."""
    known = program.ruleset.vocabulary.findings
    return [n for n in inputs if known[n].from_ == known[name].from_ and known[n].age == known[name].age]


def _candidates(program: Program, marks: Mapping[str, Marks], name: str) -> Iterator[Possible]:
    domain = program.domains.of[name]
    yield domain
    if isinstance(domain, Words):
        yield from (Words(frozenset({word})) for word in sorted(domain.options))
    elif isinstance(domain, Numbers):
        spread = domain.high - domain.low
        # Small numbers matter as much as large ones, so half of the points are set close at the lower end.
        shares = [Decimal(i) / _POINTS for i in range(_POINTS + 1)]
        points = {domain.low + spread * share for share in shares}
        points |= {domain.low + spread * share**3 for share in shares}
        points |= set(marks[name].values)
        for point in sorted(points):
            value = Decimal(round(point)) if spread > 1 else round(point, 2)
            if domain.low <= value <= domain.high:
                yield Numbers(value, value, domain.unit)


def _distance(
    program: Program,
    marks: Mapping[str, Marks],
    raw: Mapping[str, Possible],
    state: Mapping[str, Possible],
    behind: frozenset[str],
    wanted: frozenset[str],
) -> int:
    """How far the answers are from what is wanted, counted in ranks and words."""
    findings = Findings(dict(program.domains.of))
    findings.values.update(raw)
    for name in behind:
        domain = program.domains.of[name]
        if name not in program.deriving and findings.values[name] == domain and not domain.known:
            findings.unknown.add(name)
    total = 0
    for rule in program.derivations:
        name = rule.then.derive.finding
        if name in behind:
            findings.values[name] = value_of(rule, program, findings)
            if findings.values[name] == program.domains.of[name]:
                findings.unknown.add(name)
            if name in wanted:
                total += _apart(findings.values[name], state[name], marks.get(name))
    return total


def _apart(one: Possible, other: Possible, marks: Marks | None) -> int:
    if isinstance(one, Numbers) and isinstance(other, Numbers) and marks is not None:
        return abs(marks.rank(one.low) - marks.rank(other.low)) + abs(marks.rank(one.high) - marks.rank(other.high))
    if isinstance(one, Words) and isinstance(other, Words):
        return len(one.options ^ other.options)
    return 0 if one == other else 1
