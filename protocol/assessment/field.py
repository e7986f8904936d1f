"""One field of the assessment: what it may hold, what it means, and how an entry in it is read.

The same object stands in the model as the field's annotation, reads the entry, describes itself in the JSON
Schema, and is listed in `FIELDS`, so that none of these can say something else than the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from protocol.assessment.complaint import Complaint, complain
from protocol.assessment.datum import Datum
from protocol.assessment.entry import Entry, open_entry
from protocol.assessment.moments import read_moment
from protocol.assessment.numbers import Doubt, Scale, read_amount, read_number
from protocol.assessment.schema import schema_of
from protocol.assessment.words import read_member_list, read_text, read_word, read_words
from protocol.possible import Members, Numbers, Possible, Words
from protocol.terms import LISTS

__all__ = [
    "FieldSpec",
    "Finding",
    "amount",
    "listing",
    "moment",
    "name",
    "number",
    "one_word",
    "score",
    "text",
    "word",
]

Finding = Datum | None
"""A field of the assessment: what was entered, or None when it is unknown."""

Kind = Literal["number", "word", "list", "moment", "text"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What one field may hold.

    `unit`, `low`, `high` belong to numbers; an empty unit means an amount whose unit is free. `words` are the
    allowed ones in printing order. `top` is the longest list. `dated_by` names the time that dates a value
    which has none of its own. `record` fields stand in a list of records: they are plain values without a
    time of their own. A `name` is a text kept in lower case.
    """

    path: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    words: tuple[str, ...] = ()
    list_name: str = ""
    substance: str | None = None
    top: int = 0
    scale: Scale | None = None
    example: str = ""
    unanswered: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    dated_by: str = ""
    record: bool = False
    required: bool = False
    name: bool = False

    def domain(self) -> Possible:
        """All that the field may hold while nothing is known of it.

        Raises:  ValueError for a moment, a text or an amount of any unit: nothing can be compared with those.
        """
        if self.kind == "number" and self.unit:
            return Numbers(self.low, self.high, self.unit)
        if self.kind == "word":
            return Words(frozenset(self.words))
        if self.kind == "list" and self.words:
            return Members(frozenset(), frozenset(self.words))
        message = f"{self.path} has no closed domain"
        raise ValueError(message)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """How pydantic reads the field."""
        return core_schema.with_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """How the field is described to a form builder."""
        return schema_of(self)

    def _validate(self, raw: Any, info: core_schema.ValidationInfo) -> Any:  # noqa: ANN401
        now = (info.context or {}).get("now")
        if self.record or self.kind in ("moment", "text"):
            return self._plain(raw, now)
        entry, complaints = open_entry(raw, now)
        value = self._possible(entry)
        if isinstance(value, Complaint):
            complaints = [*complaints, value]
        if complaints:
            raise complain(*complaints)
        if value is None or isinstance(value, Complaint):
            return None
        return Datum(value, entry.at, entry.source, entry.text)

    def _possible(self, entry: Entry) -> Possible | Complaint | None:
        """What the entry says may hold, None when it says unknown."""
        if entry.unknown:
            return None
        if self.kind == "number" and self.scale:
            if entry.alternatives is not None:
                return Complaint("gives alternatives, but a number is asked for.", "Write a range, such as 5..10.")
            return read_number(entry.value, self.scale)
        if self.kind == "list":
            return read_member_list(entry, self.words)
        return read_words(entry, self.words, self.unanswered)

    def _plain(self, raw: Any, now: Any) -> Any:  # noqa: ANN401
        """A value without a time of its own."""
        if self.required and (raw is None or raw == ""):
            raise complain(Complaint("is empty.", "Write it; nothing stands in for it."))
        if raw is None or raw == "unknown":
            return None
        value: Any
        match self.kind:
            case "moment":
                value = read_moment(raw, now)
            case "text":
                value = read_text(raw)
                value = value.lower() if self.name and isinstance(value, str) else value
            case "number":
                value = read_number(raw, self.scale) if self.scale else read_amount(raw, self.example, self.kinds)
            case _:
                value = read_word(raw, self.words, self.unanswered)
        if isinstance(value, Complaint):
            raise complain(value)
        return value


