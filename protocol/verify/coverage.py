"""Which parts of which conditions the examples exercise: every comparison true, false and unknown.

Of what excludes an option each comparison is also shown to decide the verdict alone, once by being true and once by
being false (masking MC/DC). What no patient can do is worked out, not listed: a comparison that is always true needs
no example of being false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from protocol.inference.evaluate import Findings, truth
from protocol.inference.examples import given
from protocol.inference.lint_second_entry import conditions_said_again
from protocol.inference.program import Program, row_name
from protocol.possible import Possible
from protocol.rules.condition import All, Always, AnyOf, Comparison, Condition, Not, comparisons
from protocol.rules.rule import CautionThen, Contraindication, Example, FindingRule, Head, Interaction
from protocol.terms import Truth
from protocol.verify.representatives import findings_from, representatives

__all__ = ["Coverage", "Gap", "Goal", "coverage", "goals", "reached"]

_MOST = 20_000
"""Combinations up to which it is worked out that none shows a goal; beyond, an example has to."""

_CERTAIN = (Truth.APPLIES, Truth.DOES_NOT_APPLY)


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that an example should show of one comparison of one condition, counted from the left."""

    condition: str
    leaf: int
    shows: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A goal that no example reaches, in words."""

    rule: str
    goal: Goal
    comparison: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many goals there are, by what they show, and which are not reached."""

    wanted: Mapping[str, int]
    gaps: tuple[Gap, ...]
    impossible: int


def coverage(program: Program) -> Coverage:
    """The coverage of every rule by its own examples and of the formulary's conditions by the second entry's."""
    wanted: dict[str, int] = {}
    gaps: list[Gap] = []
    impossible = 0
    for rule, conditions, examples, deciding in _subjects(program):
        missing = {g for name, condition in conditions.items() for g in goals(name, condition, deciding=deciding)}
        count = dict.fromkeys(missing, 1)
        for example in examples:
            findings = given(program, example.given)
            missing -= {g for name, condition in conditions.items() for g in reached(name, condition, findings)}
        never = {g for g in missing if _impossible(g, conditions[g.condition], program.domains.of)}
        impossible += len(never)
        for goal in count.keys() - never:
            wanted[goal.shows] = wanted.get(goal.shows, 0) + 1
        for goal in sorted(missing - never, key=lambda g: (g.condition, g.leaf, g.shows)):
            leaf = list(comparisons(conditions[goal.condition]))[goal.leaf]
            gaps.append(Gap(rule, goal, _words(leaf)))
    return Coverage(dict(sorted(wanted.items())), tuple(gaps), impossible)


_Subject = tuple[str, dict[str, Condition], tuple[Example, ...], bool]


def _subjects(program: Program) -> Iterator[_Subject]:
    for rule in program.ruleset.rules:
        if not rule.retired:
            yield rule.rule, conditions_of(program, rule), rule.examples, _excludes(rule)
    entry = program.ruleset.second_entry
    if entry is not None:
        for name, condition in conditions_said_again(program).items():
            # The edges of bands stand in the second entry as doses; nobody writes their conditions.
            if not _is_band(name):
                yield name, {name: condition}, entry.conditions.get(name, ()), False


def _is_band(name: str) -> bool:
    return ">" in name.rpartition("/")[2]


def conditions_of(program: Program, rule: Head) -> dict[str, Condition]:
    """The conditions of one rule by name: one for each row of a finding."""
    if isinstance(rule, FindingRule):
        names = (row_name(rule, i) for i in range(len(rule.then.derive.rows)))
        return {name: program.conditions[name] for name in names}
    return {rule.rule: program.conditions.get(rule.rule) or program.about_medicines[rule.rule]}


def _excludes(rule: Head) -> bool:
    return isinstance(rule, Contraindication | Interaction) and not isinstance(rule.then, CautionThen)


def goals(name: str, condition: Condition, *, deciding: bool) -> Iterator[Goal]:
    """What examples should show of a condition."""
    for i, _ in enumerate(comparisons(condition)):
        yield from (Goal(name, i, shows) for shows in ("true", "false", "unknown"))
        if deciding:
            yield from (Goal(name, i, f"decides as {shows}") for shows in ("true", "false"))


def reached(name: str, condition: Condition, findings: Findings) -> Iterator[Goal]:
    """What some findings show of a condition."""
    truths = [truth(leaf, findings) for leaf in comparisons(condition)]
    words = {Truth.APPLIES: "true", Truth.DOES_NOT_APPLY: "false", Truth.CANNOT_TELL: "unknown"}
    for i, value in enumerate(truths):
        yield Goal(name, i, words[value])
        if value in _CERTAIN:
            other = Truth.DOES_NOT_APPLY if value is Truth.APPLIES else Truth.APPLIES
            here, there = _folded(condition, truths), _folded(condition, [*truths[:i], other, *truths[i + 1 :]])
            if here is not there and here in _CERTAIN and there in _CERTAIN:
                yield Goal(name, i, f"decides as {words[value]}")


def _folded(condition: Condition, truths: list[Truth]) -> Truth:
    """The verdict from the truths of its comparisons, from left to right."""
    return _fold(condition, iter(truths))


def _fold(condition: Condition, truths: Iterator[Truth]) -> Truth:
    match condition:
        case All(parts):
            found = [_fold(part, truths) for part in parts]
            return min(found, key=_STRENGTH.__getitem__)
        case AnyOf(parts):
            found = [_fold(part, truths) for part in parts]
            return max(found, key=_STRENGTH.__getitem__)
        case Not(part):
            return _OPPOSITE[_fold(part, truths)]
        case Always():
            return Truth.APPLIES
        case _:
            return next(truths)


_STRENGTH = {Truth.DOES_NOT_APPLY: 0, Truth.CANNOT_TELL: 1, Truth.APPLIES: 2}
_OPPOSITE = {
    Truth.DOES_NOT_APPLY: Truth.APPLIES,
    Truth.CANNOT_TELL: Truth.CANNOT_TELL,
    Truth.APPLIES: Truth.DOES_NOT_APPLY,
}


def _impossible(goal: Goal, condition: Condition, domains: Mapping[str, Possible]) -> bool:
    """Whether no values at all could show it."""
    if not goal.shows.startswith("decides"):
        leaf = list(comparisons(condition))[goal.leaf]
        return not any(Goal(goal.condition, 0, goal.shows) in set(found) for found in _tried(goal, leaf, domains))
    values = representatives([condition], domains)
    if prod(map(len, values.values())) > _MOST:
        return False
    return not any(goal in set(found) for found in _tried(goal, condition, domains))


def _tried(goal: Goal, condition: Condition, domains: Mapping[str, Possible]) -> Iterator[Iterable[Goal]]:
    values = representatives([condition], domains)
    for combination in product(*values.values()):
        yield reached(goal.condition, condition, findings_from(dict(zip(values, combination, strict=True))))


def _words(leaf: Comparison) -> str:
    parts = [getattr(leaf, name) for name in ("threshold", "count") if hasattr(leaf, name)]
    words = ", ".join(sorted(leaf.words)) if hasattr(leaf, "words") else "".join(map(str, parts))
    return f"{leaf.finding} {type(leaf).__name__} {words}".strip()
