"""A line that is closed for part of the day: nobody is planned for hours in which nobody calls."""

from pathlib import Path

import pytest

from simulator.planning.effort import quiet_hours
from simulator.planning.grid import Grid
from simulator.planning.space import Intervals, OwnShifts, least_in
from simulator.questions.shifts import request as shifts_request
from simulator.questions.shifts.shifts import shifts
from simulator.questions.staff.request import Request
from simulator.questions.staff.staff import staff
from simulator.scenario.errors import BadInput
from simulator.scenario.load import Loaded, load_scenario
from simulator.scenario.units import HOUR, MINUTE

OFFICE = """
title: an office line, closed at night
start: 2024-04-01T00:00+07:00
length: 14 d
callers:
  residents:
    intent: genuine
    volume: 120 / d
    by_hour: [0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,0,0,0,0,0,0,0,0]
    talk: {exponential: {mean: 90 s}}
    patience: {exponential: {mean: 2 min}}
floor:
  trunks: 10
  shifts:
    - {name: office, from: '08:00', to: '16:00', call_takers: 2}
    - {name: night, from: '20:00', to: '06:00', call_takers: 1}
targets:
  - 80 % of genuine within 15 s, every hour
"""
RULES = """
title: office hours
interval: 1 h
at_least: 1
shifts:
  - {name: day, lengths: 8 h, starts: ['08:00']}
"""


@pytest.fixture
def office(tmp_path: Path) -> Loaded:
    path = tmp_path / "office.yaml"
    path.write_text(OFFICE)
    return load_scenario(path)


def test_a_closed_night_is_left_empty_by_default_and_nothing_is_lost_by_it(office: Loaded, tmp_path: Path) -> None:
    request = Request(scenario=office.path, replications=20, out=tmp_path / "results", workers=1)
    one, none = (staff(request.model_copy(update={"least": least}), office) for least in (1, 0))
    assert one.has_plan
    assert one.plan.person_hours == none.plan.person_hours == 16
    assert one.found.levels.tolist() == [0] * 8 + [2] * 8 + [0] * 8


def test_a_shift_in_which_nobody_calls_needs_nobody(office: Loaded, tmp_path: Path) -> None:
    request = Request(scenario=office.path, interval="shift", replications=20, out=tmp_path / "results", workers=1)
    assert staff(request, office).found.persons.tolist() == [2, 0]


def test_work_rules_need_to_staff_hours_with_callers_only(office: Loaded, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    request = shifts_request.Request(
        scenario=office.path, work=str(tmp_path / "rules.yaml"), replications=20, out=tmp_path / "results", workers=1
    )
    done = shifts(request, office)
    assert done.has_plan
    assert done.hours == 7 * 16
    (tmp_path / "rules.yaml").write_text(RULES.replace("08:00", "09:00"))
    with pytest.raises(BadInput, match="08:00-09:00"):
        shifts(request, office)


def test_intervals_need_somebody_where_any_of_their_hours_has_callers(office: Loaded) -> None:
    floor, quiet = office.scenario.floor, quiet_hours(office.scenario)
    assert quiet == frozenset([*range(8), *range(16, 24)])
    assert Intervals(Grid(3 * HOUR), floor, 5, 2, quiet).least.tolist() == [0, 0, 2, 2, 2, 2, 0, 0]
    assert least_in(Grid(30 * MINUTE), 1, quiet).tolist() == [0] * 16 + [1] * 16 + [0] * 16
    assert OwnShifts(floor.shifts, 5, 1, quiet).least.tolist() == [1, 0]
    assert OwnShifts(floor.shifts, 5, 1).least.tolist() == [1, 1]
