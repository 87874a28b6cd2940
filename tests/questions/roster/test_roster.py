"""Rosters: each keeps every rule, none is fuller or more even, and what cannot be filled is told with its cause."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.questions.roster.assign import Case, Filled, fill
from simulator.questions.roster.duties import Duty, broken, is_night
from simulator.questions.roster.evenness import Evened, calm, even
from simulator.questions.roster.shortage import further, lacks, short_weeks, unworkable, would_do_without
from simulator.scenario.people import Night
from simulator.scenario.units import DAY, HOUR
from tests.questions.roster.rosters import MONDAY, THREE, case_of, faults_of

PERSONS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "hours_a_week": st.sampled_from(["16 h", "24 h", "40 h"]),
            "nights": st.sampled_from(["no"]),
            "shifts": st.sampled_from([["early"], ["late", "night"]]),
            "not_on": st.sampled_from([["fri"], ["sat", "sun"]]),
            "leave": st.sampled_from([["2024-06-05"], ["2024-06-08 to 2024-06-10"]]),
        },
    ),
    min_size=2,
    max_size=6,
)
RULES: dict[str, Any] = {
    "hours_a_week": st.sampled_from([24, 40, 48]),
    "overtime": st.sampled_from([0, 8]),
    "rest": st.sampled_from([0, 8, 11, 24]),
    "rest_after_nights": st.sampled_from([0, 24, 48]),
    "nights_in_a_row": st.integers(1, 4),
    "days_in_a_row": st.integers(2, 6),
    "days_off_a_week": st.integers(0, 3),
    "days_off_in_a_row": st.integers(0, 3),
}


def named(persons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": f"p{n}", **person} for n, person in enumerate(persons)]


def all_faults(case: Case, on: np.ndarray) -> list[str]:
    own = [[duty for duty, works in zip(case.duties, row, strict=True) if works] for row in on]
    return [fault for person, duties in enumerate(own) for fault in faults_of(case, person, duties)]


@given(PERSONS, st.fixed_dictionaries(RULES), st.sampled_from([1, 2]))
@settings(max_examples=40, deadline=None)
def test_every_roster_keeps_every_rule_full_or_not(
    persons: list[dict[str, Any]], rules: dict[str, Any], weeks: int
) -> None:
    case = case_of(people=named(persons), weeks=weeks, **rules)
    filled = fill(case, 10.0)
    assert all_faults(case, filled.on) == []
    assert (filled.lacking >= 0).all()
    assert filled.on.sum() + filled.lacking.sum() == sum(duty.need for duty in case.duties)
    if not filled.lacking.any():
        evened = even(case, filled, 2.0)
        for found in (evened, calm(case, evened, 1.0)):
            assert all_faults(case, found.on) == []
            assert (found.on.sum(axis=0) == [duty.need for duty in case.duties]).all()
        assert (calm(case, evened, 1.0).on.sum(axis=1) == evened.on.sum(axis=1)).all()


@given(st.fixed_dictionaries(RULES), st.lists(st.sampled_from(["early", "late", "night"]), max_size=6), st.data())
@settings(max_examples=150, deadline=None)
def test_the_two_tellings_of_the_rules_agree_about_any_duties(
    rules: dict[str, Any], names: list[str], data: st.DataObject
) -> None:
    case = case_of(people=1, weeks=2, **rules)
    duties = data.draw(st.lists(st.sampled_from(list(case.duties)), unique=True, max_size=9))
    assert bool(broken(duties, case.people[0], case.rules, case.span)) == bool(faults_of(case, 0, duties)), (
        broken(duties, case.people[0], case.rules, case.span),
        faults_of(case, 0, duties),
    )


# -- held against trying all ---------------------------------------------------------------------------------------

TWO = (
    {"name": "early", "from": "06:00", "to": "14:00", "call_takers": "1", "days": ["fri", "sat", "sun"]},
    {"name": "night", "from": "22:00", "to": "06:00", "call_takers": "1", "days": ["fri", "sat", "sun"]},
)


def every_roster(case: Case) -> list[np.ndarray]:
    """All rosters that keep the rules and give no duty more persons than it needs."""
    rows = [[False, True]] * len(case.duties)
    own = []
    for person in range(len(case.people)):
        sets = [np.array(row) for row in product(*rows)]
        picked = [[d for d, w in zip(case.duties, row, strict=True) if w] for row in sets]
        own.append([row for row, duties in zip(sets, picked, strict=True) if not faults_of(case, person, duties)])
    need = np.array([duty.need for duty in case.duties])
    rosters = (np.array(rows) for rows in product(*own))
    return [on for on in rosters if (on.sum(axis=0) <= need).all()]


def unevenness(case: Case, on: np.ndarray) -> Fraction:
    """Nights, weekend duties and hours: squares over weights, less what an even share has; weights are contracts."""
    contracts = [int((p.hours_a_week or case.rules.hours_a_week) // HOUR) for p in case.people]
    weight = [Fraction(contract, max(contracts)) for contract in contracts]
    total = Fraction(0)
    for counts in ([d.night for d in case.duties], [d.weekend for d in case.duties], [1 for _ in case.duties]):
        who = [any(counts[i] for i in case.may(p)) for p in range(len(case.people))]
        many = [sum(int(c) for c, works in zip(counts, row, strict=True) if works) for row in on]
        due = sum((w for w, can in zip(weight, who, strict=True) if can), Fraction(0))
        total += sum((Fraction(n * n) / w for n, w, can in zip(many, weight, who, strict=True) if can), Fraction(0))
        total -= Fraction(sum(many) ** 2) / due if due else 0
    return total


@given(st.fixed_dictionaries(RULES), st.lists(st.sampled_from(["16 h", "40 h"]), min_size=2, max_size=3))
@settings(max_examples=25, deadline=None)
def test_no_roster_is_fuller_or_more_even_than_the_one_found(rules: dict[str, Any], contracts: list[str]) -> None:
    people = [{"name": f"p{n}", "hours_a_week": hours} for n, hours in enumerate(contracts)]
    case = case_of(TWO, people, **{**rules, "overtime": 0})
    every = every_roster(case)
    filled = fill(case, 10.0)
    most = max(int(on.sum()) for on in every)
    assert int(filled.on.sum()) == most
    assert filled.least == len(case.duties) - most
    if most == len(case.duties):
        evened = even(case, filled, 10.0)
        full = [on for on in every if on.sum() == most]
        assert evened.proven
        assert evened.uneven == pytest.approx(float(min(unevenness(case, on) for on in full)), abs=1e-5)
        assert evened.uneven == pytest.approx(float(unevenness(case, evened.on)), abs=1e-5)


# -- what is asked of a roster -------------------------------------------------------------------------------------


def evened_of(case: Case) -> Evened:
    filled = fill(case, 20.0)
    assert not filled.lacking.any()
    return even(case, filled, 20.0)


def test_nights_weekends_and_hours_are_as_even_as_whole_shifts_allow() -> None:
    case = case_of(people=7, weeks=4)
    found = evened_of(case)
    assert found.proven
    for counts in ([d.night for d in case.duties], [d.weekend for d in case.duties], [True for _ in case.duties]):
        many = found.on[:, np.array(counts)].sum(axis=1)
        assert many.max() - many.min() <= 1


def test_a_search_without_time_still_has_a_full_roster_and_a_bound_that_holds() -> None:
    case = case_of(people=6, weeks=4)
    filled = fill(case, 20.0)
    hurried, found = even(case, filled, 1e-3), even(case, filled, 20.0)
    assert found.proven
    assert (hurried.on.sum(axis=0) == [duty.need for duty in case.duties]).all()
    assert 0 < hurried.bound <= found.uneven + 1e-6 <= hurried.uneven + 2e-6


def test_half_a_contract_and_half_a_month_of_leave_have_half_the_nights() -> None:
    people = [{"name": f"p{n}"} for n in range(7)]
    people += [{"name": "half", "hours_a_week": "20 h"}, {"name": "away", "leave": ["2024-06-17 to 2024-06-30"]}]
    case = case_of(people=people, weeks=4)
    found = evened_of(case)
    nights = found.on[:, np.array([duty.night for duty in case.duties])].sum(axis=1)
    assert nights[:7].min() in (3, 4)
    assert nights[7] in (1, 2)
    assert nights[8] in (1, 2)


def test_overtime_is_the_last_resort_and_no_hour_more_than_it_takes() -> None:
    # 21 shifts of 8 hours are 168 hours; four persons have 160.
    rules = {"rest": 8, "rest_after_nights": 0, "nights_in_a_row": 6, "overtime": 8}
    case = case_of(people=4, **rules)
    assert evened_of(case).overtime == pytest.approx(8)
    assert evened_of(case_of(people=5, **rules)).overtime == pytest.approx(0)


def test_days_at_work_come_in_fewer_stretches_and_everybody_keeps_their_sums() -> None:
    case = case_of(people=6, weeks=4)
    evened = evened_of(case)
    calmer = calm(case, evened, 5.0)

    def stretches(on: np.ndarray) -> int:
        days = [{d.day for d, works in zip(case.duties, row, strict=True) if works} for row in on]
        return sum(day - 1 not in own for own in days for day in own)

    assert stretches(calmer.on) < stretches(evened.on)
    nights = np.array([duty.night for duty in case.duties])
    assert (calmer.on[:, nights].sum(axis=1) == evened.on[:, nights].sum(axis=1)).all()


def test_rest_is_kept_across_the_first_day_of_a_roster() -> None:
    case = case_of(people=1, nights_in_a_row=2, hours_a_week=168, days_off_a_week=0, weeks=1)
    sunday = case_of(people=1, first=date(2024, 5, 27)).duties[-1]
    assert sunday.night
    before = replace(sunday, day=-1, begin=sunday.begin - 7 * 24 * HOUR, end=sunday.end - 7 * 24 * HOUR)
    on = fill(replace(case, past=[[before]]), 10.0).on[0]
    monday = [duty for duty, works in zip(case.duties, on, strict=True) if works and duty.day == 0]
    assert all(duty.night for duty in monday)
    own = [duty for duty, works in zip(case.duties, on, strict=True) if works]
    assert not broken([before, *own], case.people[0], case.rules, case.span)


DAY_AND_SUNDAY_NIGHT = (
    {"name": "day", "from": "08:00", "to": "12:00", "call_takers": "1", "days": ["tue", "wed", "thu", "fri", "sat"]},
    {"name": "night", "from": "22:00", "to": "04:00", "call_takers": "1", "days": ["sun"], "until": "2024-06-09"},
)


@pytest.mark.parametrize("most, lacking", [(6, 1), (11, 1), (12, 0)])
def test_the_second_day_of_a_night_is_a_day_in_a_row(most: int, lacking: int) -> None:
    """Tuesday to Sunday night, and Tuesday to Saturday: twelve days, of each of which some hour is worked."""
    case = case_of(DAY_AND_SUNDAY_NIGHT, 1, weeks=2, days_in_a_row=most, days_off_a_week=1)
    filled = fill(case, 10.0)
    assert (filled.lacking.sum(), filled.least) == (lacking, lacking)
    assert ("days_in_a_row" in broken(case.duties, case.people[0], case.rules, case.span)) == bool(lacking)


def as_past(case: Case, on: np.ndarray) -> list[list[Duty]]:
    """What each person worked, told from the day after the roster."""
    days = case.span.days
    return [
        [
            replace(d, day=d.day - days, begin=d.begin - days * DAY, end=d.end - days * DAY)
            for d, works in zip(case.duties, row, strict=True)
            if works
        ]
        for row in on
    ]


@given(PERSONS, st.fixed_dictionaries(RULES))
@settings(max_examples=25, deadline=None)
def test_two_rosters_one_after_the_other_keep_the_rules_together(
    persons: list[dict[str, Any]], rules: dict[str, Any]
) -> None:
    first = case_of(people=named(persons), **rules)
    past = as_past(first, fill(first, 10.0).on)
    then = case_of(people=named(persons), first=MONDAY + timedelta(days=7), **rules)
    then = replace(then, past=past)
    for person, row in enumerate(fill(then, 10.0).on):
        own = [duty for duty, works in zip(then.duties, row, strict=True) if works]
        assert faults_of(then, person, [*past[person], *own]) == []


def test_the_last_night_before_a_roster_takes_its_first_day() -> None:
    """Sunday's night ends on Monday: with six mornings from Tuesday on that is eight days in a row."""
    morning = {"name": "early", "from": "08:00", "to": "12:00", "call_takers": "1"}
    night = {**THREE[2], "days": ["sun"]}
    before = case_of((night,), 1)
    past = as_past(before, np.ones((1, 1), dtype=np.bool_))
    rules = {"days_off_a_week": 0, "rest_after_nights": 0, "rest": 0, "hours_a_week": 168}
    days = ["tue", "wed", "thu", "fri", "sat", "sun"]
    for most, lacking in ((8, 0), (7, 1)):
        case = case_of(({**morning, "days": days},), 1, days_in_a_row=most, **rules)
        assert fill(replace(case, past=past), 10.0).lacking.sum() == lacking


