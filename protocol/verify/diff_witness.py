"""A patient for each changed rule: somebody of whom the old rule and the new one say different things.

With the solver the patient is one who can exist, raw inputs and all where they can be found, and that there is none
is a proof. Without it the values on and beside the thresholds are tried in all combinations, or in drawn ones where
these are too many; the findings are then given as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Literal

from protocol.inference.examples import text_of
from protocol.inference.program import Program
from protocol.possible import Possible
from protocol.rules.condition import findings_of
from protocol.rules.rule import Current, FindingRule, Rule
from protocol.terms import Truth
from protocol.verify.coverage import conditions_of
from protocol.verify.equivalent import outcome
from protocol.verify.lot import Lot
from protocol.verify.representatives import Value, findings_from, representatives

if TYPE_CHECKING:
    from protocol.verify.diff_solved import Both

__all__ = ["Search", "Witness"]

_MOST = 20_000
_DRAWS = 5_000

How = Literal["solver", "all values tried", "drawn values"]


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody of whom two rules say different things; of a rule that came or went, whom it speaks of.

    `findings` is None where there is no such patient: proved by the solver or by all values, only not met by drawn
    ones. `assessment` is there where raw inputs were found that lead to the findings.
    """

    how: How
    findings: Mapping[str, str] | None
    before: str = ""
    after: str = ""
    assessment: Mapping[str, Any] | None = None


@dataclass
class Search:
    """Looks for witnesses between two rulesets; `solver` is whether the extra is there."""

    old: Program
    new: Program
    solver: bool = find_spec("z3") is not None

    def witness(self, name: str, options: Sequence[str] = ()) -> Witness | None:
        """The patient of one rule, if can be one who is to be offered one of the options that get something else.

        None where nothing about the rule can be asked of both rulesets.
        """
        before, after = _in_use(self.old, name), _in_use(self.new, name)
        if (before is None and after is None) or not self._comparable(before, after):
            return None
        if self.solver and not isinstance(after or before, Current):
            return self._solved(before, after, options)
        if before is not None and after is not None and _meaning(self.old, before) == _meaning(self.new, after):
            return None
        return self._tried(before, after)

    def _comparable(self, before: Rule | None, after: Rule | None) -> bool:
        if before is not None and after is not None and type(before) is not type(after):
            return False
        pairs = [(program, rule) for program, rule in ((self.old, before), (self.new, after)) if rule is not None]
        names: set[str] = set()
        for program, rule in pairs:
            if isinstance(rule, FindingRule) and rule.then.derive.calculate is not None:
                return False
            names |= {f for c in conditions_of(program, rule).values() for f in findings_of(c)}
        return all(self.old.domains.of.get(n) == self.new.domains.of.get(n) is not None for n in names)

    def _solved(self, before: Rule | None, after: Rule | None, options: Sequence[str]) -> Witness:
        # What is offered by one ruleset and not by the other shows best whose plan changes.
        for option in options[:1]:
            for both, pair, words in (
                (self._both, (before, after), ("not offered", "offered")),
                (self._reversed, (after, before), ("offered", "not offered")),
            ):
                found = both.patient(*pair, option)
                if found is not None:
                    turned = f"{option} {words[0]}", words[1]
                    return Witness("solver", found[0], *turned, assessment=found[1])
        found = self._both.patient(before, after)
        return Witness("solver", None) if found is None else Witness("solver", found[0], assessment=found[1])

    @cached_property
    def _both(self) -> Both:
        from protocol.verify.diff_solved import Both  # noqa: PLC0415 - loads the solver

        return Both(self.old, self.new)

    @cached_property
    def _reversed(self) -> Both:
        from protocol.verify.diff_solved import Both  # noqa: PLC0415 - loads the solver

        return Both(self.new, self.old)

    def _tried(self, before: Rule | None, after: Rule | None) -> Witness:
        pairs = [(program, rule) for program, rule in ((self.old, before), (self.new, after)) if rule is not None]
        conditions = [c for program, rule in pairs for c in conditions_of(program, rule).values()]
        values = representatives(conditions, self.new.domains.of)
        everything = prod(map(len, values.values())) <= _MOST
        for choice in _all(values) if everything else _some(values):
            findings = findings_from(choice)
            first = outcome(self.old, before, findings) if before is not None else Truth.DOES_NOT_APPLY
            second = outcome(self.new, after, findings) if after is not None else Truth.DOES_NOT_APPLY
            if first != second:
                shown = {n: text_of(v.possible) for n, v in sorted(choice.items()) if not v.unknown}
                return Witness("all values tried" if everything else "drawn values", shown, _said(first), _said(second))
        return Witness("all values tried" if everything else "drawn values", None)


def _in_use(program: Program, name: str) -> Rule | None:
    rule = program.ruleset.by_id.get(name)
    return None if rule is None or rule.retired else rule


def _meaning(program: Program, rule: Rule | None) -> object:
    """Equal where two rules say the same of everybody by being written the same."""
    if rule is None:
        return None
    derive = rule.then.derive if isinstance(rule, FindingRule) else None
    rows = [(row.value, i) for i, row in enumerate(derive.rows)] if derive else []
    return list(conditions_of(program, rule).values()), rows, derive.else_ if derive else None


def _said(value: Possible | Truth) -> str:
    return str(value) if isinstance(value, Truth) else text_of(value)


def _all(values: Mapping[str, list[Value]]) -> Iterator[dict[str, Value]]:
    for choice in product(*values.values()):
        yield dict(zip(values, choice, strict=True))


def _some(values: Mapping[str, list[Value]]) -> Iterator[dict[str, Value]]:
    lot = Lot("a witness")
    for _ in range(_DRAWS):
        yield {name: lot.one_of(some) for name, some in values.items()}
