"""Doses: the table of each regimen, each drug, and what one unit of an opioid counts for."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.inference.program import band_name
from protocol.render.book_words import Words, labelled, refer_words
from protocol.render.page import sentence
from protocol.render.phrases import listed, words
from protocol.render.sheet import Block, Grid, Heading, Link, Mark, Para, Points, Span, Text, together
from protocol.rules.formulary import Amounts, Drug, Regimen, RescueShare
from protocol.rules.rule import Companion

__all__ = ["drugs", "equivalents", "homes", "regimen_table"]

Home = tuple[str, str]
"""A drug and one of its regimens."""

_HEAD = ("When", "Dose", "Every", "At most in 24 h", "What else")


def homes(book: Words) -> dict[Home, str]:
    """Where the table of each regimen stands: at its option, else at its companion, else at its drug."""
    found: dict[Home, str] = {}
    for candidate in book.board.candidates:
        if candidate.drug and candidate.regimen:
            found.setdefault((candidate.drug.drug, candidate.regimen.regimen), f"o-{candidate.id}")
    for rule in book.ruleset.of(Companion):
        if rule.then.add.drug and rule.then.add.regimen:
            found.setdefault((rule.then.add.drug, rule.then.add.regimen), f"r-{rule.rule}")
    for drug in book.ruleset.drugs.values():
        for regimen in drug.regimens:
            found.setdefault((drug.drug, regimen.regimen), f"d-{drug.drug}")
    return found


def regimen_table(book: Words, drug: Drug, regimen: Regimen) -> Iterator[Block]:
    """Every band and row of a regimen with what follows it."""
    anchor = f"g-{drug.drug}-{regimen.regimen}"
    way = f"{regimen.form}, {regimen.route}, {words(regimen.schedule)}; doses in {regimen.unit}"
    yield Para((Mark(anchor, f"Dose table: {regimen.title}."), f" {sentence(way)}"))
    prefix = f"{drug.drug}/{regimen.regimen}"
    rows = [
        (book.when(band_name(drug.drug, regimen, bands, i)), *_amounts(row))
        for bands in regimen.bands
        for i, row in enumerate(bands.rows)
    ]
    rows += [(book.when(f"{prefix}/{row.row}"), *_amounts(row)) for row in regimen.rows]
    yield Grid(_HEAD, tuple(rows))
    points: list[Text] = []
    if regimen.rounding:
        steps = listed(f"from {step.from_} in steps of {step.step}" for step in regimen.rounding)
        points.append(labelled("Rounded down", f"{steps}."))
    if regimen.timing:
        points.append(labelled("Timing", sentence(regimen.timing)))
    if regimen.titration:
        points.append(labelled("Next", sentence(regimen.titration)))
    if drug.taper:
        points.append(labelled("Stopping", Link(f"how {drug.title} is stopped", f"d-{drug.drug}"), "."))
    if regimen.products:
        points.append(labelled("Products", sentence("; ".join(regimen.products))))
    if regimen.rescue:
        points += _rescue(book, prefix, regimen.rescue)
    yield Points((*points, book.evidence(regimen.because)))


def _amounts(row: Amounts) -> tuple[Text, Text, Text, Text]:
    dose = listed(part for part in (row.dose, row.per_kg and f"{row.per_kg} for each kg") if part)
    most = listed(p for p in (row.maximum, row.maximum_per_kg and f"{row.maximum_per_kg} for each kg") if p)
    more = [
        f"Not given: {row.refuse}" if row.refuse else "",
        f"Ask {refer_words(row.refer)}" if row.refer else "",
        row.timing or "",
        row.say or "",
    ]
    return (dose,), (row.every or "",), (most,), (" ".join(sentence(part) for part in more if part),)


def _rescue(book: Words, prefix: str, rescue: RescueShare) -> Iterator[Text]:
    rows = [(f"one part in {row.divide_by} when ", *book.when(f"{prefix}/rescue/{row.row}")) for row in rescue.rows]
    shares = together([(f"one part in {rescue.divide_by} of the regular daily total",), *rows], "; ")
    yield labelled("As needed", *shares, "; the largest divisor of those that may hold.")
    bounds = (
        f"Every {rescue.every} at the earliest; review after {rescue.at_most} in 24 h. Each is "
        f"{rescue.at_least_share} to {rescue.at_most_share} of the daily total, not asked for below "
        f"a total of {rescue.free_below}."
    )
    yield labelled("Bounds", bounds)
    if rescue.too_small:
        small = rescue.too_small
        text = f"the regular single dose every {small.every}, at most {small.at_most} in 24 h."
        yield labelled("Where the share is too small to measure", text)
    yield book.evidence(rescue.because)


def drugs(book: Words) -> Iterator[Block]:
    """Each drug that is dosed; then, in one table, those that are only recognised among current medicines."""
    where = homes(book)
    dosed = [drug for drug in book.ruleset.drugs.values() if drug.regimens]
    for drug in dosed:
        yield Heading(3, drug.title, f"d-{drug.drug}")
        points: list[Text] = [(f"Id {drug.drug}, revision {drug.revision}",)]
        if drug.also:
            points.append(labelled("Also read as", sentence(listed(drug.also))))
        points.append(labelled("Classes", sentence(listed(map(words, drug.classes)))))
        points += [labelled("Code", f"{c.system.upper()} {c.code}; verified: {c.verified}.") for c in drug.codes]
        links = [(Link(r.title, f"g-{drug.drug}-{r.regimen}"),) for r in drug.regimens]
        points.append(labelled("Dose tables", *together(links, "; "), "."))
        if drug.taper:
            points.append(labelled("Stopping", sentence(drug.taper)))
        yield Points((*points, book.evidence(drug.because)))
        for regimen in drug.regimens:
            if where[drug.drug, regimen.regimen] == f"d-{drug.drug}":
                yield from regimen_table(book, drug, regimen)
    yield Heading(3, "Recognised, not dosed", "drugs-recognised")
    yield Para(("Known by class among current medicines, so that interactions are seen. None is dosed here.",))
    rest = (drug for drug in book.ruleset.drugs.values() if not drug.regimens)
    yield Grid(("Medicine", "Also read as", "Classes", "Evidence"), tuple(_recognised(book, drug) for drug in rest))


def _recognised(book: Words, drug: Drug) -> tuple[Text, ...]:
    codes = "".join(f"; {c.system.upper()} {c.code} (verified: {c.verified})" for c in drug.codes)
    return (
        (Mark(f"d-{drug.drug}", drug.title), f" ({drug.drug}{codes})"),
        (listed(drug.also),),
        (listed(map(words, drug.classes)) + (f". Stopping: {drug.taper}" if drug.taper else ""),),
        book.evidence(drug.because)[2:],
    )


def equivalents(book: Words) -> Iterator[Block]:
    """The directed factors of opioids."""
    yield Para(
        (
            (
                "How much oral morphine one unit counts for. A missing pair is refused, never guessed. "
                "“Leaving” is for a drug that is left, “going to” for one that starts, “highest” for risk."
            ),
        )
    )
    rows: list[tuple[Text, ...]] = []
    for factor in book.ruleset.factors:
        numbers = (factor.display, factor.from_low, factor.to_high, factor.range_high)
        name: tuple[Span, ...] = (book.drug(factor.drug), f", {factor.route}, 1 {factor.unit}")
        rows.append((name, *((n if n is not None else "none",) for n in numbers), book.evidence(factor.because)[2:]))
    yield Grid(("One unit", "Shown", "Leaving", "Going to", "Highest", "Evidence"), tuple(rows))
