"""The stand-in dispatch API as a child process: a port that was free, a database that is thrown away."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from simulator.decisions.load.child import Child
from simulator.decisions.order import Order
from simulator.scenario.errors import BadInput, Fault, ProcessLost
from simulator.tables.scratch import scratch

READY = re.compile(r"dispatch API at (http://\S+)")
"""What it prints once it answers."""
TO_START = 60.0
"""Seconds within which it has to."""
ANY_PORT = "0"


@contextmanager
def stand_in(order: Order, speed: float, trunks: int | None = None) -> Iterator[str]:
    """The address of a stand-in with the scenario's policy and trunks, empty; it ends with the block."""
    with (
        scratch() as folder,
        Child(_command(order, speed, trunks, folder / "calls.sqlite"), folder / "serve.log") as child,
    ):
        yield address_of(child)


def _command(order: Order, speed: float, trunks: int | None, database: Path) -> list[str]:
    words = [sys.executable, "-m", "simulator.cli", "serve", str(order.loaded.path)]
    words += ["--speed", f"{speed:g}", "--port", ANY_PORT, "--database", str(database)]
    words += ["--policy", order.policy] if order.policy else []
    return [*words, *(["--trunks", str(trunks)] if trunks else [])]


def address_of(child: Child) -> str:
    """The address that the child prints once it answers; raises BadInput, and ProcessLost where it was killed."""
    until = monotonic() + TO_START
    while child.ended is None and monotonic() < until:
        if found := READY.search(child.tail()):
            return found[1]
        sleep(0.05)
    if child.ended is not None and child.ended < 0:
        raise ProcessLost(
            f"the stand-in was killed (signal {-child.ended}) as it started", "most likely memory ran out"
        )
    given = "one that did not start" if child.ended is None else f"one that ended with code {child.ended}"
    raise BadInput([Fault("the stand-in dispatch API", given, hint=child.tail().replace("\n", "\n    "))])
