"""How one entry is read: units, ranges, times, alternatives, lists, medicines."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from protocol.assessment import Assessment, Datum
from protocol.errors import AssessmentError
from protocol.possible import Members, Numbers, Words

NOW = "2026-03-14T09:00:00+00:00"


def read(**groups: object) -> Assessment:
    return Assessment.read({"assessment_id": "a", "assessed_at": NOW, "pain": {"nrs": {"now": 7}}} | groups)


def datum(path: str, **groups: object) -> Datum:
    found = read(**groups).datum(path)
    assert found is not None
    return found


def span(path: str, **groups: object) -> tuple[str, str]:
    possible = datum(path, **groups).possible
    assert isinstance(possible, Numbers)
    return str(possible.low), str(possible.high)


def refusal(**groups: object) -> str:
    with pytest.raises(AssessmentError) as caught:
        read(**groups)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("68 umol/L", "68", "68"),
        ("68umol/l", "68", "68"),
        ("50..70 umol/L", "50", "70"),
        ("50 umol/L .. 70 umol/L", "50", "70"),
        (">= 90 umol/L", "90", "2500"),
        ("> 90 umol/L", "90", "2500"),
        ("≤ 90 µmol/L", "10", "90"),
        ("0.1 mmol/L", "100", "100"),
    ],
)
def test_numbers_as_clinicians_write_them(written: str, low: str, high: str) -> None:
    found = span("laboratory.creatinine", laboratory={"creatinine": written})
    assert tuple(map(Decimal, found)) == (Decimal(low), Decimal(high))


def test_a_mass_concentration_is_converted_through_its_substance() -> None:
    low, _ = span("laboratory.creatinine", laboratory={"creatinine": "1.4 mg/dL"})
    assert Decimal(low).quantize(Decimal("0.01")) == Decimal("123.76")


def test_counts_with_powers_of_ten_in_the_unit() -> None:
    assert span("laboratory.platelets", laboratory={"platelets": "240 10*9/L"}) == ("240", "240")
    assert span("laboratory.platelets", laboratory={"platelets": "150..200 x10^9/L"}) == ("150", "200")


@pytest.mark.parametrize(("written", "expected"), [(7, ("7", "7")), ("7", ("7", "7")), ("5..8", ("5", "8"))])
def test_scores_are_bare(written: object, expected: tuple[str, str]) -> None:
    assert span("pain.nrs.average", pain={"nrs": {"average": written}}) == expected


@pytest.mark.parametrize("nothing", [None, "unknown", {"value": None}, {"value": "unknown", "source": "record"}])
def test_unknown_is_unknown_however_it_is_said(nothing: object) -> None:
    assessment = read(patient={"weight": nothing}, renal=None)
    assert assessment.datum("patient.weight") is None
    assert assessment.datum("renal.dialysis") is None


@pytest.mark.parametrize("word", ["not_done", "unable", "unknown"])
def test_what_was_not_looked_at_is_not_a_finding(word: str) -> None:
    assert read(psoas={"stretch_test": word}).datum("psoas.stretch_test") is None


@pytest.mark.parametrize(
    ("written", "meant"), [("yes", "present"), ("no", "absent"), ("Present", "present"), ("absent", "absent")]
)
def test_yes_and_no_are_present_and_absent(written: str, meant: str) -> None:
    assert datum("history.seizures", history={"seizures": written}).possible == Words(frozenset({meant}))


def test_no_is_none_where_the_list_has_none() -> None:
    assert datum("renal.dialysis", renal={"dialysis": "no"}).possible == Words(frozenset({"none"}))


def test_a_word_that_is_a_digit_may_be_written_as_a_number() -> None:
    assert datum("vitals.sedation", vitals={"sedation": 3}).possible == Words(frozenset({"3"}))
    assert datum("spine.escc", spine={"escc": 0}).possible == Words(frozenset({"0"}))


def test_alternatives_bound_a_word() -> None:
    found = datum("pain.onset", pain={"painad": 3, "onset": {"one_of": ["sudden", "subacute"], "source": "carer"}})
    assert found.possible == Words(frozenset({"sudden", "subacute"}))
    assert found.source == "carer"


def test_a_list_is_open_until_something_else_closes_it() -> None:
    found = datum("neuro.dermatomes_allodynia", neuro={"dermatomes_allodynia": ["L2", "l3"]}).possible
    assert isinstance(found, Members)
    assert found.listed == {"L2", "L3"}
    assert "S1" in found.possible
    nothing = datum("neuro.dermatomes_allodynia", neuro={"dermatomes_allodynia": ["none"]}).possible
    assert nothing == Members(frozenset(), frozenset())


def test_times_are_kept_in_utc_and_dated_by_their_group() -> None:
    laboratory = {
        "at": "2026-03-13T08:00:00+01:00",
        "creatinine": "68 umol/L",
        "sodium": {"value": "138 mmol/L", "at": "2026-03-12T07:00:00Z"},
        "creatinine_baseline": "70 umol/L",
    }
    assessment = read(laboratory=laboratory)
    assert assessment.moment("laboratory.at") == datetime(2026, 3, 13, 7, tzinfo=UTC)
    times = {name: assessment.datum(f"laboratory.{name}") for name in ("creatinine", "sodium", "creatinine_baseline")}
    assert [found.at if found else None for found in times.values()] == [
        datetime(2026, 3, 13, 7, tzinfo=UTC),
        datetime(2026, 3, 12, 7, tzinfo=UTC),
        None,
    ]


@pytest.mark.parametrize(
    ("field", "written", "unit"),
    [
        ("creatinine", "1.4 umol/L", "mg/dL"),
        ("creatinine", "15 umol/L", "mg/dL"),
        ("haemoglobin", "11.2 g/L", "g/dL"),
        ("haemoglobin", "22 g/L", "g/dL"),
        ("albumin", "6 g/L", "g/dL"),
        ("glucose", "126 mmol/L", "mg/dL"),
        ("total_calcium", "9.4 mmol/L", "mg/dL"),
        ("corrected_calcium", "9.4 mmol/L", "mg/dL"),
    ],
)
def test_a_value_of_another_units_size_is_refused_with_that_unit(field: str, written: str, unit: str) -> None:
    message = refusal(laboratory={field: written})
    meant = f"{written.partition(' ')[0]} {unit}"
    assert f"it looks like {unit}." in message
    assert f"write: {field}: {meant}" in message
    assert read(laboratory={field: meant}).datum(f"laboratory.{field}") is not None


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("creatinine", "15.1 umol/L"),
        ("haemoglobin", "22.1 g/L"),
        ("albumin", "6.1 g/L"),
        ("glucose", "59.9 mmol/L"),
    ],
)
def test_next_to_the_band_it_is_accepted(field: str, written: str) -> None:
    assert read(laboratory={field: written}).datum(f"laboratory.{field}") is not None


def test_other_units_that_are_easily_mistaken() -> None:
    assert "it looks like [degF]" in refusal(vitals={"temperature": "101.2 Cel"})
    assert "it looks like m." in refusal(patient={"height": "1.65 cm"})
    assert "it looks like cGy" in refusal(tumour={"prior_rt": {"dose": "2000 Gy"}})
    assert "write: mri_high_intensity_ratio: 0.42" in refusal(spine={"mri_high_intensity_ratio": 42})


def test_limits_themselves_are_accepted_and_the_next_value_is_not() -> None:
    for written in ("20 kg", "300 kg"):
        assert read(patient={"weight": written}).datum("patient.weight") is not None
    for written in ("19.9 kg", "300.1 kg"):
        assert "outside the possible 20 to 300 kg" in refusal(patient={"weight": written})


def test_unusual_values_are_noted_and_not_refused() -> None:
    assessment = read(patient={"weight": "34 kg", "age": "17 a"}, vitals={"heart_rate": "131 /min"})
    assert [path for path, _ in assessment.notes()] == ["patient.age", "patient.weight", "vitals.heart_rate"]
    assert read(patient={"weight": "35 kg"}, vitals={"heart_rate": "130 /min"}).notes() == []


def test_a_checked_list_that_was_left_out_is_noted_and_stays_unknown() -> None:
    assessment = read(medicines={"reconciled_at": NOW}, allergies={"checked": "yes"})
    assert [path for path, _ in assessment.notes()] == ["allergies.list", "medicines.current"]
    assert assessment.datum("medicines.current") is None
    assert read(medicines={"reconciled_at": NOW, "current": []}).datum("medicines.current") is not None


def test_a_medicine_may_lack_almost_everything() -> None:
    assessment = read(medicines={"current": [{"drug": "  Ozeanol  FORTE "}, {"drug": "x", "dose": "unknown"}]})
    assert [medicine.drug for medicine in assessment.medicines_current] == ["ozeanol forte", "x"]
    assert assessment.medicines_current[0].dose is None


def test_a_medicine_in_full() -> None:
    entry = {
        "drug": "Morphine",
        "route": "po",
        "form": "MR",
        "dose": "30..60 mg",
        "every": "12 h",
        "schedule": "prn",
        "prn_taken": [2, None, 3],
        "changed_at": "2026-03-13T09:00:00+00:00",
        "indication": "pain",
        "strength": "10 mg/mL",
        "baseline_average": 8,
        "adherence": "full",
        "source": "record",
    }
    medicine = read(medicines={"current": [entry]}).medicines_current[0]
    assert (medicine.drug, medicine.route, medicine.form) == ("morphine", "oral", "modified-release")
    assert medicine.dose == Numbers(Decimal(30), Decimal(60), "mg")
    assert medicine.every == Numbers(Decimal(12), Decimal(12), "h")
    assert (medicine.schedule, medicine.prn_taken) == ("as-needed", (2, None, 3))


def test_two_like_medicines_are_both_kept_in_an_order_of_their_own() -> None:
    patch = {"drug": "fentanyl", "route": "td", "dose": "25 microgram/h", "every": "72 h"}
    tablet = {"drug": "codeine", "route": "oral"}
    one = read(medicines={"current": [patch, tablet, patch]})
    other = read(medicines={"current": [patch, patch, tablet]})
    assert [medicine.drug for medicine in one.medicines_current] == ["codeine", "fentanyl", "fentanyl"]
    assert one.medicines_current == other.medicines_current
    assert one.echo() == other.echo()


def test_no_anticoagulant_is_one_fact() -> None:
    assessment = read(medicines={"anticoagulant": {"agent": "none"}})
    intensity = assessment.datum("medicines.anticoagulant.intensity")
    assert intensity is not None
    assert intensity.possible == Words(frozenset({"none"}))
    assert assessment.text("medicines.anticoagulant.agent") == "none"
    assert "both" in refusal(medicines={"anticoagulant": {"agent": "none", "intensity": "therapeutic"}})
    assert "both" in refusal(medicines={"anticoagulant": {"agent": "warfarin", "intensity": "none"}})
    unknown = read(medicines={"anticoagulant": {"agent": "warfarin"}})
    assert unknown.datum("medicines.anticoagulant.intensity") is None


def test_an_approval_needs_what_who_and_when() -> None:
    approval = {
        "for": "methadone",
        "role": "consultant",
        "name": "A. Smith",
        "at": "2026-03-13T09:00:00+00:00",
    }
    assert read(status={"approvals": [approval]}).approvals[0].for_ == "methadone"
    for key in approval:
        assert f"status.approvals[0].{key} is" in refusal(status={"approvals": [approval | {key: None}]})


def test_the_echo_reads_as_the_same_assessment() -> None:
    assessment = read(
        patient={"weight": {"value": "50..70 kg", "source": "estimate"}, "age": "62 years"},
        pain={"sites": ["hip", "groin"], "side": {"one_of": ["left", "bilateral"]}, "vas": "70 mm"},
        neuro={"dermatomes_allodynia": ["none"]},
        medicines={"current": [{"drug": "x", "prn_taken": [1, None]}], "previous": [{"class": "snri"}]},
    )
    echo = assessment.echo()
    again = Assessment.read(echo)
    assert again.echo() == echo
    assert again.datum("patient.weight") == assessment.datum("patient.weight")
    assert "height" not in echo["patient"]
