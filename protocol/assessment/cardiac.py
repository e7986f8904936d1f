"""The heart's electrical state."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from protocol.assessment.field import Finding, moment, number, word
from protocol.assessment.group import Group

__all__ = ["Cardiac"]


class Cardiac(Group):
    """From the last 12-lead ECG."""

    ecg_at: Annotated[datetime | None, moment("When the ECG was done.")] = None
    qtc: Annotated[
        Finding,
        number(
            "ms",
            "300",
            "700",
            "425",
            "Corrected QT interval.",
            usual=("330", "600"),
            dated_by="cardiac.ecg_at",
        ),
    ] = None
    qtc_formula: Annotated[Finding, word("qtc-formula", "How it was corrected.", dated_by="cardiac.ecg_at")] = None
