"""What must always be on a plan, and the sentences about plans and doses that look true and are not.

hazards.yaml names these tests; what must never be on a plan is held by the guard.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.document import load
from protocol.dosing.banded import BandedStart, banded_start
from protocol.dosing.patch import Patch, to_patch
from protocol.dosing.refusal import Refused
from protocol.dosing.rescue import rescue
from protocol.dosing.rotation import Change, Rotation, rotate
from protocol.dosing.routes import RouteChange, route_change
from protocol.inference.derive import value_of
from protocol.inference.examples import given as findings_given
from protocol.plan.model import Plan
from protocol.plan.walk import every_line
from protocol.possible import Words
from protocol.quantity import Quantity
from protocol.terms import Truth
from tests.engines import ROOT, Decided, engine, plan_of
from tests.opioid_tables import approved, number, patient, program, tables, taken, wish
from tests.plans import offered, options, statuses
from tests.strategies import assessments

NOW = "2026-03-14T09:00:00+00:00"


def _plan(**groups: Any) -> Decided:  # noqa: ANN401 - parts of a document
    document = {
        "assessment_id": "safety",
        "assessed_at": NOW,
        "pain": {"nrs": {"now": 6, "average": 6}},
        **groups,
    }
    return plan_of(engine("shipped").program, engine("shipped").board, Assessment.read(document))


def _drawn(data: st.DataObject) -> Decided:
    document = data.draw(assessments("shipped"))
    return plan_of(engine("shipped").program, engine("shipped").board, Assessment.read(document))


def _is(decided: Decided, finding: str, *words: str) -> bool:
    value = decided.case.value(finding)
    return isinstance(value, Words) and value.options <= frozenset(words)


# What is always there.


@given(data=st.data())
def test_whatever_is_drawn_the_pathways_stand(data: st.DataObject) -> None:
    """Emergencies have their lines in every drawn patient who is in scope."""
    decided = _drawn(data)
    if decided.plan.scope.status == "in-scope":
        _cord(decided)
        _abscess_and_bleed(decided)
        _always(decided.plan)


def _cord(decided: Decided) -> None:
    if not _is(decided, "mscc_emergency", "present"):
        return
    stands = statuses(decided.plan)
    assert stands["dexamethasone-cord"] in ("offered", "refer") or _without_dose(decided), "no steroid, no decision"
    assert stands["cord-coordinator"] == "offered"
    assert stands["keep-spine-still"] == "offered"
    assert stands["gentle-movement"] != "offered"


def _without_dose(decided: Decided) -> bool:
    """Where even the cord steroid waits, an answer is named that would bring it."""
    waiting = [r for r in decided.plan.withheld if r.option == "dexamethasone-cord"]
    return bool(waiting) and all(r.answers_needed for r in waiting)


def _abscess_and_bleed(decided: Decided) -> None:
    stands = statuses(decided.plan)
    for finding, line in (("abscess", "abscess-pathway"), ("haematoma", "haematoma-scan")):
        if _is(decided, finding, "definite", "probable") and not _is(decided, "last_days", "present"):
            assert stands[line] == "offered" or "present" in getattr(decided.case.value("last_days"), "options", ())


def _always(plan: Plan) -> None:
    assert {"position-of-comfort", "explanation-and-support"} <= offered(plan).keys()


BOTH_LEGS = {
    "neuro": {
        "exam_performed": "present",
        "hip_flexion_power": 3,
        "contralateral_leg_power": 3,
        "power_limited_by_pain": "absent",
        "gait_status": "unable_new",
        "saddle_sensation": "reduced",
        "bladder_function": "retention",
    },
}


def test_a_cord_emergency_has_its_steroid_or_a_decision() -> None:
    decided = _plan(**BOTH_LEGS)
    assert _is(decided, "mscc_emergency", "present")
    assert statuses(decided.plan)["dexamethasone-cord"] == "offered"
    suspected = _plan(**BOTH_LEGS, tumour={"lymphoma_suspected": "present", "tissue": "none"})
    line = next(line for line in every_line(suspected.plan) if line.option == "dexamethasone-cord")
    assert line.status == "refer"
    assert line.refer is not None
    assert Quantity.parse(line.refer.within).to("h").amount <= 1
    assert line.dose is None


def test_a_cord_emergency_has_its_pathway() -> None:
    decided = _plan(**BOTH_LEGS)
    _cord(decided)
    assert {"cord-coordinator", "cord-mri", "keep-spine-still"} <= offered(decided.plan).keys()


def test_a_likely_abscess_or_bleed_has_its_pathway() -> None:
    for story, finding, line in (
        ("psoas-abscess", "abscess", "abscess-pathway"),
        ("apixaban-groin-pain", "haematoma", "haematoma-scan"),
    ):
        document = load((ROOT / "examples" / story / "assessment.yaml").read_bytes(), story)
        decided = plan_of(engine("shipped").program, engine("shipped").board, Assessment.read(document))
        assert _is(decided, finding, "definite", "probable")
        assert line in offered(decided.plan)


def test_after_a_resection_the_scans_are_planned() -> None:
    decided = _plan(tumour={"resected_at": "2026-02-14T09:00:00+00:00"})
    assert "imaging-after-resection" in offered(decided.plan)


def test_a_lost_oral_route_covers_withdrawal() -> None:
    decided = _plan(
        routes={"oral": "absent"},
        medicines={
            "reconciled_at": NOW,
            "current": [{"drug": "baclofen", "route": "oral", "dose": "10 mg", "every": "8 h"}],
        },
    )
    line = next(line for line in every_line(decided.plan) if line.id == "current/baclofen")
    assert line.action == "convert"
    assert any(reason.rule == "relaxant-taken-oral-route-lost" for reason in line.because)


def test_position_and_explanation_are_always_there() -> None:
    _always(_plan().plan)


_TOGETHER = (
    (
        "strong_opioid",
        {"laxative", "laxative-goes-on", "softener-in-obstruction", "no-laxative-in-obstruction"},
    ),
    ("nsaid", {f"stomach-protection-{x}nsaid" for x in ("", "goes-on-", "with-clopidogrel-")}),
    ("corticosteroid", {"glucose-monitoring"}),
    (
        "corticosteroid",
        {f"stomach-protection-{x}corticosteroid" for x in ("", "goes-on-", "with-clopidogrel-")},
    ),
)


@given(data=st.data())
def test_what_goes_with_what(data: st.DataObject) -> None:
    """Whatever is known of the patient, one of the companions goes with every dosed line of the class."""
    decided = _drawn(data)
    classes = {c.id: c.classes for c in engine("shipped").board.candidates}
    for option, line in offered(decided.plan).items():
        for class_, companions in _TOGETHER:
            if class_ in classes[option] and line.dose is not None:
                assert companions & {companion.companion for companion in line.companions}, (option, class_)


@pytest.mark.parametrize("weeks", [2, 12, 13, 26])
def test_one_neuraxial_system_by_prognosis(weeks: int) -> None:
    """The catheter that stays outside is for less than three months and the pump for more."""
    decided = _plan(status={"prognosis_weeks": f"{weeks} wk"}, preferences={"accepts_interventional": "yes"})
    named = options(program().ruleset)
    verdicts = [decided.case.verdicts[named[o].rule] for o in ("intrathecal-pump", "intrathecal-external")]
    assert verdicts.count(Truth.DOES_NOT_APPLY) == 1


def test_rescue_shares_of_the_formulary() -> None:
    """5 to 20 % of the day but for totals up to 15 mg of morphine, an hour apart, six at most."""
    ruleset = program().ruleset
    shared = [(drug, r) for drug in ruleset.drugs.values() for r in drug.regimens if r.rescue is not None]
    assert shared
    for drug, regimen in shared:
        rule = regimen.rescue
        assert rule is not None
        least, most = (Quantity.parse(text).to("1").amount for text in (rule.at_least_share, rule.at_most_share))
        assert Decimal("0.05") <= least < most <= Decimal("0.20")
        assert Quantity.parse(rule.every).to("h").amount >= 1
        assert rule.at_most <= 6
        factor = next(f for f in ruleset.factors if (f.drug, f.route) == (drug.drug, regimen.route))
        assert factor.display is not None
        assert Quantity.parse(rule.free_below).to(regimen.unit).amount * Decimal(factor.display) <= 15


# What looks true and is not.

METHADONE = approved("without-equivalent-methadone/specialist")


def _methadone(total: str, age: str) -> Decimal:
    answer = banded_start(tables(), "methadone", number(f"{total} mg/(24.h)"), number(f"{age} a"), patient(), METHADONE)
    assert isinstance(answer, BandedStart)
    return answer.per_dose * answer.doses_per_day


def test_methadone_start_falls_where_its_bands_change() -> None:
    """At 60 mg from 65 years, and at 200 mg, more opioid before means less methadone after."""
    assert _methadone("60", "65") < _methadone("59.9", "65")
    assert _methadone("200", "64") < _methadone("199.9", "64")


def _frail(scale: int, ecog: int) -> frozenset[str]:
    rule = program().deriving["frail"]
    facts = {
        "age": "60 a",
        "weight": "70 kg",
        "frailty_cfs": scale,
        "ecog_ps": ecog,
        "clinician_judged_frail": "absent",
    }
    value = value_of(rule, program(), findings_given(program(), facts))
    assert isinstance(value, Words)
    return value.options


def test_frailty_score_9_is_not_worse_than_8() -> None:
    """Score 9 also stands for somebody who is dying and was well until then."""
    assert _frail(8, 2) == {"present"}
    assert _frail(9, 2) == {"absent"}
    assert _frail(9, 3) == {"present"}


def _rotated(milligrams: str, product: str, **findings: str | list[str]) -> Rotation:
    old = taken("morphine", "oral", f"{milligrams} mg")
    answer = rotate(tables(), [old], Change(product, 2, "uncontrolled_pain"), patient(**findings))
    assert isinstance(answer, Rotation)
    return answer


def test_taking_a_benzodiazepine_away_may_raise_a_rotation() -> None:
    beside = _rotated("120", "oxycodone-modified-release", current_classes=["benzodiazepine"])
    assert _rotated("120", "oxycodone-modified-release").daily > beside.daily


def test_there_and_back_never_gains() -> None:
    for milligrams in ("60", "120", "250", "400"):
        there = _rotated(milligrams, "oxycodone-modified-release")
        old = taken("oxycodone", "oral", f"{there.daily} mg")
        back = rotate(tables(), [old], Change("morphine-modified-release", 2, "uncontrolled_pain"), patient())
        assert not isinstance(back, Rotation) or back.daily <= Decimal(milligrams)


def test_a_route_change_does_not_go_by_way_of_the_total() -> None:
    """20 mg of oxycodone under the skin count as 60 mg; the 30 mg by mouth that follow count as 45 mg."""
    direct = route_change(tables(), taken("oxycodone", "subcutaneous", "20 mg"), "oral")
    assert isinstance(direct, RouteChange)
    factors = {f.route: f for f in tables().factors if f.drug == "oxycodone"}
    before, after = factors["subcutaneous"].display, factors["oral"].display
    assert before is not None
    assert after is not None
    assert direct.amount * Decimal(after) < 20 * Decimal(before)


def test_the_label_table_cannot_be_turned_round() -> None:
    """224 mg of morphine a day start 50 microgram/h at most; the patch that is left counts far less."""
    rescue_wish = wish("morphine-immediate-release")
    answer = to_patch(
        tables(), [taken("morphine", "oral", "224 mg")], "fentanyl", "stock_or_cost", rescue_wish, patient()
    )
    assert isinstance(answer, Patch)
    back = next(f for f in tables().factors if (f.drug, f.route) == ("fentanyl", "transdermal"))
    assert back.from_low is not None
    assert answer.label_cap * Decimal(back.from_low) < 224


def test_the_smallest_totals_have_no_share() -> None:
    answer = rescue(tables(), [taken("morphine", "oral", "2 mg")], wish("morphine-immediate-release", Truth.APPLIES))
    assert isinstance(answer, Refused)


def test_a_bar_may_add_a_line() -> None:
    """Severe drowsiness takes the opioid away and brings the referral."""
    awake = _plan(vitals={"respiratory_rate": "14 /min", "sedation": "1"})
    drowsy = _plan(vitals={"respiratory_rate": "14 /min", "sedation": "3"})
    assert "opioid-specialist-today" in offered(drowsy.plan)
    assert "opioid-specialist-today" not in offered(awake.plan)
