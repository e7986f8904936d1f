"""Reads a ruleset: the only place that opens rule files.

Every fault of every file is collected and raised at once. The result is the same whatever the order of
files, rules and keys, because rules are sorted by id and the digest is taken over canonical content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from protocol.document import Document, load
from protocol.errors import Fault, ProtocolError, RulesetError
from protocol.rules.conversion import Conversion
from protocol.rules.formulary import Drug, Equivalence
from protocol.rules.hazard import SafetyCase
from protocol.rules.locked import locked_documents
from protocol.rules.refused import root_causes, what_is_wrong, what_to_do
from protocol.rules.rule import Rule
from protocol.rules.ruleset import Item, Ruleset
from protocol.rules.second_entry import FOLDER, SecondEntry
from protocol.rules.settings import Settings, Source
from protocol.rules.trials import Trials
from protocol.rules.vocabulary import Vocabulary

__all__ = ["canonical", "digest_of", "from_documents", "load_ruleset", "read_folder"]

_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_DRUG = TypeAdapter(Drug)
_TABLES: dict[str, TypeAdapter[Any]] = {
    "ruleset.yaml": TypeAdapter(Settings),
    "vocabulary.yaml": TypeAdapter(Vocabulary),
    "sources.yaml": TypeAdapter(dict[str, Source]),
    "formulary/opioid-equivalence.yaml": TypeAdapter(Equivalence),
}
_CONVERSION = "formulary/opioid-conversion.yaml"
"""A ruleset may do without this table: then it converts no opioid."""
_CONVERSION_TABLE = TypeAdapter(Conversion)
_TRIALS = "formulary/adequate-trials.yaml"
"""A ruleset may do without this table: then nothing that was tried counts as failed."""
_TRIALS_TABLE = TypeAdapter(Trials)
_HAZARDS = "hazards.yaml"
"""A ruleset that is not for patients may do without its safety case."""
_SAFETY_CASE = TypeAdapter(SafetyCase)
_SECOND_ENTRY: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(field.annotation or dict) for name, field in SecondEntry.model_fields.items()
}
"""What a ruleset says a second time, one file for each part; a small ruleset may do without."""

Path = tuple[str | int, ...]


@dataclass(slots=True)
class _Shelf:
    """The validated content of a ruleset's files, and where each part of it stands."""

    folder: str
    documents: dict[str, Document]
    items: dict[str, Item] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def one(self, name: str, kind: TypeAdapter[Any]) -> Any:  # noqa: ANN401 - as the adapter says
        """The single table that a file holds, or None after a fault."""
        if name not in self.documents:
            self.faults.append(Fault(f"{self.folder}/{name}", "the file is not there", "every ruleset needs it"))
            return None
        content = self._validated(self._item(name, ()), kind)
        self.items[name] = self._item(name, ())
        return content

    def many(self, names: Iterable[str], kind: TypeAdapter[Any], key: str) -> list[Any]:
        """The rules or drugs that files hold, one or a list in each; `key` is the attribute that names one."""
        found = []
        for name in names:
            data = self.documents[name].data
            paths: list[Path] = [(i,) for i in range(len(data))] if isinstance(data, list) else [()]
            for item in (self._item(name, path) for path in paths):
                content = self._validated(item, kind)
                if content is not None:
                    self._shelve(getattr(content, key), item)
                    found.append(content)
        return sorted(found, key=lambda content: str(getattr(content, key)))

    def _shelve(self, name: str, item: Item) -> None:
        if name in self.items:
            what = f"{name} stands here and in {self.items[name].file}"
            self.faults.append(Fault(item.file, what, "an id is used once; rename or remove one", *item.position(())))
        self.items[name] = item

    def _item(self, name: str, path: Path) -> Item:
        return Item(f"{self.folder}/{name}", self.documents[name], path)

    def _validated(self, item: Item, kind: TypeAdapter[Any]) -> Any:  # noqa: ANN401
        try:
            return kind.validate_python(_in_key_order(item.data))
        except ValidationError as error:
            self.faults += [_fault(item, item.data, fault) for fault in root_causes(error.errors())]
            return None


