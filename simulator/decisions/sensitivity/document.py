"""A sensitivity analysis as one JSON document: what ``--json`` prints and ``summary.json`` keeps."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from simulator.decisions.sensitivity.flips import Point, Varied
from simulator.decisions.sensitivity.households import Confirmed, Crossing
from simulator.decisions.sensitivity.score import Apart
from simulator.metrics.estimate import Estimate

if TYPE_CHECKING:
    from simulator.decisions.sensitivity.sensitivity import Household, Pair, Sensitivity

BY = {
    "net": "genuine callers reached in time only because of the policy, less those who fail only because of it / "
    "genuine callers",
    "shut_out": "less those who fail only because of the policy / genuine callers",
    "freed": "handling of prank and silent calls not answered because of the policy / call-takers' busy time with none",
}
MEANS = {
    "ahead": "the score of the first policy less that of the second, with a 99 % interval",
    "coefficient": "partial rank correlation of the value with how far the first policy is ahead of the second",
    "bound": "what no coefficient exceeds by chance, with 95 % probability for all values together",
    "blocked": "P(blocked | a phone of that group)",
    "crossing": "the share at which the ranking flips, by share x P(blocked | phone) x P(reached without a policy)",
}


def document(done: "Sensitivity") -> dict[str, Any]:
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
        "alone": [_varied(done, each) for each in done.varied],
        "shared_phones": [_household(done, each) for each in done.households],
        "doubts": list(done.doubts),
    }


def _standing(done: "Sensitivity", place: int) -> dict[str, Any]:
    each = done.ranking.standings[place]
    return {
        "policy": done.names[each.policy],
        "score": each.score,
        "against_none": None if each.against_none is None else _apart(each.against_none),
        "leads_in_samples": each.leads,
        "surely": each.surely,
    }


def _pair(done: "Sensitivity", pair: "Pair") -> dict[str, Any]:
    found = pair.influence
    values = sorted(zip(found.coefficients.tolist(), done.ranges, strict=True), key=lambda each: -abs(each[0]))
    return {
        "one": done.names[pair.one],
        "other": done.names[pair.other],
        "bound": found.bound,
        "partial": found.partial,
        "values": [
            {"key": each.key, "coefficient": value, "matters": abs(value) > found.bound} for value, each in values
        ],
    }


def _varied(done: "Sensitivity", varied: Varied) -> dict[str, Any]:
    one, other = (done.names[policy] for policy in done.leaders)
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


def _household(done: "Sensitivity", household: "Household") -> dict[str, Any]:
    phones = household.phones
    shares = (phones.range.low, phones.range.value, phones.range.high)
    return {
        "key": phones.range.key,
        "group": phones.group,
        "phones_of": phones.owner,
        "choose": phones.choose,
        "part_of_genuine_callers": phones.weight,
        "reached_without_a_policy": phones.reached,
        "policies": [
            {
                "policy": name,
                "choose": choose,
                "blocked": _estimate(blocked[place]),
                "shut_out": {share: phones.harm(choose, place, share) for share in shares},
            }
            for choose, blocked in phones.blocked.items()
            for place, name in enumerate(done.names)
        ],
        "crossings": [_crossing(done.names, each) for each in household.crossings],
        "simulated": [_confirmed(done.names, each) for each in household.confirmed],
    }


def _crossing(names: Sequence[str], each: Crossing) -> dict[str, Any]:
    return {
        "one": names[each.one],
        "other": names[each.other],
        "choose": each.choose,
        "share": each.share,
        "low": each.low,
        "high": each.high,
        "ahead_where_none_is_shared": _apart(each.none),
    }


def _confirmed(names: Sequence[str], each: Confirmed) -> dict[str, Any]:
    return {
        "one": names[each.crossing.one],
        "other": names[each.crossing.other],
        "choose": each.crossing.choose,
        "holds": each.holds,
        "shares": [
            {"share": share, "ahead": _apart(found)} for share, found in zip(each.shares, each.aparts, strict=True)
        ],
    }


def _apart(found: Apart) -> dict[str, Any]:
    return {**_estimate(found.estimate), "sign": found.sign}


def _estimate(found: Estimate) -> dict[str, Any]:
    return {name: _plain(getattr(found, name)) for name in ("value", "low", "high")}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
