"""What to ask next: every unknown fact by what its answer could change, or that nothing would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from protocol.inference.case import Case
from protocol.inference.program import row_name
from protocol.plan.current import open_reviews
from protocol.plan.explanation import AskNext, Wanted
from protocol.plan.reasons import title_of
from protocol.plan.reasons_against import Against
from protocol.rules.condition import Comparison, Missing, comparisons
from protocol.rules.rule import RedFlag, ScopeRule
from protocol.rules.vocabulary import Question
from protocol.terms import Truth

__all__ = ["ask_next"]

_URGENCY = ("E0", "E1", "E2", "E3")
_EFFORT = ("look", "ask", "examine", "blood", "scan")


@dataclass(slots=True)
class _Could:
    """What the answer to one fact could change."""

    red_flags: dict[str, str] = field(default_factory=dict)
    firsts: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)


def ask_next(against: Against) -> AskNext:
    """The unknown facts, the most urgent red flag first, then how many lines wait, then effort.

    A fact is listed where a rule that speaks of something on the plan hangs on it: more than the questions of
    the plan, which leave out what only warnings, doses and alternatives need.
    """
    could = _gather(against)
    case = against.case
    acts = {name: act for act in case.program.ruleset.vocabulary.questions for name in act.answers}
    order = {name: i for i, name in enumerate(acts)}
    wanted = [_wanted(case, name, found, acts.get(name)) for name, found in could.items()]
    wanted.sort(key=lambda w: (*_rank(w), order.get(w.finding, len(order)), w.finding))
    if not wanted:
        return AskNext(status="stable", say="Stable: no unknown fact could change this plan.", wanted=())
    urgent = sum(1 for w in wanted if w.urgency)
    flags = f"; {urgent} could raise or exclude a red flag" if urgent else ""
    count = f"{len(wanted)} unknown facts" if len(wanted) > 1 else "1 unknown fact"
    return AskNext(status="open", say=f"{count} could change this plan{flags}.", wanted=tuple(wanted))


def _rank(wanted: Wanted) -> tuple[int, int, int, int]:
    urgency = _URGENCY.index(wanted.urgency) if wanted.urgency else len(_URGENCY)
    effort = _EFFORT.index(wanted.effort) if wanted.effort else len(_EFFORT)
    return urgency, -len(wanted.first_choices), -len(wanted.lines), effort


def _wanted(case: Case, name: str, could: _Could, act: Question | None) -> Wanted:
    seen = case.facts.seen.get(name)
    return Wanted(
        finding=name,
        title=title_of(case, name),
        standing=seen.standing if seen else "absent",
        question=act.question if act else None,
        effort=act.effort if act else None,
        urgency=min(could.red_flags.values(), default=None),  # type: ignore[arg-type]
        red_flags=tuple(sorted(could.red_flags)),
        first_choices=tuple(sorted(could.firsts)),
        lines=tuple(sorted(could.lines - could.firsts)),
    )


def _gather(against: Against) -> dict[str, _Could]:
    case = against.case
    found: dict[str, _Could] = {}

    def need(rule: str) -> list[_Could]:
        return [found.setdefault(name, _Could()) for name in sorted(_open(rule, case))]

    for scope in case.program.ruleset.of(ScopeRule):
        for could in need(scope.rule):
            could.lines.add("scope")
    if against.scope:
        return found
    for flag in case.program.ruleset.of(RedFlag):
        alert = flag.then.alert
        for could in need(flag.rule):
            sooner = min(alert.urgency, could.red_flags.get(alert.flag, alert.urgency))
            could.red_flags[alert.flag] = sooner
    firsts = {j.candidate.id for chosen in against.desk.arms for j in chosen.firsts()}
    for option in against.judgements:
        for rule in _speaking_of(option, against):
            for could in need(rule):
                (could.firsts if option in firsts else could.lines).add(option)
    for review, index in open_reviews(case):
        medicine = case.facts.taken.medicines[index] if case.facts.taken else None
        for could in need(review.rule):
            could.lines.add(f"current/{medicine.label if medicine else index}")
    return found


def _speaking_of(option: str, against: Against) -> Iterable[str]:
    """The conditions that can still change the line of an option, or bring one."""
    board, judgement = against.board, against.judgements[option]
    candidate = judgement.candidate
    if judgement.status == "not-indicated":
        # Decided, and no answer to another fact can undo it; only a row that sees ignorance can.
        yield candidate.rule.rule
        return
    yield candidate.rule.rule
    yield from (barrier.rule.rule for barrier in board.barriers[option])
    if judgement.status == "excluded":
        return
    for group in (board.cautions, board.companions, board.limits):
        yield from (rule.rule for rule in group[option])
    yield from (rule.rule for rule, _ in board.points[option])
    if candidate.drug and candidate.regimen:
        prefix = f"{candidate.drug.drug}/{candidate.regimen.regimen}/"
        yield from (name for name in against.case.program.conditions if name.startswith(prefix))


def _open(name: str, case: Case) -> frozenset[str]:
    """The unknown facts on which a condition hangs, what it says for lack of them included."""
    inputs = case.open_inputs(name) if case.verdicts.get(name) is Truth.CANNOT_TELL else frozenset()
    return inputs | _ignorant(name, case)


def _ignorant(name: str, case: Case) -> frozenset[str]:
    """The unknown facts whose absence a condition sees, directly or in the rows of what it reads."""
    condition = case.program.conditions.get(name)
    if condition is None:
        return frozenset()
    found: frozenset[str] = frozenset()
    for comparison in comparisons(condition):
        found |= case.remember(("ignorant", comparison), partial(_seen_missing, comparison, case))
    return found


def _seen_missing(comparison: Comparison, case: Case) -> frozenset[str]:
    finding = comparison.finding
    if isinstance(comparison, Missing):
        behind = case.program.raw_behind.get(finding, frozenset({finding}))
        return (
            frozenset(n for n in behind if not case.value(n).known) if finding in case.findings.unknown else frozenset()
        )
    rule = case.program.deriving.get(finding)
    if rule is None or rule.then.derive.calculate is not None:
        return frozenset()
    rows = (row_name(rule, i) for i in range(len(rule.then.derive.rows)))
    return frozenset().union(*(_ignorant(name, case) for name in rows))
