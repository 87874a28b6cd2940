"""Intervals cover at the rate they state: 95 of 100 experiments find the truth inside, rare counts included.

Each case draws many experiments of R clusters with a fixed seed. Coverage must be at least 95 % less three standard
errors of the experiment itself (sqrt(0.95 * 0.05 / n)). Cases lie where the plain interval fails: 0.01 events a
replication, shares of 99.5 %, replications that differ among themselves, quantiles with few durations beyond them.
"""

from math import exp, log, sqrt

import numpy as np
import pytest

from simulator.metrics.estimate import Kind, quantile, ratios
from simulator.metrics.histogram import histogram

EXPERIMENTS = 2000
LEAST = 0.95 - 3 * sqrt(0.95 * 0.05 / EXPERIMENTS)


def covered(estimates, truth):
    """The share of intervals that hold the truth."""
    return np.mean([estimate.low <= truth <= estimate.high for estimate in estimates])


def callers(r, clusters, mean, cv):
    """Callers offered in each replication: Poisson about a gamma mean with this coefficient of variation."""
    factor = r.gamma(1 / cv**2, cv**2, (clusters, EXPERIMENTS)) if cv else np.ones((clusters, EXPERIMENTS))
    return r.poisson(mean * factor)


SHARES = (
    # callers a replication, their cv, share in truth, how much the replications differ (beta, 0: not at all)
    ("normal", 84, 0.15, 0.5, 0.0),
    ("normal, nine of ten", 84, 0.15, 0.9, 0.0),
    ("replications that differ", 84, 0.5, 0.5, 0.2),
    ("and a share near one", 84, 0.15, 0.9, 0.05),
    ("bad nights make most of the losses", 1000, 0.3, 0.98, 0.02),
    ("share near one", 300, 0.2, 0.995, 0.0),
    ("share near nought", 300, 0.2, 0.003, 0.0),
    ("small denominators", 2, 0.3, 0.5, 0.0),
    ("small denominators and a rare loss", 5, 0.0, 0.9, 0.0),
)


@pytest.mark.parametrize("clusters", (10, 30, 200))
@pytest.mark.parametrize("name,mean,cv,share,spread", SHARES, ids=[case[0] for case in SHARES])
def test_shares_of_callers(name, mean, cv, share, spread, clusters):
    r = np.random.default_rng([clusters, mean, round(1000 * share)])
    offered = callers(r, clusters, mean, cv)
    each = r.beta(share / spread, (1 - share) / spread, offered.shape) if spread else share
    assert covered(ratios(r.binomial(offered, each), offered, Kind.SHARE), share) >= LEAST


@pytest.mark.parametrize("clusters", (3, 10, 30, 200))
@pytest.mark.parametrize("mean", (0.01, 0.05, 0.2, 0.5, 1, 2))
def test_rare_counts(mean, clusters):
    """So many events a replication, each on its own; often none at all in the whole experiment."""
    r = np.random.default_rng([clusters, round(100 * mean)])
    counts = r.poisson(mean, (clusters, EXPERIMENTS))
    assert covered(ratios(counts, np.ones_like(counts), Kind.RATE), mean) >= LEAST


@pytest.mark.parametrize("clusters", (10, 30, 200))
@pytest.mark.parametrize("mean", (0.05, 0.5, 2, 10, 50))
def test_counts_of_replications_that_differ(mean, clusters):
    """Negative binomial with exponential means: the variance is mean + mean^2."""
    r = np.random.default_rng([clusters, round(100 * mean), 1])
    counts = r.poisson(mean * r.exponential(1, (clusters, EXPERIMENTS)))
    assert covered(ratios(counts, np.ones_like(counts), Kind.RATE), mean) >= LEAST


@pytest.mark.parametrize("clusters", (10, 30, 200))
@pytest.mark.parametrize("spread", (0.3, 0.6))
def test_mean_waits_of_replications_that_differ(spread, clusters):
    """Total waits of 20 callers or so a replication, exponential about a lognormal mean of its own."""
    r = np.random.default_rng([clusters, round(100 * spread), 2])
    answered = 1 + r.poisson(20, (clusters, EXPERIMENTS))
    mean = r.lognormal(log(8) - spread**2 / 2, spread, answered.shape)
    assert covered(ratios(mean * r.gamma(answered), answered, Kind.MEAN), 8) >= LEAST


@pytest.mark.parametrize("clusters", (10, 30, 200))
def test_mean_waits_when_hardly_anybody_waits(clusters):
    """One caller in a hundred waits, a minute on average."""
    r = np.random.default_rng([clusters, 3])
    answered = np.full((clusters, EXPERIMENTS), 50)
    waits = r.binomial(answered, 0.01)
    total = np.where(waits > 0, 60 * r.gamma(np.maximum(waits, 1)), 0)
    assert covered(ratios(total, answered, Kind.MEAN), 0.6) >= LEAST


QUANTILE_EXPERIMENTS = 400
QUANTILE_LEAST = 0.95 - 3 * sqrt(0.95 * 0.05 / QUANTILE_EXPERIMENTS)
SCALE = 10_000_000


def waits(r, clusters, each, spread):
    """Histograms of exponential waits (µs) with a mean of its own (lognormal) in each replication."""
    means = SCALE * r.lognormal(0, spread, clusters) if spread else np.full(clusters, SCALE)
    durations = [(mean * r.exponential(1, r.poisson(each))).astype(np.int64) for mean in means]
    return [histogram(some, np.zeros(len(some), dtype=np.int8)) for some in durations]


def exponential_quantile(p, spread):
    """The p-quantile of an exponential with a lognormal mean, by integration over the mean's normal logarithm."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    low, high = 0.0, 100.0 * SCALE
    for _ in range(80):
        middle = (low + high) / 2
        below = np.sum(weights * -np.expm1(-middle / (SCALE * np.exp(spread * nodes)))) / weights.sum()
        low, high = (middle, high) if below < p else (low, middle)
    return low


@pytest.mark.parametrize("clusters,each,spread", ((10, 20, 0.0), (30, 5, 0.0), (30, 40, 0.3), (200, 10, 0.3)))
@pytest.mark.parametrize("p", (0.5, 0.9, 0.99))
def test_quantiles_of_waits(p, clusters, each, spread):
    r = np.random.default_rng([clusters, each, round(100 * p)])
    truth = exponential_quantile(p, spread)
    found = [quantile(waits(r, clusters, each, spread), 0, p) for _ in range(QUANTILE_EXPERIMENTS)]
    assert covered(found, truth) >= QUANTILE_LEAST


def test_the_quantile_of_this_file_is_that_of_the_exponential_without_spread():
    assert exponential_quantile(1 - exp(-1), 0.0) == pytest.approx(SCALE, rel=1e-9)


def test_simultaneous_bounds_hold_together():
    """Of 24 hours at 95 % in truth, in 95 of 100 experiments no hour's bound lies above it."""
    r = np.random.default_rng(24)
    hours, clusters, share, tail = 24, 30, 0.95, 0.05 / 24
    offered = r.poisson(12, (clusters, EXPERIMENTS * hours))
    found = ratios(r.binomial(offered, share), offered, Kind.SHARE, tail=tail, none_seen=tail)
    below = np.array([estimate.low <= share for estimate in found]).reshape(EXPERIMENTS, hours)
    assert below.all(axis=1).mean() >= LEAST
