"""A site's sign-off: who answers for which content of a ruleset, at which site, written into its own copy.

What is signed is the digest. A ruleset that changes afterwards has another one, and its plans say again that it
is not signed off.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import Fault, RulesetError
from protocol.rules.load import load_ruleset
from protocol.rules.lock import write_lock

__all__ = ["Signature", "sign"]

_FILE = "ruleset.yaml"
_KEY = "sign_off:"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, in which role, for which site, and when (text with its offset)."""

    site: str
    name: str
    role: str
    at: str


def sign(folder: Path, signature: Signature) -> str:
    """Add a signature of the content as it stands, write the lock, and answer the digest that was signed.

    Raises:  RulesetError when the ruleset cannot be read, an entry is empty, or the list of signatures is not the
             last part of its file, where it can be added to without touching anything else.
    """
    digest = load_ruleset(folder, locked=False).digest
    place = folder / _FILE
    empty = [word for word in ("site", "name", "role") if not getattr(signature, word).strip()]
    if empty:
        what = f"the {empty[0]} of a signature is empty"
        raise RulesetError(Fault(f"{folder.name}/{_FILE}", what, "name the site, the person and the role"))
    text = place.read_text(encoding="utf-8").rstrip("\n") + "\n"
    keys = [line for line in text.splitlines() if line[:1].isalpha()]
    if any(line.startswith(_KEY) for line in keys) and not keys[-1].startswith(_KEY):
        what = "sign_off is not the last part of the file"
        raise RulesetError(Fault(f"{folder.name}/{_FILE}", what, "move it to the end of the file, then sign again"))
    entry = {"site": signature.site, "name": signature.name, "role": signature.role, "at": signature.at}
    head = "" if any(line.startswith(_KEY) for line in keys) else f"{_KEY}\n"
    # JSON is YAML: a name with a colon or a quote in it stays what it is.
    line = json.dumps(entry | {"digest": digest}, ensure_ascii=False)
    place.write_text(f"{text}{head}  - {line}\n", encoding="utf-8")
    write_lock(folder)
    return digest
