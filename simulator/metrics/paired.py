"""The same genuine callers under a policy and without it: what becomes of each in both worlds.

Two baselines on the same Calls: no policy, and *no nuisance* (the same callers less the prank and silent ones, no
policy). Each genuine caller has one of three fates: *in time*, heard within T of the first attempt; *late*, heard
afterwards; *never* heard. Heard is who is answered and not dismissed; whom another line keeps, who is put off or fails
a challenge is not. A call still open when the run ends goes by its time of answer, if it has one. Of one replication
and one design this leaves the whole numbers named in PAIRED; they add up.
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
Fates = NDArray[np.int8]
GENUINE, ACCEPT = int(Intent.GENUINE), int(Action.ACCEPT)
ANSWERED, OPEN, DETERRED = int(Ending.ANSWERED), int(Ending.OPEN), int(Ending.DETERRED)
LEAST_NUISANCE = min(int(intent) for intent in NUISANCE)
"""Prank and the intents above it are nuisance."""

FATES = ("in_time", "late", "never")
"""What becomes of a genuine caller; in the arrays of this module by their places."""
IN_TIME, LATE, NEVER = range(len(FATES))
FROM_NO_NUISANCE = "no_nuisance_"
TABLE = tuple(f"{was}_to_{becomes}" for was in FATES for becomes in FATES)
"""Cells of the table of fates, without the policy and under it."""
EFFECTS = {
    "never_because": ("in_time_to_never", "late_to_never"),
    "late_because": ("in_time_to_late",),
    "heard_because": ("never_to_in_time", "never_to_late"),
    "in_time_because": ("late_to_in_time",),
}
"""What a policy does to callers, and the cells of the table that it is the sum of."""
WAYS = ("shared", "reused", "withheld", "own")
"""How a call comes to the number that it shows."""
SMOOTHED = WAYS[:-1]
"""Those that lead to numbers of others: over these, and none, who is blocked is smoothed."""
WHOLE = 2**40
"""Parts of a caller that chances are counted in, so that they add up alike in any order."""
ROUTES = ("queue", *names_of(Why)[1:], "deterred")
"""How a genuine caller came to be never heard because of the policy: it never acted on the caller, whose queue was
another; the Why of the first attempt that it acted on; or the caller had been put off by it before."""
PAIRED = (
    *("genuine", "open"),
    *TABLE,
    *(FROM_NO_NUISANCE + cell for cell in TABLE),
    *(f"never_because_{route}" for route in ROUTES),
    *("nuisance_time", "freed", "freed_idle", "taken_on"),
    "never_because_besides",
    *(f"{what}_{way}" for way in WAYS for what in ("chance", "blocked", "smoothed")),
)
"""
    genuine     genuine callers first offered within [since, length)
    open        of them, those with a call that is still open at the end, under the policy
    ..._to_...  callers by their fate without a policy and under it; and so, with ``no_nuisance_`` before it, by their
                fate without nuisance and under the policy
    never_because_<route>  the callers in EFFECTS["never_because"] by route, which add up to it
    nuisance_time  handling of prank and silent calls within [since, length) without a policy, µs; of it
    freed          that of calls that are not answered at all under the policy, and
    freed_idle     the part of this during which another call-taker on duty was idle, without a policy
    taken_on       handling, under the policy, of prank and silent calls that no policy would have left unanswered, µs
    never_because_besides  the callers in EFFECTS["never_because"] who were not blocked throughout by one of SMOOTHED
    chance_..., blocked_..., smoothed_...  by way to a number: the chances that callers come that way; that they
                   come that way and are blocked throughout (`Throughout`); and that, besides, they are heard without a
                   policy, in units of 1 / WHOLE callers. The last over SMOOTHED have the expectation of the callers in
                   EFFECTS["never_because"] that ..._besides leaves out.
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

    def followed(self, outcomes: Outcomes) -> tuple[Fates, Bool]:
        """The fate of each genuine caller, int8 [g]; and whether any attempt of each call is answered, bool [n]."""
        rows = (outcomes.ending == ANSWERED).nonzero()[0]
        got = np.zeros(len(self.calls), dtype=bool)
        got[outcomes.call.take(rows)] = True
        fates = np.full(self.genuine, NEVER, dtype=np.int8)
        heard = np.append(rows[~outcomes.dismissed[rows]], self._open(outcomes, answered=True))
        call = outcomes.call.take(heard)
        mine = self.counted.take(call).nonzero()[0]
        heard, call = heard[mine], call[mine]
        late = outcomes.answered[heard] - self.calls.arrival[call] > self.within
        fates[self.place[call]] = late  # LATE is 1, IN_TIME 0; nobody is heard twice
        return fates, got

    def open(self, outcomes: Outcomes) -> int:
        """How many genuine callers have a call that is still open."""
        call = outcomes.call.take(self._open(outcomes))
        return len(np.unique(call[self.counted.take(call)]))

    def _open(self, outcomes: Outcomes, *, answered: bool = False) -> Int64:
        rows = (outcomes.ending == OPEN).nonzero()[0]
        return np.asarray(rows[outcomes.answered[rows] >= 0] if answered else rows)

    def clipped(self, start: Int64, end: Int64) -> tuple[Int64, Int64]:
        """Stretches as far as they lie within [since, length)."""
        start, end = (np.clip(edge, self.since, self.calls.length) for edge in (start, end))
        return start, np.maximum(start, end)


