"""Incidents: several callers may report one fire, and one accepted report is enough."""

from dataclasses import dataclass

import numpy as np

from simulator.metrics.histogram import Histogram, histogram
from simulator.metrics.tally import Tally
from simulator.scenario.policy import Intent
from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls, Int64
from simulator.tables.outcomes import Outcomes


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
        return {
            "incidents": tally(opener),
            "incidents_reported": tally(opener[reported]),
            "incidents_unreported": tally(opener[~reported]),
            "to_accepted_report": tally.total(opener[reported], taken[reported]),
        }

    def durations(self, low: int, high: int) -> Histogram:
        """Times to the first accepted report, all under the intent genuine."""
        these = (self.opener >= low) & (self.opener < high) & (self.taken < NEVER)
        return histogram(self.taken[these], np.zeros(int(these.sum()), dtype=np.int8))


def find_incidents(calls: Calls, outcomes: Outcomes) -> Incidents:
    """Every genuine call reports an incident, one of its own where the table names none."""
    own = calls.incidents + np.arange(len(calls))
    incident = np.where(calls.incident >= 0, calls.incident, own)
    genuine = np.flatnonzero(calls.intent == Intent.GENUINE)
    _, where, places = np.unique(incident[genuine], return_index=True, return_inverse=True)
    opener = genuine[where]  # calls are sorted by arrival, so an incident's first call is its earliest
    place = np.full(len(calls), -1)
    place[genuine] = places
    rows = np.flatnonzero((place[outcomes.call] >= 0) & (outcomes.verdict == Intent.GENUINE))
    call, attempt = outcomes.call[rows].astype(np.int64), outcomes.attempt[rows].astype(np.int64)
    accepted = np.full(len(opener), NEVER)
    np.minimum.at(accepted, place[call], outcomes.talk_end[rows] + calls.accept[calls.row(call, attempt)])
    return Incidents(opener, np.where(accepted < NEVER, accepted - calls.arrival[opener], NEVER))
