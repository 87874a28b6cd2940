"""Cases simulated, each policy of a case on the same callers, and kept on disk: what is there is not simulated again.

All cases go by the same seed, so that what differs between two of them is what was replaced, and not chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

import numpy as np
import pyarrow as pa

from simulator.engines.simulate import Engine
from simulator.metrics.paired import PAIRED
from simulator.questions.sensitivity.cases import Case
from simulator.study.experiment import versions
from simulator.study.runs.block import Block, Finished, get_ready, work_off
from simulator.study.runs.crew import Notice, together
from simulator.study.runs.ledger import SAVE_EVERY_S, Progress, Told
from simulator.study.runs.replicate import CALLS_AT_ONCE, Hire
from simulator.tables.calls import Int64
from simulator.tables.parquet import LISTS
from simulator.tables.store import Store

NUMBERS = (*PAIRED, "busy")
"""The numbers kept of each policy in each replication; ``busy``: call-takers' busy time, µs."""


class Runs:
    """Simulates cases, and finds those that were."""

    def __init__(self, folder: Path, engine: Engine, hire: Hire, progress: Progress, notice: Notice) -> None:
        self._folder, self.engine, self._hire, self._progress, self._notice = folder, engine, hire, progress, notice
        self._cases: dict[str, Case] = {}
        self._known: dict[str, dict[int, Int64]] = {}
        self._unsaved: dict[str, dict[int, Int64]] = {}
        self._saved_at, self._calls = monotonic(), 0
        self._done = self._asked = 0

    def expect(self, runs: int) -> None:
        """So many more replications of cases will be wanted, at most."""
        self._asked += runs

    def run(self, cases: Sequence[Case], replications: int) -> Int64:
        """Numbers [cases][policies][replications][NUMBERS]."""
        lacking = self._lacking(cases, replications)
        self._done += len(cases) * replications - sum(len(numbers) for _, numbers in lacking)
        self._tell()
        try:
            for case, row in self._rows(lacking):
                self._enter(case, *row)
        finally:
            self._save()
        return np.stack([np.stack([self._known[case.key][n] for n in range(replications)], axis=1) for case in cases])

    def finish(self) -> None:
        """Join the parts of each case, and write what it was."""
        for key, case in self._cases.items():
            many = len(self._known[key])
            about = {"changes": dict(case.changes), "seed": case.experiments[0].seed, "versions": versions()}
            policies = [each.scenario.policy.title for each in case.experiments]
            sums = np.sum([self._known[key][n] for n in sorted(self._known[key])], axis=0).tolist()
            found = {"numbers": NUMBERS, "policies": policies, "sums": sums}
            self._store(key).finish({"replications": many, **about}, {"replications": many, **found})

    def kept(self) -> int:
        """How many replications of cases are done."""
        return sum(map(len, self._known.values()))

    def _lacking(self, cases: Sequence[Case], replications: int) -> list[tuple[Case, list[int]]]:
        """Each case once, with the replications that it lacks."""
        found = []
        for case in {case.key: case for case in cases}.values():
            if case.key not in self._cases:
                self._cases[case.key], self._known[case.key] = case, self._read(case)
            known = self._known[case.key]
            if numbers := [n for n in range(replications) if n not in known]:
                found.append((case, numbers))
        return found

    def _rows(self, lacking: Sequence[tuple[Case, list[int]]]) -> Iterator[tuple[Case, tuple[int, Int64]]]:
        """The numbers of each replication of each case, as they are finished."""
        waiting: dict[tuple[int, int], dict[int, Finished]] = {}
        for finished in self._finished(lacking):
            place, policy = divmod(finished.design, len(lacking[0][0].experiments))
            row = waiting.setdefault((place, finished.number), {})
            row[policy] = finished
            if len(row) == len(lacking[place][0].experiments):
                del waiting[place, finished.number]
                self._calls += sum(each.calls for each in row.values())
                yield (
                    lacking[place][0],
                    (
                        finished.number,
                        np.array([_numbers(row[k]) for k in sorted(row)]),
                    ),
                )

    def _finished(self, lacking: Sequence[tuple[Case, list[int]]]) -> Iterator[Finished]:
        blocks = list(self._blocks(lacking))
        if not blocks:
            return
        calls = sum(case.cost(self.engine) * len(numbers) for case, numbers in lacking)
        crew = self._hire(calls, self.engine)
        if crew is None:
            get_ready(blocks[0].designs, self._notice)
            for block in blocks:
                yield from work_off(block)
        else:
            for several in together(crew, blocks, self._notice):
                yield from several

    def _blocks(self, lacking: Sequence[tuple[Case, list[int]]]) -> Iterator[Block]:
        """Replications of one case each, some tenths of a second of work."""
        for place, (case, numbers) in enumerate(lacking):
            designs = tuple(replace(each, engine=self.engine) for each in case.experiments)
            size = max(1, int(CALLS_AT_ONCE[self.engine] / case.cost(self.engine)))
            every = tuple(range(len(designs)))
            for start in range(0, len(numbers), size):
                part = tuple((number, every) for number in numbers[start : start + size])
                yield Block(designs, part, paired=True, first=place * len(designs))

    def _enter(self, case: Case, number: int, row: Int64) -> None:
        self._known[case.key][number] = row
        self._unsaved.setdefault(case.key, {})[number] = row
        self._done += 1
        self._tell()
        if monotonic() - self._saved_at > SAVE_EVERY_S:
            self._save()

    def _tell(self) -> None:
        self._progress(Told(self._done, max(self._asked, self._done), self._calls))

    def _store(self, key: str) -> Store:
        return Store(self._folder / key, with_rows=0)

    def _read(self, case: Case) -> dict[int, Int64]:
        """The replications of a case that are on disk."""
        known: dict[int, Int64] = {}
        for table in self._store(case.key).sums():
            numbers = table["numbers"].combine_chunks()
            rows = numbers.flatten().to_numpy().reshape(len(numbers), len(case.experiments), len(NUMBERS))
            known |= dict(zip(table["replication"].to_pylist(), rows, strict=True))
        return known

    def _save(self) -> None:
        """Put on disk what is not there yet."""
        for key, rows in self._unsaved.items():
            self._store(key).add(None, None, _table(rows))
        self._unsaved, self._saved_at = {}, monotonic()


def _numbers(finished: Finished) -> tuple[int, ...]:
    return (*finished.sums.paired, int(finished.sums.counts.floor["time_busy"].sum()))


def _table(rows: dict[int, Int64]) -> pa.Table:
    numbers = sorted(rows)
    return pa.table(
        {
            "replication": pa.array(numbers, pa.int32()),
            "rows": pa.array([0] * len(numbers), pa.int64()),
            "numbers": pa.array([rows[n].ravel() for n in numbers], LISTS),
        }
    )
