"""Callers and verdicts worked by hand: redials, SIM cards, giving up, dismissal, acceptance, and why."""

import numpy as np
import pytest

from simulator.scenario.units import NEVER
from simulator.tables.calls import DOUBT_SCALE, OWN, REUSED, SHARED
from simulator.tables.outcomes import Why
from tests.engines.worked import (
    ABANDONED,
    AGAIN,
    ANSWERED,
    BLOCKED,
    DETERRED,
    ENQUIRY,
    GENUINE,
    PRANK,
    SILENT,
    TWO,
    Worked,
    calls,
    check,
)
from tests.plans import floor, policy, rule, staff

AGAIN_AND_AGAIN = [
    Worked(
        "a redial is counted from the ending, up to the attempts allowed",
        calls(0, patience=5, redial=AGAIN["abandoned"], redial_delay=7, attempts=3),
        "attempt arrival left ending",
        [(1, 0, 5, ABANDONED), (2, 12, 17, ABANDONED), (3, 24, 29, ABANDONED)],
        staff(persons=1),
    ),
    Worked(
        "only the endings named are redialled",
        calls(0, 1, talk=10, patience=[NEVER, 3], redial=AGAIN["busy"], attempts=3),
        "call attempt ending",
        [(0, 1, ANSWERED), (1, 1, ABANDONED)],
    ),
    Worked(
        "a caller taken for a prank is dismissed, and may call again; each attempt has draws of its own",
        calls(
            0,
            talk=np.array([[10, 20]]),
            tendency=DOUBT_SCALE // 2,
            doubt=np.array([[0, DOUBT_SCALE // 2]]),
            verdict=PRANK,
            redial=AGAIN["dismissed"],
            redial_delay=5,
            attempts=2,
        ),
        "attempt arrival talk_end verdict dismissed ending",
        [(1, 0, 10, PRANK, True, ANSWERED), (2, 15, 35, GENUINE, False, ANSWERED)],
    ),
    Worked(
        "a prankster taken for one is not dismissed, and a prank that deceives is taken for genuine",
        calls(0, 1, intent=PRANK, deceives=[False, True], redial=AGAIN["dismissed"], attempts=3),
        "verdict dismissed",
        [(PRANK, False), (GENUINE, False)],
    ),
    Worked(
        "a blocked person goes on to the next SIM, round and round, also on later calls",
        calls(
            *(0, 1, 5, 6, 7, 8),
            intent=PRANK,
            number=[20, 20, 20, 20, 9, 20],
            own=[20, 20, 20, 20, 20, 20],
            person=[0, 0, 0, 0, 1, 0],
            rotate=True,
            sims=2,
            redial=[0, AGAIN["blocked"], 0, 0, 0, 0],
            redial_delay=1,
            attempts=2,
        ),
        "call attempt number ending",
        [
            *[(0, 1, 20, ANSWERED), (1, 1, 20, BLOCKED), (1, 2, 21, ANSWERED), (2, 1, 21, BLOCKED)],
            *[(3, 1, 20, BLOCKED), (4, 1, 9, ANSWERED), (5, 1, 21, BLOCKED)],
        ],
        policy=policy(rule()),
    ),
    Worked(
        "who gives up when blocked never calls again: planned calls and redials end deterred",
        calls(
            *(0, 1, 2, 3),
            intent=[PRANK, GENUINE, GENUINE, GENUINE],
            number=[7, 7, 8, 9],
            person=[0, 1, 1, 2],
            quit=True,
            redial=AGAIN["blocked"],
            redial_delay=5,
            attempts=2,
        ),
        "call attempt arrival ending why",
        [
            *[(0, 1, 0, ANSWERED, Why.NONE), (1, 1, 1, BLOCKED, Why.SHARED_PHONE), (2, 1, 2, DETERRED, Why.NONE)],
            *[(3, 1, 3, ANSWERED, Why.NONE), (1, 2, 6, DETERRED, Why.NONE)],
        ],
        policy=policy(rule()),
    ),
]

VERDICTS = [
    Worked(
        "attended acceptance of genuine calls keeps the call-taker until the agency accepts, if wrap-up is not longer",
        calls(0, 100, 200, talk=10, wrap=[5, 50, 5], accept=20, intent=[GENUINE, GENUINE, ENQUIRY]),
        "talk_end free",
        [(10, 30), (110, 160), (210, 215)],
        floor=floor(attended=True),
    ),
    Worked(
        "in the background acceptance takes nobody's time",
        calls(0, talk=10, wrap=5, accept=20),
        "talk_end free",
        [(10, 15)],
    ),
    Worked(
        "once a report was judged genuine later ones are told to be duplicates; another incident is not",
        calls(0, 5, 10, 11, talk=10, duplicate=3, incident=[0, 0, 0, 1]),
        "answered talk_end",
        [(0, 10), (5, 15), (10, 13), (13, 23)],
        TWO,
    ),
    Worked(
        "a report dismissed leaves its incident unknown",
        calls(0, 20, talk=10, duplicate=3, incident=0, tendency=[DOUBT_SCALE, 0], verdict=SILENT),
        "talk_end dismissed",
        [(10, True), (30, False)],
    ),
    Worked(
        "why a genuine caller is turned away",
        calls(
            *(0, 0, 0, 10, 11, 12, 13),
            intent=[PRANK, GENUINE, PRANK, GENUINE, ENQUIRY, GENUINE, PRANK],
            number=[1, 2, -1, 1, 2, -1, 1],
            route=[OWN, OWN, OWN, SHARED, OWN, OWN, OWN],
            tendency=[0, DOUBT_SCALE, 0, 0, 0, 0, 0],
            verdict=PRANK,
        ),
        "ending why",
        [
            *[(ANSWERED, Why.NONE)] * 3,
            *[(BLOCKED, Why.SHARED_PHONE), (BLOCKED, Why.MISJUDGED_EARLIER), (BLOCKED, Why.WITHHELD_AS_ONE)],
            (BLOCKED, Why.NONE),
        ],
        policy=policy(rule(), as_one=True),
    ),
    Worked(
        "a reused number, and one on the list at the start: rule one past the last",
        calls(
            0, 10, 20, intent=[PRANK, GENUINE, GENUINE], number=[1, 1, 5], route=[OWN, REUSED, REUSED], listed={5: 30}
        ),
        "ending why rule",
        [(ANSWERED, Why.NONE, -1), (BLOCKED, Why.REUSED_NUMBER, 0), (BLOCKED, Why.REUSED_NUMBER, 1)],
        policy=policy(rule()),
    ),
    Worked(
        "withheld calls are let through and collect no strikes",
        calls(0, 1, 2, intent=PRANK, number=-1),
        "ending action",
        [(ANSWERED, 0)] * 3,
        policy=policy(rule()),
    ),
    Worked(
        "a demoted caller's row names the action, the rule and why, also when answered",
        calls(0, 1, intent=[PRANK, GENUINE], number=4),
        "ending action rule why",
        [(ANSWERED, 0, -1, Why.NONE), (ANSWERED, 1, 0, Why.SHARED_PHONE)],
        policy=policy(rule(action="demote")),
    ),
]


@pytest.mark.parametrize("worked", [*AGAIN_AND_AGAIN, *VERDICTS], ids=lambda worked: worked.sentence)
def test_the_floor_as_worked_by_hand(worked: Worked) -> None:
    """The rows are those worked by hand, and the laws hold."""
    check(worked)
