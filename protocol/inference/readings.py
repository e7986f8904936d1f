"""Findings as the whole numbers of a fact, and whether they are what the conditions ask for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from protocol.errors import EngineFault, Fault
from protocol.inference.evaluate import Findings
from protocol.inference.formulas import Field, Scale, Scales, Shape, scale_of
from protocol.possible import Members, Numbers, Possible, Words, same_kind
from protocol.rules.condition import Condition, comparisons

__all__ = ["Reader", "refuse_misfits"]

_NEEDED: dict[Shape, type[Possible] | tuple[type[Possible], ...]] = {
    Shape.NUMBER: Numbers,
    Shape.COUNT: Members,
    Shape.LIST: Members,
    Shape.WORD: Words,
    Shape.ANYTHING: (Numbers, Words, Members),
}

# All the stretches on a scale of two places, by the number of ends that are at the upper one.
_STRETCHES = ((0, 0), (0, 1), (1, 1))
_END = {"low": 0, "high": 1}


def refuse_misfits(conditions: Mapping[str, Condition], domains: Mapping[str, Possible]) -> None:
    """Look for comparisons that their findings cannot answer.

    Errors: EngineFault naming all of them.
    """
    faults = []
    for name, condition in conditions.items():
        where = f'the condition of "{name}"'
        for scale in map(scale_of, comparisons(condition)):
            domain = domains.get(scale.finding)
            if domain is None:
                what = f"it asks for {scale.finding}, of which it is not said what it can be."
                faults.append(Fault(where, what, "Declare the finding, or correct its name."))
            elif not isinstance(domain, _NEEDED[scale.shape]):
                what = f"it asks for {scale.finding} as {scale.shape}, but that is {_kind(domain)}."
                faults.append(Fault(where, what, "Use a comparison that fits the finding."))
    if faults:
        raise EngineFault(*faults)


class Reader:
    """Turns findings into the fields of facts, each written once however many parts carry it.

    `places` says where in the answer of `read` each field stands.
    """

    def __init__(self, scales: Scales, names: Mapping[Field, str], domains: Mapping[str, Possible]) -> None:
        self._domains = {scale.finding: domains[scale.finding] for scale in scales.marks}
        self._rank = scales.rank
        self._ranks: list[tuple[Scale, list[tuple[int, str]], list[str]]] = []
        self._flags: dict[Shape, list[tuple[Scale, list[list[str]]]]] = {shape: [] for shape in Shape}
        of_scale: dict[Scale, list[Field]] = {}
        for field in names:
            of_scale.setdefault(field[0].scale, []).append(field)
        for scale, fields in of_scale.items():
            if scale.graded:
                starts = [(_END[slot.end], f'"{names[slot, low]}":') for slot, low in fields]
                # Of most patients most numbers are unknown: what is then written never changes.
                self._ranks.append((scale, starts, self._ranked(scale, starts, domains[scale.finding])))
            else:
                self._flags[scale.shape].append((scale, [_flags(fields, names, ends) for ends in _STRETCHES]))
        order = [scale for scale, _, _ in self._ranks]
        order += [scale for shape in Shape for scale, _ in self._flags[shape]]
        self.places = {field: n for n, field in enumerate(f for scale in order for f in of_scale[scale])}

    def read(self, findings: Findings) -> list[str]:
        """Every field as a fact carries it, empty when it is not carried.

        Errors: EngineFault when a finding is absent, or of another shape or unit than its domain.
        """
        _refuse_strangers(findings.values, self._domains)
        # Which the next two lines rely on, and spare asking of every value again.
        words = cast("Mapping[str, Words]", findings.values)
        lists = cast("Mapping[str, Members]", findings.values)
        written: list[str] = []
        for scale, starts, unknown in self._ranks:
            held = findings.values[scale.finding]
            whole = held is self._domains[scale.finding]
            written += unknown if whole else self._ranked(scale, starts, held)
        # In the order of Shape. The index counts at how many of the two ends the scale's words hold.
        for scale, flags in self._flags[Shape.LIST]:
            value = lists[scale.finding]
            surely = not value.listed.isdisjoint(scale.words)
            written += flags[surely + (not value.possible.isdisjoint(scale.words))]
        for scale, flags in self._flags[Shape.WORD]:
            options = words[scale.finding].options
            written += flags[(options <= scale.words) + (not options.isdisjoint(scale.words))]
        for scale, flags in self._flags[Shape.ANYTHING]:
            written += flags[2 if scale.finding in findings.unknown else 0]
        return written

    def _ranked(self, scale: Scale, starts: list[tuple[int, str]], value: Possible) -> list[str]:
        """The fields of a scale of many places: where the two ends of the value stand on it."""
        ends: tuple[Decimal | int, Decimal | int]
        if scale.shape is Shape.NUMBER:
            numbers = cast("Numbers", value)
            ends = (numbers.low, numbers.high)
        else:
            members = cast("Members", value)
            ends = (len(members.listed), len(members.possible))
        ranks = [self._rank(scale, end) for end in ends]
        return [f"{start}{ranks[end]}," for end, start in starts]


def _flags(fields: list[Field], names: Mapping[Field, str], ends: tuple[int, int]) -> list[str]:
    """The flags of a scale for one stretch, with empty texts for those that do not hold."""
    return [f'"{names[slot, low]}":1,' if (ends[_END[slot.end]] == 0) == low else "" for slot, low in fields]


def _refuse_strangers(values: Mapping[str, Possible], domains: Mapping[str, Possible]) -> None:
    """Look for findings that are not what they were declared to be."""
    faults = []
    for name, domain in domains.items():
        value = values.get(name)
        if value is domain:
            continue
        if value is None:
            what, remedy = "nothing is held of it, not even that it is unknown.", "Give it its whole domain."
            faults.append(Fault(f"the finding {name}", what, remedy))
        elif not same_kind(value, domain):
            what = f"it holds {_kind(value)}, but it is declared as {_kind(domain)}."
            faults.append(Fault(f"the finding {name}", what, "Convert it before it is compared."))
    if faults:
        raise EngineFault(*faults)


def _kind(value: Possible) -> str:
    match value:
        case Numbers(_, _, unit):
            return f"a number of {unit}" if unit else "a number"
        case Words():
            return "a word"
        case Members():
            return "a list"
