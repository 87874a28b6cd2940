"""Exact queueing theory, told apart from the product: Markov chains solved for equilibrium, and closed forms.

Symbols: lam arrival rate, mu service rate, theta abandonment rate, c call-takers, K trunks, a = lam / mu.
"""

from collections.abc import Callable
from functools import cache
from math import exp, factorial

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

Floats = NDArray[np.float64]
State = tuple[int, ...]


def birth_death(up: Floats, down: Floats) -> Floats:
    """Equilibrium of a birth-death chain: p[j + 1] / p[j] = up[j] / down[j], added up in logs."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(up) - np.log(down))])
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def many_server(lam: float, mu: float, c: int, trunks: int, theta: float = 0.0) -> Floats:
    """M/M/c/K+M: the equilibrium number of callers on the trunks, 0 .. K."""
    j = np.arange(1, trunks + 1)
    return birth_death(np.full(trunks, lam), np.minimum(j, c) * mu + np.maximum(j - c, 0) * theta)


def measures_of(p: Floats, lam: float, mu: float, c: int, theta: float, within: float) -> dict[str, float]:
    """What callers of an M/M/c/K+M meet; waits and shares are of those who found a trunk (PASTA, Little)."""
    let_in, j = 1 - p[-1], np.arange(len(p))
    waiting = float(np.maximum(j - c, 0) @ p)
    must_wait = p[c:-1][p[c:-1] > 1e-15]
    in_time = served_by(within, len(must_wait), c * mu, theta)
    return {
        "busy": float(p[-1]),
        "abandoned": theta * waiting / (lam * let_in),
        "wait": waiting / (lam * let_in),
        "delayed": float(p[c:-1].sum() / let_in),
        "late": float(must_wait @ (1 - in_time) / let_in),
    }


def served_by(t: float, places: int, rate: float, theta: float) -> Floats:
    """P(answered by t) of who finds 0, 1, ... ``places`` - 1 others waiting: one absorbing chain of queue places."""
    q = np.zeros((places + 1, places + 1))  # the last state: answered; hanging up leaves the chain
    for place in range(places):
        forward = rate + place * theta
        q[place, place] = -(forward + theta)
        q[place, place - 1 if place else places] = forward
    return np.asarray(expm(q * t)[:places, places])


def erlang_b(a: float, c: int) -> float:
    """Erlang's loss formula, by its recursion."""
    b = 1.0
    for k in range(1, c + 1):
        b = a * b / (k + a * b)
    return b


def erlang_c(a: float, c: int) -> float:
    """P(wait > 0) in M/M/c, a < c."""
    b = erlang_b(a, c)
    return b / (1 - a / c * (1 - b))


def pollaczek_khinchine(lam: float, mean: float, cv: float) -> float:
    """Mean wait in M/G/1."""
    return lam * mean**2 * (1 + cv**2) / (2 * (1 - lam * mean))


def cobham(residual: float, first: float, second: float) -> tuple[float, float]:
    """Mean waits of the first and of the demoted class, non-preemptive; loads of each, ``residual`` W0."""
    return residual / (1 - first), residual / ((1 - first) * (1 - first - second))


def general_patience(lam: float, mu: float, c: int, stays: Callable[[Floats], Floats], end: float) -> dict[str, float]:
    """M/M/c+G (Baccelli and Hebuterne 1981; Zeltyn and Mandelbaum 2005): ``stays(x)`` = P(patience > x), stays(0) = 1.

    J = integral of exp(lam H(x) - c mu x), H(x) = integral of stays up to x; ``end``: where they may be cut off.
    """
    x = np.linspace(0, end, 400_001)
    h = np.concatenate([[0.0], np.cumsum(_trapezes(stays(x), x[1]))])
    j = float(_trapezes(np.exp(lam * h - c * mu * x), x[1]).sum())
    a = lam / mu
    eps = sum(a**k / factorial(k) for k in range(c)) * factorial(c - 1) / a ** (c - 1)
    return {"abandoned": (1 + (lam - c * mu) * j) / (eps + lam * j), "delayed": lam * j / (eps + lam * j)}


def _trapezes(values: Floats, step: float) -> Floats:
    return np.asarray((values[1:] + values[:-1]) / 2 * step)


