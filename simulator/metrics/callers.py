"""What became of each caller: the first attempt and its redials seen as one.

Every caller is in exactly one class:

- *in time and well*: answered, and not dismissed, within T of the first attempt's arrival;
- *policy*: lost, or late, because blocked, diverted, screened or deterred;
- *misjudgement*: because answered and dismissed;
- *failure*: because the line itself failed, which only a live target's can;
- *nobody on duty*: none of these, and no call-taker was on duty when the attempt was made;
- *capacity*: the rest: busy, abandoned, still open, or kept waiting beyond T.

The attempt that decides: of a caller who was answered well but late, the first (what went wrong then cost the time);
of one never answered well, the last (nothing was tried after it). So a caller whom another line passed back is in time
where that attempt was answered in time, counted from the first; and one whom another line has dealt with is *policy*:
what callers meet there is not known here. `diverted_callers` tells how many those are.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simulator.tables.calls import Bool, Calls, Int8, Int64
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.staffing import Staffing


class Lot(IntEnum):
    """The classes of callers."""

    IN_TIME_AND_WELL = 0
    POLICY = 1
    CAPACITY = 2
    NOBODY_ON_DUTY = 3
    MISJUDGEMENT = 4
    FAILURE = 5


ANSWERED, FAILED = int(Ending.ANSWERED), int(Ending.FAILED)
POLICY, CAPACITY = int(Lot.POLICY), int(Lot.CAPACITY)
TURNED_AWAY = (Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED, Ending.DETERRED)
"""Endings that are the policy's doing."""
_BY_POLICY = np.isin(np.arange(len(Ending)), TURNED_AWAY)
_BY_POLICY.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Callers:
    """Rows of ``attempts`` (int64, -1: none) that matter to each of the calls low .. high - 1.

    call          of each attempt, counted from low
    first, last   the first and the last attempt
    answered      the first that was answered
    well          the first that was answered and not dismissed
    """

    attempts: Outcomes
    call: Int64
    arrival: Int64
    first: Int64
    last: Int64
    answered: Int64
    well: Int64

    def turned_away(self) -> Int64:
        """The attempts that the policy kept from the line."""
        return _BY_POLICY[self.attempts.ending].nonzero()[0]

    def heard(self) -> Bool:
        """Who is heard: answered and not dismissed, or with a call-taker still when the run ended."""
        found = self.well >= 0
        found[self.call[(self.attempts.ending == Ending.OPEN) & (self.attempts.answered >= 0)]] = True
        return np.asarray(found)

    def within(self, rows: Int64, limit: int) -> Bool:
        """Whether the answer of each caller's row came within ``limit`` µs of the caller's first attempt."""
        return np.asarray((rows >= 0) & (self.attempts.answered[rows] - self.arrival <= limit))


def follow(calls: Calls, attempts: Outcomes, low: int, high: int) -> Callers:
    """Follow the callers low .. high - 1 through their ``attempts`` (rows of these calls only, in order of time).

    Raises ValueError where a call has no first attempt.
    """
    call = attempts.call.astype(np.int64) - low
    every = np.arange(len(call))
    answered = every[attempts.ending == ANSWERED]
    well = answered[~attempts.dismissed[answered]]
    first = _first(call, every, high - low)
    if np.any(first < 0) or np.any(attempts.attempt[first] != 1):
        raise ValueError("outcomes lack the first attempt of some call: every call of `calls` needs its rows, in order")
    last = np.full(high - low, -1)
    last[call] = every  # of repeated indices the last assignment stays
    return Callers(
        attempts,
        call,
        calls.arrival[low:high],
        first,
        last,
        _first(call, answered, high - low),
        _first(call, well, high - low),
    )


def _first(call: Int64, rows: Int64, callers: int) -> Int64:
    found = np.full(callers, -1)
    found[call[rows][::-1]] = rows[::-1]
    return found


def lots(callers: Callers, staffing: Staffing, within: int) -> Int8:
    """The class (Lot) of each caller at the threshold ``within`` µs."""
    attempts, rows = callers.attempts, np.where(callers.well >= 0, callers.first, callers.last)
    lot = np.full(len(rows), CAPACITY, dtype=np.int8)
    lot[_BY_POLICY[attempts.ending[rows]]] = POLICY
    lot[attempts.dismissed[rows]] = Lot.MISJUDGEMENT
    lot[attempts.ending[rows] == FAILED] = Lot.FAILURE
    lot[callers.within(callers.well, within)] = Lot.IN_TIME_AND_WELL
    open_question = (lot == CAPACITY).nonzero()[0]
    nobody = staffing.on_duty(attempts.arrival[rows[open_question]]) == 0
    lot[open_question[nobody]] = Lot.NOBODY_ON_DUTY
    return lot
