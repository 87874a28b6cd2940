"""Staffing: which person is on duty when, attendance already drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, repeat
from typing import ClassVar

import numpy as np

from simulator.tables.calls import Bool, Int32, Int64
from simulator.tables.columns import Columns


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Staffing(Columns):
    """Stretches of duty, one a row, sorted by (on, person); those of one person neither overlap nor touch.

    person   call-taker, 0 .. persons - 1 (int32)
    on, off  on duty in [on, off), int64 microseconds from the scenario's start
    pause    whether a break follows (no call is handed over to begin a break) rather than the end of a shift
    persons  how many call-takers there are, present or not
    """

    person: Int32
    on: Int64
    off: Int64
    pause: Bool
    persons: int

    DTYPES: ClassVar[dict[str, str]] = {"person": "int32", "on": "int64", "off": "int64", "pause": "bool"}

    def changes(self) -> Iterator[tuple[int, bool, list[tuple[int, bool]]]]:
        """(time, whether they come, [(person, whether it is for a break)]) of every change, all of one instant as one.

        In the order of time; of one instant, who leaves before who comes.
        """
        person, pause = self.person.tolist(), self.pause.tolist()
        leaves = zip(self.off.tolist(), repeat(False), person, pause, strict=False)
        comes = zip(self.on.tolist(), repeat(True), person, pause, strict=False)
        for (when, whether), rows in groupby(sorted([*leaves, *comes]), key=lambda row: row[:2]):
            yield when, whether, [(who, paused) for _, _, who, paused in rows]

    def on_duty(self, times: Int64) -> Int64:
        """How many call-takers are on duty at each of ``times``."""
        began = np.searchsorted(np.sort(self.on), times, side="right")
        ended = np.searchsorted(np.sort(self.off), times, side="right")
        return np.asarray(began - ended, dtype=np.int64)

    def time_on_duty(self, start: int, end: int) -> int:
        """Call-taker microseconds on duty in [start, end)."""
        return int(np.maximum(np.minimum(self.off, end) - np.maximum(self.on, start), 0).sum())


def always(call_takers: int, start: int, end: int) -> Staffing:
    """The same ``call_takers`` on duty all through [start, end)."""
    return Staffing.of(
        person=np.arange(call_takers),
        on=np.full(call_takers, start),
        off=np.full(call_takers, end),
        pause=np.zeros(call_takers, dtype=bool),
        persons=call_takers,
    )
