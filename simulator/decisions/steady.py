"""What a line meets week after week: the beginning of a run, which is not like the rest, is left out.

A run begins with empty queues and an empty blocklist. Where everything about a scenario repeats every week, what is
left of that wears off; whole weeks are deleted, as many as MSER finds (White 1997, Simulation 69, 323-334): of a series
Y_1 .. Y_n of weekly means it deletes the first d that minimise sum_{j > d} (Y_j - mean)^2 / (n - d)^2, the squared
standard error of what remains. Weekly means are taken over PILOTS replications, so that chance is small beside drift.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.decisions.experiment import Experiment, run_once
from simulator.metrics.count import thresholds_for
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.units import NEVER, WEEK
from simulator.tables.outcomes import Ending

PILOTS = 10
LEAST_WEEKS = 26
"""Of fewer, MSER deletes half by chance too often: of 8 independent weekly means in one case of seven, of 26 in 1 %."""
SOME_WEEKS = 52
DRIFT = 0.005
"""From how much on a drift matters: half a point of all attempts."""
DRIFT_T = 4.0
"""Student t of a drift that chance does not make: with 10 pilots, in 1 % of scenarios for any of three series."""
ALIKE = "for --steady-state a scenario whose weeks are alike"

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Weeks deleted, of so many; ``settled``: whether fewer than half were, and the rest does not drift."""

    weeks: int
    of: int
    settled: bool


def steadied(experiment: Experiment) -> tuple[Experiment, WarmUp]:
    """The experiment with the weeks that are not like the rest simulated and not counted.

    It is as many whole weeks as its scenario is long, SOME_WEEKS where that is under LEAST_WEEKS. Raises BadInput, with
    the reason, for a scenario that has no steady state.
    """
    check_cyclic(experiment.scenario)
    experiment = weekly(experiment)
    weeks = experiment.scenario.length // WEEK
    within = thresholds_for(experiment.scenario.targets)[0]
    pilots = np.stack([_weekly(experiment, number, within) for number in range(PILOTS)])
    cut = max(weeks_to_delete(series) for series in _shares(pilots.sum(axis=0)))
    found = WarmUp(cut, weeks, cut < weeks // 2 and not drifts(pilots[:, :, cut:]))
    return replace(experiment, warm_up=cut * WEEK), found


def weekly(experiment: Experiment) -> Experiment:
    """The experiment as many whole weeks long as it is to be simulated."""
    length = whole_weeks(experiment.scenario.length) * WEEK
    return replace(experiment, scenario=experiment.scenario.model_copy(update={"length": length}))


def whole_weeks(length: int) -> int:
    """How many weeks to simulate in place of a length (microseconds)."""
    return length // WEEK if length >= LEAST_WEEKS * WEEK else SOME_WEEKS


def _shares(sums: Float) -> Float:
    """Sums of attempts and of what became of them [4][...] -> the shares of the latter [3][...]."""
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[1:] / sums[0])


def drifts(sums: Float) -> bool:
    """Whether sums of pilots by week [pilots][4][weeks] differ between the first and the second half of the weeks.

    MSER does not see what begins late. The differences of the pilots are independent, so that a t statistic of them
    holds however much weeks depend on each other.
    """
    middle = sums.shape[2] // 2
    halves = (_shares(sums[:, :, part].sum(axis=2).T) for part in (slice(middle), slice(middle, None)))
    change = np.subtract(*halves)
    mean, error = change.mean(axis=1), change.std(axis=1, ddof=1) / np.sqrt(len(sums))
    return bool(np.any((np.abs(mean) > DRIFT) & (np.abs(mean) > DRIFT_T * error)))


def weeks_to_delete(means: Float) -> int:
    """What MSER deletes of weekly means [weeks]; a week in which nobody called (NaN) has none."""
    known = np.flatnonzero(~np.isnan(means))
    cut = mser(means[known])
    return int(known[cut]) if cut else 0


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
    """Raise BadInput, with every reason, where the weeks of a scenario are not alike, or never become so."""
    faults = [*_endless(scenario), *_passing(scenario)]
    if faults:
        raise BadInput(faults)


def _endless(scenario: Scenario) -> Iterator[Fault]:
    """What goes on in one direction for ever. A number that a file lists for ever is none of it: it stays as it is."""
    rules = scenario.policy.rules
    for place, rule in enumerate(rules, start=1):
        if NEVER in rule.for_:
            given = "forever: the list only grows, so that no week is like the one before"
            mend = "let it end, for: 90 d, or leave out --steady-state to see the stretch of time as it is"
            yield Fault(ALIKE, given, f"policy.rules[{place}].for", hint=mend)
    blocks = any(rule.action == "block" for rule in rules)
    for name, group in scenario.callers.items():
        if blocks and group.gives_up and group.numbers.pool:
            given = "a pool whose persons give up for good once blocked: in the end nobody is left"
            mend = "write numbers: {each_new: true} in place of the pool, or leave out gives_up or --steady-state"
            yield Fault(ALIKE, given, f"callers.{name}.gives_up", hint=mend)


def _passing(scenario: Scenario) -> Iterator[Fault]:
    """What belongs to one stretch of time."""
    for name, group in scenario.callers.items():
        if group.novelty:
            mend = "leave novelty out and give the volume that stays, or leave out --steady-state"
            yield Fault(ALIKE, "calls that wear off after the launch", f"callers.{name}.novelty", hint=mend)
        if group.surges:
            mend = "leave surges out, or leave out --steady-state"
            yield Fault(ALIKE, "a surge that comes once", f"callers.{name}.surges", hint=mend)
