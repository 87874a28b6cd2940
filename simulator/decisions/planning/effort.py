"""How often to simulate, how many persons are worth trying, and where to start."""

from math import ceil

import numpy as np

from simulator.decisions.experiment import Experiment
from simulator.metrics.erlang.sizing import fewest_staff
from simulator.metrics.histogram import ALL
from simulator.scenario.average import average_day
from simulator.scenario.floor import Floor
from simulator.scenario.intent import Intent
from simulator.scenario.model import Scenario
from simulator.scenario.profile import expected_calls
from simulator.scenario.target import Target
from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.calls import Int64

CALLERS = 200
"""Callers in the leanest hour of a target that are enough to tell 97 % from 90 % with all hours' bounds together."""
LEAST, MOST = 20, 2_000
CALLS = 1_500_000
"""Calls kept in memory, about, at most: some 150 bytes each."""
SPARE = 3
"""Persons that the fullest plan has beyond one and a half times the formula's."""


def replications_for(experiment: Experiment) -> int:
    """Replications in which the leanest hour of each target has about CALLERS callers, as far as memory goes."""
    scenario, since = experiment.scenario, experiment.warm_up
    callers = min((_leanest(scenario, target, since) for target in scenario.targets), default=1.0)
    wanted = ceil(CALLERS / max(callers, 1e-9))
    fits = int(CALLS / max(experiment.calls_expected, 1))
    return int(np.clip(min(wanted, max(fits, LEAST)), LEAST, MOST))


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


def _guess(scenario: Scenario, rate: float, load: float) -> int:
    """Of one hour; calls a second, Erlang."""
    if not rate or not load or not np.isfinite(load):
        return 1
    asked = [(target.within / SECOND, min(target.share, 0.999)) for target in scenario.targets]
    return max(fewest_staff(rate, load / rate, *each) or 1 for each in asked)


def fullest(guess: Int64, floor: Floor) -> int:
    """Persons on each place of the fullest plan: well beyond the formula's, and all that trunks let talk or wrap up."""
    return int(max(ceil(1.5 * int(guess.max(initial=1))) + SPARE, min(2 * floor.trunks, 12)))
