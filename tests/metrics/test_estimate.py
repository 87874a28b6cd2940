"""Intervals: against tables in print, worked by hand, and properties of any counts. Coverage: tests/verification."""

from math import inf, isinf, isnan, log

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from simulator.metrics.estimate import (
    BURST,
    Estimate,
    Kind,
    fay_feuer,
    hall,
    quantile,
    ratio,
    ratios,
    says_none,
    share_of_chances,
)
from simulator.metrics.histogram import ALL, histogram, merge
from simulator.scenario.units import DAY, HOUR, WEEK

YEAR = 365 * DAY

# Garwood (1936), as in the usual tables of exact 95 % limits of a Poisson count
GARWOOD = (
    (1, 0.0253, 5.5716),
    (2, 0.2422, 7.2247),
    (5, 1.6235, 11.6683),
    (10, 4.7954, 18.3904),
    (20, 12.2165, 30.8884),
)


@pytest.mark.parametrize("events,low,high", GARWOOD)
def test_single_events_get_the_exact_poisson_interval(events, low, high):
    """Where no replication has more than one event, that of Fay and Feuer is the exact one."""
    counts = np.arange(200) < events
    found = ratio(counts, np.ones(200), Kind.RATE)
    assert (found.low * 200, found.high * 200) == pytest.approx((low, high), abs=5e-5)
    assert (found.value, found.events, found.method) == (events / 200, events, "gamma")


def test_the_gamma_interval_is_that_of_fay_and_feuers_example():
    """Fay and Feuer (1997), table I: Down's syndrome in fifth and later births, Michigan 1950-64, by mother's age.

    Directly standardised to all births: 75.5 in 100,000, 95 % interval 67.7 to 188.3. The weight of the few births to
    mothers under 20 makes nearly all of the upper limit.
    """
    cases = np.array([0, 8, 63, 112, 262, 295])
    births = np.array([327, 30_666, 123_419, 149_919, 104_088, 34_392])
    standard = np.array([319_933, 931_318, 786_511, 488_235, 237_863, 61_313])
    weights = 1e5 * standard / births / standard.sum()
    low, high = fay_feuer((weights * cases).sum(), (weights**2 * cases).sum(), weights.max(), 0.025)
    assert ((weights * cases).sum(), low, high) == pytest.approx((75.5, 67.7, 188.3), abs=0.05)


# k and T; g(T) = T + k T^2 / 3 + k^2 T^3 / 27 + k / 6 (Hall 1992, equation 1.2 and after), worked by hand
HALL = (
    (0.3, 1, 1.15 + 0.09 / 27),
    (0.3, -2, -1.55 - 0.72 / 27),
    (-0.6, 3, 1.1 + 0.36),
    (0.9, 10, 10 + 30 + 30 + 0.15),
    (0.0, 1.5, 1.5),
)


@pytest.mark.parametrize("k,x,g", HALL)
def test_halls_transformation_is_undone(k, x, g):
    assert hall(g, np.array(k)) == pytest.approx(x)


def test_a_long_tail_above_is_bounded_by_halls_interval():
    """Ten clusters of 100: nine with 40 and one with 80. The bound is the root of Hall's cubic, as NumPy finds it."""
    x = np.array([40] * 9 + [80])
    found = ratio(x, np.full(10, 100), Kind.SHARE)
    residuals = x - x.mean()
    k = (residuals**3).mean() / (residuals**2).mean() ** 1.5 / 10**0.5
    assert k == pytest.approx(8 / 3 / 10**0.5)  # of one in ten: (1 - 2 p) / sqrt(p (1 - p))
    roots = np.roots([k**2 / 27, k / 3, 1, k / 6 + 2.262157])  # t(9)
    root = roots[np.abs(roots.imag) < 1e-9].real[0]
    error = (10 / 9 * (residuals**2).sum()) ** 0.5 / 1000
    assert found.high == pytest.approx(x.mean() / 100 - error * root, rel=1e-6)
    assert found.high > x.mean() / 100 + 2.262157 * error


