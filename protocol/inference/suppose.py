"""What would follow if only these facts were known, or if these facts were others: the reference, on demand.

Nothing here has a meaning of its own: a finding is what `derive` makes of its rule, a verdict is what `truth`
says. Only what is asked for is worked out, and what rests on none of the changed facts is taken over as it
was, so that hundreds of suppositions cost less than one plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from protocol.assessment import Assessment
from protocol.inference.case import Case
from protocol.inference.derive import value_of
from protocol.inference.evaluate import Findings, truth
from protocol.inference.facts import Facts
from protocol.inference.program import Program
from protocol.possible import Possible
from protocol.terms import Truth

__all__ = ["known_facts", "nothing_known", "suppose", "with_facts"]


class _Values(dict[str, Possible]):
    """Findings by name, each worked out when it is first read."""

    def __init__(self, program: Program, raw: Mapping[str, Possible], base: Findings | None) -> None:
        super().__init__(raw)
        self._program = program
        self._base = base
        self._changed = frozenset(n for n, v in raw.items() if base is None or base.values.get(n) != v)
        self.findings = Findings(self, _Unknown(self, program))

    def __missing__(self, name: str) -> Possible:
        rule = self._program.deriving[name]
        if self._base is not None and not (self._program.raw_behind[name] & self._changed):
            value = self._base.values[name]
        else:
            value = value_of(rule, self._program, self.findings)
        self[name] = value
        return value

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dict has it
        known = dict.__contains__(self, name) or name in self._program.deriving
        return self[name] if known else default


class _Unknown(set[str]):
    """The findings of which nothing is known; asked by name only."""

    def __init__(self, values: _Values, program: Program) -> None:
        super().__init__()
        self._values = values
        self._domains = program.domains.of

    def __contains__(self, name: object) -> bool:
        domain = self._domains[str(name)]
        return self._values[str(name)] == domain and not domain.known


class _Verdicts(dict[str, Truth]):
    """Verdicts by condition, each given when it is first asked."""

    def __init__(self, program: Program, findings: Findings) -> None:
        super().__init__()
        self._program = program
        self._findings = findings

    def __missing__(self, name: str) -> Truth:
        verdict = truth(self._program.conditions[name], self._findings)
        self[name] = verdict
        return verdict

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dict has it
        return self[name] if name in self._program.conditions else default


def suppose(base: Case, raw: Mapping[str, Possible]) -> Case:
    """The case of the same patient with these raw findings instead; the others as they are in `base`."""
    program = base.program
    values = {name: base.findings.values[name] for name in base.facts.seen} | dict(raw)
    lazy = _Values(program, values, base.findings)
    return Case(program, base.assessment, base.facts, lazy.findings, _Verdicts(program, lazy.findings))


def with_facts(base: Case, assessment: Assessment, facts: Facts) -> Case:
    """The case of another assessment of the patient, with all that it leaves alone taken from `base`."""
    case = suppose(base, {name: seen.possible for name, seen in facts.seen.items()})
    return replace(case, assessment=assessment, facts=facts)


def nothing_known(case: Case) -> Case:
    """The case of a patient of whom no fact is known."""
    program = case.program
    lazy = _Values(program, {name: program.domains.of[name] for name in case.facts.seen}, None)
    return Case(program, case.assessment, case.facts, lazy.findings, _Verdicts(program, lazy.findings))


def known_facts(case: Case) -> dict[str, Possible]:
    """The raw findings of which something is known."""
    of = case.program.domains.of
    values = case.findings.values
    return {name: values[name] for name in case.facts.seen if values[name] != of[name] or of[name].known}
