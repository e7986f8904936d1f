"""Whatever is handed over, the answer is an assessment or an AssessmentError that lists every fault."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessment import Assessment, read_assessment, read_document
from protocol.document import MAX_BYTES, load
from protocol.errors import AssessmentError, RulesetError

ROOT = Path(__file__).parents[2]
GOOD = read_document((ROOT / "examples/classic-mps/assessment.yaml").read_bytes(), "good.yaml").data
HEAD = "assessment_id: a\nassessed_at: 2026-03-14T09:00:00+00:00\n"
LEAST = HEAD + "pain: {nrs: {now: 7}}\n"


def faults(text: str | bytes, name: str = "demo.yaml") -> str:
    with pytest.raises(AssessmentError) as caught:
        read_assessment(text.encode() if isinstance(text, str) else text, name)
    for fault in caught.value.faults:
        assert "invalid value" not in str(fault).lower()
        assert len(str(fault).splitlines()) == 3
        assert fault.remedy.strip()
    return str(caught.value)


def test_the_message_names_place_reason_and_remedy() -> None:
    text = LEAST + "laboratory:\n  creatinine: 1.4 umol/L\n"
    assert faults(text) == (
        "The assessment cannot be used: 1 thing to put right.\n"
        "demo.yaml:5:15\n"
        '  laboratory.creatinine is "1.4 umol/L", outside the possible 10 to 2500 umol/L; '
        "it looks like mg/dL.\n"
        "  If it is mg/dL, write: creatinine: 1.4 mg/dL"
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("patient: {weight: 65}", "a number without its unit"),
        ("patient: {weight: '65'}", "a number without its unit"),
        ("patient: {weight: 65 mL}", "it is measured in kg"),
        ("patient: {weight: 65 stones}", "the unit is not known"),
        ("patient: {weight: 6500 kg}", "outside the possible 20 to 300 kg"),
        ("patient: {weight: -65 kg}", "outside the possible"),
        ("patient: {weight: '65,5 kg'}", "weight: 65.5 kg"),
        ("patient: {weight: 50-70 kg}", "weight: 50..70 kg"),
        ("patient: {weight: 70..50 kg}", "from high to low"),
        ("patient: {weight: [65 kg]}", "a number belongs here"),
        ("patient: {weight: {value: 65 kg, unit: kg}}", "an entry has value, one_of, at, source"),
        ("patient: {weight: {value: 65 kg, source: guess}}", "not a source"),
        ("patient: {age: 62.5 a}", "a whole number"),
        ("patient: {frailty_scale: 4.5}", "a whole number"),
        ("patient: {frailty_scale: true}", "a number belongs here"),
        ("patient: {wieght: 65 kg}", "Did you mean weight?"),
        ("patient: [65 kg]", "a group of fields belongs here"),
        ("patient: text", "a group of fields belongs here"),
        ("status: {pps: 55 %}", "a multiple of 10"),
        ("vitals: {sedation: 5}", "not one of its words"),
        ("vitals: {on_oxygen: true}", "write present or absent"),
        ("vitals: {oxygen_saturation: 0.97}", "a number without its unit"),
        ("vitals: {at: 2026-03-14T10:00:00+00:00}", "later than the assessment"),
        ("vitals: {at: 2026-03-14T08:00:00}", "without its offset"),
        ("vitals: {at: 2026-03-14}", "without its offset"),
        ("vitals: {at: 2026-13-14T08:00:00+00:00}", "not in the calendar"),
        ("vitals: {at: 0001-01-01T00:00:00+23:00}", "not in the calendar"),
        ("vitals: {at: yesterday}", "a point in time belongs here"),
        ("psoas: {it_sign: {value: present, at: 2027-01-01T00:00:00+00:00}}", "psoas.it_sign.at is"),
        ("history: {conditions: glaucoma}", "a list belongs here"),
        ("history: {conditions: [baldness]}", "not one of its words"),
        ("medicines: {current: {drug: x}}", "a list belongs here"),
        (
            "medicines: {current: [{drug: x, dose: 30}]}",
            "medicines.current[0].dose is 30, a number without its unit",
        ),
        ("medicines: {current: [{drug: x, dose: 30 umol/L}]}", "a unit that does not fit here"),
        ("medicines: {current: [{drug: x, dose: -5 mg}]}", "below nothing"),
        ("medicines: {current: [{drug: x, dose: '>= 5 mg'}]}", "open at one end"),
        ("medicines: {current: [{drug: x, every: 12}]}", "a number without its unit"),
        ("medicines: {current: [{route: oral}]}", "medicines.current[0].drug is missing"),
        ("medicines: {current: [{drug: x, rout: oral}]}", "Did you mean route?"),
        ("medicines: {current: [{drug: x, prn_taken: 3}]}", "one count for each day"),
        ("medicines: {current: [{drug: x, prn_taken: [-1]}]}", "a whole number of doses"),
        ("allergies: {list: [{reaction: rash}]}", "neither a substance nor a class"),
        ("laboratory: {inr: .nan}", "not a plain number"),
        ("laboratory: {inr: .inf}", "not a plain number"),
        ("laboratory: {inr: 1e1}", "not a plain number"),
        ("laboratory: {inr: 11111111111111111111111111111111111111111111111111}", "too many digits"),
        ("bogus: 1", "not a field of the assessment"),
        ("pain: {nrs: {now: 8}}", "stands twice; first in line 3"),
        ("patient: &p {age: 62 a}", "names a part to be repeated"),
        ("patient: *p", "repeats another part"),
        ("patient: !!map {age: 62 a}", "is a tag"),
        ("<<: {a: 1}", "merges another part"),
        ("? [1, 2]\n: 3", "a key must be a word"),
        ("---\na: 1", "a second document"),
        ("patient: {weight: >= 40 kg}", "quotes"),
        ("patient: {", "cannot be read as YAML"),
        ("\tpatient: 1", "cannot be read as YAML"),
        ("patient: {age: 62\x00 a}", "cannot be read as YAML"),
    ],
)
def test_each_of_these_is_refused_in_words(line: str, told: str) -> None:
    assert told in faults(LEAST + line + "\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "the document is empty"),
        (b"# nothing\n", "the document is empty"),
        (b"- 1\n", "a group of fields belongs here"),
        (b"word\n", "a group of fields belongs here"),
        (b"a: \xff\n", "not UTF-8"),
        ("a: 1".encode("utf-16"), "not UTF-8"),
        (b"%YAML 1.1\n---\na: 1\n", "% directive"),
        (b"a: " + b"[" * 100 + b"]" * 100, "levels deep"),
        (b"x" * (10 * MAX_BYTES), "10,000,000 bytes"),
        (b"assessment_id: a\nassessed_at: 2026-03-14T09:00:00+00:00\n", "pain has no score"),
        (b"assessment_id: a\npain: {painad: 3}\n", "assessed_at is missing"),
        (b"assessment_id: null\nassessed_at: null\npain: {painad: 3}\n", "assessed_at is empty"),
        (b"assessment_id: a\nassessed_at: 2026-03-14T09:00:00\npain: {painad: 3}\n", "without its offset"),
    ],
)
def test_documents_that_are_none(text: bytes, told: str) -> None:
    assert told in faults(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1, "a": 2}', '"a" stands twice'),
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": -Infinity}', "-Infinity is not a number"),
        ('{"a": 1e400}', "not a plain number"),
        ('{"a": 1,}', "a key in quotes was expected"),
        ('{"a": [1 2]}', "a comma was expected"),
        ('{"a": 01}', "a comma was expected"),
        ("{'a': 1}", "a key in quotes was expected"),
        ('{"a": 1} {}', "more text follows"),
        ('{"a": "\\ud800"}', "half of a character"),
        ('{"a": "x', "cannot be read as JSON"),
        ('{"a" 1}', "a colon was expected"),
        ('{"a": }', "a value was expected"),
        ("[" * 200, "levels deep"),
        ("", "a value was expected"),
    ],
)
def test_json_is_read_as_strictly(text: str, told: str) -> None:
    assert told in faults(text, "demo.json")


def test_json_and_yaml_say_the_same() -> None:
    as_json = json.dumps(GOOD, default=float).encode()
    assert read_assessment(as_json, "good.json").echo() == Assessment.read(GOOD).echo()
    assert read_assessment(as_json, "-").echo() == Assessment.read(GOOD).echo()


def test_all_faults_are_listed_at_once_and_in_the_order_of_the_file() -> None:
    text = HEAD + "patient: {weight: 65, age: x}\nvitals: {temperature: 101.2 Cel}\nbogus: 1\n"
    with pytest.raises(AssessmentError) as caught:
        read_assessment(text.encode(), "demo.yaml")
    lines = [fault.line for fault in caught.value.faults]
    assert len(lines) == 4
    assert lines == sorted(lines)


def test_a_good_entry_with_a_bad_time_and_source_has_two_faults() -> None:
    text = LEAST + "patient: {weight: {value: 1 kg, at: 2027-01-01T00:00:00+00:00, source: x}}\n"
    with pytest.raises(AssessmentError) as caught:
        read_assessment(text.encode(), "demo.yaml")
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    "line",
    [
        "",
        "patient: null",
        "patient: {}",
        "medicines: {current: [{drug: nobody-knows-this}]}",
        "medicines: {current: [{drug: morphine}, {drug: oxycodone, dose: 5 mg}, {drug: morphine}]}",
        "medicines: {current: [{drug: x, route: null, dose: null, form: null}]}",
        "vitals: {at: 2026-03-14T09:00:00+00:00}",
        "vitals: {at: 2026-03-14T18:00:00+09:00}",
    ],
)
def test_none_of_these_is_an_error(line: str) -> None:
    assert read_assessment((LEAST + line).encode(), "demo.yaml").assessment_id == "a"


def test_a_byte_order_mark_changes_nothing() -> None:
    marked = b"\xef\xbb\xbf" + LEAST.encode()
    assert read_assessment(marked, "a.yaml").echo() == read_assessment(LEAST.encode(), "a.yaml").echo()


def test_other_readers_raise_their_own_error() -> None:
    with pytest.raises(RulesetError):
        load(b"a: &x 1", "rule.yaml", RulesetError)


def test_words_of_other_yaml_versions_stay_text() -> None:
    data = load(b"a: no\nb: 1:30\nc: 0755\nd: 1.0\ne: ~\nf: on\ng: 2026-03-14\n", "a.yaml").data
    assert data == {
        "a": "no",
        "b": "1:30",
        "c": 755,
        "d": Decimal("1.0"),
        "e": None,
        "f": "on",
        "g": "2026-03-14",
    }
    assert isinstance(data["d"], Decimal)


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), b"x", {1: 2}, object(), {"a"}]
)
def test_python_objects_that_no_document_holds(value: object) -> None:
    document = {"assessment_id": "a", "assessed_at": "2026-03-14T09:00:00+00:00", "pain": {"painad": 3}}
    for place in (value, {"inr": value}, [value]):
        with pytest.raises(AssessmentError):
            Assessment.read({**document, "laboratory": place})


def test_a_document_that_holds_itself() -> None:
    document: dict[str, Any] = {"assessment_id": "a", "assessed_at": "2026-03-14T09:00:00+00:00"}
    document["pain"] = document
    with pytest.raises(AssessmentError, match="levels deep"):
        Assessment.read(document)


WORDS = st.sampled_from(
    ["value", "one_of", "at", "source", "none", "unknown", "present", "5 mg", ">= 3", "1..2", "nrs"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | WORDS
    | st.datetimes()
    | st.binary(max_size=3)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _refused_or_read(document: Any) -> None:  # noqa: ANN401 - any object at all may be handed over
    try:
        assessment = Assessment.read(document)
    except AssessmentError as error:
        faults = error.faults
    else:
        assert Assessment.read(assessment.echo()).echo() == assessment.echo()
        assessment.notes()
        return
    assert faults
    assert all(fault.what and fault.remedy for fault in faults)


def _bytes_refused_or_read(source: bytes, name: str) -> None:
    try:
        read_assessment(source, name)
    except AssessmentError as error:
        faults = error.faults
    else:
        return
    assert faults


@given(TREES)
def test_any_tree_is_read_or_refused(tree: object) -> None:
    _refused_or_read(tree)


def _paths(tree: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(found for key, value in inner for found in _paths(value, (*path, key)))]


PATHS = [path for path in _paths(GOOD) if path]


@given(st.lists(st.tuples(st.sampled_from(PATHS), TREES), min_size=1, max_size=4))
def test_a_good_document_with_parts_replaced_is_read_or_refused(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    document = copy.deepcopy(GOOD)
    for path, tree in changes:
        here = document
        for key in path[:-1]:
            here = here[key] if isinstance(here, dict | list) and _has(here, key) else {}
        if isinstance(here, dict):
            here[path[-1]] = tree
    _refused_or_read(document)


def _has(part: object, key: object) -> bool:
    if isinstance(part, dict):
        return key in part
    return isinstance(part, list) and isinstance(key, int) and key < len(part)


@given(st.binary(max_size=200), st.sampled_from(["a.yaml", "a.json", "-"]))
def test_any_bytes_are_read_or_refused(source: bytes, name: str) -> None:
    _bytes_refused_or_read(source, name)


TEXT = (ROOT / "examples/classic-mps/assessment.yaml").read_text()[:1500]


@given(st.integers(0, len(TEXT) - 1), st.sampled_from(list("&*!%@`|>[]{}:,#-?\"' \t\n\x00\x85\u2028é0~<")))
def test_a_good_text_with_one_character_changed_is_read_or_refused(index: int, character: str) -> None:
    changed = TEXT[:index] + character + TEXT[index + 1 :]
    _bytes_refused_or_read(changed.encode(), "a.yaml")
