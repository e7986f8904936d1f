"""Every exception that a ruleset declares for what may be unknown is one that some patient needs."""

from __future__ import annotations

from collections.abc import Iterable

from protocol.rules.targets import Candidate
from protocol.verify.bench import Bench, Question
from protocol.verify.excuse import Excuse
from protocol.verify.finding import Outcome
from protocol.verify.logic import every, no, some
from protocol.verify.promises import unchanged

__all__ = ["declared", "needed_excuses"]


def declared(bench: Bench) -> list[tuple[tuple[str, ...], str]]:
    """Every finding that an entry lets be unknown, with the options it does so for; none named is all."""
    entries = bench.program.ruleset.settings.despite_unknown
    return [(entry.options, finding) for entry in entries for finding in entry.while_unknown]


def needed_excuses(bench: Bench, exceptions: Iterable[tuple[tuple[str, ...], str]], *, each: bool = False) -> Outcome:
    """Each finding that options may be offered without would keep one of them back otherwise; with `each`, each."""
    says = "every declared exception of despite_unknown lets something be offered that would wait without it"
    outcome = Outcome("exceptions-needed", says)
    questions: dict[str, Question] = {}
    for options, finding in exceptions:
        named = [c for c in _of(bench, options) if _reads(bench, c, finding)]
        if each and options:
            outcome.count += len(options)
            needing = {c.id for c in named if _needs(bench, c, finding, _question(bench, c, questions))}
            idle = [option for option in options if option not in needing]
        else:
            outcome.count += 1
            # Whom a question was made for already is asked first.
            named.sort(key=lambda c: c.id not in questions)
            needed = any(_needs(bench, c, finding, _question(bench, c, questions)) for c in named)
            idle = [] if needed else [" or ".join(options) or "any option"]
        outcome.notes += [f"{one} while {finding} is unknown: nothing is forgotten by it" for one in idle]
    return outcome


def _of(bench: Bench, options: tuple[str, ...]) -> list[Candidate]:
    if options:
        return [bench.board.by_id[option] for option in options]
    return [c for c in bench.board.candidates if c.rule.kind == "option"]


def _reads(bench: Bench, candidate: Candidate, finding: str) -> bool:
    """Whether the option rests on the finding at all."""
    names = (*bench.about(candidate), *(rule.rule for rule in bench.board.nevers[candidate.id]))
    conditions = [bench.blueprint.condition(name) for name in names]
    return any(finding in Excuse(bench.patient, frozenset()).reads(condition) for condition in conditions)


def _question(bench: Bench, candidate: Candidate, known: dict[str, Question]) -> Question:
    """The two states by themselves: where patients are found, a solver that knows everything is the slower one."""
    if candidate.id not in known:
        asked = bench.forgetting(bench.about(candidate), *bench.board.excused[candidate.id])
        known[candidate.id] = Question(asked.patients, asked.chosen, asked.tied)
    return known[candidate.id]


def _needs(bench: Bench, candidate: Candidate, finding: str, question: Question) -> bool:
    others = unchanged(bench, bench.board.excused[candidate.id] - {finding})
    before, after = bench.standings.of(candidate), bench.forgetful_standings.of(candidate)
    return question.can(after.offered, no(before.offered), others) or _opens_a_never(bench, candidate, finding)


def _opens_a_never(bench: Bench, candidate: Candidate, finding: str) -> bool:
    """Whether, were the finding not declared, the option would be offered although a never-event may hold."""
    narrower = Excuse(bench.patient, bench.board.excused[candidate.id] - {finding})
    rules = bench.board.nevers[candidate.id]
    read = [narrower.reads(bench.program.conditions[rule.rule]) for rule in rules]
    question = bench.question([*bench.about(candidate), *(rule.rule for rule in rules)], *frozenset().union(*read))
    open_ = []
    for rule in rules:
        surely, possibly = bench.patient.named(rule.rule)
        open_.append(every((possibly, no(surely), no(narrower.holds(bench.program.conditions[rule.rule])))))
    return question.can(bench.standings.of(candidate).offered, some(open_))
