"""Noun 3, the plan: a document that says what to do, what not, what to ask, and why, line by line.

Top-level keys are always present and in this order. There are no floats: amounts are decimal text with their
unit beside them, times are UTC. The same assessment, ruleset and engine give the same bytes.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from pydantic import Field

from protocol.plan.because import CitedSource, Fact, Reason, Refer
from protocol.plan.part import Part, Shared, canonical
from protocol.terms import LISTS

__all__ = [
    "STEPS",
    "Alert",
    "Calculation",
    "CitedSource",
    "Clash",
    "Companion",
    "Dose",
    "Fact",
    "Grade",
    "Plan",
    "PlanLine",
    "Question",
    "Reason",
    "Refer",
    "RefusedLine",
    "RescueDose",
    "Review",
    "RulesetIdentity",
    "ScopeAnswer",
    "Start",
    "Step",
    "Trace",
    "Unanswered",
]

STEPS = LISTS["step"].words
"""The steps of the protocol in order; S6 runs beside the others from the first day."""

Kind = Literal["option", "referral", "non-drug", "monitoring", "current"]


class RulesetIdentity(Part):
    """Which rules made the plan, and who has signed them here."""

    id: str
    version: str
    digest: str
    sign_off: str


class ScopeAnswer(Part):
    """Whether the ruleset speaks about this patient at all."""

    status: Literal["in-scope", "out-of-scope"]
    because: tuple[Reason, ...]


class Alert(Part):
    """A red flag: raised, or one that cannot be excluded until its questions are answered."""

    flag: str
    title: str
    level: str
    status: Literal["raised", "not-excluded"]
    urgency: Literal["E0", "E1", "E2", "E3"]
    say: str
    do: tuple[str, ...]
    refer: Refer | None
    withholds: tuple[str, ...]
    because: tuple[Reason, ...]


class Clash(Part):
    """Two facts or two demands that contradict; shown, never resolved."""

    conflict: str
    say: str
    facts: tuple[Fact, ...]
    refer: Refer | None = None


class Grade(Part):
    """A mechanism or the syndrome: the grades still possible, and why."""

    finding: str
    title: str
    grades: tuple[str, ...]
    because: tuple[Reason, ...]


class Dose(Part):
    """A dose as it would be prescribed."""

    amount: str
    unit: str
    route: str
    form: str
    every: str | None
    maximum: str | None = Field(description="most in 24 hours")
    timing: str | None
    titration: str | None
    working: tuple[str, ...]


class RescueDose(Part):
    """The as-needed dose that goes with a regular opioid."""

    amount: str
    unit: str
    route: str
    form: str
    every: str
    at_most: int = Field(description="doses in 24 hours before a clinician reviews; never a refusal of the next one")
    working: tuple[str, ...]


class Start(Part):
    """When the line begins."""

    when: Literal["now", "after"]
    after: str | None = None
    because: str | None = None


class Companion(Part):
    """What accompanies a line, unconditionally or worded as an if."""

    companion: str
    title: str
    status: Literal["add", "if"]
    say: str
    dose: Dose | None
    because: tuple[Reason, ...]


class PlanLine(Part):
    """One thing to do, or one medicine already taken."""

    id: str
    option: str | None
    title: str
    arm: str
    kind: Kind
    mechanisms: tuple[str, ...]
    action: Literal["start", "continue", "increase", "hold", "reduce", "convert", "taper", "stop", "do", "refer"]
    status: Literal["offered", "withheld", "excluded", "refer"]
    choice: Literal["first", "alternative"] | None
    refer: Refer | None
    start: Start | None
    dose: Dose | None
    rescue: RescueDose | None
    companions: tuple[Companion, ...]
    warnings: tuple[str, ...]
    say: str
    because: tuple[Reason, ...]
    judge_at: str | None
    stop_if: str | None


class RefusedLine(Part):
    """An option that is not offered, all reasons, and the questions that could bring it back."""

    option: str
    title: str
    arm: str
    kind: Kind
    say: str
    because: tuple[Reason, ...]
    answers_needed: tuple[str, ...]


class Step(Part):
    """One step of the protocol with its lines."""

    step: str
    title: str
    lines: tuple[PlanLine, ...]


class Unanswered(Part):
    """One raw input that is missing."""

    finding: str
    title: str
    standing: str


class Question(Part):
    """One act at the bedside, what it would answer, and what that would unlock."""

    question: str
    ask: str
    effort: Literal["look", "ask", "examine", "blood", "scan"]
    answers: tuple[Unanswered, ...]
    red_flags: tuple[str, ...]
    first_choices: tuple[str, ...]
    others: int


class Review(Part):
    """When the plan must be seen again."""

    due: str
    because: tuple[str, ...]


class Calculation(Part):
    """A number the plan rests on, with its working."""

    finding: str
    title: str
    value: str
    working: str
    source: str


class NotIndicated(Part):
    """An option that nothing speaks for, or that is taken already."""

    option: str
    reason: str


class RuleVerdict(Shared):
    """What one condition said."""

    rule: str
    verdict: str


class Trace(Part):
    """Everything else that was decided: nothing is left out, nothing needs to be believed."""

    findings: tuple[Fact, ...]
    verdicts: tuple[RuleVerdict, ...]
    not_indicated: tuple[NotIndicated, ...]
    points: tuple[str, ...]
    input: dict[str, Any]


class Plan(Part):
    """The plan."""

    plan_id: str
    as_of: str
    ruleset: RulesetIdentity
    engine: str
    scope: ScopeAnswer
    alerts: tuple[Alert, ...]
    conflicts: tuple[Clash, ...]
    syndrome: Grade | None
    mechanisms: tuple[Grade, ...]
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    excluded: tuple[RefusedLine, ...]
    withheld: tuple[RefusedLine, ...]
    monitoring: tuple[PlanLine, ...]
    review: Review | None
    calculations: tuple[Calculation, ...]
    surveillance: tuple[str, ...]
    evidence_note: str
    trace: Trace

    def to_json(self) -> str:
        """The plan as a document, keys in the order above, byte for byte the same for the same input."""
        return self.model_dump_json(indent=2) + "\n"

    def with_identity(self) -> Plan:
        """The same plan, its id the digest of its canonical content."""
        content = self.made(**{name: value for name, value in self if name != "plan_id"})
        digest = hashlib.sha256(canonical(content).encode()).hexdigest()
        return self.model_copy(update={"plan_id": f"sha256:{digest}"})
