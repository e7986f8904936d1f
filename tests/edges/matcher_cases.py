"""Some rules of every form, and patients that differ in every answer."""

from __future__ import annotations

from decimal import Decimal

from protocol.inference.evaluate import Findings, evaluate_all
from protocol.possible import Members, Numbers, Possible, Words
from protocol.rules.condition import (
    All,
    Always,
    AnyOf,
    AtLeast,
    Below,
    Condition,
    IncludesAny,
    Missing,
    Not,
    OneOf,
)

SIGNS = [f"sign_{number}" for number in range(30)]
PRESENCE = Words(frozenset({"present", "absent"}))
DOMAINS: dict[str, Possible] = {
    "age": Numbers(Decimal(0), Decimal(120), "a"),
    "classes": Members(frozenset(), frozenset("abc")),
    **dict.fromkeys(SIGNS, PRESENCE),
}
RULES: dict[str, Condition] = {
    **{f"has-{sign}": OneOf(sign, frozenset({"present"})) for sign in SIGNS},
    **{f"not-{sign}": Not(OneOf(sign, frozenset({"present"}))) for sign in SIGNS},
    **{f"older-{age}": AtLeast("age", Decimal(age)) for age in range(10, 100, 10)},
    "any-sign": AnyOf(tuple(OneOf(sign, frozenset({"present"})) for sign in SIGNS)),
    "young-and-a": All((Below("age", Decimal(40)), IncludesAny("classes", frozenset("a")))),
    "unasked": Missing("age"),
    "always": Always(),
}


def patient(number: int) -> Findings:
    """Patients that differ in every answer: known, bounded and unknown by turns."""
    findings = Findings(dict(DOMAINS), set())
    for place, sign in enumerate(SIGNS):
        word = ("present", "absent", None)[(number * (place + 1) + place) % 3]
        if word:
            findings.values[sign] = Words(frozenset({word}))
        else:
            findings.unknown.add(sign)
    age = Decimal(number % 12 * 10)
    findings.values["age"] = Numbers(age, age + number % 3 * 10, "a")
    if number % 5 == 0:
        findings.values["age"] = DOMAINS["age"]
        findings.unknown.add("age")
    members = frozenset("abc"[: number % 4])
    findings.values["classes"] = Members(members, members if number % 2 else frozenset("abc"))
    return findings


PATIENTS = [patient(number) for number in range(60)]
EXPECTED = [evaluate_all(RULES, one) for one in PATIENTS]
