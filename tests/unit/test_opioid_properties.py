"""What holds for opioid arithmetic whatever is drawn."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from protocol.dosing.banded import BandedStart, banded_start
from protocol.dosing.opioids import OpioidTaken, rounded, total
from protocol.dosing.patch import to_patch
from protocol.dosing.refusal import Refused
from protocol.dosing.rescue import RescueDose, rescue
from protocol.dosing.rotation import Change, Rotation, rotate
from protocol.dosing.titration import Titrated, TitrationState, titrate
from protocol.possible import Numbers
from protocol.terms import Truth
from tests.opioid_tables import (
    ABSENT,
    METHADONE,
    NO,
    OPEN,
    PRESENT,
    YES,
    Risks,
    approved,
    as_needed,
    number,
    oral,
    patient,
    tables,
    taken,
    wish,
)

REGULAR = [
    ("morphine", "oral", "mg"),
    ("morphine", "subcutaneous", "mg"),
    ("morphine", "intravenous", "mg"),
    ("oxycodone", "oral", "mg"),
    ("oxycodone", "subcutaneous", "mg"),
    ("hydromorphone", "oral", "mg"),
    ("fentanyl", "transdermal", "microgram/h"),
    ("fentanyl", "subcutaneous", "microgram"),
    ("alfentanil", "subcutaneous", "mg"),
    ("buprenorphine", "transdermal", "microgram/h"),
    ("tapentadol", "oral", "mg"),
    ("tramadol", "oral", "mg"),
    ("codeine", "oral", "mg"),
]
REASONS = [
    "uncontrolled_pain",
    "adverse_effects",
    "renal_or_hepatic_decline",
    "stock_or_cost",
    "oral_route_lost",
]
PRODUCTS = [p.product for p in tables().conversion.products.rows]
AMOUNTS = st.decimals(min_value=Decimal("0.5"), max_value=Decimal(900), places=1)
RISKS = st.fixed_dictionaries(
    {
        "frail": st.sampled_from([ABSENT, PRESENT, None]),
        "renal_band": st.sampled_from(["r0", "r1", "r2", "r3", "rd", None]),
        "hepatic_band": st.sampled_from(["N", "A", "B", "C", None]),
        "current_classes": st.sampled_from([[], ["benzodiazepine"], None]),
    }
)


@st.composite
def _regular(draw: st.DrawFn) -> OpioidTaken:
    drug, route, unit = draw(st.sampled_from(REGULAR))
    low = draw(AMOUNTS)
    high = draw(st.one_of(st.just(low), st.decimals(min_value=low, max_value=Decimal(900), places=1)))
    form = "patch" if unit.endswith("/h") else "modified-release"
    return OpioidTaken(f"{drug} {route}", drug, route, form, "regular", Numbers(low, high, unit))


@given(
    old=_regular(),
    product=st.sampled_from(PRODUCTS),
    doses=st.sampled_from([1, 2, 3, 4, 6]),
    reason=st.sampled_from(REASONS),
    risks=RISKS,
)
def test_a_rotation_never_raises_the_total(
    old: OpioidTaken, product: str, doses: int, reason: str, risks: Risks
) -> None:
    target = tables().product(product)
    if target.drug == old.drug:
        return
    opened = frozenset(f"conversion/reductions/{row.row}" for row in tables().conversion.reductions.rows)
    answer = rotate(tables(), [old], Change(product, doses, reason, approved=opened), patient(**risks))
    if isinstance(answer, Refused):
        assert answer.reason
        return
    factor = tables().factor(target.drug, target.route)
    assert factor is not None
    assert factor.display is not None
    left = total([old], tables(), "display").total
    assert answer.daily * Decimal(factor.display) <= left.low * (1 - answer.r)
    assert answer.r >= Decimal("0.25")
    assert 0 < answer.daily <= answer.raw
    assert target.start_at_most is None or answer.daily <= number(target.start_at_most).low


@given(
    old=_regular(),
    reason=st.sampled_from(REASONS),
    risks=RISKS,
    name=st.sampled_from(["frail", "renal_band", "hepatic_band", "current_classes"]),
)
def test_forgetting_never_raises_a_rotation(old: OpioidTaken, reason: str, risks: Risks, name: str) -> None:
    if old.drug == "oxycodone":
        return
    change = Change("oxycodone-immediate-release", 4, reason)
    known = rotate(tables(), [old], change, patient(**risks))
    forgotten = rotate(tables(), [old], change, patient(**{**risks, name: None}))
    if isinstance(forgotten, Rotation):
        assert isinstance(known, Rotation)
        assert forgotten.daily <= known.daily


@given(milligrams=AMOUNTS, more=AMOUNTS)
def test_leaving_more_never_starts_less_but_where_the_largest_totals_are_cut(
    milligrams: Decimal, more: Decimal
) -> None:
    change = Change("oxycodone-immediate-release", 4, "uncontrolled_pain")
    low, high = sorted((milligrams, more))
    if low < 300 <= high:
        return
    answers = [rotate(tables(), [oral(str(m))], change, patient()) for m in (low, high)]
    doses = [answer.daily if isinstance(answer, Rotation) else Decimal(0) for answer in answers]
    assert doses[0] <= doses[1]


@given(
    old=_regular(),
    product=st.sampled_from([p for p in PRODUCTS if tables().product(p).smallest]),
    cautious=st.sampled_from([YES, NO, OPEN]),
)
def test_rescue_lies_inside_its_guard(old: OpioidTaken, product: str, cautious: Truth) -> None:
    answer = rescue(tables(), [old], wish(product, cautious))
    if isinstance(answer, Refused):
        return
    target = tables().product(product)
    factor = tables().factor(target.drug, target.route)
    assert factor is not None
    assert factor.display is not None
    whole = total([old], tables(), "display", "regular").total.low
    share = answer.amount * Decimal(factor.display) / whole
    assert Decimal("0.05") <= share <= Decimal("0.2")
    open_too = rescue(tables(), [old], wish(product, OPEN))
    assert isinstance(open_too, Refused) or open_too.amount <= answer.amount


@given(one=AMOUNTS, other=AMOUNTS, cautious=st.sampled_from([YES, NO]))
def test_rescue_never_falls_as_the_regular_dose_rises(one: Decimal, other: Decimal, cautious: Truth) -> None:
    low, high = sorted((one, other))
    answers = [rescue(tables(), [oral(str(m))], wish("morphine-immediate-release", cautious)) for m in (low, high)]
    if all(isinstance(answer, RescueDose) for answer in answers):
        doses = [answer.amount for answer in answers if isinstance(answer, RescueDose)]
        assert doses[0] <= doses[1]


@given(milligrams=AMOUNTS, drug=st.sampled_from(["fentanyl", "buprenorphine"]), risks=RISKS)
def test_a_patch_exceeds_neither_limb(milligrams: Decimal, drug: str, risks: Risks) -> None:
    opened = approved("patch-fentanyl/kidney-severe")
    answer = to_patch(
        tables(),
        [oral(str(milligrams))],
        drug,
        "stock_or_cost",
        wish("oxycodone-immediate-release"),
        patient(**risks),
        opened,
    )
    if isinstance(answer, Refused):
        return
    table = tables().patch(drug)
    assert table is not None
    assert answer.strength <= min(answer.raw, answer.label_cap)
    assert answer.strength in {number(text).low for text in table.strengths}
    factor = tables().factor(drug, "transdermal")
    assert factor is not None
    assert factor.display is not None
    assert answer.strength * Decimal(factor.display) <= milligrams


@given(
    low=st.integers(min_value=0, max_value=1200),
    more=st.integers(min_value=0, max_value=400),
    age=st.integers(min_value=18, max_value=100),
    older=st.integers(min_value=0, max_value=40),
    risks=RISKS,
)
def test_a_banded_start_stays_below_its_cap_and_a_range_never_starts_higher(
    low: int, more: int, age: int, older: int, risks: Risks
) -> None:
    known = _banded(f"{low}", f"{age}", risks)
    if isinstance(known, Refused):
        return
    assert 0 <= known.per_dose * known.doses_per_day <= 30
    for total_from, years in [
        (f"{low}..{low + more}", f"{age}"),
        (f"{low}", f"{age}..{age + older}"),
        (f"{low}", f"{age + older}"),
    ]:
        other = _banded(total_from, years, risks)
        assert isinstance(other, BandedStart)
        assert other.per_dose * other.doses_per_day <= known.per_dose * known.doses_per_day


def _banded(total_from: str, age: str, risks: Risks) -> BandedStart | Refused:
    return banded_start(
        tables(),
        "methadone",
        number(f"{total_from} mg/(24.h)"),
        number(f"{age} a"),
        patient(**risks),
        METHADONE,
    )


@given(
    daily=st.integers(min_value=2, max_value=80),
    counts=st.lists(st.integers(min_value=0, max_value=12), min_size=2, max_size=3),
    dose=st.sampled_from(["2.5 mg", "10 mg", "20 mg"]),
    average=st.integers(min_value=0, max_value=10),
    risks=RISKS,
)
def test_titration_keeps_to_its_cap(daily: int, counts: list[int], dose: str, average: int, risks: Risks) -> None:
    now = Decimal(daily * 10)
    answer = titrate(
        tables(),
        oral(str(now)),
        [as_needed("morphine", dose, counts)],
        ("morphine-modified-release", 2),
        TitrationState(number(str(average)), number("48 h"), NO),
        wish("morphine-immediate-release"),
        patient(**risks),
    )
    assert isinstance(answer, Titrated)
    lower = risks["frail"] != ABSENT or risks["renal_band"] not in ("r0", "r1")
    assert now <= answer.daily <= now * (Decimal("1.3") if lower else Decimal("1.5"))


@given(amount=AMOUNTS, product=st.sampled_from(PRODUCTS))
def test_rounding_goes_down_only(amount: Decimal, product: str) -> None:
    target = tables().product(product)
    given_dose = rounded(amount, target.rounding, target.unit)
    assert 0 <= given_dose <= amount
    assert rounded(given_dose, target.rounding, target.unit) == given_dose


@given(patch=st.integers(min_value=12, max_value=300), milligrams=AMOUNTS)
def test_totals_add_up(patch: int, milligrams: Decimal) -> None:
    worn = taken("fentanyl", "transdermal", f"{patch} microgram/h", "patch")
    swallowed = oral(str(milligrams))
    for column in ("display", "from_low", "range_high"):
        both = total([worn, swallowed], tables(), column).total.low
        assert both == sum(total([one], tables(), column).total.low for one in (worn, swallowed))
