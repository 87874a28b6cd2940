"""The number of calls in a system, as a birth-death process: weights of its states, without overflow or underflow.

State n has n calls. Calls arrive at rate ``lam``; min(n, c) are served at rate ``mu`` each, the others leave at rate
``theta`` each; a call that would be one more than ``size`` is lost. The weights rise to one mode and fall from there,
since their ratio lam / (min(n, c) mu + max(n - c, 0) theta) falls with n: sums are taken outwards from the largest
weight of what is summed, in which all terms are at most 1, and only the way there is taken in logarithms.
"""

from dataclasses import dataclass
from math import ceil, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
TINY = 1e-24
"""Terms below this, of a sum that has a term of 1, are left out once they only fall."""
BLOCK = 256
MOST_STATES = 20_000_000
MILLIONS = 2_000_000


@dataclass(frozen=True, slots=True)
class States:
    """An M/M/c/K+M system; rates in one unit of time, ``size`` infinite for as many trunks as are asked for."""

    lam: float
    mu: float
    c: int
    theta: float = 0.0
    size: float = inf

    @property
    def stable(self) -> bool:
        """Whether the number of calls stays bounded."""
        return self.size < inf or self.theta > 0 or self.lam < self.c * self.mu

    def ratio(self, n: Float) -> Float:
        """Weight of state n over that of n - 1, n >= 1; infinite where nobody serves and nobody leaves."""
        death = np.minimum(n, self.c) * self.mu + np.maximum(n - self.c, 0) * self.theta
        with np.errstate(divide="ignore"):
            return np.asarray(self.lam / death)

    @property
    def mode(self) -> float:
        """The state of the largest weight: the last whose ratio is at least 1."""
        if self.lam < self.c * self.mu:
            return min(float(int(self.lam / self.mu)), self.size)
        if self.theta > 0:
            return min(self.c + float(int((self.lam - self.c * self.mu) / self.theta)), self.size)
        return self.size

    def log_mass(self, low: float, high: float) -> float:
        """Logarithm of the summed weights of states low .. high, that of the mode being 1; -inf of none."""
        high = min(high, self.size)
        if low > high:
            return -inf
        top = min(max(self.mode, low), high)
        return self._log_weight(top) + log(self._down(top, low) + self._up(top, high) - 1.0)

    def log_share(self, low: float, high: float) -> float:
        """Logarithm of the probability of states low .. high."""
        return min(self.log_mass(low, high) - self.log_mass(0, inf), 0.0)

    def relative(self, low: int, high: float) -> tuple[int, Float, float]:
        """States from ``low`` on as far as they count: the first of them, their weights, and the logarithm of their
        factor: probabilities are weights * exp(factor)."""
        high = min(high, self.size)
        if low > high:
            return low, np.zeros(0), -inf
        top = int(min(max(self.mode, low), high))
        before = self._terms_down(top, low)[::-1]
        after = self._terms_up(top, high)
        weights = np.concatenate((before, after[1:]))
        return top - len(before) + 1, weights, self._log_weight(top) - self.log_mass(0, inf)

    def _log_weight(self, n: float) -> float:
        mode = self.mode
        return self._log_ratios(mode, n) if n >= mode else -self._log_ratios(n, mode)

    def _log_ratios(self, low: float, high: float) -> float:
        """Sum of the logarithms of the ratios of states low + 1 .. high; of millions of them by the gamma function."""
        if high - max(low, self.c) > MILLIONS and self.theta:
            from scipy.special import gammaln  # noqa: PLC0415

            start, y = max(low, self.c), self.c * self.mu / self.theta
            ends = gammaln(y + high - self.c + 1) - gammaln(y + start - self.c + 1)
            return self._log_ratios(low, start) + float((high - start) * log(self.lam / self.theta) - ends)
        return float(np.log(self.ratio(np.arange(low + 1, high + 1))).sum())

    def _down(self, top: float, low: float) -> float:
        return float(self._terms_down(int(top), int(low)).sum())

    def _up(self, top: float, high: float) -> float:
        if high == inf and self.theta == 0:
            return self._geometric(top)
        return float(self._terms_up(int(top), high).sum())

    def _geometric(self, top: float) -> float:
        """States beyond the last call-taker's, of a queue that nobody leaves, fall by the same ratio for ever."""
        rho = self.lam / (self.c * self.mu)
        idle = (self.c * self.mu - self.lam) / (self.c * self.mu)
        if top >= self.c:
            return 1.0 / idle
        terms = np.cumprod(self.ratio(np.arange(top + 1, self.c + 1)))
        return 1.0 + float(terms[:-1].sum()) + float(terms[-1]) * (1.0 + rho / idle)

    def _terms_up(self, top: int, high: float) -> Float:
        """Weights of top, top + 1, ... in terms of that of top."""
        return self._terms(top, high, 1)

    def _terms_down(self, top: int, low: int) -> Float:
        """Weights of top, top - 1, ... low in terms of that of top."""
        return self._terms(top, low, -1)

    def _terms(self, top: int, end: float, step: int) -> Float:
        parts: list[Float] = [np.ones(1)]
        last, at, size = 1.0, top, BLOCK
        while at != end and last > TINY and at - top < MOST_STATES:
            many = int(min(size, abs(end - at)))
            states = at + step * np.arange(1, many + 1, dtype=np.float64)
            ratios = self.ratio(states) if step > 0 else 1.0 / self.ratio(states + 1)
            parts.append(np.asarray(last * np.cumprod(ratios), dtype=np.float64))
            last, at, size = float(parts[-1][-1]), at + step * many, size * 2
        return np.concatenate(parts)


