"""Who is on duty when: the weekly roster on the local calendar, less who stays away and who is on a break."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.demand.attendance import draw_staffing
from simulator.scenario.model import WEEKDAYS, Scenario
from simulator.scenario.units import DAY, HOUR, MINUTE
from simulator.tables.staffing import Staffing
from tests.demand.made import GENUINE, Z, scenario

QUARTER = 15 * MINUTE


def roster(*shifts: dict[str, Any], **more: Any) -> Scenario:
    floor = {"shifts": [{"may_overlap": "yes", "call_takers": "1", **shift} for shift in shifts]}
    return scenario(floor={**floor, **more.pop("floor", {})}, **more)


def shift(name: str, begins: str, ends: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "from": begins, "to": ends, **more}


def hours(staffing: Staffing, person: int = 0) -> list[tuple[float, float, bool]]:
    """Stretches of a person, hours from the start, and whether a break follows."""
    mine = staffing.person == person
    table = zip(staffing.on[mine], staffing.off[mine], staffing.pause[mine], strict=True)
    return [(on / HOUR, off / HOUR, bool(pause)) for on, off, pause in table]


def days_present(staffing: Staffing, person: int, days: int) -> np.ndarray[Any, Any]:
    """Whether a person of a shift from 07:00 is there at 08:00 of each day of a run from midnight."""
    mine = staffing.person == person
    return np.isin(np.arange(days), staffing.on[mine] // DAY)


# -- the calendar --------------------------------------------------------------------------------------------------


def on_duty_by_the_calendar(made: Scenario, place: int, index: int, when: int) -> bool:
    """Whether a person who always comes is on duty at a time: every shift that could have begun is tried in turn."""
    at, rule = made.start + timedelta(microseconds=when), made.floor.shifts[index]
    for back in range(3):
        midnight = datetime(at.year, at.month, at.day, tzinfo=at.tzinfo) - timedelta(days=back)
        began = midnight + timedelta(microseconds=rule.from_)
        works = WEEKDAYS[midnight.weekday()] in rule.days and timedelta() <= at - began < _lasts(rule.from_, rule.to)
        works = works and (rule.since or date.min) <= midnight.date() <= (rule.until or date.max)
        if works and not any(_pauses(pause, place, began, at) for pause in rule.breaks):
            return True
    return False


def _lasts(begins: int, ends: int) -> timedelta:
    return timedelta(microseconds=ends - begins if ends > begins else ends + DAY - begins)


def _pauses(pause: Any, place: int, began: datetime, at: datetime) -> bool:
    after = (pause.at - (began.hour * HOUR + began.minute * MINUTE)) % DAY
    begins = began + timedelta(microseconds=after + (place * pause.for_ if pause.in_turn else 0))
    return timedelta() <= at - begins < timedelta(microseconds=pause.for_)


def clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def rosters(draw: st.DrawFn) -> Scenario:
    """Two shifts on a grid of quarters of an hour, breaks within them, from any quarter of any weekday."""
    shifts = []
    for name in "ab":
        begins, lasts = draw(st.integers(0, 95)), draw(st.integers(1, 96))
        persons = draw(st.integers(0, 2))
        breaks = []
        for _ in range(draw(st.integers(0, 2))):
            after, long = draw(st.integers(0, lasts - 1)), draw(st.integers(1, 8))
            if after + long * max(persons, 1) <= lasts:
                in_turn = draw(st.sampled_from(["yes", "no"]))
                pause = {"at": clock((begins + after) % 96), "for": f"{15 * long} min", "in_turn": in_turn}
                breaks.append(pause)
        ends = (begins + lasts) % 96
        days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
        bounds = sorted(f"2024-01-{draw(st.integers(1, 16)):02}" for _ in range(2))
        keys = draw(st.sets(st.sampled_from(["since", "until"])))
        dates = {key: bounds[key == "until"] for key in keys}
        whole = {"call_takers": str(persons), "breaks": breaks, "days": days, **dates}
        shifts.append(shift(name, clock(begins), clock(ends), **whole))
    start = datetime.fromisoformat("2024-01-01T00:00+08:00") + timedelta(minutes=15 * draw(st.integers(0, 7 * 96)))
    past = draw(st.sampled_from(["empty", "warmed 1 d", "warmed 50 h"]))
    length = f"{draw(st.integers(1, 200))} h"
    return roster(*shifts, start=start, length=length, floor={"blocklist": past})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rosters())
def test_everyone_is_on_duty_just_when_the_calendar_says(made: Scenario) -> None:
    """At every quarter of an hour from the opening to a day after the end, and never outside."""
    staffing = draw_staffing(made, 1)
    begin, end = -made.floor.blocklist.warmed, made.length + DAY
    times = np.arange(begin, end, QUARTER)
    person = 0
    for index, rule in enumerate(made.floor.shifts):
        for place in range(rule.call_takers):
            mine = staffing.person == person
            seen = ((staffing.on[mine][:, None] <= times) & (times < staffing.off[mine][:, None])).sum(axis=0)
            wanted = [on_duty_by_the_calendar(made, place, index, int(when)) for when in times]
            assert seen.tolist() == [int(each) for each in wanted]
            person += 1
    assert staffing.persons == person


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rosters())
def test_stretches_are_sorted_and_those_of_one_person_neither_overlap_nor_touch(made: Scenario) -> None:
    staffing = draw_staffing(made, 1)
    keys = list(zip(staffing.on.tolist(), staffing.person.tolist(), strict=True))
    assert keys == sorted(keys)
    assert (staffing.on < staffing.off).all()
    for person in range(staffing.persons):
        mine = staffing.person == person
        assert (staffing.on[mine][1:] > staffing.off[mine][:-1]).all()


def test_the_night_shift_that_is_in_progress_at_the_start_goes_on() -> None:
    """From 06:00 on a Monday: the night that began on Sunday, then every night; clipped a day after the end."""
    made = roster(shift("night", "21:00", "07:00"), start="2024-01-01T06:00+08:00", length="2 d")
    assert hours(draw_staffing(made, 1)) == [(0, 1, False), (15, 25, False), (39, 49, False), (63, 72, False)]


@pytest.mark.parametrize("offset", ["+07:00", "+08:00", "+09:00"])
def test_shifts_go_by_local_time(offset: str) -> None:
    made = roster(shift("day", "07:00", "14:00"), start=f"2024-01-01T06:30{offset}", length="1 h")
    assert hours(draw_staffing(made, 1)) == [(0.5, 7.5, False), (24.5, 25, False)]


@pytest.mark.parametrize("attendance", ["100 %", "70 %"])
def test_a_shift_split_at_a_date_staffs_the_same_days_as_the_whole(attendance: str) -> None:
    """Who stays away is drawn anew, since it is another shift by name; the days on which it is worked are the same."""
    rule = shift("night", "22:00", "06:00", attendance=attendance)
    split = [{**rule, "until": "2024-01-05"}, {**rule, "name": "later", "since": "2024-01-06"}]
    when = {"start": "2024-01-01T00:00+07:00", "length": "14 d"}
    whole, parts = draw_staffing(roster(rule, **when), 1), draw_staffing(roster(*split, **when), 1)
    before = whole.on < 5 * DAY
    assert parts.on[parts.person == 0].tolist() == whole.on[before].tolist()
    if attendance == "100 %":
        assert (parts.on.tolist(), parts.off.tolist()) == (whole.on.tolist(), whole.off.tolist())


def test_a_shift_of_some_weekdays_begins_on_these_alone() -> None:
    """A night shift of Friday runs into Saturday."""
    made = roster(shift("night", "22:00", "06:00", days=["fri"]), start="2024-01-06T00:00+07:00", length="7 d")
    assert hours(draw_staffing(made, 1)) == [(0, 6, False), (6 * 24 + 22, 7 * 24 + 6, False)]


def test_a_shift_round_the_clock_is_one_stretch_over_all_its_days() -> None:
    made = roster(shift("all", "07:00", "07:00"), length="3 d")
    assert hours(draw_staffing(made, 1)) == [(0, 96, False)]


def test_a_shift_round_the_clock_on_some_days_is_joined_over_neighbouring_ones() -> None:
    days = {"days": ["mon", "tue", "thu"]}
    made = roster(shift("all", "00:00", "24:00", **days), length="7 d")
    assert hours(draw_staffing(made, 1)) == [(0, 48, False), (72, 96, False), (168, 192, False)]


def test_duty_is_clipped_to_the_opening_and_a_day_after_the_length() -> None:
    made = roster(shift("all", "00:00", "24:00"), length="36 h", floor={"blocklist": "warmed 5 h"})
    assert hours(draw_staffing(made, 1)) == [(-5, 60, False)]


def test_nobody_is_on_duty_without_shifts_or_call_takers() -> None:
    for made in (scenario(), roster(shift("day", "07:00", "14:00", call_takers="0"))):
        staffing = draw_staffing(made, 1)
        assert (staffing.persons, len(staffing.on)) == (0, 0)


# -- breaks --------------------------------------------------------------------------------------------------------


def with_breaks(persons: int, *breaks: dict[str, Any]) -> Staffing:
    made = roster(shift("day", "08:00", "16:00", call_takers=str(persons), breaks=breaks), length="1 h")
    return draw_staffing(made, 1)


def test_a_break_in_turn_is_taken_one_after_the_other() -> None:
    staffing = with_breaks(3, {"at": "11:00", "for": "30 min"})
    assert [hours(staffing, person) for person in range(3)] == [
        [(8, 11, True), (11.5, 16, False)],
        [(8, 11.5, True), (12, 16, False)],
        [(8, 12, True), (12.5, 16, False)],
    ]


def test_a_break_all_at_once_leaves_nobody() -> None:
    staffing = with_breaks(2, {"at": "11:00", "for": "30 min", "in_turn": "no"})
    assert hours(staffing, 0) == hours(staffing, 1) == [(8, 11, True), (11.5, 16, False)]


@pytest.mark.parametrize(
    "breaks, stretches",
    [
        ([("08:00", "1 h")], [(9, 16, False)]),
        ([("15:00", "1 h")], [(8, 15, True)]),
        ([("10:00", "1 h"), ("11:00", "1 h")], [(8, 10, True), (12, 16, False)]),
        ([("10:00", "1 h"), ("10:30", "1 h")], [(8, 10, True), (11.5, 16, False)]),
        ([("10:00", "4 h"), ("11:00", "1 h")], [(8, 10, True), (14, 16, False)]),
        ([("12:00", "1 h"), ("10:00", "1 h")], [(8, 10, True), (11, 12, True), (13, 16, False)]),
        ([("08:00", "8 h")], []),
    ],
)
def test_breaks_may_begin_or_end_a_shift_touch_and_overlap(
    breaks: list[tuple[str, str]], stretches: list[tuple[float, float, bool]]
) -> None:
    """A person on a long break is not called back by the end of a short one within it."""
    staffing = with_breaks(1, *({"at": at, "for": lasts} for at, lasts in breaks))
    assert hours(staffing) == stretches


# -- who comes -----------------------------------------------------------------------------------------------------

DAYS = 4000


def attended(share: str, correlation: str = "0 %", persons: int = 2) -> list[np.ndarray[Any, Any]]:
    attendance = {"share": share, "correlation": correlation}
    made = roster(shift("day", "07:00", "14:00", call_takers=str(persons), attendance=attendance), length=f"{DAYS} d")
    staffing = draw_staffing(made, 1)
    return [days_present(staffing, person, DAYS) for person in range(persons)]


@pytest.mark.parametrize("share", [0, 60, 95, 100])
@pytest.mark.parametrize("correlation", [0, 20, 100])
def test_persons_come_in_the_stated_share(share: int, correlation: int) -> None:
    p = share / 100
    for came in attended(f"{share} %", f"{correlation} %"):
        assert abs(came.mean() - p) <= Z * (p * (1 - p) / DAYS) ** 0.5


@pytest.mark.parametrize("correlation", [0, 20, 60])
def test_persons_of_one_shift_stay_away_together_as_far_as_stated(correlation: int) -> None:
    """Beta-binomial: the correlation of two persons' attendance is the stated one."""
    one, two, three = attended("80 %", f"{correlation} %", 3)
    for a, b in ((one, two), (one, three), (two, three)):
        assert abs(np.corrcoef(a, b)[0, 1] - correlation / 100) < Z * 1.5 / DAYS**0.5


