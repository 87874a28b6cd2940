"""Counting compiled: the same sums as `count.py`, told again in loops for Numba.

They share words, not code; tests hold them together number by number. One pass over the attempts sums call-takers'
time; one over the calls finds their cells [intent][hour] and who opened which incident; a second one over the attempts
does nearly all of the counting; and a last one over the calls tells what became of the callers. Arrays in, arrays out;
they are made outside of compiled code, where making them would take compiling time.
"""

from functools import cache

import numpy as np

from simulator.metrics.callers import Lot
from simulator.metrics.compiled_occupancy import hours_compiled
from simulator.metrics.counts import (
    CAUSES,
    DURATIONS,
    HOURS,
    INTENT_COUNT,
    NO_CLOCK,
    Counts,
    Stack,
    at,
    names_of,
    sum_names,
)
from simulator.metrics.histogram import BIN_BITS, LOW_BITS, Histogram, narrow
from simulator.scenario.policy import Intent
from simulator.scenario.units import HOUR, NEVER
from simulator.tables.calls import Calls, Int32, Int64
from simulator.tables.columns import freeze
from simulator.tables.compiling import compiled
from simulator.tables.outcomes import Cause, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing

ANSWERED, ABANDONED, BUSY, BLOCKED, DIVERTED, SCREENED, DETERRED, OPEN, FAILED = map(int, Ending)
GENUINE, PRANK, PASSBACK = int(Intent.GENUINE), int(Intent.PRANK), int(Cause.PASSBACK)
"""Prank and the intents above it are nuisance. The endings from blocked to deterred are the policy's doing."""
_, POLICY, CAPACITY, NOBODY, MISJUDGED, FAILURE = map(int, Lot)

SELDOM = (
    *("blocked_callers", "diverted_callers", "screened_callers", "deterred_callers"),
    *("passed_back_callers", "turned_away_callers"),
    *(f"blocked_callers_{reason}" for reason in names_of(Why)[1:]),
    *(f"turned_away_callers_{reason}" for reason in names_of(Why)[1:]),
    *(f"blocked_attempts_{reason}" for reason in names_of(Why)[1:]),
)
COLUMNS = (
    *SELDOM,
    *("dismissed_callers", "wasted_dispatches", "nuisance_handling", "attempts", "planned"),
    *("incidents", "incidents_reported", "incidents_unreported", "to_accepted_report"),
    *("offered", "never_got_through", "answered_well", "waited", "handled", "handling"),
    *names_of(Ending),
    *names_of(Lot),
    *("never_heard", *(f"never_heard_{cause}" for cause in CAUSES)),
)
"""Columns of the table of sums; behind them, at each threshold, what depends on one. Those that are counted for nearly
every attempt stand together, so that they stay in the processor's cache."""
C_BLOCKED, C_DIVERTED, C_SCREENED, C_DETERRED, C_PASSED_BACK, C_AWAY = range(6)
C_DISMISSED, C_WASTED, C_NUISANCE, C_ATTEMPTS, C_PLANNED = range(len(SELDOM), len(SELDOM) + 5)
C_INCIDENTS, C_REPORTED, C_UNREPORTED, C_TO_REPORT = range(C_PLANNED + 1, C_PLANNED + 5)
C_OFFERED, C_NEVER, C_WELL, C_WAITED, C_HANDLED, C_HANDLING = range(C_TO_REPORT + 1, C_TO_REPORT + 7)
C_BLOCKED_WHY = COLUMNS.index(f"blocked_callers_{names_of(Why)[1]}") - 1
C_AWAY_WHY = COLUMNS.index(f"turned_away_callers_{names_of(Why)[1]}") - 1
C_ATTEMPTS_WHY = COLUMNS.index(f"blocked_attempts_{names_of(Why)[1]}") - 1
"""Reasons count from 1."""
REASONS = len(Why)
C_ENDING = COLUMNS.index(names_of(Ending)[0])
C_LOT = COLUMNS.index(names_of(Lot)[0])
C_NEVER_HEARD = COLUMNS.index("never_heard")
"""Behind it the causes, which are the classes from 1 on."""
C_AT = len(COLUMNS)
BY_THRESHOLD = ("in_time", "attempt_in_time", "patient")

