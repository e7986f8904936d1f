"""What is taken, what was tried, and what thins the blood."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from protocol.assessment.complaint import Complaint, complain, shown
from protocol.assessment.datum import Datum
from protocol.assessment.field import Finding, amount, moment, name, one_word, score, word
from protocol.assessment.group import Group, Record
from protocol.possible import Numbers, Words

__all__ = ["Anticoagulant", "Medicine", "Medicines", "PreviousTreatment"]

_MOST_DOSES = 100
_MOST_DAYS = 14


def _counts(raw: Any) -> Any:  # noqa: ANN401
    """As-needed doses taken on each recorded day; null for a day that was not recorded."""
    if raw is None or raw == "unknown":
        return None
    if not isinstance(raw, list) or len(raw) > _MOST_DAYS:
        raise complain(
            Complaint(
                f"is {shown(raw)}, but a list with one count for each day belongs here.",
                "Write, for example:",
                "[2, 3]",
            )
        )
    for count in raw:
        if isinstance(count, bool) or not (count is None or (isinstance(count, int) and 0 <= count <= _MOST_DOSES)):
            raise complain(
                Complaint(
                    f"holds {shown(count)}, but each day has a whole number of doses.",
                    "Write, for example:",
                    "[2, 3]",
                )
            )
    return tuple(raw)


_DOSE = (
    "mass", "mass per time", "mass per mass", "mass per mass and time", "volume", "biological activity",
    "amount of substance", "count of tablet", "count of capsule", "count of sachet", "count of patch",
    "count of drop", "count of puff", "count of application", "count of suppository",
)  # fmt: skip
_STRENGTH = (*_DOSE, "mass concentration", "inhibitor activity")


class Medicine(Record):
    """One current medicine. What is left out is unknown; totals that need it are then unknown too."""

    drug: Annotated[str, name("International name, without route or form.", required=True)]
    route: Annotated[str | None, one_word("route", "How it enters the body.")] = None
    form: Annotated[str | None, one_word("form", "How it is made up.")] = None
    strength: Annotated[Numbers | None, amount("Strength of the product.", "10 mg/mL", _STRENGTH)] = None
    dose: Annotated[Numbers | None, amount("One dose, or the rate of a patch or pump.", "30 mg", _DOSE)] = None
    every: Annotated[
        Numbers | None, amount("Time between doses, or between changes of a patch.", "12 h", ("time",))
    ] = None
    schedule: Annotated[str | None, one_word("schedule", "When it is taken.")] = None
    prn_taken: Annotated[
        tuple[int | None, ...] | None,
        BeforeValidator(_counts),
        Field(description="As-needed doses taken on each recorded day, newest last.", examples=[[2, 3]]),
    ] = None
    incident_only: Annotated[str | None, one_word("presence", "As-needed doses are taken before movement only.")] = None
    started_at: Annotated[datetime | None, moment("When it was started.")] = None
    changed_at: Annotated[datetime | None, moment("When its dose was last changed.")] = None
    last_dose_at: Annotated[datetime | None, moment("When it was last taken.")] = None
    indication: Annotated[str | None, one_word("indication", "What it is taken for.")] = None
    adherence: Annotated[str | None, one_word("adherence", "How much of it is taken.")] = None
    baseline_average: Annotated[
        Numbers | None, score(0, 10, 8, "Average pain score when it was started.", record=True)
    ] = None
    source: Annotated[str | None, one_word("source", "Where this entry comes from.")] = None


class PreviousTreatment(Record):
    """One treatment tried before, and what came of it."""

    drug_class: Annotated[
        str | None,
        Field(alias="class"),
        name("Class of drug, or kind of treatment."),
    ] = None
    agent: Annotated[str | None, name("Drug or regimen.")] = None
    max_dose: Annotated[Numbers | None, amount("Highest dose reached.", "120 mg/(24.h)")] = None
    duration: Annotated[Numbers | None, amount("How long it was taken.", "14 d", ("time",))] = None
    started_at: Annotated[datetime | None, moment("When it began.")] = None
    stopped_at: Annotated[datetime | None, moment("When it ended.")] = None
    response: Annotated[str | None, one_word("response", "What it did for the pain.")] = None
    stop_reason: Annotated[str | None, one_word("stop-reason", "Why it ended.")] = None
    source: Annotated[str | None, one_word("source", "Where this entry comes from.")] = None

    @model_validator(mode="after")
    def _named(self) -> PreviousTreatment:
        if not self.drug_class and not self.agent:
            raise complain(
                Complaint(
                    "names neither a class nor an agent.",
                    "Write one of them, for example:",
                    "{class: gabapentinoid}",
                )
            )
        return self


class Anticoagulant(Group):
    """The anticoagulant taken; `agent: none` says that there is none."""

    agent: Annotated[
        str | None,
        name("Its name, or none; write it among the current medicines too."),
    ] = None
    intensity: Annotated[Finding, word("anticoagulant-intensity", "How strongly it acts.")] = None
    last_dose_at: Annotated[datetime | None, moment("When it was last taken.")] = None
    indication: Annotated[Finding, word("anticoagulant-indication", "Why it is taken.")] = None

    @model_validator(mode="before")
    @classmethod
    def _agree(cls, raw: Any) -> Any:  # noqa: ANN401
        """None taken is one fact, whichever of the two fields says it."""
        if isinstance(raw, dict) and raw.get("agent") in ("none", "no", "None") and raw.get("intensity") is None:
            return raw | {"agent": "none", "intensity": "none"}
        return raw

    @model_validator(mode="after")
    def _not_both(self) -> Anticoagulant:
        none = Words(frozenset({"none"}))
        stated = isinstance(self.intensity, Datum) and self.agent is not None
        if stated and (self.agent == "none") != (self.intensity is not None and self.intensity.possible == none):
            raise complain(Complaint("says both that one is taken and that none is.", "Correct agent or intensity."))
        return self


class Medicines(Group):
    """Current and earlier medicines, and what they do together where names alone do not tell."""

    reconciled_at: Annotated[
        datetime | None,
        moment("When the list was checked against patient and chart; what it does not hold is then not taken."),
    ] = None
    current: Annotated[
        tuple[Medicine, ...] | None,
        Field(description="What is taken now: prescribed, bought, herbal, patches; [] when nothing is."),
    ] = None
    previous: Annotated[
        tuple[PreviousTreatment, ...] | None, Field(description="What was tried before; [] when nothing was.")
    ] = None
    anticoagulant: Annotated[Anticoagulant, Field(default_factory=Anticoagulant)]
    antiplatelets: Annotated[Finding, word("presence", "Any antiplatelet; name it among the current medicines.")] = None
    maoi_within_14_days: Annotated[
        Finding,
        word(
            "presence",
            "Any inhibitor of monoamine oxidase within 14 days, antibiotics with that effect included.",
        ),
    ] = None
    serotonergic_drugs: Annotated[
        Finding, word("presence", "Any serotonergic medicine; name it among the current medicines.")
    ] = None
    qt_prolonging_drugs: Annotated[
        Finding, word("presence", "Any medicine that prolongs QT; name it among the current medicines.")
    ] = None
    other_cns_depressants: Annotated[
        Finding,
        word("presence", "Any sedating medicine other than opioids, or alcohol or cannabis in excess."),
    ] = None
    cyp3a4_modifier: Annotated[Finding, word("enzyme-modifier", "A medicine that slows or speeds CYP3A4.")] = None
    cyp1a2_inhibitor: Annotated[Finding, word("presence", "A medicine that slows CYP1A2.")] = None
