"""Times at which callers call and no shift of a plan is on: no number of persons on these shifts helps them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.metrics.histogram import ALL
from simulator.metrics.targets import HourVerdict
from simulator.scenario.clock import clock_of
from simulator.scenario.floor import Shift
from simulator.scenario.intent import INTENTS
from simulator.scenario.model import Scenario
from simulator.scenario.target import Target
from simulator.scenario.units import HOUR
from simulator.scenario.week import MINUTES, minutes_of, within

DAYS, HOURS_A_DAY, HOURS_A_WEEK = 7, 24, 168


@dataclass(frozen=True, eq=False, slots=True)
class CoverageGap:
    """When callers of a target call and no shift is on.

    minutes   bool, of the week from Monday 00:00; where days differ, of those that the scenario has
    share     of the target's callers who call then, novelty and surges aside
    """

    minutes: NDArray[np.bool_]
    share: float

    def explains(self, verdict: HourVerdict, scenario: Scenario) -> bool:
        """Whether no number of persons fixes the verdict: its hour is such a time, or too many call then."""
        if verdict.hour is None:
            return self.share > 1 - verdict.target.share
        hours = np.asarray(self.minutes.reshape(HOURS_A_WEEK, -1).any(axis=1))
        if verdict.target.scope == "every hour":
            return bool(hours[verdict.hour :: HOURS_A_DAY].any())
        return bool(hours[(clock_of(scenario.start) // HOUR + verdict.hour) % HOURS_A_WEEK])


def find_gaps(scenario: Scenario, shifts: tuple[Shift, ...], target: Target) -> CoverageGap:
    """When callers of the target call and none of the shifts is on, whatever their numbers."""
    calls = np.zeros((DAYS, HOURS_A_DAY))
    for group in scenario.callers.values():
        if target.intent == ALL or INTENTS[target.intent] == group.intent:
            week = np.outer(group.by_day, group.by_hour)
            calls += group.volume * week / max(week.sum(), 1e-9)
    rates, run = np.repeat(calls.ravel(), MINUTES // HOURS_A_WEEK), within(scenario)
    bare = rates > 0
    for shift in shifts:
        bare &= ~minutes_of(shift)
    share = float(rates[bare & run].sum() / max(rates[run].sum(), 1e-9))
    by_day = bare.reshape(DAYS, -1)
    return CoverageGap(bare if (by_day == by_day[0]).all() else bare & run, share)
