"""What each code of the worked cases means for a plan.

A code is a prefix and a subject, `flag:RF-CALC=moderate`. A table gives, for each subject, what of the
ruleset it speaks of; the answer is yes, no, or None: the ruleset does not have that subject yet. Nothing is
skipped: what is None is counted and printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from tests.cases.answers import ANSWERED
from tests.cases.seen import Seen

__all__ = ["Section", "holds"]

Section = Literal["must_include", "must_exclude", "must_flag"]
Answer = bool | None

FLAGS = {
    "RF-MSCC": "mscc",
    "RF-CES": "cauda-equina",
    "RF-HAEM": "haematoma",
    "RF-ABSC": "abscess",
    "RF-SEPSIS": "sepsis",
    "RF-INST": "instability",
    "RF-CALC": "calcium",
    "RF-IVC": "ivc",
    "RF-OPTOX": "opioid-toxicity",
    "RF-STER": "steroid-guard",
    "RF-URO": "urological",
    "RF-VTE": "vte",
}
MECHANISMS = {
    "M-NEU": "neuropathic",
    "M-NOC": "nociceptive",
    "M-SPA": "spasm",
    "M-INF": "inflammation",
    "M-BON": "bone_pain",
    "M-RAD": "radicular",
    "M-VIS": "visceral",
    "M-JNT": "joint",
    "M-OIH": "hyperalgesia",
}
GRADES = ("absent", "possible", "probable", "definite")
CLASSES = {"opioid_strong": "strong_opioid", "opioid_weak": "weak_opioid"}
# A specialist's drug stands on a plan as the referral that would decide on it.
SPECIALIST = {
    "methadone": "methadone-specialist",
    "fentanyl_transdermal": "fentanyl-patch-conversion",
    "nmda_antagonist": "ketamine-trial",
}

REFER: Mapping[str, tuple[str, ...]] = {
    "clinical_oncology_radiotherapy": (
        "radiotherapy-referral",
        "radiotherapy-five-fractions",
        "radiotherapy-single-fraction",
        "radiotherapy-ten-fractions",
        "radiotherapy-again",
        "radiotherapy-single-late",
        "lie-flat-for-radiotherapy",
        "hip-flexion-failure",
        "cord-definitive-treatment",
    ),
    "radiotherapy": ("radiotherapy-referral", "radiotherapy-five-fractions", "radiotherapy-ten-fractions"),
    "interventional_radiology": ("haematoma-embolisation",),
    "interventional_radiology_drainage": ("abscess-drainage",),
    "surgery_or_orthopaedics_for_femoral_nerve_decompression_opinion": ("femoral-nerve-decompression",),
    "mscc_coordinator_immediately": ("cord-coordinator",),
    "spinal_surgery_within_24h": ("spine-surgeon-now",),
    "spinal_surgery_opinion_before_RT": ("spine-surgeon-before-radiotherapy",),
    "interventional_pain_neuraxial": (
        "interventional-pain",
        "epidural-catheter",
        "intrathecal-external",
        "lie-flat-for-radiotherapy",
    ),
    "neuraxial": ("interventional-pain", "epidural-catheter", "intrathecal-external", "intrathecal-pump"),
    "specialist_palliative_inpatient": ("specialist-palliative-care",),
    "specialist_palliative_advice": (
        "specialist-palliative-care",
        "opioid-specialist-today",
        "nerve-pain-advice",
    ),
    "addiction_service_and_specialist_palliative": ("addiction-service",),
    "urology_or_ir_nephrostomy": ("kidney-today", "kidney-decompress-now"),
    "urology_ir_emergency_decompression": ("kidney-decompress-now",),
    "oncology_systemic": ("systemic-therapy-review",),
    "haematology_urgent_biopsy": ("haematology", "biopsy-first"),
    "sarcoma_mdt": ("sarcoma-or-spine-board",),
    "surgery_with_preoperative_RT_option": ("sarcoma-or-spine-board",),
}
INVESTIGATE: Mapping[str, tuple[str, ...]] = {
    "ct_angiography_abdomen_pelvis_now": ("haematoma-scan",),
    "mri_whole_spine_as_soon_as_possible_within_24h": ("cord-mri",),
    "duplex_or_ct_venography_24h": ("vein-scan",),
    "blood_cultures_before_antibiotics": ("sepsis-bundle", "abscess-pathway"),
    "blood_and_urine_cultures": ("sepsis-bundle", "kidney-decompress-now"),
    "renal_ultrasound_or_ct": ("kidney-today", "kidney-decompress-now"),
    "mri": ("cord-mri", "spinal-pain-coordinator"),
    "ct": ("haematoma-scan", "hip-imaging", "vein-scan"),
    "glucose_monitoring": ("watch-cord-steroid",),
}
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "hold_anticoagulant_and_discuss_reversal_with_haematology": ("haematoma-reversal",),
    "crossmatch_and_repeat_Hb_6_hourly": ("watch-for-bleeding",),
    "lie_flat_neutral_spine_log_roll": ("keep-spine-still",),
    "bed_rest_log_roll_until_opinion": ("keep-spine-still",),
    "catheterise": ("empty-the-bladder",),
    "iv_antibiotics_per_local_sepsis_policy": ("sepsis-bundle", "abscess-pathway"),
    "specialist_rotation_to_methadone": ("methadone-specialist",),
    "stop_morphine_and_all_sedatives": ("toxicity-hold",),
    "naloxone_titrated": ("naloxone-small-steps", "naloxone-smallest-step"),
    "naloxone": ("naloxone-apnoea", "naloxone-small-steps", "naloxone-smallest-step"),
    "naloxone_full_bolus": ("naloxone-apnoea",),
    "non_drug_spasm_measures": ("position-of-comfort", "warmth", "gentle-movement"),
    "position_hip_flexed_for_comfort": ("position-of-comfort",),
    "falls_plan": ("falls-plan",),
    "mscc_safety_net_information": ("cord-safety-net",),
    "post_treatment_surveillance_imaging": ("imaging-after-resection", "sarcoma-or-spine-board"),
    "pre_RT_positioning_analgesia": ("lie-flat-for-radiotherapy",),
    "iv_fluids_0.9pct_saline": ("calcium-today", "calcium-now"),
    "urgent_same_day_clinician_assessment": (
        "haematoma-scan",
        "spinal-pain-coordinator",
        "opioid-prescriber-decides",
    ),
    "abandon_radiotherapy": (),
}
"""Options whose presence is the action; an empty tuple is an action that no option could be."""


def holds(code: str, section: Section, seen: Seen) -> Answer:
    """Whether the plan has what the code names, of alternatives any one; None where none exists yet."""
    if code in ANSWERED:
        return ANSWERED[code](seen)
    prefix, _, subject = code.partition(":")
    parts = code.split("|")
    if len(parts) > 1:
        whole = [part if ":" in part else f"{prefix}:{part}" for part in parts]
        answers = [answer for part in whole if (answer := holds(part, section, seen)) is not None]
        return any(answers) if answers else None
    return _by_prefix(prefix, subject, section, seen) if subject else _flag(code, section, seen)


def _by_prefix(prefix: str, subject: str, section: Section, seen: Seen) -> Answer:  # noqa: PLR0911 - one line a prefix
    match prefix:
        case "syndrome":
            return _grade(seen, seen.ruleset.settings.syndrome, subject.partition("=")[2], at_least=False)
        case "mech":
            name, sign, grade = re.split(r"(>=|=)", subject)
            return _grade(seen, MECHANISMS.get(name, name), grade, at_least=sign == ">=")
        case "flag":
            return _flag(subject, section, seen)
        case "class" | "drug":
            return _medicine(subject, section, seen)
        case "refer":
            return _any(REFER.get(subject), seen)
        case "invest":
            return _any(INVESTIGATE.get(subject), seen)
        case "action":
            return _any(ACTIONS.get(subject), seen)
        case "stage":
            return any(step.step == subject for step in seen.plan.steps) or (subject == "S0" and bool(seen.plan.alerts))
        case "review":
            hours = seen.hours_to_review()
            return hours is not None and hours <= Decimal(subject.removeprefix("<=").removesuffix("h"))
        case "calc":
            return _number(subject, seen)
    return None


def _any(names: tuple[str, ...] | None, seen: Seen) -> Answer:
    return None if names is None else seen.stands(*names) if names else False


def _flag(code: str, section: Section, seen: Seen) -> Answer:
    name, _, level = code.partition("=")
    flag = FLAGS.get(name)
    if flag is None:
        return None
    if level == "cannot_exclude":
        return seen.open(flag)
    raised = seen.raised(flag, level or None)
    if section == "must_flag" and raised is False and not level:
        return seen.open(flag)
    return raised


def _grade(seen: Seen, finding: str, grade: str, *, at_least: bool) -> Answer:
    if not at_least:
        return seen.is_word(finding, grade)
    return seen.is_word(finding, *GRADES[GRADES.index(grade) :], *(["variant"] if grade == "possible" else []))


def _medicine(subject: str, section: Section, seen: Seen) -> Answer:
    name = CLASSES.get(subject, subject)
    if name in SPECIALIST and section == "must_exclude":
        started = bool(seen.started(name)) if name in seen.ruleset.drugs else False
        return started or seen.stands(SPECIALIST[name])
    if section == "must_exclude":
        known = name in seen.ruleset.drugs or name in seen.ruleset.vocabulary.classes
        return bool(seen.started(name)) if known else None
    # Where kidneys or liver leave no dose, the strong opioid is decided by a named person within hours.
    return seen.given(name) or (
        name == "strong_opioid" and seen.stands("opioid-specialist-today", "opioid-prescriber-decides")
    )


def _number(subject: str, seen: Seen) -> Answer:
    name, _, wanted = subject.partition("=")
    finding = {"crcl_ml_min": "creatinine_clearance", "omedd_mg": "omedd_display"}.get(name)
    return seen.is_number(finding, wanted) if finding and wanted else None
