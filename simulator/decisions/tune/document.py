"""A tuned family as one JSON document: what ``--json`` prints and ``summary.json`` keeps."""

from math import isfinite
from typing import TYPE_CHECKING, Any

from simulator.decisions.tune.chosen import OF_EACH, Entry
from simulator.decisions.tune.family import Family
from simulator.metrics.count import thresholds_for
from simulator.metrics.estimate import NONE_SEEN, Estimate
from simulator.scenario.units import SECOND

if TYPE_CHECKING:
    from simulator.decisions.tune.tune import Tune

MEANS = {
    "freed": "handling of prank and silent calls not answered because of the rule / call-takers' busy time with none",
    "shut_out": "genuine callers who fail only because of the rule, in place of those blocked at their first attempt "
    "their chances to be, over the numbers that they could have carried / genuine callers",
    "saved": "genuine callers reached in time only because of the rule / genuine callers",
    "tuned": "the same on the calls that the front was chosen on, where it flatters itself",
    "milder": "so many of the first entries free less than the front; they, too, were seen to shut out nobody",
    "same": "other members of the family that came out the same in every replication",
}


def document(found: "Tune") -> dict[str, Any]:
    """The answer as JSON."""
    family, best = found.family, found.best
    return {
        "scenario": found.order.loaded.path.stem,
        "policy": family.policy.title,
        "seed": found.order.seed,
        "replications": found.replications,
        "fresh": {"seed": found.order.seed + 1, "replications": found.fresh_replications},
        "in_time_s": thresholds_for(found.base.scenario.targets)[0] / SECOND,
        "means": MEANS,
        "varied": family_document(family),
        "family": family.size,
        "tried": len(found.scores),
        "method": "all" if len(found.scores) == family.size else "NSGA-II",
        "most_shut_out": found.wish.most_shut_out,
        "simultaneous": {
            "method": "Bonferroni",
            "confidence": 1 - NONE_SEEN,
            "intervals": OF_EACH * len(found.entries),
        },
        "front_size": found.front,
        "milder": found.milder,
        "front": [entry_document(family, entry) for entry in found.entries],
        "recommended": None if best is None else entry_document(family, best),
        "designs": [
            {"values": family.texts(point), "freed": freed, "shut_out": harm}
            for point, (freed, harm) in found.scores.items()
        ],
        "doubts": list(found.doubts),
    }


def family_document(family: Family) -> list[dict[str, Any]]:
    """What was varied."""
    return [
        {"key": name, "rule": axis.rule + 1, "values": list(axis.texts)}
        for name, axis in zip(family.names, family.axes, strict=True)
    ]


def entry_document(family: Family, entry: Entry) -> dict[str, Any]:
    """A member of the front."""
    return {
        "rule": entry.rule,
        "values": family.texts(entry.point),
        "freed": _estimate(entry.freed),
        "shut_out": _estimate(entry.lost),
        "saved": entry.gained,
        "tuned": {"freed": entry.tuned[0], "shut_out": entry.tuned[1]},
        "same": [family.texts(point) for point in entry.same],
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    bounds = {name: _plain(getattr(estimate, name)) for name in ("value", "low", "high")}
    return {**bounds, "events": estimate.events, "method": estimate.method}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
