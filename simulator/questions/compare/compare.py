"""``siaga compare`` from order to answer: designs, replications, what was found."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.metrics.count import thresholds_for
from simulator.questions.compare.document import document, named, warmed_document
from simulator.questions.compare.judged import Judged, judged
from simulator.questions.compare.warmed import Warmed, replications_of, turned_over, warmed_designs, why_unsteady
from simulator.questions.compare.warnings import comparison_warnings
from simulator.scenario.errors import Interrupted
from simulator.study.designs import Compared, designs_of
from simulator.study.effects import PAST
from simulator.study.experiment import Experiment, replications_by_default
from simulator.study.manifest import manifest, not_writable
from simulator.study.options import Order
from simulator.study.runs.executors import executors
from simulator.study.runs.progress import Meter, Notice, Progress, no_notice
from simulator.study.sweep import Sweep, Sweeper
from simulator.tables.store import Store, key_of


@dataclass(frozen=True, slots=True)
class Compare:
    """What was compared and found, and where it is kept; ``within``: in time, µs.

    unsteady  why figures hold for this stretch alone; empty where they hold for any year
    warmed    the same with the list of an older service, where they do not
    """

    order: Order
    designs: tuple[Compared, ...]
    replications: int
    within: int
    found: Judged
    unsteady: tuple[str, ...]
    warmed: Warmed | None
    warnings: tuple[str, ...]
    document: dict[str, Any]
    folder: Path


def carry_out(
    order: Order,
    policies: str | None = None,
    call_takers: str | None = None,
    progress: Progress = lambda _: None,
    notice: Notice = no_notice,
) -> Compare:
    """Compare policies, by the texts of ``--policies`` and ``--call-takers``, and keep what was found.

    Raises BadInput, and Interrupted once what has finished is on disk.
    """
    began, designs = datetime.now(UTC), designs_of(order, policies, call_takers)
    times = order.replications or replications_by_default(designs[0].experiment.calls_expected)
    kept = order.out / order.loaded.path.stem / "compare"
    older = warmed_designs(designs)
    parts = tuple(_Part(each, _stores(each, kept)) for each in (designs, older))
    stores = [store for part in parts for store in part.stores]
    whole = Store(kept / key_of([design.key for design in designs]), with_rows=0)
    try:
        with ExitStack() as claims, executors(order.workers, order.cluster) as choose:
            for store in (whole, *stores):
                claims.enter_context(store.claimed())
            many = times, replications_of(designs, older, times) if older else 0
            meter = Meter(progress, sum(len(part.designs) * n for part, n in zip(parts, many, strict=True)))
            options: Any = {"check": order.check, "paired": True, "notice": notice}
            sweeper = Sweeper(parts[0].pairs, choose, meter, order.engine, **options)
            sweeps = sweeper.sweep(times)
            again = Sweeper(parts[1].pairs, choose, meter, order.engine, **options).sweep(many[1]) if older else ()
            order = replace(order, engine=sweeper.engine(times))
            done = _compared(order, designs, sweeps, older, again, whole.folder)
            _keep(done, began, whole, parts)
    except KeyboardInterrupt:
        raise _interrupted(parts[0].stores, kept, times) from None
    except OSError as error:
        raise not_writable(error, order.out) from error
    return done


@dataclass(frozen=True, slots=True)
class _Part:
    """Designs that are swept together, and where each is kept."""

    designs: Sequence[Compared]
    stores: Sequence[Store]

    @property
    def pairs(self) -> list[tuple[Experiment, Store]]:
        return [(each.experiment, store) for each, store in zip(self.designs, self.stores, strict=True)]


def _stores(designs: Sequence[Compared], kept: Path) -> list[Store]:
    return [Store(kept / "designs" / design.key, with_rows=0) for design in designs]


def _compared(
    order: Order,
    designs: Sequence[Compared],
    sweeps: Sequence[Sweep],
    older: Sequence[Compared],
    again: Sequence[Sweep],
    folder: Path,
) -> Compare:
    within, times = thresholds_for(designs[0].experiment.scenario.targets)[0], sweeps[0].replications
    found, warmed = judged(designs, sweeps), None
    if older:
        then = judged(older, again)
        warmed = Warmed(then, again[0].replications, PAST, turned_over(found, then))
    unsteady = why_unsteady(designs)
    warnings = comparison_warnings(order.loaded, found, sweeps)
    told = document(order.loaded.path.stem, order.seed, str(order.engine), times, within, found, warnings)
    told |= {"unsteady": list(unsteady), "warmed": None if warmed is None else warmed_document(warmed)}
    return Compare(order, tuple(designs), times, within, found, unsteady, warmed, warnings, told, folder)


def _keep(done: Compare, began: datetime, whole: Store, parts: Sequence[_Part]) -> None:
    """Join the parts of each design, and write what each was and what came out; then the comparison."""
    told = done.document["designs"], (done.document["warmed"] or {"designs": []})["designs"]
    for part, each_told in zip(parts, told, strict=True):
        for design, said, store in zip(part.designs, each_told, part.stores, strict=True):
            store.finish(manifest(done.order, design.experiment, done.replications, began), said)
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
