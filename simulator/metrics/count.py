"""Calls, Outcomes and Staffing of one replication -> Counts.

Only calls first offered within [0, length) count, with all their attempts whenever made; calls of a simulated past
do not. Call-takers' time counts as far as it lies within [0, length), whoever they spent it on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.metrics.callers import Callers, Lot, follow, lots
from simulator.metrics.counts import HOURS, TO_ANSWER, TO_REPORT, WAIT, Counts, at
from simulator.metrics.histogram import Histogram, histogram
from simulator.metrics.incidents import Incidents, find_incidents
from simulator.metrics.occupancy import hours_of_call_takers
from simulator.metrics.tally import Tally
from simulator.scenario.policy import NUISANCE, Intent
from simulator.scenario.target import Target
from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.calls import Bool, Calls, Int8, Int64
from simulator.tables.columns import freeze
from simulator.tables.outcomes import Ending, Outcomes, Why
from simulator.tables.staffing import Staffing

DEFAULT_THRESHOLDS = (15 * SECOND, 10 * SECOND, 20 * SECOND)


def thresholds_for(targets: Sequence[Target]) -> tuple[int, ...]:
    """Thresholds (µs) to count at: the first target's, which is the headline's (else 15 s), then the others in use."""
    return tuple(dict.fromkeys([*(target.within for target in targets), *DEFAULT_THRESHOLDS]))


def count(
    calls: Calls,
    outcomes: Outcomes,
    staffing: Staffing,
    thresholds: Sequence[int] = DEFAULT_THRESHOLDS,
    *,
    clock_hours: bool = False,
) -> Counts:
    """Count one replication; ``clock_hours`` where a target asks every clock hour.

    Raises ValueError where outcomes lack the first attempt of a call, or no threshold is given.
    """
    floor = hours_of_call_takers(calls, outcomes, staffing, np.array([0, calls.length]))[0]
    counter = _Counter(calls, staffing, tuple(thresholds), find_incidents(calls, outcomes))
    return counter.between(0, calls.length, outcomes, floor, clock_hours=clock_hours)


def count_by_day(
    calls: Calls, outcomes: Outcomes, staffing: Staffing, thresholds: Sequence[int] = DEFAULT_THRESHOLDS
) -> list[Counts]:
    """Count each 24 hours from the scenario's start on their own: the clusters of a single replication.

    They add up to what ``count`` gives. The last one is shorter where the length is not a number of days.
    """
    edges = np.minimum(np.arange(0, calls.length + DAY, DAY), calls.length)
    floors = hours_of_call_takers(calls, outcomes, staffing, edges)
    counter = _Counter(calls, staffing, tuple(thresholds), find_incidents(calls, outcomes))
    days = calls.arrival[outcomes.call] // DAY
    order = np.argsort(days, kind="stable")
    cuts = np.searchsorted(days[order], np.arange(len(edges)))
    return [
        counter.between(int(edges[day]), int(edges[day + 1]), _rows(outcomes, order[cuts[day] : cuts[day + 1]]), floor)
        for day, floor in enumerate(floors)
    ]


def _rows(outcomes: Outcomes, rows: Any) -> Outcomes:
    return Outcomes(**{name: column[rows] for name, column in outcomes.columns().items()})


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts stretches of one replication."""

    calls: Calls
    staffing: Staffing
    thresholds: tuple[int, ...]
    incidents: Incidents

    def between(
        self, start: int, end: int, outcomes: Outcomes, floor: dict[str, Int64], *, clock_hours: bool = False
    ) -> Counts:
        """The calls first offered in [start, end) µs, with those of their attempts that are among ``outcomes``."""
        if not self.thresholds:
            raise ValueError("no threshold given: name at least one, such as 15 s, to measure the service level at")
        calls = self.calls
        low, high = (int(place) for place in np.searchsorted(calls.arrival, [start, end]))
        rows = (outcomes.call >= low) & (outcomes.call < high)
        callers = follow(calls, outcomes if rows.all() else _rows(outcomes, rows), low, high)
        intent, hour = calls.intent[low:high], (calls.clock + callers.arrival) // HOUR
        tally = Tally(intent, hour % HOURS, HOURS)
        return Counts(
            sums=_frozen(
                _callers(tally, callers, self.staffing, self.thresholds)
                | _attempts(tally, callers, self.thresholds)
                | self.incidents.sums(tally, low, high)
            ),
            floor=floor,
            clock=_frozen(self._clock(callers, intent, hour)) if clock_hours else {},
            durations=_durations(callers, intent) | {TO_REPORT: self.incidents.durations(low, high)},
            thresholds=self.thresholds,
            length=end - start,
        )

    def _clock(self, callers: Callers, intent: Int8, hour: Int64) -> dict[str, Int64]:
        first, last = self.calls.clock // HOUR, (self.calls.clock + self.calls.length - 1) // HOUR
        tally = Tally(intent, hour - first, last - first + 1)
        in_time = {at("in_time", t): tally(callers.within(callers.answered, t)) for t in self.thresholds}
        return {"offered": tally.all(), **in_time}


