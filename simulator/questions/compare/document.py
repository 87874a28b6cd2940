"""A comparison as one JSON document: what ``--json`` prints and ``summary.json`` keeps."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite, isinf
from typing import Any

from simulator.metrics.estimate import NONE_SEEN, Estimate
from simulator.metrics.paired import EFFECTS
from simulator.questions.compare.comparison import Comparison, DesignEffects, Pair, Table
from simulator.questions.compare.older_list import OlderList
from simulator.scenario.units import DAY, SECOND
from simulator.study.designs import Compared

CHANGES = ("change_never", "change_late")
OTHERS = ("freed", "nuisance_spared", "service_level")
MEANS = {
    "never_because": "genuine callers heard with the baseline and never heard under the policy / genuine callers; of "
    "those blocked at every attempt on a number of others the chance, over the numbers that each could have carried",
    "late_because": "genuine callers heard in time with the baseline and late under the policy / genuine callers",
    "heard_because": "genuine callers never heard with the baseline and heard under the policy / genuine callers",
    "in_time_because": "genuine callers heard late with the baseline and in time under the policy / genuine callers",
    "change_never": "never_because - heard_because: policies rank by it, the least first",
    "change_late": "late_because - in_time_because: it decides where change_never ties",
    "fates": "genuine callers as it happened, by their fate with the baseline (rows) and under the policy (columns): "
    "heard in time, heard late, never heard",
    "never_heard": "genuine callers never heard, as it happened; never_because - heard_because is policy - none",
    "never_because_<route>": "callers of never_because by that route, as it happened / genuine callers; each with an "
    "interval of its own",
    "by_number": "of each way to a number: the share of genuine callers, of those who are blocked at every attempt, "
    "and of all who come by it and are never heard because of that",
    "left_open": "genuine callers with a call that was still open at the end; they go by the time of their answer, "
    "and without one are never heard",
    "freed": "handling of prank and silent calls not answered because of the policy, less that of those answered only "
    "because of it / call-takers' busy time with none",
    "freed_on_duty": "the same time / call-takers' time on duty with none",
    "freed_idle": "the part of the time freed during which another call-taker on duty was idle with none",
    "taken_on": "handling of prank and silent calls answered only because of the policy / time freed",
    "nuisance_spared": "prank and silent callers answered with none, less those answered / those offered",
    "service_level": "genuine callers answered in time / genuine callers, less the same with none",
    "never_acts": "no rule of the policy can act on anybody in this scenario: it changes nothing, and that is certain",
    "unchanged": "everything counted is as with none, in every replication",
    "family": "of pairwise: the intervals that this one holds together with; a policy against none, or against one "
    "that never acts, has the interval against the baselines",
    "pairing_gain": "replications that an unpaired comparison with none would need for the same interval, in times",
}


def document(
    name: str, seed: int, engine: str, replications: int, within: int, found: Comparison, warnings: Sequence[str]
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
        "designs": [_design(each) for each in found.effects],
        "effects": [row for each in found.effects for row in effects_of(each)],
        "paired": [_paired(each) for each in found.effects],
        "pairwise": [_pair(each) for each in found.pairs],
        "warnings": list(warnings),
    }


def older_document(warmed: OlderList) -> dict[str, Any]:
    """The same policies with the list of an older service, as JSON."""
    return {
        "past_d": warmed.past / DAY,
        "replications": warmed.replications,
        "designs": [_design(each) for each in warmed.comparison.effects],
        "effects": [row for each in warmed.comparison.effects for row in effects_of(each)],
        "paired": [_paired(each) for each in warmed.comparison.effects],
        "pairwise": [_pair(each) for each in warmed.comparison.pairs],
        "turned_over": [[name_of(one), name_of(other)] for one, other in warmed.turned],
    }


def name_of(design: Compared) -> dict[str, Any]:
    """Which design it is."""
    return {"policy": design.policy, "call_takers": design.call_takers}


def _design(effects: DesignEffects) -> dict[str, Any]:
    title = effects.design.experiment.scenario.policy.title
    return {
        **name_of(effects.design),
        "role": effects.design.role,
        "title": "no prank and silent calls, no blocklist" if effects.design.role == "no nuisance" else title,
        "measures": [asdict(measured) for measured in effects.measures],
        "worst_hour": None if effects.worst is None else {"hour": effects.worst[0], **_estimate(effects.worst[1])},
    }


def _paired(effects: DesignEffects) -> dict[str, Any]:
    return {
        **name_of(effects.design),
        **{name: _estimate(effects.against[name]) for name in OTHERS if name in effects.against},
        "fates": {name: _listed(table) for name, table in zip(("none", "no nuisance"), effects.fates, strict=True)},
        "never_heard": never_heard(effects),
        "by_number": {
            name: {"share": way.share, "blocked": _estimate(way.blocked), "never_because": _estimate(way.never)}
            for name, way in effects.ways.items()
        },
        "freed_idle": effects.freed_idle,
        "freed_on_duty": effects.freed_on_duty,
        "freed_s_a_day": effects.freed_a_day / SECOND,
        "taken_on": effects.taken_on,
        "pairing_gain": {name: _gain(value) for name, value in effects.pairing.items()},
        "left_open": effects.left_open,
        "never_acts": effects.never_acts,
        "unchanged": effects.unchanged,
        "rank": effects.rank,
        "letters": effects.letters,
        "dominated_by": list(effects.dominated_by),
    }


def _listed(table: Table) -> list[list[int]]:
    return [list(row) for row in table]


def effects_of(effects: DesignEffects) -> Iterator[dict[str, Any]]:
    """What it does to genuine callers, a row for each measure and baseline."""
    for baseline, found in (("none", effects.against), ("no nuisance", effects.on_no_nuisance)):
        for name in (*EFFECTS, *CHANGES):
            if name in found:
                yield _effect(effects, baseline, name, found[name], "simultaneous")
    if effects.against:
        for route, estimate in effects.routes.items():
            yield _effect(effects, "none", f"never_because_{route}", estimate, "pointwise")


def _effect(effects: DesignEffects, baseline: str, measure: str, found: Estimate, interval: str) -> dict[str, Any]:
    return {
        **name_of(effects.design),
        "baseline": baseline,
        "intent": "genuine",
        "measure": measure,
        **{part: _plain(getattr(found, part)) for part in ("value", "low", "high")},
        "unit": "share of callers",
        "events": found.events,
        "method": found.method,
        "interval": interval,
    }


def never_heard(effects: DesignEffects) -> dict[str, int]:
    """Genuine callers, and those never heard under the policy and without it, as it happened."""
    table = effects.fates[0]
    policy, none = sum(row[-1] for row in table), sum(table[-1])
    return {
        "genuine": sum(map(sum, table)),
        "policy": policy,
        "none": none,
        "policy_less_none": policy - none,
        "never_because": policy - table[-1][-1],
        "heard_because": none - table[-1][-1],
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "call_takers": pair.one.call_takers,
        "one": pair.one.policy,
        "other": pair.other.policy,
        "of": pair.of,
        **_estimate(pair.difference),
        "family": pair.family,
        "differ": pair.differ,
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    bounds = {name: _plain(getattr(estimate, name)) for name in ("value", "low", "high")}
    return {**bounds, "events": estimate.events, "method": estimate.method}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None


def _gain(value: float) -> float | str | None:
    return "no difference seen" if isinf(value) else _plain(value)
