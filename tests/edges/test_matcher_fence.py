"""The fence around durable_rules: whatever is thrown over it, the answer is right or there is none."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import durable_rules_engine as durable
import pytest

from protocol.errors import EngineFault
from protocol.inference import matcher as fence
from protocol.inference import parts
from protocol.inference.evaluate import Findings, evaluate_all
from protocol.inference.formulas import Field, Formula
from protocol.inference.matcher import Matcher
from protocol.inference.parts import MOST_PROPERTIES, MOST_STACK, Part, arrange
from protocol.possible import Members, Numbers, Possible, Words
from protocol.rules.condition import (
    All,
    Always,
    AnyOf,
    AtLeast,
    Below,
    Condition,
    IncludesAny,
    Missing,
    Not,
    OneOf,
)
from protocol.terms import Truth

SIGNS = [f"sign_{number}" for number in range(30)]
PRESENCE = Words(frozenset({"present", "absent"}))
DOMAINS: dict[str, Possible] = {
    "age": Numbers(Decimal(0), Decimal(120), "a"),
    "classes": Members(frozenset(), frozenset("abc")),
    **dict.fromkeys(SIGNS, PRESENCE),
}
RULES: dict[str, Condition] = {
    **{f"has-{sign}": OneOf(sign, frozenset({"present"})) for sign in SIGNS},
    **{f"not-{sign}": Not(OneOf(sign, frozenset({"present"}))) for sign in SIGNS},
    **{f"older-{age}": AtLeast("age", Decimal(age)) for age in range(10, 100, 10)},
    "any-sign": AnyOf(tuple(OneOf(sign, frozenset({"present"})) for sign in SIGNS)),
    "young-and-a": All((Below("age", Decimal(40)), IncludesAny("classes", frozenset("a")))),
    "unasked": Missing("age"),
    "always": Always(),
}


def patient(number: int) -> Findings:
    """Patients that differ in every answer: known, bounded and unknown by turns."""
    findings = Findings(dict(DOMAINS), set())
    for place, sign in enumerate(SIGNS):
        word = ("present", "absent", None)[(number * (place + 1) + place) % 3]
        if word:
            findings.values[sign] = Words(frozenset({word}))
        else:
            findings.unknown.add(sign)
    age = Decimal(number % 12 * 10)
    findings.values["age"] = Numbers(age, age + number % 3 * 10, "a")
    if number % 5 == 0:
        findings.values["age"] = DOMAINS["age"]
        findings.unknown.add("age")
    members = frozenset("abc"[: number % 4])
    findings.values["classes"] = Members(members, members if number % 2 else frozenset("abc"))
    return findings


PATIENTS = [patient(number) for number in range(60)]
EXPECTED = [evaluate_all(RULES, one) for one in PATIENTS]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(RULES, DOMAINS)


@pytest.fixture(autouse=True)
def _still_right(matcher: Matcher) -> Iterator[None]:
    """Whatever a test did to the matcher, it answers rightly afterwards."""
    yield
    assert [matcher.evaluate(one) for one in PATIENTS] == EXPECTED


def replacing(**functions: Callable[..., object]) -> SimpleNamespace:
    """The engine with some of its functions replaced."""
    return SimpleNamespace(**{**vars(durable), **functions})


def breaking(function: str, call: int, error: BaseException, *, after: bool) -> SimpleNamespace:
    """The engine, with an error just before or just after the work of the n-th call of a function."""
    real = getattr(durable, function)
    left = [call]

    def broken(*arguments: object) -> object:
        left[0] -= 1
        if left[0] or after:
            answer = real(*arguments)
        if not left[0]:
            raise error
        return answer

    return replacing(**{function: broken})


CALLS = [
    (function, call, after)
    for function in ("assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact")
    for call in ((1, 2, 17) if function == "complete_and_start_action" else (1, 2))
    for after in (False, True)
]


def test_threads_share_a_matcher(matcher: Matcher) -> None:
    """Eight threads that want different patients from one matcher each get their own answers."""
    ready = threading.Barrier(8)

    def work(start: int) -> list[bool]:
        ready.wait()
        order = [(start * 7 + number) % len(PATIENTS) for number in range(150)]
        return [matcher.evaluate(PATIENTS[number]) == EXPECTED[number] for number in order]

    with ThreadPoolExecutor(8) as pool:
        assert all(all(results) for results in pool.map(work, range(8)))


@pytest.mark.parametrize(("function", "call", "after"), CALLS)
def test_interrupted_anywhere(
    matcher: Matcher, monkeypatch: pytest.MonkeyPatch, function: str, call: int, after: bool
) -> None:
    """An interrupt passes on as it is, and leaves nothing behind for the next patient."""
    for number in range(10):
        with monkeypatch.context() as patch:
            patch.setattr(fence, "durable", breaking(function, call, KeyboardInterrupt(), after=after))
            with pytest.raises(KeyboardInterrupt):
                matcher.evaluate(PATIENTS[number])
        assert matcher.evaluate(PATIENTS[number + 1]) == EXPECTED[number + 1]


@pytest.mark.parametrize(("function", "call", "after"), CALLS)
def test_engine_gives_up(
    matcher: Matcher, monkeypatch: pytest.MonkeyPatch, function: str, call: int, after: bool
) -> None:
    """An error of the engine comes out as an engine fault, with no answer."""
    error = durable.error("Could not do it, error code: 303")
    with monkeypatch.context() as patch:
        patch.setattr(fence, "durable", breaking(function, call, error, after=after))
        with pytest.raises(EngineFault, match=r"it gave up: Could not do it, error code: 303\."):
            matcher.evaluate(PATIENTS[0])


def test_interrupted_while_it_cleans_up(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second interrupt, before the session could be dropped, still leaves nothing for the next patient."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    for number in range(10):
        engine = breaking("complete_and_start_action", 3, KeyboardInterrupt(), after=False)
        engine.delete_state = interrupt
        with monkeypatch.context() as patch:
            patch.setattr(fence, "durable", engine)
            with pytest.raises(KeyboardInterrupt):
                matcher.evaluate(PATIENTS[number])
        assert matcher.evaluate(PATIENTS[number + 1]) == EXPECTED[number + 1]


def test_interrupted_as_a_new_session_begins(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dangerous moment: the session is new, and no rule has fired in it when it must be dropped again."""
    for function in ("assert_fact", "start_action_for_state"):
        for _ in range(5):
            with monkeypatch.context() as patch:
                patch.setattr(fence, "durable", breaking(function, 1, KeyboardInterrupt(), after=True))
                with pytest.raises(KeyboardInterrupt):
                    matcher.evaluate(PATIENTS[0])