SEEN, GOT_ANSWER, GOT_WELL, IN_TIME, WAS_DISMISSED, WAS_PASSED_BACK = (1 << bit for bit in range(6))
FIRST_LOT, LAST_LOT, LOTS = 6, 9, 7
ENDED = 12 - BLOCKED
BLOCKED_FOR = ENDED + DETERRED
AWAY_FOR = BLOCKED_FOR + REASONS - 1
IN_TALK = 1 << AWAY_FOR + REASONS
WAS_AWAY = (1 << ENDED + DETERRED + 1) - (1 << ENDED + BLOCKED)
RARE = WAS_AWAY | WAS_PASSED_BACK
MET = np.uint32
"""What a caller has met with, in bits: those above, the classes that the first and the last attempt would put the
caller in, each ending that is the policy's doing, the reasons (from 1) of blocks and of all of these endings, and
whether the caller was with a call-taker when the run ended."""
KEY_BYTES = 3
"""A key of a histogram: 2 bits of an intent and 22 of a bin. An odd number, so that sorted they are in other room."""
KEYS_WAIT, KEYS_ANSWER, KEYS_REPORT = range(3)
"""Rows of histograms, in the order of DURATIONS."""


def count_compiled(
    calls: Calls,
    outcomes: Outcomes,
    staffing: Staffing,
    thresholds: tuple[int, ...],
    since: int,
    *,
    clock_hours: bool,
) -> Counts | None:
    """The counts of the calls first offered in [since, length) µs; None for tables that cannot be counted."""
    n, ascending = len(calls), sorted(set(thresholds))
    low, high = (int(place) for place in np.searchsorted(calls.arrival, [since, calls.length]))
    cell, met = np.empty(n, dtype=np.uint8), np.zeros(n, dtype=MET)
    accepted, opener = np.empty(n, dtype=np.int64), np.full(calls.incidents, -1, dtype=np.int32)
    _cells(calls.arrival, calls.intent, calls.incident, calls.clock, low, high, cell, accepted, opener)
    first_hour, last_hour = (calls.clock + since) // HOUR, (calls.clock + calls.length - 1) // HOUR
    clock = np.zeros((1 + len(ascending), INTENT_COUNT, (last_hour - first_hour + 1) * clock_hours), dtype=np.int64)
    sums = np.zeros((INTENT_COUNT * HOURS, C_AT + len(BY_THRESHOLD) * len(ascending)), dtype=np.int64)
    keys = np.empty((len(DURATIONS), len(outcomes)), dtype=np.int32)
    at_once, sizes = np.zeros((len(DURATIONS), INTENT_COUNT), dtype=np.int64), np.zeros(len(DURATIONS), dtype=np.int64)
    real = np.zeros(1, dtype=np.float64)
    asked = np.array(ascending, dtype=np.int64), thresholds[0], calls.clock, low, high, first_hour
    # A duration's bits are read from the float that they are written to.
    known, results = (cell, met, accepted, opener), (sums, clock, keys, sizes, at_once, real, real.view(np.int64))
    callers = calls.arrival, calls.intent, calls.incident, calls.later, calls.accept
    what = (
        *(outcomes.call, outcomes.attempt, outcomes.cause, outcomes.arrival, outcomes.why, outcomes.ending),
        *(
            outcomes.dismissed,
            outcomes.answered,
            outcomes.talk_end,
            outcomes.free,
            outcomes.waited_over,
            outcomes.verdict,
        ),
        outcomes.left,
    )
    duty = np.sort(staffing.on, kind="stable"), np.sort(staffing.off, kind="stable")
    counted = _attempts(callers, what, duty, asked, known, results) and _callers(callers, asked, known, results)
    if not counted:
        return None
    np.cumsum(clock[1:], axis=0, out=clock[1:])
    hourly = {"offered": clock[0]} | {at("in_time", t): clock[1 + ascending.index(t)] for t in thresholds}
    return Counts(
        sums=Stack(sum_names(thresholds), sums.T[_places(thresholds)].reshape(-1, INTENT_COUNT, HOURS)),
        floor=hours_compiled(calls, outcomes, staffing, since),
        clock=Stack.of(hourly) if clock_hours else NO_CLOCK,
        durations=_durations(keys, sizes, at_once),
        thresholds=thresholds,
        length=calls.length - since,
    )


