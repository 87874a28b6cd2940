"""Counts of replications -> measures with intervals, by intent and by hour of the day.

Replications are the clusters. A single replication leaves only its days (24 hours from the scenario's start), which
are not independent of each other; ``count_warnings`` says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from simulator.metrics.counts import DURATIONS, HOURS, Counts
from simulator.metrics.estimate import FEW_CLUSTERS, TAIL, Estimate, Float, Kind, Pool, ratios
from simulator.metrics.histogram import ALL
from simulator.metrics.measures import PERCENTILES, SECONDS, Measure, catalogue, service_levels
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import DAY, SECOND
from simulator.tables.calls import Int64


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of an intent (or ``all``) with its 95 % interval; None where there is nothing to say it from."""

    intent: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    unit: str


class Clusters:
    """The counts that intervals go by: replications, or the ``days`` of the only one.

    Raises ValueError without counts, or where they were counted at different thresholds.
    """

    def __init__(self, counts: Sequence[Counts], days: Sequence[Counts] = ()) -> None:
        if not counts:
            raise ValueError("no counts given: measures need at least one replication")
        if any(one.thresholds != counts[0].thresholds for one in counts):
            raise ValueError("counts at different thresholds do not add up: count all replications at the same ones")
        self.counts = days if len(counts) == 1 and len(days) > 1 else counts
        self.thresholds = counts[0].thresholds
        self.share = np.array([one.length for one in self.counts]) / counts[0].length
        """How much of a replication each cluster is."""
        self._places = {name: place for place, name in enumerate(counts[0].sums)}

    @cached_property
    def _totals(self) -> Int64:
        """Sums by cluster, name and intent: int64 [R][names][4]."""
        return np.stack([one.sums.totals() for one in self.counts])

    def by_hour(self, name: str | None, intent: int) -> Float:
        """A sum by cluster and hour [R][24]; without a name, the share of a replication that each cluster is."""
        if name is None:
            return np.repeat(self.share[:, None], HOURS, axis=1)
        if name in self.counts[0].floor:
            return np.array([one.floor[name] for one in self.counts], dtype=np.float64)
        tables = (one.sums[name] for one in self.counts)
        return np.array([table.sum(axis=0) if intent == ALL else table[intent] for table in tables], dtype=np.float64)

    def totals(self, name: str | None, intent: int) -> Float:
        """A sum by cluster [R]."""
        if name is None:
            return self.share
        if name not in self._places:
            return np.asarray(self.by_hour(name, intent).sum(axis=1))
        table = self._totals[:, self._places[name]]
        return np.asarray(table.sum(axis=1) if intent == ALL else table[:, intent], dtype=np.float64)


def intent_name(intent: int) -> str:
    """The intent's name; ``all`` for ``ALL``."""
    return "all" if intent == ALL else INTENTS[intent]


def measures_of(counts: Sequence[Counts], days: Sequence[Counts] = (), *, percentiles: bool = True) -> list[Measured]:
    """Every measure of every intent: what ``siaga run --json`` prints. ``days``: of a single replication.

    Without ``percentiles`` those are left out, which take most of the time.
    """
    clusters = Clusters(counts, days)
    units: dict[str, str] = {measure.name: measure.unit for measure in catalogue(clusters.thresholds)}
    units |= {percentile.name: percentile.unit for percentile in PERCENTILES}
    return [
        Measured(intent_name(intent), name, _finite(found.value), _finite(found.low), _finite(found.high), units[name])
        for name, intent, found in (*_ratios(clusters), *(_percentiles(clusters) if percentiles else ()))
    ]


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None


def _ratios(clusters: Clusters) -> list[tuple[str, int, Estimate]]:
    asked = [(measure, intent) for measure in catalogue(clusters.thresholds) for intent in measure.intents]
    estimates: dict[tuple[str, int], Estimate] = {}
    for kind in Kind:
        these = [(measure, intent) for measure, intent in asked if measure.kind is kind]
        x = np.stack([clusters.totals(measure.numerator, intent) for measure, intent in these], axis=1)
        y = np.stack([clusters.totals(measure.denominator, intent) for measure, intent in these], axis=1)
        for (measure, intent), estimate in zip(these, ratios(x, y, kind), strict=True):
            estimates[measure.name, intent] = _in_unit(measure, estimate)
    return [(measure.name, intent, estimates[measure.name, intent]) for measure, intent in asked]


def _in_unit(measure: Measure, estimate: Estimate) -> Estimate:
    return estimate.times(1 / SECOND) if measure.unit == SECONDS else estimate


def _percentiles(clusters: Clusters) -> list[tuple[str, int, Estimate]]:
    pools = {name: Pool([one.durations[name] for one in clusters.counts]) for name in DURATIONS}
    asked = {(each.durations, intent) for each in PERCENTILES for intent in each.intents}
    found = {(name, intent): pools[name].of(intent) for name, intent in asked}
    return [
        (each.name, intent, found[each.durations, intent].quantile(each.p).times(1 / SECOND))
        for each in PERCENTILES
        for intent in each.intents
    ]


def by_hour(
    counts: Sequence[Counts], measure: Measure, intent: int, days: Sequence[Counts] = (), *, tail: float = TAIL
) -> list[Estimate]:
    """The measure in each hour of the day, pooled over days and replications: sums over sums (24 estimates).

    The hour is that of the caller's first attempt; of occupancy, the hour in which the time passed. ``tail`` is left
    out on either side, and twice as much on the only one where none was seen.
    """
    clusters = Clusters(counts, days)
    x, y = clusters.by_hour(measure.numerator, intent), clusters.by_hour(measure.denominator, intent)
    return [_in_unit(measure, estimate) for estimate in ratios(x, y, measure.kind, tail=tail, none_seen=2 * tail)]


def service_level_by_hour(counts: Sequence[Counts], intent: int, days: Sequence[Counts] = ()) -> list[Estimate]:
    """The headline service level in each hour of the day."""
    return by_hour(counts, service_levels(counts[0].thresholds[0])[0], intent, days)


def worst_hour(hours: Sequence[Estimate], *, higher_is_better: bool = True) -> int | None:
    """The hour with the worst value, the earliest of equals; None where no hour has any."""
    sign = 1 if higher_is_better else -1
    values = np.array([sign * estimate.value for estimate in hours])
    return None if np.all(np.isnan(values)) else int(np.nanargmin(values))


def count_warnings(counts: Sequence[Counts]) -> tuple[str, ...]:
    """What a reader of the intervals should know: too few replications."""
    if len(counts) == 1 and counts[0].length <= DAY:
        return ("one replication of a day or less gives no intervals: ask for at least 10 replications",)
    if len(counts) == 1:
        return (
            "one replication: intervals go by its days, which are not independent; ask for at least 10 replications",
        )
    if len(counts) < FEW_CLUSTERS:
        return (f"only {len(counts)} replications are too few to trust the intervals: ask for at least 10",)
    return ()
