"""Which rules of this ruleset say what an exclusion rule of relaxants-antiinflam.yaml says.

An excluded token names the rules that must have excluded it. Here each of those is the family of ours that bars
the same thing for the same reason; one of them must hold or may hold, and must name the option.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocol.terms import Truth
from tests.cases.seen import Seen
from tests.plans import barriers, lines, named, options

__all__ = ["FAMILIES", "GROUPS", "barred"]

NOT_INDICATED = "its own condition"
"""Marks a family in which the option's own condition already says no."""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "MR-11": ("baclofen-renal-below-30", "baclofen-kidney-injury"),
    "MR-12": ("baclofen-hypercapnia", "baclofen-delirium", "gabapentinoid-with-opioid-and-benzodiazepine",
              "opioid-on-top-of-two-depressants", "baclofen-with-benzodiazepine", "benzodiazepine-third-depressant"),
    "MR-13": ("benzodiazepine-breathing", "benzodiazepine-liver", "benzodiazepine-delirium"),
    "MR-14": ("benzodiazepine-twice",),
    "MR-15": ("tizanidine-with-cyp1a2-inhibitor", "tizanidine-breathing-or-delirium", "tizanidine-renal-below-25",
              "relaxant-beside-a-relaxant", "tizanidine-frail-or-old", "tizanidine-beside-benzodiazepine"),
    "MR-18": ("methocarbamol-stops",),
    "MR-26": ("relaxant-beside-a-relaxant", "no-oral-start-without-oral-route"),
    "MR-28": ("relaxant-before-spine-surgeon",),
    "MR-30": ("relaxant-in-sedation",),
    "MR-32": ("relaxant-after-sedation",),
    "AI-16": ("cord-steroid-against-lymphoma", "steroid-trial-lymphoma"),
    "AI-20": ("nsaid-renal-below-30", "nsaid-kidney-injury", "nsaid-anticoagulant", "nsaid-dehydration",
              "nsaid-high-calcium", "nsaid-with-ace-inhibitor-and-diuretic", "nsaid-with-lithium",
              "nsaid-gut-and-artery-risk", "nsaid-open-haematoma"),
    "AI-21": ("steroid-trial-abscess-or-haematoma", "steroid-trial-immunotherapy", "steroid-beside-steroid",
              "steroid-trial-cord-emergency", "steroid-trial-infection"),
    "AI-22": ("coxib-or-diclofenac-artery-disease",),
    "AI-23": ("ketorolac-age", "ketorolac-renal-below-45", "nsaid-anticoagulant"),
    "AI-31": ("flare-with-nsaid-or-immunotherapy", "flare-needs-the-oncologist"),
    "AT-10": ("its own condition",),
    "AT-10b": ("radiotherapy-under-2-weeks",),
    "AT-12": ("radiotherapy-open-infection-or-bleed", "radiotherapy-needs-tissue"),
    "AT-13": ("radiotherapy-unstable-spine", "instability-1-unstable"),
    "AT-17": ("radiotherapy-too-soon",),
    "AT-21": ("its own condition",),
    "AT-21b": ("its own condition",),
    "AT-29": ("bone-agent-high-calcium", "its own condition"),
    "AT-29b": ("zoledronic-acid-renal-below-30", "bone-agent-kidney-injury"),
    "AT-29c": ("bone-agent-kidney-injury",),
    "AT-32": ("systemic-open-infection",),
    "AT-41": ("radiotherapy-cord-first",),
    "AI-14": ("its own condition",),
    "IV-06": ("needle-open-haematoma", "needle-open-infection", "needle-before-hold", "neuraxial-cord",
              "deep-needle-platelets-75-to-99"),
    "IV-07": ("needle-open-haematoma", "needle-open-infection", "needle-before-hold",
              "deep-needle-platelets-75-to-99"),
    "IV-11": ("needle-open-haematoma", "superficial-block-blood"),
    "ND-03": ("movement-on-unsafe-spine-or-bleed",),
    "ND-05": ("stimulation-bars",),
    "ND-07": ("warmth-bars",),
    "MR-10": ("its own condition",),
}  # fmt: skip

GROUPS: Mapping[str, str] = {
    "one_rt_course": "at-most-one-radiotherapy-course",
    "one_neuraxial": "at-most-one-neuraxial-catheter",
    "one_block": "at-most-one-nerve-block",
}
"""What wins or loses among its like; the rule of ours that says so."""


def barred(option: str | None, rule: str, seen: Seen) -> bool:
    """Whether the option is kept off the plan for the reason that the case's rule gives."""
    if rule in GROUPS:
        return any(line.option == option and line.choice == "alternative" for line in lines(seen.plan))
    family = FAMILIES[rule]
    if option is None or _own_condition(option, seen):
        return NOT_INDICATED in family or _by_rule(option, family, seen)
    return _by_rule(option, family, seen)


def _own_condition(option: str, seen: Seen) -> bool:
    return seen.case.verdicts[options(seen.ruleset)[option].rule] is Truth.DOES_NOT_APPLY


def _by_rule(option: str | None, family: tuple[str, ...], seen: Seen) -> bool:
    if option is None:
        return NOT_INDICATED in family
    return any(
        rule.rule in family
        and seen.case.verdicts[rule.rule] is not Truth.DOES_NOT_APPLY
        and option in named(seen.case.program, entry)
        for rule, entry in barriers(seen.ruleset)
    )
