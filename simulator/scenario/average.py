"""The average day of a scenario: calls and work by hour of the day, as formulas take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.model import Scenario
from simulator.scenario.profile import expected_calls
from simulator.scenario.units import DAY, HOUR, SECOND

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class AverageDay:
    """First attempts of the groups, averaged over the days of the scenario.

    rates     calls a second, float [groups][24]
    handling  mean talk and wrap-up, s, float [groups]; infinite where it has no mean
    """

    rates: Float
    handling: Float

    @property
    def calls(self) -> Float:
        """Calls a second of all groups, float [24]."""
        return np.asarray(self.rates.sum(axis=0))

    @property
    def load(self) -> Float:
        """Offered load of all groups, Erlang, float [24]."""
        return np.asarray(self.handling @ self.rates)


def average_day(scenario: Scenario, since: int = 0) -> AverageDay:
    """The average of the days from ``since`` (µs) on; what a surge does to single hours is spread over all."""
    days = (scenario.length - since) / DAY
    rates, handling = [], []
    for group in scenario.callers.values():
        calls = expected_calls(group, scenario, since, scenario.length) / days
        weights = np.asarray(group.by_hour) / max(sum(group.by_hour), 1e-9)
        rates.append(calls * weights / (HOUR / SECOND))
        handling.append((group.talk.mean() + group.wrap_up.mean()) / SECOND)
    return AverageDay(np.array(rates), np.array(handling))
