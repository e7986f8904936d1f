"""The commands about rules: check, new, lock; and where the shipped rules are."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import protocol
from protocol.cli.terminal import UsageError, reason
from protocol.errors import Fault, RulesetError
from protocol.rules.load import load_ruleset
from protocol.rules.ruleset import Ruleset
from protocol.rules.skeleton import skeleton

__all__ = ["check", "folder_of", "loaded", "lock", "new"]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check(options: argparse.Namespace) -> None:
    """Check a ruleset; all its faults at once."""
    from protocol.inference.check import check_ruleset  # noqa: PLC0415 - slow to load, and this command's alone

    folder = folder_of(options.folder)
    with _readable(folder):
        faults = check_ruleset(folder)
    if faults:
        raise RulesetError(*faults)
    sys.stdout.write(f"{folder}: no fault; every rule's own examples hold.\n")


def lock(options: argparse.Namespace) -> None:
    """Write the lock of a ruleset, signed or not."""
    from protocol.rules.lock import write_lock  # noqa: PLC0415 - this command's alone
    from protocol.rules.sign_off import Signature, sign  # noqa: PLC0415 - this command's alone

    folder = folder_of(options.folder)
    try:
        if options.sign:
            now = datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251 - the command line reads the clock
            site, name, role = options.sign
            digest = sign(folder, Signature(site, name, role, now))
            sys.stdout.write(f"{folder / 'ruleset.yaml'}: signed by {name} for {site}\n")
        else:
            digest = write_lock(folder)
    except OSError as error:
        what = f"the lock cannot be written: {reason(error)}"
        raise RulesetError(Fault(str(folder), what, "Name a folder that you may write to.")) from None
    sys.stdout.write(f"{folder / 'ruleset.lock'}: written, digest {digest}\n")


def new(options: argparse.Namespace) -> None:
    """Write the first draft of a rule file; nothing that exists is touched."""
    folder = folder_of(options.folder)
    _may_begin(folder, options.kind, options.id)
    path, text = skeleton(options.kind, options.id)
    target = folder / path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        what = "the file is there already, and was left as it is"
        raise UsageError(Fault(str(target), what, "Choose another id, or edit that file.")) from None
    except OSError as error:
        what = f"the file cannot be written: {reason(error)}"
        raise UsageError(Fault(str(target), what, "Name a ruleset that you may write to.")) from None
    sys.stdout.write(f"{target}\nReplace every word that says so, then run: mps check {folder}\n")


def _may_begin(folder: Path, kind: str, name: str) -> None:
    if not _ID.fullmatch(name):
        remedy = "Write small letters, digits and single hyphens, such as no-nsaid-in-ulcer."
        raise UsageError(Fault("mps new", f'"{name}" is not an id', remedy))
    if not (folder / "ruleset.yaml").is_file():
        remedy = "Name the folder of a ruleset, such as rulesets/malignant-psoas-syndrome."
        raise UsageError(Fault(str(folder), "this folder holds no ruleset.yaml", remedy))
    key = "drug" if kind == "drug" else "rule"
    # At the margin or as the first key of a list item: elsewhere the same words only name it.
    defined = re.compile(rf"^(- )?{key}: *[\"']?{re.escape(name)}[\"']? *(#.*)?$", re.MULTILINE)
    for file in sorted(folder.rglob("*.yaml")):
        if defined.search(file.read_text(encoding="utf-8", errors="replace")):
            what = f"{name} stands in this file already"
            raise UsageError(Fault(str(file), what, "Ids are permanent and used once: choose another one."))


def loaded(named: str | None) -> Ruleset:
    """The ruleset as named, or the shipped one.

    Raises:  RulesetError with every fault.
    """
    folder = folder_of(named)
    with _readable(folder):
        return load_ruleset(folder)


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """What the system will not read is a fault of the ruleset, said like any other."""
    try:
        yield
    except OSError as error:
        what = f"the ruleset cannot be read: {reason(error)}"
        remedy = "Name the folder of a ruleset that you may read."
        raise RulesetError(Fault(str(error.filename or folder), what, remedy)) from None


def _shelf() -> Path:
    """The folder that holds the shipped rulesets: inside an installed package, else beside it."""
    here = Path(str(protocol.__file__)).parent
    packaged = here / "_rulesets"
    return packaged if packaged.is_dir() else here.parent / "rulesets"


def folder_of(named: str | None) -> Path:
    """The folder of a ruleset: as named, by its id among the shipped ones, or the only shipped one."""
    shipped = sorted(path.parent for path in _shelf().glob("*/ruleset.yaml"))
    if named is None:
        if len(shipped) != 1:
            what = f"the rulesets here are: {', '.join(path.name for path in shipped) or 'none'}"
            raise RulesetError(Fault(str(_shelf()), what, "Name the folder or the id of one ruleset."))
        return shipped[0]
    by_id = [path for path in shipped if path.name == named and not Path(named).exists()]
    return by_id[0] if by_id else Path(os.path.normpath(named))
