"""What the compiled engine is given: the policy, the floor and the staffing as arrays, and arrays to work in."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.engines.compiled import (
    ALLOWED,
    BLOCK,
    CHALLENGE,
    DEMOTE,
    DIVERT,
    LATEST,
    LONG_AGO,
    RECORD,
    SHIFT_COMES,
    SHIFT_LEAVES,
    SMS,
    WARN,
)
from simulator.scenario.actions import Shares, by_intent
from simulator.scenario.distribution import Exponential
from simulator.scenario.floor import Floor, SilentProcedure
from simulator.scenario.policy import INTENTS, Policy, Rule
from simulator.tables.calls import Calls, Int64, chance
from simulator.tables.outcomes import Ending
from simulator.tables.staffing import Staffing

Arrays = tuple[Any, ...]
ACTIONS = {"block": BLOCK, "divert": DIVERT, "demote": DEMOTE, "challenge": CHALLENGE, "warn": WARN, "sms": SMS}


def changes(staffing: Staffing) -> Arrays:
    """Time, kind, call-taker and whether it is for a break, of every change of shift in order, and one at LATEST."""
    stretches = len(staffing.on)
    when = np.concatenate([staffing.off, staffing.on, [LATEST]])
    kind = np.repeat(np.array([SHIFT_LEAVES, SHIFT_COMES]), [stretches, stretches + 1])
    person = np.concatenate([staffing.person, staffing.person, [0]]).astype(np.int64)
    pause = np.concatenate([staffing.pause, staffing.pause, [False]])
    order = np.lexsort((person, kind, when))
    return when[order], kind[order], person[order], pause[order]


def listed(calls: Calls, policy: Policy) -> Int64:
    """Until when each number is on the list of the start, or that it is ALLOWED; empty where nothing minds numbers.

    One place more than there are numbers: withheld ones, where they count as one.
    """
    if not policy.rules and not len(calls.listed):
        return np.empty(0, dtype=np.int64)
    rotated = calls.own.max(initial=0) + calls.sims.max(initial=1)
    numbers = int(max(calls.numbers, rotated, calls.number.max(initial=0) + 1, calls.listed.max(initial=0) + 1))
    until = np.full(numbers + 1, LONG_AGO, dtype=np.int64)
    until[calls.listed] = calls.listed_until
    for name in policy.allowlist:
        until[calls.numbers_of(name)] = ALLOWED
    return until


def flags(calls: Calls, floor: Floor, policy: Policy) -> Arrays:
    """Settings of the floor, and whether anybody does not speak."""
    actions = {rule.action for rule in policy.rules}
    # Where nobody could tell, the end of patience is no event.
    most_at_once = (int(calls.attempts.max(initial=1)) + ("divert" in actions)) * len(calls)
    redials = bool((calls.redial & (1 << Ending.ABANDONED)).any())
    patience_ends = floor.trunks < most_at_once or redials or not actions.isdisjoint(("challenge", "warn"))
    return (
        *(policy.withheld == "as_one", floor.trunks, floor.end_of_shift == "hand_over", floor.attended, patience_ends),
        *(bool(calls.voiceless.any()), calls.cut),
    )


def more(calls: Calls, floor: Floor, policy: Policy) -> Arrays | None:
    """What only some policies and floors need; None where it is not needed, which runs, and compiles, faster."""
    if floor.silent_procedure is None and not any(_is_more(rule) for rule in policy.rules):
        return None
    counts_calls = any(rule.calls for rule in policy.rules)
    texts, diverts = (any(rule.action == action for rule in policy.rules) for action in ("sms", "divert"))
    silence = _silence(floor.silent_procedure)
    return (
        _more_of_rules(policy.rules),
        (counts_calls, texts, diverts),
        silence,
        (np.zeros(len(calls) if diverts else 0, np.bool_), np.zeros(len(calls) if silence[2] else 0, np.bool_)),
    )


def _is_more(rule: Rule) -> bool:
    """Whether the rule is more than to block or to demote by verdicts."""
    by_verdict_alone = rule.on is not None and rule.talk is None and not rule.consecutive
    return not by_verdict_alone or rule.extend or rule.action not in {"block", "demote"}


def _silence(procedure: SilentProcedure | None) -> Arrays:
    """The silent procedure; 0 for a machine, or a call back, that there is not."""
    if procedure is None:
        return False, 0, 0, _chances({}), 0, 0
    machine, call_back = procedure.machine, procedure.call_back
    return (
        *(True, procedure.listen),
        *((machine.length, _chances(machine.presses)) if machine else (0, _chances({}))),
        *((chance(call_back.share), call_back.takes) if call_back else (0, 0)),
    )


def _chances(shares: Shares) -> Int64:
    """[4], by intent, in units of 1 / DOUBT_SCALE."""
    return np.array([chance(share) for share in by_intent(shares)], dtype=np.int64)


def rules(policy: Policy) -> Arrays:
    """The rules as arrays [rules]; what goes by intent or verdict [rules][4], what climbs [rules][most rungs]."""
    each = policy.rules
    rungs = max([max(len(rule.for_), len(rule.needed)) for rule in each], default=1)
    return (
        _by_intent([[_counts(rule, verdict) for verdict in range(4)] for rule in each], np.bool_),
        _by_intent([[name in rule.reset_by for name in INTENTS] for rule in each], np.bool_),
        _climb([rule.needed for rule in each], rungs),
        _whole([rule.window for rule in each]),
        _whole([rule.review for rule in each]),
        _flags([rule.resets_ladder for rule in each]),
        _whole([ACTIONS[rule.action] for rule in each]),
        _climb([rule.for_ for rule in each], rungs),
        _flags([rule.on is not None for rule in each]),
    )


def _climb(steps: Sequence[Sequence[int]], rungs: int) -> Int64:
    """Each rule's steps, the last one repeating."""
    climbs = [[*each, *[each[-1]] * (rungs - len(each))] for each in steps]
    return np.array(climbs, dtype=np.int64).reshape(-1, rungs)


