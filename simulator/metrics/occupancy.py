"""Call-takers' time: how much of it they were on duty, and how much of it busy, hour by hour.

Duty is the rostered time plus what a call-taker works on after its end, finishing a call. Busy is handling time:
talk, wrap-up and, where the call-taker attends it, the agency's acceptance. A call that was handed over and waited
for its new call-taker occupied nobody meanwhile; as `Outcomes` does not say when that was, its handling is taken to
end that much earlier.
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
        return np.diff(_elapsed(self.start, edges) - _elapsed(self.end, edges))


def _elapsed(times: Int64, edges: Int64) -> Int64:
    ordered = np.sort(times)
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(ordered)])
    how_many = np.searchsorted(ordered, edges)
    return np.asarray(how_many * edges - before[how_many], dtype=np.int64)


def busy(outcomes: Outcomes, cut: int) -> Stretches:
    """Handling of every attempt taken; one still going on at the end of the run is busy up to ``cut`` (µs)."""
    rows, start, end = _handling(outcomes, cut)
    return Stretches(start, np.maximum(start, end - outcomes.waited_over[rows]))


def overtime(outcomes: Outcomes, staffing: Staffing, cut: int) -> Stretches:
    """What was worked after the end of a stretch of duty, as far as no later stretch of the same person covers it."""
    rows, start, end = _handling(outcomes, cut)
    roster, person = _Roster(staffing), outcomes.call_taker[rows].astype(np.int64)
    talked = np.where(outcomes.talk_end[rows] != NONE, outcomes.talk_end[rows], end)
    # who took a call over did so in the stretch of duty in which its talk ended
    taken_over = outcomes.handovers[rows] > 0
    start = np.where(taken_over, np.maximum(start, roster.began(person, talked)), start)
    beyond = (end - start) - (roster.before(person, end) - roster.before(person, start))
    some = beyond > 0
    return Stretches((end - beyond)[some], end[some])


def _handling(outcomes: Outcomes, cut: int) -> tuple[Int64, Int64, Int64]:
    """Rows of the attempts that a call-taker took, from when and until when."""
    rows = np.flatnonzero(outcomes.call_taker >= 0)
    start, free = outcomes.answered[rows], outcomes.free[rows]
    return rows, start, np.where(free != NONE, free, np.maximum(start, cut))


def hours_of_call_takers(calls: Calls, outcomes: Outcomes, staffing: Staffing, edges: Int64) -> list[dict[str, Int64]]:
    """Busy time and time on duty between each two neighbours of ``edges`` (µs), by hour of the day."""
    local = edges + calls.clock
    on_the_hour = np.arange(local[0] // HOUR, local[-1] // HOUR + 1) * HOUR
    cuts = np.unique(np.concatenate([local, on_the_hour[on_the_hour >= local[0]]]))
    stretch = np.searchsorted(local, cuts[:-1], side="right") - 1
    cell = stretch * HOURS + cuts[:-1] // HOUR % HOURS

    def by_hour(*stretches: Stretches) -> Int64:
        cells = np.zeros((len(edges) - 1) * HOURS, dtype=np.int64)
        for some in stretches:
            np.add.at(cells, cell, some.between(cuts - calls.clock))
        return cells.reshape(-1, HOURS)

    busy_time = by_hour(busy(outcomes, calls.length))
    duty_time = by_hour(Stretches(staffing.on, staffing.off), overtime(outcomes, staffing, calls.length))
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
        self.ranks = np.unique(self.on)
        self.keys = self._key(self.person, self.on)
        self.done = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.off - self.on)])

    def _key(self, person: Int64, time: Int64) -> Int64:
        rank = np.searchsorted(self.ranks, time, side="right")
        return np.asarray(person * (len(self.ranks) + 1) + rank, dtype=np.int64)

    def _stretch(self, person: Int64, time: Int64) -> Int64:
        """The person's last stretch that began by this time; where there is none, another's or -1."""
        return np.searchsorted(self.keys, self._key(person, time), side="right") - 1

    def began(self, person: Int64, time: Int64) -> Int64:
        """When the person's last stretch of duty before this time began."""
        return np.asarray(self.on[self._stretch(person, time)], dtype=np.int64)

    def before(self, person: Int64, time: Int64) -> Int64:
        """Time (µs) on duty before this time, of the person and of all with lower numbers."""
        at = self._stretch(person, time)
        own = (at >= 0) & (self.person[at] == person)
        going_on = np.minimum(time, self.off[at]) - self.off[at]
        return np.asarray(self.done[at + 1] + np.where(own, going_on, 0), dtype=np.int64)
