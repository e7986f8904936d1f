"""One patient of whom everything is still open: every finding a set to be chosen, every condition two formulas.

A condition is *surely* true or *possibly* true; cannot be told is possibly and not surely. Rows of findings and
conditions are written from the same compiled rules as the two evaluators use. Raw findings and the answers of
calculations are free within their domain and what `relations` says of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from protocol.assessment import FIELDS
from protocol.assessment.numbers import Scale
from protocol.inference.program import Program, row_name
from protocol.possible import Possible
from protocol.rules.condition import (
    Above,
    All,
    Always,
    AnyOf,
    AtLeast,
    AtMost,
    Below,
    Comparison,
    Condition,
    CountAtLeast,
    IncludesAny,
    Missing,
    Not,
    OneOf,
    findings_of,
)
from protocol.rules.rule import FindingRule
from protocol.verify.logic import Formula, Model, at_least, every, no, some, variable
from protocol.verify.marks import Marks, marks_of
from protocol.verify.shapes import ListShape, NumberShape, Shape, WordShape, free, only_whole, read_off, unknown

__all__ = ["Blueprint", "Pair", "Patient", "leaves"]

_COUNTING = ("count-present", "dn4", "dn4-interview", "news2", "sins", "slanss")

Pair = tuple[Formula, Formula]
"""Surely and possibly."""


@dataclass(frozen=True)
class Blueprint:
    """What all patients of one ruleset share: the compiled rules and the marks of their numbers."""

    program: Program

    @cached_property
    def marks(self) -> dict[str, Marks]:
        return marks_of(self.program)

    @cached_property
    def rows(self) -> dict[str, FindingRule]:
        """The findings that rows set; every other finding is chosen."""
        return {name: rule for name, rule in self.program.deriving.items() if rule.then.derive.calculate is None}

    @cached_property
    def counted(self) -> frozenset[str]:
        """The numbers that only whole values are entered for, or that count something."""
        raws = self.program.ruleset.vocabulary.findings.items()
        found = {n for n, raw in raws if not raw.age and (scale := _scale(raw.from_)) is not None and scale.whole}
        for name, rule in self.program.deriving.items():
            written = rule.then.derive.calculate
            if written and written.method in _COUNTING:
                found.add(name)
            elif written and written.method == "reconciled":
                arguments = self.program.arguments[rule.rule]
                parts = (*arguments["computed"], *arguments["reported"])
                found |= {name} if all(part in found for part in parts) else set()
        return frozenset(found)

    def read_by(self, finding: str) -> frozenset[str]:
        """The findings that the rows of one finding read; none for one that is chosen."""
        rule = self.rows.get(finding)
        if rule is None:
            return frozenset()
        names = (row_name(rule, i) for i in range(len(rule.then.derive.rows)))
        return frozenset().union(*(findings_of(self.program.conditions[name]) for name in names))

    def condition(self, name: str) -> Condition:
        """A condition of the ruleset by its name."""
        found = self.program.conditions.get(name)
        return found if found is not None else self.program.about_medicines[name]


class Patient:
    """One copy of everything. A second copy shares with the first all but the findings that are its own."""

    def __init__(
        self, blueprint: Blueprint, tag: str = "", beside: Patient | None = None, own: frozenset[str] | None = None
    ) -> None:
        self.blueprint = blueprint
        self._tag = tag
        self._beside = beside
        self._own = own
        self._held: dict[str, Shape] = {}
        self._made_of: dict[str, list[Formula]] = {}
        self._pairs: dict[str, Pair] = {}
        self._conditions: dict[Condition, Pair] = {}
        self._shared: dict[str, Formula] = {}

    def hold(self, finding: str) -> None:
        """Let a finding be any set whatever its rows say, as when its value is simply given."""
        if finding in self._held:
            message = f"{finding} is written already"
            raise ValueError(message)
        self._choose(finding)

    def has_own(self, finding: str) -> bool:
        """Whether the finding is this patient's and not that of the one beside."""
        return self._beside is None or self._own is None or finding in self._own

    def shape(self, finding: str) -> Shape:
        """What the finding may be."""
        if not self.has_own(finding) and self._beside is not None:
            return self._beside.shape(finding)
        if finding not in self._held:
            rule = self.blueprint.rows.get(finding)
            if rule is None:
                self._choose(finding)
            else:
                self._held[finding] = WordShape(self.by_rows(rule))
        return self._held[finding]

    def _choose(self, finding: str) -> None:
        domain = self.blueprint.program.domains.of[finding]
        shape, made_of = free(f"{self._tag}{finding}", domain, self.blueprint.marks.get(finding))
        if isinstance(shape, NumberShape) and finding in self.blueprint.counted:
            made_of += only_whole(shape)
        self._held[finding], self._made_of[finding] = shape, made_of

    def makes(self, finding: str) -> list[Formula]:
        """What makes a chosen finding a set; nothing for one that its rows set."""
        if not self.has_own(finding) and self._beside is not None:
            return self._beside.makes(finding)
        self.shape(finding)
        return self._made_of.get(finding, [])

    def common(self, name: str) -> Formula:
        """A truth value that several findings of this patient hang on, such as whether a list is closed."""
        if name not in self._shared:
            self._shared[name] = variable(f"{self._tag}?{name}")
        return self._shared[name]

    def once(self, name: str, make: Callable[[], Formula]) -> Formula:
        """What `make` answered the first time."""
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]

    def named(self, name: str) -> Pair:
        """The condition of that name."""
        if name not in self._pairs:
            self._pairs[name] = self.truth(self.blueprint.condition(name))
        return self._pairs[name]

    def truth(self, condition: Condition) -> Pair:
        """Surely and possibly, for a condition."""
        match condition:
            case Always():
                return True, True
            case All(parts):
                pairs = [self.truth(part) for part in parts]
                return every(s for s, _ in pairs), every(p for _, p in pairs)
            case AnyOf(parts):
                pairs = [self.truth(part) for part in parts]
                return some(s for s, _ in pairs), some(p for _, p in pairs)
            case Not(part):
                surely, possibly = self.truth(part)
                return no(possibly), no(surely)
            case _:
                if condition not in self._conditions:
                    self._conditions[condition] = self._compare(condition)
                return self._conditions[condition]

    def _compare(self, condition: Comparison) -> Pair:
        shape = self.shape(condition.finding)
        if isinstance(condition, Missing):
            return unknown(shape), unknown(shape)
        if isinstance(shape, NumberShape):
            return _numbers(condition, shape)
        match condition, shape:
            case OneOf(_, words), WordShape(can):
                return no(some(may for word, may in can.items() if word not in words)), some(
                    may for word, may in can.items() if word in words
                )
            case IncludesAny(_, words), ListShape(listed, possible):
                named = [word for word in listed if word in words]
                return some(listed[word] for word in named), some(possible[word] for word in named)
            case CountAtLeast(_, count), ListShape(listed, possible):
                return at_least(listed.values(), count), at_least(possible.values(), count)
        message = f"{condition} cannot be asked of {condition.finding}"
        raise TypeError(message)

    def by_rows(self, rule: FindingRule, but: int | None = None) -> dict[str, Formula]:
        """For each word: some row that gives it possibly matches, and none before it surely does.

        With `but`, as if the row of that index were not there.
        """
        derive = rule.then.derive
        found: dict[str, list[Formula]] = {}
        passed: list[Formula] = []
        for i, row in enumerate(derive.rows):
            if i == but:
                continue
            surely, possibly = self.named(row_name(rule, i))
            found.setdefault(row.value, []).append(every((*passed, possibly)))
            passed.append(no(surely))
        domain = self.blueprint.program.domains.of[derive.finding]
        rest = [derive.else_] if derive.else_ else sorted(getattr(domain, "options", ()))
        for word in rest:
            found.setdefault(word, []).append(every(passed))
        return {word: some(ways) for word, ways in found.items()}

    def findings(self, names: Iterable[str], model: Model) -> dict[str, Possible]:
        """What a model chose for some findings."""
        counted = self.blueprint.counted
        return {name: read_off(self.shape(name), model, whole=name in counted) for name in names}


def _numbers(condition: Comparison, shape: NumberShape) -> Pair:
    rank = shape.marks.rank
    match condition:
        case Below(_, limit):
            return no(shape.high_from(rank(limit))), no(shape.low_from(rank(limit)))
        case AtMost(_, limit):
            return no(shape.high_from(rank(limit) + 1)), no(shape.low_from(rank(limit) + 1))
        case Above(_, limit):
            return shape.low_from(rank(limit) + 1), shape.high_from(rank(limit) + 1)
        case AtLeast(_, limit):
            return shape.low_from(rank(limit)), shape.high_from(rank(limit))
    message = f"{condition} cannot be asked of a number"
    raise TypeError(message)


def _scale(path: str | None) -> Scale | None:
    spec = FIELDS.get(path or "")
    return spec.scale if spec else None


def leaves(blueprint: Blueprint, finding: str, seen: set[str]) -> Iterator[str]:
    """The findings that a patient must choose for this one to have a value, itself when it is chosen."""
    if finding in seen:
        return
    seen.add(finding)
    if finding in blueprint.rows:
        for name in sorted(blueprint.read_by(finding)):
            yield from leaves(blueprint, name, seen)
    else:
        yield finding
