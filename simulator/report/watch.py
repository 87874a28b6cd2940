"""Progress of a live run, on standard error: a line in a terminal, nothing where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from simulator.live.load.breaking_point import Step
from simulator.live.load.locust import Status
from simulator.scenario.units import SECOND


@contextmanager
def watching(to: TextIO) -> Iterator[Callable[[Status], None]]:
    """A function to tell how far the run is; the line goes away when it is over."""
    columns = (TextColumn("playing"), BarColumn(bar_width=20), TextColumn("{task.fields[said]}"))
    console = Console(file=to)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None, said="Locust starts")

        def told(now: Status) -> None:
            if now.calls:
                progress.update(task, completed=now.started, total=now.calls, said=said(now))

        yield told


def stepping(to: TextIO) -> Callable[[Step], None]:
    """A function to tell of each step of a search: a line in a terminal, nothing elsewhere."""

    def told(step: Step) -> None:
        if to.isatty():
            result = "holds" if step.broke is None else step.broke.what
            in_time = f"{step.verdict.in_time:,} of {step.verdict.offered:,} in time"
            to.write(f"{step.scale:.3g} times the callers, {step.calls:,} callers: {result}, {in_time}\n")

    return told


def said(now: Status) -> str:
    """``120 of 400 callers, 12 in progress, 3 failed, lag 0.8 ms, 65 s played, 115 s left``."""
    failed = f", {now.failed:,} failed" if now.failed else ""
    calls = f"{now.started:,} of {now.calls:,} callers, {now.in_progress:,} in progress"
    return f"{calls}{failed}, lag {now.lag_p99_ms:.1f} ms{_left(now)}"


def _left(now: Status) -> str:
    """How long it has played, and has to, by the clock on the wall."""
    if not now.length:
        return ""
    played, left = (each / now.speed / SECOND for each in (now.now, now.length - now.now))
    return f", {round(played):,} s played, " + (f"{round(left):,} s left" if left > 0 else "the last calls end")
