"""``siaga sensitivity`` from order to answer: samples, ranking, influence, flips, shared phones."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from simulator.questions.sensitivity.cases import Bench, Case, CaseRuns, usable
from simulator.questions.sensitivity.document import document
from simulator.questions.sensitivity.flips import ROUNDS
from simulator.questions.sensitivity.hypercube import sampled
from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.score import Criterion
from simulator.questions.sensitivity.standing import ranked
from simulator.questions.sensitivity.study import TOP, Study
from simulator.questions.sensitivity.warnings import sensitivity_warnings
from simulator.scenario.errors import BadInput, Fault, Interrupted
from simulator.scenario.ranges import LeftAlone, Range
from simulator.study.manifest import manifest, not_writable
from simulator.study.options import Order
from simulator.study.paired_runs import PairedTask
from simulator.study.runs.executors import engine_for, executors
from simulator.study.runs.progress import Meter, Notice, Progress, no_notice
from simulator.study.runs.runs import Runs
from simulator.tables.store import Store, key_of

SAMPLES = 64
WORK = 20e6
"""What the samples cost by default, in calls, a replication's own cost among them; about 20 seconds of one core."""
LEAST, MOST = 4, 100
ALONE = 4
"""Times the replications of a sample that a value varied alone has, since its sign is wanted."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is simulated: samples as values and as cases, replications of each, and what they are held to."""

    bench: Bench
    ranges: tuple[Range, ...]
    left: tuple[LeftAlone, ...]
    values: list[dict[str, str]]
    cases: list[Case]
    times: int
    by: Criterion

    @property
    def alone(self) -> int:
        """Replications of the file, and of a value varied alone."""
        return ALONE * self.times

    @property
    def wanted(self) -> int:
        """Replications of cases that are wanted, at most."""
        return len(self.cases) * self.times + (1 + TOP * ROUNDS) * self.alone


def carry_out(
    order: Order,
    policies: str | None = None,
    samples: int = SAMPLES,
    by: Criterion = "net",
    progress: Progress = lambda _: None,
    notice: Notice = no_notice,
) -> Sensitivity:
    """Vary what the scenario assumes, and keep what was found.

    Raises BadInput, and Interrupted once what has finished is on disk.
    """
    began, plan = datetime.now(UTC), _plan(order, policies, samples, by)
    engine = order.engine or engine_for(plan.times * sum(case.calls for case in plan.cases))
    kept = order.out / order.loaded.path.stem / "sensitivity"
    whole = Store(kept / key_of(*(case.key for case in plan.cases), plan.times, by), with_rows=0)
    meter = Meter(progress, plan.wanted * len(plan.bench.policies))
    with _claimed(order, whole, Store(kept / "cases", with_rows=0)), executors(order.workers, order.cluster) as choose:
        runs = CaseRuns(kept / "cases", engine, Runs(PairedTask(), choose, meter, notice))
        try:
            done = _done(replace(order, engine=engine), plan, runs, whole.folder)
            first = replace(plan.bench.first, engine=engine)
            whole.finish(manifest(done.order, first, plan.times, began), done.document)
        except KeyboardInterrupt:
            text = f"interrupted: {meter.done} replications are kept in {kept}; the same command goes on from there"
            raise Interrupted(text) from None
    return done


def _plan(order: Order, policies: str | None, samples: int, by: Criterion) -> _Plan:
    bench = Bench.of(order, policies)
    ranges, left = usable(bench, *bench.template.ranges())
    if not ranges:
        raise _nothing(order, left)
    values = sampled(ranges, samples, order.seed)
    cases = bench.sampled(values)
    cost = sum(case.cost("kernel") for case in cases)
    times = order.replications or int(np.clip(WORK / cost, LEAST, MOST))
    return _Plan(bench, tuple(ranges), tuple(left), values, cases, times, by)


def _done(order: Order, plan: _Plan, runs: CaseRuns, folder: Path) -> Sensitivity:
    study = Study(plan.bench, plan.ranges, plan.by, runs, plan.alone, order.seed)
    file, found = study.file(), runs.run(plan.cases, plan.times)
    ranking = ranked(file, found, plan.by)
    pairs = tuple(study.pairs(ranking, plan.values, file, found))
    done = Sensitivity(
        order=order,
        names=plan.bench.names,
        by=plan.by,
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
    done = replace(done, warnings=sensitivity_warnings(done, plan.bench))
    return replace(done, document=document(done))


@contextmanager
def _claimed(order: Order, *stores: Store) -> Iterator[None]:
    """Keep other runs out of these folders. Raises BadInput where they can not be written to."""
    try:
        with ExitStack() as claims:
            for store in stores:
                claims.enter_context(store.claimed())
            yield
    except OSError as error:
        raise not_writable(error, order.out) from error


def _nothing(order: Order, left: Sequence[LeftAlone]) -> BadInput:
    given = "none" if not left else "; ".join(f"{each.key} ({each.why})" for each in left[:5])
    hint = "mark what nobody has reported, as in volume: 6 / d  # assumed: no count was reported"
    return BadInput([Fault("values marked as assumed, to be varied", given, "", str(order.loaded.path), hint=hint)])
