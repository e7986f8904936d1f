"""How the parts of a plan are said: doses as one would prescribe them, times, urgency, standing, evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from protocol.plan.model import CitedSource, Dose, Fact, Grade, Reason, Refer, RescueDose, Start
from protocol.render.page import clean, lowered
from protocol.rules.settings import Source

__all__ = [
    "URGENCY",
    "arm_text",
    "citation",
    "cited",
    "dose_line",
    "evidence",
    "fact_text",
    "grade_text",
    "grades_text",
    "listed",
    "moment",
    "refer_text",
    "rescue_line",
    "standing",
    "start_text",
    "words",
]

URGENCY = {"E0": "NOW", "E1": "WITHIN 4 H", "E2": "WITHIN 24 H", "E3": "WITHIN 7 DAYS"}
"""How soon an alert must be acted on."""

_MOST_SOURCES = 3
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|\+00:00)")
_ROUTES = {
    "oral": "by mouth",
    "rectal": "by rectum",
    "sublingual": "under the tongue",
    "buccal": "in the cheek",
    "transmucosal": "through the lining of mouth or nose",
    "subcutaneous": "subcutaneously",
    "intravenous": "intravenously",
    "transdermal": "through the skin",
    "topical": "on the skin",
    "epidural": "epidurally",
    "intrathecal": "intrathecally",
    "intramuscular": "intramuscularly",
    "inhaled": "inhaled",
}
_UNITS = {
    "mg/(24.h)": "mg over 24 h",
    "microgram/(24.h)": "microgram over 24 h",
    "g/(24.h)": "g over 24 h",
    "microgram/h": "microgram per hour",
    "mg/h": "mg per hour",
    "mg/kg/(24.h)": "mg per kg over 24 h",
}
_STANDING = {
    "stated": "as entered",
    "absent": "not entered",
    "stale": "entered, but too old to use",
    "undated": "entered without a date, so not usable",
    "closed": "not listed in a list that was checked",
    "conflict": "contradicted by another entry",
    "derived": "worked out",
}
_PROVENANCE = {
    "guideline": "from a guideline",
    "label": "from the product's label",
    "case-series": "from case reports",
    "consensus": "by consensus of experts",
    "engine-choice": "chosen by the authors of these rules",
}
_VERIFIED = {
    "yes": "checked against the source",
    "partly": "partly checked against the source",
    "no": "not checked against the source",
}
_READ = {
    "full": "read in full",
    "abstract": "abstract read",
    "extract": "extract read",
    "secondary": "known through another source",
    "memory": "from memory, not read",
    "none": "not read",
}


_SHORT = {
    "cns": "CNS",
    "ecg": "ECG",
    "inr": "INR",
    "maoi": "MAO inhibitor",
    "mps": "MPS",
    "mri": "MRI",
    "nsaid": "NSAID",
    "ppi": "PPI",
    "qt": "QT",
    "qtc": "QTc",
    "snri": "SNRI",
    "ssri": "SSRI",
    "tca": "tricyclic",
}
"""Abbreviations of the field: ids write them small, readers do not."""


def words(name: str) -> str:
    """An id as words: `spinal-instability` is "spinal instability"."""
    parts = clean(name.replace("_", " ").replace("-", " ")).split()
    return " ".join(_SHORT.get(part, part) for part in parts)


def arm_text(arm: str) -> str:
    """An arm as a heading; its hyphen belongs to the word."""
    return clean(arm.replace("_", " ")).capitalize()


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Parts as "a, b and c"; each once, in the order given."""
    unique = list(dict.fromkeys(part for part in map(clean, parts) if part))
    if len(unique) < 2:  # noqa: PLR2004 - one part needs no joining word
        return "".join(unique)
    return f"{', '.join(unique[:-1])} {last} {unique[-1]}"


def moment(text: str) -> str:
    """A time as a reader says it, in UTC; whatever is not a time stays as it is."""

    def spoken(match: re.Match[str]) -> str:
        year, month, day, clock = match.groups()
        if not 1 <= int(month) <= len(_MONTHS):
            return match[0]
        return f"{int(day)} {_MONTHS[int(month) - 1]} {year}, {clock} UTC"

    return _MOMENT.sub(spoken, clean(text))


