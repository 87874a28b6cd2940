"""Estimates with intervals from clusters: replications, or the days of a single one.

A share or mean is a ratio of sums, r = sum(X) / sum(Y) over R clusters. Its 95 % interval is

- where there is enough to go by, the hull of three: the linearised clustered Student t interval (residuals X - r Y,
  R - 1 degrees of freedom; Cochran, Sampling Techniques, 1977, chapter 6), the same on the logit scale (of a share)
  or log scale (of others), and with Hall's transformation against skewness (1992, J. R. Statist. Soc. B 54, 221-228).
  Each alone covers too little for some skewed data with few clusters; where data are well-behaved they coincide.
- where few events stand behind it, the gamma interval of Fay and Feuer (1997, Statistics in Medicine 16, 791-801)
  for the rarer side, each cluster's events one weight. Few: under 30 events (of things that can be counted), or
  under 30 effective ones, sum(X)^2 / sum(X^2), that come from less than half of the clusters;
- where none was seen, from 0 to -log(5 %) / sum(Y) = 3.0 / sum(Y), exact for events that come singly.

Attempts come in bursts, since a caller redials. The largest weight of the gamma interval is BURST for them where no
cluster had more; where none was seen, one burst may still have been missed, and the bound is BURST times as high.

Means of durations are skewed, and the longest may not have been seen. The hull is joined to the gamma interval with
twice the largest weight (three times under 20 clusters), the weights being residuals unless events are few. This is
left out where the hull alone suffices, by Cochran's rule R > 25 G^2 (G: the skewness of the residuals; Sampling
Techniques, section 2.15), from 30 clusters on. A mean that fewer than ENOUGH clusters contribute to has no upper bound.

Under ten clusters the gamma interval is joined to the hull. Clusters that do not differ at all get the gamma interval:
that nothing varied does not say that nothing can. What no interval can know is a kind of event never seen: many at
once, or much longer. tests/verification/test_coverage.py checks the coverage, docs/coverage.md reports it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import ceil, inf, isnan, log, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.metrics.histogram import ALL, BIN_BITS, Histogram, middle
from simulator.scenario.units import DAY, HOUR, WEEK
from simulator.tables.calls import Int32, Int64

Float = NDArray[np.float64]

TAIL = 0.025
NONE_SEEN = 0.05
FEW_EVENTS = 30
FEW_CLUSTERS = 10
ENOUGH = 3
"""Clusters that must contribute to a mean before anything bounds it above."""
BURST = 6
"""Attempts that one caller may make in a row, about."""
ROUNDING = 1e-12
"""Residuals that are smaller, beside the largest cluster, are none."""
SOME_CLUSTERS = 20
UNSEEN, UNSEEN_BY_FEW = 2, 3
"""How many times longer than the longest seen a duration may be; and under SOME_CLUSTERS clusters."""


class Kind(Enum):
    """What a ratio is: whether it is at most 1, whether its numerator counts things, and how many come at once."""

    SHARE = (True, True, 1)
    SHARE_OF_ATTEMPTS = (True, True, BURST)
    SHARE_OF_TIME = (True, False, 0)
    RATE = (False, True, 1)
    MEAN = (False, False, 0)

    def __init__(self, at_most_one: bool, counted: bool, burst: int) -> None:
        self.at_most_one, self.counted, self.burst = at_most_one, counted, burst


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its interval; NaN where there is nothing to say it from, infinite where nothing bounds it.

    events   events on the rarer side; of a mean or quantile, how many things it is of
    method   ``t`` (the hull of t intervals), ``gamma``, ``none seen``, ``woodruff``, ``one cluster`` (no interval),
             ``undefined`` (no denominator), ``no bound`` (a mean of zeros)
    """

    value: float
    low: float
    high: float
    events: int
    method: str

    def times(self, factor: float) -> "Estimate":
        """The estimate in another unit."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.events, self.method)


def ratio(x: ArrayLike, y: ArrayLike, kind: Kind, *, tail: float = TAIL, none_seen: float = NONE_SEEN) -> Estimate:
    """sum(x) / sum(y) over the clusters of these arrays [R]; ``tail`` is left out on either side."""
    return ratios(np.asarray(x)[:, None], np.asarray(y)[:, None], kind, tail=tail, none_seen=none_seen)[0]


def ratios(
    x: ArrayLike, y: ArrayLike, kind: Kind, *, tail: float = TAIL, none_seen: float = NONE_SEEN
) -> list[Estimate]:
    """One estimate for each column of x and y (float or int [R clusters][k])."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    total, whole = x.sum(axis=0), y.sum(axis=0)
    flipped = (total > whole / 2) if kind.at_most_one else np.zeros(total.shape, dtype=bool)
    rare = np.where(flipped, y - x, x)
    with np.errstate(all="ignore"):
        low, high, method = _bounds(rare, y, kind, tail, none_seen)
        value = total / whole
        low, high = np.where(flipped, 1 - high, low), np.where(flipped, 1 - low, high)
        # rounding must not put the value outside
        low, high = np.minimum(np.maximum(low, 0), value), np.maximum(high, value)
    high = np.minimum(high, 1) if kind.at_most_one else high
    events = rare.sum(axis=0) if kind.counted else whole
    columns = zip(value, low, high, events, method, strict=True)
    return [Estimate(float(v), float(a), float(b), int(n), str(m)) for v, a, b, n, m in columns]