def _in_key_order(data: Any) -> Any:  # noqa: ANN401 - any plain data
    """The same content with the keys of every map by name, so that no reader can come to depend on their order."""
    if isinstance(data, dict):
        return {key: _in_key_order(data[key]) for key in sorted(data, key=str)}
    return [_in_key_order(part) for part in data] if isinstance(data, list) else data


def _fault(item: Item, data: Any, fault: Any) -> Fault:  # noqa: ANN401 - pydantic's own shapes
    steps: list[str | int] = []
    here = data
    for step in fault["loc"]:
        # pydantic names the branch of a union in the path; only steps that exist in the file count.
        if (isinstance(here, dict) and step in here) or (isinstance(here, list) and isinstance(step, int)):
            steps.append(step)
            here = here[step]
    named = ".".join(str(step) for step in fault["loc"] if step in steps or step == fault["loc"][-1])
    return Fault(item.file, what_is_wrong(named, fault), what_to_do(fault), *item.position(tuple(steps)))


def canonical(documents: Mapping[str, Any]) -> str:
    """The content of all files as one text that does not depend on the order of files or keys."""
    return json.dumps(documents, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest_of(documents: Mapping[str, Any]) -> str:
    """The identity of a ruleset: SHA-256 over the content of each table, drug and rule by its id.

    In which file a rule stands, and a site's sign-off, do not belong to the identity.
    """
    content = dict(documents)
    if isinstance(content.get("ruleset.yaml"), dict):
        content["ruleset.yaml"] = {k: v for k, v in content["ruleset.yaml"].items() if k != "sign_off"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def read_folder(folder: FilePath) -> dict[str, Document]:
    """Read every YAML file of a ruleset; all unreadable files are reported at once."""
    if not (folder / "ruleset.yaml").is_file():
        raise RulesetError(
            Fault(
                str(folder),
                "this folder holds no ruleset.yaml",
                "name the folder of a ruleset, such as rulesets/malignant-psoas-syndrome",
            )
        )
    documents: dict[str, Document] = {}
    faults: list[Fault] = []
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        try:
            documents[name] = load(path.read_bytes(), f"{folder.name}/{name}", RulesetError)
        except ProtocolError as error:
            faults += error.faults
    if faults:
        raise RulesetError(*faults)
    return documents


def load_ruleset(folder: FilePath, *, locked: bool = True) -> Ruleset:
    """Load a ruleset, from its lock when that is current and from its files otherwise."""
    documents = (locked_documents(folder) if locked else None) or read_folder(folder)
    return from_documents(folder.name, documents)


def from_documents(folder: str, documents: dict[str, Document]) -> Ruleset:
    """Build a ruleset from documents already read; raises `RulesetError` with every fault."""
    shelf = _Shelf(folder, documents)
    tables = {name: shelf.one(name, kind) for name, kind in _TABLES.items()}
    conversion = shelf.one(_CONVERSION, _CONVERSION_TABLE) if _CONVERSION in documents else None
    trials = shelf.one(_TRIALS, _TRIALS_TABLE) if _TRIALS in documents else None
    safety_case = shelf.one(_HAZARDS, _SAFETY_CASE) if _HAZARDS in documents else None
    again = {
        part: shelf.one(f"{FOLDER}{part}.yaml", kind)
        for part, kind in _SECOND_ENTRY.items()
        if f"{FOLDER}{part}.yaml" in documents
    }
    tables_read = (*_TABLES, _CONVERSION, _TRIALS, _HAZARDS)
    rest = [name for name in documents if name not in tables_read and not name.startswith(FOLDER)]
    drugs = shelf.many([n for n in rest if n.startswith("formulary/")], _DRUG, "drug")
    rules = shelf.many([n for n in rest if not n.startswith("formulary/")], _RULE, "rule")
    if shelf.faults:
        raise RulesetError(*shelf.faults)
    return Ruleset(
        settings=tables["ruleset.yaml"],
        vocabulary=tables["vocabulary.yaml"],
        rules=tuple(rules),
        drugs={drug.drug: drug for drug in drugs},
        factors=tables["formulary/opioid-equivalence.yaml"].factors,
        sources=tables["sources.yaml"],
        items=shelf.items,
        digest=digest_of({name: item.data for name, item in shelf.items.items()}),
        conversion=conversion,
        trials=trials,
        safety_case=safety_case,
        second_entry=SecondEntry.model_construct(**again) if again else None,
    )
