"""Hundreds of designs, each several experiments on the same callers: only what policies are judged by is kept.

Of a comparison every sum is kept (`sweep.py`); of the rules that a search tries, or the cases of an analysis, a file
each with the paired numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from simulator.engines.simulate import Engine
from simulator.metrics.paired import PAIRED
from simulator.study.experiment import Experiment
from simulator.study.pairing import run_paired
from simulator.study.runs.runs import Design
from simulator.study.runs.task import Cache, Done, Task
from simulator.tables.calls import Int64
from simulator.tables.store import TableFile, key_of

NUMBERS = (*PAIRED, "busy")
"""The numbers kept of each experiment in each replication; ``busy``: call-takers' busy time, µs."""
Experiments = tuple[Experiment, ...]


@dataclass(frozen=True)
class PairedTask(Task[Experiments, Int64]):
    """Holds experiments against no policy, caller by caller: int64 [experiments][NUMBERS] of each replication."""

    def simulate(self, designs: Sequence[Experiments], number: int, engine: Engine, _: Cache) -> Iterator[Done[Int64]]:
        """A replication of each."""
        for place, design in enumerate(designs):
            numbers, calls, attempts = np.zeros((len(design), len(NUMBERS)), dtype=np.int64), 0, 0
            for one, ran, paired in run_paired([replace(each, engine=engine) for each in design], number):
                numbers[one] = *paired, ran.counts.floor["time_busy"].sum()
                calls, attempts = calls + len(ran.calls), attempts + len(ran.outcomes)
            yield Done(place, number, numbers, calls, attempts)

    def experiments(self, designs: Sequence[Experiments], engine: Engine) -> Iterator[Experiment]:
        """Those of the first design: others have the same policies, or rules of the same kinds."""
        return (replace(each, engine=engine) for each in designs[0])

    def columns(self, value: Int64) -> Mapping[str, Any]:
        """One list of all."""
        return {"numbers": value.ravel()}

    def values(self, design: Experiments, columns: Mapping[str, Any]) -> Iterator[Int64]:
        """The numbers of each row."""
        yield from np.reshape(columns["numbers"], (-1, len(design), len(NUMBERS)))


def paired_design(experiments: Experiments, key: str, folder: Path, about: dict[str, Any]) -> Design[Experiments]:
    """Experiments that differ in their policies alone, the first without; ``about``: what they are, to be read."""
    calls = sum(each.calls_expected for each in experiments)
    file = TableFile(folder / f"{key}.parquet", {**about, "seed": experiments[0].seed, "numbers": NUMBERS})
    return Design(experiments, key, calls, len(experiments), file)


def paired_key(experiments: Experiments) -> str:
    """A name for what the numbers depend on."""
    policies = [each.scenario.policy.model_dump(mode="json") for each in experiments]
    return key_of(experiments[0].identity(), policies, PAIRED)