@pytest.mark.parametrize("clusters,method", ((8, "t"), (9, "gamma"), (11, "gamma")))
def test_events_from_less_than_half_of_the_clusters_are_few(clusters, method):
    """Four clusters have ten events each: four effective ones."""
    assert ratio(10 * (np.arange(clusters) < 4), np.full(clusters, 100), Kind.SHARE).method == method


def test_events_that_come_in_bunches_count_as_fewer():
    """Ten events in two replications say less than ten in ten."""
    bunched, single = np.zeros(200), np.zeros(200)
    bunched[:2], single[:10] = 5, 1
    wide, narrow = ratio(bunched, np.ones(200), Kind.RATE), ratio(single, np.ones(200), Kind.RATE)
    assert wide.low < narrow.low < 0.05 < narrow.high < wide.high


def test_a_share_about_a_half_gets_students_t():
    """40, 50, 60 of 100: residuals -10, 0, 10; se = sqrt(3/2 * 200) / 300 = 0.057735; t(2) = 4.302653."""
    found = ratio([40, 50, 60], [100, 100, 100], Kind.SHARE)
    assert found.method == "t"
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5 - 0.248414, 0.5 + 0.248414), abs=2e-6)


def test_a_lopsided_share_is_never_narrower_than_students_t():
    """Four replications of 100 with 5, 5, 5 and 25 lost: residuals -5, -5, -5, 15; t(3) = 3.182446."""
    found = ratio([95, 95, 95, 75], [100] * 4, Kind.SHARE)
    half = 3.182446 * (4 / 3 * 300) ** 0.5 / 400
    assert found.low <= 0.9 - half
    assert found.high >= min(0.9 + half, 1) - 1e-9


@pytest.mark.parametrize("kind", (Kind.SHARE, Kind.RATE))
def test_none_seen_is_never_nought_give_or_take_nought(kind):
    found = ratio(np.zeros(10), np.full(10, 30), kind)
    assert (found.value, found.low, found.events, found.method) == (0, 0, 0, "none seen")
    assert found.high == pytest.approx(-log(0.05) / 300)


def test_all_of_them_is_never_one_give_or_take_nought():
    found = ratio(np.full(10, 30), np.full(10, 30), Kind.SHARE)
    assert (found.value, found.high, found.events) == (1, 1, 0)
    assert found.low == pytest.approx(1 + log(0.05) / 300)


def test_none_of_few_bounds_a_share_at_most_at_one():
    assert ratio([0, 0], [1, 0], Kind.SHARE).high == 1


def test_no_attempt_seen_may_be_a_burst_missed():
    """A caller redials: what three events are to a count of none, three bursts are to attempts."""
    found = ratio(np.zeros(10), np.full(10, 30), Kind.SHARE_OF_ATTEMPTS)
    assert (found.low, found.method) == (0, "none seen")
    assert found.high == pytest.approx(BURST * 2.995732 / 300)


def test_an_attempt_weighs_as_much_as_a_burst_in_the_upper_limit():
    """One attempt in 50 replications: y = 1 + 6, v = 1 + 36, against single events' Garwood limits of one, 5.5716."""
    x = np.arange(50) < 1
    single, burst = (ratio(x, np.full(50, 1000), kind) for kind in (Kind.SHARE, Kind.SHARE_OF_ATTEMPTS))
    assert single.high * 50_000 == pytest.approx(5.5716, abs=5e-5)
    # gamma with mean 7 and variance 37: half a chi-square with 2 * 49 / 37 degrees of freedom, times 37 / 7
    assert burst.high * 50_000 == pytest.approx(37 / 7 * chi2.ppf(0.975, 98 / 37) / 2)
    assert burst.low == single.low


def test_a_mean_of_noughts_has_no_upper_bound():
    """That nobody waited does not say how long one would."""
    found = ratio(np.zeros(10), np.full(10, 30), Kind.MEAN)
    assert (found.value, found.low, found.high, found.method) == (0, 0, inf, "no bound")


