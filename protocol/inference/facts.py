"""From an assessment to raw findings: what is known, what is stale, what a closing fact closes, what conflicts.

Nothing is filled in. A value that is absent, too old, undated where its date matters, or contradicted leaves
its whole domain (or, for contradicting scores, the range they span), and the reason is kept for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from protocol.assessment import FIELDS, Assessment
from protocol.inference.medicines import Taken, allergy_members, approval_members, medicine_finding, take_stock
from protocol.inference.program import Program
from protocol.inference.trials import TRIED, Tried, look_back, trial_finding
from protocol.possible import Members, Numbers, Possible, Words, hull
from protocol.quantity import convert
from protocol.rules.spans import seconds
from protocol.rules.vocabulary import Conflict, Event, RawFinding

__all__ = ["Facts", "Seen", "Standing", "gather"]

Standing = Literal["stated", "absent", "stale", "undated", "closed", "conflict", "derived"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One finding as it enters the rules, and why it is what it is."""

    finding: str
    possible: Possible
    standing: Standing
    at: datetime | None = None
    source: str | None = None
    entered: str | None = None


@dataclass(slots=True)
class Facts:
    """Every raw finding of one assessment, its conflicts, and what is taken."""

    seen: dict[str, Seen] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    taken: Taken | None = None
    tried: Tried | None = None


def gather(assessment: Assessment, program: Program) -> Facts:
    """Read every raw finding of the vocabulary out of an assessment."""
    vocabulary = program.ruleset.vocabulary
    facts = Facts(taken=take_stock(assessment, program.ruleset), tried=look_back(assessment, program.ruleset))
    absent = program.remember("absent", lambda: _absent(program))
    for name, raw in vocabulary.findings.items():
        if raw.medicine is None:
            facts.seen[name] = _seen(name, raw, assessment, program, facts) or absent[name]
    for name, raw in vocabulary.findings.items():
        if raw.closed_by is not None and not (raw.from_ and assessment.said_unknown(raw.from_)):
            facts.seen[name] = _close(facts.seen[name], raw, facts)
    _contradict(vocabulary.conflicts, program, facts)
    return facts


def _absent(program: Program) -> dict[str, Seen]:
    """Every raw finding while nothing was entered for it: the same for all patients."""
    return {name: Seen(name, program.domains.of[name], "absent") for name in program.ruleset.vocabulary.findings}


def _seen(name: str, raw: RawFinding, assessment: Assessment, program: Program, facts: Facts) -> Seen | None:
    """A raw finding as it was entered; None where it was not."""
    domain = program.domains.of[name]
    if raw.from_ is not None and raw.age is not None:
        return _age(name, raw, assessment)
    if raw.from_ is not None:
        return _dated(name, raw, assessment, domain, program.ruleset.vocabulary.events)
    if raw.medicines in TRIED and facts.tried is not None:
        return _stated(name, trial_finding(str(raw.medicines), facts.tried, domain), domain)
    if raw.closures is not None:
        return _closure(name, raw, assessment)
    if raw.medicines is not None and facts.taken is not None:
        return _stated(name, medicine_finding(raw, facts.taken, domain, assessment.assessed_at), domain)
    if raw.allergies is not None:
        return _stated(name, allergy_members(raw.allergies, assessment, program.ruleset, domain), domain)
    window = timedelta(seconds=float(seconds(raw.approvals or "0 d")))
    return _stated(name, approval_members(assessment, window, domain), domain)


def _stated(name: str, value: Possible, domain: Possible) -> Seen:
    return Seen(name, value, "absent" if value == domain else "stated")


def _dated(
    name: str, raw: RawFinding, assessment: Assessment, domain: Possible, events: Mapping[str, Event]
) -> Seen | None:
    datum = assessment.datum(str(raw.from_))
    if datum is None:
        return None
    at = datum.at or (assessment.assessed_at if raw.observed == "bedside" else None)
    standing = _standing(at, raw, assessment, events)
    value = _open_list(datum.possible, domain) if standing == "stated" else domain
    return Seen(name, value, standing, at, datum.source, datum.entered)


def _standing(at: datetime | None, raw: RawFinding, assessment: Assessment, events: Mapping[str, Event]) -> Standing:
    """Whether a value counts: dated, fresh, and newer than every event that would have changed it.

    An event without a time may have come after the value, unless it is known not to have happened.
    """
    if at is None:
        return "undated" if raw.valid_for or raw.not_before else "stated"
    if raw.valid_for is not None and _seconds(assessment.assessed_at - at) > seconds(raw.valid_for):
        return "stale"
    for path in raw.not_before:
        moment = assessment.moment(path)
        if moment is not None and at < moment:
            return "stale"
        if moment is None and path in events and not _did_not_happen(events[path], assessment):
            return "undated"
    return "stated"


