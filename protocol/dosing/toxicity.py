"""What becomes of a regular opioid under signs of toxicity: held, lowered, or changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from protocol.dosing.opioids import OpioidTables, OpioidTaken, rounded
from protocol.dosing.patch import strength_at_most
from protocol.dosing.refusal import misuse
from protocol.instruments.bounds import exact, measured
from protocol.instruments.wording import amount
from protocol.possible import Numbers, Words
from protocol.rules.conversion import Lowering
from protocol.rules.conversion_parts import fraction
from protocol.rules.rule import Refer

__all__ = ["Lowered", "reduce"]


@dataclass(frozen=True, slots=True)
class Lowered:
    """What to do. `least` and `most` are the new daily amount (or rate) after the larger and the smaller cut.

    `rotate_reason` is the reason to hand to a rotation. With action `ask` nothing is changed.
    """

    action: Literal["none", "ask", "hold", "reduce", "rotate"]
    level: str
    omit_next: Literal["yes", "no"]
    least: Decimal | None
    most: Decimal | None
    unit: str
    rotate_reason: str | None
    refer: Refer | None
    say: tuple[str, ...]
    ask: tuple[str, ...]
    working: tuple[str, ...]


@exact
def reduce(
    tables: OpioidTables,
    regular: OpioidTaken,
    schedule: tuple[str, int] | None,
    level: Words,
    average: Numbers | None,
) -> Lowered:
    """What toxicity asks of a regular opioid; of several levels the gravest, unless there may be none.

    Units:   `schedule` is the product and its doses a day, None for a patch; average on 0 to 10 ("1").
    Range:   amounts rounded down; never above the smaller cut.
    Raises:  ConversionRefused for a level that the table does not hold.
    Source:  the `because` of the toxicity table.
    """
    table = tables.conversion.toxicity
    strangers = level.options - {table.clear, *(row.level for row in table.levels)}
    if strangers:
        raise misuse("toxicity", f"{min(strangers)} is not a level", "name a level of the table")
    if level.options == {table.clear}:
        return _nothing("none", table.clear, ())
    if table.clear in level.options:
        ask = ("Breathing rate over a full minute, sedation score, jerks, hallucinations?",)
        return _nothing("ask", table.clear, ask)
    row = next(row for row in table.levels if row.level in level.options)
    if row.action == "hold":
        return Lowered("hold", row.level, row.omit_next, None, None, "", None, row.refer, (row.say,), (), ())
    if row.action == "reduce-or-rotate" and row.pain_at_most and average is not None:
        edge = fraction(row.pain_at_most)[0]
        if average.low > edge:
            say = (row.say, "Pain is not controlled: change the opioid instead of lowering it.")
            return Lowered("rotate", row.level, "no", None, None, "", row.rotate_reason, row.refer, say, (), ())
    return _cut(tables, regular, schedule, row, average)


def _nothing(action: Literal["none", "ask"], level: str, ask: tuple[str, ...]) -> Lowered:
    say = ("No increase until toxicity is excluded; rescue stays, as its smaller share.",) if ask else ()
    return Lowered(action, level, "no", None, None, "", None, None, say, ask, ())


def _cut(
    tables: OpioidTables,
    regular: OpioidTaken,
    schedule: tuple[str, int] | None,
    row: Lowering,
    average: Numbers | None,
) -> Lowered:
    factor = tables.factor(regular.drug, regular.route)
    ask: tuple[str, ...] = ()
    if row.pain_at_most and (average is None or average.high > fraction(row.pain_at_most)[0]):
        ask = ("Average pain over the last 24 h? If it is not controlled the opioid is changed instead.",)
    unit = factor.unit if factor else ""
    if regular.amount is None or factor is None or row.least is None or row.most is None:
        asked = (*ask, f"Which dose, unit and interval: {regular.name}?")
        return Lowered("reduce", row.level, row.omit_next, None, None, unit, None, row.refer, (row.say,), asked, ())
    now = measured(regular.amount, factor.unit).low
    ends = [_down(tables, regular, schedule, now * (1 - _part(text))) for text in (row.most, row.least)]
    low, high = (amount(end, unit) for end in ends)
    line = f"{amount(now, unit)} less {row.least} to {row.most}, rounded down: {low} to {high}"
    return Lowered(
        "reduce", row.level, row.omit_next, ends[0], ends[1], unit, None, row.refer, (row.say,), ask, (line,)
    )


def _down(tables: OpioidTables, regular: OpioidTaken, schedule: tuple[str, int] | None, daily: Decimal) -> Decimal:
    if schedule is not None:
        product = tables.product(schedule[0])
        return rounded(daily / schedule[1], product.rounding, product.unit) * schedule[1]
    table = tables.patch(regular.drug)
    if table is None:
        raise misuse(regular.name, "this is not a patch of the table", "name its product and doses a day")
    return strength_at_most(table, daily)


def _part(text: str) -> Decimal:
    over, under = fraction(text)
    return over / under
