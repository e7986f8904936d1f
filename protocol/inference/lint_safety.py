"""Checks of the safety case.

Every absolute contraindication has its never-event, every never-event its rule, and hazards.yaml names
only what exists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from protocol.errors import Fault
from protocol.inference.program import Program, reads
from protocol.rules.condition import All, AnyOf, Condition, Missing, Not, findings_of
from protocol.rules.hazard import Controls, SafetyCase
from protocol.rules.rule import Never
from protocol.rules.targets import Board, hits, set_out

__all__ = ["missing_tests", "safety_faults"]

_FILE = "hazards.yaml"
_Path = tuple[str | int, ...]


def safety_faults(program: Program) -> list[Fault]:
    """Every fault of the never-events and of the table of hazards."""
    board = set_out(program.ruleset)
    return [
        *_uncovered(program, board),
        *_without_a_rule(program, board),
        *_ignorant(program),
        *_table(program),
    ]


def _uncovered(program: Program, board: Board) -> Iterator[Fault]:
    """Options with a drug that something bars absolutely, and of which no never-event speaks."""
    for candidate in board.candidates:
        barred = [
            barrier
            for barrier in board.barriers[candidate.id]
            if barrier.entry.degree == "absolute" and barrier.entry.scope in candidate.scopes
        ]
        if candidate.drug is not None and "start" in candidate.scopes and barred and not board.nevers[candidate.id]:
            item = program.ruleset.items[candidate.rule.rule]
            what = f"{candidate.id} is barred absolutely, by {barred[0].rule.rule}, and no never-event names it"
            remedy = "write one in never-events/, from the monograph and not from that rule"
            yield Fault(item.file, what, remedy, *item.position(("then", "offer")))


def _without_a_rule(program: Program, board: Board) -> Iterator[Fault]:
    """Never-events that speak of no option, or that no exclusion and no indication could fulfil."""
    behind = _Behind(program)
    for rule in program.ruleset.of(Never):
        mine = behind.condition(program.conditions[rule.rule])
        for i, target in enumerate(rule.then.never):
            named = [c for c in board.candidates if hits(target, c) and "start" in c.scopes]
            if not named and rule.when != "always":
                yield _at(program, rule, i, "it names no option of this ruleset", "correct the name, or remove it")
            for candidate in named:
                barring = (b.rule.rule for b in board.barriers[candidate.id] if b.entry.scope in candidate.scopes)
                held = (candidate.rule.rule, *barring)
                if not any(mine & behind.condition(program.conditions[name]) for name in held):
                    what = f"no rule keeps {candidate.id} from being offered for what this asks"
                    yield _at(program, rule, i, what, "write the contraindication, or narrow the never-event")


class _Behind:
    """The findings on which a condition rests, those behind derived ones included."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[str, frozenset[str]] = {}

    def condition(self, condition: Condition) -> frozenset[str]:
        return frozenset().union(*(self._finding(name) for name in findings_of(condition)))

    def _finding(self, name: str) -> frozenset[str]:
        if name not in self._known:
            rule = self._program.deriving.get(name)
            more = [self._finding(n) for n in reads(self._program, rule)] if rule is not None else []
            self._known[name] = frozenset({name}).union(*more)
        return self._known[name]


def _ignorant(program: Program) -> Iterator[Fault]:
    """A never-event may ask if something is missing only to speak of what is known."""
    for rule in program.ruleset.of(Never):
        if _widens(program.conditions[rule.rule]):
            yield _at(program, rule, 0, "it holds because something is missing", "ask with not: ... missing")


def _widens(condition: Condition) -> bool:
    match condition:
        case Not(Missing()):
            return False
        case All(parts) | AnyOf(parts):
            return any(_widens(part) for part in parts)
        case Not(part):
            return _widens(part)
        case _:
            return isinstance(condition, Missing)


def _at(program: Program, rule: Never, target: int, what: str, remedy: str) -> Fault:
    item = program.ruleset.items[rule.rule]
    return Fault(item.file, f"{rule.rule}: {what}", remedy, *item.position(("then", "never", target)))


def _table(program: Program) -> Iterator[Fault]:
    case = program.ruleset.safety_case
    if case is None:
        return
    item = program.ruleset.items[_FILE]
    invariants = {i.invariant for i in case.invariants}
    rules = {rule.rule for rule in program.ruleset.rules if not rule.retired}
    for path, controls in _all_controls(case):
        for name in controls.rules:
            if name not in rules:
                yield Fault(item.file, f"{name} is not a rule in use", "correct the name", *item.position(path))
        for name in controls.invariants:
            if name not in invariants:
                yield Fault(item.file, f"{name} is not an invariant of this table", "correct it", *item.position(path))
    ids = Counter([h.hazard for h in case.hazards] + [i.invariant for i in case.invariants])
    for name in sorted(name for name, count in ids.items() if count > 1):
        yield Fault(
            item.file,
            f"{name} stands here twice",
            "an id is used once; rename or remove one",
            *item.position(()),
        )
    held = {name for _, controls in _all_controls(case) for name in controls.rules}
    for rule in program.ruleset.of(Never):
        if rule.rule not in held:
            what = f"{rule.rule} holds neither a hazard nor an invariant of hazards.yaml"
            yield _at(program, rule, 0, what, "name it there, so that it is known why it stands")


def _all_controls(case: SafetyCase) -> Iterator[tuple[_Path, Controls]]:
    for i, hazard in enumerate(case.hazards):
        yield ("hazards", i, "controlled_by"), hazard.controlled_by
    for i, invariant in enumerate(case.invariants):
        yield ("invariants", i), invariant.held_by


def missing_tests(program: Program, root: Path) -> Iterator[Fault]:
    """Tests that hazards.yaml names and that are not there; `root` holds `tests/`.

    A test is a path, with the name of one function after `::` where a file holds several.
    """
    case = program.ruleset.safety_case
    if case is None or not (root / "tests").is_dir():
        return
    item = program.ruleset.items[_FILE]
    named: list[tuple[_Path, str]] = [(path, test) for path, c in _all_controls(case) for test in c.tests]
    named += [(("not_invariants", i), n.test) for i, n in enumerate(case.not_invariants)]
    for path, test in named:
        file, _, function = test.partition("::")
        if not (root / file).is_file():
            yield Fault(item.file, f"{file} is not there", "correct the path", *item.position(path))
        elif function and f"def {function}(" not in (root / file).read_text(encoding="utf-8"):
            yield Fault(item.file, f"{file} has no test {function}", "correct the name", *item.position(path))
