"""The call floor worked by hand: trunks, queue, call-takers, ties of one instant, and the end of a run."""

import numpy as np
import pytest

from simulator.engines.simulate import simulate
from simulator.scenario.units import DAY, NEVER, SECOND
from simulator.tables.laws import broken_laws
from simulator.tables.staffing import always
from tests.engines.worked import ABANDONED, AGAIN, ANSWERED, BLOCKED, BUSY, ONE, OPEN, PRANK, TWO, Worked, calls, check
from tests.plans import floor, plan, policy, rule, staff

DAILY = [
    Worked(
        "one call is answered at once; the call-taker is free after wrap-up, the caller gone before",
        calls(5, talk=60, wrap=30),
        "queued answered talk_end free left ending call_taker",
        [(5, 5, 65, 95, 65, ANSWERED, 0)],
    ),
    Worked(
        "no talk and no wrap-up is a call all the same",
        calls(5, 5),
        "answered free ending",
        [(5, 5, ANSWERED), (5, 5, ANSWERED)],
    ),
    Worked(
        "first come, first served",
        calls(0, 1, 2, talk=10),
        "answered left",
        [(0, 10), (10, 20), (20, 30)],
    ),
    Worked(
        "patience runs from arrival and ends in the queue only",
        calls(0, 1, 2, talk=10, patience=[5, 8, 30]),
        "answered left ending",
        [(0, 10, ANSWERED), (-1, 9, ABANDONED), (10, 20, ANSWERED)],
    ),
    Worked(
        "wrap-up keeps the call-taker, not the trunk",
        calls(0, 10, 10, talk=10, wrap=5),
        "answered ending",
        [(0, ANSWERED), (15, ANSWERED), (-1, BUSY)],
        floor=floor(1),
    ),
    Worked(
        "with one trunk only one caller is connected, waiting or talking",
        calls(0, 1, 9, 10, talk=10),
        "queued ending left",
        [(0, ANSWERED, 10), (-1, BUSY, 1), (-1, BUSY, 9), (10, ANSWERED, 20)],
        TWO,
        floor(1),
    ),
    Worked(
        "the call-taker idle longest answers",
        calls(0, 1, 20, 21, talk=[5, 1, 1, 1]),
        "answered call_taker",
        [(0, 0), (1, 1), (20, 1), (21, 0)],
        TWO,
    ),
    Worked(
        "of call-takers idle equally long the lower index answers",
        calls(0, 0, 10, 10, talk=5),
        "call_taker",
        [(0,), (1,), (0,), (1,)],
        TWO,
    ),
    Worked(
        "nobody on duty: callers wait out their patience or are cut a day after the length",
        calls(0, 1, patience=[30, NEVER]),
        "queued answered left ending",
        [(0, -1, 30, ABANDONED), (1, -1, -1, OPEN)],
        staff(persons=2),
    ),
    Worked(
        "demoted callers queue behind all others, in their own order",
        calls(0, 2, 10, 11, 12, 13, talk=[1, 20, 5, 5, 5, 5], number=[7, 1, 7, 2, 7, 3], intent=[2, 0, 0, 0, 0, 0]),
        "number answered",
        [(7, 0), (1, 2), (7, 32), (2, 22), (7, 37), (3, 27)],
        policy=policy(rule(action="demote")),
    ),
]

