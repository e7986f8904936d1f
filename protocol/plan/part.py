"""What every part of a plan is made of: frozen, closed to unknown keys, and with one canonical form.

The canonical form is RFC 8785. It is what the id of a plan is the digest of.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from json.encoder import encode_basestring
from types import NoneType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

__all__ = ["Part", "Shared", "canonical", "canonical_json"]


class Part(BaseModel):
    """A part of the plan; frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def made(cls, **fields: Any) -> Self:  # noqa: ANN401 - as the fields are declared
        """A part of the engine's own words, all fields given in order; not validated, for speed.

        A plan holds thousands of them. A test validates whole plans.
        """
        part = cls.__new__(cls)
        place = object.__setattr__
        place(part, "__dict__", fields)
        place(part, "__pydantic_fields_set__", set(fields))
        place(part, "__pydantic_extra__", None)
        place(part, "__pydantic_private__", None)
        return part


class Shared(Part):
    """A part that stands in many places, and on many plans: its canonical form is written down once."""

    # A slot and no field: it is neither compared nor shown, and a copy that says something else starts without.
    __slots__ = ("_written",)

    @classmethod
    def made(cls, **fields: Any) -> Self:  # noqa: ANN401 - as the fields are declared
        """A part of the engine's own words, as `Part.made`."""
        part = super().made(**fields)
        object.__setattr__(part, "_written", None)
        return part


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=vars)


def canonical_json(content: Any) -> str:  # noqa: ANN401 - any JSON document
    """RFC 8785 for documents with ASCII keys and without floats, which is all that a plan holds."""
    return _CANONICAL.encode(content)


def canonical(value: Any) -> str:  # noqa: ANN401 - any part of a plan
    """What `canonical_json` says of a part of a plan, sooner."""
    kind: type = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: type) -> Callable[[Any], str]:
    """How values of one type are written; of models, `isinstance` is too slow to ask of every value."""
    plainly = _PLAINLY.get(kind)
    if plainly is not None:
        return plainly
    if issubclass(kind, Shared):
        return _written_once
    return _fields if issubclass(kind, Part) else _CANONICAL.encode


def _null(_: None) -> str:
    return "null"


def _items(items: tuple[Any, ...]) -> str:
    return "[" + ",".join(map(canonical, items)) + "]"


def _written_once(part: Shared) -> str:
    text: str | None = getattr(part, "_written", None)
    if text is None:
        text = _fields(part)
        object.__setattr__(part, "_written", text)
    return text


def _fields(part: Part) -> str:
    held = vars(part)
    return "{" + ",".join([f'"{name}":{canonical(held[name])}' for name in _in_order(type(part)) if name in held]) + "}"


_PLAINLY: dict[type, Callable[[Any], str]] = {str: encode_basestring, int: str, NoneType: _null, tuple: _items}


@cache
def _in_order(kind: type[Part]) -> tuple[str, ...]:
    return tuple(sorted(kind.model_fields))
