"""Red flags, conflicts and scope: what stands above all treatment."""

from __future__ import annotations

from protocol.inference.case import Case
from protocol.plan.judge import Judgement
from protocol.plan.model import Alert, Clash, Reason
from protocol.plan.reasons import fact, reason, refer
from protocol.rules.rule import Entry, RedFlag, ScopeRule
from protocol.terms import Truth

__all__ = ["alerts", "clashes", "out_of_scope"]

_URGENCY = ("E0", "E1", "E2", "E3")


def out_of_scope(case: Case) -> list[Reason]:
    """The rules that end the engine's competence for this patient."""
    return [
        reason(case, rule, Truth.APPLIES, rule.then.out_of_scope)
        for rule in case.program.ruleset.of(ScopeRule)
        if case.verdicts[rule.rule] is Truth.APPLIES
    ]


def alerts(case: Case) -> list[Alert]:
    """The red flags, raised before not excluded, the most urgent first; one entry for each flag and standing.

    Of one flag's levels that cannot be told the most urgent stands for all: its questions settle the others.
    """
    found: dict[tuple[str, str], Alert] = {}
    for rule in case.program.ruleset.of(RedFlag):
        verdict = case.verdicts[rule.rule]
        if verdict is not Truth.DOES_NOT_APPLY:
            alert = _alert(rule, verdict, case)
            key = (alert.flag, alert.status)
            kept = found.get(key)
            if kept is None or _URGENCY.index(alert.urgency) < _URGENCY.index(kept.urgency):
                found[key] = alert if kept is None else _joined(alert, kept)
            else:
                found[key] = _joined(kept, alert)
    return sorted(found.values(), key=lambda a: (a.status != "raised", a.urgency, a.flag))


def _alert(rule: RedFlag, verdict: Truth, case: Case) -> Alert:
    written = rule.then.alert
    raised = verdict is Truth.APPLIES
    return Alert.made(
        flag=written.flag,
        title=case.program.ruleset.vocabulary.flags.get(written.flag, written.flag.replace("-", " ")),
        level=written.level,
        status="raised" if raised else "not-excluded",
        urgency=written.urgency,
        say=written.say,
        do=written.do if raised else (),
        refer=refer(written.refer) if raised else None,
        withholds=tuple(sorted({_named(e) for e in rule.then.withhold if raised or e.if_unknown != "allow"})),
        because=(reason(case, rule, verdict, written.say),),
    )


def _joined(main: Alert, other: Alert) -> Alert:
    both = {
        "withholds": tuple(sorted({*main.withholds, *other.withholds})),
        "because": (*main.because, *other.because),
    }
    return Alert.made(**{**vars(main), **both})


def _named(entry: Entry) -> str:
    name = entry.option or entry.drug or entry.class_ or entry.procedure or ""
    route = f" by {entry.route}" if entry.route else ""
    return f"{name.replace('_', ' ')}{route}"


def clashes(case: Case, judgements: list[Judgement]) -> list[Clash]:
    """Facts that contradict, and options that one red flag demands while another forbids them."""
    found = [
        Clash(
            conflict=conflict.conflict,
            say=conflict.say,
            facts=tuple(fact(case, name) for name in (conflict.order or conflict.agree or ())),
        )
        for conflict in case.facts.conflicts
    ]
    for judgement in judgements:
        # Another danger may speak as a red flag or as a contraindication that reads one: both are shown.
        against = [o for o in judgement.objections if o.status == "refer"]
        if judgement.candidate.offer.arm == "red-flag" and judgement.status == "refer" and against:
            found.append(
                Clash(
                    conflict=judgement.candidate.id,
                    say=" ".join([judgement.candidate.offer.say, *(o.say for o in against)]),
                    facts=(),
                    refer=refer(judgement.refer),
                )
            )
    return found
