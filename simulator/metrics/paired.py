"""The same genuine callers under a policy and without it: who is reached only because of it, who fails only because.

Two baselines on the same Calls: no policy, and *no nuisance* (the same callers less the prank and silent ones, no
policy). Of one replication and one design this leaves the whole numbers named in PAIRED; they add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.metrics.counts import names_of
from simulator.metrics.idle import someone_idle
from simulator.metrics.occupancy import handling_of
from simulator.scenario.policy import NUISANCE, Intent
from simulator.tables.calls import Bool, Calls, Int32, Int64
from simulator.tables.outcomes import Action, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing

GENUINE, ANSWERED, DETERRED, ACCEPT = int(Intent.GENUINE), int(Ending.ANSWERED), int(Ending.DETERRED), int(Action.ACCEPT)
NUISANCES = [int(intent) for intent in NUISANCE]

ROUTES = ("queue", *names_of(Why)[1:], "deterred")
"""How a genuine caller was lost only because of a policy: it never acted on the caller, whose queue was another; the
Why of the first attempt that it acted on; or the caller had been put off by it before."""
PAIRED = (
    *("genuine", "reached", "gained", "lost"),
    *(f"lost_{route}" for route in ROUTES),
    *("gained_on_no_nuisance", "lost_on_no_nuisance"),
    *("nuisance_time", "freed", "freed_idle", "taken_on"),
)
"""
    genuine     genuine callers first offered within [since, length)
    reached     those answered, and not dismissed, within T of their first attempt
    gained      reached only because of the policy, held against no policy; and so
    lost        fail only because of it; ``lost_...`` by route, which add up to it
    ..._on_no_nuisance  the same held against no nuisance
    nuisance_time  handling of prank and silent calls within [since, length) without a policy, µs; of it
    freed          that of calls that are not answered at all under the policy, and
    freed_idle     the part of this during which another call-taker on duty was idle, without a policy
    taken_on       handling, under the policy, of prank and silent calls that no policy would have left unanswered, µs
"""
Paired = tuple[int, ...]
"""The numbers named in PAIRED, of one replication of one design."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls, and who among them counts: [n] calls, [g] genuine callers first offered within [since, length).

    place     of each call among the genuine callers, -1 for others (int32 [n])
    nuisance  whether it is a prank or silent call (bool [n])
    """

    calls: Calls
    place: Int32
    genuine: int
    nuisance: Bool
    within: int
    since: int

    @classmethod
    def of(cls, calls: Calls, within: int, since: int) -> "Plan":
        """``within``: T, ``since``: what is counted from, both µs."""
        counted = (calls.intent == GENUINE) & (calls.arrival >= since) & (calls.arrival < calls.length)
        rows = counted.nonzero()[0]
        place = np.full(len(calls), -1, dtype=np.int32)
        place[rows] = np.arange(len(rows))
        return cls(calls, place, len(rows), np.isin(calls.intent, NUISANCES), within, since)

    def reached(self, outcomes: Outcomes, answered: Int64) -> Bool:
        """Which genuine callers are answered, not dismissed, within T of their first attempt: bool [g].

        ``answered``: the rows of ``outcomes`` that were answered.
        """
        rows = answered[self.place[outcomes.call[answered]] >= 0]
        call = outcomes.call[rows]
        in_time = outcomes.answered[rows] - self.calls.arrival[call] <= self.within
        reached = np.zeros(self.genuine, dtype=bool)
        reached[self.place[call[in_time & ~outcomes.dismissed[rows]]]] = True
        return reached

    def clipped(self, start: Int64, end: Int64) -> tuple[Int64, Int64]:
        """Stretches as far as they lie within [since, length)."""
        start, end = (np.clip(edge, self.since, self.calls.length) for edge in (start, end))
        return start, np.maximum(start, end)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What becomes of the callers without a policy, and without nuisance; made by ``baseline``.

    reached, ideal  of each genuine caller: without a policy, without nuisance (bool [g])
    answered        whether each prank or silent call is answered without a policy; False for other calls (bool [n])
    handling        its handling time within [since, length), µs (int64 [n])
    idle            the part of that during which another call-taker on duty was idle, µs (int64 [n])
    """

    plan: Plan
    reached: Bool
    ideal: Bool
    answered: Bool
    handling: Int64
    idle: Int64

    def held_against(self, outcomes: Outcomes) -> Paired:
        """The paired numbers of a policy, from its outcomes of the same calls."""
        rows = (outcomes.ending == ANSWERED).nonzero()[0]
        reached = self.plan.reached(outcomes, rows)
        lost = self.reached & ~reached
        got = np.zeros(len(self.answered), dtype=bool)
        got[outcomes.call[rows]] = True
        return self._numbers(reached, _routes(self.plan, outcomes, lost), got, self._taken_on(outcomes, got))

    def no_nuisance(self) -> Paired:
        """The paired numbers of no nuisance: the most that any rule can win."""
        nobody, lost = np.zeros(len(self.answered), dtype=bool), self.reached & ~self.ideal
        return self._numbers(self.ideal, {"queue": int(lost.sum())}, nobody, 0)

    def _numbers(self, reached: Bool, routes: Mapping[str, int], got: Bool, taken_on: int) -> Paired:
        numbers: dict[str, Any] = {
            "genuine": self.plan.genuine,
            "reached": reached.sum(),
            "gained": (reached & ~self.reached).sum(),
            "lost": (self.reached & ~reached).sum(),
            **{f"lost_{route}": routes.get(route, 0) for route in ROUTES},
            "gained_on_no_nuisance": (reached & ~self.ideal).sum(),
            "lost_on_no_nuisance": (self.ideal & ~reached).sum(),
            "nuisance_time": self.handling.sum(),
            "freed": self.handling.sum() - self.handling[got].sum(),
            "freed_idle": self.idle.sum() - self.idle[got].sum(),
            "taken_on": taken_on,
        }
        return tuple(int(numbers[name]) for name in PAIRED)

    def _taken_on(self, outcomes: Outcomes, got: Bool) -> int:
        newly = got & self.plan.nuisance & ~self.answered
        if not newly.any():
            return 0
        busy = handling_of(outcomes, self.plan.calls.length, newly[outcomes.call]).busy()
        start, end = self.plan.clipped(busy.start, busy.end)
        return int((end - start).sum())


