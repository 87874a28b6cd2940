"""The call floor compiled: the same rules as `reference.py`, told again in arrays (`compiled.py`).

They share words, not code; tests hold them together row by row. Arrays in, arrays out: nothing is drawn, no object
is known.
"""

from typing import Any

import numpy as np

from simulator.engines.compiled import BLOCK, DEMOTE, FULL, LATEST, LONG_AGO, SHIFT_COMES, SHIFT_LEAVES, play
from simulator.scenario.floor import Floor
from simulator.scenario.policy import INTENTS, Policy
from simulator.tables.calls import Calls, Int64
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.staffing import Staffing

Arrays = tuple[Any, ...]


def run(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> Outcomes:
    """Outcomes of these calls, in the order in which attempts were made."""
    listed = _listed(calls, policy)
    plan = (
        tuple(getattr(calls, name) for name in Calls.CALL_COLUMNS),
        tuple(getattr(calls, name) for name in Calls.ATTEMPT_COLUMNS),
        (calls.attempts, calls.sims),
        _changes(staffing),
        listed,
        _rules(policy),
        (*_floor(calls, floor, policy), calls.cut),
    )
    # Room that is not used costs nothing: the system gives memory as it is written.
    room = min(int(calls.attempts.max(initial=1)), 4) * len(calls) + 1
    while True:
        columns = tuple(np.empty(room, dtype) for dtype in Outcomes.DTYPES.values())
        rows = play(*plan, columns, _space(calls, staffing, policy, room, len(listed)))
        if rows != FULL:
            filled = (column[:rows] for column in columns)
            return Outcomes.of(**dict(zip(Outcomes.DTYPES, filled, strict=True)))
        # More attempts than there was room for: once again with twice as much. Arrays that grow within the loop would
        # cost every run three quarters of its speed.
        room = 2 * room


def _floor(calls: Calls, floor: Floor, policy: Policy) -> Arrays:
    """Settings of the floor; the last says whether ends of patience are events."""
    most_at_once = int(calls.attempts.max(initial=1)) * len(calls)
    redials = bool((calls.redial & (1 << Ending.ABANDONED)).any())
    hands_over = floor.end_of_shift == "hand_over"
    return policy.withheld == "as_one", floor.trunks, hands_over, floor.attended, floor.trunks < most_at_once or redials


def _changes(staffing: Staffing) -> Arrays:
    """Time, kind, call-taker and whether it is for a break, of every change of shift in order, and one at LATEST."""
    stretches = len(staffing.on)
    when = np.concatenate([staffing.off, staffing.on, [LATEST]])
    kind = np.repeat(np.array([SHIFT_LEAVES, SHIFT_COMES]), [stretches, stretches + 1])
    person = np.concatenate([staffing.person, staffing.person, [0]]).astype(np.int64)
    pause = np.concatenate([staffing.pause, staffing.pause, [False]])
    order = np.lexsort((person, kind, when))
    return when[order], kind[order], person[order], pause[order]


def _listed(calls: Calls, policy: Policy) -> Int64:
    """Until when each number is on the list of the start; empty where neither a rule nor a list minds numbers.

    One place more than there are numbers: withheld ones, where they count as one.
    """
    if not policy.rules and not len(calls.listed):
        return np.empty(0, dtype=np.int64)
    rotated = calls.own.max(initial=0) + calls.sims.max(initial=1)
    numbers = int(max(calls.numbers, rotated, calls.number.max(initial=0) + 1, calls.listed.max(initial=0) + 1))
    listed = np.full(numbers + 1, LONG_AGO, dtype=np.int64)
    listed[calls.listed] = calls.listed_until
    return listed


def _rules(policy: Policy) -> Arrays:
    """The rules as arrays [rules], verdicts [rules][4], the ladder [rules][most rungs]."""
    rules = policy.rules
    rungs = max([len(rule.for_) for rule in rules], default=1)
    ladder = np.zeros((len(rules), rungs), dtype=np.int64)
    for index, rule in enumerate(rules):
        ladder[index] = [*rule.for_, *[rule.for_[-1]] * (rungs - len(rule.for_))]
    return (
        np.array([[INTENTS[v] in rule.on for v in range(4)] for rule in rules], dtype=np.bool_).reshape(-1, 4),
        np.array([[INTENTS[v] in rule.reset_by for v in range(4)] for rule in rules], dtype=np.bool_).reshape(-1, 4),
        np.array([rule.strikes for rule in rules], dtype=np.int64),
        np.array([rule.within for rule in rules], dtype=np.int64),
        np.array([rule.review for rule in rules], dtype=np.int64),
        np.array([rule.resets_ladder for rule in rules], dtype=np.bool_),
        np.array([BLOCK if rule.action == "block" else DEMOTE for rule in rules], dtype=np.int64),
        ladder,
    )


def _space(calls: Calls, staffing: Staffing, policy: Policy, room: int, numbers: int) -> Arrays:
    """Arrays to work in, made here: made in compiled code they would double the time that it takes to compile."""
    rules, takers, persons = len(policy.rules), staffing.persons, calls.persons if numbers else 0
    strikes = rules * room
    over = len(staffing.off) + 1  # each end of duty hands over one call at most
    return (
        (np.zeros(persons, np.int64), np.zeros(persons, np.bool_), np.zeros(calls.incidents, np.bool_)),
        (np.zeros((rules, numbers), np.int32), np.empty((rules * min(room, numbers), 8), np.int64)),
        (np.empty((strikes, 3), np.int64), np.empty((strikes, 4), np.int64), np.empty((strikes, 4), np.int64)),
        (np.empty((takers + over, 4), np.int64), np.empty((takers, 4), np.int64), np.empty((over, 3), np.int64)),
        (np.empty((room, 4), np.int64), np.empty((room, 4), np.int64)),
        (np.empty(room, np.int32), np.empty(room if rules else 0, np.int32)),
        (np.empty(takers + 1, np.int64), np.empty(takers + 1, np.int64)),
        (np.zeros(takers, np.bool_), np.full(takers, -1, np.int64), np.zeros(takers, np.int64)),
    )
