"""The loop of the compiled engine: the call floor's rules, told in arrays for Numba.

Each kind of event is one function, named like the method of `reference.py` that tells the same; so are the parts that
events have in common. They work on named tuples of arrays (`Plan`, `Rows`, `Floor`, `Gate`, `More`) and on one record
of all counts (`STATE`). An event calls no other event: it returns what follows, and `play` calls that in one place,
since what is called twice is compiled twice.

Each kind of event has its own heap; the next event is the earliest, of one instant that of the first kind, within a
kind by time of scheduling and rank. (First the least of all times, then whose it is: a tenth faster than to carry the
kind along.) First attempts and changes of shift are sorted already and only pointed to. Rows of the table, people and
numbers are indexed as np.uintp, since Numba counts back from the end for signed indices, and looks whether it must each
time (a tenth of the run).

A heap is an array of ENTRY: in place 0 ``what`` is how many there are, the first of them stands in place 1; where there
is none, its time is LATEST. All stands in this file since Numba's cache notices no change in another.
"""

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np

from simulator.scenario.actions import actions_that
from simulator.scenario.units import NEVER
from simulator.tables.calls import DELAY_SCALE, OWN, REUSED, Calls
from simulator.tables.compiling import UNCOUNTED, compiled, inlined
from simulator.tables.outcomes import DISMISSED_BIT, OF_A_FLOOR, Action, Cause, Outcomes, Why
from simulator.tables.sanctions import Sanctions

LATEST = NEVER
LONG_AGO = -LATEST
SHIFT_LEAVES, SHIFT_COMES = 1, 2
MESSAGE_ENDS, OTHER_LINE_ANSWERS = 2 << 60, 1 << 60
"""Two kinds of events that share a heap with redials: by so much their time of scheduling is put back, so that of one
instant they come before redials, and in this order."""
ANSWERED, ABANDONED, BUSY, BLOCKED, DIVERTED, SCREENED, DETERRED, OPEN = map(int, OF_A_FLOOR)
ACCEPT, BLOCK = int(Action.ACCEPT), int(Action.BLOCK)
PLAYS_MESSAGE, WANTS_KEY, DELAYS, DIVERTS, REFUSES, ONLY_WARNS = (
    sum(1 << action for action in actions_that(have))
    for have in (
        lambda has: has.plays_message,
        lambda has: has.wants_key,
        lambda has: has.delays,
        lambda has: has.diverts,
        lambda has: has.refuses,
        lambda has: has.only_warns,
    )
)
"""Traits of actions: of each the actions that have it, a bit each."""
GENUINE, PRANK, SILENT = 0, 2, 3
"""Intents: genuine and enquiry are below PRANK, prank and silent are not."""
DISMISSED = 1 << DISMISSED_BIT
CAUSE_FIRST, CAUSE_REDIAL, CAUSE_PASSBACK = map(int, Cause)
_, WHY_SHARED, WHY_MISJUDGED, WHY_REUSED, WHY_WITHHELD, WHY_OWN = map(int, Why)
ALLOWED = LONG_AGO - 1
"""In place of until when a number is on the list of the start: it is on the allowlist."""
UNANSWERED, PRESSED = -1, -2
"""In place of the talk that is left: nobody has answered yet; or a call-taker listened, and then 55 was pressed."""
FULL = -1
NONE = -1

# Constants in capitals are part of the key of Numba's cache: should a column move, code that is kept is not run.
PLAN = (*Calls.CALL_COLUMNS, *Calls.ATTEMPT_COLUMNS, "attempts", "sims")
ROWS, BEGAN = tuple(Outcomes.DTYPES), tuple(Sanctions.DTYPES)
Plan: Any = namedtuple("Plan", PLAN)  # type: ignore[misc]
"""The columns of Calls: by call, by row of an attempt, by group."""
Rows: Any = namedtuple("Rows", ROWS)  # type: ignore[misc]
"""The columns of Outcomes, to be filled."""
Began: Any = namedtuple("Began", BEGAN)  # type: ignore[misc]
"""The columns of Sanctions, to be filled."""


class Floor(NamedTuple):
    """Settings of the floor, call-takers and their queues, and the heaps of what will happen."""

    hands_over: Any
    attended: Any
    patience_ends: Any
    """Whether ends of patience are events. Where nobody could tell (trunks that never run out, no redial, no message),
    who has left is found out when a call-taker would answer."""
    unspoken: Any
    """Whether there is anybody who does not speak."""
    cut: Any
    change_when: Any
    """Changes of shift in order; the last one, at LATEST, is none."""
    change_kind: Any
    change_person: Any
    change_pause: Any
    on_duty: Any
    in_hand: Any
    due: Any
    idle_since: Any
    """The idle, a ring from ``idle_head`` on: longest idle first, of one instant by the rota."""
    idle_who: Any
    over: Any
    """Calls to be taken over: OVER."""
    queue: Any
    low: Any
    reported: Any
    frees: Any
    talks: Any
    effects: Any
    ends: Any
    again: Any
    """Ends of messages, other lines' answers (-1 - row) and redials (call and attempt)."""


