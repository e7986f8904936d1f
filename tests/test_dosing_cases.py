"""Every worked case of tests/cases/dosing.yaml, through the public functions and the shipped tables.

A case that a later finding of the evidence review contradicts stays in its file; the difference is declared
in dosing-disagreements.yaml and must stay different in exactly that way.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from protocol.document import load
from protocol.dosing.banded import banded_start, published_ratios, stepwise_switch
from protocol.dosing.by_weight import weigh
from protocol.dosing.dose import Given, NoDose, WorkedDose, work_out
from protocol.dosing.opioids import COLUMNS, OpioidTaken, reached, start_total, total
from protocol.dosing.patch import to_patch
from protocol.dosing.refusal import Refused
from protocol.dosing.rescue import rescue
from protocol.dosing.rotation import Change, converted, rotate
from protocol.dosing.routes import RouteChange, route_change
from protocol.dosing.titration import Titrated, TitrationState, titrate
from protocol.errors import AssessmentError
from protocol.inference.evaluate import Findings, truth
from protocol.inference.program import band_name
from protocol.instruments import opioid_exposure
from protocol.instruments.kidney import cockcroft_gault
from protocol.possible import Members, Numbers, Possible, Words
from protocol.rules.formulary import Amounts
from protocol.terms import Truth
from tests.opioid_tables import (
    ABSENT,
    PRESENT,
    approved,
    as_needed,
    number,
    patient,
    program,
    tables,
    taken,
    wish,
)

FOLDER = Path(__file__).parent / "cases"
FILE = "dosing.yaml"

ROUTES = {
    "po": "oral",
    "sc": "subcutaneous",
    "iv": "intravenous",
    "td": "transdermal",
    "sl": "sublingual",
    "sc_iv": "subcutaneous",
}
RESCUE = {"oral": "immediate-release", "subcutaneous": "injection"}
FORMS = {"mr": "modified-release", "ir": "immediate-release", "csci": "infusion"}
COLUMN = {"display": "display", "from": "from_low", "risk": "range_high"}


def _read(name: str) -> Any:  # noqa: ANN401 - as the file has it
    return load((FOLDER / name).read_bytes(), name, AssessmentError).data


CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in _read(FILE)["cases"]}
DISAGREEMENTS = [row for row in _read("dosing-disagreements.yaml") if row["file"] == FILE]


def _split(key: str) -> tuple[str, str]:
    drug, _, route = key.partition("_")
    return drug, ROUTES[route]


def _unit(drug: str, route: str) -> str:
    factor = tables().factor(drug, route)
    assert factor is not None
    return factor.unit


def _orders(rows: list[dict[str, Any]]) -> list[OpioidTaken]:
    found = []
    for row in rows:
        drug, route = _split(row["key"])
        unit = _unit(drug, route)
        daily = row["regular_per_24h"]
        if daily != 0:
            found.append(taken(drug, route, None if daily is None else f"{daily} {unit}"))
        if "prn_dose" in row:
            found.append(as_needed(drug, f"{row['prn_dose']} {unit}", row["prn_taken"]))
    return found


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.0000001"))


def _omedd(case: dict[str, Any]) -> dict[str, Any]:
    orders = _orders(case["inputs"]["orders"])
    totals = {word: total(orders, tables(), column) for word, column in COLUMN.items()}
    if totals["from"].status == "incomplete":
        assert isinstance(start_total(orders, tables()), Refused)
        return {"status": "UNRESOLVED"}
    if totals["from"].status == "no-equivalent":
        gates = [reached(totals["risk"], Decimal(edge)) for edge in (120, 200)]
        nothing = dict.fromkeys(COLUMN, None)
        every = all(gate is Truth.APPLIES for gate in gates)
        return {**nothing, "status": "METHADONE_NOT_CONVERTIBLE", "risk_gates_120_and_200": every}
    assert all(whole.total.known for whole in totals.values())
    return {word: whole.total.low for word, whole in totals.items()}


def _omedd_many(case: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, list[Decimal]] = {word: [] for word in COLUMN}
    for item in case["inputs"]["items"]:
        drug, route = _split(item["key"])
        order = taken(drug, route, f"{item['per_24h']} {_unit(drug, route)}")
        for word, column in COLUMN.items():
            answers[word].append(total([order], tables(), column).total.low)
    return answers


def _opioid_tolerant(case: dict[str, Any]) -> dict[str, Any]:
    words = [
        opioid_exposure(
            number(f"{s['omedd_from']} mg/(24.h)"),
            number(f"{s['days']} d"),
            number(f"{s['gap_h']} h"),
            number("0 h"),
        )
        for s in case["inputs"]["scenarios"]
    ]
    return {"tolerant": [word.options == {"tolerant"} for word in words]}


def _cautious(inputs: dict[str, Any]) -> Truth:
    return Truth.APPLIES if inputs["frail"] or inputs["band"] in ("R2", "R3", "RD") else Truth.DOES_NOT_APPLY


def _rescue(case: dict[str, Any]) -> dict[str, Any]:
    inputs = case["inputs"]
    drug, route = _split(inputs["regular_key"])
    rescue_drug, rescue_route = _split(inputs["rescue_key"])
    regular = taken(drug, route, f"{inputs['regular_per_24h']} {_unit(drug, route)}")
    answer = rescue(tables(), [regular], wish(f"{rescue_drug}-{RESCUE[rescue_route]}", _cautious(inputs)))
    assert not isinstance(answer, Refused), answer
    return {"rescue_dose": answer.amount, "percent": answer.share * 100, "max_per_24h": answer.at_most}


def _target_raw(case: dict[str, Any]) -> dict[str, Any]:
    answers: list[Decimal | None] = []
    for key in case["inputs"]["targets"]:
        factor = tables().factor(*_split(key))
        assert factor is not None
        raw = converted(Decimal(case["inputs"]["omedd_from"]), Decimal(case["inputs"]["r"]), factor)
        answers.append(None if isinstance(raw, Refused) else raw)
    return {"raw": answers}


def _titrate(case: dict[str, Any]) -> dict[str, Any]:
    inputs = case["inputs"]
    drug, route = _split(inputs["key"])
    incident = PRESENT if inputs["incident_only"] else ABSENT
    answer = titrate(
        tables(),
        taken(drug, route, f"{inputs['regular_per_24h']} mg"),
        [as_needed(drug, f"{inputs['prn_dose']} mg", inputs["prn_taken"], incident)],
        (f"{drug}-{FORMS[inputs['form']]}", inputs["doses_per_day"]),
        TitrationState(number(str(inputs["pain"])), number("48 h"), Truth.DOES_NOT_APPLY),
        wish(f"{drug}-immediate-release", _cautious(inputs)),
        patient(tox_level="neurotoxic" if inputs["toxicity"] else "none", renal_band=inputs["band"].lower()),
    )
    assert isinstance(answer, Titrated), answer
    assert not isinstance(answer.rescue, Refused)
    return {"new_regular": answer.daily, "per_dose": answer.per_dose, "rescue_dose": answer.rescue.amount}


def _rotate(case: dict[str, Any]) -> dict[str, Any]:
    inputs = case["inputs"]
    orders = _orders(inputs["from_orders"])
    drug, route = _split(inputs["to"])
    here = patient(frail=PRESENT if inputs["frail"] else ABSENT, renal_band=inputs["band"].lower())
    if route == "transdermal":
        rescue_wish = wish("morphine-immediate-release", _cautious(inputs))
        patch = to_patch(tables(), orders, drug, inputs["reason"], rescue_wish, here)
        assert not isinstance(patch, Refused), patch
        assert not isinstance(patch.rescue, Refused)
        return {
            "r": patch.r,
            "omedd_from": patch.total_from,
            "raw_mcg_h": patch.raw,
            "label_cap": patch.label_cap,
            "new_mcg_h": patch.strength,
            "rescue_morphine_po": patch.rescue.amount,
        }
    change = Change(
        product=f"{drug}-{FORMS[inputs['form']]}",
        doses_per_day=inputs["doses_per_day"],
        reason=inputs["reason"],
        rescue=wish(f"{drug}-{RESCUE[route]}", _cautious(inputs)),
    )
    answer = rotate(tables(), orders, change, here)
    assert not isinstance(answer, Refused), answer
    assert answer.rescue is not None
    assert not isinstance(answer.rescue, Refused)
    return {
        "r": answer.r,
        "omedd_from": answer.total_from,
        "new_per_24h": answer.daily,
        "per_dose": answer.per_dose,
        "rescue_dose": answer.rescue.amount,
    }


def _route_change(case: dict[str, Any]) -> dict[str, Any]:
    answers = []
    for item in case["inputs"]["items"]:
        drug, old, new = item["drug"], ROUTES[item["from"]], ROUTES[item["to"]]
        answer = route_change(tables(), taken(drug, old, f"{item['per_24h']} {_unit(drug, old)}"), new)
        assert isinstance(answer, RouteChange), answer
        answers.append(answer.amount)
    return {"result": answers}


def _methadone_start(case: dict[str, Any]) -> dict[str, Any]:
    totals: list[Decimal] = []
    thirds: list[Decimal | None] = []
    for scenario in case["inputs"]["scenarios"]:
        frail = PRESENT if scenario["frail"] else ABSENT
        answer = banded_start(
            tables(),
            "methadone",
            number(f"{scenario['omedd_from']} mg/(24.h)"),
            number(f"{scenario['age']} a"),
            patient(frail=frail),
            approved("without-equivalent-methadone/specialist"),
        )
        assert not isinstance(answer, Refused), answer
        totals.append(answer.total)
        thirds.append(answer.per_dose if answer.doses_per_day == 3 else None)
    return {"total": totals, "per_dose_8h": thirds}


def _methadone_compare(case: dict[str, Any]) -> dict[str, Any]:
    whole = Decimal(case["inputs"]["omedd"])
    here, opened = patient(), approved("without-equivalent-methadone/specialist")
    ours = banded_start(tables(), "methadone", number(f"{whole} mg/(24.h)"), number("62 a"), here, opened)
    assert not isinstance(ours, Refused)
    others = dict(published_ratios(tables(), "methadone", whole))
    return {
        "engine_default_20to1": ours.total,
        "ayonrinde_5to1": others["ayonrinde2000"],
        "ripamonti_7p75to1": others["ripamonti1998"],
        "older_8to1": others["nccn2019"],
    }


def _methadone_three_day(case: dict[str, Any]) -> dict[str, Any]:
    inputs = case["inputs"]
    days = stepwise_switch(tables(), "methadone", Decimal(inputs["old_per_24h"]), Decimal(inputs["methadone_target"]))
    return {f"day{step.day}": {"old": step.old, "methadone": step.new} for step in days}


def _band(value: Numbers) -> str:
    rule = program().deriving["renal_band"]
    findings = Findings(
        {
            "dialysis": Words(frozenset({"none"})),
            "renal_value": value,
            "renal_falling_or_aki": Words(frozenset({ABSENT})),
        }
    )
    for i, row in enumerate(rule.then.derive.rows, start=1):
        if truth(program().conditions[f"{rule.rule}/{i}"], findings) is Truth.APPLIES:
            return row.value.upper()
    return (rule.then.derive.else_ or "").upper()


def _crcl(case: dict[str, Any]) -> dict[str, Any]:
    values = [
        cockcroft_gault(
            number(f"{item['age']} a"),
            number(f"{item['weight']} kg"),
            # Tall enough that the actual weight counts, as the case means it.
            number("180 cm"),
            number(f"{item['scr_umol_l']} umol/L"),
            Words(frozenset({item["sex"]})),
        )
        for item in case["inputs"]["items"]
    ]
    return {"crcl": [value.low for value in values], "band": [_band(value) for value in values]}


def _band_boundary(case: dict[str, Any]) -> dict[str, Any]:
    return {"bands": [_band(number(f"{value} mL/min")) for value in case["inputs"]["values"]]}


def _regimen(drug: str, findings: dict[str, Possible], regimen: str | None = None) -> WorkedDose | NoDose | None:
    """The dose of a drug's own file for these findings; None where the file gives no regimen."""
    held = program().ruleset.drugs[drug]
    chosen = next((r for r in held.regimens if regimen in (None, r.regimen)), None)
    if chosen is None:
        return None
    names: list[tuple[str, Amounts]] = [(f"{drug}/{chosen.regimen}/{row.row}", row) for row in chosen.rows]
    names += [(band_name(drug, chosen, b, i), row) for b in chosen.bands for i, row in enumerate(b.rows)]
    known = Findings({**_USUAL, **findings})
    rows = tuple((name, row, truth(program().conditions[name], known)) for name, row in names)
    return work_out(chosen, Given(rows, (), None))


