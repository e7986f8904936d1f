"""The first draft of a rule file: all five blocks in order, each with a comment that says what belongs there.

A draft has the right shape and the wrong words: the checks refuse it until every word was replaced.
"""

from __future__ import annotations

__all__ = ["KINDS", "skeleton"]

KINDS = {
    "finding": "findings",
    "red-flag": "red-flags",
    "contraindication": "contraindications",
    "interaction": "interactions",
    "caution": "cautions",
    "option": "options",
    "preference": "preferences",
    "limit": "limits",
    "current": "current",
    "companion": "companions",
    "referral": "referrals",
    "non-drug": "options/non-drug",
    "monitoring": "monitoring",
    "stage": "stages",
    "never": "never-events",
    "scope": "scope",
    "drug": "formulary",
}
"""Every kind, and the folder of the ruleset where its files live."""

_WHEN = """\
# When: findings of vocabulary.yaml or of a finding rule, each against a constant with its unit.
# Words: below, at_least, above, at_most, is, one_of, includes_any, count_at_least; all, any, not, two deep.
when:
  all:
    - replace_this_number: { below: 30 mL/min }
    - replace_this_word: { is: present }
"""

_BECAUSE = """\
# Because: the evidence. `verified: yes` only if you read the number at its source yourself.
because:
  strength: conditional        # strong | conditional | good-practice
  certainty: low               # high | moderate | low | very-low
  cite: [{ source: replace-this-source, at: replace this place }]
  provenance: guideline        # guideline | label | case-series | consensus | engine-choice
  verified: no                 # yes | partly | no
"""

_EXAMPLES = """\
# Examples: at least one for each verdict, and for each threshold one on it and one next to it.
# What `given` leaves out is unknown.
examples:
  - { given: { replace_this_number: 29.9 mL/min, replace_this_word: present }, expect: applies }
  - { given: { replace_this_number: 30 mL/min, replace_this_word: present }, expect: does-not-apply }
  - { given: { replace_this_number: unknown, replace_this_word: present }, expect: cannot-tell }
"""

_OFFER = """\
# Then: the line as it stands on the plan. Leave drug and regimen out for a line that gives no drug.
then:
  offer:
    option: {id}
    title: Replace this by what the line is called
    step: S2                   # S0 to S7
    arm: replace-this-arm
    mechanisms: [replace_this_mechanism]
    say: Replace this by one short sentence to the clinician.
    judge_after: 72 h
"""

_THEN = {
    "finding": """\
# Then: the value, by the first row that holds. `else` only when all rows failing makes the finding known.
then:
  derive:
    finding: replace_this_finding
    rows:
      - { value: present, when: { replace_this_number: { below: 30 mL/min } } }
    else: absent
""",
    "red-flag": """\
# Then: what stands first on the plan, and what is held back until the flag is settled.
then:
  alert:
    flag: replace-this-flag
    level: suspected
    urgency: E1                # E0 now | E1 within 4 h | E2 within 24 h | E3 within 7 days
    say: Replace this by what is suspected, and from what.
    do: [Replace this by what the receiving team can do.]
    refer: { to: replace this person, within: 4 h }
  withhold:
    - { class: replace_this_class, degree: absolute, scope: start }
""",
    "contraindication": """\
# Then: what is kept from the plan. Degree: absolute | approval (name it) | senior (say who, within when).
# Scope: start | continue | both. Continue needs a `current` rule that says what becomes of the medicine.
then:
  exclude:
    - { class: replace_this_class, degree: absolute, scope: start }
  say: Replace this by why it is not offered.
""",
    "caution": """\
# Then: the warning, and the limit that goes with it; the strictest limit of all cautions holds.
then:
  warn: { on: { class: replace_this_class }, limit: { maximum: 10 mg }, monitor: replace this }
  say: Replace this by the warning.
""",
    "preference": """\
# Then: points inside one arm; they order its options and never exclude one.
then:
  points:
    - { option: replace-this-option, points: 1, say: Replace this by the reason. }
""",
    "limit": """\
# Then: how many lines of a set may start in a window of time.
then:
  at_most:
    { count: 2, of: { class: replace_this_class }, within: 24 h, otherwise: later, say: Replace this by why. }
""",
    "companion": """\
# Then: what must go with the line; drug and regimen only where a drug is added.
then:
  add: { companion: {id}, to: { class: replace_this_class }, say: Replace this by what to add. }
""",
    "stage": """\
# Then: the step that is opened.
then: { open: S2, say: Replace this by why the step is open. }
""",
    "never": """\
# Then: what must never be started or increased meanwhile. Write it from the monograph, not from other rules.
then:
  never: [{ class: replace_this_class }]
  say: Replace this by what would happen.
""",
    "scope": """\
# Then: why this ruleset does not speak about the patient.
then: { out_of_scope: Replace this by the reason. }
""",
}
_THEN["interaction"] = _THEN["contraindication"]
_THEN |= dict.fromkeys(("option", "referral", "non-drug", "monitoring"), _OFFER)

