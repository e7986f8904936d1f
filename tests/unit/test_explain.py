"""Explanations: each kind of answer on small patients, and the commands that print them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from protocol.assessment import Assessment
from protocol.cli import main, plans
from protocol.document import load
from protocol.errors import AssessmentError
from protocol.plan.answers import answers, can_change
from protocol.plan.explain import Explainer
from tests.engines import ROOT, engine

Capture = pytest.CaptureFixture[str]
RENAL = ROOT / "examples" / "renal-failure" / "assessment.yaml"
CLASSIC = ROOT / "examples" / "classic-mps" / "assessment.yaml"
SCORE = {"assessment_id": "x", "assessed_at": "2026-03-14T09:00:00+00:00", "pain": {"nrs": {"average": "8"}}}


def explainer(document: Any) -> Explainer:  # noqa: ANN401 - plain data or a document
    made = engine("shipped")
    case = made.decide(Assessment.read(document))
    return Explainer(case, made.board, made.plan)


@cache
def of_file(path: Path) -> Explainer:
    return explainer(load(path.read_bytes(), path.name))


def test_why_not_names_the_one_fact_that_suffices() -> None:
    told = of_file(RENAL).why_not("baclofen")
    assert told.standing == "excluded"
    assert [fact.finding for fact in told.facts] == ["egfr"]
    assert told.say.startswith("Baclofen against psoas spasm is excluded: ")


def test_why_not_of_an_offered_option_says_so() -> None:
    assert of_file(CLASSIC).why_not("baclofen").standing == "offered"


def test_why_not_of_no_option() -> None:
    with pytest.raises(LookupError):
        of_file(CLASSIC).why_not("nothing-such")


def test_a_child_is_out_of_scope_and_nothing_would_change_it() -> None:
    child = explainer(SCORE | {"patient": {"age": "9 a"}})
    told = child.why_not("baclofen")
    assert (told.standing, [fact.finding for fact in told.facts]) == ("out-of-scope", ["age"])
    assert child.what_would_change("baclofen").answer == "none"
    assert child.lines.keys().isdisjoint(child.options)


def test_what_would_change_is_two_results() -> None:
    told = of_file(RENAL).what_would_change("baclofen")
    assert told.answer == "acts"
    assert {(act.kind, act.finding) for act in told.acts} == {
        ("result", "egfr"),
        ("result", "serum_creatinine"),
    }
    assert set(told.settings) == {"laboratory.egfr", "laboratory.creatinine"}


def test_what_would_change_is_an_approval() -> None:
    told = of_file(RENAL).what_would_change("alfentanil-sc")
    assert [(act.kind, act.after) for act in told.acts] == [("approval", "specialist-opioid-infusion")]


def test_neither_age_nor_sex_nor_diagnosis_is_an_act() -> None:
    case = explainer(SCORE).case
    for finding in ("age", "sex_at_birth", "primary_tumour", "histology", "tissue_diagnosis"):
        assert can_change(case, finding) is None
        assert list(answers(case, finding)) == []


def test_a_known_disease_is_no_act_and_a_result_is() -> None:
    case = of_file(CLASSIC).case
    assert can_change(case, "seizure_history") is None
    assert can_change(case, "serum_creatinine") == "result"
    assert can_change(case, "approvals") == "approval"
    assert can_change(case, "apnoea") == "answer"


def test_what_if_forgets_and_says_what_decides() -> None:
    told = of_file(CLASSIC).what_if({"laboratory.creatinine": "unknown"})
    assert told.settings[0].after == "unknown"
    assert told.changes
    assert all(decided.decided_by == ("laboratory.creatinine",) for decided in told.changes)


def test_what_if_of_the_same_changes_nothing() -> None:
    assert of_file(CLASSIC).what_if({"laboratory.creatinine": "68 umol/L"}).changes == ()


def test_of_two_settings_the_idle_one_decides_nothing() -> None:
    told = of_file(CLASSIC).what_if({"laboratory.creatinine": "280 umol/L", "preferences.driving": "unknown"})
    assert told.changes
    assert all("preferences.driving" not in decided.decided_by for decided in told.changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"laboratory.creatinin": "1"}, "Did you mean laboratory.creatinine"),
        ({"laboratory.creatinine": "1.4"}, "unit"),
        ({"medicines.current[].dose": "5 mg"}, "is no field"),
    ],
)
def test_error_what_if_of_what_cannot_be(changes: dict[str, str], said: str) -> None:
    with pytest.raises(AssessmentError) as caught:
        of_file(CLASSIC).what_if(changes)
    assert said in str(caught.value)


def test_ask_next_puts_the_most_urgent_red_flag_first() -> None:
    told = explainer(SCORE).ask_next()
    assert told.status == "open"
    assert told.wanted[0].urgency == "E0"
    ranks = [wanted.urgency or "E9" for wanted in told.wanted]
    assert ranks == sorted(ranks)


def test_out_of_scope_for_good_is_stable() -> None:
    document = SCORE | {"patient": {"age": "9 a"}}
    told = explainer(document).ask_next()
    scope_only = all(wanted.lines == ("scope",) for wanted in told.wanted)
    assert told.status == "stable" or scope_only


def test_why_a_medicine_that_is_taken() -> None:
    told = of_file(CLASSIC).why("current/paracetamol")
    assert told.rules
    assert all(reason.cite for reason in told.rules)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands take the engine that other tests have compiled."""
    monkeypatch.setattr(plans, "loaded", lambda _: engine("shipped").program.ruleset)
    monkeypatch.setattr(plans, "Engine", lambda _: engine("shipped"))


