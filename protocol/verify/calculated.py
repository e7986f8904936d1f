"""What the answer of a calculation has to do with its arguments, for those that only choose, count or compare.

They are exact on ranks because all they compare shares its marks. Scores and formulas have no entry: their
answer may be anything within its range, which is more than any patient has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from protocol.inference.program import Arguments
from protocol.possible import Numbers, Possible
from protocol.verify.logic import Formula, at_least, every, follows, no, same, some
from protocol.verify.marks import Marks
from protocol.verify.patient import Patient
from protocol.verify.shapes import NumberShape, WordShape

__all__ = ["CALCULATED", "Kept", "agreeing"]

Holds = Callable[[Patient, str, Arguments], Iterator[Formula]]
End = Callable[[int], Formula]


@dataclass(frozen=True, slots=True)
class Kept:
    """What one calculation keeps to, and why that is so."""

    because: str
    holds: Holds


@dataclass(frozen=True, slots=True)
class _Ends:
    """An argument as its two ends on the marks of the answer: a finding, or a constant."""

    low: End
    high: End
    point: Formula
    unit: str


def _number(patient: Patient, argument: str | Possible, marks: Marks) -> _Ends | None:
    if isinstance(argument, Numbers):
        low, high = marks.rank(argument.low), marks.rank(argument.high)
        return _Ends(lambda rank: low >= rank, lambda rank: high >= rank, argument.known, argument.unit)
    if not isinstance(argument, str):
        return None
    shape = patient.shape(argument)
    if not isinstance(shape, NumberShape):
        return None
    return _Ends(shape.low_from, shape.high_from, shape.point, shape.marks.domain.unit)


def _answer(patient: Patient, finding: str) -> NumberShape:
    shape = patient.shape(finding)
    if not isinstance(shape, NumberShape):
        message = f"{finding} is not a number"
        raise TypeError(message)
    return shape


def _presence(patient: Patient, argument: str | Possible) -> tuple[Formula, Formula]:
    """Whether something may be present, and whether it may be absent."""
    shape = patient.shape(argument) if isinstance(argument, str) else None
    if not isinstance(shape, WordShape):
        message = f"{argument} is not a word"
        raise TypeError(message)
    return shape.can.get("present", False), shape.can.get("absent", False)


def _reconciled(patient: Patient, finding: str, arguments: Arguments) -> Iterator[Formula]:
    answer = _answer(patient, finding)
    one = _number(patient, arguments["computed"][0], answer.marks)
    other = _number(patient, arguments["reported"][0], answer.marks)
    if one is None or other is None or one.unit != other.unit:
        return
    overlap = patient.common(f"{finding} overlaps")
    for rank in range(1, 2 * len(answer.marks.values) + 1):
        lows, highs = (one.low(rank), other.low(rank)), (one.high(rank), other.high(rank))
        # Overlap: the later start comes no later than the earlier end; between two thresholds either may be so.
        yield follows(every((overlap, some(lows))), every(highs))
        yield follows(every((no(overlap), every(highs))), some(lows))
        if rank % 2:
            beyond = every((one.high(rank + 1), other.high(rank + 1)))
            yield follows(
                every((no(overlap), every(highs), no(beyond))), some((one.low(rank + 1), other.low(rank + 1)))
            )
        if rank in answer.ranks:
            # Two results that contradict each other may reach beyond what either of them could be alone.
            yield same(answer.low_from(rank), some((every((overlap, some(lows))), every(lows))))
            yield same(answer.high_from(rank), some((every(highs), every((no(overlap), some(highs))))))
    yield follows(every((overlap, some((one.point, other.point)))), answer.point)


def agreeing(patient: Patient, findings: Iterable[str]) -> Formula:
    """That of these findings none is a number that was computed and typed with results that exclude each other."""
    deriving = patient.blueprint.program.deriving
    calculations = ((name, deriving[name].then.derive.calculate) for name in sorted(findings) if name in deriving)
    return every(patient.common(f"{name} overlaps") for name, one in calculations if one and one.method == "reconciled")


def _lower(patient: Patient, finding: str, arguments: Arguments) -> Iterator[Formula]:
    answer = _answer(patient, finding)
    ends = [_number(patient, arguments[name][0], answer.marks) for name in ("creatinine_clearance", "egfr")]
    one, other = ends
    if one is None or other is None:
        return
    for rank in range(1, 2 * len(answer.marks.values) + 1):
        yield same(answer.low_from(rank), every((one.low(rank), other.low(rank))))
        yield same(answer.high_from(rank), every((one.high(rank), other.high(rank))))
    yield follows(every((one.point, other.point)), answer.point)


def _select(patient: Patient, finding: str, arguments: Arguments) -> Iterator[Formula]:
    answer = _answer(patient, finding)
    present, absent = _presence(patient, arguments["when"][0])
    then = _number(patient, arguments["then"][0], answer.marks)
    otherwise = _number(patient, arguments["otherwise"][0], answer.marks)
    if then is None or otherwise is None or then.unit != otherwise.unit:
        return
    yield from _either(answer, present, absent, then, otherwise)


def _either(answer: NumberShape, present: Formula, absent: Formula, then: _Ends, otherwise: _Ends) -> Iterator[Formula]:
    """The one while something is present, the other while it is absent, both while that is open."""
    for rank in range(1, 2 * len(answer.marks.values) + 1):
        low = every((follows(present, then.low(rank)), follows(absent, otherwise.low(rank))))
        high = some((every((present, then.high(rank))), every((absent, otherwise.high(rank)))))
        yield same(answer.low_from(rank), low)
        yield same(answer.high_from(rank), high)
    yield follows(no(absent), same(answer.point, then.point))
    yield follows(no(present), same(answer.point, otherwise.point))


def _one_band_worse(patient: Patient, finding: str, arguments: Arguments) -> Iterator[Formula]:
    answer = _answer(patient, finding)
    value = _number(patient, arguments["value"][0], answer.marks)
    if value is None:
        return
    present, absent = _presence(patient, arguments["worse"][0])
    edges = sorted((e.low for e in arguments["edges"] if isinstance(e, Numbers)), reverse=True)
    step = next(s.low for s in arguments["step"] if isinstance(s, Numbers))
    bands = [(low, high - step) for low, high in zip(edges[1:], edges, strict=False)]
    # Nothing is below the lowest band: there the number stays at most what it is.
    worse = _Ends(
        lambda rank: _below(value.low, edges, [low for low, _ in bands], rank, answer.marks),
        lambda rank: every(
            (value.high(rank), _below(value.high, edges, [high for _, high in bands], rank, answer.marks))
        ),
        no(value.high(answer.marks.rank(edges[-1]) + 1)),
        value.unit,
    )
    yield from _either(answer, present, absent, worse, value)


def _below(end: End, edges: list[Decimal], ends: list[Decimal], rank: int, marks: Marks) -> Formula:
    """Whether the end of the band below the one that this end is in stands at the rank or above."""
    ways, above = [], False
    for i, edge in enumerate(edges):
        reached = end(marks.rank(edge)) if i < len(edges) - 1 else True
        if marks.rank(ends[min(i, len(ends) - 1)]) >= rank:
            ways.append(every((reached, no(above))))
        above = some((above, reached))
    return some(ways)


def _count_present(patient: Patient, finding: str, arguments: Arguments) -> Iterator[Formula]:
    answer = _answer(patient, finding)
    pairs = [_presence(patient, argument) for argument in arguments["findings"]]
    sure = [every((present, no(absent))) for present, absent in pairs]
    perhaps = [present for present, _ in pairs]
    for rank in answer.ranks:
        count = next(n for n in range(len(pairs) + 1) if answer.marks.rank(Decimal(n)) >= rank)
        yield same(answer.low_from(rank), at_least(sure, count))
        yield same(answer.high_from(rank), at_least(perhaps, count))
    yield same(answer.point, every(no(every(pair)) for pair in pairs))


CALCULATED: Mapping[str, Kept] = {
    "select": Kept("The one number while something is present, the other while it is absent.", _select),
    "reconciled": Kept("Two statements of one number leave their overlap, or all between them.", _reconciled),
    "renal-value": Kept("The lower of clearance and filtration rate is at most either of them.", _lower),
    "one-band-worse": Kept("The number itself, or the band below it while something makes it worse.", _one_band_worse),
    "count-present": Kept("As many as are present.", _count_present),
}
"""By the name of the calculation. What is missing here is free within its range."""
