"""ruleset.yaml: identity, arms, steps, review times and the lists of declared exceptions."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from protocol.rules.rule import Amount, Because, Id, Name, Strict

__all__ = ["Arm", "DespiteUnknown", "Review", "Settings", "SignOff", "Source", "Substitution", "Worse"]


class Arm(Strict):
    """One arm of treatment: its title, its tie-break order, and the points below which nothing is offered."""

    arm: Id
    title: str
    chooses: Literal["one", "all"]
    at_least: int = 0
    ties: tuple[Id, ...] = ()


class DespiteUnknown(Strict):
    """Options that may be offered while a finding they depend on is unknown, and why; no option names all."""

    options: tuple[Id, ...] = ()
    while_unknown: tuple[Name, ...] = Field(min_length=1)
    because: str


class Substitution(Strict):
    """What may appear because something else went."""

    when_lost: Id
    may_appear: Id
    because: str


class Worse(Strict):
    """One axis of organ function or risk: a number and its worse direction, or words from good to bad."""

    finding: Name
    direction: Literal["lower", "higher"] | None = None
    words: tuple[str, ...] = ()


class Review(Strict):
    """A time within which the plan must be seen again, while its condition applies."""

    review: Id
    when: Any
    within: Amount
    say: str


class SignOff(Strict):
    """A site's own approval of this ruleset's digest."""

    site: str
    name: str
    role: str
    at: str
    digest: str


class Source(Strict):
    """One entry of sources.yaml."""

    cite: str
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    read: Literal["full", "abstract", "extract", "secondary", "memory", "none"]


class Pain(Strict):
    """Which finding says that pain is at or above the strong-opioid threshold, and the arm that must answer."""

    finding: Name
    word: Name
    arm: Id


class Settings(Strict):
    """The content of ruleset.yaml."""

    ruleset: Id
    title: str
    version: str
    language: str
    summary: str
    evidence_note: str
    surveillance_note: str
    syndrome: Name
    weight: Name
    pain: Pain
    arms: tuple[Arm, ...]
    reviews: tuple[Review, ...]
    despite_unknown: tuple[DespiteUnknown, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    worse: tuple[Worse, ...] = ()
    sign_off: tuple[SignOff, ...] = ()
    because: Because
