"""`mps diff`: what changed between two rulesets, for whom, and how; a ruleset and itself say nothing."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import pytest

from protocol.cli import main
from protocol.inference.compile import compile_ruleset
from protocol.inference.evaluate import truth
from protocol.inference.examples import given
from protocol.inference.program import Program
from protocol.rules.load import load_ruleset
from protocol.verify.difference import Difference, Part, difference
from protocol.verify.draw import drawn
from tests.engines import FOLDERS

SMALL = FOLDERS["small"]
KIDNEYS = ("contraindications/soothing.yaml", "below: 30 mL/min", "below: 45 mL/min")
Edit = tuple[str, str, str]


@cache
def _program(folder: Path) -> Program:
    return compile_ruleset(load_ruleset(folder))


def _edited(tmp_path: Path, *edits: Edit) -> Path:
    folder = tmp_path / "small"
    shutil.copytree(SMALL, folder)
    (folder / "ruleset.lock").unlink()
    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} no longer says {old}"
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def _diff(folder: Path, *, cohort: int = 0, solver: bool = False) -> Difference:
    return difference(_program(SMALL), _program(folder), {}, cohort=cohort, solver=solver)


def _part(found: Difference, name: str) -> Part:
    (part,) = [part for part in found.parts if part.changed.name == name]
    return part


def test_a_ruleset_and_itself_are_no_change(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(SMALL), str(SMALL), "--cohort", "5"]) == 0
    assert capsys.readouterr().out == "small 2026.1: no change.\n"


def test_order_of_keys_and_a_lock_are_no_change(tmp_path: Path) -> None:
    """One is read from its lock, where keys are sorted, the other from its files."""
    assert _diff(_edited(tmp_path)).nothing


def test_a_moved_threshold_has_a_witness_between_old_and_new(tmp_path: Path) -> None:
    folder = _edited(tmp_path, KIDNEYS)
    part = _part(_diff(folder), "soothing-with-poor-kidneys")
    assert [(e.where, e.before, e.after) for e in part.changed.edits] == [
        ("when creatinine_clearance below", "30 mL/min", "45 mL/min")
    ]
    assert part.witness is not None
    assert part.witness.how == "all values tried"
    assert part.witness.findings is not None
    for program, said in ((_program(SMALL), part.witness.before), (_program(folder), part.witness.after)):
        findings = given(program, dict(part.witness.findings))
        assert truth(program.conditions["soothing-with-poor-kidneys"], findings) == said


def test_the_solver_finds_somebody_who_is_offered_by_one_only(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    part = _part(_diff(_edited(tmp_path, KIDNEYS), solver=True), "soothing-with-poor-kidneys")
    assert part.witness is not None
    assert part.witness.how == "solver"
    assert (part.witness.before, part.witness.after) == ("delta-oral offered", "not offered")


def test_the_solver_proves_that_there_is_nobody(tmp_path: Path) -> None:
    """A condition written twice over says the same of everybody."""
    pytest.importorskip("z3")
    twice = (
        "contraindications/soothing.yaml",
        "when: { peptic_ulcer: { is: active } }",
        "when: { any: [ { peptic_ulcer: { is: active } }, { peptic_ulcer: { one_of: [active] } } ] }",
    )
    part = _part(_diff(_edited(tmp_path, twice), solver=True), "soothing-with-ulcer")
    assert part.witness is not None
    assert part.witness.findings is None


def test_a_weaker_degree_is_told_by_option(tmp_path: Path) -> None:
    weaker = (
        "contraindications/soothing.yaml",
        "{ class: soothing, degree: absolute, scope: both }",
        "{ class: soothing, degree: senior, scope: both, refer: { to: a senior, within: 4 h } }",
    )
    part = _part(_diff(_edited(tmp_path, weaker)), "soothing-with-ulcer")
    effects = [(e.where, e.before, e.after) for e in part.changed.effects]
    assert ("delta-oral", "absolute, both", "senior, both, a senior within 4 h") in effects


def test_a_retired_rule_is_removed_and_an_unretired_one_added(tmp_path: Path) -> None:
    retired = ("cautions/frail.yaml", "revision: 1\n", 'revision: 2\nretired: "yes"\n')
    folder = _edited(tmp_path, retired)
    assert _part(_diff(folder), "frail-and-strong").changed.what == "removed"
    back = difference(_program(folder), _program(SMALL), {}, solver=False)
    assert _part(back, "frail-and-strong").changed.what == "added"


def test_other_examples_only_change_nobody(tmp_path: Path) -> None:
    more = (
        "cautions/frail.yaml",
        "  - { given: { frail: absent }",
        "  - { given: { frail: present, peptic_ulcer: past }, expect: applies }\n  - { given: { frail: absent }",
    )
    part = _part(_diff(_edited(tmp_path, more)), "frail-and-strong")
    assert part.changed.what == "examples only"
    assert part.witness is None


def test_a_dose_shows_on_the_plan_of_somebody_drawn(tmp_path: Path) -> None:
    less = ("formulary/alphadrug.yaml", "dose: 2 mg, maximum: 2 mg", "dose: 1 mg, maximum: 2 mg")
    found = _diff(_edited(tmp_path, less), cohort=40)
    part = _part(found, "alphadrug")
    assert [(e.before, e.after) for e in part.changed.effects] == [
        ("2 mg, at most 2 mg a day", "1 mg, at most 2 mg a day")
    ]
    assert part.patient is not None
    assert any(moved.what == "dose" for moved in part.plan)
    assert found.cohort is not None
    assert 0 < found.cohort.changed < found.cohort.drawn == 40
    assert found.cohort.by_kind["line dose"] >= 1


def test_the_same_seed_draws_the_same_patients() -> None:
    program = _program(SMALL)
    one, same, other = (list(drawn(program, 6, seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_drawn_patients_stand_on_both_sides_of_a_threshold() -> None:
    """Nobody has to hit a threshold by luck: its own value and its neighbours are what is drawn."""
    found = {a.assessment_id for a in drawn(_program(SMALL), 30, 0)}
    assert len(found) == 30


def test_the_text_is_a_changelog_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _edited(tmp_path, KIDNEYS)
    assert main(["diff", str(SMALL), str(folder), "--cohort", "5"]) == 0
    told = capsys.readouterr().out
    lines = told.splitlines()
    assert lines[0] == "small 2026.1, before and after"
    assert lines[1] == "1 contraindication changed"
    assert "Whose plan changes" in lines
    assert "    when creatinine_clearance below: 30 mL/min -> 45 mL/min" in lines
    assert "    because: fiction" in lines
    assert all(len(line) <= 100 for line in lines)


def test_the_report_for_programs_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _edited(tmp_path, KIDNEYS)
    assert main(["diff", str(SMALL), str(folder), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (part,) = report["parts"]
    assert part["changed"]["what"] == "changed"
    assert part["witness"]["findings"] is not None
    assert report["cohort"] is None
