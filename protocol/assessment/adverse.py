"""Unwanted effects, above all of opioids."""

from __future__ import annotations

from typing import Annotated

from protocol.assessment.field import Finding, number, score, word
from protocol.assessment.group import Group

__all__ = ["Adverse"]


class Adverse(Group):
    """Looked and asked for at each visit while an opioid is taken."""

    myoclonus: Annotated[Finding, word("presence", "Muscle jerks.")] = None
    hallucinations: Annotated[Finding, word("presence", "Hallucinations; asked directly.")] = None
    pinpoint_pupils: Annotated[Finding, word("presence", "Pinpoint pupils.")] = None
    diffuse_allodynia: Annotated[Finding, word("presence", "Touch hurts beyond the first place.")] = None
    pain_worse_after_increase: Annotated[Finding, word("presence", "Pain got worse after an opioid was raised.")] = None
    stool_days: Annotated[
        Finding, number("d", "0", "60", "1", "Days since the bowels last moved.", usual=("0", "14"))
    ] = None
    nausea: Annotated[Finding, score(0, 10, 2, "Nausea, 0 to 10.")] = None
    hydration_poor: Annotated[Finding, word("presence", "Too little fluid in the body.")] = None
    insomnia: Annotated[Finding, word("presence", "Sleeplessness that troubles the patient.")] = None
    psychotomimetic: Annotated[
        Finding, word("presence", "Dissociation or bad dreams under an anaesthetic given for pain.")
    ] = None
    sedation_limits_relaxants: Annotated[
        Finding, word("presence", "A muscle relaxant had to be stopped for sedation.")
    ] = None
