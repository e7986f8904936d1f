"""The protocol book: nothing of the ruleset is missing from it, and everything stands in one place."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from protocol.cli import main
from protocol.inference.compile import compile_ruleset
from protocol.render.book import book_of, render_book
from protocol.render.conditions import condition_text
from protocol.render.sheet import Grid, Heading, Link, Mark, Para, Points, Sheet, Span, plain_text
from protocol.rules.condition import Above, All, AnyOf, AtLeast, Below, Condition, Missing, Not, OneOf
from protocol.rules.formulary import Regimen
from protocol.rules.load import load_ruleset

ROOT = Path(__file__).parents[2]
RULESET = load_ruleset(ROOT / "rulesets" / "malignant-psoas-syndrome")
SHEET = book_of(RULESET)


def spans(sheet: Sheet) -> list[Span]:
    found: list[Span] = []
    for block in sheet.blocks:
        match block:
            case Para(text):
                found += text
            case Points(items):
                found += [span for item in items for span in item]
            case Grid(_, rows):
                found += [span for row in rows for cell in row for span in cell]
    return found


def anchors(sheet: Sheet) -> Counter[str]:
    marks = [span.anchor for span in spans(sheet) if isinstance(span, Mark)]
    return Counter([*marks, *(b.anchor for b in sheet.blocks if isinstance(b, Heading))])


def text_after(anchor: str) -> str:
    """The text from one place to the next heading."""
    found: list[str] = []
    here = False
    for block in SHEET.blocks:
        if isinstance(block, Heading):
            here = block.anchor == anchor
        elif here:
            rows = [cell for row in block.rows for cell in row] if isinstance(block, Grid) else []
            items = block.items if isinstance(block, Points) else rows or [block.text]  # type: ignore[union-attr]
            found += [plain_text(item) for item in items]
    return "\n".join(found)


def test_every_place_is_made_once_and_every_link_leads_to_one() -> None:
    places = anchors(SHEET)
    assert [name for name, count in places.items() if count != 1] == []
    assert [s.to for s in spans(SHEET) if isinstance(s, Link) and s.to not in places] == []


def test_every_rule_option_drug_finding_and_source_has_its_place() -> None:
    places = anchors(SHEET)
    wanted = [f"r-{rule.rule}" for rule in RULESET.rules if not rule.retired]
    wanted += [f"o-{c.id}" for c in compile_ruleset(RULESET).candidates]
    wanted += [f"d-{drug}" for drug in RULESET.drugs]
    wanted += [f"f-{finding}" for finding in compile_ruleset(RULESET).domains.of]
    wanted += [f"s-{source}" for source in RULESET.sources]
    assert [name for name in wanted if name not in places] == []


@pytest.mark.parametrize(
    ("drug", "regimen"),
    [(d.drug, r) for d in RULESET.drugs.values() for r in d.regimens],
    ids=lambda value: value if isinstance(value, str) else value.regimen,
)
def test_every_amount_stands_in_the_table_of_its_regimen(drug: str, regimen: Regimen) -> None:
    """The table is found by its own mark, so that a number cannot be borrowed from another regimen."""
    anchor = f"g-{drug}-{regimen.regimen}"
    at = next(
        i
        for i, b in enumerate(SHEET.blocks)
        if isinstance(b, Para) and any(isinstance(s, Mark) and s.anchor == anchor for s in b.text)
    )
    grid = SHEET.blocks[at + 1]
    assert isinstance(grid, Grid)
    rows = [*(row for bands in regimen.bands for row in bands.rows), *regimen.rows]
    assert len(grid.rows) == len(rows)
    for written, shown in zip(rows, grid.rows, strict=True):
        _, dose, every, most, more = map(plain_text, shown)
        assert all(part in dose for part in (written.dose, written.per_kg) if part)
        assert every == (written.every or "")
        assert all(part in most for part in (written.maximum, written.maximum_per_kg) if part)
        assert (written.refuse or "") in more
    after = SHEET.blocks[at + 2]
    assert isinstance(after, Points)
    told = "\n".join(map(plain_text, after.items))
    assert all(step.from_ in told and step.step in told for step in regimen.rounding)
    if regimen.rescue:
        assert f"one part in {regimen.rescue.divide_by}" in told


def test_every_number_of_the_conversion_tables_stands_in_their_chapters() -> None:
    conversion = RULESET.conversion
    assert conversion is not None
    first = next(i for i, b in enumerate(SHEET.blocks) if isinstance(b, Heading) and b.anchor == "equivalents")
    last = next(i for i, b in enumerate(SHEET.blocks) if isinstance(b, Heading) and b.anchor == "trials")
    chapter = Sheet("", "en", SHEET.blocks[first:last])
    told = plain_text(tuple(f"{plain_text((span,))} " for span in spans(chapter)))
    written = re.findall(
        r'"(\d+(?:\.\d+)?(?:/\d+)?(?: [a-zA-Z%/]+)?)"', conversion.model_dump_json(exclude={"because"})
    )
    assert len(written) > 200
    spelled = [number.replace(" Cel", " degrees Celsius") for number in written]
    assert [number for number in spelled if number not in told] == []
    factors = [f"{f.display} {f.from_low} {f.to_high} {f.range_high}".replace("None", "none") for f in RULESET.factors]
    assert [row for row in factors if row not in told] == []


def test_an_option_shows_its_indication_and_what_bars_it() -> None:
    told = text_after("o-baclofen")
    assert "Indicated when: spasm is definite or probable" in told
    assert "No baclofen below 30 mL/min or on dialysis" in told
    assert "renal value at least 60 and below 80 mL/min" in told


def test_the_book_says_that_nobody_has_signed_it_here() -> None:
    told = text_after("top")
    assert RULESET.digest in told
    assert "not signed off at this site" in told


def test_the_same_ruleset_gives_the_same_book() -> None:
    assert render_book(RULESET) == render_book(
        load_ruleset(ROOT / "rulesets" / "malignant-psoas-syndrome", locked=False)
    )


def test_the_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    page = render_book(RULESET, "html")
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert '<html lang="en">' in page
    assert "@media print" in page


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            AnyOf((OneOf("frail", frozenset({"present"})), Below("renal_value", Decimal(30)))),
            "frail is present, or renal value below 30 mL/min",
        ),
        (Not(Below("renal_value", Decimal(30))), "renal value at least 30 mL/min"),
        (
            All((AtLeast("renal_value", Decimal(30)), Below("renal_value", Decimal(60)))),
            "renal value at least 30 and below 60 mL/min",
        ),
        (Not(OneOf("frail", frozenset({"present"}))), "frail is not present"),
        (Not(OneOf("band", frozenset({"B", "C"}))), "band is neither B nor C"),
        (
            All((Missing("frail"), AnyOf((Above("renal_value", Decimal(5)), Missing("band"))))),
            "frail is not known, and (renal value above 5 mL/min, or band is not known)",
        ),
        (
            Not(AnyOf((Above("renal_value", Decimal(5)), Missing("band")))),
            "renal value at most 5 mL/min, and band is known",
        ),
    ],
)
def test_conditions_are_said_in_plain_words(condition: Condition, said: str) -> None:
    assert condition_text(condition, lambda _: "mL/min") == said


def test_the_command_writes_the_book_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", "--out", str(tmp_path), "--format", "html"]) == 0
    assert "malignant-psoas-syndrome.html: written" in capsys.readouterr().out
    assert (tmp_path / "malignant-psoas-syndrome.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["book", "--out", str(tmp_path / "file")]) == 2
    assert "the book cannot be written" in capsys.readouterr().err
