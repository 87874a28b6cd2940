"""How a replication of a design is simulated, and the blocks of them that executors work off.

A *design* is what is simulated time after time: an experiment, several on the same callers, or a floor. A *task* knows
how. What comes of a replication is kept as named arrays of whole numbers.
"""

import pickle
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from simulator.engines.simulate import Engine
from simulator.scenario.floor import Blocklist
from simulator.scenario.interrupts import uninterrupted
from simulator.scenario.units import HOUR
from simulator.study.experiment import Experiment, run_once
from simulator.study.runs.progress import Notice
from simulator.tables.calls import Calls
from simulator.tables.compiling import told_of_compiling
from simulator.tables.outcomes import Outcomes

D = TypeVar("D")
V = TypeVar("V")
Cache = MutableMapping[int, Calls]
"""Calls that a worker keeps from one block of a task to the next, by replication."""
TASKS_CACHED = 2


@dataclass(frozen=True, slots=True)
class Done(Generic[V]):
    """One replication of one design: its value; how many calls and attempts; and its tables, where they are kept."""

    design: int
    number: int
    value: V
    calls: int
    attempts: int
    tables: tuple[Calls, Outcomes] | None = None


class Task(ABC, Generic[D, V]):
    """Simulates replications of designs ``D`` and keeps a value ``V`` of each; a frozen dataclass, so that it pickles.

    check     simulate what is stored, too: AssertionError where it differs
    together  the designs of a replication share callers, and are simulated in one go
    sticky    Calls are cached: a replication stays with the same worker
    """

    check = False
    together = False
    sticky = False

    @abstractmethod
    def simulate(self, designs: Sequence[D], number: int, engine: Engine, cache: Cache) -> Iterator[Done[V]]:
        """A replication of each of these designs; ``design`` is the place among them."""

    @abstractmethod
    def experiments(self, designs: Sequence[D], engine: Engine) -> Iterable[Experiment]:
        """Those that the compiled engine has to be made ready for."""

    def columns(self, value: V) -> Mapping[str, Any]:
        """A value as it is stored, of designs that are stored: by name an int, or a flat int64 array."""
        raise NotImplementedError

    def values(self, design: D, columns: Mapping[str, Any]) -> Iterator[V]:
        """The values of rows, of each column the values of all rows. Raises KeyError or ValueError for other ones."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Block(Generic[D]):
    """Replications to simulate, each with the places of the designs that lack it.

    task    pickled: workers keep the task, and the Calls that it caches, from one block to the next
    first   the place of the first of these designs among all
    worker  who should do it; None: any that is free
    """

    task: bytes
    designs: tuple[D, ...]
    work: tuple[tuple[int, tuple[int, ...]], ...]
    engine: Engine
    first: int = 0
    worker: int | None = None

    def simulate(self) -> Iterator[Done[Any]]:
        """The replications one after the other. Raises AssertionError for one that breaks a law, where checked."""
        task, cache = _loaded(self.task)
        for number, places in self.work:
            designs = [self.designs[place] for place in places]
            for done in task.simulate(designs, number, self.engine, cache):
                yield replace(done, design=self.first + places[done.design])


@lru_cache(TASKS_CACHED)
def _loaded(task: bytes) -> tuple[Task[Any, Any], Cache]:
    return pickle.loads(task), {}


def forget_tasks() -> None:
    """Empty this process's cache of tasks and their Calls."""
    _loaded.cache_clear()


def run_block(block: Block[Any]) -> list[Done[Any]]:
    """All of a block at once."""
    return list(block.simulate())


def kinds_of(experiments: Iterable[Experiment]) -> dict[Hashable, Experiment]:
    """One of each kind of experiments: what of the compiled engine they need, as far as policy and floor tell."""
    return {_kind(each): each for each in experiments}


def _kind(experiment: Experiment) -> Hashable:
    rules = experiment.scenario.policy.rules
    needs = frozenset((each.action, bool(each.calls or each.talk), each.consecutive, each.extend) for each in rules)
    return needs, experiment.scenario.floor.silent_procedure is None


def get_ready(experiments: Sequence[Experiment], notice: Notice) -> None:
    """Load the compiled engine; ``notice`` is called if it has to be compiled, on its first run on a machine.

    What only some policies and floors need is compiled apart, so one experiment of each kind is run. An hour of it is
    enough to know with what types of arguments the engine will be called. Ctrl-C waits meanwhile, unless it is pressed
    again: the compiler calls back from C, where an interruption is lost.
    """
    compiled = kinds_of(each for each in experiments if each.engine == "kernel")
    with uninterrupted(insists=2), told_of_compiling(notice) if compiled else nullcontext():
        for experiment in compiled.values():
            floor = experiment.scenario.floor.model_copy(update={"blocklist": Blocklist()})
            short = experiment.scenario.model_copy(update={"length": HOUR, "floor": floor})
            run_once(replace(experiment, scenario=short, warm_up=0), 0)
