"""Tables for what plain factors do not fit: patches, a drug without an equivalent, doses by weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from protocol.rules.conversion_parts import FormLine, Fraction, Gate, Named, StartCap, gates_of
from protocol.rules.formulary import Edge, Step
from protocol.rules.rule import Amount, Because, Id, Name, Refer, Say, Strict

__all__ = [
    "ByWeight",
    "LowStart",
    "OrganShare",
    "PatchTable",
    "Published",
    "SwitchDay",
    "WithoutEquivalent",
    "Younger",
]


class PatchTable(Strict):
    """One patch: its strengths, the one-way caps of its label, and how to get on and off it.

    Totals below the first cap do not start it. `refer_above` ends automatic conversion; above `taper_above`
    the old opioid is first lowered. `shortfall` is the share of the old total below which a warning is due.
    """

    drug: Id
    route: str
    form: str
    unit: str
    every: Amount
    strengths: tuple[Amount, ...] = Field(min_length=1)
    start_caps: tuple[StartCap, ...] = Field(min_length=1)
    below_caps: Say
    taper_above: Amount | None = None
    taper_say: Say | None = None
    refer_above: Amount | None = None
    at_most: Amount
    step_at_most: Amount
    review_above: Amount | None = None
    refer: Refer
    gates: tuple[Gate, ...]
    shortfall: Fraction
    shortfall_say: Say
    starting: tuple[FormLine, ...]
    wait_after_removal: Amount
    removal_say: Say
    because: Because


class LowStart(Strict):
    """A start that is a fixed amount because the total that is left is low."""

    daily: Amount
    doses_per_day: int = Field(ge=1)


class Younger(Strict):
    """The smaller divisor, for totals below an edge in patients surely under an age."""

    under: Amount
    below_total: Amount
    divide_by: int = Field(ge=1)


class OrganShare(Strict):
    """A share of the start while an organ fails; of several the smallest holds, they are not multiplied."""

    row: Id
    when: Any
    times: Fraction


class SwitchDay(Strict):
    """One day of a stepwise switch: what is left of the old opioid, and how much of the new one is given."""

    old: Fraction
    new: Fraction


class PublishedRow(Strict):
    from_: Edge = Field(alias="from")
    ratio: Fraction


class Published(Strict):
    """A published ratio table, highest edge first: printed for comparison and never used for a dose."""

    source: Id
    rows: tuple[PublishedRow, ...]


class WithoutEquivalent(Strict):
    """A drug with no linear equivalent: start bands, stepwise switch, slow increases, gates.

    `age` names the finding that the bands read beside the total.
    """

    drug: Id
    product: Id
    low_below: Amount
    low: tuple[LowStart, ...] = Field(min_length=1)
    smaller_when: Any
    smaller: Amount
    divide_by: int = Field(ge=1)
    age: Name
    younger: Younger
    organs: tuple[OrganShare, ...]
    at_most: Amount
    doses_per_day: int = Field(ge=1)
    gates: tuple[Gate, ...]
    switch: tuple[SwitchDay, ...] = Field(min_length=1)
    increase_at_most: Amount
    increase_every: Amount
    refer: Refer
    say: tuple[Say, ...]
    published: tuple[Published, ...]
    because: Because

    def conditions(self, index: int) -> Iterator[Named]:
        """Its conditions by name; `index` is its place in the file."""
        name = f"without-equivalent-{self.drug}"
        path = ("without_equivalent", index)
        yield f"conversion/{name}/smaller", self.smaller_when, (*path, "smaller_when")
        for i, organ in enumerate(self.organs):
            yield f"conversion/{name}/{organ.row}", organ.when, (*path, "organs", i, "when")
        yield from gates_of(name, self.gates, (*path, "gates"))


class ByWeight(Strict):
    """A bolus and an infusion per kilogram of the lower of ideal and actual weight."""

    drug: Id
    not_below: Amount
    bolus: Amount
    over: Amount
    infusion_start: Amount
    infusion_most: Amount
    infusion_cap: Amount
    hours: Amount
    rounding: tuple[Step, ...] = Field(min_length=1)
    gates: tuple[Gate, ...]
    refer: Refer
    because: Because
