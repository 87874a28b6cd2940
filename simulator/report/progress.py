"""Progress of long work, on standard error: a bar with the time left in a terminal, nothing where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def bar(to: TextIO) -> Iterator[Callable[[int, int], None]]:
    """A function to tell (done, asked for) to; the bar goes away when the work is done."""
    columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(file=to)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def told(done: int, asked: int) -> None:
            progress.update(task, completed=done, total=asked)

        yield told
