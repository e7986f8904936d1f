"""Noun 1, the assessment: what the team observed, each finding with its unit, time and source.

Nothing here is filled in. A field that is absent, null or unknown stays unknown, and a field that cannot be
right is refused with the place, the reason and the remedy.
"""

from __future__ import annotations

from protocol.assessment.allergies import Allergy
from protocol.assessment.datum import Datum
from protocol.assessment.field import FieldSpec
from protocol.assessment.medicines import Medicine, PreviousTreatment
from protocol.assessment.reader import read_assessment, read_document
from protocol.assessment.root import FIELDS, Assessment
from protocol.assessment.status import Approval, ClosedFlag

__all__ = [
    "FIELDS",
    "Allergy",
    "Approval",
    "Assessment",
    "ClosedFlag",
    "Datum",
    "FieldSpec",
    "Medicine",
    "PreviousTreatment",
    "read_assessment",
    "read_document",
]
