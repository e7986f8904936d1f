"""A site signs the rules as they stand; a later change is unsigned again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from protocol.assessment import Assessment
from protocol.cli import main
from protocol.errors import RulesetError
from protocol.inference.compile import compile_ruleset
from protocol.rules.load import load_ruleset
from protocol.rules.sign_off import Signature, sign
from protocol.rules.targets import set_out
from tests.engines import FOLDERS, plan_of

BY = Signature("St Anna Hospice", 'A. "Al" Moss: lead', "consultant", "2026-03-14T09:00:00+00:00")
NOBODY = {"assessment_id": "a", "assessed_at": "2026-03-14T09:00:00+00:00", "pain": {"nrs": {"now": 7}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDERS["small"], tmp_path / "small")
    return tmp_path / "small"


def _said(folder: Path) -> str:
    ruleset = load_ruleset(folder)
    plan = plan_of(compile_ruleset(ruleset), set_out(ruleset), Assessment.read(NOBODY)).plan
    return plan.ruleset.sign_off


def test_every_plan_says_who_signed(folder: Path) -> None:
    assert _said(folder) == "not signed off at this site"
    before = load_ruleset(folder).digest
    assert sign(folder, BY) == before
    assert load_ruleset(folder).digest == before
    assert _said(folder) == 'St Anna Hospice: A. "Al" Moss: lead, consultant, 2026-03-14T09:00:00+00:00'


def test_a_second_site_signs_beside_the_first(folder: Path) -> None:
    sign(folder, BY)
    sign(folder, Signature("Other House", "B. Reed", "pharmacist", BY.at))
    assert _said(folder).count(";") == 1


def test_a_change_after_signing_is_unsigned(folder: Path) -> None:
    sign(folder, BY)
    rule = folder / "cautions" / "frail.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("revision: 1", "revision: 2"), encoding="utf-8")
    assert _said(folder) == "not signed off at this site"


def test_nobody_signs_without_a_name(folder: Path) -> None:
    with pytest.raises(RulesetError, match="the name of a signature is empty"):
        sign(folder, Signature("St Anna Hospice", " ", "consultant", BY.at))


def test_the_command_signs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lock", str(folder), "--sign", "St Anna Hospice", "A. Moss", "consultant"]) == 0
    assert "signed by A. Moss for St Anna Hospice" in capsys.readouterr().out
    assert _said(folder).startswith("St Anna Hospice: A. Moss, consultant, ")
