"""What more buys: one person more, by when; and what other volumes take."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from simulator.planning.grid import Grid
from simulator.planning.sequence import search
from simulator.planning.space import Intervals, OwnShifts
from simulator.questions.staff.curve import curve, growths_of
from simulator.questions.staff.further import _plans, further
from simulator.questions.staff.request import Request
from simulator.questions.staff.staff import space_for
from simulator.scenario.errors import BadInput
from simulator.scenario.units import DAY, HOUR
from simulator.scenario.week import MINUTES_A_DAY, on_duty
from tests.planning.lines import experiment, floor_runs

HOURLY = "80 % of genuine within 15 s, every hour"


@pytest.mark.parametrize("own", [True, False])
def test_one_person_more_is_on_duty_just_as_long_as_a_shift_and_never_does_harm(tmp_path: Path, own: bool) -> None:
    with floor_runs(experiment(tmp_path, HOURLY), 40, workers=1) as runs:
        floor = runs.experiment.scenario.floor
        space = OwnShifts(floor.shifts, 4) if own else Intervals(Grid(HOUR), floor, 6)
        found = search(space, runs, confirm=False)
        before = on_duty(found.shifts)[:MINUTES_A_DAY]
        for (_, shifts), shift in zip(_plans(space, found, floor), sorted(floor.shifts, key=_begin(own)), strict=True):
            minutes = np.arange(MINUTES_A_DAY)
            works = (minutes - shift.from_ // 60_000_000) % MINUTES_A_DAY < shift.length // 60_000_000
            assert (on_duty(shifts)[MINUTES_A_DAY : 2 * MINUTES_A_DAY] - before == works).all()
        plan = [verdict.estimate.value for verdict in found.judged]
        assert all(level.worst[0] >= min(plan) - 1e-12 for level in further(space, found, runs))
        assert len({level.name for level in further(space, found, runs)}) == len(floor.shifts)


def _begin(own: bool):  # type: ignore[no-untyped-def]
    """By interval the stretches are told in the order of the day."""
    return (lambda _: 0) if own else (lambda shift: shift.from_)


@pytest.mark.parametrize(
    "text, growths", [("2, 0.5", (0.5, 2.0)), ("1", (1.0,)), (" 1.5,1.5 , 3", (1.5, 3.0)), (None, ())]
)
def test_volumes_are_told_rising_and_once(text: str | None, growths: tuple[float, ...]) -> None:
    assert growths_of(text) == growths


@pytest.mark.parametrize("text", ["0", "-1", "two", "1,,2", "65", "nan", ",".join(map(str, range(1, 14)))])
def test_what_is_no_volume_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="growth: given"):
        growths_of(text)


def test_more_callers_take_more_persons_and_todays_are_those_found(tmp_path: Path) -> None:
    made = experiment(tmp_path, HOURLY, genuine=120, prank=100)
    with floor_runs(made, 20, workers=1) as runs:
        spaces = partial(space_for, request=Request(scenario=tmp_path / "line.yaml"))
        found = search(spaces(made), runs)
        few, today, more = curve(runs, found, 20, spaces, (0.5, 4.0))
    assert today.found is found
    assert few.person_hours <= today.person_hours < more.person_hours
    assert few.by_formula <= today.by_formula < more.by_formula
    assert more.calls == pytest.approx(4 * today.calls) == 8 * few.calls
    assert more.load == pytest.approx(4 * today.load)
    assert today.calls == pytest.approx(made.calls_expected / made.scenario.length * DAY)
    assert few.most <= today.most <= more.most
