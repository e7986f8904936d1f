"""Runs the examples that every rule carries: its own smallest tests, written by whoever wrote the rule."""

from __future__ import annotations

from typing import Any

from protocol.errors import Fault, QuantityError
from protocol.inference.derive import value_of
from protocol.inference.evaluate import Findings, truth
from protocol.inference.program import Program
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity, plain
from protocol.rules.rule import FindingRule, Head

__all__ = ["given", "run_examples", "run_examples_of", "text_of"]


def run_examples(program: Program) -> list[Fault]:
    """One fault for each example whose verdict or value is not what it says."""
    return [fault for rule in program.ruleset.rules if not rule.retired for fault in run_examples_of(program, rule)]


def run_examples_of(program: Program, rule: Head) -> list[Fault]:
    """The same for one rule."""
    faults = []
    for i, example in enumerate(rule.examples):
        wrong = _wrong(program, rule, example.given, example.expect)
        if wrong:
            item = program.ruleset.items[rule.rule]
            line, column = item.position(("examples", i))
            remedy = "correct the rule, or the example if the rule says what is meant"
            faults.append(Fault(item.file, f"{rule.rule}, example {i + 1}: {wrong}", remedy, line, column))
    return faults


def _wrong(program: Program, rule: Head, written: dict[str, Any], expect: Any) -> str | None:  # noqa: ANN401
    try:
        findings = given(program, written)
    except (KeyError, ValueError, QuantityError) as error:
        return f"the given cannot be read: {error}"
    if isinstance(rule, FindingRule):
        return _wrong_value(value_of(rule, program, findings), expect)
    condition = program.conditions.get(rule.rule) or program.about_medicines[rule.rule]
    verdict = truth(condition, findings)
    return None if verdict == expect else f"the verdict is {verdict}, and the example expects {expect}"


def _wrong_value(value: Possible, expect: Any) -> str | None:  # noqa: ANN401
    right = False
    if isinstance(value, Words):
        right = value.options == frozenset(map(str, expect if isinstance(expect, list) else [expect]))
    elif isinstance(value, Members):
        right = value.listed == frozenset(expect)
    elif isinstance(expect, dict):
        low = Quantity.parse(str(expect.get("at_least", value.low)))
        high = Quantity.parse(str(expect["below"])).amount if "below" in expect else None
        right = value.low >= low.amount and (high is None or value.high < high)
    else:
        right = text_of(value) == str(expect)
    return None if right else f"the value is {text_of(value)}, and the example expects {expect}"


def given(program: Program, written: dict[str, Any]) -> Findings:
    """Findings as an example states them; whatever it leaves out is unknown."""
    findings = Findings(dict(program.domains.of), {n for n, d in program.domains.of.items() if not d.known})
    for name, value in written.items():
        domain = program.domains.of[name]
        if value == "unknown":
            continue
        findings.values[name] = _possible(domain, value)
        if findings.values[name] != domain:
            findings.unknown.discard(name)
    return findings


def _possible(domain: Possible, value: Any) -> Possible:  # noqa: ANN401
    match domain:
        case Numbers(_, _, unit):
            ends = str(value).split("..")
            quantity = Quantity.parse(ends[-1])
            low = quantity.amount if len(ends) == 1 else Quantity.parse(ends[0]).amount
            if quantity.unit != unit:
                message = f'"{value}" is not in {unit}'
                raise ValueError(message)
            return Numbers(low, quantity.amount, unit)
        case Words(options):
            words = frozenset(map(str, value if isinstance(value, list) else [value]))
            if not words <= options:
                message = f"{sorted(words - options)} are not words of the finding: {sorted(options)}"
                raise ValueError(message)
            return Words(words)
        case Members(_, possible):
            is_open = isinstance(value, dict)
            listed = frozenset(map(str, value["listed"] if is_open else value))
            if not listed <= possible:
                message = f"{sorted(listed - possible)} cannot be in this list"
                raise ValueError(message)
            return Members(listed, possible if is_open else listed)


def text_of(value: Possible) -> str:
    """A set as a reader would say it."""
    match value:
        case Numbers(low, high, unit):
            tail = "" if unit == "1" else f" {unit}"
            return f"{plain(low)}{tail}" if low == high else f"{plain(low)} to {plain(high)}{tail}"
        case Words(options):
            return " or ".join(sorted(options))
        case Members(listed, possible):
            named = ", ".join(sorted(listed)) or "none"
            return named if listed == possible else f"{named}, and perhaps others"
