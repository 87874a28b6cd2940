"""One scenario, one policy, one staffing, one seed: what determines every number of a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.metadata import version
from typing import Any

import numpy as np

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import DEFAULT_ENGINE, Engine, play
from simulator.metrics.count import count_by_day, count_for, thresholds_for
from simulator.metrics.counts import Counts
from simulator.scenario.model import Scenario, Shift
from simulator.scenario.policy import INTENTS, NUISANCE, Policy
from simulator.scenario.profile import expected_calls
from simulator.scenario.units import DAY
from simulator.study.no_nuisance import without_nuisance
from simulator.tables.calls import Calls
from simulator.tables.laws import broken_laws
from simulator.tables.outcomes import Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing
from simulator.tables.store import key_of

LEAST_REPLICATIONS, MOST_REPLICATIONS = 20, 100
CALLS_BY_DEFAULT = 1_000_000
"""Calls that a run without --replications simulates, about; within the bounds above."""
CALLS_WITH_ROWS = 1_000_000
"""Calls that are kept row by row, about; of all others there are the sums."""
DRAWS, SUMS = "3", "2"
NUISANCES = tuple(INTENTS[intent] for intent in NUISANCE)
ROUND_THE_CLOCK = Shift.model_validate({"name": "always", "from": "00:00", "to": "24:00", "call_takers": 0})


@dataclass(frozen=True, slots=True)
class Experiment:
    """A scenario with its policy and staffing, and the seed of its draws.

    ``warm_up``: microseconds at its beginning that are simulated and not counted; ``nuisance``: whether prank and
    silent calls are made; without them it is what no rule can beat.
    """

    scenario: Scenario
    seed: int = 1
    engine: Engine = DEFAULT_ENGINE
    warm_up: int = 0
    nuisance: bool = True

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
        """What the numbers depend on, as JSON: scenario with policy and staffing, seed, warm-up, versions; not the
        engine, since engines agree, nor how many replications are asked for."""
        return {
            "scenario": self.scenario.model_dump(mode="json"),
            "seed": self.seed,
            "warm_up": self.warm_up,
            "versions": versions(),
            **({} if self.nuisance else {"nuisance": False}),
        }

    @property
    def calls_expected(self) -> float:
        """First attempts expected in one replication, a simulated past included."""
        scenario = self.scenario
        begin = -scenario.floor.blocklist.warmed
        made = (group for group in scenario.callers.values() if self.nuisance or group.intent not in NUISANCES)
        return sum(expected_calls(group, scenario, begin, scenario.length) for group in made)

    @property
    def with_rows(self) -> int:
        """How many replications are kept row by row: as many as have CALLS_WITH_ROWS between them, at least one."""
        return max(1, int(CALLS_WITH_ROWS / max(self.calls_expected, 1)))

    @property
    def callers_key(self) -> str:
        """Two experiments with the same key draw the same Calls: policies, staffing and trunks may differ."""
        floor = self.scenario.floor.model_dump(mode="json", include={"blocklist", "acceptance"})
        return key_of(self.seed, self._dump("callers", "day_factors", "start", "length"), floor, self._floor_needs())

    @property
    def staffing_key(self) -> str:
        """Two experiments with the same key draw the same Staffing."""
        floor = self.scenario.floor.model_dump(mode="json", include={"blocklist", "shifts"})
        return key_of(self.seed, self._dump("start", "length"), floor)

    def _floor_needs(self) -> list[str]:
        return sorted(self.scenario.floor.needs)

    def _dump(self, *parts: str) -> dict[str, Any]:
        # As text: equal mappings may differ in their order, and equal times in their clocks, and draws go by both.
        return self.scenario.model_dump(mode="json", include=set(parts))


@dataclass(frozen=True)
class Replication:
    """One replication of an experiment: the plan, and what happened."""

    experiment: Experiment
    number: int
    calls: Calls
    staffing: Staffing
    outcomes: Outcomes
    sanctions: Sanctions

    @cached_property
    def counts(self) -> Counts:
        """Its sums."""
        since, compiled = self.experiment.warm_up, self.experiment.engine == "kernel"
        targets = self.experiment.scenario.targets
        return count_for(targets, self.calls, self.outcomes, self.staffing, since=since, compiled=compiled)

    def by_day(self, experiment: Experiment) -> list[Counts]:
        """Sums of each day on its own, those of a warm-up left out."""
        thresholds = thresholds_for(experiment.scenario.targets)
        days = count_by_day(self.calls, self.outcomes, self.staffing, thresholds)
        return days[experiment.warm_up // DAY :]

    def broken_laws(self, experiment: Experiment) -> tuple[str, ...]:
        """Laws of the tables that this replication breaks; there should be none."""
        scenario = experiment.scenario
        return broken_laws(self.calls, self.staffing, self.outcomes, scenario.floor, scenario.policy)


def run_once(experiment: Experiment, number: int) -> Replication:
    """Draw and run one replication, the flow of siaga in one place."""
    return next(run_each([experiment], number))


def run_each(experiments: Sequence[Experiment], number: int) -> Iterator[Replication]:
    """The same replication of several experiments; those with the same callers share one table of them."""
    drawn: dict[str, Calls] = {}
    rostered: dict[str, Staffing] = {}
    legitimate: dict[str, Calls] = {}
    # Keys cost more than many a replication: who is alone needs none.
    alone = len(experiments) == 1
    needs = frozenset[str]().union(*(experiment.scenario.policy.needs for experiment in experiments))
    for experiment in experiments:
        scenario = experiment.scenario
        of_calls, of_staffing = ("", "") if alone else (experiment.callers_key, experiment.staffing_key)
        if of_calls not in drawn:
            drawn[of_calls] = draw_calls(scenario, experiment.seed, number, needs)
        if of_staffing not in rostered:
            rostered[of_staffing] = draw_staffing(scenario, experiment.seed, number)
        calls, staffing = drawn[of_calls], rostered[of_staffing]
        if not experiment.nuisance:
            if of_calls not in legitimate:
                legitimate[of_calls] = without_nuisance(calls)
            calls = legitimate[of_calls]
        yield run_on(experiment, number, calls, staffing)


def run_on(experiment: Experiment, number: int, calls: Calls, staffing: Staffing) -> Replication:
    """Simulate a replication with what was drawn for it."""
    scenario = experiment.scenario
    outcomes, sanctions = play(calls, staffing, scenario.floor, scenario.policy, experiment.engine)
    return Replication(experiment, number, calls, staffing, outcomes, sanctions)


def replications_by_default(expected_calls: float) -> int:
    """How many replications a run makes unless told: about CALLS_BY_DEFAULT calls in all, from 20 to 100."""
    return int(np.clip(CALLS_BY_DEFAULT / max(expected_calls, 1), LEAST_REPLICATIONS, MOST_REPLICATIONS))


@cache
def versions() -> dict[str, str]:
    """Versions that a run depends on; DRAWS is raised whenever the same seed gives other callers than before, SUMS
    whenever other sums are kept of a replication."""
    return {"draws": DRAWS, "sums": SUMS} | {name: version(name) for name in ("siaga", "numpy")}
