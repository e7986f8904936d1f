"""`mps mutate`: each kind of wrong edit is made, is noticed by whom it should be, and nothing else is touched."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from functools import cache

import pytest

from protocol.cli import main
from protocol.cli.mutate import stories_beside
from protocol.inference.compile import compile_ruleset
from protocol.inference.program import Program
from protocol.rules.load import load_ruleset
from protocol.rules.second_entry import SecondEntry
from protocol.verify.killing import EQUIVALENT, Suite
from protocol.verify.mutant import DROPPED, Mutant, shifted
from protocol.verify.mutants import mutants_of
from protocol.verify.mutation import mutate
from tests.engines import FOLDERS, Name

SAMPLE = 300


@cache
def _program(name: Name) -> Program:
    return compile_ruleset(load_ruleset(FOLDERS[name]))


@cache
def _mutants(name: Name) -> tuple[Mutant, ...]:
    return tuple(mutants_of(_program(name)))


def _one(rule: str, operator: str, change: str = "") -> Mutant:
    found = [m for m in _mutants("small") if m.item == rule and m.operator == operator and change in m.name]
    assert len(found) == 1, [m.name for m in found]
    return found[0]


@pytest.mark.parametrize("seed", [0, 2026])
def test_a_sample_of_the_shipped_rules_is_noticed(seed: int) -> None:
    """The checks of the shipped ruleset notice what a seed draws; the whole is tried at night."""
    stories = dict(stories_beside(FOLDERS["shipped"]))
    report = mutate(_program("shipped"), stories, sample=SAMPLE, seed=seed)
    assert report.tried == SAMPLE
    assert report.of > 20_000
    assert report.holds, "\n".join([f"{report.percent} %", *report.survivors, *report.stale])


@pytest.mark.night
def test_every_mutant_of_the_shipped_rules_is_noticed() -> None:
    stories = dict(stories_beside(FOLDERS["shipped"]))
    report = mutate(_program("shipped"), stories, cores=2)
    assert report.holds, "\n".join([f"{report.percent} %", *report.survivors, *report.stale])


def test_every_kind_of_wrong_edit_is_made() -> None:
    made = Counter(mutant.operator for mutant in _mutants("shipped"))
    for operator in (
        "threshold shifted",
        "below swapped for at_most",
        "at_least swapped for above",
        "branch of all dropped",
        "branch of any dropped",
        "not dropped",
        "condition dropped",
        "all swapped for any",
        "any swapped for all",
        "unit changed",
        "word swapped",
        "word dropped",
        "drug swapped",
        "class swapped",
        "option swapped",
        "edge flipped",
        "number shifted",
        "citations removed",
        "citation misspelt",
        "degree weakened",
        "scope changed",
        "unknown allowed",
        "value changed",
        "rows 1 and 2 swapped",
        "row dropped",
        "one of withhold dropped",
        "one of exclude dropped",
        "rule removed",
        "refuse dropped",
    ):
        assert made[operator] > 0, operator


@pytest.mark.parametrize("name", ["small", "shipped"])
def test_every_mutant_has_a_name_of_its_own(name: Name) -> None:
    names = Counter(mutant.name for mutant in _mutants(name))
    assert [n for n, count in names.items() if count > 1] == []


def test_an_edit_leaves_the_original_alone() -> None:
    program = _program("small")
    data = program.ruleset.items["soothing-with-poor-kidneys"].data
    before = deepcopy(data)
    mutant = _one("soothing-with-poor-kidneys", "threshold shifted", "31 mL/min")
    assert mutant.applied_to(data)["when"] == {"creatinine_clearance": {"below": "31 mL/min"}}
    assert data == before


def test_a_part_is_taken_out_of_a_list_or_a_map() -> None:
    data = {"all": [1, 2], "say": "x"}
    assert Mutant("a", "dropped", ("all", 0), 1, DROPPED).applied_to(data) == {"all": [2], "say": "x"}
    assert Mutant("a", "dropped", ("say",), "x", DROPPED).applied_to(data) == {"all": [1, 2]}


@pytest.mark.parametrize(
    ("number", "both"),
    [("30", ["31", "29"]), ("0.70", ["0.71", "0.69"]), ("1.4", ["1.5", "1.3"]), ("0", ["1"]), ("0.0", ["0.1"])],
)
def test_a_number_moves_by_one_of_its_last_place(number: str, both: list[str]) -> None:
    assert list(shifted(number)) == both


@pytest.mark.parametrize(
    ("rule", "operator", "change", "killer"),
    [
        ("soothing-with-poor-kidneys", "threshold shifted", "31 mL/min", "examples"),
        ("soothing-with-poor-kidneys", "below swapped for at_most", "", "examples"),
        ("soothing-with-poor-kidneys", "unit changed", "", None),
        ("soothing-with-poor-kidneys", "condition dropped", "", "examples"),
        ("soothing-with-ulcer", "word swapped", "", "examples"),
        ("soothing-with-ulcer", "citations removed", "", "reading"),
        ("soothing-with-ulcer", "citation misspelt", "", "rule check"),
        ("pain-level", "rows 1 and 2 swapped", "", "examples"),
        ("pain-level", "else dropped", "", "examples"),
        ("pain-level", "any swapped for all", "", "examples"),
        ("pain-level", "row dropped", "middling", "compiling"),
    ],
)
def test_who_notices(rule: str, operator: str, change: str, killer: str | None) -> None:
    """The cheapest check that can notice does; a unit of which there is no other of its kind cannot be changed."""
    if killer is None:
        assert not [m for m in _mutants("small") if m.item == rule and m.operator == operator]
        return
    assert Suite(_program("small")).killer(_one(rule, operator, change)) == killer


def test_a_second_entry_notices_what_no_example_can() -> None:
    """A degree stands in no example; where a second statement of it is there, an edit of one is seen."""
    program = _program("small")
    weakened = _one("soothing-with-ulcer", "degree weakened")
    assert Suite(program).killer(weakened) is None
    said = SecondEntry(effects={"soothing-with-ulcer": {"delta-oral": "absolute, both"}})
    items = {**program.ruleset.items, "second-entry/effects.yaml": program.ruleset.items["ruleset.yaml"]}
    again = replace(program, ruleset=replace(program.ruleset, second_entry=said, items=items))
    assert Suite(again).killer(weakened) == "second entry"


def test_an_edit_that_changes_nothing_is_neither_noticed_nor_a_survivor() -> None:
    """A threshold above all that can be: nobody stands between it and the next."""
    swapped = [m for m in _mutants("shipped") if m.operator.endswith("swapped") and m.item == "dantrolene-taken"]
    suite = Suite(_program("shipped"))
    verdicts = {suite.killer(mutant) for mutant in swapped}
    assert verdicts - {EQUIVALENT, "examples", "second entry", "compiling", "rule check", "reading"} == set()


def test_the_same_seed_draws_the_same_mutants() -> None:
    program = _program("small")
    one, same, other = (mutate(program, {}, sample=40, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_another_process_makes_the_same_edits() -> None:
    """What is dropped is dropped there too, or a broken edit would pass for a noticed one."""
    program = _program("small")
    assert mutate(program, {}, cores=2) == mutate(program, {})


def test_a_survivor_needs_a_reason_and_a_reason_a_survivor() -> None:
    """What survives is named; with a reason it passes; a reason for what is noticed, or is not there, is stale."""
    program = _program("small")
    alone = mutate(program, {})
    assert not alone.holds
    survivor, *_ = alone.survivors
    noticed = _one("soothing-with-poor-kidneys", "threshold shifted", "31 mL/min").name
    reasons = {survivor: "shown in the plans of the tests", noticed: "none needed", "nobody: knows it": "gone"}
    explained = replace(program, ruleset=replace(program.ruleset, second_entry=SecondEntry(survivors=reasons)))
    report = mutate(explained, {})
    assert report.justified == (survivor,)
    assert survivor not in report.survivors
    assert report.stale == tuple(sorted([noticed, "nobody: knows it"]))
    assert not report.holds


def test_the_command_tells_who_noticed_and_what_nobody_did(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["mutate", str(FOLDERS["small"]), "--sample", "60", "--seed", "3", "--jobs", "1", "--format", "json"])
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert report["tried"] == 60
    assert sum(report["killed"].values()) + report["equivalent"] + len(report["survivors"]) == 60
    assert code == (1 if report["survivors"] else 0)
    for name in report["survivors"]:
        assert f"nothing notices {name}" in told.err
