"""M(t)/M/c(t)/K+M exactly: the chances of all numbers of calls over the day, by Kolmogorov's forward equations.

Rate, handling time and call-takers are constant within each period, so p' = p Q there: the chances at its end are
p exp(Q T), and their mean x over it solves x Q T = p(T) - p(0), sum x = 1. Nothing is stepped, nothing truncated but
the number of lines. The day is a circle: days are repeated until they end as they began. Where call-takers leave, calls
beyond c wait again, ahead of the queue, as under ``end_of_shift: hand_over``.

A caller counts in the period of the call, and is served by the call-takers of each period that the wait touches: who
finds k calls ahead moves up by a death process, at its rates before the border and at others behind it. What that
changes is integrated over the last ``within`` seconds of each period by Gauss and Legendre's rule.

A period without calls may be closed, with no call-taker: calls in progress are finished, who waits is not answered, and
the line is empty when it opens.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from simulator.metrics.erlang.states import Float
from simulator.metrics.erlang.waiting import Line

MOST_LINES = 200
"""More lines than this take too long: the work grows as their cube, what is kept as their square (300 MB at most)."""
SETTLED = 1e-12
NODES = 8
MOST_DAYS = 400
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Changing:
    """What callers of each period meet.

    in_time  share of the callers of a period answered within the time asked for, of all offered
    busy     share of them that found no line
    calls    mean number of calls in the system

    Not a number where the line is closed.
    """

    in_time: Float
    busy: Float
    calls: Float


@dataclass(frozen=True)
class Forward:
    """A day of calls at a line, solved for any call-takers.

    lam       calls a second by period
    handling  s, mean, by period
    period    s; within: s; patience: s, mean, infinite where nobody gives up
    trunks    lines, at most MOST_LINES
    Raises ValueError for other numbers of lines, or arrays of different length.
    """

    lam: Float
    handling: Float
    period: float
    within: float
    patience: float = inf
    trunks: int = 60

    def __post_init__(self) -> None:
        if not 1 <= self.trunks <= MOST_LINES or len(self.lam) != len(self.handling):
            raise ValueError(
                f"1 to {MOST_LINES} lines and as many handling times as rates are wanted, not {self.trunks}, "
                f"{len(self.lam)}, {len(self.handling)}"
            )

    def day(self, c: Counts) -> Changing:
        """What callers meet day after day with ``c[i]`` call-takers in period i."""
        if len(c) != len(self.lam) or ((c < 1) & ((c != 0) | (np.asarray(self.lam) > 0))).any():
            wanted = f"call-takers of {len(self.lam)} periods are wanted, 1 or more, or 0 where nobody calls"
            raise ValueError(f"{wanted}, not {c}")
        chances, found = np.eye(self.trunks + 1)[0], np.zeros((3, len(c)))
        for _ in range(MOST_DAYS):
            begin = chances
            for place in range(len(c)):
                chances, found[:, place] = self._period(chances, place, c)
            if np.abs(chances - begin).max() < SETTLED:
                break
        return Changing(*found)

    def fewest(self, share: float, guess: Counts) -> Counts | None:
        """The fewest call-takers of each period, given all others, with which ``share`` is answered in time.

        ``guess``: where to begin. None where not even as many call-takers as lines are enough.
        """
        c, chances = guess.copy(), np.eye(self.trunks + 1)[0]
        for _ in range(MOST_DAYS):
            begin, before = chances, c.copy()
            for place in range(len(c)):
                found = self._fewest(chances, place, share, c)
                if found is None:
                    return None
                c[place] = found
                chances, _ = self._period(chances, place, c)
            if np.array_equal(c, before) and np.abs(chances - begin).max() < SETTLED:
                break
        return c

    def _fewest(self, chances: Float, place: int, share: float, guess: Counts) -> int | None:
        def enough(many: int) -> bool:
            c = guess.copy()
            c[place] = many
            return bool(self._period(chances, place, c)[1][0] >= share)

        many = min(max(int(guess[place]), 1), self.trunks)
        while not enough(many):
            many += 1
            if many > self.trunks:
                return None
        while many > 1 and enough(many - 1):
            many -= 1
        return many

    def _period(self, chances: Float, place: int, c: Counts) -> tuple[Float, Float]:
        """Chances at the end of a period that begins with these; what its callers meet, as in `Changing`."""
        if c[place] == 0:
            return np.eye(self.trunks + 1)[0], np.full(3, np.nan)
        rate, line = float(self.lam[place]), (self.patience, self.trunks, self.period, self.within)
        servers = self._servers(place, c)
        step, means, answered = _solved(rate, *servers[0], *line)
        after = np.clip(chances @ step, 0.0, None)
        after /= after.sum()
        mean = np.append((after - chances)[:-1], 1.0) @ means
        in_time = mean @ answered
        if len(set(servers)) > 1:
            in_time += chances @ _beyond_the_border(rate, servers, *line)
        return after, np.array([in_time, mean[-1], mean @ np.arange(self.trunks + 1)])

    def _servers(self, place: int, c: Counts) -> tuple[tuple[float, int], ...]:
        """Handling time and call-takers of a period and of those behind it that its callers' waits may touch."""
        touched = (place + n for n in range(2 + int(self.within / self.period)))
        return tuple((float(self.handling[n % len(c)]) if c[n % len(c)] else inf, int(c[n % len(c)])) for n in touched)


