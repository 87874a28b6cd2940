"""``siaga compare`` from order to answer: designs, replications, what was found."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.decisions.compare.designs import Compared, designs_of
from simulator.decisions.compare.document import document, named
from simulator.decisions.compare.doubts import doubts_of
from simulator.decisions.compare.judged import Judged, judged
from simulator.decisions.experiment import replications_by_default
from simulator.decisions.order import Order
from simulator.decisions.run import manifest, not_writable
from simulator.decisions.sweep.block import unsaid
from simulator.decisions.sweep.crew import Notice
from simulator.decisions.sweep.hiring import hire
from simulator.decisions.sweep.ledger import Design, Progress
from simulator.decisions.sweep.replicate import Sweep, Sweeper
from simulator.metrics.count import thresholds_for
from simulator.scenario.errors import Interrupted
from simulator.tables.store import Store, key_of


@dataclass(frozen=True, slots=True)
class Compare:
    """What was compared and found, and where it is kept; ``within``: in time, µs."""

    order: Order
    designs: tuple[Compared, ...]
    replications: int
    within: int
    found: Judged
    doubts: tuple[str, ...]
    document: dict[str, Any]
    folder: Path


def carry_out(
    order: Order,
    policies: str | None = None,
    call_takers: str | None = None,
    progress: Progress = lambda _: None,
    notice: Notice = unsaid,
) -> Compare:
    """Compare policies, by the texts of ``--policies`` and ``--call-takers``, and keep what was found.

    Raises BadInput, and Interrupted once what has finished is on disk.
    """
    began, designs = datetime.now(UTC), designs_of(order, policies, call_takers)
    times = order.replications or replications_by_default(designs[0].experiment.calls_expected)
    kept = order.out / order.loaded.path.stem / "compare"
    stores = [Store(kept / "designs" / design.key, with_rows=0) for design in designs]
    whole = Store(kept / key_of([design.key for design in designs]), with_rows=0)
    try:
        with ExitStack() as claims, hire(order.cluster, order.workers) as crew_for:
            for store in (whole, *stores):
                claims.enter_context(store.claimed())
            pairs = [Design(design.experiment, store) for design, store in zip(designs, stores, strict=True)]
            options: Any = {"check": order.check, "paired": True, "hire": crew_for, "notice": notice}
            sweeper = Sweeper(pairs, progress, order.engine, **options)
            sweeps = sweeper.sweep(times)
            done = _compared(replace(order, engine=sweeper.engine(times)), designs, sweeps, whole.folder)
            _keep(done, began, whole, stores)
    except KeyboardInterrupt:
        raise _interrupted(stores, kept, times) from None
    except OSError as error:
        raise not_writable(error, order.out) from error
    return done


def _compared(order: Order, designs: Sequence[Compared], sweeps: Sequence[Sweep], folder: Path) -> Compare:
    within, times = thresholds_for(designs[0].experiment.scenario.targets)[0], sweeps[0].replications
    found = judged(designs, sweeps)
    doubts = doubts_of(order.loaded, found, sweeps)
    told = document(order.loaded.path.stem, order.seed, str(order.engine), times, within, found, doubts)
    return Compare(order, tuple(designs), times, within, found, doubts, told, folder)


def _keep(done: Compare, began: datetime, whole: Store, stores: Sequence[Store]) -> None:
    """Join the parts of each design, and write what each was and what came out; then the comparison."""
    for design, told, store in zip(done.designs, done.document["designs"], stores, strict=True):
        store.finish(manifest(done.order, design.experiment, done.replications, began), told)
    first = done.designs[0].experiment
    provenance = manifest(done.order, first, done.replications, began)
    compared = [{**named(design), "role": design.role, "key": design.key} for design in done.designs]
    whole.finish({**provenance, "designs": compared}, done.document)


def _interrupted(stores: Sequence[Store], kept: Path, asked: int) -> Interrupted:
    least = min(len(store.done()) for store in stores)
    return Interrupted(
        f"interrupted: {least} of {asked} replications of all {len(stores)} designs are kept in {kept}; "
        "the same command goes on from there"
    )
