"""From bytes to an assessment, with line and column in every fault."""

from __future__ import annotations

from protocol.assessment.root import Assessment
from protocol.document import Document, load
from protocol.errors import AssessmentError

__all__ = ["read_assessment", "read_document"]


def read_document(source: bytes, name: str) -> Document:
    """Read JSON or YAML 1.2.

    Raises:  AssessmentError with every fault of the text.
    """
    return load(source, name, AssessmentError)


def read_assessment(source: bytes, name: str) -> Assessment:
    """Read an assessment from the bytes of a file; `name` stands in the faults.

    Raises:  AssessmentError with every fault.
    """
    return Assessment.read(read_document(source, name))
