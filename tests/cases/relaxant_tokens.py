"""What each token, flag and dose of relaxants-antiinflam.yaml means for a plan of this ruleset.

A token is on the plan when one of its options is offered as a first choice, or, for decisions that belong to a
person, when the line that refers to that person stands. An alternative has lost to the first choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from protocol.plan.model import PlanLine
from protocol.possible import Numbers
from protocol.terms import Truth
from tests.cases.seen import Seen
from tests.plans import hours, lines, options

__all__ = ["FLAGS", "OPTIONS", "TOKENS", "doses", "present"]

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "paracetamol_po": ("paracetamol",),
    "baclofen_po": ("baclofen",),
    "diazepam_po": ("diazepam",),
    "clonazepam_po": ("clonazepam",),
    "midazolam_sc": ("midazolam-infusion",),
    "tizanidine_po": ("tizanidine",),
    "dantrolene_po": ("dantrolene",),
    "methocarbamol_po": ("methocarbamol",),
    "cyclobenzaprine_po": ("cyclobenzaprine",),
    "ibuprofen_po": ("ibuprofen",),
    "naproxen_po": ("naproxen",),
    "celecoxib_po": ("celecoxib",),
    "etoricoxib_po": ("etoricoxib",),
    "diclofenac_po": ("diclofenac-rectal",),
    "ketorolac_sc": ("ketorolac",),
    "dexamethasone_trial": ("dexamethasone-trial",),
    "dexamethasone_mscc": ("dexamethasone-cord",),
    "dexamethasone_flare": ("dexamethasone-flare",),
    "zoledronic_acid": ("zoledronic-acid",),
    "denosumab": ("denosumab",),
    "rt_8x1": ("radiotherapy-single-fraction", "radiotherapy-single-late"),
    "rt_20x5": ("radiotherapy-five-fractions",),
    "rt_30x10": ("radiotherapy-ten-fractions",),
    "sbrt": ("radiotherapy-stereotactic",),
    "rt_retreat_8x1": ("radiotherapy-again",),
    "rt_mscc_8x1": ("cord-radiotherapy-single",),
    "rt_mscc_20x5": ("cord-radiotherapy-fractions",),
    "neuraxial_epidural": ("epidural-catheter",),
    "neuraxial_intrathecal_external": ("intrathecal-external",),
    "neuraxial_intrathecal_pump": ("intrathecal-pump",),
    "cordotomy": ("cordotomy",),
    "psoas_compartment_block": ("psoas-compartment-block",),
    "lumbar_sympathetic_block": ("lumbar-sympathetic-block",),
    "fascia_iliaca_block": ("fascia-iliaca-block",),
    "ablation": ("tumour-ablation",),
    "physiotherapy": ("gentle-movement",),
    "positioning": ("position-of-comfort",),
    "psychology": ("explanation-and-support",),
    "tens": ("nerve-stimulation",),
    "heat": ("warmth",),
    "falls_plan": ("falls-plan",),
    "systemic_therapy_review": ("systemic-therapy-review",),
    "interventional_referral": ("interventional-pain",),
    "image_for_haematoma": ("haematoma-scan",),
    "haematoma_pathway": ("haematoma-scan", "haematoma-reversal"),
    "abscess_pathway": ("abscess-pathway",),
    "mscc_pathway": ("cord-coordinator",),
    "mscc_coordinator_referral": ("cord-coordinator",),
    "spinal_immobilisation": ("keep-spine-still",),
    "spinal_surgical_opinion": ("spine-surgeon-now", "spine-surgeon-before-radiotherapy"),
    "surgery_decompression": ("cord-decompression",),
    "surgery_gtr": ("sarcoma-or-spine-board",),
    "sarcoma_mdt": ("sarcoma-or-spine-board",),
    "mri_surveillance_1_6_12_months": ("imaging-after-resection",),
    "image_guided_biopsy": ("biopsy-first",),
    "hypercalcaemia_treatment": ("calcium-today", "calcium-now"),
    "urology_renal_review": ("kidney-today", "kidney-decompress-now"),
    "dvt_assessment": ("vein-scan",),
}
"""Tokens that are one option, or one of several."""


def _beside(seen: Seen, companion: str) -> bool:
    return any(c.companion.startswith(companion) for line in lines(seen.plan) for c in line.companions)


def _one_hour(seen: Seen) -> bool:
    return any(
        line.option == "dexamethasone-cord"
        and line.status == "refer"
        and line.refer is not None
        and (hours(line.refer.within) or Decimal(99)) <= 1
        for line in lines(seen.plan)
    )


TOKENS: Mapping[str, Callable[[Seen], bool]] = {
    "ppi": lambda s: bool(s.given("ppi")),
    "glucose_monitoring": lambda s: _beside(s, "glucose-monitoring"),
    "senior_steroid_decision_1h": _one_hour,
    "withdrawal_cover_plan": lambda s: "convert" in s.current("baclofen") and s.says("seizures", "fever"),
    "optimise_existing_benzodiazepine": lambda s: (
        s.current("benzodiazepine") == {"continue"} and s.says("use this one better")
    ),
    "stop_steroid": lambda s: bool({"stop", "taper", "reduce"} & s.current("corticosteroid")),
    "quinine": lambda s: any(o.then.offer.drug == "quinine" for o in options(s.ruleset).values()),
}
"""Tokens that are no single option."""


def present(token: str, seen: Seen) -> bool:
    """Whether the plan has the token."""
    if token in TOKENS:
        return TOKENS[token](seen)
    return any(
        line.option in OPTIONS[token] and line.status == "offered" and line.choice == "first"
        for line in lines(seen.plan)
    )


def _warned(seen: Seen, *rules: str) -> bool:
    """Whether one of these rules warns on a line that stands."""
    says = {r.then.say for r in seen.ruleset.rules if r.rule in rules and hasattr(r.then, "say")}
    assert says, rules
    shown = {text for line in lines(seen.plan) if line.status == "offered" for text in (*line.warnings, line.say)}
    return any(say and say in text for say in says for text in shown)


def _applies(seen: Seen, *rules: str) -> bool:
    return any(seen.case.verdicts[rule] is Truth.APPLIES for rule in rules)


def _grey_zone(seen: Seen) -> bool:
    """Someone is asked to decide on a needle at the spine because of a blood count between the limits."""
    return _applies(seen, "deep-needle-platelets-75-to-99", "deep-needle-inr-1-21-to-1-40") and any(
        line.status == "refer" and "neuraxial" in options(seen.ruleset)[line.option].then.offer.tags
        for line in lines(seen.plan)
        if line.option in options(seen.ruleset)
    )


def _paracetamol_by_weight(seen: Seen) -> bool:
    return any(
        line.option == "paracetamol"
        and line.dose is not None
        and Decimal(str(line.dose.maximum).removesuffix(" mg")) <= 60 * _weight(seen)
        for line in lines(seen.plan)
    )


def _weight(seen: Seen) -> Decimal:
    value = seen.value("weight")
    assert isinstance(value, Numbers)
    return value.low


FLAGS: Mapping[str, Callable[[Seen], bool]] = {
    "opioid_benzodiazepine": lambda s: (
        _warned(s, "benzodiazepine-start-beside-opioid", "benzodiazepine-with-opioid")
        or s.says("Beside an opioid", "sedation and breathing watched")
    ),
    "cns_depressant_stack": lambda s: (
        _warned(s, "benzodiazepine-start-beside-opioid", "benzodiazepine-start-beside-gabapentinoid")
        or bool(s.is_word("cns_high_risk", "present"))
    ),
    "rt_kidney_dose": lambda s: _warned(s, "radiotherapy-kidney"),
    "need_egfr": lambda s: s.asked("serum_creatinine") and s.asked("egfr"),
    "paracetamol_weight_dose": _paracetamol_by_weight,
    "nsaid_renal_check_day5_7": lambda s: _beside(s, "nsaid-kidney-check"),
    "exclude_dvt": lambda s: bool(s.raised("vte")) and s.stands("vein-scan") is True,
    "repeat_imaging_day6": lambda s: _warned(s, "steroid-early-scan"),
    "mscc_steroid_with_possible_infection": lambda s: s.says("An abscess may be there; take cultures"),
    "tissue_before_mscc_rt": lambda s: s.stands("biopsy-first") is True,
    "low_chance_of_recovery": lambda s: _warned(s, "cord-late-paraplegia"),
    "protective_spasm_check": lambda s: _applies(s, "relaxant-before-spine-surgeon") and s.says("guarding"),
    "post_block_neuro_obs": lambda s: s.says("Power and feeling 4-hourly"),
    "halve_systemic_opioid": lambda s: s.says("halve the systemic opioid"),
    "no_ketorolac_in_neuraxial_mix": lambda s: s.says("never ketorolac"),
    "antithrombotic_hold_needed": lambda s: s.says("plan the hold with its prescriber"),
    "neuraxial_grey_zone_anaesthetist_decision": _grey_zone,
    "ask_oncologist_before_steroid": lambda s: (
        _applies(s, "steroid-trial-immunotherapy") and s.says("checkpoint inhibitor is taken: ask the oncologist")
    ),
    "nsaid_after_steroid_stops": lambda s: s.says("start an NSAID only when it has stopped"),
}


def doses(drug: str, seen: Seen) -> list[tuple[Decimal, Decimal | None]]:
    """Start and maximum, mg in 24 h, of each offered line of a drug."""
    started = [line for line in seen.started(drug) if line.dose is not None and line.choice == "first"]
    return [(_daily(line), _most(line)) for line in started]


def _daily(line: PlanLine) -> Decimal:
    assert line.dose is not None
    every = hours(line.dose.every) or Decimal(24)
    return Decimal(line.dose.amount) * 24 / every


def _most(line: PlanLine) -> Decimal | None:
    assert line.dose is not None
    return None if line.dose.maximum is None else Decimal(line.dose.maximum.removesuffix(" mg"))
