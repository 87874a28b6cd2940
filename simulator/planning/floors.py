"""Floors tried on one fixed set of Calls: their differences are never other callers'.

A search tries dozens of floors. Each worker caches the Calls of its replications from one to the next; sums that a
search asks for are stored, a file for each floor, so that a search that was cut short goes on from there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.demand.streams import Streams
from simulator.engines.simulate import Engine
from simulator.metrics.counts import DURATIONS, NO_CLOCK, Counts, Stack, at, from_rows, to_row
from simulator.metrics.histogram import Histogram
from simulator.planning.growth import Growth, grow, thin
from simulator.scenario.floor import Floor
from simulator.study.experiment import Experiment, run_on
from simulator.study.runs.executors import Choose, engine_for
from simulator.study.runs.progress import Meter, Notice, no_notice
from simulator.study.runs.runs import Design, Runs
from simulator.study.runs.task import Cache, Done, Task
from simulator.tables.calls import Calls
from simulator.tables.columns import freeze
from simulator.tables.store import TableFile, key_of

TRIALS = 40
"""Floors that a search tries, about: what the engine is chosen by."""
CACHED = 1_500_000
"""Calls that workers cache of a task in all, about; others are drawn anew whenever they are wanted."""
NO_DURATIONS = Histogram(freeze(np.zeros(0, dtype=np.int32)), freeze(np.zeros(0, dtype=np.int8)))
NEEDED = ("offered", "attempts", "busy")
"""Sums that a search needs, besides those in time."""
GrownFloor = tuple[Floor, float]
"""A floor, and the growth of the callers who meet it."""


def lean(counts: Counts) -> Counts:
    """What a search needs of a replication, and no more: a twentieth of all sums, so that thousands can be kept."""
    names = (*NEEDED, *(at("in_time", threshold) for threshold in counts.thresholds))
    clock = {name: counts.clock[name] for name in names if name in counts.clock}
    return Counts(
        sums=Stack.of({name: counts.sums[name] for name in names}),
        floor=counts.floor,
        clock=Stack.of(clock) if clock else NO_CLOCK,
        durations=dict.fromkeys(DURATIONS, NO_DURATIONS),
        thresholds=counts.thresholds,
        length=counts.length,
    )


@dataclass(frozen=True)
class FloorTask(Task[GrownFloor, Counts]):
    """Counts what callers of an experiment meet with other floors; its policy, callers and targets stay.

    ``growth``: what can grow, and how far; ``cached``: replications of which each worker caches the Calls.
    """

    experiment: Experiment
    growth: Growth | None
    cached: int
    sticky = True

    def simulate(
        self, designs: Sequence[GrownFloor], number: int, engine: Engine, cache: Cache
    ) -> Iterator[Done[Counts]]:
        """A replication with each floor."""
        for place, (floor, growth) in enumerate(designs):
            scenario, calls = self.experiment.scenario, self._calls(number, growth, cache)
            tried = replace(self.experiment, scenario=scenario.model_copy(update={"floor": floor}), engine=engine)
            ran = run_on(tried, number, calls, draw_staffing(tried.scenario, tried.seed, number))
            yield Done(place, number, lean(ran.counts), len(calls), len(ran.outcomes))

    def _calls(self, number: int, growth: float, cache: Cache) -> Calls:
        """Those of a replication at this growth."""
        experiment = self.experiment if self.growth is None else grow(self.experiment, self.growth)
        calls = cache.get(number)
        if calls is None:
            calls = draw_calls(experiment.scenario, experiment.seed, number, experiment.scenario.policy.needs)
            if len(cache) < self.cached:
                cache[number] = calls
        if self.growth is None:
            return calls
        return thin(calls, self.growth.of, growth / self.growth.most, Streams(experiment.seed, number))

    def experiments(self, _: Sequence[GrownFloor], engine: Engine) -> Iterator[Experiment]:
        """The engine is the same for every floor."""
        yield replace(self.experiment, engine=engine)

    def columns(self, value: Counts) -> Mapping[str, Any]:
        """Counts by their names."""
        return to_row(value)

    def values(self, _: GrownFloor, columns: Mapping[str, Any]) -> Iterator[Counts]:
        """Counts of each row."""
        return from_rows(columns)


@dataclass(frozen=True, slots=True)
class Simulations:
    """How the floors of a command are simulated, and the folder in which they are stored; None: nowhere."""

    choose: Choose
    folder: Path | None = None
    meter: Meter = field(default_factory=Meter)
    notice: Notice = no_notice


class FloorRuns:
    """Tries floors on replications 0 .. replications - 1 of an experiment."""

    def __init__(
        self,
        experiment: Experiment,
        replications: int,
        simulations: Simulations,
        growth: Growth | None = None,
        *,
        once: bool = False,
    ) -> None:
        """``growth``: what can grow, and how far; without it only the experiment's own volume can be tried. ``once``:
        one floor is to be tried only, so that Calls need not be cached."""
        self._calls = (experiment if growth is None else grow(experiment, growth)).calls_expected
        work = self._calls * replications * TRIALS
        engine = engine_for(work)
        self.experiment, self.replications = replace(experiment, engine=engine), replications
        self.growth, self._simulations = growth, simulations
        if not once:
            simulations.meter.expect(TRIALS * replications)
        workers = simulations.choose(work, engine).workers
        cached = 0 if once else int(CACHED / max(self._calls, 1) / workers)
        # Searches that differ in nothing but the number of replications share the cache.
        task = FloorTask(replace(experiment, engine="kernel"), growth, cached)
        self._runs = Runs(task, simulations.choose, simulations.meter, simulations.notice, work)
        self._folder = None if simulations.folder is None else simulations.folder / f"trials-{self._key()}"
        self._tried: dict[str, tuple[Counts, ...]] = {}

    @property
    def tried(self) -> int:
        """How many floors were tried."""
        return len(self._tried)

    def of(self, experiment: Experiment, replications: int, *, once: bool = False) -> "FloorRuns":
        """Those of another experiment, simulated and stored like these."""
        return FloorRuns(experiment, replications, self._simulations, self.growth, once=once)

    def fresh(self, seed: int, replications: int | None = None, *, once: bool = False) -> "FloorRuns":
        """The same experiment with other callers."""
        return self.of(replace(self.experiment, seed=seed), replications or self.replications, once=once)

    def counts(self, floor: Floor, growth: float = 1.0) -> tuple[Counts, ...]:
        """Sums that searches need, of each replication with this floor, on the same Calls as any other floor."""
        key = key_of(floor.model_dump(mode="json"), growth)
        if key not in self._tried:
            file = None if self._folder is None else TableFile(self._folder / f"{key}.parquet", {"growth": growth})
            design = Design((floor, growth), key, self._calls, store=file)
            (self._tried[key],) = self._runs.run([design], self.replications, self.experiment.engine)
        return self._tried[key]

    def _key(self) -> str:
        """A name for all that determines the numbers but the floor, the growth and how many replications there are."""
        floor = self.experiment.scenario.floor.model_copy(update={"shifts": (), "trunks": 1})
        bare = self.experiment.scenario.model_copy(update={"floor": floor, "reported": ()})
        identity = Experiment(bare, self.experiment.seed, warm_up=self.experiment.warm_up).identity()
        return key_of(identity, None if self.growth is None else asdict(self.growth))
