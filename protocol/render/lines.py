"""The lines of a plan: what to start, what else could be, what waits for an answer, what is already taken."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.plan.model import Companion, Plan, PlanLine, RefusedLine, Step
from protocol.render.names import Names
from protocol.render.page import Page, clean, sentence
from protocol.render.phrases import (
    cited,
    dose_line,
    listed,
    moment,
    refer_text,
    rescue_line,
    start_text,
    words,
)
from protocol.render.reasons import write_reasons
from protocol.rules.settings import Source

__all__ = ["dosed", "is_current", "key_of", "why_line", "write_detail", "write_line", "write_step"]

_CURRENT = ("continue", "increase", "hold", "reduce", "convert", "taper", "stop")
_DETAIL = 4
Sources = Mapping[str, Source] | None


def is_current(line: PlanLine) -> bool:
    """Whether the line speaks of a medicine that is already taken."""
    return line.action in _CURRENT or (line.option is None and line.action == "refer")


def key_of(line: PlanLine) -> str:
    """The word by which `mps why` finds the line."""
    return line.option or line.id


def dosed(line: PlanLine) -> str:
    """The line in one sentence: what, how much, how often, and the as-needed dose."""
    text = line.title.rstrip(".")
    if line.dose:
        text += f": {dose_line(line.dose, line.title)}"
    if line.rescue:
        text += f"; {rescue_line(line.rescue, line.dose)}"
    return clean(text)


def write_step(page: Page, step: Step, plan: Plan, names: Names, sources: Sources) -> None:
    """One step: its arms in the order of their lines, then the medicines already taken.

    `sources` is given where every reason is to be printed in full, and None where one line of why is enough.
    """
    shown = [line for line in step.lines if line.status != "excluded"]
    current = [line for line in shown if is_current(line)]
    treatment = [line for line in shown if not is_current(line)]
    if not shown:
        return
    page.heading(f"{step.step}  {step.title}")
    for arm in dict.fromkeys(line.arm for line in treatment):
        _write_arm(page, [line for line in treatment if line.arm == arm], plan, names, sources)
    if current:
        page.say("Medicines already taken", 2)
        for line in current:
            _write_current(page, line, sources)


def _write_arm(page: Page, lines: list[PlanLine], plan: Plan, names: Names, sources: Sources) -> None:
    page.say(words(lines[0].arm).capitalize(), 2)
    first = [line for line in lines if line.status == "offered" and line.choice != "alternative"]
    for line in first:
        write_line(page, line, names, sources)
    if not first:
        _write_held(page, lines, plan, names)
    for line in lines:
        if line.status == "refer":
            _write_refer(page, line, names, sources)
    for line in lines:
        if line.status == "offered" and line.choice == "alternative":
            _write_alternative(page, line, sources)


def write_line(page: Page, line: PlanLine, names: Names, sources: Sources) -> None:
    """A first choice: the line to prescribe, then everything that belongs to it."""
    page.say(f"{dosed(line)} [{key_of(line)}]", _DETAIL, f"{line.action.capitalize():<5}")
    write_detail(page, line, _DETAIL + 6)
    if sources is None:
        page.say(why_line(line, names), _DETAIL + 6, "Why:")
    else:
        write_reasons(page, line.because, sources, _DETAIL + 6)


def write_detail(page: Page, line: PlanLine, indent: int) -> None:
    """What goes with a line: words, start, next dose, companions, warnings, when to judge, when to stop."""
    if line.say and clean(line.say) != clean(line.title):
        page.say(sentence(line.say), indent)
    when = [f"Begin {start_text(line.start)}" if line.start else "", _titration(line)]
    page.say(" ".join(sentence(part) for part in when if part), indent)
    if line.refer:
        page.say(sentence(refer_text(line.refer)), indent, "Ask:")
    for companion in line.companions:
        page.say(_companion(companion), indent, "With it:" if companion.status == "add" else "If needed:")
    for warning in line.warnings:
        page.say(sentence(warning), indent, "Watch:")
    ends = [
        f"Judge at {moment(line.judge_at)}" if line.judge_at else "",
        f"Stop if {line.stop_if}" if line.stop_if else "",
    ]
    page.say(" ".join(sentence(part) for part in ends if part), indent)


def _titration(line: PlanLine) -> str:
    return f"Next: {line.dose.titration}" if line.dose and line.dose.titration else ""


def _companion(companion: Companion) -> str:
    dose = f" {dose_line(companion.dose, companion.say)}." if companion.dose else ""
    return f"{sentence(companion.say)}{dose}"


def why_line(line: PlanLine, names: Names) -> str:
    """One line of why: the mechanisms, the title of the first rule, and its sources."""
    mechanisms = listed(names.mechanism(finding) for finding in line.mechanisms)
    if not line.because:
        return mechanisms
    reason = line.because[0]
    return "; ".join(part for part in (mechanisms, f"{clean(reason.title)} {cited(reason.cite)}") if part)


def _write_held(page: Page, lines: list[PlanLine], plan: Plan, names: Names) -> None:
    """The arm's first choice waits: say for what, so that nobody takes an alternative for it."""
    waits = [line for line in lines if line.status == "withheld" and line.choice == "first"]
    held: list[PlanLine | RefusedLine] = [*waits]
    if not held:
        waiting = [line for line in plan.withheld if line.arm == lines[0].arm]
        held = [*([line for line in waiting if line.option in names.held_first] or waiting[:1])]
    for line in held:
        answer = names.first_answer(line) or "the questions above"
        page.say(
            f"{answer}; then {clean(line.title)} may come first [{_key(line)}]", _DETAIL, "First answer:"
        )


def _key(line: PlanLine | RefusedLine) -> str:
    return line.option if isinstance(line, RefusedLine) else key_of(line)


def _write_refer(page: Page, line: PlanLine, names: Names, sources: Sources) -> None:
    to = f": {refer_text(line.refer)}" if line.refer else ""
    say = f". {sentence(line.say)}" if line.say and clean(line.say) != clean(line.title) else ""
    page.say(f"{line.title.rstrip('.')}{to}{say} [{key_of(line)}]", _DETAIL, "Refer")
    if sources is None:
        page.say(why_line(line, names), _DETAIL + 6, "Why:")
    else:
        write_reasons(page, line.because, sources, _DETAIL + 6)


def _write_alternative(page: Page, line: PlanLine, sources: Sources) -> None:
    warnings = "".join(f"; watch: {warning.rstrip('.')}" for warning in line.warnings)
    later = f"; begin {start_text(line.start)}" if line.start and line.start.when == "after" else ""
    page.say(f"{dosed(line)}{later}{warnings} [{key_of(line)}]", _DETAIL, "Or   ")
    if sources is not None:
        write_detail(page, line, _DETAIL + 6)
        write_reasons(page, line.because, sources, _DETAIL + 6)


def _write_current(page: Page, line: PlanLine, sources: Sources) -> None:
    to = f" Ask: {sentence(refer_text(line.refer))}" if line.refer else ""
    cite = f" {cited(line.because[0].cite)}" if line.because and sources is None else ""
    say = f" {sentence(line.say)}" if line.say and clean(line.say) != clean(line.title) else ""
    warnings = "".join(f" Watch: {sentence(warning)}" for warning in line.warnings)
    text = f"{sentence(dosed(line))}{say}{to}{warnings}{cite} [{key_of(line)}]"
    page.say(text, _DETAIL, f"{line.action.capitalize():<8}")
    if sources is not None:
        write_reasons(page, line.because, sources, _DETAIL + 9)
