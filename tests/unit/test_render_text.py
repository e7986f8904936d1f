"""The plan as text: dangers first, doses whole, nothing left out without being counted."""

from __future__ import annotations

import re

import pytest

from protocol.plan.model import Plan, ScopeAnswer
from protocol.render.names import Names
from protocol.render.page import Page, clean, lowered, opening, sentence
from protocol.render.phrases import dose_line, listed, moment, rescue_line
from protocol.render.text import names_on, render, render_questions, render_why
from tests.unit.sample_plan import FLAGS, SOURCES, classic, current, dose, line, opioid, question, reason

TEXT = render(classic(), flags=FLAGS)
LINES = TEXT.splitlines()
WHOLE = render(classic(), everything=True, sources=SOURCES, flags=FLAGS)


def flat(text: str) -> str:
    return " ".join(text.split())


def at(text: str) -> int:
    assert text in flat(TEXT), text
    return flat(TEXT).index(text)


def calm(**changes: object) -> Plan:
    """The classic plan without alerts or questions."""
    return classic().model_copy(update={"alerts": (), "questions": (), "conflicts": ()} | changes)


def test_the_first_line_says_who_when_by_which_rules_and_that_no_site_signed() -> None:
    assert LINES[0] == "Patient demo-1 | 14 March 2026, 09:00 UTC | rules 2026.1 | not signed off at this site"


def test_the_order_is_danger_doubt_questions_summary_steps_refusals_review() -> None:
    order = [
        "NOW: Cord compression",
        "NOT EXCLUDED: act within 4 h if it is psoas haematoma (question 1) [psoas-haematoma].",
        "CONTRADICTIONS",
        "QUESTIONS",
        "Syndrome: Malignant psoas syndrome (definite)",
        "S1 FOUNDATION",
        "S2 ADJUVANTS",
        "WAITING FOR AN ANSWER",
        "NOT OFFERED",
        "MONITORING",
        "Next review by 15 March 2026, 09:00 UTC",
        "Evidence:",
        "This plan offers options to a professional who decides.",
    ]
    places = [at(text) for text in order]
    assert places == sorted(places)


def test_no_line_is_wider_than_asked_and_the_letter_fits_two_pages() -> None:
    assert max(map(len, LINES)) <= 100
    assert len(LINES) <= 100
    assert max(map(len, render(classic(), width=60).splitlines())) <= 60


def test_a_dose_reads_as_it_would_be_prescribed() -> None:
    at(
        "Start Opioid one: immediate-release by mouth 5 mg every 4 h, at most 30 mg in 24 h; "
        "as needed 5 mg, not more often than every 2 h, review after 6 in 24 h [opioid-one]"
    )


@pytest.mark.parametrize("width", range(50, 101, 7))
def test_a_number_never_leaves_its_unit(width: int) -> None:
    for row in render(classic(), width=width).splitlines():
        assert not row.endswith(" every"), row
        assert not re.match(r"\s*(mg|h|microgram)\b", row), row


def test_what_goes_with_a_line_stands_under_it() -> None:
    for text in (
        "Begin now. Next: by a third, daily.",
        "With it: Senna: solution by mouth 15 mg, at night. Add a laxative",
        "If needed: Antiemetic.",
        "Watch: Not excluded: sleep apnoea; watch breathing in the first nights.",
        "Judge after 24 h. Stop if breaths fall to 8 a minute or fewer.",
        "Why: nociceptive (definite); A strong opioid for severe pain [source-one]",
    ):
        at(text)


def test_an_alert_says_how_soon_what_to_do_who_decides_and_what_waits() -> None:
    for text in (
        "- Call the coordinator.",
        "Refer to: The spinal coordinator, within 1 h.",
        "Until it is settled, hold back: Needle procedures and NSAID.",
        "Until these are excluded, also hold back: stretching.",
    ):
        at(text)


def test_what_was_answered_is_named_and_absence_of_danger_is_never_claimed() -> None:
    at("Asked about and answered: psoas abscess and sepsis.")
    text = render(calm(), flags=FLAGS)
    assert "No alert stands on this plan." in text
    assert "cord compression, psoas abscess, psoas haematoma and sepsis." in flat(text)
    for page in (text, TEXT, WHOLE, render(calm())):
        assert "no red flag" not in page.lower()


