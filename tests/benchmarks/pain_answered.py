"""Prints how often usual records get a dosed first opioid, and how many questions a plan holds."""

from __future__ import annotations

from tests.answered import figures

__all__ = ["report"]


def report() -> list[str]:
    """The figures, one a line."""
    return figures().lines()


if __name__ == "__main__":
    print(*report(), sep="\n")
