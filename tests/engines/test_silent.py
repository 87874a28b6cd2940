"""Where nobody speaks, worked by hand: listening, the machine (press 55), calling back, and the verdict."""

from typing import Any

import numpy as np
import pytest

from simulator.scenario.policy import INTENTS
from simulator.scenario.units import DAY, NEVER, SECOND
from tests.engines.worked import (
    AGAIN,
    ANSWERED,
    BLOCKED,
    BUSY,
    ENQUIRY,
    GENUINE,
    HALF,
    OPEN,
    PRANK,
    SILENT,
    TWO,
    Worked,
    calls,
    check,
)
from tests.plans import floor, policy, rule, staff

S = SECOND
LISTEN: dict[str, Any] = {"listen": 3 * S}
MACHINE: dict[str, Any] = {**LISTEN, "machine": {"length": 30 * S, "presses": {"genuine": 0.5, "prank": 0.5}}}
BACK: dict[str, Any] = {**LISTEN, "call_back": {"share": 0.5, "takes": 74 * S}}
CUT = DAY // S + 1
"""When a run of one second is cut off."""

LISTENING = [
    Worked(
        "call-takers listen for so long in place of the drawn talk where nobody speaks; wrap-up follows",
        calls(0, 100, voiceless=[True, False], intent=SILENT, talk=60, wrap=5),
        "answered talk_end free verdict",
        [(0, 3, 8, SILENT), (100, 160, 165, SILENT)],
        floor=floor(silent=LISTEN),
    ),
    Worked(
        "without a procedure they talk as drawn",
        calls(0, voiceless=True, talk=60, wrap=5),
        "answered talk_end free",
        [(0, 60, 65)],
    ),
    Worked(
        "of a known incident they listen as long as of any other",
        calls(0, 100, incident=0, voiceless=[False, True], talk=60, duplicate=20),
        "talk_end",
        [(60,), (103,)],
        floor=floor(silent=LISTEN),
    ),
    Worked(
        "a call handed over while they listened is listened to for the rest",
        calls(0, voiceless=True, talk=60),
        "answered talk_end free call_taker handovers waited_over",
        [(0, 11, 11, 1, 1, 8)],
        staff((0, 0, 2, False), (1, 10, 100, False)),
        floor(hand_over=True, silent=LISTEN),
    ),
]

