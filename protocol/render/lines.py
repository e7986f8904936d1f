"""The lines of a plan: what to start, what else could be, what waits for an answer, what is already taken."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.plan.model import Companion, Plan, PlanLine, RefusedLine, Step
from protocol.render.names import Names
from protocol.render.page import Page, clean, lowered, opening, sentence
from protocol.render.phrases import (
    arm_text,
    cited,
    dose_line,
    listed,
    moment,
    refer_text,
    rescue_line,
    start_text,
)
from protocol.render.reasons import write_reasons
from protocol.rules.settings import Source

__all__ = [
    "dosed",
    "is_current",
    "key_of",
    "said",
    "why_line",
    "write_detail",
    "write_step",
    "write_waiting",
]

_CHANGES = ("increase", "convert")
"""What a line of these does is done to a medicine that is taken, so its words stand beside its dose."""
_COMPANION = {"add": "With it:", "if": "If needed:"}
_AT = 4
_UNDER = 10
Sources = Mapping[str, Source] | None


def is_current(line: PlanLine) -> bool:
    """Whether the line speaks of a medicine that is already taken."""
    return line.option is None


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


def _against(line: PlanLine) -> str:
    """What stands against an option: the words of every rule after the one that indicates it."""
    warnings = " ".join(line.warnings)
    says = [r.say for r in line.because if r.say and r.say != line.say and r.say not in warnings]
    return " ".join(sentence(say) for say in dict.fromkeys(says))


def write_step(page: Page, step: Step, plan: Plan, names: Names, sources: Sources) -> None:
    """One step: its arms in the order of their lines, then the medicines already taken.

    `sources` is given where every reason is to be printed in full, and None where one line of why is enough.
    """
    shown = [line for line in step.lines if line.status in ("offered", "refer")]
    if not shown:
        return
    page.heading(f"{step.step}  {step.title.upper()}")
    treatment = [line for line in shown if not is_current(line)]
    for arm in dict.fromkeys(line.arm for line in treatment):
        _write_arm(page, [line for line in treatment if line.arm == arm], plan, names, sources)
    current = [line for line in shown if is_current(line)]
    if current:
        page.say("Medicines already taken", 2)
    for line in current:
        _write_current(page, line, sources)


def write_waiting(page: Page, plan: Plan, names: Names) -> None:
    """The first choices that wait in arms of which no line stands on the plan."""
    arms = {line.arm for line in names.lines}
    held = [line for line in plan.withheld if line.option in names.held_first and line.arm not in arms]
    if held:
        page.heading("WAITING FOR AN ANSWER")
    for arm in dict.fromkeys(line.arm for line in held):
        page.say(arm_text(arm), 2)
        _write_held(page, [line for line in held if line.arm == arm], names)


def _write_arm(page: Page, lines: list[PlanLine], plan: Plan, names: Names, sources: Sources) -> None:
    page.say(arm_text(lines[0].arm), 2)
    held = [line for line in plan.withheld if line.arm == lines[0].arm and line.option in names.held_first]
    _write_held(page, held, names)
    first = [line for line in lines if line.status == "offered" and line.choice != "alternative"]
    plain = [line for line in first if sources is None and _plain(line)]
    for line in first:
        if line.action == "start" or line.dose:
            _write_start(page, line, names, sources)
        elif line not in plain:
            _write_act(page, line, names, sources)
    # Measures that need no dose, no one else and no warning are said in one breath.
    page.say("; ".join(f"{line.title.rstrip('.')} [{key_of(line)}]" for line in plain), _AT, "Do   ")
    if not first and not held and any(line.choice == "alternative" for line in lines):
        page.say("No first choice can be named; what follows are alternatives.", _AT)
    for line in lines:
        if line.status == "refer":
            _write_refer(page, line, sources)
    others = [line for line in lines if line.status == "offered" and line.choice == "alternative"]
    if sources is None:
        page.say("; ".join(map(_alternative, others)), _AT, "Or   ")
    for line in others if sources is not None else ():
        page.say(f"{dosed(line)} [{key_of(line)}]", _AT, "Or   ")
        write_detail(page, line, _UNDER, whole=True)
        write_reasons(page, line.because, sources or {}, _UNDER)


def _plain(line: PlanLine) -> bool:
    later = line.start is not None and line.start.when == "after"
    return not (line.dose or line.refer or line.warnings or line.companions or later or line.arm == "red-flag")


def _write_start(page: Page, line: PlanLine, names: Names, sources: Sources) -> None:
    """A first choice: the line to prescribe, then everything that belongs to it."""
    page.say(f"{dosed(line)} [{key_of(line)}]", _AT, f"{line.action.capitalize():<5}")
    write_detail(page, line, _UNDER, whole=sources is not None)
    if sources is None:
        page.say(why_line(line, names), _UNDER, "Why:")
    else:
        write_reasons(page, line.because, sources, _UNDER)


def _write_act(page: Page, line: PlanLine, names: Names, sources: Sources) -> None:
    """A line without a dose: the act, in whose hands, and from which source."""
    begin = f"; begin {start_text(line.start)}" if line.start and line.start.when == "after" else ""
    to = f" Ask: {sentence(refer_text(line.refer))}" if line.refer else ""
    cite = f" {cited(line.because[0].cite)}" if line.because and sources is None else ""
    whole = sources is not None
    # What comes before all treatment says what to do; elsewhere the title of a referral or a measure does.
    told = said(line, whole=whole) if whole or line.arm == "red-flag" else ""
    text = f"{sentence(line.title.rstrip('.') + begin)}{told}{to}{cite} [{key_of(line)}]"
    page.say(text, _AT, f"{line.action.capitalize():<5}")
    _write_around(page, line, _UNDER, whole=whole)
    if sources is not None:
        page.say(sentence(listed(map(names.mechanism, line.mechanisms))), _UNDER, "For:")
        write_reasons(page, line.because, sources, _UNDER)


def write_detail(page: Page, line: PlanLine, indent: int, *, whole: bool) -> None:
    """What goes with a line: words, start, next dose, companions, warnings, when to judge, when to stop.

    Unless `whole`, words that only advise are cut after their first sentence or named; doses and warnings
    are not.
    """
    cut = sentence if whole else opening
    worded = whole or not line.dose or line.action in _CHANGES
    page.say(said(line, whole=True) if worded else "", indent)
    when = [f"Begin {start_text(line.start)}" if line.start else "", _titration(line)]
    page.say(" ".join(cut(part) for part in when if part), indent)
    if line.refer:
        page.say(sentence(refer_text(line.refer)), indent, "Ask:")
    _write_around(page, line, indent, whole=whole)


def _write_around(page: Page, line: PlanLine, indent: int, *, whole: bool) -> None:
    named: dict[str, list[str]] = {}
    for companion in line.companions:
        label = _COMPANION[companion.status]
        if whole or companion.dose:
            page.say(_companion(companion, whole=whole), indent, label)
        else:
            named.setdefault(label, []).append(clean(companion.title).rstrip("."))
    for label, names in named.items():
        page.say(sentence("; ".join(names)), indent, label)
    for warning in line.warnings:
        page.say(sentence(warning), indent, "Watch:")
    page.say(" ".join(sentence(part) for part in (_judged(line), _stopped(line)) if part), indent)


def said(line: PlanLine, *, whole: bool) -> str:
    """The rule's own words, or the first sentence of them, unless they are the title again."""
    if not line.say or sentence(line.say) == sentence(line.title):
        return ""
    return f" {sentence(line.say) if whole else opening(line.say)}"


