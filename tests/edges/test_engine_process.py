"""Plans from many threads, from a forked process, and by the tens of thousands."""

from __future__ import annotations

import gc
import os
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from protocol.assessment import Assessment
from protocol.document import load
from tests.engines import Name, engine

ROOT = Path(__file__).parents[2]
STORIES = sorted((ROOT / "examples").glob("*/assessment.yaml"))
PATIENTS = [Assessment.read(load(story.read_bytes(), story.name).data) for story in STORIES]
MEGABYTE = 1024


def test_eight_threads_get_the_plans_that_one_gets() -> None:
    shipped = engine("shipped")
    alone = [shipped.plan(patient).plan_id for patient in PATIENTS]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda i: shipped.plan(PATIENTS[i % len(PATIENTS)]).plan_id, range(40)))
    assert together == [alone[i % len(alone)] for i in range(40)]


def test_a_forked_process_makes_the_same_plan() -> None:
    shipped = engine("shipped")
    expected = shipped.plan(PATIENTS[0]).plan_id
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, shipped.plan(PATIENTS[0]).plan_id.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        assert answer.read() == expected
    assert os.waitpid(child, 0)[1] == 0


def _resident() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * resource.getpagesize() / 1024 / MEGABYTE


def _grow(name: Name, plans: int) -> float:
    """Megabytes that the process grew while it made so many plans, after a warm-up."""
    chosen = engine(name)
    for i in range(300):
        chosen.plan(PATIENTS[i % len(PATIENTS)])
    before = _resident()
    for i in range(plans):
        chosen.plan(PATIENTS[i % len(PATIENTS)])
    return _resident() - before


def test_memory_stays_flat_over_twenty_thousand_plans() -> None:
    """Of the small ruleset, whose plans take a fiftieth of the time; the shipped one makes a thousand."""
    assert _grow("small", 20_000) < 8
    assert _grow("shipped", 700) < 8


@pytest.mark.night
def test_memory_stays_flat_over_a_hundred_thousand_plans() -> None:
    """The same at length, on the shipped ruleset."""
    assert _grow("shipped", 100_000) < 16
