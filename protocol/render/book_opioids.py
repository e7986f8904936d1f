"""The tables of opioid arithmetic and of adequate trials: every number, condition and source as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from protocol.render.book_words import Words, labelled, refer_words
from protocol.render.conditions import finding_words
from protocol.render.page import clean
from protocol.render.sheet import Block, Grid, Heading, Link, Para, Points, Span, Text, together
from protocol.rules.formulary import Step
from protocol.rules.rule import Because, Refer

__all__ = ["opioid_tables", "trial_tables"]

Place = tuple[str | int, ...]

_ID = re.compile(r"[a-z]+(_[a-z0-9]+)+")
_LABELS = {
    "because": "evidence",
    "class_": "class",
    "low": "fixed low starts",
    "low_below": "fixed low start below",
    "r": "lowered by the part",
    "say": "words",
    "smaller": "smaller start",
    "smaller_when": "smaller start when",
    "times": "multiplied by",
    "younger": "smaller divisor for the young",
}
"""Fields whose own name says too little on paper."""


def opioid_tables(book: Words) -> Iterator[Block]:
    """The conversion table of the ruleset, part by part."""
    table = book.ruleset.conversion
    if table is None:
        yield Para(("This ruleset converts no opioid.",))
        return
    names = {path: name for name, _, path in table.conditions()}
    yield Para((f"Totals are counted in {table.measure}. A row that cannot be told counts as one that applies.",))
    for field in type(table).model_fields:
        part = getattr(table, field)
        parts = part if isinstance(part, tuple) else (part,)
        for number, one in enumerate(parts):
            if isinstance(one, BaseModel):
                path: Place = (field, number) if isinstance(part, tuple) else (field,)
                named = getattr(one, "drug", "")
                suffix = f": {named}" if named else ""
                yield Heading(
                    3,
                    f"{_label(field)}{suffix}",
                    f"c-{field.replace('_', '-')}{f'-{named}' if named else ''}",
                )
                yield from _part(book, names, one, path)


def trial_tables(book: Words) -> Iterator[Block]:
    """When an earlier treatment counts as tried and failed."""
    trials = book.ruleset.trials
    if trials is None:
        yield Para(("This ruleset judges no earlier treatment.",))
        return
    yield from _part(book, {}, trials, ())


def _part(book: Words, names: Mapping[Place, str], part: BaseModel, path: Place) -> Iterator[Block]:
    """Plain fields as points, lists of rows as tables, the evidence last."""
    points: list[Text] = []
    grids: list[Block] = []
    for field in type(part).model_fields:
        value = getattr(part, field)
        here: Place = (*path, field)
        if field == "because" or value is None or value == ():
            continue
        if isinstance(value, tuple) and isinstance(value[0], BaseModel) and not isinstance(value[0], Step):
            grids += [Para(labelled(_label(field))), _grid(book, names, value, here)]
        else:
            points.append(labelled(_label(field), *_cell(book, names, value, here)))
    because = getattr(part, "because", None)
    if isinstance(because, Because):
        grids.append(Points((book.evidence(because),)))
    if points:
        yield Points(tuple(points))
    yield from grids


def _grid(book: Words, names: Mapping[Place, str], rows: tuple[BaseModel, ...], path: Place) -> Grid:
    fields = [f for f in type(rows[0]).model_fields if any(getattr(r, f) not in (None, ()) for r in rows)]
    return Grid(
        tuple(_label(field) for field in fields),
        tuple(
            tuple(_cell(book, names, getattr(row, field), (*path, number, field)) for field in fields)
            for number, row in enumerate(rows)
        ),
    )


def _cell(book: Words, names: Mapping[Place, str], value: Any, path: Place) -> Text:  # noqa: ANN401 - any field of a table
    if path in names:
        return book.when(names[path])
    match value:
        case Because():
            return book.evidence(value)[2:]
        case Refer():
            return (refer_words(value),)
        case Step():
            return (f"from {value.from_} in steps of {value.step}",)
        case BaseModel():
            fields = [f for f in type(value).model_fields if getattr(value, f) not in (None, ())]
            inner = [(f"{_label(f).lower()} ", *_cell(book, names, getattr(value, f), (*path, f))) for f in fields]
            return together(inner, ", ")
        case tuple():
            mark = " " if str(value[:1]).endswith(".',)") else "; "
            return together([_cell(book, names, v, (*path, i)) for i, v in enumerate(value)], mark)
        case _:
            return (_plain(book, value, path[-1]),)


def _plain(book: Words, value: Any, field: str | int) -> Span:  # noqa: ANN401 - a word, an amount or nothing
    text = clean("" if value is None else str(value))
    if field == "source":
        return Link(text, f"s-{text}")
    if field == "drug":
        return book.drug(text)
    return finding_words(text) if _ID.fullmatch(text) else text


def _label(field: str) -> str:
    name = _LABELS.get(field, finding_words(field.rstrip("_")))
    return name[:1].upper() + name[1:]
