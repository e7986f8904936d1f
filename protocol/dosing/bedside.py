"""What the ways of changing an opioid need to know of one patient, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from protocol.dosing.opioids import OpioidTaken
from protocol.dosing.refusal import Verdicts
from protocol.dosing.rescue import RescueDose
from protocol.dosing.titration import TitrationState
from protocol.possible import Numbers

__all__ = ["Bedside", "Changed", "Order"]


@dataclass(frozen=True, slots=True)
class Order:
    """A regular opioid with how it is given: doses in 24 h (None: not known) and its state of titration."""

    taken: OpioidTaken
    doses: int | None
    state: TitrationState


@dataclass(frozen=True, slots=True)
class Bedside:
    """All that the ways know of a patient. `reasons` are the words that the reason to change may be."""

    regular: tuple[Order, ...]
    as_needed: tuple[OpioidTaken, ...]
    age: Numbers
    reasons: frozenset[str]
    verdicts: Verdicts
    approved: frozenset[str]

    @property
    def everything(self) -> tuple[OpioidTaken, ...]:
        return (*(order.taken for order in self.regular), *self.as_needed)


@dataclass(frozen=True, slots=True)
class Changed:
    """The regular opioid as it is to be, and its rescue.

    `amount` is one dose (a patch: its rate; an infusion: what runs in 24 h) in `unit`, `every` the hours between two.
    """

    action: Literal["increase", "convert"]
    amount: Decimal
    unit: str
    route: str
    form: str
    every: Decimal
    rescue: RescueDose
    rescue_route: str
    rescue_form: str
    say: tuple[str, ...]
    working: tuple[str, ...]
