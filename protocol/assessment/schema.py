"""Describes fields in JSON Schema (2020-12), for form builders and other programs.

The schema checks structure and words; that a number is possible and a time is past is checked by reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from protocol.terms import LISTS

if TYPE_CHECKING:
    from protocol.assessment.field import FieldSpec

__all__ = ["schema_of", "with_definitions"]

_REFER = "x-refer"
"""Stands for "$ref" until the definitions are in place, because pydantic follows every "$ref" it sees."""


def _refer(name: str) -> dict[str, Any]:
    return {_REFER: f"#/$defs/{name}"}


def with_definitions(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what many fields share (times, sources, word lists) defined once."""
    used: set[str] = set()
    content: dict[str, Any] = _resolved(schema, used)
    content["$defs"] |= {name: _definition(name) for name in sorted(used)}
    return content


def _resolved(part: Any, used: set[str]) -> Any:  # noqa: ANN401 - any part of a schema
    if isinstance(part, list):
        return [_resolved(item, used) for item in part]
    if not isinstance(part, dict):
        return part
    if _REFER in part:
        used.add(part[_REFER].rpartition("/")[2])
        return {"$ref": part[_REFER]}
    return {key: _resolved(value, used) for key, value in part.items()}


def _definition(name: str) -> dict[str, Any]:
    if name == "moment":
        return {"type": ["string", "null"], "description": "ISO 8601 with offset, or unknown."}
    listed = LISTS[name.removeprefix("words-")]
    # Words are read whatever their case and hyphens, so the schema names them without refusing a spelling.
    words: list[Any] = [*listed.words, *(int(word) for word in listed.words if word.isdigit())]
    about = {"description": listed.meaning, "x-words": dict(listed.words)}
    return about | {"anyOf": [{"enum": words}, {"type": ["string", "null"]}]}


def schema_of(spec: FieldSpec) -> dict[str, Any]:
    """The fragment for one field."""
    about = _about(spec)
    match spec.kind:
        case "moment":
            return about | {"type": "string" if spec.required else ["string", "null"]}
        case "text":
            return about | {"type": ["string", "integer"] if spec.required else ["string", "integer", "null"]}
        case _:
            bare = _bare(spec)
    if spec.record:
        return about | bare
    detailed = {
        "type": "object",
        "properties": {"value": bare, "at": _refer("moment"), "source": _refer("words-source")},
        "additionalProperties": False,
    }
    if spec.kind == "word":
        detailed["properties"]["one_of"] = {"type": ["array", "null"], "items": _bare(spec), "minItems": 1}  # type: ignore[index]
    return about | {"anyOf": [bare, detailed]}


def _about(spec: FieldSpec) -> dict[str, Any]:
    about: dict[str, Any] = {"description": spec.meaning}
    if spec.example:
        example: Any = spec.example
        if spec.kind == "list":
            example = [spec.example]
        elif spec.unit == "1" and spec.example.isdigit():
            example = int(spec.example)
        about["examples"] = [example]
    if spec.unit:
        about |= {"x-unit": spec.unit, "x-low": str(spec.low), "x-high": str(spec.high)}
    return about


def _bare(spec: FieldSpec) -> dict[str, Any]:
    if spec.kind == "number":
        return {"type": ["number", "string", "null"] if spec.unit == "1" else ["string", "null"]}
    words = _refer(f"words-{spec.list_name}")
    return words if spec.kind == "word" else {"type": ["array", "null"], "items": words}
