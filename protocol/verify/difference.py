"""Two rulesets compared: what reads otherwise, a patient for each changed behaviour, and whose plan changes how.

Plans are made by the reference evaluator alone; promise 11 shows that the engine of record says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocol.assessment import Assessment
from protocol.errors import AssessmentError, RulesetError
from protocol.inference.program import Program
from protocol.plan.compare import compare
from protocol.plan.model import Plan
from protocol.rules.effects import effects_of
from protocol.rules.rewrite import rewritten, without
from protocol.rules.targets import set_out
from protocol.verify.changed import ChangedPart, changed_parts
from protocol.verify.diff_witness import Search, Witness
from protocol.verify.draw import drawn
from protocol.verify.rebuilt import rebuilt
from protocol.verify.reference import planned

__all__ = ["Cohort", "Difference", "Moved", "Part", "difference"]


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that is otherwise on one plan: a line, an alert or a medicine that is taken."""

    kind: str
    id: str
    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A changed part, the findings it reads, its witness, and what it alone changes on the plan of `patient`."""

    changed: ChangedPart
    reads: tuple[str, ...]
    witness: Witness | None
    patient: str | None
    plan: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Drawn patients: how many plans change, and for how many each kind of change occurs."""

    seed: int
    drawn: int
    changed: int
    by_kind: Mapping[str, int]
    by_line: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that an entry of the changelog needs."""

    old: str
    new: str
    same_digest: bool
    parts: tuple[Part, ...]
    stories: Mapping[str, tuple[Moved, ...]]
    cohort: Cohort | None

    @property
    def nothing(self) -> bool:
        """Whether nothing at all changed."""
        return not self.parts and not any(self.stories.values()) and not (self.cohort and self.cohort.changed)


@dataclass
class _Pair:
    """The two programs with their boards."""

    old: Program
    new: Program

    def __post_init__(self) -> None:
        self.boards = set_out(self.old.ruleset), set_out(self.new.ruleset)

    def moved(self, assessment: Assessment) -> tuple[Moved, ...]:
        return _moved(planned(self.old, self.boards[0], assessment), planned(self.new, self.boards[1], assessment))


def difference(
    old: Program,
    new: Program,
    stories: Mapping[str, Assessment],
    *,
    cohort: int = 0,
    seed: int = 0,
    solver: bool = True,
) -> Difference:
    """Compare two rulesets over stories and, where asked, over drawn patients.

    Raises:  SolverMissing never: without the solver values are tried instead, and each witness says how it was found.
    """
    pair = _Pair(old, new)
    parts = changed_parts(old, new)
    patients = list(drawn(old, cohort, seed, new)) if cohort else []
    told = {name: pair.moved(story) for name, story in stories.items()} if parts else {}
    search = Search(old, new) if solver else Search(old, new, solver=False)
    people = {**stories, **{patient.assessment_id: patient for patient in patients}}
    return Difference(
        old=_called(old),
        new=_called(new),
        same_digest=old.ruleset.digest == new.ruleset.digest,
        parts=tuple(_part(part, pair, search, people) for part in parts),
        stories=told,
        cohort=_cohort(pair, patients, seed) if cohort else None,
    )


def _called(program: Program) -> str:
    settings = program.ruleset.settings
    return f"{settings.ruleset} {settings.version}"


def _moved(before: Plan, after: Plan) -> tuple[Moved, ...]:
    # What compares two plans of one ruleset is told that these are: here the ruleset is the cause.
    after = after.model_copy(update={"ruleset": before.ruleset})
    found = [Moved(c.kind, c.id, c.what, c.before, c.after) for c in compare(before, after).changes]
    found += _refusals(before, after)
    if before.scope.status != after.scope.status:
        found.insert(0, Moved("scope", "scope", "status", before.scope.status, after.scope.status))
    return tuple(found)


def _refusals(before: Plan, after: Plan) -> list[Moved]:
    """Options that stay off the plan for another kind of reason: withheld until an answer comes, or excluded."""
    first, second = (
        {line.option: place for place in ("withheld", "excluded") for line in getattr(plan, place)}
        for plan in (before, after)
    )
    both = sorted(first.keys() & second.keys())
    return [Moved("option", name, "place", first[name], second[name]) for name in both if first[name] != second[name]]


def _part(part: ChangedPart, pair: _Pair, search: Search, people: Mapping[str, Assessment]) -> Part:
    if part.what == "examples only":
        return Part(part, (), None, None, ())
    witness = search.witness(part.name, _acted_on(part, pair)) if part.what != "changed" or _speaks(part) else None
    reads = tuple(sorted(_reads(part, pair)))
    alone = _alone(part, pair)
    if alone is None:
        return Part(part, reads, witness, None, ())
    shown: dict[str, Assessment] = {}
    if witness is not None and witness.assessment is not None:
        try:
            shown["the witness"] = Assessment.read(dict(witness.assessment))
        except AssessmentError:
            shown = {}
    for name, assessment in {**shown, **people}.items():
        moved = alone.moved(assessment)
        if moved:
            return Part(part, reads, witness, name, moved)
    return Part(part, reads, witness, None, ())


def _reads(part: ChangedPart, pair: _Pair) -> frozenset[str]:
    """The findings that a rule reads, before or after, and the raw ones behind them."""
    names: set[str] = set()
    for program in (pair.old, pair.new):
        mine = program.facts_read.get(part.name, ())
        names |= {*mine, *(raw for name in mine for raw in program.raw_behind.get(name, ()))}
    return frozenset(names)


def _speaks(part: ChangedPart) -> bool:
    """Whether it may say something else of somebody: more than its evidence and its words changed."""
    return bool(part.effects) or any(edit.where.startswith(("when", "then derive")) for edit in part.edits)


def _acted_on(part: ChangedPart, pair: _Pair) -> list[str]:
    """The options that get something else from a rule, or that a rule acts on whose condition changed."""
    named = [edit.where for edit in part.effects if edit.where in pair.boards[1].by_id]
    rule = pair.new.ruleset.by_id.get(part.name)
    if named or rule is None:
        return named
    return [name for name in effects_of(rule, pair.new.candidates) if name in pair.boards[1].by_id]


def _alone(part: ChangedPart, pair: _Pair) -> _Pair | None:
    """The old ruleset with this part as the new one has it; None where it cannot stand there alone."""
    old, new = pair.old.ruleset, pair.new.ruleset
    try:
        if part.what == "removed" and part.name in old.by_id:
            return _Pair(pair.old, rebuilt(pair.old, without(old, part.name), part.name))
        if part.what != "changed" or part.name not in old.items or part.name not in new.items:
            return None
        changed = rewritten(old, part.name, new.items[part.name].data)
        return _Pair(pair.old, rebuilt(pair.old, changed, part.name))
    except (RulesetError, KeyError, ValueError, RuntimeError):
        return None


def _cohort(pair: _Pair, patients: Iterable[Assessment], seed: int) -> Cohort:
    count = changed = 0
    by_kind: dict[str, int] = {}
    by_line: dict[str, int] = {}
    for patient in patients:
        moved = pair.moved(patient)
        count += 1
        changed += bool(moved)
        for key in {f"{m.kind} {m.what}" for m in moved}:
            by_kind[key] = by_kind.get(key, 0) + 1
        for key in {f"{m.id} {m.what}" for m in moved}:
            by_line[key] = by_line.get(key, 0) + 1
    return Cohort(seed, count, changed, _most_first(by_kind), _most_first(by_line))


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
