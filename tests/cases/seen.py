"""One worked case as the engine answers it, and the questions that expectations ask of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from protocol.assessment import Assessment
from protocol.inference.case import Case
from protocol.plan.model import Plan, PlanLine
from protocol.possible import Numbers, Possible, Words
from protocol.rules.ruleset import Ruleset
from tests.plans import lines, options

__all__ = ["Seen"]


@dataclass(frozen=True)
class Seen:
    """The plan of one case and what it was made from."""

    case: Case
    plan: Plan
    assessment: Assessment

    @property
    def ruleset(self) -> Ruleset:
        return self.case.program.ruleset

    def value(self, finding: str) -> Possible | None:
        return self.case.findings.values.get(finding)

    def is_word(self, finding: str, *words: str) -> bool | None:
        """Whether the finding is surely one of the words; None when there is no such finding."""
        value = self.value(finding)
        return None if not isinstance(value, Words) else value.options <= frozenset(words)

    def is_number(self, finding: str, wanted: str) -> bool | None:
        """Whether the finding is the number, to its last given place."""
        value = self.value(finding)
        if not isinstance(value, Numbers):
            return None
        places = -int(Decimal(wanted).as_tuple().exponent)
        return value.known and round(value.low, places) == Decimal(wanted)

    def raised(self, flag: str, level: str | None = None) -> bool | None:
        """Whether the flag is raised (at the level); None when the ruleset has no such flag."""
        known = {alert.flag for alert in self.plan.alerts} | self._flags()
        if flag not in known:
            return None
        mine = [alert for alert in self.plan.alerts if alert.flag == flag and alert.status == "raised"]
        return any(level in (None, alert.level) for alert in mine)

    def open(self, flag: str) -> bool:
        return any(alert.flag == flag and alert.status == "not-excluded" for alert in self.plan.alerts)

    def _flags(self) -> set[str]:
        return {rule.then.alert.flag for rule in self.ruleset.rules if rule.kind == "red-flag"}

    def stands(self, *names: str) -> bool | None:
        """Whether any of the options is on the plan, offered or referred; None when none of them exists."""
        known = options(self.ruleset).keys()
        if not known & set(names):
            return None
        return any(line.option in names for line in lines(self.plan))

    def tagged(self, *tags: str) -> bool:
        """Whether an offered line carries one of the tags."""
        known = options(self.ruleset)
        return any(
            line.status == "offered" and set(tags) & set(known[line.option].then.offer.tags)
            for line in lines(self.plan)
            if line.option is not None
        )

    def started(self, drug_or_class: str) -> list[PlanLine]:
        """The offered lines that start this drug, or a drug of this class."""
        found = []
        for line in lines(self.plan):
            drug = self._drug(line)
            if drug and line.status == "offered" and drug_or_class in {drug, *self.ruleset.drugs[drug].classes}:
                found.append(line)
        return found

    def _drug(self, line: PlanLine) -> str | None:
        return None if line.option is None else options(self.ruleset)[line.option].then.offer.drug

    def given(self, drug_or_class: str) -> bool | None:
        """Whether it is started, goes on, or accompanies something; None when the formulary lacks it."""
        if drug_or_class not in self.ruleset.drugs and drug_or_class not in self.ruleset.vocabulary.classes:
            return None
        if self.started(drug_or_class) or self.going_on(drug_or_class):
            return True
        beside = {companion.companion for line in lines(self.plan) for companion in line.companions}
        rules = [rule for rule in self.ruleset.rules if rule.kind == "companion" and rule.then.add.companion in beside]
        drugs = {rule.then.add.drug for rule in rules if rule.then.add.drug}
        return any(drug_or_class in {d, *self.ruleset.drugs[d].classes} for d in drugs) or drug_or_class in beside

    def going_on(self, drug_or_class: str) -> bool:
        """Whether a current medicine of this kind goes on, at its dose or a lower one."""
        taken = self.case.facts.taken
        going = {line.id for line in lines(self.plan) if line.option is None and line.action not in ("stop", "taper")}
        return taken is not None and any(
            f"current/{m.label}" in going and drug_or_class in {m.drug, *m.classes} for m in taken.medicines
        )

    def current(self, drug_or_class: str) -> set[str]:
        """What is to be done with current medicines of this kind."""
        taken = self.case.facts.taken
        wanted = (
            {f"current/{m.label}" for m in taken.medicines if drug_or_class in {m.drug, *m.classes}} if taken else set()
        )
        return {line.action for line in lines(self.plan) if line.id in wanted}

    def asked(self, *findings: str) -> bool:
        """Whether some question asks for one of the findings."""
        answers = {answer.finding for question in self.plan.questions for answer in question.answers}
        return bool(answers & set(findings))

    def hours_to_review(self) -> Decimal | None:
        if self.plan.review is None:
            return None
        due = datetime.fromisoformat(self.plan.review.due) - datetime.fromisoformat(self.plan.as_of)
        return Decimal(int(due.total_seconds())) / 3600

    def conflict(self, *names: str) -> bool | None:
        """Whether one of these conflicts is shown; None when the vocabulary has none of them."""
        declared = {c.conflict for c in self.ruleset.vocabulary.conflicts} | set(options(self.ruleset))
        if not declared & set(names):
            return None
        return any(clash.conflict in names for clash in self.plan.conflicts)

    def says(self, *words: str) -> bool:
        """Whether all of these words stand in one text of the plan."""
        return any(
            all(word.lower() in text.lower() for word in words)
            for text in _texts(self.plan.model_dump(mode="json", exclude={"trace"}))
        )


def _texts(part: Any) -> list[str]:  # noqa: ANN401 - any part of a document
    if isinstance(part, str):
        return [part]
    if isinstance(part, dict):
        return [text for value in part.values() for text in _texts(value)]
    return [text for item in part for text in _texts(item)] if isinstance(part, list) else []