class Gate(NamedTuple):
    """The rules, and what is held against numbers and has become of persons."""

    as_one: Any
    on: Any
    reset_by: Any
    strikes: Any
    within: Any
    review: Any
    resets_ladder: Any
    actions: Any
    ladder: Any
    judges: Any
    began: Any
    """The rows of Sanctions."""
    listed: Any
    """Until when each number is on the list of the start; empty where nothing depends on numbers: no rule, no list."""
    turn: Any
    deterred: Any
    record_of: Any
    records: Any
    """RECORD, one for each rule and number with a verdict, or an attempt, that the rule minds."""
    chain: Any
    """Strikes in effect, LINK, linked from the oldest to the youngest of a record."""
    reviewed: Any
    """Strikes under review, STRIKE, named by the events that put them into effect."""


class More(NamedTuple):
    """What only some policies and floors need: by rule, and of silent calls.

    ``passed`` and ``pressed`` are of the calls that another line has passed back, and of those who pressed 55.
    """

    by_calls: Any
    """By rule: whether each call is a strike, what talk a verdict needs to be one, whether any other clears them;
    whether the action is prolonged; how long its message takes, or another line (``length`` may be a mean); how
    attempts end that these keep from the queue; the share who pass, leave, or are passed back, by intent."""
    shorter: Any
    longer: Any
    consecutive: Any
    extends: Any
    length: Any
    ending: Any
    exponential: Any
    shares: Any
    counts_calls: Any
    texts: Any
    listens: Any
    """Of silent calls: 0 is no machine, no call back."""
    listen: Any
    machine: Any
    presses: Any
    calls_back: Any
    takes: Any
    passed: Any
    pressed: Any


def _whole(*names: str) -> np.dtype[Any]:
    return np.dtype([(name, np.int64) for name in names])


ENTRY = _whole("when", "since", "rank", "what")
OVER = _whole("row", "left", "since")
RECORD = _whole("head", "tail", "strikes", "innocents", "until", "step", "reset", "innocent", "lasts")
LINK = _whole("dated", "innocent", "next")
STRIKE = _whole("rule", "number", "dated", "innocent")
STATE = _whole(
    *("rows", "sanctions", "pending", "trunks_free", "next_first", "came", "next_change", "changed"),
    *("idle", "idle_head", "over_head", "over_tail", "queue_head", "queue_tail", "low_head", "low_tail"),
    *("records", "links", "reviewed"),
)

# -- the agenda --------------------------------------------------------------------------------------------------------


@inlined
def at(heap, when, since, rank, what):
    """Schedule an event: put it into a heap that has room for it."""
    child = heap[0].what + 1
    heap[0].what = child
    while child > 1:
        parent = child >> 1
        if not comes_before(when, since, rank, heap[parent]):
            break
        heap[child] = heap[parent]
        child = parent
    entry = heap[child]
    entry.when, entry.since, entry.rank, entry.what = when, since, rank, what


@inlined
def comes_before(when, since, rank, entry):
    """Whether (when, since, rank) comes before the entry."""
    if when != entry.when:
        return when < entry.when
    if since != entry.since:
        return since < entry.since
    return rank < entry.rank


@inlined
def take(heap):
    """Take the first event out of a heap: what it is about."""
    what, last = heap[1].what, heap[0].what
    heap[0].what = last - 1
    when, since, rank, about = heap[last].when, heap[last].since, heap[last].rank, heap[last].what
    hole, child = 1, 2
    while child < last:
        entry = heap[child]
        if child + 1 < last:
            other = heap[child + 1]
            if comes_before(other.when, other.since, other.rank, entry):
                child, entry = child + 1, other
        if comes_before(when, since, rank, entry):
            break
        heap[hole] = entry
        hole, child = child, 2 * child
    entry = heap[hole]
    entry.when, entry.since, entry.rank, entry.what = when, since, rank, about
    if last == 1:
        heap[1].when = LATEST
    return what


@inlined
def rank_of(o, r):
    """The rank of an attempt's events: by call, then attempt."""
    return (np.int64(o.call[r]) << 8) + o.attempt[r]


@inlined
def row_of(plan, o, more, r):
    """Row of the attempt columns of Calls; an attempt that was passed back has that of the one before."""
    count = np.int64(o.attempt[r])
    if more is not None:
        count -= o.cause[r] == CAUSE_PASSBACK
    k = np.uintp(o.call[r])
    return k if count == 1 else np.uintp(plan.later[k] + count - 2)


@inlined
def has(trait, action):
    """Whether an action has this trait."""
    return (trait >> action) & 1 == 1


# -- events, in the order of one instant -------------------------------------------------------------------------------