def test_a_past_that_broke_the_rules_only_binds_what_comes() -> None:
    case = case_of(people=1, days_in_a_row=2)
    week = case.duties[::3]
    past = [replace(d, day=d.day - 7, begin=d.begin - 7 * 24 * HOUR, end=d.end - 7 * 24 * HOUR) for d in week]
    on = fill(replace(case, past=[past]), 10.0).on[0]
    assert not any(works and duty.day == 0 for duty, works in zip(case.duties, on, strict=True))
    assert on.any()


@pytest.mark.parametrize(
    "begin, hours, night", [(22, 8, True), (23, 8, True), (15, 8, False), (4, 8, True), (5, 8, False), (7, 24, True)]
)
def test_a_night_is_a_shift_with_three_hours_between_eleven_and_seven(begin: int, hours: int, night: bool) -> None:
    assert is_night(begin * HOUR, hours * HOUR, Night()) == night


def test_shifts_on_some_days_with_dates_and_several_persons_are_each_filled() -> None:
    shifts = (
        {"name": "day", "from": "08:00", "to": "16:00", "call_takers": "2", "days": ["mon", "tue"]},
        {
            "name": "fair",
            "from": "10:00",
            "to": "18:00",
            "call_takers": "1",
            "since": "2024-06-06",
            "until": "2024-06-07",
        },
        {"name": "nobody", "from": "20:00", "to": "22:00", "call_takers": "0"},
    )
    case = case_of(shifts, 3)
    assert [(d.name, d.day, d.need) for d in case.duties] == [
        *(("day", 0, 2), ("day", 1, 2)),
        *(("fair", 3, 1), ("fair", 4, 1)),
    ]
    assert not fill(case, 10.0).lacking.any()


