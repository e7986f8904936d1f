"""The command line. Names and exit codes are a contract; nothing is decided here.

Only this package reads the clock, the environment and the terminal. A command's module is imported when the
command is run, so that `mps terms` never loads the engine.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from protocol.cli.terminal import complain
from protocol.errors import EngineFault, ProtocolError
from protocol.rules.skeleton import KINDS

__all__ = ["main"]

_DONE, _ENGINE, _INTERRUPTED = 0, 5, 130
_EXIT_CODES = "Exit codes: 0 done, 2 usage, 3 assessment is wrong, 4 ruleset is wrong, 5 no plan, 6 audit is broken."
_SCHEMAS = ("assessment", "episode", "plan", "episode-plan", "rule", "drug", "vocabulary")
_FILE = "an assessment, or an episode of several, in YAML or JSON; - reads the standard input"
_RULESET = "the folder or the id of a ruleset; the shipped one if not given"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer its exit code: 0 done, 2 usage, 3 assessment, 4 ruleset, 5 engine."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    options = _parser().parse_args(arguments)
    module, _, function = options.run.partition(".")
    try:
        getattr(import_module(f"protocol.cli.{module}"), function)(options)
        sys.stdout.flush()
    except ProtocolError as error:
        return _explain(error)
    except BrokenPipeError:
        # The reader (`head`, `less`) has seen enough; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        if os.environ.get("MPS_DEBUG") == "1":  # noqa: TID251 - the command line reads the environment
            raise
        complain("No plan: the program met something it was not made for, and stopped.")
        complain(f"  {type(error).__name__}: {error}")
        complain("  Report this with the input. MPS_DEBUG=1 shows where it happened.")
        return _ENGINE
    return _DONE


def _explain(error: ProtocolError) -> int:
    complain(str(error))
    if isinstance(error, EngineFault):
        found = error.agreed_red_flags
        complain("Red flags that both evaluators raise:" if found else "Both evaluators agree on no red flag.")
        for flag in found:
            complain(f"  {flag}")
    return error.exit_code


def _editing(command: Callable[[str, str, str], argparse.ArgumentParser]) -> Iterator[argparse.ArgumentParser]:
    """The commands of those who write a ruleset, sign it and print it."""
    new = command("new", "rules.new", "Write the first draft of a rule file")
    new.add_argument("kind", metavar="KIND", choices=tuple(KINDS), help=", ".join(KINDS))
    new.add_argument("id", metavar="ID", help="small letters, digits and single hyphens")
    yield new
    lock = command("lock", "rules.lock", "Write ruleset.lock")
    lock.add_argument(
        "--sign",
        nargs=3,
        metavar=("SITE", "NAME", "ROLE"),
        help="sign the rules as they stand for a site: its name, who signs, and in which role",
    )
    yield lock
    book = command("book", "book.book", "Write the whole ruleset as one document for those who sign it")
    book.add_argument("--out", metavar="FOLDER", help="write the book into this folder; printed if not given")
    book.add_argument("--format", choices=("markdown", "html"), default="markdown", help="a text, or a page to print")
    yield book


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mps",
        description="From a pain assessment to a stepwise plan that says why, line by line.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: str, about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=f"{about}.", epilog=_EXIT_CODES, allow_abbrev=False)
        made.set_defaults(run=run)
        return made

    def about_patient(name: str, run: str, about: str) -> argparse.ArgumentParser:
        made = command(name, run, about)
        made.add_argument("file", metavar="FILE", help=_FILE)
        made.add_argument("--ruleset", metavar="DIR", help=_RULESET)
        return made

    plan = about_patient("plan", "plans.plan", "Print the plan of an assessment")
    plan.add_argument("--format", choices=("text", "json"), default="text", help="for people, or for programs")
    plan.add_argument("--everything", action="store_true", help="leave nothing out of the text")
    why = about_patient("why", "explaining.why", "Explain one line, alert, mechanism or number of the plan")
    why.add_argument("name", metavar="LINE", help="the word in [brackets] at the line's end")
    why_not = about_patient(
        "why-not", "explaining.why_not", "Explain why an option is not offered, and what would change it"
    )
    why_not.add_argument("name", metavar="OPTION", help="the option's id")
    what_if = about_patient("what-if", "explaining.what_if", "Print how the plan differs with other facts")
    what_if.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        required=True,
        help='laboratory.creatinine="180 umol/L"; the value unknown forgets; may be given several times',
    )
    ask = about_patient("ask", "explaining.ask", "Print every question and fact that could change the plan")
    for made in (why, why_not, what_if, ask):
        made.add_argument("--format", choices=("text", "json"), default="text", help="for people, or for programs")
    check = command("check", "rules.check", "Check a ruleset and run every rule's own examples")
    verify = command("verify", "verify.prove", "Prove the safety properties of a ruleset, or show who breaks them")
    verify.add_argument("--json", action="store_true", help="everything, for programs")
    verify.add_argument("--only", metavar="PROPERTY", action="append", help="one property; may be given again")
    verify.add_argument("--keep", metavar="FOLDER", help="write each counterexample into this folder as a fixture")
    verify.add_argument("--release", action="store_true", help="slower: ask a second solver, and of each exception")
    mutants = command("mutate", "mutate.try_mutants", "Edit the rules wrongly, one edit at a time, and see who notices")
    mutants.add_argument("--sample", metavar="N", type=int, default=0, help="so many of them; all if not given")
    mutants.add_argument("--seed", metavar="S", type=int, default=0, help="which sample; the same seed draws the same")
    mutants.add_argument("--jobs", metavar="N", type=int, default=0, help="on so many cores; all if not given")
    cover = command("coverage", "mutate.cover", "Tell which comparisons the examples show true, false and unknown")
    for made in (mutants, cover):
        made.add_argument("--format", choices=("text", "json"), default="text", help="for people, or for programs")
    diff = command("diff", "diff.compare_rulesets", "Tell what changed between two rulesets, for whom and how")
    diff.add_argument("old", metavar="OLD", help="the folder or the id of the older ruleset")
    diff.add_argument("new", metavar="NEW", help="the folder or the id of the newer one")
    diff.add_argument("--cohort", metavar="N", type=int, default=0, help="plan so many drawn patients by both")
    diff.add_argument("--seed", metavar="S", type=int, default=0, help="which patients; the same seed draws the same")
    diff.add_argument("--format", choices=("text", "json"), default="text", help="for people, or for programs")
    for made in (check, verify, mutants, cover, *_editing(command)):
        made.add_argument("folder", metavar="DIR", nargs="?", help=_RULESET)
    schema = command("schema", "words.schema", "Print the JSON Schema of a document")
    schema.add_argument("document", choices=_SCHEMAS)
    command("terms", "words.terms", "Print every word of the closed lists with its meaning")
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="the version, and that of the rule engine")
    return parser


class _ShowVersion(argparse.Action):
    """Looks the versions up only when they are asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import_module("protocol.cli.words").version()
        parser.exit()
