"""Targets of a live run are met or missed by what happened in it."""

import pytest

from simulator.live.load.judged import in_this_run
from simulator.metrics.count import count, thresholds_for
from simulator.scenario.target import parse_target
from simulator.scenario.units import HOUR
from simulator.tables.outcomes import Ending
from simulator.tables.staffing import always
from tests.metrics.hand_tables import GENUINE, PRANK, attempt, calls, outcomes

# Three genuine callers and a prank: answered after 5 s, 5 s and 20 s, and (the prank) 30 s; the last two an hour later.
PLAN = calls([(0, GENUINE, -1), (60, GENUINE, -1), (3700, GENUINE, -1), (3800, PRANK, -1)], length=2 * HOUR)
TOOK = outcomes(
    *(
        attempt(k, 1, at, Ending.ANSWERED, wait=wait)
        for k, (at, wait) in enumerate([(0, 5), (60, 5), (3700, 20), (3800, 30)])
    )
)
CASES = (
    ("66 % of genuine within 15 s", "met", None, 2 / 3),
    ("67 % of genuine within 15 s", "missed", None, 2 / 3),
    ("50 % of all within 15 s, overall", "met", None, 1 / 2),
    ("50 % of genuine within 15 s, every hour", "missed", 1, 0),
    ("100 % of genuine within 20 s, every clock hour", "met", 0, 1),
    ("100 % of genuine within 19 s, every clock hour", "missed", 1, 0),
)


@pytest.mark.parametrize("text, state, hour, share", CASES)
def test_a_target_is_held_against_the_callers_of_the_run(text: str, state: str, hour: int | None, share: float) -> None:
    targets = [parse_target(text)]
    counts = count(PLAN, TOOK, always(4, 0, 2 * HOUR), thresholds_for(targets), clock_hours=True)
    (verdict,) = in_this_run(targets, counts)
    assert (verdict.state, verdict.hour, verdict.estimate.value) == (state, hour, pytest.approx(share))


def test_without_a_caller_nothing_is_missed_and_nothing_is_met() -> None:
    targets = [parse_target("100 % of enquiry within 1 s")]
    (verdict,) = in_this_run(targets, count(PLAN, TOOK, always(4, 0, 2 * HOUR), thresholds_for(targets)))
    assert (verdict.state, verdict.offered) == ("no callers", 0)
    assert not verdict.met


COUNTS = (
    ("66 % of genuine within 15 s", 2, 3),
    ("50 % of all within 15 s, overall", 2, 4),
    ("50 % of genuine within 15 s, every hour", 0, 1),
    ("100 % of genuine within 20 s, every clock hour", 2, 2),
)


@pytest.mark.parametrize("text, in_time, offered", COUNTS)
def test_a_verdict_has_the_callers_of_the_hour_that_decides(text: str, in_time: int, offered: int) -> None:
    targets = [parse_target(text)]
    counts = count(PLAN, TOOK, always(4, 0, 2 * HOUR), thresholds_for(targets), clock_hours=True)
    (verdict,) = in_this_run(targets, counts)
    assert (verdict.in_time, verdict.offered) == (in_time, offered)


@pytest.mark.parametrize(
    "text, state",
    [
        ("10 % of genuine within 15 s", "missed"),
        ("10 % of all within 15 s", "missed"),
        ("10 % of prank within 30 s", "met"),
    ],
)
def test_where_a_genuine_verdict_was_not_kept_no_target_about_genuine_callers_is_met(text: str, state: str) -> None:
    """Whatever the share: one is enough."""
    targets = [parse_target(text)]
    counts = count(PLAN, TOOK, always(4, 0, 2 * HOUR), thresholds_for(targets), clock_hours=True)
    (verdict,) = in_this_run(targets, counts, (1, 0, 0, 0))
    assert (verdict.state, verdict.met) == (state, state == "met")
    assert verdict.not_kept == (1 if state == "missed" else 0)
