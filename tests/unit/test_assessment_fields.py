"""The table of fields: complete, defined, and the same in model, schema and reader."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from protocol.assessment import FIELDS, Assessment, FieldSpec, read_document
from protocol.possible import Members, Numbers, Words
from protocol.quantity import UNITS
from protocol.terms import LISTS, WordList
from tests.cases.translate import DAYS_AGO, HOMELESS, NUMBERS, RENAMED, to_assessment

ROOT = Path(__file__).parents[2]
CASES = YAML(typ="safe", pure=True).load((ROOT / "tests/cases/mps.yaml").read_text())["cases"]
EXAMPLES = sorted((ROOT / "examples").glob("*/assessment.yaml"))
BARE = {"assessment_id": "a", "assessed_at": "2026-03-14T09:00:00+00:00", "pain": {"painad": 4}}

CANONICAL = """
patient.age patient.sex_at_birth patient.weight patient.height patient.frailty_scale
patient.clinician_judged_frail patient.weight_loss_6_months patient.pregnancy_status
vitals.respiratory_rate vitals.oxygen_saturation vitals.sedation vitals.consciousness vitals.systolic_bp
vitals.diastolic_bp vitals.heart_rate vitals.temperature status.ecog status.pps status.prognosis
status.prognosis_weeks status.goals_of_care status.escalation_ceiling status.capacity status.care_setting
status.monitoring status.approvals pain.nrs.now pain.nrs.average pain.nrs.worst pain.nrs.least
pain.nrs.on_movement pain.nrs.rest pain.painad pain.abbey pain.baseline_average pain.side pain.sites
pain.onset pain.duration pain.step_increase pain.change_at pain.crescendo pain.worse_at_night
pain.breakthrough.episodes pain.breakthrough.type pain.background_controlled neuro.allodynia_area
neuro.hours_since_paraplegia neuro.deficit_onset_at psoas.stretch_test psoas.fixed_hip_flexion
psoas.contracture psoas.spasm_episodes psoas.it_sign psoas.lie_supine psoas.imaging.modality
psoas.imaging.at psoas.imaging.involvement psoas.imaging.side psoas.imaging.oedema
psoas.imaging.collection psoas.imaging.mass_size spine.metastasis spine.escc spine.mri_at spine.fracture
spine.sins.location laboratory.creatinine laboratory.creatinine_baseline laboratory.egfr
laboratory.bilirubin laboratory.alt laboratory.alt_upper_limit laboratory.albumin laboratory.inr
laboratory.haemoglobin laboratory.haemoglobin_previous laboratory.platelets laboratory.neutrophils
laboratory.potassium laboratory.magnesium laboratory.sodium laboratory.corrected_calcium
laboratory.glucose laboratory.crp laboratory.white_cells laboratory.blood_culture cardiac.qtc
cardiac.qtc_formula cardiac.ecg_at renal.dialysis renal.falling liver.cirrhosis liver.ascites
liver.encephalopathy history.problem_list_checked history.conditions history.peptic_ulcer
history.gi_bleed history.heart_failure history.ischaemic_heart_disease history.stroke history.copd
history.hypercapnia history.sleep_apnoea history.delirium history.seizures history.myasthenia
history.diabetes history.mi_at history.stroke_at history.vte_at history.pacemaker
history.brain_metastasis_or_raised_icp history.immunosuppression medicines.reconciled_at
medicines.current medicines.current[].drug medicines.current[].route medicines.current[].form
medicines.current[].dose medicines.current[].every medicines.current[].schedule
medicines.current[].prn_taken medicines.current[].started_at medicines.current[].changed_at
medicines.current[].last_dose_at medicines.current[].indication medicines.current[].baseline_average
medicines.previous medicines.anticoagulant.agent medicines.anticoagulant.intensity
medicines.anticoagulant.last_dose_at medicines.anticoagulant.indication medicines.antiplatelets
allergies.checked allergies.list routes.oral routes.subcutaneous routes.intravenous routes.transdermal
routes.transmucosal tumour.primary tumour.histology tumour.tissue tumour.lymphoma_suspected
tumour.prior_rt.to_field tumour.systemic_options tumour.resectability tumour.oligometastatic
tumour.isolated_metastasis adverse.myoclonus adverse.hallucinations adverse.diffuse_allodynia
adverse.pain_worse_after_increase adverse.stool_days adverse.nausea adverse.hydration_poor site.region
""".split()  # noqa: SIM905 - a list literal would take two hundred lines


@pytest.mark.parametrize("path", CANONICAL)
def test_every_agreed_name_exists(path: str) -> None:
    assert FIELDS[path].path == path


@pytest.mark.parametrize("spec", FIELDS.values(), ids=list(FIELDS))
def test_each_field_says_what_it_means(spec: FieldSpec) -> None:
    assert spec.meaning.endswith((".", "?"))
    assert spec.kind in ("number", "word", "list", "moment", "text")
    if spec.list_name:
        assert spec.words == tuple(LISTS[spec.list_name].words)
    if spec.unit:
        assert spec.unit in UNITS
        assert spec.low < spec.high
    if spec.dated_by:
        assert FIELDS[spec.dated_by].kind == "moment"


@pytest.mark.parametrize("spec", [s for s in FIELDS.values() if not s.record], ids=lambda s: s.path)
def test_an_unknown_field_is_its_whole_domain(spec: FieldSpec) -> None:
    if spec.kind in ("moment", "text") or (spec.kind == "list" and not spec.words):
        with pytest.raises(ValueError, match="no closed domain"):
            spec.domain()
        return
    domain = spec.domain()
    match spec.kind:
        case "number":
            assert domain == Numbers(spec.low, spec.high, spec.unit)
        case "word":
            assert isinstance(domain, Words)
            assert len(domain.options) > 1
        case "list":
            assert isinstance(domain, Members)
            assert domain.listed == frozenset()
            assert len(domain.possible) == spec.top


@pytest.mark.parametrize("path", [p for p, s in FIELDS.items() if s.scale and not s.record and "[]" not in p])
def test_the_example_of_each_number_can_be_entered(path: str) -> None:
    spec = FIELDS[path]
    datum = Assessment.read(_with(path, spec.example)).datum(path)
    assert datum is not None
    assert isinstance(datum.possible, Numbers)
    assert datum.possible.low == datum.possible.high == Decimal(spec.example.split()[0])


@pytest.mark.parametrize("path", [p for p, s in FIELDS.items() if s.kind == "word" and "[]" not in p])
def test_every_word_can_be_entered_and_unknown_is_no_word(path: str) -> None:
    for word in FIELDS[path].words:
        datum = Assessment.read(_with(path, word)).datum(path)
        assert datum is not None
        assert datum.possible == Words(frozenset({word}))
    assert Assessment.read(_with(path, "unknown")).datum(path) is None


@pytest.mark.parametrize("listed", LISTS.values(), ids=list(LISTS))
def test_each_word_is_defined(listed: WordList) -> None:
    assert listed.meaning
    assert listed.words
    for word, meaning in listed.words.items():
        assert word == word.strip() != ""
        assert meaning.strip(), word


def test_the_schema_accepts_what_can_be_read() -> None:
    schema = Assessment.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    documents = [read_document(path.read_bytes(), path.name).data for path in EXAMPLES]
    documents += [to_assessment(case["inputs"]) for case in CASES]
    documents += [Assessment.read(document).echo() for document in documents if _readable(document)]
    documents += [BARE | {"patient": None, "pain": {"painad": 4, "side": {"one_of": ["left", "bilateral"]}}}]
    for document in documents:
        assert [error.message for error in validator.iter_errors(document)] == []
    assert not validator.is_valid(BARE | {"bogus": 1})
    assert not validator.is_valid(BARE | {"patient": []})
    assert not validator.is_valid({"assessed_at": "2026-03-14T09:00:00+00:00"})


def _readable(document: dict[str, Any]) -> bool:
    return bool(document["assessment_id"] != "MPS-17")


def test_examples_are_read_without_a_note() -> None:
    assert len(EXAMPLES) >= 4
    for path in EXAMPLES:
        assert Assessment.read(read_document(path.read_bytes(), path.name)).notes() == []


def test_every_input_of_the_worked_cases_has_one_home() -> None:
    homes = [*NUMBERS, *DAYS_AGO, *RENAMED, *HOMELESS]
    assert len(homes) == len(set(homes))
    assert {name for case in CASES for name in case["inputs"]} <= set(homes)
    for path in [*DAYS_AGO.values(), *RENAMED.values(), *(path for path, _ in NUMBERS.values())]:
        assert path in FIELDS


def _with(path: str, value: object) -> dict[str, Any]:
    document: dict[str, Any] = {**BARE, "pain": {"abbey": 4}}
    here = document
    *groups, last = path.split(".")
    for group in groups:
        here = here.setdefault(group, {})
    here[last] = value
    return document
