"""Incidents: several callers may report one fire, and one accepted report is enough."""

from dataclasses import dataclass

import numpy as np

from simulator.metrics.histogram import Histogram, histogram
from simulator.metrics.tally import Tally
from simulator.scenario.policy import Intent
from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls, Int64
from simulator.tables.outcomes import Cause, Outcomes

GENUINE, PASSBACK = int(Intent.GENUINE), int(Cause.PASSBACK)


@dataclass(frozen=True, slots=True)
class Incidents:
    """Incidents of genuine callers: the call that was made first, and the time (µs, NEVER) to an accepted report."""

    opener: Int64
    taken: Int64

    def sums(self, tally: Tally, low: int, high: int) -> dict[str, Int64]:
        """Incidents opened by the calls low .. high - 1; of them those reported, not, and how long it took."""
        these = (self.opener >= low) & (self.opener < high)
        opener, taken = self.opener[these] - low, self.taken[these]
        reported = taken < NEVER
        unreported, done = tally.by_kind(opener, reported, 2)
        return {
            "incidents": unreported + done,
            "incidents_reported": done,
            "incidents_unreported": unreported,
            "to_accepted_report": tally.total(opener[reported], taken[reported]),
        }

    def durations(self, low: int, high: int) -> Histogram:
        """Times to the first accepted report, all under the intent genuine."""
        these = (self.opener >= low) & (self.opener < high) & (self.taken < NEVER)
        return histogram(self.taken[these], np.zeros(int(these.sum()), dtype=np.int8))


def find_incidents(calls: Calls, outcomes: Outcomes) -> Incidents:
    """Every genuine call reports an incident, one of its own where the table names none."""
    genuine = calls.intent == GENUINE
    named = (genuine & (calls.incident >= 0)).nonzero()[0][::-1]
    first = np.full(calls.incidents, -1)
    # calls are sorted by arrival, and of repeated indices the last assignment stays: an incident's earliest call
    first[calls.incident[named]] = named
    each = np.arange(len(calls))
    opened_by = each.copy()
    opened_by[named] = first[calls.incident[named]]
    rows = (genuine[outcomes.call] & (outcomes.verdict == GENUINE)).nonzero()[0]
    call, attempt = outcomes.call[rows].astype(np.int64), outcomes.attempt[rows].astype(np.int64)
    accepted = np.full(len(calls), NEVER)
    delay = calls.accept[calls.row(call, attempt, outcomes.cause[rows] == PASSBACK)]
    np.minimum.at(accepted, opened_by[call], outcomes.talk_end[rows] + delay)
    opener = (genuine & (opened_by == each)).nonzero()[0]
    taken = accepted[opener]
    return Incidents(opener, np.where(taken < NEVER, taken - calls.arrival[opener], NEVER))
