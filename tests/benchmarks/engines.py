"""The same rules in several engines, each asked for the names of the rules that fire.

All get the same two rules for each condition, *surely* and *possibly*, over the same whole numbers, each in
the engine's own language and with its facts prepared outside the measurement. Only the matcher and the
reference are measured with all that they do for a plan: from findings to truths.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from protocol.inference.evaluate import Findings, evaluate_all
from protocol.inference.formulas import Atom, Both, Either, Formula, Scales, Shape, Slot, atoms, lower
from protocol.inference.matcher import Matcher
from protocol.possible import Members, Numbers, Words
from protocol.terms import Truth
from tests.benchmarks.workload import Workload

__all__ = ["ENGINES", "Task"]

Ask = Callable[[int], Mapping[str, Truth]]
"""Answers for the patient of this number."""


@dataclass(frozen=True)
class Task:
    """The workload, and the two-valued rules and facts that follow from it."""

    work: Workload

    @cached_property
    def scales(self) -> Scales:
        return Scales(self.work.conditions.values())

    @cached_property
    def pairs(self) -> dict[str, tuple[str, str]]:
        """For each condition the names of its two rules."""
        names = {formula: name for name, formula in self.rules.items()}
        return {
            name: (
                names[lower(condition, "surely", self.scales)],
                names[lower(condition, "possibly", self.scales)],
            )
            for name, condition in self.work.conditions.items()
        }

    @cached_property
    def rules(self) -> dict[str, Formula]:
        formulas = dict.fromkeys(
            lower(condition, mood, self.scales)
            for condition in self.work.conditions.values()
            for mood in ("surely", "possibly")
        )
        return {f"R{number}": formula for number, formula in enumerate(formulas)}

    @cached_property
    def slots(self) -> dict[Slot, str]:
        found = dict.fromkeys(atom.slot for formula in self.rules.values() for atom in atoms(formula))
        return {slot: f"s{number}" for number, slot in enumerate(found)}

    @cached_property
    def facts(self) -> list[dict[str, int]]:
        return [
            {name: self._read(slot, patient) for slot, name in self.slots.items()} for patient in self.work.patients
        ]

    def _read(self, slot: Slot, patient: Findings) -> int:
        scale, high = slot.scale, slot.end == "high"
        if scale.shape is Shape.ANYTHING:
            return int(scale.finding in patient.unknown)
        match patient.values[scale.finding]:
            case Numbers() as value:
                return self.scales.rank(scale, value.high if high else value.low)
            case Words(options):
                return int(not options.isdisjoint(scale.words) if high else options <= scale.words)
            case Members(listed, possible):
                return int(not (possible if high else listed).isdisjoint(scale.words))

    def render(self, formula: Formula, both: str, either: str, test: str = "{name} {sign} {mark}") -> str:
        """The formula as text in a language with infix words for `and` and `or`."""
        match formula:
            case Atom(slot, turned, mark):
                return test.format(name=self.slots[slot], sign="<=" if turned else ">=", mark=mark)
            case Both(parts) | Either(parts):
                word = both if isinstance(formula, Both) else either
                return "(" + f" {word} ".join(self.render(part, both, either, test) for part in parts) + ")"
            case _:
                return "true" if formula else "false"

    def truths(self, fired: set[str]) -> dict[str, Truth]:
        """The truth of every condition, from the rules that fired."""
        return {
            name: Truth.APPLIES if surely in fired else Truth.CANNOT_TELL if possibly in fired else Truth.DOES_NOT_APPLY
            for name, (surely, possibly) in self.pairs.items()
        }


def reference(task: Task) -> Ask:
    return lambda number: evaluate_all(task.work.conditions, task.work.patients[number])


def durable_rules(task: Task) -> Ask:
    matcher = Matcher(task.work.conditions, task.work.domains)
    return lambda number: matcher.evaluate(task.work.patients[number])


def clips(task: Task) -> Ask:
    import clips as engine  # noqa: PLC0415 - an engine for comparison, absent where nothing is compared

    environment = engine.Environment()
    rules = list(task.rules.items())
    facts = []
    # One template and fact for sixty rules, and the agenda read, not run: the quickest of what was tried.
    for start in range(0, len(rules), 60):
        part = dict(rules[start : start + 60])
        name = f"p{start}"
        slots = list(dict.fromkeys(task.slots[atom.slot] for formula in part.values() for atom in atoms(formula)))
        environment.build(f"(deftemplate {name} " + " ".join(f"(slot {slot})" for slot in slots) + ")")
        for rule, formula in part.items():
            environment.build(f"(defrule {rule} {_clips_pattern(task, formula, name)} =>)")
        facts.append((environment.find_template(name).assert_fact, slots))

    def ask(number: int) -> dict[str, Truth]:
        environment.reset()
        fact = task.facts[number]
        for assert_fact, slots in facts:
            assert_fact(**{slot: fact[slot] for slot in slots})
        return task.truths({activation.name for activation in environment.activations()})

    return ask


def _clips_pattern(task: Task, formula: Formula, template: str) -> str:
    """One pattern: what must hold of single slots stands in them, alternatives in a test behind."""

    def test(part: Formula) -> str:
        match part:
            case Atom(slot, turned, mark):
                return f"({'<=' if turned else '>='} ?{task.slots[slot]} {mark})"
            case Both(parts) | Either(parts):
                return f"({'and' if isinstance(part, Both) else 'or'} {' '.join(map(test, parts))})"
            case _:
                return "TRUE" if part else "FALSE"

    parts = formula.parts if isinstance(formula, Both) else (formula,)
    slots: dict[str, list[str]] = {task.slots[atom.slot]: [] for atom in atoms(formula)}
    behind = []
    for part in parts:
        if isinstance(part, Atom):
            slots[task.slots[part.slot]].append(f"&:{test(part)}")
        else:
            behind.append(f"(test {test(part)})")
    inside = " ".join(f"({name} ?{name}{''.join(tests)})" for name, tests in slots.items())
    return f"({template} {inside}) {' '.join(behind)}"


def cel(task: Task) -> Ask:
    import cel as engine  # noqa: PLC0415 - as above

    rules = [
        (
            rule,
            engine.compile(task.render(formula, "&&", "||")).execute,
            [task.slots[a.slot] for a in atoms(formula)],
        )
        for rule, formula in task.rules.items()
    ]

    def ask(number: int) -> dict[str, Truth]:
        fact = task.facts[number]
        # Only the names that a rule reads cross into the engine: each name costs, whether it is read or not.
        return task.truths({rule for rule, holds, names in rules if holds({name: fact[name] for name in names})})

    return ask


def zen(task: Task) -> Ask:
    import zen as engine  # noqa: PLC0415 - as above

    expressions = [
        {"id": rule, "key": rule, "value": task.render(formula, "and", "or")} for rule, formula in task.rules.items()
    ]
    place = {"position": {"x": 0, "y": 0}}
    content = {"expressions": expressions, "passThrough": False}
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", **place},
            {"id": "rules", "type": "expressionNode", "name": "rules", "content": content, **place},
            {"id": "out", "type": "outputNode", "name": "out", **place},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "b", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }
    decision = engine.ZenEngine().create_decision(json.dumps(graph))

    def ask(number: int) -> dict[str, Truth]:
        result = decision.evaluate(task.facts[number])["result"]
        return task.truths({rule for rule, holds in result.items() if holds})

    return ask


ENGINES: dict[str, Callable[[Task], Ask]] = {
    "naive reference": reference,
    "durable_rules (the matcher)": durable_rules,
    "CLIPS (clipspy)": clips,
    "CEL (common-expression-language)": cel,
    "GoRules (zen-engine)": zen,
}
