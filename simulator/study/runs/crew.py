"""Who runs the blocks of a sweep: processes of this machine, or (`cluster.py`) the workers of a Dask cluster.

Both are executors of `concurrent.futures`. Blocks are handed out a few at a time, so that neither tasks nor results
pile up. A worker that dies takes its blocks with it, and they are run again: what comes out depends on neither.
"""

import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, Protocol

from simulator.scenario.errors import ProcessLost
from simulator.study.runs.block import Block, Finished, get_ready, run_block
from simulator.study.runs.leash import DEATHS, Leashed, died, received

FEWER = "most likely memory ran out: try fewer --workers"
GRACE_S = 3.0
"""Time that blocks at work have to finish in after Ctrl-C."""
LOOK_S = 0.1
Notice = Callable[[], None]


class Crew(Protocol):
    """Workers, and how to reach them."""

    @property
    def workers(self) -> int:
        """How many blocks run at once."""

    def executor(self) -> Executor:
        """A fresh executor."""

    def submit(self, executor: Executor, block: Block) -> Future[Any]:
        """Hand out a block."""

    def received(self, result: Any) -> list[Finished]:
        """What came of a block, from what its future gave."""

    def dismiss(self, executor: Executor) -> None:
        """Do without an executor, whatever its workers are doing."""

    def look(self) -> None:
        """Raise ProcessLost where no worker will ever come back; called several times a second."""

    def died(self, error: BaseException) -> bool:
        """Whether this error says that a worker died, rather than that the work is wrong."""

    @property
    def advice(self) -> str:
        """What to do where workers die again and again."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Processes of this machine."""

    workers: int

    def executor(self) -> Executor:
        """A pool of processes."""
        return Leashed(self.workers)

    def submit(self, executor: Executor, block: Block) -> Future[Any]:
        """The worker writes what came of it to a file, and sends back its name."""
        assert isinstance(executor, Leashed)
        return executor.hand_out(run_block, block)

    def received(self, result: Any) -> list[Finished]:
        """What the worker's file holds."""
        finished: list[Finished] = received(result)
        return finished

    def dismiss(self, executor: Executor) -> None:
        """Its processes end at once."""
        assert isinstance(executor, Leashed)
        executor.end()

    def look(self) -> None:
        """Processes can be started anew."""

    def died(self, error: BaseException) -> bool:
        """The pool is broken as soon as one of its processes is gone; or the server that starts them is."""
        return died(error)

    @property
    def advice(self) -> str:
        """Each holds a block, and the tables of the replications that are kept row by row."""
        return FEWER


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def together(crew: Crew, blocks: Iterable[Block], notice: Notice) -> Iterator[list[Finished]]:
    """What comes of the blocks, in the order in which they are finished; ``notice`` is called where code is compiled.

    After Ctrl-C no block is begun, and KeyboardInterrupt is raised when those at work are done, or after GRACE_S; at a
    second one at once. Raises ProcessLost where workers die again and again.
    """
    todo = deque(blocks)
    deaths: Counter[int] = Counter()
    with _pressed() as pressed:
        while todo and not pressed():
            executor = crew.executor()
            try:
                yield from _worked_off(crew, executor, todo, pressed, notice)
            except Exception as error:
                if not crew.died(error):
                    raise
                # The earliest block that did not come back; if it is not to blame, it will come back the next time.
                deaths[todo[0].lacking[0][0]] += 1
                if max(deaths.values()) == DEATHS:
                    raise _gave_up(todo[0], crew) from error
            finally:
                crew.dismiss(executor)
        if pressed():
            raise KeyboardInterrupt


def _worked_off(
    crew: Crew, executor: Executor, todo: deque[Block], pressed: Callable[[], bool], notice: Notice
) -> Iterator[list[Finished]]:
    """Blocks of ``todo``, two a worker at once; those that were begun and did not come back are put back."""
    running: dict[Future[Any], Block] = {}
    until = inf
    try:
        ready = executor.submit(get_ready, todo[0].designs, notice)
        while not ready.done() and not pressed():
            wait([ready], LOOK_S)
            crew.look()
        if not pressed():
            ready.result()
        while (running and monotonic() < until) or (todo and not pressed()):
            while todo and len(running) < 2 * crew.workers and not pressed():
                running[crew.submit(executor, todo[0])] = todo[0]
                todo.popleft()
            if pressed():
                until = min(until, monotonic() + GRACE_S)
            crew.look()
            for future in wait(running, LOOK_S, FIRST_COMPLETED).done:
                finished = crew.received(future.result())
                del running[future]
                yield finished
    finally:
        todo.extendleft(reversed(running.values()))


def _gave_up(block: Block, crew: Crew) -> ProcessLost:
    lost = f"workers died {DEATHS} times at replications {block.lacking[0][0]} to {block.lacking[-1][0]}"
    return ProcessLost(lost, f"{crew.advice}; the same command goes on from what is finished")


@contextmanager
def _pressed() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed; pressed once more it is KeyboardInterrupt as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    presses: list[object] = []

    def press(*_: object) -> None:
        presses.append(None)
        if len(presses) > 1:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(presses)
    finally:
        signal.signal(signal.SIGINT, before)
