"""The fence around durable_rules: whatever is thrown over it, the answer is right or there is none."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import durable_rules_engine as durable
import pytest

from protocol.errors import EngineFault
from protocol.inference import matcher as fence
from protocol.inference.matcher import Matcher
from tests.edges.matcher_cases import DOMAINS, EXPECTED, PATIENTS, RULES


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
