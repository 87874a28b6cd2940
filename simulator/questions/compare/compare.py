"""``siaga compare`` from request to result: designs, replications, what they show."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.engines.simulate import Engine
from simulator.metrics.count import thresholds_for
from simulator.questions.compare.comparison import compare_designs
from simulator.questions.compare.document import name_of
from simulator.questions.compare.older_list import (
    OlderList,
    designs_with_past,
    replications_of,
    reversals,
    why_unsteady,
)
from simulator.questions.compare.request import Request
from simulator.questions.compare.result import CompareResult
from simulator.questions.compare.warnings import comparison_warnings
from simulator.scenario.errors import Interrupted
from simulator.scenario.load import Loaded
from simulator.study.designs import Compared, designs_with
from simulator.study.effects import PAST
from simulator.study.experiment import Experiment, replications_by_default
from simulator.study.manifest import not_writable, provenance
from simulator.study.question import SILENT, Progress, load_source
from simulator.study.runs.executors import executors
from simulator.study.runs.progress import Meter
from simulator.study.sweep import Sweep, Sweeper
from simulator.tables.store import Store, key_of


def answer(request: Request, progress: Progress = SILENT) -> CompareResult:
    """Compare policies and keep what came out. Raises BadInput, and Interrupted once what has finished is stored."""
    began, source = datetime.now(UTC), load_source(request.scenario)
    policies, call_takers = _list(request.policies), _list(request.call_takers)
    designs = designs_with(source, request.seed, policies, call_takers, request.targets)
    times = request.replications or replications_by_default(designs[0].experiment.calls_expected)
    kept = request.out / source.path.stem / "compare"
    older = designs_with_past(designs)
    parts = tuple(_Part(each, _stores(each, kept)) for each in (designs, older))
    stores = [store for part in parts for store in part.stores]
    whole = Store(kept / key_of([design.key for design in designs]), with_rows=0)
    try:
        with ExitStack() as claims, executors(request.workers, request.cluster) as choose:
            for store in (whole, *stores):
                claims.enter_context(store.claimed())
            many = times, replications_of(designs, older, times) if older else 0
            meter = Meter(
                progress.replications, sum(len(part.designs) * n for part, n in zip(parts, many, strict=True))
            )
            options: Any = {"check": request.check_laws, "paired": True, "notice": progress.compiling}
            sweeper = Sweeper(parts[0].pairs, choose, meter, request.engine, **options)
            sweeps = sweeper.sweep(times)
            again = Sweeper(parts[1].pairs, choose, meter, request.engine, **options).sweep(many[1]) if older else ()
            engine = sweeper.engine(times)
            result = _result(request, source, engine, designs, sweeps, older, again, whole.folder)
            _keep(result, began, whole, parts)
    except KeyboardInterrupt:
        raise _interrupted(parts[0].stores, kept, times) from None
    except OSError as error:
        raise not_writable(error, request.out) from error
    return result


def _list(given: str | int | Sequence[object] | None) -> str | None:
    """A list as the command has it, separated by commas."""
    if given is None or isinstance(given, str | int):
        return None if given is None else str(given)
    return ",".join(map(str, given))


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


def _result(
    request: Request,
    source: Loaded,
    engine: Engine,
    designs: Sequence[Compared],
    sweeps: Sequence[Sweep],
    older: Sequence[Compared],
    again: Sequence[Sweep],
    folder: Path,
) -> CompareResult:
    now, older_list = compare_designs(designs, sweeps), None
    if older:
        then = compare_designs(older, again)
        older_list = OlderList(then, again[0].replications, PAST, reversals(now, then))
    return CompareResult(
        request=request,
        loaded=source,
        engine=engine,
        designs=tuple(designs),
        replications=sweeps[0].replications,
        within=thresholds_for(designs[0].experiment.scenario.targets)[0],
        comparison=now,
        unsteady=why_unsteady(designs),
        older=older_list,
        warnings=comparison_warnings(source, now, sweeps),
        folder=folder,
    )


def _keep(result: CompareResult, began: datetime, whole: Store, parts: Sequence[_Part]) -> None:
    """Join the parts of each design, and write what each was and what came out; then the comparison."""

    def made_by(experiment: Experiment) -> dict[str, Any]:
        return provenance(result.request.command, result.loaded, experiment, result.replications, began)

    document = result.document()
    summaries = document["designs"], (document["warmed"] or {"designs": []})["designs"]
    for part, of_part in zip(parts, summaries, strict=True):
        for design, summary, store in zip(part.designs, of_part, part.stores, strict=True):
            store.finish(made_by(design.experiment), summary)
    compared = [{**name_of(design), "role": design.role, "key": design.key} for design in result.designs]
    whole.finish({**made_by(result.designs[0].experiment), "designs": compared}, document)


def _interrupted(stores: Sequence[Store], kept: Path, asked: int) -> Interrupted:
    least = min(len(store.done()) for store in stores)
    return Interrupted(
        f"interrupted: {least} of {asked} replications of all {len(stores)} designs are kept in {kept}; "
        "the same command goes on from there"
    )
