"""Why something stands on a plan: the rule, the facts that it saw, its sources, and who must decide."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from protocol.plan.part import Part, Shared

__all__ = ["CitedSource", "Fact", "Reason", "Refer"]


class Fact(Shared):
    """A finding as the rule saw it."""

    finding: str
    title: str
    value: str = Field(description="what it may be, as text with its unit")
    standing: str = Field(description="stated, absent, stale, undated, closed, conflict or derived")
    at: str | None = None


class CitedSource(Shared):
    """A source, and the place in it."""

    source: str
    at: str | None = None


class Reason(Shared):
    """Why something stands on the plan: the rule, what it saw, and what it rests on."""

    rule: str
    revision: int
    title: str
    verdict: Literal["applies", "cannot-tell"]
    facts: tuple[Fact, ...]
    strength: str
    certainty: str
    provenance: str
    verified: str
    cite: tuple[CitedSource, ...]
    say: str | None = None


class Refer(Part):
    """Who must decide, and within what time."""

    to: str
    within: str
