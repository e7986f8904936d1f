"""A ruleset as read: every file validated by itself, names not yet resolved.

Resolving names needs the assessment's fields and the list of calculations, which stand on a higher floor:
`protocol.inference.program` does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from protocol.document import Document
from protocol.rules.conversion import Conversion
from protocol.rules.formulary import Drug, Factor, Regimen
from protocol.rules.hazard import SafetyCase
from protocol.rules.parse import Place
from protocol.rules.rule import Head, Rule
from protocol.rules.second_entry import SecondEntry
from protocol.rules.settings import Settings, Source
from protocol.rules.trials import Trials
from protocol.rules.vocabulary import Vocabulary

__all__ = ["Item", "Ruleset"]

Kind = TypeVar("Kind", bound=Head)


@dataclass(frozen=True, slots=True)
class Item:
    """Where one rule, drug or table stands, and how to find the place of any part of it."""

    file: str
    document: Document
    path: tuple[str | int, ...]

    @property
    def data(self) -> Any:  # noqa: ANN401 - as the file has it
        """The part as the file has it."""
        here = self.document.data
        for step in self.path:
            here = here[step]
        return here

    def position(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        return self.document.position((*self.path, *path))

    @property
    def place(self) -> Place:
        return Place(self.file, *self.position(()))


@dataclass(frozen=True)
class Ruleset:
    """Everything the engine knows of medicine, as data. `items` tells where each part stands, by its id."""

    settings: Settings
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    drugs: Mapping[str, Drug]
    factors: tuple[Factor, ...]
    sources: Mapping[str, Source]
    items: Mapping[str, Item]
    digest: str
    conversion: Conversion | None = None
    trials: Trials | None = None
    safety_case: SafetyCase | None = None
    second_entry: SecondEntry | None = None

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """The rules of one class, in the order of their ids; retired ones are left out."""
        if kind not in self._sorted_out:
            self._sorted_out[kind] = tuple(r for r in self.rules if isinstance(r, kind) and not r.retired)
        return self._sorted_out[kind]

    @cached_property
    def _sorted_out(self) -> dict[type[Head], tuple[Any, ...]]:
        return {}

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        return {rule.rule: rule for rule in self.rules}

    @cached_property
    def drug_names(self) -> dict[str, str]:
        """Drug id by every name it is known under."""
        names = {name: d.drug for d in self.drugs.values() for name in d.also}
        return names | {drug: drug for drug in self.drugs}

    def regimen(self, drug: str, regimen: str) -> Regimen:
        return next(r for r in self.drugs[drug].regimens if r.regimen == regimen)
