"""The search for the least plan, held against trying every plan on the same Calls."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from simulator.metrics.estimate import Estimate
from simulator.metrics.targets import ERROR, HourVerdict, by_hour
from simulator.planning.floors import FloorRuns
from simulator.planning.grid import Grid
from simulator.planning.monotone import Monotone, monotonicity_warning
from simulator.planning.plan_result import PlanResult
from simulator.planning.search import SLACK, Search
from simulator.planning.sequence import search
from simulator.planning.space import Intervals, OwnShifts, Space
from simulator.planning.split import split_of
from simulator.planning.trial import Trial
from simulator.scenario.target import parse_target
from simulator.scenario.units import HOUR, MINUTE
from tests.planning.lines import experiment, floor_runs

MOST = 4
HOURLY, DAILY = "80 % of genuine within 15 s, every hour", "80 % of genuine within 15 s, overall"


def passes(runs: FloorRuns, space: Space, persons: tuple[int, ...]) -> bool:
    shifts = space.shifts(np.array(persons))
    floor = runs.experiment.scenario.floor.model_copy(update={"shifts": shifts})
    looked = by_hour(runs.experiment.scenario.targets, runs.counts(floor), error=split_of(ERROR).confirm, each=True)
    return all(verdict.met for verdict in looked)


def least_of_all(runs: FloorRuns, space: Space) -> float | None:
    """The least cost of all plans of up to MOST call-takers a shift that pass, each simulated; None where none does."""
    costs = [column.cost for column in space.columns]
    plans = product(range(MOST + 1), repeat=len(costs))
    passing = [float(np.dot(costs, plan)) for plan in plans if passes(runs, space, plan)]
    return min(passing, default=None)


@pytest.mark.parametrize(
    "targets, kind",
    [
        ((HOURLY,), {}),
        ((DAILY,), {}),
        ((DAILY, "60 % of genuine within 15 s, every hour"), {}),
        ((HOURLY, "85 % of all within 30 s, overall"), {"attendance": "90 %"}),
        (("60 % of genuine within 30 s, every hour",), {"genuine": 300, "prank": 10, "attendance": "85 %"}),
    ],
)
def test_the_plan_found_costs_as_little_as_the_best_of_all_plans_on_the_same_calls(
    tmp_path: Path, targets: tuple[str, ...], kind: dict[str, object]
) -> None:
    with floor_runs(experiment(tmp_path, *targets, **kind), 60, workers=1) as runs:
        space = OwnShifts(runs.experiment.scenario.floor.shifts, MOST)
        found = search(space, runs, confirm=False)
        assert passes(runs, space, tuple(found.persons.tolist()))
        assert found.cost == least_of_all(runs, space)


def by_interval(folder: Path, *targets: str, minutes: int = 60, **kind: object) -> PlanResult:
    with floor_runs(experiment(folder, *targets, **kind), 40, workers=1) as runs:
        scenario = runs.experiment.scenario
        return search(Intervals(Grid(minutes * MINUTE), scenario.floor, 6), runs)


def test_every_hour_asks_for_more_than_the_average_over_the_day_does(tmp_path: Path) -> None:
    hourly, daily = by_interval(tmp_path, HOURLY), by_interval(tmp_path, DAILY)
    assert hourly.state == daily.state == "met"
    assert hourly.cost > daily.cost
    assert 24 < hourly.bound <= hourly.cost
    assert min(verdict.estimate.value for verdict in hourly.confirmed) > 0.8


def test_a_plan_that_is_the_fewest_allowed_anywhere_is_proven_for_the_whole_day_too(tmp_path: Path) -> None:
    found = by_interval(tmp_path, "10 % of genuine within 15 s, overall")
    assert found.levels.tolist() == [1] * 24
    assert found.proven


@pytest.mark.parametrize("replications", [2, 3])
def test_so_few_callers_that_bounds_are_wide_keep_no_plan_from_being_found(tmp_path: Path, replications: int) -> None:
    with floor_runs(experiment(tmp_path, "90 % of genuine within 15 s, overall"), replications, workers=1) as runs:
        space = Intervals(Grid(HOUR), runs.experiment.scenario.floor, 6)
        found = search(space, runs, confirm=False)
        assert all(verdict.met for verdict in found.fullest)
        assert passes(runs, space, tuple(found.persons.tolist()))


@pytest.mark.parametrize("minutes", [30, 60, 180])
def test_persons_bring_no_more_to_the_whole_day_than_their_ceilings_say(tmp_path: Path, minutes: int) -> None:
    """Else the bound that a plan for the whole day is told with would be none."""
    draws = np.random.default_rng(1)
    with floor_runs(experiment(tmp_path, DAILY), 40, workers=1) as runs:
        floor = runs.experiment.scenario.floor
        space = Intervals(Grid(minutes * MINUTE), floor, 5)
        groups, tables = Trial(space, runs, split_of(ERROR)).ceilings([0])
        table = tables[0]
        assert (np.diff(table, axis=1) >= 0).all()
        for persons in draws.integers(0, 6, (12, len(space.columns))):
            [verdict] = by_hour(
                runs.experiment.scenario.targets,
                runs.counts(floor.model_copy(update={"shifts": space.shifts(persons)})),
            )
            most = sum(row[persons[list(group)].max()] for row, group in zip(table, groups, strict=True))
            assert verdict.estimate.value <= most + SLACK / 4
            assert most <= 1 + 1e-9


def test_the_bound_of_a_plan_for_the_whole_day_is_near_it(tmp_path: Path) -> None:
    found = by_interval(tmp_path, "90 % of genuine within 15 s, overall", genuine=600)
    assert found.bound <= found.cost
    assert found.gap < 0.1
    assert found.bound > 24


@pytest.mark.parametrize("target", [HOURLY, DAILY])
def test_no_interval_of_a_plan_can_spare_a_person(tmp_path: Path, target: str) -> None:
    with floor_runs(experiment(tmp_path, target, genuine=400), 40, workers=1) as runs:
        space = Intervals(Grid(HOUR), runs.experiment.scenario.floor, 6)
        found = search(space, runs, confirm=False)
        for place in np.flatnonzero(found.persons > 1).tolist():
            fewer = found.persons - (np.arange(24) == place)
            assert not passes(runs, space, tuple(fewer.tolist())), place


def test_a_guess_far_off_changes_nothing_but_the_way(tmp_path: Path) -> None:
    with floor_runs(experiment(tmp_path, HOURLY), 40, workers=1) as runs:
        space = Intervals(Grid(HOUR), runs.experiment.scenario.floor, 6)
        low, high = (Search(space, runs, split_of(ERROR), np.full(24, guess)).propose() for guess in (1, 6))
    assert low is not None
    assert high is not None
    assert low.cost == high.cost


def test_what_the_fullest_plan_misses_can_not_be_met(tmp_path: Path) -> None:
    found = by_interval(tmp_path, "99.9 % of genuine within 1 s, every hour", attendance="50 %")
    assert found.state == "cannot be met"
    assert any(verdict.missed for verdict in found.fullest)


@pytest.mark.parametrize("scope", ["every hour", "overall"])
def test_a_target_too_near_to_certain_for_so_few_callers_is_not_shown(tmp_path: Path, scope: str) -> None:
    found = by_interval(tmp_path, f"99.99 % of genuine within 15 s, {scope}", genuine=60, prank=1)
    assert found.state in ("not shown", "cannot be met")
    assert not found.has_plan
    assert not all(verdict.met for verdict in found.fullest)


def test_a_bench_counts_the_same_whoever_counts(tmp_path: Path) -> None:
    floor = experiment(tmp_path).scenario.floor
    with floor_runs(experiment(tmp_path), 5, workers=1) as one, floor_runs(experiment(tmp_path), 5, workers=2) as two:
        assert one.counts(floor) == two.counts(floor)


@pytest.mark.parametrize("target", [HOURLY, DAILY])
def test_what_a_plan_lacked_with_fresh_callers_is_asked_for_in_full_and_rules_nothing_out(
    tmp_path: Path, target: str
) -> None:
    lacking = 0.03
    with floor_runs(experiment(tmp_path, target), 60, workers=1) as runs:
        space = Intervals(Grid(HOUR), runs.experiment.scenario.floor, 6)
        searched = Search(space, runs, split_of(ERROR))
        plan = searched.propose()
        assert plan is not None
        ruled_out = list(searched.ruled_out)
        [worst, *_] = sorted(searched.judge(plan.persons), key=lambda v: v.estimate.low)
        low = worst.target.share - lacking
        searched.ask_for_more(plan, [replace(worst, estimate=Estimate(low + 0.02, low, low + 0.04, 99, "t"))])
        more = searched.propose()
        assert more is not None
        assert searched.ruled_out == ruled_out
        assert more.cost > plan.cost
        if worst.hour is None:
            [again] = searched.judge(more.persons)
            assert again.estimate.low >= worst.estimate.low + lacking - 1e-12
        else:
            places = list(searched.trial.places(worst, 0))
            assert (more.persons[places] > plan.persons[places]).any()


def test_hours_that_more_persons_made_worse_are_told_in_one_sentence() -> None:
    verdict = HourVerdict(0, parse_target(HOURLY), 3, Estimate(0.9, 0.85, 0.95, 9, "t"))
    worse = replace(verdict, estimate=Estimate(0.7, 0.65, 0.75, 9, "t"))
    seen = Monotone()
    seen.add(np.array([1, 1]), [verdict])
    seen.add(np.array([1, 2]), [worse])
    seen.add(np.array([0, 9]), [worse])
    assert seen.odd() == (3,)
    assert monotonicity_warning(seen.odd()).startswith("more persons once made it worse (hour 3), as it may")
    assert monotonicity_warning((None, 1, 2)).startswith("more persons once made it worse (the whole day, 1, 2)")
    assert monotonicity_warning(tuple(range(9))).startswith(
        "more persons once made it worse (hours 0, 1, 2, 3, 4, ...)"
    )
    assert not monotonicity_warning(())
