"""Calls, Outcomes and Staffing of one replication -> Counts.

Only calls first offered within [since, length) count, with all their attempts whenever made; calls of a warm-up or of
a simulated past do not. What another line passes back is an attempt: the line gets it, though no caller placed it.
Call-takers' time counts as far as it lies within [since, length), whoever they spent it on.

`compiled.py` tells the same again for Numba.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.metrics.callers import TURNED_AWAY, Callers, Lot, follow, lots
from simulator.metrics.counts import (
    CAUSES,
    HOURS,
    NO_CLOCK,
    TO_ANSWER,
    TO_REPORT,
    WAIT,
    Counts,
    Stack,
    at,
    names_of,
    sum_names,
)
from simulator.metrics.histogram import Histogram, histogram
from simulator.metrics.incidents import Incidents, find_incidents
from simulator.metrics.occupancy import hours_of_call_takers
from simulator.metrics.tally import Tally
from simulator.scenario.policy import NUISANCE, Intent
from simulator.scenario.target import Target
from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.calls import Bool, Calls, Int8, Int64
from simulator.tables.outcomes import Cause, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing

ANSWERED, ABANDONED, BLOCKED, DETERRED = map(int, (Ending.ANSWERED, Ending.ABANDONED, Ending.BLOCKED, Ending.DETERRED))
GENUINE, PASSBACK = int(Intent.GENUINE), int(Cause.PASSBACK)
"""Plain numbers: looking up the members of an enumeration is a good part of counting a small replication."""

DEFAULT_THRESHOLDS = (15 * SECOND, 10 * SECOND, 20 * SECOND)


def thresholds_for(targets: Sequence[Target]) -> tuple[int, ...]:
    """Thresholds (µs) to count at: the first target's, which is the headline's (else 15 s), then the others in use."""
    return tuple(dict.fromkeys([*(target.within for target in targets), *DEFAULT_THRESHOLDS]))


def count_for(
    targets: Sequence[Target],
    calls: Calls,
    outcomes: Outcomes,
    staffing: Staffing,
    *,
    since: int = 0,
    compiled: bool = False,
) -> Counts:
    """Count one replication at the thresholds of targets, and by clock hours where one asks for them."""
    clock_hours = any(target.scope == "every clock hour" for target in targets)
    thresholds = thresholds_for(targets)
    return count(calls, outcomes, staffing, thresholds, clock_hours=clock_hours, since=since, compiled=compiled)


def count(
    calls: Calls,
    outcomes: Outcomes,
    staffing: Staffing,
    thresholds: Sequence[int] = DEFAULT_THRESHOLDS,
    *,
    clock_hours: bool = False,
    since: int = 0,
    compiled: bool = False,
) -> Counts:
    """Count one replication from ``since`` (µs) on; ``clock_hours`` where a target asks every clock hour.

    The counts are the same ``compiled`` or not; compiling, or loading what was compiled, takes its time once a process.
    Raises ValueError where outcomes lack the first attempt of a call, no threshold is given, or nothing is left.
    """
    if not 0 <= since < calls.length:
        raise ValueError(f"nothing is left to count from {since} us on: name a time from 0 to below {calls.length} us")
    if compiled and thresholds:
        from simulator.metrics.compiled import count_compiled  # noqa: PLC0415

        counted = count_compiled(calls, outcomes, staffing, tuple(thresholds), since, clock_hours=clock_hours)
        if counted is not None:
            return counted
    # also where compiled code could not count: what is wrong with the tables is said here
    floor = hours_of_call_takers(calls, outcomes, staffing, np.array([since, calls.length]))[0]
    counter = _Counter(calls, staffing, tuple(thresholds), find_incidents(calls, outcomes))
    return counter.between(since, calls.length, outcomes, floor, clock_hours=clock_hours)


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
        low, high = calls.arrival.searchsorted([start, end]).tolist()
        rows = (outcomes.call >= low) & (outcomes.call < high)
        callers = follow(calls, outcomes if rows.all() else _rows(outcomes, rows), low, high)
        intent, hour = calls.intent[low:high], (calls.clock + callers.arrival) // HOUR
        tally = Tally(intent, hour % HOURS, HOURS)
        sums = (
            _callers(tally, callers, self.staffing, self.thresholds)
            | _attempts(tally, callers, self.thresholds)
            | self.incidents.sums(tally, low, high)
        )
        return Counts(
            sums=Stack(names := sum_names(self.thresholds), np.stack([sums[name] for name in names])),
            floor=floor,
            clock=self._clock(callers, intent, hour, start, end) if clock_hours else NO_CLOCK,
            durations=_durations(callers, intent) | {TO_REPORT: self.incidents.durations(low, high)},
            thresholds=self.thresholds,
            length=end - start,
        )

    def _clock(self, callers: Callers, intent: Int8, hour: Int64, start: int, end: int) -> Stack:
        first, last = (self.calls.clock + start) // HOUR, (self.calls.clock + end - 1) // HOUR
        tally = Tally(intent, hour - first, last - first + 1)
        in_time = tally.within(*_to_answer(callers), self.thresholds)
        return Stack.of({"offered": tally.all(), **_at("in_time", self.thresholds, in_time)})


def _at(name: str, thresholds: tuple[int, ...], tables: Iterable[Int64]) -> dict[str, Int64]:
    return {at(name, threshold): table for threshold, table in zip(thresholds, tables, strict=True)}


def _by_reason(name: str, tables: Int64) -> dict[str, Int64]:
    """Tables of each `Why`; that of no reason is left out."""
    return {f"{name}_{reason}": table for reason, table in zip(names_of(Why)[1:], tables[1:], strict=True)}


def _to_answer(callers: Callers) -> tuple[Int64, Int64]:
    """The callers ever answered, and the time (µs) from their first attempt to their first answer."""
    got = (callers.answered >= 0).nonzero()[0]
    return got, callers.attempts.answered[callers.answered[got]] - callers.arrival[got]


def _callers(tally: Tally, callers: Callers, staffing: Staffing, thresholds: tuple[int, ...]) -> dict[str, Int64]:
    attempts = callers.attempts
    offered, got = tally.all(), tally(callers.answered >= 0)
    lot_of = lots(callers, staffing, thresholds[0])
    never = (~callers.heard()).nonzero()[0]
    lot, never_heard = tally.by_kind(slice(None), lot_of, len(Lot)), tally.by_kind(never, lot_of[never], len(Lot))
    return {
        "offered": offered,
        "never_got_through": offered - got,
        "answered_well": tally(callers.well >= 0),
        "dismissed_callers": tally(_with(callers, attempts.dismissed)),
        "passed_back_callers": tally(_with(callers, attempts.cause == PASSBACK)),
        **{f"{end.name.lower()}_callers": tally(_with(callers, attempts.ending == end)) for end in TURNED_AWAY},
        **_why(tally, callers, "blocked_callers", (attempts.ending == BLOCKED).nonzero()[0]),
        "turned_away_callers": tally(_with(callers, callers.turned_away())),
        **_why(tally, callers, "turned_away_callers", callers.turned_away()),
        **_at("in_time", thresholds, tally.within(*_to_answer(callers), thresholds)),
        **dict(zip(names_of(Lot), lot, strict=True)),
        "never_heard": never_heard.sum(axis=0),
        **{f"never_heard_{cause}": table for cause, table in zip(CAUSES, never_heard[1:], strict=True)},
    }


def _with(callers: Callers, rows: Any) -> Bool:
    """The callers with any of these attempts."""
    found = np.zeros(len(callers.arrival), dtype=bool)
    found[callers.call[rows]] = True
    return found


def _why(tally: Tally, callers: Callers, name: str, rows: Int64) -> dict[str, Int64]:
    """The callers with any of these attempts for each reason."""
    reasons = np.zeros((len(callers.arrival), len(Why)), dtype=bool)
    reasons[callers.call[rows], callers.attempts.why[rows]] = True
    someone, reason = reasons.nonzero()
    return _by_reason(name, tally.by_kind(someone, reason, len(Why)))


def _attempts(tally: Tally, callers: Callers, thresholds: tuple[int, ...]) -> dict[str, Int64]:
    attempts, call = callers.attempts, callers.call
    answered = (attempts.ending == ANSWERED).nonzero()[0]
    wait = attempts.answered[answered] - attempts.arrival[answered]
    gone = (attempts.ending == ABANDONED).nonzero()[0]
    left = tally.within(call[gone], attempts.left[gone] - attempts.arrival[gone], thresholds)
    blocked = (attempts.ending == BLOCKED).nonzero()[0]
    endings = tally.by_kind(call, attempts.ending, len(Ending))
    planned = endings.sum(axis=0)
    made = planned - endings[DETERRED]
    deceived = (attempts.verdict == GENUINE).nonzero()[0]
    deceived = deceived[tally.intent[call[deceived]] >= NUISANCE[0]]
    return {
        "attempts": made,
        "planned": planned,
        **dict(zip(names_of(Ending), endings, strict=True)),
        **_by_reason("blocked_attempts", tally.by_kind(call[blocked], attempts.why[blocked], len(Why))),
        **_at("attempt_in_time", thresholds, tally.within(call[answered], wait, thresholds)),
        **_at("patient", thresholds, [made - table for table in left]),
        "waited": tally.total(call[answered], wait),
        "wasted_dispatches": tally(call[deceived]),
        **_handling(tally, callers, answered),
    }


def _handling(tally: Tally, callers: Callers, answered: Int64) -> dict[str, Int64]:
    """Handling time of answered attempts whose handling has ended; all of it, and that of pranks and silent calls."""
    attempts = callers.attempts
    done = answered[attempts.free[answered] >= 0]
    time = attempts.free[done] - attempts.answered[done] - attempts.waited_over[done]
    handling = tally.total(callers.call[done], time)
    nuisance = np.zeros_like(handling)
    nuisance[list(NUISANCE)] = handling[list(NUISANCE)]
    return {"handled": tally(callers.call[done]), "handling": handling, "nuisance_handling": nuisance}


def _durations(callers: Callers, intent: Int8) -> dict[str, Histogram]:
    attempts = callers.attempts
    rows = (attempts.ending == ANSWERED).nonzero()[0]
    got, to_answer = _to_answer(callers)
    wait = attempts.answered[rows] - attempts.arrival[rows]
    return {WAIT: histogram(wait, intent[callers.call[rows]]), TO_ANSWER: histogram(to_answer, intent[got])}
