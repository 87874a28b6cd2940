"""One fixed set of Calls, kept in memory, on which floors are tried: their differences are never other callers'.

Half of the replications stay with each of two processes, where there is enough to do; what comes out does not depend
on how many there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.demand.streams import Streams
from simulator.engines.simulate import play
from simulator.metrics.count import count, thresholds_for
from simulator.metrics.counts import Counts
from simulator.planning.grown import Growth, grown, thinned
from simulator.planning.kept import Trials, lean
from simulator.scenario.errors import ProcessLost
from simulator.scenario.floor import Floor
from simulator.study.experiment import Experiment
from simulator.study.runs.block import get_ready, unsaid
from simulator.study.runs.crew import FEWER, cores
from simulator.study.runs.hiring import SMALL, engine_for
from simulator.study.runs.leash import DEATHS, Leashed, died, received
from simulator.study.runs.ledger import Progress, Told
from simulator.tables.calls import Calls

TRIALS = 40
"""Floors that a search tries, about: what the engine is chosen by."""
KEPT, MOST_KEPT = 1_500_000, 2**31
"""Calls that the processes of a bench keep in all, about; others are drawn anew whenever they are wanted."""


@dataclass(slots=True)
class Hand:
    """Some replications of an experiment, their Calls drawn when first wanted and kept, of ``most`` of them."""

    experiment: Experiment
    numbers: tuple[int, ...]
    calls: dict[int, Calls]
    growth: Growth | None = None
    most: int = MOST_KEPT

    def counts(self, floor: Floor, growth: float) -> list[Counts]:
        """Sums that searches ask for, of these replications with this floor, in their order."""
        return [self._count(number, floor, growth) for number in self.numbers]

    def _calls(self, number: int, growth: float) -> Calls:
        """Those of a replication at this growth."""
        experiment = self.experiment if self.growth is None else grown(self.experiment, self.growth)
        scenario = experiment.scenario
        calls = self.calls.get(number)
        if calls is None:
            calls = draw_calls(scenario, experiment.seed, number, scenario.policy.needs)
            if len(self.calls) < self.most:
                self.calls[number] = calls
        if self.growth is None:
            return calls
        streams = Streams(experiment.seed, number)
        return thinned(calls, self.growth.of, growth / self.growth.most, streams)

    def _count(self, number: int, floor: Floor, growth: float) -> Counts:
        scenario, calls = self.experiment.scenario, self._calls(number, growth)
        staffing = draw_staffing(scenario.model_copy(update={"floor": floor}), self.experiment.seed, number)
        outcomes, _ = play(calls, staffing, floor, scenario.policy, self.experiment.engine)
        whole = count(
            calls,
            outcomes,
            staffing,
            thresholds_for(scenario.targets),
            clock_hours=any(target.scope == "every clock hour" for target in scenario.targets),
            since=self.experiment.warm_up,
            compiled=self.experiment.engine == "kernel",
        )
        return lean(whole)


_HANDS: list[Hand] = []
"""In a process of a bench: what it keeps. Never in the process that asks."""


def _begin(hand: Hand) -> None:
    _HANDS.append(hand)


def _counts(floor: Floor, growth: float) -> list[Counts]:
    return _HANDS[0].counts(floor, growth)


class Bench:
    """Tries floors on replications 0 .. replications - 1 of an experiment; its policy, callers and targets stay."""

    def __init__(
        self,
        experiment: Experiment,
        replications: int,
        workers: int | None = None,
        progress: Progress = lambda _: None,
        notice: Callable[[], None] = unsaid,
        keep: Path | None = None,
        growth: Growth | None = None,
        *,
        once: bool = False,
    ) -> None:
        """``workers``: processes; None: one a core where worth it. ``keep``: where what is tried is kept.

        ``growth``: what can grow, and how far; without it only the experiment's own volume can be tried. ``once``: one
        floor is to be tried only, so that Calls need not stay in memory.
        """
        self._expected = (experiment if growth is None else grown(experiment, growth)).calls_expected
        calls = self._expected * replications
        engine = engine_for(calls * TRIALS)
        self.experiment, self.replications = replace(experiment, engine=engine), replications
        self.notice, self.progress, self.workers, self.keep, self.growth = notice, progress, workers, keep, growth
        many = (cores() if calls * TRIALS >= SMALL[engine] else 1) if workers is None else workers
        self.tried = 0
        self.trials = None if keep is None else Trials.below(keep, experiment, replications, growth)
        self._known: dict[tuple[str, float], tuple[Counts, ...]] = {}
        self._shares = [tuple(range(first, replications, many)) for first in range(min(many, replications))]
        self._kept = 0 if once else int(KEPT / max(self._expected, 1) / len(self._shares))
        self._pools: list[Leashed] = []
        self._hand = Hand(self.experiment, tuple(range(replications)), {}, growth, self._kept)
        self._ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """End its processes, whatever they are doing."""
        for pool in self._pools:
            pool.end()
        self._pools.clear()

    def of(self, experiment: Experiment, replications: int, *, once: bool = False) -> "Bench":
        """A bench of another experiment, worked and kept like this one."""
        told = self.workers, self.progress, self.notice, self.keep, self.growth
        return Bench(experiment, replications, *told, once=once)

    def fresh(self, seed: int, replications: int | None = None, *, once: bool = False) -> "Bench":
        """The same experiment with other callers."""
        return self.of(replace(self.experiment, seed=seed), replications or self.replications, once=once)

    def counts(self, floor: Floor, growth: float = 1.0) -> tuple[Counts, ...]:
        """Sums that searches ask for, of each replication with this floor, on the same Calls as any other floor."""
        key = floor.model_dump_json(), growth
        if key not in self._known:
            self._known[key] = self._tried(floor, growth)
            self.tried += 1
            self.progress(Told(self.tried, max(TRIALS, self.tried), self._calls()))
        return self._known[key]

    def _calls(self) -> int:
        return int(self._expected * self.replications) * self.tried

    def _tried(self, floor: Floor, growth: float) -> tuple[Counts, ...]:
        found = None if self.trials is None else self.trials.read(floor, growth)
        if found is None:
            found = self._try(floor, growth)
            if self.trials is not None:
                self.trials.write(floor, found, growth)
        return found

    def _try(self, floor: Floor, growth: float) -> tuple[Counts, ...]:
        if not self._ready:
            get_ready([self.experiment], self.notice)
            self._ready = True
        if len(self._shares) == 1:
            return tuple(self._hand.counts(floor, growth))
        for deaths in range(1, DEATHS + 1):
            try:
                return self._together(floor, growth)
            except Exception as error:
                if not died(error):
                    raise
                self.close()
                if deaths == DEATHS:
                    raise ProcessLost(f"workers died {DEATHS} times at the same staffing", FEWER) from error
        raise AssertionError("unreachable")

    def _together(self, floor: Floor, growth: float) -> tuple[Counts, ...]:
        """Each process its share."""
        waiting = [pool.hand_out(_counts, floor, growth) for pool in self._processes()]
        found: dict[int, Counts] = {}
        for share, each in zip(self._shares, waiting, strict=True):
            found.update(zip(share, received(each.result()), strict=True))
        return tuple(found[number] for number in range(self.replications))

    def _processes(self) -> Sequence[Leashed]:
        if not self._pools:
            hands = (Hand(self.experiment, share, {}, self.growth, self._kept) for share in self._shares)
            self._pools = [Leashed(1, _begin, hand) for hand in hands]
        return self._pools
