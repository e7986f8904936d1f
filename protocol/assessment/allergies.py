"""Allergies and intolerances."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from protocol.assessment.complaint import Complaint, complain
from protocol.assessment.field import Finding, name, one_word, text, word
from protocol.assessment.group import Group, Record

__all__ = ["Allergies", "Allergy"]


class Allergy(Record):
    """One reaction. Names are kept in lower case; an allergy bars, an intolerance warns."""

    substance: Annotated[str | None, name("The substance.")] = None
    drug_class: Annotated[str | None, name("Its class.")] = None
    reaction: Annotated[str | None, text("What happened.")] = None
    severity: Annotated[str | None, one_word("severity", "How bad it was.")] = None
    kind: Annotated[str | None, one_word("allergy-kind", "Allergy or intolerance.")] = None
    certainty: Annotated[str | None, one_word("certainty", "How sure it is.")] = None

    @model_validator(mode="after")
    def _named(self) -> Allergy:
        if not self.substance and not self.drug_class:
            raise complain(
                Complaint(
                    "names neither a substance nor a class.",
                    "Write one of them, for example:",
                    "{drug_class: opioid}",
                )
            )
        return self


class Allergies(Group):
    """The list, and whether it was asked for."""

    checked: Annotated[Finding, word("presence", "Allergies were asked for; what is not listed is then absent.")] = None
    list: Annotated[
        tuple[Allergy, ...] | None, Field(description="Allergies and intolerances; [] when there are none.")
    ] = None
