"""The same genuine callers under a policy and without it: who is reached only because of it, who fails only because.

Two baselines on the same Calls: no policy, and *no nuisance* (the same callers less the prank and silent ones, no
policy). Of one replication and one design this leaves the whole numbers named in PAIRED; they add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.metrics.counts import names_of
from simulator.metrics.idle import idle_meanwhile
from simulator.metrics.occupancy import handling_of
from simulator.scenario.policy import NUISANCE, Intent
from simulator.tables.calls import Bool, Calls, Int32, Int64
from simulator.tables.outcomes import Action, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing

Float = NDArray[np.float64]
GENUINE, ANSWERED, BLOCKED, DETERRED, ACCEPT = (
    int(Intent.GENUINE),
    int(Ending.ANSWERED),
    int(Ending.BLOCKED),
    int(Ending.DETERRED),
    int(Action.ACCEPT),
)
LEAST_NUISANCE = min(int(intent) for intent in NUISANCE)
"""Prank and the intents above it are nuisance."""

WAYS = ("shared", "reused", "withheld", "own")
"""How a call comes to the number that it shows."""
WHOLE = 2**40
"""Parts of a caller that chances are counted in, so that they add up alike in any order."""
ROUTES = ("queue", *names_of(Why)[1:], "deterred")
"""How a genuine caller was lost only because of a policy: it never acted on the caller, whose queue was another; the
Why of the first attempt that it acted on; or the caller had been put off by it before."""
PAIRED = (
    *("genuine", "reached", "gained", "lost"),
    *(f"lost_{route}" for route in ROUTES),
    *("gained_on_no_nuisance", "lost_on_no_nuisance"),
    *("nuisance_time", "freed", "freed_idle", "taken_on"),
    *("expected_blocked", "expected_lost"),
    *(f"{what}_{way}" for way in WAYS for what in ("chance", "blocked", "lost_by")),
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
    expected_blocked  genuine callers with a blocked attempt; in place of those blocked at their first attempt the sum
                   of their chances to be, over the numbers that they could have carried; and so
    expected_lost  that fail only because of the policy
    chance_..., blocked_..., lost_by_...  by way to a number: the chances that they come that way; and are blocked at
                   their first attempt; and would have been reached without a policy
    From ``expected_blocked`` on in units of 1 / WHOLE callers.
"""
Paired = tuple[int, ...]
"""The numbers named in PAIRED, of one replication of one design."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls, and who among them counts: [n] calls, [g] genuine callers first offered within [since, length).

    counted   whether it is the call of one of these genuine callers (bool [n])
    place     of each such call among them, 0 of others (int32 [n])
    nuisance  whether it is a prank or silent call (bool [n])
    """

    calls: Calls
    counted: Bool
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
        place = np.zeros(len(calls), dtype=np.int32)
        place[rows] = np.arange(len(rows))
        return cls(calls, counted, place, len(rows), calls.intent >= LEAST_NUISANCE, within, since)

    def followed(self, outcomes: Outcomes) -> tuple[Bool, Bool]:
        """Which genuine callers are answered, not dismissed, within T of their first attempt, bool [g]; and whether any
        attempt of each call is answered, bool [n]."""
        rows = (outcomes.ending == ANSWERED).nonzero()[0]
        call = outcomes.call.take(rows)
        got = np.zeros(len(self.calls), dtype=bool)
        got[call] = True
        mine = self.counted.take(call).nonzero()[0]
        rows, call = rows[mine], call[mine]
        in_time = outcomes.answered[rows] - self.calls.arrival[call] <= self.within
        reached = np.zeros(self.genuine, dtype=bool)
        reached[self.place[call[in_time & ~outcomes.dismissed[rows]]]] = True
        return reached, got

    def clipped(self, start: Int64, end: Int64) -> tuple[Int64, Int64]:
        """Stretches as far as they lie within [since, length)."""
        start, end = (np.clip(edge, self.since, self.calls.length) for edge in (start, end))
        return start, np.maximum(start, end)