def test_with_full_correlation_all_of_a_shift_come_or_none() -> None:
    one, two, three = attended("80 %", "100 %", 3)
    assert (one == two).all()
    assert (one == three).all()
    assert one.any()
    assert not one.all()


def test_shifts_and_days_are_independent_of_each_other() -> None:
    attendance = {"share": "70 %", "correlation": "90 %"}
    shifts = [shift(name, "07:00", "14:00", attendance=attendance) for name in ("a", "b")]
    staffing = draw_staffing(roster(*shifts, length=f"{DAYS} d"), 1)
    one, two = (days_present(staffing, person, DAYS) for person in range(2))
    assert abs(np.corrcoef(one, two)[0, 1]) < Z / DAYS**0.5
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < Z / DAYS**0.5


# -- what moves no draw --------------------------------------------------------------------------------------------

UNSURE = {"attendance": {"share": "70 %", "correlation": "30 %"}}
LATE = shift("late", "14:00", "22:00", **UNSURE, breaks=[{"at": "18:00", "for": "20 min"}])


def by_name(made: Scenario, least: int = 0) -> dict[tuple[str, int], list[tuple[int, int, bool]]]:
    """Stretches that begin at ``least`` or later, by shift and place in it."""
    staffing, found, person = draw_staffing(made, 1), {}, 0
    for each in made.floor.shifts:
        for place in range(each.call_takers):
            mine = (staffing.person == person) & (staffing.on >= least)
            columns = (staffing.on[mine].tolist(), staffing.off[mine].tolist(), staffing.pause[mine].tolist())
            found[each.name, place] = list(zip(*columns, strict=True))
            person += 1
    return found