def _amount(amount: str, unit: str) -> str:
    return f"{amount} {_UNITS.get(unit, unit)}"


def _how(route: str, form: str, title: str) -> str:
    """Form and route, unless the title has said them."""
    said = title.lower()
    way = _ROUTES.get(route, words(route))
    parts = []
    if form and form.lower() not in said and words(form) not in words(said):
        parts.append(form)
    if not (way in said or route in said):
        parts.append(way)
    return " ".join(parts)


def dose_line(dose: Dose, title: str) -> str:
    """The dose as one would prescribe it: form, route, amount, interval, timing, the most in 24 h."""
    parts = [p for p in (_how(dose.route, dose.form, title), _amount(dose.amount, dose.unit)) if p]
    if dose.every:
        parts.append(f"{'changed every' if dose.form in ('patch', 'plaster') else 'every'} {dose.every}")
    line = " ".join(parts)
    if dose.timing:
        line += f", {dose.timing}"
    if dose.maximum:
        most = dose.maximum if any(c.isalpha() for c in dose.maximum) else _amount(dose.maximum, dose.unit)
        line += f", at most {most} in 24 h"
    return clean(line)


def rescue_line(rescue: RescueDose, dose: Dose | None) -> str:
    """The as-needed dose. Its number of doses is a call for review, never a limit: the words must say so."""
    same = dose is not None and (rescue.route, rescue.form) == (dose.route, dose.form)
    how = "" if same else _how(rescue.route, rescue.form, "")
    often = f"not more often than every {rescue.every}, review after {rescue.at_most} in 24 h"
    return clean(f"as needed {how} {_amount(rescue.amount, rescue.unit)}, {often}")


def start_text(start: Start) -> str:
    """When the line begins, and why not sooner."""
    text = "now" if start.when == "now" else f"after {moment(start.after or 'the step before')}"
    return f"{text}, because {lowered(moment(start.because))}" if start.because else text


def refer_text(refer: Refer) -> str:
    """Who decides, and by when."""
    return clean(f"{refer.to}, within {refer.within}")


def grade_text(grade: Grade) -> str:
    """A mechanism by its short name, and the grades still possible."""
    return f"{words(grade.finding)} ({grades_text(grade)})"


def grades_text(grade: Grade) -> str:
    """The grades still possible."""
    return listed(map(words, grade.grades), "or") or "cannot be told"


def fact_text(fact: Fact) -> str:
    """A finding with its value, and where it is from when that is not simply as entered."""
    note = "" if fact.standing in ("stated", "derived") else f" ({_STANDING.get(fact.standing, fact.standing)})"
    return f"{fact.title} {fact.value}{note}"


def standing(fact: Fact) -> str:
    """Where a finding is from, and of when."""
    origin = _STANDING.get(fact.standing, words(fact.standing))
    return f"{origin}, {moment(fact.at)}" if fact.at else origin


def cited(cite: Iterable[CitedSource]) -> str:
    """The ids of the first sources, in brackets; the places in them are printed with the full reasons."""
    ids = list(dict.fromkeys(c.source for c in cite))
    more = [f"{len(ids) - _MOST_SOURCES} more"] if len(ids) > _MOST_SOURCES else []
    return f"[{'; '.join([*ids[:_MOST_SOURCES], *more])}]"


def evidence(reason: Reason) -> str:
    """Strength, certainty and origin in words."""
    strength = "good practice" if reason.strength == "good-practice" else f"{words(reason.strength)} recommendation"
    origin = _PROVENANCE.get(reason.provenance, words(reason.provenance))
    checked = _VERIFIED.get(reason.verified, words(reason.verified))
    return f"{strength}, {words(reason.certainty)} certainty; {origin}; {checked}"


def citation(cite: CitedSource, sources: Mapping[str, Source]) -> str:
    """A source in full where it is known, else its id."""
    place = f", at: {cite.at}" if cite.at else ""
    source = sources.get(cite.source)
    if source is None:
        return f"{cite.source}{place}"
    links = (("doi:", source.doi), ("PMID ", source.pmid), ("", source.url))
    found = "".join(f" {lead}{link}" for lead, link in links if link)
    return f"{source.cite.rstrip('.')}{place}.{found} ({_READ[source.read]}; id {cite.source})"
