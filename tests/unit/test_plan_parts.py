"""Parts of a plan are made without validation: what is made so is what validation would have made."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from protocol.assessment import Assessment
from protocol.document import load
from protocol.plan.model import Fact, Plan
from protocol.plan.part import canonical, canonical_json
from tests.engines import ROOT, engine

STORIES = sorted((ROOT / "examples").glob("*/assessment.yaml"))


def _plan(story: Path) -> Plan:
    return engine("shipped").plan(Assessment.read(load(story.read_bytes(), story.name)))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.parent.name)
def test_a_plan_is_what_its_document_says(story: Path) -> None:
    """Read back and validated, every part is the same, and so is the order of its keys."""
    plan = _plan(story)
    read = Plan.model_validate_json(plan.to_json())
    assert read == plan
    assert read.to_json() == plan.to_json()
    assert json.dumps(read.model_dump(mode="json")) == json.dumps(plan.model_dump(mode="json"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.parent.name)
def test_the_id_is_the_digest_of_the_canonical_content(story: Path) -> None:
    """The digest needs nothing but the document: another program can work it out."""
    content = json.loads(_plan(story).to_json())
    named = content.pop("plan_id")
    assert named == f"sha256:{hashlib.sha256(canonical_json(content).encode()).hexdigest()}"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.parent.name)
def test_every_part_has_every_field_in_order(story: Path) -> None:
    """A part made without validation lacks no field, has none too many, and says them in the declared order."""
    pending: list[object] = [_plan(story)]
    seen = 0
    while pending:
        part = pending.pop()
        if isinstance(part, BaseModel):
            assert list(vars(part)) == list(type(part).model_fields), type(part).__name__
            pending += vars(part).values()
            seen += 1
        elif isinstance(part, tuple):
            pending += part
    assert seen > len(vars(_plan(story)))


def test_a_copy_that_says_something_else_has_its_own_text() -> None:
    """The canonical text of a shared part is written once, and never that of another."""
    fact = Fact.made(finding="egfr", title="eGFR", value="51 mL/min", standing="stated", at=None)
    assert canonical(fact) == canonical_json(fact)
    changed = fact.model_copy(update={"value": "20 mL/min"})
    assert canonical(changed) == canonical_json(changed) != canonical(fact)
    assert fact == Fact.model_validate(fact.model_dump())
