"""From complaints about entries to faults of a document: field, place in the file, remedy."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from protocol.assessment.complaint import COMPLAINTS, Complaint, did_you_mean, shown
from protocol.document import Document
from protocol.errors import Fault

__all__ = ["faults_of", "located"]

Path = tuple[str | int, ...]


def located(path: Path, complaint: Complaint, document: Document | None, *, of_key: bool = False) -> Fault:
    """One fault, in the words of the complaint, at its place."""
    full = (*path, *complaint.below)
    name = dotted(full) or "the document"
    remedy = complaint.remedy
    if complaint.write:
        key = next((str(part) for part in reversed(full) if isinstance(part, str)), "")
        remedy = f"{remedy} {key}: {complaint.write}" if key else f"{remedy} {complaint.write}"
    if document is None:
        return Fault(name, f"{name} {complaint.what}", remedy)
    return Fault(document.name, f"{name} {complaint.what}", remedy, *document.position(full, of_key=of_key))


def dotted(path: Path) -> str:
    """A path as it is written in questions and rules: medicines.current[0].dose."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def faults_of(
    error: ValidationError, model: type[BaseModel], document: Document | None, noun: str = "the assessment"
) -> list[Fault]:
    """Every fault that reading found; `noun` is what the document is called."""
    faults = []
    for entry in error.errors(include_url=False):
        path: Path = tuple(entry["loc"])
        match entry["type"]:
            case kind if kind == COMPLAINTS:
                complaints: tuple[Complaint, ...] = entry["ctx"]["all"]
                faults += [located(path, complaint, document) for complaint in complaints]
            case "extra_forbidden":
                known = _siblings(model, path[:-1])
                complaint = Complaint(f"is not a field of {noun}.", did_you_mean(str(path[-1]), known))
                faults.append(located(path, complaint, document, of_key=True))
            case "missing":
                faults.append(located(path, Complaint("is missing.", "Write it; nothing stands in for it."), document))
            case _:
                faults.append(located(path, _other(entry), document))
    return faults


def _other(entry: Any) -> Complaint:  # noqa: ANN401 - pydantic's own shape
    if entry["type"] in ("tuple_type", "list_type"):
        return Complaint(
            f"is {shown(entry['input'])}, but a list belongs here.", "Write [] when there is nothing to list."
        )
    return Complaint(f"is {shown(entry['input'])}, which does not fit here.", "See `mps schema assessment`.")


def _siblings(model: type[BaseModel], path: Path) -> list[str]:
    """The names that may stand where an unknown one stood."""
    here: Any = model
    for part in path:
        if isinstance(part, str):
            here = _inner(next(f for n, f in here.model_fields.items() if part in (n, f.alias)).annotation)
    return [field.alias or name for name, field in here.model_fields.items()]


def _inner(annotation: Any) -> Any:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(found for part in annotation.__args__ if part not in (type(None), ...) for found in [_inner(part)])
