"""The nerves: descriptors, screening items and the examination of legs, saddle and soles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from protocol.assessment.field import Finding, listing, moment, number, score, word
from protocol.assessment.group import Group

__all__ = ["Dn4", "Neuro", "Slanss"]


class Dn4(Group):
    """The ten items of the DN4 questionnaire, one point each; seven are asked, three are examined."""

    burning: Annotated[Finding, word("presence", "Burning.")] = None
    painful_cold: Annotated[Finding, word("presence", "Painful cold.")] = None
    electric_shocks: Annotated[Finding, word("presence", "Electric shocks.")] = None
    tingling: Annotated[Finding, word("presence", "Tingling.")] = None
    pins_needles: Annotated[Finding, word("presence", "Pins and needles.")] = None
    numbness: Annotated[Finding, word("presence", "Numbness, as the patient feels it.")] = None
    itching: Annotated[Finding, word("presence", "Itching.")] = None
    hypoaesthesia_touch: Annotated[Finding, word("presence", "Examined: less touch than on the other side.")] = None
    hypoaesthesia_prick: Annotated[Finding, word("presence", "Examined: less pinprick than on the other side.")] = None
    brush_evoked: Annotated[Finding, word("presence", "Examined: light brushing hurts or hurts more.")] = None
    total_reported: Annotated[Finding, score(0, 10, 4, "Total as typed, to check the items against.")] = None


class Slanss(Group):
    """The seven items of the S-LANSS questionnaire; they support a grade and never open a treatment alone."""

    pins_needles: Annotated[Finding, word("presence", "Pins and needles, tingling or prickling.")] = None
    skin_colour: Annotated[Finding, word("presence", "Mottled or red skin in the area.")] = None
    touch_sensitive: Annotated[Finding, word("presence", "Skin unusually sensitive to touch.")] = None
    sudden_bursts: Annotated[Finding, word("presence", "Sudden bursts, like electric shocks, at rest.")] = None
    burning: Annotated[Finding, word("presence", "Feels hot or burning.")] = None
    rub_discomfort: Annotated[Finding, word("presence", "Rubbing the area brings pins and needles or burning.")] = None
    press_numb: Annotated[Finding, word("presence", "Pressing the area: numb or tender.")] = None
    total_reported: Annotated[Finding, score(0, 24, 12, "Total as typed, to check the items against.")] = None


class Neuro(Group):
    """Powers are MRC grades, 0 none to 5 normal, on the painful side unless said otherwise."""

    dn4: Annotated[Dn4, Field(default_factory=Dn4)]
    slanss: Annotated[Slanss, Field(default_factory=Slanss)]
    desc_aching_pressure: Annotated[Finding, word("presence", "Described as deep ache, pressure or throbbing.")] = None
    desc_cramping: Annotated[Finding, word("presence", "Described as cramp, tightness or catching.")] = None
    desc_lancinating: Annotated[Finding, word("presence", "Described as shooting or stabbing.")] = None
    desc_colicky: Annotated[Finding, word("presence", "Comes in waves from loin to groin.")] = None
    exam_performed: Annotated[Finding, word("exam", "Examination of both legs, saddle and soles.")] = None
    dermatomes_sensory_loss: Annotated[Finding, listing("dermatome", "Skin areas with less touch or pinprick.")] = None
    dermatomes_allodynia: Annotated[Finding, listing("dermatome", "Skin areas where brushing hurts.")] = None
    allodynia_area: Annotated[
        Finding, number("cm2", "0", "5000", "100", "Size of the skin area where brushing hurts.")
    ] = None
    sensory_level: Annotated[Finding, word("presence", "A level on the trunk below which feeling changes.")] = None
    hip_flexion_power: Annotated[Finding, score(0, 5, 4, "Lifting the thigh when sitting.")] = None
    knee_extension_power: Annotated[Finding, score(0, 5, 4, "Straightening the knee.")] = None
    hip_adduction_power: Annotated[Finding, score(0, 5, 5, "Squeezing the knees together.")] = None
    ankle_dorsiflexion_power: Annotated[Finding, score(0, 5, 5, "Lifting the foot.")] = None
    contralateral_leg_power: Annotated[Finding, score(0, 5, 5, "The lowest power found in the other leg.")] = None
    power_limited_by_pain: Annotated[Finding, word("presence", "Gives way because of pain.")] = None
    knee_reflex: Annotated[Finding, word("reflex", "Knee jerk.")] = None
    ankle_reflex: Annotated[Finding, word("reflex", "Ankle jerk.")] = None
    plantar_response: Annotated[Finding, word("plantar", "Stroke of the sole.")] = None
    saddle_sensation: Annotated[Finding, word("sensation", "Touch and pinprick between the buttocks.")] = None
    anal_tone: Annotated[
        Finding, word("sensation", "Anal tone; examined only where saddle or bladder is in doubt.")
    ] = None
    bladder_function: Annotated[Finding, word("bladder", "Passing urine.")] = None
    post_void_residual: Annotated[
        Finding,
        number("mL", "0", "2000", "50", "Urine left after voiding, by bladder scan.", usual=("0", "1500")),
    ] = None
    bowel_function: Annotated[Finding, word("bowel", "Passing stool.")] = None
    gait_status: Annotated[Finding, word("gait", "Walking.")] = None
    deficit_onset_at: Annotated[datetime | None, moment("When weakness or numbness began or last got worse.")] = None
    hours_since_paraplegia: Annotated[
        Finding, number("h", "0", "8760", "12", "Time since the legs can no longer be moved.")
    ] = None
    emg_confirms_plexopathy: Annotated[Finding, word("presence", "Nerve conduction or EMG shows a plexus lesion.")] = (
        None
    )
    myokymia: Annotated[Finding, word("presence", "Rippling muscle, which suggests radiation damage.")] = None
    dermatomal_rash: Annotated[Finding, word("presence", "Blisters along a nerve root, as in zoster.")] = None
