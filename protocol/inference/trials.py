"""What was tried, and what of it failed: earlier treatments and those still taken, by the table of trials.

Each treatment surely failed, surely did not, or may have failed; the last is what an unknown duration,
response or reason for stopping leaves. A list that nobody wrote says nothing about what was never tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from protocol.assessment import Assessment, Medicine, PreviousTreatment
from protocol.instruments.pain import nrs_response_percent, nrs_response_points
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity, convert
from protocol.rules.ruleset import Ruleset
from protocol.rules.trials import FailedWhen, Trial
from protocol.terms import Truth

__all__ = ["TRIED", "Tried", "look_back", "trial_domain", "trial_finding"]

TRIED = (
    "tried-classes",
    "failed-classes",
    "failed-drugs",
    "failed-opioid-count",
    "failed-adjuvant-class-count",
)
"""The findings that this module answers, as the vocabulary names their origin."""

_SAME_SCALE = Words(frozenset({"same"}))
_CARRIED_OVER = "episode"
_UNNAMED = "unnamed "


@dataclass(slots=True)
class Tried:
    """Everything that was tried. `closed` when the list of earlier treatments is whole, as the team says.

    `surely` and `perhaps` hold what failed, by the finding it goes into. An opioid that nobody named stands
    among the opioids under its place in the list: it may be one of the others, or not.
    """

    closed: bool = False
    classes: set[str] = field(default_factory=set)
    surely: dict[str, set[str]] = field(default_factory=lambda: {what: set() for what in TRIED})
    perhaps: dict[str, set[str]] = field(default_factory=lambda: {what: set() for what in TRIED})

    def note(self, verdict: Truth, trial: Trial, drug: str | None, members: Iterable[str], place: int) -> None:
        """Count one treatment. Without a drug's name each drug of the class may be the one."""
        if verdict is Truth.DOES_NOT_APPLY:
            return
        found = self.surely if verdict is Truth.APPLIES else self.perhaps
        found["failed-classes"].add(trial.class_)
        if drug is None:
            self.perhaps["failed-drugs"] |= set(members)
        else:
            found["failed-drugs"].add(drug)
        if trial.counts_as == "opioid":
            found["failed-opioid-count"].add(drug or f"{_UNNAMED}{place}")
        elif trial.counts_as == "adjuvant":
            found["failed-adjuvant-class-count"].add(trial.class_)


def trial_domain(what: str, ruleset: Ruleset) -> Possible:
    """All that a finding about earlier treatments may be."""
    table = ruleset.trials.trials if ruleset.trials else ()
    match what:
        case "tried-classes" | "failed-classes":
            return Members(frozenset(), frozenset(ruleset.vocabulary.classes))
        case "failed-drugs":
            return Members(frozenset(), frozenset(ruleset.drugs))
        case "failed-opioid-count":
            named = {t.class_ for t in table if t.counts_as == "opioid"}
            top = sum(1 for drug in ruleset.drugs.values() if named & set(drug.classes))
        case _:
            top = sum(1 for t in table if t.counts_as == "adjuvant")
    return Numbers(Decimal(0), Decimal(max(top, 1)), "1")


def look_back(assessment: Assessment, ruleset: Ruleset) -> Tried:
    """Weigh every treatment against the table; without a table nothing is known to have failed."""
    previous = assessment.medicines.previous
    tried = Tried(closed=previous is not None and (not previous or any(p.source != _CARRIED_OVER for p in previous)))
    if ruleset.trials is None:
        return Tried()
    table, words = ruleset.trials.trials, ruleset.trials.failed_when
    for place, treatment in enumerate(assessment.medicines_previous):
        drug = _drug(treatment.agent, ruleset)
        classes = _classes(drug, treatment.drug_class, ruleset)
        tried.classes |= classes
        named = bool(classes) or treatment.drug_class is not None
        for trial in table:
            # A name that nobody knows may be a drug of any class; what is no drug is of none.
            if trial.class_ in classes or not named:
                verdict = _failed(treatment, trial, words, assessment.assessed_at)
                if not named and verdict is Truth.APPLIES:
                    verdict = Truth.CANNOT_TELL
                tried.note(verdict, trial, drug, _members(trial.class_, ruleset), place)
    fresh = _fresh_average(assessment, ruleset)
    for medicine in assessment.medicines_current:
        drug = _drug(medicine.drug, ruleset)
        classes = _classes(drug, None, ruleset)
        tried.classes |= classes
        for trial in (t for t in table if t.class_ in classes):
            tried.note(_failing(medicine, trial, words, assessment, fresh), trial, drug, (), 0)
    return tried


def trial_finding(what: str, tried: Tried, domain: Possible) -> Possible:
    """One finding about earlier treatments."""
    sure, perhaps = (
        (tried.classes, set[str]()) if what == "tried-classes" else (tried.surely[what], tried.perhaps[what])
    )
    if isinstance(domain, Members):
        listed = frozenset(sure) & domain.possible
        return Members(listed, listed | (frozenset(perhaps) & domain.possible) if tried.closed else domain.possible)
    if not isinstance(domain, Numbers):
        message = "what was tried is a list, and what failed is a list or a count"
        raise TypeError(message)
    named = {name for name in sure if not name.startswith(_UNNAMED)}
    low = min(Decimal(max(len(named), 1 if sure else 0)), domain.high)
    high = min(Decimal(len(sure | perhaps)), domain.high) if tried.closed else domain.high
    return Numbers(low, high, domain.unit)


