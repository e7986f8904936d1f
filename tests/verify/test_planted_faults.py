"""Faults planted in the shipped rules, and the counterexamples that earlier faults left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from protocol.inference.compile import compile_ruleset
from protocol.inference.program import Program
from protocol.plan.guard import INVARIANTS
from protocol.rules.load import load_ruleset
from protocol.rules.rule import Contraindication
from protocol.rules.ruleset import Ruleset
from protocol.rules.targets import Board, set_out
from tests.engines import FOLDERS, ROOT, engine

pytest.importorskip("z3")

from protocol.cli import main
from protocol.verify import safety
from protocol.verify.bench import Bench
from protocol.verify.finding import Breach
from protocol.verify.fixtures import still_broken
from protocol.verify.invariants import COVER
from protocol.verify.logic import at_least, no, variable
from protocol.verify.replay import case_at, status_of
from protocol.verify.run import PROPERTIES
from protocol.verify.second import Disagreement, confirm
from protocol.verify.standing import Standings

COUNTEREXAMPLES = sorted((ROOT / "tests" / "counterexamples").glob("*.json"))


@cache
def _shipped() -> Ruleset:
    return load_ruleset(FOLDERS["shipped"])


def _without(rule: str) -> tuple[Program, Board]:
    kept = tuple(one for one in _shipped().rules if one.rule != rule)
    assert len(kept) == len(_shipped().rules) - 1
    changed = replace(_shipped(), rules=kept)
    return compile_ruleset(changed), set_out(changed)


def _broken_nevers(program: Program, board: Board, option: str) -> list[Breach]:
    return safety.nevers(Bench(program, board), [board.by_id[option]]).breaches


@pytest.mark.parametrize(
    ("rule", "option", "never", "finding"),
    [
        (
            "antidepressant-glaucoma",
            "nortriptyline",
            "never-antidepressant-in-narrow-angle-glaucoma",
            "narrow_angle_glaucoma",
        ),
        ("nsaid-renal-below-30", "naproxen", "never-nsaid-below-30", "dialysis"),
    ],
)
def test_a_shipped_contraindication_deleted(rule: str, option: str, never: str, finding: str) -> None:
    """The safety case stands apart from the rule: a patient is found, and replays by the reference."""
    breach = next(b for b in _broken_nevers(*_without(rule), option) if b.rule == never)
    assert finding in breach.patient
    assert breach.replayed in ("plan", "findings")


def test_nothing_is_broken_while_the_rule_stands() -> None:
    ours = engine("shipped")
    assert not _broken_nevers(ours.program, ours.board, "nortriptyline")


@pytest.mark.parametrize(
    "rule", [rule.rule for rule in load_ruleset(FOLDERS["small"]).of(Contraindication) if not rule.retired]
)
def test_a_contraindication_deleted_shows_on_somebody(rule: str) -> None:
    """Where no never-event says the same, a patient is found who is offered what the rule kept back."""
    ours = engine("small")
    ruleset = ours.program.ruleset
    board = set_out(replace(ruleset, rules=tuple(one for one in ruleset.rules if one.rule != rule)))
    bench = Bench(ours.program, ours.board)
    without = Standings(bench.patient, board)
    told_apart = set()
    for candidate in ours.board.candidates:
        question = bench.question(bench.about(candidate))
        mine, theirs = bench.standings.of(candidate).offered, without.of(board.by_id[candidate.id]).offered
        model = question.alone(theirs, no(mine)).find()
        if model is not None:
            case = case_at(ours.program, bench.patient.findings(question.chosen, model))
            told_apart.add(status_of(case, board.by_id[candidate.id], board))
            assert status_of(case, candidate, ours.board) != "offered"
    assert told_apart == {"offered"}


@pytest.mark.parametrize("path", COUNTEREXAMPLES, ids=lambda path: path.stem)
def test_a_kept_counterexample_is_mended(path: Path) -> None:
    ours = engine("shipped")
    assert not still_broken(ours.program, ours.board, json.loads(path.read_text(encoding="utf-8")))


def test_counterexamples_are_kept() -> None:
    assert COUNTEREXAMPLES


def test_keep_writes_what_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command makes a fixture, which is still broken under the rules that it was found in."""
    small = FOLDERS["small"]
    folder = tmp_path / "small"
    for file in small.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        place = folder / file.relative_to(small)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.replace("respiratory_rate: { below: 8 /min }", "respiratory_rate: { below: 5 /min }"))
    kept = tmp_path / "kept"
    assert main(["verify", str(folder), "--only", "never-events", "--keep", str(kept)]) == 1
    assert "Kept: " in capsys.readouterr().err
    faulty, sound = load_ruleset(folder), engine("small")
    program, board = compile_ruleset(faulty), set_out(faulty)
    for path in kept.glob("*.json"):
        fixture = json.loads(path.read_text(encoding="utf-8"))
        assert still_broken(program, board, fixture)
        if fixture["rule"] == "never-strong-in-respiratory-arrest":
            assert not still_broken(sound.program, sound.board, fixture)
    assert list(kept.glob("*.json"))


def test_a_second_solver_agrees() -> None:
    """cvc5 proves the small ruleset as well."""
    pytest.importorskip("cvc5")
    assert main(["verify", str(FOLDERS["small"]), "--release"]) == 0


def test_a_second_solver_that_finds_somebody_is_heard() -> None:
    pytest.importorskip("cvc5")
    parts = [variable(name) for name in "abc"]
    with pytest.raises(Disagreement, match="sat"):
        confirm([at_least(parts, 2)])
    confirm([at_least(parts, 2), ~parts[0], ~parts[1]])


def test_every_invariant_of_the_guard_is_proved_or_says_why_not() -> None:
    assert COVER.keys() == INVARIANTS.keys()
    assert {cover.proved_by for cover in COVER.values() if cover.proved_by} <= PROPERTIES.keys()
