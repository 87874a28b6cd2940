"""What the compiled engine is given: the policy, the floor and the staffing as arrays, and arrays to work in."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.engines import compiled
from simulator.engines.compiled import ALLOWED, LATEST, LONG_AGO, SHIFT_COMES, SHIFT_LEAVES
from simulator.scenario.actions import Shares, action_named, by_intent
from simulator.scenario.distribution import Exponential
from simulator.scenario.floor import Floor
from simulator.scenario.policy import INTENTS, Policy, Rule
from simulator.tables.calls import Calls, Int64, chance
from simulator.tables.outcomes import Ending
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing


def _listed(calls: Calls, policy: Policy) -> Int64:
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


def more(calls: Calls, floor: Floor, policy: Policy) -> compiled.More | None:
    """What only some policies and floors need; None where it is not needed, which runs, and compiles, faster."""
    procedure, rules = floor.silent_procedure, policy.rules
    if procedure is None and not any(_is_more(rule) for rule in rules):
        return None
    delays = [rule.divert.answers_after if rule.divert else None for rule in rules]
    machine, call_back = (procedure.machine, procedure.call_back) if procedure else (None, None)
    return compiled.More(
        by_calls=_flags([rule.calls is not None for rule in rules]),
        shorter=_whole([rule.talk.shorter_than if rule.talk else LATEST for rule in rules]),
        longer=_whole([(rule.talk and rule.talk.longer_than) or -1 for rule in rules]),
        consecutive=_flags([rule.consecutive for rule in rules]),
        extends=_flags([rule.extend for rule in rules]),
        length=_whole(
            [int(delay.mean()) if delay else _length(rule) for rule, delay in zip(rules, delays, strict=True)]
        ),
        ending=_whole([_ending(rule) for rule in rules]),
        exponential=_flags([isinstance(delay, Exponential) for delay in delays]),
        shares=_by_intent([_chances(_shares(rule)) for rule in rules], np.int64),
        counts_calls=any(rule.calls for rule in rules),
        texts=any(rule.traits.only_warns for rule in rules),
        listens=procedure is not None,
        listen=procedure.listen if procedure else 0,
        machine=machine.length if machine else 0,
        presses=_chances(machine.presses if machine else {}),
        calls_back=chance(call_back.share) if call_back else 0,
        takes=call_back.takes if call_back else 0,
        passed=np.zeros(len(calls) if any(rule.traits.diverts for rule in rules) else 0, np.bool_),
        pressed=np.zeros(len(calls) if machine else 0, np.bool_),
    )


def _is_more(rule: Rule) -> bool:
    """Whether the rule is more than to block or to demote by verdicts."""
    by_verdict_alone = rule.on is not None and rule.talk is None and not rule.consecutive
    traits = rule.traits
    lean = traits.refuses or (traits.takes_trunk and not traits.plays_message)
    return not by_verdict_alone or rule.extend or not lean


def _chances(shares: Shares) -> Int64:
    """[4], by intent, in units of 1 / DOUBT_SCALE."""
    return np.array([chance(share) for share in by_intent(shares)], dtype=np.int64)


def _climb(steps: Sequence[Sequence[int]], rungs: int) -> Int64:
    """Each rule's steps, the last one repeating."""
    climbs = [[*each, *[each[-1]] * (rungs - len(each))] for each in steps]
    return np.array(climbs, dtype=np.int64).reshape(-1, rungs)


def _counts(rule: Rule, verdict: int) -> bool:
    """Whether this verdict can be a strike of the rule."""
    if rule.calls:
        return False
    return rule.on is None or INTENTS[verdict] in rule.on


def _length(rule: Rule) -> int:
    """How long its message takes."""
    return rule.message.length if rule.message else 0


def _ending(rule: Rule) -> int:
    """How an attempt ends that its message, or another line, keeps from the queue."""
    return Ending[rule.traits.ending.upper()] if rule.traits.ending else Ending.OPEN


def _shares(rule: Rule) -> Shares:
    if rule.divert:
        return rule.divert.passes_back
    return rule.message.shares if rule.message else {}


def _whole(values: list[int]) -> Int64:
    return np.array(values, dtype=np.int64)


def _flags(values: list[bool]) -> Any:
    return np.array(values, dtype=np.bool_)


def _by_intent(values: Sequence[Any], dtype: Any) -> Any:
    return np.array(values, dtype=dtype).reshape(-1, len(INTENTS))


