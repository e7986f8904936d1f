"""Laboratory results, with one time for all that carry none of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from protocol.assessment.field import Finding, moment, number, word
from protocol.assessment.group import Group

__all__ = ["Laboratory"]

_AT = "laboratory.at"


class Laboratory(Group):
    """Blood tests. Units are those of the laboratory's report; they are converted, never guessed."""

    at: Annotated[datetime | None, moment("When the blood was taken, for values without a time of their own.")] = None
    haemoglobin: Annotated[
        Finding,
        number(
            "g/L",
            "20",
            "220",
            "118",
            "Haemoglobin.",
            usual=("60", "190"),
            doubt=("g/dL", "3", "22"),
            dated_by=_AT,
        ),
    ] = None
    haemoglobin_previous: Annotated[
        Finding,
        number(
            "g/L",
            "20",
            "220",
            "120",
            "The last haemoglobin before that.",
            usual=("60", "190"),
            doubt=("g/dL", "3", "22"),
        ),
    ] = None
    platelets: Annotated[
        Finding, number("10*9/L", "0", "2000", "240", "Platelets.", usual=("0", "1000"), dated_by=_AT)
    ] = None
    white_cells: Annotated[
        Finding, number("10*9/L", "0", "300", "7.2", "White cells.", usual=("0", "50"), dated_by=_AT)
    ] = None
    neutrophils: Annotated[Finding, number("10*9/L", "0", "100", "4.5", "Neutrophils.", dated_by=_AT)] = None
    inr: Annotated[
        Finding,
        number("1", "0.5", "20", "1", "International normalised ratio.", usual=("0.5", "10"), dated_by=_AT),
    ] = None
    aptt: Annotated[
        Finding,
        number(
            "s",
            "10",
            "250",
            "30",
            "Activated partial thromboplastin time.",
            usual=("10", "120"),
            dated_by=_AT,
        ),
    ] = None
    fibrinogen: Annotated[Finding, number("g/L", "0.1", "15", "3", "Fibrinogen.", dated_by=_AT)] = None
    thrombin_time: Annotated[
        Finding, word("clotting-test", "Thrombin time against the laboratory's limits.", dated_by=_AT)
    ] = None
    anti_xa: Annotated[Finding, number("[iU]/mL", "0", "10", "0.1", "Anti-Xa activity.", dated_by=_AT)] = None
    anticoagulant_level: Annotated[
        Finding, number("ng/mL", "0", "2000", "30", "Blood level of the anticoagulant taken.", dated_by=_AT)
    ] = None
    creatinine: Annotated[
        Finding,
        number(
            "umol/L",
            "10",
            "2500",
            "68",
            "Serum creatinine.",
            doubt=("mg/dL", "0.2", "15"),
            substance="creatinine",
            dated_by=_AT,
        ),
    ] = None
    creatinine_baseline: Annotated[
        Finding,
        number(
            "umol/L",
            "10",
            "2500",
            "68",
            "Best creatinine of the last 3 months.",
            doubt=("mg/dL", "0.2", "15"),
            substance="creatinine",
        ),
    ] = None
    creatinine_previous: Annotated[
        Finding,
        number(
            "umol/L",
            "10",
            "2500",
            "68",
            "The last creatinine before this one; its own time shows how fast it rises.",
            doubt=("mg/dL", "0.2", "15"),
            substance="creatinine",
        ),
    ] = None
    egfr: Annotated[
        Finding,
        number(
            "mL/min/1.73m2",
            "0",
            "200",
            "84",
            "Estimated filtration rate, as reported.",
            usual=("0", "130"),
            dated_by=_AT,
        ),
    ] = None
    creatinine_clearance: Annotated[
        Finding,
        number("mL/min", "0", "300", "77", "Clearance as typed, to check the computed one against.", dated_by=_AT),
    ] = None
    bilirubin: Annotated[
        Finding,
        number(
            "umol/L",
            "1",
            "1000",
            "9",
            "Bilirubin.",
            doubt=("mg/dL", "0", "0.999"),
            substance="bilirubin",
            dated_by=_AT,
        ),
    ] = None
    alt: Annotated[Finding, number("U/L", "1", "10000", "24", "Alanine aminotransferase.", dated_by=_AT)] = None
    alt_upper_limit: Annotated[
        Finding, number("U/L", "10", "200", "40", "Upper limit of normal of the laboratory's ALT.")
    ] = None
    albumin: Annotated[Finding, number("g/L", "5", "60", "36", "Albumin.", doubt=("g/dL", "1", "6"), dated_by=_AT)] = (
        None
    )
    potassium: Annotated[Finding, number("mmol/L", "1", "9", "4.2", "Potassium.", usual=("2.5", "7"), dated_by=_AT)] = (
        None
    )
    magnesium: Annotated[
        Finding,
        number(
            "mmol/L",
            "0.2",
            "3",
            "0.85",
            "Magnesium.",
            usual=("0.4", "2"),
            substance="magnesium",
            dated_by=_AT,
        ),
    ] = None
    sodium: Annotated[Finding, number("mmol/L", "95", "180", "138", "Sodium.", usual=("115", "160"), dated_by=_AT)] = (
        None
    )
    total_calcium: Annotated[
        Finding,
        number(
            "mmol/L",
            "1",
            "5.5",
            "2.3",
            "Total calcium.",
            doubt=("mg/dL", "6", "20"),
            substance="calcium",
            dated_by=_AT,
        ),
    ] = None
    corrected_calcium: Annotated[
        Finding,
        number(
            "mmol/L",
            "1",
            "5.5",
            "2.4",
            "Calcium adjusted for albumin, as the laboratory reports it.",
            doubt=("mg/dL", "6", "20"),
            substance="calcium",
            dated_by=_AT,
        ),
    ] = None
    glucose: Annotated[
        Finding,
        number(
            "mmol/L",
            "0.5",
            "60",
            "6.1",
            "Blood glucose.",
            doubt=("mg/dL", "60", "700"),
            substance="glucose",
            dated_by=_AT,
        ),
    ] = None
    hba1c: Annotated[
        Finding,
        number(
            "mmol/mol",
            "15",
            "200",
            "42",
            "HbA1c; 20 or less may be a percentage.",
            usual=("21", "200"),
            dated_by=_AT,
        ),
    ] = None
    crp: Annotated[Finding, number("mg/L", "0", "700", "14", "C-reactive protein.", dated_by=_AT)] = None
    blood_culture: Annotated[Finding, word("test-result", "Blood culture.", unanswered=("pending",), dated_by=_AT)] = (
        None
    )
