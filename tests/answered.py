"""How often usual records are answered: the figures of promise 15, over two fixed samples.

A first opioid is counted over records as they come in; no mechanism can be probable on them, because nobody has
examined anything. What is directed at a mechanism is counted over the same records after the examination.
"""

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
from tests.usual_patients import ON_STRONG_OPIOID, examined_record, usual_record

__all__ = ["SAMPLE", "Directed", "Figures", "directed", "figures"]

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


_ADJUVANT_ARMS = frozenset({"anti-inflammatory", "neuropathic", "muscle-relaxant", "anti-tumour", "interventional"})
_SURE = frozenset({"probable", "definite"})


@dataclass(slots=True)
class Directed:
    """Counts over the examined sample.

    `counted` are in scope, without a raised red flag that is still open, with a mechanism that is surely probable or
    definite. `answered` have an offered line directed at one of those mechanisms: a medicine, a procedure or a dated
    referral for it; `treated` have a medicine or a procedure.
    """

    patients: int = 0
    counted: int = 0
    answered: int = 0
    treated: int = 0
    held: Counter[str] = field(default_factory=Counter)

    @property
    def share_answered(self) -> float:
        return self.answered / self.counted if self.counted else 0.0

    @property
    def share_treated(self) -> float:
        return self.treated / self.counted if self.counted else 0.0

    def lines(self) -> list[str]:
        """The figures in words."""
        return [
            f"examined records drawn: {self.patients}; with a probable mechanism and no open red flag: {self.counted}",
            f"with a line directed at it, offered or dated: {self.share_answered:.0%} (promised: at least 80 %)",
            f"of which a medicine or a procedure, not only the referral: {self.share_treated:.0%}",
            *(f"held by a doubt about {why}: {count}" for why, count in self.held.most_common(8)),
        ]


@cache
def directed(sample: int = SAMPLE) -> Directed:
    """Draw the examined sample and count what is directed at a mechanism."""
    ours = engine("shipped")
    ruleset = ours.program.ruleset
    chance = Random(_SEED)  # noqa: S311 - patients are drawn, not keys
    found = Directed()
    for _ in range(sample):
        decided = plan_of(ours.program, ours.board, Assessment.read(examined_record(chance, ruleset)))
        found.patients += 1
        sure = _sure_mechanisms(decided)
        if not sure or decided.plan.scope.status == "out-of-scope" or _open_flag(decided.plan):
            continue
        found.counted += 1
        lines = [
            line
            for line in offered(decided.plan).values()
            if line.arm in _ADJUVANT_ARMS and sure & set(line.mechanisms)
        ]
        found.answered += bool(lines)
        if any(line.kind == "option" for line in lines):
            found.treated += 1
        else:
            found.held.update(_doubts(decided.plan, sure))
    return found


def _sure_mechanisms(decided: Decided) -> frozenset[str]:
    mechanisms = decided.case.program.ruleset.vocabulary.mechanisms
    values = {name: decided.case.findings.values.get(name) for name in mechanisms}
    return frozenset(n for n, v in values.items() if isinstance(v, Words) and v.options <= _SURE)


def _open_flag(plan: Plan) -> bool:
    """A flag that is raised and not yet looked into; "addressed" is what a scan has closed."""
    return any(alert.status == "raised" and alert.level != "addressed" for alert in plan.alerts)


def _doubts(plan: Plan, sure: frozenset[str]) -> set[str]:
    """The rules that cannot tell, of withheld options that would be directed at one of the mechanisms."""
    known = options(engine("shipped").program.ruleset)
    return {
        reason.rule
        for refused in plan.withheld
        if refused.arm in _ADJUVANT_ARMS and sure & set(known[refused.option].then.offer.mechanisms)
        for reason in refused.because
        if reason.verdict == "cannot-tell" and not reason.rule.startswith("offer-")
    }


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
