"""Shifts worked by hand: who leaves, who comes, and who goes on with the call."""

import numpy as np
import pytest

from simulator.engines.simulate import simulate
from simulator.scenario.units import DAY, NEVER, SECOND
from simulator.tables.staffing import always
from tests.engines.worked import ABANDONED, ANSWERED, BUSY, Worked, calls, check
from tests.plans import floor, plan, rows, staff

SHIFTS = [
    Worked(
        "finish: the leaver ends the call and takes no more; the newcomer is not occupied by it",
        calls(5, 12, 13, talk=10, wrap=1),
        "answered talk_end free call_taker handovers",
        [(5, 15, 16, 0, 0), (12, 22, 23, 1, 0), (23, 33, 34, 1, 0)],
        staff((0, 0, 10, False), (1, 10, 100, False)),
    ),
    Worked(
        "hand over: an arriver takes the remaining talk; the call's wrap-up is the arriver's",
        calls(5, 12, talk=10, wrap=1),
        "answered talk_end free call_taker handovers waited_over",
        [(5, 15, 16, 1, 1, 0), (16, 26, 27, 1, 0, 0)],
        staff((0, 0, 10, False), (1, 10, 100, False)),
        floor(hand_over=True),
    ),
    Worked(
        "hand over to whoever is there: with a colleague idle the call does not wait for the newcomers",
        calls(5, talk=10),
        "answered talk_end call_taker handovers waited_over",
        [(5, 15, 1, 1, 0)],
        staff((0, 0, 10, False), (1, 0, 100, False), (2, 10, 100, False)),
        floor(hand_over=True),
    ),
    Worked(
        "with nobody free a handed-over call waits ahead of the queue, on its trunk, whatever its patience",
        calls(5, 6, 7, 12, talk=10, patience=[1, NEVER, NEVER, NEVER]),
        "answered talk_end call_taker handovers waited_over ending",
        [
            (5, 35, 1, 1, 20, ANSWERED),
            (35, 45, 1, 0, 0, ANSWERED),
            (45, 55, 1, 0, 0, ANSWERED),
            (-1, -1, -1, 0, 0, BUSY),
        ],
        staff((0, 0, 10, False), (1, 30, 100, False)),
        floor(3, hand_over=True),
    ),
    Worked(
        "of calls handed over together the lower call-taker's goes first; one handed over again waits behind others",
        calls(5, 6, talk=20),
        "answered talk_end call_taker handovers waited_over",
        [(5, 29, 2, 2, 4), (6, 36, 3, 1, 10)],
        staff((0, 0, 10, False), (1, 0, 10, False), (2, 10, 20, False), (3, 20, 100, False), (2, 24, 100, False)),
        floor(hand_over=True),
    ),
    Worked(
        "a call whose talk ends with the shift is not handed over",
        calls(5, 5, talk=5),
        "talk_end call_taker handovers",
        [(10, 0, 0), (15, 1, 0)],
        staff((0, 0, 10, False), (1, 10, 100, False)),
        floor(hand_over=True),
    ),
    Worked(
        "wrap-up is finished by its owner, who takes no more",
        calls(5, 12, talk=2, wrap=10),
        "talk_end free call_taker handovers",
        [(7, 17, 0, 0), (14, 24, 1, 0)],
        staff((0, 0, 10, False), (1, 10, 100, False)),
        floor(hand_over=True),
    ),
    Worked(
        "a break starts after the call and ends on time; to begin one no call is handed over",
        calls(5, 14, 21, talk=10),
        "answered talk_end call_taker handovers",
        [(5, 15, 0, 0), (20, 30, 0, 0), (30, 40, 0, 0)],
        staff((0, 0, 10, True), (0, 20, 100, False)),
        floor(hand_over=True),
    ),
    Worked(
        "who is back from a break while still finishing goes on as if there had been none",
        calls(5, 6, talk=20),
        "answered talk_end call_taker",
        [(5, 25, 0), (25, 45, 0)],
        staff((0, 0, 10, True), (0, 20, 100, False)),
    ),
    Worked(
        "arrivers answer who has waited for somebody to come",
        calls(1, 2, 3, talk=10, patience=[NEVER, 4, NEVER]),
        "answered left ending call_taker",
        [(8, 18, ANSWERED, 0), (-1, 6, ABANDONED, -1), (8, 18, ANSWERED, 1)],
        staff((0, 8, 100, False), (1, 8, 100, False)),
    ),
]


@pytest.mark.parametrize("worked", SHIFTS, ids=lambda worked: worked.sentence)
def test_the_floor_as_worked_by_hand(worked: Worked) -> None:
    """The rows are those worked by hand, and the laws hold."""
    check(worked)


def test_hand_over_to_a_shift_of_the_same_size_changes_no_callers_lot() -> None:
    """Persons of one shift for another at every change: callers meet what they meet when the first never leave."""
    rng = np.random.default_rng(3)
    busy = plan(np.sort(rng.integers(0, 40_000, 2_000)), unit=SECOND, talk=rng.integers(0, 40, 2_000), patience=60)
    hours = range(0, 3 * 86_400, 600)
    rota = staff(*((2 * (k % 2) + p, hour, hour + 600, False) for k, hour in enumerate(hours) for p in (0, 1)))
    lot = ("call", "ending", "queued", "answered", "talk_end", "left", "waited_over")
    handed = simulate(busy, rota, floor(5, hand_over=True))
    assert (handed.handovers > 0).sum() > 50
    assert rows(handed, *lot) == rows(simulate(busy, always(2, 0, 3 * DAY), floor(5)), *lot)
