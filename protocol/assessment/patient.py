"""Who the patient is: what formulas and doses need, and no identity."""

from __future__ import annotations

from typing import Annotated

from protocol.assessment.field import Finding, number, score, word
from protocol.assessment.group import Group

__all__ = ["Patient"]


class Patient(Group):
    """Age, body and frailty."""

    age: Annotated[
        Finding,
        number("a", "0", "120", "62", "Age. Plans are made from 18 years.", whole=True, usual=("18", "120")),
    ] = None
    sex_at_birth: Annotated[Finding, word("sex-at-birth", "Sex at birth, for the formulas of kidney function.")] = None
    weight: Annotated[
        Finding,
        number("kg", "20", "300", "65", "Actual weight; an honest range beats a blank.", usual=("35", "180")),
    ] = None
    height: Annotated[Finding, number("cm", "100", "230", "165", "Height.", usual=("130", "210"))] = None
    frailty_scale: Annotated[
        Finding, score(1, 9, 4, "Rockwood Clinical Frailty Scale: 1 very fit, 9 terminally ill.")
    ] = None
    clinician_judged_frail: Annotated[
        Finding, word("presence", "A clinician judges the patient frail, whatever the scale says.")
    ] = None
    weight_loss_6_months: Annotated[
        Finding,
        number("%", "0", "80", "5", "Weight lost in the last 6 months, as a share of the weight before."),
    ] = None
    pregnancy_status: Annotated[Finding, word("pregnancy", "Pregnancy.")] = None
    breastfeeding: Annotated[Finding, word("presence", "Breastfeeding.")] = None
    hla_b_1502: Annotated[Finding, word("gene-test", "Test for the allele HLA-B*15:02.")] = None
    hla_b_1502_ancestry: Annotated[Finding, word("presence", "Ancestry in which HLA-B*15:02 is common.")] = None
    cyp2d6: Annotated[Finding, word("metaboliser", "CYP2D6 activity from a gene test.")] = None
