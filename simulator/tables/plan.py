"""The plan of a live run: the drawn calls, who is on duty, and what the harness must know, in one file.

Its times begin at 0, the begin of the stretch that is played. Whoever plays it needs neither the scenario nor chance:
the plan is drawn once, and sent to every worker as it is.
"""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy
from simulator.scenario.units import MILLISECOND, SECOND
from simulator.tables.calls import Calls
from simulator.tables.files import utf8, write_whole
from simulator.tables.parquet import calls_from, calls_table
from simulator.tables.staffing import Staffing

FORMAT = 1


class NoPlan(ValueError):  # noqa: N818  (nothing went wrong: it is another file)
    """Bytes that are no plan, or one of another siaga."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was asked for, as the manifest records it.

    run     names the run: eight hexadecimal digits, in every reference that the API is told
    start   local time at which the stretch begins, ISO with its offset
    begin   microseconds from the scenario's start to that
    speed   simulated time a second of the clock on the wall
    scale   by how much volumes and pools were multiplied
    """

    run: str
    title: str
    scenario: str
    start: str
    seed: int = 1
    begin: int = 0
    speed: float = 1.0
    scale: float = 1.0

    def at(self, time: int) -> str:
        """A time of the plan (µs) as ISO text, to the millisecond."""
        seconds, rest = divmod(time + _fraction(self.start), SECOND)
        before, behind = _to_the_second(self.start, seconds)
        return f"{before}.{rest // MILLISECOND:03d}{behind}"


@lru_cache(maxsize=16)
def _fraction(start: str) -> int:
    """Microseconds by which the start is past a whole second."""
    return datetime.fromisoformat(start).microsecond


@lru_cache(maxsize=256)
def _to_the_second(start: str, seconds: int) -> tuple[str, str]:
    """So many seconds after the start's: what stands before and behind the fraction of a second."""
    began = datetime.fromisoformat(start).replace(microsecond=0)
    moment = (began + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
    before, _, behind = moment.partition(".")
    return before, behind[3:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is played: see the module."""

    calls: Calls
    staffing: Staffing
    floor: Floor
    policy: Policy
    settings: Settings

    def to_bytes(self) -> bytes:
        """The plan as one block of bytes: a zip archive of JSON and Parquet."""
        about = {
            "format": FORMAT,
            "settings": asdict(self.settings),
            "floor": self.floor.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"blocklist"}),
            "policy": self.policy.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            "persons": self.staffing.persons,
        }
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as parts:
            parts.writestr("plan.json", utf8(json.dumps(about, ensure_ascii=False)))
            parts.writestr("calls.parquet", _parquet(calls_table([(0, self.calls)])))
            parts.writestr("staffing.parquet", _parquet(pa.table(self.staffing.columns())))
        return archive.getvalue()

    @classmethod
    def from_bytes(cls, packed: bytes) -> Self:
        """What `to_bytes` packed; raises NoPlan."""
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as parts:
                about = json.loads(parts.read("plan.json"))
                [(_, calls)] = calls_from(_table(parts, "calls.parquet"))
                duty = _table(parts, "staffing.parquet")
        except (zipfile.BadZipFile, KeyError, ValueError, pa.ArrowException) as error:
            raise NoPlan(str(error)) from error
        if about.get("format") != FORMAT:
            raise NoPlan(f"a plan of format {about.get('format')}; this siaga reads {FORMAT}")
        return cls(
            calls=calls,
            staffing=Staffing.of(
                **{name: duty[name].to_numpy() for name in duty.column_names}, persons=about["persons"]
            ),
            floor=Floor.model_validate(about["floor"]),
            policy=Policy.model_validate(about["policy"]),
            settings=Settings(**about["settings"]),
        )

    def write(self, path: Path) -> None:
        """Write the plan as a file, whole or not at all."""

        def write(draft: Path) -> None:
            draft.write_bytes(self.to_bytes())

        write_whole(path, write)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The plan in a file; raises NoPlan, OSError."""
        return cls.from_bytes(path.read_bytes())


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _table(parts: zipfile.ZipFile, name: str) -> pa.Table:
    """A table of the archive, read by this thread alone: Arrow's own threads, barely begun, would abort a process that
    ends at once because of what it read."""
    return pq.ParquetFile(io.BytesIO(parts.read(name)), pre_buffer=False).read(use_threads=False)
