"""Opioids that are taken, in whole plans: the new dose in milligrams, or why there is none. Numbers worked by hand."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from protocol.assessment import Assessment
from protocol.document import load
from protocol.plan.model import Plan, PlanLine
from tests.engines import ROOT, engine
from tests.entries import put
from tests.plans import lines, offered, statuses

CLASSIC: Path = ROOT / "examples" / "classic-mps" / "assessment.yaml"


def _slow(dose: str = "30 mg", **more: str) -> dict[str, Any]:
    return {
        "drug": "morphine",
        "route": "oral",
        "form": "modified-release",
        "dose": dose,
        "every": "12 h",
        "schedule": "regular",
        "started_at": "2026-03-01T08:00:00+00:00",
        "changed_at": "2026-03-10T08:00:00+00:00",
        **more,
    }


def _as_needed(dose: str = "10 mg", **more: str) -> dict[str, Any]:
    return {
        "drug": "morphine",
        "route": "oral",
        "form": "immediate-release",
        "dose": dose,
        "every": "4 h",
        "schedule": "as-needed",
        "prn_taken": [3, 4, 3],
        "incident_only": "absent",
        **more,
    }


def _plan(*medicines: dict[str, Any], **facts: str) -> Plan:
    """The classic patient with these opioids; `facts` by field, a double underscore for each dot."""
    document = copy.deepcopy(load(CLASSIC.read_bytes(), CLASSIC.name).data)
    document["medicines"]["current"] = list(medicines)
    for path, value in facts.items():
        put(document, path.replace("__", "."), value)
    return engine("shipped").plan(Assessment.read(document))


def _dose(plan: Plan, option: str) -> str:
    line: PlanLine = offered(plan)[option]
    assert line.dose is not None
    assert line.rescue is not None
    return f"{line.dose.amount} {line.dose.unit} every {line.dose.every}; {line.rescue.amount} {line.rescue.unit}"


def _why_not(plan: Plan, option: str) -> str:
    return next(refused.say for refused in (*plan.excluded, *plan.withheld) if refused.option == option)


def test_rescue_that_was_used_is_added_up_to_half_as_much_again() -> None:
    """60 mg a day and 3.3 rescue doses of 10 mg: 93.3, at most 90; a sixth of 90 as needed."""
    plan = _plan(_slow(), _as_needed())
    assert _dose(plan, "raise-morphine-oral") == "45 mg every 12 h; 15 mg"
    assert offered(plan)["raise-morphine-oral"].action == "increase"
    assert "[raise-morphine-oral]" in next(line.say for line in lines(plan) if line.id == "current/morphine-2")
    assert statuses(plan)["opioid-titration"] == "not-indicated"


def test_without_rescue_a_quarter_is_added() -> None:
    """60 x 1.25 is 75, in steps of 5 mg twice a day 70; 70 / 6 is 11.7, rounded down to 10."""
    assert _dose(_plan(_slow()), "raise-morphine-oral") == "35 mg every 12 h; 10 mg"


def test_a_patch_rises_by_what_was_used_and_to_a_strength() -> None:
    """4 doses of oxycodone 10 mg are worth 20 microgram/h at most; 70 goes down to the strength of 62."""
    patch = _slow("50 microgram/h", drug="fentanyl", route="transdermal", form="patch", every="72 h", schedule="patch")
    soon = _plan(patch, _as_needed(drug="oxycodone"))
    assert "144 h after the last change" in _why_not(soon, "raise-fentanyl-patch")
    plan = _plan({**patch, "changed_at": "2026-03-01T08:00:00+00:00"}, _as_needed(drug="oxycodone"))
    line = offered(plan)["raise-fentanyl-patch"]
    assert line.dose is not None
    assert line.dose.form == "patch"
    assert 50 < int(line.dose.amount) <= 75


def test_signs_that_nobody_looked_for_hold_an_increase() -> None:
    plan = _plan(_slow(), _as_needed(), adverse__myoclonus="unknown")
    assert statuses(plan)["raise-morphine-oral"] == "withheld"
    assert statuses(plan)["opioid-titration"] == "offered"


def test_an_opioid_that_irritates_gives_way_to_half_of_another() -> None:
    """120 mg and 66.7 as needed are 186.7; half of it by 1.5 is 62.2 mg of oxycodone: 4 times 15 mg."""
    plan = _plan(_slow("60 mg"), _as_needed("20 mg"), adverse__myoclonus="present")
    assert _dose(plan, "change-to-oxycodone-oral").startswith("15 mg every 6 h")
    assert offered(plan)["change-to-oxycodone-oral"].action == "convert"
    assert statuses(plan)["raise-morphine-oral"] == "excluded"


def test_a_lost_mouth_takes_the_same_opioid_under_the_skin() -> None:
    """Half of 60 mg by mouth; a sixth of it, counted back, as needed."""
    assert _dose(_plan(_slow(), routes__oral="absent"), "morphine-to-under-the-skin") == "30 mg every 24 h; 5 mg"


def test_too_soon_after_the_last_change_nothing_rises() -> None:
    plan = _plan(_slow(changed_at="2026-03-13T08:00:00+00:00"), _as_needed())
    assert "48 h after the last change" in _why_not(plan, "raise-morphine-oral")


def test_two_regular_opioids_are_a_persons_to_decide() -> None:
    plan = _plan(_slow(), _slow(drug="oxycodone"))
    assert statuses(plan)["raise-morphine-oral"] == "refer"


def test_an_order_without_its_dose_is_asked_for() -> None:
    bare = _slow()
    del bare["dose"]
    assert statuses(_plan(bare))["raise-morphine-oral"] == "withheld"


def test_missed_doses_are_counted_before_anything_is_converted() -> None:
    plan = _plan(_slow(adherence="partial"), routes__oral="absent")
    assert "Not all of it is taken" in _why_not(plan, "morphine-to-under-the-skin")


def test_methadone_needs_its_approval_on_record() -> None:
    plan = _plan(_slow())
    assert statuses(plan)["methadone-switch"] == "not-indicated"
    assert statuses(plan)["methadone-specialist"] == "offered"


def test_sleepiness_lowers_the_regular_dose_in_its_own_steps() -> None:
    """180 mg less 25 to 33 % is 135 to 120.6, in steps of 5 mg twice a day 65 to 60."""
    said = next(
        line.say for line in lines(_plan(_slow("90 mg"), vitals__sedation="3")) if line.id == "current/morphine"
    )
    assert "60 to 65 mg every 12 h" in said
