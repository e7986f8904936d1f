"""A corrupted engine of record answers nothing but the red flags on which both evaluators agree."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from protocol.assessment import Assessment
from protocol.cli import main
from protocol.document import load
from protocol.engine import Engine
from protocol.errors import EngineFault
from protocol.inference.evaluate import Findings
from protocol.inference.matcher import Matcher
from protocol.terms import Truth
from tests.engines import engine

ROOT = Path(__file__).parents[2]
STORY = ROOT / "examples" / "bilateral-weakness" / "assessment.yaml"
BROKEN = "offer-morphine-oral"


def assessment() -> Assessment:
    return Assessment.read(load(STORY.read_bytes(), STORY.name).data)


def without_a_rule(name: str) -> object:
    """The matcher's answer as it would be were one rule lost inside the engine."""
    true_answer = Matcher.evaluate

    def evaluate(self: Matcher, findings: Findings) -> dict[str, Truth]:
        answer = true_answer(self, findings)
        return {**answer, name: Truth.DOES_NOT_APPLY} if name in answer else answer

    return evaluate


def an_applying_option(shipped: Engine) -> str:
    case = shipped.decide(assessment())
    return next(c.rule.rule for c in shipped.board.candidates if case.verdicts[c.rule.rule] is Truth.APPLIES)


def test_a_lost_rule_stops_the_plan_and_keeps_the_red_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = engine("shipped")
    lost = an_applying_option(shipped)
    monkeypatch.setattr(Matcher, "evaluate", without_a_rule(lost))
    with pytest.raises(EngineFault) as fault:
        shipped.plan(assessment())
    assert [f.where for f in fault.value.faults] == [lost]
    assert any("cord" in flag.lower() or "cauda" in flag.lower() for flag in fault.value.agreed_red_flags)


def test_a_lost_red_flag_is_not_reported_as_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = engine("shipped")
    whole = shipped.decide(assessment())
    raised = [
        r for r in shipped.program.ruleset.rules if r.kind == "red-flag" and whole.verdicts[r.rule] is Truth.APPLIES
    ]
    monkeypatch.setattr(Matcher, "evaluate", without_a_rule(raised[0].rule))
    with pytest.raises(EngineFault) as fault:
        shipped.plan(assessment())
    assert raised[0].then.alert.say not in fault.value.agreed_red_flags
    assert len(fault.value.agreed_red_flags) >= len(raised) - 1 - sum(
        r.then.alert.say == raised[0].then.alert.say for r in raised[1:]
    )


def test_the_command_answers_with_exit_code_five(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = an_applying_option(engine("shipped"))
    monkeypatch.setattr(Matcher, "evaluate", without_a_rule(lost))
    monkeypatch.setattr(sys, "argv", ["mps"])
    assert main(["plan", str(STORY)]) == 5
    said = capsys.readouterr()
    assert said.out == ""
    assert lost in said.err
    assert "Red flags that both evaluators raise" in said.err
    assert "Traceback" not in said.err
