"""The medicines of a case of relaxants-antiinflam.yaml: taken now, tried before, thinning the blood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

__all__ = ["medicines"]

Case = Mapping[str, Any]
Entry = dict[str, Any]

_TAKEN: Mapping[str, Entry] = {
    "opioid": {
        "drug": "morphine",
        "form": "modified-release",
        "dose": "15 mg",
        "every": "12 h",
        "indication": "pain",
        "since": 10,
    },
    "gabapentinoid": {"drug": "pregabalin", "dose": "25 mg", "every": "12 h", "indication": "pain", "since": 30},
    "benzodiazepine": {"drug": "lorazepam", "dose": "0.5 mg", "every": "24 h", "indication": "anxiety", "since": 60},
    "baclofen": {"drug": "baclofen", "dose": "10 mg", "every": "8 h", "indication": "spasm", "since": 10},
    "acei_arb": {"drug": "ramipril", "dose": "5 mg", "every": "24 h", "indication": "heart_or_pressure", "since": 400},
    "diuretic": {
        "drug": "furosemide",
        "dose": "40 mg",
        "every": "24 h",
        "indication": "heart_or_pressure",
        "since": 400,
    },
    "lithium": {"drug": "lithium", "dose": "400 mg", "every": "24 h", "indication": "mood", "since": 900},
    "ciprofloxacin": {
        "drug": "ciprofloxacin",
        "dose": "500 mg",
        "every": "12 h",
        "indication": "infection",
        "since": 2,
    },
    "ici": {
        "drug": "pembrolizumab",
        "route": "intravenous",
        "dose": "200 mg",
        "every": "504 h",
        "indication": "cancer_treatment",
        "since": 90,
    },
    "corticosteroid": {"drug": "dexamethasone", "dose": "8 mg", "every": "24 h", "indication": "pain", "since": 7},
}
_THINNERS: Mapping[str, Entry] = {
    "apixaban": {"drug": "apixaban", "dose": "5 mg", "every": "12 h", "indication": "clot_prevention"},
    "lmwh": {
        "drug": "enoxaparin",
        "route": "subcutaneous",
        "dose": "40 mg",
        "every": "24 h",
        "indication": "clot_prevention",
    },
}
_INTENSITY = {"anticoagulant_therapeutic": "therapeutic", "anticoagulant_prophylactic": "prophylactic"}
_FAILED = {"benzodiazepine": ("benzodiazepine", "diazepam", "15 mg", 14)}


def medicines(document: dict[str, Any], inputs: Case, now: datetime) -> None:
    """Write the medicines of a case into its document."""
    taken = [_entry(_TAKEN[token], inputs, now) for token in inputs["meds"] if token in _TAKEN]
    group: dict[str, Any] = {
        "reconciled_at": (now - timedelta(hours=1)).isoformat(),
        "current": taken,
        "previous": _previous(inputs),
    }
    thinned = [token for token in inputs["meds"] if token in _INTENSITY]
    unknown = set(inputs["meds"]) - set(_TAKEN) - set(_INTENSITY)
    if unknown:
        raise KeyError(*unknown)
    group["anticoagulant"] = {"agent": "none"}
    if thinned:
        listed = inputs.get("antithrombotics") or []
        group["anticoagulant"] = {"intensity": _INTENSITY[thinned[0]]}
        for item in listed:
            last = (now - timedelta(hours=item["hours_since_last"])).isoformat()
            medicine = {"route": "oral", **_THINNERS[item["agent"]], "last_dose_at": last}
            taken.append(medicine)
            recent = "vte_within_weeks" in inputs
            group["anticoagulant"] |= {
                "agent": medicine["drug"],
                "last_dose_at": last,
                "indication": "vte_acute" if recent else "other",
            }
        if not listed:
            # On the list by name, and no more than that is known.
            taken.append({"drug": "apixaban", "route": "oral"})
    group |= {"antiplatelets": "absent", "maoi_within_14_days": "absent"}
    document["medicines"] = group


def _entry(known: Entry, inputs: Case, now: datetime) -> Entry:
    entry = {"route": "oral", "schedule": "regular", **known}
    days = inputs.get("steroid_day", entry["since"]) if entry["drug"] == "dexamethasone" else entry["since"]
    entry.pop("since")
    return entry | {"started_at": (now - timedelta(days=days)).isoformat()}


def _previous(inputs: Case) -> list[Entry]:
    tried = [_tried(name, inputs) for name in inputs.get("relaxants_failed", [])]
    if inputs["refractory_to_systemic"]:
        tried += [
            _row("strong_opioid", "oxycodone", "80 mg", 21, "ineffective"),
            _row("strong_opioid", "hydromorphone", "24 mg", 21, "ineffective"),
            _row("gabapentinoid", "gabapentin", "1800 mg", 42, "ineffective"),
        ]
    if inputs.get("steroid_response") == "none":
        tried.append(_row("corticosteroid", "dexamethasone", "8 mg", inputs["steroid_day"], "not_stopped"))
    return tried


def _tried(name: str, inputs: Case) -> Entry:
    kind, agent, dose, days = _FAILED.get(name, ("muscle_relaxant", name, "30 mg", 21))
    return _row(kind, agent, dose, days, "toxicity" if inputs.get("sedation_limits_relaxants") else "ineffective")


def _row(kind: str, agent: str, dose: str, days: int, why: str) -> Entry:
    return {
        "class": kind,
        "agent": agent,
        "max_dose": f"{dose}/(24.h)",
        "duration": f"{days} d",
        "response": "none",
        "stop_reason": why,
    }
