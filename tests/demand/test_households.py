"""Households: how a genuine call comes to share a prankster's phone matters more than the rule (design.md, section 4).

Forty numbers of children, Zipf 1.9, 9 pranks a day, a block of 24 hours after one strike. Number k makes pranks at the
rate a = 9 / d * share(k) and is blocked for D = 24 h from each one that is answered, so in the long run it is blocked
a share a D / (1 + a D) of the time: a renewal process of blocks and exponential gaps. A genuine call, Poisson on its
own, meets just that share (PASTA). By number the mean is over numbers, 8 %; by call over calls, 64 %.
"""

import numpy as np
import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import simulate
from simulator.tables.calls import SHARED
from simulator.tables.laws import broken_laws
from simulator.tables.outcomes import Ending, Why
from tests.demand.made import STEADY, Z, scenario

NUMBERS, ZIPF, A_DAY = 40, 1.9, 9


def expected(choose: str) -> float:
    """The share blocked of genuine calls that come from a child's phone."""
    share = np.arange(1.0, NUMBERS + 1) ** -ZIPF
    share /= share.sum()
    blocked = A_DAY * share / (1 + A_DAY * share)
    return float(blocked.mean() if choose == "by_number" else (share * blocked).sum())


@pytest.mark.parametrize("choose, said", [("by_number", 0.08), ("by_call", 0.64)])
def test_the_expectation_is_what_the_design_says(choose: str, said: float) -> None:
    assert round(expected(choose), 2) == said


@pytest.mark.parametrize("choose", ["by_number", "by_call"])
def test_genuine_calls_from_shared_phones_are_blocked_as_often_as_expected(choose: str) -> None:
    callers = {
        "residents": {
            **STEADY,
            "volume": "20 / d",
            "talk": "1 s",
            "numbers": {"shared_with": {"children": {"share": "50 %", "choose": choose}}},
        },
        "children": {
            **STEADY,
            "intent": "prank",
            "volume": f"{A_DAY} / d",
            "talk": "1 s",
            "numbers": {"pool": str(NUMBERS), "heavy_tail": {"zipf": str(ZIPF)}},
        },
    }
    made = scenario(
        callers,
        length="400 d",
        floor={
            "blocklist": "warmed 60 d",
            "shifts": [{"name": "all", "from": "00:00", "to": "24:00", "call_takers": "9"}],
        },
        policy={"rules": [{"on": "prank", "action": "block", "for": "24 h"}]},
    )
    calls, staffing = draw_calls(made, 1), draw_staffing(made, 1)
    outcomes = simulate(calls, staffing, made.floor, made.policy)
    assert broken_laws(calls, staffing, outcomes, made.floor, made.policy) == ()
    shared = (calls.route[outcomes.call] == SHARED) & (outcomes.arrival >= 0)
    blocked = outcomes.ending[shared] == Ending.BLOCKED
    assert set(outcomes.why[shared][blocked].tolist()) == {Why.SHARED_PHONE}
    # Calls of one day meet the same blocks: the error is that of days, not of calls.
    days = np.bincount(outcomes.arrival[shared] // 86_400_000_000, blocked, 400)
    offered = shared.sum() / 400
    assert abs(blocked.mean() - expected(choose)) < Z * days.std() / offered / 400**0.5
    assert (calls.route == SHARED).sum() > 4_000
