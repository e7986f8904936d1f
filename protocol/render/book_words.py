"""What every chapter of the book needs: names with links, conditions, targets, and the line of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from protocol.inference.program import Program
from protocol.plan.model import Reason
from protocol.possible import Numbers
from protocol.render.conditions import Named, condition_parts
from protocol.render.page import lowered, sentence
from protocol.render.phrases import evidence, words
from protocol.render.sheet import Label, Link, Span, Text, together
from protocol.rules.condition import Condition
from protocol.rules.parse import Reader
from protocol.rules.rule import Because, FindingRule, Head, Refer, Rule, Target
from protocol.rules.ruleset import Ruleset
from protocol.rules.targets import Board, set_out

__all__ = ["Words", "labelled", "refer_words"]


def labelled(label: str, *spans: Span) -> Text:
    """A point: its label, then what it says."""
    return (Label(f"{label}:"), " ", *spans)


def refer_words(refer: Refer) -> str:
    """Who decides, and by when."""
    return f"{refer.to}, within {refer.within}"


@dataclass(frozen=True)
class Words:
    """The names of one ruleset, and where each has its place in the book."""

    program: Program

    @property
    def ruleset(self) -> Ruleset:
        return self.program.ruleset

    @cached_property
    def board(self) -> Board:
        """Every option with all that speaks of it."""
        return set_out(self.ruleset)

    @cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """Every condition by name, those about one medicine and those of the opioid tables included."""
        table = self.ruleset.conversion
        found = {**self.program.conditions, **self.program.about_medicines}
        if table is None:
            return found
        item = self.ruleset.items["formulary/opioid-conversion.yaml"]
        reader = Reader(item.file, item.position, self.program.domains)
        return found | {name: reader.condition(written, path) for name, written, path in table.conditions()}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that is in force."""
        return tuple(rule for rule in self.ruleset.rules if not rule.retired)

    def folder(self, name: str) -> str:
        """The folder of a rule inside its ruleset, such as findings/pain."""
        return "/".join(self.ruleset.items[name].file.split("/")[1:-1])

    def unit(self, finding: str) -> str:
        """The unit of a finding that is a number."""
        domain = self.program.domains.of[finding]
        return domain.unit if isinstance(domain, Numbers) else "1"

    def when(self, name: str) -> Text:
        """The condition of that name, every finding a link."""
        return self.said(self.conditions[name])

    def said(self, condition: Condition) -> Text:
        """Any condition, every finding a link."""
        parts = condition_parts(condition, self.unit)
        return tuple(Link(p.words, f"f-{p.finding}") if isinstance(p, Named) else p for p in parts)

    def rule(self, name: str) -> Link:
        """A rule by its title."""
        return Link(self.ruleset.by_id[name].title, f"r-{name}")

    def rules_listed(self, names: Iterable[str]) -> Text:
        """Rules by their titles, each once."""
        return together([(self.rule(name),) for name in dict.fromkeys(names)], "; ")

    def option(self, name: str) -> Span:
        """An option by its title; the id alone where no rule offers it."""
        title = next((c.offer.title for c in self.board.candidates if c.id == name), None)
        return Link(title, f"o-{name}") if title else name

    def drug(self, name: str) -> Span:
        """A drug by its title."""
        drug = self.ruleset.drugs.get(name)
        return Link(drug.title, f"d-{name}") if drug else name

    def target(self, target: Target) -> Text:
        """What an entry speaks of."""
        spans: list[Span] = []
        if target.option:
            spans = [self.option(target.option)]
        elif target.drug:
            spans = ["every option with ", self.drug(target.drug)]
        elif target.class_:
            spans = ["every option of the class ", words(target.class_)]
        elif target.procedure:
            spans = ["every option marked ", words(target.procedure)]
        if target.route:
            spans += [", by this route only: ", target.route]
        if target.except_:
            spans += [", but not ", *together([(self.option(name),) for name in target.except_], ", ")]
        return tuple(spans)

    def evidence(self, because: Because) -> Text:
        """How strong and certain, from where, whether it was checked, and the sources with their places."""
        reason = Reason(
            rule="", revision=1, title="", verdict="applies", facts=(), cite=(),
            **{name: getattr(because, name) for name in ("strength", "certainty", "provenance", "verified")},
        )  # fmt: skip
        sources = together([tuple(self._cite(c.source, c.at)) for c in because.cite], "; ")
        note: tuple[Span, ...] = (f" {sentence(because.note)}",) if because.note else ()
        return labelled("Evidence", sentence(evidence(reason)), " ", *sources, ".", *note)

    @staticmethod
    def _cite(source: str, at: str | None) -> Iterator[Span]:
        yield Link(source, f"s-{source}")
        if at:
            yield f", at {lowered(at)}"

    def head(self, rule: Head, kind: str) -> Text:
        """The line of identity."""
        return (f"{kind}, id {rule.rule}, revision {rule.revision}",)

    @cached_property
    def deriving(self) -> Mapping[str, FindingRule]:
        """The rule that sets each derived finding."""
        return self.program.deriving
