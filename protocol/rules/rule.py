"""Noun 2, the rule: one file's content, read strictly, with its evidence and its own examples.

A rule has five blocks: identity, `when`, `then`, `because` and `examples`. What `then` may say depends on the
kind; what each kind means for a plan is one row of the combination table in `protocol.plan.assemble`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from protocol.quantity import Quantity
from protocol.rules.method import Method

__all__ = [
    "Because",
    "Caution",
    "Cite",
    "Companion",
    "Contraindication",
    "Current",
    "Derive",
    "Entry",
    "Example",
    "FindingRule",
    "Interaction",
    "Limit",
    "Never",
    "Offer",
    "Option",
    "Preference",
    "RedFlag",
    "Refer",
    "Rule",
    "Stage",
    "Target",
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


class Head(Strict):
    """Identity, condition, evidence and examples: the blocks that every kind shares."""

    rule: Id
    title: str
    revision: int = Field(ge=1)
    when: Any
    because: Because
    examples: tuple[Example, ...] = ()
    retired: Literal["yes"] | None = None


class FindingThen(Strict):
    derive: Derive
    say: str | None = None


class FindingRule(Head):
    """Derives one finding from others; the only kind that other rules read."""

    kind: Literal["finding"]
    when: Any = "always"
    then: FindingThen


class RedFlagThen(Strict):
    alert: Alert
    withhold: tuple[Entry, ...] = ()


class RedFlag(Head):
    """A danger that comes before all treatment, and what it withholds."""

    kind: Literal["red-flag"]
    then: RedFlagThen


class ExcludeThen(Strict):
    exclude: tuple[Entry, ...] = Field(min_length=1)
    say: Say


class Contraindication(Head):
    """Keeps an option, drug, class or procedure from being offered."""

    kind: Literal["contraindication"]
    then: ExcludeThen


class Warn(Strict):
    on: Target
    limit: Bound | None = None
    monitor: str | None = None


class CautionThen(Strict):
    warn: Warn
    say: Say


class Caution(Head):
    """A warning on a line, with the limits that go with it."""

    kind: Literal["caution"]
    then: CautionThen


class Interaction(Head):
    """One row of the interaction matrix: what is taken or present, against a candidate."""

    kind: Literal["interaction"]
    then: ExcludeThen | CautionThen


class OfferThen(Strict):
    offer: Offer


class Option(Head):
    """A treatment line, a referral, a non-drug measure or a monitoring line."""

    kind: Literal["option", "referral", "non-drug", "monitoring"]
    then: OfferThen


class PointsThen(Strict):
    points: tuple[Points, ...] = Field(min_length=1)


class Preference(Head):
    """Orders the options of an arm; never excludes one."""

    kind: Literal["preference"]
    then: PointsThen


class LimitThen(Strict):
    at_most: AtMost


class Limit(Head):
    """Admits lines in plan order up to a number."""

    kind: Literal["limit"]
    then: LimitThen


class CurrentThen(Strict):
    review: Review


class Current(Head):
    """Reviews one medicine that is already taken; reads `medicine_*` findings."""

    kind: Literal["current"]
    then: CurrentThen


class AddThen(Strict):
    add: Add


class Companion(Head):
    """Adds what must accompany an offered line."""

    kind: Literal["companion"]
    then: AddThen


class OpenThen(Strict):
    open: Literal["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"]
    say: Say


class Stage(Head):
    """Opens a step of the protocol."""

    kind: Literal["stage"]
    then: OpenThen


class NeverThen(Strict):
    never: tuple[Target, ...] = Field(min_length=1)
    say: Say


class Never(Head):
    """The safety case: no started or increased line of this while the condition holds or cannot be told."""

    kind: Literal["never"]
    then: NeverThen


class ScopeThen(Strict):
    out_of_scope: Say


class ScopeRule(Head):
    """Ends the engine's competence: the answer is that the patient is out of scope, and why."""

    kind: Literal["scope"]
    then: ScopeThen


Rule = Annotated[
    FindingRule
    | RedFlag
    | Contraindication
    | Interaction
    | Caution
    | Option
    | Preference
    | Limit
    | Current
    | Companion
    | Stage
    | Never
    | ScopeRule,
    Field(discriminator="kind"),
]
