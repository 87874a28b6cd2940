"""Results on disk: ``results/<scenario>/<key>/``, written whole or not at all, and gone on from when more is asked.

    manifest.json          scenario text, seed, engine, versions, command, times: all provenance stands here
    calls.parquet          what was drawn      } of the first replications,
    outcomes.parquet       what happened       } `Store.with_rows` of them
    replications.parquet   sums of every replication, from which measures are estimated
    summary.json           the measures

While a run goes on, finished replications stand in ``parts/``, a few seconds' worth in a file; a run that is cut
short, by Ctrl-C or worse, loses no more than the last of these.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain, groupby
from pathlib import Path
from shutil import rmtree
from typing import Any

import pyarrow as pa

from simulator.scenario.errors import BadInput, Fault, field_name
from simulator.scenario.interrupts import uninterrupted
from simulator.tables import parquet
from simulator.tables.files import json_text, write_text, write_whole

SUMS_AT_ONCE = 64
"""Replications whose sums are in one row group, and in memory at once."""
TABLES = ("calls", "outcomes", "replications")
ELSEWHERE = f"or name another folder with {field_name('out')}"


def key_of(*parts: object) -> str:
    """A short name for a run: a hash of what determines its numbers, each part something JSON can hold.

    The order of keys counts: groups are numbered, and shares are stacked, in the order of the file.
    """
    text = json.dumps(parts, default=str)
    return blake2b(text.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of one run. Raises BadInput where a file in it cannot be read.

    ``with_rows``: replications below this number are kept row by row, all others as sums only.
    """

    folder: Path
    with_rows: int = 2**31

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
            # What cannot be locked may still be written to, and if not, writing says so.
            return lock
        return lock

    def done(self) -> dict[int, int]:
        """The replications that are on disk, ascending, and how many attempts each had.

        A replication whose calls or outcomes should be there and are not counts as not done.
        """
        tables = [self._read(path, ["replication", "rows"]) for path in self._paths("replications")]
        pairs = [zip(t["replication"].to_pylist(), t["rows"].to_pylist(), strict=True) for t in tables]
        attempts = dict(sorted(pair for each in pairs for pair in each))
        calls, outcomes = ({n for path in self._paths(table) for n in self._numbers(path)} for table in TABLES[:2])
        return {n: rows for n, rows in attempts.items() if rows == 0 or n >= self.with_rows or n in calls & outcomes}

    def sums(self) -> Iterator[pa.Table]:
        """Sums of the replications that are done, a row each in order, some at a time."""
        done = self.done()
        tables = self._in_order("replications", done)
        yield from parquet.regrouped(tables, SUMS_AT_ONCE)

    def refuse(self, error: Exception) -> None:
        """Raises BadInput: the sums of an earlier run cannot be what they should be."""
        path = self.folder / "replications.parquet"
        given, hint = f"{path}, which lacks {error}", f"delete {path}: what it held is simulated again"
        raise BadInput([Fault("results as an earlier run left them", given, hint=hint)]) from error

    def add(self, calls: pa.Table | None, outcomes: pa.Table | None, replications: pa.Table) -> None:
        """Keep some more replications: their sums, and calls and outcomes of those that are to be kept row by row."""
        numbers = replications["replication"].to_pylist()
        name = f"{min(numbers):06d}-{max(numbers):06d}"
        with uninterrupted():
            for table, content in zip(TABLES, (calls, outcomes, replications), strict=True):
                if content is not None:
                    self._write(table, self._part(table, name), [content])

    def finish(self, manifest: dict[str, Any], summary: dict[str, Any]) -> None:
        """Join the parts into one file a table, and write what the run was and what came out.

        Where nothing is new nothing is written; a run of fewer replications does not replace one of more.
        """
        with uninterrupted():
            if (self.folder / "parts").exists():
                self._join()
            if self._told() < manifest["replications"]:
                write_text(self.folder / "summary.json", json_text(summary))
                write_text(self.folder / "manifest.json", json_text(manifest))

    def _join(self) -> None:
        done = self.done()
        for table in TABLES:
            numbers = [n for n in done if table == "replications" or n < self.with_rows]
            paths, whole = self._paths(table), self.folder / f"{table}.parquet"
            if [*map(self._numbers, paths)] == [numbers]:
                paths[0].replace(whole)
            elif paths:
                nothing = self._read(paths[0]).slice(0, 0)  # where nobody called at all there is no other piece
                self._write(table, whole, chain([nothing], self._in_order(table, numbers)))
        rmtree(self.folder / "parts")

    def _write(self, table: str, path: Path, pieces: Iterable[pa.Table]) -> None:
        """Write pieces of a table as one file: the same bytes for the same rows, however they were cut."""
        if table == "replications":
            # Sums of thousands of replications do not all fit into memory at once.
            write_whole(path, partial(parquet.write_each, parquet.regrouped(pieces, SUMS_AT_ONCE)))
        else:
            write_whole(path, partial(parquet.write, parquet.concatenated(list(pieces))))

    def _told(self) -> int:
        """Of how many replications the summary is that stands there; 0 for none, or where it cannot be read."""
        try:
            json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
            return int(json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))["replications"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def _numbers(self, path: Path) -> list[int]:
        """The replications of which a file has rows, in its order."""
        return [number for number, _ in parquet.parts_of(self._read(path, ["replication"]))]

    def _in_order(self, table: str, numbers: Iterable[int]) -> Iterator[pa.Table]:
        """The rows of these replications, one after the other; of one that two files hold, the first file's."""
        where: dict[int, tuple[Path, slice]] = {}
        for path in self._paths(table):
            for number, rows in parquet.parts_of(self._read(path, ["replication"])):
                where.setdefault(number, (path, rows))
        for path, some in groupby((where[n] for n in numbers if n in where), key=lambda place: place[0]):
            with self._readable(path), parquet.opened(path) as file:
                yield from parquet.slices(file, [rows for _, rows in some])

    def _paths(self, table: str) -> list[Path]:
        main = self.folder / f"{table}.parquet"
        return [*([main] if main.exists() else []), *sorted((self.folder / "parts").glob(f"*.{table}.parquet"))]

    def _part(self, table: str, name: str) -> Path:
        return self.folder / "parts" / f"{name}.{table}.parquet"

    def _read(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        with self._readable(path):
            return parquet.read(path, columns)

    @contextmanager
    def _readable(self, path: Path) -> Iterator[None]:
        """Say which file it is that cannot be read."""
        try:
            yield
        except (pa.ArrowException, OSError, KeyError) as error:
            given = f"{path}, which cannot be read ({str(error).splitlines()[0]})"
            hint = f"delete {path}: what it held is simulated again; {ELSEWHERE}"
            raise BadInput([Fault("results as an earlier run left them", given, hint=hint)]) from error


@dataclass(frozen=True, slots=True)
class TableFile:
    """Replications of one design in a file of their own, where there are hundreds of designs.

    ``about``: what the design is, for who looks at the file. What cannot be read is removed, and simulated again.
    """

    path: Path
    about: dict[str, Any]

    def sums(self) -> Iterator[pa.Table]:
        """What is there, ascending; nothing where the file is damaged."""
        if self.path.exists():
            try:
                yield parquet.read(self.path)
            except (pa.ArrowException, OSError) as error:
                self.refuse(error)

    def refuse(self, _: Exception) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)

    def add(self, _calls: pa.Table | None, _outcomes: pa.Table | None, replications: pa.Table) -> None:
        """Add some more replications, of which sums alone are kept."""
        several = [*self.sums(), replications]
        together = pa.concat_tables([each.replace_schema_metadata(None) for each in several]).sort_by("replication")
        about = json.dumps(self.about, ensure_ascii=False)
        with uninterrupted():
            table = together.replace_schema_metadata({"design": about}).combine_chunks()
            write_whole(self.path, partial(parquet.write, table))
