"""Replications of one or several designs, kept on disk as they finish: the same command goes on from there.

What comes out does not depend on who runs them: a replication is drawn by its number alone, and sums are whole numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from simulator.engines.simulate import Engine
from simulator.metrics.counts import Counts
from simulator.metrics.paired import Paired
from simulator.study.experiment import Experiment, run_once
from simulator.study.runs.block import Block, Finished, get_ready, unsaid, work_off
from simulator.study.runs.crew import Crew, Notice, together
from simulator.study.runs.hiring import engine_for
from simulator.study.runs.ledger import Design, Ledger, Progress
from simulator.tables.store import Store

CALLS_AT_ONCE = {"reference": 20_000, "kernel": 150_000}
"""Calls of a block, about: some tenths of a second of work, so that handing it out costs little beside it."""
BESIDES = {"reference": 200, "kernel": 2_000}
"""What a replication costs beside its calls, in calls: about a millisecond."""

Lacking = Sequence[tuple[int, tuple[int, ...]]]
Hire = Callable[[float, Engine], Crew | None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Replications done.

    counts  sums of each replication in order; where there is only one, those of each of its days
    whole   the sums of the only one, None where there are several
    found   how many of them were on disk already
    paired  the paired numbers of each replication in order, where designs are compared
    """

    replications: int
    counts: tuple[Counts, ...]
    whole: Counts | None
    found: int
    paired: tuple[Paired, ...] = ()

    @property
    def clusters(self) -> tuple[tuple[Counts, ...], tuple[Counts, ...]]:
        """Sums of the replications, and of the days of the only one: what intervals go by."""
        return (self.counts, ()) if self.whole is None else ((self.whole,), self.counts)


class Sweeper:
    """Runs replications of all designs; asked for more of them, only the missing ones."""

    def __init__(
        self,
        designs: Sequence[Design],
        progress: Progress = lambda _: None,
        engine: Engine | None = None,
        *,
        check: bool = False,
        paired: bool = False,
        hire: Hire = lambda *_: None,
        notice: Notice = unsaid,
    ) -> None:
        """``engine``: None for whichever is done first; ``hire``: who does so many calls, None this process; ``check``:
        hold all replications, those on disk too, against the laws of the tables and what is kept of them; ``paired``:
        hold each against its baselines, caller by caller; ``notice`` is called where code has to be compiled."""
        self._ledger = Ledger(designs, progress)
        self._engine, self._check, self._hire, self._notice = engine, check, hire, notice
        self._paired = paired
        self._checked = 0
        self._calls = sum(design.experiment.calls_expected for design in designs)
        """First attempts of a replication of all designs, expected."""

    def engine(self, replications: int) -> Engine:
        """The engine that so many replications are run with."""
        return self._engine or engine_for(replications * self._calls)

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
                self._run(lacking, self.engine(replications))
        finally:
            ledger.save()
        return tuple(self._sweep(design, replications) for design in range(len(ledger.designs)))

    def _lacking(self, replications: int) -> Lacking:
        if not self._check:
            return self._ledger.lacking()
        first, self._checked = self._checked, max(self._checked, replications)
        again = range(first, replications)
        self._ledger.ask(replications, anew=sum(number in found for found in self._ledger.found for number in again))
        return [(number, tuple(range(len(self._ledger.designs)))) for number in again]

    def _run(self, lacking: Lacking, engine: Engine) -> None:
        designs = tuple(replace(design.experiment, engine=engine) for design in self._ledger.designs)
        crew = self._hire(self._calls * len(lacking), engine)
        if crew is None:
            get_ready(designs, self._notice)
            self._enter(work_off(Block(designs, tuple(lacking), self._check, self._paired)))
        else:
            each = self._calls + len(designs) * BESIDES[engine]
            size = _block_size(each / CALLS_AT_ONCE[engine], len(lacking), crew.workers)
            parts = (tuple(lacking[start : start + size]) for start in range(0, len(lacking), size))
            blocks = (Block(designs, part, self._check, self._paired) for part in parts)
            for finished in together(crew, blocks, self._notice):
                self._enter(finished)

    def _enter(self, finished: Iterable[Finished]) -> None:
        for each in finished:
            self._ledger.add(each)
            self._ledger.tell()

    def _sweep(self, design: int, replications: int) -> Sweep:
        sums = self._ledger.sums(design, replications)
        counts, paired = tuple(each.counts for each in sums), tuple(each.paired for each in sums)
        found = sum(number < replications for number in self._ledger.found[design])
        if replications > 1:
            return Sweep(replications, counts, None, found, paired)
        experiment = self._ledger.designs[design].experiment
        return Sweep(1, tuple(run_once(experiment, 0).by_day(experiment)), counts[0], found, paired)


def _block_size(share: float, replications: int, workers: int) -> int:
    """How many replications to a block: each is ``share`` of one; fewer where workers would else stand idle."""
    return max(1, min(int(1 / max(share, 1e-9)), ceil(replications / (4 * workers))))


def replicate(
    experiment: Experiment, replications: int, store: Store, progress: Progress = lambda _: None, *, check: bool = False
) -> Sweep:
    """Sums of replications of one experiment, run by this process; those that ``store`` holds are not run again."""
    return Sweeper([Design(experiment, store)], progress, check=check).sweep(replications)[0]
