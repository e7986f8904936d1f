"""Promise 3: forgetting is safe.

Forgetting is safe: make any one finding unknown (a list: unclosed, not shorter) and no treatment line
becomes offered or first that was not, no dose rises, no interval shortens, no start moves forward.

Excepted are what ruleset.yaml declares (`despite_unknown`, `substitutions`), lost plus points and minus
points that now count (order only), and a fact that is half of a conflict. Alerts, questions, referrals,
monitoring may appear.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.document import load
from protocol.inference.case import Case
from protocol.inference.examples import given as given_in
from protocol.inference.program import Program
from protocol.plan.judge import judge
from protocol.possible import Possible
from protocol.rules.rule import Head
from protocol.rules.settings import DespiteUnknown, Substitution
from protocol.terms import Truth
from tests.engines import NAMES, ROOT, Decided, Name, decide, engine, plan_of
from tests.entries import put
from tests.forgetting import Breach, breaches, forgettings
from tests.plans import barriers, named, options
from tests.strategies import approved, assessments, bases, fewer
from tests.usual_patients import usual_record

EXAMPLES = sorted((ROOT / "examples").glob("*/assessment.yaml"))
FACTS_A_PATIENT = 8


def _plan(name: Name, document: dict[str, Any]) -> Decided:
    ours = engine(name)
    return plan_of(ours.program, ours.board, Assessment.read(document))


def _check(name: Name, before: Decided, smaller: dict[str, Any], forgotten: str) -> list[Breach]:
    found = list(breaches(before, _plan(name, smaller), engine(name).program))
    for breach in found:
        assert breach.excepted, f"{breach.option} {breach.what} when {forgotten} is forgotten"
    return found


@pytest.mark.parametrize("story", EXAMPLES, ids=[story.parent.name for story in EXAMPLES])
def test_every_fact_of_every_example(story: Path) -> None:
    """Forgetting is safe: each optional fact of each example in turn."""
    document = load(story.read_bytes(), story.name).data
    before = _plan("shipped", document)
    for forgotten in forgettings(document):
        _check("shipped", before, forgotten.document, forgotten.name)


@pytest.mark.parametrize("name", NAMES)
@fewer(4)
@given(data=st.data())
def test_drawn_patients(name: Name, data: st.DataObject) -> None:
    """Forgetting is safe: some facts of drawn patients."""
    document = data.draw(assessments(name))
    before = _plan(name, document)
    possible = list(forgettings(document))
    for forgotten in data.draw(st.lists(st.sampled_from(possible), max_size=FACTS_A_PATIENT)) if possible else ():
        for breach in _check(name, before, forgotten.document, forgotten.name):
            event(str(breach.excepted))


@cache
def _patients(name: Name) -> tuple[Assessment, ...]:
    """A few patients on whom exceptions are looked for: usual records and worked cases."""
    chance = Random(3)  # noqa: S311 - patients are drawn, not keys
    usual = [usual_record(chance, engine(name).program.ruleset) for _ in range(4)]
    documents = [copy.deepcopy(d) for d in (bases()[1], *usual, *bases()[2:6], bases()[0])]
    for document in documents:
        # What a person must approve is another matter than what is unknown.
        put(document, "status.approvals", list(approved(name)))
    return tuple(Assessment.read(document) for document in documents)


def _made_to(program: Program, rule: Head, verdict: str) -> Iterator[dict[str, Possible]]:
    """What the rule's own examples say must be so for it to have this verdict."""
    for example in rule.examples:
        if example.expect == verdict:
            findings = given_in(program, example.given)
            yield {name: findings.values[name] for name in example.given}


def _status(name: Name, patient: Assessment, option: str, held: dict[str, Possible]) -> tuple[Case, str]:
    """How the option stands by its rules alone, once whatever else speaks against it has been answered."""
    ours = engine(name)
    candidate = next(c for c in ours.program.candidates if c.id == option)
    answered = dict(held)
    for _ in range(3):
        case = decide(ours.program, patient, answered)
        judgement = judge(candidate, case, ours.board)
        against = [o.rule for o in judgement.objections if o.status != "opened"]
        for rule in against:
            clear = next(_made_to(ours.program, rule, "does-not-apply"), {})
            answered = clear | answered
        if judgement.status == "offered" or not against:
            break
    return case, judgement.status


def _met_unknown(name: Name, entry: DespiteUnknown, option: str) -> bool:
    """Whether some patient is offered the option while a finding that would hold it back is unknown."""
    program = engine(name).program
    domains = program.domains.of
    all_unknown = {finding: domains[finding] for finding in entry.while_unknown}
    for patient in _patients(name):
        for held in _made_to(program, options(program.ruleset)[option], "applies"):
            for unknown in (all_unknown, *({finding: domains[finding]} for finding in entry.while_unknown)):
                case, status = _status(name, patient, option, held | unknown)
                if status == "offered" and _allowed(case, option):
                    return True
    return False


def _allowed(case: Case, option: str) -> bool:
    """Whether an entry against the option cannot be told and says that this is no bar."""
    return any(
        case.verdicts[rule.rule] is Truth.CANNOT_TELL
        and entry.if_unknown == "allow"
        and option in named(case.program, entry)
        for rule, entry in barriers(case.program.ruleset)
    )


def _met_instead(name: Name, change: Substitution) -> bool:
    """Whether something speaks against the one option for a patient who is then offered the other."""
    program = engine(name).program
    against = [rule for rule, entry in barriers(program.ruleset) if change.when_lost in named(program, entry)]
    for appears in _made_to(program, options(program.ruleset)[change.may_appear], "applies"):
        for lost in ({}, *(held for rule in against for held in _made_to(program, rule, "applies"))):
            for patient in _patients(name)[:3]:
                _, status = _status(name, patient, change.may_appear, lost | appears)
                if status == "offered" and _lost(name, patient, change.when_lost, lost | appears):
                    return True
    return False


def _lost(name: Name, patient: Assessment, option: str, held: dict[str, Possible]) -> bool:
    ours = engine(name)
    candidate = next(c for c in ours.program.candidates if c.id == option)
    return judge(candidate, decide(ours.program, patient, held), ours.board).status != "offered"


@pytest.mark.parametrize("name", NAMES)
def test_every_exception_is_exercised(name: Name, capsys: pytest.CaptureFixture[str]) -> None:
    """The exceptions are data: they are printed, and one that no patient meets has no reason to be there."""
    declared = engine(name).program.ruleset.settings
    met: dict[str, bool] = {}
    told: list[str] = []
    for entry in declared.despite_unknown:
        for option in entry.options or (None,):
            line = f"{option or 'any option'} despite unknown {', '.join(entry.while_unknown)}"
            # An entry without options lets findings be counted as known: any plan at all meets it.
            met[line] = option is None or _met_unknown(name, entry, option)
            told.append(f"{line}: {entry.because}")
    for change in declared.substitutions:
        line = f"{change.may_appear} for {change.when_lost}"
        met[line] = _met_instead(name, change)
        told.append(f"{line}: {change.because}")
    with capsys.disabled():
        print(f"\n{name}: exceptions to promise 3:", *sorted(told), sep="\n  ", end="")  # noqa: T201
    unmet = [line for line, is_met in met.items() if not is_met]
    assert not unmet, "\n".join(["never met:", *unmet])
