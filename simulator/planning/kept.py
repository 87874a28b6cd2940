"""Simulations of a search on disk, a file for each floor tried: a search that was cut short takes up from there."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from simulator.metrics.counts import DURATIONS, NO_CLOCK, Counts, Stack, at
from simulator.metrics.histogram import Histogram
from simulator.planning.grown import Growth
from simulator.scenario.errors import Interrupted
from simulator.scenario.floor import Floor
from simulator.scenario.interrupts import uninterrupted
from simulator.study.experiment import Experiment
from simulator.study.runs.kept import Sums, sums_from, sums_table
from simulator.tables import parquet
from simulator.tables.columns import freeze
from simulator.tables.files import write_whole
from simulator.tables.store import key_of

NO_DURATIONS = Histogram(freeze(np.zeros(0, dtype=np.int32)), freeze(np.zeros(0, dtype=np.int8)))
ASKED = ("offered", "attempts", "busy")
"""Sums that a search asks for, besides those in time."""


def lean(counts: Counts) -> Counts:
    """What a search asks of a replication, and no more: a twentieth of all sums, so that thousands can be kept."""
    names = (*ASKED, *(at("in_time", threshold) for threshold in counts.thresholds))
    clock = {name: counts.clock[name] for name in names if name in counts.clock}
    return Counts(
        sums=Stack.of({name: counts.sums[name] for name in names}),
        floor=counts.floor,
        clock=Stack.of(clock) if clock else NO_CLOCK,
        durations=dict.fromkeys(DURATIONS, NO_DURATIONS),
        thresholds=counts.thresholds,
        length=counts.length,
    )


@dataclass(frozen=True, slots=True)
class Trials:
    """What is kept of the floors tried with one set of callers: replications 0 .. ``replications`` - 1 of each.

    The folder is named by all that determines their numbers but the floor; engines, and workers, are no part of that.
    """

    folder: Path
    replications: int

    @classmethod
    def below(cls, folder: Path, experiment: Experiment, replications: int, growth: Growth | None = None) -> "Trials":
        """Those of an experiment, or of one that can grow."""
        floor = experiment.scenario.floor.model_copy(update={"shifts": (), "trunks": 1})
        bare = experiment.scenario.model_copy(update={"floor": floor, "reported": ()})
        identity = Experiment(bare, experiment.seed, warm_up=experiment.warm_up).identity()
        identity |= {} if growth is None else {"growth": asdict(growth)}
        return cls(folder / f"trials-{key_of(identity, replications)}", replications)

    def read(self, floor: Floor, growth: float = 1.0) -> tuple[Counts, ...] | None:
        """Sums of each replication with this floor; None where there are none, or none that can be read."""
        path = self._path(floor, growth)
        if not path.exists():
            return None
        try:
            found = tuple(sums.counts for _, sums in sums_from([parquet.read(path)]))
        except (pa.ArrowException, OSError, KeyError, ValueError):
            return None  # simulated again, and written anew
        return found if len(found) == self.replications else None

    def write(self, floor: Floor, counts: Sequence[Counts], growth: float = 1.0) -> None:
        """Keep what was simulated."""
        table = sums_table([(number, 0, Sums(each)) for number, each in enumerate(counts)])
        with uninterrupted():
            write_whole(self._path(floor, growth), partial(parquet.write, table))

    def _path(self, floor: Floor, growth: float) -> Path:
        return self.folder / f"{key_of(floor.model_dump(mode='json'), growth)}.parquet"


def cut_short(folder: Path) -> Interrupted:
    """What to say after Ctrl-C: how much is kept, and how to go on."""
    many = sum(1 for _ in folder.glob("trials-*/*.parquet"))
    if not many:
        return Interrupted("interrupted before the first trial was simulated: nothing is kept")
    what = "1 trial is" if many == 1 else f"{many:,} trials are"
    return Interrupted(f"interrupted: {what} kept in {folder}; the same command goes on from there")
