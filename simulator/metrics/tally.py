"""Counting things that belong to callers into cells [intent][hour]."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.metrics.counts import INTENT_COUNT
from simulator.tables.calls import Int8, Int64


class Tally:
    """One cell (flat index) for each caller: int64 [4 intents][hours], by each caller's intent and hour (int64).

    Callers are given as a mask, or as indices that may repeat.
    """

    def __init__(self, intent: Int8, hour: Int64, hours: int) -> None:
        self.intent, self.hours, self.cells = intent.astype(np.int64), hours, INTENT_COUNT * hours
        self.cell = self.intent * hours + hour

    def __call__(self, callers: Any) -> Int64:
        """How many of these callers."""
        return self._table(np.bincount(self.cell[callers], minlength=self.cells))

    def all(self) -> Int64:
        """All callers."""
        return self(slice(None))

    def total(self, callers: Int64, amounts: Int64) -> Int64:
        """Sums of whole amounts of these callers, exact (weights of bincount would be floats)."""
        cells = np.zeros(self.cells, dtype=np.int64)
        np.add.at(cells, self.cell[callers], amounts)
        return self._table(cells)

    def by_kind(self, callers: Any, kind: Any, kinds: int) -> Int64:
        """How many of these callers are of each kind 0 .. kinds - 1: int64 [kinds][4][hours]."""
        places = np.asarray(kind, dtype=np.int64) * self.cells + self.cell[callers]
        counted = np.bincount(places, minlength=kinds * self.cells)
        return self._table(counted, kinds)

    def within(self, callers: Any, durations: Int64, limits: Sequence[int]) -> list[Int64]:
        """How many of these callers had a duration up to and with each limit."""
        ascending = sorted(limits)
        passed = np.array(ascending).searchsorted(durations)  # limits that are below it
        up_to = self.by_kind(callers, passed, len(limits) + 1).cumsum(axis=0)
        return [up_to[ascending.index(limit)] for limit in limits]

    def _table(self, cells: Any, *kinds: int) -> Int64:
        return np.asarray(cells, dtype=np.int64).reshape(*kinds, INTENT_COUNT, self.hours)