def floor(calls: Calls, staffing: Staffing, settings: Floor, policy: Policy, room: int) -> compiled.Floor:
    """The floor as the run begins, with room for so many rows.

    Arrays are made here: made in compiled code they would double the time that it takes to compile. Room that is not
    used costs nothing: the system gives memory as it is written.
    """
    takers = staffing.persons
    handed_over = len(staffing.off) + 1  # each end of duty hands over one call at most
    machine = bool(settings.silent_procedure and settings.silent_procedure.machine)
    strikes = len(policy.rules) * room
    when, kind, person, pause = _changes(staffing)
    return compiled.Floor(
        hands_over=settings.end_of_shift == "hand_over",
        attended=settings.attended,
        patience_ends=_patience_ends(calls, settings, policy),
        unspoken=bool(calls.voiceless.any()),
        cut=calls.cut,
        change_when=when,
        change_kind=kind,
        change_person=person,
        change_pause=pause,
        on_duty=np.zeros(takers, np.bool_),
        in_hand=np.full(takers, -1, np.int64),
        due=np.zeros(takers, np.int64),
        idle_since=np.empty(takers + 1, np.int64),
        idle_who=np.empty(takers + 1, np.int64),
        over=np.empty(handed_over + (room if machine else 0), compiled.OVER),
        queue=np.empty(room, np.int32),
        low=np.empty(room if policy.rules else 0, np.int32),
        reported=np.zeros(calls.incidents, np.bool_),
        frees=_heap(takers),
        talks=_heap(takers + handed_over),
        effects=_heap(strikes),
        ends=_heap(room),
        again=_heap(2 * room),  # a message, and a redial, of each row
    )


def _changes(staffing: Staffing) -> tuple[Any, ...]:
    """Time, kind, call-taker and whether it is for a break, of every change of shift in order, and one at LATEST."""
    stretches = len(staffing.on)
    when = np.concatenate([staffing.off, staffing.on, [LATEST]])
    kind = np.repeat(np.array([SHIFT_LEAVES, SHIFT_COMES]), [stretches, stretches + 1])
    person = np.concatenate([staffing.person, staffing.person, [0]]).astype(np.int64)
    pause = np.concatenate([staffing.pause, staffing.pause, [False]])
    order = np.lexsort((person, kind, when))
    return when[order], kind[order], person[order], pause[order]


def _patience_ends(calls: Calls, settings: Floor, policy: Policy) -> bool:
    """Whether ends of patience are events; where nobody could tell, they are not."""
    traits = [rule.traits for rule in policy.rules]
    most_at_once = (int(calls.attempts.max(initial=1)) + any(each.diverts for each in traits)) * len(calls)
    redials = bool((calls.redial & (1 << Ending.ABANDONED)).any())
    return settings.trunks < most_at_once or redials or any(each.plays_message for each in traits)


def _heap(capacity: int) -> Any:
    """An empty heap with room for so many events."""
    heap = np.empty(capacity + 2, compiled.ENTRY)
    heap["what"][0], heap["when"][1] = 0, LATEST
    return heap


def state(calls: Calls, settings: Floor, there: compiled.Floor) -> Any:
    """All counts as the run begins."""
    start = np.zeros(1, compiled.STATE)
    start["pending"], start["trunks_free"] = len(calls), settings.trunks
    start["next_first"] = calls.arrival[0] if len(calls) else LATEST
    start["next_change"] = there.change_when[0]
    return start


def gate(calls: Calls, policy: Policy, room: int) -> compiled.Gate:
    """The rules as arrays [rules], what goes by intent or verdict [rules][4], what climbs [rules][most rungs]; and what
    is held against numbers as the run begins."""
    each = policy.rules
    rungs = max([max(len(rule.for_), len(rule.needed)) for rule in each], default=1)
    listed = _listed(calls, policy)
    persons = calls.persons if len(listed) else 0
    strikes = len(each) * room  # of each rule one a row at most, and of all rules one prolongation
    return compiled.Gate(
        as_one=policy.withheld == "as_one",
        on=_by_intent([[_counts(rule, verdict) for verdict in range(4)] for rule in each], np.bool_),
        reset_by=_by_intent([[name in rule.reset_by for name in INTENTS] for rule in each], np.bool_),
        strikes=_climb([rule.needed for rule in each], rungs),
        within=_whole([rule.window for rule in each]),
        review=_whole([rule.review for rule in each]),
        resets_ladder=_flags([rule.resets_ladder for rule in each]),
        actions=_whole([action_named(rule.action) for rule in each]),
        ladder=_climb([rule.for_ for rule in each], rungs),
        judges=_flags([rule.on is not None for rule in each]),
        began=compiled.Began(*(np.empty(strikes + room if each else 0, d) for d in Sanctions.DTYPES.values())),
        listed=listed,
        turn=np.zeros(persons, np.int64),
        deterred=np.zeros(persons, np.bool_),
        record_of=np.zeros((len(each), len(listed)), np.int32),
        records=np.empty(len(each) * min(room, len(listed)), compiled.RECORD),
        chain=np.empty(strikes, compiled.LINK),
        reviewed=np.empty(strikes, compiled.STRIKE),
    )
