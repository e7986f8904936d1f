"""What if these facts were others: the plan's difference, and the fact that decides each change."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from protocol.assessment import FIELDS, Assessment
from protocol.errors import AssessmentError, Fault
from protocol.inference.case import Case
from protocol.plan.compare import Change, ChangedFact, compare
from protocol.plan.explanation import Decided, Setting, WhatIf
from protocol.plan.model import Plan
from protocol.plan.writing import put

__all__ = ["changed_document", "what_if"]

UNKNOWN = "unknown"
"""The value that forgets a fact."""

PlanOf = Callable[[Assessment], Plan]


def what_if(case: Case, changes: Mapping[str, Any], plan_of: PlanOf) -> WhatIf:
    """How the plan differs when fields hold other values; `unknown` forgets one.

    With several changes each is left out once: the fields without which a change of the plan would not come
    decide it.

    Raises:  AssessmentError with every fault where a field does not exist or cannot hold the value.
    """
    assessment = case.assessment
    before = plan_of(assessment)
    after = plan_of(_read(assessment, changes))
    found = compare(before, after).changes
    without = {
        field: _keys(compare(before, plan_of(_read(assessment, _less(changes, field)))).changes)
        for field in changes
        if len(changes) > 1
    }
    decided = []
    for change in found:
        by = [name for name in sorted(changes) if len(changes) == 1 or _key(change) not in without[name]]
        decided.append(Decided(change=change, decided_by=tuple(by), deciding=_deciding(case, change, by or changes)))
    settings = tuple(_setting(assessment, name, value) for name, value in sorted(changes.items()))
    return WhatIf(settings=settings, changes=tuple(decided))


def _deciding(case: Case, change: Change, fields: Iterable[str]) -> tuple[ChangedFact, ...]:
    """Of the facts that the line reads and that changed, those that rest on these fields."""
    vocabulary, behind = case.program.ruleset.vocabulary.findings, case.program.raw_behind
    changed = {name for name, raw in vocabulary.items() if raw.from_ in set(fields)}
    return tuple(f for f in change.because if changed & behind.get(f.finding, frozenset({f.finding})))


def changed_document(assessment: Assessment, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The assessment as plain data with these fields set.

    A new value keeps the time of the one that it takes the place of: what if this result had been another. A
    field that was empty is dated now.
    """
    document: dict[str, Any] = copy.deepcopy(assessment.echo())
    for field, value in changes.items():
        spec = FIELDS.get(field)
        if value == UNKNOWN or value is None:
            put(document, field, None)
        elif spec is None or spec.kind in ("moment", "text") or not isinstance(value, str):
            put(document, field, value)
        else:
            datum = assessment.datum(field)
            at = (datum.at if datum else None) or assessment.assessed_at
            parts = [part.strip() for part in value.split(",")] if spec.kind == "list" else value
            put(document, field, {"value": parts, "at": at.isoformat()})
    return document


def _read(assessment: Assessment, changes: Mapping[str, Any]) -> Assessment:
    faults = [_no_field(field) for field in changes if not _settable(field)]
    if faults:
        raise AssessmentError(*faults)
    return Assessment.read(changed_document(assessment, changes))


def _settable(field: str) -> bool:
    return field in FIELDS and "[]" not in field


def _no_field(field: str) -> Fault:
    close = difflib.get_close_matches(field, [name for name in FIELDS if "[]" not in name], n=3)
    shows = "mps schema assessment shows every field."
    return Fault(field, "is no field of the assessment", f"Did you mean {' or '.join(close)}?" if close else shows)


def _less(changes: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name != field}


def _setting(assessment: Assessment, field: str, value: Any) -> Setting:  # noqa: ANN401 - as it was set
    return Setting(field=field, before=_now(assessment, field), after=UNKNOWN if value is None else str(value))


def _now(assessment: Assessment, field: str) -> str:
    datum, moment, text = assessment.datum(field), assessment.moment(field), assessment.text(field)
    if datum is not None:
        return datum.entered or UNKNOWN
    return moment.isoformat() if moment else text or UNKNOWN


def _key(change: Change) -> tuple[str, str, str, str | None]:
    return change.kind, change.id, change.what, change.after


def _keys(changes: tuple[Change, ...]) -> frozenset[tuple[str, str, str, str | None]]:
    return frozenset(_key(change) for change in changes)
