"""Occupancy of runs of the reference engine: hand-overs, breaks, overtime and cut-off calls included."""

import pytest

from simulator.metrics.count import count
from tests.engines.scenes import drawn_scene


@pytest.mark.parametrize("seed", range(15))
def test_nobody_is_busy_longer_than_on_duty_and_overtime_together(seed):
    scene = drawn_scene(seed, 40)
    floor = count(scene.calls, scene.run(), scene.staffing).floor
    rostered = scene.staffing.time_on_duty(0, scene.calls.length)
    assert floor["time_busy"].sum() <= floor["time_on_duty"].sum()
    assert rostered <= floor["time_on_duty"].sum()