@inlined
def shift_leaves(o, floor, s, now):
    """All leavers at once: idle ones go; a busy one finishes the call, or hands it over unless a break begins."""
    first = changed = s.changed
    while floor.change_when[changed] == now and floor.change_kind[changed] == SHIFT_LEAVES:
        floor.on_duty[floor.change_person[changed]] = False
        changed += 1
    s.changed, s.next_change = changed, floor.change_when[changed]
    places, kept = len(floor.idle_who), 0
    for step in range(s.idle):
        place, to = (s.idle_head + step) % places, (s.idle_head + kept) % places
        if floor.on_duty[floor.idle_who[place]]:
            floor.idle_since[to], floor.idle_who[to] = floor.idle_since[place], floor.idle_who[place]
            kept += 1
    s.idle = kept
    for place in range(first, changed):
        who = floor.change_person[place]
        row = floor.in_hand[who]
        if row < 0 or not floor.hands_over or floor.change_pause[place]:
            continue
        if o.ending[row] == OPEN and floor.due[who] > now:
            give_up_to_others(o, floor, s, who, row, now)


@inlined
def give_up_to_others(o, floor, s, who, row, now):
    """The leaver's call waits ahead of the queue, on its trunk, until someone takes it over."""
    floor.in_hand[who] = NONE
    wait_ahead(o, floor, s, row, floor.due[who] - now, now)


@inlined
def wait_ahead(o, floor, s, row, left, since):
    """Wait, with the calls to be taken over, for a call-taker to go on with the call."""
    o.handovers[np.uintp(row)] += 1
    over = floor.over[s.over_tail]
    over.row, over.left, over.since = row, left, since
    s.over_tail += 1


@inlined
def shift_comes(floor, s, now):
    """Arrivers are available at once, but for one who still finishes an earlier call."""
    while floor.change_when[s.changed] == now and floor.change_kind[s.changed] == SHIFT_COMES:
        who = floor.change_person[s.changed]
        floor.on_duty[who] = True
        if floor.in_hand[who] < 0:
            become_idle(floor, s, who, now)
        s.changed += 1
    s.next_change = floor.change_when[s.changed]


@inlined
def end_of_talk(plan, o, floor, more, s, now):
    """Whose verdict falls, and whose call-taker is free; a call on which nobody spoke may go to a machine."""
    what = take(floor.talks)
    row, handovers = what >> 32, what & 0xFFFFFFFF
    r = np.uintp(row)
    if o.handovers[r] != handovers:
        return NONE, NONE
    if more is not None:  # noqa: SIM102  # the condition that Numba can leave out stands alone
        if more.machine > 0 and unheard(plan, floor, more, np.uintp(o.call[r])):
            leave_to_machine(o, floor, more, s, r, now)
            return NONE, row
    return row, NONE


@inlined
def leave_to_machine(o, floor, more, s, r, now):
    """Nobody has spoken: a machine asks on, and the call-taker is free."""
    at(floor.again, now + more.machine, now - MESSAGE_ENDS, rank_of(o, r), ~np.int64(r))
    s.pending += 1


@inlined
def strike_effective(floor, gate, s, now):
    """A reviewed strike counts: with the rule's number of strikes in its window the action starts now."""
    s.pending -= 1
    strike = gate.reviewed[take(floor.effects)]
    rule, number = strike.rule, np.uintp(strike.number)
    record = gate.records[gate.record_of[rule, number] - 1]
    if strike.dated <= record.reset:
        return
    while record.head >= 0 and gate.chain[record.head].dated <= strike.dated - gate.within[rule]:
        oldest = gate.chain[record.head]
        record.strikes -= 1
        record.innocents -= oldest.innocent
        record.head = oldest.next
    youngest = gate.chain[s.links]
    youngest.dated, youngest.innocent, youngest.next = strike.dated, strike.innocent, -1
    if record.head < 0:
        record.head = s.links
    else:
        gate.chain[record.tail].next = s.links
    record.tail = s.links
    s.links += 1
    record.strikes += 1
    record.innocents += strike.innocent
    if record.strikes >= gate.strikes[rule, min(record.step, gate.ladder.shape[1] - 1)]:
        act(gate, s, record, rule, number, now)


@inlined
def end_of_patience(o, floor, more, s):
    """The caller leaves the queue, or the message, and frees the trunk: whose attempt is lost."""
    row = take(floor.ends)
    r = np.uintp(row)
    if o.call_taker[r] >= 0:
        return NONE
    if more is not None:  # noqa: SIM102
        if o.ending[r] != OPEN:  # at the end of a message
            return NONE
    s.trunks_free += 1
    return row


