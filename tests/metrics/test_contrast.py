"""Differences of two designs that met the same callers, and what pairing saves."""

from math import inf, isnan, log, sqrt

import numpy as np
import pytest

from simulator.metrics.contrast import ALIKE, differences, pairing_gain
from simulator.metrics.estimate import Estimate


def one(x: object, y: object, *, counted: bool = True, tail: float = 0.025) -> Estimate:
    return differences(np.array(x)[:, None], np.array(y)[:, None], "counts" if counted else "times", tail=tail)[0]


def test_a_symmetric_difference_has_the_linearised_t_interval() -> None:
    """By hand: d = 40 / 400, residuals 10, 20, -10, -20; s = sqrt(4 / 3 * 1000) / 400; t(3, 97.5 %) = 3.182446."""
    found = one([20, 30, 0, -10], [100] * 4)
    half = 3.182446305 * sqrt(4 / 3 * 1000) / 400
    assert found.method == "t"
    assert found.value == 0.1
    assert found.low == pytest.approx(0.1 - half)
    assert found.high == pytest.approx(0.1 + half)


def test_skewed_differences_reach_at_least_as_far_as_student_t_does() -> None:
    x = [0, 1, 0, 2, 1, 0, 3, 40]
    found = one(x, [100] * 8, counted=False)
    assert found.method == "t"
    residuals = np.array(x) - np.mean(x)
    half = 2.364624252 * sqrt(8 / 7 * float((residuals**2).sum())) / 800
    assert found.low <= np.mean(x) / 100 - half + 1e-9
    assert found.high > np.mean(x) / 100 + half


def test_the_interval_turns_over_with_the_sign() -> None:
    x, y = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3], [100, 90, 110, 100, 95, 105, 100, 90, 110, 100]
    there, back = one(x, y), one([-each for each in x], y)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))


def test_no_difference_anywhere_is_said_with_what_may_be_all_the_same() -> None:
    """None seen of a Poisson count: its mean is at most -log(tail) with probability 1 - tail, either way."""
    found = one([0] * 20, [50] * 20)
    assert (found.value, found.method) == (0, ALIKE)
    assert found.high == pytest.approx(-log(0.025) / 1000)
    assert found.low == -found.high


def test_of_times_no_difference_seen_bounds_nothing() -> None:
    found = one([0] * 20, [50] * 20, counted=False)
    assert (found.low, found.high, found.method) == (-inf, inf, ALIKE)


def test_few_events_that_all_go_one_way_still_leave_the_other_possible() -> None:
    found = one([2, 0, 0, 1, 0, 0, 0, 0, 0, 0], [100] * 10)
    assert found.method == "few"
    assert found.events == 3
    assert found.low < 0 < found.value < found.high


def test_one_replication_has_no_interval_and_none_without_callers_no_value() -> None:
    single, nobody = one([3], [100]), one([0, 0], [0, 0])
    assert (single.value, single.method) == (0.03, "one cluster")
    assert isnan(single.low)
    assert isnan(nobody.value)
    assert nobody.method == "undefined"


COVERAGE = [
    ("frequent", 40.0, 20.0, 30, "t"),
    ("rare, one way", 0.0, 0.2, 50, "few"),
    ("rare, both ways", 0.15, 0.25, 50, "few"),
]


@pytest.mark.parametrize("_, gains, losses, clusters, usual", COVERAGE, ids=[case[0] for case in COVERAGE])
def test_intervals_cover_the_true_difference_in_95_of_100(
    _: str, gains: float, losses: float, clusters: int, usual: str
) -> None:
    """Gains and losses of 100 callers a cluster, Poisson with these means; of 600, 3 errors below 95 % at least."""
    r = np.random.default_rng(7)
    x = r.poisson(gains, (clusters, 600)) - r.poisson(losses, (clusters, 600))
    found = differences(x, np.full(x.shape, 100), "counts")
    true = (gains - losses) / 100
    assert sum(each.method == usual for each in found) > 400
    assert np.mean([each.low <= true <= each.high for each in found]) > 0.924


def test_intervals_at_a_tail_shared_out_hold_together() -> None:
    """Twelve designs against the same baseline, strongly correlated or not: all hold in 95 of 100 (Bonferroni)."""
    r, designs, clusters = np.random.default_rng(11), 12, 40
    means = np.linspace(0, 30, designs)
    held = []
    for _ in range(300):
        shared = r.poisson(25, (clusters, 1))
        x = r.poisson(means, (clusters, designs)) - shared
        found = differences(x, np.full(x.shape, 100), "counts", tail=0.025 / designs)
        held.append(all(each.low <= true <= each.high for each, true in zip(found, (means - 25) / 100, strict=True)))
    assert np.mean(held) > 0.95 - 3 * sqrt(0.05 * 0.95 / 300)


def test_pairing_saves_what_the_pair_has_in_common() -> None:
    """A = S + e, B = S + f with variances 9, 1, 1: an unpaired difference varies by 20, the paired one by 2."""
    r = np.random.default_rng(3)
    shared, e, f = r.normal(0, 3, 40_000), r.normal(0, 1, 40_000), r.normal(0, 1, 40_000)
    once = np.ones(40_000)
    assert pairing_gain(100 + shared + e, 100 + shared + f, once, once) == pytest.approx(10, rel=0.05)
    assert pairing_gain(100 + e, 100 + f, once, once) == pytest.approx(1, rel=0.05)


def test_pairing_of_what_is_always_alike_saves_without_end() -> None:
    once, values = np.ones(3), np.array([1.0, 2.0, 4.0])
    assert pairing_gain(values, values, once, once) == inf
    assert isnan(pairing_gain(once, once, once, once))
    assert isnan(pairing_gain(values[:1], values[:1], once[:1], once[:1]))
