"""Lines whose load changes over the day: what stationary formulas make of it, and the exact answer for small ones.

Load and call-takers are constant within each period. All approximations give the load to put into a stationary formula:

sipp                    each period on its own (stationary independent period by period)
lagged                  the load one mean handling time earlier: busiest is the floor after the callers are
modified_offered_load   the mean number busy if call-takers were endless, m' = lam(t) - m / h, at the periods' ends or
                        at their largest (Jennings, Mandelbaum, Massey and Whitt, 1996)
kolmogorov              the chances of all numbers of calls in M(t)/M/c(t)/K+M, by the forward equations; at a fall of c
                        calls beyond c wait again, ahead of the queue, as under ``end_of_shift: hand_over``
Green, Kolesar and Whitt (2007) compare them.
"""

from dataclasses import dataclass
from math import ceil, exp, inf

import numpy as np

from simulator.metrics.erlang.states import Float
from simulator.metrics.erlang.waiting import Line

STEPS = 8
"""Stretches of a period, and of a mean handling time, at least, at whose ends the exact chances are averaged."""


def sipp(lam: Float, handling: float) -> Float:
    """Load of each period on its own, Erlang; ``lam``: calls a second by period."""
    return np.asarray(np.asarray(lam, dtype=np.float64) * handling)


def lagged(lam: Float, handling: float, period: float) -> Float:
    """Mean load of the stretch one handling time earlier; the day is a circle. ``period`` in s."""
    rates = np.asarray(lam, dtype=np.float64)
    whole, part = divmod(handling / period, 1.0)
    earlier, more = np.roll(rates, int(whole)), np.roll(rates, int(whole) + 1)
    return np.asarray(handling * ((1 - part) * earlier + part * more))


def modified_offered_load(lam: Float, handling: float, period: float, days: int = 3) -> Float:
    """The largest mean number busy in each period with endless call-takers, after ``days`` of the same day, Erlang."""
    rates = np.asarray(lam, dtype=np.float64)
    fade, busy = exp(-period / handling), float(rates.mean() * handling)
    largest = np.zeros(len(rates))
    for _ in range(days):
        for place, rate in enumerate(rates):
            after = rate * handling + (busy - rate * handling) * fade
            # towards the load of its own, all the way up or all the way down
            largest[place] = max(busy, after)
            busy = after
    return largest


@dataclass(frozen=True, slots=True)
class Changing:
    """What `kolmogorov` finds, by period.

    in_time  share of the callers of a period answered within the time asked for
    busy     share of them that found no trunk
    calls    mean number of calls in the system
    """

    in_time: Float
    busy: Float
    calls: Float


def kolmogorov(
    lam: Float,
    c: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    handling: float,
    period: float,
    within: float,
    *,
    patience: float = inf,
    trunks: int = 60,
    days: int = 2,
) -> Changing:
    """Solve the forward equations over ``days`` equal days and report the last, by period; few trunks only (<= 500).

    Who is answered in time is judged by the call-takers of the caller's own period.
    Raises ValueError for more trunks than that, or periods that do not agree.
    """
    if not 1 <= trunks <= 500 or len(lam) != len(c):
        raise ValueError(f"1 to 500 trunks and as many rates as staffs are wanted, not {trunks}, {len(lam)}, {len(c)}")
    from scipy.linalg import expm  # noqa: PLC0415

    stretches = 2 * ceil(STEPS / 2 * max(1.0, period / handling))
    steps = [
        expm(_generator(float(rate), int(many), handling, patience, trunks) * (period / stretches))
        for rate, many in zip(lam, c, strict=True)
    ]
    answered = [_answered(int(many), handling, within, patience, trunks) for many in c]
    chances, found = np.eye(trunks + 1)[0], np.zeros((3, len(lam)))
    numbers = np.arange(trunks + 1)
    for _ in range(days):
        for place, step in enumerate(steps):
            path = [chances]
            for _ in range(stretches):
                path.append(path[-1] @ step)
            chances = path[-1]
            mean = _simpson(np.array(path))
            found[:, place] = mean @ answered[place], mean[trunks], mean @ numbers
    return Changing(*found)


def _simpson(path: Float) -> Float:
    """The mean over a period of what is known at an odd number of points, by Simpson's rule."""
    weights = np.ones(len(path))
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    return np.asarray(weights @ path / weights.sum())


def _generator(lam: float, c: int, handling: float, patience: float, trunks: int) -> Float:
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
