"""What is left of facts that contradict each other: no two of them still do.

Reading an assessment widens both sides of a declared conflict until they can agree. So nobody is left of whom two
facts are in conflict, whoever else there is.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocol.rules.vocabulary import Conflict
from protocol.verify.logic import Formula, every, follows, some
from protocol.verify.patient import Blueprint, Patient
from protocol.verify.shapes import NumberShape, WordShape

__all__ = ["conflicts_of", "contradictions", "parts_of"]


def parts_of(conflict: Conflict) -> tuple[str, ...]:
    """The findings that a conflict speaks of."""
    return (*(conflict.order or ()), *(conflict.agree or ()), *conflict.together)


def conflicts_of(blueprint: Blueprint, finding: str) -> list[Conflict]:
    """The conflicts that a finding can be half of."""
    return [c for c in blueprint.program.ruleset.vocabulary.conflicts if finding in parts_of(c)]


def contradictions(patient: Patient, finding: str) -> Iterator[Formula]:
    """That the finding is in no conflict, each conflict told once, by its first part."""
    for conflict in conflicts_of(patient.blueprint, finding):
        if parts_of(conflict)[0] != finding:
            continue
        if conflict.order:
            yield from _in_order(patient, *conflict.order)
        elif conflict.agree:
            yield _agree(patient, conflict.agree, conflict.unless)
        else:
            yield some(_outside(patient, name, words) for name, words in conflict.together.items())


def _in_order(patient: Patient, low: str, high: str) -> Iterator[Formula]:
    """The low end of the one is at most the high end of the other, at every threshold that the one has."""
    one, other = patient.shape(low), patient.shape(high)
    if isinstance(one, NumberShape) and isinstance(other, NumberShape):
        for limit in one.marks.values:
            mine, theirs = one.marks.rank(limit), other.marks.rank(limit)
            yield follows(one.low_from(mine), other.high_from(theirs))
            yield follows(one.low_from(mine + 1), other.high_from(theirs + (theirs % 2)))


def _agree(patient: Patient, names: tuple[str, ...], unless: tuple[str, ...]) -> Formula:
    """Some word both may be, or one of those that contradict nothing."""
    shapes = [shape for name in names if isinstance(shape := patient.shape(name), WordShape)]
    both = [every(shape.can.get(word, False) for shape in shapes) for word in shapes[0].can]
    return some((*both, *(shape.can.get(word, False) for shape in shapes for word in unless)))


def _outside(patient: Patient, name: str, words: tuple[str, ...]) -> Formula:
    shape = patient.shape(name)
    if not isinstance(shape, WordShape):
        message = f"{name} is not a word"
        raise TypeError(message)
    return some(may for word, may in shape.can.items() if word not in words)
