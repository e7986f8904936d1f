"""Reads words, lists of words and short texts. A word that is not in its list does not exist."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

from protocol.assessment.complaint import Complaint, did_you_mean, shown
from protocol.assessment.entry import Entry
from protocol.possible import Members, Words

__all__ = ["read_member_list", "read_text", "read_word", "read_words"]

_LONGEST_TEXT = 500
_LONGEST_LIST = 200

# What was not looked at is unknown; reading it as a finding of its own would be read as normal by some rule.
_NOT_LOOKED = frozenset(
    {"unknown", "not_known", "not_done", "not_examined", "not_assessed", "not_discussed", "not_asked"}
)

_ALIASES = {
    "yes": "present",
    "no": "absent",
    "po": "oral",
    "by_mouth": "oral",
    "pr": "rectal",
    "sl": "sublingual",
    "tm": "transmucosal",
    "sc": "subcutaneous",
    "iv": "intravenous",
    "td": "transdermal",
    "epi": "epidural",
    "it": "intrathecal",
    "im": "intramuscular",
    "prn": "as-needed",
    "when_needed": "as-needed",
    "csci": "infusion",
    "ir": "immediate-release",
    "mr": "modified-release",
}


def _folded(word: str) -> str:
    return "_".join(unicodedata.normalize("NFC", word).lower().replace("-", " ").replace("_", " ").split())


def _find(word: str, words: tuple[str, ...]) -> str | None:
    """The word of the list that is meant, whatever its case, hyphens and aliases."""
    folded = _folded(word)
    table = {_folded(known): known for known in words}
    if folded in table:
        return table[folded]
    alias = _ALIASES.get(folded)
    if alias in words:
        return alias
    if alias == "absent" and "none" in words:
        return "none"
    return "none" if folded == "absent" and "none" in words else None


def read_word(raw: Any, words: tuple[str, ...], unanswered: tuple[str, ...] = ()) -> str | Complaint | None:  # noqa: ANN401
    """The word of the list, None where it says that nobody looked, or why it is neither."""
    if isinstance(raw, bool):
        told = "present" if raw else "absent"
        if told in words:
            return Complaint(f"is {shown(raw)}.", "true and false are not answers; write present or absent:", told)
        return Complaint(f"is {shown(raw)}.", did_you_mean("", words))
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if isinstance(raw, Decimal) or not isinstance(raw, str):
        return Complaint(f"is {shown(raw)}, but a word belongs here.", did_you_mean("", words))
    found = _find(raw, words)
    if found is None and _folded(raw) not in _NOT_LOOKED.union(unanswered):
        return Complaint(f"is {shown(raw)}, which is not one of its words.", did_you_mean(raw, words))
    return found


def read_words(entry: Entry, words: tuple[str, ...], unanswered: tuple[str, ...]) -> Words | Complaint | None:
    """The words that may hold: one, or the alternatives of `one_of`."""
    if entry.alternatives is None:
        word = read_word(entry.value, words, unanswered)
        return Words(frozenset({word})) if isinstance(word, str) else word
    found = set()
    for item in entry.alternatives:
        word = read_word(item, words, unanswered)
        if isinstance(word, Complaint):
            return Complaint(f"names an alternative that {word.what}", word.remedy, word.write, ("one_of",))
        if word is None:
            return None
        found.add(word)
    return Words(frozenset(found))


def read_member_list(entry: Entry, words: tuple[str, ...]) -> Members | Complaint | None:
    """The words listed; every other word stays possible. `[none]` says that there is nothing to list."""
    if entry.alternatives is not None:
        return Complaint("gives alternatives, but a list is asked for.", "List what is surely there.")
    if not isinstance(entry.value, list):
        return Complaint(f"is {shown(entry.value)}, but a list belongs here.", "Write, for example:", f"[{words[0]}]")
    if entry.value == ["none"]:
        return Members(frozenset(), frozenset())
    found = set()
    for item in entry.value[:_LONGEST_LIST]:
        word = read_word(item, words)
        if isinstance(word, Complaint):
            return Complaint(f"holds an item that {word.what}", word.remedy)
        if word is not None:
            found.add(word)
    return Members(frozenset(found), frozenset(words))


def read_text(raw: Any) -> str | Complaint:  # noqa: ANN401
    """A short text: NFC, trimmed, on one line."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return Complaint(f"is {shown(raw)}, but a text belongs here.", "Write it in quotes.")
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if len(text) > _LONGEST_TEXT:
        return Complaint(f"has {len(text)} characters.", f"Write at most {_LONGEST_TEXT}.")
    if not text.isprintable():
        return Complaint("holds a character that cannot be printed.", "Take it out.")
    return text
