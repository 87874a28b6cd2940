"""Replications of designs: those that are stored, and those that are missing, simulated and stored as they come.

What comes out does not depend on who runs them: a replication is drawn by its number alone, and values are whole
numbers.
"""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from time import monotonic
from typing import Generic, Protocol

import pyarrow as pa

from simulator.engines.simulate import Engine
from simulator.study.runs.columns import columns_of, table_of
from simulator.study.runs.executors import Choose
from simulator.study.runs.progress import Meter, Notice, no_notice
from simulator.study.runs.task import Block, D, Done, Task, V
from simulator.tables import parquet

CALLS_AT_ONCE = {"reference": 20_000, "kernel": 150_000}
"""Calls of a block, about: some tenths of a second of work, so that handing it out costs little beside it."""
BESIDES = {"reference": 200, "kernel": 2_000}
"""What a replication costs beside its calls, in calls: about a millisecond."""
SAVE_EVERY_S = 4.0
SAVING_S = 0.4
"""What saving may take, that often; where it takes longer, seldomer."""


Work = Sequence[tuple[int, tuple[int, ...]]]
"""Replications, each with the places of the designs that lack it."""


class Storage(Protocol):
    """Where the rows of a design are stored: a folder (`tables.store.Store`) or a file (`tables.store.TableFile`)."""

    def sums(self) -> Iterator[pa.Table]:
        """The rows that are there."""

    def add(self, calls: pa.Table | None, outcomes: pa.Table | None, replications: pa.Table) -> None:
        """Store some more."""

    def refuse(self, error: Exception) -> None:
        """What is there cannot be what it should be: raise BadInput, or remove it."""


@dataclass(frozen=True, slots=True)
class Design(Generic[D]):
    """A design, and where its replications are stored.

    key          a name that no other design of the study has
    calls        first attempts expected in a replication, of all its experiments together
    experiments  how many these are
    store        None: nowhere
    """

    design: D
    key: str
    calls: float
    experiments: int = 1
    store: Storage | None = None

    def cost(self, engine: Engine) -> float:
        """What a replication costs, in calls."""
        return self.calls + self.experiments * BESIDES[engine]


