"""A comparison as one JSON document: what ``--json`` prints and ``summary.json`` keeps."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite, isinf
from typing import Any

from simulator.metrics.estimate import NONE_SEEN, Estimate
from simulator.metrics.paired import EFFECTS
from simulator.questions.compare.judged import Held, Judged, Pair, Table
from simulator.questions.compare.warmed import Warmed
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
    name: str, seed: int, engine: str, replications: int, within: int, found: Judged, warnings: Sequence[str]
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
        "effects": [row for each in found.held for row in effects_of(each)],
        "paired": [_paired(each) for each in found.held],
        "pairwise": [_pair(each) for each in found.pairs],
        "warnings": list(warnings),
    }


def warmed_document(warmed: Warmed) -> dict[str, Any]:
    """The same policies with the list of an older service, as JSON."""
    return {
        "past_d": warmed.past / DAY,
        "replications": warmed.replications,
        "designs": [_design(each) for each in warmed.found.held],
        "effects": [row for each in warmed.found.held for row in effects_of(each)],
        "paired": [_paired(each) for each in warmed.found.held],
        "pairwise": [_pair(each) for each in warmed.found.pairs],
        "turned_over": [[named(one), named(other)] for one, other in warmed.turned],
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
        **{name: _estimate(held.against[name]) for name in OTHERS if name in held.against},
        "fates": {name: _listed(table) for name, table in zip(("none", "no nuisance"), held.fates, strict=True)},
        "never_heard": never_heard(held),
        "by_number": {
            name: {"share": way.share, "blocked": _estimate(way.blocked), "never_because": _estimate(way.never)}
            for name, way in held.ways.items()
        },
        "freed_idle": held.freed_idle,
        "freed_on_duty": held.freed_on_duty,
        "freed_s_a_day": held.freed_a_day / SECOND,
        "taken_on": held.taken_on,
        "pairing_gain": {name: _gain(value) for name, value in held.pairing.items()},
        "left_open": held.left_open,
        "never_acts": held.never_acts,
        "unchanged": held.unchanged,
        "rank": held.rank,
        "letters": held.letters,
        "dominated_by": list(held.dominated_by),
    }


def _listed(table: Table) -> list[list[int]]:
    return [list(row) for row in table]


def effects_of(held: Held) -> Iterator[dict[str, Any]]:
    """What it does to genuine callers, a row for each measure and baseline."""
    for baseline, found in (("none", held.against), ("no nuisance", held.on_no_nuisance)):
        for name in (*EFFECTS, *CHANGES):
            if name in found:
                yield _effect(held, baseline, name, found[name], "simultaneous")
    if held.against:
        for route, estimate in held.routes.items():
            yield _effect(held, "none", f"never_because_{route}", estimate, "pointwise")


def _effect(held: Held, baseline: str, measure: str, found: Estimate, interval: str) -> dict[str, Any]:
    return {
        **named(held.design),
        "baseline": baseline,
        "intent": "genuine",
        "measure": measure,
        **{part: _plain(getattr(found, part)) for part in ("value", "low", "high")},
        "unit": "share of callers",
        "events": found.events,
        "method": found.method,
        "interval": interval,
    }


def never_heard(held: Held) -> dict[str, int]:
    """Genuine callers, and those never heard under the policy and without it, as it happened."""
    table = held.fates[0]
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