def test_silent_sentinel(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """An evaluation in which the rule that always fires did not is no evaluation."""
    with monkeypatch.context() as patch:
        patch.setattr(fence, "durable", replacing(start_action_for_state=lambda *_: None))
        with pytest.raises(EngineFault, match="the rule that must always fire did not"):
            matcher.evaluate(PATIENTS[0])


def test_fact_refused(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact that the engine takes for one it has seen is not answered."""
    with monkeypatch.context() as patch:
        patch.setattr(fence, "durable", replacing(assert_fact=lambda *_: (2, 0)))
        with pytest.raises(EngineFault, match="it did not take what it was given"):
            matcher.evaluate(PATIENTS[0])


@pytest.mark.parametrize("garbled", ['{"R99999":{}}', "{}", ""])
def test_unknown_rule(matcher: Matcher, monkeypatch: pytest.MonkeyPatch, garbled: str) -> None:
    """A delivery that is cut short or mixed up is not taken for a rule."""
    real = durable.complete_and_start_action
    left = [1]

    def garble(*arguments: object) -> object:
        message = real(*arguments)
        left[0] -= 1
        return garbled if left[0] == 0 else message

    with monkeypatch.context() as patch:
        patch.setattr(fence, "durable", replacing(complete_and_start_action=garble))
        with pytest.raises(EngineFault, match="it named a rule that it was not given"):
            matcher.evaluate(PATIENTS[0])


def test_surely_without_possibly(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two rules of a condition check each other: what is surely true is possible."""
    name, surely, _ = matcher._pairs[0]
    with monkeypatch.context() as patch:
        for session in matcher._sessions:
            patch.setattr(session, "fire", lambda _: {surely})
        with pytest.raises(EngineFault, match=f'"{name}" surely true and yet not possibly true'):
            matcher.evaluate(PATIENTS[0])


# Forking beside a thread is what is under test; Python 3.12 and later advise against it.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_fork(matcher: Matcher) -> None:
    """A worker process uses what its parent made, also when the parent was answering at that moment."""
    stop = threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            matcher.evaluate(PATIENTS[0])

    busy = threading.Thread(target=keep_busy)
    busy.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if [matcher.evaluate(one) for one in PATIENTS] == EXPECTED else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        busy.join()


def test_corrupted_matcher_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any one rule lost, and the reference disagrees: agreement is not agreement of two copies."""
    conditions = {
        name: RULES[name] for name in ("has-sign_3", "not-sign_4", "older-40", "young-and-a", "unasked")
    }
    expected = [evaluate_all(conditions, one) for one in PATIENTS]
    rules = sum(part.rules for part in Matcher(conditions, DOMAINS).parts)
    for lost in range(rules):

        def without_one(
            formulas: Mapping[str, Formula], names: Mapping[Field, str], lost: int = lost
        ) -> list[Part]:
            (part,) = arrange(formulas, names)
            gone = list(part.rules)[lost]
            return [replace(part, rules={**part.rules, gone: {"_b0": 0}})]

        with monkeypatch.context() as patch:
            patch.setattr(fence, "arrange", without_one)
            corrupted = Matcher(conditions, DOMAINS)
        answers = []
        for one in PATIENTS:
            try:
                answers.append(corrupted.evaluate(one))
            except EngineFault:
                answers.append({})
        assert answers != expected


def _resident() -> float:
    """Megabytes that the process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _growth(matcher: Matcher, evaluations: int) -> float:
    for number in range(2_000):
        matcher.evaluate(PATIENTS[number % len(PATIENTS)])
    gc.collect()
    before = _resident()
    for number in range(evaluations):
        matcher.evaluate(PATIENTS[number % len(PATIENTS)])
    gc.collect()
    return _resident() - before


def test_memory_is_flat(matcher: Matcher) -> None:
    """Twenty thousand evaluations leave nothing behind."""
    assert _growth(matcher, 20_000) < 2


@pytest.mark.night
def test_memory_is_flat_for_long(matcher: Matcher) -> None:
    """A hundred thousand evaluations leave nothing behind either."""
    assert _growth(matcher, 100_000) < 2


def test_bounds_hold_for_the_worst_patient() -> None:
    """Rules that are all true at once, more than the engine can evaluate in one part, are all answered."""
    rules: dict[str, Condition] = {
        f"rule-{number}": All(
            tuple(OneOf(sign, frozenset({"present"})) for sign in SIGNS[number % 20 : number % 20 + 9])
        )
        for number in range(40)
    }
    rules |= {f"one-{sign}": OneOf(sign, frozenset({"present"})) for sign in SIGNS}
    rules |= {
        f"open-{n}": Not(All((OneOf(SIGNS[n], frozenset({"absent"})), Missing(SIGNS[n + 1]))))
        for n in range(29)
    }
    matcher = Matcher(rules, DOMAINS)
    worst = Findings({**DOMAINS, **dict.fromkeys(SIGNS, Words(frozenset({"present"})))}, set())
    assert matcher.evaluate(worst) == dict.fromkeys(rules, Truth.APPLIES)
    assert all(part.properties <= MOST_PROPERTIES and part.stack <= MOST_STACK for part in matcher.parts)


def test_wide_rules_are_cut_into_more_parts() -> None:
    """Sixty rules that read ten findings each would need more properties than a fact may have."""
    names = [f"wide_{number}" for number in range(600)]
    domains: dict[str, Possible] = dict.fromkeys(names, PRESENCE)
    rules: dict[str, Condition] = {
        f"rule-{start}": AnyOf(
            tuple(OneOf(name, frozenset({"present"})) for name in names[start : start + 10])
        )
        for start in range(0, 600, 10)
    }
    matcher = Matcher(rules, domains)
    assert len(matcher.parts) > 4
    assert all(part.properties <= MOST_PROPERTIES and part.stack <= MOST_STACK for part in matcher.parts)
    findings = Findings({**domains, "wide_315": Words(frozenset({"present"}))}, set())
    assert matcher.evaluate(findings) == evaluate_all(rules, findings)


def test_rules_too_large_for_the_engine_are_asked_in_halves() -> None:
    """The engine takes fifteen `and` and `or` in a rule; a list of a hundred signs is answered all the same."""
    names = [f"wide_{number}" for number in range(100)]
    domains: dict[str, Possible] = dict.fromkeys(names, PRESENCE)
    leaves = tuple(OneOf(name, frozenset({"present"})) for name in names)
    rules: dict[str, Condition] = {
        "any": AnyOf(leaves),
        "all": All(leaves),
        "none": Not(AnyOf(leaves)),
        "some-absent": Not(All(leaves)),
        "each-five": All(tuple(AnyOf(leaves[start : start + 5]) for start in range(0, 100, 5))),
        "each-ten": All(tuple(AnyOf(leaves[start : start + 10]) for start in range(0, 100, 10))),
        "one-ten": AnyOf(tuple(All(leaves[start : start + 40]) for start in range(0, 100, 10))),
    }
    matcher = Matcher(rules, domains)
    present, absent = Words(frozenset({"present"})), Words(frozenset({"absent"}))
    for held in (range(0), range(100), range(99), range(0, 100, 10), range(40), range(1, 41)):
        for rest in (absent, PRESENCE):
            values = {name: present if number in held else rest for number, name in enumerate(names)}
            findings = Findings(dict(values), set())
            assert matcher.evaluate(findings) == evaluate_all(rules, findings)


def test_rule_that_cannot_be_proved_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_STACK", 1)
    with pytest.raises(EngineFault) as caught:
        Matcher({"older": AtLeast("age", Decimal(3))}, DOMAINS)
    assert (
        str(caught.value)
        == """\
No plan: the engine stopped itself: 1 thing to put right.
the compiled rules
  a single comparison needs 5 properties and a stack of 2; 240 and 1 are the most that is safe.
  Report this: a single comparison should always fit."""
    )


def test_comparisons_that_do_not_fit() -> None:
    """All of them are reported, before anything is compiled."""
    rules: dict[str, Condition] = {
        "a-number": Below("sign_1", Decimal(3)),
        "a-word": OneOf("age", frozenset({"present"})),
        "a-list": IncludesAny("nothing", frozenset("a")),
    }
    with pytest.raises(EngineFault) as caught:
        Matcher(rules, DOMAINS)
    assert (
        str(caught.value)
        == """\
No plan: the engine stopped itself: 3 things to put right.
the condition of "a-list"
  it asks for nothing, of which it is not said what it can be.
  Declare the finding, or correct its name.
the condition of "a-number"
  it asks for sign_1 as a number, but that is a word.
  Use a comparison that fits the finding.
the condition of "a-word"
  it asks for age as a word, but that is a number of a.
  Use a comparison that fits the finding."""
    )


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "nothing is held of it, not even that it is unknown."),
        (PRESENCE, "it holds a word, but it is declared as a number of a."),
        (
            Numbers(Decimal(3), Decimal(3), "d"),
            "it holds a number of d, but it is declared as a number of a.",
        ),
    ],
)
def test_findings_that_are_not_as_declared(matcher: Matcher, value: Possible | None, what: str) -> None:
    """An absent finding is not read as a normal one, and 3 days are not read as 3 years."""
    values = {name: domain for name, domain in DOMAINS.items() if name != "age"}
    if value is not None:
        values["age"] = value
    with pytest.raises(EngineFault) as caught:
        matcher.evaluate(Findings(values, set()))
    assert [fault.what for fault in caught.value.faults] == [what]


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, **environment},
    )


