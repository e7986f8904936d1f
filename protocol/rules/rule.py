"""Noun 2, the rule: one file's content, read strictly, with its evidence and its own examples.

A rule has five blocks: identity, `when`, `then`, `because` and `examples`. What `then` may say depends on the
kind; what each kind means for a plan is one row of the combination table in `protocol.plan.assemble`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from protocol.rules.clause import (
    Add,
    Alert,
    Amount,
    AtMost,
    Because,
    Bound,
    Cite,
    Derive,
    Entry,
    Example,
    Id,
    Name,
    Offer,
    Points,
    Refer,
    Review,
    Say,
    Strict,
    Target,
)

__all__ = [
    "Amount",
    "Because",
    "Bound",
    "Caution",
    "Cite",
    "Companion",
    "Contraindication",
    "Current",
    "Derive",
    "Entry",
    "Example",
    "FindingRule",
    "Id",
    "Interaction",
    "Limit",
    "Name",
    "Never",
    "Offer",
    "Option",
    "Points",
    "Preference",
    "RedFlag",
    "Refer",
    "Rule",
    "Say",
    "Stage",
    "Strict",
    "Target",
]


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