def _words(word: str) -> Words:
    return Words(frozenset({word}))


_USUAL: dict[str, Possible] = {
    "current_classes": Members(frozenset(), frozenset()),
    "cirrhosis": _words(ABSENT),
    "dialysis": _words("none"),
    "frail": _words(ABSENT),
    "hepatic_band": _words("N"),
    "reduced_start": _words(ABSENT),
    "renal_falling_or_aki": _words(ABSENT),
}
_VALUE = {"R0": "80", "R1": "45", "R2": "20", "R3": "10"}


def _renal(value: object) -> dict[str, Possible]:
    given = number(f"{value} mL/min")
    return {"renal_value": given, "renal_band": _words(_band(given).lower())}


def _gabapentinoid(case: dict[str, Any]) -> dict[str, Any]:
    amounts: list[Decimal] = []
    kinds: list[str] = []
    for scenario in case["inputs"]["scenarios"]:
        frail = _words(PRESENT if scenario["frail"] else ABSENT)
        findings = {**_renal(_VALUE[scenario["band"]]), "reduced_start": frail, "frail": frail}
        dose = _regimen(case["inputs"]["drug"], findings)
        assert isinstance(dose, WorkedDose)
        assert dose.maximum is not None
        assert dose.every is not None
        if scenario["current"] > dose.maximum:
            amounts.append(dose.maximum)
            kinds.append("reduce")
        else:
            amounts.append(dose.amount * 24 / dose.every)
            kinds.append("start")
    return {"start_or_cap": amounts, "kind": kinds}


