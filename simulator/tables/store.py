"""Results on disk: ``results/<scenario>/<key>/``, written whole or not at all, and gone on from when more is asked.

    manifest.json          scenario text, seed, engine, versions, command, times: all provenance stands here
    calls.parquet          what was drawn      } of the first replications, until
    outcomes.parquet       what happened       } MOST_ROWS are reached
    replications.parquet   sums of every replication, from which measures are estimated
    summary.json           the measures

While a run goes on, finished replications stand in ``parts/``, a few seconds' worth in a file; a run that is cut
short, by Ctrl-C or worse, loses no more than the last of these.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from shutil import rmtree
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from simulator.scenario.errors import BadInput, Fault
from simulator.tables import parquet
from simulator.tables.files import uninterrupted, write_text, write_whole

MOST_ROWS = 3_000_000
"""Rows of outcomes kept on disk for one run; the sums of every replication are kept in any case."""
TABLES = ("calls", "outcomes", "replications")
ELSEWHERE = "or name another folder with --out"


def key_of(*parts: object) -> str:
    """A short name for a run: a hash of what determines its numbers, each part something JSON can hold.

    The order of keys counts: groups are numbered, and shares are stacked, in the order of the file.
    """
    text = json.dumps(parts, default=str)
    return blake2b(text.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of one run. Raises BadInput where a file in it can not be read."""

    folder: Path

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Keep other runs out of the folder meanwhile; raises BadInput where one is at work in it."""
        lock = self._lock()
        try:
            yield
        finally:
            if lock is not None:
                os.close(lock)

    def _lock(self) -> int | None:
        """A lock on the folder; None where the system has no such locks, or where nothing can be written anyway."""
        lock = None
        try:
            import fcntl  # noqa: PLC0415

            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if lock is not None:
                os.close(lock)
            given = f"{self.folder}, where another run is at work"
            raise BadInput([Fault("a folder of its own", given, hint=f"wait for it, {ELSEWHERE}")]) from None
        except (ImportError, OSError):
            # What can not be locked may still be written to, and if not, writing says so.
            return lock
        return lock

    def done(self) -> pa.Table | None:
        """Sums of the replications that are on disk, one row each in order; None before the first.

        A replication whose calls or outcomes should be there and are not counts as not done.
        """
        table = self._joined("replications")
        if table is None or self._last_kept() is not None:
            return table
        there = set(self._rows_of("calls")) & set(self._rows_of("outcomes"))
        pairs = zip(table["replication"].to_pylist(), table["rows"].to_pylist(), strict=True)
        return table.filter(pa.array([rows == 0 or number in there for number, rows in pairs], pa.bool_()))

    def count(self) -> int:
        """How many replications are on disk."""
        table = self.done()
        return 0 if table is None else int(table.num_rows)

    def add(self, calls: pa.Table, outcomes: pa.Table, replications: pa.Table) -> None:
        """Keep some more replications; ``calls`` and ``outcomes`` no longer once MOST_ROWS are on disk."""
        numbers = replications["replication"].to_pylist()
        name = f"{numbers[0]:06d}-{numbers[-1]:06d}"
        full = self._last_kept() is not None
        with uninterrupted():
            for table, content in zip(TABLES, (calls, outcomes, replications), strict=True):
                if table == "replications" or not full:
                    write_whole(self._part(table, name), partial(parquet.write, content))

    def finish(self, manifest: dict[str, Any], summary: dict[str, Any]) -> None:
        """Join the parts into one file a table, and write what the run was and what came out.

        Where nothing is new nothing is written; a run of fewer replications does not replace one of more.
        """
        with uninterrupted():
            if (self.folder / "parts").exists():
                self._join()
            if self._told() < manifest["replications"]:
                write_text(self.folder / "summary.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
                write_text(self.folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")

    def _join(self) -> None:
        last = self._last_kept()
        for table in TABLES:
            joined = self._joined(table, None if table == "replications" else last)
            if joined is not None:
                write_whole(self.folder / f"{table}.parquet", partial(parquet.write, joined))
        rmtree(self.folder / "parts")

    def _told(self) -> int:
        """Of how many replications the summary is that stands there; 0 for none."""
        if not (self.folder / "summary.json").is_file():
            return 0
        try:
            return int(json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))["replications"])
        except (OSError, ValueError, KeyError):
            return 0

    def _last_kept(self) -> int | None:
        """The replication whose rows reach MOST_ROWS, None while there is room: how many were saved at once, which
        depends on the machine, does not decide which are kept."""
        rows = self._rows_of("outcomes")
        reached = accumulate(rows[number] for number in sorted(rows))
        return next((number for number, sum_ in zip(sorted(rows), reached, strict=True) if sum_ >= MOST_ROWS), None)

    def _rows_of(self, table: str) -> dict[int, int]:
        """How many rows of a table each replication has."""
        tables = [self._read(path, ["replication"]) for path in self._paths(table)]
        return {number: part.stop - part.start for each in tables for number, part in parquet.parts_of(each)}

    def _paths(self, table: str) -> list[Path]:
        main = self.folder / f"{table}.parquet"
        return [*([main] if main.exists() else []), *sorted((self.folder / "parts").glob(f"*.{table}.parquet"))]

    def _part(self, table: str, name: str) -> Path:
        return self.folder / "parts" / f"{name}.{table}.parquet"

    def _joined(self, table: str, last: int | None = None) -> pa.Table | None:
        """The table and its parts as one, each replication once, in order; none after ``last``."""
        paths = self._paths(table)
        return _in_order([self._read(path) for path in paths], last) if paths else None

    def _read(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        try:
            return pq.ParquetFile(path).read(columns=columns)
        except (pa.ArrowException, OSError) as error:
            given = f"{path}, which can not be read ({str(error).splitlines()[0]})"
            hint = f"delete {self.folder}, {ELSEWHERE}"
            raise BadInput([Fault("results as an earlier run left them", given, hint=hint)]) from error


def _in_order(tables: Sequence[pa.Table], last: int | None) -> pa.Table:
    """Tables as one, sorted by replication; of a replication that two of them hold, the first one's rows."""
    seen: set[int] = set()
    pieces: list[tuple[int, pa.Table]] = []
    for table in tables:
        for number, rows in parquet.parts_of(table):
            if number not in seen and (last is None or number <= last):
                seen.add(number)
                pieces.append((number, table.slice(rows.start, rows.stop - rows.start)))
    pieces.sort(key=lambda piece: piece[0])
    return parquet.concatenated(tables, [piece for _, piece in pieces])