MACHINES = [
    Worked(
        "then a machine holds the line, the call-taker is free at once, without wrap-up; at its end the call is over",
        calls(0, 1, 20, 33, voiceless=[True, False, False, False], talk=[60, 25, 5, 5], wrap=2, press55=HALF),
        "answered talk_end free left ending call_taker handovers",
        [
            (0, 33, 3, 33, ANSWERED, 0, 0),
            (3, 28, 30, 28, ANSWERED, 0, 0),
            (-1, -1, -1, 20, BUSY, -1, 0),
            (33, 38, 40, 38, ANSWERED, 0, 0),
        ],
        floor=floor(2, silent=MACHINE),
    ),
    Worked(
        "who presses 55 waits ahead of the queue, is not abandoned, and talks for what was drawn",
        calls(0, 1, 5, voiceless=[True, False, False], talk=[10, 40, 5], wrap=[2, 0, 0], patience=[35, NEVER, NEVER]),
        "answered talk_end free call_taker handovers waited_over verdict ending",
        [
            (0, 53, 55, 0, 1, 40, GENUINE, ANSWERED),
            (3, 43, 43, 0, 0, 0, GENUINE, ANSWERED),
            (55, 60, 60, 0, 0, 0, GENUINE, ANSWERED),
        ],
        floor=floor(silent=MACHINE),
    ),
    Worked(
        "and with somebody idle is answered at once, by who has been idle longest",
        calls(0, voiceless=True, talk=10),
        "answered talk_end call_taker handovers waited_over",
        [(0, 43, 1, 1, 30)],
        TWO,
        floor(silent=MACHINE),
    ),
    Worked(
        "of a known incident the talk after 55 is a duplicate's",
        calls(0, 1, incident=0, voiceless=[True, False], talk=60, duplicate=20),
        "answered talk_end",
        [(0, 83), (3, 63)],
        floor=floor(silent=MACHINE),
    ),
    Worked(
        "whose call is with the machine has no patience left to lose",
        calls(0, voiceless=True, talk=10, patience=5, press55=HALF),
        "talk_end ending",
        [(33, ANSWERED)],
        floor=floor(silent=MACHINE),
    ),
    Worked(
        "a call-taker who is free as the machine ends takes from the queue before",
        calls(0, 1, 5, voiceless=[True, False, False], talk=[10, 30, 5]),
        "answered talk_end waited_over",
        [(0, 48, 35), (3, 33, 0), (33, 38, 0)],
        floor=floor(silent=MACHINE),
    ),
    Worked(
        "who has pressed 55 and calls handed over wait in one order, ahead of the queue",
        calls(0, 4, 5, voiceless=[True, False, False], talk=[10, 100, 5]),
        "answered talk_end call_taker handovers waited_over",
        [(0, 146, 1, 1, 133), (4, 136, 1, 1, 30 + 2), (146, 151, 1, 0, 0)],
        staff((0, 0, 20, False), (1, 52, 1000, False)),
        floor(hand_over=True, silent=MACHINE),
    ),
    Worked(
        "a call handed over while they listened may still press 55, for whoever is there",
        calls(0, voiceless=True, talk=10, wrap=4),
        "answered talk_end free call_taker handovers waited_over",
        [(0, 51, 55, 1, 2, 8 + 30)],
        staff((0, 0, 2, False), (1, 10, 100, False)),
        floor(hand_over=True, silent=MACHINE),
    ),
    Worked(
        "the call-taker who left it to the machine may have gone home meanwhile",
        calls(0, voiceless=True, talk=10),
        "talk_end call_taker handovers waited_over",
        [(60, 1, 1, 47)],
        staff((0, 0, 20, False), (1, 50, 100, False)),
        floor(silent=MACHINE),
    ),
    Worked(
        "a call that is with the machine at the cut is open, the call-taker free long since",
        calls(0, voiceless=True, length=1),
        "answered talk_end free left verdict ending",
        [(0, -1, 3, -1, -1, OPEN)],
        floor=floor(silent={**LISTEN, "machine": {"length": 2 * DAY, "presses": {}}}),
    ),
    Worked(
        "who has pressed 55 and is not answered before the cut is open, and has waited until then",
        calls(0, voiceless=True, length=1),
        "talk_end free handovers waited_over verdict ending",
        [(-1, 3, 1, CUT - 3, -1, OPEN)],
        staff((0, 0, 10, False)),
        floor(silent=MACHINE),
    ),
    Worked(
        "a redial of one who pressed 55 and was dismissed is listened to again",
        calls(
            0,
            voiceless=True,
            talk=10,
            press55=np.array([[0, HALF]]),
            tendency=HALF,
            doubt=np.array([[0, HALF]]),
            verdict=PRANK,
            redial=AGAIN["dismissed"],
            redial_delay=5,
            attempts=2,
        ),
        "attempt arrival free talk_end verdict dismissed",
        [(1, 0, 43, 43, PRANK, True), (2, 48, 51, 81, SILENT, True)],
        floor=floor(silent=MACHINE),
    ),
    Worked(
        "the verdict, and its strike, fall at the machine's end",
        calls(0, 32, 33, number=7, voiceless=[True, False, False], press55=HALF, intent=[SILENT, GENUINE, GENUINE]),
        "arrival ending",
        [(0, ANSWERED), (32, ANSWERED), (33, BLOCKED)],
        floor=floor(silent=MACHINE),
        policy=policy(rule("silent")),
    ),
    *(
        Worked(
            f"talk with a rule is the call-takers' alone: listening{said}",
            calls(0, 100, number=7, voiceless=[True, False], press55=drawn, talk=10),
            "talk_end ending",
            [(end, ANSWERED), (-1, BLOCKED) if short else (110, ANSWERED)],
            floor=floor(silent=MACHINE),
            policy=policy(rule(talk={"shorter_than": 13 * S})),
        )
        for said, drawn, end, short in (
            (", without the machine", HALF, 33, True),
            (" and what follows 55", 0, 43, False),
        )
    ),
]

