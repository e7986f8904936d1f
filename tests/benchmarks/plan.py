"""Microseconds per plan, split by stage, on the shipped ruleset and its example patients."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

from protocol.assessment import Assessment
from protocol.document import load
from protocol.engine import Engine
from protocol.inference.derive import derive
from protocol.inference.evaluate import evaluate_all
from protocol.inference.facts import gather
from protocol.plan.assemble import assemble
from protocol.plan.guard import guard
from protocol.rules.load import load_ruleset

__all__ = ["report"]

ROOT = Path(__file__).parents[2]
RULESET = ROOT / "rulesets" / "malignant-psoas-syndrome"
ROUNDS = 60

Given = TypeVar("Given")


def _time(work: Callable[[], object]) -> float:
    """Median microseconds of processor time of one call."""
    return _time_with(lambda: None, lambda _: work())


def _time_with(prepare: Callable[[], Given], work: Callable[[Given], object]) -> float:
    """The same for work that needs something new each time; making that is not counted."""
    spent = []
    for _ in range(ROUNDS):
        given = prepare()
        start = time.process_time()
        work(given)
        spent.append((time.process_time() - start) * 1e6)
    return median(spent)


def report() -> list[str]:
    """The lines of the table: one column for each example, one row for each stage."""
    start = time.perf_counter()
    engine = Engine(load_ruleset(RULESET))
    loading = time.perf_counter() - start
    # The ruleset stays for good: a long-running process tells the collector so, once, and so is it measured here.
    gc.collect()
    gc.freeze()
    stories = sorted((ROOT / "examples").glob("*/assessment.yaml"))
    table: dict[str, list[float]] = {}
    for story in stories:
        document = load(story.read_bytes(), story.name)
        for stage, microseconds in _stages(engine, document.data).items():
            table.setdefault(stage, []).append(microseconds)
    program = engine.program
    lines = [
        (
            f"{len(program.ruleset.rules)} rules, {len(program.conditions) + len(program.about_medicines)} conditions; "
            f"load and compile {loading:.2f} s; import {_import_seconds():.2f} s; peak {_peak_megabytes():.0f} MB"
        ),
        f"{'us per plan':<24}" + "".join(f"{story.parent.name[:18]:>20}" for story in stories),
    ]
    lines += [f"{stage:<24}" + "".join(f"{value:>20.0f}" for value in row) for stage, row in table.items()]
    return lines


def _stages(engine: Engine, data: dict[str, object]) -> dict[str, float]:
    assessment = Assessment.read(data)
    facts = gather(assessment, engine.program)
    findings, _ = derive(engine.program, facts)
    case = engine.decide(assessment)
    plan = assemble(case, engine.board, "benchmark")
    return {
        "read": _time(lambda: Assessment.read(data)),
        "gather": _time(lambda: gather(assessment, engine.program)),
        "derive": _time(lambda: derive(engine.program, facts)),
        "reference": _time(lambda: evaluate_all(engine.program.other_conditions, findings)),
        "durable_rules": _time(lambda: engine.matcher.evaluate(findings)),
        # A case remembers what was said of it: only a new one is put into words from the start.
        "assemble": _time_with(
            lambda: engine.decide(assessment), lambda fresh: assemble(fresh, engine.board, "benchmark")
        ),
        "guard": _time(lambda: guard(plan, case, engine.board)),
        "identity": _time_with(
            lambda: assemble(engine.decide(assessment), engine.board, "benchmark"), lambda fresh: fresh.with_identity()
        ),
        "plan in all": _time(lambda: engine.plan(assessment)),
    }


def _import_seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import protocol"], check=True, cwd=ROOT)
    return time.perf_counter() - start


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print("\n".join(report()))
