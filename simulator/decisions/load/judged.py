"""Targets held against one live run: what happened in it, without bounds.

A live run is not drawn a hundred times. Whether its callers were answered in time is a fact about them; how far
chance was in it another run, with another seed, tells.
"""

from collections.abc import Sequence
from math import nan

import numpy as np

from simulator.metrics.counts import Counts, at
from simulator.metrics.estimate import Estimate
from simulator.metrics.histogram import ALL
from simulator.metrics.targets import State, Verdict
from simulator.scenario.target import Target
from simulator.tables.calls import Int64


def in_this_run(targets: Sequence[Target], counts: Counts) -> tuple[Verdict, ...]:
    """Each target met or missed by the callers of this run, and in which hour least so."""
    return tuple(_verdict(target, *_sums(target, counts)) for target in targets)


def _sums(target: Target, counts: Counts) -> tuple[Int64, Int64]:
    """Callers answered in time, and offered, by hour; in one number overall."""
    stack = counts.clock if target.scope == "every clock hour" else counts.sums
    tables = [stack[name] for name in (at("in_time", target.within), "offered")]
    x, y = (table.sum(axis=0) if target.intent == ALL else table[target.intent] for table in tables)
    return (x.sum(keepdims=True), y.sum(keepdims=True)) if target.scope == "overall" else (x, y)


def _verdict(target: Target, x: Int64, y: Int64) -> Verdict:
    some = np.flatnonzero(y > 0)
    empty = () if target.scope == "overall" else tuple(np.flatnonzero(y == 0).tolist())
    if not len(some):
        return Verdict(target, "no callers", None, Estimate(nan, nan, nan, 0, "undefined"), empty, 0)
    shares = x[some] / y[some]
    place = int(np.argmin(shares))
    state: State = "met" if shares[place] >= target.share else "missed"
    hour = None if target.scope == "overall" else int(some[place])
    return Verdict(target, state, hour, Estimate(float(shares[place]), nan, nan, 1, "one cluster"), empty, len(some))
