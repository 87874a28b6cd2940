"""Time with somebody idle, held against a count of every second."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from simulator.engines.simulate import simulate
from simulator.metrics.idle import idle_meanwhile
from simulator.metrics.occupancy import handling_of
from simulator.scenario.units import SECOND
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing, always
from tests.engines.scenes import Scene, drawn_scene, small_scenes
from tests.engines.worked import calls
from tests.plans import floor, staff

LENGTH = 60


def idle_by_second(outcomes: Outcomes, staffing: Staffing, since: int, until: int) -> list[int]:
    """Second by second: on duty, or at work beyond it, less at work; scenes are on a grid of whole seconds."""
    handling = handling_of(outcomes, until * SECOND)
    busy, overtime = handling.busy(), handling.overtime(staffing)

    def during(start: np.ndarray, end: np.ndarray, second: int) -> int:
        return int(((start <= second * SECOND) & (second * SECOND < end)).sum())

    found = []
    for start, end in zip(busy.start // SECOND, busy.end // SECOND, strict=True):
        idle = 0
        for second in range(max(start, since), min(end, until)):
            present = during(staffing.on, staffing.off, second) + during(overtime.start, overtime.end, second)
            idle += present > during(busy.start, busy.end, second)
        found.append(idle)
    return found


def check(scene: Scene) -> None:
    outcomes = scene.run()
    handling = handling_of(outcomes, LENGTH * SECOND)
    for since in (0, 7):
        found = idle_meanwhile(handling, scene.staffing, since * SECOND, LENGTH * SECOND)
        assert (found // SECOND).tolist() == idle_by_second(outcomes, scene.staffing, since, LENGTH)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_scenes())
def test_idle_time_is_that_of_a_count_of_every_second(scene: Scene) -> None:
    check(scene)


@pytest.mark.parametrize("seed", range(6))
def test_idle_time_of_busier_floors_too(seed: int) -> None:
    check(drawn_scene(seed, 60))


CASES = [
    ("alone on duty, nobody else is ever idle", always(1, 0, 1000 * SECOND), [0, 0]),
    (
        "two on duty: idle until the second call comes, and after the first has ended",
        always(2, 0, 1000 * SECOND),
        [5, 5],
    ),
    ("the second comes on duty meanwhile, at 3 s", staff((0, 0, 1000, False), (1, 3, 1000, False)), [2, 5]),
    ("the second goes at 12 s, in the middle of a call", staff((0, 0, 1000, False), (1, 0, 12, False)), [5, 5]),
]


@pytest.mark.parametrize("_, staffing, wanted", CASES, ids=[case[0] for case in CASES])
def test_two_calls_of_ten_seconds_five_apart(_: str, staffing: Staffing, wanted: list[int]) -> None:
    outcomes = simulate(calls(0, 5, talk=10), staffing, floor())
    found = idle_meanwhile(handling_of(outcomes, 1000 * SECOND), staffing, 0, 1000 * SECOND)
    assert (found // SECOND).tolist() == wanted