def test_six_questions_are_shown_and_the_rest_counted() -> None:
    assert "\n  6. " in TEXT
    assert "\n  7. " not in TEXT
    at("And 2 more.")
    at("finding 2. Unlocks: first choice Relaxant one; 2 other lines")
    every = render_questions(classic())
    assert all(f"  {n}. Do act number {n}" in every for n in range(1, 9))
    assert "no missing answer would change this plan" in render_questions(calm())


def test_a_held_first_choice_is_named_where_its_arm_stands_or_by_itself() -> None:
    at("First answer: question 2. Until then no Relaxant one [relaxant-one]")
    at("WAITING FOR AN ANSWER Neuropathic First answer: question 3. Until then no Nerve one [nerve-one]")
    assert at("Until then no Relaxant one") < at("Or Relaxant two")


def test_a_referral_names_who_and_when_and_gives_no_dose() -> None:
    at("Refer Steroid trial: the haematologist, within 24 h. A biopsy may still be needed.")
    assert "8 mg in the morning" not in TEXT


def test_a_current_medicine_is_one_entry() -> None:
    at("Taper Drug-a oral 5 mg every 12 h. Taper over two weeks; never stop at once.")
    at("Continue Drug-b. Continue unchanged.")
    at("Refer Drug-c. Taken for seizures. Ask: The prescriber, within 24 h.")


def test_refusals_are_short_and_counted() -> None:
    at("Held: Nerve two [nerve-two]")
    assert "first answer" not in flat(TEXT)[at("Excluded:") :].split("MONITORING")[0]
    at("Excluded: NSAID 2 - The kidneys are failing. [nsaid-2]")
    at("Excluded too: ")
    assert "[nsaid-3]" not in TEXT


def test_everything_leaves_nothing_out() -> None:
    for text in (
        "8. Do act number 8",
        "[nsaid-5]",
        "bone-agent - Not indicated.",
        "Working: (140 - 62) x 65 x 1.04 / 68",
        "opioid-one: +2 first in the list",
        "pain.sites[1]: flank",
        "spasm (probable or possible)",
        "A Journal 2020; 1: 1-9",
        "entered, but too old to use, 1 January 2025",
        "sha256:0",
    ):
        assert text in flat(WHOLE), text
    assert "more: mps" not in WHOLE


def test_out_of_scope_is_said_before_all_else() -> None:
    scope = ScopeAnswer(status="out-of-scope", because=(reason("adults", "Adults only", say="The patient is a child"),))
    text = render(calm(scope=scope, steps=(), withheld=(), excluded=()), flags={})
    assert text.index("OUT OF SCOPE") < text.index("ALERTS")
    assert "- The patient is a child. [source-one]" in text


def test_bold_adds_nothing_but_weight() -> None:
    assert re.sub(r"\x1b\[\d*m", "", render(classic(), flags=FLAGS, bold=True)) == TEXT


def test_the_same_plan_gives_the_same_text() -> None:
    assert render(classic(), flags=dict(reversed(FLAGS.items()))) == TEXT


