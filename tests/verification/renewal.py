"""Actions on a number as renewal processes and small Markov chains, told apart from the product.

A number's attempts are a Poisson stream of rate lam. Until an action begins they are let through; then, for D, they
meet it. Symbols: N strikes, d the chance that an attempt which is let through is a strike.
"""

from collections.abc import Callable, Hashable
from functools import cache
from math import expm1, inf

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_jacobi
from scipy.stats import poisson

Floats = NDArray[np.float64]
Moves = Callable[[Hashable], list[tuple[float, Hashable, float]]]
"""State -> (chance, next state, mean number of attempts that meet the action which begins: 0 where none does)."""


def met_of_first(n: int, start: Hashable, moves: Moves) -> float:
    """The share of a number's first n attempts that meet an action; a Markov chain over the attempts let through.

    let[k][state] is the chance that attempt k is let through in that state. An action that begins then is met by the
    next J attempts, J Poisson with mean lam D as the stream forgets, and attempt k + 1 + J is the next let through;
    one that lasts for ever (mean inf) is met by all that follow.
    """
    let: dict[Hashable, Floats] = {start: np.zeros(n)}
    let[start][0] = 1.0
    for k in range(n):
        for state in [state for state, chances in let.items() if chances[k]]:
            for chance, to, met in moves(state):
                follow = let.setdefault(to, np.zeros(n))[k + 1 :]
                if met == 0:
                    follow[:1] += let[state][k] * chance
                elif met < inf:
                    follow += let[state][k] * chance * _poisson(met, n)[: len(follow)]
    return float(1 - sum(chances.sum() for chances in let.values()) / n)


@cache
def _poisson(mean: float, n: int) -> Floats:
    return np.asarray(poisson.pmf(np.arange(n), mean))


def over_beta(mean: float, correlation: float, degree: int, f: Callable[[float], float]) -> float:
    """The mean of a polynomial f of this degree over Beta(m k, (1 - m) k), k = 1 / r - 1: Gauss and Jacobi, exact."""
    k = 1 / correlation - 1
    nodes, weights = roots_jacobi(degree // 2 + 1, (1 - mean) * k - 1, mean * k - 1)
    return float(sum(w * f((1 + x) / 2) for x, w in zip(nodes, weights, strict=True)) / weights.sum())


def prolonged(rate: float, lasts: float) -> float:
    """How long an action lasts, on average, that each event of a Poisson stream begins anew: until a gap beyond D.

    The number of gaps shorter than D is geometric, and Wald gives (e^(lam D) - 1) / lam, the mean busy period of a
    server with infinitely many places beside it (M/D/inf).
    """
    return expm1(rate * lasts) / rate


def zipf(phones: int, exponent: float) -> Floats:
    """Shares of the calls of a pool of phones."""
    weights = np.arange(1.0, phones + 1) ** -exponent
    return np.asarray(weights / weights.sum())