@pytest.mark.parametrize("clusters,bounded", ((1, False), (2, False), (3, True), (10, True)))
def test_a_mean_is_bounded_where_three_clusters_contribute(clusters, bounded):
    x = 60 * (np.arange(20) < clusters)
    found = ratio(x, np.full(20, 30), Kind.MEAN)
    assert (found.high < inf, found.method == "no bound") == (bounded, not bounded)
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize("clusters,longest", ((100, 120), (25, 120), (19, 180), (10, 180)))
def test_a_mean_of_few_waits_allows_for_longer_ones(clusters, longest):
    """Waits of 10, 20 and 60 in so many replications of one call: y = 90, v = 4100, and a weight of two or three times
    the longest, by Fay and Feuer."""
    x = np.zeros(clusters)
    x[:3] = 10, 20, 60
    found = ratio(x, np.ones(clusters), Kind.MEAN)
    y, v = 90 + longest, 4100 + longest**2
    assert found.high * clusters == pytest.approx(v / y * chi2.ppf(0.975, 2 * y**2 / v) / 2)
    assert found.method == "gamma"


def test_a_mean_of_many_waits_weighs_what_they_differ_by():
    """Twelve clusters of waits 1, 2 and 6, four each: y = 36 + 3 * 3, v = 12 / 11 * 56 + 9^2, wider than t."""
    x = np.array([1.0, 2, 6] * 4)
    found = ratio(x, np.ones(12), Kind.MEAN)
    y, v = 36 + 9, 12 / 11 * 56 + 81
    assert found.high * 12 == pytest.approx(v / y * chi2.ppf(0.975, 2 * y**2 / v) / 2)
    assert found.method == "t"


@pytest.mark.parametrize("last,wider", ((3.0, False), (60.0, True)))
def test_cochrans_rule_says_where_students_t_does_for_a_mean(last, wider):
    """Of 40 clusters that wait 1, 2 or 3, and one that waits ``last``: only skewness above sqrt(41 / 25) widens."""
    x = np.array([1.0, 2, 2, 3] * 10 + [last])
    found = ratio(x, np.ones(41), Kind.MEAN)
    r, s = x.mean(), x.std(ddof=1) / 41**0.5
    skewness = ((x - r) ** 3).mean() / x.std() ** 3
    assert (skewness**2 > 41 / 25) == wider
    log_scale = r * np.exp(2.021075 * s / r)  # t(40)
    k = skewness / 41**0.5
    roots = np.roots([k**2 / 27, k / 3, 1, k / 6 + 2.021075])
    hall_scale = r - s * roots[np.abs(roots.imag) < 1e-9].real[0]
    hull = max(r + 2.021075 * s, log_scale, hall_scale)
    assert found.high == pytest.approx(hull, rel=1e-6) if not wider else found.high > 1.01 * hull


def test_one_cluster_gives_a_value_without_an_interval():
    found = ratio([40], [100], Kind.SHARE)
    assert (found.value, found.method) == (0.4, "one cluster")
    assert isnan(found.low)
    assert isnan(found.high)


def test_without_a_denominator_nothing_is_said():
    found = ratio([0, 0], [0, 0], Kind.SHARE)
    assert found.method == "undefined"
    assert isnan(found.value)
    assert isnan(found.low)
    assert isnan(found.high)


def test_an_estimate_in_another_unit_keeps_its_events_and_method():
    assert Estimate(1, 0.5, 3, 7, "gamma").times(60) == Estimate(60, 30, 180, 7, "gamma")


def test_chances_that_are_whole_are_counts_and_others_are_known_better():
    """Of 500 callers two were blocked in two replications; or each of ten had chances of 0.2 in all."""
    counts, chances = np.arange(10) < 2, np.full(10, 0.2)
    assert share_of_chances(counts, np.full(10, 50)) == ratio(counts, np.full(10, 50), Kind.SHARE)
    found = share_of_chances(chances, np.full(10, 50))
    # ten replications that do not differ weigh as ten events: Garwood's limits of 10
    assert (found.value, found.low * 2500, found.high * 2500) == pytest.approx((0.004, 4.7954, 18.3904), abs=5e-4)


@pytest.mark.parametrize("callers,value", ((50, 0.0), (0, None)))
def test_chances_taken_off_again_are_not_below_nought(callers, value):
    found = share_of_chances([0.5, -1.5, 0.25], [callers] * 3)
    assert isnan(found.value) if value is None else (found.value, found.low) == (0, 0)
    assert value is None or found.high > 0