def _durations(keys: Int32, sizes: Int64, at_once: Int64) -> dict[str, Histogram]:
    counts, room, places = np.empty_like(keys), np.empty(keys.shape[1], dtype=np.int32), np.empty(257, dtype=np.int64)
    _histograms(keys, sizes, at_once, counts, room, places)
    return {
        name: Histogram(freeze(keys[row, :size].copy()), freeze(narrow(counts[row, :size])))
        for row, (name, size) in enumerate(zip(DURATIONS, sizes, strict=True))
    }


@cache
def _places(thresholds: tuple[int, ...]) -> Int64:
    """Where among the columns the sums stand, in the order of ``sum_names``."""
    columns = [*COLUMNS, *(at(name, t) for name in BY_THRESHOLD for t in sorted(set(thresholds)))]
    place = {name: column for column, name in enumerate(columns)}
    return np.array([place[name] for name in sum_names(thresholds)], dtype=np.int64)


@compiled()
def _cells(arrival, intent, incident, clock, low, high, cell, accepted, opener):  # type: ignore[no-untyped-def]
    """The cell [intent][hour] of each call that counts, and the call that opened each incident."""
    for c in range(len(arrival)):
        if low <= c < high:
            cell[c] = intent[c] * HOURS + (clock + arrival[c]) // HOUR % HOURS
        if intent[c] == GENUINE:
            accepted[c] = NEVER
            if incident[c] >= 0 and opener[incident[c]] < 0:
                opener[incident[c]] = c


