"""One rule as a clinician reads it: when, what then, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.instruments import CALCULATIONS
from protocol.plan.model import STEPS
from protocol.render.book_words import Words, labelled, refer_words
from protocol.render.conditions import finding_words
from protocol.render.page import sentence
from protocol.render.phrases import URGENCY, words
from protocol.render.sheet import Block, Grid, Heading, Link, Mark, Points, Span, Text, together
from protocol.rules.rule import (
    Caution,
    CautionThen,
    Companion,
    Contraindication,
    Current,
    Entry,
    ExcludeThen,
    FindingRule,
    Interaction,
    Limit,
    Never,
    Preference,
    RedFlag,
    Rule,
    ScopeRule,
    Stage,
)

__all__ = ["finding_entry", "rule_entry"]

_DEGREE = {
    "absolute": "never",
    "approval": "only with a recorded approval",
    "senior": "a senior decides",
}
_SCOPE = {"start": "starts", "continue": "what is taken already", "both": "starts and what is taken already"}


def rule_entry(book: Words, rule: Rule, level: int = 4) -> Iterator[Block]:
    """Heading, identity, condition, what follows, evidence."""
    if isinstance(rule, FindingRule):
        yield from finding_entry(book, rule, level)
        return
    yield Heading(level, rule.title, f"r-{rule.rule}")
    points: list[Text] = [book.head(rule, words(rule.kind)), labelled("When", *book.when(rule.rule))]
    points += _then(book, rule)
    yield Points((*points, book.evidence(rule.because)))


def finding_entry(book: Words, rule: FindingRule, level: int = 4) -> Iterator[Block]:
    """A finding: its rows in the order in which they are tried, or its calculation."""
    derive = rule.then.derive
    yield Heading(level, rule.title, f"f-{derive.finding}")
    points: list[Text] = [
        (
            f"Finding: {finding_words(derive.finding)} ({derive.finding}); ",
            Mark(f"r-{rule.rule}", "rule"),
            f" {rule.rule}, revision {rule.revision}",
        )
    ]
    if rule.then.say:
        points.append(labelled("Says", sentence(rule.then.say)))
    if derive.calculate:
        points.append(labelled("Worked out", *_calculation(book, rule)))
    yield Points(tuple(points))
    if derive.rows:
        rows: list[tuple[Text, ...]] = [
            ((finding_words(row.value),), book.when(f"{rule.rule}/{i}"), (sentence(row.say or ""),))
            for i, row in enumerate(derive.rows, 1)
        ]
        if derive.else_:
            rows.append(((finding_words(derive.else_),), ("when no row above can hold",), ("",)))
        else:
            rows.append((("not known",), ("when no row above holds",), ("",)))
        said = any(row.say for row in derive.rows)
        head = ("Value", "First row that holds", "Words") if said else ("Value", "First row that holds")
        yield Grid(head, tuple(row[: len(head)] for row in rows))
    yield Points((book.evidence(rule.because),))


def _calculation(book: Words, rule: FindingRule) -> Iterator[Span]:
    calculate = rule.then.derive.calculate
    if calculate is None:
        return
    known = CALCULATIONS[calculate.method]
    yield f"{known.summary} ({known.name}; {known.source}). Takes "
    taken: list[Text] = []
    for name, value in calculate.of.items():
        values = [str(v) for v in (value if isinstance(value, list) else [value])]
        spans = together([(_argument(book, v),) for v in values], ", ")
        taken.append((f"{finding_words(name)}: ", *spans))
    yield from together(taken, "; ")
    yield "."


def _argument(book: Words, value: str) -> Span:
    return Link(finding_words(value), f"f-{value}") if value in book.program.domains.of else value


def _then(book: Words, rule: Rule) -> Iterator[Text]:
    match rule:
        case RedFlag():
            yield from _red_flag(book, rule)
        case Contraindication(then=ExcludeThen() as then) | Interaction(then=ExcludeThen() as then):
            yield labelled("Says", sentence(then.say))
            yield from (_entry(book, entry) for entry in then.exclude)
        case Caution(then=then) | Interaction(then=CautionThen() as then):
            yield from _caution(book, then)
        case Never():
            never = together([book.target(target) for target in rule.then.never], "; ")
            yield labelled("Never started or raised", *never)
            yield labelled("Says", sentence(rule.then.say))
        case ScopeRule():
            yield labelled("Out of scope", sentence(rule.then.out_of_scope))
        case _:
            yield from _then_of_lines(book, rule)


def _then_of_lines(book: Words, rule: Rule) -> Iterator[Text]:
    match rule:
        case Preference():
            for points in rule.then.points:
                yield labelled("Points", book.option(points.option), f" {points.points:+d}: {points.say}")
        case Limit():
            yield from _limit(book, rule)
        case Companion():
            yield from _companion(book, rule)
        case Current():
            review = rule.then.review
            yield labelled("Then", f"{words(review.action)} it. {sentence(review.say)}")
            if review.refer:
                yield labelled("Ask", refer_words(review.refer))
        case Stage():
            opened = rule.then.open
            yield labelled("Opens", f"{opened}, {STEPS[opened]}. {sentence(rule.then.say)}")


def _limit(book: Words, rule: Limit) -> Iterator[Text]:
    most = rule.then.at_most
    within = f" within {most.within}" if most.within else ""
    counted = "; what is taken already counts" if most.counts_current == "yes" else ""
    over = "starts later" if most.otherwise == "later" else "is an alternative"
    spans = (f"{most.count}{within} of ", *book.target(most.of), f"{counted}; what is over {over}")
    yield labelled("At most", *spans)
    yield labelled("Says", sentence(most.say))


def _red_flag(book: Words, rule: RedFlag) -> Iterator[Text]:
    alert = rule.then.alert
    yield labelled("Level", words(alert.level))
    yield labelled("Urgency", f"{URGENCY[alert.urgency].lower()} ({alert.urgency})")
    yield labelled("Says", sentence(alert.say))
    yield from (labelled("Do", sentence(act)) for act in alert.do)
    if alert.refer:
        yield labelled("Ask", refer_words(alert.refer))
    yield from (_entry(book, entry) for entry in rule.then.withhold)


def _entry(book: Words, entry: Entry) -> Text:
    spans: list[Span] = [*book.target(entry), f": {_DEGREE[entry.degree]}"]
    if entry.approval:
        spans.append(f" ({entry.approval})")
    if entry.refer:
        spans.append(f" ({refer_words(entry.refer)})")
    spans.append(f"; holds for {_SCOPE[entry.scope]}")
    if entry.if_unknown == "allow":
        spans.append("; allowed while the condition cannot be told")
    return labelled("Keeps back", *spans)


def _caution(book: Words, then: CautionThen) -> Iterator[Text]:
    yield labelled("Warns on", *book.target(then.warn.on))
    yield labelled("Says", sentence(then.say))
    limit = then.warn.limit
    if limit:
        said = [
            f"{name} {value}"
            for name, value in (
                ("dose at most", limit.dose),
                ("at most in 24 h", limit.maximum),
                ("not more often than every", limit.every),
                ("days at most", limit.days),
            )
            if value is not None
        ]
        yield labelled("Limit", "; ".join(said))
    if then.warn.monitor:
        yield labelled("Watch", sentence(then.warn.monitor))


def _companion(book: Words, rule: Companion) -> Iterator[Text]:
    add = rule.then.add
    yield labelled("Goes with", *book.target(add.to))
    yield labelled("Adds", sentence(add.say))
    if add.drug and add.regimen:
        yield labelled("Dose", Link(book.ruleset.regimen(add.drug, add.regimen).title, f"g-{add.drug}-{add.regimen}"))
