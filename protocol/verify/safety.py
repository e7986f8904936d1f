"""What is never offered: never-events, contraindications, and what a red flag withholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from protocol.inference.case import Case
from protocol.rules.rule import Contraindication, Entry, ExcludeThen, Head, Interaction, Never, RedFlag
from protocol.rules.targets import Candidate, hits
from protocol.verify.bench import Bench
from protocol.verify.excuse import Excuse
from protocol.verify.finding import Breach, Outcome
from protocol.verify.logic import Formula, every, no, some
from protocol.verify.replay import Replay, stands, status_of

__all__ = ["barred", "flagged", "nevers"]

_PLAIN = 2
"""Of how many patients for one rule the plainest is looked for; of more the first that comes is shown."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """An option must not be offered while this holds; `rule` says so."""

    rule: Head
    applies: Formula
    holds: Formula
    what: str


def nevers(bench: Bench, candidates: Iterable[Candidate]) -> Outcome:
    """No option that a never-event names is offered while it applies or cannot be told, but for what is declared."""
    outcome = Outcome("never-events", "no option is offered while a never-event against it applies or cannot be told")
    for candidate in candidates:
        excuse = Excuse(bench.patient, bench.board.excused[candidate.id])
        claims = [_never(bench, rule, excuse) for rule in bench.board.nevers[candidate.id]]
        _prove(bench, candidate, claims, outcome, excuse)
    return outcome


def _never(bench: Bench, rule: Never, excuse: Excuse) -> _Claim:
    surely, possibly = bench.patient.named(rule.rule)
    condition = bench.program.conditions[rule.rule]
    holds = some((surely, every((possibly, no(surely), no(excuse.holds(condition))))))
    return _Claim(rule, surely, holds, f"is offered although {rule.rule} says never")


def barred(bench: Bench, candidates: Iterable[Candidate]) -> Outcome:
    """No option is offered while an entry against it applies or, unless it allows that, cannot be told."""
    says = "no option is offered while a contraindication against it applies or cannot be told"
    outcome = Outcome("contraindications", says)
    ruleset = bench.program.ruleset
    rules: list[Contraindication | Interaction] = [*ruleset.of(Contraindication), *ruleset.of(Interaction)]
    for candidate in candidates:
        claims = [
            _entry(bench, rule, entry)
            for rule in rules
            if isinstance(rule.then, ExcludeThen)
            for entry in rule.then.exclude
            if entry.scope in candidate.scopes and hits(entry, candidate)
        ]
        _prove(bench, candidate, claims, outcome)
    return outcome


def flagged(bench: Bench, candidates: Iterable[Candidate]) -> Outcome:
    """Nothing is offered that an open red flag withholds."""
    outcome = Outcome("red-flags", "no option is offered while a red flag withholds it")
    for candidate in candidates:
        claims = [
            _entry(bench, rule, entry)
            for rule in bench.program.ruleset.of(RedFlag)
            for entry in rule.then.withhold
            if entry.scope in candidate.scopes and hits(entry, candidate)
        ]
        _prove(bench, candidate, claims, outcome)
    return outcome


def _entry(bench: Bench, rule: Head, entry: Entry) -> _Claim:
    surely, possibly = bench.patient.named(rule.rule)
    stands = surely if entry.if_unknown == "allow" else possibly
    holds = every((stands, no(bench.standings.approved(entry))))
    return _Claim(rule, surely, holds, f"is offered although {rule.rule} stands against it")


def _prove(
    bench: Bench, candidate: Candidate, claims: list[_Claim], outcome: Outcome, excuse: Excuse | None = None
) -> None:
    """All claims about one option at once, and one by one only where that fails."""
    outcome.count += len(claims)
    offered = bench.standings.of(candidate).offered
    if not claims or offered is False:
        return
    conditions = [*bench.about(candidate), *(claim.rule.rule for claim in claims)]
    more: frozenset[str] = frozenset()
    if excuse is not None:
        more = more.union(*(excuse.reads(bench.program.conditions[claim.rule.rule]) for claim in claims))
    question = bench.question(conditions, *more)
    if not question.can(offered, some(claim.holds for claim in claims)):
        return
    replay = Replay(bench.program, bench.board, question)
    declared = excuse.declared if excuse is not None else frozenset()
    for claim in claims:
        outcome.breaches += _breach(bench, candidate, claim, replay, declared, outcome)


def _breach(
    bench: Bench, candidate: Candidate, claim: _Claim, replay: Replay, declared: frozenset[str], outcome: Outcome
) -> Iterator[Breach]:
    def breaks(case: Case) -> bool:
        return status_of(case, candidate, bench.board) == "offered" and stands(case, claim.rule, declared)

    plain = sum(breach.rule == claim.rule.rule for breach in outcome.breaches) < _PLAIN
    offered = bench.standings.of(candidate).offered
    # Somebody of whom it is known says more than somebody of whom it cannot be told.
    sure = (offered, claim.holds, claim.applies)
    shown = replay.show(sure, breaks, plain=plain) or replay.show((offered, claim.holds), breaks, plain=plain)
    if shown is not None:
        yield Breach(claim.rule.rule, candidate.id, f"{candidate.id} {claim.what}", **shown)
