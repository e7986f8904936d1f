"""What all groups of fields have in common: frozen, closed, and empty when they are left out."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from protocol.assessment.complaint import Complaint, complain, shown_kind

__all__ = ["Group", "Record"]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=False)


class Group(_Closed):
    """Fields that are asked together. A group left out, or null, leaves each of its fields unknown."""

    @model_validator(mode="before")
    @classmethod
    def _a_map(cls, raw: Any) -> Any:  # noqa: ANN401 - whatever was entered
        if raw is None or isinstance(raw, cls):
            return {} if raw is None else raw
        if not isinstance(raw, dict):
            names = ", ".join(list(cls.model_fields)[:3])
            raise complain(
                Complaint(
                    f"is {shown_kind(raw)}, but a group of fields belongs here.",
                    f"Write fields below it, such as {names}.",
                )
            )
        return raw

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The group, or null."""
        return {"anyOf": [handler(schema), {"type": "null"}]}


class Record(_Closed):
    """One item of a list, such as one medicine."""

    @model_validator(mode="before")
    @classmethod
    def _a_map(cls, raw: Any) -> Any:  # noqa: ANN401 - whatever was entered
        if not isinstance(raw, dict | cls):
            names = ", ".join(field.alias or name for name, field in list(cls.model_fields.items())[:3])
            raise complain(
                Complaint(
                    f"is {shown_kind(raw)}, but one item with its fields belongs here.",
                    f"Write fields below it, such as {names}.",
                )
            )
        return raw
