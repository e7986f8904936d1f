"""The second entry: what a ruleset says, said again, so that a slip of one hand is seen by the other.

Doses, classes and numbers stand in the formulary and here; what a rule does stands in its `then` block, by class
and route, and here by option; a condition of the formulary, which has no examples of its own, has them here.
Nothing is dosed or decided from this folder. `mps check` compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from protocol.rules.rule import Example, Id, Strict

__all__ = ["FOLDER", "SecondEntry"]

FOLDER = "second-entry/"
"""The folder of a ruleset that holds it: one file for each field below, by its name."""


class SecondEntry(Strict):
    """What is said again, each part by the name under which it is said first."""

    effects: Mapping[Id, Mapping[str, str]] = Field({}, description="rule, option, what the rule does to it")
    doses: Mapping[str, Mapping[str, str]] = Field({}, description="drug/regimen, row, dose")
    classes: Mapping[Id, tuple[str, ...]] = Field({}, description="drug, its classes")
    numbers: Mapping[str, Mapping[str, Any]] = Field({}, description="file, place, value")
    conditions: Mapping[str, tuple[Example, ...]] = Field({}, description="condition, its examples")
    survivors: Mapping[str, str] = Field({}, description="mutant that nothing notices, why that is no harm")
