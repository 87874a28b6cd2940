"""Formulas hour by hour: a level day is the steady state, and after a rush the modified offered load asks for more."""

from pathlib import Path

import pytest

from simulator.decisions.formulas_by_hour import ByHour, carry_out
from simulator.metrics.erlang.waiting import Line
from simulator.scenario.load import load_scenario

DAY = """
title: a day
start: 2026-03-02T00:00+07:00
length: 1 d
callers:
  residents: {{intent: genuine, volume: {volume} / d, by_hour: [{hours}], talk: {talk}, wrap_up: 30 s}}
floor: {{trunks: {trunks}}}
"""

TWO = """
title: a day
start: 2026-03-02T00:00+07:00
length: 1 d
callers:
  night:
    {intent: genuine, volume: 240 / d, talk: 10 min,
     by_hour: [9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}
  day:
    {intent: prank, volume: 480 / d, talk: 30 s,
     by_hour: [1, 1, 1, 1, 1, 1, 1, 1, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90]}
floor: {trunks: 40}
"""


def found(folder: Path, hours: list[int], talk: str = "120 s", trunks: int = 40, volume: int = 1440) -> ByHour:
    path = folder / "day.yaml"
    path.write_text(DAY.format(volume=volume, hours=", ".join(map(str, hours)), talk=talk, trunks=trunks))
    return carry_out(load_scenario(path).scenario, "90 % of all within 15 s", "90 s", None)


def test_a_level_day_is_the_steady_state_by_every_method(tmp_path: Path) -> None:
    day = found(tmp_path, [1] * 24)
    for method in day.methods.values():
        assert method.load == pytest.approx([2.5] * 24)
        assert set(method.fewest) == {5}
        assert method.in_time is not None
        steady = Line(1 / 60, 150.0, 5, 90.0, 40.0).answered_within(15.0)
        assert list(method.in_time) == pytest.approx([steady] * 24, abs=1e-6)


def test_the_hour_after_a_rush_is_asked_for_more_by_the_modified_offered_load_and_is_better_served(
    tmp_path: Path,
) -> None:
    """Long calls of a rush go on into the next hour, which by itself looks quiet."""
    day = found(tmp_path, [1] * 12 + [8] + [1] * 11, talk="20 min", trunks=60, volume=480)
    alone, modified = day.methods["SIPP"], day.methods["MOL"]
    assert modified.fewest[13] > alone.fewest[13]  # type: ignore[operator]
    assert alone.in_time is not None
    assert modified.in_time is not None
    assert modified.in_time[13] > alone.in_time[13]
    assert modified.in_time[13] > 0.85


def test_lines_beyond_the_exact_equations_leave_them_out(tmp_path: Path) -> None:
    assert found(tmp_path, [1] * 24, trunks=201).methods["SIPP"].in_time is None


def test_each_hour_has_the_load_of_its_own_callers(tmp_path: Path) -> None:
    """Long calls by night and short ones by day: their mean over the day would make the night look light."""
    path = tmp_path / "day.yaml"
    path.write_text(TWO)
    day = carry_out(load_scenario(path).scenario, "90 % of all within 15 s", None, None)
    assert list(day.handling) == pytest.approx([600.0] * 8 + [30.0] * 16, rel=5e-2)
    assert day.methods["SIPP"].load[3] == pytest.approx(30 * 600 / 3600, rel=5e-2)
