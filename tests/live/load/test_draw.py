"""The plan of a live run: what is asked for is what is drawn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.live.load.draw import draw, write_plan
from simulator.live.load.request import Stretch
from simulator.live.load.scaled import scaled
from simulator.scenario.errors import BadInput
from simulator.scenario.units import HOUR
from simulator.study.experiment import run_once
from simulator.tables.plan import Plan
from tests.live.load.lines import load_request


def test_unscaled_the_very_calls_are_played_that_a_run_simulates_first(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    plan = draw(asked.options, asked.stretch).plan
    simulated = run_once(asked.options.experiment(), 0).calls
    inside = (simulated.arrival >= HOUR) & (simulated.arrival < 7 * HOUR)
    assert np.array_equal(plan.calls.arrival + HOUR, simulated.arrival[inside])
    assert np.array_equal(plan.calls.number, simulated.number[inside])


def test_ten_times_the_scale_is_ten_times_the_calls_and_numbers_at_the_same_floor(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    one = draw(asked.options, asked.stretch).plan
    ten = draw(asked.options, replace(asked.stretch, scale=10.0)).plan
    assert 8.5 < len(ten.calls) / len(one.calls) < 11.5  # 350 calls: 1.6 is thirty standard deviations
    children = one.calls.groups.index("children")
    pools = [len(np.unique(plan.calls.number[plan.calls.group == children])) for plan in (one, ten)]
    assert pools[0] <= 10 < pools[1] <= 100
    assert (one.floor, len(one.staffing.on)) == (ten.floor, len(ten.staffing.on))
    assert (ten.settings.scale, ten.settings.speed, ten.settings.begin) == (10, 60, HOUR)


def test_a_plan_says_when_it_begins_and_each_has_a_name_of_its_own(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    one, other = (draw(asked.options, asked.stretch).plan.settings for _ in range(2))
    assert one.start == "2024-01-01T07:30:00+08:00"
    assert one.run != other.run
    assert one.scenario == "town"


def test_options_change_policy_staff_and_lines(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    plan = draw(replace(asked.options, call_takers=7), asked.stretch, trunks=9).plan
    assert plan.floor.trunks == 9
    assert plan.staffing.persons == 14


def test_more_callers_than_fit_into_memory_are_refused(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    with pytest.raises(BadInput, match="--scale: given 900000"):
        scaled(asked.options.experiment().scenario, 900_000)


@pytest.mark.parametrize(
    "begin, length, words",
    (
        ("3 d", None, "--from: given 3 d; wanted a time within the scenario's length, 2 d"),
        ("47 h", "2 h", "--for: given 2 h from 47 h on"),
        ("soon", None, "--from"),
        (None, "30m", "write 30 min"),
        (None, "0 s", "--for"),
    ),
)
def test_a_stretch_that_the_scenario_has_not_is_refused(
    tmp_path: Path, begin: str | None, length: str | None, words: str
) -> None:
    asked = load_request(tmp_path)
    with pytest.raises(BadInput) as caught:
        draw(asked.options, Stretch.of(begin, length, 1, 1))
    assert words in str(caught.value)


@pytest.mark.parametrize("speed, scale", [(0, 1), (-1, 1), (1e6, 1), (1, 0), (1, 1e9), (float("nan"), 1)])
def test_a_speed_or_scale_out_of_bounds_is_refused(speed: float, scale: float) -> None:
    with pytest.raises(BadInput):
        Stretch.of(None, None, speed, scale)


def test_a_plan_in_a_file_reads_back(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    said = write_plan(asked.options, asked.stretch, None, tmp_path / "plan.siaga")
    plan = Plan.read(tmp_path / "plan.siaga")
    assert f"{len(plan.calls):,} calls of 6 h" in said
    with pytest.raises(BadInput, match=r"siaga draw SCENARIO plan\.siaga"):
        write_plan(asked.options, asked.stretch, None, tmp_path / "town.yaml" / "plan")
