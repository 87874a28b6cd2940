"""What a policy does to genuine callers, with intervals: a part is smoothed, a part was counted.

Callers blocked at every attempt are smoothed over the numbers of others that they could have carried
(`study/conditional.py`): their sum is known far better than a count of them. All else that a policy does to callers
is counted, and bounded as counts are: what was never seen of it, too. The two are disjoint, so their sum is unbiased.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from simulator.metrics.contrast import differences
from simulator.metrics.estimate import FEW_EVENTS, NONE_SEEN, TAIL, Estimate, Float, Kind, ratio, share_of_chances
from simulator.metrics.paired import EFFECTS, FROM_NO_NUISANCE, SMOOTHED, WHOLE


@dataclass(frozen=True, slots=True)
class Effects:
    """What a policy does to genuine callers against a baseline, by replication (float64 [R]).

    genuine      all of them
    smoothed     those heard without it and blocked by it throughout, smoothed; 0 against no nuisance
    besides      others who are never heard because of it, counted
    heard, late, in_time  those heard, late, in time because of it, counted
    """

    genuine: Float
    smoothed: Float
    besides: Float
    heard: Float
    late: Float
    in_time: Float

    @property
    def never(self) -> Float:
        """Callers never heard because of it."""
        return self.smoothed + self.besides

    @property
    def net_never(self) -> Float:
        """The change in callers never heard."""
        return self.never - self.heard

    @property
    def net_late(self) -> Float:
        """The change in callers who are late, as far as they are heard in both worlds."""
        return self.late - self.in_time

    def never_because(self, *, tail: float = TAIL, none_seen: float = NONE_SEEN) -> Estimate:
        """The share of genuine callers who are never heard because of it."""
        return smoothed_share(self.smoothed, self.besides, self.genuine, tail=tail, none_seen=none_seen)

    def change_never(self, *, tail: float = TAIL) -> Estimate:
        """The change in the share of genuine callers who are never heard: policies rank by it."""
        return smoothed_difference(self.smoothed, self.besides - self.heard, self.genuine, tail=tail)

    def change_late(self, *, tail: float = TAIL) -> Estimate:
        """The change in the share of genuine callers who are late: it decides where the other ties."""
        return differences(self.net_late[:, None], self.genuine[:, None], "counts", tail=tail)[0]

    def less(self, other: "Effects", of: str, *, tail: float = TAIL) -> Estimate:
        """This policy's ``never_because``, ``change_never`` or ``change_late`` less the other's."""
        if of == "change_late":
            late = self.net_late - other.net_late
            return differences(late[:, None], self.genuine[:, None], "counts", tail=tail)[0]
        counted = self.besides - other.besides
        if of == "change_never":
            counted = counted - self.heard + other.heard
        return smoothed_difference(self.smoothed - other.smoothed, counted, self.genuine, tail=tail)


def effects(paired: Callable[[str], Float]) -> Effects:
    """The effects against no policy; ``paired`` gives the numbers of a name of PAIRED by replication."""
    smoothed = sum((paired(f"smoothed_{way}") for way in SMOOTHED), np.zeros(1)) / WHOLE
    others = (counted(paired, name) for name in ("heard_because", "late_because", "in_time_because"))
    return Effects(paired("genuine"), smoothed, paired("never_because_besides"), *others)


def effects_on_no_nuisance(paired: Callable[[str], Float]) -> Effects:
    """The effects against no nuisance, all of them counted."""
    never, *others = (counted(paired, name, FROM_NO_NUISANCE) for name in ORDER)
    return Effects(paired("genuine"), np.zeros(len(never)), never, *others)


ORDER = ("never_because", "heard_because", "late_because", "in_time_because")


def counted(paired: Callable[[str], Float], effect: str, baseline: str = "") -> Float:
    """An effect of EFFECTS as it happened, by replication."""
    return np.asarray(sum(paired(baseline + cell) for cell in EFFECTS[effect]))


def smoothed_share(
    smoothed: Float, counts: Float, y: Float, *, tail: float = TAIL, none_seen: float = NONE_SEEN
) -> Estimate:
    """A share made of a smoothed part and of counts (float [R clusters] each), over y.

    Counts alone are a share like any other. Where at least FEW_EVENTS were counted, both together have one clustered
    interval; else each part has its own with half of what is left out, and the two are added.
    """
    if not smoothed.any():
        return ratio(counts, y, Kind.SHARE, tail=tail, none_seen=none_seen)
    if counts.sum() >= FEW_EVENTS:
        found = share_of_chances(smoothed + counts, y, tail=tail, none_seen=none_seen)
    else:
        one = share_of_chances(smoothed, y, tail=tail / 2, none_seen=none_seen / 2)
        found = _added(one, ratio(counts, y, Kind.SHARE, tail=tail / 2, none_seen=none_seen / 2))
    return replace(found, events=round(float(smoothed.sum() + counts.sum())))


def smoothed_difference(smoothed: Float, counts: Float, y: Float, *, tail: float = TAIL) -> Estimate:
    """A difference made of a smoothed part and of counts (float [R clusters] each), over y; as `smoothed_share`."""
    if np.abs(counts).sum() >= FEW_EVENTS:
        return differences((smoothed + counts)[:, None], y[:, None], "chances", tail=tail)[0]
    if not smoothed.any():
        return differences(counts[:, None], y[:, None], "counts", tail=tail)[0]
    one = differences(smoothed[:, None], y[:, None], "chances", tail=tail / 2)[0]
    return _added(one, differences(counts[:, None], y[:, None], "counts", tail=tail / 2)[0])


def _added(one: Estimate, other: Estimate) -> Estimate:
    unknown = isnan(one.low) or isnan(other.low)
    method = other.method if unknown else f"{one.method} and {other.method}"
    low, high = max(one.low + other.low, -1.0), min(one.high + other.high, 1.0)
    return Estimate(one.value + other.value, low, high, one.events + other.events, method)
