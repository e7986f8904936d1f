"""Red flags: those raised, then those that nobody can exclude yet, then what was asked and answered."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.plan.model import Alert, Plan
from protocol.render.names import Names
from protocol.render.page import Page, clean, lowered, sentence
from protocol.render.phrases import URGENCY, cited, fact_text, listed, refer_text, words
from protocol.render.reasons import write_reasons
from protocol.rules.settings import Source

__all__ = ["write_alerts"]

_MOST_FACTS = 4


def write_alerts(
    page: Page,
    plan: Plan,
    names: Names,
    flags: Mapping[str, str] | None,
    full: Mapping[str, Source] | None,
) -> None:
    """All alerts. `flags` names those that the ruleset asks about; where it is None they cannot be named."""
    raised = [alert for alert in plan.alerts if alert.status == "raised"]
    open_ = [alert for alert in plan.alerts if alert.status == "not-excluded"]
    page.heading("ALERTS")
    for alert in raised:
        _write_raised(page, alert, full)
    if full is None:
        # A flag that is raised already says what to do; that it may be worse is told in full elsewhere.
        known = {alert.flag for alert in raised}
        rest = [alert for alert in open_ if alert.flag not in known]
        _write_open(page, rest, {name for alert in raised for name in alert.withholds}, names)
    else:
        for alert in open_:
            _write_open_in_full(page, alert, names, full)
    if not plan.alerts:
        page.say("No alert stands on this plan.", 2)
    if flags is not None:
        answered = set(flags) - {alert.flag for alert in plan.alerts}
        text = listed(lowered(flags[flag]) for flag in sorted(answered)) or "none of the red flags of this ruleset"
        page.say(f"{text}.", 2, "Asked about and answered:")
    elif not plan.alerts:
        page.say("Which red flags were asked about stands in the trace: mps plan FILE --everything", 2)


def _write_raised(page: Page, alert: Alert, full: Mapping[str, Source] | None) -> None:
    named = f"{alert.title}: {words(alert.level)} [{alert.flag}]"
    page.say(named, 2, f"{URGENCY[alert.urgency]}:")
    _write_acts(page, alert)
    if alert.withholds:
        page.say(sentence(listed(map(words, alert.withholds))), 6, "Until it is settled, hold back:")
    if full is not None:
        write_reasons(page, alert.because, full, 6)
    elif alert.because:
        facts = [fact_text(f) for reason in alert.because for f in reason.facts if f.value != "unknown"]
        cites = cited(cite for reason in alert.because for cite in reason.cite)
        page.say(f"{listed(facts[:_MOST_FACTS]) or clean(alert.because[0].title)} {cites}", 6, "Why:")


def _write_acts(page: Page, alert: Alert) -> None:
    page.say(sentence(alert.say), 6)
    for act in alert.do:
        page.say(sentence(act), 6, "-")
    if alert.refer:
        page.say(sentence(refer_text(alert.refer)), 6, "Refer to:")


def _write_open(page: Page, alerts: list[Alert], held_already: set[str], names: Names) -> None:
    """The flags that cannot be excluded, by how soon each would need an act, and what waits meanwhile."""
    for urgency in sorted({alert.urgency for alert in alerts}):
        flags = []
        for alert in alerts:
            if alert.urgency == urgency:
                asked = names.numbers(names.questions_about(alert.flag))
                flags.append(f"{lowered(alert.title)}{f' ({asked})' if asked else ''} [{alert.flag}]")
        page.say(f"act {URGENCY[urgency].lower()} if it is {listed(flags, 'or')}.", 2, "NOT EXCLUDED:")
    held = sorted({words(name) for alert in alerts for name in alert.withholds if name not in held_already})
    if held:
        also = "also " if held_already else ""
        page.say(f"{listed(held)}.", 2, f"Until these are excluded, {also}hold back:")


def _write_open_in_full(page: Page, alert: Alert, names: Names, full: Mapping[str, Source]) -> None:
    asked = names.numbers(names.questions_about(alert.flag))
    text = f"{lowered(alert.title)} ({words(alert.level)}); if so, act {URGENCY[alert.urgency].lower()}."
    text += f" First answer {asked}." if asked else ""
    text += f" Until then hold back: {listed(map(words, alert.withholds))}." if alert.withholds else ""
    page.say(f"{text} [{alert.flag}]", 2, "NOT EXCLUDED:")
    _write_acts(page, alert)
    write_reasons(page, alert.because, full, 6)
