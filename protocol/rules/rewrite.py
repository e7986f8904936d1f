"""One part of a ruleset written anew, everything else as it is: for whoever asks what an edit would do.

The part is validated as a file would be. Nothing else is read again, so that thousands of edits can be tried.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from protocol.document import Document
from protocol.errors import Fault, RulesetError
from protocol.rules.conversion import Conversion
from protocol.rules.formulary import Drug, Equivalence
from protocol.rules.rule import Rule
from protocol.rules.ruleset import Item, Ruleset
from protocol.rules.settings import Settings
from protocol.rules.trials import Trials
from protocol.rules.vocabulary import Vocabulary

__all__ = ["rewritten", "without"]

_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_TABLES: dict[str, tuple[str, type[Any]]] = {
    "formulary/adequate-trials.yaml": ("trials", Trials),
    "formulary/opioid-conversion.yaml": ("conversion", Conversion),
    "ruleset.yaml": ("settings", Settings),
    "vocabulary.yaml": ("vocabulary", Vocabulary),
}


def rewritten(ruleset: Ruleset, name: str, data: Any) -> Ruleset:  # noqa: ANN401 - plain data
    """The ruleset with other content for one rule, drug or table.

    Raises:  RulesetError where the content is not one; its fault names no line.
    """
    item = ruleset.items[name]
    items = {**ruleset.items, name: Item(item.file, Document(item.file, data), ())}
    try:
        if name in ruleset.by_id:
            rule = _RULE.validate_python(data)
            rules = tuple(rule if r.rule == name else r for r in ruleset.rules)
            return replace(ruleset, rules=rules, items=items)
        if name in ruleset.drugs:
            return replace(ruleset, drugs={**ruleset.drugs, name: Drug.model_validate(data)}, items=items)
        if name == "formulary/opioid-equivalence.yaml":
            return replace(ruleset, factors=Equivalence.model_validate(data).factors, items=items)
        part, kind = _TABLES[name]
        return replace(ruleset, items=items, **{part: kind.model_validate(data)})
    except ValidationError as error:
        said = "; ".join(fault["msg"] for fault in error.errors())
        raise RulesetError(Fault(item.file, f"{name}: {said}", "`mps schema rule` shows what may stand here")) from None


def without(ruleset: Ruleset, name: str) -> Ruleset:
    """The ruleset without one rule."""
    return replace(ruleset, rules=tuple(rule for rule in ruleset.rules if rule.rule != name))
