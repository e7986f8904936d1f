"""Which conditions hold, decided by durable_rules behind a fence. Nothing else in the project imports it.

Outside a narrow domain that engine answers wrongly, crashes or hangs; each stone of the fence stands for a
defect that tests/edges/test_durable_rules_bugs.py reproduces. Its host is not used, because a host starts
threads. A part of the rules is one ruleset with one session; an evaluation is one flat fact of whole numbers,
asserted, answered and retracted; a rule has one pattern, without joins and without `none`. A sentinel must
fire every time. After anything unexpected the session is dropped and no answer is given.

The engine never frees a ruleset: make one matcher for a ruleset and keep it for the life of the process.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from operator import itemgetter
from threading import Lock

from protocol.errors import EngineFault, Fault
from protocol.inference.evaluate import Findings
from protocol.inference.formulas import (
    Atom,
    Both,
    Either,
    Field,
    Formula,
    Scale,
    Scales,
    Shape,
    Slot,
    lower,
    order_of,
)
from protocol.inference.parts import CLEAR, SENTINEL, SESSION, Part, arrange, divide, fields_of, token
from protocol.inference.readings import Reader, refuse_misfits
from protocol.possible import Possible
from protocol.rules.condition import Condition
from protocol.terms import Truth

try:
    import durable_rules_engine as durable
except ImportError as error:
    # Reported when a matcher is made, so that what needs no plan (help, schemas) works without the engine.
    _why_absent: str = str(error)
else:
    _why_absent = ""

__all__ = ["Matcher", "PartSize"]

_PLACE = "the rule engine"
_REINSTALL = (
    'Reinstall it: CPPFLAGS="-O3 -DPyEval_CallObject=PyObject_CallObject" pip install --no-cache-dir '
    "--force-reinstall --no-binary durable_rules durable_rules==2.0.28"
)
_AGAIN = "Ask again; if it happens twice, stop using this installation and report it with the assessment."
_COMMA = f'If this process has set a locale with a decimal comma, set LC_NUMERIC to "C". Otherwise: {_AGAIN}'
_NOTHING_MATCHED = 1
_TRUE, _FALSE = "always", "never"
# Two ranks and a flag, and which rules of the self-test must fire on them.
_KNOWN_ANSWERS: dict[tuple[int, int, int], tuple[int, ...]] = {
    (0, 0, 0): (2,),
    (2, 2, 1): (2, 4),
    (3, 0, 0): (1, 4),
    (10, 2, 1): (1, 4, 5),
    (0, 3, 0): (2, 4, 5),
    (4, 3, 0): (1, 3, 4, 5),
}

_ruleset_numbers = count(1)

# One lock for the process: the engine holds the interpreter while it works, so that more locks would gain
# nothing. It is also held across a fork: a child never inherits a session in the middle of an evaluation.
_lock = Lock()
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


@dataclass(frozen=True, slots=True)
class PartSize:
    """How large a part of a matcher is: its rules (two a condition, at most), properties of its fact, stack.

    Range: properties at most 240, stack at most 60; proved when the matcher is made.
    """

    rules: int
    properties: int
    stack: int


class Matcher:
    """Answers for every condition whether it applies, does not apply, or cannot be told.

    Each condition is asked as two rules, *surely* and *possibly*: both fired means that it applies,
    *possibly* alone that it cannot be told. Rules that say the same are one rule. A condition that reads no
    finding leaves nothing to match; its answer is known when the matcher is made. A condition too large for
    one rule of the engine is asked in halves, which are joined afterwards.

    Errors: EngineFault when a condition asks of a finding what its domain cannot answer, when one is too
            large to be proved safe, and when the engine is absent or fails its known answers.
    """

    def __init__(self, conditions: Mapping[str, Condition], domains: Mapping[str, Possible]) -> None:
        _test_engine_once()
        refuse_misfits(conditions, domains)
        scales = Scales(conditions.values())
        pairs = {
            name: (lower(condition, "surely", scales), lower(condition, "possibly", scales))
            for name, condition in conditions.items()
        }
        self._joined: list[tuple[str, tuple[str, str], Callable[[Iterable[bool]], bool]]] = []
        tokens: dict[Formula, str] = {True: _TRUE, False: _FALSE}
        rules: dict[str, Formula] = {}
        for formula in sorted({formula for pair in pairs.values() for formula in pair}, key=order_of):
            self._name(formula, tokens, rules)
        self._pairs = [(name, tokens[surely], tokens[possibly]) for name, (surely, possibly) in pairs.items()]
        fields = dict.fromkeys(field for formula in rules.values() for field in fields_of(formula))
        names = {field: f"p{number}" for number, field in enumerate(fields)}
        self._reader = Reader(scales, names, domains)
        parts = arrange(rules, names)
        self.parts = tuple(PartSize(len(part.rules), part.properties, part.stack) for part in parts)
        with _lock:
            self._sessions = [_Session(part, self._reader.places) for part in parts]

    def _name(self, formula: Formula, tokens: dict[Formula, str], rules: dict[str, Formula]) -> str:
        """Give the formula a rule; or, when it is too long for one, two rules that are joined afterwards."""
        if formula not in tokens:
            tokens[formula] = name = token(len(tokens))
            halves = divide(formula)
            if halves is None:
                rules[name] = formula
            else:
                first, second = (self._name(half, tokens, rules) for half in halves)
                self._joined.append((name, (first, second), all if isinstance(formula, Both) else any))
        return tokens[formula]

    def evaluate(self, findings: Findings) -> dict[str, Truth]:
        """The truth of each condition, by name.

        Errors: EngineFault when a finding is absent, or of another shape or unit than its domain, and when
                the engine does anything unexpected. It may be asked again afterwards.
        """
        written = self._reader.read(findings)
        fired = {_TRUE}
        with _lock:
            for session in self._sessions:
                fired |= session.fire(written)
        for name, halves, join in self._joined:
            if join(half in fired for half in halves):
                fired.add(name)
        applies, cannot_tell, does_not_apply = Truth.APPLIES, Truth.CANNOT_TELL, Truth.DOES_NOT_APPLY
        answer = {}
        for name, surely, possibly in self._pairs:
            if possibly in fired:
                answer[name] = applies if surely in fired else cannot_tell
            elif surely in fired:
                raise _stopped(f'it found the condition of "{name}" surely true and yet not possibly true.')
            else:
                answer[name] = does_not_apply
        return answer


class _Session:
    """One part in the engine: its ruleset and the only session of it."""

    def __init__(self, part: Part, places: Mapping[Field, int]) -> None:
        self._tail = part.tail
        # Of a single field it gives the text alone, which joins to itself.
        self._pick = itemgetter(*(places[field] for field in part.fields))
        self._known = {*part.rules, SENTINEL}
        self._sound = True
        self._warm = False
        rules = {name: {"all": [{"m": condition}]} for name, condition in part.conditions.items()}
        # A name can be registered once in a process, also by matchers that are gone.
        try:
            self._handle = durable.create_ruleset(f"part{next(_ruleset_numbers)}", json.dumps(rules))
        except durable.error as error:
            raise _stopped(f"it did not take the rules: {error}.", _REINSTALL) from error
        self.fire([""] * len(places))
        self._warm = True

    def fire(self, written: Sequence[str]) -> set[str]:
        """The tokens of the rules that fire on these fields.

        Errors: EngineFault when the engine did anything unexpected; the session is then dropped.
        """
        if not self._sound:
            self._drop()
        # Cleared before and set after, so that an interruption even of the dropping is noticed the next time.
        self._sound = False
        try:
            fired = self._ask("{" + "".join(self._pick(written)) + self._tail)
        except BaseException as error:
            self._drop()
            if isinstance(error, EngineFault) or not isinstance(error, Exception):
                raise
            raise _stopped(f"it gave up: {error}.") from error
        self._sound = True
        return fired

    def _ask(self, fact: str) -> set[str]:
        handle, proceed = self._handle, durable.complete_and_start_action
        fired = set()
        code, state = durable.assert_fact(handle, fact)
        if code not in (0, _NOTHING_MATCHED):
            raise _stopped(f"it did not take what it was given (its code {code}).")
        start = durable.start_action_for_state(handle, state) if code == 0 else None
        message = start and start[1]
        while message is not None:
            # Of {"R00001":{"m":{... only the name of the rule is read.
            fired.add(message[2:8])
            message = proceed(handle, state)
        if SENTINEL not in fired:
            # The canary is what a decimal comma hides; nothing else in a fact is a fraction.
            raise _stopped("the rule that must always fire did not.", _COMMA)
        durable.retract_fact(handle, CLEAR)
        if not fired <= self._known:
            raise _stopped("it named a rule that it was not given.")
        fired.remove(SENTINEL)
        return fired

    def _drop(self) -> None:
        """Forget the session with all that is pending in it; the next evaluation starts a new one."""
        # Before a rule has ever fired in it, dropping a session frees memory that was never set.
        if self._warm:
            with suppress(durable.error):
                durable.delete_state(self._handle, SESSION)
            self._sound = True


def _stopped(what: str, remedy: str = _AGAIN) -> EngineFault:
    return EngineFault(Fault(_PLACE, what, remedy))


@cache
def _test_engine_once() -> None:
    """Ask the engine a few questions whose answers are known; about a millisecond, once in a process."""
    if _why_absent:
        raise EngineFault(Fault(_PLACE, f"it cannot be loaded ({_why_absent}).", _REINSTALL))
    a, b = (Atom(Slot(Scale(name, Shape.NUMBER), "low"), turned=False, mark=3) for name in "ab")
    c = Atom(Slot(Scale("c", Shape.WORD), "low"), turned=False, mark=1)
    rules: dict[str, Formula] = {
        token(1): a,
        token(2): a.opposite(),
        token(3): Both((a, b)),
        token(4): Either((a, c, Both((b, c.opposite())))),
        token(5): Both((Either((a, b)), Either((b, c)))),
    }
    places = {field: place for place, field in enumerate((a.field, b.field, c.field, c.opposite().field))}
    (part,) = arrange(rules, {field: f"p{place}" for field, place in places.items()})
    with _lock:
        session = _Session(part, places)
        for (one, two, flag), expected in _KNOWN_ANSWERS.items():
            written = [f'"p0":{one},', f'"p1":{two},', *(('"p2":1,', "") if flag else ("", '"p3":1,'))]
            if session.fire(written) != {token(number) for number in expected}:
                raise EngineFault(Fault(_PLACE, f"it answers {one}, {two}, {flag} wrongly.", _REINSTALL))
