"""Replications of one or several experiments on the same callers: their sums and, where compared, paired numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator.engines.simulate import Engine
from simulator.metrics.counts import Counts, from_rows, to_row
from simulator.metrics.paired import Paired
from simulator.study.experiment import Experiment, run_each, run_once
from simulator.study.pairing import run_paired
from simulator.study.runs.executors import Choose, engine_for
from simulator.study.runs.progress import Meter, Notice, no_notice
from simulator.study.runs.runs import Design, Runs
from simulator.study.runs.task import Cache, Done, Task
from simulator.tables.store import Store

PAIRED = "paired"


@dataclass(frozen=True, slots=True)
class Sums:
    """What is kept of a replication: its sums and, where experiments are compared, its paired numbers."""

    counts: Counts
    paired: Paired = ()


@dataclass(frozen=True)
class CountTask(Task[Experiment, Sums]):
    """Counts replications of experiments.

    ``check``: hold each against the laws of the tables; ``paired``: hold each against its baselines, caller by caller.
    """

    check: bool = False
    paired: bool = False
    together = True

    def simulate(self, designs: Sequence[Experiment], number: int, engine: Engine, _: Cache) -> Iterator[Done[Sums]]:
        """A replication of each. Raises AssertionError with the laws that a checked one breaks."""
        experiments = [replace(each, engine=engine) for each in designs]
        alone = ((place, ran, ()) for place, ran in enumerate(run_each(experiments, number)))
        for place, ran, paired in run_paired(experiments, number) if self.paired else alone:
            if self.check and (broken := ran.broken_laws(experiments[place])):
                raise AssertionError("\n".join(broken))
            # Of experiments that are compared the sums alone are kept.
            whole = not self.paired and number < experiments[place].with_rows
            tables = (ran.calls, ran.outcomes) if whole else None
            yield Done(place, number, Sums(ran.counts, paired), len(ran.calls), len(ran.outcomes), tables)

    def experiments(self, designs: Sequence[Experiment], engine: Engine) -> Iterator[Experiment]:
        """All of them."""
        return (replace(each, engine=engine) for each in designs)

    def columns(self, value: Sums) -> Mapping[str, Any]:
        """Counts by their names, and the paired numbers."""
        return to_row(value.counts) | ({PAIRED: np.array(value.paired, dtype=np.int64)} if value.paired else {})

    def values(self, _: Experiment, columns: Mapping[str, Any]) -> Iterator[Sums]:
        """Counts and paired numbers of each row."""
        rows = len(columns["length"])
        for counts, paired in zip(from_rows(columns), columns.get(PAIRED, [()] * rows), strict=True):
            yield Sums(counts, tuple(map(int, paired)))


@dataclass(frozen=True, slots=True)
class Sweep:
    """Replications done.

    counts  sums of each replication in order; where there is only one, those of each of its days
    whole   the sums of the only one, None where there are several
    stored  how many of them were on disk already
    paired  the paired numbers of each replication in order, where experiments are compared
    """

    replications: int
    counts: tuple[Counts, ...]
    whole: Counts | None
    stored: int
    paired: tuple[Paired, ...] = ()

    @property
    def clusters(self) -> tuple[tuple[Counts, ...], tuple[Counts, ...]]:
        """Sums of the replications, and of the days of the only one: what intervals go by."""
        return (self.counts, ()) if self.whole is None else ((self.whole,), self.counts)


class Sweeper:
    """Runs replications of experiments, each stored in a folder; asked for more of them, only the missing ones."""

    def __init__(
        self,
        experiments: Sequence[tuple[Experiment, Store]],
        choose: Choose,
        meter: Meter | None = None,
        engine: Engine | None = None,
        *,
        check: bool = False,
        paired: bool = False,
        notice: Notice = no_notice,
    ) -> None:
        """``engine``: None for whichever is done first; ``check``: hold all replications, those on disk too, against
        the laws of the tables and what is stored of them; ``paired``: hold each against its baselines, caller by
        caller."""
        self._designs = [
            Design(experiment, str(store.folder), experiment.calls_expected, store=store)
            for experiment, store in experiments
        ]
        self._runs, self._engine = Runs(CountTask(check, paired), choose, meter, notice), engine

    def engine(self, replications: int) -> Engine:
        """The engine that so many replications are run with."""
        return self._engine or engine_for(replications * sum(design.calls for design in self._designs))

    def sweep(self, replications: int) -> tuple[Sweep, ...]:
        """Sums of replications 0 .. replications - 1 of each experiment. Raises as `Runs.run` does."""
        found = self._runs.run(self._designs, replications, self.engine(replications))
        return tuple(self._sweep(design, sums) for design, sums in zip(self._designs, found, strict=True))

    def _sweep(self, design: Design[Experiment], sums: Sequence[Sums]) -> Sweep:
        counts, paired = tuple(each.counts for each in sums), tuple(each.paired for each in sums)
        stored = self._runs.stored(design, len(sums))
        if len(sums) > 1:
            return Sweep(len(sums), counts, None, stored, paired)
        days = run_once(design.design, 0).by_day(design.design)
        return Sweep(1, tuple(days), counts[0], stored, paired)