def _judged(line: PlanLine) -> str:
    if not line.judge_at:
        return ""
    return f"Judge {'on' if 'T' in line.judge_at else 'after'} {moment(line.judge_at)}"


def _stopped(line: PlanLine) -> str:
    if not line.stop_if:
        return ""
    return line.stop_if if line.stop_if.lower().startswith("stop") else f"Stop if {lowered(line.stop_if)}"


def _titration(line: PlanLine) -> str:
    return f"Next: {lowered(line.dose.titration)}" if line.dose and line.dose.titration else ""


def _companion(companion: Companion, *, whole: bool) -> str:
    say = sentence(companion.say) if whole else opening(companion.say)
    if companion.dose is None:
        return say
    # The dose stands beside its name: a say such as "not this one" must never be read as what is dosed.
    name = clean(companion.title).rstrip(".")
    return f"{name}: {dose_line(companion.dose, name)}. {say}"


def why_line(line: PlanLine, names: Names) -> str:
    """One line of why: the likely mechanisms, the title of the first rule, and its sources."""
    mechanisms = names.likely(line.mechanisms)
    if not line.because:
        return mechanisms
    reason = line.because[0]
    # An option's rule is often called what the line is called; twice is no reason.
    title = "" if clean(reason.title).lower() in clean(line.title).lower() else clean(reason.title)
    return f"{'; '.join(part for part in (mechanisms, title) if part)} {cited(reason.cite)}".strip()


def _write_held(page: Page, held: list[RefusedLine], names: Names) -> None:
    """First choices that wait: say for what, so that nobody takes an alternative for one."""
    waiting: dict[str, list[str]] = {}
    for line in held:
        answer = names.first_answer(line) or clean(line.say)
        waiting.setdefault(answer.rstrip("."), []).append(f"{names.option(line.option)} [{line.option}]")
    for answer, options in waiting.items():
        page.say(f"{answer}. Until then no {listed(options, 'and no')}", _AT, "First answer:")


def _write_refer(page: Page, line: PlanLine, sources: Sources) -> None:
    """An option that a named person decides about: what stands against it, and no instruction to start."""
    to = f": {refer_text(line.refer)}" if line.refer else ": for a senior clinician to decide"
    cite = ""
    if sources is None:
        objecting = [r for r in line.because if r.say != line.say] or list(line.because)
        cite = f" {cited(source for r in objecting[:1] for source in r.cite)}"
    text = f"{sentence(line.title.rstrip('.') + to)} {_against(line)}"
    page.say(f"{text.rstrip()}{cite} [{key_of(line)}]", _AT, "Refer")
    if sources is not None:
        write_reasons(page, line.because, sources, _UNDER)


def _alternative(line: PlanLine) -> str:
    """Enough of an alternative to compare; who prefers it reads the whole prescription by `mps why`."""
    count = len(line.warnings)
    warned = f", {count} warning{'s' if count > 1 else ''}" if count else ""
    dose = line.dose.model_copy(update={"maximum": None, "timing": None}) if line.dose else None
    return f"{dosed(line.model_copy(update={'dose': dose, 'rescue': None}))}{warned} [{key_of(line)}]"


def _write_current(page: Page, line: PlanLine, sources: Sources) -> None:
    to = f" Ask: {sentence(refer_text(line.refer))}" if line.refer else ""
    cite = f" {cited(line.because[0].cite)}" if line.because and sources is None else ""
    warnings = "".join(f" Watch: {sentence(warning)}" for warning in line.warnings)
    # To go on needs a word; to taper or to stop needs all of them.
    whole = sources is not None or line.action != "continue"
    text = f"{sentence(dosed(line))}{said(line, whole=whole)}{to}{warnings}{cite} [{key_of(line)}]"
    page.say(text, _AT, f"{line.action.capitalize():<8}")
    if sources is not None:
        write_reasons(page, line.because, sources, _UNDER + 3)
