"""What is done of a sweep, design by design: counts in memory, and on disk every few seconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from simulator.scenario.errors import BadInput, Fault
from simulator.study.experiment import Experiment
from simulator.study.runs.block import Finished
from simulator.study.runs.kept import Sums, sums_from, sums_table
from simulator.tables import parquet
from simulator.tables.store import Store

SAVE_EVERY_S = 4.0
DESIGNS_AT_ONCE = 6
"""So many designs are saved that often; more of them seldomer, since each has files of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """Progress: replications of designs done and asked for; first attempts simulated since this run began."""

    done: int
    asked: int
    calls: int


Progress = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class Design:
    """An experiment among those compared, and where its results are kept."""

    experiment: Experiment
    store: Store


class Ledger:
    """What is done; opened with what is on disk. ``save`` puts there what is not."""

    def __init__(self, designs: Sequence[Design], progress: Progress) -> None:
        self.designs, self._progress = tuple(designs), progress
        self._sums = [_sums_of(design.store) for design in designs]
        self._unsaved: list[list[Finished]] = [[] for _ in designs]
        self._saved_at, self._calls, self._asked, self._done = monotonic(), 0, 0, 0
        self._times = max(1.0, len(designs) / DESIGNS_AT_ONCE)
        self.found = [frozenset(sums) for sums in self._sums]

    def ask(self, replications: int, *, anew: int = 0) -> None:
        """From now on so many replications of each design are wanted; ``anew``: so many of all that are done again."""
        self._asked = replications
        self._done = sum(number < replications for sums in self._sums for number in sums) - anew

    def lacking(self) -> list[tuple[int, tuple[int, ...]]]:
        """Replications that are wanted, each with the designs that lack it."""
        every = range(len(self.designs))
        each = ((n, tuple(d for d in every if n not in self._sums[d])) for n in range(self._asked))
        return [(number, designs) for number, designs in each if designs]

    def add(self, finished: Finished) -> None:
        """Enter one more; all go to disk once SAVE_EVERY_S have passed, or longer where there are many designs.

        Raises AssertionError for one that is there already and is not the same: results of another version, say.
        """
        self._calls += finished.calls
        self._done += 1
        kept = self._sums[finished.design].setdefault(finished.number, finished.sums)
        if kept is not finished.sums:
            if kept != finished.sums:
                folder = self.designs[finished.design].store.folder
                raise AssertionError(f"replication {finished.number} is not what is kept of it in {folder}")
            return
        self._unsaved[finished.design].append(finished)
        if monotonic() - self._saved_at > SAVE_EVERY_S * self._times:
            self.save()

    def save(self) -> None:
        """Put on disk what is not there yet."""
        for design, waiting in zip(self.designs, self._unsaved, strict=True):
            if waiting:
                waiting.sort(key=lambda each: each.number)
                tables = [(each.number, *each.tables) for each in waiting if each.tables]
                design.store.add(
                    parquet.calls_table([(number, calls) for number, calls, _ in tables]) if tables else None,
                    parquet.outcomes_table([(number, outcomes) for number, _, outcomes in tables]) if tables else None,
                    sums_table([(each.number, each.attempts, each.sums) for each in waiting]),
                )
                waiting.clear()
        self._saved_at = monotonic()

    def tell(self) -> None:
        """Tell how far it is."""
        self._progress(Told(self._done, self._asked * len(self.designs), self._calls))

    def sums(self, design: int, replications: int) -> tuple[Sums, ...]:
        """Sums of the first replications of a design, in order."""
        return tuple(self._sums[design][number] for number in range(replications))


def _sums_of(store: Store) -> dict[int, Sums]:
    """The sums that are on disk."""
    try:
        return dict(sums_from(store.sums()))
    except (KeyError, ValueError) as error:
        path = store.folder / "replications.parquet"
        given, hint = f"{path}, which lacks {error}", f"delete {path}: what it held is simulated again"
        raise BadInput([Fault("results as an earlier run left them", given, hint=hint)]) from error
