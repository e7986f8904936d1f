"""What differs between two rulesets, part by part: rules, drugs and tables, in the words of their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from protocol.inference.program import Program
from protocol.rules.doses import doses_of
from protocol.rules.effects import NOTHING, effects_of
from protocol.rules.load import canonical
from protocol.rules.ruleset import Ruleset
from protocol.rules.second_entry import FOLDER

__all__ = ["ChangedPart", "Edit", "changed_parts"]

_SILENT = ("examples", "revision")
"""Keys of a rule that decide nothing: examples are counted apart, a revision says only that something changed."""

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that reads otherwise: where, what stood there and what stands there now."""

    where: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A rule, drug or table that came, went or changed.

    `effects` are what options, a medicine or a step get from it; `examples` are its own examples that came, went or
    expect something else; `sources` is the evidence as it stands after the change.
    """

    name: str
    kind: str
    title: str
    what: str
    edits: tuple[Edit, ...]
    effects: tuple[Edit, ...]
    examples: tuple[Edit, ...]
    sources: tuple[str, ...]


def changed_parts(old: Program, new: Program) -> list[ChangedPart]:
    """Every part that differs, rules first, each kind by name; the second entry follows the parts it repeats."""
    before, after = _in_use(old.ruleset), _in_use(new.ruleset)
    found = []
    for name in sorted(before.keys() | after.keys(), key=lambda n: (_rank(n, old, new), n)):
        first, second = before.get(name), after.get(name)
        if canonical({"": first}) != canonical({"": second}):
            found.append(_part(name, first, second, old, new))
    return found


def _in_use(ruleset: Ruleset) -> dict[str, Any]:
    """The content by name; a retired rule is as good as gone."""
    retired = {rule.rule for rule in ruleset.rules if rule.retired}
    return {n: item.data for n, item in ruleset.items.items() if n not in retired and not n.startswith(FOLDER)}


def _rank(name: str, old: Program, new: Program) -> int:
    if name in old.ruleset.by_id or name in new.ruleset.by_id:
        return 0
    return 1 if name in old.ruleset.drugs or name in new.ruleset.drugs else 2


def _part(name: str, first: Any, second: Any, old: Program, new: Program) -> ChangedPart:  # noqa: ANN401
    what = "added" if first is None else "removed" if second is None else "changed"
    shown = second if second is not None else first
    edits = tuple(_edits(_spoken(first), _spoken(second), ())) if what == "changed" else ()
    effects = tuple(_compared(_effects(old, name), _effects(new, name)))
    examples = tuple(_compared(_examples(first), _examples(second))) if what == "changed" else ()
    return ChangedPart(
        name=name,
        kind=str(shown.get("kind", "drug" if "drug" in shown else "table")),
        title=str(shown.get("title", name)),
        what="examples only" if what == "changed" and not edits and not effects else what,
        edits=edits,
        effects=effects,
        examples=examples,
        sources=tuple(str(c["source"]) for c in shown.get("because", {}).get("cite", [])),
    )


def _spoken(data: Any) -> Any:  # noqa: ANN401
    return {k: v for k, v in data.items() if k not in _SILENT} if isinstance(data, dict) else data


def _effects(program: Program, name: str) -> dict[str, str]:
    """What a rule does to each option, or what each row of a drug says."""
    rule, drug = program.ruleset.by_id.get(name), program.ruleset.drugs.get(name)
    if rule is not None and not rule.retired:
        return effects_of(rule, program.candidates)
    rows = doses_of(drug) if drug is not None else {}
    return {f"{regimen}, {row}": text for regimen, said in rows.items() for row, text in said.items()}


def _examples(data: Any) -> dict[str, str]:  # noqa: ANN401
    examples = data.get("examples", []) if isinstance(data, dict) else []
    return {_text(example["given"]): _text(example["expect"]) for example in examples}


def _compared(first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[Edit]:
    for name in sorted(first.keys() | second.keys()):
        before, after = first.get(name, NOTHING), second.get(name, NOTHING)
        if before != after:
            yield Edit(name, before, after)


def _edits(first: Any, second: Any, path: tuple[str, ...]) -> Iterator[Edit]:  # noqa: ANN401
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(first.keys() | second.keys(), key=str):
            yield from _edits(first.get(key, NOTHING), second.get(key, NOTHING), (*path, str(key)))
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for i, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _edits(one, other, (*path, str(i + 1)))
    elif isinstance(first, list) and isinstance(second, list):
        yield from (Edit(" ".join(path), _text(x), NOTHING) for x in first if x not in second)
        yield from (Edit(" ".join(path), NOTHING, _text(x)) for x in second if x not in first)
    elif _text(first) != _text(second):
        yield Edit(" ".join(path), _text(first), _text(second))


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        text = ", ".join(f"{k} {_text(v)}" for k, v in sorted(value.items(), key=str))
    else:
        text = ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
