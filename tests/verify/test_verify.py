"""`mps verify` on a small ruleset: it proves it whole, and finds a patient for every fault that is planted."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from random import Random

import pytest

from protocol.cli import main
from protocol.inference.compile import compile_ruleset
from protocol.inference.evaluate import truth
from protocol.possible import Possible
from protocol.rules.load import load_ruleset
from protocol.rules.targets import set_out
from protocol.terms import Truth
from tests.engines import FOLDERS, Name, engine

pytest.importorskip("z3")

from protocol.verify.bench import Bench, Question
from protocol.verify.finding import Breach, Outcome
from protocol.verify.relations import reach
from protocol.verify.replay import case_at, status_of
from protocol.verify.run import PROPERTIES, verify

SMALL = FOLDERS["small"]
DRAWS = 300
Edit = tuple[str, str, str]


def _no_clock() -> float:
    return 0.0


def _changed(tmp_path: Path, *edits: Edit) -> Path:
    """The small ruleset with some texts of its files replaced; without a lock, so that the change counts."""
    folder = tmp_path / "small"
    shutil.copytree(SMALL, folder)
    (folder / "ruleset.lock").unlink()
    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} no longer says {old}"
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def _broken(folder: Path, *only: str) -> list[Breach]:
    return [breach for outcome in verify(load_ruleset(folder), _no_clock, only) for breach in outcome.breaches]


@cache
def _proved() -> tuple[Outcome, ...]:
    return tuple(verify(load_ruleset(SMALL), _no_clock))


@pytest.mark.parametrize("name", PROPERTIES)
def test_the_small_ruleset_is_proved(name: str) -> None:
    outcome = next(o for o in _proved() if o.name == name)
    assert outcome.count > 0
    assert not outcome.breaches


def _rule_removed(file: str, rule: str, tmp_path: Path) -> Path:
    folder = _changed(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    parts = text.split("- rule: ")
    kept = [part for part in parts if not part.startswith(f"{rule}\n")]
    assert len(kept) == len(parts) - 1
    (folder / file).write_text("- rule: ".join(kept), encoding="utf-8")
    return folder


def test_a_contraindication_deleted(tmp_path: Path) -> None:
    """The never-event stands, and a patient with an ulcer is offered what hurts the stomach."""
    found = _broken(_rule_removed("contraindications/soothing.yaml", "soothing-with-ulcer", tmp_path))
    breach = next(b for b in found if b.rule == "never-soothing-with-ulcer")
    assert breach.option == "delta-oral"
    assert breach.patient["peptic_ulcer"] == "active"
    assert breach.replayed in ("plan", "findings")


@pytest.mark.parametrize(
    ("edit", "rule", "word"),
    [
        pytest.param(
            ("findings/organs.yaml", "respiratory_rate: { below: 8 /min }", "respiratory_rate: { below: 5 /min }"),
            "never-strong-in-respiratory-arrest",
            "respiratory_rate",
            id="a threshold moved",
        ),
        pytest.param(
            (
                "findings/organs.yaml",
                "when: { any: [ { respiratory_rate: { below: 8 /min } }",
                "when: { all: [ { respiratory_rate: { below: 8 /min } }",
            ),
            "never-strong-in-respiratory-arrest",
            "respiratory_rate",
            id="an any turned into all",
        ),
    ],
)
def test_a_condition_changed(edit: Edit, rule: str, word: str, tmp_path: Path) -> None:
    breach = next(b for b in _broken(_changed(tmp_path, edit), "never-events") if b.rule == rule)
    assert word in breach.patient
    assert breach.replayed in ("plan", "findings")


def test_a_plan_breaks_what_the_proof_breaks(tmp_path: Path) -> None:
    """The assessment of a counterexample is read, planned and refused by the guard."""
    edit = ("findings/organs.yaml", "respiratory_rate: { below: 8 /min }", "respiratory_rate: { below: 5 /min }")
    folder = _changed(tmp_path, edit)
    found = _broken(folder, "never-events")
    written = next(b.assessment for b in found if b.replayed == "plan")
    file = tmp_path / "patient.json"
    file.write_text(json.dumps(written), encoding="utf-8")
    assert main(["plan", str(file), "--ruleset", str(folder)]) == 5


def test_a_row_that_nobody_reaches(tmp_path: Path) -> None:
    edit = (
        "findings/pain-level.yaml",
        "      - { value: middling, when: { nrs_average_24h: { at_least: 4 } } }\n",
        (
            "      - { value: middling, when: { nrs_average_24h: { at_least: 4 } } }\n"
            "      - { value: middling, when: { nrs_average_24h: { at_least: 5 } } }\n"
        ),
    )
    found = _broken(_changed(tmp_path, edit), "rows")
    assert [b.rule for b in found] == ["pain-level"]
    assert "row 3 of pain_level" in found[0].what


def test_a_band_gap_is_refused_on_loading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit = ("formulary/alphadrug.yaml", 'from: ">=0", dose', 'from: ">=10", dose')
    assert main(["verify", str(_changed(tmp_path, edit))]) == 4
    assert "no band reaches down to 0" in capsys.readouterr().err


def test_a_second_rule_for_one_finding_is_refused_on_loading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _changed(tmp_path)
    text = (folder / "findings" / "pain-level.yaml").read_text(encoding="utf-8")
    second = text.replace("rule: pain-level", "rule: pain-level-again")
    (folder / "findings" / "pain-level-again.yaml").write_text(second, encoding="utf-8")
    assert main(["verify", str(folder)]) == 4
    assert "pain_level is also set by" in capsys.readouterr().err


def test_worse_that_improves(tmp_path: Path) -> None:
    edit = (
        "contraindications/soothing.yaml",
        "when: { creatinine_clearance: { below: 30 mL/min } }",
        "when: { creatinine_clearance: { at_least: 30 mL/min } }",
    )
    found = _broken(_changed(tmp_path, edit), "worse")
    breach = next(b for b in found if b.option == "delta-oral")
    assert "creatinine_clearance" in breach.then
    assert breach.replayed == "findings"


def test_forgetting_that_offers(tmp_path: Path) -> None:
    edit = (
        "contraindications/soothing.yaml",
        "exclude: [ { class: soothing, degree: absolute, scope: both } ]",
        "exclude: [ { class: soothing, degree: absolute, scope: both, if_unknown: allow } ]",
    )
    breach = next(b for b in _broken(_changed(tmp_path, edit), "forgetting") if b.option == "delta-oral")
    assert "peptic_ulcer" in breach.then
    assert breach.replayed in ("plan", "findings")


def test_exit_code_and_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(SMALL), "--only", "never-events"]) == 0
    assert capsys.readouterr().out.startswith("never-events              proved      6")
    folder = _rule_removed("contraindications/soothing.yaml", "soothing-with-ulcer", tmp_path)
    assert main(["verify", str(folder), "--only", "never-events", "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["properties"][0]["breaches"][0]["patient"]["peptic_ulcer"] == "active"
    assert "never-soothing-with-ulcer" in shown.err
    assert main(["verify", str(SMALL), "--only", "nothing"]) == 2


@cache
def _bench(name: Name) -> Bench:
    ours = engine(name)
    return Bench(ours.program, ours.board)


@pytest.mark.parametrize(("name", "draws"), [("small", DRAWS), ("shipped", 6)])
def test_the_encoding_agrees_with_the_reference(name: Name, draws: int) -> None:
    """Patients drawn by the solver: every condition and every status is what the evaluator and the judge say."""
    bench = _bench(name)
    chance = Random(5)  # noqa: S311 - patients are drawn, not keys
    names = sorted(bench.program.conditions)
    everything = reach(bench.blueprint, bench.program.domains.of)
    question = Question((bench.patient,), everything)
    asked = 0
    while asked < draws:
        surely, possibly = bench.patient.named(chance.choice(names))
        wanted = chance.choice((surely, possibly))
        model = question.session.find(*([] if wanted in (True, False) else [wanted]))
        if model is None:
            continue
        asked += 1
        given: dict[str, Possible] = dict(bench.patient.findings(everything, model))
        case = case_at(bench.program, given)
        for one in chance.sample(names, min(len(names), 60)):
            sure, may = (model.holds(part) for part in bench.patient.named(one))
            said = Truth.APPLIES if sure else Truth.CANNOT_TELL if may else Truth.DOES_NOT_APPLY
            assert said is truth(bench.program.conditions[one], case.findings), one
        for candidate in chance.sample(bench.board.candidates, min(len(bench.board.candidates), 12)):
            standing = bench.standings.of(candidate)
            said_so = [s for s in ("offered", "withheld", "refer", "excluded") if model.holds(getattr(standing, s))]
            status = status_of(case, candidate, bench.board)
            assert said_so == ([] if status == "not-indicated" else [status]), candidate.id


def test_a_compiled_ruleset_is_left_as_it_was() -> None:
    program = compile_ruleset(load_ruleset(SMALL))
    before = dict(program.conditions)
    verify(program.ruleset, _no_clock, ["rows"])
    assert before == dict(program.conditions)
    assert set_out(program.ruleset).candidates
