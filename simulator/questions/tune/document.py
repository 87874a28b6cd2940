"""A tuned family as one JSON document: what ``--json`` prints and ``summary.json`` keeps."""

from math import isfinite
from typing import Any

from simulator.metrics.count import thresholds_for
from simulator.metrics.estimate import NONE_SEEN, Estimate
from simulator.questions.tune.chosen import OF_EACH, Entry
from simulator.questions.tune.family import Family
from simulator.questions.tune.result import Tune
from simulator.scenario.units import SECOND
from simulator.study.effects import MEANS as MEASURES_MEAN
from simulator.study.effects import rows

MEANS = {
    **MEASURES_MEAN,
    "freed": "handling of prank and silent calls not answered because of the rule, less that of those answered only "
    "because of it / call-takers' busy time with none",
    "freed_idle": "the part of the time freed during which another call-taker on duty was idle with none",
    "tuned": "the same on the calls that the rules were chosen on, where they flatter themselves",
    "front_size": "rules that no other beats on both sides: more time freed, less never_because",
    "recommended": "of the rules judged the one with the least change_never, then change_late, if it is surely better "
    "than none; else one that frees time which was not idle anyway, where most_shut_out allows it or nobody was harmed",
    "same": "other members of the family that came out the same in every replication",
}


def document(found: Tune) -> dict[str, Any]:
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
        "front": [entry_document(family, entry) for entry in found.entries],
        "recommended": None if best is None else entry_document(family, best),
        "effects": [row for entry in found.entries for row in rows(entry.rule, entry.effects)],
        "designs": [{"values": family.texts(point), **score._asdict()} for point, score in found.scores.items()],
        "warnings": list(found.warnings),
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
        "freed_idle": entry.idle,
        **{name: _estimate(found) for name, found in entry.effects.items()},
        "tuned": entry.tuned._asdict(),
        "same": [family.texts(point) for point in entry.same],
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    bounds = {name: _plain(getattr(estimate, name)) for name in ("value", "low", "high")}
    return {**bounds, "events": estimate.events, "method": estimate.method}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
