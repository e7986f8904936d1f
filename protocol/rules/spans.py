"""Lengths of time as the ruleset writes them, each read once: every plan asks for the same few again."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from protocol.quantity import Quantity

__all__ = ["hours", "seconds"]

_TEXTS = 512
"""How many are kept; a ruleset writes a few dozen."""


@lru_cache(_TEXTS)
def hours(text: str) -> Decimal:
    """The hours of a text such as "3 d".

    Raises:  QuantityError when it is no length of time.
    """
    return Quantity.parse(text).to("h").amount


@lru_cache(_TEXTS)
def seconds(text: str) -> Decimal:
    """The same in seconds."""
    return Quantity.parse(text).to("s").amount
