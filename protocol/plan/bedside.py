"""What the ways of opioid arithmetic need to know of one patient, read out of the decided case."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from protocol.dosing.bedside import Bedside, Changed, Order
from protocol.dosing.dose import NoDose
from protocol.dosing.methods import changed_dose, product_of
from protocol.dosing.opioids import OpioidTables, OpioidTaken
from protocol.dosing.refusal import Refused
from protocol.dosing.titration import TitrationState
from protocol.dosing.toxicity import reduce
from protocol.inference.case import Case
from protocol.inference.medicines import TakenMedicine, daily_dose
from protocol.possible import Members, Numbers, Words
from protocol.quantity import UNITS, convert, plain
from protocol.rules.conversion import Conversion
from protocol.rules.formulary import Factor
from protocol.rules.method import Method
from protocol.rules.targets import Candidate
from protocol.terms import Truth

__all__ = ["lowered_words", "work_out_change"]

_DAY = Decimal(24)
_CONTINUOUS = ("infusion", "patch")


def work_out_change(candidate: Candidate, case: Case) -> Changed | NoDose:
    """The dose of an option with a method, from the opioids on the record."""
    method, table, drug = candidate.offer.method, case.program.ruleset.conversion, candidate.drug
    if method is None or table is None or drug is None:
        return NoDose("not-indicated", "nothing is taken that it could change", None, ())
    tables = OpioidTables(table, case.program.ruleset.factors)
    opened = _approved(table, case)
    bedside = case.remember("bedside", lambda: _bedside(tables, case, opened))
    if isinstance(bedside, NoDose):
        return bedside
    answer = changed_dose(tables, method, drug.drug, _because_of(bedside, method, case))
    if answer is None:
        return NoDose("not-indicated", "nothing is taken that it could change", None, ())
    if isinstance(answer, Refused):
        asks = [ask.rstrip("?") for ask in dict.fromkeys(answer.ask)]
        say = f"{answer.reason} First answer: {'; '.join(asks)}." if asks else answer.reason
        return NoDose(answer.status, say, answer.refer, answer.open_rows)
    return answer


def lowered_words(medicine: TakenMedicine, case: Case) -> str:
    """What the smaller regular dose is under toxicity, in the medicine's own steps; nothing where it is not known."""
    table = case.program.ruleset.conversion
    if table is None or not medicine.opioid or medicine.entry.schedule == "as-needed":
        return ""
    tables = OpioidTables(table, case.program.ruleset.factors)
    level, order = case.value(table.toxicity.finding), _order(medicine, tables, None, case)
    product = product_of(tables, order.taken)
    if not isinstance(level, Words) or isinstance(product, Refused) or order.doses is None:
        return ""
    answer = reduce(tables, order.taken, (product.product, order.doses), level, None)
    if answer.action != "reduce" or answer.least is None or answer.most is None or answer.least == 0:
        return ""
    ends = [plain(end / order.doses) for end in (answer.least, answer.most)]
    amounts = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    return f" That is {amounts} {product.unit} every {plain(_DAY / order.doses)} h."


def _because_of(bedside: Bedside, method: Method, case: Case) -> Bedside:
    value = case.value(method.reason) if method.reason else None
    reasons = value.options if isinstance(value, Words) else frozenset()
    return Bedside(
        bedside.regular, bedside.as_needed, bedside.age, frozenset(reasons), bedside.verdicts, bedside.approved
    )


def _approved(table: Conversion, case: Case) -> frozenset[str]:
    """The conditions of the table that an approval on record opens."""
    held: frozenset[str] = frozenset()
    for value in map(case.value, case.program.approvals):
        held |= value.listed if isinstance(value, Members) else frozenset()
    return frozenset(name for name, approval in table.approvals().items() if approval in held)


