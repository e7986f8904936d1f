"""All about one thing on a plan: a line, an option that is not offered, an alert, a mechanism, a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from protocol.plan.model import (
    Alert,
    Calculation,
    Companion,
    Dose,
    Grade,
    NotIndicated,
    Plan,
    PlanLine,
    Question,
    Reason,
    RefusedLine,
    RescueDose,
)
from protocol.render.lines import dosed, write_detail
from protocol.render.names import Names
from protocol.render.page import Page, clean, sentence
from protocol.render.phrases import URGENCY, arm_text, dose_line, grade_text, listed, refer_text, words
from protocol.render.reasons import unknown_facts, write_reasons
from protocol.render.record import write_calculation
from protocol.rules.settings import Source

__all__ = ["names_on", "render_why"]

_STATUS = {
    "offered": "Offered",
    "withheld": "Held until what is unknown is answered",
    "excluded": "Excluded",
    "refer": "For the person named to decide",
}
Write = Callable[[Page], None]


def names_on(plan: Plan) -> dict[str, str]:
    """Every word that `render_why` can explain, and what it is called."""
    found: dict[str, str] = {}
    for name, title, _ in _things(plan, Names(plan), {}):
        found.setdefault(name, title)
    return found


def render_why(
    plan: Plan,
    name: str,
    sources: Mapping[str, Source] | None = None,
    *,
    width: int = 100,
    bold: bool = False,
) -> str:
    """Everything about one word of the plan: rules, what they saw, what is unknown, working and sources.

    Raises:  LookupError when nothing on the plan has that name (`names_on` lists those that exist).
    """
    page = Page(width, bold=bold)
    wanted = [write for key, _, write in _things(plan, Names(plan), sources or {}) if key == name]
    if not wanted:
        raise LookupError(name)
    for write in wanted:
        write(page)
    return page.text()


def _things(plan: Plan, names: Names, sources: Mapping[str, Source]) -> Iterator[tuple[str, str, Write]]:
    for line in names.lines:
        for key in dict.fromkeys((line.option or line.id, line.id)):
            yield key, line.title, partial(_line, line=line, names=names, sources=sources)
        for added in line.companions:
            yield added.companion, added.say, partial(_companion, companion=added, line=line, sources=sources)
    for status, refused in (("withheld", plan.withheld), ("excluded", plan.excluded)):
        for option in refused:
            if not any(option.option == line.option for line in names.lines):
                write = partial(_refused, line=option, status=status, names=names, sources=sources)
                yield option.option, option.title, write
    for other in plan.trace.not_indicated:
        yield other.option, words(other.option), partial(_not_indicated, option=other)
    for alert in plan.alerts:
        yield alert.flag, alert.title, partial(_alert, alert=alert, sources=sources)
    for grade in (*((plan.syndrome,) if plan.syndrome else ()), *plan.mechanisms):
        yield grade.finding, grade.title, partial(_grade, grade=grade, sources=sources)
    for number in plan.calculations:
        yield number.finding, number.title, partial(_calculation, calculation=number)
    for question in plan.questions:
        yield question.question, question.ask, partial(_question, question=question, names=names)


def _line(page: Page, line: PlanLine, names: Names, sources: Mapping[str, Source]) -> None:
    page.heading(f"{line.action.capitalize()}: {dosed(line)}")
    choice = {"first": ", first choice", "alternative": ", alternative"}.get(line.choice or "", "")
    page.say(f"{_STATUS[line.status]}{choice}; {arm_text(line.arm)}.", 2)
    if line.mechanisms:
        page.say(sentence(listed(map(names.mechanism, line.mechanisms))), 2, "For:")
    write_detail(page, line, 2, whole=True)
    _working(page, line.dose, line.rescue)
    _reasons(page, line.because, sources)


def _companion(page: Page, companion: Companion, line: PlanLine, sources: Mapping[str, Source]) -> None:
    page.heading(f"Goes with {clean(line.title)}: {clean(companion.say)}")
    if companion.dose:
        page.say(sentence(dose_line(companion.dose, companion.say)), 2, "Dose:")
    _working(page, companion.dose, None)
    _reasons(page, companion.because, sources)


def _refused(page: Page, line: RefusedLine, status: str, names: Names, sources: Mapping[str, Source]) -> None:
    page.heading(f"Not offered: {clean(line.title)}")
    page.say(f"{_STATUS[status]}; {arm_text(line.arm)}.", 2)
    page.say(sentence(line.say), 2)
    if line.answers_needed:
        needed = listed(map(names.finding, line.answers_needed))
        asked = names.numbers(line.answers_needed)
        page.say(sentence(f"{needed} ({asked})" if asked else needed), 2, "First answer:")
    _reasons(page, line.because, sources)


def _not_indicated(page: Page, option: NotIndicated) -> None:
    page.heading(f"Not indicated: {words(option.option)}")
    page.say(sentence(option.reason), 2)


def _alert(page: Page, alert: Alert, sources: Mapping[str, Source]) -> None:
    state = "raised" if alert.status == "raised" else "not excluded"
    page.heading(f"{alert.title}, {words(alert.level)}: {state}; {URGENCY[alert.urgency].lower()}")
    page.say(sentence(alert.say), 2)
    for act in alert.do:
        page.say(sentence(act), 2, "-")
    if alert.refer:
        page.say(sentence(refer_text(alert.refer)), 2, "Refer to:")
    if alert.withholds:
        page.say(sentence(listed(map(words, alert.withholds))), 2, "Holds back:")
    _reasons(page, alert.because, sources)


def _grade(page: Page, grade: Grade, sources: Mapping[str, Source]) -> None:
    page.heading(f"{grade_text(grade)}: {clean(grade.title)}")
    _reasons(page, grade.because, sources)


def _calculation(page: Page, calculation: Calculation) -> None:
    page.heading(calculation.title)
    write_calculation(page, calculation, 2)


def _question(page: Page, question: Question, names: Names) -> None:
    page.heading(sentence(question.ask))
    page.say(sentence(listed(answer.title for answer in question.answers)), 2, "Answers:")
    page.say(sentence(listed(map(words, question.red_flags))), 2, "Could exclude or raise:")
    page.say(sentence(listed(map(names.option, question.first_choices))), 2, "First choices that wait for it:")
    page.say(f"{question.others}.", 2, "Other lines that wait for it:")


def _working(page: Page, dose: Dose | None, rescue: RescueDose | None) -> None:
    for text in dose.working if dose else ():
        page.say(text, 2, "Working, dose:")
    for text in rescue.working if rescue else ():
        page.say(text, 2, "Working, as needed:")


def _reasons(page: Page, reasons: tuple[Reason, ...], sources: Mapping[str, Source]) -> None:
    if not reasons:
        page.say("No rule is behind this.", 2)
        return
    page.gap()
    page.say("Because", 2)
    write_reasons(page, reasons, sources, 2)
    unknown = unknown_facts(reasons)
    if unknown:
        page.gap()
        page.say(sentence(unknown), 2, "Unknown:")
