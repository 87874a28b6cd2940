"""Small tables written by hand, in seconds, and random ones that need no engine."""

import numpy as np

from simulator.scenario.policy import Intent
from simulator.scenario.units import DAY, HOUR, NEVER, SECOND
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Cause, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing, always

GENUINE, ENQUIRY, PRANK, SILENT = Intent
ATTEMPTS = 3


def calls(rows, *, length=DAY, clock=0, accept=()):
    """Calls from (arrival in s, intent, incident); ``accept``: (call, attempt, seconds)."""
    n = len(rows)
    arrival = np.array([round(row[0] * SECOND) for row in rows], dtype=np.int64)
    delays = np.zeros(n * ATTEMPTS, dtype=np.int64)
    later = n + np.arange(n) * (ATTEMPTS - 1)
    for call, attempt, seconds in accept:
        delays[call if attempt == 1 else later[call] + attempt - 2] = seconds * SECOND
    incidents = [row[2] for row in rows]
    return table(
        arrival, [row[1] for row in rows], incidents, later, delays, length, clock, max(incidents, default=-1) + 1
    )


def table(arrival, intent, incident, later, accept, length, clock, incidents):
    n, m = len(arrival), len(accept)
    zeros, blank = np.zeros(n), np.zeros(m)
    return Calls(
        **dict.fromkeys(("group", "route", "deceives", "tendency", "voiceless", "heeds"), zeros),
        **dict.fromkeys(("person", "number", "own"), np.arange(n)),
        **dict.fromkeys(("talk", "duplicate", "wrap", "doubt", "verdict", "redial", "redial_delay"), blank),
        **dict.fromkeys(("rotate", "quit", "challenge", "passback", "passback_delay", "press55"), blank),
        **dict.fromkeys(("listed", "listed_until"), ()),
        arrival=arrival,
        intent=intent,
        incident=incident,
        later=later,
        accept=accept,
        patience=np.full(m, NEVER),
        attempts=[ATTEMPTS],
        sims=[1],
        first_number=[0],
        groups=("callers",),
        extras=(),
        persons=n,
        numbers=n,
        incidents=incidents,
        length=length,
        clock=clock,
    )


def attempt(
    call, number, at, ending, *, wait=-1, talk=60, wrap=30, verdict=GENUINE, dismissed=False, left=0, why=Why.NONE
):
    """One attempt, times in seconds; ``wait`` of an answered one, ``left`` how long after its arrival another ended."""
    answered = ending == Ending.ANSWERED
    taken = at + wait if answered else -1
    times = (at, taken, taken + talk if answered else -1, taken + talk + wrap if answered else -1)
    arrival, taken, talk_end, free = (time if time == -1 else round(time * SECOND) for time in times)
    ended = talk_end if answered else arrival + left * SECOND
    return {
        "call": call,
        "attempt": number,
        "cause": int(number > 1),
        "number": call,
        "arrival": arrival,
        "action": 0,
        "rule": -1,
        "why": why,
        "ending": ending,
        "dismissed": dismissed,
        "queued": arrival,
        "answered": taken,
        "talk_end": talk_end,
        "free": free,
        "call_taker": 0 if answered else -1,
        "handovers": 0,
        "waited_over": 0,
        "verdict": verdict if answered else -1,
        "left": ended,
    }


def left_to_machine(call, number, at, ending, *, wait, listen, machine, waited=None, talk=0, wrap=0, **more):
    """One silent attempt left to a machine after ``listen`` s; ``waited``: pressed 55, and then waited so long."""
    spoke = listen if waited is None else listen + machine + waited + talk
    row = attempt(call, number, at, ending, wait=wait, talk=spoke, wrap=wrap, verdict=SILENT, **more)
    if waited is None:
        over = {"talk_end": row["talk_end"] + machine * SECOND, "free": row["talk_end"]}
        return row | over | {"left": over["talk_end"]}
    return row | {"handovers": 1, "waited_over": (machine + waited) * SECOND}


def outcomes(*attempts):
    return Outcomes(**{name: [row[name] for row in attempts] for name in Outcomes.DTYPES})


def staffing(*stretches):
    """Duty from (person, on, off) in seconds."""
    person, on, off = zip(*stretches, strict=True)
    return Staffing(
        person=person,
        on=np.array(on) * SECOND,
        off=np.array(off) * SECOND,
        pause=np.zeros(len(person)),
        persons=max(person) + 1,
    )


