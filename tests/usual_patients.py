"""The usual record of promise 15: exactly what a team knows at a first visit, in plausible proportions.

Age, sex, weight or an estimate of it, pain scores and sites, reconciled medicines, allergies and problem
list checked, respiratory rate, sedation, creatinine, haemoglobin, platelets and psoas imaging; the rest is
unknown. The proportions are engine choices of the tests: they describe a hospice admission ward, not an
epidemiology.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from protocol.rules.ruleset import Ruleset
from tests.entries import NOW, written

__all__ = ["ON_STRONG_OPIOID", "examined_record", "usual_record"]

ON_STRONG_OPIOID = "on-strong-opioid"
"""Marks, in the assessment's id, a record that already lists a strong opioid."""

_SITES = ("flank", "groin", "anterior_thigh", "low_back", "hip", "medial_thigh", "knee")
_ANALGESICS = (
    ("paracetamol", 0.7, {"dose": "1000 mg", "every": "6 h"}),
    ("ibuprofen", 0.08, {"dose": "400 mg", "every": "8 h"}),
    ("codeine", 0.08, {"dose": "30 mg", "every": "6 h"}),
    ("tramadol", 0.08, {"dose": "50 mg", "every": "6 h"}),
)
_STRONG = (
    ("morphine", {"dose": "30 mg", "every": "12 h", "form": "modified-release"}),
    ("morphine", {"dose": "5 mg", "every": "4 h", "form": "immediate-release"}),
    ("oxycodone", {"dose": "20 mg", "every": "12 h", "form": "modified-release"}),
)
_OTHERS = (
    ("omeprazole", 0.25, {"dose": "20 mg", "every": "24 h"}),
    ("amlodipine", 0.15, {"dose": "5 mg", "every": "24 h"}),
    ("ramipril", 0.15, {"dose": "5 mg", "every": "24 h"}),
    ("bisoprolol", 0.12, {"dose": "2.5 mg", "every": "24 h"}),
    ("furosemide", 0.08, {"dose": "40 mg", "every": "24 h"}),
    ("enoxaparin", 0.1, {"dose": "40 mg", "every": "24 h", "route": "subcutaneous"}),
    ("apixaban", 0.08, {"dose": "5 mg", "every": "12 h"}),
    ("aspirin", 0.06, {"dose": "75 mg", "every": "24 h"}),
    ("metformin", 0.1, {"dose": "500 mg", "every": "12 h"}),
    ("sertraline", 0.08, {"dose": "50 mg", "every": "24 h"}),
    ("dexamethasone", 0.08, {"dose": "4 mg", "every": "24 h"}),
    ("metoclopramide", 0.1, {"dose": "10 mg", "every": "8 h"}),
    ("macrogol", 0.2, {"dose": "1 sachet", "every": "12 h"}),
    ("lorazepam", 0.05, {"dose": "0.5 mg", "every": "24 h"}),
)


def usual_record(chance: Random, ruleset: Ruleset) -> dict[str, Any]:
    """One usual record; its medicines are such as the formulary knows."""
    strong = chance.random() < 0.3
    sex = chance.choice(("female", "male"))
    weight = min(120.0, max(38.0, chance.gauss(68 if sex == "female" else 76, 13)))
    average = chance.choices((4, 5, 6, 7, 8, 9), (2, 2, 4, 5, 4, 2))[0]
    worst = min(10, average + chance.choice((0, 1, 1, 2)))
    side = chance.choice(("left", "right"))
    yesterday, last_week = (
        written(NOW - timedelta(days=1)),
        written(NOW - timedelta(days=chance.randint(2, 20))),
    )
    creatinine = min(400.0, max(35.0, chance.lognormvariate(4.3 if sex == "female" else 4.45, 0.35)))
    return {
        "assessment_id": f"usual-{ON_STRONG_OPIOID if strong else 'not-yet'}",
        "assessed_at": written(NOW),
        "patient": {
            "age": f"{min(94, max(28, round(chance.gauss(67, 12))))} a",
            "sex_at_birth": sex,
            "weight": f"{weight - 5:.0f}..{weight + 5:.0f} kg" if chance.random() < 0.25 else f"{weight:.0f} kg",
        },
        "pain": {
            "nrs": {
                "now": min(worst, max(0, average + chance.choice((-2, -1, 0, 1)))),
                "average": average,
                "worst": worst,
                "on_movement": min(10, worst + chance.choice((0, 0, 1))),
            },
            "side": side,
            "sites": sorted(chance.sample(_SITES, chance.randint(1, 4))),
        },
        "vitals": {
            "respiratory_rate": f"{chance.choice((12, 14, 14, 16, 16, 18, 20, 22))} /min",
            "sedation": chance.choices(("1", "2"), (9, 1))[0],
        },
        "laboratory": {
            "at": yesterday,
            "creatinine": f"{creatinine:.0f} umol/L",
            "haemoglobin": f"{min(160, max(65, round(chance.gauss(112, 16))))} g/L",
            "platelets": f"{min(700, max(20, round(chance.gauss(240, 90))))} 10*9/L",
        },
        "psoas": {
            "imaging": {
                "involvement": chance.choices(
                    ("infiltration_partial", "infiltration_extensive", "abutting", "none"), (5, 3, 2, 1)
                )[0],
                "side": side,
                "at": last_week,
            }
        },
        "history": {"problem_list_checked": "present"},
        "allergies": {"checked": "present", "list": _allergies(chance)},
        "medicines": {
            "reconciled_at": written(NOW - timedelta(minutes=30)),
            "current": _medicines(chance, ruleset, strong=strong),
        },
    }


