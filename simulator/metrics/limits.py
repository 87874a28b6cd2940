"""A rate limit from what it let through: so many in each window, or so many a second, however many were sent.

A window that is cut off lets all through until its count is reached and then none until it ends: long runs of one kind
that begin anew at equal distances. A bucket or a smooth window thins: what it lets through is even, whatever was sent.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.units import HOUR, MINUTE, SECOND

Times = NDArray[np.int64]
Flags = NDArray[np.bool_]

WIDTH = 5
"""Over so many calls the prevailing kind is taken, against stragglers that came late."""
PURE = 0.97
"""How much of a run must be of one kind."""
REGULAR = 0.15
MOST = 0.7
"""How far from the median the distances between windows may be, relative; and how many of them must keep to that."""
ALIKE = 0.02
"""How far apart the numbers taken before refusals may be, relative, to be the same."""
ROUND = 0.08
"""How near a round period must be to be meant."""
PERIODS = (SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, HOUR)
LEAST = 20
"""Least refused calls from which anything is inferred."""


@dataclass(frozen=True, slots=True)
class Limit:
    """About ``count`` calls in each ``period`` (µs; 0: in all), of ``sent`` in the same; ``cut_off``: all refused once
    the count is reached, until the period is over."""

    count: float
    period: int
    sent: float
    cut_off: bool


def limit_of(at: Times, refused: Flags) -> Limit | None:
    """The limit that refused some of the calls at these times (in order, µs); None where nothing can be said."""
    if refused.sum() < LEAST:
        return None
    return _windows(at, refused) or _sliding(at, refused) or _even(at, refused)


def _windows(at: Times, refused: Flags) -> Limit | None:
    """Windows that are cut off."""
    kind = _prevailing(refused)
    if not kind.any() or np.mean(refused[kind]) < PURE or (not kind.all() and np.mean(refused[~kind]) > 1 - PURE):
        return None
    turns = np.flatnonzero(np.diff(kind.astype(np.int8)))
    anew = [0, *(int(turn) + 1 for turn in turns if kind[turn])]
    """Where calls were let through again after a run of refused ones."""
    if len(anew) == 1:
        return _all_used(at, refused) if kind[-1] else None
    lengths = np.diff(at[anew])
    regular = np.abs(lengths - np.median(lengths)) <= REGULAR * np.median(lengths)
    if np.mean(regular) < MOST:
        return None
    taken = [int((~refused[begin:end]).sum()) for begin, end in pairwise(anew)]
    sent = np.diff(anew)
    return Limit(float(np.median(taken)), _round(float(np.median(lengths))), float(np.median(sent)), cut_off=True)


def _all_used(at: Times, refused: Flags) -> Limit:
    """Let through to a count, and none ever after."""
    return Limit(float((~refused).sum()), 0, float(len(at)), cut_off=True)


def _sliding(at: Times, refused: Flags) -> Limit | None:
    """A window that slides: whenever a call was refused, the same number had been taken in the period before it."""
    taken, when = at[~refused], at[refused]
    for period in PERIODS:
        counts = np.searchsorted(taken, when, "left") - np.searchsorted(taken, when - period, "right")
        low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95])
        # A bucket, too, lets the same number through in any long period, but not in the first: it begins full.
        first = counts[when <= at[0] + period]
        as_ever = len(first) == 0 or abs(np.quantile(first, 0.05) - middle) <= ALIKE * middle
        if middle >= LEAST and high - low <= ALIKE * middle and as_ever:
            sent = len(at) * period / max(int(at[-1] - at[0]), 1)
            return Limit(float(middle), period, sent, cut_off=False)
    return None


def _even(at: Times, refused: Flags) -> Limit | None:
    """An even stream, from the first that was refused to the last."""
    first, last = np.flatnonzero(refused)[[0, -1]]
    span = int(at[last] - at[first])
    if span < SECOND:
        return None
    taken, sent = int((~refused[first:last]).sum()), int(last - first)
    if taken == 0:
        return None
    period = SECOND if taken * SECOND / span >= 5 else MINUTE
    return Limit(taken * period / span, period, sent * period / span, cut_off=False)


def _prevailing(refused: Flags) -> Flags:
    """Of each call and its neighbours, what most of them were."""
    padded = np.pad(refused.astype(np.float64), WIDTH // 2, mode="edge")
    return np.asarray(np.convolve(padded, np.ones(WIDTH) / WIDTH, "valid") > 0.5)


def _round(period: float) -> int:
    """The round period that is meant, or to the second."""
    near = min(PERIODS, key=lambda each: abs(np.log(each / period)))
    return near if abs(near - period) <= ROUND * period else max(round(period / SECOND), 1) * SECOND
