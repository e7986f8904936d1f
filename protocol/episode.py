"""An episode: the assessments of one patient over time, and what may be carried from one to the next.

There is no hidden state. An episode only fills fields that the later assessment leaves unknown, each with
its own time and `source: episode`; whether a value is still good is then decided as for any other. What is
observed at the bedside is never carried over, and nothing else is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, ValidationError

from protocol.assessment import Assessment, ClosedFlag
from protocol.assessment.complaint import Complaint, did_you_mean, shown, shown_kind
from protocol.assessment.faults import faults_of, located
from protocol.assessment.field import text
from protocol.assessment.group import Group
from protocol.assessment.intake import plain_copy
from protocol.carry import carried_over
from protocol.document import Document, load
from protocol.errors import AssessmentError, Fault

__all__ = ["Episode", "episode_schema", "is_episode", "read_episode", "refuse_unknown_flags"]

_KEYS = ("episode_id", "assessments", "closures")
_NOUN = "the episode"


class _Frame(Group):
    """An episode without its assessments, which are read one by one so that each keeps its own faults."""

    episode_id: Annotated[str, text("Name of this episode; nothing that identifies the patient.", required=True)]
    closures: Annotated[
        tuple[ClosedFlag, ...] | None, Field(description="Red flags that were closed, by whom, when and how.")
    ] = None


@dataclass(frozen=True, slots=True)
class Episode:
    """The assessments as they were written, oldest first, and the closures of red flags."""

    episode_id: str
    assessments: tuple[Assessment, ...]
    closures: tuple[ClosedFlag, ...]

    @property
    def current(self) -> Assessment:
        """The latest assessment, with what the earlier ones fill."""
        return self._filled(len(self.assessments) - 1)

    @property
    def previous(self) -> Assessment | None:
        """The assessment before that, filled with what was known then; None when there is only one."""
        return self._filled(len(self.assessments) - 2) if len(self.assessments) > 1 else None

    def _filled(self, index: int) -> Assessment:
        return carried_over(self.assessments[index], self.assessments[:index], self.closures)


def is_episode(content: Any) -> bool:  # noqa: ANN401 - whatever was read
    """Whether a document is an episode and not a single assessment."""
    return isinstance(content, Mapping) and "assessments" in content


def read_episode(source: bytes | Document, name: str) -> Episode:
    """Read an episode from the bytes of a file, or from a document already read; `name` stands in the faults.

    Raises:  AssessmentError with every fault of the episode and of each assessment in it.
    """
    document = source if isinstance(source, Document) else load(source, name)
    if not isinstance(document.data, Mapping):
        what = f"is {shown_kind(document.data)}, but an episode belongs here."
        raise AssessmentError(located((), Complaint(what, "Write episode_id and assessments."), document))
    faults = list(_unknown_keys(document))
    assessments = []
    for index, part in _parts(document, faults):
        try:
            assessments.append(Assessment.read(part))
        except AssessmentError as error:
            faults += [replace(fault, what=f"assessments[{index}].{fault.what}") for fault in error.faults]
    latest = max((a.assessed_at for a in assessments), default=None)
    frame = _frame(document, latest, faults)
    faults += _repeated(assessments, document)
    if faults or frame is None:
        raise AssessmentError(*faults)
    ordered = sorted(assessments, key=lambda a: a.assessed_at)
    closures = sorted(frame.closures or (), key=lambda c: (c.at, c.flag, c.by))
    return Episode(frame.episode_id, tuple(ordered), tuple(closures))


def refuse_unknown_flags(episode: Episode, flags: Mapping[str, str], name: str) -> None:
    """A closure of a red flag that the ruleset does not have would close nothing, and nobody would notice.

    Raises:  AssessmentError naming each of them.
    """
    written = [*episode.closures, *(c for a in episode.assessments for c in a.closed_flags)]
    unknown = sorted({closure.flag for closure in written} - flags.keys())
    if unknown:
        raise AssessmentError(
            *(
                Fault(name, f"closures names {shown(flag)}, which is no red flag.", did_you_mean(flag, [*flags]))
                for flag in unknown
            )
        )


def episode_schema() -> dict[str, Any]:
    """The structure of an episode as JSON Schema, 2020-12."""
    inner = Assessment.json_schema()
    shared = inner.pop("$defs")
    shared["Assessment"] = {key: value for key, value in inner.items() if key != "$schema"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Episode",
        "type": "object",
        "properties": {
            "episode_id": {"type": ["string", "integer"], "description": "Name of this episode."},
            "assessments": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Assessment"}},
            "closures": {"type": ["array", "null"], "items": {"$ref": "#/$defs/ClosedFlag"}},
        },
        "required": ["episode_id", "assessments"],
        "additionalProperties": False,
        "$defs": shared,
    }


def _unknown_keys(document: Document) -> Iterator[Fault]:
    for key in document.data:
        if key not in _KEYS:
            complaint = Complaint(f"is not a field of {_NOUN}.", did_you_mean(str(key), _KEYS))
            yield located((key,), complaint, document, of_key=True)


def _parts(document: Document, faults: list[Fault]) -> Iterator[tuple[int, Document]]:
    """Each assessment as a document of its own that knows where it stands in the whole."""
    written = document.data.get("assessments")
    if not isinstance(written, list) or not written:
        complaint = Complaint(f"is {shown(written)}.", "List at least one assessment, each in full.")
        faults.append(located(("assessments",), complaint, document))
        return
    for index, data in enumerate(written):
        root = ("assessments", index)
        if not isinstance(data, Mapping):
            complaint = Complaint(f"is {shown(data)}, but an assessment belongs here.", "Write it in full.")
            faults.append(located(root, complaint, document))
            continue
        keys, values = (
            {path[2:]: place for path, place in places.items() if path[:2] == root}
            for places in (document.keys, document.values)
        )
        yield index, Document(document.name, data, keys, values)


def _frame(document: Document, latest: datetime | None, faults: list[Fault]) -> _Frame | None:
    refused: list[tuple[tuple[str | int, ...], Complaint]] = []
    content = plain_copy({k: v for k, v in document.data.items() if k in ("episode_id", "closures")}, refused)
    faults += [located(path, complaint, document) for path, complaint in refused]
    try:
        return _Frame.model_validate(content, context={"now": latest})
    except ValidationError as error:
        faults += faults_of(error, _Frame, document, _NOUN)
        return None


def _repeated(assessments: list[Assessment], document: Document) -> Iterator[Fault]:
    """Two assessments of one time have no order, and two of one name cannot be told apart."""
    for what, name in (("the time", "assessed_at"), ("the name", "assessment_id")):
        values = [getattr(assessment, name) for assessment in assessments]
        for value in sorted({v for v in values if values.count(v) > 1}):
            said = value.isoformat() if isinstance(value, datetime) else value
            complaint = Complaint(f"holds two assessments with {what} {said}.", f"Correct {name}, or remove one.")
            yield located(("assessments",), complaint, document)
