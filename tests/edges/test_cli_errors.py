"""What can go wrong on the command line: each has its exit code, three lines, and no traceback."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.cli import main, plans
from protocol.errors import AssessmentError

Capture = pytest.CaptureFixture[str]
GOOD = "assessment_id: a\nassessed_at: 2026-03-14T09:00:00+00:00\npain: {nrs: {now: 5}}\n"


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str | bytes], str]:
    """Save a text, and answer the name of its file."""

    def save(text: str | bytes) -> str:
        path = tmp_path / "patient.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return save


def told(capsys: Capture) -> str:
    """What stands on the standard error: nothing else was printed, and nothing looks like a crash."""
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert "Error:" not in shown.err
    return shown.err


@pytest.mark.parametrize("command", [["plan"], ["ask"], ["why", "x"], ["why-not", "x"]])
def test_error_no_such_file(command: list[str], tmp_path: Path, capsys: Capture) -> None:
    missing = str(tmp_path / "nobody.yaml")
    assert main([command[0], missing, *command[1:]]) == 3
    assert told(capsys) == (
        "The assessment cannot be used: 1 thing to put right.\n"
        f"{missing}\n  the file cannot be read: no such file or directory\n"
        "  Name a readable file in YAML or JSON, or - to read the standard input.\n"
    )


def test_error_a_folder_is_no_assessment(tmp_path: Path, capsys: Capture) -> None:
    assert main(["plan", str(tmp_path)]) == 3
    assert "the file cannot be read: is a directory" in told(capsys)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_error_a_file_that_may_not_be_read(saved: Callable[[str], str], capsys: Capture) -> None:
    name = saved(GOOD)
    Path(name).chmod(0)
    assert main(["plan", name]) == 3
    assert "permission denied" in told(capsys)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, ""])
def test_error_a_name_that_no_file_can_have(name: str, capsys: Capture) -> None:
    assert main(["plan", name]) == 3
    assert "the file cannot be read" in told(capsys)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"just words",
        b"[1, 2]",
        b"{",
        b"a: &x 1\nb: *x\n",
        b"a: 1\na: 2\n",
        b"\x1b[31m: 1\n",
        GOOD.encode() + b"laboratory: {creatinine: {value: 1.4}}\n",
        GOOD.encode() + b"no_such_group: 1\n",
        b"x" * 2_000_000,
    ],
)
def test_error_bad_content(text: bytes, saved: Callable[[bytes], str], capsys: Capture) -> None:
    name = saved(text)
    assert main(["plan", name]) == 3
    error = told(capsys)
    assert error.startswith("The assessment cannot be used: ")
    assert name in error
    assert "\x1b" not in error


def test_error_the_future(saved: Callable[[str], str], capsys: Capture) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    name = saved(GOOD.replace("2026-03-14T09:00:00+00:00", later))
    assert main(["plan", name]) == 3
    error = told(capsys)
    assert f"{name}:2:14\n  assessed_at is in the future: " in error
    assert error.endswith("  Correct assessed_at, or the clock of this machine.\n")


def test_error_no_such_ruleset(saved: Callable[[str], str], tmp_path: Path, capsys: Capture) -> None:
    assert main(["plan", saved(GOOD), "--ruleset", str(tmp_path / "none")]) == 4
    assert "this folder holds no ruleset.yaml" in told(capsys)


def test_error_a_broken_ruleset(saved: Callable[[str], str], tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "ruleset.yaml").write_text("ruleset: [\n")
    assert main(["plan", saved(GOOD), "--ruleset", str(folder)]) == 4
    assert "The ruleset cannot be used" in told(capsys)


def test_error_a_ruleset_file_that_is_a_folder(saved: Callable[[str], str], tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "rules"
    (folder / "odd.yaml").mkdir(parents=True)
    (folder / "ruleset.yaml").write_text("ruleset: x\n")
    assert main(["plan", saved(GOOD), "--ruleset", str(folder)]) == 4
    assert "the ruleset cannot be read: is a directory" in told(capsys)


@given(st.binary(max_size=200))
def test_no_bytes_escape_as_anything_but_a_fault(tmp_path_factory: pytest.TempPathFactory, source: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(source)
    with pytest.raises(AssessmentError):
        Assessment.read(plans._document(str(path)))