def number(  # noqa: PLR0913 - one line for each field stands in the models; every part of it is named there
    unit: str,
    low: str,
    high: str,
    typical: str,
    meaning: str,
    *,
    usual: tuple[str, str] | None = None,
    doubt: tuple[str, str, str] | None = None,
    whole: bool = False,
    multiple: int = 1,
    substance: str | None = None,
    dated_by: str = "",
    record: bool = False,
) -> FieldSpec:
    """A number with its unit. Outside `low` to `high` is refused, outside `usual` noted.

    `doubt` is a unit and the band in which a value is refused because that unit was probably meant.
    """
    doubts = (Doubt(doubt[0], Decimal(doubt[1]), Decimal(doubt[2])),) if doubt else ()
    band = (Decimal(usual[0]), Decimal(usual[1])) if usual else None
    scale = Scale(unit, Decimal(low), Decimal(high), Decimal(typical), whole, multiple, substance, doubts, band)
    return FieldSpec(
        "", "number", meaning, unit, scale.low, scale.high, substance=substance, scale=scale,
        example=scale.example(), dated_by=dated_by, record=record,
    )  # fmt: skip


def score(
    low: int,
    high: int,
    typical: int,
    meaning: str,
    *,
    usual: tuple[str, str] | None = None,
    record: bool = False,
) -> FieldSpec:
    """A whole number without a unit: a score or a count."""
    return number("1", str(low), str(high), str(typical), meaning, usual=usual, whole=True, record=record)


def word(
    list_name: str,
    meaning: str,
    *,
    unanswered: tuple[str, ...] = (),
    dated_by: str = "",
    record: bool = False,
) -> FieldSpec:
    """One word of a closed list; `unanswered` are further words that mean unknown in this field."""
    words = tuple(LISTS[list_name].words)
    return FieldSpec(
        "", "word", meaning, words=words, list_name=list_name, unanswered=unanswered, dated_by=dated_by,
        record=record, example=words[0],
    )  # fmt: skip


def one_word(list_name: str, meaning: str, *, required: bool = False) -> FieldSpec:
    """One word of a closed list in a record."""
    words = tuple(LISTS[list_name].words)
    return FieldSpec(
        "",
        "word",
        meaning,
        words=words,
        list_name=list_name,
        record=True,
        required=required,
        example=words[0],
    )


def listing(list_name: str, meaning: str, *, dated_by: str = "") -> FieldSpec:
    """Several words of a closed list; what is not listed stays unknown until a closing fact holds."""
    words = tuple(LISTS[list_name].words)
    return FieldSpec(
        "",
        "list",
        meaning,
        words=words,
        list_name=list_name,
        top=len(words),
        dated_by=dated_by,
        example=words[0],
    )


def moment(meaning: str, *, required: bool = False) -> FieldSpec:
    """A point in time, not later than the assessment."""
    return FieldSpec("", "moment", meaning, required=required, example="2026-03-14T09:00:00+00:00")


def text(meaning: str, *, required: bool = False) -> FieldSpec:
    """Free text; rules never compare it."""
    return FieldSpec("", "text", meaning, required=required)


def name(meaning: str, *, required: bool = False) -> FieldSpec:
    """The name of a drug or class, kept in lower case; which names mean something is the ruleset's matter."""
    return FieldSpec("", "text", meaning, required=required, name=True)


def amount(meaning: str, example: str, kinds: tuple[str, ...] = ()) -> FieldSpec:
    """An amount in a record whose unit is free, or one of some kinds."""
    return FieldSpec("", "number", meaning, kinds=kinds, example=example, record=True)
