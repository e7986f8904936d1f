"""`mps check` is clean on both rulesets, and every planted fault is told in three lines.

Those are: where (file, line, column), what is against what was expected, and what to do.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.errors import Fault
from protocol.inference.check import check_ruleset
from protocol.rules.lock import write_lock
from tests.engines import FOLDERS, NAMES, Name


@pytest.mark.parametrize("name", NAMES)
def test_check_is_clean(name: Name) -> None:
    faults = check_ruleset(FOLDERS[name])
    assert not faults, "\n".join(map(str, faults))


@dataclass(frozen=True)
class Planted:
    """One change to one file of the small ruleset, and words of lines two and three of its fault."""

    file: str
    old: str
    new: str
    what: str
    remedy: str
    place: str = ""


PLANTED: dict[str, Planted] = {
    "misspelt finding": Planted(
        "cautions/frail.yaml",
        "when: { frail: {",
        "when: { frial: {",
        "frial is not a finding",
        "did you mean frail?",
        "cautions/frail.yaml:5:16",
    ),
    "misspelt word": Planted(
        "cautions/frail.yaml",
        "when: { frail: { is: present } }",
        "when: { frail: { is: presnet } }",
        '"presnet" is not a word of frail',
        "did you mean present?",
        "cautions/frail.yaml:5:22",
    ),
    "a word compared as a number": Planted(
        "cautions/frail.yaml",
        "when: { frail: { is: present } }",
        "when: { frail: { below: 5 } }",
        '"below" cannot be asked of frail, which is a word',
        "use is or one_of",
    ),
    "unit of another kind": Planted(
        "contraindications/soothing.yaml",
        "when: { creatinine_clearance: { below: 30 mL/min } }",
        "when: { creatinine_clearance: { below: 30 mL/min/1.73m2 } }",
        'creatinine_clearance is measured in mL/min, but this says "30 mL/min/1.73m2"',
        "write it in mL/min",
    ),
    "unit missing": Planted(
        "contraindications/soothing.yaml",
        "when: { creatinine_clearance: { below: 30 mL/min } }",
        "when: { creatinine_clearance: { below: 30 } }",
        'creatinine_clearance is measured in mL/min, but this says "30"',
        "write it in mL/min",
    ),
    "unknown key": Planted(
        "red-flags/bleeding.yaml",
        "level: risk,",
        "level: risk, urgncy: E0,",
        "urgncy is not known here",
        "mps schema rule",
    ),
    "no revision": Planted(
        "red-flags/bleeding.yaml",
        "revision: 1\n",
        "",
        "revision is not written",
        "mps schema rule",
    ),
    "key written twice": Planted(
        "red-flags/bleeding.yaml",
        "revision: 1\n",
        "revision: 1\nrevision: 2\n",
        "revision",
        "",
    ),
    "anchor": Planted(
        "red-flags/bleeding.yaml",
        "revision: 1\n",
        "revision: &one 1\n",
        "&one names a part to be repeated",
        "Write the part out each time",
    ),
    "unknown unit of an amount": Planted(
        "limits/starts.yaml",
        "within: 24 h",
        "within: 24 fortnights",
        "fortnights",
        "mps schema rule",
    ),
    "no example on the threshold": Planted(
        "contraindications/soothing.yaml",
        "    - { given: { creatinine_clearance: 30 mL/min }, expect: does-not-apply }\n",
        "    - { given: { creatinine_clearance: 31 mL/min }, expect: does-not-apply }\n",
        "no example stands on the threshold creatinine_clearance 30",
        "a boundary that is not shown is not agreed",
    ),
    "no example next to the threshold": Planted(
        "contraindications/soothing.yaml",
        "    - { given: { creatinine_clearance: 29.9 mL/min }, expect: applies }\n",
        "    - { given: { creatinine_clearance: 3 mL/min }, expect: applies }\n",
        "no example stands next to the threshold creatinine_clearance 30",
        "just beside it",
    ),
    "no example of a verdict": Planted(
        "contraindications/soothing.yaml",
        "    - { given: { peptic_ulcer: unknown }, expect: cannot-tell }\n",
        "",
        "no example expects cannot-tell",
        "add one that expects cannot-tell",
    ),
    "example that is not so": Planted(
        "contraindications/soothing.yaml",
        "given: { peptic_ulcer: past }, expect: does-not-apply",
        "given: { peptic_ulcer: past }, expect: applies",
        "the verdict is does-not-apply, and the example expects applies",
        "correct the rule, or the example",
    ),
    "citation missing": Planted(
        "cautions/frail.yaml",
        "source: fiction",
        "source: fictoin",
        "fictoin is not in sources.yaml",
        "add the source",
    ),
    "citation missing in the formulary": Planted(
        "formulary/etadrug.yaml",
        "source: fiction",
        "source: fictoin",
        "fictoin is not in sources.yaml",
        "add the source",
        "formulary/etadrug.yaml",
    ),
    "findings in a circle": Planted(
        "findings/mechanisms.yaml",
        "{ dn4_burning: { is: present } }, { dermatomes_sensory_loss",
        "{ syndrome_grade: { is: definite } }, { dermatomes_sensory_loss",
        "these findings need each other",
        "break the circle",
    ),
    "finding set twice": Planted(
        "findings/cord.yaml",
        "finding: cord\n",
        "finding: frail\n",
        "frail is also set by",
        "a finding is set in one place",
        "small/findings/",
    ),
    "finding of the vocabulary set again": Planted(
        "findings/cord.yaml",
        "finding: cord\n",
        "finding: age\n",
        "age is also set by vocabulary.yaml",
        "a finding is set in one place",
    ),
    "dose that rises as kidneys fail": Planted(
        "formulary/alphadrug.yaml",
        'from: ">=30", dose: 4 mg',
        'from: ">=30", dose: 8 mg',
        "dose rises below creatinine_clearance >=60",
        "a dose may not rise as the number falls",
    ),
    "interval that shortens": Planted(
        "formulary/alphadrug.yaml",
        'from: ">=0", dose: 2 mg, every: 8 h',
        'from: ">=0", dose: 2 mg, every: 2 h',
        "the interval shortens below",
        "an interval may not shorten",
    ),
    "refusal that is lifted": Planted(
        "formulary/betadrug.yaml",
        '{ from: ">=30", dose: 75 mg, every: 12 h }',
        '{ from: ">=30", refuse: Not there. }\n          - { from: ">=15", dose: 75 mg }',
        "a refusal is lifted below",
        "what is refused stays refused",
    ),
    "bands that leave a gap": Planted(
        "formulary/alphadrug.yaml",
        'from: ">=0", dose: 2 mg',
        'from: ">=5", dose: 2 mg',
        "no band reaches down to",
        "add a last band from",
    ),
    "bands out of order": Planted(
        "formulary/alphadrug.yaml",
        'from: ">=30", dose: 4 mg',
        'from: ">=70", dose: 4 mg',
        "not in order from the highest edge down",
        "put them in order",
    ),
    "regimen in a unit that does not exist": Planted(
        "formulary/gammadrug.yaml",
        "unit: mg",
        "unit: milligram",
        '"milligram" is not a unit of the table',
        "UCUM",
    ),
    "dose of another kind than its regimen": Planted(
        "formulary/gammadrug.yaml",
        "dose: 10 mg",
        "dose: 10 mL",
        '"10 mL" cannot be expressed in mg',
        "the unit of the regimen",
    ),
    "missing where it may not stand": Planted(
        "contraindications/soothing.yaml",
        "when: { peptic_ulcer: { is: active } }",
        'when: { peptic_ulcer: { missing: "yes" } }',
        "it asks if something is missing, which this kind may not",
        "despite_unknown",
    ),
    "if_unknown without a reason": Planted(
        "red-flags/breathing.yaml",
        "option: alpha-oral, degree: absolute, scope: start",
        "option: alpha-oral, degree: absolute, scope: start, if_unknown: allow",
        "if_unknown: allow stands for alpha-oral",
        "list it there with the reason",
    ),
    "exclusion that forgets who already takes it": Planted(
        "contraindications/strong.yaml",
        "{ drug: alphadrug, degree: absolute, scope: start }",
        "{ drug: alphadrug, degree: absolute, scope: both }",
        "it stops alphadrug that is already taken, and no current rule says how",
        "write a rule of kind current",
    ),
    "option that does not exist": Planted(
        "preferences/calming.yaml",
        "option: gamma-oral",
        "option: gamma-orla",
        "gamma-orla is not an option",
        "correct the name",
    ),
    "exception that does not exist": Planted(
        "interactions/soothing.yaml",
        "{ class: soothing, degree",
        "{ class: soothing, except: [delta-orla], degree",
        "delta-orla is not an option",
        "correct the name",
    ),
    "class that does not exist": Planted(
        "interactions/soothing.yaml",
        "{ class: soothing, degree",
        "{ class: soothign, degree",
        "soothign is not a class",
        "correct the name",
    ),
    "regimen that does not exist": Planted(
        "options/strong.yaml",
        "drug: thetadrug, regimen: oral",
        "drug: thetadrug, regimen: depot",
        "the formulary has no regimen depot of thetadrug",
        "name a regimen of the drug's file",
    ),
    "regimen of a companion that does not exist": Planted(
        "companions/guards.yaml",
        "drug: zetadrug, regimen: oral",
        "drug: zetadrug, regimen: depot",
        "the formulary has no regimen depot of zetadrug",
        "name a regimen of the drug's file",
    ),
    "two targets in one entry": Planted(
        "contraindications/strong.yaml",
        "{ drug: alphadrug, degree",
        "{ drug: alphadrug, class: strong, degree",
        "name exactly one of option, drug, class and procedure",
        "mps schema rule",
    ),
    "approval without its name": Planted(
        "contraindications/calming.yaml",
        ", approval: neurologist-agrees",
        "",
        "names the approval that opens it",
        "mps schema rule",
    ),
    "conditions three deep": Planted(
        "options/strong.yaml",
        "{ all: [ { pain_level: { is: strong } }, { creatinine_clearance: { below: 30 mL/min } } ] }",
        "{ all: [ { any: [ { not: { pain_level: { is: strong } } } ] } ] }",
        "conditions are nested more than two deep",
        "give the inner thought a name",
    ),
    "finding that no question asks for": Planted(
        "vocabulary.yaml",
        "answers: [serum_creatinine, platelets]",
        "answers: [serum_creatinine]",
        "platelets belongs to 0 questions",
        "name it in exactly one",
    ),
    "field that the assessment does not have": Planted(
        "vocabulary.yaml",
        "from: laboratory.platelets",
        "from: laboratory.platlets",
        'the assessment has no field "laboratory.platlets"',
        "mps schema assessment",
    ),
    "calculation that does not exist": Planted(
        "findings/organs.yaml",
        "method: cockcroft-gault",
        "method: cockroft-gault",
        '"cockroft-gault" is not a calculation',
        "did you mean cockcroft-gault?",
    ),
    "argument of another kind": Planted(
        "findings/organs.yaml",
        "weight: weight,",
        "weight: age,",
        "cockcroft-gault",
        "right kind and unit",
    ),
    "content changed and revision not": Planted(
        "cautions/frail.yaml",
        "every: 6 h",
        "every: 8 h",
        "frail-and-strong has changed and still has revision 1",
        "give it revision 2, then: mps lock",
    ),
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "rulesets" / "small"
    shutil.copytree(FOLDERS["small"], folder)
    return folder


def _plant(folder: Path, planted: Planted) -> None:
    place = folder / planted.file
    text = place.read_text(encoding="utf-8")
    assert planted.old in text, f"{planted.file} has changed: the fault cannot be planted"
    place.write_text(text.replace(planted.old, planted.new, 1), encoding="utf-8")


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_told_in_three_lines(name: str, small: Path) -> None:
    planted = PLANTED[name]
    _plant(small, planted)
    faults = check_ruleset(small)
    told = [f for f in faults if planted.what in f.what and planted.remedy in f.remedy]
    assert told, f"expected: {planted.what} / {planted.remedy}\n" + "\n".join(map(str, faults))
    for fault in told:
        _is_three_plain_lines(fault)
        assert (planted.place or f"small/{planted.file}") in str(fault)
        assert fault.line > 0
        assert fault.column > 0


def _is_three_plain_lines(fault: Fault) -> None:
    lines = str(fault).splitlines()
    assert len(lines) == 3, str(fault)
    assert all(line.strip() for line in lines), str(fault)
    for jargon in ("Error", "Traceback", "invalid value", "NoneType", "pydantic"):
        assert jargon not in str(fault), str(fault)


def test_all_faults_are_told_at_once(small: Path) -> None:
    """Faults of one stage in several files come together, sorted by place."""
    for name in ("misspelt finding", "unit missing", "conditions three deep"):
        _plant(small, PLANTED[name])
    faults = check_ruleset(small)
    assert len({fault.where for fault in faults}) == 3
    assert [f.where for f in faults] == sorted(f.where for f in faults)


def test_without_a_lock(small: Path) -> None:
    (small / "ruleset.lock").unlink()
    (fault,) = check_ruleset(small)
    assert fault.what == "the ruleset has no lock"
    assert "mps lock" in fault.remedy


def test_with_a_new_revision_and_an_old_lock(small: Path) -> None:
    """A change with its new revision only asks for the lock, and is clean once that is written."""
    _plant(small, PLANTED["content changed and revision not"])
    _plant(small, Planted("cautions/frail.yaml", "revision: 1", "revision: 2", "", ""))
    (fault,) = check_ruleset(small)
    assert "the lock is older than the files" in fault.what
    write_lock(small)
    assert check_ruleset(small) == []


def test_a_folder_without_rules(tmp_path: Path) -> None:
    (fault,) = check_ruleset(tmp_path)
    assert "holds no ruleset.yaml" in fault.what