def test_another_shift_or_one_more_call_taker_moves_nobody_elses_attendance() -> None:
    day = shift("day", "07:00", "14:00", call_takers="2", **UNSURE)
    bigger = {**day, "call_takers": "3"}
    night = shift("night", "22:00", "07:00", **UNSURE)
    before = by_name(roster(day, LATE, length="60 d"))
    for after in ((night, day, LATE), (day, night, LATE), (bigger, LATE), (LATE, bigger), (bigger, night, LATE)):
        made = by_name(roster(*after, length="60 d"))
        assert {name: made[name] for name in before} == before


def test_callers_trunks_policy_and_breaks_move_nobodys_attendance() -> None:
    day = shift("day", "07:00", "14:00", call_takers="2", **UNSURE)
    before = draw_staffing(roster(day, length="60 d"), 1)
    policy = {"rules": [{"on": "prank", "action": "block", "for": "24 h"}]}
    more = {"callers": {"a": GENUINE, "b": GENUINE}, "policy": policy, "floor": {"trunks": "9"}}
    assert draw_staffing(roster(day, length="60 d", **more), 1) == before
    paused = by_name(roster({**day, "breaks": [{"at": "13:00", "for": "20 min"}]}, length="60 d"))
    for place in range(2):
        mine = before.person == place
        assert [on for on, _, pause in paused["day", place] if pause] == before.on[mine].tolist()


def test_a_longer_run_or_a_longer_past_begins_with_the_same_attendance() -> None:
    day = shift("day", "07:00", "14:00", call_takers="2", **UNSURE)
    short, long = by_name(roster(day, length="20 d")), by_name(roster(day, length="60 d"))
    cold = by_name(roster(day, length="20 d", floor={"blocklist": "warmed 9 d"}))
    older = by_name(roster(day, length="20 d", floor={"blocklist": "warmed 99 d"}), -9 * DAY)
    newer = by_name(roster(day, length="20 d", floor={"blocklist": "warmed 9 d"}), -9 * DAY)
    assert older == newer
    for person, stretches in short.items():
        assert long[person][: len(stretches)] == stretches
        assert [each for each in cold[person] if each[0] >= 0] == stretches


def test_another_seed_or_replication_gives_another_attendance() -> None:
    made = roster(LATE, length="60 d")
    first = draw_staffing(made, 1, 0)
    assert first == draw_staffing(made, 1, 0)
    assert first != draw_staffing(made, 1, 1)
    assert first != draw_staffing(made, 2, 0)