def test_breaks_are_no_hours_of_work_unless_the_rules_say_so() -> None:
    shift = {**THREE[0], "breaks": [{"at": "10:00", "for": "30 min"}]}
    assert case_of((shift,)).duties[0].work == 7.5 * HOUR
    assert case_of((shift,), paid_breaks="yes").duties[0].work == 8 * HOUR


# -- what cannot be filled ----------------------------------------------------------------------------------------


def found_short(case: Case) -> tuple[Filled, list[Any]]:
    filled = fill(case, 20.0)
    return filled, list(lacks(case, filled))


def test_the_night_that_nobody_may_work_is_named_with_the_reason_and_the_rule() -> None:
    people = [{"name": "a", "nights": "no"}, {"name": "b", "leave": ["2024-06-04 to 2024-06-05"]}]
    night = {**THREE[2], "days": ["tue"]}
    case = case_of((night,), people)
    filled, found = found_short(case)
    [lack] = found
    assert (lack.duty.name, lack.duty.day, lack.persons) == ("night", 1, 1)
    assert dict(lack.reasons) == {"may not work nights": 1, "are on leave": 1}
    assert list(would_do_without(case, 5.0)) == ["are on leave", "may not work nights"]
    assert further(case, filled, 5.0).persons == 1


@pytest.mark.parametrize(
    "rules, told",
    [
        ({"hours_a_week": 32}, "hours_a_week"),
        ({"days_in_a_row": 5}, "days_in_a_row"),
        ({"nights_in_a_row": 4}, "nights_in_a_row"),
        ({"days_off_a_week": 2}, "days_off_a_week"),
        ({"days_off_in_a_row": 2, "days_off_a_week": 0}, "days_off_in_a_row"),
    ],
)
def test_the_one_rule_in_the_way_is_named(rules: dict[str, int], told: str) -> None:
    """One person for five nights from Monday: six days are touched."""
    night = {**THREE[2], "days": ["mon", "tue", "wed", "thu", "fri"]}
    case = case_of((night,), 1, **{"nights_in_a_row": 5, "days_in_a_row": 6, "hours_a_week": 40, **rules})
    assert fill(case, 20.0).least == 1
    assert list(would_do_without(case, 5.0)) == [told]


