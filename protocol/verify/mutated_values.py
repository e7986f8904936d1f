"""Wrong edits of what rules, drugs and tables say: numbers, names, degrees, scopes, entries left out.

Prose is left alone: a sentence is read by people, and no machine can tell a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from protocol.inference.program import Program
from protocol.verify.mutant import Mutant, Path, dropped, replaced, shifted, stand_in
from protocol.verify.mutated_conditions import Conditions, other_unit

__all__ = ["Values"]

_PROSE = frozenset(
    {
        *("say", "title", "note", "because", "at", "do", "monitor", "to", "stop_if", "taper", "timing", "titration"),
        *("also", "codes", "refuse", "products", "cite", "source", "published", "evidence_note", "revision"),
        *("kidney_say", "kidney_unknown", "patch_say", "removal_say", "shortfall_say", "taper_say", "below_caps"),
    }
)
_CONDITION = re.compile(r"(^|_)when$")
_AMOUNT = re.compile(r"(>=|>)? ?(\d+(?:\.\d+)?)( \S.*)?")
_FRACTION = re.compile(r"(\d+)/(\d+)")
_LISTS = frozenset(
    {
        *("withhold", "exclude", "points", "rows", "never", "mechanisms", "tags", "classes", "except", "strengths"),
        *("bands", "start_caps", "gates", "caps", "levels", "intervals", "paces", "organs", "switch", "low"),
        *("rounding", "starting", "starts", "reviews", "drugs", "weak"),
    }
)
"""Lists of which one member may be forgotten."""

_NEXT: dict[str, tuple[str, ...]] = {
    "scope": ("both", "start", "continue"),
    "urgency": ("E0", "E1", "E2", "E3"),
    "step": ("S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"),
    "open": ("S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"),
    "action": ("continue", "hold-next", "reduce", "convert", "taper", "stop", "maintain"),
    "otherwise": ("later", "alternative"),
    "counts_current": ("yes", "no"),
    "if_taken": ("review", "offer"),
    "omit_next": ("yes", "no"),
    "counts_as": ("opioid", "adjuvant"),
    "still_taken": ("failed", "may-have-failed"),
}
"""Closed lists of words: each word is swapped for the next."""

_SOMEBODY = {"to": "specialist palliative care", "within": "24 h"}


@dataclass(frozen=True, slots=True)
class Values:
    """Every wrong edit of one item below some paths."""

    item: str
    program: Program

    def of(self, node: Any, path: Path) -> Iterator[Mutant]:  # noqa: ANN401 - plain data
        """Mutants of a part and of all parts in it."""
        if isinstance(node, dict):
            if "degree" in node:
                yield from self._degree(node, path)
            for key, value in node.items():
                yield from self._part(str(key), value, (*path, key))
        elif isinstance(node, list):
            for i, part in enumerate(node):
                yield from self.of(part, (*path, i))

    def _part(self, key: str, value: Any, path: Path) -> Iterator[Mutant]:  # noqa: ANN401
        # The products of a regimen are prose, the table of products is not.
        if key in _PROSE and not (key == "products" and isinstance(value, dict)):
            return
        if _CONDITION.search(key) and key != "failed_when":
            yield from Conditions(self.item, self.program.domains.of).of(value, path)
            return
        if value in _NEXT.get(key, ()):
            words = _NEXT[key]
            yield replaced(self.item, f"{key} changed", path, value, words[(words.index(value) + 1) % len(words)])
        elif (names := self._names(key)) is not None:
            yield from self._named(key, value, names, path)
        elif isinstance(value, dict | list):
            yield from self.of(value, path)
        else:
            yield from self._number(value, path)
        if key in _LISTS and isinstance(value, list) and (len(value) > 1 or key == "withhold"):
            yield from (dropped(self.item, f"one of {key} dropped", (*path, i), part) for i, part in enumerate(value))

    def _degree(self, entry: dict[str, Any], path: Path) -> Iterator[Mutant]:
        """The next weaker degree: absolute to senior, approval to nothing, senior to an approval."""
        degree, others = entry["degree"], {k: v for k, v in entry.items() if k not in ("approval", "refer")}
        if "scope" not in entry:
            other = "approval" if degree == "absolute" else "absolute"
            yield replaced(self.item, "degree changed", (*path, "degree"), degree, other)
            return
        weaker = others | {"degree": "senior", "refer": _SOMEBODY}
        if degree == "senior":
            weaker = others | {"degree": "approval", "approval": "anybody"}
        yield replaced(self.item, "degree weakened", path, entry, weaker)
        if entry.get("if_unknown", "withhold") == "withhold":
            yield replaced(self.item, "unknown allowed", path, entry, entry | {"if_unknown": "allow"})

    def _names(self, key: str) -> list[str] | None:
        ruleset = self.program.ruleset
        match key:
            case "drug" | "drugs" | "weak":
                return sorted(ruleset.drugs)
            case "class" | "classes":
                return sorted(ruleset.vocabulary.classes)
            case "procedure" | "tags":
                return sorted(ruleset.vocabulary.tags)
            case "mechanisms":
                return sorted(ruleset.vocabulary.mechanisms)
            case "option" | "except" | "options":
                return [c.id for c in self.program.candidates]
            case "arm":
                return sorted(arm.arm for arm in ruleset.settings.arms)
            case "flag":
                return sorted(ruleset.vocabulary.flags)
            case _:
                return None

    def _named(self, key: str, value: Any, names: list[str], path: Path) -> Iterator[Mutant]:  # noqa: ANN401
        if isinstance(value, list):
            for i, name in enumerate(value):
                other = stand_in(str(name), names, frozenset(map(str, value)))
                if other is not None:
                    yield replaced(self.item, f"one of {key} swapped", (*path, i), name, other)
            return
        other = stand_in(str(value), names)
        if other is not None:
            yield replaced(self.item, f"{key} swapped", path, value, other)

    def _number(self, value: Any, path: Path) -> Iterator[Mutant]:  # noqa: ANN401
        if isinstance(value, int) and not isinstance(value, bool):
            yield from (replaced(self.item, "number shifted", path, value, value + by) for by in (1, -1))
            return
        text = str(value)
        if fraction := _FRACTION.fullmatch(text):
            over, under = fraction.groups()
            yield replaced(self.item, "number shifted", path, value, f"{over}/{int(under) + 1}")
            return
        found = _AMOUNT.fullmatch(text)
        if found is None:
            return
        sign, number, unit = found[1] or "", found[2], found[3] or ""
        for other in shifted(number):
            yield replaced(self.item, "number shifted", path, value, f"{sign}{other}{unit}")
        if sign:
            flipped = ">" if sign == ">=" else ">="
            yield replaced(self.item, "edge flipped", path, value, f"{flipped}{number}")
        elif unit and (another := other_unit(unit.strip())):
            yield replaced(self.item, "unit changed", path, value, f"{number} {another}")
