"""Which of many values a result hangs on: partial rank correlation coefficients, and what chance alone would show.

The PRCC of a value is the correlation between the residuals of its ranks and those of the result's ranks, each after
linear regression on the ranks of all other values (Marino and others, 2008, J. Theor. Biol. 254, 178-196). Where there
are too few samples for that, Spearman's rank correlation. The bound: the result is shuffled over the samples, and the
largest coefficient of any value noted; what 95 % of the shuffles do not exceed is more than chance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulator.metrics.estimate import Float
from simulator.scenario.ranges import Range

SHUFFLES = 1_000
CHANCE = 0.05
FREEDOM = 10
"""Degrees of freedom that the regression has to leave."""


@dataclass(frozen=True, slots=True)
class Influence:
    """Coefficients of each value (float64 [values]), what chance alone shows, and whether they are partial."""

    coefficients: Float
    bound: float
    partial: bool


def influence(values: ArrayLike, result: ArrayLike, seed: int) -> Influence:
    """The influence of values [samples][values] on a result [samples]. NaN-free: what does not vary has none."""
    x, y = ranks(np.asarray(values, dtype=np.float64)), ranks(np.asarray(result, dtype=np.float64)[:, None])[:, 0]
    partial = len(x) >= x.shape[1] + 1 + FREEDOM
    rest = _residuals(x) if partial else x
    draws = np.random.default_rng(seed)
    shuffled = np.stack([y, *(draws.permutation(y) for _ in range(SHUFFLES))], axis=1)
    found = _coefficients(x if partial else None, rest, shuffled)
    bound = float(np.quantile(np.abs(found[:, 1:]).max(axis=0, initial=0.0), 1 - CHANCE))
    return Influence(found[:, 0], bound, partial)


def favoured_option(range_: Range, coefficient: float) -> str:
    """The option of a choice with which the result is the larger one, by its coefficient; options count in order."""
    return range_.options[-1 if coefficient > 0 else 0]


def ranks(columns: Float) -> Float:
    """Mid-ranks of each column, less their mean [n][k]."""
    from scipy.stats import rankdata  # noqa: PLC0415

    found = rankdata(columns, axis=0)
    return np.asarray(found - found.mean(axis=0))


def _residuals(x: Float) -> Float:
    """Of each column, what regression on all others leaves."""
    left = np.empty_like(x)
    for k in range(x.shape[1]):
        others = np.delete(x, k, axis=1)
        left[:, k] = x[:, k] - others @ np.linalg.lstsq(others, x[:, k], rcond=None)[0]
    return left


def _coefficients(x: Float | None, rest: Float, results: Float) -> Float:
    """Correlations of what is left of each value with what is left of each result [values][results].

    What the other values leave of a result has the sum of squares that all leave, and the part that this one explains
    beyond them (Frisch and Waugh, 1933).
    """
    squares = (rest**2).sum(axis=0)
    shared = rest.T @ results
    flat = squares <= 1e-9 * max(1.0, float(squares.max(initial=0.0)))
    explained = np.divide(shared**2, squares[:, None], out=np.zeros_like(shared), where=~flat[:, None])
    if x is None:
        total = np.broadcast_to((results**2).sum(axis=0), shared.shape)
    else:
        left = results - x @ np.linalg.lstsq(x, results, rcond=None)[0]
        total = (left**2).sum(axis=0) + explained
    part = np.divide(explained, total, out=np.zeros_like(shared), where=total > 1e-9)
    return np.asarray(np.sign(shared) * np.sqrt(np.minimum(part, 1.0)))
