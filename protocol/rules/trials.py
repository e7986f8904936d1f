"""When a treatment that was tried counts as failed: the content of formulary/adequate-trials.yaml.

A treatment failed when it was given long enough and brought no relief, or when harm ended it. What is long
enough depends on the class; what counts as no relief does not.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from protocol.rules.rule import Amount, Because, Name, Strict

__all__ = ["FailedWhen", "Trial", "Trials"]


class FailedWhen(Strict):
    """The words of the record that tell a failure, and the relief that speaks against one."""

    response: tuple[str, ...] = Field(min_length=1)
    stopped_without_response: tuple[str, ...] = ()
    stopped_at_any_time: tuple[str, ...] = ()
    relief_percent: Amount
    relief_points: str = Field(pattern=r"^\d+$")


class Trial(Strict):
    """One class: the shortest time after which it may be judged, and what it counts as.

    `still_taken` says what a medicine of the class proves that is taken long enough without relief: that it
    `failed`, or only that it `may-have-failed`, because nobody wrote down whether the dose was raised.
    """

    class_: Name = Field(alias="class")
    minimum: Amount
    counts_as: Literal["opioid", "adjuvant", "other"]
    still_taken: Literal["failed", "may-have-failed"]
    because: Because


class Trials(Strict):
    """The table."""

    failed_when: FailedWhen
    trials: tuple[Trial, ...] = Field(min_length=1)
