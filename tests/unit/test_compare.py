"""What changed between two plans, which fact changed it, and what of earlier treatments counts as failed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from protocol.assessment import Assessment
from protocol.cli import main
from protocol.engine import Engine
from protocol.episode import read_episode
from protocol.inference.trials import TRIED, look_back, trial_domain, trial_finding
from protocol.plan.compare import Change, Since, compare
from protocol.plan.model import Plan
from protocol.possible import Members, Numbers, Possible
from protocol.render.page import Page
from protocol.render.since import write_since
from protocol.rules.load import load_ruleset
from tests.unit.sample_plan import classic

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/improving-after-radiotherapy/episode.yaml"
RULES = ROOT / "rulesets/malignant-psoas-syndrome"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(load_ruleset(RULES))


@pytest.fixture(scope="module")
def plans(engine: Engine) -> tuple[Plan, Plan]:
    told = read_episode(EXAMPLE.read_bytes(), str(EXAMPLE))
    assert told.previous is not None
    return engine.plan(told.previous), engine.plan(told.current)


@pytest.fixture(scope="module")
def since(plans: tuple[Plan, Plan]) -> Since:
    return compare(*plans)


def change(since: Since, key: str) -> Change:
    (found,) = [c for c in since.changes if c.id == key]
    return found


def test_a_plan_compared_with_itself_has_not_changed(plans: tuple[Plan, Plan]) -> None:
    assert compare(plans[0], plans[0]).changes == ()


def test_back_and_forth_are_mirror_images(plans: tuple[Plan, Plan], since: Since) -> None:
    there = {(c.id, c.before, c.after) for c in since.changes}
    assert {(c.id, c.after, c.before) for c in compare(plans[1], plans[0]).changes} == there


def test_a_red_flag_is_raised_and_names_its_fact(since: Since) -> None:
    toxic = change(since, "opioid-toxicity")
    assert (toxic.kind, toxic.what, toxic.before, toxic.after) == ("alert", "raised", "none", "moderate")
    assert [(f.finding, f.before, f.after) for f in toxic.because] == [("tox_level", "none", "moderate")]


def test_the_opioid_is_reduced_because_of_toxicity(since: Since) -> None:
    morphine = change(since, "current/morphine")
    assert (morphine.what, morphine.before, morphine.after) == ("action", "continue", "reduce")
    assert "tox_level" in {fact.finding for fact in morphine.because}


def test_a_medicine_comes_and_goes_with_the_list(since: Since) -> None:
    assert (change(since, "current/ibuprofen").what, change(since, "current/baclofen").what) == (
        "disappeared",
        "appeared",
    )


def test_every_named_fact_really_changed(since: Since) -> None:
    for fact in (fact for c in since.changes for fact in c.because):
        assert fact.before != fact.after


def test_a_dose_and_a_choice_that_change_are_told() -> None:
    before = classic()
    step = next(s for s in before.steps if any(line.dose for line in s.lines))
    line = next(line for line in step.lines if line.dose)
    assert line.dose is not None
    dose = line.dose.model_copy(update={"amount": "99"})
    moved = line.model_copy(update={"dose": dose, "choice": "alternative"})
    lines = tuple(moved if old is line else old for old in step.lines)
    steps = tuple(step.model_copy(update={"lines": lines}) if old is step else old for old in before.steps)
    told = compare(before, before.model_copy(update={"steps": steps}))
    assert {c.what for c in told.changes} >= {"dose"}
    assert any((c.after or "").startswith("99 ") for c in told.changes)


def test_error_two_rulesets() -> None:
    other = classic().ruleset.model_copy(update={"digest": "sha256:other"})
    with pytest.raises(ValueError, match="one ruleset"):
        compare(classic(), classic().model_copy(update={"ruleset": other}))


def test_the_section_names_the_fact_and_counts_what_it_leaves_out(since: Since) -> None:
    page = Page(100)
    write_since(page, since, whole=False)
    text = page.text()
    assert text.lstrip().startswith("SINCE 20 February 2026, 09:00 UTC")
    assert "Raised: Opioid toxicity. Because of how deeply an opioid or sedative acts: none, now moderate." in text
    assert "more; mps plan FILE --everything shows them." in text


def test_nothing_changed_is_said() -> None:
    page = Page(100)
    write_since(page, compare(classic(), classic()), whole=True)
    assert "Nothing has changed on the plan." in page.text()


def test_the_command_line_prints_the_episode(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(EXAMPLE), "--ruleset", str(RULES)]) == 0
    shown = capsys.readouterr().out
    assert shown.index("SINCE 20 February 2026") > shown.index("Mechanisms:")


def tried(*previous: dict[str, Any], current: list[dict[str, Any]] | None = None) -> Assessment:
    now = "2026-03-14T09:00:00+00:00"
    return Assessment.read(
        {
            "assessment_id": "t",
            "assessed_at": now,
            "pain": {"nrs": {"average": 7}},
            "medicines": {"reconciled_at": now, "current": current or [], "previous": list(previous)},
        }
    )


def finding(engine: Engine, what: str, assessment: Assessment) -> Possible:
    ruleset = engine.program.ruleset
    return trial_finding(what, look_back(assessment, ruleset), trial_domain(what, ruleset))


def failed(engine: Engine, *previous: dict[str, Any], **more: Any) -> Members:  # noqa: ANN401 - any part of a document
    value = finding(engine, "failed-classes", tried(*previous, **more))
    assert isinstance(value, Members)
    return value


LONG = {"class": "gabapentinoid", "duration": "7 d", "response": "none", "stop_reason": "ineffective"}


@pytest.mark.parametrize(
    ("change", "listed", "possible"),
    [
        ({}, True, True),
        ({"duration": "6 d"}, False, False),
        ({"duration": "5..9 d"}, False, True),
        ({"duration": None}, False, True),
        ({"response": "partial"}, False, False),
        ({"response": None}, True, True),
        ({"response": None, "stop_reason": "other"}, False, True),
        ({"duration": "1 d", "response": None, "stop_reason": "toxicity"}, True, True),
        ({"duration": "1 d", "stop_reason": None}, False, True),
    ],
    ids=str,
)
def test_an_adequate_trial(engine: Engine, change: dict[str, Any], *, listed: bool, possible: bool) -> None:
    value = failed(engine, LONG | change)
    assert ("gabapentinoid" in value.listed, "gabapentinoid" in value.possible) == (listed, possible)


def test_a_list_nobody_wrote_says_nothing(engine: Engine) -> None:
    bare = Assessment.read(
        {"assessment_id": "t", "assessed_at": "2026-03-14T09:00:00+00:00", "pain": {"nrs": {"average": 7}}}
    )
    for what in TRIED:
        assert finding(engine, what, bare) == trial_domain(what, engine.program.ruleset)


def test_an_empty_list_says_that_nothing_failed(engine: Engine) -> None:
    assert failed(engine) == Members(frozenset(), frozenset())
    assert finding(engine, "failed-opioid-count", tried()) == Numbers(Decimal(0), Decimal(0), "1")


def test_what_only_an_episode_tells_closes_no_list(engine: Engine) -> None:
    value = failed(engine, {"agent": "pregabalin", "source": "episode"})
    assert "snri" in value.possible


def test_counts_are_of_different_drugs(engine: Engine) -> None:
    bad = {"duration": "5 d", "response": "none", "stop_reason": "ineffective"}
    two = [{"agent": drug} | bad for drug in ("morphine", "oxycodone", "morphine")]
    assert finding(engine, "failed-opioid-count", tried(*two)) == Numbers(Decimal(2), Decimal(2), "1")
    unnamed = tried(*two, {"class": "strong_opioid"} | bad)
    assert finding(engine, "failed-opioid-count", unnamed) == Numbers(Decimal(2), Decimal(3), "1")


def test_an_unknown_name_may_be_any_drug_and_a_kind_of_treatment_is_none(engine: Engine) -> None:
    bad = {"duration": "30 d", "response": "none", "stop_reason": "ineffective"}
    assert "snri" in failed(engine, {"agent": "zzz"} | bad).possible
    assert "snri" not in failed(engine, {"class": "radiotherapy"} | bad).possible


@pytest.mark.parametrize(
    ("drug", "since", "baseline", "listed", "possible"),
    [
        ("pregabalin", "2026-03-01", 7, True, True),
        ("pregabalin", "2026-03-10", 7, False, False),
        ("pregabalin", "2026-03-01", 10, False, False),
        ("pregabalin", "2026-03-01", None, False, True),
        ("morphine", "2026-03-01", 7, False, True),
    ],
)
def test_a_medicine_still_taken(
    engine: Engine, drug: str, since: str, baseline: int | None, *, listed: bool, possible: bool
) -> None:
    entry = {"drug": drug, "started_at": f"{since}T09:00:00+00:00", "baseline_average": baseline}
    name = "gabapentinoid" if drug == "pregabalin" else "strong_opioid"
    value = failed(engine, current=[entry])
    assert (name in value.listed, name in value.possible) == (listed, possible)


def test_a_gabapentinoid_that_failed_gives_way_to_another_class(engine: Engine) -> None:
    document = Assessment.read(_example("classic-mps")).echo()
    document["medicines"]["previous"] = [LONG | {"agent": "pregabalin"}]
    first = [
        line.option
        for step in engine.plan(Assessment.read(document)).steps
        for line in step.lines
        if line.arm == "neuropathic" and line.choice == "first"
    ]
    assert "pregabalin" not in first
    assert "gabapentin" not in first


def _example(name: str) -> Any:  # noqa: ANN401 - a document
    from protocol.document import load  # noqa: PLC0415 - only here

    path = ROOT / "examples" / name / "assessment.yaml"
    return load(path.read_bytes(), str(path)).data
