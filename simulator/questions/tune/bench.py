"""Members of a family simulated on the same Calls, each held against no policy caller by caller, and kept on disk."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from simulator.engines.simulate import Engine
from simulator.metrics.estimate import Float
from simulator.metrics.harm import Effects, effects
from simulator.metrics.paired import PAIRED, Paired
from simulator.questions.tune.family import Family, Point
from simulator.questions.tune.lot import Row, Rows, blocks_of, lot_key
from simulator.scenario.policy import NO_POLICY
from simulator.study.experiment import Experiment
from simulator.study.runs.block import Block, Finished, get_ready, unsaid, work_off
from simulator.study.runs.crew import Crew, Notice, together
from simulator.study.runs.ledger import Progress, Told
from simulator.tables.store import Store


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
class Tried:
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

    members: tuple[Tried, ...]
    busy: Float

    def scores(self) -> list[Score]:
        """The score of each member."""
        return [each.score(self.busy) for each in self.members]


def part(x: Float, y: Float) -> float:
    """The share that all x are of all y; 0 of nothing."""
    return float(x.sum() / y.sum()) if y.sum() else 0.0


@dataclass(frozen=True, slots=True)
class Bench:
    """Simulates members of a family; what is on disk already is not simulated again.

    ``base``: the scenario with its staffing and seed; ``folder``: where lots are kept; ``crew``: who runs an engine.
    """

    family: Family
    base: Experiment
    folder: Path
    engine: Engine
    crew: Callable[[Engine], Crew | None]
    stages: "Stages"
    notice: Notice = unsaid

    def seeded(self, seed: int) -> "Bench":
        """The same with other Calls."""
        return replace(self, base=replace(self.base, seed=seed))

    def run(self, points: Sequence[Point], replications: int) -> Trial:
        """These members, in this order; KeyboardInterrupt passes through once what has finished is on disk."""
        policies = [NO_POLICY, *map(self.family.at, points)]
        designs = [replace(self.base.under(policy), engine=self.engine) for policy in policies]
        store = Store(self.folder / lot_key(designs), with_rows=0)
        with store.claimed():
            rows = Rows(store, len(designs))
            rows.read()
            try:
                self._simulate(designs, rows, replications)
            finally:
                rows.save()
            store.finish(self._said(points, replications), {})
        return _trial(points, [rows.done[number] for number in range(replications)])

    def _simulate(self, designs: Sequence[Experiment], rows: Rows, replications: int) -> None:
        lacking = [number for number in range(replications) if number not in rows.done]
        self.stages.found((replications - len(lacking)) * len(designs))
        if not lacking:
            return
        crew = self.crew(self.engine)
        blocks = blocks_of(designs, lacking, self.engine, 1 if crew is None else crew.workers)
        lots = _alone(designs, blocks, self.notice) if crew is None else together(crew, blocks, self.notice)
        for finished in lots:
            for each in finished:
                rows.add(each)
                self.stages.one(each.calls)

    def _said(self, points: Sequence[Point], replications: int) -> dict[str, Any]:
        """What a lot is of."""
        members = [self.family.texts(point) for point in points]
        return {"seed": self.base.seed, "replications": replications, "members": members}


def _alone(designs: Sequence[Experiment], blocks: Iterable[Block], notice: Notice) -> Iterator[Iterable[Finished]]:
    """By this process."""
    get_ready(designs, notice)
    yield from map(work_off, blocks)


def _trial(points: Sequence[Point], rows: Sequence[Row]) -> Trial:
    sums = zip(*(row.members for row in rows), strict=True) if points else ()
    members = tuple(Tried(point, tuple(paired)) for point, paired in zip(points, sums, strict=True))
    return Trial(members, np.array([row.busy for row in rows], dtype=np.float64))


@dataclass(slots=True)
class Stages:
    """Progress over several lots, as if they were one; ``asked``: replications of members wanted in all, about."""

    progress: Progress
    asked: int
    done: int = 0
    calls: int = 0

    def found(self, runs: int) -> None:
        """So many were on disk."""
        self.done += runs
        self._tell()

    def one(self, calls: int) -> None:
        """One more is done."""
        self.done, self.calls = self.done + 1, self.calls + calls
        self._tell()

    def _tell(self) -> None:
        self.progress(Told(self.done, max(self.asked, self.done), self.calls))
