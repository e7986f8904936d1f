"""The assessment: the whole of what the team observed of one patient at one time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, Field, GetJsonSchemaHandler, PrivateAttr, ValidationError
from pydantic_core import CoreSchema

from protocol.assessment.adverse import Adverse
from protocol.assessment.allergies import Allergies, Allergy
from protocol.assessment.cardiac import Cardiac
from protocol.assessment.complaint import Complaint
from protocol.assessment.datum import Datum
from protocol.assessment.echo import echo_of
from protocol.assessment.faults import faults_of, located
from protocol.assessment.field import FieldSpec, Finding, word
from protocol.assessment.field import moment as moment_field
from protocol.assessment.field import text as text_field
from protocol.assessment.group import Group
from protocol.assessment.history import History
from protocol.assessment.intake import plain_copy
from protocol.assessment.laboratory import Laboratory
from protocol.assessment.liver import Liver
from protocol.assessment.medicines import Medicine, Medicines, PreviousTreatment
from protocol.assessment.moments import read_moment
from protocol.assessment.neuro import Neuro
from protocol.assessment.notes import note_lists, note_value
from protocol.assessment.pain import Pain
from protocol.assessment.patient import Patient
from protocol.assessment.preferences import Preferences
from protocol.assessment.psoas import Psoas
from protocol.assessment.renal import Renal
from protocol.assessment.routes import Routes
from protocol.assessment.schema import with_definitions
from protocol.assessment.site import Site
from protocol.assessment.spine import Spine
from protocol.assessment.status import Approval, ClosedFlag, Status
from protocol.assessment.tumour import Tumour
from protocol.assessment.vitals import Vitals
from protocol.document import Document
from protocol.errors import AssessmentError, Fault
from protocol.possible import Members

__all__ = ["FIELDS", "Assessment"]

_PAIN_SCORES = (
    *(f"pain.nrs.{name}" for name in ("now", "average", "worst", "least", "on_movement", "rest")),
    *(f"pain.{name}" for name in ("painad", "abbey", "vas", "carer_report")),
)
_RECORD_NAMES = {
    "medicines.current": "drug",
    "medicines.previous": "agent",
    "allergies.list": "substance",
    "status.approvals": "for_",
    "status.closed_flags": "flag",
}


def _said_unknown(content: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - plain data
    """The paths whose value somebody wrote down as unknown, a group being all of its fields."""
    if (
        content is None
        or content == "unknown"
        or (isinstance(content, dict) and content.get("value", 0) in (None, "unknown"))
    ):
        yield path
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _said_unknown(value, f"{path}.{key}" if path else str(key))


class Assessment(Group):
    """What the team observed. Only identity, time and one pain or behaviour score are required."""

    assessment_id: Annotated[
        str, text_field("Name of this assessment; nothing that identifies the patient.", required=True)
    ]
    assessed_at: Annotated[
        datetime,
        moment_field("When the bedside findings were collected; this is now for the engine.", required=True),
    ]
    assessor_role: Annotated[Finding, word("assessor-role", "Who examined.")] = None
    information_source: Annotated[Finding, word("information-source", "Who gave the pain scores.")] = None
    site: Annotated[Site, Field(default_factory=Site)]
    patient: Annotated[Patient, Field(default_factory=Patient)]
    vitals: Annotated[Vitals, Field(default_factory=Vitals)]
    status: Annotated[Status, Field(default_factory=Status)]
    pain: Annotated[Pain, Field(default_factory=Pain)]
    neuro: Annotated[Neuro, Field(default_factory=Neuro)]
    psoas: Annotated[Psoas, Field(default_factory=Psoas)]
    spine: Annotated[Spine, Field(default_factory=Spine)]
    laboratory: Annotated[Laboratory, Field(default_factory=Laboratory)]
    cardiac: Annotated[Cardiac, Field(default_factory=Cardiac)]
    renal: Annotated[Renal, Field(default_factory=Renal)]
    liver: Annotated[Liver, Field(default_factory=Liver)]
    history: Annotated[History, Field(default_factory=History)]
    allergies: Annotated[Allergies, Field(default_factory=Allergies)]
    medicines: Annotated[Medicines, Field(default_factory=Medicines)]
    routes: Annotated[Routes, Field(default_factory=Routes)]
    tumour: Annotated[Tumour, Field(default_factory=Tumour)]
    preferences: Annotated[Preferences, Field(default_factory=Preferences)]
    adverse: Annotated[Adverse, Field(default_factory=Adverse)]
    _said_unknown: frozenset[str] = PrivateAttr(default=frozenset())

    @classmethod
    def read(cls, document: Mapping[str, Any] | Document) -> Assessment:
        """Read an assessment from plain data, or from a document that knows its lines.

        Raises:  AssessmentError with every fault of the document.
        """
        located_in = document if isinstance(document, Document) else None
        data = document.data if isinstance(document, Document) else document
        refused: list[tuple[tuple[str | int, ...], Complaint]] = []
        content = plain_copy(data, refused)
        faults = [located(path, complaint, located_in) for path, complaint in refused]
        now = read_moment(content.get("assessed_at"), None) if isinstance(content, dict) else None
        try:
            assessment = cls.model_validate(content, context={"now": now if isinstance(now, datetime) else None})
        except ValidationError as error:
            raise AssessmentError(*faults, *faults_of(error, cls, located_in)) from None
        assessment._said_unknown = frozenset(_said_unknown(content, ""))  # noqa: SLF001 - its own class
        if not any(assessment.datum(path) for path in _PAIN_SCORES):
            faults.append(_no_score(located_in))
        if faults:
            raise AssessmentError(*faults)
        return assessment

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The structure of an assessment as JSON Schema, 2020-12."""
        schema = with_definitions(cls.model_json_schema())
        return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "Assessment"}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Unlike one of its groups, the assessment itself is never null."""
        return handler(schema)

    def said_unknown(self, path: str) -> bool:
        """Whether the field was answered with `unknown` or null, which no closing fact may read as absent."""
        return path in self._said_unknown

    def datum(self, path: str) -> Datum | None:
        """What was entered for a number, word or list, in the field's own unit; None when it is unknown.

        A list of records answers the names in it: drugs, substances, agents, approved things.
        """
        return self._data.get(path)

    def moment(self, path: str) -> datetime | None:
        """The time entered in a moment field, in UTC; None when it is unknown."""
        value = self._leaves.get(path)
        return value if isinstance(value, datetime) else None

    def text(self, path: str) -> str | None:
        """The text entered in a text field; None when it is unknown."""
        value = self._leaves.get(path)
        return value if isinstance(value, str) else None

    @property
    def medicines_current(self) -> tuple[Medicine, ...]:
        """The current medicines, in an order that does not depend on how they were written down."""
        return tuple(sorted(self.medicines.current or (), key=_sorting))

    @property
    def medicines_previous(self) -> tuple[PreviousTreatment, ...]:
        """Treatments tried before, likewise."""
        return tuple(sorted(self.medicines.previous or (), key=_sorting))

    @property
    def allergies_list(self) -> tuple[Allergy, ...]:
        """Allergies and intolerances, likewise."""
        return tuple(sorted(self.allergies.list or (), key=_sorting))

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """Recorded approvals, likewise."""
        return tuple(sorted(self.status.approvals or (), key=_sorting))

    @property
    def closed_flags(self) -> tuple[ClosedFlag, ...]:
        """Closed red flags, likewise."""
        return tuple(sorted(self.status.closed_flags or (), key=_sorting))

    def notes(self) -> list[tuple[str, str]]:
        """Entries that are possible but unusual, as path and sentence: to be checked, not refused."""
        found = [(path, note) for path, datum in self._data.items() if (note := note_value(FIELDS[path], datum))]
        return sorted(found + note_lists(self.datum, self.moment))

    def echo(self) -> dict[str, Any]:
        """What was entered, in one canonical form: reading it gives the same assessment again."""
        content: dict[str, Any] = echo_of(self)
        for path in sorted(self._said_unknown):
            *groups, name = path.split(".")
            here = content
            for group in groups:
                here = here.setdefault(group, {})
            here.setdefault(name, None)
        return content

    @cached_property
    def _leaves(self) -> dict[str, Any]:
        return dict(_walk(self, ""))

    @cached_property
    def _data(self) -> dict[str, Datum]:
        found = {}
        for path, value in self._leaves.items():
            if isinstance(value, Datum):
                found[path] = self._dated(value, FIELDS[path])
            elif path in _RECORD_NAMES and value is not None:
                names = frozenset(name for item in value if (name := getattr(item, _RECORD_NAMES[path])))
                found[path] = Datum(Members(names, names), None, "", ", ".join(sorted(names)))
        return found

    def _dated(self, datum: Datum, spec: FieldSpec) -> Datum:
        if datum.at is not None or not spec.dated_by:
            return datum
        return Datum(datum.possible, self.moment(spec.dated_by), datum.source, datum.entered)


def _walk(group: BaseModel, prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in group:
        if value is not None and isinstance(value, Group):
            yield from _walk(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _sorting(record: BaseModel) -> tuple[str, str]:
    """By name, then by all else, so that two entries are alike only where they say the same."""
    first = next(iter(type(record).model_fields))
    return str(getattr(record, first) or ""), json.dumps(echo_of(record), sort_keys=True)


def _no_score(document: Document | None) -> Fault:
    complaint = Complaint(
        "has no score: neither a number from the patient nor an observed behaviour.",
        "Write one of nrs, vas, painad, abbey or carer_report, for example: nrs: {now: 7}",
    )
    return located(("pain",), complaint, document)


def _fields(model: type[BaseModel], prefix: str) -> Iterator[FieldSpec]:
    for name, info in model.model_fields.items():
        path = f"{prefix}{info.alias or name}"
        spec = next((part for part in info.metadata if isinstance(part, FieldSpec)), None)
        record = next((part for part in _parts(info.annotation) if issubclass(part, BaseModel)), None)
        if spec is not None:
            yield _named(spec, path)
        elif record is None:
            yield FieldSpec(
                path,
                "list",
                info.description or "",
                top=14,
                unit="1",
                low=Decimal(0),
                high=Decimal(100),
                record=True,
            )
        elif issubclass(record, Group):
            yield from _fields(record, f"{path}.")
        else:
            yield FieldSpec(path, "list", info.description or "", top=200)
            yield from _fields(record, f"{path}[].")


def _parts(annotation: Any) -> Iterator[type]:  # noqa: ANN401 - typing's own shapes
    if isinstance(annotation, type):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _parts(part)


def _named(spec: FieldSpec, path: str) -> FieldSpec:
    values = {name: getattr(spec, name) for name in FieldSpec.__dataclass_fields__}
    return FieldSpec(**(values | {"path": path}))


FIELDS: dict[str, FieldSpec] = {spec.path: spec for spec in _fields(Assessment, "")}
"""Every field by its path; fields of records are written as medicines.current[].dose."""
