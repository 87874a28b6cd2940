"""Call-takers' time: how much of it they were on duty, and how much of it busy, hour by hour.

Duty is the rostered time plus what a call-taker works on after its end, finishing a call. Busy is handling time:
talk, wrap-up and, where the call-taker attends it, the agency's acceptance; of a silent call left to a machine, until
that took over. A call that was handed over and waited for its new call-taker occupied nobody meanwhile, nor did one
whose caller pressed 55, from the machine's message on; as `Outcomes` does not say when that was, its handling is taken
to end that much earlier.
"""

from dataclasses import dataclass

import numpy as np

from simulator.metrics.counts import HOURS
from simulator.scenario.units import HOUR
from simulator.tables.calls import Calls, Int64
from simulator.tables.columns import freeze
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing

NONE = -1
"""In a column of times: it did not happen. Other negative times lie in a simulated past."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of time [start, end), µs."""

    start: Int64
    end: Int64

    def between(self, edges: Int64) -> Int64:
        """Their time (µs) between each two neighbours of ``edges`` (ascending, n + 1): n int64 sums.

        Time before t is sum(max(0, t - start)) - sum(max(0, t - end)). The sums over starts and ends may pass
        2^63; int64 wraps around, and the differences, which do not, come out right.
        """
        elapsed = _elapsed(self.start, edges) - _elapsed(self.end, edges)
        return elapsed[1:] - elapsed[:-1]


def _elapsed(times: Int64, edges: Int64) -> Int64:
    ordered = np.sort(times)
    before = np.zeros(len(ordered) + 1, dtype=np.int64)
    np.cumsum(ordered, out=before[1:])
    how_many = ordered.searchsorted(edges)
    return np.asarray(how_many * edges - before[how_many], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Handling:
    """Handling of every attempt taken, from start to end (µs); one still going on at the end of the run is up to then.

    talked  until when it was talked, or a machine had the call
    waited  how long (µs) of it nobody was busy with it
    """

    attempts: Outcomes
    rows: Int64
    start: Int64
    end: Int64
    talked: Int64
    waited: Int64

    def busy(self) -> Stretches:
        """When its call-taker was busy with it."""
        return Stretches(self.start, np.maximum(self.start, self.end - self.waited))

    def overtime(self, staffing: Staffing) -> Stretches:
        """What was worked after the end of a stretch of duty, where no later stretch of the same person covers it."""
        roster, person = _Roster(staffing), self.attempts.call_taker[self.rows].astype(np.int64)
        start = self.start
        # who took a call over did so in the stretch of duty in which its talk ended
        over = self.attempts.handovers[self.rows].nonzero()[0]
        if len(over):
            start = start.copy()
            start[over] = np.maximum(start[over], roster.began(person[over], self.talked[over]))
        beyond = (self.end - start) - (roster.before(person, self.end) - roster.before(person, start))
        some = (beyond > 0).nonzero()[0]
        return Stretches((self.end - beyond)[some], self.end[some])


def handling_of(outcomes: Outcomes, cut: int, some: Int64 | None = None) -> Handling:
    """The handling of every attempt taken, or of those among ``some`` rows; what goes on still is up to ``cut`` µs."""
    rows = (outcomes.call_taker >= 0).nonzero()[0] if some is None else some[outcomes.call_taker[some] >= 0]
    start, free, talk_end = outcomes.answered[rows], outcomes.free[rows], outcomes.talk_end[rows]
    end = np.where(free != NONE, free, np.maximum(start, cut))
    # cut off with a machine, or behind it: the call-taker was free before any of that
    waited = np.where((free != NONE) & (talk_end == NONE), 0, outcomes.waited_over[rows])
    return Handling(outcomes, rows, start, end, np.where(talk_end != NONE, talk_end, end), waited)


def hours_of_call_takers(calls: Calls, outcomes: Outcomes, staffing: Staffing, edges: Int64) -> list[dict[str, Int64]]:
    """Busy time and time on duty between each two neighbours of ``edges`` (µs), by hour of the day."""
    local = edges + calls.clock
    on_the_hour = np.arange(local[0] // HOUR + 1, -(-local[-1] // HOUR)) * HOUR  # between the first and the last edge
    cuts = np.sort(np.concatenate([local, on_the_hour]))
    cell = (local.searchsorted(cuts[:-1], side="right") - 1) * HOURS + cuts[:-1] // HOUR % HOURS

    def by_hour(start: Int64, end: Int64) -> Int64:
        cells = np.zeros((len(edges) - 1) * HOURS, dtype=np.int64)
        np.add.at(cells, cell, Stretches(start, end).between(cuts - calls.clock))
        return cells.reshape(-1, HOURS)

    handling = handling_of(outcomes, calls.length)
    busy, overtime = handling.busy(), handling.overtime(staffing)
    busy_time = by_hour(busy.start, busy.end)
    duty_time = by_hour(
        np.concatenate([staffing.on, overtime.start]),
        np.concatenate([staffing.off, overtime.end]),
    )
    return [{"time_busy": freeze(b), "time_on_duty": freeze(d)} for b, d in zip(busy_time, duty_time, strict=True)]


class _Roster:
    """Looks up a person's duty at a time; times are replaced by their ranks so that (person, time) fits an int64."""

    def __init__(self, staffing: Staffing) -> None:
        order = np.lexsort((staffing.on, staffing.person))
        self.person, self.on, self.off = (
            staffing.person[order].astype(np.int64),
            staffing.on[order],
            staffing.off[order],
        )
        self.ranks = np.sort(self.on)
        self.keys = self._key(self.person, self.on)
        self.done = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.off - self.on)])

    def _key(self, person: Int64, time: Int64) -> Int64:
        rank = self.ranks.searchsorted(time, side="right")
        return np.asarray(person * (len(self.ranks) + 1) + rank, dtype=np.int64)

    def _stretch(self, person: Int64, time: Int64) -> Int64:
        """The person's last stretch that began by this time; where there is none, another's or -1."""
        return self.keys.searchsorted(self._key(person, time), side="right") - 1

    def began(self, person: Int64, time: Int64) -> Int64:
        """When the person's last stretch of duty before this time began; at the beginning of time if there is none."""
        at = self._stretch(person, time)
        own = (at >= 0) & (self.person[at] == person)
        return np.asarray(np.where(own, self.on[at], np.iinfo(np.int64).min), dtype=np.int64)

    def before(self, person: Int64, time: Int64) -> Int64:
        """Time (µs) on duty before this time, of the person and of all with lower numbers."""
        at = self._stretch(person, time)
        own = (at >= 0) & (self.person[at] == person)
        going_on = np.minimum(time, self.off[at]) - self.off[at]
        return np.asarray(self.done[at + 1] + np.where(own, going_on, 0), dtype=np.int64)
