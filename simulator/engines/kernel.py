"""The call floor compiled: the same rules as `reference.py`, told again in arrays for Numba.

They share words, not code; tests hold them together row by row. Arrays in, arrays out: nothing is drawn, no object
is known. Each kind of event has its own heap; the next event is the earliest, of one instant the lowest kind, within
a kind by time of scheduling and rank. First attempts and changes of shift are sorted already and only pointed to.
"""

from typing import Any

import numpy as np
from numba import njit

from simulator.engines.heap import pop, push
from simulator.scenario.floor import Floor
from simulator.scenario.policy import INTENTS, Policy
from simulator.tables.calls import OWN, REUSED, Calls
from simulator.tables.outcomes import DISMISSED_BIT, Action, Cause, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing

LATEST = 2**62
LONG_AGO = -LATEST
SHIFT_LEAVES, SHIFT_COMES, CALL_TAKER_FREE, END_OF_TALK, STRIKE_EFFECTIVE, END_OF_PATIENCE = range(1, 7)
REDIAL, FIRST_ATTEMPT = 9, 10
NOTHING = 99
ANSWERED, ABANDONED, BUSY, BLOCKED, DIVERTED, SCREENED, DETERRED, OPEN = map(int, Ending)
ACCEPT, DEMOTE, BLOCK = int(Action.ACCEPT), int(Action.DEMOTE), int(Action.BLOCK)
GENUINE, PRANK = 0, 2
"""Intents: genuine and enquiry are below PRANK, prank and silent are not."""
DISMISSED = 1 << DISMISSED_BIT
CAUSE_FIRST, CAUSE_REDIAL = int(Cause.FIRST), int(Cause.REDIAL)
WHY_SHARED, WHY_MISJUDGED, WHY_REUSED, WHY_WITHHELD = (
    *(int(Why.SHARED_PHONE), int(Why.MISJUDGED_EARLIER)),
    *(int(Why.REUSED_NUMBER), int(Why.WITHHELD_AS_ONE)),
)
# Columns of the table of records, one for each rule and number with a verdict that the rule minds.
HEAD, TAIL, COUNT, INNOCENTS, UNTIL, STEP, RESET, INNOCENT = range(8)


