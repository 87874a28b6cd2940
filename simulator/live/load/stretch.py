"""A stretch of a plan: the calls first offered in it, who is on duty then, and nothing of what happened before.

Times of a stretch count from its begin. Whom the line knew by then, what it had blocked, and who was still waiting is
not played: the stretch begins with an empty floor, as an API does that has just been started.
"""

from dataclasses import replace

import numpy as np

from simulator.scenario.units import WEEK
from simulator.tables.calls import Bool, Calls, Int64
from simulator.tables.staffing import Staffing


def cut(calls: Calls, begin: int, length: int) -> Calls:
    """The calls first offered in [begin, begin + length) µs, with the rows of their later attempts."""
    inside = only(calls, (calls.arrival >= begin) & (calls.arrival < begin + length))
    clock = (calls.clock + begin) % WEEK
    return replace(inside, arrival=inside.arrival - begin, length=length, clock=clock)


def only(calls: Calls, kept: Bool) -> Calls:
    """These calls alone; persons, numbers and incidents keep their indices, and each attempt what was drawn for it."""
    size, chosen = len(calls), np.flatnonzero(kept)
    rows = _book_rows(calls, chosen)
    by_call = {name: getattr(calls, name)[chosen] for name in Calls.CALL_COLUMNS}
    later = by_call["later"]
    # A call that may make one attempt only has no row for a second, and 0 in place of one.
    by_call["later"] = np.where(later >= size, len(chosen) + np.searchsorted(rows, later), later)
    both = np.concatenate([chosen, rows])
    by_attempt = {name: getattr(calls, name)[both] for name in Calls.ATTEMPT_COLUMNS}
    return replace(calls, **by_call, **by_attempt)


def _book_rows(calls: Calls, chosen: Int64) -> Int64:
    """The rows that later attempts of these calls use, ascending."""
    later, more = calls.later[chosen], calls.attempts[calls.group[chosen]].astype(np.int64) - 1
    used = np.zeros(len(calls.patience) + 1, dtype=np.int64)
    np.add.at(used, later[more > 0], 1)
    np.add.at(used, (later + more)[more > 0], -1)
    return np.flatnonzero(np.cumsum(used[:-1]) > 0)


def duty(staffing: Staffing, begin: int) -> Staffing:
    """Who is on duty from ``begin`` on; who was before comes at the very begin."""
    stays = staffing.off > begin
    on, off = np.maximum(staffing.on[stays] - begin, 0), staffing.off[stays] - begin
    order = np.lexsort((staffing.person[stays], on))
    return Staffing.of(
        person=staffing.person[stays][order],
        on=on[order],
        off=off[order],
        pause=staffing.pause[stays][order],
        persons=staffing.persons,
    )
