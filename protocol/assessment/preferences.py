"""What the patient wants."""

from __future__ import annotations

from typing import Annotated

from protocol.assessment.field import Finding, word
from protocol.assessment.group import Group

__all__ = ["Preferences"]


class Preferences(Group):
    """Not asked is unknown, never a refusal."""

    priority: Annotated[Finding, word("priority", "What matters most.")] = None
    accepts_opioids: Annotated[Finding, word("acceptance", "Opioids.")] = None
    accepts_interventional: Annotated[Finding, word("acceptance", "Needles, catheters, surgery for pain.")] = None
    accepts_radiotherapy: Annotated[Finding, word("acceptance", "Radiotherapy.")] = None
    accepts_hospital_transfer: Annotated[Finding, word("acceptance", "Going to hospital.")] = None
    driving: Annotated[Finding, word("presence", "Drives.")] = None
    interpreter_needed: Annotated[Finding, word("presence", "Needs an interpreter.")] = None
