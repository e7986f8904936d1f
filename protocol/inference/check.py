"""`mps check`: everything about a ruleset that can be told without a patient.

Reading already refuses unknown keys, names, words and units. Here stand the promises that a rule file makes to
its readers: examples for each verdict and around each threshold, citations that exist, doses that do not rise
as organs fail, ignorance seen only where it may be, and no exclusion that forgets who already takes the drug.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from protocol.errors import Fault, RulesetError
from protocol.inference.compile import compile_ruleset
from protocol.inference.examples import given, run_examples
from protocol.inference.lint_formulary import formulary_faults
from protocol.inference.lint_safety import missing_tests, safety_faults
from protocol.inference.lint_second_entry import second_entry_faults
from protocol.inference.matcher import Matcher
from protocol.inference.program import Program, row_name
from protocol.possible import Numbers
from protocol.quantity import plain
from protocol.rules.condition import Condition, comparisons, sees_ignorance, thresholds_of
from protocol.rules.load import load_ruleset
from protocol.rules.lock import lock_faults
from protocol.rules.rule import (
    Caution,
    CautionThen,
    Companion,
    Contraindication,
    Current,
    Entry,
    FindingRule,
    Head,
    Interaction,
    Limit,
    Never,
    Option,
    Preference,
    RedFlag,
    Target,
)
from protocol.rules.ruleset import Ruleset
from protocol.rules.targets import hits
from protocol.terms import Truth

__all__ = ["check_program", "check_rule", "check_ruleset"]


def check_ruleset(folder: Path) -> list[Fault]:
    """Every fault of a ruleset: those of reading it, and those of the checks."""
    try:
        ruleset = load_ruleset(folder)
        program = compile_ruleset(ruleset)
        # A ruleset stands in rulesets/ beside the tests that its table of hazards names.
        faults = [
            *check_program(program),
            *missing_tests(program, folder.resolve().parent.parent),
            *lock_faults(folder),
        ]
        Matcher(program.conditions, program.domains.of)
        Matcher(program.about_medicines, program.domains.of)
    except RulesetError as error:
        return list(error.faults)
    return faults


def check_program(program: Program) -> list[Fault]:
    """The checks on a ruleset that has been read and compiled."""
    faults = run_examples(program)
    undosed = [fault for rule in program.ruleset.rules if not rule.retired for fault in _regimens(program, rule)]
    if undosed:
        # The other checks match rules with options, and an option without its drug cannot be matched.
        return [*faults, *undosed]
    for rule in program.ruleset.rules:
        if not rule.retired:
            faults += _rule_faults(program, rule)
    faults += [*formulary_faults(program), *second_entry_faults(program)]
    return [*faults, *safety_faults(program), *_questions(program), *_arms(program)]


def check_rule(program: Program, rule: Head) -> list[Fault]:
    """The checks that look at one rule alone; its examples are run apart."""
    return [*_regimens(program, rule), *_rule_faults(program, rule)]


def _at(program: Program, rule: Head, path: tuple[str | int, ...], what: str, remedy: str) -> Fault:
    item = program.ruleset.items[rule.rule]
    return Fault(item.file, f"{rule.rule}: {what}", remedy, *item.position(path))


def _rule_faults(program: Program, rule: Head) -> Iterator[Fault]:
    for i, cited in enumerate(rule.because.cite):
        if cited.source not in program.ruleset.sources:
            what = f"{cited.source} is not in sources.yaml"
            yield _at(program, rule, ("because", "cite", i), what, "add the source, or correct its name")
    if isinstance(rule, RedFlag) and rule.then.alert.flag not in program.ruleset.vocabulary.flags:
        what = f"{rule.then.alert.flag} has no name"
        yield _at(program, rule, ("then", "alert"), what, "name it under flags in vocabulary.yaml")
    for path, target in _targets(rule):
        for what in _unknown_names(program.ruleset, target):
            yield _at(program, rule, path, what, "correct the name, or declare it")
    yield from _example_faults(program, rule)
    yield from _ignorance(program, rule)
    yield from _continuing(program, rule)
    if isinstance(rule, Option):
        yield from _offer(program, rule)


def _conditions(program: Program, rule: Head) -> dict[str, Condition]:
    if isinstance(rule, FindingRule):
        return {n: program.conditions[n] for n in (row_name(rule, i) for i in range(len(rule.then.derive.rows)))}
    name = rule.rule
    return {name: program.conditions.get(name) or program.about_medicines[name]}


def _example_faults(program: Program, rule: Head) -> Iterator[Fault]:
    if rule.when == "always" and not isinstance(rule, FindingRule):
        return
    if not rule.examples:
        yield _at(program, rule, ("rule",), "it has no examples", "add at least one for each verdict")
        return
    if not isinstance(rule, FindingRule):
        expected = {str(example.expect) for example in rule.examples}
        wanted = {Truth.APPLIES.value, Truth.DOES_NOT_APPLY.value}
        if not sees_ignorance(_conditions(program, rule)[rule.rule]):
            wanted.add(Truth.CANNOT_TELL.value)
        for verdict in sorted(wanted - expected):
            yield _at(program, rule, ("examples",), f"no example expects {verdict}", f"add one that expects {verdict}")
    yield from _boundaries(program, rule)


def _boundaries(program: Program, rule: Head) -> Iterator[Fault]:
    """Each threshold needs one example on it and one next to it."""
    thresholds = frozenset().union(*(thresholds_of(c) for c in _conditions(program, rule).values()))
    values: dict[str, set[Any]] = {}
    for example in rule.examples:
        try:
            findings = given(program, example.given)
        except (KeyError, ValueError):
            continue
        for name in example.given:
            value = findings.values.get(name)
            if isinstance(value, Numbers) and value.known:
                values.setdefault(name, set()).add(value.low)
    for name, threshold in sorted(thresholds):
        near = values.get(name, set())
        domain = program.domains.of[name]
        if threshold not in near:
            what = f"no example stands on the threshold {name} {plain(threshold)}"
            yield _at(program, rule, ("examples",), what, "add one: a boundary that is not shown is not agreed")
        at_edge = isinstance(domain, Numbers) and threshold in (domain.low, domain.high)
        if not at_edge and not any(0 < abs(v - threshold) <= max(1, abs(threshold) / 20) for v in near):
            what = f"no example stands next to the threshold {name} {plain(threshold)}"
            yield _at(program, rule, ("examples",), what, "add one just beside it")


def _ignorance(program: Program, rule: Head) -> Iterator[Fault]:
    settings = program.ruleset.settings
    excepted = {option for e in settings.despite_unknown for option in e.options}
    may = isinstance(rule, FindingRule | RedFlag | Never) or (
        isinstance(rule, Option) and (rule.kind in ("referral", "monitoring") or rule.then.offer.option in excepted)
    )
    if not may and any(sees_ignorance(c) for c in _conditions(program, rule).values()):
        what = "it asks if something is missing, which this kind may not"
        yield _at(program, rule, ("when",), what, "remove it, or list the option under despite_unknown with a reason")
    for path, entry in _entries(rule):
        if entry.if_unknown == "allow":
            for candidate in program.candidates:
                if hits(entry, candidate) and candidate.id not in excepted:
                    what = f"if_unknown: allow stands for {candidate.id}, which despite_unknown does not list"
                    yield _at(program, rule, path, what, "list it there with the reason")


def _entries(rule: Head) -> Iterator[tuple[tuple[str | int, ...], Entry]]:
    if isinstance(rule, RedFlag):
        yield from ((("then", "withhold", i), entry) for i, entry in enumerate(rule.then.withhold))
    elif isinstance(rule, Contraindication | Interaction):
        entries: tuple[Entry, ...] = getattr(rule.then, "exclude", ())
        yield from ((("then", "exclude", i), entry) for i, entry in enumerate(entries))


def _continuing(program: Program, rule: Head) -> Iterator[Fault]:
    """An exclusion that also speaks of continuing needs a rule that says what becomes of the medicine."""
    named = {
        word
        for current in program.ruleset.of(Current)
        for leaf in comparisons(program.about_medicines[current.rule])
        if leaf.finding in ("medicine_drug", "medicine_classes")
        for word in getattr(leaf, "words", ())
    }
    for path, entry in _entries(rule):
        if entry.scope == "start":
            continue
        drugs = [d for d in program.ruleset.drugs.values() if entry.class_ in d.classes or entry.drug == d.drug]
        for drug in drugs:
            if not ({drug.drug, *drug.classes} & named):
                what = f"it stops {drug.drug} that is already taken, and no current rule says how"
                yield _at(program, rule, path, what, "write a rule of kind current for it, with its taper")


def _targets(rule: Head) -> Iterator[tuple[tuple[str | int, ...], Target]]:
    yield from _entries(rule)
    if isinstance(rule, Never):
        yield from ((("then", "never", i), target) for i, target in enumerate(rule.then.never))
    elif isinstance(rule, Companion):
        yield ("then", "add", "to"), rule.then.add.to
    elif isinstance(rule, Preference):
        yield from ((("then", "points", i), Target(option=p.option)) for i, p in enumerate(rule.then.points))
    elif isinstance(rule, Limit):
        yield ("then", "at_most", "of"), rule.then.at_most.of
    elif isinstance(rule, Caution | Interaction) and isinstance(rule.then, CautionThen):
        yield ("then", "warn", "on"), rule.then.warn.on


def _unknown_names(ruleset: Ruleset, target: Target) -> Iterator[str]:
    options = {rule.then.offer.option for rule in ruleset.of(Option)}
    for name in (target.option, *target.except_):
        if name and name not in options:
            yield f"{name} is not an option"
    if target.drug and target.drug not in ruleset.drugs:
        yield f"{target.drug} is not a drug of the formulary"
    if target.class_ and target.class_ not in ruleset.vocabulary.classes:
        yield f"{target.class_} is not a class of the vocabulary"
    if target.procedure and target.procedure not in ruleset.vocabulary.tags:
        yield f"{target.procedure} is not a tag of the vocabulary"


def _offer(program: Program, rule: Option) -> Iterator[Fault]:
    ruleset, offer = program.ruleset, rule.then.offer
    path = ("then", "offer")
    if offer.arm not in {arm.arm for arm in ruleset.settings.arms}:
        yield _at(program, rule, path, f"{offer.arm} is not an arm", "ruleset.yaml lists the arms")
    for mechanism in offer.mechanisms:
        if mechanism not in ruleset.vocabulary.mechanisms and mechanism != "any":
            yield _at(program, rule, path, f"{mechanism} is not a mechanism", "vocabulary.yaml lists them")
    for tag in offer.tags:
        if tag not in ruleset.vocabulary.tags:
            yield _at(program, rule, path, f"{tag} is not a tag", "vocabulary.yaml lists them")


def _regimens(program: Program, rule: Head) -> Iterator[Fault]:
    """Drugs and regimens that an option or a companion names and the formulary does not have."""
    if isinstance(rule, Option):
        path, drug_name, regimen = ("then", "offer"), rule.then.offer.drug, rule.then.offer.regimen
    elif isinstance(rule, Companion):
        path, drug_name, regimen = ("then", "add"), rule.then.add.drug, rule.then.add.regimen
    else:
        return
    if drug_name is None or (isinstance(rule, Option) and rule.then.offer.method is not None):
        return
    drug = program.ruleset.drugs.get(drug_name)
    if drug is None or regimen not in {r.regimen for r in drug.regimens}:
        what = f"the formulary has no regimen {regimen} of {drug_name}"
        yield _at(program, rule, path, what, "name a regimen of the drug's file")


def _questions(program: Program) -> Iterator[Fault]:
    """Every raw finding that can be asked belongs to exactly one question."""
    vocabulary = program.ruleset.vocabulary
    item = program.ruleset.items["vocabulary.yaml"]
    asked = [name for question in vocabulary.questions for name in question.answers]
    for name, raw in vocabulary.findings.items():
        if raw.approvals is None and raw.closures is None and raw.medicine is None and asked.count(name) != 1:
            what = f"{name} belongs to {asked.count(name)} questions"
            yield Fault(item.file, what, "name it in exactly one", *item.position(("findings", name)))
    for name in sorted(set(asked) - vocabulary.findings.keys()):
        yield Fault(
            item.file,
            f"a question answers {name}, which is not a raw finding",
            "correct the name",
            *item.position(("questions",)),
        )


def _arms(program: Program) -> Iterator[Fault]:
    options = {rule.then.offer.option for rule in program.ruleset.of(Option)}
    item = program.ruleset.items["ruleset.yaml"]
    for i, arm in enumerate(program.ruleset.settings.arms):
        for tie in arm.ties:
            if tie not in options:
                yield Fault(item.file, f"{tie} is not an option", "correct the name", *item.position(("arms", i)))
    if not any(rule.when == "always" for rule in program.ruleset.of(Current)):
        what = "no current rule holds for every medicine"
        yield Fault(item.file, what, "add one that says continue, so that each medicine has a line with a reason")
