"""`python -m tests.benchmarks.drawn 100000` makes so many plans of drawn assessments and counts what came out.

Half are drawn over the whole vocabulary, known or not; the others are usual records and records of patients on
opioids in which facts are left out, made old, made ranges or made to contradict. Any fault, exception or plan that
says nothing is printed with its number, so that it can be drawn again.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from protocol.assessment import Assessment
from protocol.engine import Engine
from protocol.errors import EngineFault
from protocol.plan.model import Plan
from protocol.verify.draw import drawn
from tests.engines import engine
from tests.entries import NOW, written
from tests.opioid_patients import opioid_record
from tests.usual_patients import usual_record

__all__ = ["assessments", "outcome", "report"]

_OLD = timedelta(days=45)


def assessments(made_by: Engine, seed: int) -> Iterator[Assessment]:
    """An endless stream: one drawn over the vocabulary, then one worked over from a usual or an opioid record."""
    everything = drawn(made_by.program, 10_000_000, seed)
    chance = Random(seed)  # noqa: S311 - patients are drawn, not keys
    while True:
        yield next(everything)
        make = usual_record if chance.random() < 0.5 else opioid_record
        yield Assessment.read(_worked_over(make(chance, made_by.program.ruleset), chance))


def _worked_over(document: dict[str, Any], chance: Random) -> dict[str, Any]:
    """Some of its facts left out, old, wide or contradicted."""
    for group in ("vitals", "laboratory", "psoas", "patient", "history", "allergies"):
        for key in [k for k in document.get(group, {}) if k != "at"]:
            if chance.random() < 0.06:
                del document[group][key]
    if chance.random() < 0.15:
        document.get("laboratory", {})["at"] = written(NOW - _OLD)
    if chance.random() < 0.1:
        document["pain"]["side"] = chance.choice(("left", "right", "bilateral"))
    if chance.random() < 0.1:
        document["pain"]["nrs"]["worst"] = 0
    if chance.random() < 0.15 and "creatinine" in document.get("laboratory", {}):
        document["laboratory"]["creatinine"] = f"{chance.randint(40, 120)}..{chance.randint(121, 500)} umol/L"
    if chance.random() < 0.1:
        document["medicines"].pop("reconciled_at", None)
    for medicine in document["medicines"]["current"]:
        for part in ("dose", "every", "route", "form", "changed_at", "prn_taken"):
            if chance.random() < 0.04:
                medicine.pop(part, None)
    return document


def outcome(plan: Plan) -> str:
    """In one word what a plan is."""
    if plan.scope.status == "out-of-scope":
        return "out of scope, with its reason" if plan.scope.because else "SILENT"
    if not plan.steps:
        return "SILENT"
    return "plan with a raised flag" if any(a.status == "raised" for a in plan.alerts) else "plan"


def report(count: int, seed: int = 20260314) -> list[str]:
    """The counts, one a line."""
    made_by = engine("shipped")
    counts: Counter[str] = Counter()
    told: list[str] = []
    for number, assessment in enumerate(islice(assessments(made_by, seed), count), 1):
        try:
            plan = made_by.plan(assessment)
        except EngineFault as fault:
            counts["ENGINE FAULT"] += 1
            told.append(f"{number}: {'; '.join(f.what for f in fault.faults)[:300]}")
        except Exception as error:  # noqa: BLE001 - any exception is what is looked for
            counts["EXCEPTION"] += 1
            told.append(f"{number}: {type(error).__name__}: {str(error)[:300]}")
        else:
            counts[outcome(plan)] += 1
            counts["with a dosed line"] += any(line.dose for step in plan.steps for line in step.lines)
            counts["with an opioid changed"] += any(
                line.dose and line.action in ("increase", "convert") for step in plan.steps for line in step.lines
            )
            counts["with conflicting facts"] += bool(plan.conflicts)
    return [f"drawn assessments: {count}", *(f"{what}: {n}" for what, n in sorted(counts.items())), *told[:20]]


if __name__ == "__main__":
    print(*report(*map(int, sys.argv[1:])), sep="\n")
