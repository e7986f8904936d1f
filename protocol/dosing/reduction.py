"""How much lower a new opioid starts than the equivalents say: the largest of the rows that hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from protocol.dosing.opioids import OpioidTables, mass
from protocol.dosing.refusal import Refused, Verdicts, asked, gate, misuse
from protocol.possible import Numbers
from protocol.rules.conversion import ReductionRow
from protocol.rules.conversion_parts import fraction
from protocol.terms import Truth

__all__ = ["Reduction", "reduction"]


@dataclass(frozen=True, slots=True)
class Reduction:
    """The part that is taken away, the rows that hold or cannot be told, and what they say."""

    r: Decimal
    rows: tuple[str, ...]
    say: tuple[str, ...]

    @property
    def working(self) -> str:
        return f"r {self.r}, the largest of: {', '.join(self.rows)}"


def reduction(
    tables: OpioidTables,
    whole: Numbers,
    drug: str,
    reason: str,
    verdicts: Verdicts,
    approved: frozenset[str],
) -> Reduction | Refused:
    """The reduction r for starting a drug by conversion, or what bars that drug.

    Units:   whole in mg/(24.h) of the measure.
    Range:   from the table's least upward, below 1; one row more never lowers it.
    Raises:  ConversionRefused for a reason that the table does not hold, or a condition not judged.
    Source:  the `because` of the reductions.
    """
    table = tables.conversion.reductions
    if reason not in {row.reason for row in table.rows}:
        raise misuse("reductions", f"{reason} is not a reason to change an opioid", "name one of the table's reasons")
    barred = gate("reductions", [g for g in table.gates if g.drug == drug], verdicts, approved)
    if barred is not None:
        return barred
    rows = list(_holding(tables, whole, drug, reason, verdicts))
    closed = _approval(rows, verdicts, approved)
    if closed is not None:
        return closed
    least = _part(table.least)
    r = max([least, *(_part(row.r) for row, _ in rows)])
    names = tuple(f"{row.row} (cannot be told)" if v is Truth.CANNOT_TELL else row.row for row, v in rows)
    return Reduction(r, names, tuple(row.say for row, _ in rows if row.say))


def _holding(
    tables: OpioidTables, whole: Numbers, drug: str, reason: str, verdicts: Verdicts
) -> Iterator[tuple[ReductionRow, Truth]]:
    for row in sorted(tables.conversion.reductions.rows, key=lambda row: row.row):
        if row.drug not in (None, drug):
            continue
        verdict = Truth.DOES_NOT_APPLY
        if row.reason is not None:
            verdict = Truth.APPLIES if row.reason == reason else verdict
        elif row.total_from is not None:
            edge = mass(row.total_from)
            verdict = Truth.APPLIES if whole.low >= edge else Truth.CANNOT_TELL if whole.high >= edge else verdict
        else:
            verdict = asked(verdicts, f"conversion/reductions/{row.row}")
        if verdict is not Truth.DOES_NOT_APPLY:
            yield row, verdict


def _approval(rows: list[tuple[ReductionRow, Truth]], verdicts: Verdicts, approved: frozenset[str]) -> Refused | None:
    closed = [
        (row, verdict)
        for row, verdict in rows
        if row.approval is not None and f"conversion/reductions/{row.row}" not in approved
    ]
    sure = [row for row, _ in closed if asked(verdicts, f"conversion/reductions/{row.row}") is Truth.APPLIES]
    if sure:
        return Refused("refer", "Kidney or liver function asks for a specialist before this opioid.", sure[0].approval)
    if closed:
        names = tuple(f"conversion/reductions/{row.row}" for row, _ in closed)
        return Refused("withheld", "Kidney or liver function is open, and decides this opioid.", None, (), names)
    return None


def _part(text: str) -> Decimal:
    over, under = fraction(text)
    return over / under
