"""Executors work off blocks: this process, other processes of this machine, or the workers of a Dask cluster.

They last as long as a command, since to start workers takes about a second.
"""

import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from simulator.engines.simulate import Engine
from simulator.study.experiment import Experiment
from simulator.study.runs.processes import Processes
from simulator.study.runs.progress import Notice
from simulator.study.runs.task import forget_tasks, get_ready, kinds_of
from simulator.study.runs.workers import Blocks, Results

COMPILE_FROM = 50_000
"""Calls from which the compiled engine is the quicker one, loading it included (0.8 s)."""
SMALL = {"reference": 100_000, "kernel": 1_000_000}
"""Calls that are not worth other processes: they take about a second to start."""


class Executor(Protocol):
    """Who works off blocks."""

    @property
    def workers(self) -> int:
        """How many blocks run at once."""

    def run(self, blocks: Blocks, experiments: Sequence[Experiment], notice: Notice) -> Results:
        """What comes of the blocks, in the order in which they are finished.

        ``experiments``: what the engine has to be ready for; ``notice`` is called where code is compiled. Raises
        KeyboardInterrupt upon Ctrl-C, and ProcessLost where workers die again and again.
        """

    def close(self) -> None:
        """End the workers, whatever they are doing."""


Choose = Callable[[float, Engine], Executor]
"""The executor for so many calls with an engine."""


class InProcess:
    """This process."""

    workers = 1

    def __init__(self) -> None:
        self._ready: set[Hashable] = set()

    def run(self, blocks: Blocks, experiments: Sequence[Experiment], notice: Notice) -> Results:
        """One replication after the other."""
        kinds = kinds_of(experiments)
        get_ready([each for kind, each in kinds.items() if kind not in self._ready], notice)
        self._ready.update(kinds)
        for block in blocks:
            for done in block.simulate():
                yield [done]

    def close(self) -> None:
        """Forget the Calls that are cached."""
        forget_tasks()


def engine_for(calls: float) -> Engine:
    """The engine that is the quicker one for so many calls; both give the same rows."""
    return "reference" if calls < COMPILE_FROM else "kernel"


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def executors(workers: int | None = 1, cluster: str | None = None) -> Iterator[Choose]:
    """A function that chooses the executor; they last as long as this block.

    ``workers``: None for as many processes as there are cores, where there is enough to do. Raises BadInput for a
    cluster that cannot be used.
    """
    if cluster is not None:
        from simulator.study.runs.cluster import connected  # noqa: PLC0415

        with connected(cluster) as there:
            yield lambda *_: there
        return
    alone, many = InProcess(), Processes(workers or cores())

    def choose(calls: float, engine: Engine) -> Executor:
        return alone if many.workers == 1 or (workers is None and calls < SMALL[engine]) else many

    try:
        yield choose
    finally:
        many.close()
        alone.close()
