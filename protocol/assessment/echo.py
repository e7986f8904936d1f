"""Writes down again what was entered, in one form that does not depend on spelling, order or spacing."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel

from protocol.assessment.datum import Datum
from protocol.assessment.moments import written
from protocol.possible import Numbers, Words
from protocol.quantity import plain

__all__ = ["echo_of"]


def echo_of(part: Any) -> Any:  # noqa: ANN401 - any part of an assessment
    """Plain data, without what is unknown and without numbers that are not whole."""
    kind: type = type(part)
    keys = _keys(kind)
    if keys:
        held = vars(part)
        pairs = ((key, echo_of(held[name])) for name, key in keys if held[name] is not None)
        return {key: value for key, value in pairs if value is not None and value != {}}
    match part:
        case Datum():
            return _entry(part)
        case datetime():
            return written(part)
        case Numbers():
            unit = "" if part.unit == "1" else f" {part.unit}"
            ends = dict.fromkeys((plain(part.low), plain(part.high)))
            return "..".join(ends) + unit
        case tuple() if all(map(_is_record, part)):
            return sorted((echo_of(item) for item in part), key=lambda item: json.dumps(item, sort_keys=True))
        case tuple():
            return list(part)
    return part


@cache
def _keys(kind: type) -> tuple[tuple[str, str], ...]:
    """The fields of a group or record by the keys they are entered under; none for any other value.

    A class is asked once: of models, `isinstance` is slow to answer no, and an assessment has hundreds of fields.
    """
    if not issubclass(kind, BaseModel):
        return ()
    return tuple((name, info.alias or name) for name, info in kind.model_fields.items())


def _is_record(item: object) -> bool:
    kind: type = type(item)
    return bool(_keys(kind))


def _entry(datum: Datum) -> dict[str, Any]:
    around: dict[str, Any] = {"at": written(datum.at)} if datum.at else {}
    if datum.source:
        around["source"] = datum.source
    value = datum.possible
    if isinstance(value, Numbers):
        return {"value": datum.entered} | around
    if isinstance(value, Words):
        words = sorted(value.options)
        return ({"value": words[0]} if value.known else {"one_of": words}) | around
    # An empty list that excludes everything was written as [none].
    return {"value": sorted(value.listed) or ([] if value.possible else ["none"])} | around
