"""The numbers of opioid arithmetic as data: `formulary/opioid-conversion.yaml`, read strictly.

What a method does stands in `protocol.dosing`; every number it uses stands here, beside its evidence.
A condition (`when`) is named `conversion/<table>/<row>`: `Conversion.conditions` lists them all, so that they
are compiled and judged like those of any rule. A row that cannot be told counts as one that applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from protocol.rules.conversion_parts import FormLine, Fraction, Gate, Named, gates_of
from protocol.rules.conversion_special import ByWeight, PatchTable, WithoutEquivalent
from protocol.rules.formulary import Step
from protocol.rules.rule import Amount, Because, Id, Name, Refer, Say, Strict

__all__ = [
    "Conversion",
    "LastDays",
    "Lowering",
    "Pace",
    "Product",
    "ReductionRow",
    "Reductions",
    "RescueTable",
    "RoutePair",
    "TargetGate",
    "TitrationTable",
    "ToxicityTable",
]


class Product(Strict):
    """One way to give an opioid: what a dose is rounded down to, and what it may not exceed.

    `also` are other forms on a list of medicines that mean this product. `smallest` is the least single dose that
    can be measured. `start_at_most` limits what a conversion may begin with and `at_most` what titration may reach,
    both for 24 hours. `say` goes with every dose of it, or with those below `say_below`.
    """

    product: Id
    drug: Id
    route: str
    form: str
    also: tuple[str, ...] = ()
    unit: str
    rounding: tuple[Step, ...] = Field(min_length=1)
    smallest: Amount | None = None
    start_at_most: Amount | None = None
    at_most: Amount | None = None
    say: str | None = None
    say_below: Amount | None = None


class Products(Strict):
    """Every product that a calculated dose may be rounded to."""

    rows: tuple[Product, ...]
    because: Because


class ReductionRow(Strict):
    """A part `r` by which the calculated dose is lowered; of all rows that hold, the largest counts.

    A row holds by its reason, by the size of the total that is left, or by its condition; `drug` narrows it
    to one target. With `approval` it also refuses until the approval `opened_by` is on record.
    """

    row: Id
    r: Fraction
    reason: str | None = None
    total_from: Amount | None = None
    when: Any = None
    drug: Id | None = None
    approval: Refer | None = None
    opened_by: Id | None = None
    say: Say | None = None


class TargetGate(Gate):
    """A gate on starting one drug by conversion."""

    drug: Id


class Reductions(Strict):
    """How much lower the new opioid starts. `weak` names the drugs that the weak-to-strong rule leaves."""

    rows: tuple[ReductionRow, ...]
    gates: tuple[TargetGate, ...]
    least: Fraction
    weak: tuple[Id, ...]
    weak_reason: str
    weak_at_most: Amount
    because: Because


class Shares(Strict):
    """One part in `divide_by` up to a total; beyond it one in `above`, never less than `at_least`."""

    divide_by: int = Field(ge=1)
    up_to: Amount
    above: int = Field(ge=1)
    at_least: Amount


class Interval(Strict):
    """Least hours between two as-needed doses by one route."""

    route: str
    every: Amount
    last_days: Amount


class Fallback(Strict):
    """Where no share can be measured: the regular single dose, this far apart, up to this total."""

    up_to: Amount
    every: Amount
    at_most: int = Field(ge=1)


class RescueTable(Strict):
    """The as-needed dose as a share of the regular total."""

    usual: Shares
    cautious: int = Field(ge=1)
    cautious_when: Any
    last_days_when: Any
    at_least_share: Amount
    at_most_share: Amount
    at_most: int = Field(ge=1)
    check_above: Amount
    intervals: tuple[Interval, ...]
    fallback: Fallback
    because: Because


class StepCap(Strict):
    """A smaller step while a condition holds; `every` lengthens the interval of one form."""

    row: Id
    when: Any
    at_most: Fraction
    form: str | None = None
    every: Amount | None = None


class Pace(Strict):
    """Least time between two increases; `first` is the earlier one that some patches allow."""

    form: str
    drug: Id | None = None
    every: Amount
    first: Amount | None = None


class NextStrength(Strict):
    """One strength up although it exceeds the cap, where the next strength is far away."""

    drugs: tuple[Id, ...]
    worth_at_most: Amount
    not_when: Any


class TitrationTable(Strict):
    """How far and how soon a regular opioid is raised; `average` is the finding that holds average pain."""

    average: Name
    average_from: Fraction
    doses_from: int
    on_days: int
    at_most: Fraction
    none_used: Fraction
    caps: tuple[StepCap, ...]
    gates: tuple[Gate, ...]
    paces: tuple[Pace, ...]
    next_strength: NextStrength
    because: Because


class Lowering(Strict):
    """What follows from one level of toxicity; `least` and `most` bound the part that is taken away."""

    level: str
    action: Literal["hold", "reduce", "reduce-or-rotate"]
    least: Fraction | None = None
    most: Fraction | None = None
    omit_next: Literal["yes", "no"] = "no"
    pain_at_most: Fraction | None = None
    rotate_reason: str | None = None
    say: Say
    refer: Refer


class ToxicityTable(Strict):
    """Levels of a finding from the gravest to the mildest; its word `clear` means that there is none."""

    finding: Name
    clear: str
    levels: tuple[Lowering, ...]
    because: Because


class RoutePair(Strict):
    """Same drug, new route: what one unit of the old daily amount becomes. Directed, and never inverted."""

    drug: Id
    from_: str = Field(alias="from")
    to: str
    times: Fraction
    say: Say | None = None


class Routes(Strict):
    rows: tuple[RoutePair, ...]
    because: Because


class LastDays(Strict):
    """The same opioid by subcutaneous infusion when the mouth fails."""

    route: str
    form: str
    average_from: Fraction
    doses_from: int
    starts: tuple[FormLine, ...]
    kidney_when: Any
    kidney_say: Say
    kidney_unknown: Say
    irritated_when: Any
    irritated_less: Fraction
    patch_extra_at_most: Fraction
    patch_say: Say
    because: Because


class Conversion(Strict):
    """The whole table. `measure` is what totals are counted in, in the words of the plan."""

    measure: str
    products: Products
    reductions: Reductions
    rescue: RescueTable
    titration: TitrationTable
    toxicity: ToxicityTable
    routes: Routes
    patches: tuple[PatchTable, ...]
    without_equivalent: tuple[WithoutEquivalent, ...]
    last_days: LastDays
    by_weight: tuple[ByWeight, ...]

    def conditions(self) -> Iterator[Named]:
        """Every condition of the table: its name, what is written, and where it stands."""
        for i, row in enumerate(self.reductions.rows):
            if row.when is not None:
                yield f"conversion/reductions/{row.row}", row.when, ("reductions", "rows", i, "when")
        yield from gates_of("reductions", self.reductions.gates, ("reductions", "gates"))
        yield "conversion/rescue/cautious", self.rescue.cautious_when, ("rescue", "cautious_when")
        yield "conversion/rescue/last-days", self.rescue.last_days_when, ("rescue", "last_days_when")
        for i, cap in enumerate(self.titration.caps):
            yield f"conversion/titration/{cap.row}", cap.when, ("titration", "caps", i, "when")
        yield from gates_of("titration", self.titration.gates, ("titration", "gates"))
        next_up = ("titration", "next_strength", "not_when")
        yield "conversion/titration/next-strength", self.titration.next_strength.not_when, next_up
        for i, patch in enumerate(self.patches):
            yield from gates_of(f"patch-{patch.drug}", patch.gates, ("patches", i, "gates"))
        for i, special in enumerate(self.without_equivalent):
            yield from special.conditions(i)
        yield "conversion/last-days/kidney", self.last_days.kidney_when, ("last_days", "kidney_when")
        yield "conversion/last-days/irritated", self.last_days.irritated_when, ("last_days", "irritated_when")
        for i, weighed in enumerate(self.by_weight):
            yield from gates_of(f"weight-{weighed.drug}", weighed.gates, ("by_weight", i, "gates"))

    def approvals(self) -> dict[str, str]:
        """The recorded approval that opens each condition which one can open, by the condition's name."""
        found = {f"conversion/reductions/{r.row}": r.opened_by for r in self.reductions.rows}
        gates = [("reductions", self.reductions.gates), ("titration", self.titration.gates)]
        gates += [(f"patch-{p.drug}", p.gates) for p in self.patches]
        gates += [(f"without-equivalent-{w.drug}", w.gates) for w in self.without_equivalent]
        gates += [(f"weight-{w.drug}", w.gates) for w in self.by_weight]
        found |= {f"conversion/{table}/{gate.row}": gate.opened_by for table, rows in gates for gate in rows}
        return {name: approval for name, approval in found.items() if approval}
