"""How often to simulate, how many persons are worth trying, and where to start."""

from math import ceil

import numpy as np

from simulator.metrics.erlang.sizing import fewest_staff
from simulator.metrics.histogram import ALL
from simulator.scenario.average import average_day
from simulator.scenario.floor import Floor
from simulator.scenario.intent import Intent
from simulator.scenario.model import Scenario
from simulator.scenario.profile import expected_calls
from simulator.scenario.target import Target
from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.study.experiment import Experiment
from simulator.tables.calls import Int64

CALLERS, DAILY_CALLERS = 200, 50_000
"""Callers in the leanest hour of a target, or over the whole day, that a search begins with: in an hour one person more
or less is told by them, over the day half a point."""
LEAST, MOST = 20, 2_000
CALLS = 1_500_000
"""Calls kept in memory, about, at most: some 150 bytes each."""
BUDGET, OVERHEAD = 100_000_000, 900
"""Calls that a search simulates in all, about; a replication without any takes as long as so many."""
SPARE = 3
"""Persons that the fullest plan has beyond one and a half times the formula's."""


def replications_for(experiment: Experiment) -> int:
    """Replications that a search begins with: for CALLERS in the leanest hour, as far as memory goes."""
    scenario, since = experiment.scenario, experiment.warm_up
    wanted = max(
        ((DAILY_CALLERS if t.scope == "overall" else CALLERS) / max(_leanest(scenario, t, since), 1e-9)
         for t in scenario.targets), default=1.0,
    )  # fmt: skip
    fits = int(CALLS / max(experiment.calls_expected, 1))
    return int(np.clip(min(ceil(wanted), max(fits, LEAST)), LEAST, MOST))


def budget_for(experiment: Experiment) -> int:
    """Replications of plans that a search spends in all, by default."""
    return int(BUDGET / (experiment.calls_expected + OVERHEAD))


def _leanest(scenario: Scenario, target: Target, since: int) -> float:
    """Expected callers of a target in a replication, in the leanest of its hours that has any."""
    groups = [g for g in scenario.callers.values() if target.intent == ALL or Intent[g.intent.upper()] == target.intent]
    total = sum(expected_calls(group, scenario, since, scenario.length) for group in groups)
    if target.scope == "overall":
        return total
    by_hour = np.sum(
        [np.asarray(g.by_hour, dtype=float) / max(sum(g.by_hour), 1e-9) * g.volume for g in groups], axis=0
    )
    lean = float(np.min(by_hour[by_hour > 0], initial=np.inf)) / max(float(np.sum(by_hour)), 1e-9)
    hours = total * lean
    return hours if target.scope == "every hour" else hours * DAY / max(scenario.length - since, HOUR)


def guess(scenario: Scenario, since: int = 0) -> Int64:
    """Call-takers by hour of the day (int64 [24]) that Erlang C asks for at each hour's own load, all groups together.

    Of calls from ``since`` (µs) on, without redials, patience or absences: the search only begins there.
    """
    day = average_day(scenario, since)
    return np.array([_guess(scenario, *each) for each in zip(day.calls.tolist(), day.load.tolist(), strict=True)])


def quiet_hours(scenario: Scenario) -> frozenset[int]:
    """Hours of the day in which nobody calls."""
    return frozenset(np.flatnonzero(average_day(scenario).calls == 0).tolist())


def _guess(scenario: Scenario, rate: float, load: float) -> int:
    """Of one hour; calls a second, Erlang."""
    if not rate or not load or not np.isfinite(load):
        return 1
    asked = [(target.within / SECOND, min(target.share, 0.999)) for target in scenario.targets]
    return max(fewest_staff(rate, load / rate, *each) or 1 for each in asked)


def fullest(guess: Int64, floor: Floor) -> int:
    """Persons on each place of the fullest plan: well beyond the formula's, and all that trunks let talk or wrap up."""
    return int(max(ceil(1.5 * int(guess.max(initial=1))) + SPARE, min(2 * floor.trunks, 12)))