# One day from 06:00 local time, one call-taker, who goes off duty at 18:00 (43,200 s); T = 15 s.
#   1 genuine, 06:00, answered after 5 s                                                  in time and well
#   2 genuine, 06:01, blocked, redials 30 s later, answered after 2 s (32 s in all)        late: policy
#   3 genuine, 09:00, answered after 4 s and dismissed, redials, answered after 10 s      late: misjudgement
#   4 genuine, 09:01, of the incident of 1, abandons after 40 s                           capacity
#   5 enquiry, 11:33, answered after 20 s                                                 late: capacity
#   6 prank, 11:35, answered at once, taken for genuine: talk 30 s, wrap-up 30 s          in time and well
#   7 silent, 11:36, busy                                                                 capacity
#   8 genuine, 11:38, answered after 1 s and dismissed, redials, is blocked               policy
#   9 enquiry, 17:59:30, answered at once, done 60 s after the end of duty                in time and well
#  10 genuine, 19:00, abandons after 10 s                                                 nobody on duty
#   0 genuine, 100 s before the start (a simulated past): counts only with the 15 s of handling after it
HAND_CALLS = calls(
    [
        *((-100, GENUINE, -1), (10, GENUINE, 0), (100, GENUINE, -1), (10800, GENUINE, -1), (10900, GENUINE, 0)),
        *((20000, ENQUIRY, -1), (20100, PRANK, -1), (20200, SILENT, -1), (20300, GENUINE, -1), (43170, ENQUIRY, -1)),
        (46800, GENUINE, -1),
    ],
    clock=6 * HOUR,
    accept=((1, 1, 120), (2, 2, 60), (3, 2, 30)),
)
HAND_OUTCOMES = outcomes(
    attempt(0, 1, -100, Ending.ANSWERED, wait=5, wrap=50),
    attempt(1, 1, 10, Ending.ANSWERED, wait=5),
    attempt(2, 1, 100, Ending.BLOCKED, why=Why.SHARED_PHONE),
    attempt(2, 2, 130, Ending.ANSWERED, wait=2),
    attempt(3, 1, 10800, Ending.ANSWERED, wait=4, verdict=PRANK, dismissed=True),
    attempt(3, 2, 10900, Ending.ANSWERED, wait=10),
    attempt(4, 1, 10900, Ending.ABANDONED, left=40),
    attempt(5, 1, 20000, Ending.ANSWERED, wait=20, verdict=ENQUIRY),
    attempt(6, 1, 20100, Ending.ANSWERED, wait=0, talk=30),
    attempt(7, 1, 20200, Ending.BUSY),
    attempt(8, 1, 20300, Ending.ANSWERED, wait=1, verdict=SILENT, dismissed=True),
    attempt(8, 2, 20400, Ending.BLOCKED, why=Why.MISJUDGED_EARLIER),
    attempt(9, 1, 43170, Ending.ANSWERED, wait=0, verdict=ENQUIRY),
    attempt(10, 1, 46800, Ending.ABANDONED, left=10),
)
HAND_STAFFING = staffing((0, -3600, 43200))
HAND = (HAND_CALLS, HAND_OUTCOMES, HAND_STAFFING)


def random_tables(seed, n=60, *, days=2, past=False):
    """Calls, outcomes and staffing at random: lawful enough to be counted, though no floor would make them."""
    r = np.random.default_rng(seed)
    length = days * DAY
    arrival = np.sort(r.integers(-2 * HOUR if past else 0, length - 2 * HOUR, n))
    intent, many = r.integers(0, 4, n), r.integers(1, ATTEMPTS + 1, n)
    incident = np.where(intent == GENUINE, r.integers(-1, 5, n), -1)
    accept = r.integers(0, 600 * SECOND, ATTEMPTS * n)
    plan = table(arrival, intent, incident, n + np.arange(n) * 2, accept, length, int(r.integers(0, 7 * DAY)), 5)
    return plan, _outcomes(r, arrival, intent, many), always(2, -2 * HOUR, length - HOUR)


def _outcomes(r, arrival, intent, many):
    call = np.repeat(np.arange(len(many)), many)
    number = np.concatenate([np.arange(1, k + 1) for k in many]) if len(many) else call
    at = arrival[call] + (number - 1) * r.integers(1, 60 * SECOND, len(many))[call]
    order = np.lexsort((number, call, at))
    call, number, at = call[order], number[order], at[order]
    last, legitimate = number == many[call], intent[call] <= ENQUIRY
    ending = r.choice(len(Ending), len(call), p=[0.45, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05])
    ending = np.where(~last & np.isin(ending, (Ending.DETERRED, Ending.OPEN)), Ending.BUSY, ending)
    ending = np.where(~last & ~legitimate & (ending == Ending.ANSWERED), Ending.ABANDONED, ending)
    answered = ending == Ending.ANSWERED
    dismissed = answered & legitimate & (~last | (r.random(len(call)) < 0.2))
    verdict = np.where(dismissed, PRANK, np.where(legitimate, intent[call], r.integers(0, 4, len(call))))
    wait = np.minimum(r.exponential(15 * SECOND, len(call)).astype(np.int64), HOUR)
    talk_end = at + wait + r.integers(1, 300 * SECOND, len(call))
    over, machine = r.random(len(call)) < 0.1, answered & (r.random(len(call)) < 0.1)
    waited = (over * r.random(len(call)) * (talk_end - at - wait)).astype(np.int64)
    taken_over_by_machine = at + wait + waited + (talk_end - at - wait - waited) // 2
    in_talk = (ending == Ending.OPEN) & (r.random(len(call)) < 0.5)
    away = np.isin(ending, (Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED, Ending.DETERRED))
    return Outcomes(
        action=np.zeros(len(call)),
        handovers=answered & over,
        waited_over=np.where(answered, waited, 0),
        call=call,
        attempt=number,
        cause=_causes(call, number, ending),
        number=call,
        arrival=at,
        rule=np.full(len(call), -1),
        why=np.where(away & legitimate, r.integers(0, len(Why), len(call)), Why.NONE),
        ending=ending,
        dismissed=dismissed,
        queued=np.where(answered, at, -1),
        answered=np.where(answered | in_talk, at + wait, -1),
        talk_end=np.where(answered, talk_end, -1),
        free=np.where(answered, np.where(machine, taken_over_by_machine, talk_end + 30 * SECOND), -1),
        call_taker=np.where(answered, r.integers(0, 2, len(call)), -1),
        verdict=np.where(answered, verdict, -1),
        left=np.where(answered, talk_end, at + wait),
    )


def _causes(call, number, ending):
    """First attempts, then redials; every second call was passed back after its first diversion."""
    before = {}
    cause = np.where(number > 1, Cause.REDIAL, Cause.FIRST)
    for row, (c, k) in enumerate(zip(call.tolist(), number.tolist(), strict=True)):
        if k > 1 and c % 2 and ending[before[c]] == Ending.DIVERTED and cause[before[c]] != Cause.PASSBACK:
            cause[row] = Cause.PASSBACK
        before[c] = row
    return cause
