"""A whole plan written by hand, so that the text can be judged without the engine."""

from __future__ import annotations

from protocol.plan.model import (
    Alert,
    Calculation,
    CitedSource,
    Clash,
    Companion,
    Dose,
    Fact,
    Grade,
    NotIndicated,
    Plan,
    PlanLine,
    Question,
    Reason,
    Refer,
    RefusedLine,
    RescueDose,
    Review,
    RulesetIdentity,
    RuleVerdict,
    ScopeAnswer,
    Start,
    Step,
    Trace,
    Unanswered,
)
from protocol.rules.settings import Source

SOURCES = {
    "source-one": Source(cite="A. Author. A paper. A Journal 2020; 1: 1-9.", doi="10.1/x", read="full"),
    "source-two": Source(cite="A guideline body. A guideline. 2021.", read="memory"),
}
FLAGS = {
    "cord-compression": "Cord compression",
    "psoas-abscess": "Psoas abscess",
    "psoas-haematoma": "Psoas haematoma",
    "sepsis": "Sepsis",
}


def fact(finding: str, value: str, standing: str = "stated", at: str | None = "2026-03-14T08:00:00Z") -> Fact:
    return Fact(finding=finding, title=finding.replace("_", " "), value=value, standing=standing, at=at)


def reason(rule: str, title: str, *facts: Fact, say: str | None = None, source: str = "source-one") -> Reason:
    doubt = any(f.value == "unknown" for f in facts)
    return Reason(
        rule=rule,
        revision=1,
        title=title,
        verdict="cannot-tell" if doubt else "applies",
        facts=facts,
        strength="strong",
        certainty="moderate",
        provenance="guideline",
        verified="yes" if source == "source-one" else "no",
        cite=(CitedSource(source=source, at="section 2"),),
        say=say,
    )


def line(key: str, title: str, arm: str, *because: Reason, **more: object) -> PlanLine:
    given: dict[str, object] = {
        "id": key,
        "option": key,
        "title": title,
        "arm": arm,
        "kind": "option",
        "mechanisms": ("nociceptive",),
        "action": "start",
        "status": "offered",
        "choice": "first",
        "refer": None,
        "start": Start(when="now"),
        "dose": None,
        "rescue": None,
        "companions": (),
        "warnings": (),
        "say": f"Use {title.lower()} as written.",
        "because": because or (reason(f"offer-{key}", f"{title} for this pain", fact("nrs_average_24h", "8")),),
        "judge_at": None,
        "stop_if": None,
    }
    return PlanLine.model_validate(given | more)


def dose(amount: str, every: str | None, **more: object) -> Dose:
    given: dict[str, object] = {
        "amount": amount,
        "unit": "mg",
        "route": "oral",
        "form": "immediate-release",
        "every": every,
        "maximum": None,
        "timing": None,
        "titration": None,
        "working": (f"renal_value>=60: {amount} mg",),
    }
    return Dose.model_validate(given | more)


def refused(option: str, title: str, arm: str, say: str, *needed: str) -> RefusedLine:
    unknown = [fact(name, "unknown", "absent", None) for name in needed]
    return RefusedLine(
        option=option,
        title=title,
        arm=arm,
        kind="option",
        say=say,
        because=(
            reason(f"offer-{option}", f"{title} for this pain", say=f"Start {title.lower()}."),
            reason(f"no-{option}", f"No {title.lower()} here", *unknown, say=say, source="source-two"),
        ),
        answers_needed=needed,
    )


def question(number: int, flags: tuple[str, ...] = (), firsts: tuple[str, ...] = ()) -> Question:
    return Question(
        question=f"act-{number}",
        ask=f"Do act number {number} at the bedside",
        effort="look",
        answers=(Unanswered(finding=f"finding_{number}", title=f"finding {number}", standing="absent"),),
        red_flags=flags,
        first_choices=firsts,
        others=number,
    )


def opioid() -> PlanLine:
    return line(
        "opioid-one",
        "Opioid one",
        "opioid",
        reason("offer-opioid-one", "A strong opioid for severe pain", fact("nrs_average_24h", "8")),
        dose=dose("5", "4 h", maximum="30 mg", titration="by a third, daily"),
        rescue=RescueDose(
            amount="5",
            unit="mg",
            route="oral",
            form="immediate-release",
            every="2 h",
            at_most=6,
            working=("30 / 6 = 5",),
        ),
        companions=(
            Companion(
                companion="laxative",
                title="Senna",
                status="add",
                say="Add a laxative from the first day",
                dose=dose("15", None, form="solution", timing="at night"),
                because=(reason("laxative-with-opioid", "A laxative with every opioid"),),
            ),
            Companion(
                companion="antiemetic",
                title="Antiemetic",
                status="if",
                say="If sick, an antiemetic",
                dose=None,
                because=(),
            ),
        ),
        warnings=("Not excluded: sleep apnoea; watch breathing in the first nights",),
        judge_at="24 h",
        stop_if="breaths fall to 8 a minute or fewer",
    )


def current() -> tuple[PlanLine, ...]:
    def one(name: str, title: str, action: str, **more: object) -> PlanLine:
        status = "refer" if action == "refer" else "offered"
        given = {
            "id": f"current/{name}",
            "option": None,
            "kind": "current",
            "action": action,
            "status": status,
            "choice": None,
        }
        return line(name, title, "current", **(given | {"start": None, "mechanisms": ()} | more))

    return (
        one("drug-a", "drug-a oral 5 mg every 12 h", "taper", say="Taper over two weeks; never stop at once."),
        one("drug-b", "drug-b", "continue", say="Continue unchanged."),
        one(
            "drug-c",
            "drug-c",
            "refer",
            refer=Refer(to="the prescriber", within="24 h"),
            say="Taken for seizures.",
        ),
    )


