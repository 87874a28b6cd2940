"""A lot of members simulated on the same Calls: a row a replication on disk, from which the same command goes on.

Of a comparison every sum is kept, design by design; of the hundreds of rules that a search tries only what they are
judged by, a lot of them in one file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from typing import Any

import numpy as np
import pyarrow as pa

from simulator.engines.simulate import Engine
from simulator.metrics.paired import PAIRED, Paired
from simulator.scenario.errors import BadInput, Fault
from simulator.study.experiment import Experiment
from simulator.study.runs.block import Block, Finished
from simulator.study.runs.ledger import SAVE_EVERY_S
from simulator.study.runs.replicate import BESIDES, CALLS_AT_ONCE
from simulator.tables.calls import Int64
from simulator.tables.parquet import LISTS
from simulator.tables.store import Store, key_of


@dataclass(frozen=True, slots=True)
class Row:
    """One replication of a lot: call-takers' busy time without a policy, µs; and each member's paired numbers."""

    busy: int
    members: tuple[Paired, ...]


@dataclass(slots=True)
class Rows:
    """The replications of a lot: those on disk, and those that are not yet; ``designs``: how many, no policy first."""

    store: Store
    designs: int
    done: dict[int, Row] = field(default_factory=dict)
    _waiting: dict[int, Row] = field(default_factory=dict)
    _begun: dict[int, dict[int, Finished]] = field(default_factory=dict)
    _saved: float = field(default_factory=monotonic)

    def read(self) -> None:
        """Take up what is on disk."""
        try:
            self.done.update(_rows(self.store.sums(), self.designs - 1))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            path = self.store.folder / "replications.parquet"
            hint = f"delete {path}: what it held is simulated again"
            raise BadInput([Fault("results as an earlier run left them", f"{path} ({error})", hint=hint)]) from error

    def add(self, finished: Finished) -> None:
        """Enter one design of a replication."""
        parts = self._begun.setdefault(finished.number, {})
        parts[finished.design] = finished
        if len(parts) == self.designs:
            row = Row(_busy(parts[0]), tuple(parts[design].sums.paired for design in range(1, self.designs)))
            self.done[finished.number] = self._waiting[finished.number] = row
            del self._begun[finished.number]
        if monotonic() - self._saved > SAVE_EVERY_S:
            self.save()

    def save(self) -> None:
        """Put on disk what is not there yet."""
        if self._waiting:
            self.store.add(None, None, _table(sorted(self._waiting.items())))
            self._waiting.clear()
        self._saved = monotonic()


def _busy(finished: Finished) -> int:
    return int(finished.sums.counts.floor["time_busy"].sum())


def _table(rows: Sequence[tuple[int, Row]]) -> pa.Table:
    paired = [np.array(row.members, dtype=np.int64).ravel() for _, row in rows]
    ends = np.cumsum([0, *map(len, paired)], dtype=np.int32)
    columns = {
        "replication": pa.array([number for number, _ in rows], pa.int32()),
        "rows": pa.array([len(row.members) for _, row in rows], pa.int64()),
        "busy": pa.array([row.busy for _, row in rows], pa.int64()),
        "paired": pa.ListArray.from_arrays(pa.array(ends), pa.array(np.concatenate(paired)), type=LISTS),
    }
    return pa.table(columns)


def _rows(tables: Iterable[pa.Table], members: int) -> Iterator[tuple[int, Row]]:
    for table in tables:
        numbers, busy = (table[name].to_pylist() for name in ("replication", "busy"))
        if not members:
            yield from ((number, Row(time, ())) for number, time in zip(numbers, busy, strict=True))
            continue
        paired: Int64 = table["paired"].combine_chunks().flatten().to_numpy().reshape(len(numbers), members, -1)
        if paired.shape[2] != len(PAIRED):
            raise ValueError(f"{paired.shape[2]} numbers of a member in place of {len(PAIRED)}")
        for number, time, numbers_of in zip(numbers, busy, paired.tolist(), strict=True):
            yield number, Row(time, tuple(map(tuple, numbers_of)))


def blocks_of(designs: Sequence[Experiment], lacking: Sequence[int], engine: Engine, workers: int) -> Iterator[Block]:
    """Replications in blocks of some tenths of a second; smaller ones where workers would else stand idle."""
    every = tuple(range(len(designs)))
    each = sum(design.calls_expected + BESIDES[engine] for design in designs)
    size = max(1, min(int(CALLS_AT_ONCE[engine] / max(each, 1)), ceil(len(lacking) / (4 * workers))))
    for start in range(0, len(lacking), size):
        yield Block(tuple(designs), tuple((number, every) for number in lacking[start : start + size]), paired=True)


def lot_key(designs: Sequence[Experiment]) -> str:
    """A name for what the numbers of a lot depend on."""
    first = designs[0]
    return key_of(first.identity(), [_policy(each) for each in designs], PAIRED)


def _policy(experiment: Experiment) -> Any:
    return experiment.scenario.policy.model_dump(mode="json")
