"""The second entry: it agrees with the first, and a slip in either is told with both sides of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from protocol.inference.compile import compile_ruleset
from protocol.inference.lint_second_entry import conditions_said_again, second_entry_faults
from protocol.inference.program import Program
from protocol.rules.load import load_ruleset
from protocol.rules.second_entry import SecondEntry
from tests.engines import FOLDERS


@cache
def _program() -> Program:
    return compile_ruleset(load_ruleset(FOLDERS["shipped"]))


def _entry() -> SecondEntry:
    entry = _program().ruleset.second_entry
    assert entry is not None
    return entry


def _faults(**changed: Any) -> list[str]:  # noqa: ANN401 - one part of the second entry
    entry = _entry().model_copy(update=changed)
    program = replace(_program(), ruleset=replace(_program().ruleset, second_entry=entry))
    return [fault.what for fault in second_entry_faults(program)]


def _with(part: Mapping[str, Mapping[str, Any]], name: str, key: str, value: str) -> dict[str, Any]:
    return {**part, name: {**part[name], key: value}}


def test_both_entries_agree() -> None:
    assert second_entry_faults(_program()) == []


def test_every_dose_row_and_every_class_is_entered_twice() -> None:
    drugs = _program().ruleset.drugs
    assert set(_entry().classes) == set(drugs)
    assert set(_entry().doses) == {f"{d.drug}/{r.regimen}" for d in drugs.values() for r in d.regimens}


def test_every_condition_outside_rules_has_examples() -> None:
    named = {name for name in conditions_said_again(_program()) if ">" not in name.rpartition("/")[2]}
    assert named == set(_entry().conditions)


def test_another_dose_is_told_with_both() -> None:
    doses = _with(_entry().doses, "baclofen/oral", "renal_value >=80", "10 mg, every 8 h, at most 60 mg a day")
    (said,) = _faults(doses=doses)
    assert said.startswith('baclofen/oral, renal_value >=80: "5 mg, every 8 h, at most 60 mg a day"')
    assert 'the second entry says "10 mg, every 8 h, at most 60 mg a day"' in said


def test_a_row_that_only_one_of_them_has_is_told() -> None:
    doses = _with(_entry().doses, "baclofen/oral", "renal_value >=90", "5 mg")
    (said,) = _faults(doses=doses)
    assert '"nothing"' in said


def test_another_effect_is_told_by_option() -> None:
    effects = _with(_entry().effects, "nsaid-renal-below-30", "celecoxib", "senior, both")
    (said,) = _faults(effects=effects)
    assert said == ('nsaid-renal-below-30 does to celecoxib: "absolute, both"; the second entry says "senior, both"')


def test_an_option_that_is_to_be_spared_is_told() -> None:
    effects = _with(_entry().effects, "nsaid-renal-below-30", "naproxen", "nothing")
    (said,) = _faults(effects=effects)
    assert '"absolute, both"; the second entry says "nothing"' in said


def test_a_rule_that_is_not_there_is_told() -> None:
    (said,) = _faults(effects={**_entry().effects, "no-such-rule": {"naproxen": "never"}})
    assert said == "no-such-rule is not a rule in use"


def test_another_class_is_told() -> None:
    (said,) = _faults(classes={**_entry().classes, "naproxen": ("opioid",)})
    assert said.startswith("naproxen is ")
    assert said.endswith('the second entry says "opioid"')


@pytest.mark.parametrize("file", ["formulary/opioid-equivalence.yaml", "formulary/opioid-conversion.yaml"])
def test_another_number_is_told_with_its_place(file: str) -> None:
    place = next(iter(_entry().numbers[file]))
    (said,) = _faults(numbers=_with(_entry().numbers, file, place, "17"))
    assert said.startswith(f"{file}, {place}: ")
    assert said.endswith('the second entry says "17"')


def test_an_example_that_is_not_so_is_told() -> None:
    name, (first, *_) = next((n, e) for n, e in _entry().conditions.items() if e[0].expect == "applies")
    wrong = first.model_copy(update={"expect": "does-not-apply"})
    (said,) = _faults(conditions={**_entry().conditions, name: (wrong,)})
    assert said == f"{name}, example 1: the verdict is applies, and the example expects does-not-apply"
