"""Targets held against one live run: what happened in it, without bounds.

A live run is not drawn a hundred times. Whether its callers were answered in time is a fact about them; how far
chance was in it another run, with another seed, tells.

A genuine caller whose verdict the API did not keep is lost without knowing it. Where there is one, no target about
genuine callers is met, whatever the share in time of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from simulator.metrics.counts import Counts, at
from simulator.metrics.estimate import Estimate
from simulator.metrics.histogram import ALL
from simulator.metrics.targets import Verdict
from simulator.scenario.policy import Intent
from simulator.scenario.target import Target
from simulator.tables.calls import Int64

GENUINE = int(Intent.GENUINE)


@dataclass(frozen=True, slots=True)
class LiveVerdict(Verdict):
    """Whether a target is met in a live run, and by how many callers.

    in_time, offered  callers in time, and all, of the hour that decides; of all hours where the target is overall
    not_kept          genuine callers of the run, among those of the target, whose verdict the API did not keep
    """

    in_time: int = 0
    offered: int = 0
    not_kept: int = 0

    @property
    def met(self) -> bool:
        """Whether it was shown to be met: without a caller nothing was."""
        return self.state == "met"


def in_this_run(targets: Sequence[Target], counts: Counts, not_kept: Sequence[int] = ()) -> tuple[LiveVerdict, ...]:
    """Each target met or missed by the callers of this run, and in which hour least so.

    ``not_kept``: of each intent, callers whose verdict the API did not keep; ``counts`` have them as not in time.
    """
    return tuple(_verdict(target, *_sums(target, counts), _genuine(target, not_kept)) for target in targets)


def _genuine(target: Target, not_kept: Sequence[int]) -> int:
    return not_kept[GENUINE] if not_kept and target.intent in {ALL, GENUINE} else 0


def _sums(target: Target, counts: Counts) -> tuple[Int64, Int64]:
    """Callers answered in time, and offered, by hour; in one number overall."""
    stack = counts.clock if target.scope == "every clock hour" else counts.sums
    tables = [stack[name] for name in (at("in_time", target.within), "offered")]
    x, y = (table.sum(axis=0) if target.intent == ALL else table[target.intent] for table in tables)
    return (x.sum(keepdims=True), y.sum(keepdims=True)) if target.scope == "overall" else (x, y)


def _verdict(target: Target, x: Int64, y: Int64, not_kept: int) -> LiveVerdict:
    some = np.flatnonzero(y > 0)
    empty = () if target.scope == "overall" else tuple(np.flatnonzero(y == 0).tolist())
    if not len(some):
        return LiveVerdict(target, "no callers", None, Estimate(nan, nan, nan, 0, "undefined"), empty, 0)
    shares = x[some] / y[some]
    place = int(np.argmin(shares))
    return LiveVerdict(
        target,
        "met" if shares[place] >= target.share and not not_kept else "missed",
        None if target.scope == "overall" else int(some[place]),
        Estimate(float(shares[place]), nan, nan, 1, "one cluster"),
        empty,
        len(some),
        in_time=int(x[some[place]]),
        offered=int(y[some[place]]),
        not_kept=not_kept,
    )
