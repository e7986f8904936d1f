"""The command that compares two rulesets, as the changelog of the newer one should tell it."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict

from protocol.cli.mutate import stories_beside
from protocol.cli.rules import folder_of, loaded
from protocol.inference.compile import compile_ruleset
from protocol.verify.changed import Edit
from protocol.verify.diff_witness import Witness
from protocol.verify.difference import Cohort, Difference, Moved, Part, difference

__all__ = ["compare_rulesets"]

_WIDTH = 100
_FEW = 8
_HOW = {
    "solver": "found by the solver",
    "all values tried": "found by trying all values",
    "drawn values": "found by drawn values",
}
_NOBODY = {
    "solver": "nobody: proved by the solver",
    "all values tried": "nobody: all values were tried",
    "drawn values": "nobody was met among drawn values, which proves nothing",
}


def compare_rulesets(options: argparse.Namespace) -> None:
    """Tell what changed between two rulesets, for whom and how.

    Raises:  RulesetError for a ruleset that cannot be loaded.
    """
    old, new = (compile_ruleset(loaded(folder)) for folder in (options.old, options.new))
    stories = dict(stories_beside(folder_of(options.old))) | dict(stories_beside(folder_of(options.new)))
    found = difference(old, new, stories, cohort=options.cohort, seed=options.seed)
    if options.format == "json":
        sys.stdout.write(json.dumps(asdict(found), indent=2, default=str) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in _told(found))


def _told(found: Difference) -> Iterator[str]:
    if found.nothing:
        yield f"{found.new}: no change."
        return
    yield f"{found.old} -> {found.new}" if found.old != found.new else f"{found.new}, before and after"
    yield ", ".join(_counts(found))
    yield ""
    yield from _whose(found)
    yield "What changes"
    for part in found.parts:
        yield from _part(part)


def _counts(found: Difference) -> Iterator[str]:
    for what in ("added", "removed", "changed", "examples only"):
        kinds: dict[str, int] = {}
        for part in found.parts:
            if part.changed.what == what:
                kinds[part.changed.kind] = kinds.get(part.changed.kind, 0) + 1
        for kind, count in sorted(kinds.items()):
            yield f"{count} {kind} {what}" if what != "examples only" else f"{count} {kind} with other examples only"


def _whose(found: Difference) -> Iterator[str]:
    yield "Whose plan changes"
    moved = {name: changes for name, changes in found.stories.items() if changes}
    if found.stories:
        yield f"  {len(moved)} of {len(found.stories)} example patients."
    for name, changes in moved.items():
        yield f"  {name}"
        yield from _moved(changes)
    if found.cohort is not None:
        yield from _cohort(found.cohort)
    yield ""


def _cohort(cohort: Cohort) -> Iterator[str]:
    share = 1000 * cohort.changed // cohort.drawn
    yield f"  {cohort.changed} of {cohort.drawn} drawn patients (seed {cohort.seed}), {share // 10}.{share % 10} %:"
    for key, count in cohort.by_kind.items():
        yield f"    {count:5}  {key}"
    for key, count in list(cohort.by_line.items())[:_FEW]:
        yield f"           {count:5}  {key}"


def _part(part: Part) -> Iterator[str]:
    changed = part.changed
    yield from _wrapped(f"{changed.what}: {changed.name} ({changed.kind}) {changed.title}", "  ", "    ")
    yield from (line for edit in changed.edits for line in _edit(edit, "    "))
    if changed.what == "changed" or len(changed.effects) <= _FEW:
        start = "    row " if changed.kind == "drug" else "    does to "
        yield from (line for edit in changed.effects[:_FEW] for line in _edit(edit, start))
    if len(changed.effects) > _FEW:
        left = len(changed.effects) if changed.what != "changed" else len(changed.effects) - _FEW
        yield f"    speaks otherwise of {left} {'more ' if changed.what == 'changed' else ''}options"
    yield from (line for edit in changed.examples for line in _edit(edit, "    example "))
    if part.witness is not None:
        yield from _witness(part.witness, frozenset(part.reads))
    if part.patient is not None:
        yield f"    alone it changes the plan of {part.patient}:"
        yield from _moved(part.plan, "      ")
    if changed.sources and changed.what != "examples only":
        yield from _wrapped(f"because: {', '.join(changed.sources)}", "    ", "      ")


def _edit(edit: Edit, start: str) -> Iterator[str]:
    yield from _wrapped(f"{edit.where}: {edit.before} -> {edit.after}", start, " " * 8)


def _witness(witness: Witness, reading: frozenset[str]) -> Iterator[str]:
    if witness.findings is None:
        yield f"    for whom it matters: {_NOBODY[witness.how]}"
        return
    read = [name for name in witness.findings if name in reading] or list(witness.findings)
    facts = [f"{name} {witness.findings[name]}" for name in read]
    left = len(witness.findings) - len(read)
    more = [f"{left} more facts (--format json)"] if left else []
    turned = f": {witness.before} -> {witness.after}" if witness.before else ""
    words = "; ".join([*facts, *more])
    yield from _wrapped(f"for whom it matters ({_HOW[witness.how]}): {words}{turned}", "    ", "      ")


def _moved(changes: tuple[Moved, ...], start: str = "    ") -> Iterator[str]:
    for change in changes[:_FEW]:
        turned = " -> ".join(str(x) for x in (change.before, change.after) if x is not None)
        yield from _wrapped(f"{change.kind} {change.id} {change.what}: {turned}", start, f"{start}  ")
    if len(changes) > _FEW:
        yield f"{start}and {len(changes) - _FEW} more"


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
    )
