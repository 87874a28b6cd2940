"""A block of replications over all designs compared: what a worker is given, and what it gives back.

A design is an experiment among several; all designs of a replication are run together, so that callers are drawn once.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace

from simulator.metrics.paired import Paired
from simulator.scenario.floor import Blocklist
from simulator.scenario.interrupts import uninterrupted
from simulator.scenario.units import HOUR
from simulator.study.experiment import Experiment, Replication, run_each, run_once
from simulator.study.pairing import run_paired
from simulator.study.runs.kept import Sums
from simulator.tables.calls import Calls
from simulator.tables.compiling import told_of_compiling
from simulator.tables.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class Block:
    """Replications to run, each with the designs that lack it (as indices).

    ``check``: hold each against the laws of the tables; ``paired``: hold each against its baselines, caller by caller;
    ``first``: the place of the first of these designs among all that are swept, where others go to other blocks.
    """

    designs: tuple[Experiment, ...]
    lacking: tuple[tuple[int, tuple[int, ...]], ...]
    check: bool = False
    paired: bool = False
    first: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """One replication of one design: its sums, and its tables where they are kept."""

    design: int
    number: int
    sums: Sums
    calls: int
    attempts: int
    tables: tuple[Calls, Outcomes] | None


def run_block(block: Block) -> list[Finished]:
    """All of a block at once. Raises AssertionError with the laws that a checked replication breaks."""
    return list(work_off(block))


def work_off(block: Block) -> Iterator[Finished]:
    """The replications of a block, one after the other."""
    for number, lacking in block.lacking:
        experiments = [block.designs[design] for design in lacking]
        if block.paired:
            for place, replication, paired in run_paired(experiments, number):
                yield _finished(block, lacking[place], replication, paired)
        else:
            for design, replication in zip(lacking, run_each(experiments, number), strict=True):
                yield _finished(block, design, replication)


def _finished(block: Block, design: int, replication: Replication, paired: Paired = ()) -> Finished:
    experiment, calls, outcomes = block.designs[design], replication.calls, replication.outcomes
    if block.check and (broken := replication.broken_laws(experiment)):
        raise AssertionError("\n".join(broken))
    # Of designs that are compared the sums alone are kept.
    tables = (calls, outcomes) if not block.paired and replication.number < experiment.with_rows else None
    sums = Sums(replication.counts, paired)
    return Finished(block.first + design, replication.number, sums, len(calls), len(outcomes), tables)


def unsaid() -> None:
    """A notice that nobody wants. Notices go to other processes, so each is a function of a module, not a lambda."""


def get_ready(designs: Iterable[Experiment], notice: Callable[[], None]) -> None:
    """Load the compiled engine; ``notice`` is called if it has to be compiled, on its first run on a machine.

    What only some policies and floors need is compiled apart, so one design of each kind is run. An hour of it is
    enough to know with what types of arguments the engine will be called. Ctrl-C waits meanwhile, unless it is pressed
    again: the compiler calls back from C, where an interruption is lost.
    """
    kinds = {_kind(each): each for each in designs if each.engine == "kernel"}
    with uninterrupted(insists=2), told_of_compiling(notice) if kinds else nullcontext():
        for experiment in kinds.values():
            floor = experiment.scenario.floor.model_copy(update={"blocklist": Blocklist()})
            short = experiment.scenario.model_copy(update={"length": HOUR, "floor": floor})
            run_once(replace(experiment, scenario=short, warm_up=0), 0)


def _kind(experiment: Experiment) -> Hashable:
    """What of the engine a design needs, as far as policy and floor tell."""
    rules = experiment.scenario.policy.rules
    told = frozenset((each.action, bool(each.calls or each.talk), each.consecutive, each.extend) for each in rules)
    return told, experiment.scenario.floor.silent_procedure is None
