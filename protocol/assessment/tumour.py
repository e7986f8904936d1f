"""The cancer, and what can be done against it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from protocol.assessment.field import Finding, moment, number, text, word
from protocol.assessment.group import Group

__all__ = ["PriorRadiotherapy", "Tumour"]


class PriorRadiotherapy(Group):
    """Radiotherapy already given to the painful place."""

    to_field: Annotated[Finding, word("presence", "This place was irradiated before.")] = None
    dose: Annotated[
        Finding, number("Gy", "0", "90", "20", "Total dose.", usual=("0", "80"), doubt=("cGy", "200", "9000"))
    ] = None
    at: Annotated[datetime | None, moment("End of the last course.")] = None
    cord_in_field: Annotated[Finding, word("presence", "The spinal cord lay in the field.")] = None
    cord_cumulative_dose: Annotated[
        Finding,
        number(
            "Gy",
            "0",
            "250",
            "100",
            "Cumulative biologically effective dose to the cord with the planned course, in Gy2.",
        ),
    ] = None


class Tumour(Group):
    """Type, tissue, treatment left."""

    primary: Annotated[Finding, word("primary-tumour", "Where it began.")] = None
    histology: Annotated[Finding, word("histology", "Type under the microscope.")] = None
    histology_text: Annotated[str | None, text("The pathologist's own words.")] = None
    tissue: Annotated[Finding, word("tissue", "Tissue diagnosis.")] = None
    lymphoma_suspected: Annotated[Finding, word("presence", "Lymphoma or myeloma suspected.")] = None
    radiosensitivity: Annotated[Finding, word("radiosensitivity", "Answer to radiotherapy to be expected.")] = None
    prior_rt: Annotated[PriorRadiotherapy, Field(default_factory=PriorRadiotherapy)]
    systemic_options: Annotated[Finding, word("systemic-options", "Systemic treatment left.")] = None
    immunotherapy_planned: Annotated[Finding, word("presence", "Immunotherapy running, or planned within 4 weeks.")] = (
        None
    )
    last_chemotherapy_at: Annotated[datetime | None, moment("Last chemotherapy.")] = None
    resectability: Annotated[Finding, word("resectability", "Whether it can be cut out.")] = None
    resected_at: Annotated[datetime | None, moment("When all visible tumour was removed.")] = None
    margins_achievable: Annotated[Finding, word("presence", "Clear margins can be reached.")] = None
    fit_for_major_surgery: Annotated[Finding, word("presence", "Fit for major surgery.")] = None
    bone_targeted_agent: Annotated[Finding, word("bone-agent", "Medicine that protects bone.")] = None
    bone_metastases: Annotated[Finding, word("presence", "Bone metastases anywhere.")] = None
    oligometastatic: Annotated[
        Finding, word("presence", "At most 5 lesions, and the primary is or can be controlled.")
    ] = None
    isolated_metastasis: Annotated[Finding, word("presence", "One metastasis, or the only one that grows.")] = None
    hypervascular_or_bleeding: Annotated[Finding, word("presence", "Many vessels, or bleeding.")] = None
    ablation_target_clear: Annotated[Finding, word("presence", "A probe can reach it safely.")] = None
    in_needle_path: Annotated[Finding, word("presence", "It lies where a needle would pass.")] = None
    kidney_in_field: Annotated[
        Finding, word("presence", "The only or better kidney would lie in a radiotherapy field.")
    ] = None
    single_visit_rt_possible: Annotated[
        Finding, word("presence", "Radiotherapy can be planned and given in one visit.")
    ] = None
