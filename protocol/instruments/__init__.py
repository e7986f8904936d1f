"""Published scores and formulas over possible sets, and the closed list of them that rule files may name.

Every function takes what a finding may be and answers what the result may be: exact bounds, an unknown item
being its whole domain. Knowing more never widens an answer, but for two statements that contradict.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocol.instruments.calculation import Arguments, Calculation, Parameter
from protocol.instruments.methods_organs import ORGANS
from protocol.instruments.methods_plain import PLAIN
from protocol.instruments.methods_scores import SCORES
from protocol.instruments.opioids import (
    OpioidOrder,
    OpioidTotal,
    as_needed_mean,
    opioid_exposure,
    opioid_total,
)
from protocol.instruments.times import ago
from protocol.possible import Possible

__all__ = [
    "CALCULATIONS",
    "Arguments",
    "Calculation",
    "OpioidOrder",
    "OpioidTotal",
    "Parameter",
    "ago",
    "as_needed_mean",
    "opioid_exposure",
    "opioid_total",
    "working",
]

CALCULATIONS: Mapping[str, Calculation] = {
    calculation.name: calculation
    for calculation in sorted((*PLAIN, *SCORES, *ORGANS), key=lambda calculation: calculation.name)
}
"""Every calculation by the name that a rule file writes after `method`."""


def working(name: str, arguments: Arguments, result: Possible) -> str:
    """One line of arithmetic as a clinician checks it, or the bounds and what leaves them open.

    Raises:  KeyError for a name that is not a calculation, QuantityError for arguments it does not take.
    """
    return CALCULATIONS[name].working(arguments, result)
