"""Histograms of durations that merge exactly: what quantiles are read from when millions of waits were counted.

A duration's bin is the upper part of its float64 bits: sign, exponent and the first 11 bits of the mantissa. Bins
are in the order of the durations, and each is narrower than 1 / 2048 (0.049 %) of them; up to 4 ms every
microsecond has a bin of its own. Only bins that hold something are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.tables.calls import Int8, Int32, Int64
from simulator.tables.columns import freeze

MANTISSA = 11
LOW_BITS = 52 - MANTISSA
"""Bits of a float64 that are left off to make its bin."""
BIN_BITS = 11 + MANTISSA
"""The bin takes the lower 22 bits of a key (exponent and mantissa; the sign is 0), the intent those above."""

ALL = -1
"""In place of an intent: of all intents together."""


def narrow(counts: Any) -> Any:
    """Whole numbers, none negative, in the narrowest type that holds them: thousands of tables are held at once."""
    most = counts.max(initial=0)
    return counts.astype(np.uint8 if most < 2**8 else np.uint16 if most < 2**16 else np.uint32 if most < 2**32 else int)


@dataclass(frozen=True, eq=False, slots=True)
class Histogram:
    """Durations counted by intent and bin.

    keys    int32, ascending: intent << 22 | bin
    counts  how many, whole numbers held in the narrowest type
    """

    keys: Int32
    counts: Any

    def __eq__(self, other: object) -> bool:
        """Equal where keys and counts are."""
        if not isinstance(other, Histogram):
            return NotImplemented
        return np.array_equal(self.keys, other.keys) and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    def of(self, intent: int) -> tuple[Int64, Int64]:
        """Bins and counts of one intent; of ``ALL``, a bin may come several times, in no order."""
        some = slice(None)
        if intent != ALL:
            some = slice(*np.searchsorted(self.keys, [intent << BIN_BITS, (intent + 1) << BIN_BITS]).tolist())
        return self.keys[some].astype(np.int64) & (2**BIN_BITS - 1), self.counts[some].astype(np.int64)


def histogram(durations: Int64, intents: Int8) -> Histogram:
    """Count durations (µs, none negative) by their intents (0 .. 3)."""
    if durations.size and durations.min() < 0:
        raise ValueError(f"a duration of {durations.min()} us cannot be counted: durations are 0 or more")
    return of_sorted(np.sort(((intents.astype(np.int64) << BIN_BITS) | bins(durations)).astype(np.int32)))


def of_sorted(keys: Int32) -> Histogram:
    """Count keys, one a duration, in ascending order."""
    first = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    places = np.append(first.nonzero()[0], len(keys))
    return Histogram(freeze(keys[places[:-1]]), freeze(narrow(places[1:] - places[:-1])))


def merge(histograms: Sequence[Histogram]) -> Histogram:
    """The histogram of all their durations together."""
    keys, places = np.unique(np.concatenate([h.keys for h in histograms]), return_inverse=True)
    # exact: weights are floats, but counts are far below 2^53
    counts = np.bincount(places, weights=np.concatenate([h.counts for h in histograms]), minlength=len(keys))
    return Histogram(freeze(keys), freeze(narrow(counts.astype(np.int64))))


def bins(durations: Int64) -> Int64:
    """The bin (int64) of each duration (µs)."""
    return durations.astype(np.float64).view(np.int64) >> LOW_BITS


def middle(some_bins: Int64) -> Int64:
    """The middle (µs) of the whole microseconds in each bin: within 0.025 % of every duration in it."""
    lowest = np.ceil((some_bins << LOW_BITS).view(np.float64))
    beyond = np.ceil(((some_bins + 1) << LOW_BITS).view(np.float64))
    return np.asarray((lowest + np.maximum(beyond - 1, lowest)) // 2, dtype=np.int64)
