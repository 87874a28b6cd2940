"""CPU seconds and peak memory of contenders: each in a fresh process, one running at a time, taking turns.

Turns (A B C A B C ...) let the noise of a shared machine fall on all alike; the median of the rounds is kept. The
clock is the CPU time of the contender's process with all its threads. A first, small run compiles and is not timed.
"""

import gc
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import process_time
from typing import Any

from tests.benchmarks.contender import Contender, Work

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of CPU seconds by work, all rounds of them, calls a work runs; peak memory in MiB, and above imports."""

    seconds: dict[str, float]
    rounds: dict[str, list[float]]
    calls: float
    peak: float
    above: float

    @property
    def median(self) -> float:
        """Seconds of the only work."""
        (seconds,) = self.seconds.values()
        return seconds

    @property
    def nanoseconds(self) -> float:
        """A call, of the only work."""
        return self.median / self.calls * 1e9


def measure(contenders: Sequence[Contender], rounds: int, least: float) -> list[Measured | None]:
    """Each contender's figures, None where its package is missing; a turn takes at least ``least`` CPU seconds."""
    children = [_Child(each) if each.installed else None for each in contenders]
    there = [child for child in children if child]
    for _ in range(rounds):
        for child in there:
            child.take_turn(least)
    return [child.end() if child else None for child in children]


class _Child:
    """A contender in its own process."""

    def __init__(self, contender: Contender) -> None:
        self.pipe, theirs = get_context("spawn").Pipe()
        self.process = get_context("spawn").Process(target=_serve, args=(theirs, contender), daemon=True)
        self.process.start()
        theirs.close()
        self.names, self.calls = self._answer()
        self.seconds: dict[str, list[float]] = {name: [] for name in self.names}

    def take_turn(self, least: float) -> None:
        for name in self.names:
            self.pipe.send((name, least))
            self.seconds[name].append(self._answer())

    def end(self) -> Measured:
        self.pipe.send(None)
        bare, peak = self._answer()
        self.process.join()
        medians = {name: median(each) for name, each in self.seconds.items()}
        return Measured(medians, self.seconds, self.calls, peak / MIB, (peak - bare) / MIB)

    def _answer(self) -> Any:
        try:
            return self.pipe.recv()
        except EOFError:
            raise RuntimeError("a contender's process ended early; what it wrote above says why") from None


def _serve(pipe: Connection, contender: Contender) -> None:
    for work in contender.get_ready(*contender.small).works.values():
        work()
    gc.collect()
    bare = forget_peak()
    ready = contender.get_ready(*contender.given)
    pipe.send((list(ready.works), ready.calls))
    while turn := pipe.recv():
        name, least = turn
        pipe.send(cpu_seconds(ready.works[name], least))
    pipe.send((bare, peak_memory()))


def cpu_seconds(work: Work, least: float) -> float:
    """CPU seconds of one run, the mean of as many as it takes to fill ``least`` seconds.

    The last result is held while the next one is made, as a sweep does: were it dropped, the system would be given the
    memory back each time, and asked for it again.
    """
    gc.collect()
    runs, began, held = 0, process_time(), None
    while True:
        held = work()
        runs += 1
        if (spent := process_time() - began) >= least:
            del held
            return spent / runs


def forget_peak() -> int:
    """The peak from here on, as far as the system lets it be forgotten: importing and compiling took more for a while.

    Gives what is in use now (or what cannot be forgotten), in bytes.
    """
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return peak_memory()


def peak_memory() -> int:
    """Most memory this process has had in use so far, in bytes.

    Linux keeps a process's ``ru_maxrss`` when it starts another programme, so a child would inherit its parent's peak;
    the high-water mark of the address space begins anew. Elsewhere ``ru_maxrss`` has to do (KiB; bytes on macOS).
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return getrusage(RUSAGE_SELF).ru_maxrss * 1024
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else getrusage(RUSAGE_SELF).ru_maxrss * 1024
