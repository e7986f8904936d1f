"""Promise 2: order changes nothing.

Order of rules, files, keys and list items changes nothing; a second rule of one id is refused, a double
medicine is a conflict.

In which file a rule stands, and where in it, changes not even the digest. A list inside a rule that is
written in another order makes another digest, and the same plan.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.document import Document
from protocol.errors import RulesetError
from protocol.inference.compile import compile_ruleset
from protocol.inference.program import Program
from protocol.plan.model import Plan
from protocol.possible import Words
from protocol.rules.load import from_documents, load_ruleset, read_folder
from protocol.rules.targets import Board, set_out
from tests.engines import FOLDERS, NAMES, Name, engine, plan_of
from tests.plans import difference
from tests.shuffling import shuffled, upside_down
from tests.strategies import assessments, fewer


def _in_one_file(documents: dict[str, Document], chance: Random) -> dict[str, Any]:
    """The content of a ruleset with all its rules in one file, and all of it in another order."""
    kept: dict[str, Any] = {}
    rules: list[Any] = []
    for name, document in documents.items():
        parts = document.data if isinstance(document.data, list) else [document.data]
        if all("rule" in part for part in parts):
            rules += parts
        else:
            kept[name] = document.data
    chance.shuffle(rules)
    kept["everything/rules.yaml"] = rules
    names = list(kept)
    chance.shuffle(names)
    return {name: kept[name] for name in names}


@cache
def _turned(name: Name) -> tuple[Program, Board]:
    """The same rules, all of them in one file, in another order, with other orders of keys and items."""
    chance = Random(20260314)  # noqa: S311 - an order is drawn, not a key
    content = _in_one_file(read_folder(FOLDERS[name]), chance)
    ruleset = from_documents(name, {n: Document(n, shuffled(data, chance)) for n, data in content.items()})
    return compile_ruleset(ruleset), set_out(ruleset)


@pytest.mark.parametrize("name", NAMES)
@fewer(4)
@given(data=st.data())
def test_order_changes_nothing(name: Name, data: st.DataObject) -> None:
    """Order of rules, files, keys and list items changes nothing."""
    document = data.draw(assessments(name))
    chance = Random(data.draw(st.integers(0, 2**16)))  # noqa: S311
    ours = engine(name)
    straight = plan_of(ours.program, ours.board, Assessment.read(document)).plan
    same_rules = plan_of(ours.program, ours.board, Assessment.read(shuffled(document, chance))).plan
    assert difference(same_rules, straight) is None
    program, board = _turned(name)
    turned = plan_of(program, board, Assessment.read(document)).plan
    assert difference(_content(turned), _content(straight)) is None


def _content(plan: Plan) -> Plan:
    """The plan without the digest of its ruleset's files."""
    return plan.model_copy(update={"ruleset": plan.ruleset.model_copy(update={"digest": ""})})


@pytest.mark.parametrize("name", NAMES)
def test_files_in_any_order_have_one_digest(name: Name) -> None:
    documents = read_folder(FOLDERS[name])
    digest = load_ruleset(FOLDERS[name], locked=False).digest
    backwards = {n: Document(n, upside_down(documents[n].data)) for n in reversed(documents)}
    assert from_documents(name, backwards).digest == digest
    moved = {n: Document(n, data) for n, data in _in_one_file(documents, Random(2)).items()}  # noqa: S311
    assert from_documents(name, moved).digest == digest


def test_a_second_rule_of_one_id_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    shutil.copytree(FOLDERS["small"], folder)
    shutil.copy(folder / "cautions" / "frail.yaml", folder / "cautions" / "again.yaml")
    with pytest.raises(RulesetError) as caught:
        load_ruleset(folder)
    (fault,) = caught.value.faults
    assert "frail-and-strong stands here and in" in fault.what
    assert fault.line > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_double_medicine_is_a_conflict_and_not_a_sum(name: Name) -> None:
    """Two identical entries are shown as a conflict; two that differ add up."""
    program = engine(name).program
    doubles = [n for n, raw in program.ruleset.vocabulary.findings.items() if raw.medicines == "doubles"]
    assert doubles, "the vocabulary has no finding for double entries"
    entry = {
        "drug": "alphadrug" if name == "small" else "morphine",
        "route": "oral",
        "dose": "20 mg",
        "every": "12 h",
    }
    other = {**entry, "dose": "10 mg"}
    for taken, expected in (([entry, entry], "present"), ([entry, other], "absent")):
        case = plan_of(program, engine(name).board, Assessment.read(_taking(taken))).case
        assert case.value(doubles[0]) == Words(frozenset({expected}))
    board = engine(name).board
    straight = plan_of(program, board, Assessment.read(_taking([entry, other]))).plan
    assert plan_of(program, board, Assessment.read(_taking([other, entry]))).plan == straight


def _taking(entries: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "assessment_id": "double",
        "assessed_at": "2026-03-14T09:00:00+00:00",
        "pain": {"nrs": {"now": 7}},
        "medicines": {"reconciled_at": "2026-03-14T08:00:00+00:00", "current": entries},
    }