TIES = [
    Worked(
        "a call-taker who is free the moment patience ends answers",
        calls(0, 1, talk=8, wrap=2, patience=[NEVER, 9]),
        "answered ending",
        [(0, ANSWERED), (10, ANSWERED)],
    ),
    Worked(
        "talk that ends the moment patience ends is in time too",
        calls(0, 1, talk=10, patience=[NEVER, 9]),
        "answered ending",
        [(0, ANSWERED), (10, ANSWERED)],
    ),
    Worked(
        "who hangs up as another calls leaves a free trunk",
        calls(0, 5, talk=3, patience=[5, NEVER]),
        "queued ending left",
        [(0, ABANDONED, 5), (5, OPEN, -1)],
        staff(persons=1),
        floor(1),
    ),
    Worked(
        "the end of talk frees the trunk for who calls just then",
        calls(0, 10, talk=10),
        "queued answered",
        [(0, 0), (10, 10)],
        floor=floor(1),
    ),
    Worked(
        "a shift that leaves at 10 takes no call of that instant, one that comes then takes it",
        calls(10, 10, talk=5),
        "answered call_taker",
        [(10, 1), (15, 1)],
        staff((0, 0, 10, False), (1, 10, 100, False)),
    ),
    Worked(
        "a redial comes before a first attempt of the same instant",
        calls(0, 1, 10, talk=[10, 10, 10], redial=AGAIN["busy"], redial_delay=9, attempts=2),
        "call attempt arrival ending",
        [(0, 1, 0, ANSWERED), (1, 1, 1, BUSY), (1, 2, 10, ANSWERED), (2, 1, 10, BUSY), (2, 2, 19, BUSY)],
        floor=floor(1),
    ),
    Worked(
        "first attempts of one instant go by their place in the table",
        calls(0, 0, 0, talk=10),
        "call answered ending",
        [(0, 0, ANSWERED), (1, 10, ANSWERED), (2, -1, BUSY)],
        floor=floor(2),
    ),
    Worked(
        "without patience a caller is answered at once or not at all, and holds no trunk meanwhile",
        calls(0, 0, 0, talk=10, patience=0),
        "answered left ending",
        [(0, 10, ANSWERED), (-1, 0, ABANDONED), (-1, 0, ABANDONED)],
        floor=floor(2),
    ),
    Worked(
        "a strike counts for who calls the moment it falls",
        calls(0, 10, talk=10, number=7, intent=PRANK),
        "ending",
        [(ANSWERED,), (BLOCKED,)],
        policy=policy(rule()),
    ),
    Worked(
        "a block ends just before its time is over",
        calls(0, 109, 110, talk=10, number=7, intent=PRANK),
        "ending",
        [(ANSWERED,), (BLOCKED,), (ANSWERED,)],
        policy=policy(rule(for_=(100 * SECOND,))),
    ),
    Worked(
        "redials of one instant go by the time they were planned, then by call",
        calls(0, 1, 2, talk=[10, 10, 10], redial=AGAIN["busy"], redial_delay=[0, 19, 18], attempts=2),
        "call attempt arrival ending",
        [(0, 1, 0, ANSWERED), (1, 1, 1, BUSY), (2, 1, 2, BUSY), (1, 2, 20, ANSWERED), (2, 2, 20, BUSY)],
        floor=floor(1),
    ),
]

DAY_S = DAY // SECOND

END = [
    Worked(
        "calls still waiting or talking a day after the length are open; what is due at that instant no longer happens",
        calls(0, 1, 2, 9, talk=[1, DAY_S + 8, 1, 1], length=10, patience=[NEVER, NEVER, NEVER, DAY_S + 2]),
        "answered talk_end left ending call_taker",
        [
            (0, 1, 1, ANSWERED, 0),
            (1, DAY_S + 9, DAY_S + 9, ANSWERED, 0),
            (DAY_S + 9, -1, -1, OPEN, 0),
            (-1, -1, -1, OPEN, -1),
        ],
    ),
    Worked(
        "wrap-up after the last call goes on to its end",
        calls(0, talk=1, wrap=DAY_S // 2),
        "talk_end free",
        [(1, 1 + DAY_S // 2)],
    ),
    Worked(
        "a call that nobody takes over has waited for that until the cut",
        calls(0, talk=100, length=1),
        "answered talk_end call_taker handovers waited_over ending",
        [(0, -1, 0, 1, DAY_S + 1 - 10, OPEN)],
        staff((0, 0, 10, False)),
        floor(hand_over=True),
    ),
    Worked(
        "midnight is an instant like any other; the simulated past runs on into the scenario",
        calls(-DAY_S, -1, 0, DAY_S, talk=2),
        "arrival answered",
        [(-DAY_S, -DAY_S), (-1, -1), (0, 1), (DAY_S, DAY_S)],
        always(1, -2 * DAY, 3 * DAY),
    ),
]


@pytest.mark.parametrize("worked", [*DAILY, *TIES, *END], ids=lambda worked: worked.sentence)
def test_the_floor_as_worked_by_hand(worked: Worked) -> None:
    """The rows are those worked by hand, and the laws hold."""
    check(worked)


def test_no_calls_make_no_rows() -> None:
    """Nobody calls, with and without call-takers."""
    for staffing in (ONE, staff(persons=0)):
        assert len(simulate(plan([], length=10), staffing, floor(1))) == 0


def test_an_engine_that_is_not_there_is_refused_by_name() -> None:
    """The message names the engine given and those there are."""
    with pytest.raises(ValueError, match="'kernal' is not one of reference"):
        simulate(calls(0), ONE, floor(1), engine="kernal")  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_million_calls_keep_the_laws() -> None:
    """Ties, abandonment, redials and strikes at length: no number overflows and no row is lost."""
    rng = np.random.default_rng(1)
    size = 1_000_000
    many = plan(
        np.sort(rng.integers(0, 3 * size, size)),
        unit=SECOND,
        attempts=2,
        talk=rng.integers(0, 20, size),
        patience=rng.integers(0, 30, size),
        wrap=rng.integers(0, 4, size),
        intent=rng.integers(0, 4, size),
        number=rng.integers(-1, size // 20, size),
        redial=127,
        redial_delay=rng.integers(1, 60, size),
    )
    staffing = always(4, 0, 4 * size * SECOND)
    lines, rules = floor(8), policy(rule(strikes=3, for_=(DAY,)))
    outcomes = simulate(many, staffing, lines, rules)
    assert len(outcomes) > size
    assert broken_laws(many, staffing, outcomes, lines, rules) == ()
