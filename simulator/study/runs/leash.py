"""Processes of this machine that end when the one that started them does, and whose results survive their own end."""

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
from simulator.tables.scratch import GOES_WITH, discard, scratch

DEATHS = 3
"""Times that workers may die at the same work: after that it is no accident."""


class Leashed(ProcessPoolExecutor):
    """Processes that leave Ctrl-C to the one that started them, and end when that one is gone."""

    def __init__(self, workers: int, begin: Callable[..., None] | None = None, *given: Any) -> None:
        """``begin``: a function of a module that each process calls first, with what is ``given``."""
        context = _context()
        held, self._leash = context.Pipe(duplex=False)
        self._held = ExitStack()
        self._spool = self._held.enter_context(scratch())
        # The server's socket; Python removes it at this process's end, but not if it is killed.
        (self._spool / GOES_WITH).write_bytes(os.fsencode(util.get_temp_dir()))
        begun = (held, str(self._spool), begin, given)
        super().__init__(workers, mp_context=context, initializer=_on_leash, initargs=begun)

    def hand_out(self, work: Callable[..., Any], *given: Any) -> Future[str]:
        """Have a function of a module called; what comes of it is to be had by `received` from what the future gives.

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
        self._leash.close()
        self.shutdown(wait=True, cancel_futures=True)
        self._held.close()


def received(name: str) -> Any:
    """What a worker's file holds; the file is not needed any more."""
    path = Path(name)
    found = pickle.loads(path.read_bytes())
    path.unlink()
    return found


def died(error: BaseException) -> bool:
    """Whether this error says that a worker died: the pool is broken as soon as one is, or its server is gone."""
    return isinstance(error, BrokenProcessPool | EOFError | ConnectionError)


def _to_file(folder: str, work: Callable[..., Any], given: tuple[Any, ...]) -> str:
    """Work; the name of the file that holds what came of it."""
    found = work(*given)
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        pickle.dump(found, file, protocol=pickle.HIGHEST_PROTOCOL)
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


def _on_leash(held: Any, folder: str, begin: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    """Begin as a worker: Ctrl-C is the starter's; its end, or its letting go of the pipe, is the worker's end too.

    A starter that was killed could not delete the folder for results: its workers do.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow() -> None:
        held.poll(None)
        discard(Path(folder))
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()
    if begin is not None:
        begin(*given)
