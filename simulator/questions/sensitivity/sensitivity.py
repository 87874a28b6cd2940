"""``siaga sensitivity``: samples, ranking, influence, flips, shared phones."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from simulator.questions.sensitivity.cases import Case, CaseFactory, CaseRuns, usable
from simulator.questions.sensitivity.flips import ROUNDS
from simulator.questions.sensitivity.hypercube import sample_values
from simulator.questions.sensitivity.request import Request
from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.standing import rank
from simulator.questions.sensitivity.study import TOP, Study
from simulator.questions.sensitivity.warnings import sensitivity_warnings
from simulator.scenario.errors import BadInput, Fault, Interrupted
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, warnings
from simulator.scenario.ranges import LeftAlone, Range
from simulator.study.manifest import not_writable, provenance
from simulator.study.paired_runs import PairedTask
from simulator.study.question import SILENT, Progress, loaded
from simulator.study.runs.executors import engine_for, executors
from simulator.study.runs.progress import Meter
from simulator.study.runs.runs import Runs
from simulator.tables.store import Store, key_of

WORK = 20e6
"""What the samples cost by default, in calls, a replication's own cost among them; about 20 seconds of one core."""
LEAST, MOST = 4, 100
ALONE = 4
"""Times the replications of a sample that a value varied alone has, since its sign is wanted."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is simulated: samples as values and as cases, and replications of each."""

    request: Request
    loaded: Loaded
    factory: CaseFactory
    ranges: tuple[Range, ...]
    left: tuple[LeftAlone, ...]
    values: list[dict[str, str]]
    cases: list[Case]
    times: int

    @property
    def alone(self) -> int:
        """Replications of the file, and of a value varied alone."""
        return ALONE * self.times

    @property
    def in_all(self) -> int:
        """Replications of cases to count progress by, at most."""
        return len(self.cases) * self.times + (1 + TOP * ROUNDS) * self.alone


def answer(request: Request, progress: Progress = SILENT) -> Sensitivity:
    """Vary what the scenario assumes, and keep the answer.

    Raises BadInput, and Interrupted once what has finished is on disk.
    """
    began, plan = datetime.now(UTC), _plan(request)
    engine = request.engine or engine_for(plan.times * sum(case.calls for case in plan.cases))
    folder = request.out / plan.loaded.path.stem / "sensitivity"
    store = Store(folder / key_of(*(case.key for case in plan.cases), plan.times, request.by), with_rows=0)
    stores = store, Store(folder / "cases", with_rows=0)
    meter = Meter(progress.replications, plan.in_all * len(plan.factory.policies))
    with _claim(request.out, *stores), executors(request.workers, request.cluster) as choose:
        runs = CaseRuns(folder / "cases", engine, Runs(PairedTask(), choose, meter, progress.compiling))
        try:
            result = _analyse(plan, runs, store.folder)
            first = replace(plan.factory.first, engine=engine)
            store.finish(provenance(request.command, plan.loaded, first, plan.times, began), result.document())
        except KeyboardInterrupt:
            text = f"interrupted: {meter.done} replications are kept in {folder}; the same command goes on from there"
            raise Interrupted(text) from None
    return replace(result, notes=(*result.notes, Note("hint", f"kept in {result.folder}")))


def _plan(request: Request) -> _Plan:
    scenario = loaded(request.scenario)
    factory = CaseFactory.of(scenario, request.seed, request.policies)
    ranges, left = usable(factory, *factory.template.ranges())
    if not ranges:
        raise _nothing_to_vary(scenario.path, left)
    values = sample_values(ranges, request.samples, request.seed)
    cases = factory.sample(values)
    cost = sum(case.cost("kernel") for case in cases)
    times = request.replications or int(np.clip(WORK / cost, LEAST, MOST))
    return _Plan(request, scenario, factory, tuple(ranges), tuple(left), values, cases, times)


def _analyse(plan: _Plan, runs: CaseRuns, folder: Path) -> Sensitivity:
    by = plan.request.by
    study = Study(plan.factory, plan.ranges, by, runs, plan.alone, plan.request.seed)
    file, numbers = study.file(), runs.run(plan.cases, plan.times)
    ranking = rank(file, numbers, by)
    pairs = tuple(study.pairs(ranking, plan.values, file, numbers))
    result = Sensitivity(
        request=plan.request,
        loaded=plan.loaded,
        engine=runs.engine,
        names=plan.factory.names,
        samples=len(plan.cases),
        replications=plan.times,
        alone=plan.alone,
        ranges=plan.ranges,
        left=plan.left,
        ranking=ranking,
        pairs=pairs,
        households=tuple(study.households(pairs)),
        folder=folder,
    )
    return replace(result, notes=warnings(sensitivity_warnings(result, plan.factory)))


@contextmanager
def _claim(out: Path, *stores: Store) -> Iterator[None]:
    """Keep other runs out of these folders. Raises BadInput where they cannot be written to."""
    try:
        with ExitStack() as claims:
            for store in stores:
                claims.enter_context(store.claimed())
            yield
    except OSError as error:
        raise not_writable(error, out) from error


def _nothing_to_vary(path: Path, left: Sequence[LeftAlone]) -> BadInput:
    given = "none" if not left else "; ".join(f"{each.key} ({each.why})" for each in left[:5])
    hint = "mark what nobody has reported, as in volume: 6 / d  # assumed: no count was reported"
    return BadInput([Fault("values marked as assumed, to be varied", given, "", str(path), hint=hint)])
