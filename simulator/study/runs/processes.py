"""Processes of this machine that end with the one that started them, and whose results survive their own end."""

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from multiprocessing import util
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from simulator.scenario.interrupts import uninterrupted
from simulator.study.runs.workers import Workers
from simulator.tables.scratch import GOES_WITH, discard, scratch


class ProcessPool(ProcessPoolExecutor):
    """Processes that leave Ctrl-C to the one that started them, and end when that one is gone.

    All wait for the end of a pipe whose other end this process has.
    """

    def __init__(self, workers: int) -> None:
        context = _context()
        follows, self._pipe = context.Pipe(duplex=False)
        self._open = ExitStack()
        self._spool = self._open.enter_context(scratch())
        # The server's socket; Python removes it at this process's end, but not if it is killed.
        (self._spool / GOES_WITH).write_bytes(os.fsencode(util.get_temp_dir()))
        super().__init__(workers, mp_context=context, initializer=_begin, initargs=(follows, str(self._spool)))

    def call(self, work: Callable[..., Any], *given: Any) -> Future[str]:
        """Have a function of a module called; `result_of` what the future gives is its result.

        The worker writes it to a file, and sends back its name: sent through the pool's pipe, megabytes would be cut
        off where the worker dies, and waited for in vain.
        """
        # Interrupted between the start of a process and its being entered as one, that would be nobody's.
        with uninterrupted():
            return self.submit(_to_file, str(self._spool), work, given)

    def end(self) -> None:
        """Have the processes end at once, and wait for the thread that looks after them.

        Left to Python's own end, that thread may be woken by a pipe that it is just closing: a traceback.
        """
        (self._spool / GOES_WITH).unlink(missing_ok=True)
        self._pipe.close()
        self.shutdown(wait=True, cancel_futures=True)
        self._open.close()


def result_of(name: str) -> Any:
    """The result in a worker's file; the file is not needed any more."""
    path = Path(name)
    result = pickle.loads(path.read_bytes())
    path.unlink()
    return result


class Processes(Workers):
    """Processes of this machine: a pool of them, and one of its own for each worker that blocks ask for."""

    advice = "most likely memory ran out: try fewer --workers"

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self._pools: dict[int | None, ProcessPool] = {}

    def submit(self, worker: int | None, work: Callable[..., Any], *given: Any) -> Future[Any]:
        """The worker writes the result to a file, and sends back its name."""
        if worker not in self._pools:
            self._pools[worker] = ProcessPool(self.workers if worker is None else 1)
        return self._pools[worker].call(work, *given)

    def received(self, result: Any) -> Any:
        """What the worker's file holds."""
        return result_of(result)

    def died(self, error: BaseException) -> bool:
        """A pool is broken as soon as one of its processes is gone; or the server that starts them is."""
        return isinstance(error, BrokenProcessPool | EOFError | ConnectionError)

    def close(self) -> None:
        """Its processes end at once."""
        super().close()
        while self._pools:
            self._pools.popitem()[1].end()


def _to_file(folder: str, work: Callable[..., Any], given: tuple[Any, ...]) -> str:
    """Work; the name of the file with the result."""
    result = work(*given)
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
    return file.name


def _context() -> Any:
    """How processes are started.

    Not forked from this one, whose threads (progress bar, Arrow) may hold locks that would be copied as held, but from
    a server. Ctrl-C at a terminal reaches that too: it begins with the signal blocked, as does what it forks.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker  # noqa: PLC0415

    # Nothing is loaded ahead in the server: until Python 3.13 it looks in the current folder first, where another
    # version of siaga may lie.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([])
    resource_tracker.ensure_running()  # first, since it lifts the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _begin(follows: Any, folder: str) -> None:
    """Begin as a worker: Ctrl-C is the starter's; its end, or its closing of the pipe, is the worker's end too.

    A starter that was killed could not delete the folder for results: its workers do.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow() -> None:
        follows.poll(None)
        discard(Path(folder))
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()
