"""The command about proofs: one line for each property, and the patients who break one."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time  # noqa: TID251 - the command line reads the clock
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from protocol.cli.rules import loaded
from protocol.cli.terminal import UsageError, complain
from protocol.errors import Fault, ProtocolError
from protocol.rules.ruleset import Ruleset
from protocol.verify.finding import Breach, Outcome
from protocol.verify.fixtures import keep
from protocol.verify.invariants import covers
from protocol.verify.run import PROPERTIES, verify

__all__ = ["NotProved", "prove"]

_HOW_FAR = {
    "plan": "mps plan breaks it on the assessment that --json prints",
    "findings": "the reference breaks it on these findings",
    "not-replayed": "not shown on a patient",
}


class NotProved(ProtocolError):  # noqa: N818 - an answer, not a program fault
    """Some property of the ruleset does not hold."""

    exit_code = 1
    heading = "Not proved"


def prove(options: argparse.Namespace) -> None:
    """Prove the properties of a ruleset.

    Raises:  NotProved with one fault for each property that a patient breaks, RulesetError for a ruleset that
             cannot be loaded.
    """
    strangers = sorted(set(options.only or ()) - PROPERTIES.keys())
    if strangers:
        remedy = f"The properties are: {', '.join(PROPERTIES)}."
        raise UsageError(Fault("mps verify", f'"{strangers[0]}" is not a property', remedy))
    ruleset = loaded(options.folder)
    outcomes = verify(ruleset, time.perf_counter, options.only or (), os.cpu_count() or 1, release=options.release)
    if options.json:
        guard = {name: asdict(cover) for name, cover in covers().items()}
        report = {"ruleset": ruleset.settings.ruleset, "digest": ruleset.digest, "guard": guard}
        sys.stdout.write(json.dumps(report | {"properties": [asdict(o) for o in outcomes]}, indent=2) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for outcome in outcomes for line in _told(outcome))
        sys.stdout.writelines(line + "\n" for line in _guarded())
    if options.keep:
        for path in keep(outcomes, Path(options.keep)):
            complain(f"Kept: {path}")
    faults = [_fault(ruleset, breach) for outcome in outcomes for breach in outcome.breaches]
    if faults:
        raise NotProved(*faults)


def _told(outcome: Outcome) -> Iterator[str]:
    answer = "proved" if not outcome.breaches else f"{len(outcome.breaches)} broken"
    yield f"{outcome.name:21} {answer:>10} {outcome.count:6} {outcome.seconds:7.1f} s  {outcome.says}"
    yield from (f"  note: {note}" for note in outcome.notes)


def _guarded() -> Iterator[str]:
    proved = [f"{name} by {cover.proved_by}" for name, cover in covers().items() if cover.proved_by]
    tested = [name for name, cover in covers().items() if not cover.proved_by]
    yield f"guard, proved: {', '.join(proved)}"
    yield f"guard, only tested (--json says why): {', '.join(tested)}"


def _fault(ruleset: Ruleset, breach: Breach) -> Fault:
    item = ruleset.items.get(breach.rule)
    where, (line, column) = (item.file, item.position(())) if item else (breach.rule, (0, 0))
    return Fault(where, f"{breach.rule}: {breach.what}", _patient(breach), line, column)


def _patient(breach: Breach) -> str:
    if not breach.patient:
        return "No patient reaches it: correct the rule or remove it."
    told = "; ".join(f"{name} {value}" for name, value in breach.patient.items() if value != "none")
    then = "; ".join(f"{name} {value}" for name, value in breach.then.items())
    held = f" Given as they stand: {', '.join(breach.held)}." if breach.held else ""
    return f"Patient: {told}{f'. Then: {then}' if then else ''}. {_HOW_FAR[breach.replayed]}.{held}"
