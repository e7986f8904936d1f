"""The acts that can change what is known, and the values that each may bring.

An unknown fact can be answered, a result of the laboratory can become another one, an approval can be
recorded, and time passes. Nothing else is an act: what is known of age, sex, disease, history, medicines and
wishes is as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from protocol.assessment import FIELDS
from protocol.inference.case import Case
from protocol.inference.trials import TRIED
from protocol.possible import Members, Numbers, Possible, Words
from protocol.quantity import Quantity
from protocol.rules.vocabulary import RawFinding

__all__ = ["Doing", "answers", "can_change", "closes", "one_of_each_field", "same_field", "step_of"]

Kind = Literal["answer", "result", "approval", "time"]

_NEVER = frozenset({"patient.age", "patient.sex_at_birth", "tumour.primary", "tumour.histology", "tumour.tissue"})
"""Fields of age, sex and diagnosis: never proposed as a change, even where nobody has filled them in."""

_RESULTS = "laboratory."
_ALLERGIES = "allergies.checked"
_EMPTY = Members(frozenset(), frozenset())
_LONGEST_WAIT = Decimal(366)


@dataclass(frozen=True, slots=True)
class Doing:
    """One act: the raw finding that it changes, and what it would bring.

    `usual` says whether that is the field's typical value.
    """

    kind: Kind
    finding: str
    value: Possible
    usual: Literal["yes", "no"] = field(default="no", compare=False)


def can_change(case: Case, finding: str) -> Kind | None:
    """How a raw finding can become another one, None where nothing can be done about it."""
    raw = case.program.ruleset.vocabulary.findings[finding]
    path = raw.from_ or ""
    if path in _NEVER or raw.medicine is not None or raw.closures is not None:
        return None
    if raw.approvals is not None:
        return "approval"
    if not case.value(finding).known:
        return "answer"
    if raw.age is not None:
        return "time" if FIELDS[path].kind == "moment" else None
    return "result" if path.startswith(_RESULTS) else None


def answers(case: Case, finding: str, edges: Iterable[Decimal] = ()) -> Iterator[Doing]:
    """Every act that could change a raw finding, with values on both sides of each edge."""
    kind = can_change(case, finding)
    if kind is None:
        return
    raw, value = case.program.ruleset.vocabulary.findings[finding], case.value(finding)
    domain = case.program.domains.of[finding]
    closing = _closing(case, finding, raw)
    if closing is not None:
        yield from closing
    if raw.medicines is not None or raw.allergies is not None:
        return
    match value:
        case Words(options):
            rest = domain.options - options if kind == "result" and isinstance(domain, Words) else options
            yield from (Doing(kind, finding, Words(frozenset({word}))) for word in sorted(rest))
        case Numbers():
            typical = _typical(raw)
            for number in _numbers(finding, kind, case, edges):
                yield Doing(kind, finding, number, "yes" if number.low == typical else "no")
        case Members(listed, possible) if raw.from_ is not None:
            for word in sorted(possible - listed):
                yield Doing(kind, finding, Members(listed | {word}, possible))
        case Members(listed, possible) if kind == "approval" and isinstance(domain, Members):
            for word in sorted(domain.possible - listed):
                yield Doing(kind, finding, Members(listed | {word}, possible | {word}))


def _closing(case: Case, finding: str, raw: RawFinding) -> Iterator[Doing] | None:
    """The act that closes an open list, or says of what was not answered that it is absent."""
    vocabulary = case.program.ruleset.vocabulary.findings
    if raw.closed_by is not None and isinstance(case.value(finding), Members):
        closer, words = raw.closed_by.finding, raw.closed_by.is_
    elif raw.allergies is not None:
        closer, words = next(n for n, r in vocabulary.items() if r.from_ == _ALLERGIES), ("present",)
    elif raw.medicines in TRIED:
        value = case.value(finding)
        none = Numbers(value.low, value.low, value.unit) if isinstance(value, Numbers) else _EMPTY
        return iter([Doing("answer", finding, none)])
    elif raw.medicines is not None:
        found = [n for n, r in vocabulary.items() if r.medicines == "recorded"]
        if not found:
            return None
        closer, words = found[0], ("present",)
    else:
        return None
    if can_change(case, closer) is None:
        return None
    return (Doing("answer", closer, Words(frozenset({word}))) for word in words)


def closes(case: Case, finding: str) -> bool:
    """Whether an answer to this finding says something about others too."""
    vocabulary = case.program.ruleset.vocabulary.findings
    raw = vocabulary[finding]
    closers = case.remember("closers", lambda: {r.closed_by.finding for r in vocabulary.values() if r.closed_by})
    return raw.medicines is not None or raw.from_ == _ALLERGIES or finding in closers


def same_field(vocabulary: Mapping[str, RawFinding]) -> dict[str, tuple[str, ...]]:
    """By finding, all findings that read the same field."""
    fields: dict[str, list[str]] = {}
    for name, raw in vocabulary.items():
        fields.setdefault(_field_of(name, raw), []).append(name)
    return {name: tuple(names) for names in fields.values() for name in names}


def _field_of(name: str, raw: RawFinding) -> str:
    return f"{raw.from_} {raw.age or ''}" if raw.from_ is not None else name


def one_of_each_field(case: Case, findings: Iterable[str]) -> list[str]:
    """The findings without those that read the field of another: an unknown one stands for a known one."""
    vocabulary = case.program.ruleset.vocabulary.findings
    kept: dict[str, str] = {}
    for name in findings:
        field = _field_of(name, vocabulary[name])
        if field not in kept or (case.value(kept[field]).known and not case.value(name).known):
            kept[field] = name
    return list(kept.values())


def _numbers(finding: str, kind: Kind, case: Case, edges: Iterable[Decimal]) -> Iterator[Numbers]:
    """Numbers that an answer may bring: beside each edge, then what is usual, then over the whole range."""
    now, domain = case.value(finding), case.program.domains.of[finding]
    raw = case.program.ruleset.vocabulary.findings[finding]
    if not (isinstance(now, Numbers) and isinstance(domain, Numbers)):
        return
    low, high = (now.low, now.high) if kind != "result" else (domain.low, domain.high)
    usual: list[Decimal] = []
    if raw.age is not None:
        low = now.low
        high = min(domain.high, low + Quantity(_LONGEST_WAIT, "d").to(raw.age).amount)
    else:
        scale = FIELDS[raw.from_ or ""].scale
        if scale is not None:
            usual = [scale.typical, *_between(scale.typical, low, high, whole=scale.whole)]
            if kind == "result":
                usual += _on_the_way(now.low, scale.typical, whole=scale.whole)
    step = step_of(raw)
    near = [edge + by for edge in edges for by in (Decimal(0), step, -step)]
    seen = [n for n in dict.fromkeys((*usual[:1], *near, *usual[1:])) if low <= n <= high]
    if kind in ("result", "time"):
        # Of what is known the smallest change that works is wanted.
        seen = sorted((n for n in seen if n != now.low), key=lambda n: (abs(n - now.low), n))
    yield from (Numbers(n, n, domain.unit) for n in seen)


def _typical(raw: RawFinding) -> Decimal | None:
    spec = FIELDS.get(raw.from_ or "")
    return spec.scale.typical if spec is not None and spec.scale is not None and raw.age is None else None


def _between(typical: Decimal, low: Decimal, high: Decimal, *, whole: bool) -> list[Decimal]:
    found = [low, high]
    for end in (low, high):
        found += [typical + (end - typical) * Decimal(part) / 8 for part in (1, 2, 4)]
    return [n.to_integral_value() if whole else n.quantize(Decimal("0.1")) for n in found]


def _on_the_way(now: Decimal, typical: Decimal, *, whole: bool) -> list[Decimal]:
    """Results between what is known and what is usual: half a step back to normal may be enough."""
    found = [now + (typical - now) * Decimal(part) / 8 for part in (1, 2, 3, 4, 5, 6, 7)]
    return [n.to_integral_value() if whole else n.quantize(Decimal("0.1")) for n in found]


def step_of(raw: RawFinding) -> Decimal:
    """One unit of the field, as somebody would write it."""
    spec = FIELDS.get(raw.from_ or "")
    if spec is None or spec.scale is None or spec.scale.whole or spec.scale.high > 100:  # noqa: PLR2004 - three digits
        return Decimal(1)
    return Decimal("0.1")
