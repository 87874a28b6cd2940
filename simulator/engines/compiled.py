"""The loop of the compiled engine: the call floor's rules, told in arrays for Numba.

One long function: helpers that take many arrays cost more than they tell (40 ns a call). Each kind of event has its own
heap; the next event is the earliest, of one instant that of the first kind, within a kind by time of scheduling and
rank. (First the least of all times, then whose it is: a tenth faster than to carry the kind along.) First attempts and
changes of shift are sorted already and only pointed to. Rows of the table, people and numbers are indexed as np.uintp,
since Numba counts back from the end for signed indices, and looks whether it must each time (a tenth of the run).

A heap is an int64 array [capacity][4] of rows (time, since, rank, what), smallest first, and a size that the caller
keeps. It stands in this file since Numba's cache notices no change in another.
"""

import numpy as np

from simulator.scenario.units import NEVER
from simulator.tables.calls import DELAY_SCALE, OWN, REUSED
from simulator.tables.compiling import compiled
from simulator.tables.outcomes import DISMISSED_BIT, OF_A_FLOOR, Action, Cause, Why

LATEST = NEVER
LONG_AGO = -LATEST
SHIFT_LEAVES, SHIFT_COMES = 1, 2
MESSAGE_ENDS, OTHER_LINE_ANSWERS = 2 << 60, 1 << 60
"""Two kinds of events that share a heap with redials: by so much their time of scheduling is put back, so that of one
instant they come before redials, and in this order."""
ANSWERED, ABANDONED, BUSY, BLOCKED, DIVERTED, SCREENED, DETERRED, OPEN = map(int, OF_A_FLOOR)
ACCEPT, DEMOTE, WARN, CHALLENGE, DIVERT, BLOCK, SMS = map(int, Action)
"""Actions: up to DEMOTE the queue is joined at once, up to CHALLENGE a trunk is taken."""
GENUINE, PRANK, SILENT = 0, 2, 3
"""Intents: genuine and enquiry are below PRANK, prank and silent are not."""
DISMISSED = 1 << DISMISSED_BIT
CAUSE_FIRST, CAUSE_REDIAL, CAUSE_PASSBACK = map(int, Cause)
_, WHY_SHARED, WHY_MISJUDGED, WHY_REUSED, WHY_WITHHELD, WHY_OWN = map(int, Why)
# Columns of the table of records, one for each rule and number with a verdict, or an attempt, that the rule minds.
HEAD, TAIL, COUNT, INNOCENTS, UNTIL, STEP, RESET, INNOCENT, LASTS = range(9)
RECORD = 9
ALLOWED = LONG_AGO - 1
"""In place of until when a number is on the list of the start: it is on the allowlist."""
UNANSWERED, PRESSED = -1, -2
"""In place of the talk that is left: nobody has answered yet; or a call-taker listened, and then 55 was pressed."""
FULL = -1


@compiled(inline="always")
def push(heap, size, time, since, rank, what):  # type: ignore[no-untyped-def]
    """Put one more event into a heap that has room for it; its size grows by one."""
    child = size
    while child > 0:
        parent = (child - 1) >> 1
        if heap[parent, 0] < time:
            break
        if heap[parent, 0] == time and (
            heap[parent, 1] < since or (heap[parent, 1] == since and heap[parent, 2] <= rank)
        ):
            break
        for column in range(4):
            heap[child, column] = heap[parent, column]
        child = parent
    heap[child, 0], heap[child, 1], heap[child, 2], heap[child, 3] = time, since, rank, what


@compiled()
def put(heap, size, time, since, rank, what):  # type: ignore[no-untyped-def]
    """As `push`, where it happens seldom: a call costs some nanoseconds, to inline it half a second of compiling."""
    push(heap, size, time, since, rank, what)


@compiled(inline="always")
def before(heap, a, time, since, rank):  # type: ignore[no-untyped-def]
    """Whether row ``a`` comes before (time, since, rank)."""
    if heap[a, 0] != time:
        return heap[a, 0] < time
    if heap[a, 1] != since:
        return heap[a, 1] < since
    return heap[a, 2] < rank


