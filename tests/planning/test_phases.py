"""Planning by phases: whole days from the start, calls that add up, and staffing that falls back with the novelty."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simulator.metrics.targets import ERROR, by_hour
from simulator.planning.grid import Grid
from simulator.planning.phases import Launch, phases_of
from simulator.planning.space import Intervals
from simulator.planning.split import LEVELS, LOOKS, PLANS, split_of
from simulator.questions.staff.request import Request
from simulator.questions.staff.staff import answer
from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_scenario
from simulator.scenario.profile import expected_calls
from simulator.scenario.units import DAY, HOUR
from simulator.scenario.week import MINUTES_A_DAY, on_dates, on_duty
from simulator.study.experiment import Experiment
from tests.planning.lines import LINE, floor_runs

NOVEL = LINE.replace("length: 2 d", "length: 4 d").replace(
    "    by_hour: after_school\n", "    by_hour: after_school\n    novelty: {{half_life: 8 h}}\n"
)


def experiment(path: str = "scenarios/bontang.yaml") -> Experiment:
    return Experiment(load_scenario(path).scenario, engine="kernel")


@pytest.mark.parametrize(
    "lengths, days",
    [("7 d, 7 d", [7, 7]), ("1 d,2 w", [1, 14]), ("3 d, rest", [3, 11]), ("rest", [14]), ("28 d", [28]), ("24 h", [1])],
)
def test_phases_are_whole_days_from_the_date_of_the_start(lengths: str, days: list[int]) -> None:
    """Bontang opens at 06:00 and is simulated for 14 days: its last whole day is the fourteenth."""
    phases = phases_of(experiment(), lengths)
    assert [phase.days for phase in phases] == days
    assert phases[0].first == date(2021, 8, 26)
    assert all(two.first - one.last == timedelta(days=1) for one, two in pairwise(phases))


def test_calls_of_the_phases_add_up_to_those_of_the_horizon() -> None:
    phases = phases_of(experiment(), "2 d, 5 d, 10 d")
    stretches = [(p.experiment.warm_up, p.experiment.scenario.length) for p in phases]
    horizon = phases[-1].experiment.scenario
    calls = sum(p.calls_a_day() * (end - begin) / DAY for p, (begin, end) in zip(phases, stretches, strict=True))
    assert calls == pytest.approx(sum(expected_calls(g, horizon, 0, horizon.length) for g in horizon.callers.values()))
    assert [begin for begin, _ in stretches[1:]] == [end for _, end in stretches[:-1]]
    assert stretches[-1][1] == 17 * DAY - 6 * HOUR


@pytest.mark.parametrize("lengths", ["", "7", "36 h", "0 d", "rest, 7 d", "7 d, , 7 d", "20 d, rest", "500 d", "-1 d"])
def test_what_are_no_phases_is_refused(lengths: str) -> None:
    with pytest.raises(BadInput, match="phases: given"):
        phases_of(experiment(), lengths)


def launched(folder: Path, **more: object) -> Launch:
    path = folder / "line.yaml"
    path.write_text(NOVEL.format(genuine=250, prank=3000, attendance="100 %"))
    request = Request(
        scenario=path, replications=40, targets=("70 % of genuine within 15 s, every hour",), most=9,
        phases="1 d, 2 d, 3 d", out=folder / "results", workers=1, **more,
    )  # fmt: skip
    launch = answer(request)
    assert isinstance(launch, Launch)
    return launch


@pytest.fixture(scope="module")
def launch(tmp_path_factory: pytest.TempPathFactory) -> Launch:
    return launched(tmp_path_factory.mktemp("launch"))


def test_staffing_falls_back_with_the_novelty(launch: Launch) -> None:
    assert launch.has_plan, [phased.found.state for phased in launch.phases]
    hours = [phased.plan.person_hours for phased in launch.phases]
    assert hours[0] > hours[-1]
    assert [phased.phase.days for phased in launch.phases] == [1, 2, 3]


def test_on_its_days_each_phase_is_staffed_as_planned(launch: Launch) -> None:
    """But for the small hours of its first day, in which the night shift of the phase before is still on."""
    scenario = launch.horizon.scenario
    floor = scenario.floor.model_copy(update={"shifts": launch.shifts})
    persons = on_dates(scenario.model_copy(update={"floor": floor})).reshape(-1, MINUTES_A_DAY)
    day = 0
    for phased in launch.phases:
        wanted = on_duty(phased.found.shifts)[:MINUTES_A_DAY]
        for place in range(phased.phase.days):
            night = 6 * 60 if place == 0 else 0
            assert persons[day + place][night:].tolist() == wanted[night:].tolist()
        day += phased.phase.days


def test_the_bounds_of_all_phases_hold_together(launch: Launch) -> None:
    """All phases, and all looks at plans of each, share one chance of error: alone each would say narrower bounds."""
    split = split_of(ERROR / len(launch.phases))
    assert split.confirm * LOOKS * PLANS + split.rule_out * LEVELS == pytest.approx(ERROR / len(launch.phases))
    for phased in launch.phases:
        found, made = phased.found, phased.phase.experiment
        floor = made.scenario.floor.model_copy(update={"shifts": found.shifts})
        assert found.effort.fresh_seed > made.seed
        with floor_runs(replace(made, seed=found.effort.fresh_seed), found.effort.fresh, workers=1) as fresh:
            counts = fresh.counts(floor)
        together, alone = (by_hour(made.scenario.targets, counts, error=e, each=True) for e in (split.confirm, ERROR))
        assert [v.estimate.low for v in together] == [v.estimate.low for v in found.confirmed]
        assert all(v.met for v in together)
        assert all(one.estimate.low >= v.estimate.low for one, v in zip(alone, together, strict=True))
        assert any(one.estimate.low > v.estimate.low for one, v in zip(alone, together, strict=True))


def test_the_document_has_each_phase_and_its_dates(launch: Launch) -> None:
    assert launch.document()["shown"]
    assert [each["first"] for each in launch.document()["phases"]] == ["2026-03-02", "2026-03-03", "2026-03-05"]


def test_a_phase_counts_only_its_own_calls(launch: Launch) -> None:
    phase = launch.phases[1].phase
    alone = replace(phase.experiment, warm_up=0)
    assert phase.experiment.warm_up == DAY
    assert alone.calls_expected == phase.experiment.calls_expected
    assert phase.calls_a_day() < launch.phases[0].phase.calls_a_day()
    assert isinstance(launch.phases[1].space, Intervals)
    assert launch.phases[1].space.grid == Grid(HOUR)
    assert np.all(launch.phases[1].found.levels >= 1)