def baseline(plan: Plan, outcomes: Outcomes, staffing: Staffing, ideal_plan: Plan, ideal: Outcomes) -> Baseline:
    """What policies are held against: outcomes without one, and those of the calls without nuisance."""
    calls, answered = plan.calls, (outcomes.ending == ANSWERED).nonzero()[0]
    mine = plan.nuisance[outcomes.call]
    everyone = handling_of(outcomes, calls.length)
    nuisance = handling_of(outcomes, calls.length, mine)
    busy = nuisance.busy()
    start, end = plan.clipped(busy.start, busy.end)
    idle = someone_idle(everyone, staffing).within(start, end)
    call, got = outcomes.call[nuisance.rows], np.zeros(len(calls), dtype=bool)
    got[outcomes.call[answered]] = True
    return Baseline(
        plan,
        plan.reached(outcomes, answered),
        ideal_plan.reached(ideal, (ideal.ending == ANSWERED).nonzero()[0]),
        got & plan.nuisance,
        _by_call(call, end - start, len(calls)),
        _by_call(call, idle, len(calls)),
    )


def _by_call(call: Int32, time: Int64, calls: int) -> Int64:
    """Sums of microseconds by call; exact, since floats hold whole numbers up to 2^53, which are 285 years."""
    return np.bincount(call, weights=time, minlength=calls).astype(np.int64)


def _routes(plan: Plan, outcomes: Outcomes, lost: Bool) -> dict[str, int]:
    """How many of the genuine callers ``lost`` were lost by each route."""
    if not lost.any():
        return {}
    rows = ((outcomes.action != ACCEPT) | (outcomes.ending == DETERRED)).nonzero()[0]
    place = plan.place[outcomes.call[rows]]
    counted = place >= 0
    rows, place = rows[counted], place[counted]
    route = outcomes.why[rows].astype(np.int64)
    route[(outcomes.ending[rows] == DETERRED) & (route == Why.NONE)] = len(ROUTES) - 1
    first = np.zeros(plan.genuine, dtype=np.int64)
    first[place[::-1]] = route[::-1]  # of repeated indices the last assignment stays
    return dict(zip(ROUTES, np.bincount(first[lost], minlength=len(ROUTES)).tolist(), strict=True))

