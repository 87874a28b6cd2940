"""Which engine is worth loading, and whose hands are worth hiring, for so many calls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simulator.engines.simulate import Engine
from simulator.study.runs.crew import Crew, Processes, cores

COMPILE_FROM = 50_000
"""Calls from which the compiled engine is the quicker one, loading it included (0.8 s)."""
SMALL = {"reference": 100_000, "kernel": 1_000_000}
"""Calls that are not worth other processes: they take about a second to start."""


def engine_for(calls: float) -> Engine:
    """The engine that is the quicker one for so many calls; both give the same rows."""
    return "reference" if calls < COMPILE_FROM else "kernel"


@contextmanager
def hire(cluster: str | None, workers: int | None) -> Iterator[Callable[[float, Engine], Crew | None]]:
    """A function from calls and engine to who runs them, None for this process.

    ``workers``: None for as many processes as there are cores, where there is enough to do. Raises BadInput for a
    cluster that can not be used.
    """
    if cluster is not None:
        from simulator.study.runs.cluster import reached  # noqa: PLC0415

        with reached(cluster) as crew:
            yield lambda *_: crew
        return
    many = workers or cores()
    alone = many == 1
    yield lambda calls, engine: None if alone or (workers is None and calls < SMALL[engine]) else Processes(many)
