"""Plain words for what is wrong in a rule file, in place of those of the library that reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["root_causes", "what_is_wrong", "what_to_do"]

Told = Mapping[str, Any]
"""One refusal as the reading library tells it: its type, its message, what it found and what it wanted."""

_SHOWN = 40
"""Characters of a wrong value that are repeated."""

_SCHEMA = "`mps schema rule` shows what may stand here"
_SHAPES: Mapping[str, str] = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "an id has small letters, digits and single hyphens only",
    "^[a-z][a-z0-9_]*$": "a name has small letters, digits and underscores only",
    "^[A-Za-z0-9][A-Za-z0-9_]*$": "a word has letters, digits and underscores only",
    r"^\d+(\.\d+)? \S.*$": "an amount is a number, a space and its unit, such as 24 h",
    r"^>=? ?\d+(\.\d+)?$": 'a lower edge is written ">=30" or ">30"',
    r"^\d+(\.\d+)?(/\d+(\.\d+)?)?$": "a share is written 0.5 or 1/6",
}
"""How each kind of text is written, by the pattern it must match."""


def _context(told: Told) -> Mapping[str, Any]:
    context: Mapping[str, Any] = told.get("ctx") or {}
    return context


def _seen(told: Told) -> str:
    value = told.get("input")
    if isinstance(value, dict):
        return "a table of keys"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return f'"{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"}"'


def _pattern(told: Told) -> str:
    how = _SHAPES.get(str(_context(told).get("pattern", "")), "the schema shows how it is written")
    return f"is {_seen(told)}; {how}"


def _words(told: Told) -> str:
    return f"is {_seen(told)}; one of these is meant: {_context(told).get('expected', 'see the schema')}"


def _kind(told: Told) -> str:
    context = _context(told)
    key = str(context.get("discriminator", "kind")).strip("'")
    return f'says {key}: "{context.get("tag", "")}"; one of these is meant: {context.get("expected_tags", "")}'


def _length(told: Told) -> str:
    return (
        f"has {_context(told).get('actual_length', 'too few')} entries; at least {_context(told).get('min_length', 1)}"
    )


def _number(told: Told) -> str:
    context = _context(told)
    for key, word in (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below")):
        if key in context:
            return f"is {_seen(told)}; it must be {word} {context[key]}"
    return f"is {_seen(told)}, outside what is possible"


def _is_no(thing: str) -> Callable[[Told], str]:
    return lambda told: f"is {_seen(told)}; {thing} belongs here"


_WORDS: Mapping[str, Callable[[Told], str]] = {
    "missing": lambda _: "is not written",
    "extra_forbidden": lambda _: "is not known here",
    "literal_error": _words,
    "enum": _words,
    "union_tag_invalid": _kind,
    "union_tag_not_found": lambda told: f"does not say which {_context(told).get('discriminator', 'kind')} it is",
    "string_type": _is_no("a text"),
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda _: "is empty",
    "int_type": _is_no("a whole number"),
    "int_parsing": _is_no("a whole number"),
    "int_from_float": _is_no("a whole number"),
    "float_type": _is_no("a number"),
    "decimal_parsing": _is_no("a number"),
    "decimal_type": _is_no("a number"),
    "bool_type": _is_no("yes or no"),
    "bool_parsing": _is_no("yes or no"),
    "tuple_type": _is_no("a list"),
    "list_type": _is_no("a list"),
    "dict_type": _is_no("a table of keys"),
    "model_type": _is_no("a table of keys"),
    "model_attributes_type": _is_no("a table of keys"),
    "mapping_type": _is_no("a table of keys"),
    "too_short": _length,
    "greater_than": _number,
    "greater_than_equal": _number,
    "less_than": _number,
    "less_than_equal": _number,
}
"""What each type of refusal means to whoever wrote the file."""

_DO = {
    "missing": "write it; " + _SCHEMA,
    "extra_forbidden": "correct the word or remove it; " + _SCHEMA,
}


def root_causes(told: Sequence[Told]) -> list[Told]:
    """The refusals that nothing else explains: a list is not too short because of the wrong entry in it."""
    places = [tuple(one["loc"]) for one in told]
    return [
        one
        for one, place in zip(told, places, strict=True)
        if one["type"] != "too_short"
        or not any(len(other) > len(place) and other[: len(place)] == place for other in places)
    ]


def what_is_wrong(place: str, told: Told) -> str:
    """One sentence: the place in the file, and what stands there against what belongs there."""
    place = place or "the content"
    words = _WORDS.get(told["type"])
    if words is not None:
        return f"{place} {words(told)}"
    said = str(told["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return f"{place}: {said[:1].lower()}{said[1:]}"


def what_to_do(told: Told) -> str:
    """The remedy that goes with it."""
    return _DO.get(told["type"], _SCHEMA)
