"""Counting: sums worked by hand, a second count row by row in plain Python, and properties of any tables."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.metrics.callers import Lot
from simulator.metrics.count import DEFAULT_THRESHOLDS, count, count_by_day, thresholds_for
from simulator.metrics.counts import TIMES, Counts, Stack, at, from_rows, merge, to_row
from simulator.metrics.histogram import ALL, bins, middle
from simulator.scenario.target import parse_target
from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Cause, Ending, Outcomes, Why
from simulator.tables.staffing import Staffing, always
from tests.metrics.hand_tables import (
    GENUINE,
    HAND,
    HAND_CALLS,
    HAND_OUTCOMES,
    HAND_STAFFING,
    attempt,
    calls,
    outcomes,
    random_tables,
    staffing,
)

T = 15 * SECOND
SEEDS = st.integers(0, 2**32)

# name of the sum, genuine, enquiry, prank, silent; worked from the list beside HAND_CALLS
BY_HAND = (
    ("offered", 6, 2, 1, 1),  # without the call of the past
    (at("in_time", T), 3, 1, 1, 0),  # genuine 1, 3 and 8: answered within 15 s, 3 and 8 to be dismissed
    (at("in_time", 5 * SECOND), 3, 1, 1, 0),  # after 5, 4 and 1 s
    ("in_time_and_well", 1, 1, 1, 0),
    ("policy", 2, 0, 0, 0),  # 2 and 8
    ("capacity", 1, 1, 0, 1),  # 4; 5, late; 7
    ("nobody_on_duty", 1, 0, 0, 0),  # 10
    ("misjudgement", 1, 0, 0, 0),  # 3
    ("failure", 0, 0, 0, 0),
    ("never_heard", 3, 0, 0, 1),  # 4, 8, 10; 7
    ("never_heard_policy", 1, 0, 0, 0),  # 8, who was dismissed before
    ("never_heard_capacity", 1, 0, 0, 1),  # 4; 7
    ("never_heard_nobody_on_duty", 1, 0, 0, 0),  # 10
    ("never_heard_misjudgement", 0, 0, 0, 0),  # 3 was heard at last
    ("never_heard_failure", 0, 0, 0, 0),
    ("answered_well", 3, 2, 1, 0),  # 1, 2, 3
    ("never_got_through", 2, 0, 0, 1),  # 4, 10; not 8, who was answered, to be dismissed
    ("dismissed_callers", 2, 0, 0, 0),  # 3, 8
    ("blocked_callers", 2, 0, 0, 0),  # 2, 8
    ("blocked_callers_shared_phone", 1, 0, 0, 0),
    ("blocked_callers_misjudged_earlier", 1, 0, 0, 0),
    ("blocked_callers_reused_number", 0, 0, 0, 0),
    ("turned_away_callers", 2, 0, 0, 0),  # the blocked ones
    ("turned_away_callers_shared_phone", 1, 0, 0, 0),
    ("turned_away_callers_misjudged_earlier", 1, 0, 0, 0),
    ("diverted_callers", 0, 0, 0, 0),
    ("screened_callers", 0, 0, 0, 0),
    ("deterred_callers", 0, 0, 0, 0),
    ("passed_back_callers", 0, 0, 0, 0),
    ("attempts", 9, 2, 1, 1),
    ("planned", 9, 2, 1, 1),
    ("answered", 5, 2, 1, 0),
    ("abandoned", 2, 0, 0, 0),
    ("busy", 0, 0, 0, 1),
    ("blocked", 2, 0, 0, 0),
    ("blocked_attempts_shared_phone", 1, 0, 0, 0),
    ("blocked_attempts_misjudged_earlier", 1, 0, 0, 0),
    ("blocked_attempts_reused_number", 0, 0, 0, 0),
    ("open", 0, 0, 0, 0),
    (at("attempt_in_time", T), 5, 1, 1, 0),  # waits of 5, 2, 4, 10, 1; 20, 0; 0
    (at("attempt_in_time", 5 * SECOND), 4, 1, 1, 0),  # within means up to and with: 5 s counts
    (at("patient", T), 8, 2, 1, 1),  # 10 left within 15 s, 4 did not
    (at("patient", 5 * SECOND), 9, 2, 1, 1),
    ("waited", 22 * SECOND, 20 * SECOND, 0, 0),
    ("handled", 5, 2, 1, 0),
    ("handling", 450 * SECOND, 180 * SECOND, 60 * SECOND, 0),  # 90 s each, the prank 60 s
    ("nuisance_handling", 0, 0, 60 * SECOND, 0),
    ("wasted_dispatches", 0, 0, 1, 0),
    ("incidents", 5, 0, 0, 0),  # 1 and 4 report the same
    ("incidents_reported", 3, 0, 0, 0),  # those of 1, 2 and 3
    ("incidents_unreported", 2, 0, 0, 0),  # those of 8 and 10
    # 1: 75 + 120 - 10 = 185 s; 2: 192 + 60 - 100 = 152 s; 3: 10970 + 30 - 10800 = 200 s
    ("to_accepted_report", 537 * SECOND, 0, 0, 0),
)


@pytest.fixture(scope="module")
def hand() -> Counts:
    return count(*HAND, (T, 5 * SECOND))


@pytest.mark.parametrize("name,genuine,enquiry,prank,silent", BY_HAND, ids=[row[0] for row in BY_HAND])
def test_sums_of_the_hand_worked_day(hand, name, genuine, enquiry, prank, silent):
    assert hand.sums[name].sum(axis=1).tolist() == [genuine, enquiry, prank, silent]


def test_callers_stand_at_the_local_hour_of_their_first_attempt(hand):
    hours = {hour: int(n) for hour, n in enumerate(hand.sums["offered"][GENUINE]) if n}
    assert hours == {6: 2, 9: 2, 11: 1, 19: 1}


def test_a_redial_in_the_next_hour_counts_at_the_hour_of_the_first_attempt():
    plan = calls([(HOUR // SECOND - 1, GENUINE, -1)])
    took = outcomes(attempt(0, 1, 3599, Ending.BUSY), attempt(0, 2, 3700, Ending.ANSWERED, wait=0))
    sums = count(plan, took, always(1, 0, DAY)).sums
    assert sums["attempts"][GENUINE, 0] == 2
    assert sums["answered"][GENUINE, 0] == 1


def test_call_takers_time_is_clipped_to_the_length_and_stands_at_the_hour_it_passed_in(hand):
    busy, duty = hand.floor["time_busy"] // SECOND, hand.floor["time_on_duty"] // SECOND
    # 06: 15 s left of the past, 90 + 90; 09: 90 + 90; 11: 90 + 60 + 90; 17: the 30 s before 18:00; 18: the 60 s after
    assert {hour: int(s) for hour, s in enumerate(busy) if s} == {6: 195, 9: 180, 11: 240, 17: 30, 18: 60}
    # 12 hours of duty, and the 60 s worked after its end
    assert {hour: int(s) for hour, s in enumerate(duty) if s} == {**dict.fromkeys(range(6, 18), 3600), 18: 60}


def test_time_past_the_length_is_not_counted():
    plan = calls([(DAY // SECOND - 10, GENUINE, -1)])
    took = outcomes(attempt(0, 1, DAY // SECOND - 10, Ending.ANSWERED, wait=2))
    counts = count(plan, took, staffing((0, 0, 2 * DAY // SECOND)))
    assert counts.floor["time_busy"].sum() == 8 * SECOND
    assert counts.floor["time_on_duty"].sum() == DAY


OVERTIME = (
    # duty of call-taker 0 (s), handling from 90 s to 180 s, overtime
    ("within duty", ((0, 0, 1000),), 0),
    ("beyond it", ((0, 0, 100),), 80),
    ("into a short break, and on after it", ((0, 0, 100), (0, 120, 1000)), 20),
    ("beyond it while another is on duty", ((0, 0, 100), (1, 0, 1000)), 80),
    ("beyond it after another's earlier duty", ((0, 50, 100), (1, 0, 60)), 80),
)


@pytest.mark.parametrize("name,duty,overtime", OVERTIME, ids=[row[0] for row in OVERTIME])
def test_what_is_worked_off_duty_is_added_to_duty(name, duty, overtime):
    took = outcomes(attempt(0, 1, 80, Ending.ANSWERED, wait=10))
    counts = count(calls([(80, GENUINE, -1)]), took, staffing(*duty))
    rostered = sum(off - on for _, on, off in duty)
    assert counts.floor["time_on_duty"].sum() == (rostered + overtime) * SECOND


def test_who_takes_a_call_over_was_not_on_overtime_before():
    """Answered at 90 s by call-taker 1, taken over at 100 s by call-taker 0, who came on then, done at 180 s."""
    row = attempt(0, 1, 80, Ending.ANSWERED, wait=10) | {"handovers": 1}
    counts = count(calls([(80, GENUINE, -1)]), outcomes(row), staffing((0, 100, 1000), (1, 0, 100)))
    assert counts.floor["time_on_duty"].sum() == 1000 * SECOND


def test_waiting_for_a_hand_over_occupies_nobody():
    row = attempt(0, 1, 80, Ending.ANSWERED, wait=10, talk=100) | {"handovers": 1, "waited_over": 40 * SECOND}
    counts = count(calls([(80, GENUINE, -1)]), outcomes(row), always(1, 0, DAY))
    assert counts.floor["time_busy"].sum() == counts.sums["handling"].sum() == 90 * SECOND


def test_a_call_cut_off_in_talk_is_open_and_busy_to_the_end():
    row = attempt(0, 1, 100, Ending.OPEN) | {"answered": 110 * SECOND, "call_taker": 0}
    counts = count(calls([(100, GENUINE, -1)], length=HOUR), outcomes(row), always(1, 0, HOUR))
    assert counts.sums["never_got_through"].sum() == counts.sums["capacity"].sum() == counts.sums["open"].sum() == 1
    assert counts.floor["time_busy"].sum() == HOUR - 110 * SECOND


def test_a_call_cut_off_in_wrap_up_is_answered_and_its_handling_of_no_known_length():
    row = attempt(0, 1, 100, Ending.ANSWERED, wait=10) | {"free": -1}
    counts = count(calls([(100, GENUINE, -1)], length=HOUR), outcomes(row), always(1, 0, HOUR))
    assert counts.sums["answered"].sum() == 1
    assert counts.sums["handled"].sum() == counts.sums["handling"].sum() == 0
    assert counts.floor["time_busy"].sum() == HOUR - 110 * SECOND


def test_a_call_cut_off_in_talk_is_on_overtime_like_any_other():
    row = attempt(0, 1, 100, Ending.OPEN) | {"answered": 110 * SECOND, "call_taker": 0}
    counts = count(calls([(100, GENUINE, -1)], length=HOUR), outcomes(row), staffing((0, 0, 200)))
    assert counts.floor["time_on_duty"].sum() == HOUR


DECIDING = (
    # endings in order (D: answered within T, dismissed; L: answered well after T), class
    ("L", Lot.CAPACITY),
    ("BL", Lot.POLICY),
    ("DL", Lot.MISJUDGEMENT),
    ("AL", Lot.CAPACITY),
    ("ABL", Lot.CAPACITY),  # late: the first decides
    ("AB", Lot.POLICY),  # lost: the last decides
    ("BA", Lot.CAPACITY),
    ("BD", Lot.MISJUDGEMENT),
    ("DA", Lot.CAPACITY),
    ("V", Lot.POLICY),  # another line has dealt with it
    ("VL", Lot.POLICY),
    ("VA", Lot.CAPACITY),
    ("VD", Lot.MISJUDGEMENT),
    ("LV", Lot.CAPACITY),
    ("S", Lot.POLICY),
    ("T", Lot.POLICY),
    ("O", Lot.CAPACITY),
    ("Y", Lot.CAPACITY),
    ("F", Lot.FAILURE),
    ("FY", Lot.CAPACITY),
    ("YF", Lot.FAILURE),
    ("FBF", Lot.FAILURE),
    ("FL", Lot.FAILURE),
    ("LF", Lot.CAPACITY),
)
LETTERS = {
    "A": Ending.ABANDONED,
    "B": Ending.BLOCKED,
    "V": Ending.DIVERTED,
    "S": Ending.SCREENED,
    "T": Ending.DETERRED,
    "O": Ending.OPEN,
    "Y": Ending.BUSY,
    "F": Ending.FAILED,
    "D": Ending.ANSWERED,
    "L": Ending.ANSWERED,
}


@pytest.mark.parametrize("on_duty", (True, False))
@pytest.mark.parametrize("endings,lot", DECIDING)
def test_which_attempt_decides_why_a_caller_was_lost_or_late(endings, lot, on_duty):
    """With nobody on duty, what would be for want of capacity is for want of anybody; the rest stays."""
    rows = [
        attempt(0, k, 100 + 30 * (k - 1), LETTERS[e], wait=20 if e == "L" else 1, dismissed=e == "D", left=20)
        for k, e in enumerate(endings, 1)
    ]
    duty = always(1, 0, DAY) if on_duty else always(1, 2 * HOUR, DAY)
    sums = count(calls([(100, GENUINE, -1)]), outcomes(*rows), duty, (T,)).sums
    wanted = Lot.NOBODY_ON_DUTY if lot == Lot.CAPACITY and not on_duty else lot
    assert {kind: int(sums[kind.name.lower()].sum()) for kind in Lot} == {kind: int(kind == wanted) for kind in Lot}


def test_why_a_caller_was_turned_away_is_why_that_attempt_was_and_not_one_that_reached_the_line():
    """A list puts the first attempt behind, which is then given up, and an own earlier call blocks the second."""
    behind = attempt(0, 1, 100, Ending.ABANDONED, left=10, why=Why.SHARED_PHONE)
    turned_away = attempt(0, 2, 120, Ending.BLOCKED, why=Why.OWN_EARLIER_CALLS)
    sums = count(calls([(100, GENUINE, -1)]), outcomes(behind, turned_away), always(1, 0, DAY)).sums
    for name in ("turned_away_callers", "blocked_callers", "blocked_attempts"):
        found = {reason.name: int(sums[f"{name}_{reason.name.lower()}"].sum()) for reason in list(Why)[1:]}
        assert found == {reason.name: int(reason == Why.OWN_EARLIER_CALLS) for reason in list(Why)[1:]}


PASSED_BACK = (
    # when the other line passes back, seconds after the first attempt; wait at the line; class at T = 15 s
    (5, 10, Lot.IN_TIME_AND_WELL),
    (0, 0, Lot.IN_TIME_AND_WELL),
    (5, 11, Lot.POLICY),
    (30, 0, Lot.POLICY),
)


@pytest.mark.parametrize("after,wait,lot", PASSED_BACK)
def test_who_is_passed_back_is_in_time_counted_from_the_first_attempt(after, wait, lot):
    back = attempt(0, 2, 100 + after, Ending.ANSWERED, wait=wait) | {"cause": Cause.PASSBACK}
    away = attempt(0, 1, 100, Ending.DIVERTED, left=after, why=Why.OWN_EARLIER_CALLS)
    sums = count(calls([(100, GENUINE, -1)]), outcomes(away, back), always(1, 0, DAY), (T,)).sums
    assert {kind: int(sums[kind.name.lower()].sum()) for kind in Lot} == {kind: int(kind == lot) for kind in Lot}
    once = ("diverted_callers", "passed_back_callers", "turned_away_callers", "turned_away_callers_own_earlier_calls")
    assert {name: int(sums[name].sum()) for name in once} == dict.fromkeys(once, 1)
    assert sums["attempts"].sum() == 2
    assert sums["blocked_callers"].sum() == 0
    assert sums[at("attempt_in_time", T)].sum() == 1


def test_the_report_of_a_call_passed_back_is_accepted_as_was_drawn_for_the_diverted_attempt():
    """Passed back at 10 s and talked to until 70 s; 30 s belong to the first attempt, 500 s to the second, no redial.
    The other, diverted as a redial at 20 s, goes on with what was drawn for that: 70 s + 200 s - 0 s."""
    accept = ((0, 1, 30), (0, 2, 500), (1, 1, 1000), (1, 2, 200), (1, 3, 2000))
    plan = calls([(0, GENUINE, -1), (0, GENUINE, -1)], accept=accept)
    back = {"cause": Cause.PASSBACK}
    took = outcomes(
        attempt(0, 1, 0, Ending.DIVERTED, left=10),
        attempt(1, 1, 0, Ending.BUSY),
        attempt(0, 2, 10, Ending.ANSWERED, wait=0) | back,
        attempt(1, 2, 5, Ending.DIVERTED, left=5),
        attempt(1, 3, 10, Ending.ANSWERED, wait=0) | back,
    )
    sums = count(plan, took, always(2, 0, DAY)).sums
    assert sums["to_accepted_report"].sum() == (70 + 30 + 70 + 200) * SECOND


def test_an_incident_is_reported_by_the_earliest_accepted_of_its_reports():
    """Calls at 0 and 10 s; the second, talked to first, is accepted at 10 + 60 + 5 = 75 s, the first at 160 s."""
    plan = calls([(0, GENUINE, 0), (10, GENUINE, 0)], accept=((0, 1, 100), (1, 1, 5)))
    took = outcomes(attempt(0, 1, 0, Ending.ANSWERED, wait=0), attempt(1, 1, 10, Ending.ANSWERED, wait=0))
    sums = count(plan, took, always(2, 0, DAY)).sums
    assert sums["incidents"].sum() == 1
    assert sums["to_accepted_report"].sum() == 75 * SECOND


def test_an_incident_of_the_simulated_past_is_not_counted_with_its_later_callers():
    plan = calls([(-10, GENUINE, 0), (10, GENUINE, 0)])
    took = outcomes(attempt(0, 1, -10, Ending.BUSY), attempt(1, 1, 10, Ending.BUSY))
    sums = count(plan, took, always(1, 0, DAY)).sums
    assert sums["offered"].sum() == 1
    assert sums["incidents"].sum() == 0


def test_clock_hours_begin_with_the_hour_the_scenario_starts_in():
    """From 06:30 for 2 h: the hours 06, 07 and 08, the first and last one half."""
    plan = calls(
        [(0, GENUINE, -1), (1799, GENUINE, -1), (1800, GENUINE, -1), (7199, GENUINE, -1)],
        length=2 * HOUR,
        clock=6 * HOUR + HOUR // 2,
    )
    took = outcomes(
        *(attempt(k, 1, s, Ending.ANSWERED, wait=16 * (k == 1)) for k, s in enumerate((0, 1799, 1800, 7199)))
    )
    clock = count(plan, took, always(4, 0, DAY), (T,), clock_hours=True).clock
    assert clock["offered"][GENUINE].tolist() == [2, 1, 1]
    assert clock[at("in_time", T)][GENUINE].tolist() == [1, 1, 1]


def test_the_headline_threshold_is_the_first_targets_else_15_s():
    assert thresholds_for([]) == (15 * SECOND, 10 * SECOND, 20 * SECOND)
    targets = [parse_target("90 % of genuine within 20 s"), parse_target("80 % of all within 1 min")]
    assert thresholds_for(targets) == (20 * SECOND, 60 * SECOND, 15 * SECOND, 10 * SECOND)


def test_nothing_offered_counts_as_nothing():
    empty = count(calls([]), outcomes(), always(1, 0, DAY))
    assert all(not table.any() for table in empty.sums.values())
    assert empty.floor["time_on_duty"].sum() == DAY


@pytest.mark.parametrize(
    "rows,thresholds,complaint",
    (
        ((attempt(0, 2, 5, Ending.BUSY),), (T,), "first attempt"),
        ((), (T,), "first attempt"),
        ((attempt(0, 1, 5, Ending.BUSY),), (), "threshold"),
    ),
)
def test_tables_that_can_not_be_counted_are_refused(rows, thresholds, complaint):
    with pytest.raises(ValueError, match=complaint):
        count(calls([(5, GENUINE, -1)]), outcomes(*rows), always(1, 0, DAY), thresholds)


def test_counts_at_different_thresholds_do_not_merge():
    with pytest.raises(ValueError, match="same"):
        merge([count(*HAND, (T,)), count(*HAND, (SECOND,))])


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_counting_row_by_row_gives_the_same(seed):
    plan, took, duty = random_tables(seed, past=True)
    sums, wanted = count(plan, took, duty).sums, _row_by_row(plan, took, duty)
    assert {name: sums[name].tolist() for name in wanted} == {name: table.tolist() for name, table in wanted.items()}


AWAY = {
    "blocked_callers": {Ending.BLOCKED},
    "diverted_callers": {Ending.DIVERTED},
    "screened_callers": {Ending.SCREENED},
    "deterred_callers": {Ending.DETERRED},
    "turned_away_callers": {Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED, Ending.DETERRED},
}

DECIDED = dict.fromkeys(AWAY["turned_away_callers"], "policy") | {Ending.FAILED: "failure"}


def _row_by_row(plan, took, duty):
    """The callers' sums once more, told as one tells it of a caller."""
    sums: dict[str, np.ndarray] = {}

    def add(name, call, amount=1):
        hour = (plan.clock + plan.arrival[call]) // HOUR % 24
        sums.setdefault(name, np.zeros((4, 24), dtype=np.int64))[plan.intent[call], hour] += amount

    def why(row):
        if took.dismissed[row]:
            return "misjudgement"
        if took.ending[row] in DECIDED:
            return DECIDED[took.ending[row]]
        when = took.arrival[row]
        return "capacity" if any(a <= when < b for a, b in zip(duty.on, duty.off, strict=True)) else "nobody_on_duty"

    for call in np.flatnonzero((plan.arrival >= 0) & (plan.arrival < plan.length)):
        rows = sorted(np.flatnonzero(took.call == call), key=lambda row: took.attempt[row])
        answered = [row for row in rows if took.ending[row] == Ending.ANSWERED]
        well = [row for row in answered if not took.dismissed[row]]
        add("offered", call)
        add("planned", call, len(rows))
        add("attempts", call, sum(took.ending[row] != Ending.DETERRED for row in rows))
        add("waited", call, sum(took.answered[row] - took.arrival[row] for row in answered))
        add("never_got_through", call, not answered)
        add("passed_back_callers", call, any(took.cause[row] == Cause.PASSBACK for row in rows))
        for name, endings in AWAY.items():
            these = [row for row in rows if took.ending[row] in endings]
            add(name, call, len(these) > 0)
            if name in {"turned_away_callers", "blocked_callers"}:
                for reason in list(Why)[1:]:
                    add(f"{name}_{reason.name.lower()}", call, any(took.why[row] == reason for row in these))
        for threshold in DEFAULT_THRESHOLDS:
            add(at("in_time", threshold), call, _by(answered, plan, took, call) <= threshold)
        in_time = _by(well, plan, took, call) <= DEFAULT_THRESHOLDS[0]
        add("in_time_and_well" if in_time else why(rows[0] if well else rows[-1]), call)
        never = not (well or _in_talk(rows, took))
        add("never_heard", call, never)
        add(f"never_heard_{why(rows[-1])}", call, never)
    return sums


