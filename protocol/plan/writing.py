"""Writes acts into an assessment, and evaluates the patient anew."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from protocol.assessment import FIELDS, Assessment
from protocol.errors import AssessmentError
from protocol.inference.case import Case
from protocol.inference.facts import gather
from protocol.inference.suppose import suppose, with_facts
from protocol.inference.trials import TRIED
from protocol.plan.answers import Doing, closes, same_field
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity, plain

__all__ = ["after", "document_after", "put", "settings", "supposed"]


def settings(case: Case, doings: Iterable[Doing]) -> dict[str, Any]:
    """What these acts write, by field, as of the assessment's own time; `what_if` takes the same."""
    echo = case.assessment.echo()
    found: dict[str, Any] = {}
    for doing in sorted(doings, key=lambda d: d.finding):
        found |= _writes(echo, doing, case)
    return found


def document_after(case: Case, doings: Iterable[Doing]) -> dict[str, Any]:
    """The assessment as plain data with these acts written into it."""
    document = copy.deepcopy(case.assessment.echo())
    for path, value in settings(case, doings).items():
        put(document, path, value)
    return document


def after(case: Case, doings: Iterable[Doing]) -> Case | None:
    """The case after these acts; None when they cannot be written or nobody would believe them."""
    try:
        assessment = Assessment.read(document_after(case, doings))
    except (AssessmentError, LookupError):
        return None
    return with_facts(case, assessment, gather(assessment, case.program))


def _writes(echo: dict[str, Any], doing: Doing, case: Case) -> dict[str, Any]:
    raw = case.program.ruleset.vocabulary.findings[doing.finding]
    now = _iso(case)
    if raw.approvals is not None and isinstance(doing.value, Members):
        given = sorted(doing.value.listed - _listed(case, doing.finding))
        new = [{"for": word, "role": "to be named", "name": "to be named", "at": now} for word in given]
        return {"status.approvals": [*echo.get("status", {}).get("approvals", []), *new]}
    if raw.medicines == "recorded":
        return {
            "medicines.reconciled_at": now,
            "medicines.current": echo.get("medicines", {}).get("current", []),
        }
    if raw.medicines in TRIED:
        return {"medicines.previous": echo.get("medicines", {}).get("previous", [])}
    path = str(raw.from_)
    if raw.age is None or not isinstance(doing.value, Numbers):
        return {path: {"value": _text(doing.value), "at": now}}
    at = _iso(case, timedelta(seconds=int(Quantity(doing.value.low, doing.value.unit).to("s").amount)))
    if FIELDS[path].kind == "moment":
        return {path: at}
    entry: Any = echo
    for name in path.split("."):
        entry = entry[name]
    return {path: {**entry, "at": at}}


def _iso(case: Case, before: timedelta = timedelta(0)) -> str:
    return (case.assessment.assessed_at - before).astimezone(UTC).isoformat()


def _listed(case: Case, finding: str) -> frozenset[str]:
    value = case.value(finding)
    return value.listed if isinstance(value, Members) else frozenset()


def _text(value: Possible) -> Any:  # noqa: ANN401 - a value as an entry has it
    match value:
        case Numbers(low, _, unit):
            return plain(low) if unit == "1" else f"{plain(low)} {unit}"
        case Words(options):
            return next(iter(options))
        case Members(listed, _):
            return sorted(listed)


def put(document: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401 - any part of a document
    """Write one field of an assessment; `None` takes it out."""
    *groups, name = path.split(".")
    here = document
    for group in groups:
        here = here.setdefault(group, {})
    if value is None:
        here.pop(name, None)
    else:
        here[name] = value


def supposed(case: Case, doings: Iterable[Doing]) -> Case | None:
    """The case after these acts by the quickest way; proposals are tried with it, no answer is given on it.

    Dates that a new value brings are left as they were; `after` has them.
    """
    doings = frozenset(doings)
    return case.remember(("supposed", doings), lambda: _supposed(case, doings))


def _supposed(case: Case, doings: frozenset[Doing]) -> Case | None:
    if any(closes(case, doing.finding) for doing in doings):
        return after(case, doings)
    fields = case.remember("fields", lambda: same_field(case.program.ruleset.vocabulary.findings))
    raw = {name: doing.value for doing in doings for name in fields[doing.finding]}
    return suppose(case, raw)
