"""A comparison as one JSON document: what ``--json`` prints and ``summary.json`` keeps."""

from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite, isinf
from typing import Any

from simulator.decisions.compare.designs import Compared
from simulator.decisions.compare.judged import Held, Judged, Pair
from simulator.metrics.estimate import NONE_SEEN, Estimate
from simulator.scenario.units import SECOND

MEANS = {
    "gained": "genuine callers reached in time only because of the policy / genuine callers",
    "shut_out": "genuine callers who fail only because of the policy / genuine callers, where the chance to be "
    "blocked, over the numbers that each could have carried, stands for whether the first attempt was",
    "lost": "the same as it happened, counted",
    "net": "gained - shut_out",
    "by_number": "of each way to a number: the share of genuine callers, of those who are blocked at their first "
    "attempt, and of all who come by it and are shut out",
    "gained_on_no_nuisance": "genuine callers reached in time who are not reached without nuisance / genuine callers",
    "lost_on_no_nuisance": "genuine callers not reached in time who are reached without nuisance / genuine callers",
    "freed": "handling of prank and silent calls not answered because of the policy, less that of those answered only "
    "because of it / call-takers' busy time with none",
    "freed_on_duty": "the same time / call-takers' time on duty with none",
    "freed_idle": "the part of the time freed during which another call-taker on duty was idle with none",
    "taken_on": "handling of prank and silent calls answered only because of the policy / time freed",
    "nuisance_spared": "prank and silent callers answered with none, less those answered / those offered",
    "service_level": "genuine callers answered in time / genuine callers, less the same with none",
    "pairing_gain": "replications that an unpaired comparison with none would need for the same interval, in times",
}


def document(
    name: str, seed: int, engine: str, replications: int, within: int, found: Judged, doubts: Sequence[str]
) -> dict[str, Any]:
    """The comparison as JSON."""
    return {
        "scenario": name,
        "seed": seed,
        "engine": engine,
        "replications": replications,
        "in_time_s": within / SECOND,
        "means": MEANS,
        "simultaneous": {
            "method": "Bonferroni",
            "confidence": 1 - NONE_SEEN,
            "against_baselines": found.headline,
            "pairwise": found.pairwise,
        },
        "designs": [_design(each) for each in found.held],
        "paired": [_paired(each) for each in found.held],
        "pairwise": [_pair(each) for each in found.pairs],
        "doubts": list(doubts),
    }


def named(design: Compared) -> dict[str, Any]:
    """Which design it is."""
    return {"policy": design.policy, "call_takers": design.call_takers}


def _design(held: Held) -> dict[str, Any]:
    title = held.design.experiment.scenario.policy.title
    return {
        **named(held.design),
        "role": held.design.role,
        "title": "no prank and silent calls, no blocklist" if held.design.role == "no nuisance" else title,
        "measures": [asdict(measured) for measured in held.measures],
        "worst_hour": None if held.worst is None else {"hour": held.worst[0], **_estimate(held.worst[1])},
    }


def _paired(held: Held) -> dict[str, Any]:
    return {
        **named(held.design),
        **{name: _estimate(estimate) for name, estimate in held.against.items()},
        "lost_by_route": {name: _estimate(estimate) for name, estimate in held.routes.items()},
        "by_number": {
            name: {"share": way.share, "blocked": _estimate(way.blocked), "shut_out": _estimate(way.shut_out)}
            for name, way in held.ways.items()
        },
        "freed_idle": held.freed_idle,
        "freed_on_duty": held.freed_on_duty,
        "freed_s_a_day": held.freed_a_day / SECOND,
        "taken_on": held.taken_on,
        "pairing_gain": {name: _gain(value) for name, value in held.pairing.items()},
        "letters": held.letters,
        "dominated_by": list(held.dominated_by),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "call_takers": pair.one.call_takers,
        "one": pair.one.policy,
        "other": pair.other.policy,
        "of": pair.of,
        **_estimate(pair.difference),
        "differ": pair.differ,
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    bounds = {name: _plain(getattr(estimate, name)) for name in ("value", "low", "high")}
    return {**bounds, "events": estimate.events, "method": estimate.method}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None


def _gain(value: float) -> float | str | None:
    return "no difference seen" if isinf(value) else _plain(value)
