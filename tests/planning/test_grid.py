"""Call-takers by interval, as shifts of persons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.demand.attendance import draw_staffing
from simulator.planning.grid import Grid, layer_shifts
from simulator.planning.space import OwnShifts
from simulator.scenario.floor import Floor, Shift
from simulator.scenario.units import DAY, HOUR, MINUTE
from tests.planning.lines import scenario

CHANGES = Floor.model_validate(
    {
        "trunks": 4,
        "shifts": [
            {"name": n, "from": f, "to": t, "call_takers": 1}
            for n, f, t in (("day", "07:00", "19:00"), ("night", "19:00", "07:00"))
        ],
    }
)


@given(st.lists(st.integers(0, 4), min_size=24, max_size=24), st.sampled_from([CHANGES, Floor(trunks=4)]))
@settings(max_examples=60, deadline=None)
def test_so_many_are_on_duty_in_each_interval(
    tmp_path_factory: pytest.TempPathFactory, levels: list[int], floor: Floor
) -> None:
    line = scenario(tmp_path_factory.getbasetemp())
    shifts = layer_shifts(np.array(levels), Grid(HOUR), floor)
    staffing = draw_staffing(line.model_copy(update={"floor": line.floor.model_copy(update={"shifts": shifts})}), 1)
    middle = np.arange(24) * HOUR + 30 * MINUTE
    assert staffing.on_duty(middle + DAY).tolist() == levels
    assert len({shift.name for shift in shifts}) == len(shifts)


def test_a_person_stays_on_over_neighbouring_intervals_and_goes_at_a_change_of_shift() -> None:
    levels = np.zeros(24, dtype=np.int64)
    levels[5:9] = 1
    names = [shift.name for shift in layer_shifts(levels, Grid(HOUR), CHANGES)]
    assert names == ["from_0500_to_0700", "from_0700_to_0900"]


def test_persons_by_interval_come_as_those_of_the_scenarios_shift_at_that_time() -> None:
    late = CHANGES.shifts[1].model_copy(
        update={"attendance": CHANGES.shifts[1].attendance.model_copy(update={"share": 0.5})}
    )
    floor = CHANGES.model_copy(update={"shifts": (CHANGES.shifts[0], late)})
    shares = {s.name: s.attendance.share for s in layer_shifts(np.ones(24, dtype=np.int64), Grid(HOUR), floor)}
    assert shares == {"from_0700_to_1900": 1.0, "from_1900_to_0700": 0.5}


@pytest.mark.parametrize("step", [0, 7 * MINUTE, 30_000_000, -HOUR])
def test_intervals_have_to_fill_the_day_with_whole_minutes(step: int) -> None:
    with pytest.raises(ValueError, match="do not fill a day"):
        Grid(step)


@pytest.mark.parametrize(
    "begin, end, wanted",
    [(0, 1, (0,)), (23, 25, (0, 23)), (-1, 1, (0, 23)), (0, 24, tuple(range(24))), (0, 60, tuple(range(24)))],
)
def test_a_stretch_touches_its_intervals_past_midnight_too(begin: int, end: int, wanted: tuple[int, ...]) -> None:
    assert Grid(HOUR).touching(begin * HOUR, end * HOUR) == wanted


def test_shifts_that_are_on_at_a_time_are_found_past_midnight_too() -> None:
    night = Shift.model_validate({"name": "night", "from": "22:00", "to": "06:00", "call_takers": 1})
    space = OwnShifts((*CHANGES.shifts, night), 3)
    assert space.touching(23 * HOUR, 24 * HOUR) == (1, 2)
    assert space.touching(5 * HOUR, 8 * HOUR) == (0, 1, 2)
    assert space.touching(12 * HOUR, 13 * HOUR) == (0,)
