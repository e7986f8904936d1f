"""What rules are written of: words and names, evidence, targets, entries, and what `then` may hold.

Each part is read strictly. Which of them a kind of rule takes is said in `protocol.rules.rule`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from protocol.quantity import Quantity
from protocol.rules.method import Method

__all__ = [
    "Action",
    "Add",
    "Alert",
    "Amount",
    "AtMost",
    "Because",
    "Bound",
    "Calculate",
    "Cite",
    "Degree",
    "Derive",
    "Entry",
    "Example",
    "Id",
    "Name",
    "Offer",
    "Points",
    "Refer",
    "Review",
    "Row",
    "Say",
    "Scope",
    "Strict",
    "Target",
    "Word",
]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$", max_length=60)]
Say = Annotated[str, StringConstraints(min_length=3, max_length=600, strip_whitespace=True)]


def _with_known_unit(text: str) -> str:
    Quantity.parse(text)
    return text


Amount = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)? \S.*$"), AfterValidator(_with_known_unit)]
Degree = Literal["absolute", "approval", "senior"]
Scope = Literal["start", "continue", "both"]
Action = Literal["continue", "hold-next", "reduce", "convert", "taper", "stop", "maintain"]


class Strict(BaseModel):
    """Refuses what it does not know: a misspelt key must never be an ignored one."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Cite(Strict):
    """A source of `sources.yaml`, and the place in it."""

    source: Id
    at: str | None = None


class Because(Strict):
    """The evidence: how strong, how certain, from where, and whether the number was read there."""

    strength: Literal["strong", "conditional", "good-practice"]
    certainty: Literal["high", "moderate", "low", "very-low"]
    cite: tuple[Cite, ...] = Field(min_length=1)
    provenance: Literal["guideline", "label", "case-series", "consensus", "engine-choice"]
    verified: Literal["yes", "partly", "no"]
    note: str | None = None


class Example(Strict):
    """Findings, and the verdict they must give (for a finding rule: the value or the set of values)."""

    given: dict[str, Any]
    expect: Any
    note: str | None = None


class Refer(Strict):
    """Who must decide, and within what time."""

    to: str
    within: Amount


class Target(Strict):
    """What an entry speaks of: one option, drug, class or procedure.

    Where wanted by one route only; `except` names the options that it does not mean.
    """

    option: Id | None = None
    drug: Id | None = None
    class_: Name | None = Field(None, alias="class")
    procedure: Name | None = None
    route: str | None = None
    except_: tuple[Id, ...] = Field((), alias="except")

    @model_validator(mode="after")
    def _one(self) -> Target:
        named = [x for x in (self.option, self.drug, self.class_, self.procedure) if x]
        if len(named) != 1:
            message = "name exactly one of option, drug, class and procedure"
            raise ValueError(message)
        return self


class Entry(Target):
    """An exclusion: of what, how absolutely, and for starts, for continuing, or both."""

    degree: Degree
    scope: Scope
    approval: Id | None = None
    refer: Refer | None = None
    if_unknown: Literal["withhold", "allow"] = "withhold"

    @model_validator(mode="after")
    def _complete(self) -> Entry:
        if (self.degree == "approval") != bool(self.approval):
            message = "degree approval names the approval that opens it, and only that degree does"
            raise ValueError(message)
        if (self.degree == "senior") != bool(self.refer):
            message = "degree senior says whom to refer to and within what time, and only that degree does"
            raise ValueError(message)
        return self


class Row(Strict):
    """One row of a finding: its value where the condition holds."""

    value: Word
    when: Any
    say: str | None = None


class Calculate(Strict):
    """One of the closed list of calculations, and the findings or constants it takes."""

    method: Id
    of: dict[str, Any]


class Derive(Strict):
    """How a finding gets its value: rows tried in order, or a calculation."""

    finding: Name
    rows: tuple[Row, ...] = ()
    else_: Word | None = Field(None, alias="else")
    calculate: Calculate | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Derive:
        if bool(self.rows) == bool(self.calculate):
            message = "a finding is derived by rows or by calculate, one of them"
            raise ValueError(message)
        return self


class Alert(Strict):
    """A red flag as it stands on the plan."""

    flag: Id
    level: str
    urgency: Literal["E0", "E1", "E2", "E3"]
    say: Say
    do: tuple[Say, ...] = ()
    refer: Refer | None = None


class Bound(Strict):
    """What a caution limits: the dose of its target, its interval, or how long."""

    dose: Amount | None = None
    maximum: Amount | None = None
    every: Amount | None = None
    days: int | None = None


class Offer(Strict):
    """A line that may stand on the plan, under its step, arm and mechanisms.

    `if_taken` says what becomes of it when its drug is on the list already: the line of that medicine reviews
    it, or, for another intent such as an emergency, the option stands all the same. A dose comes from the
    drug's `regimen` or, worked out from the opioids that are taken, by `method`. A line with `unless_offered`
    gives way where one of those options is offered.
    """

    option: Id
    title: str
    step: Literal["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"]
    arm: Id
    mechanisms: tuple[Name, ...] = Field(min_length=1)
    drug: Id | None = None
    regimen: Id | None = None
    method: Method | None = None
    unless_offered: tuple[Id, ...] = ()
    tags: tuple[Name, ...] = ()
    say: Say
    refer: Refer | None = None
    judge_after: Amount | None = None
    stop_if: str | None = None
    if_taken: Literal["review", "offer"] = "review"

    @model_validator(mode="after")
    def _one_dose(self) -> Offer:
        if self.method and (self.regimen or not self.drug):
            message = "a method names its drug and stands instead of a regimen"
            raise ValueError(message)
        return self


class Points(Strict):
    """Points for one option of an arm, and why."""

    option: Id
    points: int
    say: str


class AtMost(Strict):
    """At most so many lines of a set in a window of time; what is over starts later or not at all."""

    count: int = Field(ge=0)
    of: Target
    within: Amount | None = None
    otherwise: Literal["later", "alternative"]
    counts_current: Literal["yes", "no"] = "no"
    say: Say


class Review(Strict):
    """What to do with a medicine that is already taken."""

    action: Action
    say: Say
    refer: Refer | None = None
    taper: Id | None = None


class Add(Strict):
    """What accompanies an offered line."""

    companion: Id
    to: Target
    say: Say
    drug: Id | None = None
    regimen: Id | None = None
