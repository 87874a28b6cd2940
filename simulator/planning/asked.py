"""What every planning command asks first, and where it keeps what it tries and finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.planning.floors import Simulations
from simulator.scenario.errors import BadInput, Fault, Interrupted, field_name, quoted
from simulator.study.experiment import Experiment
from simulator.study.manifest import not_writable
from simulator.study.options import Order, check_targets, experiment_of
from simulator.study.runs.executors import executors
from simulator.study.runs.progress import Meter, Notice, Progress
from simulator.tables.store import Store, key_of


def to_plan(order: Order) -> Experiment:
    """The experiment to plan for; raises BadInput where it states no target, or nothing is there to plan with."""
    return with_targets(order, "a target to plan for")


def with_targets(order: Order, wanted: str) -> Experiment:
    """The experiment of an order; raises BadInput where no target is stated."""
    experiment = experiment_of(order)
    if not experiment.scenario.targets:
        hint = f"name one: {field_name('targets')} '90 % of genuine within 15 s, every hour'"
        raise BadInput([Fault(wanted, f"{order.loaded.path.name}, which states none", hint=hint)])
    check_targets(experiment.scenario)
    if certain := [str(target) for target in experiment.scenario.targets if target.share == 1]:
        hint = "of all callers ever nothing can be sure, however many are simulated: ask for 99.9 %"
        raise BadInput([Fault("a share below 100 %", quoted(certain[0]), field="targets", hint=hint)])
    return experiment


@contextmanager
def kept(
    order: Order, kind: str, progress: Progress, notice: Notice, *identity: object
) -> Iterator[tuple[Store, Simulations]]:
    """The answer's store, claimed, and how floors are simulated; ``identity``: what the answer depends on.

    Raises BadInput where nothing can be written there, and Interrupted, which says how much is kept, upon Ctrl-C.
    """
    store = Store(order.out / order.loaded.path.stem / f"{kind}-{key_of(*identity)}", with_rows=0)
    folder = store.folder.parent
    try:
        with store.claimed(), executors(order.workers) as choose:
            yield store, Simulations(choose, folder, Meter(progress), notice)
    except KeyboardInterrupt:
        raise _cut_short(folder) from None
    except OSError as error:
        raise not_writable(error, order.out) from error


def _cut_short(folder: Path) -> Interrupted:
    """What to say after Ctrl-C: how much is kept, and how to go on."""
    many = sum(1 for _ in folder.glob("trials-*/*.parquet"))
    if not many:
        return Interrupted("interrupted before the first trial was simulated: nothing is kept")
    what = "1 trial is" if many == 1 else f"{many:,} trials are"
    return Interrupted(f"interrupted: {what} kept in {folder}; the same command goes on from there")
