"""Promise 5: doses stay in their tables.

No dose leaves its table; rounding never exceeds a cap and never reaches zero without `refer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment
from protocol.dosing.dose import round_to_step
from protocol.inference.case import Case
from protocol.inference.program import band_name
from protocol.plan.model import PlanLine
from protocol.possible import Numbers
from protocol.quantity import Quantity
from protocol.rules.formulary import Amounts, Regimen, Step
from protocol.rules.rule import Bound, CautionThen
from protocol.rules.ruleset import Ruleset
from protocol.terms import Truth
from tests.engines import NAMES, Name, engine, plan_of
from tests.plans import daily, hours, named, offered, options
from tests.strategies import assessments, fewer

DOSE = st.decimals("0.001", "2000", places=3)


def _is_a_product(ruleset: Ruleset, drug: str, line: PlanLine) -> None:
    """A dose that was worked out is one that can be given: a step of its product, or a strength of its patch."""
    table, dose = ruleset.conversion, line.dose
    assert table is not None
    assert dose is not None
    assert Decimal(dose.amount) > 0
    assert line.rescue is not None
    assert Decimal(line.rescue.amount) > 0
    strengths = [s for p in table.patches if (p.drug, p.form) == (drug, dose.form) for s in p.strengths]
    if strengths:
        assert f"{dose.amount} {dose.unit}" in strengths
        return
    products = [p for p in table.products.rows if (p.drug, p.route, p.form) == (drug, dose.route, dose.form)]
    assert len(products) == 1
    amount = Quantity.parse(f"{dose.amount} {dose.unit}").to(products[0].unit).amount
    # A fixed low start of the drug without an equivalent is written as it is given.
    lowest = {low.daily for w in table.without_equivalent if w.drug == drug for low in w.low}
    steps = [(Quantity.parse(s.from_).amount, Quantity.parse(s.step).amount) for s in products[0].rounding]
    held = [step for start, step in sorted(steps) if start <= amount]
    assert lowest or (held and amount % held[-1] == 0), (line.id, dose)


@pytest.mark.parametrize("name", NAMES)
@fewer(2)
@given(data=st.data())
def test_no_dose_leaves_its_table(name: Name, data: st.DataObject) -> None:
    """No dose leaves its table; rounding never exceeds a cap and never reaches zero without `refer`."""
    document = data.draw(assessments(name))
    ours = engine(name)
    decided = plan_of(ours.program, ours.board, Assessment.read(document))
    known = options(ours.program.ruleset)
    for option, line in offered(decided.plan).items():
        offer = known[option].then.offer
        if offer.method is not None:
            _is_a_product(ours.program.ruleset, str(offer.drug), line)
            continue
        if offer.drug is None or offer.regimen is None:
            assert line.dose is None
            continue
        regimen = ours.program.ruleset.regimen(offer.drug, offer.regimen)
        assert line.dose is not None, option
        amount, every = Decimal(line.dose.amount), hours(line.dose.every)
        assert amount > 0
        maximum = Quantity.parse(line.dose.maximum).to(regimen.unit).amount if line.dose.maximum else None
        if maximum is not None:
            assert amount <= maximum
            assert (daily(line) or amount) <= maximum
        for where, row in _open_rows(offer.drug, regimen, decided.case):
            assert row.refer is None, (option, where)
            assert row.refuse is None, (option, where)
            _within(row, regimen, amount, every, maximum, decided.case)
        for limit in _limits(option, decided.case):
            assert limit.dose is None or amount <= Quantity.parse(limit.dose).to(regimen.unit).amount
            assert limit.every is None or (every or 0) >= Quantity.parse(limit.every).to("h").amount
            assert limit.maximum is None or maximum is not None
        if line.rescue is not None:
            assert 0 < Decimal(line.rescue.amount) <= amount
            assert Decimal(line.rescue.at_most) >= 1


def _open_rows(drug: str, regimen: Regimen, case: Case) -> Iterator[tuple[str, Amounts]]:
    """The rows that apply or cannot be told."""
    rows: list[tuple[str, Amounts]] = [(f"{drug}/{regimen.regimen}/{row.row}", row) for row in regimen.rows]
    for bands in regimen.bands:
        rows += [(band_name(drug, regimen, bands, i), band) for i, band in enumerate(bands.rows)]
    yield from ((where, row) for where, row in rows if case.verdicts[where] is not Truth.DOES_NOT_APPLY)


def _within(
    row: Amounts,
    regimen: Regimen,
    amount: Decimal,
    every: Decimal | None,
    maximum: Decimal | None,
    case: Case,
) -> None:
    unit = regimen.unit
    assert row.dose is None or amount <= Quantity.parse(row.dose).to(unit).amount
    assert row.every is None or (every is not None and every >= Quantity.parse(row.every).to("h").amount)
    assert row.maximum is None or (maximum is not None and maximum <= Quantity.parse(row.maximum).to(unit).amount)
    weight = case.findings.values[case.program.ruleset.settings.weight]
    lightest = weight.low if isinstance(weight, Numbers) else Decimal(0)
    for per_kg, given_amount in ((row.per_kg, amount), (row.maximum_per_kg, maximum)):
        if per_kg is not None:
            cap = Quantity.parse(per_kg).to(f"{unit}/kg").amount * lightest
            assert given_amount is not None
            assert given_amount <= cap


def _limits(option: str, case: Case) -> Iterator[Bound]:
    program = case.program
    for rule in program.ruleset.rules:
        then = rule.then
        if not isinstance(then, CautionThen) or then.warn.limit is None:
            continue
        if option in named(program, then.warn.on) and case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY:
            yield then.warn.limit


@given(
    DOSE,
    st.lists(
        st.tuples(DOSE, st.decimals("0.001", "50", places=3)),
        min_size=1,
        max_size=4,
        unique_by=lambda s: s[0],
    ),
)
def test_rounding_only_lowers(amount: Decimal, ladder: list[tuple[Decimal, Decimal]]) -> None:
    """A calculated amount is rounded down to the step that holds at it, and by less than one step."""
    steps = tuple(Step.model_validate({"from": f"{start} mg", "step": f"{step} mg"}) for start, step in ladder)
    rounded = round_to_step(amount, steps, "mg")
    fitting = [step for start, step in sorted(ladder) if start <= amount]
    assert 0 <= rounded <= amount
    if fitting:
        assert amount - rounded < fitting[-1]
        assert rounded % fitting[-1] == 0
