"""Findings written as the assessment that would give them, so that a patient whom the solver found can be planned.

Only what is stated is written. The answer of a calculation has no field: what raw inputs make of it is seen
when the assessment is read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from protocol.assessment import FIELDS
from protocol.inference.program import Program
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity, convert, plain
from protocol.rules.vocabulary import RawFinding

__all__ = ["NOW", "Unwritable", "document_of"]

_AT = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
NOW = _AT.isoformat()
"""When every patient of a proof is assessed: any time would do."""

_SCORES = (
    "pain.nrs.now",
    "pain.nrs.average",
    "pain.nrs.worst",
    "pain.nrs.least",
    "pain.painad",
    "pain.abbey",
    "pain.vas",
)


class Unwritable(Exception):  # noqa: N818 - an answer, not a program fault
    """No assessment says this of a finding."""


def document_of(program: Program, findings: Mapping[str, Possible]) -> dict[str, Any]:
    """An assessment that states these findings.

    Raises:  Unwritable where a finding has a value that no entry gives.
    """
    document: dict[str, Any] = {"assessment_id": "found-by-verify", "assessed_at": NOW}
    known = program.ruleset.vocabulary.findings
    for name, value in sorted(findings.items()):
        raw = known.get(name)
        if raw is not None and value != program.domains.of[name]:
            _state(document, program, name, raw, value, findings)
    if not any(_there(document, score) for score in _SCORES):
        _put(document, "pain.vas", "50 mm")
    return document


def _state(
    document: dict[str, Any],
    program: Program,
    name: str,
    raw: RawFinding,
    value: Possible,
    findings: Mapping[str, Possible],
) -> None:
    if raw.from_ is not None and raw.age is not None:
        _moment(document, raw, value)
    elif raw.from_ is not None:
        _put(document, raw.from_, _entry(value, raw, _seen_at(program, name, raw, findings)))
    elif raw.medicines is not None:
        _medicines(document, raw, value)
    elif raw.allergies is not None and isinstance(value, Members):
        key = "substance" if raw.allergies == "drugs" else "drug_class"
        _extend(document, "allergies.list", [{key: word, "kind": "allergy"} for word in sorted(value.listed)])
    elif raw.approvals is not None and isinstance(value, Members):
        entries = [{"for": word, "role": "consultant", "name": "A. Doctor", "at": NOW} for word in sorted(value.listed)]
        _extend(document, "status.approvals", entries)
    elif raw.closures is not None:
        _closure(document, raw, value)


def _seen_at(program: Program, name: str, raw: RawFinding, findings: Mapping[str, Possible]) -> datetime:
    """Fresh, or too old for those that read the same field and know nothing of it."""
    at = _AT
    for other, theirs in program.ruleset.vocabulary.findings.items():
        same_field = other != name and theirs.from_ == raw.from_ and theirs.age is None
        if same_field and other in findings and findings[other] == program.domains.of[other] and theirs.valid_for:
            at = min(at, _AT - timedelta(seconds=int(Quantity.parse(theirs.valid_for).to("s").amount) + 60))
        if (
            theirs.from_ == raw.from_
            and theirs.age is not None
            and isinstance(age := findings.get(other), Numbers)
            and age.known
        ):
            at = min(at, _before(age))
    return at


def _before(age: Numbers) -> datetime:
    return _AT - timedelta(seconds=int(convert(age.low, age.unit, "s")))


def _entry(value: Possible, raw: RawFinding, at: datetime) -> Any:  # noqa: ANN401 - as a document has it
    match value:
        case Numbers(low, high, unit):
            tail = "" if unit == "1" else f" {unit}"
            stated: Any = f"{plain(low)}{tail}" if low == high else f"{plain(low)}..{plain(high)}{tail}"
            spec = FIELDS[str(raw.from_)]
            if low == high and not tail and spec.scale is not None and spec.scale.whole:
                stated = int(low)
            body: dict[str, Any] = {"value": stated}
        case Words(options):
            body = {"value": next(iter(options))} if len(options) == 1 else {"one_of": sorted(options)}
        case Members(listed):
            body = {"value": sorted(listed)}
    return {**body, "at": at.isoformat()}


def _moment(document: dict[str, Any], raw: RawFinding, value: Possible) -> None:
    if not (isinstance(value, Numbers) and value.known):
        raise Unwritable
    if FIELDS[str(raw.from_)].kind == "moment":
        _put(document, str(raw.from_), _before(value).isoformat())


def _medicines(document: dict[str, Any], raw: RawFinding, value: Possible) -> None:
    match raw.medicines, value:
        case "recorded", Words(options) if options == {"present"}:
            _put(document, "medicines.reconciled_at", NOW)
            _extend(document, "medicines.current", [])
        case "drugs", Members(listed):
            _extend(document, "medicines.current", [{"drug": drug} for drug in sorted(listed)])
        case "unmapped", Words(options) if options == {"present"}:
            _extend(document, "medicines.current", [{"drug": "a name that nobody knows"}])


def _closure(document: dict[str, Any], raw: RawFinding, value: Possible) -> None:
    if isinstance(value, Words) and value.options == {"present"}:
        at = _AT
    elif isinstance(value, Numbers) and value.known:
        at = _before(value)
    else:
        return
    entry = {"flag": raw.closures, "role": "consultant", "name": "A. Doctor", "at": at.isoformat()}
    _extend(document, "status.closed_flags", [entry])


def _put(document: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401
    *groups, last = path.split(".")
    here = document
    for group in groups:
        here = here.setdefault(group, {})
    here[last] = value


def _extend(document: dict[str, Any], path: str, entries: list[dict[str, Any]]) -> None:
    *groups, last = path.split(".")
    here = document
    for group in groups:
        here = here.setdefault(group, {})
    here.setdefault(last, [])
    here[last] += entries


def _there(document: dict[str, Any], path: str) -> bool:
    here: Any = document
    for part in path.split("."):
        if not isinstance(here, dict) or part not in here:
            return False
        here = here[part]
    return True
