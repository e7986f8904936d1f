"""Opens one entry: a bare value, or a value with its time and source, or a list of alternatives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from protocol.assessment.complaint import Complaint, did_you_mean, shown
from protocol.assessment.moments import read_moment
from protocol.terms import LISTS

__all__ = ["Entry", "open_entry"]

_KEYS = ("value", "one_of", "at", "source")
_SOURCES = tuple(LISTS["source"].words)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry taken apart. `alternatives` is the content of `one_of`, None where there is none."""

    value: Any
    alternatives: list[Any] | None
    at: datetime | None
    source: str
    text: str

    @property
    def unknown(self) -> bool:
        return self.alternatives is None and (self.value is None or self.value == "unknown")


def open_entry(raw: Any, now: datetime | None) -> tuple[Entry, list[Complaint]]:  # noqa: ANN401 - whatever was entered
    """The parts of an entry, and what is wrong with those around the value."""
    if not isinstance(raw, dict):
        return Entry(raw, None, None, "", _text(raw)), []
    complaints = [
        Complaint(
            f"is not part of an entry; an entry has {', '.join(_KEYS)}.",
            did_you_mean(key, _KEYS),
            below=(key,),
        )
        for key in raw
        if key not in _KEYS
    ]
    at = raw.get("at")
    if at is not None and at != "unknown":
        at = read_moment(at, now)
        if isinstance(at, Complaint):
            complaints.append(Complaint(at.what, at.remedy, at.write, ("at",)))
    source = raw.get("source")
    if source is not None and source not in _SOURCES:
        remedy = did_you_mean(source if isinstance(source, str) else "", _SOURCES)
        complaints.append(Complaint(f"is {shown(source)}, which is not a source.", remedy, below=("source",)))
    value, alternatives = raw.get("value"), raw.get("one_of")
    if alternatives is not None and (not isinstance(alternatives, list) or not alternatives):
        what = f"is {shown(alternatives)}, but a list of alternatives belongs here."
        complaints.append(Complaint(what, "Write, for example:", "[left, bilateral]", ("one_of",)))
        alternatives = None
    if value is not None and alternatives is not None:
        complaints.append(Complaint("gives both a value and alternatives.", "Keep value, or keep one_of."))
    return Entry(
        value,
        alternatives,
        at if isinstance(at, datetime) else None,
        source if isinstance(source, str) and source in _SOURCES else "",
        _text(alternatives if alternatives is not None else value),
    ), complaints


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, list):
        return " | ".join(sorted(_text(item) for item in value))
    return "" if value is None else shown(value).strip('"') if not isinstance(value, str) else value.strip()