def _gabapentinoid_caps(case: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, list[Any]] = {}
    for drug in case["expected"]:
        doses = [_regimen(drug, _renal(value)) for value in case["inputs"]["renal_value"]]
        answers[drug] = [dose.maximum if isinstance(dose, WorkedDose) else "refer" for dose in doses]
    return answers


def _renal_reduce(case: dict[str, Any]) -> dict[str, Any]:
    findings = _renal(_VALUE[case["inputs"]["band"]])
    doses = [_regimen(drug, findings) for drug in case["inputs"]["items"]]
    # Refused, or in no regimen at all: none of it is started.
    return {"max_daily": [dose.maximum if isinstance(dose, WorkedDose) else Decimal(0) for dose in doses]}


def _lidocaine(case: dict[str, Any]) -> dict[str, Any]:
    inputs = case["inputs"]
    body = (number(f"{inputs['weight_kg']} kg"), number(f"{inputs['height_cm']} cm"), _words(inputs["sex"]))
    answer = weigh(tables(), "lidocaine", body, patient(), approved("weight-lidocaine/specialist"))
    assert not isinstance(answer, Refused), answer
    return {
        "ibw_kg": answer.weight,
        "dosing_weight_kg": answer.weight,
        "bolus_mg": answer.bolus,
        "infusion_mg_h": answer.rate_most,
    }


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "omedd": _omedd,
    "omedd_many": _omedd_many,
    "opioid_tolerant": _opioid_tolerant,
    "rescue": _rescue,
    "target_raw": _target_raw,
    "titrate": _titrate,
    "rotate": _rotate,
    "route_change": _route_change,
    "methadone_start": _methadone_start,
    "methadone_compare": _methadone_compare,
    "methadone_three_day": _methadone_three_day,
    "crcl": _crcl,
    "band_boundary": _band_boundary,
    "gabapentinoid": _gabapentinoid,
    "gabapentinoid_caps": _gabapentinoid_caps,
    "renal_reduce": _renal_reduce,
    "lidocaine": _lidocaine,
}