def _did_not_happen(event: Event, assessment: Assessment) -> bool:
    datum = assessment.datum(event.field)
    return datum is not None and isinstance(datum.possible, Words) and datum.possible.options <= frozenset(event.absent)


def _open_list(value: Possible, domain: Possible) -> Possible:
    """A list says what is present; what it leaves out stays possible until a closing fact holds."""
    if isinstance(value, Members) and isinstance(domain, Members):
        return Members(value.listed, domain.possible)
    return value


def _age(name: str, raw: RawFinding, assessment: Assessment) -> Seen | None:
    moment = _moment(str(raw.from_), assessment)
    if moment is None:
        return None
    elapsed = convert(_seconds(assessment.assessed_at - moment), "s", str(raw.age))
    return Seen(name, Numbers(elapsed, elapsed, str(raw.age)), "stated", moment, None, moment.isoformat())


def _closure(name: str, raw: RawFinding, assessment: Assessment) -> Seen | None:
    """Whether a red flag was closed, or how long ago. What is not recorded was not closed: it opens nothing."""
    found = max((c.at for c in assessment.closed_flags if c.flag == raw.closures), default=None)
    elapsed = _seconds(assessment.assessed_at - found) if found else None
    if raw.age is not None:
        if found is None or elapsed is None:
            return None
        age = convert(elapsed, "s", raw.age)
        return Seen(name, Numbers(age, age, raw.age), "stated", found, None, found.isoformat())
    longest = seconds(raw.valid_for) if raw.valid_for else None
    holds = elapsed is not None and (longest is None or elapsed <= longest)
    return Seen(name, Words(frozenset({"present" if holds else "absent"})), "stated", found)


def _moment(path: str, assessment: Assessment) -> datetime | None:
    """A time of the assessment: the field itself, or when its value was taken."""
    if FIELDS[path].kind == "moment":
        return assessment.moment(path)
    datum = assessment.datum(path)
    return datum.at if datum else None


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span.days * 86400 + span.seconds) + Decimal(span.microseconds) / 1_000_000


def _close(seen: Seen, raw: RawFinding, facts: Facts) -> Seen:
    """Apply a closing fact: what is not listed, or not answered, is then absent."""
    closing = raw.closed_by
    if closing is None:
        return seen
    fact = facts.seen[closing.finding].possible
    if not (isinstance(fact, Words) and fact.options <= frozenset(closing.is_)):
        return seen
    if isinstance(seen.possible, Members) and seen.standing in ("stated", "absent"):
        return Seen(
            seen.finding,
            Members(seen.possible.listed, seen.possible.listed),
            "closed",
            seen.at,
            closing.finding,
            seen.entered,
        )
    if seen.standing == "absent" and closing.absent_as is not None:
        return Seen(seen.finding, Words(frozenset({closing.absent_as})), "closed", None, closing.finding, None)
    return seen


def _contradict(conflicts: Iterable[Conflict], program: Program, facts: Facts) -> None:
    """Find the declared conflicts; the facts they touch keep only what does not take a side.

    Each is looked for in what was stated, so that the order in which they are declared changes nothing.
    """
    stated = dict(facts.seen)
    for conflict in sorted(conflicts, key=lambda c: c.conflict):
        spans = _spans(conflict, stated, program)
        if spans:
            facts.conflicts.append(conflict)
        for name, value in spans.items():
            seen, now = stated[name], facts.seen[name]
            both = hull([now.possible, value]) if now.standing == "conflict" else value
            facts.seen[name] = Seen(name, both, "conflict", seen.at, seen.source, seen.entered)


def _spans(conflict: Conflict, stated: Mapping[str, Seen], program: Program) -> dict[str, Possible]:
    """What the facts of one conflict may still be; nothing when they do not contradict."""
    if conflict.together:
        values = {name: stated[name].possible for name in conflict.together}
        all_so = all(isinstance(v, Words) and v.options <= frozenset(conflict.together[n]) for n, v in values.items())
        return {name: program.domains.of[name] for name in values} if all_so else {}
    names = conflict.order or conflict.agree or ()
    one, other = (stated[name].possible for name in names)
    if conflict.order and _out_of_order(one, other):
        return dict.fromkeys(names, hull([one, other]))
    if conflict.agree and _disagree(one, other, frozenset(conflict.unless)):
        return {name: program.domains.of[name] for name in names}
    return {}


def _out_of_order(low: Possible, high: Possible) -> bool:
    return isinstance(low, Numbers) and isinstance(high, Numbers) and low.low > high.high


def _disagree(one: Possible, other: Possible, unless: frozenset[str]) -> bool:
    if not (isinstance(one, Words) and isinstance(other, Words)):
        return False
    return not (one.options & other.options) and not ((one.options | other.options) & unless)
