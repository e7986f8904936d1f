"""Promise 8: same input, ruleset and engine version, same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.document import load
from tests.engines import FOLDERS, NAMES, ROOT, Name, engine
from tests.strategies import assessments, bases, fewer


@pytest.mark.parametrize("name", NAMES)
@fewer(4)
@given(data=st.data())
def test_the_same_engine_twice(name: Name, data: st.DataObject) -> None:
    """Same input, ruleset and engine version, same bytes; so does the echo of the input."""
    document = data.draw(assessments(name))
    ours = engine(name)
    first = ours.plan(Assessment.read(document))
    assert ours.plan(Assessment.read(document)).to_json() == first.to_json()
    echoed = json.dumps(first.trace.input).encode()
    again = ours.plan(Assessment.read(load(echoed, "echo.json")))
    assert again.to_json() == first.to_json()


@pytest.mark.parametrize("name", NAMES)
def test_other_processes(name: Name, tmp_path: Path) -> None:
    """Processes with other hash seeds, other time zones and other locales write the same bytes."""
    story = tmp_path / "assessment.json"
    story.write_text(json.dumps(bases()[1], default=str), encoding="utf-8")
    answers = {
        _run(story, FOLDERS[name], {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"})
        for seed, zone in (("0", "UTC"), ("1", "Asia/Kathmandu"), ("random", "America/St_Johns"))
    }
    assert len(answers) == 1


def _run(story: Path, ruleset: Path, environment: dict[str, str]) -> bytes:
    command = [
        sys.executable,
        "-m",
        "protocol",
        "plan",
        str(story),
        "--format",
        "json",
        "--ruleset",
        str(ruleset),
    ]
    run = subprocess.run(command, check=False, capture_output=True, cwd=ROOT, env={**os.environ, **environment})
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout
