"""Workers in other processes: blocks are handed out a few at a time, so that neither tasks nor results pile up.

A worker that dies takes its blocks with it, and they are run again: what comes out depends on neither.
"""

import signal
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import Any

from simulator.scenario.errors import ProcessLost
from simulator.study.experiment import Experiment
from simulator.study.runs.progress import Notice
from simulator.study.runs.task import Block, Done, get_ready, kinds_of, run_block

DEATHS = 3
"""Times that workers may die at the same work: after that it is no accident."""
GRACE_S = 3.0
"""Time that blocks at work have to finish in after Ctrl-C."""
LOOK_S = 0.1
Blocks = Iterable[Block[Any]]
Results = Generator[Sequence[Done[Any]], None, None]


class Workers(ABC):
    """Workers in other processes, reached through executors of `concurrent.futures`; those are made when needed.

    After Ctrl-C no block is begun, and KeyboardInterrupt is raised when those at work are done, or after GRACE_S; at a
    second one at once.
    """

    advice = ""
    """What to do where workers die again and again."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._ready: set[Hashable] = set()

    @abstractmethod
    def submit(self, worker: int | None, work: Callable[..., Any], *given: Any) -> Future[Any]:
        """Have a function of a module called by a worker; None: any that is free."""

    def received(self, result: Any) -> list[Done[Any]]:
        """The result of a function, from what its future gave."""
        return result  # type: ignore[no-any-return]

    @abstractmethod
    def died(self, error: BaseException) -> bool:
        """Whether this error says that a worker died, rather than that the work is wrong."""

    def look(self) -> None:  # noqa: B027  (processes can be started anew: they have nothing to look for)
        """Raise ProcessLost where no worker will ever come back; called several times a second."""

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        self._ready.clear()

    def run(self, blocks: Blocks, experiments: Sequence[Experiment], notice: Notice) -> Results:
        """What comes of the blocks, in the order in which they are finished."""
        todo = deque(blocks)
        deaths: Counter[tuple[int, int]] = Counter()
        with _pressed() as pressed:
            while todo and not pressed():
                try:
                    yield from self._work_off(todo, experiments, notice, pressed)
                except Exception as error:
                    if not self.died(error):
                        raise
                    # The earliest block that did not come back; if it is not to blame, it comes back the next time.
                    first, last = todo[0].work[0][0], todo[0].work[-1][0]
                    deaths[todo[0].first, first] += 1
                    if max(deaths.values()) == DEATHS:
                        lost = f"workers died {DEATHS} times at replications {first} to {last}"
                        advice = f"{self.advice}; the same command goes on from what is finished"
                        raise ProcessLost(lost, advice) from error
            if pressed():
                raise KeyboardInterrupt

    def _work_off(
        self, todo: deque[Block[Any]], experiments: Sequence[Experiment], notice: Notice, pressed: Callable[[], bool]
    ) -> Results:
        """Blocks of ``todo``, two a worker at once; those that were begun and did not come back are put back."""
        running: dict[Future[Any], Block[Any]] = {}
        until, finished = inf, False
        try:
            self._get_ready(todo[0], experiments, notice, pressed)
            while (running and monotonic() < until) or (todo and not pressed()):
                while todo and len(running) < 2 * self.workers and not pressed():
                    running[self.submit(todo[0].worker, run_block, todo[0])] = todo[0]
                    todo.popleft()
                if pressed():
                    until = min(until, monotonic() + GRACE_S)
                self.look()
                for future in wait(running, LOOK_S, FIRST_COMPLETED).done:
                    result = self.received(future.result())
                    del running[future]
                    yield result
            finished = not running
        finally:
            todo.extendleft(reversed(running.values()))
            if not finished:
                self.close()

    def _get_ready(
        self, block: Block[Any], experiments: Sequence[Experiment], notice: Notice, pressed: Callable[[], bool]
    ) -> None:
        """Have one worker make the engine ready, so that no two compile the same."""
        kinds = kinds_of(experiments)
        if unready := [each for kind, each in kinds.items() if kind not in self._ready]:
            ready = self.submit(block.worker, get_ready, unready, notice)
            while not ready.done():
                if pressed():
                    raise KeyboardInterrupt
                wait([ready], LOOK_S)
                self.look()
            self.received(ready.result())
            self._ready.update(kinds)


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