class Runs(Generic[D, V]):
    """The replications of the designs of a study."""

    def __init__(
        self, task: Task[D, V], choose: Choose, meter: Meter | None = None, notice: Notice = no_notice, work: float = 0
    ) -> None:
        """``choose``: who simulates so many calls; ``work``: calls that all runs cost together, at least."""
        self._task, self._choose, self._notice, self._work = task, choose, notice, work
        self._meter = Meter() if meter is None else meter
        self._pickled = pickle.dumps(task)
        self._values: dict[str, dict[int, V]] = {}
        self._stored: dict[str, frozenset[int]] = {}
        self._wanted: dict[str, int] = {}
        self._unsaved: dict[str, tuple[Design[D], list[Done[V]]]] = {}
        self._saved_at, self._saving = monotonic(), 0.0

    def run(self, designs: Sequence[Design[D]], replications: int, engine: Engine) -> list[tuple[V, ...]]:
        """The values of replications 0 .. replications - 1 of each design; only those that are missing are simulated.

        KeyboardInterrupt passes through once what has finished is stored. AssertionError names the laws that a checked
        replication breaks, or that it is not what is stored of it.
        """
        distinct = list({design.key: design for design in designs}.values())
        work = self._missing(distinct, replications)
        try:
            if work:
                self._simulate(distinct, work, engine)
        finally:
            self._save()
        return [tuple(self._values[design.key][number] for number in range(replications)) for design in designs]

    def stored(self, design: Design[D], replications: int) -> int:
        """How many of the first replications of a design were stored when it was first run."""
        return sum(number < replications for number in self._stored[design.key])

    def _missing(self, designs: Sequence[Design[D]], replications: int) -> Work:
        """The replications to simulate, each with the places of the designs that lack it."""
        lacking: list[list[int]] = [[] for _ in range(replications)]
        wanted = done = 0
        for place, design in enumerate(designs):
            if design.key not in self._values:
                self._values[design.key] = dict(self._read(design))
                self._stored[design.key] = frozenset(self._values[design.key])
                self._wanted[design.key] = 0
            values, before = self._values[design.key], self._wanted[design.key]
            missing = [n for n in range(replications) if n not in values or (self._task.check and n >= before)]
            self._wanted[design.key] = max(before, replications)
            more = max(0, replications - before)
            wanted += more * design.experiments
            done += (more - len(missing)) * design.experiments
            for number in missing:
                lacking[number].append(place)
        self._meter.want(wanted, done)
        return [(number, tuple(places)) for number, places in enumerate(lacking) if places]

    def _simulate(self, designs: Sequence[Design[D]], work: Work, engine: Engine) -> None:
        costs = [design.cost(engine) for design in designs]
        executor = self._choose(max(self._work, sum(costs[p] for _, places in work for p in places)), engine)
        blocks = self._blocks([design.design for design in designs], costs, work, engine, executor.workers)
        experiments = list(self._task.experiments([design.design for design in designs], engine))
        with closing(executor.run(blocks, experiments, self._notice)) as results:
            for several in results:
                for done in several:
                    self._enter(designs[done.design], done)

    def _blocks(
        self, designs: Sequence[D], costs: Sequence[float], work: Work, engine: Engine, workers: int
    ) -> Iterator[Block[D]]:
        """Some tenths of a second of work each; smaller ones where workers would else stand idle."""
        if self._task.sticky:
            shares = sorted(work, key=lambda each: each[0] % workers)
            for worker, share in groupby(shares, key=lambda each: each[0] % workers):
                yield Block(self._pickled, tuple(designs), tuple(share), engine, worker=worker)
            return
        groups = [(0, tuple(designs), work, sum(costs))]
        if not self._task.together:
            groups = [
                (place, (design,), [(n, (0,)) for n, places in work if place in places], costs[place])
                for place, design in enumerate(designs)
            ]
        most = ceil(sum(len(own) for _, _, own, _ in groups) / (4 * workers))
        for first, some, own, cost in groups:
            size = max(1, min(int(CALLS_AT_ONCE[engine] / max(cost, 1)), most))
            for start in range(0, len(own), size):
                yield Block(self._pickled, some, tuple(own[start : start + size]), engine, first)

    def _enter(self, design: Design[D], done: Done[V]) -> None:
        """Enter one; all go to disk every few seconds."""
        values = self._values[design.key]
        if done.number in values:
            if values[done.number] != done.value:
                raise AssertionError(f"replication {done.number} is not what is stored of it in {design.key}")
        else:
            values[done.number] = done.value
            if design.store is not None:
                self._unsaved.setdefault(design.key, (design, []))[1].append(done)
        self._meter.add(design.experiments, done.calls)
        if monotonic() - self._saved_at > SAVE_EVERY_S * max(1.0, self._saving / SAVING_S):
            self._save()

    def _save(self) -> None:
        """Store what is not there yet."""
        began = monotonic()
        while self._unsaved:
            design, several = next(iter(self._unsaved.values()))
            several.sort(key=lambda done: done.number)
            tables = [(done.number, *done.tables) for done in several if done.tables]
            assert design.store is not None
            design.store.add(
                parquet.calls_table([(number, calls) for number, calls, _ in tables]) if tables else None,
                parquet.outcomes_table([(number, outcomes) for number, _, outcomes in tables]) if tables else None,
                table_of([(done.number, done.attempts, self._task.columns(done.value)) for done in several]),
            )
            del self._unsaved[design.key]
        self._saved_at = monotonic()
        self._saving = self._saved_at - began

    def _read(self, design: Design[D]) -> list[tuple[int, V]]:
        """Numbers and values that are stored."""
        rows: list[tuple[int, V]] = []
        try:
            for table in () if design.store is None else design.store.sums():
                numbers, columns = columns_of(table)
                rows += zip(numbers, self._task.values(design.design, columns), strict=True)
        except (KeyError, ValueError) as error:
            assert design.store is not None
            design.store.refuse(error)
            return []
        return rows
