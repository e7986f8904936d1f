"""A patient of whom everything is said: the choice that the solver would have to make to be that patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from protocol.possible import Members, Numbers, Possible, Words
from protocol.verify.logic import Formula, no
from protocol.verify.patient import Patient
from protocol.verify.shapes import ListShape, NumberShape, Shape, WordShape

__all__ = ["pinned"]


def pinned(patient: Patient, chosen: Iterable[str], values: Mapping[str, Possible]) -> list[Formula]:
    """What must hold so that each chosen finding is exactly the set that it is given; a finding without one is free.

    What is only known of a current medicine has no value for the patient as a whole.
    """
    given = (finding for finding in sorted(chosen) if finding in values)
    return [part for finding in given for part in _pin(patient.shape(finding), values[finding])]


def _pin(shape: Shape, value: Possible) -> Iterator[Formula]:
    match shape, value:
        case WordShape(can), Words(options):
            yield from (may if word in options else no(may) for word, may in can.items())
        case ListShape(listed, possible), Members(there, perhaps):
            yield from (sure if word in there else no(sure) for word, sure in listed.items())
            yield from (may if word in perhaps else no(may) for word, may in possible.items())
        case NumberShape(marks, low, high, point), Numbers(least, most):
            yield from (end if marks.rank(least) >= rank else no(end) for rank, end in low.items())
            yield from (end if marks.rank(most) >= rank else no(end) for rank, end in high.items())
            yield point if least == most else no(point)
        case _:
            message = "a finding is given a value of another kind"
            raise TypeError(message)
