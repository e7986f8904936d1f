"""Reads JSON text strictly, keeping numbers exact and the place of every key and value.

The reader of the standard library keeps no places, lets the second of two equal keys win and accepts NaN.
"""

from __future__ import annotations

import re
from decimal import Decimal
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any, NoReturn

__all__ = ["JsonText", "Refusal"]

Path = tuple[str | int, ...]
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"null": None, "true": True, "false": False}
_NO_NUMBER = re.compile(r"-?Infinity|NaN")
_MEND = "Mend the JSON: quotes around every key and text, commas between parts, brackets closed."


class Refusal(Exception):  # noqa: N818 - it never leaves the readers
    """The text cannot be read further from here."""

    def __init__(self, what: str, remedy: str, line: int = 0, column: int = 0) -> None:
        super().__init__(what)
        self.what, self.remedy, self.line, self.column = what, remedy, line, column


class JsonText:
    """One JSON text; `read` answers its data, `faults` what could be read past."""

    def __init__(self, text: str, max_depth: int, longest_number: int) -> None:
        self.text = text
        self.max_depth = max_depth
        self.longest_number = longest_number
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self.faults: list[tuple[str, str, tuple[int, int]]] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def read(self) -> Any:  # noqa: ANN401 - JSON is any shape
        """The data of the whole text."""
        data, end = self._value(self._skip(0), (), 0)
        end = self._skip(end)
        if end != len(self.text):
            self._stop("more text follows the end of the document", _MEND, end)
        return data

    def _place(self, index: int) -> tuple[int, int]:
        low, high = 0, len(self._lines)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._lines[middle] <= index else (low, middle)
        return low + 1, index - self._lines[low] + 1

    def _stop(self, what: str, remedy: str, index: int) -> NoReturn:
        raise Refusal(what, remedy, *self._place(index))

    def _skip(self, index: int) -> int:
        match = _SPACE.match(self.text, index)
        return match.end() if match else index

    def _value(self, index: int, path: Path, depth: int) -> tuple[Any, int]:
        self.values[path] = self._place(index)
        if depth > self.max_depth:
            self._stop(f"the document is nested more than {self.max_depth} levels deep", "Write it flatter.", index)
        mark = self.text[index : index + 1]
        if mark == "{":
            return self._map(index + 1, path, depth)
        if mark == "[":
            return self._list(index + 1, path, depth)
        if mark == '"':
            return self._string(index)
        return self._plain(index)

    def _string(self, index: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, index + 1, True)  # noqa: FBT003 - the library's own signature
        except JSONDecodeError as error:
            self._stop(f"the text cannot be read as JSON: {error.msg.lower()}", _MEND, error.pos)
        return str(text), int(end)

    def _plain(self, index: int) -> tuple[Any, int]:
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, index):
                return meaning, index + len(word)
        match = _NO_NUMBER.match(self.text, index)
        if match:
            remedy = "Leave the field out, or write null, when the value is unknown."
            self.faults.append((f"{match[0]} is not a number", remedy, self._place(index)))
            return None, match.end()
        match = _NUMBER.match(self.text, index)
        if not match:
            self._stop("the text cannot be read as JSON: a value was expected", _MEND, index)
        if match[2] or len(match[0]) > self.longest_number:
            remedy = "Write digits, with a point before the decimals."
            self.faults.append((f"{match[0][:20]} is not a plain number", remedy, self._place(index)))
            return None, match.end()
        return (Decimal(match[0]) if match[1] else int(match[0])), match.end()

    def _list(self, index: int, path: Path, depth: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        index = self._skip(index)
        if self.text[index : index + 1] == "]":
            return items, index + 1
        while True:
            item, index = self._value(self._skip(index), (*path, len(items)), depth + 1)
            items.append(item)
            index = self._skip(index)
            if self.text[index : index + 1] == "]":
                return items, index + 1
            index = self._comma(index)

    def _map(self, index: int, path: Path, depth: int) -> tuple[dict[str, Any], int]:
        items: dict[str, Any] = {}
        index = self._skip(index)
        if self.text[index : index + 1] == "}":
            return items, index + 1
        while True:
            index = self._skip(index)
            if self.text[index : index + 1] != '"':
                self._stop("the text cannot be read as JSON: a key in quotes was expected", _MEND, index)
            place = self._place(index)
            key, index = self._string(index)
            index = self._skip(index)
            if self.text[index : index + 1] != ":":
                self._stop("the text cannot be read as JSON: a colon was expected", _MEND, index)
            inner = (*path, key)
            if key in items:
                what = f'"{key}" stands twice; first in line {self.keys[inner][0]}'
                self.faults.append((what, "Keep one of the two.", place))
                inner = (*path, f"\0{key}")
            self.keys.setdefault(inner, place)
            value, index = self._value(self._skip(index + 1), inner, depth + 1)
            items.setdefault(key, value)
            index = self._skip(index)
            if self.text[index : index + 1] == "}":
                return items, index + 1
            index = self._comma(index)

    def _comma(self, index: int) -> int:
        if self.text[index : index + 1] != ",":
            self._stop("the text cannot be read as JSON: a comma was expected", _MEND, index)
        return index + 1
