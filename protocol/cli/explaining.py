"""The commands that question a plan: why, why-not, what-if, ask."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterable
from typing import Any

from protocol.cli.plans import Planned, named, planned_for
from protocol.cli.terminal import UsageError, paper
from protocol.document import load
from protocol.errors import AssessmentError, EngineFault, Fault
from protocol.plan.explain import Explainer
from protocol.render.explained import render_ask, render_what_if, render_why, render_why_not
from protocol.render.text import names_on, render_questions
from protocol.render.text import render_why as render_whole

__all__ = ["ask", "what_if", "why", "why_not"]


def why(options: argparse.Namespace) -> None:
    """Print all about one word of the plan, the shortest reason first."""
    planned = planned_for(options)
    explainer = planned.explainer() if planned.explainer else None
    short = explainer is not None and options.name in explainer.lines
    if options.format == "json":
        if explainer is None or not short:
            raise _not_there(options, explainer.lines if explainer else ())
        sys.stdout.write(explainer.why(options.name).to_json())
        return
    whole = _whole(options, planned)
    if explainer is not None and short:
        sys.stdout.write(render_why(explainer.why(options.name), planned.ruleset.sources, **paper()) + "\n")
    sys.stdout.write(whole)


def why_not(options: argparse.Namespace) -> None:
    """Print why an option is not offered, and what would change it."""
    planned = planned_for(options)
    explainer = planned.explainer() if planned.explainer else None
    if explainer is None or options.name not in explainer.options:
        if options.format == "json":
            raise _not_there(options, explainer.options if explainer else ())
        sys.stdout.write(_whole(options, planned, explainer.options if explainer else ()))
        return
    told, change = explainer.why_not(options.name), explainer.what_would_change(options.name)
    if options.format == "json":
        both = {"why_not": told.model_dump(mode="json"), "what_would_change": change.model_dump(mode="json")}
        sys.stdout.write(json.dumps(both, ensure_ascii=False, indent=2) + "\n")
        return
    sys.stdout.write(render_why_not(told, change, planned.ruleset.sources, **paper()))


def what_if(options: argparse.Namespace) -> None:
    """Print how the plan differs with other facts."""
    changes = _settings(options)
    told = _explainer(planned_for(options)).what_if(changes)
    sys.stdout.write(told.to_json() if options.format == "json" else render_what_if(told, **paper()))


def ask(options: argparse.Namespace) -> None:
    """Print every question, then every unknown fact that could change the plan."""
    planned = planned_for(options)
    if options.format == "json":
        sys.stdout.write(_explainer(planned).ask_next().to_json())
        return
    sys.stdout.write(render_questions(planned.plan, **paper()))
    if planned.explainer:
        sys.stdout.write("\n" + render_ask(planned.explainer().ask_next(), **paper()))


def _explainer(planned: Planned) -> Explainer:
    if planned.explainer is None:
        raise EngineFault(Fault("this plan", "cannot be asked", "Plan the assessment again."))
    return planned.explainer()


def _whole(options: argparse.Namespace, planned: Planned, more: Iterable[str] = ()) -> str:
    names = names_on(planned.plan)
    if options.name not in names:
        raise _not_there(options, {*names, *more})
    return render_whole(planned.plan, options.name, planned.ruleset.sources, **paper())


def _not_there(options: argparse.Namespace, names: Iterable[str]) -> UsageError:
    close = difflib.get_close_matches(options.name, sorted(names), n=3)
    shows = "mps plan FILE --everything shows the words that can be asked about."
    remedy = f"Did you mean {' or '.join(close)}?" if close else shows
    return UsageError(Fault(named(options.file), f'nothing on this plan is called "{options.name}"', remedy))


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """What --set says, by field; lists and records as YAML."""
    found: dict[str, Any] = {}
    faults = []
    for text in options.set:
        field, sign, value = (part.strip() for part in text.partition("="))
        if not (field and sign and value):
            what = f'"{text}" does not say which field becomes what'
            faults.append(Fault("--set", what, 'Write, for example: --set laboratory.creatinine="180 umol/L"'))
        elif field in found:
            faults.append(Fault("--set", f"{field} is set twice", "Keep one of the two."))
        else:
            found[field] = load(value.encode(), field, AssessmentError).data if value[0] in "[{" else value
    if faults:
        raise UsageError(*faults)
    return found
