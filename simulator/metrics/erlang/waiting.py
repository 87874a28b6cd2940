"""Waiting in M/M/c/K+M: how many are answered in time, in each definition of the service level.

A call that finds j = n - c ahead of it in the queue is answered once j + 1 have gone: after V = sum of exponentials of
rates c mu + i theta, i = 0 .. j, so exp(-theta V) is Beta(c mu / theta, j + 1) (Renyi), and without patience V is
gamma(j + 1, c mu). It is answered within t if V <= t and its own patience is longer than V.
(Garnett, Mandelbaum and Reiman, 2002, for M/M/c+M; whole trunks by the same states, cut at K.)
"""

from dataclasses import dataclass
from functools import cached_property
from math import exp, inf

import numpy as np

from simulator.metrics.erlang.states import Float, States

STIFF = 1e7
"""Above so many services to a patience, callers are taken to be patient without end: the error is below 1e-7."""


@dataclass(frozen=True)
class Line:
    """A line in its steady state: all as shares of attempts offered.

    lam         attempts a second
    handling    s, mean
    c           call-takers
    patience    s, mean; infinite: nobody gives up
    trunks      lines; infinite: nobody finds them busy. Never fewer than call-takers count.
    """

    lam: float
    handling: float
    c: int
    patience: float = inf
    trunks: float = inf

    def __post_init__(self) -> None:
        if not (self.lam >= 0 and self.handling > 0 and self.c >= 0 and self.patience > 0 and self.trunks >= 0):
            raise ValueError(f"{self}: a rate from 0, times above 0, call-takers and trunks from 0 are wanted")

    @property
    def load(self) -> float:
        """Erlang."""
        return self.lam * self.handling

    @cached_property
    def states(self) -> States:
        """Its birth-death process."""
        served = int(min(self.c, self.trunks))
        theta = 0.0 if self.patience == inf else 1 / self.patience
        return States(self.lam, 1 / self.handling, served, theta, self.trunks)

    @property
    def stable(self) -> bool:
        """Whether the queue stays bounded."""
        return self.lam == 0 or self.states.stable

    def at_once(self) -> float:
        """Answered without any wait."""
        if self.lam == 0:
            return 1.0 if self.c else 0.0
        return exp(self.states.log_share(0, self.states.c - 1)) if self.stable else 0.0

    def busy(self) -> float:
        """Find no trunk."""
        if self.trunks == inf or self.lam == 0:
            return 0.0
        return exp(self.states.log_share(self.trunks, self.trunks))

    def log_waits(self) -> float:
        """Logarithm of the share that enters the queue."""
        if self.lam == 0:
            return -inf
        return self.states.log_share(self.states.c, self.trunks - 1) if self.stable else 0.0

    def answered_within(self, t: float) -> float:
        """Answered no more than ``t`` seconds after they arrived, of all offered."""
        if not self.stable or self.lam == 0:
            return self.at_once()
        return min(self.at_once() + self._sum(self._in_time(t)), 1.0)

    def abandoned_within(self, t: float) -> float:
        """Gave up no more than ``t`` seconds after they arrived, of all offered."""
        if self.patience == inf or self.lam == 0:
            return 0.0
        return self._sum(self._gone(t))

    def answered(self) -> float:
        """Answered at all, of all offered."""
        if not self.stable:
            return self.states.c / self.load if self.load else 0.0
        return 1.0 - self.busy() - self.abandoned_within(inf)

    def level_offered(self, t: float) -> float:
        """P(W <= t): attempts answered within t / attempts offered."""
        return self.answered_within(t)

    def level_answered(self, t: float) -> float:
        """Attempts answered within t / attempts answered."""
        answered = self.answered()
        return min(self.answered_within(t) / answered, 1.0) if answered > 0 else 0.0

    def level_less_short(self, t: float) -> float:
        """Attempts answered within t / attempts less those abandoned within t."""
        patient = 1.0 - self.abandoned_within(t)
        return min(self.answered_within(t) / patient, 1.0) if patient > 0 else 0.0

    def mean_wait(self) -> float:
        """Average speed of answer, s: mean wait of answered attempts; infinite where the queue grows for ever."""
        if not self.stable:
            return inf
        if self.lam == 0 or self.answered() <= 0:
            return 0.0
        return self._sum(self._waited()) / self.answered()

    def occupancy(self) -> float:
        """Call-takers' busy time / their time on duty; 1 where the queue grows for ever."""
        if not self.stable:
            return 1.0 if self.c else 0.0
        return min(self.load * self.answered() / self.c, 1.0) if self.c else 0.0

    # -- sums over what a caller who waits finds -------------------------------------------------------------------

    @cached_property
    def _queue(self) -> tuple[Float, float, Float]:
        """Weights of finding 0, 1, .. ahead in the queue, the logarithm of their factor, and the numbers ahead."""
        states = self.states
        if states.theta == 0 and states.size == inf:
            # Falls by the same ratio for ever: as far as it counts.
            weights, factor = _geometric(states)
            first = states.c
        else:
            first, weights, factor = states.relative(states.c, self.trunks - 1)
        return weights, factor, first - states.c + np.arange(len(weights), dtype=np.float64)

    def _sum(self, chances: Float) -> float:
        weights, factor, _ = self._queue
        return float(weights @ chances) * exp(factor) if len(weights) else 0.0

    @property
    def _served(self) -> float:
        """c mu / theta: services that end while one patience does."""
        states = self.states
        return states.c * states.mu / states.theta if states.theta else inf

    def in_time_behind(self, many: int, t: float) -> Float:
        """The chance to be answered within ``t`` s of who finds 0 .. many - 1 ahead in the queue."""
        return self._behind(np.arange(many, dtype=np.float64), t)

    def _in_time(self, t: float) -> Float:
        return self._behind(self._queue[2], t)

    def _behind(self, ahead: Float, t: float) -> Float:
        from scipy.special import betaincc, gammainc  # noqa: PLC0415

        states = self.states
        if states.c == 0:
            return np.zeros(len(ahead))
        y = self._served
        if y > STIFF:
            return np.asarray(gammainc(ahead + 1, states.c * states.mu * t)) if t < inf else np.ones(len(ahead))
        q = exp(-states.theta * t)
        return np.asarray(y / (y + ahead + 1) * betaincc(y + 1, ahead + 1, q))

    def _gone(self, t: float) -> Float:
        from scipy.special import betainc  # noqa: PLC0415

        _, _, ahead = self._queue
        states = self.states
        q = exp(-states.theta * t)
        if states.c == 0:
            return np.full(len(ahead), 1.0 - q)
        y = self._served
        if y > STIFF:
            return np.zeros(len(ahead))
        # (1 - E[B]) less what is answered or still waits later than t
        late = y / (y + ahead + 1) * betainc(y + 1, ahead + 1, q) - q * betainc(y, ahead + 1, q)
        return np.asarray(np.clip((ahead + 1) / (y + ahead + 1) + late, 0.0, 1.0))

    def _waited(self) -> Float:
        """E[V; answered] of those who find so many ahead: -E[B log B] / theta, B beta."""
        from scipy.special import digamma  # noqa: PLC0415

        _, _, ahead = self._queue
        states = self.states
        if states.c == 0:
            return np.zeros(len(ahead))
        y = self._served
        if y > STIFF:
            return np.asarray((ahead + 1) / (states.c * states.mu))
        return np.asarray(y / (y + ahead + 1) * (digamma(y + ahead + 2) - digamma(y + 1)) / states.theta)


def _geometric(states: States) -> tuple[Float, float]:
    rho = states.lam / (states.c * states.mu)
    many = int(min(max(-60.0 / np.log(rho), 1), 20_000_000)) + 1
    return rho ** np.arange(many, dtype=np.float64), states.log_share(states.c, states.c)
