"""The command that prints a plan, and how every command about a patient comes to one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from protocol.assessment import Assessment
from protocol.cli.rules import loaded
from protocol.cli.terminal import complain, paper, reason
from protocol.document import Document, load
from protocol.engine import Engine
from protocol.episode import is_episode, read_episode, refuse_unknown_flags
from protocol.errors import AssessmentError, EngineFault, Fault
from protocol.plan.compare import EpisodePlan, compare
from protocol.plan.explain import Explainer
from protocol.plan.model import Plan
from protocol.render.text import render
from protocol.rules.ruleset import Ruleset

__all__ = ["Planned", "named", "plan", "planned_for"]

_MOST_BYTES = 64_000_000
_AHEAD = timedelta(minutes=5)
_OLD = timedelta(hours=24)


def plan(options: argparse.Namespace) -> None:
    """Print the plan."""
    planned = planned_for(options)
    made, ruleset, episode = planned.plan, planned.ruleset, planned.episode
    if options.format == "json":
        sys.stdout.write(episode.to_json() if episode else made.to_json())
        return
    flags = ruleset.vocabulary.flags
    everything = bool(options.everything)
    since = episode.since if episode else None
    explainer = planned.explainer() if everything and planned.explainer else None
    why_not = [explainer.why_not(option) for option in explainer.options] if explainer else []
    text = render(
        made,
        everything=everything,
        sources=ruleset.sources,
        flags=flags,
        since=since,
        why_not=why_not,
        **paper(),
    )
    sys.stdout.write(text)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with its ruleset, of an episode also what changed, and who can be asked about it."""

    plan: Plan
    ruleset: Ruleset
    episode: EpisodePlan | None
    explainer: Callable[[], Explainer] | None = None


def _asked(engine: Engine, assessment: Assessment) -> Callable[[], Explainer]:
    return lambda: Explainer(engine.decide(assessment), engine.board, engine.plan)


def planned_for(options: argparse.Namespace) -> Planned:
    """The plan and its ruleset; of an episode also the document that says what changed."""
    name = named(options.file)
    document = _document(options.file)
    if is_episode(document.data):
        return _planned_episode(document, name, options.ruleset)
    assessment = Assessment.read(document)
    _compare_with_clock(assessment.assessed_at, name, document.position(("assessed_at",)))
    ruleset = loaded(options.ruleset)
    engine = Engine(ruleset)
    return Planned(engine.plan(assessment), ruleset, None, _asked(engine, assessment))


def _planned_episode(document: Document, name: str, folder: str | None) -> Planned:
    episode = read_episode(document, name)
    current, previous = episode.current, episode.previous
    _compare_with_clock(current.assessed_at, name, document.position(("assessments",)))
    ruleset = loaded(folder)
    refuse_unknown_flags(episode, ruleset.vocabulary.flags, name)
    engine = Engine(ruleset)
    made = engine.plan(current)
    since = None
    if previous is not None:
        try:
            since = compare(engine.plan(previous), made)
        except EngineFault:
            # What went wrong with yesterday must not take today's plan away.
            complain("Note: no plan could be made of the assessment before, so nothing says what changed.")
    return Planned(made, ruleset, EpisodePlan(plan=made, since=since), _asked(engine, current))


def _document(file: str) -> Document:
    source, name = _bytes(file), named(file)
    # The suffix must not matter, and what is called .json would be read as nothing else.
    return replace(load(source, name.removesuffix(".json")), name=name)


def named(file: str) -> str:
    """What faults call an input."""
    return "standard input" if file == "-" else file


def _bytes(file: str) -> bytes:
    try:
        if file == "-":
            return _limited(sys.stdin.buffer)
        with Path(file).open("rb") as stream:
            return _limited(stream)
    except (OSError, ValueError) as error:
        remedy = "Name a readable file in YAML or JSON, or - to read the standard input."
        raise AssessmentError(Fault(file, f"the file cannot be read: {reason(error)}", remedy)) from None


def _limited(stream: BinaryIO) -> bytes:
    # A pipe may never end; the reader of documents refuses far smaller ones anyway.
    return stream.read(_MOST_BYTES)


def _compare_with_clock(at: datetime, name: str, place: tuple[int, int]) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the command line reads the clock
    if at > now + _AHEAD:
        what = f"assessed_at is in the future: {_clock(at)}, and it is {_clock(now)}."
        raise AssessmentError(Fault(name, what, "Correct assessed_at, or the clock of this machine.", *place))
    if now - at > _OLD:
        days = (now - at).days
        complain(f"Note: this assessment is {days} day{'s' if days > 1 else ''} old: facts may be stale.")


def _clock(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
