"""What callers of M/M/c with exponential patience (Erlang A) meet in equilibrium, exactly."""

import numpy as np

from tests.benchmarks.contender import Met
from tests.benchmarks.loads import PATIENCE_S, TALK_S, Load
from tests.verification.theory import many_server

PLACES = 400
"""Queue places beyond which nobody ever waits at the loads measured."""


def erlang_a(load: Load) -> Met:
    """Who finds k waiting (PASTA) moves up when one of the c talks or of the k before ends, all exponential.

    So P(answered) telescopes to c mu / (c mu + (k + 1) theta), and the steps' durations are independent of their
    outcomes: the mean wait of who is answered is the sum of 1 / (c mu + i theta), i = 1 .. k + 1.
    """
    lam, mu, theta, c = load.erlang / TALK_S, 1 / TALK_S, 1 / PATIENCE_S, load.call_takers
    p = many_server(lam, mu, c, c + PLACES, theta)
    waits = p[c:]
    rates = c * mu + np.arange(1, len(waits) + 1) * theta
    answered = waits * c * mu / rates
    mean = np.cumsum(1 / rates)
    return Met(float((waits - answered).sum()), float(answered @ mean / (p[:c].sum() + answered.sum())))
