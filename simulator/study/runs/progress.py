"""How far a study is: replications done, of how many."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """Replications done and wanted, those of each design counted; first attempts simulated since the study began."""

    done: int
    wanted: int
    calls: int


Progress = Callable[[Status], None]
Notice = Callable[[], None]


def no_notice() -> None:
    """A notice that nobody wants. Notices go to other processes, so each is a function of a module, not a lambda."""


class Meter:
    """Progress over several runs, reported as if they were one; ``expected``: replications wanted in all, about."""

    def __init__(self, progress: Progress = lambda _: None, expected: int = 0) -> None:
        self._progress, self._expected = progress, expected
        self.done = self._wanted = self._calls = 0

    def want(self, replications: int, done: int) -> None:
        """So many more are wanted, of which some are done already."""
        self._wanted += replications
        self.add(done, 0)

    def add(self, replications: int, calls: int) -> None:
        """So many more are done."""
        self.done, self._calls = self.done + replications, self._calls + calls
        self._progress(Status(self.done, max(self._expected, self._wanted), self._calls))
