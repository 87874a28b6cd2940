"""A stretch is the same calls, with the same draws behind them, seen from its begin."""

from pathlib import Path

import numpy as np
import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import simulate
from simulator.live.load.stretch import cut, duty, only
from simulator.scenario.units import DAY, HOUR
from simulator.study.experiment import Experiment
from simulator.tables.calls import Calls
from tests.live.load.lines import CROWDED
from tests.study.towns import experiment


@pytest.fixture
def crowded(tmp_path: Path) -> Experiment:
    return experiment(tmp_path, CROWDED)


def test_a_stretch_has_the_calls_first_offered_in_it_and_no_others(crowded: Experiment) -> None:
    calls = draw_calls(crowded.scenario, 1)
    part = cut(calls, 3 * HOUR, HOUR)
    inside = (calls.arrival >= 3 * HOUR) & (calls.arrival < 4 * HOUR)
    assert len(part) == inside.sum() > 10
    assert np.array_equal(part.arrival, calls.arrival[inside] - 3 * HOUR)
    assert (part.length, part.clock) == (HOUR, calls.clock + 3 * HOUR)


def test_the_clock_of_a_stretch_is_that_of_its_week(crowded: Experiment) -> None:
    calls = draw_calls(crowded.scenario.model_copy(update={"length": 9 * DAY}), 1)
    assert cut(calls, 8 * DAY, HOUR).clock == (calls.clock + DAY)


def test_every_attempt_of_a_stretch_has_what_was_drawn_for_it(crowded: Experiment) -> None:
    calls = draw_calls(crowded.scenario, 1)
    kept = (calls.arrival >= 3 * HOUR) & (calls.arrival < 4 * HOUR)
    part, old = only(calls, kept), np.flatnonzero(kept)
    for new, before in enumerate(old.tolist()):
        for attempt in range(1, int(calls.attempts[calls.group[before]]) + 1):
            assert drawn(part, new, attempt) == drawn(calls, before, attempt)
    assert len(part.talk) < len(calls.talk) / 4


def drawn(calls: Calls, call: int, attempt: int) -> tuple[int, ...]:
    row = int(calls.row(np.array([call]), np.array([attempt]))[0])
    return tuple(int(getattr(calls, name)[row]) for name in Calls.ATTEMPT_COLUMNS)


def test_a_stretch_from_the_start_is_simulated_as_the_scenario_is(crowded: Experiment) -> None:
    """Whose calls came later changes nothing before."""
    scenario = crowded.scenario
    calls, staffing = draw_calls(scenario, 1), draw_staffing(scenario, 1)
    whole = simulate(calls, staffing, scenario.floor, scenario.policy)
    part = simulate(cut(calls, 0, 6 * HOUR), duty(staffing, 0), scenario.floor, scenario.policy)
    before = whole.arrival < 6 * HOUR
    mine = part.arrival < 6 * HOUR
    assert mine.sum() == before.sum() > 300
    for name in ("call", "attempt", "arrival", "ending", "number", "queued"):
        assert np.array_equal(getattr(whole, name)[before], getattr(part, name)[mine]), name


def test_who_is_on_duty_at_the_begin_comes_then(crowded: Experiment) -> None:
    staffing = draw_staffing(crowded.scenario, 1)
    later = duty(staffing, 3 * HOUR)
    times = np.arange(0, DAY, HOUR)
    assert np.array_equal(later.on_duty(times), staffing.on_duty(times + 3 * HOUR))
    assert later.on.min() == 0
    assert np.all(np.diff(later.on) >= 0)
