"""What of the guard's invariants is proved, and what is only tested because formulas cannot say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.plan.guard import INVARIANTS

__all__ = ["COVER", "Cover", "covers"]


@dataclass(frozen=True, slots=True)
class Cover:
    """By which property an invariant is proved; or, where there is none, why it is only tested."""

    proved_by: str | None
    because: str


_AMOUNTS = "Amounts are exact decimals from tables; formulas only know on which side of a threshold a number lies."
_WORDING = "It speaks of how a finished plan is written, which formulas do not say."
_ORDER = "It speaks of choices between lines; formulas say how each option stands by itself."

COVER: Mapping[str, Cover] = {
    "never-events": Cover("never-events", "Every option and never-event, known, bounded or unknown."),
    "exclusions-hold": Cover("contraindications", "With red-flags: every option and every entry against it."),
    "approvals-recorded": Cover("contraindications", "An entry of degree approval is one of them."),
    "red-flags-stand": Cover("red-flags", "That nothing withheld is offered; that the alert comes first is tested."),
    "no-listed-allergen": Cover(None, "Brand and salt names are mapped in code before any rule sees them."),
    "offered-is-indicated": Cover(None, "It holds by how formulas say offered, so that a proof would prove nothing."),
    "one-place-each": Cover(None, _WORDING),
    "one-first-choice": Cover(None, _ORDER),
    "reasons-everywhere": Cover(None, _WORDING),
    "warnings-shown": Cover(None, _WORDING),
    "companions-attached": Cover(None, _WORDING),
    "referrals-name-somebody": Cover(None, _WORDING),
    "limits-hold": Cover(None, _ORDER),
    "severe-pain-answered": Cover(None, _ORDER),
    "current-never-raised": Cover(None, "Rules about a current medicine are asked of one medicine at a time."),
    "doses-in-their-tables": Cover(None, _AMOUNTS),
    "strictest-row-holds": Cover(None, _AMOUNTS),
    "day-within-maximum": Cover(None, _AMOUNTS),
    "units-agree": Cover(None, _AMOUNTS),
    "rescue-in-range": Cover(None, _AMOUNTS),
    "changes-are-products": Cover(None, _AMOUNTS),
    "changes-within-bounds": Cover(None, _AMOUNTS),
}


def covers() -> Mapping[str, Cover]:
    """The cover of every invariant of the guard, in its order.

    Raises:  KeyError for an invariant of which nobody said whether it is proved.
    """
    return {name: COVER[name] for name in INVARIANTS}