def _in_talk(rows, took):
    return any(took.ending[row] == Ending.OPEN and took.answered[row] >= 0 for row in rows)


def _by(answers, plan, took, call):
    return took.answered[answers[0]] - plan.arrival[call] if answers else np.inf


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(0, 80))
def test_the_five_classes_of_callers_are_all_callers(seed, n):
    sums = count(*random_tables(seed, n, past=True)).sums
    assert np.array_equal(sum(sums[kind.name.lower()] for kind in Lot), sums["offered"])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(0, 80))
def test_who_is_never_heard_is_so_for_one_cause_and_lost_for_it(seed, n):
    sums = count(*random_tables(seed, n, past=True)).sums
    causes = [kind.name.lower() for kind in list(Lot)[1:]]
    assert np.array_equal(sum(sums[f"never_heard_{cause}"] for cause in causes), sums["never_heard"])
    assert all((sums[f"never_heard_{cause}"] <= sums[cause]).all() for cause in causes)
    assert (sums["never_heard"] <= sums["offered"] - sums["answered_well"]).all()


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_endings_of_attempts_are_all_attempts(seed):
    sums = count(*random_tables(seed, past=True)).sums
    assert np.array_equal(sum(sums[ending.name.lower()] for ending in Ending), sums["planned"])
    assert np.array_equal(sums["planned"] - sums["deterred"], sums["attempts"])


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from([1, 2, 2.5]))
def test_days_add_up_to_the_whole(seed, days):
    """Even where the last day is half a one, incidents last over midnight, and the start is not on the hour."""
    tables = random_tables(seed, days=2, past=True)
    tables = (replace(tables[0], length=int(days * DAY)), *tables[1:])
    each = count_by_day(*tables)
    assert len(each) == int(np.ceil(days))
    assert merge(each) == count(*tables)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from([2.5, 4]), st.integers(0, 2))
