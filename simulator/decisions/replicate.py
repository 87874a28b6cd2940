"""Replications of one or several designs, kept on disk as they finish: the same command goes on from there.

What comes out does not depend on who runs them: a replication is drawn by its number alone, and sums are whole numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from simulator.decisions.block import Finished, get_ready, unsaid, work_off
from simulator.decisions.crew import Crew, Notice, together
from simulator.decisions.experiment import Experiment, run_once
from simulator.decisions.ledger import Design, Ledger, Progress
from simulator.metrics.counts import Counts
from simulator.tables.store import Store

CALLS_AT_ONCE = {"reference": 20_000, "kernel": 150_000}
"""Calls of a block, about: some tenths of a second of work, so that handing it out costs little beside it."""

Lacking = Sequence[tuple[int, tuple[int, ...]]]
Hire = Callable[[float], Crew | None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Replications done.

    counts  sums of each replication in order; where there is only one, those of each of its days
    whole   the sums of the only one, None where there are several
    found   how many of them were on disk already
    """

    replications: int
    counts: tuple[Counts, ...]
    whole: Counts | None
    found: int


class Sweeper:
    """Runs replications of all designs; asked for more of them, only the missing ones."""

    def __init__(
        self,
        designs: Sequence[Design],
        progress: Progress = lambda _: None,
        *,
        check: bool = False,
        hire: Hire = lambda _: None,
        notice: Notice = unsaid,
    ) -> None:
        """``hire``: who does so many calls, None this process; ``check``: hold all replications, those on disk too,
        against the laws of the tables; ``notice`` is called where code has to be compiled."""
        self._ledger = Ledger(designs, progress)
        self._check, self._hire, self._notice = check, hire, notice
        self._checked = 0

    def sweep(self, replications: int) -> tuple[Sweep, ...]:
        """Sums of replications 0 .. replications - 1 of each design.

        AssertionError names the laws that a checked replication breaks. KeyboardInterrupt passes through once what has
        finished is on disk.
        """
        ledger = self._ledger
        ledger.ask(replications)
        lacking = self._lacking(replications)
        ledger.tell()
        try:
            if lacking:
                self._run(lacking)
        finally:
            ledger.save()
        return tuple(self._sweep(design, replications) for design in range(len(ledger.designs)))

    def _lacking(self, replications: int) -> Lacking:
        if not self._check:
            return self._ledger.lacking()
        first, self._checked = self._checked, max(self._checked, replications)
        return [(number, tuple(range(len(self._ledger.designs)))) for number in range(first, replications)]

    def _run(self, lacking: Lacking) -> None:
        experiments = [design.experiment for design in self._ledger.designs]
        each = sum(experiment.calls_expected for experiment in experiments)
        crew = self._hire(each * len(lacking))
        if crew is None:
            get_ready(experiments[0], self._notice)
            self._enter(work_off(self._ledger.block(lacking, check=self._check)))
        else:
            size = _block_size(each / CALLS_AT_ONCE[experiments[0].engine], len(lacking), crew.workers)
            starts = range(0, len(lacking), size)
            blocks = [self._ledger.block(lacking[start : start + size], check=self._check) for start in starts]
            for finished in together(crew, blocks, self._notice):
                self._enter(finished)

    def _enter(self, finished: Iterable[Finished]) -> None:
        for each in finished:
            self._ledger.add(each)
            self._ledger.tell()

    def _sweep(self, design: int, replications: int) -> Sweep:
        counts = self._ledger.counts(design, replications)
        found = sum(number < replications for number in self._ledger.found[design])
        if replications > 1:
            return Sweep(replications, counts, None, found)
        experiment = self._ledger.designs[design].experiment
        return Sweep(1, tuple(run_once(experiment, 0).by_day(experiment)), counts[0], found)


def _block_size(share: float, replications: int, workers: int) -> int:
    """How many replications to a block: each is ``share`` of one; fewer where workers would else stand idle."""
    return max(1, min(int(1 / max(share, 1e-9)), ceil(replications / (4 * workers))))


def replicate(
    experiment: Experiment, replications: int, store: Store, progress: Progress = lambda _: None, *, check: bool = False
) -> Sweep:
    """Sums of replications of one experiment, run by this process; those that ``store`` holds are not run again."""
    return Sweeper([Design(experiment, store)], progress, check=check).sweep(replications)[0]