def share_of_chances(x: ArrayLike, y: ArrayLike, *, tail: float = TAIL, none_seen: float = NONE_SEEN) -> Estimate:
    """A share whose numerator is made of chances that stand for counts: a few of them may be known well, none of them
    no better than a count of none; whole numbers are counts."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    # Single replications may be below 0, where chances are taken off again; bounds go by what is not.
    kind = Kind.SHARE if np.array_equal(x, np.rint(x)) else Kind.SHARE_OF_TIME
    found = ratio(np.maximum(x, 0), y, kind, tail=tail, none_seen=none_seen)
    value = max(float(x.sum()), 0.0) / float(y.sum()) if y.sum() else nan
    return replace(found, value=value, low=min(found.low, value))


def _bounds(x: Float, y: Float, kind: Kind, tail: float, none_seen: float) -> tuple[Float, Float, NDArray[np.str_]]:
    clusters, total, whole = len(x), x.sum(axis=0), y.sum(axis=0)
    if clusters < 2:
        nothing = np.full(total.shape, nan)
        return nothing, nothing, np.where(whole > 0, "one cluster", "undefined")
    residuals = x - total / whole * y
    effective = total**2 / (x**2).sum(axis=0)
    few = (effective < FEW_EVENTS) & (effective < clusters / 2)
    few |= (total < FEW_EVENTS) & kind.counted
    few |= np.abs(residuals).max(axis=0) <= ROUNDING * x.max(axis=0)
    low, high = _hull(residuals, total / whole, whole, kind, tail)
    if kind is Kind.MEAN:
        gamma_low, gamma_high = _gamma_of_mean(x, residuals, whole, few, tail)
        joined = few | _skewed(residuals)
    else:
        largest = np.maximum(x.max(axis=0), kind.burst)
        gamma_low, gamma_high = fay_feuer(total, (x**2).sum(axis=0), largest, tail) / whole
        joined = few
    if clusters < FEW_CLUSTERS or not kind.counted:
        gamma_low, gamma_high = np.fmin(gamma_low, low), np.fmax(gamma_high, high)
    low, high = np.where(joined, gamma_low, low), np.where(joined, gamma_high, high)
    method = np.where(few, "gamma", "t")
    if kind.counted:
        none = total == 0
        most = -log(none_seen) * kind.burst / whole
        low, high, method = np.where(none, 0, low), np.where(none, most, high), np.where(none, "none seen", method)
    else:
        unbounded = (x > 0).sum(axis=0) < (ENOUGH if kind is Kind.MEAN else 1)
        low, high = np.where(unbounded, 0, low), np.where(unbounded, inf, high)
        method = np.where(unbounded, "no bound", method)
    undefined = whole <= 0
    return np.where(undefined, nan, low), np.where(undefined, nan, high), np.where(undefined, "undefined", method)


def _hull(residuals: Float, r: Float, whole: Float, kind: Kind, tail: float) -> tuple[Float, Float]:
    """The hull of the plain, the skewness-corrected and the logit or log Student t intervals."""
    from scipy.special import expit, logit, stdtrit  # noqa: PLC0415

    clusters = len(residuals)
    error = np.sqrt(clusters / (clusters - 1) * (residuals**2).sum(axis=0)) / whole
    t = float(stdtrit(clusters - 1, 1 - tail))
    if kind.at_most_one:
        half = t * error / (r * (1 - r))
        bent = expit(logit(r) - half), expit(logit(r) + half)
    else:
        bent = r * np.exp(-t * error / r), r * np.exp(t * error / r)
    skew = _skewness(residuals) / sqrt(clusters)
    lows = r - t * error, r - error * hall(t, skew), bent[0]
    highs = r + t * error, r - error * hall(-t, skew), bent[1]
    return np.fmin.reduce(lows), np.fmax.reduce(highs)


def _skewness(residuals: Float) -> Float:
    return np.asarray((residuals**3).mean(axis=0) / (residuals**2).mean(axis=0) ** 1.5)


def _skewed(residuals: Float) -> NDArray[np.bool_]:
    """Whether Cochran's rule does not vouch for Student's t, or there is too little to go by."""
    return (_skewness(residuals) ** 2 > len(residuals) / 25) | (len(residuals) < FEW_EVENTS)


def hall(t: float, skew: Float) -> Float:
    """The inverse of Hall's g(T) = T + k T^2 / 3 + k^2 T^3 / 27 + k / 6, where k is skewness / sqrt(R)."""
    with np.errstate(all="ignore"):
        return np.where(np.abs(skew) < 1e-8, t, 3 / skew * (np.cbrt(1 + skew * (t - skew / 6)) - 1))