def examined_record(chance: Random, ruleset: Ruleset) -> dict[str, Any]:
    """A usual record after the bedside examination: pain character, legs and psoas, and what the scan says.

    Without these no mechanism can be probable. The rest stays unknown: goals, ECG, liver tests, glucose, oncology.
    """
    record = usual_record(chance, ruleset)
    signs = {"spasm": chance.random() < 0.6, "nerve": chance.random() < 0.5, "swelling": chance.random() < 0.4}
    bone = chance.random() < 0.3
    record["pain"] |= {"step_increase": "absent", "onset": "gradual", "duration": f"{chance.randint(20, 120)} d"}
    record["pain"] |= {
        "crescendo": _word(present=signs["swelling"]),
        "worse_at_night": _word(present=chance.random() < 0.3),
    }
    record["neuro"] = _legs(chance, hurt=signs["nerve"])
    record["psoas"] |= {
        "stretch_test": "positive" if signs["spasm"] else "negative",
        "fixed_hip_flexion": _word(present=signs["spasm"] and chance.random() < 0.7),
        "pain_relieved_by_hip_flexion": _word(present=signs["spasm"]),
        "spasm_episodes": chance.randint(1, 8) if signs["spasm"] else 0,
        "hip_rotation_pain": "absent",
        "it_sign": "absent",
        "leg_swelling": "none",
        "flank_bruising": "absent",
    }
    record["psoas"]["imaging"] |= {
        "oedema": _word(present=signs["swelling"]),
        "collection": "none",
        "hydronephrosis": "none",
        "mass_size": f"{chance.randint(2, 9)} cm",
    }
    record["spine"] = {
        "metastasis": "absent",
        "femur_or_pelvis_lesion": _word(present=bone),
        "mechanical_pain": _word(present=bone),
        "pain_on_straining": "absent",
        "fracture": "absent",
        # The syndrome asks for a scan of the whole spine; it is newer than the signs.
        "mri_at": written(NOW - timedelta(days=3)),
        "escc": "0",
        "foraminal_invasion": "absent",
        "cauda_equina_compression": "absent",
    } | ({"mirels_score": chance.randint(5, 7)} if bone else {})
    record["vitals"] |= {
        "temperature": "36.8 Cel",
        "heart_rate": "84 /min",
        "systolic_bp": "124 mm[Hg]",
        "oxygen_saturation": "97 %",
        "on_oxygen": "absent",
        "consciousness": "A",
    }
    record["tumour"] = {"tissue": "confirmed", "lymphoma_suspected": "absent"}
    return record


def _word(*, present: bool) -> str:
    return "present" if present else "absent"


def _legs(chance: Random, *, hurt: bool) -> dict[str, Any]:
    told = ("burning", "electric_shocks", "tingling", "pins_needles", "numbness")
    other = ("painful_cold", "itching", "hypoaesthesia_touch")
    felt = set(chance.sample(told, 3)) if hurt else set()
    dn4 = {item: _word(present=item in felt) for item in (*told, *other)}
    dn4 |= {"hypoaesthesia_prick": _word(present=hurt), "brush_evoked": _word(present=hurt)}
    return {
        "exam_performed": "present",
        "dn4": dn4,
        "dermatomes_sensory_loss": ["L2"] if hurt else [],
        "dermatomes_allodynia": ["L3"] if hurt else [],
        "sensory_level": "absent",
        "hip_flexion_power": 5,
        "knee_extension_power": 5,
        "hip_adduction_power": 5,
        "ankle_dorsiflexion_power": 5,
        "contralateral_leg_power": 5,
        "knee_reflex": "normal",
        "ankle_reflex": "normal",
        "plantar_response": "flexor",
        "saddle_sensation": "normal",
        "bladder_function": "normal",
        "bowel_function": "normal",
        "gait_status": "antalgic",
        "deficit_onset_at": written(NOW - timedelta(days=25)),
    }


def _allergies(chance: Random) -> list[dict[str, str]]:
    return [{"substance": "penicillin", "kind": "allergy"}] if chance.random() < 0.1 else []


def _medicines(chance: Random, ruleset: Ruleset, *, strong: bool) -> list[dict[str, str]]:
    taken = [(drug, parts) for drug, share, parts in (*_ANALGESICS, *_OTHERS) if chance.random() < share]
    if strong:
        taken.append(chance.choice(_STRONG))
    return [
        {"drug": drug, "route": "oral", "schedule": "regular"} | parts
        for drug, parts in taken
        if drug in ruleset.drug_names
    ]
