"""Results on disk: ``results/<scenario>/<key>/``, written whole or not at all, and gone on from when more is asked.

    manifest.json          scenario text, seed, engine, versions, command, times: all provenance stands here
    calls.parquet          what was drawn      } of the first ``kept`` replications
    outcomes.parquet       what happened       }
    replications.parquet   sums of every replication, from which measures are estimated
    summary.json           the measures

While a run goes on, finished replications stand in ``parts/``, a few seconds' worth in a file; a run that is cut
short, by Ctrl-C or worse, loses no more than the last of these.
"""

import csv
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from shutil import rmtree
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from simulator.tables import parquet

MOST_ROWS = 3_000_000
"""Rows of outcomes that fill the disk for one run: the replication that reaches them is the last one whose calls and
outcomes are kept; the sums of every replication are kept in any case."""
TABLES = ("calls", "outcomes", "replications")


def key_of(*parts: object) -> str:
    """A short name for a run: a hash of what determines its numbers, each part something JSON can hold."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=6).hexdigest()


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file so that a reader finds the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole."""
    write_whole(path, lambda draft: _write(draft, text))


def keep_aside(path: Path) -> Path | None:
    """Rename a file that would be written over to the first free of NAME.1, NAME.2, ...; where it went, if it was."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    aside = next(p for n in range(1, 10**6) if not (p := path.with_name(f"{path.name}.{n}")).exists())
    path.rename(aside)
    return aside


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of one run."""

    folder: Path

    def done(self) -> pa.Table | None:
        """Sums of the replications that are on disk, one row each in order; None before the first."""
        return self._joined("replications")

    def count(self) -> int:
        """How many replications are on disk."""
        table = self.done()
        return 0 if table is None else int(table.num_rows)

    def add(self, calls: pa.Table, outcomes: pa.Table, replications: pa.Table) -> None:
        """Keep some more replications; ``calls`` and ``outcomes`` no longer once MOST_ROWS are on disk."""
        numbers = replications["replication"].to_pylist()
        name = f"{numbers[0]:06d}-{numbers[-1]:06d}"
        full = self._last_kept() is not None
        for table, content in zip(TABLES, (calls, outcomes, replications), strict=True):
            if table == "replications" or not full:
                write_whole(self._part(table, name), partial(parquet.write, content))

    def finish(self, manifest: dict[str, Any], summary: dict[str, Any]) -> None:
        """Join the parts into one file a table and write what the run was and what came out."""
        last = self._last_kept()
        for table in TABLES:
            joined = self._joined(table, None if table == "replications" else last)
            if joined is not None:
                write_whole(self.folder / f"{table}.parquet", partial(parquet.write, joined))
        write_text(self.folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
        write_text(self.folder / "summary.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
        rmtree(self.folder / "parts", ignore_errors=True)

    def _last_kept(self) -> int | None:
        """The replication whose rows reach MOST_ROWS, None while there is room: how many were saved at once, which
        depends on the machine, does not decide which are kept."""
        tables = [pq.read_table(path, columns=["replication"]) for path in self._paths("outcomes")]
        rows = {number: part.stop - part.start for table in tables for number, part in parquet.parts_of(table)}
        reached = accumulate(rows[number] for number in sorted(rows))
        return next((number for number, sum_ in zip(sorted(rows), reached, strict=True) if sum_ >= MOST_ROWS), None)

    def _paths(self, table: str) -> list[Path]:
        main = self.folder / f"{table}.parquet"
        return [*([main] if main.exists() else []), *sorted((self.folder / "parts").glob(f"*.{table}.parquet"))]

    def _part(self, table: str, name: str) -> Path:
        return self.folder / "parts" / f"{name}.{table}.parquet"

    def _joined(self, table: str, last: int | None = None) -> pa.Table | None:
        """The table and its parts as one, each replication once, in order; none after ``last``."""
        paths = self._paths(table)
        return _in_order([pq.read_table(path) for path in paths], last) if paths else None


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


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file whole."""

    def write(draft: Path) -> None:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    write_whole(path, write)
