"""The pain: how strong, where, since when, and how it comes and goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from protocol.assessment.field import Finding, listing, moment, number, score, word
from protocol.assessment.group import Group

__all__ = ["Breakthrough", "Nrs", "Pain"]


class Nrs(Group):
    """The patient's own numbers, 0 no pain to 10 the worst imaginable."""

    now: Annotated[Finding, score(0, 10, 7, "Pain right now.")] = None
    average: Annotated[Finding, score(0, 10, 7, "Average over the last 24 h.")] = None
    worst: Annotated[Finding, score(0, 10, 9, "Worst in the last 24 h.")] = None
    least: Annotated[Finding, score(0, 10, 4, "Least in the last 24 h.")] = None
    on_movement: Annotated[Finding, score(0, 10, 9, "Pain on standing up or stretching the hip.")] = None
    rest: Annotated[Finding, score(0, 10, 5, "Pain at rest.")] = None


class Breakthrough(Group):
    """Flares above the background pain."""

    episodes: Annotated[Finding, score(0, 50, 4, "Flares in the last 24 h.", usual=("0", "12"))] = None
    type: Annotated[Finding, word("breakthrough-type", "What triggers them.")] = None
    onset_to_peak: Annotated[
        Finding, number("min", "0", "240", "10", "From the first pain of a flare to its peak.")
    ] = None
    duration: Annotated[Finding, number("min", "0", "480", "30", "How long a flare lasts.")] = None


class Pain(Group):
    """What the patient says or shows of the pain."""

    scale_used: Annotated[Finding, word("pain-scale", "The tool used; scores of two tools are never compared.")] = None
    nrs: Annotated[Nrs, Field(default_factory=Nrs)]
    vas: Annotated[
        Finding,
        number(
            "mm",
            "0",
            "100",
            "70",
            "Mark on a 100 mm line; 10 or less may be a 0 to 10 score in the wrong field.",
            usual=("11", "100"),
        ),
    ] = None
    painad: Annotated[Finding, score(0, 10, 4, "PAINAD: observed behaviour, when the patient cannot say.")] = None
    abbey: Annotated[Finding, score(0, 18, 8, "Abbey pain scale: observed behaviour.")] = None
    carer_report: Annotated[Finding, score(0, 10, 7, "A carer's estimate, 0 to 10; best as a range.")] = None
    baseline_average: Annotated[Finding, score(0, 10, 8, "Average score when this episode of care began.")] = None
    personalised_goal: Annotated[
        Finding, score(0, 10, 3, "The score at which the patient would be comfortable.", usual=("0", "6"))
    ] = None
    interference: Annotated[Finding, score(0, 10, 6, "How much pain interferes with walking or sleep.")] = None
    side: Annotated[Finding, word("side", "Side of the pain.")] = None
    sites: Annotated[Finding, listing("pain-site", "Where it hurts.")] = None
    onset: Annotated[Finding, word("pain-onset", "How it began.")] = None
    duration: Annotated[Finding, number("d", "0", "3650", "42", "Time since the first symptom.")] = None
    step_increase: Annotated[
        Finding, word("presence", "New, or stronger by 2 points or more, within the last 14 days.")
    ] = None
    change_at: Annotated[datetime | None, moment("When that step came.")] = None
    crescendo: Annotated[Finding, word("presence", "Steadily worse over 14 days or less.")] = None
    worse_at_night: Annotated[Finding, word("presence", "Wakes the patient.")] = None
    background_controlled: Annotated[
        Finding, word("presence", "Background pain at or below the goal for 12 h a day or more.")
    ] = None
    breakthrough: Annotated[Breakthrough, Field(default_factory=Breakthrough)]
    rescue_doses: Annotated[Finding, score(0, 48, 2, "Rescue doses taken in the last 24 h.", usual=("0", "8"))] = None
    rescue_effective: Annotated[
        Finding,
        word(
            "presence",
            "A rescue dose brings relief of 30 % or more: within 60 min oral, 30 min under the skin.",
        ),
    ] = None
