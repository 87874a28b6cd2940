"""Targets: what is met, missed, or not shown, and at which hour."""

from dataclasses import replace
from math import isnan, log

import numpy as np
import pytest

from simulator.metrics.count import count, count_by_day
from simulator.metrics.targets import by_hour, judge
from simulator.scenario.target import parse_target
from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.outcomes import Ending
from simulator.tables.staffing import always
from tests.metrics.hand_tables import GENUINE, HAND, attempt, calls, outcomes

T = 15 * SECOND


def replication(answered, late, *, hours=(0, 1), days=1):
    """So many callers answered at once, and so many after a minute, in each of these hours of each day."""
    rows = [
        (day * 24 * 3600 + hour * 3600 + k, 60 * (k >= answered))
        for day in range(days)
        for hour in hours
        for k in range(answered + late[hours.index(hour)])
    ]
    plan = calls([(at, GENUINE, -1) for at, _ in rows], length=days * DAY)
    took = outcomes(*(attempt(k, 1, at, Ending.ANSWERED, wait=wait) for k, (at, wait) in enumerate(rows)))
    tables = (plan, took, always(9, 0, days * DAY))
    return count(*tables, (T,), clock_hours=True), count_by_day(*tables, (T,))


EVERY_HOUR = parse_target("90 % of genuine within 15 s, every hour")
OVERALL = parse_target("90 % of genuine within 15 s")


@pytest.mark.parametrize(
    "late,state,hour",
    (
        ((0, 0), "met", 0),
        ((0, 1), "not shown", 1),  # 20 of 22 answered in the hour, whose bound is below 90 %
        ((0, 40), "missed", 1),
        ((40, 20), "missed", 0),
    ),
)
def test_every_hour_is_judged_by_the_hour_that_decides(late, state, hour):
    counts = [replication(20, late)[0]] * 4 + [replication(20, tuple(n + (n > 0) for n in late))[0]] * 4
    verdict = judge([EVERY_HOUR], counts)[0]
    assert (verdict.state, verdict.hour, verdict.met) == (state, hour, state == "met")
    assert verdict.empty == tuple(range(2, 24))
    assert verdict.family == 2


def test_none_late_is_met_only_where_enough_were_seen():
    """None of n late bounds the late at -log(0.05) / n: 2,996 callers show 99.9 %, 2,995 do not."""
    target = parse_target("99.9 % of genuine within 15 s")
    for callers, state in ((2996, "met"), (2994, "not shown")):
        verdict = judge([target], [replication(callers // 2, (0,), hours=(0,))[0]] * 2)[0]
        assert verdict.state == state
        assert verdict.lower == pytest.approx(1 + log(0.05) / callers)


def test_more_targets_widen_each_others_bounds():
    """One family: with 25 hours instead of one, the bound goes from 5 % to 5 % / 25."""
    counts = [replication(100, (0,), hours=(0,))[0]] * 3
    alone, together = judge([OVERALL], counts)[0], judge([OVERALL, EVERY_HOUR], counts)[0]
    assert alone.lower == pytest.approx(1 + log(0.05) / 300)
    assert together.lower == pytest.approx(1 + log(0.05 / 2) / 300)
    assert together.hour is None


def test_every_clock_hour_pools_replications_but_not_days():
    """The second day's first hour is late, though both days together reach the share."""
    target = parse_target("50 % of genuine within 15 s, every clock hour")
    good, bad = replication(60, (0,), hours=(0,))[0], replication(10, (50,), hours=(0,))[0]
    clock = {name: np.hstack([good.clock[name], bad.clock[name]]) for name in good.clock}
    counts = [replace(good, clock=clock)] * 3
    verdict = judge([target], counts)[0]
    assert (verdict.state, verdict.hour, verdict.family) == ("missed", 24, 2)


def test_without_callers_nothing_is_failed():
    verdict = judge([parse_target("90 % of prank within 15 s, every hour")], [replication(1, (0,), hours=(0,))[0]] * 2)[
        0
    ]
    assert (verdict.state, verdict.met, verdict.hour) == ("no callers", True, None)
    assert isnan(verdict.estimate.value)


def test_a_single_replication_is_judged_by_its_days_or_not_shown():
    whole, days = replication(200, (0,), hours=(0,), days=3)
    assert judge([OVERALL], [whole], days)[0].state == "met"
    alone = judge([OVERALL], [whole])[0]
    assert (alone.state, alone.estimate.value) == ("not shown", 1)


def test_targets_for_all_intents_take_all_callers():
    target = parse_target("40 % of all within 15 s")
    assert judge([target], [count(*HAND, (T,))] * 2)[0].estimate.value == 0.5


@pytest.mark.parametrize(
    "text,complaint",
    (("90 % of all within 3 s", "3000000 us"), ("90 % of all within 15 s, every clock hour", "clock_hours")),
)
def test_what_was_not_counted_can_not_be_judged(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        judge([parse_target(text)], [count(*HAND, (T,))] * 2)


def test_the_length_of_an_hour_is_not_confused_with_a_day():
    """A scenario of two hours has two clock hours, and 22 hours of the day without callers."""
    plan = calls([(10, GENUINE, -1), (3700, GENUINE, -1)], length=2 * HOUR)
    took = outcomes(*(attempt(k, 1, at, Ending.ANSWERED, wait=0) for k, at in enumerate((10, 3700))))
    counts = [count(plan, took, always(2, 0, DAY), (T,), clock_hours=True)] * 2
    clock, day = judge([parse_target("50 % of all within 15 s, every clock hour"), EVERY_HOUR], counts)
    assert (len(clock.empty), len(day.empty), clock.family) == (0, 22, 4)


def test_every_hour_of_every_target_is_told_with_bounds_for_all_of_them():
    """Two hours and the whole make three: of 60, 60 and 120 callers none late, each bound leaves out 5 % / 3."""
    counts = [replication(20, (0, 0))[0]] * 3
    found = by_hour([OVERALL, EVERY_HOUR], counts)
    assert [(each.place, each.target, each.hour) for each in found] == [
        *((0, OVERALL, None), (1, EVERY_HOUR, 0), (1, EVERY_HOUR, 1))
    ]
    bounds = [1 + log(0.05 / 3) / callers for callers in (120, 60, 60)]
    assert [each.estimate.low for each in found] == pytest.approx(bounds)
    assert [each.estimate.low for each in by_hour([EVERY_HOUR], counts, error=0.01)] == pytest.approx(
        [1 + log(0.01 / 2) / 60] * 2
    )
    assert all(each.met and not each.missed for each in found)


def test_an_hour_is_missed_where_even_the_upper_bound_is_below_the_share():
    late = by_hour([EVERY_HOUR], [replication(20, (0, 40))[0]] * 4 + [replication(20, (0, 41))[0]] * 4)
    assert [(each.met, each.missed) for each in late] == [(True, False), (False, True)]
    assert by_hour([parse_target("90 % of prank within 15 s")], [replication(1, (0, 0))[0]] * 2) == []


def test_without_intervals_the_lowest_hour_is_named():
    whole, _ = replication(20, (2, 8))
    assert judge([EVERY_HOUR], [whole])[0].hour == 1
