"""When somebody on duty was idle: time that freeing call-takers would have added nothing to."""

from dataclasses import dataclass

import numpy as np

from simulator.metrics.occupancy import Handling
from simulator.tables.calls import Bool, Int64
from simulator.tables.staffing import Staffing


@dataclass(frozen=True, slots=True)
class Idle:
    """The time with somebody idle, as a function of time.

    times   ascending, µs, where it begins or ends to grow (int64 [k])
    before  time with somebody idle before each of them, µs (int64 [k])
    grows   whether somebody is idle from then on (bool [k])
    """

    times: Int64
    before: Int64
    grows: Bool

    def within(self, start: Int64, end: Int64) -> Int64:
        """Time with somebody idle in each [start, end), µs."""
        return self._until(end) - self._until(start)

    def _until(self, when: Int64) -> Int64:
        if not len(self.times):
            return np.zeros(len(when), dtype=np.int64)
        at = self.times.searchsorted(when, side="right") - 1
        began = np.maximum(at, 0)
        passed = self.before[began] + (when - self.times[began]) * self.grows[began]
        return np.asarray(np.where(at >= 0, passed, 0), dtype=np.int64)


def someone_idle(handling: Handling, staffing: Staffing) -> Idle:
    """When fewer call-takers were busy than were on duty, those who finish a call after their shift counted as both."""
    busy, overtime = handling.busy(), handling.overtime(staffing)
    more = staffing.on, overtime.start, busy.end
    fewer = staffing.off, overtime.end, busy.start
    when = np.concatenate([*more, *fewer])
    # A stable sort, since most of these are nearly in order already.
    order = np.argsort(when, kind="stable")
    times = when[order]
    idle = np.cumsum(np.where(order < sum(map(len, more)), 1, -1))
    grows = idle > 0
    before = np.zeros(len(times), dtype=np.int64)
    np.cumsum(np.diff(times) * grows[:-1], out=before[1:])
    return Idle(times, before, grows)