@compiled()
def pop(heap, size):  # type: ignore[no-untyped-def]
    """Take the first event out of a heap; its size shrinks by one. Read row 0 before."""
    last = size - 1
    time, since, rank, what = heap[last, 0], heap[last, 1], heap[last, 2], heap[last, 3]
    hole, child = 0, 1
    while child < last:
        if child + 1 < last and before(heap, child + 1, heap[child, 0], heap[child, 1], heap[child, 2]):
            child += 1
        if not before(heap, child, time, since, rank):
            break
        for column in range(4):
            heap[hole, column] = heap[child, column]
        hole, child = child, 2 * child + 1
    heap[hole, 0], heap[hole, 1], heap[hole, 2], heap[hole, 3] = time, since, rank, what


@compiled(inline="always")
def row_of(call, attempt, later):  # type: ignore[no-untyped-def]
    """Row of the attempt columns of Calls; an attempt that was passed back has that of the one before."""
    return call if attempt == 1 else later[np.uintp(call)] + attempt - 2


@compiled(inline="always")
def delay(exponential, mean, drawn):  # type: ignore[no-untyped-def]
    """How long the other line takes to answer: mean * drawn // DELAY_SCALE, in halves that stay below 2 ** 63."""
    if not exponential:
        return mean
    return mean // DELAY_SCALE * drawn + mean % DELAY_SCALE * drawn // DELAY_SCALE


@compiled(inline="always")
def new_record(records, n_records):  # type: ignore[no-untyped-def]
    """Put a record of nothing behind the others."""
    records[n_records] = 0
    records[n_records, HEAD], records[n_records, TAIL] = -1, -1
    records[n_records, UNTIL], records[n_records, RESET] = LONG_AGO, LONG_AGO


@compiled(inline="always")
def note(sanctions, n_sanctions, number, rule, begin, end):  # type: ignore[no-untyped-def]
    """One more row of Sanctions."""
    sanctions[n_sanctions, 0], sanctions[n_sanctions, 1] = number, rule
    sanctions[n_sanctions, 2], sanctions[n_sanctions, 3] = begin, end


@compiled(inline="always")
def become_idle(idle_since, idle_who, head, n_idle, now, who):  # type: ignore[no-untyped-def]
    """Put a call-taker among the idle (a ring from ``head`` on): longest idle first, of one instant by the rota."""
    places = len(idle_who)
    place = head + n_idle
    if place >= places:
        place -= places
    for _ in range(n_idle):
        ahead = place - 1 if place else places - 1
        if idle_since[ahead] != now or idle_who[ahead] < who:
            break
        idle_since[place], idle_who[place] = idle_since[ahead], idle_who[ahead]
        place = ahead
    idle_since[place], idle_who[place] = now, who


