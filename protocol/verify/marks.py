"""Where a number stands among the thresholds that a ruleset names for it, counted in whole ranks.

A rank is odd on a threshold (1 on the lowest, 3 on the next) and even between two, so that ranks compare with
thresholds exactly as the numbers do. Findings that a calculation compares with each other share one list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from protocol.inference.program import Program
from protocol.possible import Numbers
from protocol.rules.condition import thresholds_of

__all__ = ["Marks", "marks_of"]

SHARING: Mapping[str, tuple[str, ...]] = {
    "select": ("then", "otherwise"),
    "reconciled": ("computed", "reported"),
    "renal-value": ("creatinine_clearance", "egfr"),
    "one-band-worse": ("value",),
}
"""Calculations whose answer is one of their arguments, and those arguments."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The thresholds of one finding in order, and the ends of its domain among them."""

    values: tuple[Decimal, ...]
    domain: Numbers

    def rank(self, number: Decimal) -> int:
        below = bisect_left(self.values, number)
        return 2 * below + (below < len(self.values) and self.values[below] == number)

    @property
    def bottom(self) -> int:
        return self.rank(self.domain.low)

    @property
    def top(self) -> int:
        return self.rank(self.domain.high)

    def between(self, rank: int, *, whole: bool) -> tuple[Decimal, Decimal]:
        """Two numbers that stand at the rank, in order; the same one twice on a threshold.

        Whole numbers where they are asked for and there are any.
        """
        if rank % 2:
            return self.values[rank // 2], self.values[rank // 2]
        low, high = self.values[rank // 2 - 1], self.values[rank // 2]
        if whole and int(low) + 1 < high:
            return Decimal(int(low) + 1), Decimal(-int(-high) - 1)
        return low + (high - low) / 4, high - (high - low) / 4


def marks_of(program: Program) -> dict[str, Marks]:
    """The marks of every number of a ruleset."""
    named: dict[str, set[Decimal]] = {}
    for condition in (*program.conditions.values(), *program.about_medicines.values()):
        for finding, limit in thresholds_of(condition):
            named.setdefault(finding, set()).add(limit)
    groups = _groups(program)
    found: dict[str, Marks] = {}
    for finding, domain in program.domains.of.items():
        if isinstance(domain, Numbers):
            group = groups.get(finding, frozenset({finding}))
            values = set().union(*(named.get(name, set()) | _ends(program, name) for name in group))
            found[finding] = Marks(tuple(sorted(values)), domain)
    return found


def _ends(program: Program, finding: str) -> set[Decimal]:
    """The ends of a finding's domain, and the constants that its calculation goes by."""
    domain = program.domains.of[finding]
    ends = {domain.low, domain.high} if isinstance(domain, Numbers) else set()
    rule = program.deriving.get(finding)
    if rule is not None and rule.then.derive.calculate and rule.then.derive.calculate.method == "one-band-worse":
        arguments = program.arguments[rule.rule]
        edges = [edge.low for edge in arguments["edges"] if isinstance(edge, Numbers)]
        step = next(s.low for s in arguments["step"] if isinstance(s, Numbers))
        ends |= set(edges) | {edge - step for edge in edges if edge > 0}
    return ends


def _groups(program: Program) -> dict[str, frozenset[str]]:
    """The findings that share their marks, by each of them."""
    group: dict[str, frozenset[str]] = {}

    def join(names: Iterable[str]) -> None:
        joined = frozenset().union(*(group.get(name, frozenset({name})) for name in names))
        group.update(dict.fromkeys(joined, joined))

    for rule in program.derivations:
        written = rule.then.derive.calculate
        if written is not None and written.method in SHARING:
            values = [program.arguments[rule.rule][name][0] for name in SHARING[written.method]]
            join([rule.then.derive.finding, *(v for v in values if isinstance(v, str))])
    by_field: dict[str, list[str]] = {}
    for name, raw in program.ruleset.vocabulary.findings.items():
        if raw.from_ is not None and raw.age is None and isinstance(program.domains.of[name], Numbers):
            by_field.setdefault(raw.from_, []).append(name)
    for names in by_field.values():
        join(names)
    return group
