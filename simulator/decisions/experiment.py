"""One scenario, one policy, one staffing, one seed: what determines every number of a run."""

from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import DEFAULT_ENGINE, Engine, simulate
from simulator.metrics.count import count, count_by_day, thresholds_for
from simulator.metrics.counts import Counts
from simulator.scenario.model import Scenario, Shift
from simulator.scenario.policy import Policy
from simulator.tables.calls import Calls
from simulator.tables.laws import broken_laws
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing

LEAST_REPLICATIONS, MOST_REPLICATIONS = 10, 200
CALLS_BY_DEFAULT = 200_000
"""Calls that a run without --replications simulates, about; within the bounds above."""
ROUND_THE_CLOCK = Shift.model_validate({"name": "always", "from": "00:00", "to": "24:00", "call_takers": 0})


@dataclass(frozen=True, slots=True)
class Experiment:
    """A scenario with its policy and staffing, and the seed of its draws."""

    scenario: Scenario
    seed: int = 1
    engine: Engine = DEFAULT_ENGINE

    def under(self, policy: Policy) -> "Experiment":
        """The same callers under another policy."""
        return replace(self, scenario=self.scenario.model_copy(update={"policy": policy}))

    def staffed(self, call_takers: int) -> "Experiment":
        """The same callers with this many call-takers on every shift; round the clock where there is no shift."""
        shifts = self.scenario.floor.shifts or (ROUND_THE_CLOCK,)
        shifts = tuple(shift.model_copy(update={"call_takers": call_takers}) for shift in shifts)
        floor = self.scenario.floor.model_copy(update={"shifts": shifts})
        return replace(self, scenario=self.scenario.model_copy(update={"floor": floor}))

    def identity(self) -> dict[str, Any]:
        """What the numbers depend on, as JSON: scenario with policy and staffing, seed, versions; not the engine,
        since engines agree, nor how many replications are asked for."""
        return {"scenario": self.scenario.model_dump(mode="json"), "seed": self.seed, "versions": versions()}


@dataclass(frozen=True, slots=True)
class Replication:
    """One replication: the plan, what happened, and its sums."""

    number: int
    calls: Calls
    staffing: Staffing
    outcomes: Outcomes
    counts: Counts

    def by_day(self, experiment: Experiment) -> list[Counts]:
        """Sums of each day on its own."""
        thresholds = thresholds_for(experiment.scenario.targets)
        return count_by_day(self.calls, self.outcomes, self.staffing, thresholds)

    def broken_laws(self, experiment: Experiment) -> tuple[str, ...]:
        """Laws of the tables that this replication breaks; there should be none."""
        floor = experiment.scenario.floor
        return broken_laws(self.calls, self.staffing, self.outcomes, floor.trunks, attended=floor.attended)


def run_once(experiment: Experiment, number: int) -> Replication:
    """Draw, run and count one replication, the flow of siaga in one place."""
    scenario = experiment.scenario
    calls = draw_calls(scenario, experiment.seed, number)
    staffing = draw_staffing(scenario, experiment.seed, number)
    outcomes = simulate(calls, staffing, scenario.floor, scenario.policy, experiment.engine)
    hourly = any(target.scope == "every clock hour" for target in scenario.targets)
    counts = count(calls, outcomes, staffing, thresholds_for(scenario.targets), clock_hours=hourly)
    return Replication(number, calls, staffing, outcomes, counts)


def replications_by_default(expected_calls: float) -> int:
    """How many replications a run makes unless told: about CALLS_BY_DEFAULT calls in all, from 10 to 200."""
    return int(np.clip(CALLS_BY_DEFAULT / max(expected_calls, 1), LEAST_REPLICATIONS, MOST_REPLICATIONS))


@cache
def versions() -> dict[str, str]:
    """Versions that the draws depend on."""
    return {name: version(name) for name in ("siaga", "numpy")}