def _bedside(tables: OpioidTables, case: Case, approved: frozenset[str]) -> Bedside | NoDose:
    taken = case.facts.taken
    medicines = [m for m in taken.medicines if m.opioid] if taken else []
    if taken and taken.doubles:
        return NoDose("withheld", "One medicine stands twice on the list: is it taken twice?", None, ())
    partly = [_name(m) for m in medicines if m.entry.adherence in ("partial", "none")]
    if partly:
        # What is written is not what is taken: a total of it would be too high.
        return NoDose("withheld", f"Not all of it is taken: count what is, of {', '.join(partly)}.", None, ())
    average = case.value(tables.conversion.titration.average)
    pain = average if isinstance(average, Numbers) and average != _domain(case, tables) else None
    orders = tuple(_order(m, tables, pain, case) for m in medicines if m.entry.schedule != "as-needed")
    age = next((case.value(w.age) for w in tables.conversion.without_equivalent), None)
    return Bedside(
        regular=orders,
        as_needed=tuple(_as_needed(m, tables) for m in medicines if m.entry.schedule == "as-needed"),
        age=age if isinstance(age, Numbers) else Numbers(Decimal(0), Decimal(120), "a"),
        reasons=frozenset(),
        verdicts=case.verdicts,
        approved=approved,
    )


def _domain(case: Case, tables: OpioidTables) -> object:
    return case.program.domains.of[tables.conversion.titration.average]


def _order(medicine: TakenMedicine, tables: OpioidTables, average: Numbers | None, case: Case) -> Order:
    entry = medicine.entry
    factor = tables.factor(medicine.drug, str(entry.route))
    amount = daily_dose(entry, factor, highest=False) if factor else None
    taken = OpioidTaken(
        name=_name(medicine),
        drug=medicine.drug,
        route=str(entry.route),
        form=entry.form or (entry.schedule if entry.schedule in _CONTINUOUS else "") or "",
        schedule="regular",
        amount=_in_unit(amount, factor),
    )
    return Order(taken, _doses(medicine), _state(medicine, average, case.assessment.assessed_at))


def _name(medicine: TakenMedicine) -> str:
    """What it is called in a reason: without its amount, which is written in the unit that somebody chose."""
    entry = medicine.entry
    return " ".join(part for part in (medicine.drug, entry.form, entry.route) if part)


def _in_unit(amount: Numbers | None, factor: Factor | None) -> Numbers | None:
    if amount is None or factor is None or amount.unit == factor.unit:
        return amount
    # A rate of 24 h of a drug that is counted by mass: the number stays, the time is understood.
    return Numbers(amount.low, amount.high, factor.unit)


def _doses(medicine: TakenMedicine) -> int | None:
    """Doses in 24 h, where that is a whole number that is known; one for what runs all the time."""
    entry = medicine.entry
    if entry.schedule in _CONTINUOUS or entry.form in _CONTINUOUS:
        return 1
    if entry.every is None or not entry.every.known:
        return None
    hours = convert(entry.every.low, entry.every.unit, "h")
    doses = _DAY / hours if hours > 0 else Decimal(0)
    return int(doses) if doses > 0 and doses == int(doses) else None


def _state(medicine: TakenMedicine, average: Numbers | None, now: datetime) -> TitrationState:
    entry = medicine.entry
    changes = [moment for moment in (entry.changed_at, entry.started_at) if moment is not None]
    since = _hours(now - max(changes)) if changes else None
    first = Truth.CANNOT_TELL
    if entry.changed_at is not None and entry.started_at is not None:
        first = Truth.APPLIES if entry.changed_at <= entry.started_at else Truth.DOES_NOT_APPLY
    return TitrationState(average, since, first)


def _hours(span: timedelta) -> Numbers:
    hours = Decimal(span.days * 24) + Decimal(span.seconds) / 3600
    return Numbers(hours, hours, "h")


def _as_needed(medicine: TakenMedicine, tables: OpioidTables) -> OpioidTaken:
    entry = medicine.entry
    factor = tables.factor(medicine.drug, str(entry.route))
    same = entry.dose is not None and factor is not None and UNITS[entry.dose.unit].kind == UNITS[factor.unit].kind
    counts = tuple(Numbers(Decimal(n), Decimal(n), "1") for n in entry.prn_taken or () if n is not None)
    allowed = None
    if entry.every is not None and convert(entry.every.low, entry.every.unit, "h") > 0:
        most = _DAY / convert(entry.every.low, entry.every.unit, "h")
        allowed = Numbers(most, most, "1")
    said = entry.incident_only
    return OpioidTaken(
        name=_name(medicine),
        drug=medicine.drug,
        route=str(entry.route),
        form=entry.form or "",
        schedule="as-needed",
        amount=entry.dose if same else None,
        counts=counts,
        allowed=allowed,
        incident=Words(frozenset({said} if said in ("present", "absent") else {"present", "absent"})),
    )