@dataclass(frozen=True, slots=True)
class First:
    """The genuine callers at their first attempts [g]: whether blocked (bool), and for each of WAYS the chance to come
    that way and the chance to come that way and be blocked, given all that happened before (float64)."""

    blocked: Bool
    ways: Mapping[str, tuple[Float, Float]]

    @classmethod
    def never(cls, callers: int) -> "First":
        """Nobody can be blocked; of ways to a number nothing is said."""
        nothing = np.zeros(callers)
        return cls(np.zeros(callers, dtype=bool), dict.fromkeys(WAYS, (nothing, nothing)))


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

    def held_against(self, outcomes: Outcomes, first: First) -> Paired:
        """The paired numbers of a policy, from its outcomes of the same calls."""
        reached, got = self.plan.followed(outcomes)
        routes = _routes(self.plan, outcomes, self.reached & ~reached)
        smooth = self._smooth(outcomes, reached, first)
        return self._numbers(reached, routes, self.answered & ~got, self._taken_on(outcomes, got), smooth)

    def no_nuisance(self) -> Paired:
        """The paired numbers of no nuisance: the most that any rule can win."""
        lost = int((self.reached & ~self.ideal).sum())
        smooth = {"expected_lost": lost * WHOLE}
        return self._numbers(self.ideal, {"queue": lost}, self.answered, 0, smooth)

    def _smooth(self, outcomes: Outcomes, reached: Bool, first: First) -> dict[str, int]:
        """The numbers in which chances stand for blocks at first attempts.

        Whether a caller would be reached without a policy does not hang on the number, so that the chance to be blocked
        and lost is the product; what else befalls callers is counted as it happened.
        """
        plan, blocked = self.plan, first.blocked
        later = np.zeros(plan.genuine, dtype=bool)
        rows = (outcomes.ending == BLOCKED).nonzero()[0]
        mine = outcomes.call[rows[plan.counted[outcomes.call[rows]]]]
        later[plan.place[mine]] = True
        besides = int((later & ~blocked).sum())
        kept = int((~blocked & self.reached & ~reached).sum()) - int((blocked & self.reached & reached).sum())
        numbers: dict[str, int] = {}
        for way, (chance, taken) in first.ways.items():
            numbers |= {f"chance_{way}": _parts(chance), f"blocked_{way}": _parts(taken)}
            numbers[f"lost_by_{way}"] = _parts(taken * self.reached)
        return numbers | {
            "expected_blocked": sum(numbers[f"blocked_{way}"] for way in WAYS) + besides * WHOLE,
            "expected_lost": sum(numbers[f"lost_by_{way}"] for way in WAYS) + kept * WHOLE,
        }

    def _numbers(
        self, reached: Bool, routes: Mapping[str, int], spared: Bool, taken_on: int, smooth: Mapping[str, int]
    ) -> Paired:
        gone = spared.nonzero()[0]
        numbers: dict[str, Any] = {
            "genuine": self.plan.genuine,
            "reached": reached.sum(),
            "gained": (reached & ~self.reached).sum(),
            "lost": (self.reached & ~reached).sum(),
            **{f"lost_{route}": routes.get(route, 0) for route in ROUTES},
            "gained_on_no_nuisance": (reached & ~self.ideal).sum(),
            "lost_on_no_nuisance": (self.ideal & ~reached).sum(),
            "nuisance_time": self.handling.sum(),
            "freed": self.handling.take(gone).sum(),
            "freed_idle": self.idle.take(gone).sum(),
            "taken_on": taken_on,
        }
        return tuple(int(numbers[name] if name in numbers else smooth.get(name, 0)) for name in PAIRED)

    def _taken_on(self, outcomes: Outcomes, got: Bool) -> int:
        newly = got & self.plan.nuisance & ~self.answered
        if not newly.any():
            return 0
        rows = newly.take(outcomes.call).nonzero()[0]
        busy = handling_of(outcomes, self.plan.calls.length, rows).busy()
        start, end = self.plan.clipped(busy.start, busy.end)
        return int((end - start).sum())


def baseline(plan: Plan, outcomes: Outcomes, staffing: Staffing, ideal_plan: Plan, ideal: Outcomes) -> Baseline:
    """What policies are held against: outcomes without one, and those of the calls without nuisance."""
    handling, calls = handling_of(outcomes, plan.calls.length), len(plan.calls)
    busy, idle = handling.busy(), idle_meanwhile(handling, staffing, plan.since, plan.calls.length)
    start, end = plan.clipped(busy.start, busy.end)
    call = outcomes.call.take(handling.rows)
    (reached, got), (without_nuisance, _) = plan.followed(outcomes), ideal_plan.followed(ideal)
    times = (_by_call(call, time, calls) * plan.nuisance for time in (end - start, idle))
    return Baseline(plan, reached, without_nuisance, got & plan.nuisance, *times)


def _parts(chances: Float) -> int:
    """The sum of chances, in parts of a caller."""
    return int(np.rint(chances * WHOLE).astype(np.int64).sum())


def _by_call(call: Int32, time: Int64, calls: int) -> Int64:
    """Sums of microseconds by call; exact, since floats hold whole numbers up to 2^53, which are 285 years."""
    return np.bincount(call, weights=time, minlength=calls).astype(np.int64)


def _routes(plan: Plan, outcomes: Outcomes, lost: Bool) -> dict[str, int]:
    """How many of the genuine callers ``lost`` were lost by each route."""
    if not lost.any():
        return {}
    rows = ((outcomes.action != ACCEPT) | (outcomes.ending == DETERRED)).nonzero()[0]
    place = plan.place[outcomes.call[rows]]
    counted = plan.counted[outcomes.call[rows]]
    rows, place = rows[counted], place[counted]
    route = outcomes.why[rows].astype(np.int64)
    route[(outcomes.ending[rows] == DETERRED) & (route == Why.NONE)] = len(ROUTES) - 1
    first = np.zeros(plan.genuine, dtype=np.int64)
    first[place[::-1]] = route[::-1]  # of repeated indices the last assignment stays
    return dict(zip(ROUTES, np.bincount(first[lost], minlength=len(ROUTES)).tolist(), strict=True))
