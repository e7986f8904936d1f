"""What a consultant would trip over in a plan: order, repetition, and what does not fit the patient."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from protocol.assessment import Assessment
from protocol.document import load
from protocol.errors import AssessmentError
from protocol.plan.model import Plan
from tests.engines import ROOT, engine
from tests.plans import lines, offered, statuses


@cache
def _example(name: str) -> Any:  # noqa: ANN401 - as the file has it
    path = ROOT / "examples" / name / "assessment.yaml"
    return load(path.read_bytes(), name, AssessmentError).data


def _plan(name: str, **changed: dict[str, Any]) -> Plan:
    """The plan of an example; of each group that is named, some entries are others or, with None, gone."""
    document = deepcopy(_example(name))
    for group, entries in changed.items():
        for key, value in entries.items():
            document[group][key] = value
            if value is None:
                del document[group][key]
    return engine("shipped").plan(Assessment.read(document))


def _companions(plan: Plan, option: str) -> set[str]:
    return {c.companion for c in offered(plan)[option].companions}


def test_weak_legs_get_the_steroid_though_nobody_knows_of_a_scan() -> None:
    """Both legs weak is an emergency by itself; an MRI that may exist somewhere takes nothing away from it."""
    plan = _plan(
        "bilateral-weakness",
        neuro={
            "saddle_sensation": "normal",
            "bladder_function": "normal",
            "bowel_function": "normal",
            "anal_tone": "normal",
        },
        spine={"mri_at": None, "escc": None},
    )
    line = offered(plan)["dexamethasone-cord"]
    assert line.dose is not None
    assert (line.dose.amount, line.dose.unit) == ("16", "mg")
    assert line.start is not None
    assert line.start.when == "now"


def test_sepsis_reads_before_the_drain() -> None:
    emergencies = [line.option for line in lines(_plan("psoas-abscess")) if line.arm == "red-flag"]
    assert emergencies == ["sepsis-bundle", "abscess-pathway", "abscess-drainage"]


def test_the_scan_for_a_bleed_reads_before_what_follows_from_it() -> None:
    emergencies = [line.option for line in lines(_plan("apixaban-groin-pain")) if line.arm == "red-flag"]
    assert emergencies[:3] == ["haematoma-scan", "haematoma-reversal", "haematoma-embolisation"]


def test_a_course_that_was_just_given_is_watched_and_not_asked_for_again() -> None:
    standing = statuses(_plan("improving-after-radiotherapy"))
    assert standing["radiotherapy-referral"] == "not-indicated"
    assert standing["after-radiotherapy"] == "offered"


def test_senna_is_prescribed_once_where_one_opioid_replaces_another() -> None:
    plan = _plan("frail-84")
    assert offered(plan)["senna"].dose is not None
    assert "laxative" not in _companions(plan, "oxycodone-bridge")
    assert "laxative-goes-on" in _companions(plan, "oxycodone-bridge")


def test_the_dying_get_no_tablet_no_scan_and_no_advice_on_driving() -> None:
    plan = _plan("last-days")
    standing = statuses(plan)
    assert standing["anticipatory-medicines"] == "offered"
    assert standing["cord-coordinator"] == standing["watch-kidney"] == "not-indicated"
    beside = {c.companion for line in lines(plan) for c in line.companions}
    assert not beside & {"antiemetic-metoclopramide", "driving-advice", "driving-advice-nerve-agents"}
    assert "antiemetic-under-the-skin" in beside


def test_one_imaging_signal_is_shown_for_information() -> None:
    """One lumbar vertebra, counted as one, and no earlier ratio to compare with."""
    plan = _plan(
        "surveillance",
        spine={
            "vertebral_levels_involved": ["L2"],
            "vertebral_mets_count": 1,
            "mri_high_intensity_ratio_previous": None,
        },
    )
    assert statuses(plan)["surveillance-informative"] == "offered"
    assert plan.review is not None
    assert "signal" not in " ".join(plan.review.because)


def test_an_agent_that_did_nothing_for_the_pain_is_tapered() -> None:
    line = next(line for line in lines(_plan("refractory-on-480")) if line.id == "current/duloxetine")
    assert line.action == "taper"
    assert "then the next class" in line.say