@pytest.mark.parametrize("rules, told", [({"rest": 24}, "rest"), ({"rest_after_nights": 48}, "rest_after_nights")])
def test_rest_that_is_too_long_for_so_few_is_named(rules: dict[str, int], told: str) -> None:
    shifts = ({**THREE[2], "days": ["mon"]}, {**THREE[1], "days": ["wed"]}, {**THREE[0], "days": ["thu"]})
    case = case_of(shifts, 1, **{"rest": 8, "rest_after_nights": 24, **rules})
    assert fill(case, 20.0).least == 1
    assert list(would_do_without(case, 5.0)) == [told]


def test_a_week_whose_hours_are_too_few_is_told_by_its_hours() -> None:
    people = [{"name": f"p{n}"} for n in range(5)]
    people[0] = {"name": "p0", "leave": ["2024-06-10 to 2024-06-16"]}
    [week] = short_weeks(case_of(people=people, weeks=2))
    assert (week.week, week.asked / HOUR, week.have / HOUR) == (1, 168, 160)


@given(st.integers(0, 3), st.sampled_from([{}, {"nights_in_a_row": 1}, {"days_off_a_week": 3}, {"rest": 24}]))
@settings(max_examples=12, deadline=None)
def test_no_fewer_further_people_would_do(have: int, rules: dict[str, Any]) -> None:
    case = case_of(people=[{"name": "nobody", "shifts": ["never"]}, *named([{}] * have)], **rules)
    filled = fill(case, 10.0)
    more = further(case, filled, 10.0)
    assert more.proven
    fewer = case_of(people=max(have + more.persons - 1, 1), **rules)
    enough = case_of(people=have + more.persons, **rules)
    assert not fill(enough, 10.0).lacking.any()
    assert not more.persons or fill(fewer, 10.0).lacking.any()


@pytest.mark.parametrize(
    "rules, told", [({"hours_a_week": 6}, "hours_a_week"), ({"days_off_a_week": 6}, "days_off_a_week"), ({}, None)]
)
def test_a_rule_that_keeps_everybody_from_a_shift_is_told_before_anything_is_tried(
    rules: dict[str, Any], told: str | None
) -> None:
    found = unworkable(case_of((THREE[2],), 2, **rules))
    assert (found and found[1]) == told


def test_weeks_are_counted_from_the_first_day_whatever_day_that_is() -> None:
    case = case_of(first=date(2024, 6, 6))
    assert MONDAY.weekday() == 0
    assert [duty.weekend for duty in case.duties if duty.name == "early"] == [False, False, True, True] + 3 * [False]
