"""The arithmetic of each calculation in one line, for arguments that are all known."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from protocol.instruments.bone import SINS_POINTS
from protocol.instruments.bounds import measured
from protocol.instruments.calculation import Given, Line
from protocol.instruments.kidney import CREATININE_FLOOR, dosing_weight
from protocol.instruments.wording import amount, amount_range, human, set_in_words, shown
from protocol.possible import Numbers, Possible, Words

__all__ = [
    "acute_injury_line",
    "body_mass_line",
    "calcium_line",
    "chosen",
    "ckd_epi_line",
    "clearance_line",
    "count_line",
    "divided",
    "facts",
    "ideal_weight_line",
    "implied_line",
    "joined",
    "mirels_line",
    "percent_line",
    "points_line",
    "read_as",
    "response_line",
    "sins_line",
    "taken_away",
]


def _number(given: Given, name: str, unit: str | None = None, substance: str | None = None) -> Numbers:
    value = given[name][0]
    assert isinstance(value, Numbers)  # noqa: S101 - the kind was checked when the arguments were taken
    return measured(value, unit, substance) if unit else value


def _word(given: Given, name: str) -> str:
    value = given[name][0]
    assert isinstance(value, Words)  # noqa: S101 - as above
    return min(value.options)


def joined(sign: str) -> Line:
    """Values with a sign between them: "2 + 3 = 5"."""
    return lambda given, result: f"{f' {sign} '.join(map(set_in_words, given['values']))} = {set_in_words(result)}"


def chosen(which: str) -> Line:
    """One of several: "lowest of 77.5 mL/min and 51 mL/min = 51 mL/min"."""

    def line(given: Given, result: Possible) -> str:
        values = [set_in_words(value) for sets in given.values() for value in sets]
        return f"{which} of {' and '.join(values)} = {set_in_words(result)}"

    return line


def taken_away(larger: str, smaller: str) -> Line:
    """A difference: "148 g/L - 120 g/L = 28 g/L"."""
    return lambda given, result: (
        f"{set_in_words(given[larger][0])} - {set_in_words(given[smaller][0])} = {set_in_words(result)}"
    )


def divided(above: str, below: str) -> Line:
    """A quotient: "340 umol/L / 80 umol/L = 4.25"."""

    def line(given: Given, result: Possible) -> str:
        if _number(given, below).low == 0:
            return f"undefined: {human(below)} is 0"
        return f"{set_in_words(given[above][0])} / {set_in_words(given[below][0])} = {set_in_words(result)}"

    return line


def percent_line(given: Given, result: Possible) -> str:
    """A change in percent of where it began."""
    before, after = _number(given, "before"), _number(given, "after")
    if before.low <= 0:
        return "undefined: it began at 0"
    start = amount_range(before)
    return f"({amount_range(after)} - {start}) / {start} x 100 = {set_in_words(result)}"


def response_line(unit: str) -> Line:
    """A response to treatment, in percent or in points."""

    def line(given: Given, result: Possible) -> str:
        if _word(given, "scale") == "changed":
            return "undefined: scores of two scales are not compared"
        before, now = amount_range(_number(given, "baseline")), amount_range(_number(given, "now"))
        if unit == "1":
            return f"{before} - {now} = {set_in_words(result)}"
        if _number(given, "baseline").low <= 0:
            return "undefined: the baseline is 0"
        return f"({before} - {now}) / {before} x 100 = {set_in_words(result)}"

    return line


def facts(given: Given, result: Possible) -> str:
    """What went in and what came out, where the way between is a table."""
    stated = [f"{human(name)} {', '.join(map(set_in_words, sets))}" for name, sets in given.items()]
    return f"{', '.join(stated)}: {set_in_words(result)}"


def read_as(label: str) -> Line:
    """A score read in words: "SINS 13: unstable"."""
    return lambda given, result: f"{label} {set_in_words(next(iter(given.values()))[0])}: {set_in_words(result)}"


def count_line(given: Given, result: Possible) -> str:
    """A count."""
    sets = next(iter(given.values()))
    return f"{set_in_words(result)} of {len(sets)} present"


def points_line(points: Mapping[str, int]) -> Line:
    """A score of present items: "burning 1 + numbness 1 = 2"."""

    def line(given: Given, result: Possible) -> str:
        present = [f"{human(name)} {points[name]}" for name in given if _word(given, name) == "present"]
        return f"{' + '.join(present) or 'no item present'} = {set_in_words(result)}"

    return line


def sins_line(given: Given, result: Possible) -> str:
    """The six components of SINS with their points."""
    parts = [f"{human(name)} {SINS_POINTS[name][_word(given, name)]}" for name in SINS_POINTS]
    return f"{' + '.join(parts)} = {set_in_words(result)}"


def mirels_line(given: Given, result: Possible) -> str:
    """The four items of Mirels."""
    parts = [f"{name} {amount_range(_number(given, name))}" for name in ("site", "pain", "lesion", "size")]
    typed = f" (total as recorded: {set_in_words(given['reported'][0])})" if "reported" in given else ""
    return f"{' + '.join(parts)} = {set_in_words(result)}{typed}"


def clearance_line(given: Given, result: Possible) -> str:
    """Cockcroft-Gault, saying where the floor or the adjusted weight came in."""
    weight, height = _number(given, "weight", "kg"), _number(given, "height", "cm")
    creatinine = _number(given, "creatinine", "umol/L", "creatinine").low
    sex = _word(given, "sex")
    dosed = dosing_weight(weight, height, Words(frozenset({sex}))).low
    kilograms = amount(dosed, "kg")
    if dosed != weight.low:
        kilograms += f" (adjusted from {amount(weight.low, 'kg')}, body mass index 30 or more)"
    counted = amount(max(creatinine, CREATININE_FLOOR), "umol/L")
    if creatinine < CREATININE_FLOOR:
        counted += f" (measured {shown(creatinine)}, counted as {CREATININE_FLOOR})"
    years = shown(_number(given, "age", "a").low)
    factor = "1.23" if sex == "male" else "1.04"
    return f"(140 - {years}) x {kilograms} x {factor} / {counted} = {set_in_words(result)}"


def ckd_epi_line(given: Given, result: Possible) -> str:
    """CKD-EPI 2021 with its constants for the sex; for another word the two answers it may have."""
    creatinine = _number(given, "creatinine", "umol/L", "creatinine").low
    years, sex = shown(_number(given, "age", "a").low), _word(given, "sex")
    if sex not in {"female", "male"}:
        return f"{set_in_words(result)} (the equation for women and the one for men)"
    edge = Decimal("0.7" if sex == "female" else "0.9") * Decimal("88.4")
    power = "-1.2" if creatinine >= edge else ("-0.241" if sex == "female" else "-0.302")
    last = " x 1.012" if sex == "female" else ""
    quotient = f"{amount(creatinine, 'umol/L')} / {shown(edge)}"
    return f"142 x ({quotient})^{power} x 0.9938^{years}{last} = {set_in_words(result)}"


def implied_line(given: Given, result: Possible) -> str:
    """CKD-EPI 2021 read backwards."""
    rate, years = amount_range(_number(given, "egfr")), shown(_number(given, "age", "a").low)
    return (
        f"creatinine at which CKD-EPI 2021 gives {rate} at {years} years ({human(_word(given, 'sex'))})"
        f" = {set_in_words(result)}"
    )


def body_mass_line(given: Given, result: Possible) -> str:
    """Weight over height squared."""
    metres = _number(given, "height", "m").low
    kilograms = amount_range(_number(given, "weight", "kg"))
    return f"{kilograms} / ({shown(metres)} m)^2 = {set_in_words(result)} kg/m2"


def ideal_weight_line(given: Given, result: Possible) -> str:
    """Ideal weight by height."""
    start = "50" if _word(given, "sex") == "male" else "45.5"
    height = shown(_number(given, "height", "cm").low)
    return f"{start} + 0.91 x ({height} - 152.4) = {set_in_words(result)}"


def calcium_line(given: Given, result: Possible) -> str:
    """Calcium corrected for albumin, with the factor that was taken."""
    calcium = _number(given, "total_calcium", "mmol/L", "calcium").low
    albumin = _number(given, "albumin", "g/L").low
    assert isinstance(result, Numbers)  # noqa: S101 - the function answers nothing else
    # Which of the two factors it was shows in the result; at 40 g/L they agree.
    usual = calcium + Decimal("0.02") * (40 - albumin)
    factor = "0.02" if result.low == usual else "0.022"
    return f"{shown(calcium)} + {factor} x (40 - {shown(albumin)}) = {set_in_words(result)}"


def acute_injury_line(given: Given, result: Possible) -> str:
    """Creatinine against its baseline, and what else was counted."""
    now = _number(given, "creatinine", "umol/L", "creatinine").low
    usual = _number(given, "baseline", "umol/L", "creatinine").low
    said = [f"{amount(now, 'umol/L')} / {amount(usual, 'umol/L')} = {shown(now / usual)} times baseline"]
    if {"earlier", "earlier_before"} <= given.keys():
        earlier = _number(given, "earlier", "umol/L", "creatinine").low
        hours = amount_range(_number(given, "earlier_before", "h"))
        said.append(f"rise {amount(now - earlier, 'umol/L')} in {hours}")
    said.append(f"recorded as falling: {_word(given, 'falling')}")
    return f"{', '.join(said)}: {set_in_words(result)}"
