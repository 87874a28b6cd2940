"""Histograms of durations that merge exactly: what quantiles are read from when millions of waits were counted.

A duration's bin is the upper part of its float64 bits: sign, exponent and the first 11 bits of the mantissa. Bins
are in the order of the durations, and each is narrower than 1 / 2048 (0.049 %) of them; up to 4 ms every
microsecond has a bin of its own. Only bins that hold something are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.tables.calls import Int8, Int64
from simulator.tables.columns import freeze

MANTISSA = 11
_SHIFT = 52 - MANTISSA
_INTENT = 32
"""The bin takes the lower 32 bits of a key, the intent those above."""

ALL = -1
"""In place of an intent: of all intents together."""


@dataclass(frozen=True, eq=False, slots=True)
class Histogram:
    """Durations counted by intent and bin: ``keys`` (int64, ascending: intent << 32 | bin), ``counts`` (int64)."""

    keys: Int64
    counts: Int64

    def __eq__(self, other: object) -> bool:
        """Equal where keys and counts are."""
        if not isinstance(other, Histogram):
            return NotImplemented
        return np.array_equal(self.keys, other.keys) and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    def of(self, intent: int) -> tuple[Int64, Int64]:
        """Bins and counts of one intent; of ``ALL``, a bin may come several times, in no order."""
        if intent == ALL:
            return self.keys & (2**_INTENT - 1), self.counts
        low, high = np.searchsorted(self.keys, [intent << _INTENT, (intent + 1) << _INTENT])
        return self.keys[low:high] & (2**_INTENT - 1), self.counts[low:high]


def histogram(durations: Int64, intents: Int8) -> Histogram:
    """Count durations (µs, none negative) by their intents (0 .. 3)."""
    if durations.size and durations.min() < 0:
        raise ValueError(f"a duration of {durations.min()} us can not be counted: durations are 0 or more")
    keys, counts = np.unique((intents.astype(np.int64) << _INTENT) | bins(durations), return_counts=True)
    return Histogram(freeze(keys), freeze(counts.astype(np.int64)))


def merge(histograms: Sequence[Histogram]) -> Histogram:
    """The histogram of all their durations together."""
    keys, places = np.unique(np.concatenate([h.keys for h in histograms]), return_inverse=True)
    counts = np.zeros(len(keys), dtype=np.int64)
    np.add.at(counts, places, np.concatenate([h.counts for h in histograms]))
    return Histogram(freeze(keys), freeze(counts))


def bins(durations: Int64) -> Int64:
    """The bin (int64) of each duration (µs)."""
    return durations.astype(np.float64).view(np.int64) >> _SHIFT


def middle(some_bins: Int64) -> Int64:
    """The middle (µs) of the whole microseconds in each bin: within 0.025 % of every duration in it."""
    lowest = np.ceil((some_bins << _SHIFT).view(np.float64))
    beyond = np.ceil(((some_bins + 1) << _SHIFT).view(np.float64))
    return np.asarray((lowest + np.maximum(beyond - 1, lowest)) // 2, dtype=np.int64)