def test_what_is_counted_since_a_day_is_what_that_day_and_the_later_ones_add_up_to(seed, days, warm_up):
    tables = random_tables(seed, days=4, past=True)
    tables = (replace(tables[0], length=int(days * DAY)), *tables[1:])
    assert count(*tables, since=warm_up * DAY) == merge(count_by_day(*tables)[warm_up:])


def test_a_warm_up_is_left_out_with_its_callers_their_redials_and_call_takers_time():
    """Of the hand-worked day from 11:35 on (20,100 s): the prank, the silent call, genuine 8 and 10, enquiry 9."""
    counts = count(*HAND, (T,), since=20100 * SECOND)
    assert counts.length == DAY - 20100 * SECOND
    assert counts.sums["offered"].sum(axis=1).tolist() == [2, 1, 1, 1]
    # 11: the enquiry's last 10 s (20,020 s to 20,110 s), the prank's 60, genuine 8's 90; 17: 30 s, 18: 60 s
    busy = counts.floor["time_busy"] // SECOND
    assert {hour: int(s) for hour, s in enumerate(busy) if s} == {11: 160, 17: 30, 18: 60}
    # from 11:35 to 18:00, and the 60 s worked after it
    assert counts.floor["time_on_duty"].sum() == (43200 - 20100 + 60) * SECOND


