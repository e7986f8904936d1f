"""What a clinician reads when a rule file is wrong: plain words, and never those of the reading library."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from protocol.document import load
from protocol.errors import RulesetError
from protocol.rules.load import from_documents, read_folder
from tests.engines import FOLDERS

LIBRARY = (
    "input should",
    "field required",
    "extra inputs",
    "string should",
    "valid integer",
    "validation",
    "tuple",
    "input tag",
)


@dataclass(frozen=True)
class Slip:
    """A slip of the pen: the file, what is replaced by what, and what must be said of it."""

    file: str
    old: str
    new: str
    says: str


SLIPS = (
    Slip("contraindications/strong.yaml", "  title:", "  titel:", "title is not written"),
    Slip("contraindications/strong.yaml", "  title:", "  titel:", "titel is not known here"),
    Slip(
        "contraindications/strong.yaml",
        "kind: contraindication",
        "kind: bar",
        'says kind: "bar"; one of these is meant',
    ),
    Slip(
        "contraindications/strong.yaml", "degree: absolute", "degree: total", 'then.exclude.0.degree is "total"; one of'
    ),
    Slip(
        "contraindications/strong.yaml",
        "revision: 1",
        "revision: one",
        'revision is "one"; a whole number belongs here',
    ),
    Slip("contraindications/strong.yaml", "revision: 1", "revision: 0", 'revision is "0"; it must be'),
    Slip(
        "contraindications/strong.yaml",
        "cite: [{ source: fiction }]",
        "cite: fiction",
        'because.cite is "fiction"; a list belongs here',
    ),
    Slip(
        "contraindications/strong.yaml",
        "- rule: alpha-allergy",
        "- rule: Alpha Allergy",
        "an id has small letters, digits and single hyphens only",
    ),
    Slip("vocabulary.yaml", "valid_for: 24 h", "valid_for: [24]", "valid_for is a list; a text belongs here"),
    Slip("vocabulary.yaml", "valid_for: 24 h", "valid_for: daily", "an amount is a number, a space and its unit"),
    Slip("ruleset.yaml", "chooses: one", "chooses: two", "chooses is \"two\"; one of these is meant: 'one' or 'all'"),
    Slip("formulary/alphadrug.yaml", "unit: mg", "unt: mg", "regimens.0.unit is not written"),
)


def _said(slip: Slip) -> list[str]:
    documents = dict(read_folder(FOLDERS["small"]))
    text = (FOLDERS["small"] / slip.file).read_text(encoding="utf-8")
    assert slip.old in text
    wrong = text.replace(slip.old, slip.new, 1)
    documents[slip.file] = load(wrong.encode(), slip.file, RulesetError)
    with pytest.raises(RulesetError) as caught:
        from_documents("small", documents)
    return [f"{fault.what} / {fault.remedy}" for fault in caught.value.faults]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.says[:40])
def test_a_slip_is_told_in_plain_words(slip: Slip) -> None:
    said = _said(slip)
    assert any(slip.says in line for line in said), said
    for line in said:
        assert not any(word in line.lower() for word in LIBRARY), line


def test_a_list_is_not_called_too_short_because_of_the_wrong_entry_in_it() -> None:
    """One cause, one fault."""
    assert len(_said(SLIPS[3])) == 1


def test_a_list_that_is_too_short_says_so() -> None:
    slip = Slip(
        "contraindications/strong.yaml",
        "exclude: [ { drug: alphadrug, degree: absolute, scope: start } ]",
        "exclude: []",
        "then.exclude has 0 entries; at least 1",
    )
    assert any(slip.says in line for line in _said(slip))
