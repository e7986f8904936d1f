"""Reads points in time: ISO 8601 with an offset, kept in UTC, never later than the assessment."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from protocol.assessment.complaint import Complaint, shown

__all__ = ["read_moment", "written"]

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_NO_OFFSET = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?")
_OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
_EXAMPLE = "2026-03-14T09:00:00+00:00"


def read_moment(raw: Any, now: datetime | None) -> datetime | Complaint:  # noqa: ANN401 - whatever was entered
    """The time in UTC, or why it is none. `now` is the time of the assessment; None leaves that check out."""
    if isinstance(raw, datetime):
        raw = raw.isoformat()
    if not isinstance(raw, str) or not _ISO.fullmatch(raw.strip()):
        return _refused(raw)
    try:
        moment = datetime.fromisoformat(raw.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return Complaint(f"is {shown(raw)}, which is not in the calendar.", "Write it like this:", _EXAMPLE)
    if moment < _OLDEST:
        return Complaint(f"is {shown(raw)}, before 1900.", "Check the year.")
    if now is not None and moment > now:
        what = f"is {shown(raw)}, later than the assessment itself ({written(now)})."
        return Complaint(what, "Correct this time, or assessed_at.")
    return moment


def _refused(raw: Any) -> Complaint:  # noqa: ANN401
    match = _NO_OFFSET.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match:
        clock = match[2] or "T00:00:00"
        what = f"is {shown(raw)}, a time without its offset from UTC."
        return Complaint(
            what, "Write the time and the offset, for example:", f"{match[1]}{clock.replace(' ', 'T')}+00:00"
        )
    return Complaint(f"is {shown(raw)}, but a point in time belongs here.", "Write it like this:", _EXAMPLE)


def written(moment: datetime) -> str:
    """A time in canonical form: UTC, ISO 8601."""
    return moment.astimezone(UTC).isoformat()
