"""Promise 7: units do not matter: same plan but for the echo of the input."""

from __future__ import annotations

import copy
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import FIELDS, Assessment
from protocol.errors import QuantityError
from protocol.plan.model import Plan
from protocol.quantity import UNITS, canonical_unit, convert, plain
from tests.engines import NAMES, Name, engine, plan_of
from tests.plans import lines
from tests.strategies import assessments, fewer

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?:\.\.(-?\d+(?:\.\d+)?))? (\S.*)")
_LONGEST = 12  # digits after the point that a number may be written with
_ZONES = ("+00:00", "+02:00", "-05:30")


@pytest.mark.parametrize("name", NAMES)
@fewer(3)
@given(data=st.data())
def test_units_do_not_matter(name: Name, data: st.DataObject) -> None:
    """Units do not matter: same plan but for the echo of the input."""
    document = data.draw(assessments(name))
    ours = engine(name)
    straight = plan_of(ours.program, ours.board, Assessment.read(document)).plan
    turned = copy.deepcopy(document)
    _turn(turned, "", data.draw(st.integers(0, 6)))
    assert _without_echo(plan_of(ours.program, ours.board, Assessment.read(turned)).plan) == _without_echo(straight)


def _turn(here: Any, path: str, turn: int) -> None:  # noqa: ANN401 - any part of a document
    """Write every number in another unit of its kind, where that is exact, and every time in another zone."""
    if isinstance(here, list):
        for item in here:
            _turn(item, f"{path}[]", turn)
    if not isinstance(here, dict):
        return
    for key, value in here.items():
        below = f"{path}.{key}" if path else key
        if isinstance(value, str):
            spec = FIELDS.get(path if key == "value" else below)
            here[key] = _rewritten(value, spec.substance if spec else None, spec.unit if spec else "", turn)
        else:
            _turn(value, below, turn)


def _rewritten(text: str, substance: str | None, own: str, turn: int) -> str:
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return _in_zone(text, _ZONES[turn % len(_ZONES)])
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    try:
        unit = canonical_unit(match[3])
    except QuantityError:
        return text
    for other in _others(unit, substance, turn):
        low, high = (
            None if end is None else convert(Decimal(end), unit, other, substance) for end in match.group(1, 2)
        )
        if low is None or not _exact(low, other, unit, match[1], substance):
            continue
        if high is None:
            return f"{plain(low)} {other}"
        if _exact(high, other, unit, match[2], substance):
            return f"{plain(low)}..{plain(high)} {other}"
    return f"{match[1]}{'..' + match[2] if match[2] else ''} {own or unit}" if own == unit else text


def _others(unit: str, substance: str | None, turn: int) -> list[str]:
    found = []
    for other in UNITS:
        try:
            convert(Decimal(1), unit, other, substance)
        except QuantityError:
            continue
        if other != unit and "1" not in (other, unit) and "%" not in (other, unit):
            found.append(other)
    return found[turn % len(found) :] + found[: turn % len(found)] if found else []


def _exact(value: Decimal, other: str, unit: str, original: str, substance: str | None) -> bool:
    """Whether the value can be written down whole, and comes back as what it was."""
    digits = -int(value.normalize().as_tuple().exponent)
    return (
        digits <= _LONGEST
        and value.adjusted() < _LONGEST
        and convert(value, other, unit, substance) == Decimal(original)
    )


def _in_zone(text: str, zone: str) -> str:
    sign = -1 if zone[0] == "-" else 1
    offset = timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:])))
    return datetime.fromisoformat(text).astimezone(offset).isoformat()


def _without_echo(plan: Plan) -> dict[str, Any]:
    """The plan without its input, which lines of current medicines repeat as it was written."""
    content = plan.model_dump(mode="json", exclude={"trace": {"input"}, "plan_id": True})
    current = {line.id for line in lines(plan) if line.option is None}
    for step in content["steps"]:
        for line in step["lines"]:
            if line["id"] in current:
                line["title"] = line["id"]
    for calculation in content["calculations"]:
        calculation["working"] = ""
    return content