def test_chances_keep_the_tail_and_the_bound_of_none_asked_for():
    none, some = share_of_chances([0, 0], [50, 50], none_seen=0.01), np.arange(200) < 5
    assert none.high == pytest.approx(-log(0.01) / 100)
    found = share_of_chances(some, np.full(200, 10), tail=0.005)
    assert (found.low * 2000, found.high * 2000) == pytest.approx((1.0779, 14.1498), abs=5e-4)  # Garwood, 99 %


CLUSTERS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=40)


@settings(max_examples=200, deadline=None)
@given(CLUSTERS)
def test_a_share_and_its_complement_have_mirrored_intervals(pairs):
    x, y = np.array([a for a, _ in pairs]), np.array([a + b for a, b in pairs])
    assume(2 * x.sum() != y.sum())  # neither side is the rarer
    share, other = ratio(x, y, Kind.SHARE), ratio(y - x, y, Kind.SHARE)
    mirrored = (1 - other.high, 1 - other.value, 1 - other.low)
    assert (share.low, share.value, share.high) == pytest.approx(mirrored, abs=1e-9, nan_ok=True)


@settings(max_examples=300, deadline=None)
@given(CLUSTERS, st.sampled_from(Kind), st.sampled_from([0.025, 0.001]))
def test_the_value_lies_in_its_interval_and_shares_in_nought_to_one(pairs, kind, tail):
    x, y = np.array([a for a, _ in pairs]), np.array([a + b for a, b in pairs])
    found = ratio(x, y, kind, tail=tail)
    if y.sum():
        assert 0 <= found.low <= found.value <= found.high
        assert found.low < found.high
        assert not kind.at_most_one or found.high <= 1


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 50), st.integers(1, 50), st.integers(2, 40), st.sampled_from(Kind), st.sampled_from([1, 0.1, 1e7])
)
def test_clusters_that_do_not_differ_leave_room_for_others_that_do(some, rest, clusters, kind, scale):
    """Nothing varied, which does not say that nothing can: the interval reaches to both sides of the value."""
    if kind.counted:
        scale = 1
    found = ratio(np.full(clusters, scale * some), np.full(clusters, scale * (some + rest)), kind)
    assert found.low < found.value < found.high


@settings(max_examples=100, deadline=None)
@given(CLUSTERS)
def test_columns_do_not_know_of_each_other(pairs):
    x, y = np.array([a for a, _ in pairs]), np.array([a + b for a, b in pairs])
    both = ratios(np.stack([x, y], axis=1), np.stack([y, y], axis=1), Kind.SHARE)
    alone = ratio(x, y, Kind.SHARE)
    # numpy adds one column and several in different orders
    assert (both[0].method, both[0].events) == (alone.method, alone.events)
    wanted = (alone.value, alone.low, alone.high)
    assert (both[0].value, both[0].low, both[0].high) == pytest.approx(wanted, nan_ok=True)


def one(*durations):
    return histogram(np.array(durations, dtype=np.int64), np.zeros(len(durations), dtype=np.int8))


QUANTILES = (
    # durations 1 .. 10: at least a share p does not exceed the quantile
    (0.5, 5),
    (0.51, 6),
    (0.9, 9),  # 0.9 * 10 is 9, though not in floating point
    (0.95, 10),
)


@pytest.mark.parametrize("p,value", QUANTILES)
def test_quantiles_of_one_to_ten(p, value):
    assert quantile([one(1, 3, 5, 7, 9), one(2, 4, 6, 8, 10)], ALL, p).value == value


def test_too_few_durations_do_not_bound_a_high_quantile():
    """Of 20, one is beyond the 95th percentile: the truth may be longer than any seen."""
    found = quantile([one(*range(1, 11)), one(*range(11, 21))], 0, 0.99)
    assert found.value == 20
    assert isinf(found.high)
    assert found.low < 20


