"""Where the plan is used."""

from __future__ import annotations

from typing import Annotated

from protocol.assessment.field import Finding, word
from protocol.assessment.group import Group

__all__ = ["Site"]


class Site(Group):
    """The place, as far as licences and products depend on it."""

    region: Annotated[Finding, word("region", "Region.")] = None
