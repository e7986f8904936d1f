"""Other illness and risks. The explicit answers stand beside the problem list and are asked one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from protocol.assessment.field import Finding, listing, moment, score, word
from protocol.assessment.group import Group

__all__ = ["History"]


class History(Group):
    """Problem list, organs, mind, infection, bleeding."""

    problem_list_checked: Annotated[
        Finding, word("presence", "The problem list was gone through; what it does not hold is then absent.")
    ] = None
    conditions: Annotated[Finding, listing("condition", "Conditions on the problem list.")] = None
    peptic_ulcer: Annotated[Finding, word("ulcer", "Peptic ulcer.")] = None
    ulcer_episodes: Annotated[Finding, score(0, 20, 1, "Proven ulcers or ulcer bleeds so far.")] = None
    gi_bleed: Annotated[Finding, word("presence", "Bleeding from the gut within 12 months.")] = None
    gi_bleed_active: Annotated[Finding, word("presence", "Bleeding from the gut now.")] = None
    gi_bleed_on_nsaid: Annotated[
        Finding,
        word("presence", "Bleeding or perforation of the gut at any time under an NSAID, or of unknown cause."),
    ] = None
    heart_failure: Annotated[Finding, word("heart-failure", "Heart failure, NYHA class.")] = None
    ischaemic_heart_disease: Annotated[Finding, word("presence", "Ischaemic heart disease.")] = None
    recent_mi_or_arrhythmia: Annotated[Finding, word("presence", "Recent heart attack or arrhythmia.")] = None
    mi_at: Annotated[datetime | None, moment("Last heart attack, stent or bypass.")] = None
    uncontrolled_hypertension: Annotated[Finding, word("presence", "High blood pressure not under control.")] = None
    stroke: Annotated[Finding, word("presence", "Stroke or transient attack, ever.")] = None
    stroke_at: Annotated[datetime | None, moment("Last stroke or transient attack.")] = None
    vte_at: Annotated[datetime | None, moment("Last clot in a vein or the lung.")] = None
    known_aaa: Annotated[Finding, word("presence", "Aneurysm of the abdominal aorta, known or felt.")] = None
    pacemaker: Annotated[Finding, word("presence", "Pacemaker or defibrillator.")] = None
    copd: Annotated[Finding, word("copd", "Chronic obstructive lung disease.")] = None
    hypercapnia: Annotated[Finding, word("presence", "Raised carbon dioxide, or oxygen at home.")] = None
    sleep_apnoea: Annotated[Finding, word("sleep-apnoea", "Sleep apnoea.")] = None
    delirium: Annotated[Finding, word("presence", "Delirium now: 4AT of 4 or more, or clinical judgement.")] = None
    delirium_or_dementia_history: Annotated[Finding, word("presence", "Delirium before, or dementia.")] = None
    seizures: Annotated[Finding, word("presence", "Seizures, ever.")] = None
    brain_metastasis_or_raised_icp: Annotated[
        Finding, word("presence", "Brain metastasis, or raised pressure in the skull.")
    ] = None
    narrow_angle_glaucoma: Annotated[Finding, word("presence", "Narrow-angle glaucoma.")] = None
    urinary_retention_risk: Annotated[Finding, word("presence", "Retention before, or prostatic symptoms.")] = None
    diabetes: Annotated[Finding, word("diabetes", "Diabetes.")] = None
    falls: Annotated[Finding, score(0, 50, 0, "Falls in the last 12 months.")] = None
    osteoporosis: Annotated[Finding, word("presence", "Osteoporosis.")] = None
    dental_risk: Annotated[
        Finding, word("presence", "Dental extraction planned, dental infection, or teeth in poor state.")
    ] = None
    psychosis_or_mania_history: Annotated[Finding, word("presence", "Psychosis or mania, ever.")] = None
    depression: Annotated[Finding, word("presence", "Depression now.")] = None
    suicidal_ideation: Annotated[Finding, word("presence", "Thoughts of suicide; asked directly.")] = None
    opioid_use_disorder: Annotated[Finding, word("opioid-use-disorder", "Opioid use disorder.")] = None
    alcohol_units_week: Annotated[Finding, score(0, 300, 5, "Units of alcohol a week, 8 g each.")] = None
    benzodiazepine_dependence: Annotated[Finding, word("presence", "Dependence on benzodiazepines.")] = None
    myasthenia: Annotated[Finding, word("presence", "Myasthenia gravis.")] = None
    parkinsonism: Annotated[Finding, word("presence", "Parkinsonism.")] = None
    adrenal_suppression_risk: Annotated[
        Finding, word("presence", "Corticosteroid for over 3 weeks, or repeated courses.")
    ] = None
    bowel_obstruction: Annotated[Finding, word("bowel-obstruction", "Bowel obstruction.")] = None
    distress_thermometer: Annotated[Finding, score(0, 10, 4, "Distress over the last week.")] = None
    immunosuppression: Annotated[
        Finding,
        word(
            "presence",
            "Weak immune defence: recent chemotherapy, long steroid course, few neutrophils, transplant.",
        ),
    ] = None
    active_infection: Annotated[Finding, word("infection", "Infection anywhere.")] = None
    infection_at_site: Annotated[Finding, word("presence", "Infection where a needle would pass.")] = None
    bleeding_disorder: Annotated[Finding, word("presence", "Bleeding disorder.")] = None
    recent_trauma_or_procedure: Annotated[
        Finding, word("presence", "Fall, biopsy or procedure near spine or retroperitoneum within 14 days.")
    ] = None