@compiled()
def _attempts(calls, outcomes, duty, asked_for, known, results):  # type: ignore[no-untyped-def]
    """Count the attempts, and what their callers meet with for the first time; False for what cannot be counted."""
    arrival, intent, incident, later, accept = calls
    call, attempt, cause, made, why, ending = outcomes[:6]
    dismissed, answered, talk_end, free, waited_over, verdict, left = outcomes[6:]
    on, off = duty
    thresholds, headline, clock, low, high, first_hour = asked_for
    cell, met, accepted, opener = known
    sums, clocked, keys, sizes, at_once, real, real_bits = results
    asked, hourly = len(thresholds), clocked.shape[2] > 0
    c_in_time, c_attempt_in_time, c_patient = C_AT, C_AT + asked, C_AT + 2 * asked
    waits = answers = come = gone = 0
    for r in range(len(call)):
        c = call[r]
        wanted = intent[c]
        if wanted == GENUINE and verdict[r] == GENUINE:
            reporter = c if incident[c] < 0 else opener[incident[c]]
            # What was drawn for the diverted attempt serves the one that was passed back.
            nth = attempt[r] - (cause[r] == PASSBACK)
            row = np.int64(c) if nth == 1 else later[c] + nth - 2
            accepted[reporter] = min(accepted[reporter], talk_end[r] + accept[row])
        if c < low or c >= high:
            continue

        k, know, ended = cell[c], met[c], ending[r]
        first = not know & SEEN
        if first:
            if attempt[r] != 1:
                return False
            know |= SEEN
        sums[k, C_ENDING + ended] += 1
        if ended == ANSWERED:
            wait = answered[r] - made[r]
            if wait < 0:
                return False
            if wait > 0 or at_once[KEYS_WAIT, wanted] == 0:
                real[0] = wait
                keys[KEYS_WAIT, waits] = (np.int64(wanted) << BIN_BITS) | (real_bits[0] >> LOW_BITS)
                waits += 1
            if wait == 0:
                at_once[KEYS_WAIT, wanted] += 1
            sums[k, C_WAITED] += wait
            passed = 0
            while passed < asked and thresholds[passed] < wait:
                passed += 1
            if passed < asked:
                sums[k, c_attempt_in_time + passed] += 1
            if not know & GOT_ANSWER:
                know |= GOT_ANSWER
                in_all = answered[r] - arrival[c]
                if in_all < 0:
                    return False
                if in_all > 0 or at_once[KEYS_ANSWER, wanted] == 0:
                    real[0] = in_all
                    keys[KEYS_ANSWER, answers] = (np.int64(wanted) << BIN_BITS) | (real_bits[0] >> LOW_BITS)
                    answers += 1
                if in_all == 0:
                    at_once[KEYS_ANSWER, wanted] += 1
                passed = 0
                while passed < asked and thresholds[passed] < in_all:
                    passed += 1
                if passed < asked:
                    sums[k, c_in_time + passed] += 1
                    if hourly:
                        clocked[1 + passed, wanted, (clock + arrival[c]) // HOUR - first_hour] += 1
            if not dismissed[r] and not know & GOT_WELL:
                know |= GOT_WELL
                sums[k, C_WELL] += 1
                if answered[r] - arrival[c] <= headline:
                    know |= IN_TIME
            if free[r] >= 0:
                time = free[r] - answered[r] - waited_over[r]
                sums[k, C_HANDLED] += 1
                sums[k, C_HANDLING] += time
                if wanted >= PRANK:
                    sums[k, C_NUISANCE] += time
        elif BLOCKED <= ended <= DETERRED:
            know |= 1 << (ENDED + ended)
            reason = why[r]
            if reason > 0:
                know |= 1 << (AWAY_FOR + reason)
                if ended == BLOCKED:
                    know |= 1 << (BLOCKED_FOR + reason)
                    sums[k, C_ATTEMPTS_WHY + reason] += 1
        elif ended == ABANDONED:
            passed = 0
            while passed < asked and thresholds[passed] < left[r] - made[r]:
                passed += 1
            if passed < asked:
                sums[k, c_patient + passed] -= 1
        elif ended == OPEN and answered[r] >= 0:
            know |= IN_TALK
        if dismissed[r] and not know & WAS_DISMISSED:
            know |= WAS_DISMISSED
            sums[k, C_DISMISSED] += 1
        if wanted >= PRANK and verdict[r] == GENUINE:
            sums[k, C_WASTED] += 1
        if cause[r] == PASSBACK:
            know |= WAS_PASSED_BACK
        if not know & IN_TIME:
            if dismissed[r]:
                lot = MISJUDGED
            elif BLOCKED <= ended <= DETERRED:
                lot = POLICY
            elif ended == FAILED:
                lot = FAILURE
            else:
                lot = CAPACITY
                while come < len(on) and on[come] <= made[r]:
                    come += 1
                while come > 0 and on[come - 1] > made[r]:
                    come -= 1
                while gone < len(on) and off[gone] <= made[r]:
                    gone += 1
                while gone > 0 and off[gone - 1] > made[r]:
                    gone -= 1
                if come == gone:
                    lot = NOBODY
            if first:
                know |= lot << FIRST_LOT
            know = know & ~(LOTS << LAST_LOT) | lot << LAST_LOT
        met[c] = know
    sizes[KEYS_WAIT], sizes[KEYS_ANSWER] = waits, answers
    return True


@compiled()
def _callers(calls, asked_for, known, results):  # type: ignore[no-untyped-def]
    """Count the callers and the incidents, and add up what adds up; False for what cannot be counted."""
    arrival, intent, incident = calls[:3]
    thresholds, _, clock, low, high, first_hour = asked_for
    cell, met, accepted, opener = known
    sums, clocked, keys, sizes, at_once, real, real_bits = results
    asked, hourly = len(thresholds), clocked.shape[2] > 0
    c_in_time, c_attempt_in_time, c_patient = C_AT, C_AT + asked, C_AT + 2 * asked
    reports = 0
    for c in range(low, high):
        k, know = cell[c], met[c]
        if not know & SEEN:
            return False
        sums[k, C_OFFERED] += 1
        if hourly:
            clocked[0, intent[c], (clock + arrival[c]) // HOUR - first_hour] += 1
        if not know & GOT_ANSWER:
            sums[k, C_NEVER] += 1
        lot = 0
        if not know & IN_TIME:
            # Of who was answered well, but late, the first attempt decides; of others the last.
            lot = (know >> FIRST_LOT if know & GOT_WELL else know >> LAST_LOT) & LOTS
        sums[k, C_LOT + lot] += 1
        if not know & (GOT_WELL | IN_TALK):
            sums[k, C_NEVER_HEARD] += 1
            sums[k, C_NEVER_HEARD + lot] += 1
        if know & RARE:
            sums[k, C_PASSED_BACK] += know & WAS_PASSED_BACK != 0
            sums[k, C_AWAY] += know & WAS_AWAY != 0
            sums[k, C_BLOCKED] += know >> ENDED + BLOCKED & 1
            sums[k, C_DIVERTED] += know >> ENDED + DIVERTED & 1
            sums[k, C_SCREENED] += know >> ENDED + SCREENED & 1
            sums[k, C_DETERRED] += know >> ENDED + DETERRED & 1
            if know >> AWAY_FOR:
                for reason in range(1, REASONS):
                    sums[k, C_BLOCKED_WHY + reason] += know >> BLOCKED_FOR + reason & 1
                    sums[k, C_AWAY_WHY + reason] += know >> AWAY_FOR + reason & 1
        if intent[c] == GENUINE and (incident[c] < 0 or opener[incident[c]] == c):
            sums[k, C_INCIDENTS] += 1
            if accepted[c] < NEVER:
                time = accepted[c] - arrival[c]
                if time < 0:
                    return False
                sums[k, C_REPORTED] += 1
                sums[k, C_TO_REPORT] += time
                if time > 0 or at_once[KEYS_REPORT, GENUINE] == 0:
                    real[0] = time
                    keys[KEYS_REPORT, reports] = real_bits[0] >> LOW_BITS
                    reports += 1
                if time == 0:
                    at_once[KEYS_REPORT, GENUINE] += 1
            else:
                sums[k, C_UNREPORTED] += 1

    for k in range(len(sums)):
        for each in range(FAILED + 1):
            sums[k, C_PLANNED] += sums[k, C_ENDING + each]
        sums[k, C_ATTEMPTS] = sums[k, C_PLANNED] - sums[k, C_ENDING + DETERRED]
        # What was up to one threshold is so up to the next.
        for t in range(1, asked):
            sums[k, c_in_time + t] += sums[k, c_in_time + t - 1]
            sums[k, c_attempt_in_time + t] += sums[k, c_attempt_in_time + t - 1]
            sums[k, c_patient + t] += sums[k, c_patient + t - 1]
        for t in range(asked):
            sums[k, c_patient + t] += sums[k, C_ATTEMPTS]
    sizes[KEYS_REPORT] = reports
    return True


@compiled()
def _histograms(keys, sizes, at_once, counts, room, places):  # type: ignore[no-untyped-def]
    """Leave the keys of each histogram ascending and each once, with their ``counts``; ``sizes``: how many there are.

    Sorted byte by byte, the lowest first: several times faster than by comparing.
    """
    for h in range(len(keys)):
        size, distinct, one, other = sizes[h], 0, keys[h], room
        for byte in range(KEY_BYTES):
            places[:] = 0
            for k in range(size):
                places[(one[k] >> 8 * byte & 255) + 1] += 1
            for value in range(256):
                places[value + 1] += places[value]
            for k in range(size):
                value = one[k] >> 8 * byte & 255
                other[places[value]] = one[k]
                places[value] += 1
            one, other = other, one
        for k in range(size):
            if k == 0 or one[k] != one[k - 1]:
                keys[h, distinct] = one[k]
                # of durations of 0 only one had a key
                counts[h, distinct] = 0 if one[k] & (2**BIN_BITS - 1) else at_once[h, one[k] >> BIN_BITS] - 1
                distinct += 1
            counts[h, distinct - 1] += 1
        sizes[h] = distinct
