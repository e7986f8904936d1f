"""Compares a ruleset with its second entry: what is said twice must be said alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from protocol.errors import Fault, QuantityError
from protocol.inference.evaluate import truth
from protocol.inference.examples import given
from protocol.inference.program import Program
from protocol.rules.condition import Condition
from protocol.rules.doses import doses_of
from protocol.rules.effects import NOTHING, effects_of
from protocol.rules.parse import Reader
from protocol.rules.ruleset import Item
from protocol.rules.second_entry import FOLDER, SecondEntry

__all__ = ["conditions_said_again", "second_entry_faults", "value_at"]

HOW_MANY = "how many"
"""The last step of a place that says how long a list is, so that nothing falls off its end."""

_REMEDY = "find out which of the two is right, and correct the other"
_Read = Mapping[str, Condition]


def second_entry_faults(program: Program, only: str | None = None) -> list[Fault]:
    """Every difference; `only` looks at what one rule, drug or file says."""
    entry = program.ruleset.second_entry
    if entry is None:
        return []
    return [
        *_effects(program, entry, only),
        *_drugs(program, entry, only),
        *_numbers(program, entry, only),
        *_conditions(program, entry, only),
    ]


def _fault(program: Program, part: str, path: tuple[str | int, ...], what: str) -> Fault:
    item: Item = program.ruleset.items[f"{FOLDER}{part}.yaml"]
    return Fault(item.file, what, _REMEDY, *item.position(path))


def _effects(program: Program, entry: SecondEntry, only: str | None) -> Iterator[Fault]:
    for name in [only] if only in entry.effects else entry.effects if only is None else ():
        rule = program.ruleset.by_id.get(str(name))
        if rule is None or rule.retired:
            yield _fault(program, "effects", (str(name),), f"{name} is not a rule in use")
            continue
        found = effects_of(rule, program.candidates)
        for option, said in entry.effects[str(name)].items():
            if found.get(option, NOTHING) != said:
                what = f'{name} does to {option}: "{found.get(option, NOTHING)}"; the second entry says "{said}"'
                yield _fault(program, "effects", (str(name), option), what)


def _drugs(program: Program, entry: SecondEntry, only: str | None) -> Iterator[Fault]:
    drugs = program.ruleset.drugs
    for name in [only] if only in entry.classes else entry.classes if only is None else ():
        drug = drugs.get(str(name))
        if drug is None or sorted(drug.classes) != sorted(entry.classes[str(name)]):
            found = ", ".join(sorted(drug.classes)) if drug else "no drug of the formulary"
            what = f'{name} is {found}; the second entry says "{", ".join(sorted(entry.classes[str(name)]))}"'
            yield _fault(program, "classes", (str(name),), what)
    for name, rows in entry.doses.items():
        owner = name.partition("/")[0]
        if only not in (None, owner):
            continue
        found_rows = doses_of(drugs[owner]).get(name, {}) if owner in drugs else {}
        for row in sorted(rows.keys() | found_rows.keys()):
            first, second = found_rows.get(row, NOTHING), rows.get(row, NOTHING)
            if first != second:
                what = f'{name}, {row}: "{first}"; the second entry says "{second}"'
                yield _fault(program, "doses", (name, row), what)


def _numbers(program: Program, entry: SecondEntry, only: str | None) -> Iterator[Fault]:
    for name in [only] if only in entry.numbers else entry.numbers if only is None else ():
        item = program.ruleset.items.get(str(name))
        for place, said in entry.numbers[str(name)].items():
            found = value_at(item.data, place) if item else NOTHING
            if str(found) != str(said):
                what = f'{name}, {place}: "{found}"; the second entry says "{said}"'
                yield _fault(program, "numbers", (str(name), place), what)


def value_at(data: Any, place: str) -> Any:  # noqa: ANN401 - plain data
    """The part of plain data at a place such as `reviews > 0 > within`, or `nothing`; `how many` counts a list."""
    for step in place.split(" > "):
        if isinstance(data, list) and step == HOW_MANY:
            data = len(data)
        elif isinstance(data, list):
            data = data[int(step)] if int(step) < len(data) else NOTHING
        elif isinstance(data, dict):
            data = data.get(step, NOTHING)
        else:
            return NOTHING
    return data


def conditions_said_again(program: Program) -> _Read:
    """The conditions that rules' own examples do not reach: of the formulary, of reviews and of the opioid tables."""
    owned = {rule.rule for rule in program.ruleset.rules}
    found = {n: c for n, c in program.conditions.items() if n.partition("/")[0] not in owned}
    table = program.ruleset.conversion
    if table is not None:
        item = program.ruleset.items["formulary/opioid-conversion.yaml"]
        reader = Reader(item.file, item.position, program.domains)
        found |= {name: reader.condition(when, path) for name, when, path in table.conditions()}
    return found


def _conditions(program: Program, entry: SecondEntry, only: str | None) -> Iterator[Fault]:
    if only is not None and only not in program.ruleset.drugs and "." not in only:
        return
    known = conditions_said_again(program)
    for name, examples in entry.conditions.items():
        if only in program.ruleset.drugs and not name.startswith(f"{only}/"):
            continue
        condition = known.get(name)
        if condition is None:
            yield _fault(program, "conditions", (name,), f"{name} is not a condition of the formulary")
            continue
        for i, example in enumerate(examples):
            try:
                verdict = str(truth(condition, given(program, example.given)))
            except (KeyError, ValueError, QuantityError) as error:
                verdict = f"that the given cannot be read: {error}"
            if verdict != example.expect:
                what = f"{name}, example {i + 1}: the verdict is {verdict}, and the example expects {example.expect}"
                yield _fault(program, "conditions", (name, i), what)
