"""Calls diverted to another line, worked by hand: kept there, given up, or passed back.

In each the number 7 comes under the action at 1 s, when the talk of a first call ends.
"""

import numpy as np
import pytest

from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import DELAY_SCALE
from simulator.tables.outcomes import Action, Cause, Why
from tests.engines.worked import (
    ABANDONED,
    AGAIN,
    ANSWERED,
    BUSY,
    DIVERTED,
    GENUINE,
    HALF,
    PRANK,
    SILENT,
    Worked,
    calls,
    check,
    then,
)
from tests.plans import divert, floor, policy

ACCEPT, DEMOTE, WARN, CHALLENGE, DIVERT, BLOCK, SMS, *_ = Action
FIRST, REDIAL, PASSBACK = Cause
S = SECOND
ALL, HALF_OF_THEM = {"genuine": 1.0}, {"genuine": 0.5, "prank": 0.5}


OTHER_LINE = [
    Worked(
        "a diverted call takes no line here, and ends when the other line answers and keeps it",
        then(10, 11, intent=PRANK, number=[7, 8]),
        "arrival action queued answered left ending call_taker",
        [
            (0, ACCEPT, 0, 0, 1, ANSWERED, 0),
            (10, DIVERT, -1, -1, 40, DIVERTED, -1),
            (11, ACCEPT, 11, 11, 16, ANSWERED, 0),
        ],
        floor=floor(1),
        policy=policy(divert(30 * S)),
    ),
    Worked(
        "a genuine one is passed back in the instant of the answer: one more attempt, past the policy, no redial",
        then(10, redial=127, attempts=1),
        "call attempt cause arrival action rule why ending answered left",
        [
            (0, 1, FIRST, 0, ACCEPT, -1, Why.NONE, ANSWERED, 0, 1),
            (1, 1, FIRST, 10, DIVERT, 0, Why.SHARED_PHONE, DIVERTED, -1, 40),
            (1, 2, PASSBACK, 40, ACCEPT, -1, Why.NONE, ANSWERED, 40, 45),
        ],
        policy=policy(divert(30 * S, passes_back=ALL)),
    ),
    Worked(
        "whose patience ends as the other line answers is answered; whose ends before has given up",
        then(10, 11, patience=[30, 29]),
        "call attempt arrival ending left",
        [(0, 1, 0, ANSWERED, 1), (1, 1, 10, DIVERTED, 40), (2, 1, 11, DIVERTED, 40), (1, 2, 40, ANSWERED, 45)],
        policy=policy(divert(30 * S, passes_back=ALL)),
    ),
    Worked(
        "a share is passed back: those whose draw is below it",
        then(10, 20, 30, intent=[GENUINE, GENUINE, SILENT], passback=[HALF - 1, HALF, 0]),
        "call attempt arrival left ending",
        [
            *[(0, 1, 0, 1, ANSWERED), (1, 1, 10, 12, DIVERTED), (1, 2, 12, 17, ANSWERED)],
            *[(2, 1, 20, 22, DIVERTED), (3, 1, 30, 32, DIVERTED)],
        ],
        policy=policy(divert(2 * S, passes_back=HALF_OF_THEM)),
    ),
    Worked(
        "an exponential delay is its mean times what was drawn",
        then(100, 200, 300, passback_delay=[DELAY_SCALE * 3 // 2, DELAY_SCALE // 2, 0], patience=15),
        "arrival left ending",
        [
            *[(0, 1, ANSWERED), (100, 115, DIVERTED), (115, 120, ANSWERED), (200, 205, DIVERTED)],
            *[(205, 210, ANSWERED), (300, 300, DIVERTED), (300, 305, ANSWERED)],
        ],
        policy=policy(divert(10 * S, passes_back=ALL, exponential=True)),
    ),
    Worked(
        "patience begins anew with the pass-back",
        then(10, 15, number=[7, 8], talk=[5, 23], patience=[20, NEVER]),
        "call arrival answered ending",
        [(0, 0, 0, ANSWERED), (1, 10, -1, DIVERTED), (2, 15, 15, ANSWERED), (1, 20, 38, ANSWERED)],
        policy=policy(divert(10 * S, passes_back=ALL)),
    ),
    Worked(
        "a call is passed back once only; a redial may be diverted again",
        then(
            10,
            12,
            number=[7, 8],
            talk=[5, 1000],
            patience=[10, NEVER],
            redial=AGAIN["abandoned"],
            redial_delay=5,
            attempts=3,
        ),
        "call attempt cause arrival action left ending",
        [
            (0, 1, FIRST, 0, ACCEPT, 1, ANSWERED),
            (1, 1, FIRST, 10, DIVERT, 15, DIVERTED),
            (2, 1, FIRST, 12, ACCEPT, 1012, ANSWERED),
            (1, 2, PASSBACK, 15, ACCEPT, 25, ABANDONED),
            (1, 3, REDIAL, 30, DIVERT, 35, DIVERTED),
        ],
        policy=policy(divert(5 * S, passes_back=ALL)),
    ),
    Worked(
        "a diverted call that was not passed back is redialled, the delay counted from its end",
        then(10, intent=PRANK, redial=AGAIN["diverted"], redial_delay=5, attempts=2),
        "call attempt cause arrival action left",
        [(0, 1, FIRST, 0, ACCEPT, 1), (1, 1, FIRST, 10, DIVERT, 40), (1, 2, REDIAL, 45, DIVERT, 75)],
        policy=policy(divert(30 * S)),
    ),
    Worked(
        "who gives the other line up may redial as well",
        then(10, patience=12, redial=AGAIN["diverted"], redial_delay=5, attempts=2),
        "call attempt arrival left ending",
        [(0, 1, 0, 1, ANSWERED), (1, 1, 10, 22, DIVERTED), (1, 2, 27, 39, DIVERTED)],
        policy=policy(divert(30 * S, passes_back=ALL)),
    ),
    *(
        Worked(
            f"a call passed back may find all lines busy; a pass-back counts among the attempts ({attempts} in all)",
            then(10, 12, number=[7, 8], talk=[5, 100], redial=AGAIN["busy"], redial_delay=5, attempts=attempts),
            "call attempt cause arrival left ending",
            [
                (0, 1, FIRST, 0, 1, ANSWERED),
                (1, 1, FIRST, 10, 15, DIVERTED),
                (2, 1, FIRST, 12, 112, ANSWERED),
                (1, 2, PASSBACK, 15, 15, BUSY),
                *([(1, 3, REDIAL, 20, 25, DIVERTED)] if attempts == 3 else []),
            ],
            floor=floor(1),
            policy=policy(divert(5 * S, passes_back=ALL)),
        )
        for attempts in (2, 3)
    ),
    Worked(
        "what was drawn for the diverted attempt serves the pass-back; a redial after it has draws of its own",
        calls(
            *(0, 10),
            number=7,
            intent=[SILENT, GENUINE],
            talk=np.array([[1, 0, 0], [5, 6, 7]]),
            tendency=HALF,
            doubt=np.array([[HALF, 0, 0], [0, HALF, HALF]]),
            verdict=PRANK,
            redial=AGAIN["dismissed"],
            redial_delay=5,
            attempts=3,
        ),
        "call attempt cause arrival left verdict action",
        [
            (0, 1, FIRST, 0, 1, SILENT, ACCEPT),
            (1, 1, FIRST, 10, 15, -1, DIVERT),
            (1, 2, PASSBACK, 15, 20, PRANK, ACCEPT),
            (1, 3, REDIAL, 25, 32, GENUINE, ACCEPT),
        ],
        policy=policy(divert(5 * S, "silent", passes_back=ALL, for_=(20 * S,))),
    ),
    Worked(
        "the verdict on a call passed back is a strike like any other",
        then(10, 60, intent=PRANK, talk=1),
        "call arrival action left",
        [(0, 0, ACCEPT, 1), (1, 10, DIVERT, 15), (1, 15, ACCEPT, 16), (2, 60, DIVERT, 65), (2, 65, ACCEPT, 66)],
        policy=policy(divert(5 * S, passes_back={"prank": 1.0}, for_=(50 * S,))),
    ),
    Worked(
        "of one instant a pass-back comes before a redial, and that before a first attempt",
        then(
            *(10, 30, 40),
            number=[7, 8, 9],
            talk=[5, 4, 5],
            first=SILENT,
            tendency=[0, HALF, 0],
            verdict=PRANK,
            redial=AGAIN["dismissed"],
            redial_delay=6,
            attempts=2,
        ),
        "call attempt cause arrival ending",
        [
            *[(0, 1, FIRST, 0, ANSWERED), (1, 1, FIRST, 10, DIVERTED), (2, 1, FIRST, 30, ANSWERED)],
            *[(1, 2, PASSBACK, 40, ANSWERED), (2, 2, REDIAL, 40, BUSY), (3, 1, FIRST, 40, BUSY)],
        ],
        floor=floor(1),
        policy=policy(divert(30 * S, "silent", passes_back=ALL)),
    ),
]


@pytest.mark.parametrize("worked", OTHER_LINE, ids=lambda worked: worked.sentence)
def test_diversion_as_worked_by_hand(worked: Worked) -> None:
    """The rows are those worked by hand, and the laws hold."""
    check(worked)
