"""The words a ruleset may use: findings, classes, conditions, questions and conflicts.

A raw finding names the field of the assessment it comes from, how long a value stays good, and which fact
closes it; `closures` names a red flag: the finding is whether, or with `age` how long ago, it was closed. A
question names the raw findings that one act at the bedside would answer.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from protocol.rules.rule import Amount, Id, Name, Strict

__all__ = ["Closing", "Conflict", "Event", "Question", "RawFinding", "Vocabulary"]


class Closing(Strict):
    """The fact that makes an unlisted or unanswered finding absent: a raw finding and its words."""

    finding: Name
    is_: tuple[str, ...] = Field(alias="is")
    absent_as: str | None = None


class RawFinding(Strict):
    """A finding that is read and not derived."""

    title: str
    from_: str | None = Field(None, alias="from")
    age: Literal["min", "h", "d", "wk"] | None = None
    medicines: (
        Literal[
            "drugs",
            "classes",
            "opioid-total",
            "opioid-days",
            "unmapped",
            "recorded",
            "doubles",
            "tried-classes",
            "failed-classes",
            "failed-drugs",
            "failed-opioid-count",
            "failed-adjuvant-class-count",
        ]
        | None
    ) = None
    column: Literal["display", "from_low", "to_high", "range_high"] | None = None
    schedule: Literal["regular", "all"] | None = None
    allergies: Literal["drugs", "classes"] | None = None
    approvals: Amount | None = None
    closures: Id | None = None
    medicine: (
        Literal["drug", "classes", "route", "form", "days_taken", "daily_amount", "indication", "schedule"] | None
    ) = None
    observed: Literal["bedside", "dated"] = "dated"
    valid_for: Amount | None = None
    not_before: tuple[str, ...] = ()
    closed_by: Closing | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> RawFinding:
        origins = [self.from_, self.medicines, self.allergies, self.approvals, self.closures, self.medicine]
        if sum(o is not None for o in origins) != 1:
            message = "a raw finding has one origin: from, medicines, allergies, approvals, closures or medicine"
            raise ValueError(message)
        return self


class Event(Strict):
    """What happens at a moment that `not_before` names: the field that says whether, and its words for no."""

    field: str
    absent: tuple[str, ...] = Field(min_length=1)


class Question(Strict):
    """One act at the bedside and the raw findings it answers."""

    question: Id
    ask: str
    effort: Literal["look", "ask", "examine", "blood", "scan"]
    answers: tuple[Name, ...] = Field(min_length=1)


class Conflict(Strict):
    """Facts that cannot all be right: numbers out of order, words that should agree, or words that exclude."""

    conflict: Id
    order: tuple[Name, Name] | None = None
    agree: tuple[Name, Name] | None = None
    together: dict[Name, tuple[str, ...]] = {}
    unless: tuple[str, ...] = ()
    say: str


class Vocabulary(Strict):
    """The content of vocabulary.yaml."""

    classes: dict[Name, str]
    tags: dict[Name, str] = {}
    mechanisms: dict[Name, str]
    arms: dict[Id, str]
    flags: dict[Id, str] = {}
    events: dict[str, Event] = {}
    findings: dict[Name, RawFinding]
    questions: tuple[Question, ...]
    conflicts: tuple[Conflict, ...] = ()