def test_clock_hours_of_what_is_left_begin_with_the_hour_of_its_first_instant():
    """From 06:30 for 2 h, the first 45 min left out: the hours 07 and 08."""
    rows = [(0, GENUINE, -1), (2699, GENUINE, -1), (2700, GENUINE, -1), (7199, GENUINE, -1)]
    plan = calls(rows, length=2 * HOUR, clock=6 * HOUR + HOUR // 2)
    took = outcomes(*(attempt(k, 1, s, Ending.ANSWERED, wait=0) for k, (s, *_) in enumerate(rows)))
    clock = count(plan, took, always(4, 0, DAY), (T,), clock_hours=True, since=45 * HOUR // 60).clock
    assert clock["offered"][GENUINE].tolist() == [1, 1]


@pytest.mark.parametrize("since", (-1, DAY, 2 * DAY))
def test_a_warm_up_that_leaves_nothing_is_refused(since):
    with pytest.raises(ValueError, match="nothing is left to count"):
        count(*HAND, since=since)


@settings(max_examples=20, deadline=None)
@given(SEEDS, SEEDS)
def test_two_replications_merged_are_one_of_both_halves(one, two):
    """One table with the second replication's calls a whole number of days behind the first's."""
    first = random_tables(one)
    second = random_tables(two)
    second = (replace(second[0], clock=first[0].clock), *second[1:])
    assert merge([count(*first), count(*second)]) == count(*_behind(first, second))


def _behind(first, second):
    (a, took_a, duty_a), (b, took_b, duty_b) = first, second
    n, length = len(a), a.length
    joined = {
        name: np.concatenate([getattr(a, name)[:n], getattr(b, name)[: len(b)]])
        for name in a.columns()
        if name != "attempts"
    }
    joined |= {
        name: np.concatenate([joined[name], getattr(a, name)[n:], getattr(b, name)[len(b) :]])
        for name in Calls.ATTEMPT_COLUMNS
    }
    later = np.concatenate([a.later + len(b), b.later - len(b) + n + len(b) + 2 * n])
    plan = replace(
        a,
        **joined
        | {"later": later, "arrival": np.concatenate([a.arrival, b.arrival + length])}
        | {"incident": np.concatenate([a.incident, np.where(b.incident >= 0, b.incident + a.incidents, -1)])}
        | {"incidents": a.incidents + b.incidents, "length": length + b.length, "listed": (), "listed_until": ()}
        | {"sims": a.sims, "first_number": a.first_number},
    )
    moved = {name: getattr(took_b, name) for name in Outcomes.DTYPES} | {"call": took_b.call + n}
    for name in ("arrival", "queued", "answered", "talk_end", "free", "left"):
        moved[name] = np.where(moved[name] >= 0, moved[name] + length, -1)
    took = Outcomes(**{name: np.concatenate([getattr(took_a, name), moved[name]]) for name in moved})
    # the second's call-takers are other persons, who come on when their half begins
    duty = Staffing(
        person=np.concatenate([duty_a.person, duty_b.person + duty_a.persons]),
        on=np.concatenate([duty_a.on, np.maximum(duty_b.on, 0) + length]),
        off=np.concatenate([duty_a.off, duty_b.off + length]),
        pause=np.concatenate([duty_a.pause, duty_b.pause]),
        persons=duty_a.persons + duty_b.persons,
    )
    moved_taker = np.where(took_b.call_taker >= 0, took_b.call_taker + duty_a.persons, -1)
    takers = np.concatenate([took_a.call_taker, moved_taker])
    return plan, Outcomes(**{name: getattr(took, name) for name in Outcomes.DTYPES} | {"call_taker": takers}), duty


def test_a_row_of_a_parquet_file_gives_the_counts_back(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    several = [count(*random_tables(seed, 30), clock_hours=True) for seed in range(3)]
    pq.write_table(pa.Table.from_pylist([to_row(one) for one in several]), tmp_path / "replications.parquet")
    rows = pq.read_table(tmp_path / "replications.parquet").to_pylist()
    assert list(from_rows({name: [row[name] for row in rows] for name in rows[0]})) == several


def test_a_row_without_clock_hours_gives_the_counts_back_too():
    row = to_row(count(*HAND, (T,)))
    [back] = from_rows({name: [column] for name, column in row.items()})
    assert back == count(*HAND, (T,))
    assert (back.thresholds, back.length, len(back.clock)) == ((T,), DAY, 0)


def test_counts_differ_from_those_of_another_day_length_or_threshold_and_from_anything_else():
    counts = count(*HAND, (T,))
    assert counts != count(*HAND, (T,), since=SECOND)
    assert counts != count(*HAND, (T, SECOND))
    assert counts != replace(counts, length=DAY - 1)
    assert counts != replace(counts, floor=counts.floor | {"time_busy": counts.floor["time_busy"] + 1})
    assert counts != "counts"


def test_merged_counts_add_up_to_the_sums_the_time_and_the_clock_hours_of_all():
    one, two = count(*HAND, (T,), clock_hours=True), count(*HAND, (T,), clock_hours=True)
    both = merge([one, two])
    assert both.length == 2 * DAY
    assert both.thresholds == (T,)
    assert both.sums["offered"].sum() == 20
    assert both.floor["time_on_duty"].sum() == 2 * (12 * HOUR + 60 * SECOND)
    assert both.clock["offered"].sum(axis=1).tolist() == [12, 4, 2, 2]
    assert both.durations["wait"].of(ALL)[1].sum() == 16


@pytest.mark.parametrize("most", (0, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**62))
def test_tables_are_given_back_as_they_were_however_narrow_they_are_held(most):
    tables = np.random.default_rng(most).integers(0, most, (3, 4, 24), endpoint=True)
    tables[:, 1, 5] = most
    stack = Stack(("offered", "waited", "blocked"), tables)
    assert list(stack) == ["offered", "waited", "blocked"]
    assert all(np.array_equal(stack[name], table) for name, table in zip(stack, tables, strict=True))
    assert {stack[name].dtype for name in stack} == {np.dtype(np.int64)}
    assert np.array_equal(stack.all(), tables)
    assert np.array_equal(Stack.of(stack).totals(), tables.sum(axis=2))


def test_every_sum_of_microseconds_is_held_as_one():
    sums = count(*HAND).sums
    assert {name for name in sums if sums[name].max() >= SECOND} <= TIMES <= set(sums)


def test_counts_from_another_process_are_the_same_and_hold_no_names_of_their_own():
    counts = count(*HAND, clock_hours=True)
    back = pickle.loads(pickle.dumps(counts))
    assert back == counts
    assert back.sums.names is counts.sums.names
    assert not back.sums["offered"].flags.writeable


def test_the_counts_of_a_year_take_little_room():
    """Thousands of replications are held at once: 8 bytes a cell would be 35 kB and more."""
    counts = count(*random_tables(1, 14_000, days=365))
    assert len(pickle.dumps(counts)) < 24_000 + 5 * sum(len(h.keys) for h in counts.durations.values())


def test_bins_are_narrow_ordered_and_exact_for_small_durations():
    small = np.arange(4097)
    assert np.array_equal(middle(bins(small)), small)
    large = np.unique(np.geomspace(4096, 4e15, 5000).astype(np.int64))
    assert np.all(np.diff(bins(large)) >= 0)
    assert np.max(np.abs(middle(bins(large)) / large - 1)) < 0.0003


def test_durations_are_kept_by_intent():
    counts = count(*HAND, (T,))
    waits = {
        intent: sum(n for _, n in zip(*counts.durations["wait"].of(intent), strict=True)) for intent in (*range(4), ALL)
    }
    assert waits == {0: 5, 1: 2, 2: 1, 3: 0, ALL: 8}
    # the genuine ever answered: 1 after 5 s, 2 after 32 s, 3 after 4 s, 8 after 1 s
    some, each = counts.durations["to_answer"].of(GENUINE)
    assert middle(some) / SECOND == pytest.approx([1, 4, 5, 32], rel=0.0003)
    assert each.tolist() == [1, 1, 1, 1]


def test_the_tables_are_left_as_they_were():
    before = {name: column.copy() for name, column in HAND_OUTCOMES.columns().items()}
    count(HAND_CALLS, HAND_OUTCOMES, HAND_STAFFING)
    assert all(np.array_equal(before[name], column) for name, column in HAND_OUTCOMES.columns().items())