@dataclass(frozen=True, slots=True)
class Throughout:
    """The genuine callers [g] who are blocked at every attempt, by blocks that were in force as they first called and
    known to last beyond their last redial: for each of WAYS the chance to come that way and the chance to come that way
    and be blocked so, given everything but the numbers that callers show (float64).

    happened  whether so, and by one of SMOOTHED (bool)

    Who is blocked so is never heard. `study/conditional.py` says how it is known.
    """

    happened: Bool
    ways: Mapping[str, tuple[Float, Float]]

    @classmethod
    def nobody(cls, callers: int) -> "Throughout":
        """Nobody can be blocked; of ways to a number nothing is said."""
        nothing = np.zeros(callers)
        return cls(np.zeros(callers, dtype=bool), dict.fromkeys(WAYS, (nothing, nothing)))


@dataclass(frozen=True, slots=True)
class Baseline:
    """What becomes of the callers without a policy, and without nuisance; made by ``baseline``.

    fates, ideal    of each genuine caller: without a policy, without nuisance (int8 [g], places in FATES)
    open, ideal_open  genuine callers with a call that is still open, likewise
    answered        whether each prank or silent call is answered without a policy; False for other calls (bool [n])
    handling        its handling time within [since, length), µs (int64 [n])
    idle            the part of that during which another call-taker on duty was idle, µs (int64 [n])
    """

    plan: Plan
    fates: Fates
    ideal: Fates
    open: int
    ideal_open: int
    answered: Bool
    handling: Int64
    idle: Int64

    def held_against(self, outcomes: Outcomes, blocked: Throughout) -> Paired:
        """The paired numbers of a policy, from its outcomes of the same calls."""
        fates, got = self.plan.followed(outcomes)
        lost = (self.fates != NEVER) & (fates == NEVER)
        numbers = {
            "open": self.plan.open(outcomes),
            "taken_on": self._taken_on(outcomes, got),
            **_routes(self.plan, outcomes, lost),
            "never_because_besides": int((lost & ~blocked.happened).sum()),
        }
        for way, (chance, taken) in blocked.ways.items():
            numbers |= {f"chance_{way}": _parts(chance), f"blocked_{way}": _parts(taken)}
            numbers[f"smoothed_{way}"] = _parts(taken * (self.fates != NEVER))
        return self._numbers(fates, self.answered & ~got, numbers)

    def no_nuisance(self) -> Paired:
        """The paired numbers of no nuisance: the most that any rule can win."""
        lost = int(((self.fates != NEVER) & (self.ideal == NEVER)).sum())
        numbers = {"open": self.ideal_open, "never_because_queue": lost, "never_because_besides": lost}
        return self._numbers(self.ideal, self.answered, numbers)

    def _numbers(self, fates: Fates, spared: Bool, others: Mapping[str, int]) -> Paired:
        gone = spared.nonzero()[0]
        numbers: dict[str, Any] = {
            "genuine": self.plan.genuine,
            **dict(zip(TABLE, _table(self.fates, fates), strict=True)),
            **dict(zip((FROM_NO_NUISANCE + cell for cell in TABLE), _table(self.ideal, fates), strict=True)),
            "nuisance_time": self.handling.sum(),
            "freed": self.handling.take(gone).sum(),
            "freed_idle": self.idle.take(gone).sum(),
            **others,
        }
        return tuple(int(numbers.get(name, 0)) for name in PAIRED)

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
    (fates, got), (without_nuisance, _) = plan.followed(outcomes), ideal_plan.followed(ideal)
    times = (_by_call(call, time, calls) * plan.nuisance for time in (end - start, idle))
    left_open = plan.open(outcomes), ideal_plan.open(ideal)
    return Baseline(plan, fates, without_nuisance, *left_open, got & plan.nuisance, *times)


def _table(was: Fates, becomes: Fates) -> list[int]:
    """How many callers there are of each cell of TABLE."""
    cells = was.astype(np.int64) * len(FATES) + becomes
    return [int(many) for many in np.bincount(cells, minlength=len(TABLE))]


def _parts(chances: Float) -> int:
    """The sum of chances, in parts of a caller."""
    return int(np.rint(chances * WHOLE).astype(np.int64).sum())


def _by_call(call: Int32, time: Int64, calls: int) -> Int64:
    """Sums of microseconds by call; exact, since floats hold whole numbers up to 2^53, which are 285 years."""
    return np.bincount(call, weights=time, minlength=calls).astype(np.int64)


def _routes(plan: Plan, outcomes: Outcomes, lost: Bool) -> dict[str, int]:
    """How many of the genuine callers ``lost`` were lost by each route, by the names of PAIRED."""
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
    many = np.bincount(first[lost], minlength=len(ROUTES)).tolist()
    return {f"never_because_{route}": number for route, number in zip(ROUTES, many, strict=True)}
