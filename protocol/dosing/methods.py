"""The ways to work out a dose from the opioids that are taken, under one answer.

Each way asks one function of this floor; what it cannot settle is refused with its reason, never guessed. Of
several reasons that may hold, the one that leaves the lowest dose counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from protocol.dosing.banded import BandedStart, banded_start
from protocol.dosing.bedside import Bedside, Changed, Order
from protocol.dosing.opioids import OpioidTables, OpioidTaken, rounded, start_total
from protocol.dosing.patch import Patch, to_patch
from protocol.dosing.refusal import Refused, asked
from protocol.dosing.rescue import RescueDose, RescueWish, rescue
from protocol.dosing.rotation import Change, Rotation, rotate, started
from protocol.dosing.routes import Infusion, last_days_infusion, route_change
from protocol.dosing.titration import Titrated, titrate, titrate_patch
from protocol.instruments.wording import amount, shown
from protocol.rules.conversion import Product
from protocol.rules.method import Method, Way
from protocol.rules.rule import Refer

__all__ = ["changed_dose", "product_of"]

_DAY = Decimal(24)
_SPECIALIST = Refer(to="specialist palliative care", within="24 h")


def changed_dose(tables: OpioidTables, method: Method, drug: str, bedside: Bedside) -> Changed | Refused | None:
    """The dose of an option whose way is not a dose table; None where nothing is taken that it could change.

    Units:   the product's unit; hours.
    Range:   as the way itself states.
    Raises:  ConversionRefused for a product or reason that the table does not hold.
    Source:  the `because` of each part of the table.
    """
    if not bedside.regular:
        return None
    return _WAYS[method.by](tables, method, drug, bedside)


def _wish(method: Method, bedside: Bedside, single: Decimal | None = None) -> RescueWish:
    cautious = asked(bedside.verdicts, "conversion/rescue/cautious")
    return RescueWish(method.rescue, cautious, asked(bedside.verdicts, "conversion/rescue/last-days"), single)


def _titrate(tables: OpioidTables, method: Method, drug: str, bedside: Bedside) -> Changed | Refused | None:
    mine = [o for o in bedside.regular if (o.taken.drug, o.taken.route) == (drug, method.route)]
    if not mine:
        return None
    if len(bedside.regular) > 1:
        return Refused("refer", "More than one regular opioid: a specialist decides which is raised.", _SPECIALIST)
    order = mine[0]
    patch = tables.patch(drug)
    if patch is not None and patch.route == method.route:
        worn = replace(order.taken, form=patch.form)  # what is taken through the skin is a patch, named so or not
        wish = _wish(method, bedside)
        answer = titrate_patch(tables, worn, bedside.as_needed, order.state, wish, bedside.verdicts)
        return _raised(tables, method, answer, patch.form, patch.route)
    product = product_of(tables, order.taken)
    if isinstance(product, Refused):
        return product
    if order.doses is None:
        return Refused("withheld", f"How often is not known: {order.taken.name}.")
    schedule = (product.product, order.doses)
    wish = _wish(method, bedside)
    answer = titrate(tables, order.taken, bedside.as_needed, schedule, order.state, wish, bedside.verdicts)
    return _raised(tables, method, answer, product.form, product.route)


def product_of(tables: OpioidTables, taken: OpioidTaken) -> Product | Refused:
    """The product of the table that an order means, or why there is none."""
    if not taken.form:
        return Refused("withheld", f"The form is not known: {taken.name}.")
    rows = tables.conversion.products.rows
    found = next(
        (p for p in rows if (p.drug, p.route) == (taken.drug, taken.route) and taken.form in (p.form, *p.also)), None
    )
    if found is None:
        reason = f"The table of products has no {taken.form} of {taken.drug} by this route."
        return Refused("refer", reason, _SPECIALIST)
    return found


def _raised(
    tables: OpioidTables, method: Method, answer: Titrated | Refused, form: str, route: str
) -> Changed | Refused:
    if isinstance(answer, Refused):
        return answer
    if answer.action == "unchanged":
        status: Literal["withheld", "excluded"] = "withheld" if answer.ask or answer.open_rows else "excluded"
        return Refused(status, answer.reason, None, answer.ask, answer.open_rows)
    if isinstance(answer.rescue, Refused):
        return answer.rescue
    return _answer(
        tables,
        method,
        _Given("increase", answer.per_dose, answer.unit, route, form, answer.every),
        answer.rescue,
        (),
        answer.working,
    )


@dataclass(frozen=True, slots=True)
class _Given:
    action: Literal["increase", "convert"]
    amount: Decimal
    unit: str
    route: str
    form: str
    every: Decimal


def _answer(
    tables: OpioidTables,
    method: Method,
    given: _Given,
    needed: RescueDose,
    say: tuple[str, ...],
    working: tuple[str, ...],
) -> Changed:
    beside = tables.product(method.rescue)
    return Changed(
        action=given.action,
        amount=given.amount,
        unit=given.unit,
        route=given.route,
        form=given.form,
        every=given.every,
        rescue=needed,
        rescue_route=beside.route,
        rescue_form=beside.form,
        say=tuple(dict.fromkeys((*say, *needed.say))),
        working=(*working, *needed.working),
    )


def _lowest(answers: list[Rotation | Refused] | list[Patch | Refused]) -> Rotation | Patch | Refused:
    refused = [a for a in answers if isinstance(a, Refused)]
    if refused:
        return refused[0]
    return min(
        (a for a in answers if not isinstance(a, Refused)),
        key=lambda a: a.daily if isinstance(a, Rotation) else a.strength,
    )


def _reasons(tables: OpioidTables, bedside: Bedside) -> list[str]:
    known = {row.reason for row in tables.conversion.reductions.rows if row.reason}
    return sorted(bedside.reasons & known)


def _rotate(tables: OpioidTables, method: Method, drug: str, bedside: Bedside) -> Changed | Refused | None:
    if any(order.taken.drug == drug for order in bedside.regular):
        return None
    product = tables.product(str(method.product))
    doses = method.doses_per_day or 1
    reasons = _reasons(tables, bedside)
    if not reasons:
        return None
    wish = _wish(method, bedside)
    answers = [
        rotate(
            tables,
            bedside.everything,
            Change(product.product, doses, reason, wish, bedside.approved),
            bedside.verdicts,
        )
        for reason in reasons
    ]
    answer = _lowest(answers)
    if not isinstance(answer, Rotation):
        return answer if isinstance(answer, Refused) else None
    if isinstance(answer.rescue, Refused):
        return answer.rescue
    if answer.rescue is None:
        return Refused("refer", "There is no rescue dose beside it.", _SPECIALIST)
    wait = (f"First regular dose {shown(answer.wait)} h after the patch comes off.",) if answer.wait else ()
    given = _Given("convert", answer.per_dose, answer.unit, product.route, product.form, answer.every)
    return _answer(tables, method, given, answer.rescue, (*answer.say, *wait), answer.working)


def _to_patch(tables: OpioidTables, method: Method, drug: str, bedside: Bedside) -> Changed | Refused | None:
    table = tables.patch(drug)
    if table is None or any((t.drug, t.route) == (drug, table.route) for t in bedside.everything):
        return None
    reasons = _reasons(tables, bedside)
    if not reasons:
        return None
    wish = _wish(method, bedside)
    answers = [
        to_patch(tables, bedside.everything, drug, reason, wish, bedside.verdicts, bedside.approved)
        for reason in reasons
    ]
    answer = _lowest(answers)
    if not isinstance(answer, Patch):
        return answer if isinstance(answer, Refused) else None
    if isinstance(answer.rescue, Refused):
        return answer.rescue
    given = _Given("convert", answer.strength, answer.unit, table.route, table.form, answer.every)
    return _answer(tables, method, given, answer.rescue, answer.say, answer.working)


def _stepwise(tables: OpioidTables, method: Method, drug: str, bedside: Bedside) -> Changed | Refused | None:
    if any(order.taken.drug == drug for order in bedside.regular):
        return None
    whole = start_total(bedside.everything, tables)
    if isinstance(whole, Refused):
        return whole
    answer = banded_start(tables, drug, whole.total, bedside.age, bedside.verdicts, bedside.approved)
    if isinstance(answer, Refused):
        return answer
    needed = rescue(tables, [order.taken for order in bedside.regular], _wish(method, bedside))
    if isinstance(needed, Refused):
        return needed
    return _answer(tables, method, _banded(tables, drug, answer), needed, answer.say, answer.working)


def _banded(tables: OpioidTables, drug: str, start: BandedStart) -> _Given:
    special = tables.special(drug)
    product = tables.product(special.product if special else drug)
    return _Given("convert", start.per_dose, start.unit, product.route, product.form, start.every)


def _one_of(drug: str, bedside: Bedside) -> Order | Refused | None:
    mine = [order for order in bedside.regular if order.taken.drug == drug]
    if not mine:
        return None
    if len(bedside.regular) > 1:
        return Refused("refer", "More than one regular opioid: the specialist decides.", _SPECIALIST)
    return mine[0]


def _change_route(tables: OpioidTables, method: Method, drug: str, bedside: Bedside) -> Changed | Refused | None:
    order, product = _one_of(drug, bedside), tables.product(str(method.product))
    if order is None or isinstance(order, Refused):
        return order
    if order.taken.route == product.route:
        return None
    answer = route_change(tables, order.taken, product.route)
    if isinstance(answer, Refused):
        return answer
    doses = method.doses_per_day or 1
    per_dose = rounded(answer.amount / doses, product.rounding, product.unit)
    if per_dose == 0:
        return Refused("refer", f"Less than the smallest dose of {product.product}.", _SPECIALIST)
    needed = rescue(tables, [started(product, per_dose * doses)], _wish(method, bedside))
    if isinstance(needed, Refused):
        return needed
    line = f"rounded down to {doses} x {amount(per_dose, product.unit)} in 24 h"
    given = _Given("convert", per_dose, product.unit, product.route, product.form, _DAY / doses)
    return _answer(tables, method, given, needed, answer.say, (*answer.working, line))


def _last_days(tables: OpioidTables, method: Method, drug: str, bedside: Bedside) -> Changed | Refused | None:
    order, product = _one_of(drug, bedside), tables.product(str(method.product))
    if order is None or isinstance(order, Refused):
        return order
    if order.taken.route == product.route:
        return None
    average = order.state.average
    wish = _wish(method, bedside)
    answer = last_days_infusion(tables, bedside.everything, product.product, average, wish, bedside.verdicts)
    if isinstance(answer, Refused):
        return answer
    if not isinstance(answer, Infusion):
        return Refused("refer", " ".join(answer.say), _SPECIALIST)
    if isinstance(answer.rescue, Refused):
        return answer.rescue
    given = _Given("convert", answer.daily, answer.unit, product.route, product.form, _DAY)
    return _answer(tables, method, given, answer.rescue, answer.say, answer.working)


_WAYS: Mapping[Way, Callable[[OpioidTables, Method, str, Bedside], Changed | Refused | None]] = {
    "titrate": _titrate,
    "rotate": _rotate,
    "to-patch": _to_patch,
    "stepwise": _stepwise,
    "change-route": _change_route,
    "last-days": _last_days,
}
