"""Counting things that belong to callers into cells [intent][hour]."""

from typing import Any

import numpy as np

from simulator.metrics.counts import INTENT_COUNT
from simulator.tables.calls import Int8, Int64


class Tally:
    """One cell (flat index) for each caller: int64 [4 intents][hours], by each caller's intent and hour (int64)."""

    def __init__(self, intent: Int8, hour: Int64, hours: int) -> None:
        self.intent, self.hours = intent.astype(np.int64), hours
        self.cell = self.intent * hours + hour

    def __call__(self, callers: Any) -> Int64:
        """How many of these callers (a mask, or indices that may repeat)."""
        counted = np.bincount(self.cell[callers], minlength=INTENT_COUNT * self.hours)
        return np.asarray(counted.reshape(INTENT_COUNT, self.hours), dtype=np.int64)

    def all(self) -> Int64:
        """All callers."""
        return self(slice(None))

    def total(self, callers: Int64, amounts: Int64) -> Int64:
        """Sums of whole amounts of these callers, exact (weights of bincount would be floats)."""
        cells = np.zeros(INTENT_COUNT * self.hours, dtype=np.int64)
        np.add.at(cells, self.cell[callers], amounts)
        return cells.reshape(INTENT_COUNT, self.hours)