@lru_cache(maxsize=512)
def _solved(
    lam: float, handling: float, c: int, patience: float, trunks: int, period: float, within: float
) -> tuple[Float, Float, Float]:
    """exp(Q T); the inverse of Q T with its last column all 1; the chance to be answered in time by what one finds."""
    from scipy.linalg import expm  # noqa: PLC0415

    rates = generator(lam, c, handling, patience, trunks) * period
    balance = rates.copy()
    # Only sum x = 1 tells how much there is in all: of the equations x Q T = p(T) - p(0) one follows from the others.
    balance[:, -1] = 1.0
    return np.asarray(expm(rates)), np.asarray(np.linalg.inv(balance)), _answered(c, handling, within, patience, trunks)


@lru_cache(maxsize=512)
def _beyond_the_border(
    lam: float,
    servers: tuple[tuple[float, int], ...],
    patience: float,
    trunks: int,
    period: float,
    within: float,
) -> Float:
    """What a period's share in time gains because callers near its end are served by the next call-takers, too; by the
    number of calls at its begin."""
    from scipy.linalg import expm  # noqa: PLC0415
    from scipy.sparse.linalg import expm_multiply  # noqa: PLC0415

    (handling, c), near = servers[0], min(within, period)
    rates = generator(lam, c, handling, patience, trunks)
    by_own = _answered(c, handling, within, patience, trunks)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    gain, before = np.zeros(trunks + 1), 0.0
    for left, weight in zip(near * (nodes + 1) / 2, near * weights / 2, strict=True):
        found = np.append(_in_time(left, within, servers, patience, trunks, period), 0.0)
        gain = (expm_multiply(rates * (left - before), gain) if before else gain) + weight * (found - by_own)
        before = left
    return np.asarray(expm(rates * (period - before)) @ gain) / period


def _in_time(
    left: float,
    within: float,
    servers: tuple[tuple[float, int], ...],
    patience: float,
    trunks: int,
    period: float,
) -> Float:
    """The chance to be answered within so long of who has 0 .. trunks - 1 calls ahead, ``left`` s before the first of
    these periods ends."""
    from scipy.sparse.linalg import expm_multiply  # noqa: PLC0415

    (handling, c), *behind = servers
    if c == 0:
        return np.zeros(trunks)
    if within <= left:
        return _answered(c, handling, within, patience, trunks)[:trunks]
    later = _in_time(period, within - left, tuple(behind), patience, trunks, period)
    ahead = np.arange(trunks)
    leaving = 0.0 if patience == inf else 1 / patience
    moves = np.where(ahead < c, 0.0, c / handling + (ahead - c) * leaving)
    rates = np.diag(moves[1:], -1) - np.diag(np.where(ahead < c, 0.0, moves + leaving))
    return np.asarray(expm_multiply(rates * left, np.where(ahead < c, 1.0, later)))


def generator(lam: float, c: int, handling: float, patience: float, trunks: int) -> Float:
    """Q of M/M/c/K+M, 1 / s: float [trunks + 1][trunks + 1]."""
    numbers = np.arange(trunks + 1)
    death = np.minimum(numbers, c) / handling + np.maximum(numbers - c, 0) * (0 if patience == inf else 1 / patience)
    rates = np.diag(np.full(trunks, lam), 1) + np.diag(death[1:], -1)
    return np.asarray(rates - np.diag(rates.sum(axis=1)))


def _answered(c: int, handling: float, within: float, patience: float, trunks: int) -> Float:
    """The chance to be answered in time of a caller who finds so many calls, 0 .. trunks."""
    chances = np.zeros(trunks + 1)
    served = min(c, trunks)
    chances[:served] = 1.0
    if served < trunks:
        # of any load: what a caller finds ahead says all
        line = Line(1.0, handling, served, patience, trunks)
        chances[served:trunks] = line.in_time_behind(trunks - served, within)
    return chances