@compiled()
def play(call_columns, attempt_columns, group_columns, changes, listed, rule_columns, floor, more, columns, space):  # type: ignore[no-untyped-def]
    """Fill ``columns`` (those of Outcomes, in their order): how many rows there are, and how many of Sanctions.

    FULL rows, if there are more than there is room for. ``listed`` is empty where nothing depends on numbers: no rule,
    no list at the start. ``patience_ends`` says whether ends of patience are events; where nobody could tell (trunks
    that never run out, no redial, no message), who has left is found out when a call-taker would answer.

    ``more`` is what only some policies and floors need, or None where rules block or demote by verdicts alone and
    silent calls are talked to as any. Numba compiles each of the two on its own, when it is first used, and for None
    leaves out all that stands below ``if more is not None``: who does not use it does not wait for it.
    """
    arrival, group, intent, person, number, own, route, incident, deceives, tendency = call_columns[:10]
    voiceless, heeds, later = call_columns[10:]
    patience, talk, duplicate, wrap, doubt, verdict, accept, redial, redial_delay, rotate = attempt_columns[:10]
    quits, challenge, passback, passback_delay, press55 = attempt_columns[10:]
    attempts, sims = group_columns
    change_when, change_kind, change_person, change_pause = changes
    on, reset_by, strikes, within, review, resets_ladder, actions, ladder, judges = rule_columns
    as_one, trunks_free, hands_over, attended, patience_ends, unspoken, cut = floor
    if more is not None:
        # By rule: whether each call is a strike, what talk a verdict needs to be one, whether any other clears them;
        # whether the action is prolonged; how long its message takes, or another line (``length`` may be a mean), and
        # the share who pass, leave, or are passed back, by intent. For silent calls: 0 is no machine, no call back.
        by_calls, shorter, longer, consecutive, extends, length, exponential, shares = more[0]
        (counts_calls, texts, passes_back), (listens, listen, machine, presses, calls_back, takes) = more[1], more[2]
        passed, pressed = more[3]
    o_call, o_attempt, o_cause, o_number, o_arrival, o_action, o_rule, o_why, o_ending, o_dismissed = columns[:10]
    o_queued, o_answered, o_talk_end, o_free, o_call_taker, o_handovers, o_waited_over = columns[10:17]
    o_verdict, o_left = columns[17:]
    (turn, deterred, reported), (record_of, records) = space[0], space[1]
    # Strikes in effect, linked from the oldest to the youngest of a record: (date, innocent, next). Strikes under
    # review: (rule, number, date, innocent), named by the events that put them into effect.
    chain, reviewed, effects, sanctions = space[2]
    # Ends of messages, other lines' answers and redials share the heap `again`: -1 - row for the first two, call and
    # attempt for a redial.
    (talks, frees, over), (ends, again), (queue, low) = space[3], space[4], space[5]
    (idle_since, idle_who), (on_duty, in_hand, due) = space[6], space[7]
    calls, rules, last_number, room, places = len(arrival), len(actions), len(listed) - 1, len(o_call), len(idle_who)
    minds = len(listed) > 0
    rows = n_records = n_chain = n_reviewed = n_effects = n_talks = n_frees = n_ends = n_again = n_sanctions = 0
    over_head = over_tail = queue_head = queue_tail = low_head = low_tail = idle_head = n_idle = 0
    changed, came, pending, now = 0, 0, calls, LONG_AGO
    # The last change of shift is none: it is put behind the others, at LATEST.
    change, next_change = change_kind[0], change_when[0]
    next_first = arrival[0] if calls else LATEST
    next_free = next_talk = next_effect = next_end = next_again = LATEST

    while pending > 0:
        if rows == room:
            return FULL, 0
        # -- the next event: the earliest; of one instant, the kinds in the order in which they are asked for ----------
        when = min(next_change, next_free, next_talk, next_effect, next_end, next_again, next_first)
        if when >= cut:
            break
        now = when
        call, count, ended, ending, bit, freed, joined = -1, 0, -1, OPEN, 0, -1, -1
        heard, judging, by_machine, back = -1, False, False, 0

        # -- what happens ---------------------------------------------------------------------------------------------
        if when == next_change and change == SHIFT_LEAVES:  # all leavers at once
            first = changed
            while change_when[changed] == now and change_kind[changed] == SHIFT_LEAVES:
                on_duty[change_person[changed]] = False
                changed += 1
            kept = 0
            for step in range(n_idle):
                place, to = (idle_head + step) % places, (idle_head + kept) % places
                if on_duty[idle_who[place]]:
                    idle_since[to], idle_who[to] = idle_since[place], idle_who[place]
                    kept += 1
            n_idle = kept
            for place in range(first, changed):
                who = change_person[place]
                held = in_hand[who]
                if not hands_over or held < 0 or change_pause[place] or o_ending[held] != OPEN or due[who] <= now:
                    continue
                in_hand[who] = -1
                o_handovers[held] += 1
                over[over_tail, 0], over[over_tail, 1], over[over_tail, 2] = held, due[who] - now, now
                over_tail += 1
            change, next_change = change_kind[changed], change_when[changed]
        elif when == next_change:  # a shift comes
            while change_when[changed] == now and change_kind[changed] == SHIFT_COMES:
                who = change_person[changed]
                on_duty[who] = True
                if in_hand[who] < 0:
                    become_idle(idle_since, idle_who, idle_head, n_idle, now, who)
                    n_idle += 1
                changed += 1
            change, next_change = change_kind[changed], change_when[changed]
        elif when == next_free:  # a call-taker is free
            freed = frees[0, 3]
            pop(frees, n_frees)
            n_frees -= 1
            next_free = frees[0, 0] if n_frees else LATEST
        elif when == next_talk:  # talk ends
            heard, judging = talks[0, 3] >> 32, True
            handovers = talks[0, 3] & 0xFFFFFFFF
            pop(talks, n_talks)
            n_talks -= 1
            next_talk = talks[0, 0] if n_talks else LATEST
            r = np.uintp(heard)
            if o_handovers[r] != handovers:
                continue
            if more is not None:  # noqa: SIM102  # the condition that Numba can leave out stands alone
                if machine > 0 and voiceless[np.uintp(o_call[r])] and not pressed[np.uintp(o_call[r])]:
                    rank = (np.int64(o_call[r]) << 8) + o_attempt[r]
                    put(again, n_again, now + machine, now - MESSAGE_ENDS, rank, ~heard)
                    n_again += 1
                    next_again = again[0, 0]
                    # The call-taker is free; the call goes on.
                    pending += 1
                    freed, judging = heard, False
        elif when == next_effect:  # a strike takes effect
            which = effects[0, 3]
            pop(effects, n_effects)
            n_effects -= 1
            pending -= 1
            next_effect = effects[0, 0] if n_effects else LATEST
            rule, at = reviewed[which, 0], np.uintp(reviewed[which, 1])
            dated, innocent = reviewed[which, 2], reviewed[which, 3]
            record = record_of[rule, at] - 1
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
                step = min(records[record, STEP], ladder.shape[1] - 1)
                if records[record, COUNT] >= strikes[rule, step]:
                    lasts = ladder[rule, step]
                    until = LATEST if lasts == LATEST else now + lasts
                    if until >= records[record, UNTIL]:
                        records[record, UNTIL], records[record, LASTS] = until, lasts
                        records[record, INNOCENT] = records[record, INNOCENTS] == records[record, COUNT]
                        note(sanctions, n_sanctions, -1 if at == last_number else np.int64(at), rule, now, until)
                        n_sanctions += 1
                    records[record, STEP] += 1
                    records[record, HEAD], records[record, TAIL], records[record, COUNT] = -1, -1, 0
                    records[record, INNOCENTS] = 0
        elif when == next_end:  # patience ends
            held = ends[0, 3]
            pop(ends, n_ends)
            n_ends -= 1
            next_end = ends[0, 0] if n_ends else LATEST
            if o_call_taker[np.uintp(held)] >= 0:
                continue
            if more is not None:  # noqa: SIM102
                if o_ending[np.uintp(held)] != OPEN:  # at the end of a message
                    continue
            trunks_free += 1
            ended, ending, bit = held, ABANDONED, 1 << ABANDONED
        elif when == next_again:  # a message ends, another line answers, or a redial
            what = again[0, 3]
            pop(again, n_again)
            n_again -= 1
            next_again = again[0, 0] if n_again else LATEST
            if what >= 0:
                call, count = what >> 8, what & 0xFF
            elif more is not None:
                r = np.uintp(~what)
                # Who hears a message may have left meanwhile.
                if o_ending[r] != OPEN:
                    continue
                k, count, rule = np.uintp(o_call[r]), np.int64(o_attempt[r]), np.int64(o_rule[r])
                row = np.uintp(row_of(np.int64(k), count - (o_cause[r] == CAUSE_PASSBACK), later))
                if o_call_taker[r] >= 0:
                    if press55[row] < presses[intent[k]]:
                        pressed[k] = True
                        o_handovers[r] += 1
                        over[over_tail, 0], over[over_tail, 1], over[over_tail, 2] = np.int64(r), PRESSED, o_free[r]
                        over_tail += 1
                    else:
                        heard, judging, by_machine = np.int64(r), True, True
                elif o_action[r] == DIVERT:
                    other = delay(exponential[rule], length[rule], np.int64(passback_delay[row]))
                    returns = other <= patience[row] and passback[row] < shares[rule, intent[k]]
                    if returns and not passed[k]:
                        passed[k] = True
                        o_ending[r], o_left[r] = DIVERTED, now
                        call, count, back = np.int64(k), count + 1, 1
                    else:
                        ended, ending, bit = np.int64(r), DIVERTED, 1 << DIVERTED
                elif (challenge[row] < shares[rule, intent[k]]) == (o_action[r] == CHALLENGE):
                    o_queued[r], joined = now, np.int64(r)
                else:
                    trunks_free += 1
                    ended, ending = np.int64(r), SCREENED if o_action[r] == CHALLENGE else ABANDONED
                    bit = 1 << ending
        else:  # a first attempt
            call, count = came, 1
            came += 1
            next_first = arrival[np.uintp(came)] if came < calls else LATEST

        # -- the verdict falls, at the end of talk or of the machine; wrap-up begins ----------------------------------
        if judging:
            r = np.uintp(heard)
            trunks_free += 1
            c, count = np.int64(o_call[r]), np.int64(o_attempt[r])
            rank = (c << 8) + count
            if more is not None:  # noqa: SIM102
                if passes_back and o_cause[r] == CAUSE_PASSBACK:
                    count -= 1
            k, row = np.uintp(c), np.uintp(row_of(c, count, later))
            speaks = not unspoken or not voiceless[k]
            if more is not None:
                speaks = speaks or (machine > 0 and pressed[k])
            judged = verdict[row] if doubt[row] < tendency[k] else intent[k] if speaks else SILENT
            if deceives[k] and speaks:
                judged = GENUINE
            o_talk_end[r], o_verdict[r] = now, judged
            if incident[k] >= 0 and judged == GENUINE:
                reported[incident[k]] = True
            at = np.uintp(o_number[r] if o_number[r] >= 0 else last_number)
            if rules and (as_one or o_number[r] >= 0) and listed[at] != ALLOWED:
                for rule in range(rules):
                    strike, resets = on[rule, judged], reset_by[rule, judged]
                    if more is not None:
                        lasted = listen if by_machine else now - o_answered[r] - o_waited_over[r]
                        strike = strike and longer[rule] < lasted < shorter[rule]
                        resets = resets or (consecutive[rule] and not strike)
                    if (resets or strike) and record_of[rule, at] == 0:
                        new_record(records, n_records)
                        n_records += 1
                        record_of[rule, at] = n_records
                    if resets:
                        record = record_of[rule, at] - 1
                        records[record, HEAD], records[record, TAIL], records[record, COUNT] = -1, -1, 0
                        records[record, INNOCENTS], records[record, RESET] = 0, now
                        if resets_ladder[rule] and reset_by[rule, judged]:
                            records[record, STEP] = 0
                    if strike:
                        reviewed[n_reviewed, 0], reviewed[n_reviewed, 1] = rule, np.int64(at)
                        reviewed[n_reviewed, 2], reviewed[n_reviewed, 3] = now, intent[k] < PRANK
                        order = rank * 2 * rules + rules + rule
                        push(effects, n_effects, now + review[rule], now, order, n_reviewed)
                        n_effects += 1
                        pending += 1
                        n_reviewed += 1
                        next_effect = effects[0, 0]
            if intent[k] < PRANK and judged >= PRANK:
                o_dismissed[r], bit = True, DISMISSED
            ended, ending = heard, ANSWERED
            if more is None or not by_machine:
                busy = wrap[row]
                if more is not None:  # noqa: SIM102
                    if calls_back > 0 and voiceless[k] and o_number[r] >= 0 and press55[row] < calls_back:
                        busy += takes
                if attended and judged == GENUINE:
                    busy = max(busy, accept[row])
                pending += 1
                if busy:
                    push(frees, n_frees, now + busy, now, rank, heard)
                    n_frees += 1
                    next_free = frees[0, 0]
                else:
                    freed = heard

        # -- an attempt arrives: past the policy, onto a trunk --------------------------------------------------------
        if call >= 0:
            r, k = np.uintp(rows), np.uintp(call)
            rows += 1
            shown, action = number[k], ACCEPT
            o_call[r], o_attempt[r], o_arrival[r], o_ending[r] = call, count, now, OPEN
            o_cause[r] = CAUSE_FIRST if count == 1 else CAUSE_PASSBACK if back else CAUSE_REDIAL
            o_why[r], o_dismissed[r], o_handovers[r], o_waited_over[r] = 0, False, 0, 0
            o_rule[r] = o_queued[r] = o_answered[r] = o_talk_end[r] = o_free[r] = o_left[r] = -1
            o_call_taker[r] = o_verdict[r] = -1
            if minds:
                who = np.uintp(person[k])
                if turn[who] and shown >= 0:
                    shown = own[k] + turn[who] % sims[group[k]]
                at = np.uintp(shown if shown >= 0 else last_number)
                if deterred[who] and not back:
                    ended, ending = np.int64(r), DETERRED
                elif listed[at] != ALLOWED and not back:
                    acts, record = -1, -1
                    if more is not None:  # noqa: SIM102
                        if texts and heeds[k]:
                            for rule in range(rules):
                                record = np.int64(record_of[rule, at]) - 1
                                if actions[rule] == SMS and record >= 0 and records[record, UNTIL] > now:
                                    action, acts = SMS, rule
                                    break
                    if listed[at] > now and acts < 0:
                        action, acts = BLOCK, rules
                    elif acts < 0:
                        for rule in range(rules):
                            record = np.int64(record_of[rule, at]) - 1
                            if record >= 0 and records[record, UNTIL] > now and actions[rule] != SMS:
                                action, acts = actions[rule], rule
                                break
                    o_rule[r] = acts
                    if acts >= 0 and intent[k] < PRANK:
                        if shown < 0:
                            o_why[r] = WHY_WITHHELD
                        elif acts < rules and records[record, INNOCENT]:
                            o_why[r] = WHY_MISJUDGED if judges[acts] else WHY_OWN
                        elif route[k] == REUSED or (route[k] == OWN and acts == rules):
                            o_why[r] = WHY_REUSED
                        else:
                            o_why[r] = WHY_SHARED
                    if action == BLOCK:
                        row = np.uintp(row_of(call, count, later))
                        if quits[row]:
                            deterred[who] = True
                        elif rotate[row]:
                            turn[who] += 1
                        ended, ending, bit = np.int64(r), BLOCKED, 1 << BLOCKED
                    if more is not None:
                        if 0 <= acts < rules and extends[acts] and action != SMS:
                            lasts = records[record, LASTS]
                            if lasts < LATEST and now + lasts > records[record, UNTIL]:
                                records[record, UNTIL] = now + lasts
                                note(sanctions, n_sanctions, shown, acts, now, now + lasts)
                                n_sanctions += 1
                        if action == SMS:
                            ended, ending = np.int64(r), DETERRED
                        elif action == DIVERT:
                            row = np.uintp(row_of(call, count, later))
                            other = delay(exponential[acts], length[acts], np.int64(passback_delay[row]))
                            until, since = now + min(other, patience[row]), now - OTHER_LINE_ANSWERS
                            put(again, n_again, until, since, (call << 8) + count, ~np.int64(r))
                            n_again += 1
                            next_again = again[0, 0]
                        elif action != BLOCK and counts_calls and (as_one or shown >= 0):
                            for rule in range(rules):
                                if not by_calls[rule]:
                                    continue
                                if record_of[rule, at] == 0:
                                    new_record(records, n_records)
                                    n_records += 1
                                    record_of[rule, at] = n_records
                                reviewed[n_reviewed, 0], reviewed[n_reviewed, 1] = rule, np.int64(at)
                                reviewed[n_reviewed, 2], reviewed[n_reviewed, 3] = now, intent[k] < PRANK
                                rank = ((call << 8) + count) * 2 * rules + rule
                                put(effects, n_effects, now + review[rule], now, rank, n_reviewed)
                                n_effects += 1
                                pending += 1
                                n_reviewed += 1
                                next_effect = effects[0, 0]
            o_number[r], o_action[r] = shown, action
            takes_trunk = ended < 0
            if more is not None:
                takes_trunk = takes_trunk and action != DIVERT
            if takes_trunk:
                if trunks_free == 0:
                    ended, ending, bit = np.int64(r), BUSY, 1 << BUSY
                else:
                    trunks_free -= 1
                    if more is None or action <= DEMOTE:
                        o_queued[r], joined = now, np.int64(r)
                    if more is not None:  # noqa: SIM102
                        if action > DEMOTE:
                            rank, lasts = (call << 8) + count, length[np.uintp(o_rule[r])]
                            since = now - MESSAGE_ENDS
                            put(again, n_again, now + lasts, since, rank, ~np.int64(r))
                            n_again += 1
                            next_again = again[0, 0]
                            patient = patience[np.uintp(row_of(call, count, later))]
                            if patient < LATEST:
                                put(ends, n_ends, now + patient, now, rank, np.int64(r))
                                n_ends += 1
                                next_end = ends[0, 0]

        # -- an attempt ends, and may be made again; a call-taker is free ---------------------------------------------
        if ended >= 0:
            r = np.uintp(ended)
            o_ending[r], o_left[r] = ending, now
            c, count = np.int64(o_call[r]), np.int64(o_attempt[r])
            row = np.uintp(row_of(c, count, later))
            if more is not None:  # noqa: SIM102
                if passes_back and o_cause[r] == CAUSE_PASSBACK:
                    row = np.uintp(row_of(c, count - 1, later))
            if redial[row] & bit and count < attempts[group[np.uintp(c)]]:
                what = (c << 8) + count + 1
                push(again, n_again, now + redial_delay[row], now, what, what)
                n_again += 1
                next_again = again[0, 0]
            else:
                pending -= 1
        if freed >= 0:
            pending -= 1
            o_free[np.uintp(freed)] = now
            who = np.int64(o_call_taker[np.uintp(freed)])
            in_hand[who] = -1
            if on_duty[who]:
                become_idle(idle_since, idle_who, idle_head, n_idle, now, who)
                n_idle += 1

        # -- who has joined waits while nobody is idle (where somebody is, nobody else waits) -------------------------
        if joined >= 0 and n_idle == 0:
            r = np.uintp(joined)
            if o_action[r] == DEMOTE:
                if low_head == low_tail:
                    low_head = low_tail = 0
                low[low_tail] = joined
                low_tail += 1
            else:
                if queue_head == queue_tail:
                    queue_head = queue_tail = 0
                queue[queue_tail] = joined
                queue_tail += 1
            # Of who joins after a message, patience's end is awaited since the arrival.
            if patience_ends and call >= 0:
                patient = patience[np.uintp(row_of(call, count - back, later))]
                if patient < LATEST:
                    push(ends, n_ends, now + patient, now, (call << 8) + count, joined)
                    n_ends += 1
                    next_end = ends[0, 0]
            joined = -1

        # -- idle call-takers take: calls to be taken over, then normal ones, then demoted ones -----------------------
        while n_idle:
            taken, lasts = joined, UNANSWERED
            joined = -1
            if taken < 0 and over_head < over_tail:
                taken, lasts = over[over_head, 0], over[over_head, 1]
                o_waited_over[taken] += now - over[over_head, 2]
                over_head += 1
            while taken < 0 and (queue_head < queue_tail or low_head < low_tail):
                if queue_head < queue_tail:
                    taken = np.int64(queue[queue_head])
                    queue_head += 1
                else:
                    taken = np.int64(low[low_head])
                    low_head += 1
                r = np.uintp(taken)
                if not patience_ends:
                    c, count = np.int64(o_call[r]), np.int64(o_attempt[r])
                    if more is not None:
                        count -= o_cause[r] == CAUSE_PASSBACK
                    until = o_arrival[r] + patience[np.uintp(row_of(c, count, later))]
                    if until < now:
                        o_ending[r], o_left[r] = ABANDONED, until
                        pending -= 1
                if o_ending[r] == ABANDONED:
                    taken = -1
            if taken < 0:
                break
            who, r = idle_who[idle_head], np.uintp(taken)
            n_idle -= 1
            idle_head += 1
            if idle_head == places:
                idle_head = 0
            in_hand[who], o_call_taker[r] = taken, who
            c, count = np.int64(o_call[r]), np.int64(o_attempt[r])
            if lasts < 0:
                k, row = np.uintp(c), np.uintp(row_of(c, count, later))
                if more is not None:  # noqa: SIM102
                    if passes_back and o_cause[r] == CAUSE_PASSBACK:
                        row = np.uintp(row_of(c, count - 1, later))
                first_answer = more is None or lasts == UNANSWERED
                lasts = duplicate[row] if incident[k] >= 0 and reported[incident[k]] else talk[row]
                if first_answer:
                    o_answered[r] = now
                else:
                    o_free[r] = -1
                if more is not None:  # noqa: SIM102
                    if listens and first_answer and voiceless[k]:
                        lasts = listen
                        if machine > 0:
                            pressed[k] = False
            due[who] = now + lasts
            push(talks, n_talks, now + lasts, now, (c << 8) + count, (taken << 32) + o_handovers[r])
            n_talks += 1
            next_talk = talks[0, 0]

    for waiting in (queue[queue_head:queue_tail], low[low_head:low_tail]):
        for place in range(0 if patience_ends else len(waiting)):
            r = np.uintp(waiting[place])
            count = np.int64(o_attempt[r])
            if more is not None:
                count -= o_cause[r] == CAUSE_PASSBACK
            until = o_arrival[r] + patience[np.uintp(row_of(np.int64(o_call[r]), count, later))]
            if until < cut:
                o_ending[r], o_left[r] = ABANDONED, until
    for place in range(over_head, over_tail):
        o_waited_over[over[place, 0]] += cut - over[place, 2]
    return rows, n_sanctions
