"""What a policy does with calls, worked by hand: messages, last in the queue, texts, and blocks.

In each the number 7 comes under the action at 1 s, when the talk of a first call ends.
"""

import numpy as np
import pytest

from simulator.scenario.units import DAY, NEVER, SECOND
from simulator.tables.outcomes import Action, Cause, Why
from tests.engines.worked import (
    ABANDONED,
    AGAIN,
    ANSWERED,
    BLOCKED,
    BUSY,
    DETERRED,
    DIVERTED,
    GENUINE,
    HALF,
    OPEN,
    PRANK,
    SCREENED,
    SILENT,
    Worked,
    calls,
    check,
    then,
)
from tests.plans import challenge, divert, floor, policy, rule, warn

ACCEPT, DEMOTE, WARN, CHALLENGE, DIVERT, BLOCK, SMS, *_ = Action
FIRST, REDIAL, PASSBACK = Cause
S = SECOND
ALL, HALF_OF_THEM = {"genuine": 1.0}, {"genuine": 0.5, "prank": 0.5}


MESSAGES = [
    Worked(
        "who passes a challenge joins the queue at its end, behind those who wait by then; waiting counts from arrival",
        then(10, 12, 14, number=[7, 8, 9], talk=[5, 10, 5], challenge=[HALF - 1, 0, 0]),
        "arrival action queued answered ending",
        [
            *[(0, ACCEPT, 0, 0, ANSWERED), (10, CHALLENGE, 18, 27, ANSWERED)],
            *[(12, ACCEPT, 12, 12, ANSWERED), (14, ACCEPT, 14, 22, ANSWERED)],
        ],
        policy=policy(challenge(8 * S, passes=HALF_OF_THEM)),
    ),
    Worked(
        "who fails it ends screened at its end; the line is held until then, and free for who calls just then",
        then(10, 17, 18, number=[7, 8, 9], challenge=[HALF, 0, 0]),
        "arrival queued left ending",
        [(0, 0, 1, ANSWERED), (10, -1, 18, SCREENED), (17, -1, 17, BUSY), (18, 18, 23, ANSWERED)],
        floor=floor(1),
        policy=policy(challenge(8 * S, passes=HALF_OF_THEM)),
    ),
    Worked(
        "after a warning the share who leave abandon, and the others join the queue",
        then(10, 20, challenge=[HALF - 1, HALF], redial=AGAIN["abandoned"], redial_delay=100, attempts=2),
        "call attempt arrival action queued left ending",
        [
            *[(0, 1, 0, ACCEPT, 0, 1, ANSWERED), (1, 1, 10, WARN, -1, 18, ABANDONED)],
            *[(2, 1, 20, WARN, 28, 33, ANSWERED), (1, 2, 118, WARN, -1, 126, ABANDONED)],
        ],
        policy=policy(warn(8 * S, leaves=HALF_OF_THEM)),
    ),
    Worked(
        "shares go by what the call is; of those that are not named nobody passes, and nobody leaves",
        then(10, 20, 30, 40, intent=[GENUINE, PRANK, PRANK, GENUINE], number=[7, 7, 8, 8]),
        "arrival action ending",
        [
            *[(0, ACCEPT, ANSWERED), (10, CHALLENGE, ANSWERED), (20, CHALLENGE, SCREENED)],
            *[(30, ACCEPT, ANSWERED), (40, CHALLENGE, ANSWERED)],
        ],
        policy=policy(challenge(8 * S, passes=ALL)),
    ),
    *(
        Worked(
            f"patience that ends {when} is left from there, whether the challenge would be passed or not",
            then(10, 11, 100, patience=[patience, patience, NEVER], challenge=[0, HALF, 0]),
            "arrival queued left ending",
            [
                *[(0, 0, 1, ANSWERED), (10, -1, 10 + patience, ABANDONED), (11, -1, 11 + patience, ABANDONED)],
                (100, 108, 113, ANSWERED),
            ],
            policy=policy(challenge(8 * S, passes=HALF_OF_THEM)),
        )
        for when, patience in (("before the end of a message", 7), ("at its end", 8), ("as it begins", 0))
    ),
    Worked(
        "patience runs on from arrival through the message and the queue",
        then(5, 10, 10, number=[8, 7, 7], talk=[100, 5, 5], patience=[NEVER, 9, 9], challenge=[0, 0, HALF]),
        "arrival queued left ending",
        [(0, 0, 1, ANSWERED), (5, 5, 105, ANSWERED), (10, 18, 19, ABANDONED), (10, -1, 18, SCREENED)],
        policy=policy(challenge(8 * S, passes=HALF_OF_THEM)),
    ),
    Worked(
        "without a free line there is no message",
        then(5, 10, number=[8, 7], talk=[20, 5]),
        "arrival action queued left ending",
        [(0, ACCEPT, 0, 1, ANSWERED), (5, ACCEPT, 5, 25, ANSWERED), (10, CHALLENGE, -1, 10, BUSY)],
        floor=floor(1),
        policy=policy(challenge(8 * S, passes=ALL)),
    ),
    Worked(
        "who was screened may redial, and is challenged anew with another draw",
        calls(
            *(0, 10),
            number=7,
            intent=[PRANK, GENUINE],
            talk=[1, 5],
            challenge=np.array([[0, 0], [HALF, 0]]),
            redial=AGAIN["screened"],
            redial_delay=5,
            attempts=2,
        ),
        "call attempt cause arrival left ending",
        [(0, 1, FIRST, 0, 1, ANSWERED), (1, 1, FIRST, 10, 18, SCREENED), (1, 2, REDIAL, 23, 36, ANSWERED)],
        policy=policy(challenge(8 * S, passes=HALF_OF_THEM)),
    ),
    Worked(
        "of messages that end at one instant the one that began earlier is first, and all before a first attempt",
        calls(
            *(0, 1, 5, 10, 15, 18),
            number=[7, 8, 5, 7, 8, 9],
            intent=[PRANK, SILENT, GENUINE, GENUINE, GENUINE, GENUINE],
            talk=[1, 1, 100, 5, 5, 5],
        ),
        "arrival action queued answered",
        [
            *[(0, ACCEPT, 0, 0), (1, ACCEPT, 1, 1), (5, ACCEPT, 5, 5)],
            *[(10, CHALLENGE, 18, 105), (15, WARN, 18, 110), (18, ACCEPT, 18, 115)],
        ],
        policy=policy(challenge(8 * S, "prank", passes=ALL), warn(3 * S, "silent")),
    ),
    Worked(
        "demoted callers are behind those who come from a message",
        calls(
            *(0, 1, 5, 6, 10),
            number=[7, 8, 5, 7, 8],
            intent=[PRANK, SILENT, GENUINE, GENUINE, GENUINE],
            talk=[1, 1, 100, 5, 5],
        ),
        "arrival action queued answered",
        [(0, ACCEPT, 0, 0), (1, ACCEPT, 1, 1), (5, ACCEPT, 5, 5), (6, DEMOTE, 6, 110), (10, WARN, 18, 105)],
        policy=policy(rule("prank", action="demote"), warn(8 * S, "silent")),
    ),
    Worked(
        "a message that goes on at the cut leaves the attempt open",
        then(10, length=20),
        "arrival action queued left ending",
        [(0, ACCEPT, 0, 1, ANSWERED), (10, WARN, -1, -1, OPEN)],
        policy=policy(warn(2 * DAY)),
    ),
]

