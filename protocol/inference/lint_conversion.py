"""Checks of the opioid tables: every name exists, ladders ascend, nothing lets a conversion rise."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from protocol.errors import Fault
from protocol.inference.program import Program
from protocol.quantity import Quantity
from protocol.rules.conversion import Conversion
from protocol.rules.conversion_parts import fraction
from protocol.rules.conversion_special import PatchTable
from protocol.rules.formulary import Factor, Step
from protocol.rules.parse import Reader
from protocol.rules.rule import Because

__all__ = ["conversion_faults", "factor_faults"]

_FILE = "formulary/opioid-conversion.yaml"
_Found = tuple[tuple[str | int, ...], str, str]


def conversion_faults(program: Program) -> list[Fault]:
    """Every fault of the conversion table, and none where a ruleset has no such table."""
    table = program.ruleset.conversion
    if table is None:
        return []
    item = program.ruleset.items[_FILE]
    found = [*_names(program, table), *_sources(program, table), *_sizes(table)]
    faults = [Fault(item.file, what, remedy, *item.position(path)) for path, what, remedy in found]
    reader = Reader(item.file, item.position, program.domains)
    for _, when, path in table.conditions():
        reader.condition(when, path)
    return [*faults, *reader.faults]


def factor_faults(factor: Factor) -> Iterator[str]:
    """What is wrong in one row of equivalents: a drug left must count less than the same drug started."""
    low, shown, high = (None if t is None else Decimal(t) for t in (factor.from_low, factor.display, factor.to_high))
    if low is not None and high is not None and low > high:
        yield f"{factor.drug} by the {factor.route} route: from_low is above to_high"
    if low is not None and high is not None and shown is not None and not low <= shown <= high:
        yield f"{factor.drug} by the {factor.route} route: display does not lie between from_low and to_high"


def _names(program: Program, table: Conversion) -> Iterator[_Found]:
    """Drugs that the formulary lacks, targets without a factor, and ids used twice."""
    drugs = program.ruleset.drugs
    rows: list[tuple[tuple[str | int, ...], str]] = []
    rows += [(("products", "rows", i), p.drug) for i, p in enumerate(table.products.rows)]
    rows += [(("reductions", "rows", i), r.drug) for i, r in enumerate(table.reductions.rows) if r.drug]
    rows += [(("reductions", "gates", i), g.drug) for i, g in enumerate(table.reductions.gates)]
    rows += [(("reductions", "weak"), name) for name in table.reductions.weak]
    rows += [(("routes", "rows", i), r.drug) for i, r in enumerate(table.routes.rows)]
    rows += [(("patches", i), p.drug) for i, p in enumerate(table.patches)]
    rows += [(("without_equivalent", i), w.drug) for i, w in enumerate(table.without_equivalent)]
    rows += [(("by_weight", i), w.drug) for i, w in enumerate(table.by_weight)]
    for path, name in rows:
        if name not in drugs:
            yield path, f"{name} is not a drug of the formulary", "correct the name, or add its file"
    pairs = {(f.drug, f.route): f for f in program.ruleset.factors}
    for i, product in enumerate(table.products.rows):
        if (product.drug, product.route) not in pairs:
            what = f"{product.product} has no row among the equivalents"
            yield ("products", "rows", i), what, "add it to opioid-equivalence.yaml"
    for i, special in enumerate(table.without_equivalent):
        factors = [f for (drug, _), f in pairs.items() if drug == special.drug]
        if any(getattr(f, column) is not None for f in factors for column in ("from_low", "to_high")):
            what = f"{special.drug} stands among those without an equivalent and has a factor"
            yield ("without_equivalent", i), what, "remove the factor: it would be used"
    names = [name for name, _, _ in table.conditions()] + [p.product for p in table.products.rows]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield (), f"{name} stands here twice", "an id is used once; rename or remove one"


def _sources(program: Program, table: Conversion) -> Iterator[_Found]:
    evidence: list[tuple[tuple[str | int, ...], Because]] = [
        (("products", "because"), table.products.because),
        (("reductions", "because"), table.reductions.because),
        (("rescue", "because"), table.rescue.because),
        (("titration", "because"), table.titration.because),
        (("toxicity", "because"), table.toxicity.because),
        (("routes", "because"), table.routes.because),
        (("last_days", "because"), table.last_days.because),
    ]
    evidence += [(("patches", i, "because"), p.because) for i, p in enumerate(table.patches)]
    evidence += [(("without_equivalent", i, "because"), w.because) for i, w in enumerate(table.without_equivalent)]
    evidence += [(("by_weight", i, "because"), w.because) for i, w in enumerate(table.by_weight)]
    cited = [(path, cite.source) for path, because in evidence for cite in because.cite]
    cited += [
        (("without_equivalent", i, "published", j), published.source)
        for i, special in enumerate(table.without_equivalent)
        for j, published in enumerate(special.published)
    ]
    for path, source in cited:
        if source not in program.ruleset.sources:
            yield path, f"{source} is not in sources.yaml", "add the source, or correct its name"


def _sizes(table: Conversion) -> Iterator[_Found]:
    for i, product in enumerate(table.products.rows):
        if not _ascends([_amount(s.from_) for s in product.rounding]) or _leaks(product.rounding):
            what = f"{product.product}: the rounding steps are not in order, or a step does not divide its start"
            yield ("products", "rows", i, "rounding"), what, "list them from the smallest up"
    for i, row in enumerate(table.reductions.rows):
        over, under = fraction(row.r)
        if not 0 <= over / under < 1:
            yield (
                ("reductions", "rows", i, "r"),
                f"{row.row}: r is not a part below 1",
                "write a part, such as 0.25",
            )
        if sum(part is not None for part in (row.reason, row.total_from, row.when)) != 1:
            what = f"{row.row} holds by a reason, a total or a condition: one of them"
            yield ("reductions", "rows", i), what, "keep one"
    for i, cap in enumerate(table.titration.caps):
        if _ratio(cap.at_most) > _ratio(table.titration.at_most):
            yield ("titration", "caps", i), f"{cap.row}: the cap is above the general one", "lower it"
    for i, patch in enumerate(table.patches):
        yield from ((("patches", i), what, "put them in order") for what in _patch(patch))
    for i, special in enumerate(table.without_equivalent):
        if special.younger.divide_by > special.divide_by:
            yield ("without_equivalent", i, "younger"), "the younger divisor is the larger one", "swap them"
        lows = [_amount(low.daily) for low in special.low]
        if not _ascends(lows[::-1]):
            yield ("without_equivalent", i, "low"), "the low starts do not fall", "list the largest first"


def _patch(patch: PatchTable) -> Iterator[str]:
    strengths = [_amount(text) for text in patch.strengths]
    if not _ascends(strengths):
        yield f"{patch.drug}: the strengths do not ascend"
    if not _ascends([_amount(c.from_total) for c in patch.start_caps]):
        yield f"{patch.drug}: the totals of the label do not ascend"
    if not _ascends([_amount(c.at_most) for c in patch.start_caps]):
        yield f"{patch.drug}: the caps of the label do not ascend"
    if strengths[-1] > _amount(patch.at_most):
        yield f"{patch.drug}: a strength lies above the patch's own top"


def _leaks(ladder: tuple[Step, ...]) -> bool:
    return any(_amount(s.from_) % _amount(s.step) for s in ladder)


def _ascends(values: list[Decimal]) -> bool:
    return values == sorted(set(values))


def _amount(text: str) -> Decimal:
    return Quantity.parse(text).amount


def _ratio(text: str) -> Decimal:
    over, under = fraction(text)
    return over / under
