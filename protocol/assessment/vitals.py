"""Vital signs, with one time for all that carry none of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from protocol.assessment.field import Finding, moment, number, score, word
from protocol.assessment.group import Group

__all__ = ["Vitals"]

_AT = "vitals.at"


class Vitals(Group):
    """What is counted and measured at the bedside."""

    at: Annotated[datetime | None, moment("When these were taken, for values without a time of their own.")] = None
    heart_rate: Annotated[
        Finding,
        number("/min", "20", "250", "84", "Heart rate, counted over 30 s.", usual=("40", "130"), dated_by=_AT),
    ] = None
    systolic_bp: Annotated[
        Finding,
        number("mm[Hg]", "40", "280", "126", "Systolic blood pressure.", usual=("80", "220"), dated_by=_AT),
    ] = None
    diastolic_bp: Annotated[
        Finding,
        number("mm[Hg]", "20", "180", "75", "Diastolic blood pressure.", usual=("40", "120"), dated_by=_AT),
    ] = None
    usual_systolic_bp: Annotated[
        Finding, number("mm[Hg]", "40", "280", "130", "The patient's usual systolic pressure, to see a fall.")
    ] = None
    orthostatic_systolic_drop: Annotated[
        Finding,
        number(
            "mm[Hg]",
            "0",
            "200",
            "5",
            "Fall of systolic pressure on standing; 0 when it does not fall.",
            dated_by=_AT,
        ),
    ] = None
    orthostatic_diastolic_drop: Annotated[
        Finding,
        number(
            "mm[Hg]",
            "0",
            "150",
            "2",
            "Fall of diastolic pressure on standing; 0 when it does not fall.",
            dated_by=_AT,
        ),
    ] = None
    respiratory_rate: Annotated[
        Finding,
        number(
            "/min",
            "0",
            "60",
            "16",
            "Breaths, counted for a full minute before waking the patient.",
            usual=("6", "35"),
            dated_by=_AT,
        ),
    ] = None
    apnoea: Annotated[
        Finding, word("presence", "Pauses in breathing, or breathing that has nearly stopped.", dated_by=_AT)
    ] = None
    oxygen_saturation: Annotated[
        Finding,
        number("%", "50", "100", "97", "Oxygen saturation by pulse oximeter.", usual=("80", "100"), dated_by=_AT),
    ] = None
    on_oxygen: Annotated[Finding, word("presence", "Oxygen is given while saturation is measured.", dated_by=_AT)] = (
        None
    )
    temperature: Annotated[
        Finding,
        number(
            "Cel",
            "30",
            "43",
            "36.8",
            "Body temperature.",
            usual=("34", "41"),
            doubt=("[degF]", "80", "115"),
            dated_by=_AT,
        ),
    ] = None
    consciousness: Annotated[Finding, word("consciousness", "Level of consciousness (ACVPU).", dated_by=_AT)] = None
    sedation: Annotated[Finding, word("sedation", "Pasero opioid-induced sedation scale.", dated_by=_AT)] = None
    news2_total: Annotated[Finding, score(0, 20, 1, "National Early Warning Score 2, as typed.")] = None
