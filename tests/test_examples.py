"""Each example prints the plan that stands beside it, byte for byte; `UPDATE_EXAMPLES=1` writes them anew.

The plans are written as the installed package of this checkout writes them: the engine's version is that of
pyproject.toml, whether or not it is installed here.
"""

from __future__ import annotations

import json
import os
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

import protocol.engine
from protocol.assessment import Assessment
from protocol.cli import main
from protocol.document import load
from protocol.plan.model import Plan
from protocol.render.text import render
from tests.engines import ROOT, engine
from tests.shuffling import shuffled

EXAMPLES = sorted((ROOT / "examples").glob("*/assessment.yaml"))
STORIES = pytest.mark.parametrize("story", EXAMPLES, ids=[story.parent.name for story in EXAMPLES])


@pytest.fixture(autouse=True)
def _as_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    monkeypatch.setattr(protocol.engine, "_version", lambda: f"{project['name']} {project['version']}")


def _plan(document: Any) -> Plan:  # noqa: ANN401 - plain data or a document
    return engine("shipped").plan(Assessment.read(document))


@STORIES
def test_it_prints_the_plan_beside_it(story: Path) -> None:
    plan = _plan(load(story.read_bytes(), story.name))
    ruleset = engine("shipped").program.ruleset
    text = render(plan, sources=ruleset.sources, flags=ruleset.vocabulary.flags)
    for name, content in (("plan.json", plan.to_json()), ("plan.txt", text)):
        place = story.parent / name
        if os.environ.get("UPDATE_EXAMPLES"):
            place.write_text(content, encoding="utf-8")
        assert place.is_file(), f"{place} is missing; write it: UPDATE_EXAMPLES=1"
        assert place.read_text(encoding="utf-8") == content, f"{place} differs; when that is meant: UPDATE_EXAMPLES=1"


@STORIES
def test_the_plan_is_what_its_schema_says(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "plan"]) == 0
    schema = json.loads(capsys.readouterr().out)
    plan = json.loads(_plan(load(story.read_bytes(), story.name)).to_json())
    jsonschema.Draft202012Validator(schema).validate(plan)
    assert list(plan) == list(Plan.model_fields)


@STORIES
def test_the_assessment_is_what_its_schema_says(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "assessment"]) == 0
    schema = json.loads(capsys.readouterr().out)
    document = load(story.read_bytes(), story.name).data
    jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(document, default=float)))


@STORIES
def test_twice_and_in_any_order(story: Path) -> None:
    document = load(story.read_bytes(), story.name)
    first = _plan(document).to_json()
    assert _plan(document).to_json() == first
    for seed in range(3):
        assert _plan(shuffled(document.data, Random(seed))).to_json() == first  # noqa: S311


@STORIES
def test_nothing_in_it_is_a_float_or_a_local_time(story: Path) -> None:
    """Amounts are decimal text and times are UTC, so that a plan is the same document everywhere."""
    plan = json.loads(_plan(load(story.read_bytes(), story.name)).to_json())
    floats = [
        value for value in _parts({**plan, "trace": {**plan["trace"], "input": None}}) if isinstance(value, float)
    ]
    assert floats == []
    assert plan["as_of"].endswith("Z")
    assert datetime.fromisoformat(plan["as_of"]).utcoffset() == timedelta(0)


def _parts(value: Any) -> list[Any]:  # noqa: ANN401 - any part of a document
    if isinstance(value, dict):
        return [part for inner in value.values() for part in _parts(inner)]
    return [part for inner in value for part in _parts(inner)] if isinstance(value, list) else [value]
