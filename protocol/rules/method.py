"""How an option's dose is worked out where no dose table fits: from the opioids that are taken.

The list of ways is closed; each is a function of `protocol.dosing`, and every number it uses stands in
`formulary/opioid-conversion.yaml`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

__all__ = ["CONTINUING", "Method", "Way"]

Way = Literal["titrate", "rotate", "to-patch", "stepwise", "change-route", "last-days"]

CONTINUING: frozenset[Way] = frozenset({"change-route", "last-days"})
"""Ways that give the same drug on: what bars a start does not bar them, what bars going on does."""

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]


class Method(BaseModel):
    """One way, and what it needs to know.

    `route` narrows what is raised; `product` is what is given then, in `doses_per_day`; `rescue` the product as
    needed; `reason` the finding whose word is a reason of the reductions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Way
    rescue: _Name
    route: str | None = None
    product: _Name | None = None
    doses_per_day: int | None = Field(None, ge=1)
    reason: _Name | None = None

    @model_validator(mode="after")
    def _complete(self) -> Method:
        needed = {
            "titrate": {"route"},
            "rotate": {"product", "doses_per_day", "reason"},
            "to-patch": {"reason"},
            "stepwise": set(),
            "change-route": {"product", "doses_per_day"},
            "last-days": {"product"},
        }[self.by]
        given = {n for n in ("route", "product", "doses_per_day", "reason") if getattr(self, n) is not None}
        if given != needed:
            message = f"the way {self.by} takes {', '.join(['rescue', *sorted(needed)])}"
            raise ValueError(message)
        return self