def _frozen(sums: dict[str, Int64]) -> dict[str, Int64]:
    return {name: freeze(table) for name, table in sums.items()}


ROUTES = tuple(why for why in Why if why != Why.NONE)


def _callers(tally: Tally, callers: Callers, staffing: Staffing, thresholds: tuple[int, ...]) -> dict[str, Int64]:
    attempts, call = callers.attempts, callers.attempts.call.astype(np.int64) - callers.low
    offered = len(callers.arrival)
    some = _some(call, offered)
    blocked = attempts.ending == Ending.BLOCKED
    lot = lots(callers, staffing, thresholds[0])
    return {
        "offered": tally.all(),
        "never_got_through": tally(callers.answered < 0),
        "answered_well": tally(callers.well >= 0),
        "dismissed_callers": tally(some(attempts.dismissed)),
        "blocked_callers": tally(some(blocked)),
        **{f"blocked_callers_{why.name.lower()}": tally(some(blocked & (attempts.why == why))) for why in ROUTES},
        **{at("in_time", t): tally(callers.within(callers.answered, t)) for t in thresholds},
        **{kind.name.lower(): tally(lot == kind) for kind in Lot},
    }


def _some(call: Int64, callers: int) -> Any:
    """A function from a mask of attempts to the mask of the callers who made some of them."""

    def mask(attempts: Any) -> Any:
        found = np.zeros(callers, dtype=bool)
        found[call[attempts]] = True
        return found

    return mask


def _attempts(tally: Tally, callers: Callers, thresholds: tuple[int, ...]) -> dict[str, Int64]:
    attempts, call = callers.attempts, callers.attempts.call.astype(np.int64) - callers.low
    answered = np.flatnonzero(attempts.ending == Ending.ANSWERED)
    wait = attempts.answered[answered] - attempts.arrival[answered]
    gone = np.flatnonzero(attempts.ending == Ending.ABANDONED)
    patience = attempts.left[gone] - attempts.arrival[gone]
    blocked = attempts.ending == Ending.BLOCKED
    nuisance = np.isin(tally.intent[call], NUISANCE)
    made = tally(call[attempts.ending != Ending.DETERRED])
    return {
        "attempts": made,
        "planned": tally(call),
        **{ending.name.lower(): tally(call[attempts.ending == ending]) for ending in Ending},
        **{f"blocked_attempts_{why.name.lower()}": tally(call[blocked & (attempts.why == why)]) for why in ROUTES},
        **{at("attempt_in_time", t): tally(call[answered[wait <= t]]) for t in thresholds},
        **{at("patient", t): made - tally(call[gone[patience <= t]]) for t in thresholds},
        "waited": tally.total(call[answered], wait),
        "wasted_dispatches": tally(call[nuisance & (attempts.verdict == Intent.GENUINE)]),
        **_handling(tally, call, attempts, nuisance),
    }


def _handling(tally: Tally, call: Int64, attempts: Outcomes, nuisance: Bool) -> dict[str, Int64]:
    """Handling time of answered attempts whose handling has ended; all of it, and that of pranks and silent calls."""
    done = np.flatnonzero((attempts.ending == Ending.ANSWERED) & (attempts.free >= 0))
    time = attempts.free[done] - attempts.answered[done] - attempts.waited_over[done]
    return {
        "handled": tally(call[done]),
        "handling": tally.total(call[done], time),
        "nuisance_handling": tally.total(call[done], np.where(nuisance[done], time, 0)),
    }


def _durations(callers: Callers, intent: Int8) -> dict[str, Histogram]:
    attempts = callers.attempts
    rows = np.flatnonzero(attempts.ending == Ending.ANSWERED)
    got = np.flatnonzero(callers.answered >= 0)
    wait = attempts.answered[rows] - attempts.arrival[rows]
    to_answer = attempts.answered[callers.answered[got]] - callers.arrival[got]
    return {
        WAIT: histogram(wait, intent[attempts.call[rows] - callers.low]),
        TO_ANSWER: histogram(to_answer, intent[got]),
    }
