"""Call-takers' time compiled: the same as `occupancy.py`, told again in loops for Numba."""

import numpy as np

from simulator.metrics.counts import HOURS
from simulator.metrics.histogram import narrow
from simulator.scenario.units import DAY, HOUR
from simulator.tables.calls import Calls, Int64
from simulator.tables.columns import freeze
from simulator.tables.compiling import compiled
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing

TIME_BUSY, TIME_ON_DUTY = range(2)
"""Rows of call-takers' time."""


def hours_compiled(calls: Calls, outcomes: Outcomes, staffing: Staffing, since: int) -> dict[str, Int64]:
    """Busy time and time on duty in [since, length) µs, by hour of the day."""
    floor = np.zeros((2, HOURS), dtype=np.int64)
    _floor(
        *(outcomes.call_taker, outcomes.answered, outcomes.talk_end, outcomes.free, outcomes.handovers),
        *(outcomes.waited_over, *_duty(staffing), calls.clock, since, calls.length, floor),
    )
    # copies, so that neither holds both
    return {"time_busy": freeze(floor[TIME_BUSY].copy()), "time_on_duty": freeze(floor[TIME_ON_DUTY].copy())}


def _duty(staffing: Staffing) -> tuple[Int64, Int64]:
    """The stretches of duty person by person, int64 [n][2]; and int64 [persons + 2][2]: where each person's begin among
    them, and which of them is looked at. The last person stands for all who are not on the list, and has none."""
    order = np.argsort(narrow(staffing.person), kind="stable")  # of narrow numbers a sort by radix
    if np.any(staffing.on[1:] < staffing.on[:-1]):
        order = np.lexsort((staffing.on, staffing.person))
    first = np.searchsorted(staffing.person[order], np.arange(staffing.persons + 2))
    return np.stack([staffing.on[order], staffing.off[order]], axis=1), np.stack([first, first], axis=1)


@compiled()
def _spread(floor, row, start, end):  # type: ignore[no-untyped-def]
    """Add the time from start to end (local µs) to the hours of the day that it passed in."""
    days = (end - start) // DAY
    if days > 0:
        for hour in range(HOURS):
            floor[row, hour] += days * HOUR
        start += days * DAY
    hour = start // HOUR % HOURS
    until = start - start % HOUR + HOUR
    while start < end:
        floor[row, hour] += min(until, end) - start
        start, until, hour = until, until + HOUR, hour + 1 if hour < HOURS - 1 else 0


@compiled()
def _floor(  # type: ignore[no-untyped-def]
    call_taker,
    answered,
    talk_end,
    free,
    handovers,
    waited_over,
    duty,
    stretches,
    clock,
    since,
    length,
    floor,
):
    """Call-takers' time by hour of the day: busy, and on duty, overtime included."""
    for j in range(len(duty)):
        a, b = max(duty[j, 0], since), min(duty[j, 1], length)
        if a < b:
            _spread(floor, TIME_ON_DUTY, a + clock, b + clock)
    persons = len(stretches) - 2
    for r in range(len(call_taker)):
        if call_taker[r] < 0:
            continue
        # Time busy, and what of it was overtime: what no stretch of duty of this call-taker covers.
        start, until, waited = answered[r], free[r], waited_over[r]
        if until == -1:
            until = max(start, length)
        elif talk_end[r] == -1:
            # Cut off with a machine, or behind it: the call-taker was free before any of that.
            waited = 0
        a, b = max(start, since), min(until - waited, length)
        if a < b:
            hour = (a + clock) // HOUR
            if b + clock <= (hour + 1) * HOUR:
                floor[TIME_BUSY, hour % HOURS] += b - a
            else:
                _spread(floor, TIME_BUSY, a + clock, b + clock)
        who = min(np.int64(call_taker[r]), persons)
        begin, end = stretches[who, 0], stretches[who + 1, 0]
        j = stretches[who, 1]
        if handovers[r] > 0:
            # Who took a call over did so in the stretch of duty in which its talk ended.
            talked = talk_end[r] if talk_end[r] != -1 else until
            while j + 1 < end and duty[j + 1, 0] <= talked:
                j += 1
            while j > begin and duty[j, 0] > talked:
                j -= 1
            if j < end and duty[j, 0] <= talked:
                start = max(start, duty[j, 0])
        while j + 1 < end and duty[j + 1, 0] <= start:
            j += 1
        while j > begin and duty[j, 0] > start:
            j -= 1
        stretches[who, 1] = j
        beyond = until - start
        while j < end and duty[j, 0] < until:
            beyond -= max(0, min(until, duty[j, 1]) - max(start, duty[j, 0]))
            j += 1
        if beyond > 0:
            a, b = max(until - beyond, since), min(until, length)
            if a < b:
                _spread(floor, TIME_ON_DUTY, a + clock, b + clock)
