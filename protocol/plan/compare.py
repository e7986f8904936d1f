"""What changed between two plans of one patient, and which facts changed it.

The two plans come from one ruleset. A change names the facts that its line's reasons read and whose value is
another one now; where none is named, the line moved because another did (an order, a limit, an interval).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from protocol.plan.model import Alert, Dose, Fact, Plan, PlanLine, Reason, RefusedLine
from protocol.plan.part import Part

__all__ = ["Change", "ChangedFact", "EpisodePlan", "Since", "compare"]

What = Literal[
    "appeared",
    "disappeared",
    "status",
    "action",
    "choice",
    "dose",
    "rescue",
    "start",
    "raised",
    "closed",
    "level",
]
_NOT_OPEN = "none"
_NOWHERE = "not on the plan"
_ON_PLAN = ("offered", "refer")


class ChangedFact(Part):
    """A fact that another value decided than before."""

    finding: str
    title: str
    before: str
    after: str


class Change(Part):
    """One thing that is not as it was."""

    kind: Literal["alert", "line", "current"]
    id: str
    title: str
    what: What
    before: str | None
    after: str | None
    because: tuple[ChangedFact, ...] = Field(description="facts read for it whose value changed; may be empty")


class Since(Part):
    """Everything that changed since an earlier plan."""

    previous_plan_id: str
    as_of: str = Field(description="when the patient was assessed for the earlier plan")
    changes: tuple[Change, ...]


class EpisodePlan(Part):
    """The plan of the latest assessment, and what changed; null where there is no earlier one."""

    plan: Plan
    since: Since | None

    def to_json(self) -> str:
        """The document, keys in the order above, byte for byte the same for the same input."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def compare(before: Plan, after: Plan) -> Since:
    """The changes from one plan to the next: red flags first, then lines in the order of the new plan.

    Raises:  ValueError when the plans come from two rulesets: then a change would have no single cause.
    """
    if before.ruleset.digest != after.ruleset.digest:
        message = "only plans of one ruleset can be compared"
        raise ValueError(message)
    facts = _Facts(before, after)
    changes = [*_alerts(before, after, facts), *_lines(before, after, facts)]
    return Since(previous_plan_id=before.plan_id, as_of=before.as_of, changes=tuple(changes))


class _Facts:
    """The values of both plans, by finding."""

    def __init__(self, before: Plan, after: Plan) -> None:
        self._before: Mapping[str, Fact] = {fact.finding: fact for fact in before.trace.findings}
        self._after: Mapping[str, Fact] = {fact.finding: fact for fact in after.trace.findings}

    def deciding(self, *reasons: Iterable[Reason]) -> tuple[ChangedFact, ...]:
        """The facts that these reasons read and whose value changed, in name order."""
        names = {fact.finding for group in reasons for reason in group for fact in reason.facts}
        found = []
        for name in sorted(names & self._before.keys() & self._after.keys()):
            old, new = self._before[name], self._after[name]
            if old.value != new.value:
                found.append(ChangedFact(finding=name, title=new.title, before=old.value, after=new.value))
        return tuple(found)


def _alerts(before: Plan, after: Plan, facts: _Facts) -> Iterator[Change]:
    old, new = ({a.flag: a for a in plan.alerts} for plan in (before, after))
    for flag in (*new, *(flag for flag in old if flag not in new)):
        was, now = _open(old.get(flag)), _open(new.get(flag))
        if was == now:
            continue
        alert = new.get(flag) or old[flag]
        yield Change(
            kind="alert",
            id=flag,
            title=alert.title,
            what="raised" if was == _NOT_OPEN else "closed" if now == _NOT_OPEN else "level",
            before=was,
            after=now,
            because=facts.deciding(_because(old.get(flag)), _because(new.get(flag))),
        )


def _open(alert: Alert | None) -> str:
    if alert is None:
        return _NOT_OPEN
    return alert.level if alert.status == "raised" else f"{alert.level}, not excluded"


def _because(part: Alert | PlanLine | RefusedLine | None) -> tuple[Reason, ...]:
    return part.because if part is not None else ()


def _lines(before: Plan, after: Plan, facts: _Facts) -> Iterator[Change]:
    old, new = _everything(before), _everything(after)
    for key in (*new, *(key for key in old if key not in new)):
        was, now = old.get(key), new.get(key)
        for what, first, second in _differences(was, now):
            line = now or was
            if line is None:
                continue
            current = isinstance(line, PlanLine) and line.kind == "current"
            # A medicine comes and goes with the list of medicines, whatever the rules then say of it.
            told = () if current and (was is None or now is None) else (_because(was), _because(now))
            yield Change(
                kind="current" if current else "line",
                id=key,
                title=line.title,
                what=what,
                before=first,
                after=second,
                because=facts.deciding(*told),
            )


def _everything(plan: Plan) -> dict[str, PlanLine | RefusedLine]:
    """Every line by its option, or by the medicine it speaks of; then what is not offered."""
    lines = [*(line for step in plan.steps for line in step.lines), *plan.monitoring]
    found: dict[str, PlanLine | RefusedLine] = {line.option or line.id: line for line in lines}
    return found | {line.option: line for line in (*plan.withheld, *plan.excluded) if line.option not in found}


def _status(line: PlanLine | RefusedLine | None, plan_status: str = _NOWHERE) -> str:
    if line is None:
        return plan_status
    return line.status if isinstance(line, PlanLine) else "not offered"


def _differences(
    was: PlanLine | RefusedLine | None, now: PlanLine | RefusedLine | None
) -> Iterator[tuple[What, str | None, str | None]]:
    """What differs in one line. Of a line that came or went only that is told."""
    first, second = _status(was), _status(now)
    if first != second:
        # An option that was held and is now not indicated, or the reverse, changed nothing for the patient.
        shown = [status for status in (first, second) if status in _ON_PLAN]
        if shown:
            yield _moved(first, second), first, second
        return
    if not (isinstance(was, PlanLine) and isinstance(now, PlanLine)):
        return
    told: tuple[tuple[What, Any, Any], ...] = (
        ("action", was.action, now.action),
        ("choice", was.choice, now.choice),
        ("dose", _dose(was.dose), _dose(now.dose)),
        ("rescue", _rescue(was), _rescue(now)),
        ("start", _start(was), _start(now)),
    )
    yield from ((what, old, new) for what, old, new in told if old != new)


def _moved(first: str, second: str) -> What:
    if first not in _ON_PLAN:
        return "appeared"
    return "status" if second in _ON_PLAN else "disappeared"


def _dose(dose: Dose | None) -> str | None:
    if dose is None:
        return None
    most = f", at most {dose.maximum} in 24 h" if dose.maximum else ""
    every = f" every {dose.every}" if dose.every else ""
    return f"{dose.amount} {dose.unit}{every}{most}"


def _rescue(line: PlanLine) -> str | None:
    rescue = line.rescue
    return None if rescue is None else f"{rescue.amount} {rescue.unit}, every {rescue.every} at most"


def _start(line: PlanLine) -> str | None:
    if line.start is None:
        return None
    return line.start.when if line.start.after is None else f"after {line.start.after}"
