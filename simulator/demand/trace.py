"""Recorded calls: a CSV table becomes Calls, so that a real log goes through the floor."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.demand.recorded import recorded_calls
from simulator.logs.conventions import Conventions, Remark
from simulator.logs.recorded import read_recorded
from simulator.tables.calls import Calls, Int64


@dataclass(frozen=True, slots=True)
class Trace:
    """Recorded calls as Calls, and how to find the way back to the file."""

    calls: Calls
    order: Int64
    """Position in the file, counted from 0, of each call (calls are sorted by arrival, ties as in the file)."""
    numbers: tuple[str, ...]
    """The numbers by their index in Calls, as the file first writes each."""
    origin: int
    """The first arrival as written, microseconds: Calls count from it (a log's seconds may count from 1970)."""
    remarks: tuple[Remark, ...]
    """What was taken under a convention."""


def read_trace(path: Path, conventions: Conventions | None = None) -> Trace:
    """The calls of a CSV file with columns ``arrival_s`` and ``handling_s``, and more (docs/guides/replay.md).

    Handling counts as talk. Without a column for it: patience never ends, the number is withheld, the call genuine,
    wrap-up 0, the verdict the intent, the person the number, no redials. Raises BadInput with file and line.
    """
    recorded = read_recorded(path, conventions or Conventions())
    arrivals = recorded.columns["arrival_s"]
    order = np.argsort(arrivals, kind="stable")
    calls = recorded_calls(recorded.columns, order, len(recorded.numbers))
    return Trace(calls, order, recorded.numbers, int(arrivals.min()), recorded.remarks)