def equilibrium(start: State, moves: Callable[[State], list[tuple[float, State]]]) -> dict[State, float]:
    """Equilibrium of a finite Markov chain given by its moves (rate, next state)."""
    states, seen = [start], {start: 0}
    for state in states:
        for _, to in moves(state):
            if to not in seen:
                seen[to] = len(states)
                states.append(to)
    q = np.zeros((len(states), len(states)))
    for state in states:
        for rate, to in moves(state):
            q[seen[state], seen[to]] += rate
            q[seen[state], seen[state]] -= rate
    q[:, 0] = 1.0
    right = np.zeros(len(states))
    right[0] = 1.0
    return dict(zip(states, np.linalg.solve(q.T, right), strict=True))


def wrap_up_chain(lam: float, talk: float, wrap: float, trunks: int) -> dict[State, float]:
    """One call-taker, exponential talk and wrap-up (rates), the trunk freed between: states (on trunks, phase).

    Phase 0 idle, 1 talk, 2 wrap-up.
    """

    def moves(state: State) -> list[tuple[float, State]]:
        on, phase = state
        found = [(lam, (on + 1, phase or 1))] if on < trunks else []
        if phase == 1:
            found.append((talk, (on - 1, 2)))
        if phase == 2:
            found.append((wrap, (on, 1 if on else 0)))
        return found

    return equilibrium((0, 0), moves)


def retrial_chain(lam: float, mu: float, c: int, again: float, most: int) -> dict[State, float]:
    """M/M/c/c whose busy callers all redial at rate ``again`` each: states (talking, to redial), cut at ``most``."""

    def moves(state: State) -> list[tuple[float, State]]:
        talking, orbit = state
        found = [(talking * mu, (talking - 1, orbit))] if talking else []
        if talking < c:
            found.append((lam, (talking + 1, orbit)))
            found += [(orbit * again, (talking + 1, orbit - 1))] if orbit else []
        elif orbit < most:
            found.append((lam, (talking, orbit + 1)))
        return found

    return equilibrium((0, 0), moves)


def two_attempts_chain(lam: float, mu: float, c: int, again: float, most: int) -> dict[State, float]:
    """As `retrial_chain`, but who finds the trunks busy a second time gives up."""

    def moves(state: State) -> list[tuple[float, State]]:
        talking, orbit = state
        found = [(talking * mu, (talking - 1, orbit))] if talking else []
        if talking < c:
            found.append((lam, (talking + 1, orbit)))
            found += [(orbit * again, (talking + 1, orbit - 1))] if orbit else []
        else:
            found += [(lam, (talking, orbit + 1))] if orbit < most else []
            found += [(orbit * again, (talking, orbit - 1))] if orbit else []
        return found

    return equilibrium((0, 0), moves)


def blocked_share(answered: float, blocked_for: float, rate: float) -> float:
    """Share of a lone caller's attempts that are blocked: ``answered`` attempts a cycle, then a block."""
    return rate * blocked_for / (answered + rate * blocked_for)


@cache
def strikes_in_window(strikes: int, rate: float, window: float) -> float:
    """Mean number of strikes, a Poisson stream of this rate, until 2 or 3 of them fall within the window."""
    if strikes == 2:
        return 1 + 1 / (1 - exp(-rate * window))
    assert strikes == 3
    # f(g): strikes still to come when the last gap was g; the next gap x ends it if g + x < window, else g becomes x.
    # Midpoints lie mirrored about window / 2, so that x = window - g falls on a node, which counts half.
    n = 1000
    x = (np.arange(n) + 0.5) * window / n
    density = rate * np.exp(-rate * x) * window / n
    goes_on = (np.sign(np.add.outer(np.arange(n), np.arange(n)) - (n - 1)) + 1) / 2 * density
    beyond = exp(-rate * window)
    # Unknowns: f at the nodes, and f(window or more).
    q = np.block([[goes_on, np.full((n, 1), beyond)], [density[None, :], np.array([[beyond]])]])
    return 1 + float(np.linalg.solve(np.eye(n + 1) - q, np.ones(n + 1))[-1])


def strikes_in_a_row(strikes: int, share: float) -> float:
    """Mean number of calls until so many in a row are judged a nuisance."""
    return (1 - share**strikes) / ((1 - share) * share**strikes)
