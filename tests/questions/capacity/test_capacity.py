"""Room to grow: calls of a smaller growth are among those of a larger one, and bisection finds where a target fails."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from simulator.cli import app
from simulator.demand.draw import draw_calls
from simulator.demand.streams import Streams
from simulator.planning.growth import Growth, grow, thin
from simulator.questions.capacity.capacity import last, point, with_remedy
from simulator.scenario.load import load_scenario
from simulator.study.experiment import Experiment
from tests.planning.lines import LINE, floor_runs


@pytest.fixture
def line(tmp_path: Path) -> Path:
    path = tmp_path / "line.yaml"
    path.write_text(LINE.format(genuine=250, prank=300, attendance="95 %"))
    return path


def test_calls_at_a_smaller_growth_are_a_subset_of_those_at_a_larger_one(line: Path) -> None:
    calls = draw_calls(grow(Experiment(load_scenario(line).scenario), Growth("volume", 4)).scenario, 1, 0, frozenset())
    few, more = (thin(calls, "volume", share, Streams(1, 0)) for share in (0.25, 0.5))
    assert set(few.arrival.tolist()) < set(more.arrival.tolist()) < set(calls.arrival.tolist())
    assert len(few) == pytest.approx(len(calls) / 4, rel=0.15)


def test_growth_of_nuisance_leaves_every_genuine_call(line: Path) -> None:
    calls = draw_calls(Experiment(load_scenario(line).scenario).scenario, 1, 0, frozenset())
    none = thin(calls, "nuisance", 0, Streams(1, 0))
    assert np.array_equal(none.arrival, calls.arrival[~np.isin(calls.intent, [2, 3])])


def test_bisection_finds_the_last_step_at_which_it_holds() -> None:
    assert last(lambda growth: growth <= 1.7, 4) == int(1.7 * 64) / 64
    assert last(lambda _: True, 4) == 4
    assert last(lambda _: False, 4) == 0


def test_growth_without_thinning_is_the_scenario_itself(line: Path) -> None:
    experiment = Experiment(load_scenario(line).scenario)
    floor = experiment.scenario.floor
    with floor_runs(experiment, 2, 1, growth=Growth("volume", 1.0)) as grows, floor_runs(experiment, 2, 1) as plain:
        assert grows.counts(floor) == plain.counts(floor)
        assert point(grows, 1.0, floor) == point(plain, 1.0, floor)


def test_whoever_counts_and_whatever_is_kept_a_growth_brings_the_same(line: Path, tmp_path: Path) -> None:
    experiment, growth = Experiment(load_scenario(line).scenario), Growth("nuisance", 3.0)
    floor = experiment.scenario.floor
    with (
        floor_runs(experiment, 3, 1, growth=growth) as one,
        floor_runs(experiment, 3, 2, folder=tmp_path, growth=growth) as two,
    ):
        for times in (0.5, 1.0, 3.0):
            assert one.counts(floor, times) == two.counts(floor, times)
        assert one.counts(floor, 0.5) != one.counts(floor, 3.0)
    with floor_runs(experiment, 3, 1, folder=tmp_path, growth=growth) as again:
        again._runs._simulate = lambda *_: pytest.fail("what is stored is not simulated again")  # type: ignore[method-assign]
        assert all(again.counts(floor, times) == one.counts(floor, times) for times in (0.5, 1.0, 3.0))


def test_a_line_of_one_trunk_is_held_back_by_its_lines(line: Path) -> None:
    scenario = load_scenario(line).scenario
    floor = scenario.floor.model_copy(update={"trunks": 1})
    experiment = replace(Experiment(scenario), scenario=scenario.model_copy(update={"floor": floor}))
    with floor_runs(experiment, 3, 1) as runs:
        plain, lines, people = (
            point(runs, 1.0, each) for each in (floor, with_remedy(floor, "lines"), with_remedy(floor, "people"))
        )
    assert lines.margin > plain.margin == people.margin


@pytest.mark.parametrize("of", ["volume", "nuisance"])
def test_the_command_says_how_far_and_what_gives_way(line: Path, tmp_path: Path, of: str) -> None:
    words = ["capacity", str(line), "--of", of, "--replications", "4", "--out", str(tmp_path / "results"), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code in {0, 1}, done.output
    found = json.loads(done.stdout)
    assert 0 <= found["surely_met_to"] <= found["growth"] <= 64
    assert (found["state"] == "beyond") == (found["failing"] is None)
    assert found["bottleneck"] in {None, "lines", "people", "an empty shift"}


def test_growth_is_doubled_until_a_target_fails_unless_a_most_is_asked_for(line: Path, tmp_path: Path) -> None:
    def found(*more: str) -> dict[str, object]:
        words = ["capacity", str(line), "--replications", "2", "--out", str(tmp_path / "results"), "--json", *more]
        done = CliRunner().invoke(app, [*words, "--target", "10 % of genuine within 60 s, every hour"])
        assert done.exit_code == 0, done.output
        return dict(json.loads(done.stdout))

    asked, unasked = found("--up-to", "1.5"), found()
    assert (asked["state"], asked["growth"]) == ("beyond", 1.5)
    assert unasked["state"] == "found"
    assert 1.5 < unasked["growth"] < 64  # type: ignore[operator]