def test_a_record_cannot_steer_the_terminal() -> None:
    dirty = line("x", "Title\x1b[31m\nQUESTIONS\u202e", "opioid", dose=dose("5", "4 h"))
    plan = calm()
    step = plan.steps[0].model_copy(update={"lines": (dirty,)})
    text = render(plan.model_copy(update={"steps": (step,)}))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Title[31m QUESTIONS: immediate-release" in text


def test_why_tells_all_about_one_line() -> None:
    text = flat(render_why(classic(), "opioid-one", SOURCES))
    for part in (
        "Offered, first choice; Opioid.",
        "nrs average 24h 8 as entered, 14 March 2026, 08:00 UTC",
        "Strong recommendation, moderate certainty; from a guideline; checked against the source.",
        "doi:10.1/x (read in full; id source-one)",
        "offer-opioid-one, revision 1",
        "Working, dose: renal_value>=60: 5 mg",
        "Working, as needed: 30 / 6 = 5",
    ):
        assert part in text, part


def test_why_not_tells_what_is_unknown_and_what_to_answer() -> None:
    text = flat(render_why(classic(), "nerve-one", SOURCES))
    assert "Held until what is unknown is answered" in text
    assert "First answer: Finding 3 (question 3)." in text
    assert "finding 3 unknown not entered" in text
    assert "not checked against the source" in text
    assert "(from memory, not read; id source-two)" in text
    assert "Unknown: Finding 3." in text


def test_every_name_on_the_plan_can_be_explained() -> None:
    plan = classic()
    names = names_on(plan)
    for name in names:
        assert render_why(plan, name, SOURCES).strip()
    wanted = {
        "opioid-one",
        "current/drug-a",
        "laxative",
        "nsaid-5",
        "nerve-two",
        "bone-agent",
        "psoas-haematoma",
    }
    assert wanted | {"mps_grade", "spasm", "creatinine_clearance", "act-8", "breathing"} <= names.keys()
    with pytest.raises(LookupError):
        render_why(plan, "never-heard-of")


def test_an_unknown_source_is_cited_by_its_id() -> None:
    assert "Source: source-one, at: section 2" in render_why(classic(), "opioid-one")


def test_every_line_of_the_plan_can_be_found_in_the_text() -> None:
    for step in classic().steps:
        for entry in step.lines:
            at(f"[{entry.option or entry.id}]")


@pytest.mark.parametrize(
    ("given", "title", "said"),
    [
        (dose("5", "4 h"), "X", "immediate-release by mouth 5 mg every 4 h"),
        (dose("5", "4 h"), "X, immediate release, by mouth", "5 mg every 4 h"),
        (dose("5", "4 h"), "X oral", "immediate-release 5 mg every 4 h"),
        (dose("2.5", None, timing="at night"), "X", "immediate-release by mouth 2.5 mg, at night"),
        (
            dose("12", "72 h", unit="microgram/h", route="transdermal", form="patch"),
            "X",
            "patch through the skin 12 microgram per hour changed every 72 h",
        ),
        (
            dose("10", None, unit="mg/(24.h)", route="subcutaneous", form="infusion"),
            "X",
            "infusion subcutaneously 10 mg over 24 h",
        ),
        (
            dose("5", "4 h", maximum="30"),
            "X by mouth",
            "immediate-release 5 mg every 4 h, at most 30 mg in 24 h",
        ),
    ],
)
def test_doses_in_words(given: object, title: str, said: str) -> None:
    assert dose_line(given, title) == said  # type: ignore[arg-type]


def test_a_rescue_of_another_route_says_its_route() -> None:
    rescue = opioid().rescue
    assert rescue is not None
    other = rescue.model_copy(update={"route": "subcutaneous", "form": "injection"})
    assert rescue_line(other, opioid().dose).startswith("as needed injection subcutaneously 5 mg, not more often")


def test_small_words() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "a", "", "c"]) == "a, b and c"
    assert moment("2026-01-02T03:04:05Z") == "2 January 2026, 03:04 UTC"
    assert moment("after 24 h") == "after 24 h"
    assert sentence("what\nelse?") == "What else?"
    assert clean("a\u0000b\tc") == "ab c"
    assert opening("Give 2.5 mg. Then stop.") == "Give 2.5 mg. …"
    assert opening("give 2.5 mg; then stop") == "Give 2.5 mg; then stop."
    assert lowered("Scan the spine") == "scan the spine"
    assert lowered("MRI of the spine") == "MRI of the spine"


def test_mechanisms_that_are_not_settled_are_said_to_be_so() -> None:
    names = Names(classic())
    assert names.likely(("nociceptive", "spasm")) == "nociceptive (definite)"
    assert names.likely(("spasm",)) == "not settled: spasm"
    assert names.likely(("never_heard_of",)) == ""


def test_a_page_keeps_one_empty_line_and_ends_in_one_newline() -> None:
    page = Page(80)
    page.gap()
    page.say("one")
    page.gap()
    page.gap()
    page.say("two")
    page.gap()
    assert page.text() == "one\n\ntwo\n"


def test_an_arm_whose_choices_are_all_alternatives_says_so() -> None:
    plan = calm(withheld=())
    only = line("relaxant-two", "Relaxant two", "relaxant", choice="alternative", dose=dose("2", "24 h"))
    step = plan.steps[1].model_copy(update={"lines": (only,)})
    text = render(plan.model_copy(update={"steps": (step,)}))
    assert "No first choice can be named; what follows are alternatives." in text


def test_the_sample_holds_a_question_and_a_medicine() -> None:
    assert question(1).others == 1
    assert len(current()) == 3
