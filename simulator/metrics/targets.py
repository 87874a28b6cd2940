"""Targets: whether ``90 % of genuine within 15 s, every hour`` is met, and where it is least so.

All hours of all targets are one family. Each hour's bounds leave out 5 % / family on their side (Bonferroni), so
that with 95 % confidence no hour is said to be met that is not; likewise, none said to be missed that is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np

from simulator.metrics.counts import Counts, at
from simulator.metrics.estimate import Estimate, Float, Kind, ratios
from simulator.metrics.histogram import ALL
from simulator.metrics.summary import Clusters
from simulator.scenario.target import Target

ERROR = 0.05
State = Literal["met", "missed", "not shown", "no callers"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a target is met.

    state     ``met``: every lower bound reaches the share; ``missed``: some upper bound is below it; ``no callers`` at
              all; ``not shown``: none of these
    hour      the hour that decides: the lowest upper bound of a missed target, else the lowest lower bound. Of the day,
              or clock hours from that in which counting starts; None overall
    estimate  there; ``low`` and ``high`` are the simultaneous bounds
    empty     hours without callers: of these nothing can be said, and they fail nothing
    family    over how many hours (of all targets) the bounds hold at once
    """

    target: Target
    state: State
    hour: int | None
    estimate: Estimate
    empty: tuple[int, ...]
    family: int

    @property
    def met(self) -> bool:
        """Nothing speaks against it: met, or there was no caller to keep waiting."""
        return self.state in ("met", "no callers")

    @property
    def lower(self) -> float:
        """The simultaneous lower bound that has to reach the share."""
        return self.estimate.low


def judge(targets: Sequence[Target], counts: Sequence[Counts], days: Sequence[Counts] = ()) -> list[Verdict]:
    """Judge all targets together, in their order; ``days`` of a single replication.

    Raises ValueError where a target's threshold, or its clock hours, were not counted.
    """
    clusters = Clusters(counts, days)
    sums = [_sums(target, clusters, counts) for target in targets]
    family = int(sum((y.sum(axis=0) > 0).sum() for _, y in sums))
    return [_verdict(target, x, y, family) for target, (x, y) in zip(targets, sums, strict=True)]


@dataclass(frozen=True, slots=True)
class HourVerdict:
    """One hour of one target, with bounds that hold for all hours of all targets at once; ``hour`` None overall."""

    place: int
    target: Target
    hour: int | None
    estimate: Estimate

    @property
    def met(self) -> bool:
        """Whether the lower bound reaches the share."""
        return self.estimate.low >= self.target.share

    @property
    def missed(self) -> bool:
        """Whether even the upper bound is below the share."""
        return self.estimate.high < self.target.share


def by_hour(
    targets: Sequence[Target],
    counts: Sequence[Counts],
    days: Sequence[Counts] = (),
    *,
    error: float = ERROR,
    each: bool = False,
) -> list[HourVerdict]:
    """Every hour of every target that has callers, judged together; ``place`` is the target's among the targets.

    ``error``: the chance that any of all bounds on one side is wrong; with ``each``, that a single one is. That all
    hours are met may be said with ``each``: where one is not, its own bound alone would have to be wrong (the
    intersection-union test, Berger 1982, Technometrics 24, 295-300). Raises ValueError as `judge` does.
    """
    clusters = Clusters(counts, days)
    sums = [_sums(target, clusters, counts) for target in targets]
    family = 1 if each else max(int(sum((y.sum(axis=0) > 0).sum() for _, y in sums)), 1)
    tail = error / family
    found = []
    for place, (target, (x, y)) in enumerate(zip(targets, sums, strict=True)):
        hours = np.flatnonzero(y.sum(axis=0) > 0)
        estimates = ratios(x[:, hours], y[:, hours], Kind.SHARE, tail=tail, none_seen=tail) if len(hours) else []
        at_all = target.scope == "overall"
        found += [
            HourVerdict(place, target, None if at_all else int(hour), estimate)
            for hour, estimate in zip(hours, estimates, strict=True)
        ]
    return found


def _sums(target: Target, clusters: Clusters, counts: Sequence[Counts]) -> tuple[Float, Float]:
    """Callers answered in time, and offered, by cluster and hour (one column for overall)."""
    in_time = at("in_time", target.within)
    if target.within not in clusters.thresholds:
        raise ValueError(
            f"not counted within {target.within} us, as the target asks: count with thresholds_for(targets)"
        )
    if target.scope == "overall":
        x, y = clusters.totals(in_time, target.intent), clusters.totals("offered", target.intent)
        return x[:, None], y[:, None]
    if target.scope == "every hour":
        return clusters.by_hour(in_time, target.intent), clusters.by_hour("offered", target.intent)
    if not all(one.clock for one in counts):
        raise ValueError("clock hours were not counted, as the target asks: count with clock_hours=True")
    return _clock(counts, in_time, target.intent), _clock(counts, "offered", target.intent)


def _clock(counts: Sequence[Counts], name: str, intent: int) -> Float:
    table = np.stack([one.clock[name] for one in counts])
    return np.asarray(table.sum(axis=1) if intent == ALL else table[:, intent], dtype=np.float64)


def _verdict(target: Target, x: Float, y: Float, family: int) -> Verdict:
    hours = np.flatnonzero(y.sum(axis=0) > 0)
    empty = tuple(int(hour) for hour in np.flatnonzero(y.sum(axis=0) == 0))
    if not len(hours):
        return Verdict(target, "no callers", None, Estimate(nan, nan, nan, 0, "undefined"), empty, family)
    tail = ERROR / family
    estimates = ratios(x[:, hours], y[:, hours], Kind.SHARE, tail=tail, none_seen=tail)
    state = _state(target.share, estimates)
    bound = [e.high if state == "missed" else e.low for e in estimates]
    place = int(np.argmin(np.nan_to_num(bound, nan=2.0))) if not np.all(np.isnan(bound)) else _lowest(estimates)
    hour = None if target.scope == "overall" else int(hours[place])
    return Verdict(target, state, hour, estimates[place], () if target.scope == "overall" else empty, family)


def _state(share: float, estimates: Sequence[Estimate]) -> State:
    if any(estimate.high < share for estimate in estimates):
        return "missed"
    return "met" if all(estimate.low >= share for estimate in estimates) else "not shown"


def _lowest(estimates: Sequence[Estimate]) -> int:
    return min(range(len(estimates)), key=lambda place: estimates[place].value)
