"""Replications of an experiment, kept on disk as they finish: interrupted, the same command goes on from there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import pyarrow as pa

from simulator.decisions.experiment import Experiment, Replication, run_once
from simulator.metrics.counts import Counts, from_row, to_row
from simulator.tables import parquet
from simulator.tables.store import Store

SAVE_EVERY_S = 2.0
Progress = Callable[[int, int], None]
"""Told (replications done, replications asked for)."""


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


def replicate(
    experiment: Experiment,
    replications: int,
    store: Store,
    progress: Progress = lambda *_: None,
    *,
    check: bool = False,
) -> Sweep:
    """Sums of replications 0 .. replications - 1; those that ``store`` holds are not run again.

    With ``check`` every replication, those too, is run and held against the laws of the tables; AssertionError names
    those it breaks.
    KeyboardInterrupt passes through once what has finished is on disk.
    """
    table = store.done()
    done = {number: counts for number, counts in _counts_from(table) if number < replications}
    found, unsaved = len(done), Unsaved(store)
    finished: Replication | None = None
    try:
        for number in [number for number in range(replications) if check or number not in done]:
            progress(number if check else len(done), replications)
            finished = run_once(experiment, number)
            if check and (broken := finished.broken_laws(experiment)):
                raise AssertionError("\n".join(broken))
            if number not in done:
                done[number] = finished.counts
                unsaved.add(finished)
    finally:
        unsaved.save()
    progress(len(done), replications)
    if replications == 1:
        only = finished if finished and finished.number == 0 else run_once(experiment, 0)
        return Sweep(1, tuple(only.by_day(experiment)), done[0], found)
    return Sweep(replications, tuple(done[number] for number in range(replications)), None, found)


class Unsaved:
    """Replications that have finished and are not on disk yet; saved every few seconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Replication] = []
        self._since = monotonic()

    def add(self, finished: Replication) -> None:
        """Keep one more, and save all once SAVE_EVERY_S have passed."""
        self._waiting.append(finished)
        if monotonic() - self._since > SAVE_EVERY_S:
            self.save()

    def save(self) -> None:
        """Put on disk what is not there yet."""
        if self._waiting:
            self._store.add(
                parquet.calls_table([(each.number, each.calls) for each in self._waiting]),
                parquet.outcomes_table([(each.number, each.outcomes) for each in self._waiting]),
                _counts_table(self._waiting),
            )
        self._waiting, self._since = [], monotonic()


def _counts_table(finished: Sequence[Replication]) -> pa.Table:
    """Sums of replications, one row each; ``rows`` is how many attempts stand behind them."""
    plain = [_plain(to_row(each.counts)) for each in finished]
    # Said rather than guessed: of lists that are all empty nobody could guess what they would hold.
    types = {name: pa.int64() if name == "length" else pa.list_(pa.int64()) for name in plain[0]}
    table = pa.table({name: pa.array([row[name] for row in plain], kind) for name, kind in types.items()})
    rows = pa.array([len(each.outcomes) for each in finished], pa.int64())
    numbers = pa.array([each.number for each in finished], pa.int32())
    return table.add_column(0, "rows", rows).add_column(0, "replication", numbers)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else value.tolist() for name, value in row.items()}


def _counts_from(table: pa.Table | None) -> Iterator[tuple[int, Counts]]:
    for row in table.to_pylist() if table else ():
        del row["rows"]
        yield row.pop("replication"), from_row(row)
