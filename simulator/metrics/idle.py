"""When somebody on duty was idle: time that freeing call-takers would have added nothing to."""

import numpy as np

from simulator.metrics.occupancy import Handling, Stretches
from simulator.tables.calls import Int64
from simulator.tables.staffing import Staffing

IDLE_ANYWAY = 0.9
"""Time freed is idle anyway where during at least this part of it another call-taker was idle."""


def idle_meanwhile(handling: Handling, staffing: Staffing, since: int, until: int) -> Int64:
    """How long another call-taker on duty was idle during each handling, within [since, until): int64 [handlings], µs.

    Somebody is idle while fewer are busy than are on duty; who finishes a call after the shift counts as both.
    """
    busy, overtime = handling.busy(), _overtime(handling, staffing)
    fewer_idle, more_idle = (busy.start, staffing.off, overtime.end), (busy.end, staffing.on, overtime.start)
    when = np.concatenate([*fewer_idle, *more_idle])
    # Stable, since a sort that minds what is nearly in order already is the quicker one.
    order = np.argsort(when, kind="stable")
    times = when.take(order)
    idle = np.cumsum(np.where(order < sum(map(len, fewer_idle)), -1, 1))
    passed = np.zeros(len(times) + 1, dtype=np.int64)
    np.cumsum(np.diff(times) * (idle[:-1] > 0), out=passed[1:-1])
    low, high = (_passed(times, passed, idle, edge) for edge in (since, until))
    # Time passed with somebody idle never falls, so that it can be clipped in place of the times.
    by_event = np.empty(len(times), dtype=np.int64)
    by_event[order] = np.clip(passed[:-1], low, high)
    ends = sum(map(len, fewer_idle))
    rows = len(handling.rows)
    return by_event[ends : ends + rows] - by_event[:rows]


def _passed(times: Int64, passed: Int64, idle: Int64, when: int) -> int:
    """Time that passed with somebody idle until ``when``."""
    at = int(times.searchsorted(when, side="right")) - 1
    if at < 0:
        return 0
    return int(passed[at]) + (when - int(times[at])) * bool(idle[at] > 0)


def _overtime(handling: Handling, staffing: Staffing) -> Stretches:
    """What was worked after the end of duty; only of who was busy when somebody's duty ended need it be asked."""
    ends = np.sort(staffing.off)
    some = ends.searchsorted(handling.end) > ends.searchsorted(handling.start)
    columns = (
        column[some] for column in (handling.rows, handling.start, handling.end, handling.talked, handling.waited)
    )
    return Handling(handling.attempts, *columns).overtime(staffing)
