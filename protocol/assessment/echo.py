"""Writes down again what was entered, in one form that does not depend on spelling, order or spacing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from protocol.assessment.datum import Datum
from protocol.assessment.moments import written
from protocol.possible import Numbers, Words
from protocol.quantity import plain

__all__ = ["echo_of"]


def echo_of(part: Any) -> Any:  # noqa: ANN401 - any part of an assessment
    """Plain data, without what is unknown and without numbers that are not whole."""
    match part:
        case BaseModel():
            pairs = (
                (info.alias or name, echo_of(getattr(part, name))) for name, info in type(part).model_fields.items()
            )
            return {key: value for key, value in pairs if value is not None and value != {}}
        case Datum():
            return _entry(part)
        case datetime():
            return written(part)
        case Numbers():
            unit = "" if part.unit == "1" else f" {part.unit}"
            ends = dict.fromkeys((plain(part.low), plain(part.high)))
            return "..".join(ends) + unit
        case tuple() if all(isinstance(item, BaseModel) for item in part):
            return sorted((echo_of(item) for item in part), key=lambda item: json.dumps(item, sort_keys=True))
        case tuple():
            return list(part)
    return part


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
