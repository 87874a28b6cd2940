"""What must hold across the parts of a scenario: shifts in the week, references, memory; and warnings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.checks import faults
from simulator.scenario.floor import WEEKDAYS, Shift
from simulator.scenario.memory import expected_memory
from simulator.scenario.model import Scenario
from simulator.scenario.oddities import warnings
from simulator.scenario.week import minutes_of, on_duty

SOME = {"intent": "genuine", "volume": "24 / d", "talk": "60 s", "patience": "2 min"}


def shift(name: str, begin: str, end: str, **more: object) -> dict[str, object]:
    return {"name": name, "from": begin, "to": end, "call_takers": "1", **more}


def scenario(*shifts: dict[str, object], **more: object) -> Scenario:
    floor = {"trunks": "4", "shifts": list(shifts)}
    whole = {
        "title": "t",
        "start": "2024-01-01T00:00+07:00",
        "length": "14 d",
        "callers": {"some": SOME},
        "floor": floor,
    }
    return Scenario.model_validate({**whole, **more})


def test_shifts_that_meet_to_the_minute_neither_overlap_nor_leave_a_gap() -> None:
    made = scenario(shift("day", "07:00", "14:00"), shift("late", "14:00", "21:00"), shift("night", "21:00", "07:00"))
    assert faults(made) == []
    assert warnings(made) == ()


OVERLAPS = [
    (shift("a", "07:00", "14:00"), shift("b", "13:59", "21:00"), True),
    (shift("a", "21:00", "07:00"), shift("b", "06:00", "08:00"), True),
    (shift("a", "07:00", "14:00", days="mon"), shift("b", "07:00", "14:00", days="tue"), False),
    (shift("a", "21:00", "07:00", days="sun"), shift("b", "06:00", "08:00", days="mon"), True),
    (shift("a", "21:00", "07:00", days="sun"), shift("b", "06:00", "08:00", days="sun"), False),
    (shift("a", "21:00", "07:00", days="sun"), shift("b", "07:00", "08:00", days="mon"), False),
    (shift("a", "00:00", "24:00", days="sat"), shift("b", "23:00", "01:00", days="fri"), True),
    (shift("a", "07:00", "14:00"), shift("b", "13:00", "21:00", may_overlap="yes"), False),
    (shift("a", "07:00", "14:00", may_overlap="yes"), shift("b", "13:00", "21:00"), True),
]


@pytest.mark.parametrize("one, two, overlap", OVERLAPS)
def test_shifts_overlap_where_a_minute_of_the_week_is_in_both(one, two, overlap: bool) -> None:
    assert [broken.key for broken in faults(scenario(one, two))] == ([("floor", "shifts", 1)] if overlap else [])


GAPS = [
    ((shift("day", "06:00", "22:00"),), "mon to sun 22:00-06:00"),
    (
        (shift("day", "06:00", "22:00", days=["mon", "tue", "wed", "thu", "fri"]),),
        "mon to thu 22:00-06:00, fri 22:00 to mon 06:00",
    ),
    ((shift("day", "00:00", "24:00", days=["mon", "tue", "wed", "thu", "fri", "sat"]),), "sun 00:00-24:00"),
    ((shift("all", "00:00", "24:00", days=["tue", "wed", "thu", "fri", "sun"]),), "mon, sat 00:00-24:00"),
    ((shift("day", "08:00", "07:59"),), "mon to sun 07:59-08:00"),
    ((shift("none", "00:00", "24:00", call_takers="0"),), "all week"),
    ((shift("all", "00:00", "24:00", breaks=[{"at": "12:00", "for": "30 min"}]),), "mon to sun 12:00-12:30"),
    ((shift("all", "00:00", "24:00", call_takers="2", breaks=[{"at": "12:00", "for": "30 min"}]),), ""),
    (
        (shift("all", "00:00", "24:00", call_takers="2", breaks=[{"at": "12:00", "for": "30 min", "in_turn": "no"}]),),
        "mon to sun 12:00-12:30",
    ),
]


@pytest.mark.parametrize("shifts, hours", GAPS)
def test_hours_with_nobody_on_duty_are_named(shifts, hours: str) -> None:
    assert warnings(scenario(*shifts)) == ((f"nobody is on duty {hours}",) if hours else ())


def test_only_hours_within_the_scenario_are_named() -> None:
    made = scenario(shift("mon", "08:00", "16:00", days="mon"), start="2024-01-01T10:00+07:00", length="8 h")
    assert warnings(made) == ("nobody is on duty mon 16:00-18:00",)


def test_callers_without_patience_and_hours_without_anybody_are_a_warning() -> None:
    """They would wait until the next shift, each on a line."""
    endless = {name: value for name, value in SOME.items() if name != "patience"}
    groups = {"some": SOME, "patient": endless, "too": endless}
    day = shift("day", "06:00", "22:00")
    assert warnings(scenario(day, callers=groups))[1:] == (
        "callers of patient, too wait until somebody comes on duty: give them patience, such as 2 min",
    )
    assert warnings(scenario(shift("all", "00:00", "24:00"), callers=groups)) == ()


def test_no_shifts_is_a_warning() -> None:
    assert warnings(scenario()) == ("no shifts: nobody is ever on duty",)


@given(
    st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.integers(0, 9),
)
def test_a_shift_is_on_for_its_length_on_each_of_its_days(days: list[str], begin: int, end: int, persons: int) -> None:
    clocks = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (begin, end)]
    made = Shift.model_validate(shift("s", *clocks, days=days, call_takers=str(persons)))
    assert minutes_of(made).sum() == len(days) * ((end - begin - 1) % 1440 + 1)
    assert on_duty((made,)).sum() == persons * minutes_of(made).sum()


BREAKS = [
    ("07:00", "14:00", "2", {"at": "12:00", "for": "30 min"}, None),
    ("07:00", "14:00", "2", {"at": "13:00", "for": "30 min"}, None),
    ("07:00", "14:00", "3", {"at": "13:00", "for": "30 min"}, "for"),
    ("07:00", "14:00", "3", {"at": "13:00", "for": "30 min", "in_turn": "no"}, None),
    ("07:00", "14:00", "1", {"at": "13:45", "for": "30 min"}, "for"),
    ("07:00", "14:00", "1", {"at": "14:00", "for": "30 min"}, "at"),
    ("07:00", "14:00", "1", {"at": "06:59", "for": "1 min"}, "at"),
    ("21:00", "07:00", "1", {"at": "02:00", "for": "5 h"}, None),
    ("21:00", "07:00", "1", {"at": "02:00", "for": "301 min"}, "for"),
]


@pytest.mark.parametrize("begin, end, persons, pause, where", BREAKS)
def test_breaks_lie_within_their_shift_also_when_taken_in_turn(begin, end, persons, pause, where) -> None:
    found = faults(scenario(shift("s", begin, end, call_takers=persons, breaks=[pause])))
    assert [broken.key for broken in found] == ([("floor", "shifts", 0, "breaks", 0, where)] if where else [])


def test_references_to_a_group_known_to_be_faulty_are_not_complained_of() -> None:
    shared = {"shared_with": {"gone": {"share": "4 %", "choose": "by_call"}}}
    made = scenario(callers={"some": {**SOME, "numbers": shared}})
    assert [broken.key for broken in faults(made)] == [("callers", "some", "numbers", "shared_with", "gone")]
    assert faults(made, doubtful=frozenset({"gone"})) == []


def test_memory_counts_calls_attempts_numbers_and_the_simulated_past() -> None:
    """24 calls a day for 14 days and a past of 6: 480; three attempts each; 50 persons with 2 numbers."""
    redial = {"after": {"busy": "50 %"}, "delay": "20 s", "attempts": "3"}
    group = {**SOME, "redial": redial, "numbers": {"pool": "50", "sims": "2"}}
    made = scenario(callers={"some": group}, floor={"trunks": "4", "blocklist": "warmed 6 d"})
    memory = expected_memory(made)
    assert (memory.calls, memory.attempts, memory.numbers, memory.duties) == pytest.approx((480, 1440, 100, 0))
    assert memory.size == pytest.approx(480 * 200 + 1440 * 100 + 100 * 16)


def test_call_takers_that_memory_would_not_hold_are_refused() -> None:
    found = faults(scenario(shift("s", "00:00", "24:00", call_takers="999999999")))
    assert [broken.key for broken in found] == [("floor", "shifts", 0, "call_takers")]


def test_a_blocklist_that_is_there_is_taken(tmp_path: Path) -> None:
    made = scenario(floor={"trunks": "4", "blocklist": "listed.csv"})
    assert [broken.key for broken in faults(made, tmp_path)] == [("floor", "blocklist")]
    (tmp_path / "listed.csv").touch()
    assert faults(made, tmp_path) == []


@pytest.mark.parametrize("count, refused", [(2, False), (3, True), (900, True)])
def test_surges_at_one_time_that_would_overflow_are_refused(count: int, refused: bool) -> None:
    """A thousand times a thousand is the most."""
    surges = [{"after": "1 h", "for": "1 h", "times": "1000"}] * count
    found = faults(scenario(callers={"some": {**SOME, "surges": surges}}))
    assert [broken.key for broken in found] == ([("callers", "some", "surges")] if refused else [])


def test_surges_one_after_the_other_do_not_multiply() -> None:
    surges = [{"after": f"{hour} h", "for": "1 h", "times": "1000"} for hour in range(5)]
    assert faults(scenario(callers={"some": {**SOME, "surges": surges}})) == []


ODD = [
    (
        {"callers": {"some": {**SOME, "surges": [{"after": "14 d", "for": "1 h", "times": "2"}]}}},
        "begins after the scenario's end",
    ),
    ({"callers": {"some": {**SOME, "surges": [{"after": "13 d", "for": "2 d", "times": "2"}]}}}, "goes on after"),
    ({"day_factors": {"weather": {}}}, "no group is busy_with it"),
    ({"targets": ["90 % of silent within 15 s"]}, "no group of callers has this intent"),
]
FIGURE = {"name": "n", "figure": "5", "counts": "attempts", "use": "fitted", "source": "s"}


@pytest.mark.parametrize(
    "stretch, key",
    [
        ({"for": "14 d"}, None),
        ({"for": "15 d"}, "for"),
        ({"after": "13 d", "for": "2 d"}, "for"),
        ({"after": "14 d"}, "after"),
        ({"per": "day", "for": "24 h"}, None),
        ({"per": "day", "for": "23 h"}, "per"),
        ({"per": "day", "after": "13.5 d"}, "per"),
    ],
)
def test_a_reported_figure_is_of_a_stretch_that_the_scenario_has(stretch: dict[str, str], key: str | None) -> None:
    """Single days are compared only where there is a whole one."""
    found = faults(scenario(reported=[{**FIGURE, **stretch}]))
    assert [broken.key for broken in found] == ([("reported", 0, key)] if key else [])


@pytest.mark.parametrize("more, words", ODD)
def test_what_is_odd_but_not_wrong_is_a_warning(more: dict[str, object], words: str) -> None:
    always = shift("all", "00:00", "24:00")
    assert faults(scenario(always, **more)) == []
    assert [words in warning for warning in warnings(scenario(always, **more))] == [True]
