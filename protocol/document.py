"""Reads one YAML 1.2 or JSON document so that nothing in it can mean something else than it says.

Numbers stay exact (`int` or `Decimal`, never a binary fraction), `no` and `1:30` stay text. What YAML adds to
plain data (anchors, aliases, tags, merge keys, several documents) is refused, as are double keys. Each key
and value keeps its line and column, so that whoever judges the content later can point at the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from protocol.errors import AssessmentError, Fault, ProtocolError
from protocol.json_text import JsonText, Refusal

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "Path", "load"]

MAX_BYTES = 1_000_000
"""Bytes of the largest document that is read; a real one has a few thousand. Engine choice."""

MAX_DEPTH = 30
"""Levels of nesting; a real document has at most ten. Engine choice."""

_MAX_NODES = 50_000
_LONGEST_NUMBER = 40
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_NOT_PLAIN = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.|[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """Plain data, and where each part of it stands in the text (line and column, counted from 1)."""

    name: str
    data: Any
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict, repr=False)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict, repr=False)

    def position(self, path: Path, *, of_key: bool = False) -> tuple[int, int]:
        """Where the value (or the key) at `path` stands; for a missing part, where its parent does."""
        places = self.keys if of_key else self.values
        while path not in places and path:
            places, path = self.values, path[:-1]
        return places.get(path, (1, 1))


def load(source: bytes, name: str, refuse: type[ProtocolError] = AssessmentError) -> Document:
    """Read a document from its bytes.

    A name that ends in `.json`, or a text that begins like JSON under any name but `.yaml`, is read as JSON.

    Raises:  `refuse`, with every fault that can be found and its line and column.
    """
    try:
        text = _decoded(source)
        yaml_named = name.endswith((".yaml", ".yml"))
        if name.endswith(".json") or (not yaml_named and text.lstrip()[:1] in ("{", "[")):
            document, faults = _read_json(text, name)
        else:
            document, faults = _read_yaml(text, name)
    except Refusal as why:
        raise refuse(Fault(name, why.what, why.remedy, why.line, why.column)) from None
    if faults:
        raise refuse(*faults)
    return document


def _decoded(source: bytes) -> str:
    if len(source) > MAX_BYTES:
        message = f"the document has {len(source):,} bytes; at most {MAX_BYTES:,} are read"
        raise Refusal(message, "Send one patient or one rule in a document.")
    try:
        # Some editors begin a file with a byte-order mark; it says nothing, so it is dropped.
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        raise Refusal("the document is not UTF-8 text", "Save it as UTF-8.", line, 1) from None


def _read_json(text: str, name: str) -> tuple[Document, list[Fault]]:
    reader = JsonText(text, MAX_DEPTH, _LONGEST_NUMBER)
    data = reader.read()
    faults = [Fault(name, what, remedy, *place) for what, remedy, place in reader.faults]
    return Document(name, data, reader.keys, reader.values), faults


def _read_yaml(text: str, name: str) -> tuple[Document, list[Fault]]:
    reader = _Builder(name)
    yaml = YAML(typ="safe", pure=True)
    try:
        for event in yaml.parse(text):
            reader.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise Refusal(_grammar(error), _grammar_remedy(error), *place) from None
    except (YAMLError, ValueError, RecursionError) as error:
        what = f"the text cannot be read as YAML: {str(error).splitlines()[0]}"
        raise Refusal(what, "Take the character out, or put the text in quotes.") from None
    if not reader.roots:
        raise Refusal("the document is empty", "Write at least the required fields.", 1, 1)
    return Document(name, reader.roots[0], reader.keys, reader.values), reader.faults


def _grammar(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "the text is not YAML").strip().splitlines()[0]
    return f"the text cannot be read as YAML: {problem}"


def _grammar_remedy(error: MarkedYAMLError) -> str:
    if "chomping or indentation" in str(error.problem) or "block scalar" in str(error.context):
        return 'Put text that begins with > in quotes: ">= 40 kg".'
    return "Mend the line: spaces for indentation, a space after each colon, brackets and quotes closed."


class _Builder:
    """Builds plain data from YAML events, because events still show the anchors and tags that are refused."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.roots: list[Any] = []
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self._open: list[tuple[Any, Path]] = []
        self._key: list[str | None] = []
        self._nodes = 0
        self._documents = 0

    def fault(self, what: str, remedy: str, place: tuple[int, int]) -> None:
        self.faults.append(Fault(self.name, what, remedy, *place))

    def take(self, event: Any) -> None:  # noqa: ANN401 - ruamel's events share no useful base
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise Refusal("a second document begins here", "Keep one document in a file.", *place)
                if event.version or event.tags:
                    self.fault("the text begins with a % directive", "Take the line out.", place)
            case AliasEvent():
                self.fault(f"*{event.anchor} repeats another part", "Write the part out again.", place)
                self._add(None, place, plain=False)
            case ScalarEvent():
                self._refuse_marks(event, place)
                self._add(self._scalar(event, place), place, plain=event.style is None)
            case MappingStartEvent() | SequenceStartEvent():
                self._refuse_marks(event, place)
                self._begin({} if isinstance(event, MappingStartEvent) else [], place)
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
                self._key.pop()
            case DocumentEndEvent():
                pass

    def _refuse_marks(self, event: Any, place: tuple[int, int]) -> None:  # noqa: ANN401
        if event.anchor:
            self.fault(f"&{event.anchor} names a part to be repeated", "Write the part out each time.", place)
        if event.tag:
            self.fault(f"{event.tag} is a tag", "Take the tag out; plain words and numbers suffice.", place)

    def _begin(self, container: Any, place: tuple[int, int]) -> None:  # noqa: ANN401
        path = self._add(container, place, plain=False)
        if len(self._open) >= MAX_DEPTH:
            message = f"the document is nested more than {MAX_DEPTH} levels deep"
            raise Refusal(message, "Write it flatter.", *place)
        self._open.append((container, path))
        self._key.append(None)

    def _add(self, value: Any, place: tuple[int, int], *, plain: bool) -> Path:  # noqa: ANN401
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            message = f"the document has more than {_MAX_NODES:,} parts"
            raise Refusal(message, "Send one patient or one rule in a document.", *place)
        if not self._open:
            self.roots.append(value)
            self.values[()] = place
            return ()
        container, parent = self._open[-1]
        if isinstance(container, list):
            path: Path = (*parent, len(container))
            container.append(value)
            self.values[path] = place
            return path
        key = self._key[-1]
        if key is None:
            self._key[-1] = self._name(value, container, (*parent,), place, plain=plain)
            return parent
        path = (*parent, key)
        self._key[-1] = None
        if key not in container:
            container[key] = value
            self.values[path] = place
        return path

    def _name(self, value: object, taken: dict[str, Any], parent: Path, place: tuple[int, int], *, plain: bool) -> str:
        if value == "<<" and plain:
            self.fault("<< merges another part", "Write the keys out.", place)
        if isinstance(value, dict | list) or value is None:
            self.fault("a key must be a word", "Write a word before the colon.", place)
            return f"\0{place}"
        # A number as a key is read as the text it was written with: there are no numbered fields.
        name = str(value).lower() if isinstance(value, bool) else str(value)
        if name in taken:
            first = self.keys[(*parent, name)][0]
            self.fault(f'"{name}" stands twice; first in line {first}', "Keep one of the two.", place)
        self.keys.setdefault((*parent, name), place)
        return name

    def _scalar(self, event: ScalarEvent, place: tuple[int, int]) -> Any:  # noqa: ANN401
        text: str = event.value
        if event.style is not None:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in "+-.0123456789":
            return text
        if _NO_NUMBER.fullmatch(text) or _NOT_PLAIN.fullmatch(text):
            self.fault(f"{text} is not a plain number", "Write digits, with a point before the decimals.", place)
            return None
        whole = _INTEGER.fullmatch(text)
        if not whole and not _FRACTION.fullmatch(text):
            return text
        if len(text) > _LONGEST_NUMBER:
            self.fault("the number has too many digits", "Write it shorter.", place)
            return None
        return int(text) if whole else Decimal(text)
