"""The commands that print what words and documents mean: schema, terms, the version."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Any

from protocol.terms import LISTS

__all__ = ["schema", "terms", "version"]

_DRAFT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def schema(options: argparse.Namespace) -> None:
    """Print the JSON Schema of one document."""
    sys.stdout.write(json.dumps(_DRAFT | _schema(options.document), ensure_ascii=False, indent=2) + "\n")


def _schema(document: str) -> dict[str, Any]:
    # The models are slow to load, and the other commands of this module need none of them.
    from pydantic import TypeAdapter  # noqa: PLC0415

    from protocol.assessment import Assessment  # noqa: PLC0415
    from protocol.episode import episode_schema  # noqa: PLC0415
    from protocol.plan.compare import EpisodePlan  # noqa: PLC0415
    from protocol.plan.model import Plan  # noqa: PLC0415
    from protocol.rules.formulary import Drug  # noqa: PLC0415
    from protocol.rules.rule import Rule  # noqa: PLC0415
    from protocol.rules.vocabulary import Vocabulary  # noqa: PLC0415

    if document == "assessment":
        return Assessment.json_schema()
    if document == "episode":
        return episode_schema()
    if document == "episode-plan":
        return EpisodePlan.model_json_schema(mode="serialization")
    if document == "plan":
        return Plan.model_json_schema(mode="serialization")
    nouns: dict[str, Any] = {"rule": Rule, "drug": Drug, "vocabulary": Vocabulary}
    return TypeAdapter(nouns[document]).json_schema()


def terms(_: argparse.Namespace) -> None:
    """Print every closed list."""
    for words in LISTS.values():
        lines = [f"{words.name}: {words.meaning}", *(f"  {w}: {sense}" for w, sense in words.words.items())]
        sys.stdout.write("\n".join(lines) + "\n\n")


def version() -> None:
    """Print the version of this distribution and of the engine of record."""
    ours, engine = _version("mps-protocol"), _version("durable_rules")
    sys.stdout.write(f"mps-protocol {ours}, engine of record durable_rules {engine}\n")


def _version(distribution: str) -> str:
    try:
        return version_of(distribution)
    except PackageNotFoundError:
        return "(not installed)"
