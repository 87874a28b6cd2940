"""The numbers of one design, replication by replication."""

from functools import cached_property

import numpy as np

from simulator.metrics.counts import Counts, at
from simulator.metrics.estimate import Float
from simulator.metrics.harm import Effects, effects, effects_on_no_nuisance
from simulator.metrics.paired import PAIRED
from simulator.metrics.summary import Clusters
from simulator.scenario.policy import NUISANCE, Intent
from simulator.study.designs import Compared
from simulator.study.sweep import Sweep

GENUINE = int(Intent.GENUINE)


class DesignNumbers:
    """The numbers of one design by replication [R], and those of no policy beside them."""

    def __init__(self, design: Compared, sweep: Sweep) -> None:
        self.design, self.sweep = design, sweep
        self.paired: Float = np.array(sweep.paired, dtype=np.float64).reshape(-1, len(PAIRED))
        self.whole: tuple[Counts, ...] = sweep.counts if sweep.whole is None else (sweep.whole,)

    @cached_property
    def clusters(self) -> Clusters:
        """Sums of whole replications."""
        return Clusters(self.whole)

    def of(self, name: str) -> Float:
        """A paired number; ``spared`` is the time freed less what went to other nuisance calls."""
        if name == "spared":
            return self.of("freed") - self.of("taken_on")
        return self.paired[:, PAIRED.index(name)]

    @cached_property
    def effects(self) -> Effects:
        """What it does to genuine callers, against no policy."""
        return effects(self.of)

    @cached_property
    def on_no_nuisance(self) -> Effects:
        """What it does to genuine callers, against no nuisance."""
        return effects_on_no_nuisance(self.of)

    def nuisance_answered(self) -> Float:
        """Prank and silent callers answered."""
        return self.nuisance("offered") - self.nuisance("never_got_through")

    def nuisance(self, name: str) -> Float:
        """A sum of prank and silent calls."""
        return np.asarray(sum(self.clusters.totals(name, int(intent)) for intent in NUISANCE), dtype=np.float64)

    def in_time(self) -> Float:
        """Genuine callers answered within T."""
        return self.clusters.totals(at("in_time", self.clusters.thresholds[0]), GENUINE)
