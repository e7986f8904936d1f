"""What the plan says about the patient and about itself: grades, calculations, evidence, trace."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from protocol.inference.case import Case
from protocol.inference.derive import arguments_of
from protocol.instruments import CALCULATIONS, working
from protocol.plan.choose import Chosen
from protocol.plan.judge import Judgement
from protocol.plan.model import Calculation, Grade, NotIndicated, Reason, RuleVerdict, Trace
from protocol.plan.reasons import facts, reason, title_of, value_text
from protocol.possible import Words
from protocol.rules.rule import FindingRule
from protocol.terms import Truth

__all__ = ["calculations", "evidence_note", "mechanisms", "surveillance", "syndrome", "trace"]

_VERDICTS = 8192


def syndrome(case: Case) -> Grade | None:
    """The grade of the syndrome."""
    return _grade(case, case.program.ruleset.settings.syndrome)


def mechanisms(case: Case) -> list[Grade]:
    """The grade of every mechanism of the vocabulary, in its order."""
    grades = (_grade(case, name) for name in sorted(case.program.ruleset.vocabulary.mechanisms))
    return [grade for grade in grades if grade is not None]


def _grade(case: Case, finding: str) -> Grade | None:
    rule = case.program.deriving.get(finding)
    value = case.findings.values.get(finding)
    if rule is None or not isinstance(value, Words):
        return None
    rows = rule.then.derive.rows
    order = [row.value for row in rows] + [rule.then.derive.else_ or ""]
    return Grade(
        finding=finding,
        title=case.program.ruleset.vocabulary.mechanisms.get(finding, rule.title),
        grades=tuple(sorted(value.options, key=lambda word: (order.index(word), word))),
        because=(_why(case, rule),),
    )


def _why(case: Case, rule: FindingRule) -> Reason:
    verdict = Truth.APPLIES if case.value(rule.then.derive.finding).known else Truth.CANNOT_TELL
    says = [
        row.say
        for row in rule.then.derive.rows
        if row.say and row.value in getattr(case.value(rule.then.derive.finding), "options", ())
    ]
    return reason(case, rule, verdict, " ".join(says) or rule.then.say)


def calculations(case: Case) -> list[Calculation]:
    """Every calculation of which something is known, with its working and its source."""
    found = []
    for rule in case.program.derivations:
        derived = rule.then.derive
        if derived.calculate is None or derived.finding in case.findings.unknown:
            continue
        method = CALCULATIONS[derived.calculate.method]
        found.append(
            Calculation.made(
                finding=derived.finding,
                title=title_of(case, derived.finding),
                value=value_text(case, derived.finding),
                working=working(
                    method.name, arguments_of(rule, case.program, case.findings), case.value(derived.finding)
                ),
                source=method.source,
            )
        )
    return found + _opioid_totals(case)


def _opioid_totals(case: Case) -> list[Calculation]:
    vocabulary = case.program.ruleset.vocabulary
    return [
        Calculation(
            finding=name,
            title=raw.title,
            value=value_text(case, name),
            working=case.facts.taken.working.get(f"{raw.schedule or 'all'}/{raw.column}", ""),
            source="opioid-equivalence.yaml",
        )
        for name, raw in vocabulary.findings.items()
        if raw.medicines == "opioid-total" and case.facts.taken is not None and name not in case.findings.unknown
    ]


def surveillance(case: Case) -> list[str]:
    """The limits of imaging surveillance, printed wherever imaging of the spine is on the record."""
    return [case.program.ruleset.settings.surveillance_note]


def evidence_note(case: Case, shown: Iterable[Judgement]) -> str:
    """The ruleset's own sentence about its evidence, and how much of this plan rests on unverified facts."""
    lines = list(shown)
    unverified = sum(1 for judgement in lines if _unverified(judgement))
    note = case.program.ruleset.settings.evidence_note
    if not lines:
        return note
    verb = "rests" if unverified == 1 else "rest"
    count = f"Of the {len(lines)} options on this plan, {unverified} {verb} on a fact not yet verified at its source."
    return f"{note} {count}"


def _unverified(judgement: Judgement) -> bool:
    """Whether the option's rule, or the table its dose comes from, is marked as not verified."""
    candidate = judgement.candidate
    resting = [candidate.rule.because, candidate.regimen.because if candidate.regimen else None]
    return any(because is not None and because.verified == "no" for because in resting)


@lru_cache(_VERDICTS)
def _verdict(rule: str, verdict: Truth) -> RuleVerdict:
    """The same few thousand for all patients."""
    return RuleVerdict.made(rule=rule, verdict=str(verdict))


def _not_indicated(judgement: Judgement) -> str:
    if judgement.taken:
        return "already taken: see its current line"
    if judgement.undosable is not None and judgement.undosable.status == "not-indicated":
        return judgement.undosable.say
    return "another line stands in its place" if judgement.given_way else "not indicated"


def trace(case: Case, judgements: list[Judgement], arms: list[Chosen]) -> Trace:
    """All that was decided and does not stand elsewhere."""
    # What is withheld stands among the withheld, whatever its points: each option has one place.
    low = {j.candidate.id: arm.points[j.candidate.id] for arm in arms for j in arm.below if j.status == "offered"}
    not_indicated = [
        NotIndicated.made(option=j.candidate.id, reason=_not_indicated(j))
        for j in judgements
        if j.status == "not-indicated"
    ]
    not_indicated += [
        NotIndicated(option=option, reason=f"{points} points: too little in its favour")
        for option, points in low.items()
    ]
    verdicts, silent = case.verdicts, Truth.DOES_NOT_APPLY
    return Trace(
        findings=tuple(map(facts(case).__getitem__, sorted(case.findings.values))),
        verdicts=tuple(
            # In name order, as the program holds its conditions.
            [_verdict(n, verdicts[n]) for n in case.program.conditions if verdicts[n] is not silent]
        ),
        not_indicated=tuple(sorted(not_indicated, key=lambda n: n.option)),
        points=tuple(
            f"{option}: {words}" for arm in arms for option, said in sorted(arm.reasons.items()) for words in said
        ),
        input=case.assessment.echo(),
    )
