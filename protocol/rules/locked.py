"""Reads the parsed ruleset out of its lock, when the lock is as new as the files.

Parsing YAML costs some milliseconds a file; the lock holds the same content as one JSON text.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from protocol.document import Document

__all__ = ["FORMAT", "LOCK", "file_digests", "locked_documents"]

LOCK = "ruleset.lock"
FORMAT = 1


def locked_documents(folder: Path) -> dict[str, Document] | None:
    """The documents as the lock holds them, or None when the lock is absent or older than the files."""
    place = folder / LOCK
    if not place.is_file():
        return None
    lock = json.loads(place.read_text(encoding="utf-8"))
    if lock.get("format") != FORMAT or lock.get("files") != file_digests(folder):
        return None
    return {name: Document(name, content) for name, content in lock["content"].items()}


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every rule file by its path below the folder."""
    files = sorted(folder.rglob("*.yaml"))
    return {f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