def _drug(name: str | None, ruleset: Ruleset) -> str | None:
    return ruleset.drug_names.get(name.lower()) if name else None


def _classes(drug: str | None, written: str | None, ruleset: Ruleset) -> set[str]:
    if drug is not None:
        return set(ruleset.drugs[drug].classes)
    folded = "_".join((written or "").lower().replace("-", " ").split())
    return {folded} & set(ruleset.vocabulary.classes)


def _members(class_: str, ruleset: Ruleset) -> Iterator[str]:
    return (drug.drug for drug in ruleset.drugs.values() if class_ in drug.classes)


def _failed(treatment: PreviousTreatment, trial: Trial, words: FailedWhen, now: datetime) -> Truth:
    reason = treatment.stop_reason
    harmed = Truth.CANNOT_TELL if reason is None else _truth(reason in words.stopped_at_any_time)
    if treatment.response is not None:
        useless = _truth(treatment.response in words.response)
    else:
        useless = Truth.APPLIES if reason in words.stopped_without_response else Truth.CANNOT_TELL
    return _or(harmed, _and(_long_enough(_taken(treatment, now), trial), useless))


def _taken(treatment: PreviousTreatment, now: datetime) -> Numbers | None:
    """How long it was given, in days."""
    if treatment.duration is not None:
        low, high = (
            convert(x, treatment.duration.unit, "d") for x in (treatment.duration.low, treatment.duration.high)
        )
        return Numbers(low, high, "d")
    end = treatment.stopped_at or (now if treatment.stop_reason == "not_stopped" else None)
    return _days(end - treatment.started_at) if end and treatment.started_at else None


def _fresh_average(assessment: Assessment, ruleset: Ruleset) -> Numbers | None:
    """The average pain, unless it is older than the vocabulary lets it be."""
    average = assessment.datum("pain.nrs.average")
    if average is None or not isinstance(average.possible, Numbers):
        return None
    raws = ruleset.vocabulary.findings.values()
    valid = next((raw.valid_for for raw in raws if raw.from_ == "pain.nrs.average"), None)
    age = _days(assessment.assessed_at - (average.at or assessment.assessed_at)).low
    return None if valid and age > Quantity.parse(valid).to("d").amount else average.possible


def _failing(
    medicine: Medicine, trial: Trial, words: FailedWhen, assessment: Assessment, average: Numbers | None
) -> Truth:
    """Whether a medicine that is still taken has failed: at its present dose long enough, and no relief."""
    since = medicine.changed_at or medicine.started_at
    long_enough = _long_enough(_days(assessment.assessed_at - since) if since else None, trial)
    taken = Truth.APPLIES if medicine.adherence in (None, "full") else Truth.CANNOT_TELL
    verdict = _and(_and(long_enough, taken), _useless(medicine, words, average))
    if verdict is Truth.APPLIES and trial.still_taken == "may-have-failed":
        return Truth.CANNOT_TELL
    return verdict


def _useless(medicine: Medicine, words: FailedWhen, average: Numbers | None) -> Truth:
    if medicine.baseline_average is None or average is None:
        return Truth.CANNOT_TELL
    percent = nrs_response_percent(medicine.baseline_average, average, _SAME_SCALE)
    points = nrs_response_points(medicine.baseline_average, average, _SAME_SCALE)
    share, score = Quantity.parse(words.relief_percent).amount, Decimal(words.relief_points)
    if percent.low >= share or points.low >= score:
        return Truth.DOES_NOT_APPLY
    return _truth(percent.high < share and points.high < score, otherwise=Truth.CANNOT_TELL)


def _long_enough(days: Numbers | None, trial: Trial) -> Truth:
    shortest = Quantity.parse(trial.minimum).to("d").amount
    if days is None:
        return Truth.CANNOT_TELL
    if days.low >= shortest:
        return Truth.APPLIES
    return Truth.CANNOT_TELL if days.high >= shortest else Truth.DOES_NOT_APPLY


def _days(span: timedelta) -> Numbers:
    days = Decimal(span.days) + Decimal(span.seconds) / 86400
    return Numbers(days, days, "d")


def _truth(holds: bool, otherwise: Truth = Truth.DOES_NOT_APPLY) -> Truth:  # noqa: FBT001 - a comparison's answer
    return Truth.APPLIES if holds else otherwise


def _and(one: Truth, other: Truth) -> Truth:
    if Truth.DOES_NOT_APPLY in (one, other):
        return Truth.DOES_NOT_APPLY
    return Truth.APPLIES if one is other is Truth.APPLIES else Truth.CANNOT_TELL


def _or(one: Truth, other: Truth) -> Truth:
    if Truth.APPLIES in (one, other):
        return Truth.APPLIES
    return Truth.DOES_NOT_APPLY if one is other is Truth.DOES_NOT_APPLY else Truth.CANNOT_TELL
