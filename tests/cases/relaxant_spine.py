"""Spine, cord and legs of a case of relaxants-antiinflam.yaml, as they would be examined and scanned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

__all__ = ["spine"]

Case = Mapping[str, Any]

_PARTS = ("location", "pain", "lesion", "alignment", "collapse", "posterolateral")
_SINS: Mapping[int, tuple[str, ...]] = {
    5: ("mobile", "occasional_nonmechanical", "lytic", "normal", "none", "none"),
    6: ("mobile", "occasional_nonmechanical", "lytic", "normal", "none", "unilateral"),
    10: ("junctional", "mechanical", "lytic", "normal", "lt50", "none"),
    14: ("junctional", "mechanical", "lytic", "deformity_denovo", "gt50", "unilateral"),
}
_NORMAL_LEGS = {
    "exam_performed": "present",
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
    "anal_tone": "normal",
    "bladder_function": "normal",
    "bowel_function": "normal",
}
_WEAK = {
    "hip_flexion_power": 3,
    "knee_extension_power": 3,
    "contralateral_leg_power": 3,
    "gait_status": "difficulty_new",
}
_GONE = {
    "hip_flexion_power": 0,
    "knee_extension_power": 0,
    "hip_adduction_power": 0,
    "ankle_dorsiflexion_power": 0,
    "contralateral_leg_power": 0,
    "gait_status": "unable_new",
}


def spine(document: dict[str, Any], inputs: Case, now: datetime) -> None:
    """Write spine and neurology of a case into its document."""
    status, deficit = inputs["mscc_status"], inputs["neuro_deficit"]
    legs: dict[str, Any] = document["neuro"]
    legs |= _NORMAL_LEGS
    legs |= {"incomplete": _WEAK, "complete": _GONE}.get(deficit, {})
    bone: dict[str, Any] = document["spine"]
    bone |= {"pain_on_straining": "absent", "fracture": "absent", "spinal_percussion_tenderness": "absent"}
    bone["metastasis"] = "present" if inputs.get("spine_mets") or status == "confirmed" else "absent"
    if inputs.get("spine_mets"):
        document["tumour"]["bone_metastases"] = "present"
    if "sins_total" in inputs:
        bone["sins"] = dict(zip(_PARTS, _SINS[inputs["sins_total"]], strict=True))
    if "mechanical" in inputs.get("spinal_pain_phenotype", []):
        bone["mechanical_pain"] = "present"
    if "radicular" in inputs.get("spinal_pain_phenotype", []):
        bone["foraminal_invasion"] = "present"
    if status != "suspected":
        # Looked for: a scan of the whole spine that is newer than every sign.
        days = 1 if status == "confirmed" else 2
        bone["mri_at"] = (now - timedelta(days=days)).isoformat()
        bone["escc"] = inputs.get("escc", "2" if status == "confirmed" else "0")
        bone.setdefault("foraminal_invasion", "absent")
        bone["cauda_equina_compression"] = "absent"
        bone["compression_single_area"] = "present" if inputs.get("mscc_single_area") else "absent"
    if deficit in ("incomplete", "complete"):
        legs["deficit_onset_at"] = (now - timedelta(days=3)).isoformat()
    if "hours_since_paraplegia" in inputs:
        legs["hours_since_paraplegia"] = f"{inputs['hours_since_paraplegia']} h"
