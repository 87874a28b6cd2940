"""Progress of long work, on standard error: a bar with the time left in a terminal, nothing where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from simulator.study.runs.progress import Status


@contextmanager
def bar(to: TextIO) -> Iterator[Callable[[Status], None]]:
    """A function to tell progress to; the bar goes away when the work is done."""
    columns = (
        *(TextColumn("simulating"), BarColumn(bar_width=None), MofNCompleteColumn()),
        *(TextColumn("{task.fields[speed]}"), TimeRemainingColumn()),
    )
    console = Console(file=to)
    if not console.is_terminal:
        # Rich before 14.3 ends even a disabled bar with an empty line.
        yield lambda _: None
        return
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None, speed="")
        began = monotonic()

        def told(now: Status) -> None:
            progress.update(task, completed=now.done, total=now.wanted, speed=speed(now.calls, monotonic() - began))

        yield told


def speed(calls: int, seconds: float) -> str:
    """``1.3 M calls/s``; empty while there is nothing to say."""
    if not calls or seconds < 0.5:
        return ""
    each = calls / seconds
    return (
        f"{each / 1e6:.1f} M calls/s"
        if each >= 1e6
        else f"{each / 1e3:.0f} k calls/s"
        if each >= 1e4
        else f"{each:.0f} calls/s"
    )


def say_compiling() -> None:
    """Said by whichever process compiles, on standard error."""
    sys.stderr.write("compiling the engine for this machine: 15 to 30 seconds, the first time only\n")
    sys.stderr.flush()


def say_step(what: str) -> None:
    """What is being worked at, on standard error, where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{what} ...\n")
        sys.stderr.flush()