@inlined
def end_of_message(plan, o, floor, more, s, row, now):
    """Whose verdict falls, whose attempt is lost, who has joined the queue.

    The machine has asked to press 55; or the caller has heard a message, and goes on to the queue or not.
    """
    r = np.uintp(row)
    k, drawn = np.uintp(o.call[r]), row_of(plan, o, more, r)
    if o.call_taker[r] >= 0:
        if more.presses[plan.intent[k]] <= plan.press55[drawn]:
            return row, NONE, NONE
        more.pressed[k] = True
        wait_ahead(o, floor, s, row, PRESSED, o.free[r])
        return NONE, NONE, NONE
    below = plan.challenge[drawn] < more.shares[o.rule[r], plan.intent[k]]
    if below == has(WANTS_KEY, o.action[r]):
        o.queued[r] = now
        return NONE, NONE, row
    s.trunks_free += 1
    return NONE, row, NONE


@inlined
def pass_back(plan, o, more, row, now):
    """Whether the other line, which answers, passes the call back; or keeps it, or the caller gives it up before."""
    r = np.uintp(row)
    k, drawn, rule = np.uintp(o.call[r]), row_of(plan, o, more, r), o.rule[r]
    answered = delay(more.exponential[rule], more.length[rule], np.int64(plan.passback_delay[drawn]))
    if more.passed[k] or answered > plan.patience[drawn]:
        return False
    if plan.passback[drawn] >= more.shares[rule, plan.intent[k]]:
        return False
    more.passed[k] = True
    o.ending[r], o.left[r] = DIVERTED, now
    return True


@inlined
def first_attempt(plan, s):
    """A caller calls; the next one of the table is awaited."""
    call = s.came
    s.came = call + 1
    s.next_first = plan.arrival[np.uintp(call + 1)] if call + 1 < len(plan.arrival) else LATEST
    return call


# -- what an attempt meets ---------------------------------------------------------------------------------------------


@inlined
def arrive(plan, o, floor, gate, more, s, call, count, cause, now):
    """Past the policy, onto a trunk, into the queue: how it ends, OPEN if it does not; whether it joins the queue."""
    r = np.uintp(s.rows)
    s.rows += 1
    new_row(o, r, call, count, cause, now)
    refused = ask_the_policy(plan, o, floor, gate, more, s, r, now)
    if refused != OPEN:
        return refused, False
    if more is not None:  # noqa: SIM102
        if has(DIVERTS, o.action[r]):
            divert(plan, o, floor, more, r, now)
            return OPEN, False
    if s.trunks_free == 0:
        return BUSY, False
    s.trunks_free -= 1
    if more is not None:  # noqa: SIM102
        if has(PLAYS_MESSAGE, o.action[r]):
            hear_message(plan, o, floor, more, r, now)
            return OPEN, False
    o.queued[r] = now
    return OPEN, True


@inlined
def new_row(o, r, call, count, cause, now):
    """A row of Outcomes to which nothing has happened yet."""
    o.call[r], o.attempt[r], o.cause[r], o.arrival[r], o.ending[r] = call, count, cause, now, OPEN
    o.action[r], o.why[r], o.dismissed[r], o.handovers[r], o.waited_over[r] = ACCEPT, 0, False, 0, 0
    o.rule[r] = o.queued[r] = o.answered[r] = o.talk_end[r] = o.free[r] = o.left[r] = -1
    o.call_taker[r] = o.verdict[r] = -1


@inlined
def ask_the_policy(plan, o, floor, gate, more, s, r, now):
    """What the policy does with the attempt; its ending where it goes no further, else OPEN."""
    k = np.uintp(o.call[r])
    if len(gate.listed) == 0:
        o.number[r] = plan.number[k]
        return OPEN
    who = np.uintp(plan.person[k])
    o.number[r] = number_shown(plan, gate, k, who)
    if o.cause[r] == CAUSE_PASSBACK:
        return OPEN
    if gate.deterred[who]:
        return DETERRED
    if not watches(gate, o.number[r]):
        return OPEN
    place = place_of(gate, o.number[r])
    refused = refuses(plan, o, gate, more, s, r, place, now)
    if more is not None:  # noqa: SIM102
        if refused == OPEN and more.counts_calls and not has(DIVERTS, o.action[r]):
            called(plan, o, floor, gate, more, s, r, place, now)
    return refused


@inlined
def divert(plan, o, floor, more, r, now):
    """Another line rings, until it answers or the caller's patience ends."""
    drawn, rule = row_of(plan, o, more, r), o.rule[r]
    answered = delay(more.exponential[rule], more.length[rule], np.int64(plan.passback_delay[drawn]))
    lasts = min(answered, plan.patience[drawn])
    at(floor.again, now + lasts, now - OTHER_LINE_ANSWERS, rank_of(o, r), ~np.int64(r))


@inlined
def delay(exponential, mean, drawn):
    """How long the other line takes to answer: mean * drawn // DELAY_SCALE, in halves that stay below 2 ** 63."""
    if not exponential:
        return mean
    return mean // DELAY_SCALE * drawn + mean % DELAY_SCALE * drawn // DELAY_SCALE


