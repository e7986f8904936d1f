"""Episodes: what is carried over, what never is, and what is refused."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from protocol.assessment import Assessment
from protocol.document import Document
from protocol.engine import Engine
from protocol.episode import Episode, episode_schema, is_episode, read_episode, refuse_unknown_flags
from protocol.errors import AssessmentError
from protocol.possible import Numbers
from protocol.rules.load import load_ruleset

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/improving-after-radiotherapy/episode.yaml"


def at(day: int, hour: int = 9) -> str:
    return f"2026-03-{day:02}T{hour:02}:00:00+00:00"


def visit(day: int, **groups: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a document
    base: dict[str, Any] = {
        "assessment_id": f"visit-{day}",
        "assessed_at": at(day),
        "pain": {"nrs": {"now": 5}},
    }
    return base | groups


def episode(*visits: dict[str, Any], closures: list[dict[str, Any]] | None = None) -> Episode:
    content: dict[str, Any] = {"episode_id": "e-1", "assessments": list(visits)}
    return read_episode(Document("e", content | ({"closures": closures} if closures else {})), "e")


def entry(assessment: Assessment, path: str) -> Any:  # noqa: ANN401 - any part of a document
    here: Any = assessment.echo()
    for step in path.split("."):
        here = here.get(step) if isinstance(here, dict) else None
    return here


def complaints(*visits: Any, **more: Any) -> str:  # noqa: ANN401 - any part of a document
    with pytest.raises(AssessmentError) as caught:
        read_episode(Document("e", {"episode_id": "e-1", "assessments": list(visits)} | more), "e")
    return str(caught.value)


CLOSURE = {"flag": "mscc", "by": "Dr A", "role": "doctor", "at": at(4), "how": "MRI"}


def test_the_order_of_the_assessments_does_not_matter() -> None:
    one, two = visit(1), visit(5)
    assert episode(one, two).current.echo() == episode(two, one).current.echo()
    assert episode(two, one).current.assessment_id == "visit-5"
    previous = episode(two, one).previous
    assert previous is not None
    assert previous.assessment_id == "visit-1"


def test_one_assessment_has_nothing_before_it() -> None:
    only = episode(visit(1, laboratory={"haemoglobin": {"value": "120 g/L", "at": at(1, 7)}}))
    assert only.previous is None
    assert entry(only.current, "laboratory.haemoglobin_previous") is None
    assert entry(only.current, "pain.baseline_average") is None


def test_the_first_average_is_the_baseline() -> None:
    visits = [visit(d, pain={"nrs": {"average": n}}) for d, n in ((1, 8), (3, 6), (5, 2))]
    filled = episode(*visits).current
    assert entry(filled, "pain.baseline_average") == {"value": "8", "at": at(1), "source": "episode"}


def test_a_stated_baseline_stays() -> None:
    stated = visit(5, pain={"nrs": {"average": 2}, "baseline_average": 7})
    assert entry(episode(visit(1, pain={"nrs": {"average": 8}}), stated).current, "pain.baseline_average") == {
        "value": "7"
    }


def test_what_is_seen_at_the_bedside_is_never_carried_over() -> None:
    rich = visit(
        1,
        vitals={"respiratory_rate": "14 /min", "sedation": 1},
        neuro={"saddle_sensation": "normal", "bladder_function": "normal"},
        history={"problem_list_checked": "present", "delirium": "absent"},
        patient={"weight": {"value": "65 kg", "at": at(1)}},
        allergies={"checked": "present", "list": []},
    )
    filled = episode(rich, visit(5)).current.echo()
    assert {"vitals", "neuro", "history", "patient", "allergies"}.isdisjoint(filled)


def test_results_keep_their_own_date() -> None:
    first = visit(1, laboratory={"at": at(1, 7), "platelets": "240 10*9/L", "crp": "14 mg/L"})
    second = visit(5, laboratory={"crp": {"value": "20 mg/L", "at": at(5, 7)}})
    filled = episode(first, second).current
    assert entry(filled, "laboratory.platelets") == {
        "value": "240 10*9/L",
        "at": at(1, 7),
        "source": "episode",
    }
    assert entry(filled, "laboratory.crp") == {"value": "20 mg/L", "at": at(5, 7)}


def test_a_result_without_its_date_is_not_carried_over() -> None:
    filled = episode(visit(1, laboratory={"platelets": "240 10*9/L"}), visit(5)).current
    assert entry(filled, "laboratory.platelets") is None


def blood(day: int, **results: str) -> dict[str, Any]:
    return visit(day, laboratory={name: {"value": v, "at": at(day, 7)} for name, v in results.items()})


def test_previous_and_best_results() -> None:
    filled = episode(
        blood(1, creatinine="60 umol/L", haemoglobin="130 g/L"),
        blood(3, creatinine="90 umol/L", haemoglobin="120 g/L"),
        blood(5, creatinine="150 umol/L", haemoglobin="100 g/L"),
    ).current
    assert entry(filled, "laboratory.creatinine_previous")["value"] == "90 umol/L"
    assert entry(filled, "laboratory.haemoglobin_previous")["value"] == "120 g/L"
    assert entry(filled, "laboratory.creatinine_baseline")["value"] == "60 umol/L"


def test_a_carried_result_has_the_one_before_it() -> None:
    filled = episode(blood(1, haemoglobin="130 g/L"), blood(3, haemoglobin="120 g/L"), visit(5)).current
    assert entry(filled, "laboratory.haemoglobin")["value"] == "120 g/L"
    assert entry(filled, "laboratory.haemoglobin_previous")["value"] == "130 g/L"


def test_the_best_creatinine_is_not_older_than_a_quarter() -> None:
    old = visit(1, assessed_at="2025-12-01T09:00:00+00:00", assessment_id="old")
    old["laboratory"] = {"creatinine": {"value": "60 umol/L", "at": "2025-12-01T07:00:00+00:00"}}
    filled = episode(old, blood(5, creatinine="150 umol/L")).current
    assert entry(filled, "laboratory.creatinine_baseline") is None
    assert entry(filled, "laboratory.creatinine_previous")["value"] == "60 umol/L"


def test_two_scans_are_never_mixed() -> None:
    first = visit(1, spine={"mri_at": at(1, 7), "escc": "1a", "foraminal_invasion": "absent"})
    whole = episode(first, visit(5)).current
    assert entry(whole, "spine.mri_at") == at(1, 7)
    assert entry(whole, "spine.escc") == {"value": "1a", "at": at(1, 7), "source": "episode"}
    newer = episode(first, visit(5, spine={"mri_at": at(5, 7)})).current
    assert entry(newer, "spine.escc") is None


def test_the_signal_before_needs_the_same_method() -> None:
    def scan(day: int, ratio: str, method: str) -> dict[str, Any]:
        return visit(
            day,
            spine={"mri_at": at(day, 7), "mri_high_intensity_ratio": ratio, "mri_ratio_method": method},
        )

    path = "spine.mri_high_intensity_ratio_previous"
    same = episode(scan(1, "0.1", "STIR"), scan(5, "0.2", "stir")).current
    assert entry(same, path)["value"] == "0.1"
    assert entry(episode(scan(1, "0.1", "T2"), scan(5, "0.2", "STIR")).current, path) is None


def medicines(day: int, *drugs: str, checked: bool = True) -> dict[str, Any]:
    current = [{"drug": drug, "started_at": at(1, 7)} for drug in drugs]
    return visit(day, medicines={"current": current} | ({"reconciled_at": at(day, 8)} if checked else {}))


def test_a_drug_that_left_a_checked_list_is_an_earlier_treatment() -> None:
    filled = episode(medicines(2, "naproxen", "morphine"), medicines(5, "morphine")).current
    (gone,) = filled.medicines_previous
    assert (gone.agent, gone.source, gone.response) == ("naproxen", "episode", None)
    # It was last on a list after 1 day and 2 h, and first missing after 4 days and 2 h.
    assert gone.duration == Numbers(Decimal(26 * 60), Decimal(98 * 60), "min")


def test_a_list_that_was_not_checked_stops_nothing() -> None:
    filled = episode(medicines(2, "naproxen"), medicines(5, checked=False)).current
    assert filled.medicines_previous == ()


def test_a_treatment_that_the_team_told_is_not_told_again() -> None:
    later = medicines(5)
    later["medicines"]["previous"] = [{"agent": "naproxen", "response": "none"}]
    (told,) = episode(medicines(2, "naproxen"), later).current.medicines_previous
    assert told.response == "none"


def test_a_closure_counts_from_its_time() -> None:
    told = episode(visit(1), visit(5), closures=[CLOSURE])
    assert [c.flag for c in told.current.closed_flags] == ["mscc"]
    assert told.previous is not None
    assert told.previous.closed_flags == ()


def test_filling_twice_changes_nothing() -> None:
    told = read_episode(EXAMPLE.read_bytes(), str(EXAMPLE))
    assert Assessment.read(told.current.echo()).echo() == told.current.echo()


def test_the_example_fits_the_schema() -> None:
    content = YAML(typ="safe", pure=True).load(EXAMPLE.read_text().replace(" yes\n", " 'yes'\n"))
    schema = episode_schema()
    Draft202012Validator.check_schema(schema)
    assert is_episode(content)
    text = read_episode(EXAMPLE.read_bytes(), "e.yaml")
    echo = {"episode_id": text.episode_id, "assessments": [a.echo() for a in text.assessments]}
    assert list(Draft202012Validator(schema).iter_errors(echo)) == []
    assert list(Draft202012Validator(schema).iter_errors(echo | {"more": 1})) != []


def test_error_a_nurse_alone_cannot_close_a_flag() -> None:
    said = complaints(visit(1), visit(5), closures=[CLOSURE | {"role": "nurse"}])
    assert "closures[0] says that a nurse alone closed the red flag mscc." in said
    assert "Name the doctor who closed it, or leave it open." in said


def test_error_every_fault_at_once() -> None:
    bad = visit(5, pain={"nrs": {"now": 11}})
    said = complaints(visit(1), bad, {"assessment_id": "x"}, "text", closures=[{"flag": "mscc"}], closure=[])
    for part in (
        "pain.nrs.now is 11",
        "assessed_at is missing",
        'assessments[3] is "text"',
        "closures[0].by is missing",
        "closure is not a field of the episode.\n  Did you mean closures?",
    ):
        assert part in said


def test_error_a_closure_after_the_last_assessment() -> None:
    assert "closures[0].at is" in complaints(visit(1), visit(3), closures=[CLOSURE])


def test_error_no_assessments() -> None:
    assert "List at least one assessment, each in full." in complaints()


def test_error_two_assessments_of_one_time_or_name() -> None:
    twin = copy.deepcopy(visit(1))
    said = complaints(visit(1), twin)
    assert "holds two assessments with the time 2026-03-01T09:00:00+00:00" in said
    assert "holds two assessments with the name visit-1" in said


def test_error_a_flag_that_is_none() -> None:
    told = episode(visit(1), visit(5), closures=[CLOSURE | {"flag": "msccc"}])
    with pytest.raises(AssessmentError, match="which is no red flag") as caught:
        refuse_unknown_flags(told, {"mscc": "Spinal cord compression"}, "e.yaml")
    assert "Did you mean mscc?" in str(caught.value)


def test_error_faults_point_into_the_episode() -> None:
    lines = (
        b"episode_id: e",
        b"assessments:",
        b"  - assessment_id: a",
        b"    assessed_at: 2026-03-01T09:00:00+00:00",
        b"    pain: {nrs: {now: 11}}",
    )
    text = b"\n".join(lines)
    with pytest.raises(AssessmentError) as caught:
        read_episode(text, "e.yaml")
    (fault,) = caught.value.faults
    assert (fault.where, fault.line) == ("e.yaml", 5)
    assert fault.what.startswith("assessments[0].pain.nrs.now is 11")


def _decided(engine: Engine, **more: Any) -> dict[str, str]:  # noqa: ANN401 - any part of a document
    """Which flags stand on the plan of a stable one-sided plexus lesion, and at which level."""
    ago = {"mri_at": "2026-02-22T09:00:00+00:00", "escc": "0", "cauda_equina_compression": "absent"}
    neuro = {
        "exam_performed": "present",
        "dermatomes_sensory_loss": ["L2", "L3"],
        "sensory_level": "absent",
        "hip_flexion_power": 3,
        "knee_extension_power": 4,
        "hip_adduction_power": 4,
        "ankle_dorsiflexion_power": 5,
        "contralateral_leg_power": 5,
        "knee_reflex": "reduced",
        "ankle_reflex": "normal",
        "plantar_response": "flexor",
        "saddle_sensation": "normal",
        "anal_tone": "normal",
        "bladder_function": "normal",
        "bowel_function": "normal",
        "gait_status": "antalgic",
        "deficit_onset_at": "2026-02-10T09:00:00+00:00",
        "post_void_residual": "20 mL",
    }
    now = visit(14, neuro=neuro | more.pop("neuro", {}), spine=ago | more.pop("spine", {}))
    now["pain"] |= {"step_increase": "absent", "side": "left"}
    told = episode(visit(1), now, closures=[CLOSURE | {"at": "2026-02-23T09:00:00+00:00"} | more])
    return {alert.flag: f"{alert.status} {alert.level}" for alert in engine.plan(told.current).alerts}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(load_ruleset(ROOT / "rulesets/malignant-psoas-syndrome"))


def test_a_closed_cord_flag_stays_closed_while_nothing_is_new(engine: Engine) -> None:
    assert _decided(engine)["mscc"] == "raised addressed"


@pytest.mark.parametrize(
    "change",
    [
        {"flag": "hip"},
        {"at": "2026-02-09T09:00:00+00:00"},
        {"neuro": {"deficit_onset_at": "2026-03-13T09:00:00+00:00"}},
        {"neuro": {"deficit_onset_at": None}},
        {"neuro": {"dermatomes_sensory_loss": ["L2", "S1"]}},
        {"spine": {"escc": "1b"}},
    ],
    ids=str,
)
def test_anything_new_opens_it_again(engine: Engine, change: dict[str, Any]) -> None:
    assert _decided(engine, **change)["mscc"] == "raised suspected"


def test_a_bladder_sign_is_worse_than_open(engine: Engine) -> None:
    assert _decided(engine, neuro={"bladder_function": "retention"})["mscc"] == "raised suspected_high"


@pytest.mark.parametrize(("score", "level"), [(9, None), (13, "raised unstable")])
def test_the_surgeons_opinion_ends_the_doubt_and_not_the_instability(
    engine: Engine, score: int, level: str | None
) -> None:
    spine = {"metastasis": "present", "sins": {"total_reported": score}}
    assert _decided(engine, spine=spine)["instability"].startswith("raised")
    assert _decided(engine, spine=spine, flag="instability").get("instability") == level


def test_a_drained_abscess_without_signs_of_infection_is_no_abscess(engine: Engine) -> None:
    def level(**more: Any) -> str | None:  # noqa: ANN401 - any part of a document
        now = visit(
            14,
            psoas={
                "imaging": {
                    "at": "2026-03-01T09:00:00+00:00",
                    "collection": "abscess",
                    "gas_in_collection": "absent",
                },
                "stretch_test": "negative",
                "fixed_hip_flexion": "absent",
                "pain_relieved_by_hip_flexion": "absent",
                "tenderness": "absent",
                "passive_hip_extension_pain": "absent",
            },
            vitals={"temperature": "36.8 Cel"},
            laboratory={
                "at": at(14, 7),
                "crp": "12 mg/L",
                "white_cells": "7 10*9/L",
                "blood_culture": "negative",
            },
        )
        closure = CLOSURE | {"flag": "abscess", "at": at(6)} | more
        plan = engine.plan(episode(visit(1), now, closures=[closure]).current)
        return next((f"{a.status} {a.level}" for a in plan.alerts if a.flag == "abscess"), None)

    assert level(flag="hip") == "raised definite"
    assert level(at="2026-02-28T09:00:00+00:00") == "raised definite"
    assert level() is None
