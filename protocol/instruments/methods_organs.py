"""The formulas of organ function and body size, under the names that rule files use."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments import lines
from protocol.instruments.blood import corrected_calcium, corrected_calcium_lower, haemoglobin_drop
from protocol.instruments.body import SEXES, body_mass_index, ideal_weight
from protocol.instruments.bounds import ABSENT_OR_PRESENT
from protocol.instruments.calculation import Calculation, numbers, word
from protocol.instruments.kidney import (
    CREATININE_HIGHEST,
    CREATININE_LOWEST,
    acute_kidney_injury,
    ckd_epi_2021,
    cockcroft_gault,
    creatinine_implied,
    creatinine_ratio,
    creatinine_rise,
    dosing_weight,
    renal_value,
)
from protocol.instruments.liver import (
    ASCITES_POINTS,
    CHILD_PUGH_CLASSES,
    ENCEPHALOPATHY_POINTS,
    child_pugh_class,
    child_pugh_points,
)

__all__ = ["ORGANS"]

_CKD_EPI = "Inker LA, Eneanya ND, Coresh J, et al. N Engl J Med. 2021;385:1737-1749"
_KDIGO = "KDIGO acute kidney injury 2012"
_CHILD_PUGH = "Scottish Palliative Care Guidelines, end-stage liver disease"
_CALCIUM = "NHS Highland, hypercalcaemia, secondary care guidelines"
_OWN = "consensus"

_SEX = word("sex", SEXES)
_LIVER = (
    *numbers("bilirubin umol/L, albumin g/L, inr 1"),
    word("ascites", ASCITES_POINTS),
    word("encephalopathy", ENCEPHALOPATHY_POINTS),
)

ORGANS = (
    Calculation(
        "cockcroft-gault",
        "creatinine clearance",
        "Cockcroft DW, Gault MH. Nephron 1976; 16: 31-41",
        (*numbers("age a, weight kg, height cm, creatinine umol/L"), _SEX),
        cockcroft_gault,
        lines.clearance_line,
        result_unit="mL/min",
        low=Decimal(0),
        high=Decimal(861),  # a newborn of 300 kg: no assessment can ask for more
    ),
    Calculation(
        "ckd-epi-2021",
        "filtration rate from creatinine, age and sex",
        _CKD_EPI,
        (*numbers("age a, creatinine umol/L"), _SEX),
        ckd_epi_2021,
        lines.ckd_epi_line,
        result_unit="mL/min/1.73m2",
        low=Decimal(0),
        high=Decimal(300),
    ),
    Calculation(
        "creatinine-implied",
        "the creatinine that a filtration rate implies",
        _CKD_EPI,
        (*numbers("age a, egfr mL/min/1.73m2"), _SEX),
        creatinine_implied,
        lines.implied_line,
        result_unit="umol/L",
        low=CREATININE_LOWEST,
        high=CREATININE_HIGHEST,
    ),
    Calculation(
        "renal-value",
        "the lower of creatinine clearance and filtration rate",
        _OWN,
        numbers("creatinine_clearance mL/min, egfr mL/min/1.73m2"),
        renal_value,
        lines.chosen("lowest"),
        result_unit="mL/min",
        low=Decimal(0),
        high=Decimal(861),
    ),
    Calculation(
        "creatinine-ratio",
        "creatinine as a multiple of its baseline",
        _KDIGO,
        numbers("creatinine umol/L, baseline umol/L"),
        creatinine_ratio,
        lines.divided("creatinine", "baseline"),
        result_unit="1",
        low=Decimal(0),
        high=Decimal(250),
    ),
    Calculation(
        "creatinine-rise",
        "how much creatinine rose since an earlier result",
        _KDIGO,
        numbers("creatinine umol/L, earlier umol/L"),
        creatinine_rise,
        lines.taken_away("creatinine", "earlier"),
        result_unit="umol/L",
        low=-CREATININE_HIGHEST,
        high=CREATININE_HIGHEST,
    ),
    Calculation(
        "acute-kidney-injury",
        "whether kidney function has just become worse",
        _KDIGO,
        (
            *numbers("creatinine umol/L, baseline umol/L, earlier? umol/L, earlier_before? h"),
            word("falling", ABSENT_OR_PRESENT),
        ),
        acute_kidney_injury,
        lines.acute_injury_line,
        result_kind="word",
        words=ABSENT_OR_PRESENT,
    ),
    Calculation(
        "dosing-weight",
        "actual weight, or adjusted weight from a body mass index of 30",
        _OWN,
        (*numbers("weight kg, height cm"), _SEX),
        dosing_weight,
        lines.facts,
        result_unit="kg",
        low=Decimal(0),
        high=Decimal(300),
    ),
    Calculation(
        "ideal-weight",
        "ideal weight for height",
        "from memory",
        (*numbers("height cm"), _SEX),
        ideal_weight,
        lines.ideal_weight_line,
        result_unit="kg",
        low=Decimal(0),
        high=Decimal(121),
    ),
    Calculation(
        "body-mass-index",
        "weight for height",
        "arithmetic",
        numbers("weight kg, height cm"),
        body_mass_index,
        lines.body_mass_line,
        result_unit="1",
        low=Decimal(0),
        high=Decimal(300),
    ),
    Calculation(
        "child-pugh-points",
        "severity of cirrhosis in points",
        _CHILD_PUGH,
        _LIVER,
        child_pugh_points,
        lines.facts,
        result_unit="1",
        low=Decimal(5),
        high=Decimal(15),
    ),
    Calculation(
        "child-pugh-class",
        "severity of cirrhosis, A to C",
        _CHILD_PUGH,
        _LIVER,
        child_pugh_class,
        lines.facts,
        result_kind="word",
        words=CHILD_PUGH_CLASSES,
    ),
    Calculation(
        "corrected-calcium",
        "calcium corrected for albumin, for the question whether it is too high",
        _CALCIUM,
        numbers("total_calcium mmol/L, albumin g/L"),
        corrected_calcium,
        lines.calcium_line,
        result_unit="mmol/L",
        low=Decimal("0.6"),
        high=Decimal("6.27"),
    ),
    Calculation(
        "corrected-calcium-lower",
        "calcium corrected for albumin, for the question whether it is too low",
        _CALCIUM,
        numbers("total_calcium mmol/L, albumin g/L"),
        corrected_calcium_lower,
        lines.calcium_line,
        result_unit="mmol/L",
        low=Decimal("0.56"),
        high=Decimal("6.2"),
    ),
    Calculation(
        "haemoglobin-drop",
        "how far haemoglobin fell since an earlier result",
        "Tomaselli GF et al. 2020 ACC Expert Consensus Decision Pathway. J Am Coll Cardiol 2020;76:594-622",
        numbers("haemoglobin g/L, previous g/L"),
        haemoglobin_drop,
        lines.taken_away("previous", "haemoglobin"),
        result_unit="g/L",
        low=Decimal(-200),
        high=Decimal(200),
    ),
)
