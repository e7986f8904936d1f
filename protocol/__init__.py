"""Turns a pain assessment into a stepwise treatment plan, with a reason and a source on every line.

Three nouns, four verbs: an `Assessment` and a `Ruleset` give a `Plan`, by load, compile, evaluate, assemble.

    >>> from protocol import Assessment, Engine, load_ruleset        # doctest: +SKIP
    >>> plan = Engine(load_ruleset(folder)).plan(Assessment.read(document))
"""

from protocol.assessment import Assessment
from protocol.engine import Engine
from protocol.errors import AssessmentError, EngineFault, ProtocolError, QuantityError, RulesetError
from protocol.plan.model import Alert, Plan, PlanLine, Question
from protocol.quantity import Quantity
from protocol.rules.load import load_ruleset
from protocol.rules.ruleset import Ruleset

__all__ = [
    "Alert",
    "Assessment",
    "AssessmentError",
    "Engine",
    "EngineFault",
    "Plan",
    "PlanLine",
    "ProtocolError",
    "Quantity",
    "QuantityError",
    "Question",
    "Ruleset",
    "RulesetError",
    "load_ruleset",
]
