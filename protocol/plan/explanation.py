"""What an explanation is, as a document: why a line stands, why not, and what would change it."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field

from protocol.plan.compare import Change, ChangedFact
from protocol.plan.model import Fact, Reason
from protocol.plan.part import Part

__all__ = [
    "Act",
    "AskNext",
    "Decided",
    "Explanation",
    "Setting",
    "Standing",
    "Wanted",
    "WhatIf",
    "WhyLine",
    "WhyNot",
    "WouldChange",
]

Standing = Literal[
    "offered",
    "second-in-its-arm",
    "excluded",
    "referred",
    "withheld",
    "undosable",
    "too-little-in-its-favour",
    "not-indicated",
    "already-taken",
    "nothing-to-change",
    "gave-way",
    "out-of-scope",
]
"""Where an option stands, and so what kind of reason there is."""


class Explanation(Part):
    """An answer to a question about a plan."""

    def to_json(self) -> str:
        """The document, byte for byte the same for the same input."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


class WhyLine(Explanation):
    """The shortest sufficient reason for one thing on the plan."""

    line: str
    title: str
    say: str
    facts: tuple[Fact, ...] = Field(
        description="with these known and all others unknown the rules still apply; none can be left out"
    )
    rules: tuple[Reason, ...] = Field(description="the rules that carry it, with their sources")


class WhyNot(Explanation):
    """One reason that suffices for an option not to be the first choice, and how many others there are."""

    option: str
    title: str
    standing: Standing
    say: str = Field(description="one sentence")
    facts: tuple[Fact, ...] = Field(
        description="with these known and all others unknown the rule still stands against it; minimal"
    )
    unknown: tuple[Fact, ...] = Field(description="the fewest unknown facts whose answers could settle it")
    rules: tuple[Reason, ...]
    others: int = Field(description="further reasons of the same weight, each of which would suffice too")


class Act(Part):
    """One thing that somebody can do, and what it would have to bring."""

    kind: Literal["answer", "result", "approval", "time"]
    finding: str
    title: str
    before: str
    after: str = Field(description="one value with which it works, of numbers the nearest to what is known")
    enough: str = Field(description="what would do as well: other words, or from where to where")


class WouldChange(Explanation):
    """What would bring an option onto the plan, confirmed by a whole plan; or that nothing would."""

    option: str
    title: str
    answer: Literal["offered", "acts", "none"]
    say: str
    acts: tuple[Act, ...]
    settings: dict[str, Any] = Field(description="the acts as fields of the assessment, as what-if takes them")
    blocked_by: tuple[Reason, ...] = Field(description="where nothing helps: what no act on the list removes")


class Setting(Part):
    """One fact that was supposed to be another."""

    field: str
    before: str
    after: str


class Decided(Part):
    """One change of the plan, and which of the supposed facts decides it."""

    change: Change
    decided_by: tuple[str, ...] = Field(
        description="the fields without which the change would not come; empty where any of several suffices"
    )
    deciding: tuple[ChangedFact, ...] = Field(
        description="facts that the line reads and that rest on those fields; empty: another line decided"
    )


class WhatIf(Explanation):
    """The plan of the same patient with other facts, as a difference."""

    settings: tuple[Setting, ...]
    changes: tuple[Decided, ...]


class Wanted(Part):
    """One unknown fact, and what its answer could change."""

    finding: str
    title: str
    standing: str
    question: str | None
    effort: str | None
    urgency: Literal["E0", "E1", "E2", "E3"] | None = Field(description="of the most urgent red flag")
    red_flags: tuple[str, ...]
    first_choices: tuple[str, ...]
    lines: tuple[str, ...] = Field(description="other options and medicines whose line could change")


class AskNext(Explanation):
    """The unknown facts by what they could change, or that none could change anything."""

    status: Literal["stable", "open"]
    say: str
    wanted: tuple[Wanted, ...]
