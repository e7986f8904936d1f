"""How ill the patient is, what was agreed, where care happens, and who approved what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from protocol.assessment.complaint import Complaint, complain
from protocol.assessment.field import Finding, moment, name, number, one_word, score, text, word
from protocol.assessment.group import Group, Record

__all__ = ["Approval", "ClosedFlag", "Status"]


class Approval(Record):
    """One recorded decision of a named person that opens what only such a decision may open."""

    for_: Annotated[str, Field(alias="for"), name("What was approved: an option, drug or rule.", required=True)]
    role: Annotated[str, text("The approver's role.", required=True)]
    name: Annotated[str, text("The approver's name.", required=True)]
    at: Annotated[datetime, moment("When it was approved.", required=True)]


class ClosedFlag(Record):
    """One red flag that a named person looked into and closed, and how."""

    flag: Annotated[str, name("The red flag, by the id that the plan gives it.", required=True)]
    by: Annotated[str, text("Who closed it.", required=True)]
    role: Annotated[str, one_word("assessor-role", "That person's role; not a nurse alone.", required=True)]
    at: Annotated[datetime, moment("When it was closed.", required=True)]
    how: Annotated[str | None, text("On what grounds: the scan, the opinion, the operation.")] = None

    @model_validator(mode="after")
    def _by_whom(self) -> ClosedFlag:
        if self.role == "nurse":
            raise complain(
                Complaint(
                    f"says that a nurse alone closed the red flag {self.flag}.",
                    "Name the doctor who closed it, or leave it open.",
                )
            )
        return self


class Status(Group):
    """Performance, prognosis, goals and setting."""

    ecog: Annotated[Finding, score(0, 4, 2, "ECOG performance status: 0 fully active, 4 bed-bound.")] = None
    pps: Annotated[
        Finding,
        number("%", "0", "100", "60", "Palliative Performance Scale, in tens.", whole=True, multiple=10),
    ] = None
    prognosis: Annotated[Finding, word("prognosis", "How long the clinician expects the patient to live.")] = None
    prognosis_weeks: Annotated[
        Finding, number("wk", "0", "520", "20", "The same as a number of weeks, best as a range.")
    ] = None
    goals_of_care: Annotated[Finding, word("goals-of-care", "What care is for.")] = None
    care_setting: Annotated[Finding, word("care-setting", "Where the plan will run.")] = None
    monitoring: Annotated[Finding, word("monitoring", "How often a clinician can review.")] = None
    capacity: Annotated[Finding, word("capacity", "Capacity to decide on the treatment in question.")] = None
    escalation_ceiling: Annotated[Finding, word("escalation-ceiling", "Agreed ceiling of care.")] = None
    specialist_palliative_involved: Annotated[
        Finding, word("presence", "A specialist palliative team reviews the patient; this approves nothing.")
    ] = None
    approvals: Annotated[
        tuple[Approval, ...] | None, Field(description="Recorded approvals, each by a named person.")
    ] = None
    closed_flags: Annotated[
        tuple[ClosedFlag, ...] | None,
        Field(description="Red flags that were closed; what stands for how long is the ruleset's matter."),
    ] = None