TRY = """
from decimal import Decimal
from protocol.errors import EngineFault
from protocol.inference.evaluate import Findings
from protocol.inference.formulas import Field, Formula
from protocol.inference.matcher import Matcher
from protocol.possible import Numbers
from protocol.rules.condition import AtLeast
def age(a): return Numbers(Decimal(a), Decimal(a), "a")
def make(): return Matcher({"old": AtLeast("age", Decimal("65.5"))}, {"age": age(0)})
def ask(m): return [str(m.evaluate(Findings({"age": age(a)}, set()))["old"]) for a in ("65.4", "65.5")]
RIGHT = ["does-not-apply", "applies"]
"""


def test_engine_that_was_built_wrongly() -> None:
    """On Python 3.13 a plain install succeeds and the import fails; the remedy is in the message."""
    run = _python(
        """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "durable_rules_engine":
            raise ImportError("undefined symbol: PyEval_CallObject")
sys.meta_path.insert(0, Absent())
"""
        + TRY
        + "make()"
    )
    assert run.returncode == 1
    assert "it cannot be loaded (undefined symbol: PyEval_CallObject)." in run.stderr
    assert 'Reinstall it: CPPFLAGS="-O3 -DPyEval_CallObject=PyObject_CallObject" pip install' in run.stderr