def run(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> Outcomes:
    """Outcomes of these calls, in the order in which attempts were made."""
    rules = policy.rules
    rungs = max([len(rule.for_) for rule in rules], default=1)
    ladder = np.zeros((len(rules), rungs), dtype=np.int64)
    for index, rule in enumerate(rules):
        ladder[index] = [*rule.for_, *[rule.for_[-1]] * (rungs - len(rule.for_))]
    # One place more than there are numbers: withheld ones, where they count as one.
    rotated = calls.own.max(initial=0) + calls.sims.max(initial=1)
    numbers = int(max(calls.numbers, rotated, calls.number.max(initial=0) + 1, calls.listed.max(initial=0) + 1))
    listed = np.full(numbers + 1, LONG_AGO, dtype=np.int64)
    listed[calls.listed] = calls.listed_until
    plan = (
        *(getattr(calls, name) for name in (*Calls.CALL_COLUMNS, *Calls.ATTEMPT_COLUMNS)),
        *(calls.attempts, calls.sims),
        *_changes(staffing),
        listed,
        np.array([[INTENTS[v] in rule.on for v in range(4)] for rule in rules], dtype=np.bool_).reshape(-1, 4),
        np.array([[INTENTS[v] in rule.reset_by for v in range(4)] for rule in rules], dtype=np.bool_).reshape(-1, 4),
        np.array([rule.strikes for rule in rules], dtype=np.int64),
        np.array([rule.within for rule in rules], dtype=np.int64),
        np.array([rule.review for rule in rules], dtype=np.int64),
        np.array([rule.resets_ladder for rule in rules], dtype=np.bool_),
        np.array([BLOCK if rule.action == "block" else DEMOTE for rule in rules], dtype=np.int64),
        ladder,
        *(policy.withheld == "as_one", calls.persons, calls.incidents, staffing.persons),
        *(floor.trunks, floor.end_of_shift == "hand_over", floor.attended, calls.cut),
    )
    # Room that is not used costs nothing: the system gives memory as it is written.
    most = int(calls.attempts[calls.group].astype(np.int64).sum())
    room = min(most, 4 * len(calls)) + 1
    # Each end of duty hands over one call at most.
    over_room = len(staffing.off) + staffing.persons + 1
    while True:
        full, *columns = _run(*plan, room, over_room)  # type: ignore[call-arg]  # Numba's stubs
        if not full:
            return Outcomes.of(**dict(zip(Outcomes.DTYPES, columns, strict=True)))
        # More attempts than there was room for: once again with twice as much. Arrays that grow within the loop would
        # cost every run three quarters of its speed.
        room = 2 * room


def _changes(staffing: Staffing) -> tuple[Any, Any, Any, Any]:
    """Time, kind, call-taker and whether it is for a break, of every change of shift in order."""
    when = np.concatenate([staffing.off, staffing.on])
    kind = np.repeat(np.array([SHIFT_LEAVES, SHIFT_COMES]), len(staffing.on))
    person = np.concatenate([staffing.person, staffing.person]).astype(np.int64)
    pause = np.concatenate([staffing.pause, staffing.pause])
    order = np.lexsort((person, kind, when))
    return when[order], kind[order], person[order], pause[order]


@njit(cache=True)
def _run(  # type: ignore[no-untyped-def]  # noqa: C901, PLR0912, PLR0915
    arrival,
    group,
    intent,
    person,
    number,
    own,
    route,
    incident,
    deceives,
    tendency,
    later,
    patience,
    talk,
    duplicate,
    wrap,
    doubt,
    verdict,
    accept,
    redial,
    redial_delay,
    rotate,
    quits,
    attempts,
    sims,
    change_when,
    change_kind,
    change_person,
    change_pause,
    listed,
    on,
    reset_by,
    strikes,
    within,
    review,
    resets_ladder,
    actions,
    ladder,
    as_one,
    persons,
    incidents,
    call_takers,
    trunks_free,
    hands_over,
    attended,
    cut,
    room,
    over_room,
):
    """Rows of the table of attempts. One long function: helpers that take many arrays cost more than they tell."""
    calls, rules, last_number = len(arrival), len(strikes), len(listed) - 1
    minds = rules > 0 or bool((listed > LONG_AGO).any())
    # The rows of Outcomes, a column each, and what is needed of an attempt while it lives.
    rows = 0
    o_call = np.empty(room, np.int32)
    o_attempt = np.empty(room, np.int16)
    o_cause = np.empty(room, np.int8)
    o_number = np.empty(room, np.int32)
    o_arrival = np.empty(room, np.int64)
    o_action = np.empty(room, np.int8)
    o_rule = np.empty(room, np.int16)
    o_why = np.empty(room, np.int8)
    o_ending = np.empty(room, np.int8)
    o_dismissed = np.empty(room, np.bool_)
    o_queued = np.empty(room, np.int64)
    o_answered = np.empty(room, np.int64)
    o_talk_end = np.empty(room, np.int64)
    o_free = np.empty(room, np.int64)
    o_call_taker = np.empty(room, np.int32)
    o_handovers = np.empty(room, np.int16)
    o_waited_over = np.empty(room, np.int64)
    o_verdict = np.empty(room, np.int8)
    o_left = np.empty(room, np.int64)
    o_row = np.empty(room, np.int64)
    o_due = np.empty(room, np.int64)
    o_since = np.empty(room, np.int64)
    turn, deterred = np.zeros(persons, np.int64), np.zeros(persons, np.bool_)
    reported = np.zeros(incidents, np.bool_)
    record_of = np.full((rules, last_number + 1), -1, np.int64)
    records, n_records = np.empty((rules * min(room, last_number + 1), 8), np.int64), 0
    # Strikes in effect, linked from the oldest to the youngest of a record: (date, innocent, next).
    chain, n_chain = np.empty((rules * room, 3), np.int64), 0
    # Strikes under review: (rule, number, date, innocent), named by the events that put them into effect.
    reviewed, n_reviewed = np.empty((rules * room, 4), np.int64), 0
    effects, n_effects = np.empty((rules * room, 4), np.int64), 0
    talks, n_talks = np.empty((call_takers + over_room, 4), np.int64), 0
    frees, n_frees = np.empty((call_takers, 4), np.int64), 0
    ends, n_ends = np.empty((room, 4), np.int64), 0
    again, n_again = np.empty((room, 4), np.int64), 0
    over, over_head, over_tail = np.empty(over_room, np.int64), 0, 0
    queue, queue_head, queue_tail = np.empty(room, np.int64), 0, 0
    low, low_head, low_tail = np.empty(room if rules else 0, np.int64), 0, 0
    idle_since, idle_who, n_idle = np.empty(call_takers + 1, np.int64), np.empty(call_takers + 1, np.int64), 0
    on_duty, in_hand = np.zeros(call_takers, np.bool_), np.full(call_takers, -1, np.int64)
    changed, came, pending, now = 0, 0, calls, LONG_AGO

    full = False
    while pending > 0:
        if rows == room:
            full = True
            break
        # -- the next event: the earliest, and of one instant the lowest kind -----------------------------------------
        kind, when = NOTHING, LATEST
        if changed < len(change_when):
            kind, when = change_kind[changed], change_when[changed]
        if n_frees and (frees[0, 0] < when or (frees[0, 0] == when and kind > CALL_TAKER_FREE)):
            kind, when = CALL_TAKER_FREE, frees[0, 0]
        if n_talks and (talks[0, 0] < when or (talks[0, 0] == when and kind > END_OF_TALK)):
            kind, when = END_OF_TALK, talks[0, 0]
        if n_effects and (effects[0, 0] < when or (effects[0, 0] == when and kind > STRIKE_EFFECTIVE)):
            kind, when = STRIKE_EFFECTIVE, effects[0, 0]
        if n_ends and (ends[0, 0] < when or (ends[0, 0] == when and kind > END_OF_PATIENCE)):
            kind, when = END_OF_PATIENCE, ends[0, 0]
        if n_again and (again[0, 0] < when or (again[0, 0] == when and kind > REDIAL)):
            kind, when = REDIAL, again[0, 0]
        if came < calls and (arrival[came] < when or (arrival[came] == when and kind > FIRST_ATTEMPT)):
            kind, when = FIRST_ATTEMPT, arrival[came]
        if when >= cut:
            break
        now = when
        call, count, ended, ending, bit, freed, joined = -1, 0, -1, OPEN, 0, -1, -1

        # -- what happens, in the order of one instant ----------------------------------------------------------------
        if kind == SHIFT_LEAVES:
            first = changed
            while changed < len(change_when) and change_when[changed] == now and change_kind[changed] == kind:
                on_duty[change_person[changed]] = False
                changed += 1
            kept = 0
            for place in range(n_idle):
                if on_duty[idle_who[place]]:
                    idle_since[kept], idle_who[kept] = idle_since[place], idle_who[place]
                    kept += 1
            n_idle = kept
            for place in range(first, changed):
                held = in_hand[change_person[place]]
                if not hands_over or held < 0 or change_pause[place] or o_ending[held] != OPEN or o_due[held] <= now:
                    continue
                in_hand[change_person[place]] = -1
                o_due[held] -= now
                o_handovers[held] += 1
                o_since[held] = now
                over[over_tail] = held
                over_tail += 1
        elif kind == SHIFT_COMES:
            while changed < len(change_when) and change_when[changed] == now and change_kind[changed] == kind:
                who = change_person[changed]
                on_duty[who] = True
                if in_hand[who] < 0:
                    n_idle = _become_idle(idle_since, idle_who, n_idle, now, who)
                changed += 1
        elif kind == CALL_TAKER_FREE:
            freed = frees[0, 3]
            pop(frees, n_frees)
            n_frees -= 1
        elif kind == END_OF_TALK:
            r, handovers = talks[0, 3] >> 16, talks[0, 3] & 0xFFFF
            pop(talks, n_talks)
            n_talks -= 1
            if o_handovers[r] != handovers:
                continue
            trunks_free += 1
            c, row = o_call[r], o_row[r]
            judged = verdict[row] if doubt[row] < tendency[c] else intent[c]
            if deceives[c]:
                judged = GENUINE
            o_talk_end[r], o_verdict[r] = now, judged
            if incident[c] >= 0 and judged == GENUINE:
                reported[incident[c]] = True
            shown = o_number[r] if o_number[r] >= 0 else last_number
            if rules and (as_one or o_number[r] >= 0):
                for rule in range(rules):
                    if (reset_by[rule, judged] or on[rule, judged]) and record_of[rule, shown] < 0:
                        records[n_records] = 0
                        records[n_records, HEAD], records[n_records, TAIL] = -1, -1
                        records[n_records, UNTIL], records[n_records, RESET] = LONG_AGO, LONG_AGO
                        record_of[rule, shown] = n_records
                        n_records += 1
                    if reset_by[rule, judged]:
                        record = record_of[rule, shown]
                        records[record, HEAD], records[record, TAIL], records[record, COUNT] = -1, -1, 0
                        records[record, INNOCENTS], records[record, RESET] = 0, now
                        if resets_ladder[rule]:
                            records[record, STEP] = 0
                    if on[rule, judged]:
                        reviewed[n_reviewed, 0], reviewed[n_reviewed, 1] = rule, shown
                        reviewed[n_reviewed, 2], reviewed[n_reviewed, 3] = now, intent[c] < PRANK
                        rank = (np.int64(c) << 8) + o_attempt[r]
                        push(effects, n_effects, now + review[rule], now, rank, n_reviewed)
                        n_effects += 1
                        n_reviewed += 1
            busy = wrap[row]
            if attended and judged == GENUINE:
                busy = max(busy, accept[row])
            if intent[c] < PRANK and judged >= PRANK:
                o_dismissed[r], bit = 1, DISMISSED
            ended, ending = r, ANSWERED
            pending += 1
            if busy:
                push(frees, n_frees, now + busy, now, (np.int64(c) << 8) + o_attempt[r], r)
                n_frees += 1
            else:
                freed = r
        elif kind == STRIKE_EFFECTIVE:
            which = effects[0, 3]
            pop(effects, n_effects)
            n_effects -= 1
            rule, dated, innocent = reviewed[which, 0], reviewed[which, 2], reviewed[which, 3]
            record = record_of[rule, reviewed[which, 1]]
            if dated > records[record, RESET]:
                while records[record, HEAD] >= 0 and chain[records[record, HEAD], 0] <= dated - within[rule]:
                    records[record, COUNT] -= 1
                    records[record, INNOCENTS] -= chain[records[record, HEAD], 1]
                    records[record, HEAD] = chain[records[record, HEAD], 2]
                chain[n_chain, 0], chain[n_chain, 1], chain[n_chain, 2] = dated, innocent, -1
                if records[record, HEAD] < 0:
                    records[record, HEAD] = n_chain
                else:
                    chain[records[record, TAIL], 2] = n_chain
                records[record, TAIL] = n_chain
                n_chain += 1
                records[record, COUNT] += 1
                records[record, INNOCENTS] += innocent
                if records[record, COUNT] >= strikes[rule]:
                    lasts = ladder[rule, min(records[record, STEP], ladder.shape[1] - 1)]
                    until = LATEST if lasts == LATEST else now + lasts
                    if until >= records[record, UNTIL]:
                        records[record, UNTIL] = until
                        records[record, INNOCENT] = records[record, INNOCENTS] == records[record, COUNT]
                    records[record, STEP] += 1
                    records[record, HEAD], records[record, TAIL], records[record, COUNT] = -1, -1, 0
                    records[record, INNOCENTS] = 0
        elif kind == END_OF_PATIENCE:
            r = ends[0, 3]
            pop(ends, n_ends)
            n_ends -= 1
            if o_call_taker[r] >= 0:
                continue
            trunks_free += 1
            ended, ending, bit = r, ABANDONED, 1 << ABANDONED
        elif kind == REDIAL:
            call, count = again[0, 3] >> 8, again[0, 3] & 0xFF
            pop(again, n_again)
            n_again -= 1
        else:
            call, count = came, 1
            came += 1

        # -- an attempt arrives: past the policy, onto a trunk, into the queue ----------------------------------------
        if call >= 0:
            r, rows = rows, rows + 1
            row = call if count == 1 else later[call] + count - 2
            o_rule[r] = o_queued[r] = o_answered[r] = o_talk_end[r] = o_free[r] = o_left[r] = -1
            o_call_taker[r] = o_verdict[r] = -1
            o_call[r], o_attempt[r], o_arrival[r], o_row[r] = call, count, now, row
            o_cause[r] = CAUSE_FIRST if count == 1 else CAUSE_REDIAL
            o_action[r], o_why[r], o_ending[r] = ACCEPT, 0, OPEN
            o_dismissed[r], o_handovers[r], o_waited_over[r] = 0, 0, 0
            shown = number[call]
            if minds:
                who = person[call]
                if turn[who] and shown >= 0:
                    shown = own[call] + turn[who] % sims[group[call]]
                if deterred[who]:
                    ended, ending = r, DETERRED
                else:
                    at = shown if shown >= 0 else last_number
                    innocent = 0
                    if listed[at] > now:
                        o_action[r], o_rule[r] = BLOCK, rules
                    else:
                        for rule in range(rules):
                            record = record_of[rule, at]
                            if record >= 0 and records[record, UNTIL] > now:
                                o_action[r], o_rule[r] = actions[rule], rule
                                innocent = records[record, INNOCENT]
                                break
                    if o_action[r] != ACCEPT and intent[call] < PRANK:
                        if shown < 0:
                            o_why[r] = WHY_WITHHELD
                        elif innocent:
                            o_why[r] = WHY_MISJUDGED
                        elif route[call] == REUSED or (route[call] == OWN and o_rule[r] == rules):
                            o_why[r] = WHY_REUSED
                        else:
                            o_why[r] = WHY_SHARED
                    if o_action[r] == BLOCK:
                        if quits[row]:
                            deterred[who] = True
                        elif rotate[row]:
                            turn[who] += 1
                        ended, ending, bit = r, BLOCKED, 1 << BLOCKED
            o_number[r] = shown
            if ended < 0 and trunks_free == 0:
                ended, ending, bit = r, BUSY, 1 << BUSY
            elif ended < 0:
                trunks_free -= 1
                o_queued[r], joined = now, r
                if o_action[r] == DEMOTE:
                    low[low_tail] = r
                    low_tail += 1
                else:
                    queue[queue_tail] = r
                    queue_tail += 1

        # -- an attempt ends, and may be made again; a call-taker is free ---------------------------------------------
        if ended >= 0:
            o_ending[ended], o_left[ended] = ending, now
            c, row, following = o_call[ended], o_row[ended], o_attempt[ended] + 1
            if redial[row] & bit and following <= attempts[group[c]]:
                what = (np.int64(c) << 8) + following
                push(again, n_again, now + redial_delay[row], now, what, what)
                n_again += 1
            else:
                pending -= 1
        if freed >= 0:
            pending -= 1
            o_free[freed] = now
            who = o_call_taker[freed]
            in_hand[who] = -1
            if on_duty[who]:
                n_idle = _become_idle(idle_since, idle_who, n_idle, now, who)

        # -- free call-takers take from the queue: calls to be taken over, then normal ones, then demoted ones --------
        while n_idle:
            r = -1
            if over_head < over_tail:
                r = over[over_head]
                over_head += 1
            while r < 0 and queue_head < queue_tail:
                if o_ending[queue[queue_head]] != ABANDONED:
                    r = queue[queue_head]
                queue_head += 1
            while r < 0 and low_head < low_tail:
                if o_ending[low[low_head]] != ABANDONED:
                    r = low[low_head]
                low_head += 1
            if r < 0:
                break
            who = idle_who[0]
            n_idle -= 1
            for place in range(n_idle):
                idle_since[place], idle_who[place] = idle_since[place + 1], idle_who[place + 1]
            in_hand[who] = r
            o_call_taker[r] = who
            c, row = o_call[r], o_row[r]
            if o_handovers[r] > 0:
                o_waited_over[r] += now - o_since[r]
                lasts = o_due[r]
            else:
                o_answered[r] = now
                lasts = duplicate[row] if incident[c] >= 0 and reported[incident[c]] else talk[row]
            o_due[r] = now + lasts
            what = (np.int64(r) << 16) + o_handovers[r]
            push(talks, n_talks, now + lasts, now, (np.int64(c) << 8) + o_attempt[r], what)
            n_talks += 1
        if joined >= 0 and o_call_taker[joined] < 0 and patience[o_row[joined]] < LATEST:
            rank = (np.int64(o_call[joined]) << 8) + o_attempt[joined]
            push(ends, n_ends, now + patience[o_row[joined]], now, rank, joined)
            n_ends += 1

    for place in range(over_head, over_tail):
        o_waited_over[over[place]] += cut - o_since[over[place]]
    return (
        full,
        o_call[:rows],
        o_attempt[:rows],
        o_cause[:rows],
        o_number[:rows],
        o_arrival[:rows],
        o_action[:rows],
        o_rule[:rows],
        o_why[:rows],
        o_ending[:rows],
        o_dismissed[:rows],
        o_queued[:rows],
        o_answered[:rows],
        o_talk_end[:rows],
        o_free[:rows],
        o_call_taker[:rows],
        o_handovers[:rows],
        o_waited_over[:rows],
        o_verdict[:rows],
        o_left[:rows],
    )


@njit(cache=True)
def _become_idle(idle_since, idle_who, n_idle, now, who):  # type: ignore[no-untyped-def]
    """Put a call-taker among the idle, longest idle first, of one instant the first on the rota; how many there are."""
    place = n_idle
    while place and idle_since[place - 1] == now and idle_who[place - 1] > who:
        idle_since[place], idle_who[place] = idle_since[place - 1], idle_who[place - 1]
        place -= 1
    idle_since[place], idle_who[place] = now, who
    return n_idle + 1
