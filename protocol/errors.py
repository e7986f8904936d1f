"""What can go wrong, one class for each kind of reader who must act on it.

Every error carries its faults as data and prints each in three lines: where, what is against what was
expected, and what to do. All faults of one document are reported at once, sorted by place.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AssessmentError",
    "ConversionRefused",
    "EngineFault",
    "Fault",
    "ProtocolError",
    "QuantityError",
    "RulesetError",
]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong, in the three lines that an error prints."""

    where: str
    what: str
    remedy: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}:{self.column}" if self.line else self.where
        return f"{place}\n  {self.what}\n  {self.remedy}"


class ProtocolError(Exception):
    """Anything this package refuses to do; `exit_code` is what the command line answers with."""

    exit_code = 1
    heading = "This could not be done"

    def __init__(self, *faults: Fault) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda f: (f.where, f.line, f.column, f.what)))
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.faults)
        title = f"{self.heading}: {count} thing{'s' if count != 1 else ''} to put right."
        return "\n".join([title, *map(str, self.faults)])


class AssessmentError(ProtocolError):
    """The description of the patient cannot be read as it stands."""

    exit_code = 3
    heading = "The assessment cannot be used"


class RulesetError(ProtocolError):
    """A rule file says something that has no meaning, or that the checks forbid."""

    exit_code = 4
    heading = "The ruleset cannot be used"


class QuantityError(ValueError):
    """A text is not an amount with a unit, or its unit is of another kind than the one asked for."""


class ConversionRefused(ProtocolError):  # noqa: N818 - the field's word for this answer, not a program fault
    """A conversion between opioids that no published factor covers in that direction."""

    exit_code = 3
    heading = "The conversion is refused"


class EngineFault(ProtocolError):  # noqa: N818 - the name the contract gives to it
    """The engine disagrees with itself or broke one of its own invariants: no plan may leave.

    `agreed_red_flags` holds what both evaluators found before the fault, so that a fault never hides danger.
    """

    exit_code = 5
    heading = "No plan: the engine stopped itself"

    def __init__(self, *faults: Fault, agreed_red_flags: tuple[str, ...] = ()) -> None:
        self.agreed_red_flags = agreed_red_flags
        super().__init__(*faults)
