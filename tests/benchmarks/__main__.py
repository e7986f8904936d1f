"""`python -m tests.benchmarks` prints what matching costs beside other engines, and where a plan's time goes.

Nothing is asserted on time: machines differ. Each engine is measured in a process of its own, with the naive
reference before and after it in the same process; the ratio hardly depends on what else the machine does.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from protocol.inference.evaluate import evaluate_all
from tests.benchmarks.engines import ENGINES, Task
from tests.benchmarks.workload import PATIENTS, workload

SIZES = (300, 1_000)
PASSES = 5


@dataclass(frozen=True)
class Row:
    """What was measured of one engine; `absent` says why nothing was."""

    us: float = 0
    ratio: float = 0
    setup: float = 0
    memory: float = 0
    wrong: int = 0
    absent: str = ""


def main() -> None:
    """Print every table."""
    print("The matching step: microseconds of processor time for one patient, all rules, answers compared")
    for size in SIZES:
        _table(Task(workload(size)))
    print(f"\nimport of the matcher: {_import_milliseconds():.0f} ms")
    for title, module in (("A whole plan, by stage", "plan"), ("Is pain answered?", "pain_answered")):
        print(f"\n{title}")
        print("\n".join(importlib.import_module(f"tests.benchmarks.{module}").report()))


def _table(task: Task) -> None:
    for prepared in ("pairs", "slots", "facts"):
        getattr(task, prepared)  # once, before the processes part
    count = f"{len(task.work.conditions)} conditions, {len(task.rules)} rules, {len(task.slots)} fields"
    print(f"\n{count}; {_mixture(task)}")
    print(f"{'engine':<34}{'us':>9}{'x reference':>13}{'x durable':>11}{'set-up ms':>11}{'MB':>7}{'wrong':>7}")
    durable = 0.0
    for name in ENGINES:
        row = _in_a_process(name, task)
        if row.absent:
            print(f"{name:<34}  not measured: {row.absent}")
            continue
        if name.startswith("durable"):
            durable = row.ratio
        beside = f"{row.ratio / durable:.2f}" if durable else ""
        numbers = f"{row.us:>9.0f}{row.ratio:>13.2f}{beside:>11}{row.setup:>11.0f}{row.memory:>7.0f}{row.wrong:>7}"
        print(f"{name:<34}{numbers}")


def _mixture(task: Task) -> str:
    conditions = task.work.conditions
    truths = [truth for patient in task.work.patients for truth in evaluate_all(conditions, patient).values()]
    return ", ".join(f"{truths.count(word) / len(truths):.0%} {word}" for word in sorted(set(truths)))


def _measure(name: str, task: Task) -> Row:
    """One engine: set up, compared with the reference on every patient, timed between two timings of it."""
    before = _resident()
    start = time.perf_counter()
    try:
        ask = ENGINES[name](task)
    except ImportError as error:
        return Row(absent=str(error))
    setup = (time.perf_counter() - start) * 1000
    naive = ENGINES["naive reference"](task)
    wrong = sum(ask(number) != naive(number) for number in range(PATIENTS))
    memory = _resident() - before
    gc.collect()
    first, own, last = _microseconds(naive), _microseconds(ask), _microseconds(naive)
    return Row(own, own / min(first, last), setup, memory, wrong)


def _microseconds(ask: Callable[[int], object]) -> float:
    """The quickest of several passes over all patients: what slows a pass down is never the engine."""
    best = float("inf")
    for _ in range(PASSES):
        start = time.process_time()
        for number in range(PATIENTS):
            ask(number)
        best = min(best, time.process_time() - start)
    return best / PATIENTS * 1e6


def _in_a_process(name: str, task: Task) -> Row:
    """One engine measured in a process of its own: its memory and its crashes stay there."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, json.dumps(asdict(_measure(name, task))).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return Row(**json.loads(text)) if text else Row(absent="it ended its process")


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _import_milliseconds() -> float:
    """The quickest of three fresh processes, less the start of Python itself."""

    def spent(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return (time.perf_counter() - start) * 1000

    whole = min(spent("import protocol.inference.matcher") for _ in range(3))
    return whole - min(spent("pass") for _ in range(3))


if __name__ == "__main__":
    main()
