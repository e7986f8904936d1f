"""Copies a document into plain data before any field is read, and refuses what no field can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from protocol.assessment.complaint import Complaint, shown
from protocol.document import MAX_DEPTH

__all__ = ["plain_copy"]

_MAX_PARTS = 50_000
Path = tuple[str | int, ...]


def plain_copy(document: Any, found: list[tuple[Path, Complaint]]) -> Any:  # noqa: ANN401 - whatever was handed over
    """The document as dicts, lists and scalars; what is refused is added to `found` and left out."""
    return _Copier(found).copy(document, ())


class _Copier:
    def __init__(self, found: list[tuple[Path, Complaint]]) -> None:
        self.found = found
        self.parts = 0

    def copy(self, value: Any, path: Path) -> Any:  # noqa: ANN401
        self.parts += 1
        if len(path) > MAX_DEPTH or self.parts > _MAX_PARTS:
            # Said once: a document that is too large has the same fault in each of its parts.
            if all(complaint.what != _TOO_LARGE.what for _, complaint in self.found):
                self.found.append((path[:1], _TOO_LARGE))
            return None
        match value:
            case None | bool() | int() | datetime():
                return value
            case str():
                return self._text(value, path)
            case Decimal() if value.is_finite():
                return value
            case float() | Decimal():
                return self._not_exact(value, path)
            case Mapping():
                return {key: self.copy(item, (*path, key)) for key, item in self._items(value, path)}
            case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
                return [self.copy(item, (*path, index)) for index, item in enumerate(value)]
        self.found.append(
            (
                path,
                Complaint(f"is a Python {type(value).__name__}.", "Hand over text, numbers, lists and maps."),
            )
        )
        return None

    def _items(self, value: Mapping[Any, Any], path: Path) -> list[tuple[str, Any]]:
        items = []
        for key, item in value.items():
            if isinstance(key, str) and key.isprintable() and key:
                items.append((key, item))
            else:
                self.found.append((path, Complaint(f"has the key {shown(key)}.", "A key is a word.")))
        return items

    def _text(self, value: str, path: Path) -> str | None:
        try:
            value.encode()
        except UnicodeEncodeError:
            self.found.append((path, Complaint("holds half of a character.", "Write the text again.")))
            return None
        return value

    def _not_exact(self, value: float | Decimal, path: Path) -> None:
        if isinstance(value, Decimal) or not isfinite(value):
            self.found.append((path, Complaint("is not a number.", "Leave it out when it is unknown.")))
        else:
            remedy = "Write it as text, or read the document with exact decimals:"
            self.found.append(
                (
                    path,
                    Complaint(f"is {value} as a binary fraction, which is not exact.", remedy, f'"{value}"'),
                )
            )


_TOO_LARGE = Complaint(
    f"is nested more than {MAX_DEPTH} levels deep or holds too many parts.",
    "Send one patient, and write it flatter.",
)
