"""Intervals of who is never heard because of a policy hold the truth as often as they state, where losses are rare.

Coverage must be at least 95 % less three standard errors of the experiment (sqrt(0.95 * 0.05 / n)): a method that
covers 95 % fails by chance in fewer than 14 of 10,000 runs; seeds are fixed, besides.
"""

from math import sqrt

import numpy as np
import pytest

from simulator.metrics.estimate import Float
from simulator.metrics.harm import Effects, effects, smoothed_difference, smoothed_share
from simulator.metrics.paired import PAIRED
from simulator.scenario.load import load_policy, load_scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.study.experiment import Experiment
from simulator.study.pairing import run_paired

EXPERIMENTS = 1000


def least(experiments: int) -> float:
    return 0.95 - 3 * sqrt(0.95 * 0.05 / experiments)


# callers a replication, of 1,000: those in the smoothed part and how it varies (cv), those counted; Bontang's first
PARTS = [
    ("as under bontang-24h in Bontang", 84, 1.7, 0.8, 4.0),
    ("as under bontang-24h in Serang", 165, 2.0, 0.2, 4.2),
    ("the counted part is rarer than one in a sample", 84, 4.0, 0.5, 0.2),
    ("the smoothed part comes from few replications", 84, 1.0, 4.0, 4.0),
    ("many are counted", 500, 5.0, 0.5, 20.0),
]


@pytest.mark.parametrize("replications", [10, 25, 100])
@pytest.mark.parametrize("_, callers, smoothed, cv, counted", PARTS, ids=[case[0] for case in PARTS])
def test_a_smoothed_part_and_counts_together(
    _: str, callers: int, smoothed: float, cv: float, counted: float, replications: int
) -> None:
    r = np.random.default_rng([replications, callers, round(10 * counted)])
    offered = r.poisson(callers, (EXPERIMENTS, replications)).astype(float)
    chances = offered * smoothed / 1000 * r.gamma(1 / cv**2, cv**2, offered.shape)
    counts = r.poisson(offered * counted / 1000).astype(float)
    truth = (smoothed + counted) / 1000
    for method in (smoothed_share, smoothed_difference):
        found = [method(*each) for each in zip(chances, counts, offered, strict=True)]
        assert np.mean([each.low <= truth <= each.high for each in found]) >= least(EXPERIMENTS)


RUNS = 2500


@pytest.fixture(scope="module")
def numbers() -> Float:
    """The paired numbers of Bontang's launch under bontang-24h: [RUNS][PAIRED]."""
    path = shipped_scenarios() / "bontang.yaml"
    base = Experiment(load_scenario(path).scenario, 7, "kernel").under(load_policy("bontang-24h", path.parent))
    return np.array([next(run_paired([base], number))[2] for number in range(RUNS)], dtype=np.float64)


def effects_in(numbers: Float) -> Effects:
    return effects(lambda name: numbers[:, PAIRED.index(name)])


@pytest.mark.slow
@pytest.mark.parametrize("replications", [10, 25])
def test_bontang_under_its_rule(numbers: Float, replications: int) -> None:
    """The truth is that of all 2,500 replications: its standard error is 0.14 of 1,000, the intervals are 8 wide."""
    whole = effects_in(numbers)
    never, change = (float(each.sum() / whole.genuine.sum()) for each in (whole.never, whole.net_never))
    samples = [effects_in(numbers[k : k + replications]) for k in range(0, RUNS, replications)]
    for truth, found in (
        (never, [each.never_because() for each in samples]),
        (change, [each.change_never() for each in samples]),
    ):
        assert np.mean([each.low <= truth <= each.high for each in found]) >= least(len(samples))


@pytest.mark.slow
def test_the_smoothed_estimate_and_the_count_agree_in_the_mean(numbers: Float) -> None:
    """Within 4.5 standard errors of the paired difference."""
    counted = sum(numbers[:, PAIRED.index(f"{was}_to_never")] for was in ("in_time", "late"))
    difference = effects_in(numbers).never - counted
    assert abs(difference.mean()) < 4.5 * difference.std(ddof=1) / sqrt(RUNS)
