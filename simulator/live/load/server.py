"""The stand-in dispatch API as a child process: a port that was free, a database that is thrown away."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from simulator.live.load.child import Child, how_it_ended
from simulator.live.load.request import ScenarioOptions
from simulator.scenario.errors import BadInput, Fault, ProcessLost
from simulator.tables.scratch import scratch

READY = re.compile(r"dispatch API at (http://\S+)")
"""What it prints once it answers."""
TO_START = 60.0
"""Seconds within which it has to."""
ANY_PORT = "0"
BAD_INPUT = 2
"""The exit code by which it says so."""


@contextmanager
def stand_in(options: ScenarioOptions, speed: float, trunks: int | None = None) -> Iterator[str]:
    """The address of a stand-in with the scenario's policy and trunks, empty; it ends with the block.

    Raises BadInput where it takes nothing of what it is given, and ProcessLost where it does not start, or ends before
    the block does: what was played at it then says nothing.
    """
    with (
        scratch() as folder,
        Child(_command(options, speed, trunks, folder / "calls.sqlite"), folder / "serve.log") as child,
    ):
        yield address_of(child)
        if child.ended is not None:
            lost = f"the stand-in dispatch API {how_it_ended(child.ended)} while calls were played at it"
            raise ProcessLost(lost, "most likely memory ran out: try a shorter --for")


def _command(options: ScenarioOptions, speed: float, trunks: int | None, database: Path) -> list[str]:
    words = [sys.executable, "-m", "simulator.cli", "serve", str(options.loaded.path)]
    words += ["--speed", f"{speed:g}", "--port", ANY_PORT, "--database", str(database)]
    words += ["--policy", options.policy] if options.policy else []
    return [*words, *(["--trunks", str(trunks)] if trunks else [])]


def address_of(child: Child) -> str:
    """The address that the child prints once it answers; raises BadInput, and ProcessLost where it does not start."""
    until = monotonic() + TO_START
    while child.ended is None and monotonic() < until:
        if found := READY.search(child.tail()):
            return found[1]
        sleep(0.05)
    said = child.tail().replace("\n", "\n    ")
    if child.ended == BAD_INPUT:
        raise BadInput([Fault("what a stand-in can be started with", "something else", hint=said)])
    how = f"did not start within {TO_START:g} s" if child.ended is None else how_it_ended(child.ended)
    raise ProcessLost(f"the stand-in dispatch API {how}; its last words:", said)
