"""The liver, beyond the laboratory."""

from __future__ import annotations

from typing import Annotated

from protocol.assessment.field import Finding, word
from protocol.assessment.group import Group

__all__ = ["Liver"]


class Liver(Group):
    """What the Child-Pugh score needs from the bedside."""

    cirrhosis: Annotated[Finding, word("presence", "Cirrhosis.")] = None
    ascites: Annotated[Finding, word("ascites", "Fluid in the abdomen.")] = None
    encephalopathy: Annotated[Finding, word("encephalopathy", "Brain effect of liver failure.")] = None
