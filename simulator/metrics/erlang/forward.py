"""M(t)/M/c(t)/K+M exactly: the chances of all numbers of calls over the day, by Kolmogorov's forward equations.

Rate, handling time and call-takers are constant within each period, so p' = p Q there: the chances at its end are
p exp(Q T), and their mean x over it solves x Q T = p(T) - p(0), sum x = 1. Nothing is stepped, nothing truncated but
the number of lines. The day is a circle: days are repeated until they end as they began. Where call-takers leave, calls
beyond c wait again, ahead of the queue, as under ``end_of_shift: hand_over``. Who is answered in time is judged by the
call-takers of the caller's own period.
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
MOST_DAYS = 400
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Changing:
    """What callers of each period meet.

    in_time  share of the callers of a period answered within the time asked for, of all offered
    busy     share of them that found no line
    calls    mean number of calls in the system
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
        if len(c) != len(self.lam) or (c < 1).any():
            raise ValueError(f"call-takers of {len(self.lam)} periods are wanted, 1 or more, not {c}")
        chances, found = np.eye(self.trunks + 1)[0], np.zeros((3, len(c)))
        for _ in range(MOST_DAYS):
            begin = chances
            for place, many in enumerate(c.tolist()):
                chances, found[:, place] = self._period(chances, place, many)
            if np.abs(chances - begin).max() < SETTLED:
                break
        return Changing(*found)

    def fewest(self, share: float, guess: Counts) -> Counts | None:
        """The fewest call-takers of each period, given those before it, with which ``share`` is answered in time.

        ``guess``: where to begin. None where not even as many call-takers as lines are enough.
        """
        c, chances = guess.copy(), np.eye(self.trunks + 1)[0]
        for _ in range(MOST_DAYS):
            begin, before = chances, c.copy()
            for place in range(len(c)):
                found = self._fewest(chances, place, share, int(c[place]))
                if found is None:
                    return None
                c[place] = found
                chances, _ = self._period(chances, place, found)
            if np.array_equal(c, before) and np.abs(chances - begin).max() < SETTLED:
                break
        return c

    def _fewest(self, chances: Float, place: int, share: float, guess: int) -> int | None:
        def enough(many: int) -> bool:
            return bool(self._period(chances, place, many)[1][0] >= share)

        many = min(max(guess, 1), self.trunks)
        while not enough(many):
            many += 1
            if many > self.trunks:
                return None
        while many > 1 and enough(many - 1):
            many -= 1
        return many

    def _period(self, chances: Float, place: int, c: int) -> tuple[Float, Float]:
        """Chances at the end of a period that begins with these; what its callers meet, as in `Changing`."""
        rate, handling = float(self.lam[place]), float(self.handling[place])
        step, means, answered = _solved(rate, handling, c, self.patience, self.trunks, self.period, self.within)
        after = np.clip(chances @ step, 0.0, None)
        after /= after.sum()
        mean = np.append((after - chances)[:-1], 1.0) @ means
        return after, np.array([mean @ answered, mean[-1], mean @ np.arange(self.trunks + 1)])


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