def test_quantiles_of_durations_that_are_alike_are_that_duration():
    found = quantile([one(*[0] * 300), one(*[0] * 300)], 0, 0.5)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_woodruffs_interval_of_independent_durations_is_that_of_binomial_ranks():
    """Of 10,000, the ranks about the median are 5,000 -+ 1.98 sqrt(10,000 / 4) = 4,901 and 5,099 (t with 99 df)."""
    durations = np.random.default_rng(5).permutation(10_000).reshape(100, 100) + 1
    found = quantile([one(*row) for row in durations], 0, 0.5)
    assert found.value == pytest.approx(5000, rel=3e-4)
    # the standard error of 100 clusters is itself known to 1 / sqrt(2 * 99) = 7 %; three times that
    assert (5000 - found.low, found.high - 5000) == pytest.approx((99, 99), rel=0.22)


@pytest.mark.parametrize("p", (0.25, 0.5, 0.8))
def test_woodruffs_interval_reads_the_shares_below_and_up_to_the_estimate(p):
    """Thirty clusters of 0 to 40 durations about a mean of their own, many of them alike."""
    r = np.random.default_rng([6, round(100 * p)])
    clusters = [r.poisson(r.uniform(5, 15), r.integers(0, 40)) for _ in range(30)]
    durations, each = np.concatenate(clusters), np.array([len(some) for some in clusters])
    value = np.quantile(durations, p, method="inverted_cdf")
    below = ratio([(some < value).sum() for some in clusters], each, Kind.SHARE, none_seen=0.025)
    up_to = ratio([(some <= value).sum() for some in clusters], each, Kind.SHARE, none_seen=0.025)
    bounds = p - (below.high - below.value), p + (up_to.value - up_to.low)
    found = quantile([one(*some) for some in clusters], 0, p)
    wanted = [float(np.quantile(durations, bound, method="inverted_cdf")) for bound in bounds]
    assert (found.value, [found.low, found.high], found.events) == (value, wanted, len(durations))


def test_without_durations_there_is_no_quantile():
    assert quantile([one(), one()], 0, 0.5).method == "undefined"
    assert quantile([one(1), one(2)], 3, 0.5).method == "undefined"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4000), max_size=20), min_size=2, max_size=8), st.sampled_from([0.5, 0.9, 0.99]))
def test_quantiles_are_numpys_inverted_cdf_and_lie_in_their_interval(clusters, p):
    """Up to 4,096 us a bin is one microsecond, so nothing is lost."""
    durations = [some for each in clusters for some in each]
    found = quantile([one(*each) for each in clusters], 0, p)
    if durations:
        assert found.value == np.quantile(durations, p, method="inverted_cdf")
        assert found.low <= found.value <= found.high


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10**13), max_size=20), min_size=1, max_size=5))
def test_merged_histograms_are_the_histogram_of_all(clusters):
    assert merge([one(*each) for each in clusters]) == one(*(some for each in clusters for some in each))


SAYS = (
    (200, YEAR, "none in 200 simulated years; at most one year in 67 has any (95 %)"),  # 1 - 0.05^(1/200) = 1 / 67.3
    (200, 14 * DAY, "none in 200 simulated stretches of 14 days; at most one stretch in 67 has any (95 %)"),
    (2, 366 * DAY, "none in 2 simulated years; at most 78 % of years have any (95 %)"),  # 1 - 0.05^0.5 = 0.7764
    (30, 12 * HOUR, "none in 30 simulated stretches of 12 hours; at most one stretch in 10 has any (95 %)"),  # 1 / 10.5
    (29, 36 * HOUR, "none in 29 simulated stretches of 1.5 days; at most one stretch in 10 has any (95 %)"),  # 1 / 10.2
    (1000, WEEK, "none in 1000 simulated weeks; at most one week in 334 has any (95 %)"),  # 1 / 334.3
    (5, DAY, "none in 5 simulated days; at most 46 % of days have any (95 %)"),  # 1 - 0.05^0.2 = 0.4507
    (1, HOUR, "none in 1 simulated hour; at most 95 % of hours have any (95 %)"),
)


@pytest.mark.parametrize("clusters,length,text", SAYS)
def test_none_seen_is_said_in_words(clusters, length, text):
    assert says_none(clusters, length) == text
