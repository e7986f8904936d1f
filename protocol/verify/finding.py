"""What a proof ends in: a count and a time, or patients who break the property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Breach", "Outcome"]

Replayed = Literal["plan", "findings", "not-replayed"]


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that does not hold: the rule at fault, what is wrong, and the patient who shows it.

    `patient` says of each finding that matters what it is, `then` what changes for the worse where two states of
    one patient are compared. `replayed` says how far the patient was followed: to a plan made from raw inputs
    (they are in `assessment`), at the level of findings only, or not at all where nothing can be shown by a patient.
    `states` say the same of each state in the words of rule examples, for a fixture.
    """

    rule: str
    option: str | None
    what: str
    patient: Mapping[str, str] = field(default_factory=dict)
    then: Mapping[str, str] = field(default_factory=dict)
    replayed: Replayed = "not-replayed"
    held: tuple[str, ...] = ()
    assessment: Mapping[str, Any] | None = None
    states: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class Outcome:
    """One property: what it says, how many things it was proved of, in how long, and what broke it.

    `notes` name what is no breach and worth a look. `seconds` is filled in by whoever has a clock.
    """

    name: str
    says: str
    count: int = 0
    breaches: list[Breach] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def join(self, other: Outcome) -> None:
        """Take in what another part of the same property found."""
        self.count += other.count
        self.breaches += other.breaches
        self.notes += [note for note in other.notes if note not in self.notes]
        self.seconds += other.seconds
