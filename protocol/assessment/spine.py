"""The spine and other bone: metastases, stability, and what the whole-spine MRI shows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from protocol.assessment.field import Finding, listing, moment, number, score, text, word
from protocol.assessment.group import Group

__all__ = ["Sins", "Spine"]

_AT = "spine.mri_at"


class Sins(Group):
    """The six parts of the spinal instability neoplastic score, for the worst level."""

    location: Annotated[Finding, word("sins-location", "Level.")] = None
    pain: Annotated[Finding, word("sins-pain", "Pain.")] = None
    lesion: Annotated[Finding, word("sins-lesion", "Bone lesion.")] = None
    alignment: Annotated[Finding, word("sins-alignment", "Alignment.")] = None
    collapse: Annotated[Finding, word("sins-collapse", "Collapse of the vertebral body.")] = None
    posterolateral: Annotated[Finding, word("sins-posterolateral", "Posterolateral involvement.")] = None
    total_reported: Annotated[Finding, score(0, 18, 7, "Total as typed, to check the parts against.")] = None


class Spine(Group):
    """Bone pain and its causes."""

    metastasis: Annotated[Finding, word("presence", "Metastasis in T10 to S1, seen on a scan.")] = None
    mechanical_pain: Annotated[Finding, word("presence", "Worse on movement or load, better lying.")] = None
    spinal_percussion_tenderness: Annotated[Finding, word("presence", "Tapping the spine hurts.")] = None
    pain_on_straining: Annotated[Finding, word("presence", "Coughing or straining hurts.")] = None
    sins: Annotated[Sins, Field(default_factory=Sins)]
    fracture: Annotated[Finding, word("presence", "Pathological fracture of vertebra, pelvis or femur on a scan.")] = (
        None
    )
    vertebral_fracture_painful: Annotated[Finding, word("presence", "A vertebral fracture that hurts.")] = None
    femur_or_pelvis_lesion: Annotated[
        Finding, word("presence", "Bone lesion in femur or pelvis, with the lesser trochanter.")
    ] = None
    mirels_score: Annotated[Finding, score(4, 12, 8, "Mirels score of a long-bone lesion.")] = None
    mri_at: Annotated[datetime | None, moment("When the whole spine was last scanned by MRI.")] = None
    escc: Annotated[Finding, word("escc", "Epidural spinal cord compression grade.", dated_by=_AT)] = None
    cauda_equina_compression: Annotated[
        Finding, word("presence", "Roots below the cord compressed on MRI.", dated_by=_AT)
    ] = None
    foraminal_invasion: Annotated[Finding, word("presence", "Tumour in a nerve-root canal.", dated_by=_AT)] = None
    compression_single_area: Annotated[
        Finding, word("presence", "Cord compression in one area only.", dated_by=_AT)
    ] = None
    vertebral_levels_involved: Annotated[Finding, listing("vertebra", "Vertebrae with metastases.", dated_by=_AT)] = (
        None
    )
    vertebral_mets_count: Annotated[Finding, score(0, 33, 2, "Number of vertebrae with metastases.")] = None
    mri_high_intensity_ratio: Annotated[
        Finding,
        number(
            "1",
            "0",
            "1",
            "0.3",
            "Share of the area with high signal, as reported; for surveillance only.",
            doubt=("%", "1.01", "100"),
            dated_by=_AT,
        ),
    ] = None
    mri_high_intensity_ratio_previous: Annotated[
        Finding, number("1", "0", "1", "0.3", "Earlier value by the same method.", doubt=("%", "1.01", "100"))
    ] = None
    mri_ratio_method: Annotated[str | None, text("How the ratio was made: sequence, region, software.")] = None