@pytest.mark.usefixtures("quick")
def test_the_commands_print_text(capsys: Capture) -> None:
    assert main(["why-not", str(RENAL), "baclofen"]) == 0
    shown = capsys.readouterr().out
    assert "What would change it" in shown
    assert "baclofen-renal-below-30" in shown
    assert main(["why", str(CLASSIC), "baclofen"]) == 0
    assert capsys.readouterr().out.startswith("IN SHORT: Baclofen")
    assert main(["what-if", str(CLASSIC), "--set", "laboratory.creatinine=280 umol/L"]) == 0
    assert "Gone: Baclofen" in capsys.readouterr().out
    assert main(["ask", str(CLASSIC)]) == 0
    assert "UNKNOWN FACTS" in capsys.readouterr().out


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("command", "keys"),
    [
        (["why", str(CLASSIC), "baclofen"], {"line", "title", "say", "facts", "rules"}),
        (["why-not", str(RENAL), "baclofen"], {"why_not", "what_would_change"}),
        (["what-if", str(CLASSIC), "--set", "laboratory.creatinine=unknown"], {"settings", "changes"}),
        (["ask", str(CLASSIC)], {"status", "say", "wanted"}),
    ],
)
def test_the_commands_print_json(command: list[str], keys: set[str], capsys: Capture) -> None:
    assert main([*command, "--format", "json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == keys


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("setting", ["laboratory.creatinine", "=3", "a="])
def test_error_a_setting_that_says_nothing(setting: str, capsys: Capture) -> None:
    assert main(["what-if", str(CLASSIC), "--set", setting]) == 2
    assert "does not say which field becomes what" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_error_a_setting_that_cannot_be(capsys: Capture) -> None:
    assert main(["what-if", str(CLASSIC), "--set", "laboratory.creatinine=lots"]) == 3
    assert main(["why-not", str(CLASSIC), "baclofn"]) == 2
    assert "Did you mean baclofen" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_everything_says_why_not_of_every_option(capsys: Capture) -> None:
    assert main(["plan", str(RENAL), "--everything"]) == 0
    shown = capsys.readouterr().out
    assert "WHY NOT, OPTION BY OPTION" in shown
    assert "[naproxen]" in shown.split("WHY NOT, OPTION BY OPTION")[1]
