"""The commands: what each prints, and the exit code it answers with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from protocol.cli import explaining, main, plans
from protocol.cli import rules as rule_commands
from protocol.errors import AssessmentError, EngineFault, Fault
from protocol.rules.formulary import Drug
from protocol.rules.rule import Rule
from protocol.rules.skeleton import KINDS, skeleton
from protocol.terms import LISTS
from tests.unit.sample_plan import SOURCES, classic

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands about a patient answer from the sample plan."""
    ruleset: Any = SimpleNamespace(sources=SOURCES, vocabulary=SimpleNamespace(flags={}))
    monkeypatch.setattr(plans, "planned_for", lambda _: plans.Planned(classic(), ruleset, None))
    monkeypatch.setattr(explaining, "planned_for", plans.planned_for)


@pytest.fixture
def ruleset(tmp_path: Path) -> Path:
    """A folder that is a ruleset by its looks."""
    (tmp_path / "ruleset.yaml").write_text("ruleset: x\n")
    return tmp_path


@pytest.mark.usefixtures("planned")
def test_plan_prints_text(capsys: Capture) -> None:
    assert main(["plan", "x.yaml"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Patient demo-1 |")
    assert shown.err == ""


@pytest.mark.usefixtures("planned")
def test_plan_prints_json_that_reads_back(capsys: Capture) -> None:
    assert main(["plan", "x.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["trace"]["input"]["assessment_id"] == "demo-1"


@pytest.mark.usefixtures("planned")
def test_everything_is_longer(capsys: Capture) -> None:
    main(["plan", "x.yaml"])
    short = capsys.readouterr().out
    main(["plan", "x.yaml", "--everything"])
    assert len(capsys.readouterr().out) > 2 * len(short)


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("command", ["why", "why-not"])
def test_why_explains(command: str, capsys: Capture) -> None:
    assert main([command, "x.yaml", "nsaid-1"]) == 0
    assert "The kidneys are failing" in capsys.readouterr().out


@pytest.mark.usefixtures("planned")
def test_error_why_of_what_is_not_there(capsys: Capture) -> None:
    assert main(["why", "x.yaml", "opioid-on"]) == 2
    assert capsys.readouterr().err == (
        "Nothing was done: 1 thing to put right.\n"
        'x.yaml\n  nothing on this plan is called "opioid-on"\n  Did you mean opioid-one or opioid-two?\n'
    )


@pytest.mark.usefixtures("planned")
def test_ask_prints_every_question(capsys: Capture) -> None:
    assert main(["ask", "-"]) == 0
    assert "8. Do act number 8" in capsys.readouterr().out


def test_an_engine_fault_still_tells_the_agreed_red_flags(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def fail(_: object) -> None:
        raise EngineFault(Fault("invariant x", "it broke", "report it"), agreed_red_flags=("Call for help now.",))

    monkeypatch.setattr(plans, "planned_for", fail)
    assert main(["plan", "x.yaml"]) == 5
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.endswith("Red flags that both evaluators raise:\n  Call for help now.\n")


def test_error_unexpected_is_a_sentence_and_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr(plans, "planned_for", fail)
    monkeypatch.delenv("MPS_DEBUG", raising=False)
    assert main(["plan", "x.yaml"]) == 5
    shown = capsys.readouterr().err
    assert shown.startswith("No plan: the program met something it was not made for, and stopped.")
    assert "Traceback" not in shown
    monkeypatch.setenv("MPS_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["plan", "x.yaml"])


def test_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("mps-protocol ")


def test_terms_prints_every_word(capsys: Capture) -> None:
    assert main(["terms"]) == 0
    shown = capsys.readouterr().out
    for terms in LISTS.values():
        assert f"{terms.name}: {terms.meaning}" in shown


@pytest.mark.parametrize("document", ["assessment", "plan", "rule", "drug", "vocabulary"])
def test_schema_is_json(document: str, capsys: Capture) -> None:
    assert main(["schema", document]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(
    "arguments", [[], ["plan"], ["prescribe", "x"], ["schema", "x"], ["plan", "x", "--form", "json"]]
)
def test_error_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_has_the_shape_of_a_rule_and_says_what_to_replace(kind: str) -> None:
    path, text = skeleton(kind, "an-id")
    data = YAML(typ="safe", pure=True).load(text)
    TypeAdapter(Drug if kind == "drug" else Rule).validate_python(data)
    assert path == f"{KINDS[kind]}/an-id.yaml"
    assert "replace" in text.lower()
    if kind != "drug":
        blocks = [key for key in data if key in ("when", "then", "because", "examples")]
        assert blocks == [block for block in ("when", "then", "because", "examples") if block in data]
        assert text.count("\n# ") >= 3


def test_new_writes_once(ruleset: Path, capsys: Capture) -> None:
    assert main(["new", "contraindication", "no-x-in-y", str(ruleset)]) == 0
    target = ruleset / "contraindications" / "no-x-in-y.yaml"
    assert capsys.readouterr().out.startswith(f"{target}\n")
    before = target.read_bytes()
    assert main(["new", "contraindication", "no-x-in-y", str(ruleset)]) == 2
    assert main(["new", "caution", "no-x-in-y", str(ruleset)]) == 2
    assert "stands in this file already" in capsys.readouterr().err
    assert target.read_bytes() == before
    assert not (ruleset / "cautions").exists()


def test_new_leaves_a_file_of_that_name_alone(ruleset: Path, capsys: Capture) -> None:
    (ruleset / "limits").mkdir()
    (ruleset / "limits" / "mine.yaml").write_text("# notes\n")
    assert main(["new", "limit", "mine", str(ruleset)]) == 2
    assert "was left as it is" in capsys.readouterr().err
    assert (ruleset / "limits" / "mine.yaml").read_text() == "# notes\n"


@pytest.mark.parametrize("name", ["No-Caps", "a--b", "../up", "under_score", ""])
def test_error_new_with_a_bad_id(name: str, ruleset: Path, capsys: Capture) -> None:
    assert main(["new", "caution", name, str(ruleset)]) == 2
    assert "is not an id" in capsys.readouterr().err


def test_error_new_outside_a_ruleset(tmp_path: Path, capsys: Capture) -> None:
    assert main(["new", "caution", "x", str(tmp_path)]) == 2
    assert "holds no ruleset.yaml" in capsys.readouterr().err


def test_a_ruleset_is_found_by_id_by_folder_or_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_commands, "_shelf", lambda: tmp_path)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "ruleset.yaml").touch()
    assert rule_commands.folder_of(None) == tmp_path / "one"
    assert rule_commands.folder_of("one") == tmp_path / "one"
    assert rule_commands.folder_of("elsewhere") == Path("elsewhere")


def test_the_clock_notes_age_and_refuses_the_future(capsys: Capture) -> None:
    now = datetime.now(UTC)
    plans._compare_with_clock(now + timedelta(minutes=4), "x", (1, 1))
    plans._compare_with_clock(now - timedelta(hours=23), "x", (1, 1))
    assert capsys.readouterr().err == ""
    plans._compare_with_clock(now - timedelta(days=3, hours=1), "x", (1, 1))
    assert capsys.readouterr().err == "Note: this assessment is 3 days old: facts may be stale.\n"
    with pytest.raises(AssessmentError, match="assessed_at is in the future"):
        plans._compare_with_clock(now + timedelta(minutes=6), "x", (2, 14))


def test_the_suffix_of_a_file_does_not_matter(tmp_path: Path) -> None:
    yaml = "assessment_id: a\nassessed_at: 2026-03-14T09:00:00+00:00\npain: {nrs: {now: 5}}\n"
    as_json = json.dumps({"assessment_id": "a", "assessed_at": "2026-03-14T09:00:00Z", "pain": {"nrs": {"now": 5}}})
    for name, text in (
        ("a.json", yaml),
        ("a.txt", yaml),
        ("b.txt", as_json),
        ("b.yaml", as_json),
        ("b", as_json),
    ):
        (tmp_path / name).write_text(text)
        assert plans._document(str(tmp_path / name)).data["assessment_id"] == "a"


def test_standard_input_is_read_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abc")))
    assert plans._bytes("-") == b"abc"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-m", "protocol", "terms"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.read(10)
        run.stdout.close()
        assert run.wait(timeout=60) == 0
        assert run.stderr.read() == b""


def test_output_is_utf8_whatever_the_locale() -> None:
    command = [sys.executable, "-m", "protocol", "schema", "assessment"]
    world = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(command, capture_output=True, cwd=ROOT, env=world, check=False)
    assert run.returncode == 0
    run.stdout.decode("utf-8")
