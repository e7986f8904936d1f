"""Codes of the worked cases that are no single option or finding, each with its question to the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from protocol.possible import Numbers
from tests.cases.seen import Seen
from tests.plans import lines

__all__ = ["ANSWERED"]

Predicate = Callable[[Seen], bool | None]

ANSWERED: Mapping[str, Predicate] = {
    # actions that are no single option
    "action:neuraxial_first_line": lambda s: s.tagged("neuraxial"),
    "action:neuraxial_or_deep_block": lambda s: s.tagged("neuraxial", "deep_block"),
    "action:intramuscular_injection": lambda s: s.tagged("intramuscular"),
    "action:physio_stretching": lambda s: s.tagged("stretching"),
    "action:forced_straightening_of_hip": lambda s: s.tagged("stretching", "manual"),
    "action:mobilise_freely": lambda s: s.tagged("mobilising"),
    "action:radiotherapy_as_first_action": lambda s: s.tagged("radiotherapy_elective"),
    "action:radiotherapy_before_infection_excluded": lambda s: s.tagged("radiotherapy_elective"),
    "action:radiotherapy_before_stability_opinion": lambda s: s.tagged("radiotherapy_elective"),
    "action:start_or_continue_anticoagulant": lambda s: (
        bool(s.started("anticoagulant")) or "continue" in s.current("anticoagulant")
    ),
    "action:relaxant_instead_of_imaging": lambda s: bool(s.started("muscle_relaxant")) and not s.stands("cord-mri"),
    "action:stop_ineffective_drugs": lambda s: bool({"stop", "taper", "reduce"} & s.current("snri")),
    "action:increase_same_opioid_again_without_review": lambda s: any(
        line.action == "increase" for line in s.started("strong_opioid")
    ),
    "action:increase_opioid": lambda s: bool(s.started("strong_opioid")) or "increase" in s.current("strong_opioid"),
    "action:increase_any_analgesic": lambda s: "increase" in s.current("medicine") | s.current("strong_opioid"),
    "action:increase_opioid_before_calcium_treated": lambda s: "increase" in s.current("strong_opioid"),
    "action:add_fourth_sedating_adjuvant": lambda s: bool(
        s.started("gabapentinoid") or s.started("tca") or s.started("muscle_relaxant") or s.started("benzodiazepine")
    ),
    "action:rotate_to_renally_safer_opioid_when_recovered": lambda s: bool(
        {"convert", "stop", "refer", "hold"} & s.current("morphine")
    ),
    "action:continue_OAT_and_confirm_dose_with_prescriber": lambda s: bool(
        {"continue", "refer"} & s.current("methadone")
    ),
    "action:auto_convert_to_fentanyl_patch": lambda s: any(
        line.dose and line.dose.form == "patch" for line in s.started("fentanyl")
    ),
    "action:withhold_analgesia_because_of_OUD": lambda s: not s.started("strong_opioid"),
    "action:stop_or_replace_qt_prolonging_drugs": lambda s: bool(
        {"stop", "hold", "refer", "convert", "taper"} & s.current("qt_prolonging")
    ),
    "action:correct_potassium_and_magnesium": lambda s: s.says("potassium", "magnesium"),
    "action:reduce_opioid_25_33pct": lambda s: bool({"reduce", "hold", "refer"} & s.current("strong_opioid")),
    "action:taper_baclofen_over_1-2_weeks": lambda s: "taper" in s.current("baclofen"),
    "action:stop_baclofen_abruptly": lambda s: "stop" in s.current("baclofen"),
    "action:taper_dexamethasone": lambda s: bool({"taper", "reduce", "stop"} & s.current("dexamethasone")),
    "action:two_new_sedatives_same_day": lambda s: (
        len(
            [
                line
                for line in s.started("cns_active")
                if line.choice == "first" and line.start and line.start.when == "now"
            ]
        )
        > 1
    ),
    "action:start_low_go_slow_30-50pct_of_adult_start": lambda s: any(
        line.dose and Decimal(line.dose.amount) * 2 <= Decimal(5) for line in s.started("strong_opioid")
    ),
    "action:oxygen_and_emergency_help": lambda s: s.says("oxygen") and s.stands("toxicity-hold"),
    "action:look_for_other_delirium_causes": lambda s: s.says("delirium", "cause"),
    "action:wait_for_routine_reassessment": lambda s: (s.hours_to_review() or Decimal(0)) > 24,
    "action:silently_pick_one_value": lambda s: not s.plan.conflicts,
    "action:resolve_before_interventional_or_RT_planning": lambda s: bool(s.plan.conflicts),
    "action:side_specific_procedure_before_side_confirmed": lambda s: s.tagged(
        "deep_block", "cordotomy", "superficial_block"
    ),
    "action:dose_increase_because_of_MRI_ratio": lambda s: "increase" in s.current("strong_opioid"),
    "action:palliative_only_pathway": lambda s: not s.stands("sarcoma-or-spine-board"),
    # flags that are findings
    "flag:renal_CrCl<30": lambda s: _below(s, "renal_value", 30),
    "flag:hepatic_child_pugh=C": lambda s: s.is_word("hepatic_band", "C"),
    "flag:qtc>=500": lambda s: s.is_word("qtc_band", "stop"),
    "flag:qtc_450_499": lambda s: s.is_word("qtc_band", "caution"),
    "flag:frailty_cfs>=6": lambda s: s.is_word("frail", "present"),
    "flag:osa_untreated": lambda s: s.is_word("osa_or_copd_severe", "present"),
    "flag:opioid_use_disorder": lambda s: s.stands("addiction-service"),
    "flag:sedative_stacking_risk": lambda s: s.is_word("cns_high_risk", "present"),
    "flag:driving_and_sedatives": lambda s: s.says("driv"),
    "flag:SURV=heightened": lambda s: s.stands("surveillance-heightened"),
    "flag:SURV:out_of_population": lambda s: s.stands("surveillance-out-of-population"),
    "SURV:out_of_population": lambda s: s.stands("surveillance-out-of-population"),
    "SURV": lambda s: s.stands("surveillance-heightened", "surveillance-informative"),
    "flag:RF-HAEM:not_triggered": lambda s: not s.raised("haematoma"),
    "flag:RF-INST:stable_SINS_5": lambda s: s.is_word("instability", "stable", "none"),
    "RF-VTE:not_excluded": lambda s: s.raised("vte") or s.open("vte"),
    # numbers and grades
    "variant:MHFFS": lambda s: s.is_word("hip_flexion_failure", "present"),
    "response:75pct_reduction_met": lambda s: _at_least(s, "nrs_response_percent", 75),
    "calc:omedd=not_computed": lambda s: (
        "omedd_display" in s.case.findings.unknown or not s.is_number("omedd_display", "0")
    ),
    "calc:omedd_mg": lambda s: _known(s, "omedd_display"),
    "calc:crcl_ml_min": lambda s: _known(s, "creatinine_clearance"),
    "calc:corrected_calcium=3.18+0.02x(40-28)=3.42": lambda s: s.says("3.42") and s.raised("calcium"),
    # what the record lacks or contradicts
    "data:missing:renal_function": lambda s: s.asked("serum_creatinine"),
    "data:missing:allergies": lambda s: s.asked("allergies_checked"),
    "data:missing:current_medicines": lambda s: s.asked("medicines_reconciled"),
    "data:missing:anticoagulant_platelets": lambda s: s.asked("platelets", "anticoagulant_intensity"),
    "data:missing:neuro_exam": lambda s: s.asked("neuro_exam_performed", "saddle_sensation"),
    "data:insufficient": lambda s: bool(s.plan.questions),
    "data:contradiction": lambda s: bool(s.plan.conflicts),
    "conflict:pain_side_left_vs_psoas_side_right": lambda s: s.conflict("pain-and-lesion-on-different-sides"),
    "conflict:nrs_now_9_exceeds_worst_6": lambda s: s.conflict("now-above-worst"),
    "conflict:dexamethasone_possible_MSCC_vs_haematoma": lambda s: s.conflict("dexamethasone-cord"),
    "conflict:RT_needed_but_position_impossible": lambda s: s.stands("lie-flat-for-radiotherapy"),
    "conflict:egfr_51_vs_crcl_27.6": lambda s: (
        s.is_number("creatinine_clearance", "27.6") and s.is_number("renal_value", "27.6")
    ),
    "conflict:methadone_indicated_but_contraindicated": lambda s: any(
        r.option == "methadone-specialist" for r in s.plan.excluded
    ),
    # how the plan is written
    "output:crash_or_empty_plan": lambda s: not s.plan.steps,
    "output:no_red_flags_statement": lambda s: s.says("no red flag"),
    "output:numeric_gabapentinoid_dose": lambda s: any(line.dose for line in s.started("gabapentinoid")),
    "output:numeric_dose_renally_cleared": lambda s: any(
        line.dose for d in ("gabapentinoid", "morphine", "baclofen", "nsaid") for line in s.started(d)
    ),
    "dose:prn_morphine_ir_5mg": lambda s: any(
        line.rescue is not None and Decimal(line.rescue.amount) == 5 for line in s.started("morphine")
    ),
    "invest:platelets_inr": lambda s: s.asked("platelets_72h", "inr_72h", "platelets") or _known(s, "platelets"),
    "invest:platelets_inr_before_procedure": lambda s: s.asked("platelets_72h", "inr_72h") or _known(s, "inr_72h"),
    "invest:repeat_ecg": lambda s: s.says("ecg") or s.asked("qtc"),
    "drug:morphine_ir_oral": lambda s: s.stands("morphine-oral"),
    "drug:dexamethasone_8mg": lambda s: _dose(s, "dexamethasone", "8"),
    "drug:dexamethasone_16mg": lambda s: _dose(s, "dexamethasone", "16"),
    "drug:morphine_csci": lambda s: s.stands("morphine-sc", "last-days-morphine-infusion"),
    "drug:midazolam_csci": lambda s: s.stands("midazolam-infusion"),
    "class:bisphosphonate": lambda s: s.given("bisphosphonate") or s.says("zoledronate"),
    "info:evidence_is_case_level": lambda s: "case" in s.plan.evidence_note.lower(),
    "info:missing_is_not_normal": lambda s: any(a.status == "not-excluded" for a in s.plan.alerts),
    "info:stagger_sedatives": lambda s: any(
        line.start and line.start.when == "after" for line in s.started("cns_active")
    ),
    "info:interim_short_acting_opioid_option": lambda s: s.stands("interim-single-dose", "opioid-prescriber-decides"),
    "info:red_flags_reported_but_actions_limited_by_goals": lambda s: s.stands("red-flags-in-last-days"),
    "info:paracetamol_may_mask_fever": lambda s: s.says("fever", "hides"),
    "info:steroid_beyond_7_days_without_review": lambda s: bool(
        {"taper", "reduce", "stop"} & s.current("dexamethasone")
    ),
    "info:imaging_predates_pain_change": lambda s: any(
        f.finding.startswith("psoas_involvement") and f.standing == "stale" for f in s.plan.trace.findings
    ),
    "info:psoas_not_infiltrated": lambda s: s.is_word("infiltration", "absent"),
    "info:steroid_after_biopsy": lambda s: s.stands("biopsy-first"),
    "info:Kong2025_association_n45_no_validated_cutoff": lambda s: bool(s.plan.surveillance),
    "info:anticholinergics_worsen_retention": lambda s: s.says("retention"),
    # what a case says about the patient that some line or alert must tell
    "info:agar_continuum_four_mechanisms": lambda s: _sure_mechanisms(s) >= 4 and _cites(s, "agar2004"),
    "info:baclofen_encephalopathy_risk": lambda s: s.says("baclofen", "confusion and coma"),
    "info:first_dose_reduced_and_interval_extended": lambda s: any(
        line.dose and Decimal(line.dose.amount) < Decimal(5) and line.dose.every in ("6 h", "8 h")
        for line in s.started("strong_opioid")
    ),
    "conflict:anticoagulant_needed_for_acute_vte_vs_bleeding": lambda s: s.says("clot of the last 3 months", "restart"),
    "conflict:mps_signs_also_explained_by_haematoma": lambda s: s.says("Bleeding into the iliopsoas", "same signs"),
    "info:mps_weakness_is_unilateral_L2_L4_only": lambda s: s.says("which one psoas cannot explain"),
    "info:necrotic_tumour_is_a_differential_aspirate": lambda s: s.says("Aspirate", "dead tumour can look the same"),
    "conflict:strict_MPS_criterion_D_not_met_bone_metastasis_present": lambda s: (
        s.is_word("mps_grade", "definite") and _seen_absent(s, "no other root disease")
    ),
    "info:two_opioids_and_two_adjuvant_classes_failed": lambda s: (
        _at_least(s, "failed_opioid_count", 2) and _at_least(s, "failed_adjuvant_class_count", 2)
    ),
    "info:reirradiation_opinion_after_28_days": lambda s: s.stands("radiotherapy-again"),
    "info:cordotomy_option_if_unilateral_and_prognosis_fits": lambda s: (
        s.stands("cordotomy") or any(r.option == "cordotomy" and r.answers_needed for r in s.plan.withheld)
    ),
    "info:serotonergic_combination": lambda s: s.says("serotonin toxicity"),
    "info:baclofen_abrupt_stop_withdrawal_risk_monitor": lambda s: s.says("sudden stop brings seizures"),
    "info:gabapentinoid_accumulation": lambda s: s.says("builds up when kidneys fail"),
    "dose:prn_morphine_sc_6_10mg": lambda s: any(
        line.rescue is not None
        and line.rescue.route == "subcutaneous"
        and Decimal(6) <= Decimal(line.rescue.amount) <= Decimal(10)
        for line in s.started("morphine")
    ),
    "action:anticipatory_medicines": lambda s: s.stands("anticipatory-medicines"),
    "action:continue_dexamethasone_only_if_benefiting": lambda s: bool(s.current("dexamethasone")),
    "action:hospital_transfer": lambda s: s.stands("cord-coordinator", "cord-mri", "haematoma-scan", "vein-scan"),
    "info:baclofen_abrupt_stop": lambda s: s.says("Never let it lapse", "seizures, fever"),
    "info:pain_score_from_proxy_low_confidence": lambda s: s.says("by proxy carry little confidence"),
    "action:anticoagulation_decision_after_imaging_by_clinician": lambda s: s.says(
        "within 24 h; a clinician then decides about anticoagulation"
    ),
    "info:limb_oedema_affects_transdermal_absorption": lambda s: s.says("Swollen skin absorbs patches badly"),
    "conflict:MPS_possible_but_visceral_source_explains_pain": lambda s: (
        s.is_word("mps_grade", "possible") and s.is_word("visceral", "definite", "probable")
    ),
    "info:NSAID_usual_colic_drug_contraindicated_here": lambda s: s.says("No NSAID", "usual colic medicine"),
    "info:RF-HAEM_bleeding_risk_INR>=1.5": lambda s: s.is_word("haematoma_risk", "present"),
    "conflict:dn4_items_sum_6_vs_reported_2": lambda s: (
        s.is_number("dn4_typed_gap", "4") and s.says("DN4 total against its items")
    ),
    "conflict:ecog_1_vs_pps_20": lambda s: s.says("ECOG against PPS"),
    "conflict:sins_reported_without_spine_metastasis": lambda s: s.says("a SINS without a spinal metastasis"),
    "info:wrong_side_is_a_hazard": lambda s: s.says("check both before any treatment that has a side"),
    "info:psoas_stretch_negative_but_fixed_flexion_yes": lambda s: s.says("negative stretch test in a hip"),
    "info:chemo_or_RT_sensitive_tumour_expected_dramatic_response": lambda s: s.says("often melt within days"),
    "action:naloxone_supply": lambda s: any(
        c.companion == "take-home-naloxone" for line in s.started("strong_opioid") for c in line.companions
    ),
    "info:OAT_gives_no_analgesia_once_daily": lambda s: s.says("agonist treatment", "no pain relief"),
    "action:neuraxial_timing_lmwh": lambda s: s.says("needle waits for its interval", "next dose waits 12 h"),
    "action:rescue_dose_30_60_min_before_positioning": lambda s: s.says("rescue dose 30 to 60 minutes before"),
    "info:LMWH_timing": lambda s: s.says("next dose waits 12 h", "after needle or catheter"),
    "info:recurrence_within_12_months_after_gross_total_resection_reported": lambda s: s.says(
        "came back within a year of clear margins"
    ),
    "info:disease_modifying_intent": lambda s: s.stands("sarcoma-or-spine-board"),
    "info:opioid_requirement_falls_after_RT": lambda s: s.says("lower opioid, sedatives and steroid as pain falls"),
    "reason:steroid_without_mdt": lambda s: (
        bool(s.started("corticosteroid")) and not s.stands("sarcoma-or-spine-board")
    ),
    "reason:opioid_chosen_because_of_imaging": lambda s: any(
        f.finding == "mri_high_intensity_ratio"
        for line in s.started("strong_opioid")
        for r in line.because
        for f in r.facts
    ),
}


def _below(seen: Seen, finding: str, limit: int) -> bool | None:
    value = seen.value(finding)
    return value.high < limit if isinstance(value, Numbers) else None


def _at_least(seen: Seen, finding: str, limit: int) -> bool | None:
    value = seen.value(finding)
    return value.low >= limit if isinstance(value, Numbers) else None


def _known(seen: Seen, finding: str) -> bool | None:
    value = seen.value(finding)
    return None if value is None else value.known


def _dose(seen: Seen, drug: str, amount: str) -> bool:
    return any(line.dose is not None and Decimal(line.dose.amount) == Decimal(amount) for line in seen.started(drug))


def _sure_mechanisms(seen: Seen) -> int:
    return sum(set(grade.grades) <= {"probable", "definite"} for grade in seen.plan.mechanisms)


def _cites(seen: Seen, source: str) -> bool:
    cited = {c.source for line in lines(seen.plan) for reason in line.because for c in reason.cite}
    return source in cited


def _seen_absent(seen: Seen, title: str) -> bool:
    """Whether the syndrome's grade saw a fact of that title as absent."""
    reasons = seen.plan.syndrome.because if seen.plan.syndrome else ()
    return any(title in fact.title and fact.value == "absent" for reason in reasons for fact in reason.facts)
