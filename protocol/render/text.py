"""The plan as a letter: dangers first, then what to ask, then what to do, each with its reason.

Nothing here is decided, left out silently or softened: what is not shown is counted, and the text says how
to see it. There is no sentence that says that a danger is absent; there is only a list of what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from protocol.plan.compare import Since
from protocol.plan.explanation import WhyNot
from protocol.plan.model import Plan, Question
from protocol.render.alerts import write_alerts
from protocol.render.explained import write_why_not
from protocol.render.lines import dosed, key_of, said, write_step, write_waiting
from protocol.render.names import Names
from protocol.render.page import Page, lowered, opening, sentence
from protocol.render.phrases import (
    cited,
    grade_text,
    grades_text,
    listed,
    moment,
    refer_text,
    words,
)
from protocol.render.reasons import write_facts, write_reasons
from protocol.render.record import write_record
from protocol.render.since import write_since
from protocol.render.why import names_on, render_why
from protocol.rules.settings import Source

__all__ = ["names_on", "render", "render_questions", "render_why"]

WIDTH = 100
_MOST_QUESTIONS = 6
_MOST_REFUSED = 3
_HELD = "Held:"
_MOST_PARTS = 4
_CLOSING = "This plan offers options to a professional who decides. It orders nothing and is not for patients."
Sources = Mapping[str, Source] | None


def render(  # noqa: PLR0913 - what a reader may want of a plan
    plan: Plan,
    *,
    everything: bool = False,
    width: int = WIDTH,
    bold: bool = False,
    sources: Mapping[str, Source] | None = None,
    flags: Mapping[str, str] | None = None,
    since: Since | None = None,
    why_not: Sequence[WhyNot] = (),
) -> str:
    """The plan as text.

    `everything` leaves nothing out: all questions, refused options, calculations, reasons and the trace.
    `sources` gives full citations; `flags` names every red flag of the ruleset by its id, so that the text
    can say which ones were asked about. `since` tells what changed from an earlier plan; `why_not` adds one
    sentence for each option that is not a first choice, where nothing is left out.
    """
    page = Page(width, bold=bold)
    names = Names(plan)
    full = (sources or {}) if everything else None
    _write_header(page, plan, full)
    write_alerts(page, plan, names, flags, full)
    _write_conflicts(page, plan)
    _write_questions(page, plan, names, whole=everything)
    _write_summary(page, plan, full)
    if since is not None:
        write_since(page, since, whole=everything)
    for step in plan.steps:
        write_step(page, step, plan, names, full)
    write_waiting(page, plan, names)
    _write_refused(page, plan, names, full)
    _write_monitoring(page, plan, full)
    if everything and why_not:
        write_why_not(page, why_not)
    if everything:
        write_record(page, plan)
    _write_end(page, plan, everything=everything)
    return page.text()


def render_questions(plan: Plan, *, width: int = WIDTH, bold: bool = False) -> str:
    """Every question of the plan, the one that unlocks most first."""
    page = Page(width, bold=bold)
    if plan.questions:
        _write_questions(page, plan, Names(plan), whole=True)
    else:
        page.say("Nothing is left to ask: no missing answer would change this plan.")
    return page.text().lstrip("\n")


def _write_header(page: Page, plan: Plan, full: Sources) -> None:
    patient = str(plan.trace.input.get("assessment_id") or "without a name")
    rules = f"rules {plan.ruleset.version}"
    page.say(f"Patient {patient} | {moment(plan.as_of)} | {rules} | {plan.ruleset.sign_off}")
    if plan.scope.status == "out-of-scope":
        page.heading("OUT OF SCOPE: this ruleset does not speak about this patient")
        for reason in plan.scope.because:
            page.say(f"{sentence(reason.say or reason.title)} {cited(reason.cite)}", 2, "-")
        if full is not None:
            write_reasons(page, plan.scope.because, full, 2)


def _write_conflicts(page: Page, plan: Plan) -> None:
    if not plan.conflicts:
        return
    page.heading("CONTRADICTIONS: nothing here was resolved for you")
    for clash in plan.conflicts:
        page.say(sentence(clash.say), 2, "-")
        write_facts(page, clash.facts, 4)
        if clash.refer:
            page.say(sentence(refer_text(clash.refer)), 4, "Refer to:")


def _write_questions(page: Page, plan: Plan, names: Names, *, whole: bool) -> None:
    if not plan.questions:
        return
    page.heading("QUESTIONS, the most useful first")
    most = len(plan.questions) if whole else _MOST_QUESTIONS
    for number, question in enumerate(plan.questions[:most], 1):
        label = f"{number}."
        missing = listed(_some([_missing(a.title, a.standing) for a in question.answers], whole=whole))
        if whole:
            page.say(f"{sentence(question.ask)} ({question.effort})", 2, label)
            page.say(missing, 3 + len(label), "Missing:")
        else:
            page.say(f"{words(question.question).capitalize()} ({question.effort}): {missing}.", 2, label)
        page.say(_unlocks(question, names, whole=whole), 3 + len(label), "Unlocks:")
    if len(plan.questions) > most:
        page.say(f"And {len(plan.questions) - most} more.", 2)
    if not whole:
        page.say("Every question in full: mps ask FILE", 2)


def _missing(title: str, standing: str) -> str:
    return lowered(title) if standing == "absent" else f"{lowered(title)} ({words(standing)})"


def _some(parts: Sequence[str], *, whole: bool) -> list[str]:
    """All parts, or the first few and how many more there are."""
    rest = 0 if whole else len(parts) - _MOST_PARTS
    return [*parts[:_MOST_PARTS], f"{rest} more"] if rest > 0 else list(parts)


def _unlocks(question: Question, names: Names, *, whole: bool) -> str:
    flags = question.red_flags
    firsts = [names.option(option) for option in question.first_choices]
    parts = (
        f"red flag{'s' if len(flags) > 1 else ''} {listed(map(names.flag, flags))}" if flags else "",
        f"first choice {listed(_some(firsts, whole=whole))}" if firsts else "",
        f"{question.others} other line{'s' if question.others != 1 else ''}" if question.others else "",
    )
    return "; ".join(part for part in parts if part)


def _write_summary(page: Page, plan: Plan, full: Sources) -> None:
    page.gap()
    if plan.syndrome:
        page.say(f"{plan.syndrome.title.rstrip('.')} ({grades_text(plan.syndrome)})", 0, "Syndrome:")
    likely = [m for m in plan.mechanisms if m.grades and set(m.grades) <= {"definite", "probable"}]
    if plan.mechanisms:
        page.say(listed(map(grade_text, likely)) or "none is probable or definite yet", 0, "Mechanisms:")
    if full is not None:
        for grade in (*((plan.syndrome,) if plan.syndrome else ()), *plan.mechanisms):
            page.say(f"{grade_text(grade)}: {sentence(grade.title)}", 2, "-")
            write_reasons(page, grade.because, full, 4)


def _write_refused(page: Page, plan: Plan, names: Names, full: Sources) -> None:
    held = [line for line in plan.withheld if full is not None or line.option not in names.held_first]
    if not (held or plan.excluded):
        return
    page.heading("NOT OFFERED")
    if full is None:
        page.say(listed(f"{names.option(line.option)} [{line.option}]" for line in held), 2, _HELD)
        drugs = [line for line in plan.excluded if line.kind == "option"]
        for line in drugs[:_MOST_REFUSED]:
            page.say(f"{names.option(line.option)} - {opening(line.say)} [{line.option}]", 2, "Excluded:")
        rest = [names.option(line.option) for line in plan.excluded if line not in drugs[:_MOST_REFUSED]]
        page.say(listed(rest), 2, "Excluded:" if not drugs else "Excluded too:")
        page.say("Why one of these is not there: mps why-not FILE and its word in [brackets].", 2)
        return
    for label, lines in ((_HELD, held), ("Excluded:", plan.excluded)):
        for line in lines:
            answer = names.first_answer(line) if label == _HELD else ""
            why = f"{sentence(line.say)} First answer {answer}." if answer else sentence(line.say)
            page.say(f"{names.option(line.option)} - {why} [{line.option}]", 2, label)
            write_reasons(page, line.because, full, 6)


def _write_monitoring(page: Page, plan: Plan, full: Sources) -> None:
    if plan.monitoring or plan.surveillance:
        page.heading("MONITORING")
    if full is None:
        watched = [f"{line.title.rstrip('.')} [{key_of(line)}]" for line in plan.monitoring]
        page.say("; ".join(watched), 2)
        for text in plan.surveillance:
            page.say(sentence(text), 2)
        return
    for line in plan.monitoring:
        to = f" Ask: {sentence(refer_text(line.refer))}" if line.refer else ""
        text = f"{sentence(dosed(line))}{said(line, whole=full is not None)}{to} [{key_of(line)}]"
        page.say(text, 2, "-")
        if full is not None:
            write_reasons(page, line.because, full, 4)
    for text in plan.surveillance:
        page.say(sentence(text), 2, "-")


def _write_end(page: Page, plan: Plan, *, everything: bool) -> None:
    page.gap()
    if plan.review:
        because = "; ".join(lowered(text).rstrip(".") for text in plan.review.because)
        page.say(sentence(f"{moment(plan.review.due)}: {because}"), 0, "Next review by")
    page.say(sentence(plan.evidence_note), 0, "Evidence:")
    if not everything:
        page.say("Why a line stands here, in full: mps why FILE and the word in [brackets] at its end.")
    page.say(_CLOSING)
