"""What a line meets week after week: the beginning of a run, which is not like the rest, is left out.

A run begins with empty queues and an empty blocklist. Where everything about a scenario repeats every week, what is
left of that wears off; whole weeks are deleted, as many as MSER finds (White 1997, Simulation 69, 323-334): of a series
Y_1 .. Y_n of weekly means it deletes the first d that minimise sum_{j > d} (Y_j - mean)^2 / (n - d)^2, the squared
standard error of what remains. Weekly means are taken over PILOTS replications, so that chance is small beside drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.decisions.experiment import Experiment, run_once
from simulator.metrics.count import thresholds_for
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY, NEVER, WEEK
from simulator.tables.outcomes import Ending

PILOTS = 10
LEAST_WEEKS = 8
SERIES = ("answered in time", "blocked", "lost")

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Weeks deleted, of so many; ``settled``: whether what is left is at least half of them."""

    weeks: int
    of: int
    settled: bool


def steadied(experiment: Experiment) -> tuple[Experiment, WarmUp]:
    """The experiment with the weeks that are not like the rest simulated and not counted.

    Raises BadInput, with the reason, for a scenario that has no steady state, or is too short to find it.
    """
    check_cyclic(experiment.scenario)
    weeks = experiment.scenario.length // WEEK
    within = thresholds_for(experiment.scenario.targets)[0]
    sums = sum(_weekly(experiment, number, within) for number in range(PILOTS))
    assert not isinstance(sums, int)
    with np.errstate(invalid="ignore"):
        means = sums[1:] / sums[0]
    cuts = [mser(series[~np.isnan(series)]) for series in means]
    found = WarmUp(max(cuts), weeks, max(cuts) < weeks // 2)
    return replace(experiment, warm_up=found.weeks * WEEK), found


def mser(series: Float) -> int:
    """How many of the first values to delete, at most half of them."""
    n = len(series)
    if n < 2:
        return 0
    errors = [float(np.square(series[d:] - series[d:].mean()).sum()) / (n - d) ** 2 for d in range(n // 2 + 1)]
    return int(np.argmin(errors))


def _weekly(experiment: Experiment, number: int, within: int) -> Float:
    """By week of the first attempt [4][weeks]: attempts, of them answered in time, blocked, and lost."""
    run = run_once(experiment, number)
    o, weeks = run.outcomes, experiment.scenario.length // WEEK
    week = run.calls.arrival[o.call] // WEEK
    counted = (week >= 0) & (week < weeks)
    in_time = (o.ending == Ending.ANSWERED) & (o.answered - o.arrival <= within)
    lost = (o.ending == Ending.BUSY) | (o.ending == Ending.ABANDONED)
    masks = (counted, counted & in_time, counted & (o.ending == Ending.BLOCKED), counted & lost)
    return np.stack([np.bincount(week[mask], minlength=weeks) for mask in masks]).astype(np.float64)


def check_cyclic(scenario: Scenario) -> None:
    """Raise BadInput where the weeks of a scenario are not alike, or never become so."""
    faults = [
        Fault("a scenario whose weeks are alike", given, key, hint=hint) for key, given, hint in _drifts(scenario)
    ]
    if faults:
        raise BadInput(faults)


def _drifts(scenario: Scenario) -> Sequence[tuple[str, str, str]]:
    """What keeps a scenario from a steady state: where, what, and the mend."""
    found = [
        (
            f"policy.rules[{place}].for",
            "a block for ever: the list only grows, so that no week is like the one before",
            "ask without --steady-state what a stretch of time is like; or let blocks end",
        )
        for place, rule in enumerate(scenario.policy.rules, start=1)
        if NEVER in rule.for_
    ]
    for name, group in scenario.callers.items():
        if group.novelty:
            found.append(
                (f"callers.{name}.novelty", "calls that wear off", "leave novelty out, or ask without --steady-state")
            )
        if group.surges:
            found.append(
                (f"callers.{name}.surges", "a surge at one time", "leave surges out, or ask without --steady-state")
            )
        if group.gives_up and group.numbers.pool and scenario.policy.rules:
            found.append(
                (
                    f"callers.{name}.gives_up",
                    "a pool of callers who give up for good: in the end nobody is left",
                    "let each_new person call, or ask without --steady-state",
                )
            )
    if scenario.length % WEEK or scenario.length < LEAST_WEEKS * WEEK:
        found.append(
            ("length", f"{scenario.length / DAY:g} d", f"whole weeks, {LEAST_WEEKS} of them at least: length: 52 w")
        )
    return found
