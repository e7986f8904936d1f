"""Prints how often usual records get a dosed first opioid, and how often a probable mechanism gets its line."""

from __future__ import annotations

from tests.answered import directed, figures

__all__ = ["report"]


def report() -> list[str]:
    """The figures, one a line."""
    return [*figures().lines(), *directed().lines()]


if __name__ == "__main__":
    print(*report(), sep="\n")
