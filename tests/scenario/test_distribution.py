"""Distributions of durations: each draws what its parameters say, in whole microseconds."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from simulator.scenario.distribution import Distribution
from simulator.scenario.units import NEVER

ADAPTER: TypeAdapter[Distribution] = TypeAdapter(Distribution)
S = 1e6
SIGMA = np.sqrt(np.log(1 + 0.9**2))
LAWS = [
    ({"exponential": {"mean": "30 s"}}, stats.expon(scale=30 * S)),
    ({"lognormal": {"median": "165 s", "cv": "0.9"}}, stats.lognorm(s=SIGMA, scale=165 * S)),
    ({"lognormal": {"mean": "120 s", "cv": "0.9"}}, stats.lognorm(s=SIGMA, scale=120 * S / np.sqrt(1 + 0.9**2))),
    ({"log_logistic": {"median": "60 s", "shape": "2.5"}}, stats.fisk(c=2.5, scale=60 * S)),
    ({"gamma": {"mean": "25 s", "cv": "0.7"}}, stats.gamma(a=0.7**-2, scale=25 * S * 0.7**2)),
]
REFUSED = ["120", "exponential", {}, {"normal": {"mean": "9 s"}}, {"exponential": {"mean": "9 s"}, "fixed": "9 s"}, []]
REFUSED += [{"empirical": []}, {"lognormal": {"cv": "1"}}, {"lognormal": {"mean": "9 s", "median": "9 s", "cv": "1"}}]
REFUSED += [{"exponential": {"mean": "0 s"}}, {"gamma": {"mean": "9 s", "cv": "0"}}]


@pytest.mark.parametrize("written, law", LAWS, ids=lambda value: str(value)[:40])
def test_draws_follow_the_law_and_the_mean_is_the_laws(written, law) -> None:
    """Kolmogorov-Smirnov on 20,000 draws of a fixed seed; a false alarm at one seed has chance 1e-3."""
    distribution = ADAPTER.validate_python(written)
    drawn = distribution.sample(np.random.default_rng(112), 20_000)
    assert drawn.dtype == np.int64
    assert stats.kstest(drawn, law.cdf).pvalue > 1e-3
    assert distribution.mean() == pytest.approx(law.mean(), rel=1e-9)


def test_a_plain_duration_is_fixed_and_never_has_no_mean() -> None:
    assert (ADAPTER.validate_python("90 s").sample(np.random.default_rng(1), 3) == 90_000_000).all()
    assert (ADAPTER.validate_python("never").sample(np.random.default_rng(1), 3) == NEVER).all()
    assert ADAPTER.validate_python("never").mean() == np.inf


def test_a_spike_falls_on_its_share_exactly() -> None:
    spiked = ADAPTER.validate_python(
        {"spike_plus": {"share": "25 %", "at": "5 s", "rest": {"gamma": {"mean": "25 s", "cv": "1"}}}}
    )
    drawn = spiked.sample(np.random.default_rng(112), 40_000)
    assert abs((drawn == 5 * S).mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 40_000)
    assert spiked.mean() == pytest.approx(0.25 * 5 * S + 0.75 * 25 * S)


def test_measured_durations_are_drawn_and_no_others() -> None:
    measured = ADAPTER.validate_python({"empirical": ["5 s", "9 s", "9 s"]})
    values, counts = np.unique(measured.sample(np.random.default_rng(112), 30_000), return_counts=True)
    assert values.tolist() == [5 * S, 9 * S]
    assert abs(counts[0] / 30_000 - 1 / 3) < 4 * np.sqrt(2 / 9 / 30_000)
    assert measured.mean() == pytest.approx(23 / 3 * S)


def test_a_log_logistic_without_a_mean_says_so_and_draws_stay_in_int64() -> None:
    heavy = ADAPTER.validate_python({"log_logistic": {"median": "60 s", "shape": "0.1"}})
    assert heavy.mean() == np.inf
    drawn = heavy.sample(np.random.default_rng(112), 10_000)
    assert drawn.min() >= 0
    assert drawn.max() <= 2**53


@pytest.mark.parametrize("written", REFUSED, ids=str)
def test_what_names_no_distribution_is_refused(written) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(written)