def log_erlang_b(load: float, trunks: int) -> float:
    """Logarithm of Erlang's loss formula B(c, a) = (a^c / c!) / sum_k a^k / k! (A. K. Erlang, 1917)."""
    return States(load, 1.0, trunks, size=trunks).log_share(trunks, trunks)


def erlang_b(load: float, trunks: int) -> float:
    """Erlang B: the share of calls that find all of ``trunks`` busy; load in Erlang."""
    return float(np.exp(log_erlang_b(load, trunks)))


def log_erlang_c(load: float, call_takers: int) -> float:
    """Logarithm of the probability to wait in M/M/c: C = B / (1 - (a/c)(1 - B)); 0 where the queue grows for ever."""
    if load >= call_takers:
        return 0.0
    log_b = log_erlang_b(load, call_takers)
    idle, rho = (call_takers - load) / call_takers, load / call_takers
    # 1 - rho (1 - B) = idle + rho B
    return min(log_b - log(idle + rho * float(np.exp(log_b))), 0.0)


def erlang_c(load: float, call_takers: int) -> float:
    """Erlang C: the share of calls that wait, where nobody gives up; 1 where the queue grows for ever."""
    return float(np.exp(log_erlang_c(load, call_takers)))


def extended_erlang_b(load: float, trunks: int, redials: float) -> tuple[float, float]:
    """Extended Erlang B: (share of attempts that find all trunks busy, load offered with redials).

    ``redials``: the share of busy calls that try again. The load A with A = load + redials A B(trunks, A) is found by
    bisection; (1, infinite) where everybody tries again and there is more load than trunks.
    """
    if redials <= 0 or load <= 0:
        return erlang_b(load, trunks), load
    if redials >= 1 and load >= trunks:
        return 1.0, inf
    low, high = load, load / (1 - redials) if redials < 1 else 2 * load + 1
    while redials >= 1 and _carried(high, trunks, redials) < load:
        high *= 2
    while (high - low) > 4e-16 * high and low < (middle := low + (high - low) / 2) < high:
        low, high = (middle, high) if _carried(middle, trunks, redials) < load else (low, middle)
    return erlang_b(high, trunks), high


def _carried(total: float, trunks: int, redials: float) -> float:
    """Load less what comes back."""
    lost = erlang_b(total, trunks)
    return total * (1 - redials * lost)


def californias_positions(calls: float, seconds: float, grade: float = 0.01) -> int:
    """Positions by California's rule: trunks at P.01 (Erlang B) for 2 N (T + 60 s) / 3600 Erlang.

    calls    N, 911 calls in the busy hour; the rule doubles them
    seconds  T, mean call time; the rule adds a minute for wrap-up
    Source: the State of California's reimbursement formula as 911dispatch.com prints it, for more than 1,200 calls a
    month; below that it goes by a table.
    """
    load, trunks, lost = 2 * calls * (seconds + 60) / 3600, 0, 1.0
    while lost > grade:
        trunks += 1
        lost = load * lost / (trunks + load * lost)
    return trunks


def spread(load: float) -> int:
    """A number of call-takers beyond which there is nothing to gain: the load and forty times its deviation."""
    return ceil(load + 40 * sqrt(max(load, 1.0)))
