"""hazards.yaml: what can go wrong, what holds it back, and by what every invariant is held.

It is the table that a safety officer reads. Everything it names exists: what nobody built controls nothing.
"""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from protocol.rules.rule import Id, Say, Strict

__all__ = ["GUARDS", "Controls", "Guard", "Hazard", "Invariant", "NotInvariant", "SafetyCase"]

Guard = Literal[
    "never-events",
    "exclusions-hold",
    "approvals-recorded",
    "no-listed-allergen",
    "offered-is-indicated",
    "one-place-each",
    "one-first-choice",
    "reasons-everywhere",
    "warnings-shown",
    "companions-attached",
    "referrals-name-somebody",
    "limits-hold",
    "red-flags-stand",
    "severe-pain-answered",
    "current-never-raised",
    "doses-in-their-tables",
    "strictest-row-holds",
    "day-within-maximum",
    "units-agree",
    "rescue-in-range",
    "changes-are-products",
    "changes-within-bounds",
]
"""What the guard checks on every finished plan, by the name that a fault gives."""

GUARDS: tuple[Guard, ...] = get_args(Guard)


class Controls(Strict):
    """What holds something back: rules by id, guard checks, invariants of this table, tests by path."""

    rules: tuple[Id, ...] = ()
    guards: tuple[Guard, ...] = ()
    invariants: tuple[Id, ...] = ()
    tests: tuple[str, ...] = ()

    @property
    def any(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.rules, *self.guards, *self.invariants, *self.tests)


class Hazard(Strict):
    """One way in which a patient can come to harm, and what stands against it."""

    hazard: Id
    title: Say
    cause: Say
    harm: Say
    control: Say
    controlled_by: Controls
    remains: Say | None = None

    @model_validator(mode="after")
    def _controlled(self) -> Hazard:
        if not self.controlled_by.any:
            message = "a hazard names at least one rule, guard check, invariant or test that controls it"
            raise ValueError(message)
        return self


class Invariant(Strict):
    """A sentence that is true of every plan or table, and by what it is held; or why it cannot be yet."""

    invariant: Id
    says: Say
    held_by: Controls = Controls()
    not_yet: Say | None = None

    @model_validator(mode="after")
    def _held(self) -> Invariant:
        if bool(self.held_by.any) == bool(self.not_yet):
            message = "an invariant is held by something, or says why it is not yet; one of them"
            raise ValueError(message)
        return self


class NotInvariant(Strict):
    """A sentence that looks true and is not, why, and the test that shows it."""

    says: Say
    because: Say
    test: str


class SafetyCase(Strict):
    """The content of hazards.yaml."""

    hazards: tuple[Hazard, ...] = Field(min_length=1)
    invariants: tuple[Invariant, ...] = ()
    not_invariants: tuple[NotInvariant, ...] = ()