def _counts(rule: Rule, verdict: int) -> bool:
    """Whether this verdict can be a strike of the rule."""
    if rule.calls:
        return False
    return rule.on is None or INTENTS[verdict] in rule.on


def _more_of_rules(rules: tuple[Rule, ...]) -> Arrays:
    """In the order in which the compiled loop unpacks them; each [rules], but for shares [rules][4]."""
    delays = [rule.divert.answers_after if rule.divert else None for rule in rules]
    return (
        _flags([rule.calls is not None for rule in rules]),
        _whole([rule.talk.shorter_than if rule.talk else LATEST for rule in rules]),
        _whole([(rule.talk and rule.talk.longer_than) or -1 for rule in rules]),
        _flags([rule.consecutive for rule in rules]),
        _flags([rule.extend for rule in rules]),
        _whole([int(delay.mean()) if delay else _length(rule) for rule, delay in zip(rules, delays, strict=True)]),
        _flags([isinstance(delay, Exponential) for delay in delays]),
        _by_intent([_chances(_shares(rule)) for rule in rules], np.int64),
    )


def _length(rule: Rule) -> int:
    """How long its message takes."""
    told = rule.challenge or rule.warn
    return told.length if told else 0


def _shares(rule: Rule) -> Shares:
    if rule.divert:
        return rule.divert.passes_back
    if rule.challenge:
        return rule.challenge.passes
    return rule.warn.leaves if rule.warn else {}


def _whole(values: list[int]) -> Int64:
    return np.array(values, dtype=np.int64)


def _flags(values: list[bool]) -> Any:
    return np.array(values, dtype=np.bool_)


def _by_intent(values: Sequence[Any], dtype: Any) -> Any:
    return np.array(values, dtype=dtype).reshape(-1, len(INTENTS))


def space(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy, room: int, numbers: int) -> Arrays:
    """Arrays to work in, made here: made in compiled code they would double the time that it takes to compile.

    Room that is not used costs nothing: the system gives memory as it is written.
    """
    rules, takers, persons = len(policy.rules), staffing.persons, calls.persons if numbers else 0
    machine = bool(floor.silent_procedure and floor.silent_procedure.machine)
    strikes = rules * room  # of each rule one a row at most, and of all rules one prolongation
    handed_over = len(staffing.off) + 1  # each end of duty hands over one call at most
    over = handed_over + (room if machine else 0)
    return (
        (np.zeros(persons, np.int64), np.zeros(persons, np.bool_), np.zeros(calls.incidents, np.bool_)),
        (np.zeros((rules, numbers), np.int32), np.empty((rules * min(room, numbers), RECORD), np.int64)),
        (
            *(np.empty((strikes, 3), np.int64), np.empty((strikes, 4), np.int64), np.empty((strikes, 4), np.int64)),
            np.empty((strikes + room if rules else 0, 4), np.int64),
        ),
        (np.empty((takers + handed_over, 4), np.int64), np.empty((takers, 4), np.int64), np.empty((over, 3), np.int64)),
        (np.empty((room, 4), np.int64), np.empty((2 * room, 4), np.int64)),  # a message, and a redial, of each row
        (np.empty(room, np.int32), np.empty(room if rules else 0, np.int32)),
        (np.empty(takers + 1, np.int64), np.empty(takers + 1, np.int64)),
        (np.zeros(takers, np.bool_), np.full(takers, -1, np.int64), np.zeros(takers, np.int64)),
    )
