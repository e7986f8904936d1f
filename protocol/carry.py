"""What an earlier assessment tells a later one: dated results, the first pain, what is no longer taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from protocol.assessment import FIELDS, Assessment, ClosedFlag, Datum, Medicine
from protocol.assessment.echo import echo_of
from protocol.assessment.moments import written
from protocol.possible import Numbers

__all__ = ["carried_over"]

_SOURCE = "episode"
_QUARTER = timedelta(days=90)
"""How far back the best creatinine is looked for."""

_LABORATORY = "laboratory.at"
_SCANS = {
    moment: tuple(spec.path for spec in FIELDS.values() if spec.dated_by == moment)
    for moment in sorted({spec.dated_by for spec in FIELDS.values() if spec.dated_by} - {_LABORATORY})
}
"""Fields that one examination answers, by the field that holds its time: a scan, an ECG."""
_RESULTS = tuple(spec.path for spec in FIELDS.values() if spec.dated_by == _LABORATORY)
_RATIO, _METHOD = "spine.mri_high_intensity_ratio", "spine.mri_ratio_method"


def carried_over(current: Assessment, earlier: Sequence[Assessment], closures: Sequence[ClosedFlag]) -> Assessment:
    """The current assessment, its unknown fields filled from earlier ones (oldest first) where allowed."""
    content = current.echo()
    before = [a for a in earlier if a.assessed_at < current.assessed_at]
    if before:
        fills = dict(_all_fills(current, before))
        for path, entry in fills.items():
            _put(content, path, entry)
    stopped = list(_no_longer_taken(current, before))
    if stopped:
        _put(content, "medicines.previous", [*content.get("medicines", {}).get("previous", []), *stopped])
    closed = [echo_of(c) for c in closures if c.at <= current.assessed_at]
    own = content.get("status", {}).get("closed_flags", [])
    if closed:
        _put(content, "status.closed_flags", [*own, *(c for c in closed if c not in own)])
    return Assessment.read(content)


def _put(content: dict[str, Any], path: str, entry: Any) -> None:  # noqa: ANN401 - any entry
    *groups, name = path.split(".")
    for group in groups:
        content = content.setdefault(group, {})
    content[name] = entry


def _all_fills(current: Assessment, before: Sequence[Assessment]) -> Iterator[tuple[str, Any]]:
    yield from _first_pain(current, before)
    yield from _results(current, before)
    yield from _previous_results(current, before)
    for moment, fields in _SCANS.items():
        yield from _examination(moment, fields, current, before)
    yield from _previous_ratio(current, before)


def _entry(datum: Datum, at: datetime) -> dict[str, Any]:
    entry: dict[str, Any] = echo_of(datum)
    return entry | {"at": written(at), "source": _SOURCE}


def _first_pain(current: Assessment, before: Sequence[Assessment]) -> Iterator[tuple[str, Any]]:
    """The average pain when the episode began: as stated then, else the first average that was scored."""
    path = "pain.baseline_average"
    if current.datum(path) is not None:
        return
    for source in (path, "pain.nrs.average"):
        for assessment in before:
            datum = assessment.datum(source)
            if datum is not None:
                yield path, _entry(datum, datum.at or assessment.assessed_at)
                return


def _dated(path: str, assessments: Sequence[Assessment]) -> list[tuple[datetime, Datum]]:
    """Every result of a field that carries its date, oldest first."""
    found = [(datum.at, datum) for a in assessments if (datum := a.datum(path)) is not None and datum.at]
    return sorted(found, key=lambda pair: pair[0])


def _results(current: Assessment, before: Sequence[Assessment]) -> Iterator[tuple[str, Any]]:
    """The latest earlier result of each test that this assessment does not give."""
    for path in _RESULTS:
        found = _dated(path, before)
        if current.datum(path) is None and found:
            at, datum = found[-1]
            yield path, _entry(datum, at)


def _previous_results(current: Assessment, before: Sequence[Assessment]) -> Iterator[tuple[str, Any]]:
    """What haemoglobin and creatinine were before, and the best creatinine of a quarter."""
    for path in ("laboratory.haemoglobin", "laboratory.creatinine"):
        everything = _dated(path, [*before, current])
        own = current.datum(path)
        # A result without its date has no place in the order: nothing can be said to be before it.
        if not everything or (own is not None and own.at is None):
            continue
        latest = own.at if own is not None and own.at else everything[-1][0]
        older = [pair for pair in everything if pair[0] < latest]
        if older and current.datum(f"{path}_previous") is None:
            yield f"{path}_previous", _entry(older[-1][1], older[-1][0])
    path = "laboratory.creatinine_baseline"
    recent = [
        (at, datum)
        for at, datum in _dated("laboratory.creatinine", before)
        if current.assessed_at - at <= _QUARTER and isinstance(datum.possible, Numbers)
    ]
    if recent and current.datum(path) is None:
        at, datum = min(recent, key=_lowest)
        yield path, _entry(datum, at)


def _lowest(pair: tuple[datetime, Datum]) -> tuple[Any, datetime]:
    value = pair[1].possible
    return (value.low if isinstance(value, Numbers) else 0, pair[0])


def _examination(
    moment: str, fields: Sequence[str], current: Assessment, before: Sequence[Assessment]
) -> Iterator[tuple[str, Any]]:
    """One earlier scan or ECG as a whole, only where this assessment reports none: two are never mixed."""
    if current.moment(moment) is not None or any(current.datum(path) is not None for path in fields):
        return
    taken = [(at, a) for a in before if (at := a.moment(moment)) is not None]
    if not taken:
        return
    latest = max(at for at, _ in taken)
    yield moment, written(latest)
    for path in fields:
        # Later reports of the same scan correct earlier ones.
        reports = [datum for at, a in taken if at == latest and (datum := a.datum(path)) is not None]
        if reports and reports[-1].at == latest:
            yield path, _entry(reports[-1], latest)
    method = next((a.text(_METHOD) for at, a in reversed(taken) if at == latest and a.text(_METHOD)), None)
    if _RATIO in fields and method and current.text(_METHOD) is None:
        yield _METHOD, method


def _previous_ratio(current: Assessment, before: Sequence[Assessment]) -> Iterator[tuple[str, Any]]:
    """The signal of the scan before, when both were made by the same method."""
    path = f"{_RATIO}_previous"
    own, method = current.datum(_RATIO), current.text(_METHOD)
    if own is None or own.at is None or method is None or current.datum(path) is not None:
        return
    same = [a for a in before if (a.text(_METHOD) or "").casefold() == method.casefold()]
    older = [pair for pair in _dated(_RATIO, same) if pair[0] < own.at]
    if older:
        yield path, _entry(older[-1][1], older[-1][0])


def _no_longer_taken(current: Assessment, before: Sequence[Assessment]) -> Iterator[dict[str, Any]]:
    """Drugs of earlier lists that a checked list no longer holds. What they did stays unknown."""
    if current.medicines.current is None or current.medicines.reconciled_at is None:
        return
    taken = {medicine.drug for medicine in current.medicines_current}
    told = {treatment.agent for treatment in current.medicines_previous}
    lists = [a for a in before if a.medicines.current is not None]
    for drug in sorted({m.drug for a in lists for m in a.medicines_current} - taken - told):
        holding = [(a, m) for a in lists for m in a.medicines_current if m.drug == drug]
        last = holding[-1][0]
        after = [a.assessed_at for a in [*lists, current] if a.assessed_at > last.assessed_at]
        yield _stopped(drug, [m for _, m in holding], last.assessed_at, min(after))


def _stopped(drug: str, entries: Sequence[Medicine], seen: datetime, gone: datetime) -> dict[str, Any]:
    """An earlier treatment: it ended between the last list that holds it and the first that does not."""
    started = min((m.started_at for m in entries if m.started_at), default=None)
    record: dict[str, Any] = {"agent": drug, "stopped_at": written(gone), "source": _SOURCE}
    if started is not None:
        low, high = ((end - started) // timedelta(minutes=1) for end in (seen, gone))
        record |= {"started_at": written(started), "duration": f"{low}..{high} min"}
    return record