TEXTS = [
    Worked(
        "who heeds warnings does not call while one is in force; others do, and nothing is held against their call",
        then(10, 11, 50, 51, heeds=[True, False, True, True], redial=127, attempts=3),
        "arrival action rule why left ending",
        [
            (0, ACCEPT, -1, Why.NONE, 1, ANSWERED),
            (10, SMS, 0, Why.SHARED_PHONE, 10, DETERRED),
            (11, ACCEPT, -1, Why.NONE, 16, ANSWERED),
            (50, SMS, 0, Why.SHARED_PHONE, 50, DETERRED),
            (51, ACCEPT, -1, Why.NONE, 56, ANSWERED),
        ],
        policy=policy(rule(action="sms", for_=(50 * S,))),
    ),
    Worked(
        "a warning goes to the number: from another one the person calls",
        calls(0, 10, 20, person=0, number=[7, 8, 7], intent=PRANK, talk=1, heeds=True),
        "number action ending",
        [(7, ACCEPT, ANSWERED), (8, ACCEPT, ANSWERED), (7, SMS, DETERRED)],
        policy=policy(rule(action="sms")),
    ),
    *(
        Worked(
            f"a warning hides no block, nor a block a warning, with the text as rule {at + 1}",
            then(10, 11, heeds=[True, False]),
            "arrival action rule ending",
            [(0, ACCEPT, -1, ANSWERED), (10, SMS, at, DETERRED), (11, BLOCK, 1 - at, BLOCKED)],
            policy=policy(*(rule(action=("sms", "block")[(index + at) % 2]) for index in range(2))),
        )
        for at in (0, 1)
    ),
]

