"""Sentences about entries that are possible but unusual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from protocol.assessment.datum import Datum
from protocol.assessment.field import FieldSpec
from protocol.possible import Numbers
from protocol.quantity import plain

__all__ = ["note_lists", "note_value"]

_CLOSED = (
    ("medicines.current", "medicines.reconciled_at"),
    ("allergies.list", "allergies.checked"),
    ("history.conditions", "history.problem_list_checked"),
)


def note_value(spec: FieldSpec, datum: Datum) -> str:
    """Why a number deserves a second look, or nothing."""
    value = datum.possible
    if spec.scale is None or spec.scale.usual is None or not isinstance(value, Numbers):
        return ""
    low, high = spec.scale.usual
    if value.high >= low and value.low <= high:
        return ""
    usual = f"{plain(low)} to {plain(high)}" + ("" if spec.unit == "1" else f" {spec.unit}")
    return f"{spec.path} is {datum.entered}, beyond the usual {usual}. Check the entry."


def note_lists(datum: Callable[[str], Datum | None], moment: Callable[[str], datetime | None]) -> list[tuple[str, str]]:
    """Lists said to be checked but left out: they stay unknown until they are written down, even if empty."""
    notes = []
    for path, closing in _CLOSED:
        if datum(path) is None and (datum(closing) is not None or moment(closing) is not None):
            key = path.rpartition(".")[2]
            notes.append(
                (
                    path,
                    f"{closing} is given, but {path} is not. Write {key}: [] when there is nothing to list.",
                )
            )
    return notes