_CURRENT = (
    """\
# When: asked of each medicine that is taken; medicine_drug, medicine_classes, medicine_route and so on.
when:
  all:
    - medicine_classes: { includes_any: [replace_this_class] }
    - replace_this_word: { is: present }

# Then: continue | hold-next | reduce | convert | taper | stop; maintain where it is taken for something else.
then: { review: { action: stop, say: Replace this by what to do and why. } }

"""
    + _BECAUSE
    + """
# Examples: at least one for each verdict. What `given` leaves out is unknown.
examples:
  - { given: { medicine_classes: [replace_this_class], replace_this_word: present }, expect: applies }
  - { given: { medicine_classes: [replace_this_class], replace_this_word: absent }, expect: does-not-apply }
  - { given: { medicine_classes: [replace_this_class], replace_this_word: unknown }, expect: cannot-tell }
"""
)

_FINDING_EXAMPLES = """\
# Examples: at least one for each value, and for each threshold one on it and one next to it.
# What `given` leaves out is unknown; then the set of all values still possible is expected.
examples:
  - { given: { replace_this_number: 29.9 mL/min }, expect: present }
  - { given: { replace_this_number: 30 mL/min }, expect: absent }
  - { given: { replace_this_number: unknown }, expect: [present, absent] }
"""

_DRUG = (
    """\
# One drug: what it is, how it is given, and the rows that decide a dose.
drug: {id}
title: replace this name
classes: [replace_this_class]
revision: 1

# Regimens: of all rows that apply or cannot be told, the lowest amount, longest interval and lowest maximum
# hold. A band says only its lower edge; the last one must reach down to nothing.
regimens:
  - regimen: start
    title: replace this title
    route: oral
    form: immediate-release
    schedule: regular
    unit: mg
    bands:
      - by: replace_this_number
        rows:
          - { from: ">=60", dose: 5 mg, every: 4 h, maximum: 30 mg }
          - { from: ">=0", refer: { to: replace this person, within: 24 h }, say: Replace this by why. }
    because:
      strength: conditional
      certainty: low
      cite: [{ source: replace-this-source, at: replace this place }]
      provenance: label
      verified: no

"""
    + _BECAUSE
)


def skeleton(kind: str, name: str) -> tuple[str, str]:
    """The path inside a ruleset and the text of a first draft; `kind` is one of `KINDS`."""
    path = f"{KINDS[kind]}/{name}.yaml"
    if kind == "drug":
        return path, _DRUG.replace("{id}", name)
    head = (
        "# Identity: the id is permanent; the revision grows with every change.\n"
        f"rule: {name}\nkind: {kind}\ntitle: Replace this by one sentence that says the rule\nrevision: 1\n\n"
    )
    if kind == "current":
        return path, head + _CURRENT
    blocks = [
        _THEN[kind].replace("{id}", name),
        _BECAUSE,
        _FINDING_EXAMPLES if kind == "finding" else _EXAMPLES,
    ]
    if kind != "finding":
        blocks.insert(0, _WHEN)
    return path, head + "\n".join(blocks)
