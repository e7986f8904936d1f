"""Why something stands on the plan: the rules that carry it and the fewest facts with which they apply."""

from __future__ import annotations

from collections.abc import Iterable

from protocol.dosing.dose import WorkedDose
from protocol.inference.case import Case
from protocol.inference.evaluate import truth
from protocol.inference.medicines import about_medicine
from protocol.plan.explanation import WhyLine
from protocol.plan.grounds import Grounds
from protocol.plan.lines import dose_candidate
from protocol.plan.model import Reason
from protocol.plan.reasons import fact, reason, title_of, value_text
from protocol.plan.reasons_against import Against, standing_of
from protocol.rules.rule import Current, Head, RedFlag
from protocol.terms import Truth

__all__ = ["can_be_asked", "why"]

_STRENGTH = ("continue", "hold-next", "reduce", "convert", "taper", "stop")
_CURRENT = "current/"


def can_be_asked(against: Against) -> dict[str, str]:
    """Every name that `why` can explain, with its title: options, medicines, red flags, mechanisms."""
    case = against.case
    found = {
        j.candidate.id: j.candidate.offer.title for j in against.desk.judgements if j.status in ("offered", "refer")
    }
    for medicine in case.facts.taken.medicines if case.facts.taken and not against.scope else ():
        found[f"{_CURRENT}{medicine.label}"] = medicine.title
    for rule in case.program.ruleset.of(RedFlag):
        if case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY:
            flag = rule.then.alert.flag
            found.setdefault(flag, case.program.ruleset.vocabulary.flags.get(flag, flag))
    for name in (*case.program.ruleset.vocabulary.mechanisms, case.program.ruleset.settings.syndrome):
        if name in case.program.deriving:
            found.setdefault(name, title_of(case, name))
    return found


def why(against: Against, line: str) -> WhyLine:
    """The shortest sufficient reason for one thing on the plan.

    Raises:  LookupError when nothing on the plan has that name (`can_be_asked` lists those that exist).
    """
    names = can_be_asked(against)
    if line not in names:
        raise LookupError(line)
    if line in against.judgements:
        return _option(against, line)
    if line.startswith(_CURRENT):
        return _medicine(against, line, names[line])
    # A red flag may be called like a mechanism; while it is open it is the one that is asked about.
    if _open_rules(against.case, line):
        return _flag(against, line, names[line])
    return _finding(against, line, names[line])


def _option(against: Against, option: str) -> WhyLine:
    case, judgement = against.case, against.judgements[option]
    candidate = judgement.candidate
    title = candidate.offer.title.rstrip(".")
    standing = standing_of(judgement, against.arms[candidate.offer.arm], against.desk)
    carrying: list[Reason] = [reason(case, candidate.rule, judgement.indicated, candidate.offer.say)]
    names = [candidate.rule.rule]
    if judgement.status == "refer":
        told = against.why_not(option)
        carrying += told.rules
        facts = against.grounds.of(*names) | {f.finding for f in told.facts}
        return _line(case, option, title, told.say, facts, carrying)
    worked = dose_candidate(candidate, case, against.board).worked
    if isinstance(worked, WorkedDose):
        rows = [n for n in worked.used if n in case.program.conditions]
        names += [n for n in rows if case.verdicts[n] is Truth.APPLIES]
    ways = {"offered": "stands on the plan", "second-in-its-arm": "stands on the plan as an alternative"}
    facts = against.grounds.of(*names)
    say = f"{title} {ways.get(standing, 'is indicated')}: {_told(case, facts)}."
    return _line(case, option, title, say, facts, carrying)


def _medicine(against: Against, line: str, title: str) -> WhyLine:
    case, program = against.case, against.case.program
    medicines = case.facts.taken.medicines if case.facts.taken else ()
    index = next(i for i, m in enumerate(medicines) if f"{_CURRENT}{m.label}" == line)
    verdicts = case.about[index]
    reviews = [r for r in program.ruleset.of(Current) if verdicts[r.rule] is Truth.APPLIES]
    maintain = [r for r in reviews if r.then.review.action == "maintain"]
    others = [r for r in reviews if r.then.review.action != "maintain"]
    strongest = max(others, key=lambda r: (_STRENGTH.index(r.then.review.action), r.rule), default=None)
    carrying = [*maintain, *([strongest] if strongest else [])]
    its = about_medicine(
        medicines[index], program.ruleset.vocabulary.findings, program.domains.of, case.assessment.assessed_at
    )
    grounds = Grounds(case, its)
    conditions = [program.about_medicines[rule.rule] for rule in carrying]

    def hold(other: Case) -> bool:
        return all(truth(condition, other.findings) is Truth.APPLIES for condition in conditions)

    facts = grounds.fewest(grounds.first(conditions), hold) if conditions else frozenset()
    say = carrying[-1].then.review.say if carrying else "Continue unchanged: no rule speaks against it."
    rules = [reason(case, rule, Truth.APPLIES, rule.then.review.say) for rule in carrying]
    return _line(case, line, title, say, facts, rules)


def _finding(against: Against, finding: str, title: str) -> WhyLine:
    case = against.case
    rule = case.program.deriving[finding]
    facts = against.grounds.of_values(finding)
    say = f"{_named(finding).capitalize()} is {value_text(case, finding)}: {_told(case, facts)}."
    return _line(case, finding, title, say, facts, [reason(case, rule, Truth.APPLIES)])


def _open_rules(case: Case, flag: str) -> list[RedFlag]:
    rules = (rule for rule in case.program.ruleset.of(RedFlag) if rule.then.alert.flag == flag)
    return [rule for rule in rules if case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY]


def _flag(against: Against, flag: str, title: str) -> WhyLine:
    case = against.case
    rules = _open_rules(case, flag)
    raised = [r for r in rules if case.verdicts[r.rule] is Truth.APPLIES]
    doubtful = [r for r in rules if case.verdicts[r.rule] is Truth.CANNOT_TELL]
    carrying: list[Head] = [*(raised or doubtful)]
    facts = against.grounds.of(*(rule.rule for rule in raised))
    unknown = frozenset().union(*(case.open_inputs(rule.rule) for rule in doubtful)) if not raised else frozenset()
    count = f"{len(unknown)} facts are unknown" if len(unknown) > 1 else "1 fact is unknown"
    state = f"is raised: {_told(case, facts)}" if raised else f"cannot be excluded while {count}"
    say = f"{title.rstrip('.')} {state}."
    seen = [reason(case, rule, case.verdicts[rule.rule]) for rule in carrying]
    return _line(case, flag, title, say, facts, seen)


def _line(case: Case, line: str, title: str, say: str, facts: Iterable[str], rules: Iterable[Reason]) -> WhyLine:
    shown = tuple(fact(case, name) for name in sorted(facts))
    return WhyLine(line=line, title=title, say=say, facts=shown, rules=tuple(rules))


def _told(case: Case, facts: Iterable[str]) -> str:
    told = [f"{_named(name)} {value_text(case, name)}" for name in sorted(facts)]
    return "; ".join(told) or "it needs no fact"


def _named(finding: str) -> str:
    return finding.replace("_", " ")
