"""Where each option stands, and the one reason against it that needs least: a checked sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

from protocol.dosing.dose import NoDose
from protocol.inference.case import Case
from protocol.plan.alerts import out_of_scope
from protocol.plan.assemble import Desk, lay_out
from protocol.plan.choose import Chosen
from protocol.plan.explanation import Standing, WhyNot
from protocol.plan.grounds import Grounds
from protocol.plan.judge import Judgement, Objection
from protocol.plan.lines import dose_candidate
from protocol.plan.model import Reason
from protocol.plan.reasons import fact, reason, value_text
from protocol.plan.ways import Ways
from protocol.rules.rule import ScopeRule
from protocol.rules.targets import Board
from protocol.terms import Truth

__all__ = ["Against", "standing_of"]

_MOST_NAMED = 4


@dataclass
class Against:
    """One patient, laid out once and asked about any number of options."""

    case: Case
    board: Board
    grounds: Grounds = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.grounds = Grounds(self.case)
        self.scope = out_of_scope(self.case)
        self.desk = Desk(self.case, self.board, []) if self.scope else lay_out(self.case, self.board)
        self.judgements = {j.candidate.id: j for j in self.desk.judgements}
        self.arms = {chosen.arm.arm: chosen for chosen in self.desk.arms}
        self._ways = Ways(self.case, only_answers="yes")

    def why_not(self, option: str) -> WhyNot:
        """The reason; raises LookupError where the ruleset has no such option."""
        candidate = next((c for c in self.board.candidates if c.id == option), None)
        if candidate is None:
            raise LookupError(option)
        title = candidate.offer.title.rstrip(".")
        if self.scope:
            return self._out_of_scope(option, title)
        judgement = self.judgements[option]
        standing = standing_of(judgement, self.arms[candidate.offer.arm], self.desk)
        told: Told = getattr(self, f"_{standing.replace('-', '_')}")(judgement)
        return WhyNot(
            option=option,
            title=title,
            standing=standing,
            say=f"{title} {told.say.rstrip('.')}.",
            facts=tuple(fact(self.case, name) for name in sorted(told.facts)),
            unknown=tuple(fact(self.case, name) for name in sorted(told.unknown)),
            rules=told.rules,
            others=told.others,
        )

    def _out_of_scope(self, option: str, title: str) -> WhyNot:
        verdicts = self.case.verdicts
        rules = [r for r in self.case.program.ruleset.of(ScopeRule) if verdicts[r.rule] is Truth.APPLIES]
        found, rule = min(((self.grounds.of(r.rule), r) for r in rules), key=lambda p: (len(p[0]), p[1].rule))
        return WhyNot(
            option=option,
            title=title,
            standing="out-of-scope",
            say=f"{title} is not spoken of: {rule.then.out_of_scope.rstrip('.')}.",
            facts=tuple(fact(self.case, name) for name in sorted(found)),
            unknown=(),
            rules=(reason(self.case, rule, Truth.APPLIES, rule.then.out_of_scope),),
            others=len(rules) - 1,
        )

    def _excluded(self, judgement: Judgement) -> Told:
        return self._by_objection(judgement, "excluded", "is excluded: {say}")

    def _referred(self, judgement: Judgement) -> Told:
        to = judgement.refer
        who = f"{to.to} within {to.within}" if to else "the person named"
        if any(o.status == "refer" for o in judgement.objections):
            return self._by_objection(judgement, "refer", f"is for {who} to decide: {{say}}")
        return self._undosable(judgement)

    def _by_objection(self, judgement: Judgement, status: str, words: str) -> Told:
        found = [o for o in judgement.objections if o.status == status]
        facts, objection = min(
            ((self.grounds.of(o.rule.rule), o) for o in found), key=lambda p: (len(p[0]), p[1].rule.rule)
        )
        rules = (reason(self.case, objection.rule, objection.verdict, objection.say),)
        told = Told(words.format(say=objection.say), facts, rules=rules, others=len(found) - 1)
        if not facts:
            # The rule speaks because something is missing: what is missing is the reason.
            told.unknown = self._settling(objection.rule.rule, Truth.DOES_NOT_APPLY)
            told.say = f"{told.say.rstrip('.')}; first answer: {self._asked(told.unknown)}"
        return told

    def _withheld(self, judgement: Judgement) -> Told:
        held = [o for o in judgement.objections if o.status == "withheld"]
        unasked = [o for o in held if o.verdict is Truth.APPLIES]
        if unasked:
            told = self._by_objection_of(unasked)
            named = next(o.entry.approval for o in unasked if o.rule.rule == told.rules[0].rule)
            told.say = f"is held until the approval {named} is recorded: {told.say}"
            told.others += len(held) - len(unasked)
            return told
        open_: list[tuple[frozenset[str], str, str, Reason | None]] = []
        for objection in held:
            unknown = self._settling(objection.rule.rule, Truth.DOES_NOT_APPLY)
            seen = reason(self.case, objection.rule, objection.verdict, objection.say)
            open_.append((unknown, objection.rule.rule, objection.say, seen))
        rule = judgement.candidate.rule
        if judgement.indicated is Truth.CANNOT_TELL:
            seen = reason(self.case, rule, judgement.indicated, judgement.candidate.offer.say)
            say = "whether it is indicated cannot be told"
            open_.append((self._settling(rule.rule, Truth.APPLIES), rule.rule, say, seen))
        if judgement.undosable is not None and judgement.undosable.status == "withheld":
            for name in judgement.undosable.open_rows:
                unknown = self._settling(name, Truth.DOES_NOT_APPLY)
                open_.append((unknown, name, f"no dose yet: {judgement.undosable.say}", None))
        unknown, _, say, seen_ = min(open_, key=lambda entry: (len(entry[0]) or len(self.case.facts.seen), entry[1]))
        first = f"; first answer: {self._asked(unknown)}" if unknown else ""
        told = Told(f"is held, because it cannot be excluded: {say.rstrip('.')}{first}", unknown=unknown)
        if seen_ is None or say.startswith("whether"):
            told.say = f"is held: {say.rstrip('.')}{first}"
        told.rules = (seen_,) if seen_ else ()
        told.others = len(open_) - 1
        return told

    def _by_objection_of(self, found: list[Objection]) -> Told:
        facts, objection = min(
            ((self.grounds.of(o.rule.rule), o) for o in found), key=lambda p: (len(p[0]), p[1].rule.rule)
        )
        rules = (reason(self.case, objection.rule, objection.verdict, objection.say),)
        return Told(objection.say, facts, rules=rules, others=len(found) - 1)

    def _settling(self, name: str, wanted: Truth) -> frozenset[str]:
        """The fewest unknown facts with answers that settle a condition in favour of the option.

        Where the search finds none, all on which the condition hangs.
        """
        ways = self._ways.named(name, wanted)
        if ways:
            return min((frozenset(d.finding for d in way) for way in ways), key=lambda f: (len(f), sorted(f)))
        return self.case.open_inputs(name)

    def _asked(self, unknown: frozenset[str]) -> str:
        return _listed([_named(name) for name in sorted(unknown)])

    def _not_indicated(self, judgement: Judgement) -> Told:
        rule = judgement.candidate.rule
        facts = self.grounds.of(rule.rule)
        seen = _listed([f"{_named(n)} {value_text(self.case, n)}" for n in sorted(facts)])
        say = f"is not indicated: {seen}" if seen else "is not indicated: nothing that is known calls for it"
        return Told(say, facts, rules=(reason(self.case, rule, judgement.indicated),))

    def _already_taken(self, judgement: Judgement) -> Told:
        drug = judgement.candidate.drug
        names = [
            name for name, raw in self.case.program.ruleset.vocabulary.findings.items() if raw.medicines == "drugs"
        ]
        taken = drug.title if drug else "it"
        return Told(f"is not started: {taken} is taken already, and has its own line", frozenset(names))

    def _nothing_to_change(self, judgement: Judgement) -> Told:
        refused = judgement.undosable
        return Told(f"is not indicated: {refused.say if refused else 'nothing is taken that it could change'}")

    def _gave_way(self, judgement: Judgement) -> Told:
        instead = [
            self.judgements[option].candidate.offer.title.rstrip(".")
            for option in judgement.candidate.offer.unless_offered
            if self.judgements[option].status == "offered"
        ]
        return Told(f"gives way: {_listed(instead)} stands in its place")

    def _too_little_in_its_favour(self, judgement: Judgement) -> Told:
        chosen = self.arms[judgement.candidate.offer.arm]
        points = chosen.points[judgement.candidate.id]
        counted = _listed(chosen.reasons.get(judgement.candidate.id, []))
        say = f"has {points} points and would need {chosen.arm.at_least}: {counted or 'nothing speaks for it'}"
        return Told(say, rules=self._points(judgement))

    def _second_in_its_arm(self, judgement: Judgement) -> Told:
        chosen = self.arms[judgement.candidate.offer.arm]
        option, first = judgement.candidate.id, chosen.ranking[0] if chosen.ranking else judgement
        slot = self.desk.slots.get(option)
        if first is judgement or judgement not in chosen.ranking:
            limit = slot.because if slot else None
            rules = (reason(self.case, limit, self.case.verdicts[limit.rule]),) if limit else ()
            say = limit.then.at_most.say if limit else "another line stands before it"
            return Told(f"is an alternative only: {say}", rules=rules)
        mine, its = chosen.points[option], chosen.points[first.candidate.id]
        title = first.candidate.offer.title.rstrip(".")
        by = f"with {its} points to {mine}" if its != mine else "by the declared order of equals"
        kept = ", which keeps its place while it is held" if first.status == "withheld" else ""
        return Told(f"is an alternative: {title} stands first {by}{kept}", rules=self._points(judgement, first))

    def _points(self, *judgements: Judgement) -> tuple[Reason, ...]:
        """The preferences that made the points, each once."""
        found: dict[str, Reason] = {}
        for judgement in judgements:
            for rule, entry in self.board.points[judgement.candidate.id]:
                verdict = self.case.verdicts[rule.rule]
                if verdict is Truth.APPLIES or (verdict is Truth.CANNOT_TELL and entry.points < 0):
                    found.setdefault(rule.rule, reason(self.case, rule, verdict, entry.say))
        return tuple(found.values())

    def _undosable(self, judgement: Judgement) -> Told:
        """No dose: the fewest facts with which the formulary answers the same."""
        candidate, refused = judgement.candidate, judgement.undosable
        if refused is None:
            return Told("has no dose")

        def hold(case: Case) -> bool:
            worked = dose_candidate(candidate, case, self.board).worked
            return isinstance(worked, NoDose) and (worked.status, worked.say) == (refused.status, refused.say)

        facts = self.grounds.fewest(self.grounds.known, hold)
        to = f"; {refused.refer.to} decides within {refused.refer.within}" if refused.refer else ""
        return Told(f"has no dose here: {refused.say.rstrip('.')}{to}", facts)

    def _offered(self, judgement: Judgement) -> Told:
        rule = judgement.candidate.rule
        slot = self.desk.slots.get(judgement.candidate.id)
        later = slot is not None and bool(slot.hours)
        say = "is offered, to be started later" if later else "is offered"
        return Told(say, self.grounds.of(rule.rule), rules=(reason(self.case, rule, judgement.indicated),))


@dataclass
class Told:
    """The parts of one answer while it is put together."""

    say: str
    facts: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    rules: tuple[Reason, ...] = ()
    others: int = 0


def standing_of(judgement: Judgement, chosen: Chosen, desk: Desk) -> Standing:
    """Where an option stands on the plan of a patient who is in scope."""
    if judgement.taken and judgement.indicated is not Truth.DOES_NOT_APPLY:
        return "already-taken"
    if judgement.indicated is not Truth.DOES_NOT_APPLY and judgement.status == "not-indicated":
        return "gave-way" if judgement.given_way else "nothing-to-change"
    if _only_undosable(judgement):
        return "undosable"
    others: dict[str, Standing] = {
        "not-indicated": "not-indicated",
        "excluded": "excluded",
        "refer": "referred",
        "withheld": "withheld",
    }
    if judgement.status in others:
        return others[judgement.status]
    if judgement in chosen.below:
        return "too-little-in-its-favour"
    slot = desk.slots.get(judgement.candidate.id)
    first = judgement in chosen.firsts() and slot is not None and slot.hours is not None
    return "offered" if first else "second-in-its-arm"


def _only_undosable(judgement: Judgement) -> bool:
    """Whether nothing but the lack of a dose gives the option its status."""
    refused = judgement.undosable
    if refused is None or refused.status != judgement.status or refused.open_rows:
        return False
    doubted = judgement.status == "withheld" and judgement.indicated is Truth.CANNOT_TELL
    return not doubted and not any(o.status == judgement.status for o in judgement.objections)


def _listed(parts: list[str]) -> str:
    rest = len(parts) - _MOST_NAMED
    shown = [part.rstrip(".") for part in parts[:_MOST_NAMED]]
    return "; ".join([*shown, *([f"{rest} more"] if rest > 0 else [])])


def _named(finding: str) -> str:
    """A finding in few words; its title stands with the facts."""
    return finding.replace("_", " ")
