"""An engine that is absent, built wrongly, or set to a decimal comma gives no wrong answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


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


def test_engine_that_fails_at_its_first_question() -> None:
    """A session in which nothing has fired may not be dropped: the process would end without a word."""
    run = _python(
        TRY
        + """
from types import SimpleNamespace
from protocol.inference import matcher
def gives_up(*_): raise matcher.durable.error("error code: 101")
matcher.durable = SimpleNamespace(**{**vars(matcher.durable), "start_action_for_state": gives_up})
make()
""",
        MALLOC_PERTURB_="85",
    )
    assert run.returncode == 1
    assert "it gave up: error code: 101." in run.stderr


def test_decimal_comma(tmp_path: Path) -> None:
    """Under a locale that writes 3,5 the answer is right or there is none; back under C it is right again."""
    if not (shutil.which("localedef") and Path("/usr/share/i18n/locales/de_DE").exists()):
        reason = "no localedef with its sources here (Debian: apt install locales), so no decimal comma can be had"
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
