"""What a rule file may name after `calculate`: a function over sets, with its parameters and its working."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from protocol.errors import QuantityError
from protocol.instruments.bounds import spoken
from protocol.instruments.wording import answer, human, set_in_words
from protocol.possible import Members, Numbers, Possible, Words

__all__ = ["Arguments", "Calculation", "Given", "Line", "Parameter", "numbers", "word"]

Arguments = Mapping[str, Possible | tuple[Possible, ...]]
"""What a caller hands over: one set for a parameter, or several in a tuple."""

Given = Mapping[str, tuple[Possible, ...]]
"""The same, with every parameter in a tuple."""

Line = Callable[[Given, Possible], str]
"""The arithmetic of known arguments in one line."""

_KINDS = {"number": Numbers, "word": Words, "list": Members}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a calculation takes.

    `unit` is the unit it counts in (None: any, the arguments must only be of one kind); `words` are those it
    has a meaning for. A parameter that takes many gets a tuple of sets, any other a single set.
    """

    name: str
    kind: Literal["number", "word", "list"]
    unit: str | None = None
    words: tuple[str, ...] = ()
    required: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True)
class Calculation:
    """A published score or formula, or plain arithmetic, under the name that a rule file uses.

    `low` and `high` bound every result, `words` are all it can say; None and () for arithmetic, whose results
    are bounded by its arguments.
    """

    name: str
    summary: str
    source: str
    parameters: tuple[Parameter, ...]
    function: Callable[..., Possible]
    line: Line
    result_kind: Literal["number", "word"] = "number"
    result_unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    words: tuple[str, ...] = ()

    def call(self, arguments: Arguments) -> Possible:
        """Answer for some arguments, after seeing that they are what the calculation takes.

        Raises:  QuantityError naming the argument that is missing, unknown or of another kind.
        """
        given = self._given(arguments)
        ready: dict[str, Possible | tuple[Possible, ...]] = {}
        for parameter in self.parameters:
            if parameter.name in given:
                sets = given[parameter.name]
                ready[parameter.name] = sets if parameter.many else sets[0]
        return self.function(**ready)

    def working(self, arguments: Arguments, result: Possible) -> str:
        """One line of arithmetic as a clinician checks it, or the bounds and what leaves them open."""
        given = self._given(arguments)
        opened = [text for parameter in self.parameters for text in _opened(parameter, given.get(parameter.name, ()))]
        unasked = [human(p.name) for p in self.parameters if _unasked(p, given.get(p.name, ()))]
        if unasked:
            opened.append(f"not known: {', '.join(unasked)}")
        return f"{answer(result)} ({'; '.join(opened)})" if opened else self.line(given, result)

    def _given(self, arguments: Arguments) -> Given:
        names = [parameter.name for parameter in self.parameters]
        strangers = sorted(set(arguments) - set(names))
        if strangers:
            raise QuantityError(f"{self.name} takes no {strangers[0]}; it takes {', '.join(names)}")
        given: dict[str, tuple[Possible, ...]] = {}
        for parameter in self.parameters:
            value = arguments.get(parameter.name, ())
            sets = value if isinstance(value, tuple) else (value,)
            if sets:
                given[parameter.name] = self._fitting(parameter, sets)
            elif parameter.required:
                raise QuantityError(f"{self.name} needs {parameter.name}")
        return given

    def _fitting(self, parameter: Parameter, sets: tuple[Possible, ...]) -> tuple[Possible, ...]:
        if len(sets) > 1 and not parameter.many:
            raise QuantityError(f"{self.name} takes one value for {parameter.name}, not {len(sets)}")
        for value in sets:
            if not isinstance(value, _KINDS[parameter.kind]):
                raise QuantityError(f"{self.name} takes a {parameter.kind} for {parameter.name}")
            if isinstance(value, Words) and parameter.words:
                spoken(value, parameter.words, f"{self.name} {parameter.name}")
        return sets


def numbers(text: str) -> tuple[Parameter, ...]:
    """Parameters that are numbers, as "age a, weight? kg": ? may be left out, and any is any unit."""
    found = []
    for part in text.split(", "):
        name, unit = part.split()
        needed = not name.endswith("?")
        found.append(Parameter(name.rstrip("?"), "number", None if unit == "any" else unit, required=needed))
    return tuple(found)


def word(name: str, words: Iterable[str], *, required: bool = True) -> Parameter:
    """A parameter that is a word out of some."""
    return Parameter(name, "word", words=tuple(words), required=required)


def _unasked(parameter: Parameter, sets: tuple[Possible, ...]) -> bool:
    whole = frozenset(parameter.words)
    return any(isinstance(value, Words) and not value.known and value.options == whole for value in sets)


def _opened(parameter: Parameter, sets: tuple[Possible, ...]) -> list[str]:
    if _unasked(parameter, sets) or all(value.known for value in sets):
        return []
    return [f"{human(parameter.name)} {', '.join(set_in_words(value) for value in sets)}"]
