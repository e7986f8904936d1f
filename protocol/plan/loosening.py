"""How far an act must go: of a number the least that works, of a word all those that would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from protocol.inference.case import Case
from protocol.plan.answers import Doing, step_of
from protocol.plan.writing import supposed
from protocol.possible import Numbers, Words
from protocol.quantity import plain

__all__ = ["Enough", "loosen"]

Way = frozenset[Doing]
Stands = Callable[[Case], bool]

_HALVINGS = 12


@dataclass(frozen=True, slots=True)
class Enough:
    """One act that goes just far enough, and in words what would do as well."""

    doing: Doing
    words: str


def loosen(case: Case, way: Way, stands: Stands) -> tuple[Enough, ...]:
    """The acts of a way, each moved as near as it can be to what is known, in a fixed order."""
    found: list[Enough] = []
    acts = sorted(way, key=lambda doing: doing.finding)
    for i, doing in enumerate(acts):
        others = [*(enough.doing for enough in found), *acts[i + 1 :]]

        def works(other: Doing, beside: list[Doing] = others) -> bool:
            changed = supposed(case, (*beside, other))
            return changed is not None and stands(changed)

        if isinstance(doing.value, Numbers) and works(doing):
            found.append(_number(case, doing, works))
        elif isinstance(doing.value, Words) and works(doing):
            found.append(_word(case, doing, works))
        else:
            found.append(Enough(doing, ""))
    return tuple(found)


def _word(case: Case, doing: Doing, works: Callable[[Doing], bool]) -> Enough:
    now = case.value(doing.finding)
    options = now.options if isinstance(now, Words) and doing.kind == "answer" else frozenset()
    fitting = [word for word in sorted(options) if works(replace(doing, value=Words(frozenset({word}))))]
    return Enough(doing, " or ".join(fitting).replace("_", " "))


def _number(case: Case, doing: Doing, works: Callable[[Doing], bool]) -> Enough:
    """The bounds within which the number works, as far as they are one stretch around it."""
    value, domain = doing.value, case.program.domains.of[doing.finding]
    now = case.value(doing.finding)
    if not (isinstance(value, Numbers) and isinstance(domain, Numbers) and isinstance(now, Numbers)):
        return Enough(doing, "")
    ends = (domain.low, domain.high) if doing.kind == "result" else (now.low, now.high)
    step = step_of(case.program.ruleset.vocabulary.findings[doing.finding])

    def holds(number: Decimal) -> bool:
        return works(replace(doing, value=Numbers(number, number, value.unit)))

    low = ends[0] if holds(ends[0]) else _edge(value.low, ends[0], step, holds)
    high = ends[1] if holds(ends[1]) else _edge(value.low, ends[1], step, holds)
    least = min(max(now.low, low), high) if doing.kind in ("result", "time") else value.low
    words = _between(low, high, ends, value.unit)
    return Enough(replace(doing, value=Numbers(least, least, value.unit)), words)


def _edge(good: Decimal, bad: Decimal, step: Decimal, holds: Callable[[Decimal], bool]) -> Decimal:
    """The last number, in whole steps from the good one, that holds on the way to the bad one."""
    sign = 1 if bad > good else -1
    near, far = 0, int(abs(bad - good) / step)
    for _ in range(_HALVINGS):
        if far - near <= 1:
            break
        middle = (near + far) // 2
        near, far = (middle, far) if holds(good + sign * middle * step) else (near, middle)
    return good + sign * near * step


def _between(low: Decimal, high: Decimal, ends: tuple[Decimal, Decimal], unit: str) -> str:
    named = "" if unit == "1" else f" {unit}"
    if (low, high) == ends:
        return f"known: any from {plain(low)} to {plain(high)}{named}"
    if low == ends[0]:
        return f"{plain(high)}{named} or less"
    if high == ends[1]:
        return f"{plain(low)}{named} or more"
    return f"{plain(low)}{named}" if low == high else f"{plain(low)} to {plain(high)}{named}"
