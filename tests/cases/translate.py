"""Turns the flat inputs of a worked case (mps.yaml) into the document a clinician would have typed.

Values keep the unit that the flat field name promises, so that a case about wrong units stays wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

__all__ = ["to_assessment"]

Case = Mapping[str, Any]

NUMBERS = {
    "age_years": ("patient.age", "a"),
    "weight_kg": ("patient.weight", "kg"),
    "height_cm": ("patient.height", "cm"),
    "heart_rate_bpm": ("vitals.heart_rate", "/min"),
    "systolic_bp_mmhg": ("vitals.systolic_bp", "mm[Hg]"),
    "respiratory_rate_per_min": ("vitals.respiratory_rate", "/min"),
    "spo2_percent": ("vitals.oxygen_saturation", "%"),
    "temperature_c": ("vitals.temperature", "Cel"),
    "pps_percent": ("status.pps", "%"),
    "pain_duration_days": ("pain.duration", "d"),
    "post_void_residual_ml": ("neuro.post_void_residual", "mL"),
    "hip_flexion_contracture_deg": ("psoas.contracture", "deg"),
    "calf_difference_cm": ("psoas.calf_difference", "cm"),
    "collection_longitudinal_cm": ("psoas.imaging.collection_longitudinal", "cm"),
    "collection_transverse_cm": ("psoas.imaging.collection_transverse", "cm"),
    "haemoglobin_g_per_l": ("laboratory.haemoglobin", "g/L"),
    "platelets_10e9_per_l": ("laboratory.platelets", "10*9/L"),
    "neutrophils_10e9_per_l": ("laboratory.neutrophils", "10*9/L"),
    "wbc_10e9_per_l": ("laboratory.white_cells", "10*9/L"),
    "crp_mg_per_l": ("laboratory.crp", "mg/L"),
    "serum_creatinine_umol_per_l": ("laboratory.creatinine", "umol/L"),
    "creatinine_baseline_umol_per_l": ("laboratory.creatinine_baseline", "umol/L"),
    "egfr_ml_min_173": ("laboratory.egfr", "mL/min/1.73m2"),
    "bilirubin_umol_per_l": ("laboratory.bilirubin", "umol/L"),
    "alt_u_per_l": ("laboratory.alt", "U/L"),
    "albumin_g_per_l": ("laboratory.albumin", "g/L"),
    "potassium_mmol_per_l": ("laboratory.potassium", "mmol/L"),
    "magnesium_mmol_per_l": ("laboratory.magnesium", "mmol/L"),
    "sodium_mmol_per_l": ("laboratory.sodium", "mmol/L"),
    "total_calcium_mmol_per_l": ("laboratory.total_calcium", "mmol/L"),
    "corrected_calcium_mmol_per_l": ("laboratory.corrected_calcium", "mmol/L"),
    "glucose_mmol_per_l": ("laboratory.glucose", "mmol/L"),
    "qtc_ms": ("cardiac.qtc", "ms"),
    "prior_rt_dose_gy": ("tumour.prior_rt.dose", "Gy"),
    "days_since_bowel_movement": ("adverse.stool_days", "d"),
}
"""Fields whose name promises a unit."""

DAYS_AGO = {
    "pain_change_days_ago": "pain.change_at",
    "neuro_deficit_onset_days": "neuro.deficit_onset_at",
    "psoas_imaging_days_ago": "psoas.imaging.at",
    "whole_spine_mri_days_ago": "spine.mri_at",
    "ecg_days_ago": "cardiac.ecg_at",
    "prior_rt_days_ago": "tumour.prior_rt.at",
    "last_chemotherapy_days_ago": "tumour.last_chemotherapy_at",
}
"""Ages of facts, which become times."""

_DN4 = (
    "burning",
    "painful_cold",
    "electric_shocks",
    "tingling",
    "pins_needles",
    "numbness",
    "itching",
    "hypoaesthesia_touch",
    "hypoaesthesia_prick",
    "brush_evoked",
)

_SAME = {
    "": "assessment_id assessed_at assessor_role information_source",
    "patient": "sex_at_birth pregnancy_status",
    "vitals": "on_oxygen news2_total",
    "status": "goals_of_care care_setting escalation_ceiling specialist_palliative_involved",
    "neuro": "desc_aching_pressure desc_cramping desc_lancinating desc_colicky dermatomes_sensory_loss "
    "dermatomes_allodynia sensory_level knee_reflex ankle_reflex plantar_response saddle_sensation anal_tone "
    "bladder_function bowel_function gait_status",
    "psoas": "fixed_hip_flexion pain_relieved_by_hip_flexion hip_rotation_pain groin_or_flank_mass "
    "flank_bruising it_sign leg_swelling",
    "psoas.imaging": "hydronephrosis ivc_or_iliac_thrombosis ivc_compression",
    "spine": "mechanical_pain pain_on_straining femur_or_pelvis_lesion foraminal_invasion "
    "vertebral_levels_involved vertebral_mets_count mri_high_intensity_ratio "
    "mri_high_intensity_ratio_previous mri_ratio_method",
    "laboratory": "inr blood_culture",
    "cardiac": "qtc_formula",
    "renal": "dialysis single_kidney",
    "liver": "ascites encephalopathy",
    "history": "problem_list_checked peptic_ulcer ischaemic_heart_disease recent_mi_or_arrhythmia "
    "uncontrolled_hypertension copd sleep_apnoea delirium_or_dementia_history narrow_angle_glaucoma "
    "urinary_retention_risk diabetes psychosis_or_mania_history suicidal_ideation benzodiazepine_dependence "
    "bowel_obstruction active_infection bleeding_disorder recent_trauma_or_procedure",
    "medicines": "cyp3a4_modifier cyp1a2_inhibitor",
    "tumour": "radiosensitivity systemic_options resectability bone_targeted_agent",
    "preferences": "priority accepts_opioids accepts_interventional accepts_radiotherapy "
    "accepts_hospital_transfer driving",
    "adverse": "myoclonus hallucinations pinpoint_pupils diffuse_allodynia hydration_poor",
}

RENAMED = {
    **{name: f"{group}.{name}".lstrip(".") for group, names in _SAME.items() for name in names.split()},
    "last_reconciled_at": "medicines.reconciled_at",
    "frailty_cfs": "patient.frailty_scale",
    "consciousness_acvpu": "vitals.consciousness",
    "sedation_poss": "vitals.sedation",
    "ecog_ps": "status.ecog",
    "prognosis_band": "status.prognosis",
    "monitoring_capability": "status.monitoring",
    "capacity_to_consent": "status.capacity",
    "pain_scale_used": "pain.scale_used",
    "nrs_now": "pain.nrs.now",
    "nrs_average_24h": "pain.nrs.average",
    "nrs_worst_24h": "pain.nrs.worst",
    "nrs_least_24h": "pain.nrs.least",
    "nrs_on_movement": "pain.nrs.on_movement",
    "painad_score": "pain.painad",
    "nrs_at_episode_start": "pain.baseline_average",
    "personalised_pain_goal": "pain.personalised_goal",
    "pain_side": "pain.side",
    "pain_sites": "pain.sites",
    "pain_onset": "pain.onset",
    "pain_step_increase_14d": "pain.step_increase",
    "pain_crescendo": "pain.crescendo",
    "pain_worse_at_night": "pain.worse_at_night",
    "background_pain_controlled": "pain.background_controlled",
    "breakthrough_episodes_24h": "pain.breakthrough.episodes",
    "breakthrough_type": "pain.breakthrough.type",
    "rescue_doses_24h": "pain.rescue_doses",
    "rescue_effective": "pain.rescue_effective",
    **{f"dn4_{item}": f"neuro.dn4.{item}" for item in (*_DN4, "total_reported")},
    "neuro_exam_performed": "neuro.exam_performed",
    **{
        f"{power}_power_mrc": f"neuro.{power}_power"
        for power in (
            "hip_flexion",
            "knee_extension",
            "hip_adduction",
            "ankle_dorsiflexion",
            "contralateral_leg",
        )
    },
    "psoas_stretch_test": "psoas.stretch_test",
    "psoas_tenderness": "psoas.tenderness",
    "spasm_episodes_24h": "psoas.spasm_episodes",
    "psoas_imaging_modality": "psoas.imaging.modality",
    "psoas_involvement": "psoas.imaging.involvement",
    "psoas_side": "psoas.imaging.side",
    "psoas_origin": "psoas.imaging.origin",
    "psoas_collection": "psoas.imaging.collection",
    "peritumoural_oedema": "psoas.imaging.oedema",
    "spine_metastasis_present": "spine.metastasis",
    "pathological_fracture": "spine.fracture",
    "epidural_grade": "spine.escc",
    "cauda_equina_compression_imaging": "spine.cauda_equina_compression",
    **{
        f"sins_{part}": f"spine.sins.{part}"
        for part in (
            "location",
            "pain",
            "lesion",
            "alignment",
            "collapse",
            "posterolateral",
            "total_reported",
        )
    },
    "gi_bleed_12_months": "history.gi_bleed",
    "heart_failure_nyha": "history.heart_failure",
    "stroke_history": "history.stroke",
    "hypercapnia_or_home_oxygen": "history.hypercapnia",
    "delirium_current": "history.delirium",
    "seizure_history": "history.seizures",
    "falls_12_months": "history.falls",
    "myasthenia_gravis": "history.myasthenia",
    "immunocompromised": "history.immunosuppression",
    "allergies_checked": "allergies.checked",
    "allergies": "allergies.list",
    "maoi_or_linezolid": "medicines.maoi_within_14_days",
    "oral_route_available": "routes.oral",
    "subcutaneous_available": "routes.subcutaneous",
    "intravenous_available": "routes.intravenous",
    "transdermal_suitable": "routes.transdermal",
    "primary_tumour": "tumour.primary",
    "tissue_diagnosis": "tumour.tissue",
    "lymphoma_or_myeloma_suspected": "tumour.lymphoma_suspected",
    "prior_rt_to_field": "tumour.prior_rt.to_field",
}
"""Fields whose value is written as it is."""

HOMELESS = {
    "creatinine_days_ago": "becomes the time of creatinine and eGFR; other results are of the day",
    "haemoglobin_previous_g_per_l": "becomes laboratory.haemoglobin_previous, 5 days before the present one",
    "unable_to_lie_supine": "asks the opposite; becomes psoas.lie_supine, able or unable",
    "steroid_started_days_ago": "becomes started_at of the corticosteroid among the current medicines",
    "anticoagulant": "becomes agent and intensity, and one current medicine without a dose",
    "anticoagulant_last_dose_at": "joins the anticoagulant",
    "anticoagulant_indication": "joins the anticoagulant",
    "antiplatelets": "becomes whether one is taken; names stand among the current medicines",
    "current_medicines": "becomes medicines.current",
    "previous_treatments": "becomes medicines.previous",
    "serotonergic_drugs": "becomes whether one is taken; the names stand among the current medicines already",
    "qt_prolonging_drugs": "likewise",
    "other_cns_depressants": "likewise",
    "opioid_use_disorder": "names a drug in the word; the drug stands among the current medicines already",
    "histology": "is free text in the cases; becomes the text and the word nearest to it",
}
"""Fields that are neither renamed nor dated, and what becomes of each."""

_FORMS = {"_mr": "modified-release", "_ir": "immediate-release"}
_HEPARINS = {"lmwh_prophylactic": "prophylactic", "lmwh_therapeutic": "therapeutic"}
_ROUTES = {"enoxaparin": "subcutaneous", "ufh": "intravenous", "fondaparinux": "subcutaneous"}


def to_assessment(inputs: Case) -> dict[str, Any]:
    """The assessment of one case.

    Raises:  KeyError for an input that has no home here.
    """
    document: dict[str, Any] = {}
    assessed_at = datetime.fromisoformat(str(inputs["assessed_at"]))
    for name, value in inputs.items():
        if name in NUMBERS:
            path, unit = NUMBERS[name]
            _put(document, path, f"{_digits(value)} {unit}")
        elif name in DAYS_AGO:
            _put(document, DAYS_AGO[name], _ago(assessed_at, value))
        elif name in RENAMED:
            _put(document, RENAMED[name], _exact(value))
        elif name not in HOMELESS:
            raise KeyError(name)
    for translate in (_laboratory, _supine, _medicines, _anticoagulant, _names, _history, _histology):
        translate(document, inputs, assessed_at)
    return document


def _put(document: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401 - as the case has it
    *groups, last = path.split(".")
    for group in groups:
        document = document.setdefault(group, {})
    document[last] = value


def _digits(value: Any) -> str:  # noqa: ANN401
    return f"{Decimal(str(value)).normalize():f}"


def _exact(value: Any) -> Any:  # noqa: ANN401
    return Decimal(str(value)) if isinstance(value, float) else value


def _ago(assessed_at: datetime, days: int) -> str:
    # A day-old finding of a morning visit is taken as 24 h old; on the day itself, as of this moment.
    return (assessed_at - timedelta(days=days)).isoformat()


def _laboratory(document: dict[str, Any], inputs: Case, assessed_at: datetime) -> None:
    results = document.get("laboratory")
    if results is None:
        return
    results["at"] = assessed_at.isoformat()
    for name in ("creatinine", "egfr"):
        if name in results and "creatinine_days_ago" in inputs:
            results[name] = {"value": results[name], "at": _ago(assessed_at, inputs["creatinine_days_ago"])}
    if "haemoglobin_previous_g_per_l" in inputs:
        value = f"{_digits(inputs['haemoglobin_previous_g_per_l'])} g/L"
        results["haemoglobin_previous"] = {"value": value, "at": _ago(assessed_at, 5)}


def _supine(document: dict[str, Any], inputs: Case, _: datetime) -> None:
    if "unable_to_lie_supine" in inputs:
        words = {"yes": "unable", "no": "able"}
        _put(document, "psoas.lie_supine", words.get(str(inputs["unable_to_lie_supine"]), "unknown"))


def _medicines(document: dict[str, Any], inputs: Case, assessed_at: datetime) -> None:
    if "current_medicines" in inputs:
        started = inputs.get("steroid_started_days_ago")
        tried = {entry["agent"] for entry in inputs.get("previous_treatments", [])}
        entries = [_medicine(entry, started, assessed_at, tried) for entry in inputs["current_medicines"]]
        _put(document, "medicines.current", entries)
    if "previous_treatments" in inputs:
        _put(document, "medicines.previous", [_previous(entry) for entry in inputs["previous_treatments"]])


def _medicine(entry: Case, steroid_days: int | None, assessed_at: datetime, tried: set[str]) -> dict[str, Any]:
    drug = str(entry["drug"])
    form = next((form for ending, form in _FORMS.items() if drug.endswith(ending)), None)
    medicine: dict[str, Any] = {"drug": drug.removesuffix("_mr").removesuffix("_ir"), "route": entry["route"]}
    if form:
        medicine["form"] = form
    medicine["dose"] = f"{_digits(entry['dose'])} {entry['dose_unit']}"
    medicine["every"] = f"{_digits(Decimal(24) / int(entry['doses_per_24h']))} h"
    medicine["schedule"] = entry["schedule"]
    if "prn_doses_used_24h" in entry:
        # The cases record one day; two like days make the mean that the opioid total asks for.
        medicine["prn_taken"] = [entry["prn_doses_used_24h"]] * 2
    if entry.get("class") == "corticosteroid" and steroid_days is not None:
        # The field counts the days of a trial against pain.
        medicine |= {"started_at": _ago(assessed_at, steroid_days), "indication": "pain"}
    if medicine["drug"] in tried:
        # What was tried against pain and still stands on the list is taken for pain.
        medicine["indication"] = "pain"
    return medicine


def _previous(entry: Case) -> dict[str, Any]:
    unit = str(entry["dose_unit"]).replace("mg/day", "mg/(24.h)")
    reason = entry["stop_reason"]
    return {
        "class": entry["class"],
        "agent": entry["agent"],
        "max_dose": f"{_digits(entry['max_dose'])} {unit}",
        "duration": f"{_digits(entry['duration_days'])} d",
        "response": entry["response"],
        "stop_reason": "not_stopped" if reason == "none" else reason,
    }


def _anticoagulant(document: dict[str, Any], inputs: Case, _: datetime) -> None:
    written = inputs.get("anticoagulant")
    if written is None:
        return
    if written == "none":
        _put(document, "medicines.anticoagulant", {"agent": "none"})
        return
    # "Low-molecular-weight heparin" is a class; the case that uses it names enoxaparin in its title.
    agent = "enoxaparin" if written in _HEPARINS else str(written)
    group = {"agent": agent, "intensity": _HEPARINS.get(str(written), "therapeutic")}
    medicine = {"drug": agent, "route": _ROUTES.get(agent, "oral"), "indication": "clot_prevention"}
    if "anticoagulant_last_dose_at" in inputs:
        group["last_dose_at"] = medicine["last_dose_at"] = inputs["anticoagulant_last_dose_at"]
    if "anticoagulant_indication" in inputs:
        group["indication"] = inputs["anticoagulant_indication"]
    _put(document, "medicines.anticoagulant", group)
    document["medicines"].setdefault("current", []).append(medicine)


def _names(document: dict[str, Any], inputs: Case, _: datetime) -> None:
    for name in ("antiplatelets", "serotonergic_drugs", "qt_prolonging_drugs", "other_cns_depressants"):
        if name in inputs:
            some = [drug for drug in inputs[name] if drug != "none"]
            _put(document, f"medicines.{name}", "present" if some else "absent")


def _history(document: dict[str, Any], inputs: Case, _: datetime) -> None:
    disorder = inputs.get("opioid_use_disorder")
    if disorder is not None:
        on_treatment = str(disorder).endswith("_oat")
        _put(document, "history.opioid_use_disorder", "on_agonist_treatment" if on_treatment else disorder)
        for medicine in document.get("medicines", {}).get("current", []) if on_treatment else []:
            if medicine["drug"] in str(disorder):
                medicine["indication"] = "opioid_agonist_treatment"
    if inputs.get("problem_list_checked") == "yes":
        _put(document, "history.conditions", [])


def _histology(document: dict[str, Any], inputs: Case, _: datetime) -> None:
    if "histology" in inputs:
        told = str(inputs["histology"])
        _put(document, "tumour.histology_text", told)
        _put(document, "tumour.histology", "leiomyosarcoma" if told.startswith("leiomyosarcoma") else "other")