def _differences(
    expected: Any,  # noqa: ANN401 - as the file has it
    ours: Any,  # noqa: ANN401
    tolerance: Decimal,
    where: str = "",
) -> dict[str, Any]:
    """Where an answer is not the expected one: place by place, with what we say instead."""
    if isinstance(expected, dict):
        return {
            place: value
            for key, part in expected.items()
            for place, value in _differences(part, ours[key], tolerance, f"{where}.{key}".lstrip(".")).items()
        }
    if isinstance(expected, list):
        assert len(expected) == len(ours), where
        return {
            place: value
            for i, (part, own) in enumerate(zip(expected, ours, strict=True))
            for place, value in _differences(part, own, tolerance, f"{where}.{i}").items()
        }
    numbers = isinstance(expected, int | Decimal) and not isinstance(expected, bool)
    if numbers and isinstance(ours, int | Decimal):
        return {} if abs(Decimal(expected) - Decimal(ours)) <= tolerance else {where: ours}
    return {} if expected == ours else {where: ours}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    case = CASES[name]
    ours = OPERATIONS[case["op"]](case)
    declared = {row["what"]: row["ours"] for row in DISAGREEMENTS if row["case"] == name and row["what"] != "working"}
    found = _differences(case["expected"], ours, Decimal(case["tolerance"]))
    assert {place: str(value) for place, value in found.items()} == {k: str(v) for k, v in declared.items()}


def test_there_are_forty_cases_and_every_operation_is_one_of_ours() -> None:
    assert len(CASES) == 40
    assert {case["op"] for case in CASES.values()} == OPERATIONS.keys()
    assert set(COLUMNS) >= set(COLUMN.values())


def test_the_lower_cap_of_the_infusion_by_weight_does_not_show_in_its_case() -> None:
    """The case's working names 120 mg/h; the table caps at 100 mg/h, and 99 mg/h lies below both."""
    declared = next(row for row in DISAGREEMENTS if row["case"] == "D-40")
    assert declared["what"] == "working"
    assert "below cap 120" in CASES["D-40"]["working"]
    cap = tables().conversion.by_weight[0].infusion_cap
    assert cap == declared["ours"] == "100 mg/h"


def test_every_disagreement_names_a_case_and_its_reason() -> None:
    for row in DISAGREEMENTS:
        assert row["case"] in CASES
        assert len(row["reason"]) > 20
