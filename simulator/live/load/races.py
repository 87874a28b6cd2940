"""Why an attempt ended otherwise in the API than in the model: which two things happened at nearly the same moment."""

from dataclasses import dataclass

import numpy as np

from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls, Int64
from simulator.tables.outcomes import Cause, Ending, Outcomes
from simulator.tables.sanctions import Sanctions

ON_A_LINE = (Ending.ANSWERED, Ending.ABANDONED, Ending.SCREENED, Ending.OPEN)
BY_POLICY = (Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED, Ending.DETERRED)


@dataclass(frozen=True, slots=True)
class Race:
    """What was close, in words, and how close it was (µs of simulated time); None: no race, but a difference."""

    words: str
    gap: int | None


@dataclass(frozen=True, slots=True)
class Races:
    """Looks for the race behind a difference."""

    calls: Calls
    model: Outcomes
    live: Outcomes
    sanctions: Sanctions
    trunks: int

    def of(self, a: int, b: int, trouble: str = "") -> Race:
        """The likeliest race of row ``a`` of the model and row ``b`` of the live run (-1: not made)."""
        ending_a, ending_b = self._ending(self.model, a), self._ending(self.live, b)
        both = {ending_a, ending_b}
        if ending_b == Ending.FAILED:
            return Race(trouble or "failed without a reason", None)
        if None in both:
            return Race("made in one only", None)
        if Ending.OPEN in both:
            return Race("not ended at the stop", None)
        if both & set(BY_POLICY):
            return self._policy(a)
        if Ending.BUSY in both:
            return self._lines(a)
        return self._patience(a, b)

    @staticmethod
    def _ending(outcomes: Outcomes, row: int) -> Ending | None:
        return Ending(outcomes.ending[row]) if row >= 0 else None

    def _patience(self, a: int, b: int) -> Race:
        """Answered in one, and gone in the other: how far the answer was from the end of patience."""
        outcomes, row = (self.model, a) if self.model.answered[a] >= 0 else (self.live, b)
        drawn = self.calls.row(
            outcomes.call[[row]].astype(np.int64),
            outcomes.attempt[[row]].astype(np.int64),
            outcomes.cause[[row]] == Cause.PASSBACK,
        )
        ends = int(outcomes.arrival[row] + self.calls.patience[drawn][0])
        return Race("patience ran out", abs(ends - int(outcomes.answered[row])))

    def _lines(self, a: int) -> Race:
        """Busy in one: how far from its arrival the model's lines were free that were all taken, or the reverse."""
        m, when = self.model, int(self.model.arrival[a])
        rows = np.flatnonzero(np.isin(m.ending, ON_A_LINE) & (np.arange(len(m)) != a))
        ends = np.where(m.left[rows] >= 0, m.left[rows], NEVER)
        times = np.concatenate([m.arrival[rows], ends, [-NEVER]])
        change = np.concatenate([np.ones(len(rows)), -np.ones(len(rows)), [0.0]])
        order = np.lexsort((change, times))
        full = np.cumsum(change[order]) >= self.trunks
        begin, end = times[order], np.append(times[order][1:], NEVER)
        other = full != (m.ending[a] == Ending.BUSY)
        apart = np.maximum(np.maximum(begin - when, when - end), 0)[other & (end > begin)]
        return Race("a line was freed, or taken", int(apart.min()) if len(apart) else None)

    def _policy(self, a: int) -> Race:
        """Refused in one: how far from its arrival an action on its number began or ended."""
        when, number = int(self.model.arrival[a]), int(self.model.number[a])
        mine = self.sanctions.number == number
        edges = np.concatenate([self.sanctions.begin[mine], self.sanctions.end[mine]])
        return Race("its number was acted on", _nearest(edges, when))


def _nearest(times: Int64, when: int) -> int | None:
    known = times[times >= 0]
    return int(np.abs(known - when).min()) if len(known) else None
