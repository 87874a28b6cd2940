"""Differences of two designs that met the same callers, and what pairing saves."""

from math import inf, isnan, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

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
    assert found.events == 0


def test_of_times_no_difference_seen_bounds_nothing() -> None:
    found = one([0] * 20, [50] * 20, counted=False)
    assert (found.low, found.high, found.method) == (-inf, inf, ALIKE)


def test_few_events_that_all_go_one_way_still_leave_the_other_possible() -> None:
    found = one([2, 0, 0, 1, 0, 0, 0, 0, 0, 0], [100] * 10)
    assert found.method == "few"
    assert found.events == 3
    assert found.low < 0 < found.value < found.high


def test_few_gains_and_losses_are_bound_by_garwoods_limits_with_half_the_tail_each() -> None:
    """Five single gains and two losses of 200: of 98 % (tail 1 %) by the 99 % limits, 1.0779 to 14.150 and 0.1035 to
    9.2738 (Garwood 1936)."""
    x = np.zeros(200)
    x[:5], x[5:7] = 1, -1
    found = one(x, np.full(200, 10), tail=0.01)
    assert (found.low * 2000, found.high * 2000) == pytest.approx((1.0779 - 9.2738, 14.1498 - 0.1035), abs=5e-4)


def test_few_gains_without_a_loss_allow_for_losses_not_seen() -> None:
    """Two single gains of 200: 0.1035 to 9.2738 by Garwood's 99 % limits, less -log(0.005) = 5.2983 at most."""
    found = one(np.arange(200) < 2, np.full(200, 10), tail=0.01)
    assert (found.low * 2000, found.high * 2000) == pytest.approx((0.1035 - 5.2983, 9.2738), abs=5e-4)


@pytest.mark.parametrize("sign", (1, -1))
def test_all_gone_is_never_all_give_or_take_nought(sign: int) -> None:
    """Of 600 prank calls none is left: 1 + log(0.025) / 600 = 99.4 % at least, as a count of none allows."""
    found = one([sign * 30] * 20, [30] * 20)
    bounds = sorted((sign, sign * (1 + log(0.025) / 600)))
    assert found.value == sign
    assert (found.low, found.high) == pytest.approx(bounds)


def test_nearly_all_gone_is_bound_by_the_few_left() -> None:
    """Five of 2,000 left in 200 replications: 1 less Garwood's 99 % limits of 5 in 2,000 (no loss beyond them)."""
    left = np.arange(200) < 5
    found = one(10 - left, np.full(200, 10), tail=0.01)
    assert found.method == "few"
    assert found.low == pytest.approx(1 - 14.1498 / 2000, abs=1e-6)
    assert found.high == 1


def test_intervals_of_nearly_all_gone_cover() -> None:
    """99.62 % of 40 prank calls a replication gone in truth, as on a line that blocks them: ten replications."""
    r = np.random.default_rng(8)
    left = r.poisson(40 * 0.0038, (10, 2000))
    found = differences(40 - left, np.full(left.shape, 40), "counts")
    # of 2,000, three standard errors below 95 %
    assert np.mean([each.low <= 0.9962 <= each.high for each in found]) > 0.935
    assert all(each.low < each.high <= 1 for each in found)


def test_counts_that_keep_to_one_ratio_are_events_and_may_be_losses_too() -> None:
    """Three of each ten in 20 replications: y = 60, v = 180, so 20 events of weight three, less losses not seen."""
    found = one([3] * 20, [10] * 20)
    assert found.low * 200 == pytest.approx(3 * chi2.ppf(0.0125, 40) / 2 + log(0.0125))
    assert found.high * 200 == pytest.approx(3 * chi2.ppf(0.9875, 42) / 2)


@pytest.mark.parametrize("sign", (1, -1))
def test_times_leave_the_range_of_a_share_only_where_a_replication_does(sign: int) -> None:
    within, beyond = (one([sign * 0.2, sign * most, sign * 0.9], [1.0] * 3, counted=False) for most in (1.0, 1.1))
    bound = within.high if sign > 0 else -within.low
    assert bound == 1
    assert (beyond.high if sign > 0 else -beyond.low) > 1.1
    assert within.events == 3


def test_half_of_the_replications_alike_are_enough_for_students_t() -> None:
    """Two of four have 20 each: two effective ones, which are not less than half of the clusters."""
    assert one([20, 20, 0, 0], [100] * 4).method == "t"
    assert one([20, 20, 0, 0, 0], [100] * 5).method == "few"


def test_times_that_keep_to_one_ratio_have_no_bound() -> None:
    found = one([30.0, 60.0, 90.0], [300.0, 600.0, 900.0], counted=False)
    assert (found.value, found.low, found.high, found.method) == (0.1, -inf, inf, "no bound")


def test_chances_that_keep_to_one_ratio_count_as_events_of_their_replications() -> None:
    """0.02 in each of 50: y = 1, v = 0.02, 50 effective events; Garwood's limits of 50 are 37.1110 and 65.9184."""
    found = differences(np.full((50, 1), -0.02), np.full((50, 1), 10), "chances")[0]
    assert (found.low * 500 * 50, found.high * 500 * 50) == pytest.approx((-65.9184, -37.1110), abs=5e-4)


NUMBERS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=40)


@settings(max_examples=300, deadline=None)
@given(NUMBERS, st.sampled_from(["counts", "chances", "times"]), st.sampled_from([0.025, 0.0005]), st.booleans())
def test_differences_have_some_width_and_stay_in_range(
    rows: list[tuple[int, int, int]], of: str, tail: float, alike: bool
) -> None:
    """Gains and losses of so many callers each; ``alike``: the same in every replication."""
    gains, losses, others = np.array([rows[0]] * len(rows) if alike else rows).T
    x, y = gains - losses, gains + losses + others
    found = differences(x[:, None] * (0.37 if of == "chances" else 1), y[:, None], of, tail=tail)[0]
    if y.sum():
        assert found.low < found.high
        assert found.low <= found.value <= found.high
        assert of == "times" or (found.low >= -1 and found.high <= 1)


def test_one_replication_has_no_interval_and_none_without_callers_no_value() -> None:
    single, nobody = one([3], [100]), one([0, 0], [0, 0])
    assert (single.value, single.method) == (0.03, "one cluster")
    assert isnan(single.low)
    assert isnan(nobody.value)
    assert isnan(nobody.high)
    assert (nobody.method, nobody.events) == ("undefined", 0)


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


def test_what_pairing_saves_by_hand() -> None:
    """Of 2, 2 over 1, 3: r = 1, residuals 1, -1; of 1, 5: r = 1.5, residuals -0.5, 0.5; of 1, -3: -0.5, and 1.5, -1.5.

    Unpaired 2 + 0.5, paired 4.5; with a better difference of 0.25, 0.75, which is a quarter throughout, without end.
    """
    one_, other, over = [2, 2], [1, 5], [1, 3]
    assert pairing_gain(one_, other, over, over) == pytest.approx(2.5 / 4.5)
    assert pairing_gain(one_, other, over, over, [0.25, 0.75]) == inf
    assert pairing_gain(one_, other, over, [1, 1], [0.5, -0.5]) == pytest.approx(2.5 / 0.5)
    tiny = [1e-3 * each for each in other]
    assert pairing_gain(tiny, tiny, over, over) == inf


def test_pairing_over_nothing_saves_nothing() -> None:
    assert isnan(pairing_gain([1, 2], [3, 5], [0, 0], [0, 0]))
    assert pairing_gain([1, 2], [3, 3], [1, 1], [0, 0]) == inf
