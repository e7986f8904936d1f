"""How well the kidneys clear: Cockcroft-Gault, CKD-EPI 2021 both ways, the value for doses, acute injury."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments.body import SEXES, devine_weight, obese_from
from protocol.instruments.bounds import ABSENT_OR_PRESENT, corners, exact, measured, power, settled, spoken
from protocol.possible import Numbers, Words

__all__ = [
    "CREATININE_FLOOR",
    "CREATININE_HIGHEST",
    "CREATININE_LOWEST",
    "acute_kidney_injury",
    "ckd_epi_2021",
    "cockcroft_gault",
    "creatinine_implied",
    "creatinine_ratio",
    "creatinine_rise",
    "dosing_weight",
    "renal_value",
]

CREATININE_FLOOR = Decimal(60)
"""umol/L. A wasted patient makes little creatinine: counted lower, it would feign good kidneys."""

CREATININE_LOWEST, CREATININE_HIGHEST = Decimal(10), Decimal(2500)
"""umol/L, the ends of what an assessment accepts."""

_MALE, _OTHERWISE = Decimal("1.23"), Decimal("1.04")
_UMOL_IN_MG_DL = Decimal("88.4")
_SHARE_OF_EXCESS = Decimal("0.4")
_AGE_OF_NONE = Decimal(140)

# Of the equation: creatinine at the bend in mg/dL, exponent below it, factor.
_CKD_EPI = {
    "female": (Decimal("0.7"), Decimal("-0.241"), Decimal("1.012")),
    "male": (Decimal("0.9"), Decimal("-0.302"), Decimal(1)),
}
_ABOVE_BEND = Decimal("-1.2")
_YEARLY = Decimal("0.9938")
_SCALE = Decimal(142)


def _dosing(weight: Decimal, height: Decimal, sex: str) -> Decimal:
    if weight < obese_from(height):
        return weight
    ideal = devine_weight(height, sex)
    return ideal + _SHARE_OF_EXCESS * (weight - ideal)


def _dosing_ends(weight: Numbers, height: Numbers, sex: str) -> tuple[Decimal, Decimal]:
    # Taller never counts less: the adjusted weight rises with height and stays below the actual one.
    # Along weight there is one fall, where obesity starts; its two sides join the ends as candidates.
    shortest, tallest = obese_from(height.low), obese_from(height.high)
    lows = [_dosing(weight.low, height.low, sex)]
    if weight.low < shortest <= weight.high:
        lows.append(_dosing(shortest, height.low, sex))
    highs = [_dosing(weight.high, height.high, sex)]
    if weight.low < tallest <= weight.high:
        highs.append(tallest)
    return min(lows), max(highs)


@exact
def dosing_weight(weight: Numbers, height: Numbers, sex: Words) -> Numbers:
    """The weight that stands in Cockcroft-Gault: actual, or adjusted when the body mass index is 30 or more.

    Adjusted weight is the ideal weight and four tenths of what is above it. An unknown height leaves both.

    Units:   weight in kg, height in cm, words for sex at birth; answers in kg.
    Range:   weight 20 to 300, height 100 to 230.
    Raises:  QuantityError for a unit of another kind or a word that is not a sex at birth.
    Source:  the protocol's own choice for obesity (consensus; no paper claimed).
    """
    kilograms, centimetres = measured(weight, "kg"), measured(height, "cm")
    sexes = sorted(spoken(sex, SEXES, "Cockcroft-Gault"))
    return settled([end for s in sexes for end in _dosing_ends(kilograms, centimetres, s)], "kg")


@exact
def cockcroft_gault(age: Numbers, weight: Numbers, height: Numbers, creatinine: Numbers, sex: Words) -> Numbers:
    """Estimate creatinine clearance by Cockcroft and Gault, counting a creatinine below 60 umol/L as 60.

    The factor is 1.23 for men and 1.04 otherwise; the weight is that of `dosing_weight`.

    Units:   age in a, weight in kg, height in cm, creatinine in umol/L; answers in mL/min.
    Range:   age 0 to 120, weight 20 to 300, height 100 to 230, creatinine 10 to 2500.
    Raises:  QuantityError for a unit of another kind or a word that is not a sex at birth.
    Source:  Cockcroft DW, Gault MH. Nephron 1976; 16: 31-41. Factors: 88.4 / 72, and 0.85 of it. Creatinine
             floor: Scottish Palliative Care Guidelines, hypercalcaemia page.
    """
    years = measured(age, "a")
    kilograms, centimetres = measured(weight, "kg"), measured(height, "cm")
    amount = measured(creatinine, "umol/L", "creatinine")
    youngest, oldest = (max(_AGE_OF_NONE - end, Decimal(0)) for end in (years.low, years.high))
    most, least = (max(end, CREATININE_FLOOR) for end in (amount.low, amount.high))
    ends: list[Decimal] = []
    for word in sorted(spoken(sex, SEXES, "Cockcroft-Gault")):
        lightest, heaviest = _dosing_ends(kilograms, centimetres, word)
        factor = _MALE if word == "male" else _OTHERWISE
        ends += [oldest * lightest * factor / least, youngest * heaviest * factor / most]
    return settled(ends, "mL/min")


def _equations(sex: Words) -> list[str]:
    # The equation exists for two sexes only; for any other word both stay possible.
    words = spoken(sex, SEXES, "CKD-EPI 2021")
    return sorted({name for word in words for name in ([word] if word in _CKD_EPI else _CKD_EPI)})


@exact
def ckd_epi_2021(age: Numbers, creatinine: Numbers, sex: Words) -> Numbers:
    """Estimate the filtration rate from creatinine, age and sex, without race.

    Units:   age in a, creatinine in umol/L (88.4 to the mg/dL); answers in mL/min/1.73m2.
    Range:   age 18 to 120, creatinine 10 to 2500. A sex that is neither female nor male leaves both.
    Raises:  QuantityError for a unit of another kind or a word that is not a sex at birth.
    Source:  Inker LA, Eneanya ND, Coresh J, et al. N Engl J Med. 2021;385:1737-1749, as tabulated by the
             National Kidney Foundation.
    """
    years = measured(age, "a")
    amount = measured(creatinine, "umol/L", "creatinine")
    ends: list[Decimal] = []
    for name in _equations(sex):
        bend, below, factor = _CKD_EPI[name]
        edge = bend * _UMOL_IN_MG_DL
        # The rate falls with age and with creatinine, so two corners hold both ends.
        for year, value in {(years.low, amount.low), (years.high, amount.high)}:
            share = value / edge
            ends.append(_SCALE * factor * power(_YEARLY, year) * power(share, below if share < 1 else _ABOVE_BEND))
    return settled(ends, "mL/min/1.73m2")


@exact
def creatinine_implied(age: Numbers, egfr: Numbers, sex: Words) -> Numbers:
    """The creatinine that a reported filtration rate implies: CKD-EPI 2021 read backwards.

    Used when only the rate is known, so that a clearance can still be bounded.

    Units:   age in a, eGFR in mL/min/1.73m2; answers in umol/L.
    Range:   answers 10 to 2500; a rate whose creatinine lies outside is taken as the nearer end.
    Raises:  QuantityError for a unit of another kind or a word that is not a sex at birth.
    Source:  Inker LA, Eneanya ND, Coresh J, et al. N Engl J Med. 2021;385:1737-1749, as tabulated by the
             National Kidney Foundation.
    """
    years = measured(age, "a")
    rate = measured(egfr, "mL/min/1.73m2")
    ends: list[Decimal] = []
    for name in _equations(sex):
        bend, below, factor = _CKD_EPI[name]
        # So does the creatinine for a rate: more of it is expected of the young at one rate.
        for year, value in {(years.low, rate.low), (years.high, rate.high)}:
            share = value / (_SCALE * factor * power(_YEARLY, year))
            if share <= 0:
                ends.append(CREATININE_HIGHEST)
                continue
            root = 1 / (below if share > 1 else _ABOVE_BEND)
            implied = bend * _UMOL_IN_MG_DL * power(share, root)
            ends.append(min(max(implied, CREATININE_LOWEST), CREATININE_HIGHEST))
    return settled(ends, "umol/L")


@exact
def renal_value(creatinine_clearance: Numbers, egfr: Numbers) -> Numbers:
    """The number every renal band goes by: the lower of clearance and filtration rate.

    The two are compared as they stand, although one is per 1.73 m2: the lower is the cautious one.

    Units:   clearance in mL/min, eGFR in mL/min/1.73m2; answers in mL/min.
    Range:   only an eGFR of 51 known: between 0 and 51.
    Raises:  QuantityError for a unit of another kind.
    Source:  the protocol's own rule (consensus).
    """
    clearance, rate = measured(creatinine_clearance, "mL/min"), measured(egfr, "mL/min/1.73m2")
    return settled([min(clearance.low, rate.low), min(clearance.high, rate.high)], "mL/min")


@exact
def creatinine_ratio(creatinine: Numbers, baseline: Numbers) -> Numbers:
    """Creatinine as a multiple of its best value of the last three months; 1.5 or more is acute injury.

    Units:   both in umol/L; answers in "1".
    Range:   creatinine 10 to 2500.
    Raises:  QuantityError for a unit of another kind.
    Source:  KDIGO acute kidney injury 2012 (from memory; not read at its source).
    """
    now = measured(creatinine, "umol/L", "creatinine")
    usual = measured(baseline, "umol/L", "creatinine")
    return settled(corners(lambda one, other: one / other, now, usual), "1")


@exact
def creatinine_rise(creatinine: Numbers, earlier: Numbers) -> Numbers:
    """How much creatinine rose since an earlier result; 26 umol/L within 48 h is acute injury.

    Units:   both in umol/L; answers in umol/L, negative for a fall.
    Range:   creatinine 10 to 2500.
    Raises:  QuantityError for a unit of another kind.
    Source:  KDIGO acute kidney injury 2012 (from memory; not read at its source).
    """
    now = measured(creatinine, "umol/L", "creatinine")
    then = measured(earlier, "umol/L", "creatinine")
    return settled([now.low - then.high, now.high - then.low], "umol/L")


@exact
def acute_kidney_injury(
    creatinine: Numbers,
    baseline: Numbers,
    falling: Words,
    earlier: Numbers | None = None,
    earlier_before: Numbers | None = None,
) -> Words:
    """Whether kidney function has just become worse.

    Present with a creatinine of 1.5 times baseline or more, or a rise of 26 umol/L or more over an earlier
    result at most 48 h before, or when the record calls function falling. The second arm counts only for a
    caller that hands an earlier result and how long before it was taken.

    Units:   creatinine in umol/L, `earlier_before` in h; words absent or present in and out.
    Range:   creatinine 10 to 2500.
    Raises:  QuantityError for a unit of another kind or an unknown word.
    Source:  KDIGO acute kidney injury 2012 (from memory; not read at its source).
    """
    multiple = creatinine_ratio(creatinine, baseline)
    flag = spoken(falling, ABSENT_OR_PRESENT, "falling function")
    surely = [multiple.low >= Decimal("1.5"), flag == {"present"}]
    possibly = [multiple.high >= Decimal("1.5"), "present" in flag]
    if earlier is not None and earlier_before is not None:
        rise, hours = creatinine_rise(creatinine, earlier), measured(earlier_before, "h")
        surely.append(rise.low >= 26 and hours.high <= 48)
        possibly.append(rise.high >= 26 and hours.low <= 48)
    if any(surely):
        return Words(frozenset({"present"}))
    return Words(frozenset({"absent", "present"}) if any(possibly) else frozenset({"absent"}))
