"""What a finding may be, as truth values: the three shapes of `protocol.possible`, each still to be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from protocol.possible import Members, Numbers, Possible, Words
from protocol.verify.logic import Formula, Model, every, follows, no, same, some, variable
from protocol.verify.marks import Marks

__all__ = [
    "ListShape",
    "NumberShape",
    "Shape",
    "WordShape",
    "equal",
    "free",
    "holds_all_of",
    "only_whole",
    "read_off",
    "settled",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class NumberShape:
    """The ranks of the two ends: `low[r]` says that the low end stands at rank r or above.

    `point` says that the ends are one number: two numbers between the same thresholds have one rank.
    """

    marks: Marks
    low: Mapping[int, Formula]
    high: Mapping[int, Formula]
    point: Formula

    def low_from(self, rank: int) -> Formula:
        return self._from(self.low, rank)

    def high_from(self, rank: int) -> Formula:
        return self._from(self.high, rank)

    def _from(self, end: Mapping[int, Formula], rank: int) -> Formula:
        return True if rank <= self.marks.bottom else False if rank > self.marks.top else end[rank]

    @property
    def ranks(self) -> range:
        """The ranks at which an end may stand, but for the lowest, where it stands of itself."""
        return range(self.marks.bottom + 1, self.marks.top + 1)


@dataclass(frozen=True, slots=True)
class WordShape:
    """Which of its words the finding may be."""

    can: Mapping[str, Formula]


@dataclass(frozen=True, slots=True)
class ListShape:
    """What is surely in the list, and what may be."""

    listed: Mapping[str, Formula]
    possible: Mapping[str, Formula]


Shape = NumberShape | WordShape | ListShape


def free(name: str, domain: Possible, marks: Marks | None) -> tuple[Shape, list[Formula]]:
    """A finding that may be any set within its domain, and what makes it one."""
    if isinstance(domain, Words):
        can = {word: variable(f"{name}={word}") for word in sorted(domain.options)}
        return WordShape(can), [some(can.values())]
    if isinstance(domain, Members):
        listed = {word: variable(f"{name}+{word}") for word in sorted(domain.possible)}
        possible = {word: variable(f"{name}~{word}") for word in listed}
        return ListShape(listed, possible), [follows(listed[word], possible[word]) for word in listed]
    if marks is None:
        message = f"{name} is a number without marks"
        raise TypeError(message)
    ranks = range(marks.bottom + 1, marks.top + 1)
    low = {rank: variable(f"{name}>{rank}") for rank in ranks}
    high = {rank: variable(f"{name}<{rank}") for rank in ranks}
    shape = NumberShape(marks, low, high, variable(f"{name}!") if marks.bottom < marks.top else True)
    return shape, list(_ordered(shape))


def _ordered(shape: NumberShape) -> Iterator[Formula]:
    for rank in shape.ranks:
        yield follows(shape.low[rank], shape.low_from(rank - 1))
        yield follows(shape.high[rank], shape.high_from(rank - 1))
        yield follows(shape.low[rank], shape.high[rank])
        yield follows(shape.point, same(shape.low[rank], shape.high[rank]))
    for rank in range(shape.marks.bottom, shape.marks.top + 1):
        if rank % 2:
            # Both ends on one threshold are one number.
            yield follows(every((shape.low_from(rank), no(shape.high_from(rank + 1)))), shape.point)


def only_whole(shape: NumberShape) -> list[Formula]:
    """No end stands between two thresholds that have no whole number between them."""
    told = []
    for rank in range(shape.marks.bottom, shape.marks.top + 1):
        low, high = shape.marks.between(rank, whole=True)
        if low != int(low) or high != int(high):
            told.append(follows(shape.low_from(rank), shape.low_from(rank + 1)))
            told.append(follows(shape.high_from(rank), shape.high_from(rank + 1)))
        elif low == high:
            told.append(follows(every((shape.low_from(rank), no(shape.high_from(rank + 1)))), shape.point))
    return told


def unknown(shape: Shape) -> Formula:
    """Nothing is known: the set is the whole domain, and the domain leaves a choice."""
    match shape:
        case NumberShape(marks):
            whole = (no(shape.low_from(marks.bottom + 1)), shape.high_from(marks.top))
            return every(whole) if marks.bottom < marks.top else False
        case WordShape(can):
            return every(can.values()) if len(can) > 1 else False
        case ListShape(listed, possible):
            return every((*map(no, listed.values()), *possible.values())) if listed else False


def settled(shape: Shape) -> Formula:
    """The finding is known: one value is left."""
    match shape:
        case NumberShape():
            return shape.point
        case WordShape(can):
            words = list(can.values())
            return every(some((no(one), no(other))) for i, one in enumerate(words) for other in words[:i])
        case ListShape(listed, possible):
            return every(same(listed[word], possible[word]) for word in listed)


def equal(one: Shape, other: Shape) -> Formula:
    """Two findings of one domain are the same set."""
    match one, other:
        case NumberShape(), NumberShape():
            ranks = {*one.ranks, *other.ranks}
            ends = [same(one.low_from(r), other.low_from(r)) for r in ranks]
            ends += [same(one.high_from(r), other.high_from(r)) for r in ranks]
            return every((*ends, same(one.point, other.point)))
        case WordShape(mine), WordShape(yours):
            return every(same(mine[word], yours[word]) for word in mine)
        case ListShape(), ListShape():
            pairs = [same(one.listed[word], other.listed[word]) for word in one.listed]
            return every((*pairs, *(same(one.possible[w], other.possible[w]) for w in one.possible)))
    message = "only findings of one domain can be equal"
    raise TypeError(message)


def holds_all_of(larger: Shape, smaller: Shape) -> Formula:
    """The one set holds everything of the other; a list is as long, and more is possible."""
    match larger, smaller:
        case NumberShape(), NumberShape():
            ends = [follows(larger.low_from(r), smaller.low_from(r)) for r in larger.ranks]
            ends += [follows(smaller.high_from(r), larger.high_from(r)) for r in larger.ranks]
            return every((*ends, follows(larger.point, smaller.point)))
        case WordShape(more), WordShape(less):
            return every(follows(less[word], more[word]) for word in more)
        case ListShape(), ListShape():
            pairs = [same(larger.listed[word], smaller.listed[word]) for word in larger.listed]
            return every((*pairs, *(follows(smaller.possible[w], larger.possible[w]) for w in larger.possible)))
    message = "only findings of one domain can hold each other"
    raise TypeError(message)


def read_off(shape: Shape, model: Model, *, whole: bool = False) -> Possible:
    """The set that a model chose; `whole` where the number is counted and not measured."""
    match shape:
        case WordShape(can):
            return Words(frozenset(word for word, may in can.items() if model.holds(may)))
        case ListShape(listed, possible):
            return Members(
                frozenset(word for word, there in listed.items() if model.holds(there)),
                frozenset(word for word, may in possible.items() if model.holds(may)),
            )
        case NumberShape(marks, low, high, point):
            ends = [marks.bottom + sum(model.holds(end[rank]) for rank in shape.ranks) for end in (low, high)]
            first, second = marks.between(ends[0], whole=whole)
            last = (
                first
                if model.holds(point)
                else second
                if ends[0] == ends[1]
                else marks.between(ends[1], whole=whole)[0]
            )
            return Numbers(first, last, marks.domain.unit)
