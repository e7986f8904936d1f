"""Counterexamples kept as files, and whether the patient of one still breaks what he broke.

A fixture names the property, the rule and the option, and states what is known of the patient in the words of
rule examples; everything else is unknown. Two states are given where a property compares two.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from protocol.inference.case import Case
from protocol.inference.examples import given
from protocol.inference.program import Program
from protocol.possible import Possible
from protocol.rules.rule import Contraindication, ExcludeThen, Head, Interaction, RedFlag
from protocol.rules.targets import Board, Candidate, hits
from protocol.terms import Truth
from protocol.verify.finding import Breach, Outcome
from protocol.verify.replay import case_at, stands, status_of

__all__ = ["keep", "still_broken"]

_RANK = {"offered": 0, "withheld": 1, "refer": 2, "excluded": 3}


def keep(outcomes: Iterable[Outcome], folder: Path) -> list[Path]:
    """Write every breach that a patient shows as a fixture of its own; one that is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for outcome in outcomes:
        for breach in outcome.breaches:
            if breach.states:
                path = folder / f"{outcome.name}--{breach.rule}--{breach.option or 'none'}.json"
                if not path.exists():
                    path.write_text(json.dumps(_fixture(outcome.name, breach), indent=2) + "\n", encoding="utf-8")
                    written.append(path)
    return written


def _fixture(name: str, breach: Breach) -> dict[str, Any]:
    return {
        "property": name,
        "rule": breach.rule,
        "option": breach.option,
        "what": breach.what,
        "states": [dict(state) for state in breach.states],
        "assessment": breach.assessment,
    }


def still_broken(program: Program, board: Board, fixture: Mapping[str, Any]) -> bool:
    """Whether the patient of a fixture breaks the property under this ruleset; an option that is gone breaks none."""
    candidate = board.by_id.get(str(fixture["option"]))
    if candidate is None:
        return False
    cases = [case_at(program, _known(program, state)) for state in fixture["states"]]
    statuses = [status_of(case, candidate, board) for case in cases]
    match fixture["property"]:
        case "forgetting":
            return statuses[-1] == "offered" != statuses[0]
        case "worse":
            was, now = statuses
            return now in _RANK and (now == "offered" != was or _RANK[now] < _RANK.get(was, -1))
        case _:
            barred = any(_stands(cases[0], rule, candidate, board) for rule in _rules(program, str(fixture["rule"])))
            return statuses[0] == "offered" and barred


def _known(program: Program, state: Mapping[str, Any]) -> dict[str, Possible]:
    stated = {name: value for name, value in state.items() if name in program.domains.of}
    return {name: given(program, {name: value}).values[name] for name, value in stated.items()}


def _rules(program: Program, name: str) -> Iterator[Head]:
    return (rule for rule in program.ruleset.rules if rule.rule == name and not rule.retired)


def _stands(case: Case, rule: Head, candidate: Candidate, board: Board) -> bool:
    """Whether the rule of a fixture stands against the option, as the proof that it broke reads it."""
    if rule in board.nevers[candidate.id]:
        return stands(case, rule, board.excused[candidate.id])
    match rule:
        case RedFlag():
            entries = rule.then.withhold
        case Contraindication() | Interaction() if isinstance(rule.then, ExcludeThen):
            entries = rule.then.exclude
        case _:
            return False
    verdict = case.verdicts[rule.rule]
    mine = [entry for entry in entries if entry.scope in candidate.scopes and hits(entry, candidate)]
    return any(
        verdict is Truth.APPLIES or (verdict is Truth.CANNOT_TELL and entry.if_unknown != "allow") for entry in mine
    )
