"""Steps and arms: every option with its indication, its dose, and all that speaks of it."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.plan.model import STEPS
from protocol.render.book_doses import homes, regimen_table
from protocol.render.book_rules import rule_entry
from protocol.render.book_words import Words, labelled, refer_words
from protocol.render.conditions import finding_words
from protocol.render.page import sentence
from protocol.render.phrases import listed, words
from protocol.render.sheet import Block, Heading, Link, Mark, Para, Points, Text, together
from protocol.rules.method import Method
from protocol.rules.rule import Stage
from protocol.rules.targets import Candidate

__all__ = ["steps"]

_BARS = {
    "absolute": "Never, when",
    "senior": "A senior decides, when",
    "approval": "Only with approval, when",
}


def steps(book: Words) -> Iterator[Block]:
    """Every step; in it every arm in plan order; in it every option by its title."""
    where = homes(book)
    arms = book.ruleset.settings.arms
    for step, title in STEPS.items():
        yield Heading(2, f"{step} {title}", f"step-{step}")
        for stage in book.ruleset.of(Stage):
            if stage.then.open == step:
                yield from rule_entry(book, stage)
        for arm in arms:
            here = [c for c in book.board.candidates if (c.offer.step, c.offer.arm) == (step, arm.arm)]
            if not here:
                continue
            yield Heading(3, f"{step}: {arm.title}", f"arm-{step}-{arm.arm}")
            yield Para((_chooses(arm.chooses, arm.at_least),))
            for candidate in sorted(here, key=lambda c: (c.offer.title, c.id)):
                yield from _option(book, candidate, where)


def _chooses(chooses: str, at_least: int) -> str:
    if chooses == "all":
        return "Every option that applies stands on the plan."
    most = f"the one with the most points, at least {at_least}"
    return f"One option is the first choice: {most}; the others are alternatives."


def _option(book: Words, candidate: Candidate, where: dict[tuple[str, str], str]) -> Iterator[Block]:
    rule, offer = candidate.rule, candidate.offer
    yield Heading(4, offer.title, f"o-{offer.option}")
    identity = (
        f"{words(rule.kind)}, option {offer.option}; ",
        Mark(f"r-{rule.rule}", "rule"),
        f" {rule.rule}, revision {rule.revision}",
    )
    points: list[Text] = [
        tuple(identity),
        labelled("Indicated when", *book.when(rule.rule)),
        labelled(
            "For",
            sentence(
                listed(
                    book.ruleset.vocabulary.mechanisms.get(m, finding_words(m)).rstrip(".") for m in offer.mechanisms
                )
            ),
        ),
        labelled("Says", sentence(offer.say)),
    ]
    if offer.refer:
        points.append(labelled("Ask", refer_words(offer.refer)))
    if offer.judge_after:
        points.append(labelled("Judge after", offer.judge_after))
    if offer.stop_if:
        points.append(labelled("Stop if", sentence(offer.stop_if)))
    if offer.tags:
        points.append(labelled("Marked", sentence(listed(map(words, offer.tags)))))
    if candidate.drug:
        stands = "stands all the same" if offer.if_taken == "offer" else "its review takes the place of this option"
        points.append(labelled("If the drug is taken already", f"{stands}."))
    points.append(book.evidence(rule.because))
    yield Points(tuple(points))
    if candidate.drug and candidate.regimen:
        home = where[candidate.drug.drug, candidate.regimen.regimen]
        if home == f"o-{offer.option}":
            yield from regimen_table(book, candidate.drug, candidate.regimen)
        else:
            yield Points(
                (
                    labelled(
                        "Dose",
                        Link(candidate.regimen.title, f"g-{candidate.drug.drug}-{candidate.regimen.regimen}"),
                    ),
                )
            )
    if offer.method is not None:
        yield Points((labelled("Dose", _worked_out(offer.method)),))
    spoken = tuple(_spoken(book, candidate))
    if spoken:
        yield Points(spoken)


def _worked_out(method: Method) -> str:
    """How a dose comes about that no table holds."""
    way = {
        "titrate": f"what is taken by the {method.route} route, raised",
        "rotate": f"{method.product} {method.doses_per_day} times in 24 h, converted from all that is taken",
        "to-patch": "a patch, converted one way",
        "stepwise": "by bands of the total that is left, in steps",
        "change-route": f"{method.product}, the same drug at the ratio of the routes",
        "last-days": f"{method.product}, the same drug in the last days",
    }[method.by]
    return f"worked out by the tables of opioid conversion: {way}; as needed: {method.rescue}."


def _spoken(book: Words, candidate: Candidate) -> Iterator[Text]:
    """Every rule that bars, warns, orders, accompanies or limits the option."""
    board, name = book.board, candidate.id
    for degree, label in _BARS.items():
        barred = [b.rule.rule for b in board.barriers[name] if b.entry.degree == degree and b.entry.scope != "continue"]
        if barred:
            yield labelled(label, *book.rules_listed(barred), ".")
    going_on = [b.rule.rule for b in board.barriers[name] if b.entry.scope == "continue"]
    if going_on:
        yield labelled("If taken already, barred when", *book.rules_listed(going_on), ".")
    if board.cautions[name]:
        yield labelled("Warned by", *book.rules_listed(r.rule for r in board.cautions[name]), ".")
    if board.points[name]:
        points = [(f"{entry.points:+d} ", book.rule(rule.rule)) for rule, entry in board.points[name]]
        yield labelled("Points", *together(points, "; "), ".")
    if board.companions[name]:
        yield labelled("With it", *book.rules_listed(r.rule for r in board.companions[name]), ".")
    if board.limits[name]:
        yield labelled("Limited by", *book.rules_listed(r.rule for r in board.limits[name]), ".")
    despite = [u for u in book.ruleset.settings.despite_unknown if name in u.options]
    for entry in despite:
        found = together([(Link(finding_words(f), f"f-{f}"),) for f in entry.while_unknown], ", ")
        yield labelled("May stand while not known", *found, f". {sentence(entry.because)}")