def classic() -> Plan:
    """A plan with one of everything."""
    return Plan(
        plan_id="sha256:0",
        as_of="2026-03-14T09:00:00Z",
        ruleset=RulesetIdentity(
            id="a-ruleset", version="2026.1", digest="d" * 64, sign_off="not signed off at this site"
        ),
        engine="mps-protocol 2026.1",
        scope=ScopeAnswer(status="in-scope", because=()),
        alerts=(
            Alert(
                flag="cord-compression",
                title="Cord compression",
                level="suspected",
                status="raised",
                urgency="E0",
                say="One leg is weak: compression of the cord is possible",
                do=("Call the coordinator", "MRI of the whole spine within 24 h"),
                refer=Refer(to="the spinal coordinator", within="1 h"),
                withholds=("needle procedures", "nsaid"),
                because=(reason("cord-suspected", "Weakness of one leg", fact("leg_power", "4")),),
            ),
            Alert(
                flag="psoas-haematoma",
                title="Psoas haematoma",
                level="probable",
                status="not-excluded",
                urgency="E1",
                say="A bleed into the psoas is possible",
                do=(),
                refer=None,
                withholds=("stretching",),
                because=(
                    reason("haematoma-probable", "Risk and a fall", fact("finding_1", "unknown", "absent", None)),
                ),
            ),
        ),
        conflicts=(
            Clash(
                conflict="sides",
                say="Pain and mass are on different sides",
                facts=(fact("pain_side", "left", "conflict"), fact("psoas_side", "right", "conflict")),
            ),
        ),
        syndrome=Grade(finding="mps_grade", title="Malignant psoas syndrome", grades=("definite",), because=()),
        mechanisms=(
            Grade(
                finding="nociceptive",
                title="Pain from the mass.",
                grades=("definite",),
                because=(reason("grade-nociceptive", "Mass and pain", fact("mass", "present")),),
            ),
            Grade(finding="spasm", title="The psoas contracts.", grades=("probable", "possible"), because=()),
        ),
        steps=(
            Step(
                step="S1",
                title="Foundation",
                lines=(
                    opioid(),
                    line(
                        "opioid-two",
                        "Opioid two by mouth",
                        "opioid",
                        choice="alternative",
                        dose=dose("2.5", "6 h"),
                    ),
                    *current(),
                ),
            ),
            Step(
                step="S2",
                title="Adjuvants",
                lines=(
                    line(
                        "relaxant-two",
                        "Relaxant two",
                        "relaxant",
                        choice="alternative",
                        dose=dose("2", "24 h"),
                    ),
                    line(
                        "steroid",
                        "Steroid trial",
                        "anti-inflammatory",
                        reason("offer-steroid", "A trial for swelling", say="Start 8 mg in the morning."),
                        reason("guard-steroid", "Tissue first", say="A biopsy may still be needed"),
                        action="refer",
                        status="refer",
                        choice=None,
                        refer=Refer(to="the haematologist", within="24 h"),
                        say="Start 8 mg in the morning.",
                    ),
                ),
            ),
            Step(
                step="S6",
                title="Against the tumour",
                lines=(
                    line(
                        "radiotherapy",
                        "Radiotherapy referral",
                        "anti-tumour",
                        kind="referral",
                        action="refer",
                        refer=Refer(to="clinical oncology", within="7 d"),
                    ),
                ),
            ),
        ),
        questions=(
            question(1, flags=("psoas-haematoma",)),
            question(2, firsts=("relaxant-one",)),
            question(3, firsts=("nerve-one",)),
            *(question(n) for n in range(4, 9)),
        ),
        excluded=tuple(
            refused(f"nsaid-{n}", f"NSAID {n}", "anti-inflammatory", "The kidneys are failing") for n in range(6)
        ),
        withheld=(
            refused("relaxant-one", "Relaxant one", "relaxant", "Kidney function is unknown", "finding_2"),
            refused("nerve-one", "Nerve one", "neuropathic", "Kidney function is unknown", "finding_3"),
            refused("nerve-two", "Nerve two", "neuropathic", "The ECG is unknown", "qtc"),
        ),
        monitoring=(
            line(
                "breathing",
                "Breaths and sedation every 4 h",
                "monitoring",
                kind="monitoring",
                action="do",
                start=None,
            ),
        ),
        review=Review(due="2026-03-15T09:00:00Z", because=("a strong opioid was started",)),
        calculations=(
            Calculation(
                finding="creatinine_clearance",
                title="Creatinine clearance",
                value="77.5 mL/min",
                working="(140 - 62) x 65 x 1.04 / 68",
                source="Cockcroft and Gault 1976",
            ),
        ),
        surveillance=("Imaging ratios were studied in few patients",),
        evidence_note="No trial exists in this syndrome",
        trace=Trace(
            findings=(fact("nrs_average_24h", "8"), fact("qtc", "unknown", "stale", "2025-01-01T00:00:00Z")),
            verdicts=(RuleVerdict(rule="offer-opioid-one", verdict="applies"),),
            not_indicated=(NotIndicated(option="bone-agent", reason="not indicated"),),
            points=("opioid-one: +2 first in the list",),
            input={"assessment_id": "demo-1", "pain": {"nrs": {"average": 8}, "sites": ["flank", None]}},
        ),
    )
