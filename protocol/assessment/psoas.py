"""The psoas: signs at the bedside, and what scans of it show."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from protocol.assessment.field import Finding, moment, number, score, word
from protocol.assessment.group import Group

__all__ = ["Psoas", "PsoasImaging"]

_AT = "psoas.imaging.at"


class PsoasImaging(Group):
    """The best scan from T12 to the lesser trochanter, as reported; the engine measures nothing itself."""

    at: Annotated[datetime | None, moment("When the scan was done.")] = None
    modality: Annotated[Finding, word("imaging-modality", "Kind of scan.", dated_by=_AT)] = None
    involvement: Annotated[Finding, word("psoas-involvement", "Tumour and psoas.", dated_by=_AT)] = None
    side: Annotated[Finding, word("image-side", "Side that is involved.", dated_by=_AT)] = None
    origin: Annotated[Finding, word("psoas-origin", "How the tumour came there.", dated_by=_AT)] = None
    mass_size: Annotated[Finding, number("cm", "0", "40", "5", "Largest diameter of the mass.", dated_by=_AT)] = None
    oedema: Annotated[Finding, word("presence", "Oedema around the tumour.", dated_by=_AT)] = None
    plexus_involvement: Annotated[Finding, word("plexus-imaging", "Lumbar plexus.", dated_by=_AT)] = None
    collection: Annotated[Finding, word("collection", "Collection in the psoas.", dated_by=_AT)] = None
    collection_longitudinal: Annotated[
        Finding,
        number("cm", "0", "40", "4", "Length of the collection, head to foot.", usual=("0", "25"), dated_by=_AT),
    ] = None
    collection_transverse: Annotated[
        Finding, number("cm", "0", "20", "2", "Width of the collection.", usual=("0", "15"), dated_by=_AT)
    ] = None
    collection_multilocular: Annotated[Finding, word("presence", "Collection in several chambers.", dated_by=_AT)] = (
        None
    )
    active_contrast_extravasation: Annotated[
        Finding, word("presence", "Contrast leaks from a vessel.", dated_by=_AT)
    ] = None
    gas_in_collection: Annotated[Finding, word("presence", "Gas in the collection.", dated_by=_AT)] = None
    hydronephrosis: Annotated[Finding, word("image-side", "Dilated kidney.", dated_by=_AT)] = None
    ivc_or_iliac_thrombosis: Annotated[Finding, word("presence", "Clot in the caval or iliac vein.", dated_by=_AT)] = (
        None
    )
    ivc_compression: Annotated[Finding, word("presence", "Caval vein compressed.", dated_by=_AT)] = None


class Psoas(Group):
    """Stretch, posture, spasm."""

    stretch_test: Annotated[
        Finding,
        word(
            "test-result",
            "Painful hip extended with the knee bent: positive when it brings on the pain.",
            unanswered=("unable",),
        ),
    ] = None
    fixed_hip_flexion: Annotated[Finding, word("presence", "The hip is kept bent; the leg cannot be laid flat.")] = None
    contracture: Annotated[
        Finding,
        number(
            "deg",
            "0",
            "120",
            "25",
            "Angle that is missing to a straight hip (Thomas test).",
            usual=("0", "90"),
        ),
    ] = None
    contracture_fixed: Annotated[
        Finding, word("presence", "The hip stays bent even with good pain relief or sedation.")
    ] = None
    pain_relieved_by_hip_flexion: Annotated[Finding, word("presence", "Drawing up the knee eases the pain.")] = None
    passive_hip_extension_pain: Annotated[Finding, word("presence", "Passive extension of the hip hurts.")] = None
    hip_rotation_pain: Annotated[Finding, word("presence", "Turning the bent hip inwards hurts: the joint itself.")] = (
        None
    )
    tenderness: Annotated[Finding, word("presence", "Deep pressure on the psoas hurts.")] = None
    groin_or_flank_mass: Annotated[Finding, word("presence", "A mass can be felt.")] = None
    flank_bruising: Annotated[Finding, word("presence", "Bruise on flank, groin or thigh.")] = None
    spasm_episodes: Annotated[Finding, score(0, 100, 6, "Cramps in the last 24 h.")] = None
    involuntary_spasm_observed: Annotated[
        Finding, word("presence", "The muscle is seen or felt to contract by itself.")
    ] = None
    spasm_focal_confirmed: Annotated[
        Finding, word("presence", "EMG, ultrasound or a test block shows that the psoas itself contracts.")
    ] = None
    lie_supine: Annotated[Finding, word("ability", "Lying flat for 15 minutes.")] = None
    it_sign: Annotated[Finding, word("presence", "Lifts the leg with both hands (Ishikawa-Teramura sign).")] = None
    leg_swelling: Annotated[Finding, word("swelling", "Swelling of the legs.")] = None
    calf_difference: Annotated[
        Finding,
        number("cm", "0", "20", "1", "Difference of the calves, 10 cm below the knee.", usual=("0", "10")),
    ] = None
    imaging: Annotated[PsoasImaging, Field(default_factory=PsoasImaging)]