@inlined
def hear_message(plan, o, floor, more, r, now):
    """The caller hears the rule's message, on the trunk, as long as patience lasts."""
    rank, row = rank_of(o, r), np.int64(r)
    at(floor.again, now + more.length[o.rule[r]], now - MESSAGE_ENDS, rank, ~row)
    patience = plan.patience[row_of(plan, o, more, r)]
    if patience < LATEST:
        at(floor.ends, now + patience, now, rank, row)


@inlined
def join_queue(plan, o, floor, more, s, row, arrives, now):
    """Wait in the queue; who joins after a message, the end of whose patience is awaited since the arrival."""
    r = np.uintp(row)
    if has(DELAYS, o.action[r]):
        if s.low_head == s.low_tail:
            s.low_head = s.low_tail = 0
        floor.low[s.low_tail] = row
        s.low_tail += 1
    else:
        if s.queue_head == s.queue_tail:
            s.queue_head = s.queue_tail = 0
        floor.queue[s.queue_tail] = row
        s.queue_tail += 1
    if floor.patience_ends and arrives:
        patience = plan.patience[row_of(plan, o, more, r)]
        if patience < LATEST:
            at(floor.ends, now + patience, now, rank_of(o, r), row)


@inlined
def end(plan, o, floor, more, s, row, ending, now):
    """The attempt is over; the caller may try again."""
    r = np.uintp(row)
    o.ending[r], o.left[r] = ending, now
    k, drawn, count = np.uintp(o.call[r]), row_of(plan, o, more, r), np.int64(o.attempt[r]) + 1
    if plan.redial[drawn] & redial_bit(ending, o.dismissed[r]) and count <= plan.attempts[plan.group[k]]:
        what = (np.int64(k) << 8) + count
        at(floor.again, now + plan.redial_delay[drawn], now, what, what)
    else:
        s.pending -= 1


@inlined
def redial_bit(ending, dismissed):
    """The bit of ``Calls.redial`` that says whether the caller tries again; 0 where nobody does."""
    if ending == ANSWERED:
        return DISMISSED if dismissed else 0
    return 0 if ending == DETERRED else 1 << ending


# -- verdicts ----------------------------------------------------------------------------------------------------------


@inlined
def conclude(plan, o, floor, gate, more, s, row, by_machine, now):
    """Talk, or the machine, has ended: the trunk is freed, the verdict falls, wrap-up begins; who is free at once."""
    s.trunks_free += 1
    r = np.uintp(row)
    k, drawn = np.uintp(o.call[r]), row_of(plan, o, more, r)
    judged = verdict(plan, floor, more, k, drawn)
    o.talk_end[r], o.verdict[r] = now, judged
    o.dismissed[r] = plan.intent[k] < PRANK and judged >= PRANK
    if plan.incident[k] >= 0 and judged == GENUINE:
        floor.reported[plan.incident[k]] = True
    if len(gate.actions) and watches(gate, o.number[r]):
        judge(plan, o, floor, gate, more, s, r, judged, by_machine, now)
    busy = plan.wrap[drawn]
    if more is not None:
        if by_machine:
            return NONE
        busy += call_back(plan, o, more, r, k, drawn)
    if floor.attended and judged == GENUINE:
        busy = max(busy, plan.accept[drawn])
    s.pending += 1
    if busy == 0:
        return row
    at(floor.frees, now + busy, now, rank_of(o, r), row)
    return NONE


@inlined
def verdict(plan, floor, more, k, drawn):
    """What the call is taken for."""
    silent = unheard(plan, floor, more, k)
    if plan.deceives[k] and not silent:
        return np.int64(GENUINE)
    if plan.doubt[drawn] < plan.tendency[k]:
        return np.int64(plan.verdict[drawn])
    return np.int64(SILENT) if silent else np.int64(plan.intent[k])


@inlined
def unheard(plan, floor, more, k):
    """Whether nobody has spoken on the call, or pressed 55."""
    if not floor.unspoken or not plan.voiceless[k]:
        return False
    if more is not None:  # noqa: SIM102
        if more.machine > 0 and more.pressed[k]:
            return False
    return True


@inlined
def call_back(plan, o, more, r, k, drawn):
    """How long the call-taker spends on calling back a silent caller."""
    calls = plan.voiceless[k] and o.number[r] >= 0 and plan.press55[drawn] < more.calls_back
    return more.takes if calls else 0


# -- idle call-takers --------------------------------------------------------------------------------------------------


@inlined
def free(o, floor, s, row, now):
    """The call-taker is idle, or goes home if the shift has ended meanwhile."""
    s.pending -= 1
    r = np.uintp(row)
    o.free[r] = now
    who = np.int64(o.call_taker[r])
    floor.in_hand[who] = NONE
    if floor.on_duty[who]:
        become_idle(floor, s, who, now)