def _gamma_of_mean(x: Float, residuals: Float, whole: Float, few: NDArray[np.bool_], tail: float) -> Float:
    """The gamma interval of a mean, with a largest weight that is longer than the longest seen."""
    clusters = len(x)
    clustered = clusters / (clusters - 1) * (residuals**2).sum(axis=0)
    variance = np.where(few, (x**2).sum(axis=0), clustered)
    longer = UNSEEN_BY_FEW if clusters < SOME_CLUSTERS else UNSEEN
    largest = longer * np.where(few, x.max(axis=0), residuals.max(axis=0))
    return fay_feuer(x.sum(axis=0), variance, largest, tail) / whole


def fay_feuer(total: Float, variance: Float, largest: Float, tail: float) -> Float:
    """The gamma interval [2][k] of a weighted sum of Poisson counts: its estimate y, variance v and largest weight w.

    Fay and Feuer (1997, Statistics in Medicine 16, 791-801), equations 3 and 4, by gammaincinv(a) = chi2(2 a) / 2.
    """
    from scipy.special import gammaincinv  # noqa: PLC0415

    low = variance / total * gammaincinv(total**2 / variance, tail)
    total, variance = total + largest, variance + largest**2
    return np.stack([low, variance / total * gammaincinv(total**2 / variance, 1 - tail)])


def quantile(histograms: Sequence[Histogram], intent: int, p: float, *, tail: float = TAIL) -> Estimate:
    """The p-quantile (µs) of durations, the smallest that at least a share p does not exceed.

    Interval: Woodruff (1952, J. Am. Statist. Assoc. 47, 635-646): that of the share of durations below the estimate
    and up to it, moved to p and read from the same distribution. Infinite where too few are known to bound it above.
    """
    return Pool(histograms).of(intent).quantile(p, tail=tail)


