"""The commands that ask how good the examples of a ruleset are: mutate and coverage."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from protocol.assessment import Assessment
from protocol.cli.rules import folder_of, loaded
from protocol.document import load
from protocol.episode import is_episode
from protocol.errors import Fault, ProtocolError, RulesetError
from protocol.inference.check import check_program
from protocol.inference.compile import compile_ruleset
from protocol.inference.program import Program
from protocol.verify.coverage import Coverage, Gap, coverage
from protocol.verify.mutation import ENOUGH, Report, mutate

__all__ = ["NotCovered", "NotNoticed", "cover", "stories_beside", "try_mutants"]

_SURVIVORS = "second-entry/survivors.yaml"


class NotNoticed(ProtocolError):  # noqa: N818 - an answer, not a program fault
    """Wrong edits of the ruleset would go through."""

    exit_code = 1
    heading = "Too weak a check"


class NotCovered(ProtocolError):  # noqa: N818 - an answer, not a program fault
    """The examples leave parts of the rules unexercised."""

    exit_code = 1
    heading = "Not covered"


def try_mutants(options: argparse.Namespace) -> None:
    """Edit the ruleset wrongly, one edit at a time, and see who notices.

    Raises:  NotNoticed where too few are noticed or one that survives has no reason, RulesetError for a ruleset
             whose own checks already complain.
    """
    program = _sound(options.folder)
    stories = dict(stories_beside(folder_of(options.folder)))
    report = mutate(
        program, stories, sample=options.sample, seed=options.seed, cores=options.jobs or os.cpu_count() or 1
    )
    if options.format == "json":
        sys.stdout.write(json.dumps(asdict(report) | {"percent": report.percent}, indent=2) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in _told(report))
    if not report.holds:
        raise NotNoticed(*_faults(report))


def cover(options: argparse.Namespace) -> None:
    """Tell which comparisons the examples show true, false and unknown.

    Raises:  NotCovered with one fault for each that they do not.
    """
    program = compile_ruleset(loaded(options.folder))
    found = coverage(program)
    if options.format == "json":
        sys.stdout.write(json.dumps(asdict(found), indent=2) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in _covered(found))
    if found.gaps:
        raise NotCovered(*(_gap(program, gap) for gap in found.gaps))


def _sound(named: str | None) -> Program:
    program = compile_ruleset(loaded(named))
    faults = check_program(program)
    if faults:
        raise RulesetError(*faults)
    return program


def stories_beside(folder: Path) -> Iterator[tuple[str, Assessment]]:
    """The whole patients in `examples/` of the checkout that the ruleset stands in; none where there is no such."""
    for file in sorted((folder.resolve().parent.parent / "examples").glob("*/assessment.yaml")):
        document = load(file.read_bytes(), file.parent.name)
        if not is_episode(document.data):
            yield file.parent.name, Assessment.read(document)


def _told(report: Report) -> Iterator[str]:
    drawn = f"{report.tried} of {report.of} mutants" if report.tried < report.of else f"{report.of} mutants"
    killed = sum(report.killed.values())
    yield f"{drawn}: {killed} noticed, {report.equivalent} change nothing, {len(report.justified)} with a reason,"
    yield f"{len(report.survivors)} unnoticed: {report.percent} % noticed of those that change something."
    width = max(map(len, report.killed), default=0)
    yield from (f"  {who:{width}} {count:6}" for who, count in sorted(report.killed.items(), key=lambda x: -x[1]))
    yield from (f"  unnoticed, for a reason: {name}" for name in report.justified)


def _faults(report: Report) -> Iterator[Fault]:
    for name in report.survivors:
        remedy = f"add an example that shows the difference, or say in {_SURVIVORS} why it is no harm"
        yield Fault(name.partition(":")[0], f"nothing notices {name}", remedy)
    for name in report.stale:
        yield Fault(_SURVIVORS, f"it gives a reason for what needs none: {name}", "remove the entry")
    if not report.survivors and not report.stale:
        what = f"{report.percent} % are noticed, and {ENOUGH} are asked for"
        yield Fault("mps mutate", what, f"fewer reasons in {_SURVIVORS}, more examples in the rules")


def _covered(found: Coverage) -> Iterator[str]:
    missing = {shows: sum(1 for gap in found.gaps if gap.goal.shows == shows) for shows in found.wanted}
    for shows, wanted in found.wanted.items():
        yield f"comparisons shown {shows:18} {wanted - missing[shows]:6} of {wanted:6}"
    yield f"{found.impossible} more that no patient can show."


def _gap(program: Program, gap: Gap) -> Fault:
    item = program.ruleset.items.get(gap.rule)
    file, place = (item.file, item.position(("examples",))) if item else (gap.rule, (0, 0))
    what = f"{gap.goal.condition}: no example shows {gap.comparison} {gap.goal.shows}"
    return Fault(file, what, "add an example that does", *place)