BLOCKS = [
    *(
        Worked(
            f"a block of 50 from 1, tried at 40 and 89, {'begins anew each time' if extend else 'ends at 51'}",
            then(40, 89, 138, 139),
            "arrival ending",
            [(0, ANSWERED), (40, BLOCKED), *[(t, BLOCKED if extend else ANSWERED) for t in (89, 138)], (139, last)],
            policy=policy(rule(for_=(50 * S,), extend=extend)),
        )
        for extend, last in ((True, BLOCKED), (False, ANSWERED))
    ),
    Worked(
        "an extension runs from the attempt's arrival, and ends just before its time is over",
        then(40, 90, 91),
        "arrival ending",
        [(0, ANSWERED), (40, BLOCKED), (90, ANSWERED), (91, ANSWERED)],
        policy=policy(rule(for_=(50 * S,), extend=True)),
    ),
    Worked(
        "two strikes bring the first block, one brings each later one, which is longer",
        calls(0, 1, 5, 11, 30, 31, 50, 51, number=7, intent=PRANK, talk=0),
        "arrival ending",
        [
            *[(0, ANSWERED), (1, ANSWERED), (5, BLOCKED), (11, ANSWERED), (30, BLOCKED), (31, ANSWERED)],
            *[(50, BLOCKED), (51, ANSWERED)],
        ],
        policy=policy(rule(strikes=[2, 1], for_=(10 * S, 20 * S))),
    ),
    Worked(
        "more than so many calls bring the block from the next attempt on, of the same instant already",
        then(10, 20, 20, intent=GENUINE, talk=1),
        "arrival ending why",
        [(0, ANSWERED, 0), (10, ANSWERED, 0), (20, ANSWERED, 0), (20, BLOCKED, Why.SHARED_PHONE)],
        policy=policy(rule(calls={"more_than": 2, "within": 100 * S})),
    ),
    Worked(
        "a caller's own calls bring it as well",
        calls(0, 10, 20, number=7),
        "arrival ending why",
        [(0, ANSWERED, 0), (10, ANSWERED, 0), (20, BLOCKED, Why.OWN_EARLIER_CALLS)],
        policy=policy(rule(calls={"more_than": 1, "within": 100 * S})),
    ),
    Worked(
        "attempts that find all lines busy count among the calls, those that are blocked do not",
        calls(0, 1, 5, 16, 17, 18, number=7, talk=10),
        "arrival ending",
        [(0, ANSWERED), (1, BUSY), (5, BLOCKED), (16, ANSWERED), (17, BUSY), (18, BLOCKED)],
        floor=floor(1),
        policy=policy(rule(calls={"more_than": 1, "within": 20 * S}, for_=(15 * S,))),
    ),
    Worked(
        "nor do those that are diverted, nor their pass-backs",
        calls(0, 1, 5, 16, 17, 18, number=7),
        "call attempt arrival ending",
        [
            *[(0, 1, 0, ANSWERED), (1, 1, 1, ANSWERED), (2, 1, 5, DIVERTED), (2, 2, 6, ANSWERED)],
            *[(3, 1, 16, ANSWERED), (4, 1, 17, ANSWERED), (5, 1, 18, DIVERTED), (5, 2, 19, ANSWERED)],
        ],
        policy=policy(divert(S, calls={"more_than": 1, "within": 20 * S}, passes_back=ALL, for_=(15 * S,))),
    ),
    Worked(
        "nor those of who heeds a warning; those who hear a message do",
        calls(0, 1, 5, 6, 7, number=7, heeds=[False, False, True, False, False]),
        "arrival action ending",
        [(0, ACCEPT, ANSWERED), (1, ACCEPT, ANSWERED), (5, SMS, DETERRED), (6, WARN, ANSWERED), (7, BLOCK, BLOCKED)],
        policy=policy(
            rule(calls={"more_than": 1, "within": 100 * S}, action="sms"),
            rule(calls={"more_than": 2, "within": 100 * S}),
            warn(8 * S, calls={"more_than": 1, "within": 100 * S}),
        ),
    ),
]


@pytest.mark.parametrize("worked", [*MESSAGES, *TEXTS, *BLOCKS], ids=lambda worked: worked.sentence)
def test_actions_as_worked_by_hand(worked: Worked) -> None:
    """The rows are those worked by hand, and the laws hold."""
    check(worked)
