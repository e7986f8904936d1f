"""The published scores, under the names that rule files use."""

from __future__ import annotations

from decimal import Decimal

from protocol.instruments import lines
from protocol.instruments.bone import SINS_BANDS, SINS_POINTS, mirels, sins, sins_band
from protocol.instruments.bounds import ABSENT_OR_PRESENT
from protocol.instruments.calculation import Calculation, numbers, word
from protocol.instruments.neuropathic import (
    DN4_INTERVIEW,
    DN4_ITEMS,
    SLANSS_POINTS,
    dn4,
    dn4_interview,
    slanss,
)
from protocol.instruments.opioids import EXPOSURES, opioid_exposure
from protocol.instruments.pain import (
    RESPONSE_DOMAIN,
    SCALE_WORDS,
    SEVERITIES,
    abbey_severity,
    nrs_response_percent,
    nrs_response_points,
    painad_severity,
)
from protocol.instruments.vital_signs import CONSCIOUSNESS_POINTS, OXYGEN_SCALES, news2
from protocol.possible import Numbers, Words

__all__ = ["SCORES"]

_DN4 = "Bouhassira D et al. Pain 2005;114:29-36"
_SINS = "Fisher CG et al. SINS. Spine 2010;35:E1221-9"
_RESPONSE = "Farrar JT et al. Pain 2001;94:149-58"


def _dn4(**items: Words) -> Numbers:
    return dn4(items)


def _dn4_interview(**items: Words) -> Numbers:
    return dn4_interview(items)


def _slanss(**items: Words) -> Numbers:
    return slanss(items)


SCORES = (
    Calculation(
        "dn4",
        "the ten items of DN4",
        _DN4,
        tuple(word(item, ABSENT_OR_PRESENT) for item in DN4_ITEMS),
        _dn4,
        lines.points_line(dict.fromkeys(DN4_ITEMS, 1)),
        result_unit="1",
        low=Decimal(0),
        high=Decimal(10),
    ),
    Calculation(
        "dn4-interview",
        "the seven items of DN4 that are asked",
        _DN4,
        tuple(word(item, ABSENT_OR_PRESENT) for item in DN4_INTERVIEW),
        _dn4_interview,
        lines.points_line(dict.fromkeys(DN4_INTERVIEW, 1)),
        result_unit="1",
        low=Decimal(0),
        high=Decimal(7),
    ),
    Calculation(
        "slanss",
        "the seven items of S-LANSS, weighted",
        "Bennett MI et al. J Pain 2005;6:149-58",
        tuple(word(item, ABSENT_OR_PRESENT) for item in SLANSS_POINTS),
        _slanss,
        lines.points_line(SLANSS_POINTS),
        result_unit="1",
        low=Decimal(0),
        high=Decimal(24),
    ),
    Calculation(
        "sins",
        "the spinal instability neoplastic score of one level",
        _SINS,
        tuple(word(component, points) for component, points in SINS_POINTS.items()),
        sins,
        lines.sins_line,
        result_unit="1",
        low=Decimal(0),
        high=Decimal(18),
    ),
    Calculation(
        "sins-band",
        "what a SINS total means",
        _SINS,
        numbers("score 1"),
        sins_band,
        lines.read_as("SINS"),
        result_kind="word",
        words=SINS_BANDS,
    ),
    Calculation(
        "mirels",
        "the risk that a lesion of a long bone breaks",
        "Mirels H. Clin Orthop Relat Res 1989;(249):256-64",
        numbers("site 1, pain 1, lesion 1, size 1, reported? 1"),
        mirels,
        lines.mirels_line,
        result_unit="1",
        low=Decimal(4),
        high=Decimal(12),
    ),
    Calculation(
        "news2",
        "the National Early Warning Score 2",
        "Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017",
        (
            *numbers("respiratory_rate /min, oxygen_saturation %, systolic_bp mm[Hg]"),
            *numbers("heart_rate /min, temperature Cel"),
            word("on_oxygen", ABSENT_OR_PRESENT),
            word("consciousness", CONSCIOUSNESS_POINTS),
            word("oxygen_scale", OXYGEN_SCALES, required=False),
        ),
        news2,
        lines.facts,
        result_unit="1",
        low=Decimal(0),
        high=Decimal(20),
    ),
    Calculation(
        "nrs-response-percent",
        "the share of the pain at baseline that is gone",
        _RESPONSE,
        (*numbers("baseline 1, now 1"), word("scale", SCALE_WORDS)),
        nrs_response_percent,
        lines.response_line("%"),
        result_unit="%",
        low=RESPONSE_DOMAIN["%"][0],
        high=RESPONSE_DOMAIN["%"][1],
    ),
    Calculation(
        "nrs-response-points",
        "the points of pain that are gone since baseline",
        _RESPONSE,
        (*numbers("baseline 1, now 1"), word("scale", SCALE_WORDS)),
        nrs_response_points,
        lines.response_line("1"),
        result_unit="1",
        low=RESPONSE_DOMAIN["1"][0],
        high=RESPONSE_DOMAIN["1"][1],
    ),
    Calculation(
        "painad-severity",
        "what a PAINAD score means",
        "Zwakhalen, J Am Med Dir Assoc 2012, 384-389; bands from memory",
        numbers("score 1"),
        painad_severity,
        lines.read_as("PAINAD"),
        result_kind="word",
        words=SEVERITIES,
    ),
    Calculation(
        "abbey-severity",
        "what an Abbey pain score means",
        "bands from memory",
        numbers("score 1"),
        abbey_severity,
        lines.read_as("Abbey"),
        result_kind="word",
        words=SEVERITIES,
    ),
    Calculation(
        "opioid-exposure",
        "how used to opioids somebody is",
        "US prescribing information of transdermal opioids (tolerance); 20 mg is the protocol's own edge",
        numbers("omedd_from mg/(24.h), days_at_sixty d, longest_gap h, since_last_opioid h"),
        opioid_exposure,
        lines.facts,
        result_kind="word",
        words=EXPOSURES,
    ),
)
