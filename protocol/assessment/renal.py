"""The kidneys, beyond the laboratory."""

from __future__ import annotations

from typing import Annotated

from protocol.assessment.field import Finding, word
from protocol.assessment.group import Group

__all__ = ["Renal"]


class Renal(Group):
    """Dialysis, course, number."""

    dialysis: Annotated[Finding, word("dialysis", "Dialysis.")] = None
    falling: Annotated[Finding, word("presence", "Kidney function is getting worse.")] = None
    single_kidney: Annotated[Finding, word("presence", "Only one working kidney.")] = None