class Pool:
    """The durations of all clusters put together, to be read more than once."""

    def __init__(self, histograms: Sequence[Histogram]) -> None:
        self.clusters = len(histograms)
        self.keys = np.concatenate([h.keys for h in histograms])
        self.counts = np.concatenate([h.counts for h in histograms])
        self.cluster = np.repeat(np.arange(self.clusters, dtype=np.int32), [len(h.keys) for h in histograms])

    def of(self, intent: int) -> "Durations":
        """Those of an intent, or of ``ALL``."""
        some = slice(None) if intent == ALL else self.keys >> BIN_BITS == intent
        bins, counts = self.keys[some] & (2**BIN_BITS - 1), self.counts[some].astype(np.float64)
        distinct = np.unique(bins)
        places = np.searchsorted(distinct, bins)
        below = np.cumsum(np.bincount(places, weights=counts, minlength=len(distinct)), dtype=np.float64)
        return Durations(distinct.astype(np.int64), below, places, self.cluster[some], counts, self.clusters)


@dataclass(frozen=True, slots=True)
class Durations:
    """Durations of one distribution: its ``bins`` and how many are up to each (``below``); and, entry by entry, the
    place of the bin, the cluster and how many."""

    bins: Int64
    below: Float
    places: Int64
    cluster: Int32
    counts: Float
    clusters: int

    def quantile(self, p: float, *, tail: float = TAIL) -> Estimate:
        """As ``quantile`` says."""
        if not len(self.bins):
            return Estimate(nan, nan, nan, 0, "undefined")
        at = self._place(p)
        before, upto = self._share(at - 1, tail), self._share(at, tail)
        low, high = p - (before.high - before.value), p + (upto.value - upto.low)
        method = upto.method if upto.method == "one cluster" else "woodruff"
        # at a share of 1 or more nothing longer was seen that could bound it
        top = inf if high >= 1 else self._read(high)
        return Estimate(self._read(p), self._read(max(low, 0)), top, int(self.below[-1]), method)

    def _place(self, share: float) -> int:
        return int(np.searchsorted(self.below, share * self.below[-1] * (1 - 1e-12)))  # 0.9 * 10 must not pass 9

    def _read(self, share: float) -> float:
        if isnan(share):
            return nan
        place = self._place(share)
        return float(middle(self.bins[place : place + 1])[0]) if place < len(self.bins) else inf

    def _share(self, last: int, tail: float) -> Estimate:
        """The share of durations in the bins up to and with this place."""
        up_to = np.bincount(self.cluster, weights=self.counts * (self.places <= last), minlength=self.clusters)
        each = np.bincount(self.cluster, weights=self.counts, minlength=self.clusters)
        return ratio(up_to, each, Kind.SHARE, tail=tail, none_seen=tail)


def says_none(clusters: int, length: int) -> str:
    """What "none seen" means: ``none in 200 simulated years; at most one year in 67 has any (95 %)``.

    Of R independent replications of ``length`` µs without any, the share p that has some is at most
    1 - 0.05^(1 / R), since (1 - p)^R >= 5 %.
    """
    one, many, of = _stretch(length)
    most = 1 - NONE_SEEN ** (1 / clusters)
    seldom, often = f"at most one {one} in {int(1 / most)} has any", f"at most {ceil(100 * most)} % of {many} have any"
    bound = seldom if most <= 0.1 else often
    return f"none in {clusters} simulated {many if clusters > 1 else one}{of}; {bound} (95 %)"


def _stretch(length: int) -> tuple[str, str, str]:
    """A replication's length as a word, its plural, and what that leaves to be said."""
    for unit, word in ((365 * DAY, "year"), (366 * DAY, "year"), (WEEK, "week"), (DAY, "day"), (HOUR, "hour")):
        if length == unit:
            return word, f"{word}s", ""
    days = length / DAY
    size = f"{days:g} days" if days >= 1 else f"{length / HOUR:g} hours"
    return "stretch", "stretches", f" of {size}"
