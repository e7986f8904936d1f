"""How often usual records are answered: the figures of promise 15, over one fixed sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from statistics import median

from protocol.assessment import Assessment
from protocol.plan.model import Plan
from protocol.possible import Words
from protocol.rules.rule import Contraindication, Interaction
from protocol.terms import Truth
from tests.engines import Decided, engine, plan_of
from tests.plans import barriers, named, offered, options
from tests.usual_patients import ON_STRONG_OPIOID, usual_record

__all__ = ["SAMPLE", "Figures", "figures"]

SAMPLE = 200
_SEED = 2026


@dataclass(slots=True)
class Figures:
    """Counts over the sample.

    `counted` are in scope, with pain at the threshold, on no strong opioid yet, without a raised red flag and
    without an absolute exclusion against the first opioid.
    """

    patients: int = 0
    counted: int = 0
    dosed: int = 0
    questions: list[int] = field(default_factory=list)
    undosed: Counter[str] = field(default_factory=Counter)

    @property
    def share_dosed(self) -> float:
        return self.dosed / self.counted if self.counted else 0.0

    @property
    def median_questions(self) -> float:
        return median(self.questions)

    def lines(self) -> list[str]:
        """The figures in words."""
        return [
            f"usual records drawn: {self.patients}; counted for the first opioid: {self.counted}",
            f"with a dosed first opioid: {self.share_dosed:.0%} (promised: at least 90 %)",
            f"questions on a plan: median {self.median_questions:g} (promised: at most 6)",
            *(f"no dose because of {why}: {count}" for why, count in self.undosed.most_common(8)),
        ]


@cache
def figures(sample: int = SAMPLE) -> Figures:
    """Draw the sample and count."""
    ours = engine("shipped")
    chance = Random(_SEED)  # noqa: S311 - patients are drawn, not keys
    found = Figures()
    for _ in range(sample):
        record = usual_record(chance, ours.program.ruleset)
        decided = plan_of(ours.program, ours.board, Assessment.read(record))
        found.patients += 1
        found.questions.append(len(decided.plan.questions))
        if ON_STRONG_OPIOID not in record["assessment_id"] and _counts(decided):
            found.counted += 1
            if _first_opioid(decided):
                found.dosed += 1
            else:
                found.undosed.update(_why_not(decided.plan))
    return found


def _opioids(decided: Decided) -> frozenset[str]:
    """The options of the arm that must answer pain."""
    ruleset = decided.case.program.ruleset
    arm = ruleset.settings.pain.arm
    return frozenset(name for name, rule in options(ruleset).items() if rule.then.offer.arm == arm)


def _counts(decided: Decided) -> bool:
    settings = decided.case.program.ruleset.settings
    level = decided.case.value(settings.pain.finding)
    if decided.plan.scope.status == "out-of-scope" or level != Words(frozenset({settings.pain.word})):
        return False
    if any(alert.status == "raised" for alert in decided.plan.alerts):
        return False
    return not any(_excluded_by_fact(decided))


def _excluded_by_fact(decided: Decided) -> Iterator[bool]:
    """Whether a contraindication or an interaction surely excludes the arm's first option."""
    program = decided.case.program
    arm = next(a for a in program.ruleset.settings.arms if a.arm == program.ruleset.settings.pain.arm)
    for rule, entry in barriers(program.ruleset):
        sure = decided.case.verdicts[rule.rule] is Truth.APPLIES and entry.degree == "absolute"
        if sure and isinstance(rule, Contraindication | Interaction) and arm.ties[0] in named(program, entry):
            yield True


def _first_opioid(decided: Decided) -> bool:
    now = offered(decided.plan)
    return any(now[o].dose is not None and now[o].choice == "first" for o in _opioids(decided) & now.keys())


def _why_not(plan: Plan) -> list[str]:
    refused = [r for r in (*plan.withheld, *plan.excluded) if r.arm == "opioid"]
    return sorted({reason.rule for r in refused for reason in r.because})[:20]