CALL_BACKS = [
    Worked(
        "for a share of the calls wrap-up is longer by the call back, of those that showed a number; the line is free",
        calls(
            *(0, 1000, 2000, 3000),
            voiceless=[True, True, True, False],
            press55=[HALF - 1, HALF, 0, 0],
            number=[1, 2, -1, 3],
            intent=SILENT,
            talk=60,
            wrap=5,
        ),
        "talk_end left free verdict",
        [(3, 3, 82, SILENT), (1003, 1003, 1008, SILENT), (2003, 2003, 2008, SILENT), (3060, 3060, 3065, SILENT)],
        floor=floor(1, silent=BACK),
    ),
    Worked(
        "with a ticket to attend the call-taker is free after both",
        calls(0, 1000, voiceless=True, tendency=HALF, verdict=GENUINE, intent=SILENT, wrap=5, accept=[50, 100]),
        "talk_end free verdict",
        [(3, 82, GENUINE), (1003, 1103, GENUINE)],
        floor=floor(attended=True, silent=BACK),
    ),
]

MIXED = {"intent": [GENUINE, ENQUIRY, PRANK, SILENT, PRANK, GENUINE], "deceives": [False] * 4 + [True, False]}
ERRS = {"tendency": [0] * 5 + [HALF], "verdict": PRANK}
"""One of each intent, a prank that would deceive, and a genuine caller who is taken for a prank."""
UNHEARD = [(SILENT, True), (SILENT, True), (SILENT, False), (SILENT, False), (SILENT, False), (PRANK, True)]
HEARD = [(GENUINE, False), (ENQUIRY, False), (PRANK, False), (SILENT, False), (GENUINE, False), (PRANK, True)]

VERDICTS = [
    Worked(
        f"where nobody speaks the call is silent, a genuine or enquiring caller dismissed ({said})",
        calls(*range(0, 6000, 1000), voiceless=True, press55=HALF, **MIXED, **ERRS),
        "verdict dismissed",
        UNHEARD,
        floor=floor(silent=silent),
    )
    for said, silent in (("no procedure", None), ("listening", LISTEN), ("machine", MACHINE), ("call back", BACK))
] + [
    Worked(
        "who speaks is taken for what the call is, deceives, or is misjudged, whatever the procedure",
        calls(*range(0, 6000, 1000), **MIXED, **ERRS),
        "verdict dismissed",
        HEARD,
        floor=floor(silent=MACHINE),
    ),
    Worked(
        "and so is who presses 55",
        calls(*range(0, 6000, 1000), voiceless=True, **MIXED, **ERRS),
        "verdict dismissed",
        HEARD,
        floor=floor(silent={**LISTEN, "machine": {"length": 30 * S, "presses": dict.fromkeys(INTENTS, 1.0)}}),
    ),
    Worked(
        "a share press 55 by what their call is; of those that are not named nobody does",
        calls(
            0,
            1000,
            2000,
            3000,
            voiceless=True,
            intent=[GENUINE, GENUINE, ENQUIRY, PRANK],
            press55=[HALF - 1, HALF, 0, 0],
        ),
        "handovers verdict",
        [(1, GENUINE), (0, SILENT), (0, SILENT), (1, PRANK)],
        floor=floor(silent=MACHINE),
    ),
]


@pytest.mark.parametrize("worked", [*LISTENING, *MACHINES, *CALL_BACKS, *VERDICTS], ids=lambda worked: worked.sentence)
def test_silent_calls_as_worked_by_hand(worked: Worked) -> None:
    """The rows are those worked by hand, and the laws hold."""
    check(worked)
