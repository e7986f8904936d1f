"""Every small wrong edit of a ruleset that `mps mutate` tries: one list, in an order that never changes.

Taking one of several citations away is not among them: the rule keeps its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from protocol.inference.program import Program
from protocol.rules.rule import FindingRule
from protocol.verify.mutant import DROPPED, Mutant, Path, dropped, replaced, stand_in
from protocol.verify.mutated_conditions import Conditions
from protocol.verify.mutated_values import Values

__all__ = ["TABLES", "mutants_of"]

TABLES = (
    "formulary/adequate-trials.yaml",
    "formulary/opioid-conversion.yaml",
    "formulary/opioid-equivalence.yaml",
    "ruleset.yaml",
    "vocabulary.yaml",
)
"""The tables whose numbers are mutated, where a ruleset has them."""

_MISSPELT = "no-such-source"


def mutants_of(program: Program) -> Iterator[Mutant]:
    """Every mutant: rules by id, then drugs by name, then tables."""
    ruleset = program.ruleset
    for rule in ruleset.rules:
        if not rule.retired:
            yield from _rule(program, rule.rule, ruleset.items[rule.rule].data, finding=isinstance(rule, FindingRule))
    for drug in sorted(ruleset.drugs):
        data = ruleset.items[drug].data
        values = Values(drug, program)
        yield from values.of({"classes": data["classes"], "regimens": data.get("regimens", [])}, ())
        yield from _cited(drug, data, ())
        for i, regimen in enumerate(data.get("regimens", [])):
            yield from _cited(drug, regimen, ("regimens", i))
            yield from _unrefused(drug, regimen, ("regimens", i))
    for name in TABLES:
        if name in ruleset.items:
            yield from _table(program, name, ruleset.items[name].data)


def _rule(program: Program, name: str, data: dict[str, Any], *, finding: bool) -> Iterator[Mutant]:
    yield Mutant(name, "rule removed", (), name, DROPPED)
    yield from Conditions(name, program.domains.of).of(data.get("when", "always"), ("when",))
    yield from (
        _derived(program, name, data["then"]["derive"])
        if finding
        else Values(name, program).of(data["then"], ("then",))
    )
    yield from _cited(name, data, ())


def _derived(program: Program, name: str, derive: dict[str, Any]) -> Iterator[Mutant]:
    path: Path = ("then", "derive")
    if "calculate" in derive:
        yield from Values(name, program).of(derive["calculate"]["of"], (*path, "calculate", "of"))
        return
    rows = derive["rows"]
    words = sorted({str(row["value"]) for row in rows} | ({str(derive["else"])} if "else" in derive else set()))
    for i, row in enumerate(rows):
        here = (*path, "rows", i)
        yield from Conditions(name, program.domains.of).of(row["when"], (*here, "when"))
        if (other := stand_in(str(row["value"]), words)) is not None:
            yield replaced(name, "value changed", (*here, "value"), row["value"], other)
        if len(rows) > 1:
            yield dropped(name, "row dropped", here, row["value"])
        # Two rows of one value may stand in either order.
        if i + 1 < len(rows) and rows[i + 1]["value"] != row["value"]:
            swapped = [*rows[:i], rows[i + 1], row, *rows[i + 2 :]]
            yield Mutant(name, f"rows {i + 1} and {i + 2} swapped", (*path, "rows"), "order", swapped)
    if "else" in derive:
        if (other := stand_in(str(derive["else"]), words)) is not None:
            yield replaced(name, "else changed", (*path, "else"), derive["else"], other)
        yield dropped(name, "else dropped", (*path, "else"), derive["else"])


def _cited(name: str, data: dict[str, Any], path: Path) -> Iterator[Mutant]:
    cites = data["because"]["cite"]
    here = (*path, "because", "cite")
    yield replaced(name, "citations removed", here, "all", [])
    yield replaced(name, "citation misspelt", (*here, 0, "source"), cites[0]["source"], _MISSPELT)


def _unrefused(name: str, regimen: dict[str, Any], path: Path) -> Iterator[Mutant]:
    """Rows that refuse or refer and no longer do."""
    rows = [((*path, "rows", i), row) for i, row in enumerate(regimen.get("rows", []))]
    rows += [
        ((*path, "bands", i, "rows", j), row)
        for i, bands in enumerate(regimen.get("bands", []))
        for j, row in enumerate(bands["rows"])
    ]
    for here, row in rows:
        yield from (
            dropped(name, f"{key} dropped", (*here, key), row[key]) for key in ("refuse", "refer") if key in row
        )


def _table(program: Program, name: str, data: dict[str, Any]) -> Iterator[Mutant]:
    values = Values(name, program)
    if name == "ruleset.yaml":
        yield from values.of({"reviews": data["reviews"]}, ())
        for i, arm in enumerate(data["arms"]):
            yield from values.of({k: v for k, v in arm.items() if k == "at_least"}, ("arms", i))
        return
    if name == "vocabulary.yaml":
        for finding, raw in data["findings"].items():
            for key in ("valid_for", "approvals"):
                if key in raw:
                    yield from values.of({key: raw[key]}, ("findings", finding))
        return
    yield from values.of(data, ())
