"""Blocks of genuine callers, smoothed: the chance of each to be blocked, over the numbers it could have carried.

The number that a call shows is drawn apart from everything else. So, given all that happened before a caller's first
attempt, the chance that the attempt is blocked is

    p = sum over routes r of share_r * B_r(t) + (1 - sum of shares) * [own number blocked at t]

where B_r(t) is the blocked part of the numbers that route r leads to, each weighed with the chance of being chosen.
The sum of p over callers has the expectation of the number of those blocked, whatever strikes their calls leave: what
they do to the list comes later than what they are held against (the compensator of a counting process; Bremaud, Point
Processes and Queues, 1981, chapter II). It varies far less where blocks are rare.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.demand.callers import Route, chances_of_numbers, routes
from simulator.scenario.callers import CallerGroup
from simulator.scenario.distribution import FixedDuration
from simulator.scenario.intent import Intent
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy
from simulator.scenario.units import NEVER
from simulator.tables.calls import REUSED, SHARED, Bool, Calls, Int8, Int64
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.sanctions import Sanctions

Float = NDArray[np.float64]
NAMES = {SHARED: "shared", REUSED: "reused"}
WAYS = ("shared", "reused", "withheld", "own")
"""How a call comes to the number that it shows."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Genuine callers at their first attempts.

    caller    index of the call [n]
    chance    of being blocked, given all that happened before (float64 [n])
    happened  whether it was blocked (bool [n])
    by_route  for each group of genuine callers and route: the blocked part of the route's numbers as each caller of
              the group called (float64 [callers of the group])
    ways      of each of WAYS to a number: the chance that the caller came that way, and that it came that way and was
              blocked (float64 [n] each); the latter add up to ``chance``
    """

    caller: Int64
    chance: Float
    happened: Bool
    by_route: dict[tuple[str, Route], Float]
    ways: dict[str, tuple[Float, Float]]


def first_blocks(scenario: Scenario, calls: Calls, outcomes: Outcomes, sanctions: Sanctions, since: int = 0) -> Blocks:
    """The chance of each genuine caller first offered in [since, length) µs to be blocked at the first attempt.

    Counted as it happened are callers whose number depends on the past (SIM rotation), who had given up before, or may
    be deterred by an SMS on it; who call at the same instant as others whose calls bring the action; and all of them
    where a number that they could show is on a list at the start, which is in force without the policy, too. Calls must
    have been drawn from ``scenario``; outcomes and sanctions are those under its policy.
    """
    low, high = np.searchsorted(calls.arrival, [since, calls.length])
    genuine = low + np.flatnonzero(calls.intent[low:high] == Intent.GENUINE)
    ended = _first_endings(calls, outcomes)
    blocked, gone = ended == Ending.BLOCKED, ended == Ending.DETERRED
    reachable = _reachable(scenario, calls, genuine)
    state = _State(calls, sanctions, scenario.policy, reachable)
    chance = blocked[genuine].astype(np.float64)
    ways = {way: (np.zeros(len(genuine)), np.zeros(len(genuine))) for way in WAYS}
    ways["own"][1][:] = chance
    by_route: dict[tuple[str, Route], Float] = {}
    for index, (name, group) in enumerate(scenario.callers.items()):
        mine = np.flatnonzero(calls.group[genuine] == index)
        if group.intent != "genuine" or not len(mine) or _hangs_on_the_past(group, scenario.policy):
            continue
        if reachable[calls.listed].any():
            continue
        caller = genuine[mine]
        parts = _parts(scenario, name, calls, caller, state)
        by_route |= {(name, way): part for way, part in parts.items()}
        known = ~(calls.heeds[caller] & state.texts) & ~gone[caller]
        ways["own"][1][mine[known]] = 0
        for way, share, part in _weighed(parts, state.of(calls.own[caller], calls.arrival[caller])):
            ways[way][0][mine] += share
            ways[way][1][mine[known]] += share * part[known]
    chance = sum((blocked_by for _, blocked_by in ways.values()), np.zeros(len(genuine)))
    return Blocks(genuine, chance, blocked[genuine], by_route, ways)


def _first_endings(calls: Calls, outcomes: Outcomes) -> Int8:
    """How the first attempt of each call ended."""
    found = np.zeros(len(calls), dtype=np.int8)
    first = (outcomes.attempt == 1).nonzero()[0]
    found[outcomes.call.take(first)] = outcomes.ending.take(first)
    return found


def _hangs_on_the_past(group: CallerGroup, policy: Policy) -> bool:
    """Whether the number shown goes by what happened before, or the action by who calls at the very same instant."""
    at_once = group.incidents is not None and isinstance(group.incidents.spread, FixedDuration)
    return bool(group.numbers.rotate) or (at_once and any(rule.calls for rule in policy.rules))


def _weighed(parts: dict[Route, Float], own: Float) -> Iterator[tuple[str, float, Float]]:
    """Each way to a number, its share, and the blocked part of its numbers; what is left is the own one."""
    for route, part in parts.items():
        yield ("withheld" if not route.group else NAMES[route.by]), route.share, part
    yield "own", 1.0 - sum(route.share for route in parts), own


def _parts(scenario: Scenario, name: str, calls: Calls, caller: Int64, state: "_State") -> dict[Route, Float]:
    """Of each route of a group, the blocked part of its numbers as each caller calls."""
    first = dict(zip(calls.groups, calls.first_number.tolist(), strict=True))
    found = {}
    for way in routes(scenario.callers[name].numbers):
        if not way.share:
            continue
        if way.group:
            chances = chances_of_numbers(scenario.callers[way.group].numbers, way.choose)
            found[way] = state.part(first[way.group], chances, calls.arrival[caller])
        else:
            found[way] = state.of(np.full(len(caller), -1), calls.arrival[caller])
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


class _State:
    """Which of the ``reachable`` numbers are blocked when: changes, sorted by number and time."""

    def __init__(self, calls: Calls, sanctions: Sanctions, policy: Policy, reachable: Bool) -> None:
        self.texts = any(rule.action == "sms" for rule in policy.rules)
        number, rule, begin, end = _in_force(calls, sanctions, policy)
        blocks = np.array([rule.action == "block" for rule in policy.rules] + [True])
        doors = np.array([rule.action != "sms" for rule in policy.rules] + [True])
        some = (doors[rule] & reachable[number]).nonzero()[0]
        self.number, self.time, self.change = _changes(number[some], rule[some], begin[some], end[some], blocks)
        order = np.argsort(self.time, kind="stable")
        self._by_time = self.number[order], self.time[order], self.change[order]
        self._known = np.zeros(len(reachable), dtype=bool)
        self._known[self.number] = True

    def part(self, first: int, chances: Float, times: Int64) -> Float:
        """The chance that one of the numbers from ``first`` on, chosen with these chances, is blocked at each time."""
        number, time, change = self._by_time
        mine = (number >= first) & (number < first + len(chances))
        level = np.concatenate([[0.0], np.cumsum(chances[number[mine] - first] * change[mine])])
        return np.asarray(np.clip(level[np.searchsorted(time[mine], times, side="right")], 0.0, 1.0))

    def of(self, number: Int64, times: Int64) -> Float:
        """Whether each number is blocked at its time: 0.0 or 1.0."""
        found = np.zeros(len(number))
        some = self._known[number].nonzero()[0]
        if len(some):
            found[some] = self._of(number[some], times[some])
        return found

    def _of(self, number: Int64, times: Int64) -> Int64:
        # What has changed of a number until then adds up to whether it is blocked; times by their ranks, so that
        # (number, time) fits an int64; numbers from 0 on, with those withheld ahead.
        moments = np.unique(self.time)
        span = len(moments) + 1
        keys = (self.number + 1) * span + np.searchsorted(moments, self.time) + 1
        asked, level = (number + 1) * span, np.concatenate([[0], np.cumsum(self.change)])
        until = np.searchsorted(keys, asked + np.searchsorted(moments, times, side="right"), side="right")
        return np.asarray(level[until] - level[np.searchsorted(keys, asked, side="right")])


def _in_force(calls: Calls, sanctions: Sanctions, policy: Policy) -> tuple[Any, ...]:
    """Number, rule, begin and end of every stretch of an action, those of the list at the start included.

    An action that the caller's own attempt brought, or prolonged, begins at that very instant: it was not in force as
    the caller came, so each counts from the microsecond after.
    """
    allowed = np.zeros(calls.numbers + 1, dtype=bool)
    for written in policy.allowlist:
        allowed[calls.numbers_of(written)] = True
    listed = ~allowed[np.minimum(calls.listed, calls.numbers)]
    rule = np.concatenate([np.full(int(listed.sum()), len(policy.rules)), sanctions.rule]).astype(np.int64)
    number = np.concatenate([calls.listed[listed], sanctions.number]).astype(np.int64)
    begin = np.concatenate([np.full(int(listed.sum()), -NEVER), sanctions.begin + 1])
    return number, rule, begin, np.concatenate([calls.listed_until[listed], sanctions.end])


def _changes(number: Int64, rule: Int64, begin: Int64, end: Int64, blocks: Bool) -> tuple[Int64, Int64, Int64]:
    """When each number begins (+1) and ceases (-1) to be blocked, sorted by number and time.

    A number is blocked while the first of the rules whose action is in force for it is one that blocks; the list at
    the start, the last of ``blocks``, comes before all of them.
    """
    rules = len(blocks)
    place = np.where(rule == rules - 1, 0, rule + 1)
    numbers, times = np.concatenate([number, number]), np.concatenate([begin, end])
    step = np.zeros((len(times), rules), dtype=np.int64)
    step[np.arange(len(number)), place] = 1
    step[len(number) + np.arange(len(number)), place] = -1
    order = np.lexsort((times, numbers))
    numbers, times, step = numbers[order], times[order], step[order]
    held = np.cumsum(step, axis=0) > 0  # every stretch of a number ends, so each number begins with nothing held
    first = np.argmax(held, axis=1)
    blocked = held.any(axis=1) & np.roll(blocks, 1)[first]
    last = np.append((numbers[1:] != numbers[:-1]) | (times[1:] != times[:-1]), True)[: len(numbers)]
    numbers, times, blocked = numbers[last], times[last], blocked[last].astype(np.int64)
    fresh = np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]
    change = np.diff(blocked, prepend=0)
    change[fresh] = blocked[fresh]
    some = change != 0
    return numbers[some], times[some], change[some]
