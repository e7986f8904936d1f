"""Usual records of patients who take a strong opioid: regularly, as needed, as a patch, by mouth or under the skin."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from protocol.rules.ruleset import Ruleset
from tests.entries import NOW, put, written
from tests.usual_patients import usual_record

__all__ = ["CALM", "opioid_record", "with_opioids"]

_REGULAR = (
    ("morphine", "oral", "modified-release", ("10 mg", "30 mg", "60 mg", "100 mg", "200 mg"), "12 h"),
    ("morphine", "oral", "immediate-release", ("2.5 mg", "5 mg", "10 mg", "20 mg"), "4 h"),
    ("morphine", "subcutaneous", "infusion", ("10 mg", "30 mg", "60 mg"), "24 h"),
    ("oxycodone", "oral", "modified-release", ("5 mg", "20 mg", "40 mg", "80 mg"), "12 h"),
    ("oxycodone", "subcutaneous", "infusion", ("10 mg", "30 mg"), "24 h"),
    ("hydromorphone", "oral", "immediate-release", ("1 mg", "2 mg", "4 mg"), "6 h"),
    ("tapentadol", "oral", "modified-release", ("50 mg", "100 mg", "200 mg"), "12 h"),
    ("fentanyl", "transdermal", "patch", ("12 microgram/h", "25 microgram/h", "100 microgram/h"), "72 h"),
    ("buprenorphine", "transdermal", "patch", ("5 microgram/h", "10 microgram/h", "20 microgram/h"), "168 h"),
    ("alfentanil", "subcutaneous", "infusion", ("1 mg", "3 mg"), "24 h"),
)
_AS_NEEDED = (
    ("morphine", "oral", "immediate-release", ("2.5 mg", "5 mg", "10 mg", "20 mg")),
    ("oxycodone", "oral", "immediate-release", ("2.5 mg", "5 mg", "10 mg")),
    ("morphine", "subcutaneous", "injection", ("2 mg", "5 mg")),
)
CALM: dict[str, str] = {
    "adverse.myoclonus": "absent",
    "adverse.hallucinations": "absent",
    "history.delirium": "absent",
    "adverse.diffuse_allodynia": "absent",
}
"""No sign that the opioid irritates the brain: without these an increase waits for the answers."""


def with_opioids(document: dict[str, Any], *entries: dict[str, Any]) -> dict[str, Any]:
    """The document with these opioids in place of those it lists."""
    others = [m for m in document["medicines"]["current"] if m["drug"] not in {row[0] for row in _REGULAR}]
    document["medicines"]["current"] = [*others, *entries]
    return document


def opioid_record(chance: Random, ruleset: Ruleset) -> dict[str, Any]:
    """One patient on a strong opioid, with what makes it rise, change or go on by another route."""
    document = with_opioids(usual_record(chance, ruleset), *_opioids(chance))
    for path, value in CALM.items():
        put(document, path, value)
    draw = chance.random()
    if draw < 0.3:
        put(document, "adverse.myoclonus", "present")
    elif draw < 0.45:
        put(document, "routes.oral", "absent")
    elif draw < 0.55:
        put(document, "routes.oral", "absent")
        put(document, "status.goals_of_care", "last_days")
        put(document, "status.prognosis", "hours_days")
    return document


def _opioids(chance: Random) -> list[dict[str, Any]]:
    drug, route, form, doses, every = chance.choice(_REGULAR)
    changed = written(NOW - timedelta(days=chance.choice((1, 3, 8, 8, 8))))
    entry: dict[str, Any] = {
        "drug": drug,
        "route": route,
        "form": form,
        "dose": chance.choice(doses),
        "every": every,
        "schedule": form if form in ("infusion", "patch") else "regular",
        "started_at": written(NOW - timedelta(days=20)),
        "changed_at": changed,
        "adherence": "full",
    }
    found = [entry]
    if chance.random() < 0.8:
        drug, route, form, doses = chance.choice(_AS_NEEDED)
        found.append(
            {
                "drug": drug,
                "route": route,
                "form": form,
                "dose": chance.choice(doses),
                "every": "4 h",
                "schedule": "as-needed",
                "prn_taken": [chance.randint(0, 5) for _ in range(3)],
                "incident_only": chance.choice(("absent", "absent", "absent", "present")),
            }
        )
    return found
