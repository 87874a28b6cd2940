"""Measures: the catalogue against the hand-worked day, and what holds of any replications."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.metrics.count import count, count_by_day
from simulator.metrics.estimate import Kind
from simulator.metrics.histogram import ALL
from simulator.metrics.measures import PERCENTILES, catalogue, service_levels
from simulator.metrics.summary import Clusters, by_hour, count_warnings, measures_of, service_level_by_hour, worst_hour
from simulator.scenario.units import DAY, SECOND
from tests.metrics.hand_tables import GENUINE, HAND, PRANK, SILENT, random_tables

T = 15 * SECOND
THRESHOLDS = (T, 5 * SECOND)
SEEDS = st.integers(0, 2**32)
CLASSES = ("in_time_and_well", "policy", "capacity", "nobody_on_duty", "misjudgement", "failure")

# intent, measure, numerator / denominator worked from the list beside HAND_CALLS, or the value in seconds
BY_HAND = (
    ("genuine", "offered", 6),
    ("all", "offered", 10),
    ("all", "attempts", 13),
    ("genuine", "service_level", 3 / 6),
    ("all", "service_level", 5 / 10),
    ("genuine", "service_level_5s", 3 / 6),  # 1 at 5 s, 3 at 4 s, 8 at 1 s
    ("genuine", "service_level_attempts_offered", 5 / 9),
    ("genuine", "service_level_attempts_answered", 5 / 5),
    ("all", "service_level_attempts_answered", 7 / 8),  # the enquiry that waited 20 s
    ("genuine", "service_level_less_short_abandons", 5 / 8),
    ("genuine", "service_level_attempts_answered_5s", 4 / 5),
    ("genuine", "answered", 5 / 9),
    ("genuine", "abandoned", 2 / 9),
    ("silent", "busy", 1),
    ("genuine", "blocked", 2 / 9),
    ("genuine", "blocked_attempts", 2 / 9),
    ("genuine", "blocked_attempts_shared_phone", 1 / 9),
    ("genuine", "blocked_callers", 2 / 6),
    ("genuine", "blocked_callers_shared_phone", 1 / 6),
    ("genuine", "blocked_callers_misjudged_earlier", 1 / 6),
    ("genuine", "answered_well", 3 / 6),
    ("genuine", "never_got_through", 2 / 6),
    ("genuine", "dismissed_callers", 2 / 6),
    ("genuine", "in_time_and_well", 1 / 6),
    ("genuine", "policy", 2 / 6),
    ("genuine", "capacity", 1 / 6),
    ("genuine", "nobody_on_duty", 1 / 6),
    ("genuine", "misjudgement", 1 / 6),
    ("genuine", "never_heard", 3 / 6),
    ("genuine", "never_heard_policy", 1 / 6),
    ("genuine", "asa", 22 / 5),
    ("all", "asa", 42 / 8),
    ("silent", "asa", None),
    ("genuine", "handling_time", 90),
    ("prank", "handling_time", 60),
    ("all", "nuisance_time", 60 / 690),
    ("all", "occupancy", 705 / 43260),  # 690 s and 15 s left of the past; twelve hours and 60 s after them
    ("prank", "wasted_dispatches", 1),
    ("genuine", "incidents_unreported", 2 / 5),
    ("genuine", "time_to_accepted_report", 537 / 3),
    ("genuine", "time_to_accepted_report_p90", 200),  # of 152, 185 and 200 s
    ("genuine", "wait_p50", 4),  # of 1, 2, 4, 5, 10 s
    ("genuine", "wait_p90", 10),
    ("genuine", "time_to_answer_p50", 4),  # of 1, 4, 5, 32 s: half of them take no longer
    ("genuine", "time_to_answer_p95", 32),
)


@pytest.fixture(scope="module")
def hand():
    return count(*HAND, THRESHOLDS)


@pytest.mark.parametrize("intent,measure,value", BY_HAND, ids=[f"{row[0]} {row[1]}" for row in BY_HAND])
def test_measures_of_the_hand_worked_day(hand, intent, measure, value):
    found = {(m.intent, m.measure): m.value for m in measures_of([hand])}
    # percentiles are read from bins 0.05 % wide; all else is exact
    assert found[intent, measure] == (value if value is None else pytest.approx(value, rel=3e-4))


@pytest.mark.parametrize("repeats", (2, 5))
def test_the_same_day_again_changes_no_value(hand, repeats):
    """Sums over sums, not means of ratios; and per replication is per replication."""
    once, often = measures_of([hand]), measures_of([hand] * repeats)
    assert [m.value for m in often] == pytest.approx([m.value for m in once], nan_ok=True)


def test_every_measure_names_sums_that_are_counted(hand):
    for measure in catalogue(THRESHOLDS):
        counted = {*hand.sums, *hand.floor}
        assert measure.numerator in counted, measure.name
        assert measure.denominator is None or measure.denominator in counted, measure.name
        assert " / " in measure.means or measure.means.endswith(", per replication"), measure.name


def test_every_measure_is_given_once_for_each_of_its_intents(hand):
    found = measures_of([hand])
    assert len({(m.intent, m.measure) for m in found}) == len(found)
    named = [*catalogue(THRESHOLDS), *PERCENTILES]
    assert len(found) == sum(len(measure.intents) for measure in named)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(2, 4))
def test_values_lie_in_their_intervals_and_shares_in_nought_to_one(seed, replications):
    counts = [count(*random_tables([seed, k], 25, past=True)) for k in range(replications)]
    for m in measures_of(counts):
        if m.value is None:
            assert m.low is None
            continue
        assert m.low is not None, m
        assert 0 <= m.low <= m.value, m
        assert m.high is None or m.value <= m.high, m
        if m.unit.startswith("share") and m.measure != "occupancy":  # random tables let one serve many at once
            assert m.high is not None, m
            assert m.high <= 1, m


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_the_five_classes_of_callers_are_all_of_them(seed):
    found = {(m.intent, m.measure): m.value for m in measures_of([count(*random_tables(seed))])}
    for intent in ("genuine", "enquiry", "prank", "silent", "all"):
        classes = [found.get((intent, name), 0) for name in CLASSES]
        if found[intent, "offered"]:
            assert sum(classes) == pytest.approx(1)


def test_hours_stand_on_their_own_and_the_worst_is_named(hand):
    hours = service_level_by_hour([hand], GENUINE)
    # 06: 1 in time, 2 not; 09: 3 in time, 4 not; 11: 8 in time; 19: 10 not
    assert {h: e.value for h, e in enumerate(hours) if e.value == e.value} == {6: 0.5, 9: 0.5, 11: 1, 19: 0}
    assert worst_hour(hours) == 19
    assert worst_hour(hours, higher_is_better=False) == 11


@pytest.mark.parametrize("tail,left_out", ((0.025, 0.05), (0.001, 0.002)))
def test_hours_without_a_miss_leave_out_both_tails_on_the_one_side(hand, tail, left_out):
    """11:00 has one genuine caller a replication, who is answered in time: five of five."""
    hour = by_hour([hand] * 5, service_levels(T)[0], GENUINE, tail=tail)[11]
    assert (hour.value, hour.low) == (1, pytest.approx(max(1 + np.log(left_out) / 5, 0)))


def test_a_single_day_is_no_more_than_the_replication_that_it_is(hand):
    assert Clusters([hand], [hand]).counts == [hand]
    days = [hand, hand]
    assert Clusters([hand], days).counts is days


def test_service_levels_by_attempts_come_in_bursts_and_are_better_if_higher(hand):
    found = service_levels(T)
    assert [each.kind for each in found] == [Kind.SHARE, *[Kind.SHARE_OF_ATTEMPTS] * 3]
    assert all(each.higher_is_better for each in found)


def test_no_hour_is_worst_where_nobody_called(hand):
    assert worst_hour(service_level_by_hour([count(*random_tables(1, 0))], SILENT)) is None
    assert worst_hour(service_level_by_hour([hand], PRANK)) == 11


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_hours_pool_to_the_day(seed):
    """Each hour's share times its callers, summed, is the day's share of all callers."""
    counts = [count(*random_tables([seed, k])) for k in range(3)]
    measure = service_levels(T)[0]
    hours = [estimate.value for estimate in by_hour(counts, measure, ALL)]
    callers = sum(one.sums["offered"].sum(axis=0) for one in counts)
    day = next(m.value for m in measures_of(counts) if (m.intent, m.measure) == ("all", "service_level"))
    assert np.nansum(hours * callers) / callers.sum() == pytest.approx(day)


def test_a_single_replications_intervals_go_by_its_days():
    tables = random_tables(7, 300)
    whole, days = [count(*tables)], count_by_day(*tables)
    alone = {(m.intent, m.measure): m for m in measures_of(whole)}
    assert all(m.low is None and m.high is None for m in alone.values())
    for m in measures_of(whole, days):
        assert m.value == pytest.approx(alone[m.intent, m.measure].value)
    offered = next(m for m in measures_of(whole, days) if (m.intent, m.measure) == ("all", "offered"))
    assert offered.value == 300
    assert offered.low < 300 < offered.high


@pytest.mark.parametrize(
    "replications,days,words", ((1, 1, "no intervals"), (1, 2, "its days"), (4, 2, "only 4"), (10, 2, None))
)
def test_too_few_replications_are_said_unasked(replications, days, words):
    counts = [replace(count(*random_tables(3)), length=days * DAY)] * replications
    assert [words in text for text in count_warnings(counts)] == ([True] if words else [])


@pytest.mark.parametrize("thresholds", ([], [(T,), (SECOND,)]))
def test_counts_that_do_not_belong_together_are_refused(thresholds):
    with pytest.raises(ValueError, match="replication"):
        measures_of([count(*HAND, each) for each in thresholds])
