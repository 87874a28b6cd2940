"""A sensitivity analysis as one JSON document: what ``--json`` prints and ``summary.json`` keeps."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from simulator.metrics.estimate import Estimate
from simulator.questions.sensitivity.flips import Point, Varied
from simulator.questions.sensitivity.households import Household, Phones
from simulator.questions.sensitivity.influence import favouring
from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.score import Apart
from simulator.questions.sensitivity.study import Pair
from simulator.study.effects import MEANS as MEASURES_MEAN
from simulator.study.effects import rows

BY = {
    "net": "less change_never; where that ties less change_late",
    "shut_out": "less never_because",
    "freed": "handling of prank and silent calls not answered because of the policy / call-takers' busy time with none",
}
MEANS = {
    **MEASURES_MEAN,
    "ahead": "the score of the first policy less that of the second, with a 99 % interval; late: of change_late, "
    "where not one more is heard under the one than under the other",
    "coefficient": "partial rank correlation of the value with how far the first policy is ahead of the second",
    "favours_one": "of a choice that matters: the option with which the first policy is further ahead; the sign of its "
    "coefficient goes by the order of the options alone",
    "matters": "the coefficient exceeds the bound; false: not detected in so many samples",
    "bound": "what no coefficient exceeds by chance, with 95 % probability for all values together",
    "blocked": "P(blocked at every attempt | a phone of that group)",
    "flips": "the value at which two policies change places, all others as in the file: simulated, surely between two",
}


def document(done: Sensitivity) -> dict[str, Any]:
    """The analysis as JSON."""
    return {
        "scenario": done.order.loaded.path.stem,
        "seed": done.order.seed,
        "engine": done.order.engine,
        "by": {"name": done.by, "means": BY[done.by]},
        "means": MEANS,
        "samples": done.samples,
        "replications": {"sample": done.replications, "alone": done.alone},
        "policies": [_standing(done, place) for place in range(len(done.ranking.standings))],
        "effects": [
            row for each in done.ranking.standings if each.policy for row in rows(done.names[each.policy], each.effects)
        ],
        "ranking_holds": {
            "samples": done.ranking.holds,
            "surely": done.ranking.surely,
            "surely_not": done.ranking.surely_not,
        },
        "values": [
            {
                "key": each.key,
                "file": each.value,
                "range": list(each.options) or [each.low, each.high],
                "stated": each.stated,
                "reason": each.reason,
            }
            for each in done.ranges
        ],
        "left_alone": [{"key": each.key, "why": each.why} for each in done.left],
        "influence": [_pair(done, each) for each in done.pairs],
        "alone": [
            _varied(done.names[pair.one], done.names[pair.other], each) for pair in done.pairs for each in pair.varied
        ],
        "shared_phones": [_household(done, each) for each in done.households],
        "warnings": list(done.warnings),
    }


def _standing(done: Sensitivity, place: int) -> dict[str, Any]:
    each = done.ranking.standings[place]
    return {
        "policy": done.names[each.policy],
        "score": each.score,
        "against_none": None if each.against_none is None else _apart(each.against_none),
        "leads_in_samples": each.leads,
        "surely": each.surely,
    }


def _pair(done: Sensitivity, pair: Pair) -> dict[str, Any]:
    found = pair.influence
    values = sorted(zip(found.coefficients.tolist(), done.ranges, strict=True), key=lambda each: -abs(each[0]))
    return {
        "one": done.names[pair.one],
        "other": done.names[pair.other],
        "ahead_in_the_file": _apart(pair.file),
        "bound": found.bound,
        "partial": found.partial,
        "values": [
            {
                "key": each.key,
                "coefficient": value,
                "favours_one": favouring(each, value) if each.options and abs(value) > found.bound else None,
                "matters": abs(value) > found.bound,
            }
            for value, each in values
        ],
    }


def _varied(one: str, other: str, varied: Varied) -> dict[str, Any]:
    return {
        "key": varied.range.key,
        "one": one,
        "other": other,
        "ending": varied.ending,
        "flips": [
            {"at": each.at, "between": [each.low, each.high], "leads_above": one if each.to > 0 else other}
            for each in varied.flips
        ],
        "points": [_point(point) for point in varied.points],
    }


def _point(point: Point) -> dict[str, Any]:
    return {"value": point.text, "ahead": _apart(point.apart)}


def _household(done: Sensitivity, each: Household) -> dict[str, Any]:
    return {
        "key": each.range.key,
        "group": each.group,
        "phones_of": each.owner,
        "choose": each.choose,
        "policies": [
            {
                "policy": name,
                "choose": choose,
                "blocked": blocked and _estimate(blocked),
                "never_because": {share: _estimate(found) for share, found in harm.items()},
            }
            for choose, phones in each.phones.items()
            for name, (blocked, harm) in zip(done.names, map(_parts, phones), strict=True)
        ],
        "alone": [
            {"choose": choose, **_varied(done.names[one], done.names[other], varied)}
            for (one, other, choose), varied in each.varied.items()
        ],
    }


def _parts(phones: Phones) -> tuple[Estimate | None, Mapping[str, Estimate]]:
    return phones.blocked, phones.harm


def _apart(found: Apart) -> dict[str, Any]:
    return {**_estimate(found.estimate), "late": found.late, "sign": found.sign}


def _estimate(found: Estimate) -> dict[str, Any]:
    return {name: _plain(getattr(found, name)) for name in ("value", "low", "high")}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
