"""What becomes of a plan when one fact is forgotten, and the declared exceptions of promise 3."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from protocol.assessment import Assessment
from protocol.errors import AssessmentError
from protocol.inference.program import Program
from protocol.plan.model import Dose, PlanLine, RescueDose
from protocol.rules.rule import Preference
from protocol.terms import Truth
from tests.engines import Decided
from tests.plans import hours, treatments

__all__ = ["Breach", "Forgotten", "breaches", "forgettings"]

Path = tuple[str | int, ...]
_ENTRY = frozenset({"value", "one_of", "at", "source"})
_IDENTITY = frozenset({"assessment_id", "assessed_at"})
# Without its name an entry of a list would be a shorter list, and that is no way to forget.
_NAMES = frozenset({"drug", "agent", "class", "substance", "drug_class", "for", "role", "name"})


@dataclass(frozen=True, slots=True)
class Forgotten:
    """One document without one fact."""

    path: Path
    document: dict[str, Any]

    @property
    def name(self) -> str:
        return ".".join(str(part) for part in self.path)


@dataclass(frozen=True, slots=True)
class Breach:
    """What became more than it was. `excepted` names the declared exception that allows it, if one does."""

    option: str
    what: str
    excepted: str | None


def forgettings(document: dict[str, Any]) -> Iterator[Forgotten]:
    """The document without each of its optional facts in turn; lists stay, what closes them goes."""
    for path in _leaves(document, ()):
        smaller = copy.deepcopy(document)
        here: Any = smaller
        for step in path[:-1]:
            here = here[step]
        # Said to be unknown: what is merely left out of a checked problem list reads as not there.
        here[path[-1]] = "unknown"
        if not _readable(smaller):
            del here[path[-1]]
        if _readable(smaller):  # the only score of pain cannot go: without it there is no assessment
            yield Forgotten(path, smaller)


def _readable(document: dict[str, Any]) -> bool:
    try:
        Assessment.read(document)
    except AssessmentError:
        return False
    return True


def _leaves(here: Any, path: Path) -> Iterator[Path]:  # noqa: ANN401 - any part of a document
    for key, value in here.items():
        below = (*path, key)
        if not path and key in _IDENTITY:
            continue
        if isinstance(value, dict) and not (value.keys() <= _ENTRY):
            yield from _leaves(value, below)
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            if below != ("status", "approvals"):
                for i, item in enumerate(value):
                    yield from _leaves(item, (*below, i))
        elif (not isinstance(value, list) and key not in (_NAMES if any(isinstance(p, int) for p in path) else ())) or (
            isinstance(value, list) and key == "prn_taken"
        ):
            yield below


def breaches(before: Decided, after: Decided, program: Program) -> Iterator[Breach]:
    """Every way in which the plan of the one who knows less gives more."""
    if _was_in_conflict(before, after):
        return
    old, new = treatments(before.plan, program.ruleset), treatments(after.plan, program.ruleset)
    order = _points_moved(before, after, program)
    for option, line in new.items():
        was = old.get(option)
        if was is None:
            yield Breach(
                option,
                "is offered and was not",
                _despite(option, before, after, program) or _substituted(option, old, new, program),
            )
            continue
        if line.choice == "first" and was.choice != "first":
            excepted = order or _despite(option, before, after, program) or _substituted(option, old, new, program)
            yield Breach(option, "is first and was not", excepted)
        elif _start(line) < _start(was):
            yield Breach(option, f"starts after {_start(line)} h and did after {_start(was)} h", order)
        for what in (
            *_more(was.dose, line.dose),
            *_more_rescue(was.rescue, line.rescue),
            *_more_beside(was, line),
        ):
            yield Breach(option, what, None)


def _start(line: PlanLine) -> Decimal:
    # An alternative has no start of its own: it would be the latest of all.
    if line.start is None:
        return Decimal("Infinity")
    return hours(line.start.after) or Decimal(0)


def _more(old: Dose | None, new: Dose | None) -> Iterator[str]:
    if old is None or new is None:
        if new is not None:
            yield f"has a dose of {new.amount} {new.unit} and had none"
        return
    if Decimal(new.amount) > Decimal(old.amount):
        yield f"dose {old.amount} becomes {new.amount} {new.unit}"
    if (hours(new.every) or 0) < (hours(old.every) or 0):
        yield f"every {old.every} becomes every {new.every}"
    if old.maximum and (not new.maximum or Decimal(new.maximum.split()[0]) > Decimal(old.maximum.split()[0])):
        yield f"at most {old.maximum} becomes {new.maximum}"


def _more_rescue(old: RescueDose | None, new: RescueDose | None) -> Iterator[str]:
    if old is None or new is None:
        return
    # Where a share is too small to measure the regular single dose is the rescue, and less often.
    if Decimal(new.amount) > Decimal(old.amount) and (hours(new.every) or 0) <= (hours(old.every) or 0):
        yield f"rescue {old.amount} becomes {new.amount} {new.unit}"
    if (hours(new.every) or 0) < (hours(old.every) or 0):
        yield f"rescue every {old.every} becomes every {new.every}"


def _more_beside(old: PlanLine, new: PlanLine) -> Iterator[str]:
    beside = {companion.companion: companion for companion in old.companions}
    for companion in new.companions:
        was = beside.get(companion.companion)
        if was is not None:
            yield from (f"{companion.companion}: {what}" for what in _more(was.dose, companion.dose))


def _was_in_conflict(before: Decided, after: Decided) -> bool:
    """Whether what was forgotten is half of a conflict, which goes with it."""
    return {c.conflict for c in before.plan.conflicts} > {c.conflict for c in after.plan.conflicts}


def _despite(option: str, before: Decided, after: Decided, program: Program) -> str | None:
    for entry in program.ruleset.settings.despite_unknown:
        if option in entry.options or not entry.options:
            for finding in entry.while_unknown:
                if after.case.value(finding) != before.case.value(finding) and not after.case.value(finding).known:
                    return f"despite_unknown {option}"
    return None


def _substituted(option: str, old: dict[str, PlanLine], new: dict[str, PlanLine], program: Program) -> str | None:
    for entry in program.ruleset.settings.substitutions:
        if entry.may_appear == option and entry.when_lost in old and entry.when_lost not in new:
            return f"substitution {entry.when_lost} -> {option}"
    return None


def _points_moved(before: Decided, after: Decided, program: Program) -> str | None:
    """Whether a plus was lost or a minus now counts, which may change the order inside an arm only."""
    for rule in program.ruleset.of(Preference):
        was, now = before.case.verdicts[rule.rule], after.case.verdicts[rule.rule]
        if was is now or now is not Truth.CANNOT_TELL:
            continue
        lost = was is Truth.APPLIES and any(points.points > 0 for points in rule.then.points)
        counts = was is Truth.DOES_NOT_APPLY and any(points.points < 0 for points in rule.then.points)
        if lost or counts:
            return "points"
    return None