@inlined
def become_idle(floor, s, who, now):
    """Behind those who have been idle for longer, and of one instant by the rota."""
    places = len(floor.idle_who)
    place = s.idle_head + s.idle
    if place >= places:
        place -= places
    for _ in range(s.idle):
        ahead = place - 1 if place else places - 1
        if floor.idle_since[ahead] != now or floor.idle_who[ahead] < who:
            break
        floor.idle_since[place], floor.idle_who[place] = floor.idle_since[ahead], floor.idle_who[ahead]
        place = ahead
    floor.idle_since[place], floor.idle_who[place] = now, who
    s.idle += 1


@inlined
def serve(plan, o, floor, more, s, joined, now):
    """Free call-takers take from the queue: calls to be taken over first, demoted ones last.

    Who has joined while somebody is idle is taken at once, since nobody else waits.
    """
    while s.idle:
        row, left = joined, UNANSWERED
        joined = NONE
        if row < 0 and s.over_head < s.over_tail:
            row, left = take_over(o, floor, s, now)
        if row < 0:
            row = next_waiting(plan, o, floor, more, s, now)
        if row < 0:
            break
        who = floor.idle_who[s.idle_head]
        s.idle -= 1
        s.idle_head = s.idle_head + 1 if s.idle_head + 1 < len(floor.idle_who) else 0
        r = np.uintp(row)
        floor.in_hand[who], o.call_taker[r] = row, who
        talk(o, floor, who, row, left if left >= 0 else answer(plan, o, floor, more, r, left, now), now)


@inlined
def take_over(o, floor, s, now):
    """The next call to be taken over, and the talk that is left."""
    over = floor.over[s.over_head]
    s.over_head += 1
    o.waited_over[over.row] += now - over.since
    return over.row, over.left


@inlined
def next_waiting(plan, o, floor, more, s, now):
    """The next of the queue, or of the demoted, who has not left."""
    while s.queue_head < s.queue_tail or s.low_head < s.low_tail:
        if s.queue_head < s.queue_tail:
            row = np.int64(floor.queue[s.queue_head])
            s.queue_head += 1
        else:
            row = np.int64(floor.low[s.low_head])
            s.low_head += 1
        r = np.uintp(row)
        if not floor.patience_ends and has_left(plan, o, more, r, now):
            s.pending -= 1
        if o.ending[r] != ABANDONED:
            return row
    return NONE


@inlined
def has_left(plan, o, more, r, now):
    """Whether the caller's patience has ended before now, where the end is no event."""
    until = o.arrival[r] + plan.patience[row_of(plan, o, more, r)]
    if until >= now:
        return False
    o.ending[r], o.left[r] = ABANDONED, until
    return True


@inlined
def answer(plan, o, floor, more, r, left, now):
    """A call-taker answers, or goes on after 55 was pressed: how long talk lasts."""
    k, drawn = np.uintp(o.call[r]), row_of(plan, o, more, r)
    if more is None or left == UNANSWERED:
        o.answered[r] = now
    else:
        o.free[r] = -1
    if more is not None:  # noqa: SIM102
        if more.listens and left == UNANSWERED and plan.voiceless[k]:
            if more.machine > 0:
                more.pressed[k] = False
            return more.listen
    known = plan.incident[k] >= 0 and floor.reported[plan.incident[k]]
    return plan.duplicate[drawn] if known else plan.talk[drawn]


@inlined
def talk(o, floor, who, row, lasts, now):
    """Talk goes on until it is due."""
    r = np.uintp(row)
    floor.due[who] = now + lasts
    at(floor.talks, now + lasts, now, rank_of(o, r), (row << 32) + o.handovers[r])


# -- the policy at the door --------------------------------------------------------------------------------------------


@inlined
def watches(gate, number):
    """Whether anything is held against this number: a withheld one only where all of them count as one."""
    return gate.as_one if number < 0 else gate.listed[np.uintp(number)] != ALLOWED


@inlined
def place_of(gate, number):
    """Where a number stands; withheld ones, where they count as one, behind all others."""
    return np.uintp(number if number >= 0 else len(gate.listed) - 1)


@inlined
def number_at(gate, place):
    """The number that stands there; -1 for withheld ones."""
    return np.int64(place) if place < len(gate.listed) - 1 else np.int64(-1)


@inlined
def number_shown(plan, gate, k, who):
    """The call's own number until the person has gone on to another SIM."""
    if gate.turn[who] == 0 or plan.number[k] < 0:
        return np.int64(plan.number[k])
    return plan.own[k] + gate.turn[who] % plan.sims[plan.group[k]]


@inlined
def refuses(plan, o, gate, more, s, r, place, now):
    """The ending of an attempt that the policy keeps from the floor, else OPEN."""
    if more is not None:  # noqa: SIM102
        if more.texts and plan.heeds[o.call[r]]:
            rule = in_force(gate, True, place, now)
            if rule >= 0:
                sanction(plan, o, gate, r, place, gate.actions[rule], rule)
                return DETERRED
    if gate.listed[place] > now:
        rule, action = len(gate.actions), BLOCK
    else:
        rule = in_force(gate, False, place, now)
        if rule < 0:
            return OPEN
        action = gate.actions[rule]
    sanction(plan, o, gate, r, place, action, rule)
    if more is not None:  # noqa: SIM102
        if rule < len(gate.actions) and more.extends[rule]:
            met(o, gate, s, r, place, rule, now)
    if not has(REFUSES, action):
        return OPEN
    answer_back(plan, o, gate, more, r)
    return BLOCKED


