"""Which ways into the body are open."""

from __future__ import annotations

from typing import Annotated

from protocol.assessment.field import Finding, word
from protocol.assessment.group import Group

__all__ = ["Routes"]


class Routes(Group):
    """Routes that can be used now."""

    oral: Annotated[Finding, word("presence", "Swallows and absorbs tablets or liquids.")] = None
    enteral_tube: Annotated[Finding, word("enteral-tube", "Feeding tube.")] = None
    subcutaneous: Annotated[Finding, word("presence", "Skin not swollen; staff and pump at hand.")] = None
    intravenous: Annotated[Finding, word("presence", "A line is in place.")] = None
    transdermal: Annotated[Finding, word("presence", "Skin whole, no fever or sweats, pain stable.")] = None
    transmucosal: Annotated[Finding, word("presence", "Mouth or nose moist.")] = None
    skin_broken_at_site: Annotated[
        Finding, word("presence", "Broken or irradiated skin where a patch or plaster would stick.")
    ] = None
    external_heat: Annotated[Finding, word("presence", "Heat pad or hot bath where a patch sticks.")] = None
