"""The patient on whom every case of relaxants-antiinflam.yaml is written: everything was asked, and all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["HEIGHT", "NOW", "WELL"]

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)

HEIGHT = 158
"""cm; neither obese nor wasted at any weight of the cases."""

WELL: dict[str, Any] = {
    "assessed_at": NOW.isoformat(),
    "information_source": "patient",
    "assessor_role": "doctor",
    "patient": {
        "sex_at_birth": "male",
        "height": f"{HEIGHT} cm",
        "frailty_scale": 4,
        "weight_loss_6_months": "3 %",
        "pregnancy_status": "not_applicable",
    },
    "vitals": {
        "heart_rate": "80 /min",
        "diastolic_bp": "75 mm[Hg]",
        "respiratory_rate": "16 /min",
        "oxygen_saturation": "97 %",
        "on_oxygen": "absent",
        "temperature": "36.8 Cel",
        "consciousness": "A",
        "sedation": 1,
        "apnoea": "absent",
    },
    "status": {
        "goals_of_care": "palliative_active",
        "care_setting": "hospice_inpatient",
        "monitoring": "daily",
        "capacity": "present",
        "escalation_ceiling": "full",
        "specialist_palliative_involved": "present",
    },
    "site": {"region": "UK"},
    "pain": {
        "scale_used": "NRS",
        "side": "left",
        "sites": ["groin", "anterior_thigh"],
        "step_increase": "absent",
        "crescendo": "absent",
        "background_controlled": "absent",
    },
    "neuro": {
        "desc_aching_pressure": "present",
        "desc_lancinating": "absent",
        "desc_colicky": "absent",
        "myokymia": "absent",
        "dermatomal_rash": "absent",
        "power_limited_by_pain": "absent",
    },
    "psoas": {
        "hip_rotation_pain": "absent",
        "tenderness": "absent",
        "lie_supine": "able",
        "it_sign": "absent",
        "leg_swelling": "none",
        "flank_bruising": "absent",
        "imaging": {
            "modality": "ct_contrast",
            "at": (NOW - timedelta(days=2)).isoformat(),
            "involvement": "infiltration_partial",
            "side": "left",
            "oedema": "absent",
            "collection": "none",
            "plexus_involvement": "none",
            "hydronephrosis": "none",
            "mass_size": "3 cm",
            "ivc_compression": "absent",
            "ivc_or_iliac_thrombosis": "absent",
        },
    },
    "laboratory": {
        "at": (NOW - timedelta(days=1)).isoformat(),
        "haemoglobin": "120 g/L",
        "haemoglobin_previous": {"value": "120 g/L", "at": (NOW - timedelta(days=5)).isoformat()},
        "white_cells": "7 10*9/L",
        "neutrophils": "4.5 10*9/L",
        "bilirubin": "9 umol/L",
        "alt_upper_limit": "40 U/L",
        "albumin": "38 g/L",
        "potassium": "4.2 mmol/L",
        "magnesium": "0.85 mmol/L",
        "sodium": "138 mmol/L",
        "crp": "5 mg/L",
    },
    "cardiac": {"qtc_formula": "fridericia", "ecg_at": (NOW - timedelta(days=3)).isoformat()},
    "renal": {"dialysis": "none", "falling": "absent", "single_kidney": "absent"},
    "liver": {"cirrhosis": "absent", "ascites": "none", "encephalopathy": "none"},
    "history": {
        "problem_list_checked": "present",
        "conditions": [],
        "falls": 0,
        "alcohol_units_week": 0,
        "suicidal_ideation": "absent",
        "immunosuppression": "absent",
        "active_infection": "none",
        "infection_at_site": "absent",
        "delirium": "absent",
        "dental_risk": "absent",
        "recent_trauma_or_procedure": "absent",
    },
    "allergies": {"checked": "present", "list": []},
    "routes": {
        "subcutaneous": "present",
        "intravenous": "absent",
        "transdermal": "present",
        "skin_broken_at_site": "absent",
    },
    "tumour": {
        "radiosensitivity": "intermediate",
        "systemic_options": "none",
        "resectability": "unresectable",
        "immunotherapy_planned": "absent",
        "bone_targeted_agent": "none",
        "hypervascular_or_bleeding": "absent",
        "kidney_in_field": "absent",
        "in_needle_path": "absent",
        "prior_rt": {"to_field": "absent"},
    },
    "preferences": {"accepts_opioids": "yes", "accepts_radiotherapy": "yes", "accepts_hospital_transfer": "yes"},
    "adverse": {"myoclonus": "absent", "hallucinations": "absent", "diffuse_allodynia": "absent", "stool_days": "1 d"},
}
"""A patient of whom everything else was asked and is well; the case says the rest."""
