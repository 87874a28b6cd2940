"""Members of a family simulated on the same Calls, each held against no policy caller by caller."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from simulator.engines.simulate import Engine
from simulator.metrics.estimate import Float
from simulator.metrics.harm import Effects, effects
from simulator.metrics.paired import PAIRED, Paired
from simulator.questions.tune.family import Family, Point
from simulator.scenario.policy import NO_POLICY
from simulator.study.experiment import Experiment
from simulator.study.paired_runs import Experiments, paired_design, paired_key
from simulator.study.runs.runs import Runs
from simulator.tables.calls import Int64


class Score(NamedTuple):
    """What a member is judged by, as it was seen: time freed, of busy time without it; and of genuine callers those
    never heard because of it, the change in those never heard, and in those late."""

    freed: float
    never_because: float
    change_never: float
    change_late: float

    @property
    def change(self) -> tuple[float, float]:
        """What members rank by, the least the best; no policy has (0, 0)."""
        return self.change_never, self.change_late


@dataclass(frozen=True, slots=True)
class Member:
    """A member and its paired numbers, by replication (int64 [R][PAIRED])."""

    point: Point
    sums: tuple[Paired, ...]

    def of(self, name: str) -> Float:
        """A paired number by replication."""
        return np.array([each[PAIRED.index(name)] for each in self.sums], dtype=np.float64)

    @property
    def effects(self) -> Effects:
        """What it does to genuine callers, against no policy."""
        return effects(self.of)

    @property
    def harm(self) -> Float:
        """Genuine callers never heard because of it, by replication."""
        return self.effects.never

    @property
    def freed(self) -> Float:
        """Call-takers' time freed, less what went to other nuisance calls, µs by replication."""
        return self.of("freed") - self.of("taken_on")

    @property
    def idle(self) -> float | None:
        """The part of the time freed when another call-taker was idle anyway; None where none is freed."""
        freed = self.of("freed")
        return part(self.of("freed_idle"), freed) if freed.sum() else None

    def score(self, busy: Float) -> Score:
        """Its score; ``busy``: call-takers' busy time without a policy."""
        found, genuine = self.effects, self.of("genuine")
        counts = (found.never, found.net_never, found.net_late)
        return Score(part(self.freed, busy), *(part(each, genuine) for each in counts))


@dataclass(frozen=True, slots=True)
class Trial:
    """Members that met the same Calls; ``busy``: call-takers' busy time without a policy, µs by replication."""

    members: tuple[Member, ...]
    busy: Float

    def scores(self) -> list[Score]:
        """The score of each member."""
        return [each.score(self.busy) for each in self.members]


def part(x: Float, y: Float) -> float:
    """The share that all x are of all y; 0 of nothing."""
    return float(x.sum() / y.sum()) if y.sum() else 0.0


@dataclass(frozen=True, slots=True)
class MemberRuns:
    """Simulates members of a family, several together; what is stored already is not simulated again.

    ``base``: the scenario with its staffing and seed; ``folder``: where they are stored, a file for those together.
    """

    family: Family
    base: Experiment
    folder: Path
    engine: Engine
    runs: Runs[Experiments, Int64]

    def seeded(self, seed: int) -> "MemberRuns":
        """The same with other Calls."""
        return replace(self, base=replace(self.base, seed=seed))

    def run(self, points: Sequence[Point], replications: int) -> Trial:
        """These members, in this order; KeyboardInterrupt passes through once what has finished is on disk."""
        policies = [NO_POLICY, *map(self.family.at, points)]
        about = {"members": [self.family.texts(point) for point in points]}
        experiments = tuple(map(self.base.under, policies))
        design = paired_design(experiments, paired_key(experiments), self.folder, about)
        (found,) = self.runs.run([design], replications, self.engine)
        numbers = np.stack(found, axis=1)
        paired = numbers[1:, :, : len(PAIRED)].tolist()
        members = tuple(Member(point, tuple(map(tuple, sums))) for point, sums in zip(points, paired, strict=True))
        return Trial(members, numbers[0, :, -1].astype(np.float64))
