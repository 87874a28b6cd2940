"""Differences between two designs that met the same callers, replication by replication.

The difference of two ratios with one denominator is d = sum(X1 - X2) / sum(Y) over R clusters. Its interval is

- the hull of the linearised clustered Student t interval (residuals X1 - X2 - d Y, R - 1 degrees of freedom; Cochran,
  Sampling Techniques, 1977, chapter 6) and the same with Hall's transformation against skewness (see `estimate.py`);
- where few events stand behind a difference of counts (under 30, or under 30 effective ones from less than half of the
  clusters): that of the clusters that gain less that of those that lose, each estimated on its own (`estimate.ratios`,
  which knows about few events) with half the tail;
- where no cluster shows any difference: so much of either as a count of none still allows; of times, no bound.

A difference of counts beyond a half, either way, is what it lacks of 1 that is estimated: where all prank calls are
gone, that none was left bounds how many may be, as a count of none does. Times that keep to one ratio in every cluster
have no bound: that nothing varied does not say that nothing can.
"""

from dataclasses import replace
from math import copysign, inf, log, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from simulator.metrics.estimate import FEW_EVENTS, ROUNDING, TAIL, Estimate, Float, Kind, hall, ratio, ratios

ALIKE = "no difference seen"


Of = Literal["counts", "chances", "times"]


def differences(x: ArrayLike, y: ArrayLike, of: Of, *, tail: float = TAIL) -> list[Estimate]:
    """One estimate for each column of x, the differences, and y (float or int [R clusters][k]).

    ``of``: what x are: counts, chances that stand for some of them (few of which can be known well), or times;
    ``events``: the sum of all |x|, of times how many. Those of counts and chances lie in [-1, 1], and those of times
    where no cluster's lies beyond. Methods: ``t``, ``few`` (as said above), ``no difference seen``, ``no bound`` (of
    times), ``one cluster`` (no interval), ``undefined`` (no denominator).
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return [_difference(x[:, k], y[:, k], of, tail) for k in range(x.shape[1])]


def _difference(x: Float, y: Float, of: Of, tail: float) -> Estimate:
    whole, size = float(y.sum()), float(np.abs(x).sum())
    events = len(x) if of == "times" else int(size)
    if whole <= 0:
        return Estimate(nan, nan, nan, 0, "undefined")
    value = float(x.sum()) / whole
    if len(x) < 2:
        return Estimate(value, nan, nan, events, "one cluster")
    if of != "times" and abs(value) > 0.5:
        return _nearly_all(x, y, copysign(1.0, value), of, tail)
    if of == "times" and _constant(x, y, value):
        return Estimate(value, -inf, inf, events if size else 0, "no bound" if size else ALIKE)
    if size == 0:
        found = Estimate(0.0, log(tail) / whole, -log(tail) / whole, 0, ALIKE)
    elif of != "times" and _few(x, size, of):
        found = Estimate(value, *_of_few(x, y, tail), events, "few")
    elif _constant(x, y, value):
        found = Estimate(value, *_of_constant(x, y, of, tail), events, "few")
    else:
        found = Estimate(value, *_hull(x, y, value, tail), events, "t")
    least = -inf if of == "times" and np.any(x < -y) else -1.0
    most = inf if of == "times" and np.any(x > y) else 1.0
    # rounding must not put the value outside
    return replace(found, low=min(max(found.low, least), value), high=max(min(found.high, most), value))


def _nearly_all(x: Float, y: Float, sign: float, of: Of, tail: float) -> Estimate:
    """A difference beyond a half (sign 1) or minus a half (-1), by what each cluster lacks of 1 or -1."""
    lacks = _difference(y - sign * x, y, of, tail)
    low, high = sorted((sign * (1 - max(lacks.low, 0.0)), sign * (1 - lacks.high)))
    method = "few" if lacks.method == ALIKE else lacks.method
    return Estimate(sign * (1 - lacks.value), low, high, int(np.abs(x).sum()), method)


def _constant(x: Float, y: Float, value: float) -> bool:
    """Whether every cluster has the same ratio."""
    return bool(np.abs(x - value * y).max() <= ROUNDING * np.abs(x).max())


def _of_constant(x: Float, y: Float, of: Of, tail: float) -> tuple[float, float]:
    """Clusters that all have one ratio, which is not nought: what they may have otherwise."""
    if of == "counts":
        return _of_few(x, y, tail)
    found, sign = ratio(np.abs(x), y, Kind.SHARE_OF_TIME, tail=tail), np.sign(x.sum())
    low, high = sorted((sign * found.low, sign * found.high))
    return low, high


def _few(x: Float, size: float, of: Of) -> bool:
    effective = size**2 / float((x**2).sum())
    return (of == "counts" and size < FEW_EVENTS) or (effective < FEW_EVENTS and effective < len(x) / 2)


def _of_few(x: Float, y: Float, tail: float) -> tuple[float, float]:
    """Gains and losses on their own, each bound with half the tail."""
    either = np.stack([np.maximum(x, 0), np.maximum(-x, 0)], axis=1)
    more, less = ratios(either, np.stack([y, y], axis=1), Kind.RATE, tail=tail / 2, none_seen=tail / 2)
    return more.low - less.high, more.high - less.low


def _hull(x: Float, y: Float, value: float, tail: float) -> tuple[float, float]:
    from scipy.special import stdtrit  # noqa: PLC0415

    clusters, residuals = len(x), x - value * y
    error = sqrt(clusters / (clusters - 1) * float((residuals**2).sum())) / float(y.sum())
    t = float(stdtrit(clusters - 1, 1 - tail))
    skew = np.array((residuals**3).mean() / (residuals**2).mean() ** 1.5 / sqrt(clusters))
    bent = [value - error * float(hall(side, skew)) for side in (t, -t)]
    return min(value - t * error, bent[0]), max(value + t * error, bent[1])


def pairing_gain(
    one: ArrayLike, other: ArrayLike, apart: ArrayLike, together: ArrayLike, difference: ArrayLike | None = None
) -> float:
    """How many times the replications an unpaired comparison of two designs would need for the same interval.

    (Var(one) + Var(other)) / Var(one - other), each of residuals x - r y about its ratio r = sum(x) / sum(y): of
    numbers by replication [R], over ``apart`` where two runs are compared, and over ``together`` where the pair is;
    ``difference``: of the pair, where there is a better one than one less other.
    Infinite where the pair never differs; NaN where nothing varies, or with one replication.
    """
    x1, x2 = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    unpaired, paired = (
        _spread(x1, apart) + _spread(x2, apart),
        _spread(x1 - x2 if difference is None else np.asarray(difference, dtype=np.float64), together),
    )
    if paired <= 1e-12 * unpaired:
        return inf if unpaired > 0 else nan
    return unpaired / paired


def _spread(x: Float, over: ArrayLike) -> float:
    """The sum of squared residuals about a ratio."""
    y = np.asarray(over, dtype=np.float64)
    whole = float(y.sum())
    return float(((x - x.sum() / whole * y) ** 2).sum()) if whole > 0 else 0.0