def test_engine_that_answers_wrongly_is_refused() -> None:
    """The questions with known answers are asked before any other."""
    run = _python(
        TRY
        + """
from protocol.inference import matcher
matcher._KNOWN_ANSWERS[(0, 0, 0)] = (1,)
make()
"""
    )
    assert run.returncode == 1
    assert "it answers 0, 0, 0 wrongly." in run.stderr


def test_decimal_comma(tmp_path: Path) -> None:
    """Under a locale that writes 3,5 the answer is right or there is none; back under C it is right again."""
    if not (shutil.which("localedef") and Path("/usr/share/i18n/locales/de_DE").exists()):
        reason = (
            "no localedef with its sources here (Debian: apt install locales), so no decimal comma can be had"
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    made = tmp_path / "de_DE.UTF-8"
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", made], check=True, capture_output=True)
    run = _python(
        TRY
        + """
import locale
before = make()
locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
assert locale.localeconv()["decimal_point"] == ","
for attempt in (lambda: ask(before), lambda: ask(make())):
    try:
        assert attempt() == RIGHT
    except EngineFault as fault:
        print(fault)
locale.setlocale(locale.LC_ALL, "C")
assert ask(before) == RIGHT
assert ask(make()) == RIGHT
""",
        LOCPATH=str(tmp_path),
    )
    assert run.returncode == 0, run.stderr
    assert 'set LC_NUMERIC to "C"' in run.stdout
