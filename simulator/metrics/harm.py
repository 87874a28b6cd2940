"""Genuine callers who fail only because of a policy: a part is reckoned from chances, a part was counted.

Under rules that only block, nearly all harm is blocks at first attempts, whose chances are known; the little that is
counted besides (longer queues, blocks at later attempts) is taken with them. Other actions do harm that is only
counted, and rare: what was never seen of it is bounded as a count of none is, and chances that are known well do not
hide that.
"""

from collections.abc import Callable
from math import isnan
from typing import NamedTuple

import numpy as np

from simulator.metrics.contrast import ALIKE, Of, differences
from simulator.metrics.estimate import NONE_SEEN, TAIL, Estimate, Float, share_of_chances
from simulator.metrics.paired import WAYS, WHOLE


class Harm(NamedTuple):
    """Callers by replication (float64 [R]): ``reckoned`` from chances, ``counted``; whether nothing need be bounded
    besides."""

    reckoned: Float
    counted: Float
    only_blocks: bool

    @property
    def all(self) -> Float:
        """Both together."""
        return self.reckoned + self.counted

    def share(self, genuine: Float, *, tail: float = TAIL, none_seen: float = NONE_SEEN) -> Estimate:
        """The share of ``genuine`` callers that are harmed."""
        if self.only_blocks:
            return share_of_chances(self.all, genuine, tail=tail, none_seen=none_seen)
        found = mixed(self.reckoned, self.counted, genuine, tail=tail)
        return Estimate(max(found.value, 0.0), max(found.low, 0.0), max(found.high, 0.0), found.events, found.method)

    def less(self, other: "Harm", genuine: Float, besides: Float | None = None, *, tail: float = TAIL) -> Estimate:
        """This harm less the other, and so many counted callers ``besides``, as shares of ``genuine`` callers."""
        reckoned, counted = self.reckoned - other.reckoned, self.counted - other.counted
        if self.only_blocks and other.only_blocks:
            reckoned, counted = reckoned + counted, np.zeros(len(genuine))
            if besides is None:
                return _one(reckoned, genuine, tail)
        return mixed(reckoned, counted if besides is None else counted + besides, genuine, tail=tail)


def harm_of(paired: Callable[[str], Float], *, only_blocks: bool) -> Harm:
    """The harm in paired numbers: ``paired`` gives those of a name of PAIRED by replication."""
    reckoned = sum((paired(f"lost_by_{way}") for way in WAYS), np.zeros(1)) / WHOLE
    return Harm(reckoned, paired("expected_lost") / WHOLE - reckoned, only_blocks)


def mixed(chances: Float, counts: Float, y: Float, *, tail: float = TAIL) -> Estimate:
    """A difference made of chances and of counts (float [R clusters] each), over y.

    Each part has an interval of its own with half the tail, and the two are added.
    """
    reckoned = _one(chances, y, tail / 2)
    counted = differences(counts[:, None], y[:, None], "counts", tail=tail / 2)[0]
    if isnan(counted.low) or reckoned.method == ALIKE:
        return counted
    value, events = reckoned.value + counted.value, reckoned.events + counted.events
    method = f"{reckoned.method} and {counted.method}"
    return Estimate(value, reckoned.low + counted.low, reckoned.high + counted.high, events, method)


def _one(chances: Float, y: Float, tail: float) -> Estimate:
    of: Of = "counts" if np.array_equal(chances, np.rint(chances)) else "chances"
    return differences(chances[:, None], y[:, None], of, tail=tail)[0]
