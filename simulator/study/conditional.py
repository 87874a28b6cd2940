"""Genuine callers who are blocked at every attempt, smoothed over the numbers that they could have carried.

The number that a call shows is drawn apart from everything else, and before its first attempt a caller has changed
nothing. So whether a number x is blocked as a caller first calls, by a block that is then known to last beyond the last
redial, goes by the past alone, whichever number the caller shows in fact. The chance to show a number of others that is
blocked so is

    p = sum over routes r of share_r * B_r

where B_r is the part of the numbers that route r leads to (shared phones, reused numbers, none), each weighed with the
chance of being chosen, that are blocked so. Whoever is blocked so makes the same attempts at the same times with any
such number, reaches nobody, and is never heard. The sum of p over callers has the expectation of the count of those
blocked so, given everything but the callers' numbers, hence also without that condition; it varies far less where
blocks are rare. Whether a caller is heard without a policy does not hang on the number, so the chance to be blocked so
and to be heard without a policy is the product. Whatever is lost in another way is no part of the event, and is
counted: by the own number, of which there is but one; or by a block that begins, or is prolonged, between the redials.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.demand.callers import Route, chances_of_numbers, routes
from simulator.metrics.paired import WAYS, Throughout
from simulator.scenario.callers import CallerGroup
from simulator.scenario.intent import Intent
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy
from simulator.scenario.units import NEVER
from simulator.tables.calls import OWN, REUSED, SHARED, Bool, Calls, Int64
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.sanctions import Sanctions

Float = NDArray[np.float64]
NAMES = {SHARED: "shared", REUSED: "reused"}
BLOCKED = int(Ending.BLOCKED)


def blocked_throughout(
    scenario: Scenario, calls: Calls, outcomes: Outcomes, sanctions: Sanctions, since: int = 0
) -> Throughout:
    """The chance of each genuine caller first offered in [since, length) µs to be blocked throughout.

    0, so that whatever they lose is counted, for callers whose number depends on the past (SIM rotation), who had given
    up before, or may be deterred by an SMS; on whom a call back hangs, which needs a number; and for all of them where
    a number that they could show is on a list at the start, which is in force without the policy, too. Calls must have
    been drawn from ``scenario``; outcomes and sanctions are those under its policy.
    """
    low, high = np.searchsorted(calls.arrival, [since, calls.length])
    caller = low + np.flatnonzero(calls.intent[low:high] == Intent.GENUINE)
    ways = {way: (np.zeros(len(caller)), np.zeros(len(caller))) for way in WAYS}
    happened = np.zeros(len(caller), dtype=bool)
    reachable = _reachable(scenario, calls, caller)
    if reachable[calls.listed].any():
        return Throughout(happened, ways)
    known = Known(sanctions, scenario.policy, reachable)
    counted = _counted(scenario, calls, outcomes)[caller]
    first, last = calls.arrival[caller], last_attempts(calls, caller)
    for index, group in enumerate(scenario.callers.values()):
        mine = np.flatnonzero(calls.group[caller] == index)
        if group.intent != "genuine" or not len(mine) or group.numbers.rotate:
            continue
        some, span = mine[~counted[mine]], (first[mine], last[mine])
        lent = (calls.route[caller[some]] != OWN) | (calls.number[caller[some]] < 0)
        happened[some] = lent & (known.of(calls.number[caller[some]], first[some], last[some]) > 0)
        parts = _parts(calls, scenario, group, known, span)
        for way, share, part in _weighed(parts, known.of(calls.own[caller[mine]], *span)):
            ways[way][0][mine] += share
            ways[way][1][mine] += share * part * ~counted[mine]
    return Throughout(happened, ways)


def last_attempts(calls: Calls, caller: Int64) -> Int64:
    """When each caller makes the last attempt, µs, if every one of them is blocked."""
    at, row, going = calls.arrival[caller].copy(), caller.copy(), np.arange(len(caller))
    for attempt in range(2, int(calls.attempts.max(initial=1)) + 1):
        again = calls.redial[row[going]] >> BLOCKED & 1 == 1
        going = going[again & (attempt <= calls.attempts[calls.group[caller[going]]])]
        if not len(going):
            break
        at[going] += calls.redial_delay[row[going]]
        row[going] = calls.later[caller[going]] + attempt - 2
    return at


def _counted(scenario: Scenario, calls: Calls, outcomes: Outcomes) -> Bool:
    """The calls of which nothing is smoothed; it does not hang on the number that they show."""
    found = np.zeros(len(calls), dtype=bool)
    found[outcomes.call[(outcomes.attempt == 1) & (outcomes.ending == Ending.DETERRED)]] = True
    if any(rule.traits.only_warns for rule in scenario.policy.rules):
        found |= calls.heeds
    procedure = scenario.floor.silent_procedure
    if procedure is not None and procedure.call_back is not None:
        found |= calls.voiceless
    return found


def _weighed(parts: dict[Route, Float], own: Float) -> Iterator[tuple[str, float, Float]]:
    """Each way to a number, its share, and the blocked part of its numbers; what is left is the own one."""
    for route, part in parts.items():
        yield ("withheld" if not route.group else NAMES[route.by]), route.share, part
    yield "own", 1.0 - sum(route.share for route in parts), own


def _parts(
    calls: Calls, scenario: Scenario, group: CallerGroup, known: "Known", span: tuple[Int64, Int64]
) -> dict[Route, Float]:
    """Of each route of a group, the blocked part of its numbers for each caller, by first and last attempt."""
    first = dict(zip(calls.groups, calls.first_number.tolist(), strict=True))
    found = {}
    for way in routes(group.numbers):
        if not way.share:
            continue
        if way.group:
            chances = chances_of_numbers(scenario.callers[way.group].numbers, way.choose)
            found[way] = known.part(first[way.group], chances, *span)
        else:
            found[way] = known.of(np.full(len(span[0]), -1), *span)
    return found


def _reachable(scenario: Scenario, calls: Calls, genuine: Int64) -> Bool:
    """Whether a genuine caller can show each number; the last one stands for those withheld."""
    found = np.zeros(calls.numbers + 1, dtype=bool)
    found[calls.own[genuine]] = True
    for group in scenario.callers.values():
        if group.intent == "genuine":
            for way in routes(group.numbers):
                found[calls.numbers_of(way.group) if way.group else -1] |= way.share > 0
    return found


class Known:
    """Until when each of the ``reachable`` numbers is blocked, as was known at each time.

    One entry each time that a number comes to be blocked for longer, sorted by number and time: it is in force for
    [begin, stop), and the number is blocked until ``until`` whatever comes.
    """

    def __init__(self, sanctions: Sanctions, policy: Policy, reachable: Bool) -> None:
        some = (_sure(policy)[sanctions.rule] & reachable[sanctions.number]).nonzero()[0]
        number, end = sanctions.number[some].astype(np.int64), sanctions.end[some]
        # What an attempt brings upon its own number was not in force as the caller came.
        begin = sanctions.begin[some] + 1
        order = np.lexsort((begin, number))
        self.number, self.begin = number[order], begin[order]
        self.until = _longest(self.number, end[order])
        later = np.append(self.begin[1:], NEVER)[: len(order)]
        same = np.append(self.number[1:] == self.number[:-1], False)[: len(order)]
        self.stop = np.minimum(np.where(same, later, NEVER), self.until)
        self._moments = np.unique(self.begin)
        self._keys = self._key(self.number, self.begin)

    def part(self, first: int, chances: Float, since: Int64, last: Int64) -> Float:
        """For each caller, the chance that one of the numbers from ``first`` on, chosen with these chances, is blocked
        ``since`` the first attempt until after the ``last``."""
        mine = ((self.number >= first) & (self.number < first + len(chances))).nonzero()[0]
        mine = mine[np.argsort(self.until[mine], kind="stable")]
        weight, begin, stop = chances[self.number[mine] - first], self.begin[mine], self.stop[mine]
        blocked = _level(begin, weight, since) - _level(stop, weight, since)
        # Blocks that end before the last attempt do not count.
        ends = self.until[mine]
        low, high = (np.searchsorted(ends, moment, side="right") for moment in (since, last))
        caller = np.repeat(np.arange(len(since)), high - low)
        entry = np.arange(len(caller)) + np.repeat(
            low - np.append(0, np.cumsum(high - low)[:-1])[: len(low)], high - low
        )
        there = (begin[entry] <= since[caller]) & (since[caller] < stop[entry])
        short = np.bincount(caller[there], weights=weight[entry[there]], minlength=len(since))
        return np.asarray(np.clip(blocked - short, 0.0, 1.0))

    def of(self, number: Int64, since: Int64, last: Int64) -> Float:
        """Whether each number is blocked ``since`` the first attempt until after the ``last``: 0.0 or 1.0."""
        found = np.zeros(len(number))
        if len(self.number):
            place = np.searchsorted(self._keys, self._key(number.astype(np.int64), since), side="right") - 1
            found[(place >= 0) & (self.number[place] == number) & (self.until[place] > last)] = 1.0
        return found

    def _key(self, number: Int64, time: Int64) -> Int64:
        """Sorts by number, then time; by the ranks of times, so that both fit an int64."""
        return np.asarray((number + 1) * (len(self._moments) + 1) + np.searchsorted(self._moments, time, side="right"))


def _sure(policy: Policy) -> Bool:
    """Which rules block a number whatever other rules say: those that block, with only such ahead of them."""
    found, only_blocks = [], True
    for rule in policy.rules:
        only_blocks &= rule.traits.refuses or rule.traits.only_warns
        found.append(only_blocks and rule.traits.refuses)
    return np.array(found, dtype=bool)


def _longest(number: Int64, end: Int64) -> Int64:
    """The latest end so far of each number, entry by entry."""
    ends, rank = np.unique(end, return_inverse=True)
    begins = np.append(True, number[1:] != number[:-1])[: len(number)]
    ahead = np.cumsum(begins) * len(ends)
    return np.asarray(ends[np.maximum.accumulate(ahead + rank.ravel()) - ahead])


def _level(time: Int64, weight: Float, at: Int64) -> Float:
    """The weight of what came at or before each moment."""
    order = np.argsort(time, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(weight[order])])
    return np.asarray(total[np.searchsorted(time[order], at, side="right")])
