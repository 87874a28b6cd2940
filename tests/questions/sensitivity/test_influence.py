"""Partial rank correlation, and what chance alone would show."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from simulator.questions.sensitivity.hypercube import places
from simulator.questions.sensitivity.influence import favoured_option, influence
from simulator.scenario.ranges import CHOICES, Range


def directly(x: np.ndarray, y: np.ndarray) -> list[float]:
    """PRCC by its definition: both residuals of ranks, column by column."""
    ranks = rankdata(x, axis=0)
    mine = rankdata(y)
    found = []
    for k in range(x.shape[1]):
        others = np.column_stack([np.ones(len(x)), np.delete(ranks, k, axis=1)])
        left = [each - others @ np.linalg.lstsq(others, each, rcond=None)[0] for each in (ranks[:, k], mine)]
        found.append(float(np.corrcoef(*left)[0, 1]))
    return found


def known(x: np.ndarray) -> np.ndarray:
    """Rises by 6.4 with the first value, falls by 6 with the second, and hangs on no other."""
    return np.exp(2 * x[:, 0]) - 6 * x[:, 1]


@pytest.mark.parametrize("samples, values", [(40, 4), (64, 34), (200, 10)])
def test_coefficients_are_those_of_the_definition(samples: int, values: int) -> None:
    x = places(values, samples, 3)
    y = known(x) + np.random.default_rng(1).normal(0, 5, samples)
    found = influence(x, y, 1)
    assert found.partial
    assert found.coefficients == pytest.approx(directly(x, y), abs=1e-9)


def test_of_a_known_function_what_it_hangs_on_is_found_with_its_sign_and_nothing_else() -> None:
    found = influence(x := places(12, 100, 1), known(x), 1)
    assert found.coefficients[0] > 2 * found.bound
    assert found.coefficients[1] < -2 * found.bound
    assert np.abs(found.coefficients[2:]).max() < found.bound


def test_noise_is_shown_as_influence_in_one_of_twenty_analyses() -> None:
    """100 analyses of pure noise: 5 % of them show any value, which a binomial puts at 1 to 13 of 100 (99.3 %)."""
    draws = np.random.default_rng(4)
    shown = 0
    for seed in range(100):
        found = influence(places(8, 40, seed), draws.normal(size=40), seed)
        shown += bool((np.abs(found.coefficients) > found.bound).any())
    assert 1 <= shown <= 13


def test_with_few_samples_it_is_spearmans_correlation() -> None:
    x = places(20, 24, 1)
    y = known(x)
    found = influence(x, y, 1)
    assert not found.partial
    assert found.coefficients == pytest.approx([spearmanr(column, y).statistic for column in x.T])


@pytest.mark.parametrize("samples", [10, 60])
def test_what_does_not_vary_has_no_influence_and_of_a_result_that_does_not_nothing_has(samples: int) -> None:
    x = places(3, samples, 1)
    x[:, 1] = 7.0
    assert influence(x, x[:, 0], 1).coefficients[1] == 0
    found = influence(x, np.zeros(samples), 1)
    assert not found.coefficients.any()


def test_the_same_seed_the_same_bound() -> None:
    x = places(3, 30, 1)
    assert influence(x, known(x), 5).bound == influence(x, known(x), 5).bound


@pytest.mark.parametrize("better", CHOICES["choose"])
def test_the_option_that_is_favoured_is_the_one_with_which_the_first_is_further_ahead(better: str) -> None:
    options = CHOICES["choose"]
    choice = Range("choose", options[-1], options[0], options[-1], options=options)
    texts = [options[k % 2] for k in range(40)]
    ahead = [float(text == better) + 0.1 * (k % 3) for k, text in enumerate(texts)]
    (coefficient,) = influence([[choice.size(text)] for text in texts], ahead, 1).coefficients.tolist()
    assert favoured_option(choice, coefficient) == better