@inlined
def in_force(gate, texts, place, now):
    """The first rule whose action, a text or any other, is in force for a number; -1 where there is none."""
    for rule in range(len(gate.actions)):
        record = np.int64(gate.record_of[rule, place]) - 1
        if record >= 0 and gate.records[record].until > now and has(ONLY_WARNS, gate.actions[rule]) == texts:
            return rule
    return -1


@inlined
def sanction(plan, o, gate, r, place, action, rule):
    """The attempt meets an action of a rule; why, if it is of a genuine or enquiring caller."""
    o.action[r], o.rule[r] = action, rule
    k = np.uintp(o.call[r])
    if plan.intent[k] < PRANK:
        o.why[r] = why(plan, o, gate, r, k, place, rule)


@inlined
def why(plan, o, gate, r, k, place, rule):
    """How a genuine caller's number came under the policy."""
    if o.number[r] < 0:
        return WHY_WITHHELD
    listed = rule == len(gate.actions)
    if not listed and gate.records[gate.record_of[rule, place] - 1].innocent:
        return WHY_MISJUDGED if gate.judges[rule] else WHY_OWN
    # Listed before anything happened: an own number was on the list of an earlier owner.
    return WHY_REUSED if plan.route[k] == REUSED or (listed and plan.route[k] == OWN) else WHY_SHARED


@inlined
def met(o, gate, s, r, place, rule, now):
    """An attempt has met this action: it begins anew."""
    record = gate.records[gate.record_of[rule, place] - 1]
    until = now + record.lasts if record.lasts < LATEST else LATEST
    if until > record.until:
        record.until = until
        note(gate, s, o.number[r], rule, now, until)


@inlined
def answer_back(plan, o, gate, more, r):
    """A blocked person gives up for good, or goes on to the next number."""
    drawn, who = row_of(plan, o, more, r), np.uintp(plan.person[o.call[r]])
    if plan.quit[drawn]:
        gate.deterred[who] = True
    elif plan.rotate[drawn]:
        gate.turn[who] += 1


@inlined
def called(plan, o, floor, gate, more, s, r, place, now):
    """A call that reaches the line is a strike of the rules that count calls."""
    for rule in range(len(gate.actions)):
        if more.by_calls[rule]:
            if gate.record_of[rule, place] == 0:
                new_record(gate, s, rule, place)
            strike(plan, o, floor, gate, s, r, place, rule, rule, now)


@inlined
def judge(plan, o, floor, gate, more, s, r, judged, by_machine, now):
    """The verdict is a strike of some rules, once it is reviewed, and clears the strikes of others."""
    place = place_of(gate, o.number[r])
    rules = len(gate.actions)
    for rule in range(rules):
        counts, resets = gate.on[rule, judged], gate.reset_by[rule, judged]
        ladder = resets and gate.resets_ladder[rule]
        if more is not None:
            talked = (o.free[r] if by_machine else now) - o.answered[r] - o.waited_over[r]
            counts = counts and more.longer[rule] < talked < more.shorter[rule]
            resets = resets or (more.consecutive[rule] and not counts)
        if (resets or counts) and gate.record_of[rule, place] == 0:
            new_record(gate, s, rule, place)
        if resets:
            reset(gate.records[gate.record_of[rule, place] - 1], ladder, now)
        if counts:
            strike(plan, o, floor, gate, s, r, place, rule, rules + rule, now)


@inlined
def new_record(gate, s, rule, place):
    """A record of nothing for this rule and number."""
    record = gate.records[s.records]
    record.head, record.tail, record.strikes, record.innocents = -1, -1, 0, 0
    record.until, record.step, record.reset, record.innocent, record.lasts = LONG_AGO, 0, LONG_AGO, 0, 0
    s.records += 1
    gate.record_of[rule, place] = s.records


@inlined
def reset(record, ladder, now):
    """Clear the strikes dated so far, those under review too; a running action is not lifted."""
    record.head, record.tail, record.strikes, record.innocents, record.reset = -1, -1, 0, 0, now
    if ladder:
        record.step = 0


@inlined
def strike(plan, o, floor, gate, s, r, place, rule, order, now):
    """A strike, to take effect once it is reviewed; of one instant in the order of calls, then verdicts, by rule."""
    under_review = gate.reviewed[s.reviewed]
    under_review.rule, under_review.number = rule, np.int64(place)
    under_review.dated, under_review.innocent = now, plan.intent[o.call[r]] < PRANK
    at(floor.effects, now + gate.review[rule], now, rank_of(o, r) * 2 * len(gate.actions) + order, s.reviewed)
    s.reviewed += 1
    s.pending += 1


