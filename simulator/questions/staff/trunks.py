"""Lines: the fewest that are enough by a grade of service, and whether a plan holds on them."""

from collections.abc import Sequence

import numpy as np

from simulator.metrics.counts import Counts
from simulator.metrics.targets import by_hour
from simulator.planning.floors import FloorRuns
from simulator.planning.level import counts_with
from simulator.planning.plan_result import PlanResult
from simulator.planning.split import PLANS, split_of
from simulator.scenario.floor import Shift

P01 = 0.01
"""The grade of service P.01: of the attempts in the busiest hour so many find all lines busy."""
MOST_LINES = 512


def fewest_lines(runs: FloorRuns, shifts: tuple[Shift, ...]) -> tuple[int | None, float]:
    """The fewest trunks at P.01, and what the scenario's own lose: share of attempts that end busy, busiest hour."""
    own = runs.experiment.scenario.floor.trunks
    busy = _busy(counts_with(runs, shifts))
    low, high = (0, own) if busy <= P01 else (own, 2 * own)
    while _busy(counts_with(runs, shifts, high)) > P01:
        low, high = high, 2 * high
        if high > MOST_LINES:
            return None, busy
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _busy(counts_with(runs, shifts, middle)) <= P01 else (middle, high)
    return high, busy


def holds(runs: FloorRuns, found: PlanResult, lines: int | None) -> bool:
    """Whether the plan meets the targets on so many lines, of callers whom no search has seen; as sure as a look."""
    if lines is None:
        return False
    many, sure = found.effort.fresh or 2 * runs.replications, split_of(found.error).confirm
    fresh = runs.fresh(runs.experiment.seed + PLANS + 1, many, once=True)
    counts = counts_with(fresh, found.shifts, lines)
    verdicts = by_hour(runs.experiment.scenario.targets, counts, error=sure, each=True)
    return all(verdict.met for verdict in verdicts)


def _busy(counts: Sequence[Counts]) -> float:
    """Of attempts of all callers in the busiest hour, by attempts, the share that found every line busy."""
    attempts, lost = (np.sum([one.sums[name].sum(axis=0) for one in counts], axis=0) for name in ("attempts", "busy"))
    busiest = int(np.argmax(attempts))
    return float(lost[busiest] / attempts[busiest]) if attempts[busiest] else 0.0
