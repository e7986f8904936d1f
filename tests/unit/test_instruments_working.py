"""The line of arithmetic that a clinician checks, and how long ago something was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from protocol.errors import QuantityError
from protocol.instruments import ago, working
from protocol.instruments.kidney import cockcroft_gault
from protocol.possible import Numbers, Words

SEXES = Words(frozenset({"female", "male", "intersex"}))


def at(amount: str, unit: str) -> Numbers:
    return Numbers(Decimal(amount), Decimal(amount), unit)


def between(low: str, high: str, unit: str) -> Numbers:
    return Numbers(Decimal(low), Decimal(high), unit)


def word(*options: str) -> Words:
    return Words(frozenset(options))


def test_working_of_a_clearance() -> None:
    arguments: dict[str, Numbers | Words] = {
        "age": at("62", "a"),
        "weight": at("65", "kg"),
        "height": at("165", "cm"),
        "creatinine": at("68", "umol/L"),
        "sex": word("female"),
    }

    def line(**changed: Numbers | Words) -> str:
        inputs: dict[str, Any] = arguments | changed
        return working("cockcroft-gault", inputs, cockcroft_gault(**inputs))

    assert line() == "(140 - 62) x 65 kg x 1.04 / 68 umol/L = 77.5 mL/min"
    assert line(creatinine=at("40", "umol/L")) == (
        "(140 - 62) x 65 kg x 1.04 / 60 umol/L (measured 40, counted as 60) = 87.9 mL/min"
    )
    assert line(weight=at("110", "kg")) == (
        "(140 - 62) x 78.2 kg (adjusted from 110 kg, body mass index 30 or more) x 1.04 / 68 umol/L = 93.3 mL/min"
    )
    assert line(weight=between("50", "70", "kg")) == "between 59.6 and 83.5 mL/min (weight 50 to 70 kg)"
    assert line(sex=SEXES) == "between 77.5 and 91.7 mL/min (not known: sex)"


def test_a_value_beside_a_threshold_is_not_shown_as_on_it() -> None:
    below = at("59.96", "mL/min")
    above = at("75", "mL/min/1.73m2")
    assert working("renal-value", {"creatinine_clearance": below, "egfr": above}, below) == (
        "lowest of 59.96 mL/min and 75 mL/min/1.73m2 = 59.96 mL/min"
    )


def test_how_long_ago() -> None:
    now = datetime(2026, 3, 14, 9, tzinfo=UTC)
    assert ago(now - timedelta(hours=49, minutes=30), now, "h", Decimal(8760)) == at("49.5", "h")
    assert ago(now - timedelta(days=5), now, "d", Decimal(3650)) == at("5", "d")
    assert ago(None, now, "d", Decimal(3650)) == between("0", "3650", "d")
    with pytest.raises(QuantityError, match="does not measure time"):
        ago(now, now, "kg", Decimal(1))