@inlined
def act(gate, s, record, rule, place, now):
    """The action of a rule starts now, and its ladder is climbed by one."""
    lasts = gate.ladder[rule, min(record.step, gate.ladder.shape[1] - 1)]
    until = LATEST if lasts == LATEST else now + lasts
    # After a reset of the ladder an earlier, longer action may outlast this one; it goes on as it was.
    if until >= record.until:
        record.until, record.lasts = until, lasts
        record.innocent = record.innocents == record.strikes
        note(gate, s, number_at(gate, place), rule, now, until)
    record.step += 1
    record.head, record.tail, record.strikes, record.innocents = -1, -1, 0, 0


@inlined
def note(gate, s, number, rule, begin, end):
    """One more row of Sanctions."""
    row = s.sanctions
    gate.began.number[row], gate.began.rule[row] = number, rule
    gate.began.begin[row], gate.began.end[row] = begin, end
    s.sanctions += 1


# -- the loop ----------------------------------------------------------------------------------------------------------


@inlined
def close(plan, o, floor, more, s):
    """The time to run on is over: who has left where that is no event, and how long calls waited to be taken over."""
    for place in range(s.queue_head, 0 if floor.patience_ends else s.queue_tail):
        has_left(plan, o, more, np.uintp(floor.queue[place]), floor.cut)
    for place in range(s.low_head, 0 if floor.patience_ends else s.low_tail):
        has_left(plan, o, more, np.uintp(floor.low[place]), floor.cut)
    for place in range(s.over_head, s.over_tail):
        o.waited_over[floor.over[place].row] += floor.cut - floor.over[place].since


@compiled(**UNCOUNTED)
def play(plan, o, floor, gate, more, state):  # noqa: C901, PLR0912, PLR0915  # one branch a kind of event
    """Fill the rows of Outcomes and of Sanctions; ``state`` says how many there are, FULL rows if there is no room.

    ``more`` is None where rules block or demote by verdicts alone and silent calls are talked to as any. Numba compiles
    each of the two on its own, when it is first used, and for None leaves out all that stands below ``if more is not
    None``: who does not use it does not wait for it.
    """
    s = state[0]
    while s.pending > 0:
        if s.rows == len(o.call):
            s.rows = FULL
            return
        # The earliest; of one instant, the kinds in the order in which they are asked for.
        change, freeing, talk_end = s.next_change, floor.frees[1].when, floor.talks[1].when
        effect, patience_end, again = floor.effects[1].when, floor.ends[1].when, floor.again[1].when
        now = min(change, freeing, talk_end, effect, patience_end, again, s.next_first)
        if now >= floor.cut:
            break
        heard = freed = lost = joined = call = NONE
        ending, count, cause, by_machine = OPEN, 0, CAUSE_REDIAL, False

        if now == change:
            if floor.change_kind[s.changed] == SHIFT_LEAVES:
                shift_leaves(o, floor, s, now)
            else:
                shift_comes(floor, s, now)
        elif now == freeing:
            freed = take(floor.frees)
        elif now == talk_end:
            heard, freed = end_of_talk(plan, o, floor, more, s, now)
        elif now == effect:
            strike_effective(floor, gate, s, now)
        elif now == patience_end:
            lost, ending = end_of_patience(o, floor, more, s), ABANDONED
        elif now == again:
            what = take(floor.again)
            if what >= 0:
                call, count = what >> 8, what & 0xFF
            elif more is not None:
                r = np.uintp(~what)
                if o.ending[r] != OPEN:  # who hears a message may have left meanwhile
                    continue
                if o.call_taker[r] >= 0 or has(PLAYS_MESSAGE, o.action[r]):
                    heard, lost, joined = end_of_message(plan, o, floor, more, s, ~what, now)
                    by_machine = heard >= 0
                elif pass_back(plan, o, more, ~what, now):
                    call, count, cause = np.int64(o.call[r]), np.int64(o.attempt[r]) + 1, CAUSE_PASSBACK
                else:
                    lost = ~what
                if lost >= 0:
                    ending = more.ending[o.rule[r]]
        else:
            call, count, cause = first_attempt(plan, s), 1, CAUSE_FIRST

        if heard >= 0:
            freed = conclude(plan, o, floor, gate, more, s, heard, by_machine, now)
            lost, ending = heard, ANSWERED
        if call >= 0:
            row = s.rows
            ending, joins = arrive(plan, o, floor, gate, more, s, call, count, cause, now)
            if joins:
                joined = row
            elif ending != OPEN:
                lost = row
        if lost >= 0:
            end(plan, o, floor, more, s, lost, ending, now)
        if freed >= 0:
            free(o, floor, s, freed, now)
        if joined >= 0 and s.idle == 0:
            join_queue(plan, o, floor, more, s, joined, call >= 0, now)
            joined = NONE
        serve(plan, o, floor, more, s, joined, now)
    close(plan, o, floor, more, s)
