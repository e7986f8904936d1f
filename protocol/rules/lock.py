"""ruleset.lock: the revision and digest of each rule, and the parsed ruleset for quick loading.

Content that changed without a new revision is a fault: a site that signed a rule must be able to see that it
is no longer the one it signed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from protocol.errors import Fault
from protocol.rules.load import canonical, load_ruleset, read_folder
from protocol.rules.locked import FORMAT, LOCK, file_digests
from protocol.rules.ruleset import Ruleset

__all__ = ["content_digest", "lock_faults", "write_lock"]


def write_lock(folder: Path) -> str:
    """Write the lock of a ruleset that loads, and answer its digest.

    Raises:  RulesetError when the ruleset cannot be read.
    """
    documents = read_folder(folder)
    ruleset = load_ruleset(folder, locked=False)
    lock = {
        "format": FORMAT,
        "digest": ruleset.digest,
        "files": file_digests(folder),
        "rules": {
            name: {"revision": revision, "digest": digest} for name, (revision, digest) in _entries(ruleset).items()
        },
        "content": {name: document.data for name, document in sorted(documents.items())},
    }
    (folder / LOCK).write_text(canonical(lock) + "\n", encoding="utf-8")
    return ruleset.digest


def lock_faults(folder: Path) -> list[Fault]:
    """What the lock says against the files: changed rules with an old revision, or no lock at all."""
    place = folder / LOCK
    if not place.is_file():
        return [Fault(f"{folder.name}/{LOCK}", "the ruleset has no lock", "write it: mps lock")]
    lock = json.loads(place.read_text(encoding="utf-8"))
    ruleset = load_ruleset(folder, locked=False)
    faults = []
    for name, (revision, digest) in _entries(ruleset).items():
        locked = lock["rules"].get(name)
        if locked and locked["digest"] != digest and locked["revision"] >= revision:
            item = ruleset.items[name]
            what = f"{name} has changed and still has revision {revision}"
            faults.append(
                Fault(item.file, what, f"give it revision {revision + 1}, then: mps lock", *item.position(()))
            )
    if not faults and lock["digest"] != ruleset.digest:
        faults.append(Fault(f"{folder.name}/{LOCK}", "the lock is older than the files", "write it anew: mps lock"))
    return faults


def content_digest(content: Any) -> str:  # noqa: ANN401 - any JSON content
    """SHA-256 of canonical content."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _entries(ruleset: Ruleset) -> dict[str, tuple[int, str]]:
    """Revision and digest of each rule and drug; what its file says counts, and nothing that reading adds."""
    revisions = {rule.rule: rule.revision for rule in ruleset.rules}
    revisions |= {drug.drug: drug.revision for drug in ruleset.drugs.values()}
    return {name: (revision, _digest(ruleset.items[name].data)) for name, revision in sorted(revisions.items())}


def _digest(content: dict[str, Any]) -> str:
    return content_digest({key: value for key, value in content.items() if key != "revision"})
