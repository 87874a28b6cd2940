"""``siaga run`` from request to result: load, replicate, keep, judge."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from simulator.metrics.count import thresholds_for
from simulator.metrics.summary import measures_of
from simulator.questions.run.request import Request
from simulator.questions.run.result import RunResult
from simulator.scenario.errors import Interrupted
from simulator.study.answer import answer_of
from simulator.study.experiment import Experiment, replications_by_default
from simulator.study.manifest import not_writable, provenance
from simulator.study.options import experiment_with, warnings_of
from simulator.study.precision import LEAST, MOST, Goal, Reached, goals_of, how_well, next_number
from simulator.study.question import SILENT, Progress, load_source
from simulator.study.runs.executors import engine_for, executors
from simulator.study.runs.progress import Meter, Notice
from simulator.study.runs.task import get_ready
from simulator.study.steady import PILOTS, SWING, WarmUp, steadied, weekly
from simulator.study.sweep import Sweep, Sweeper
from simulator.tables.store import Store, key_of


def answer(request: Request, progress: Progress = SILENT) -> RunResult:
    """Simulate a scenario and keep what came out. Raises BadInput, and Interrupted once what has finished is stored."""
    began, source = datetime.now(UTC), load_source(request.scenario)
    experiment = experiment_with(source, request.seed, request.policy, request.call_takers, request.targets)
    goals = _goals(request, experiment)
    try:
        experiment, warm_up = _steadied(request, experiment, progress.compiling)
    except KeyboardInterrupt:
        raise Interrupted("interrupted before the first replication") from None
    first = _first(request, experiment, goals)
    store = Store(request.out / source.path.stem / key_of(experiment.identity()), experiment.with_rows)
    check, notice = request.check_laws, progress.compiling
    try:
        with store.claimed(), executors(request.workers, request.cluster) as choose:
            meter = Meter(progress.replications)
            sweeper = Sweeper([(experiment, store)], choose, meter, request.engine, check=check, notice=notice)
            sweep, known = _until_known(sweeper, first, goals, request.replications or MOST)
            experiment = replace(experiment, engine=sweeper.engine(sweep.replications))
            warnings = (*warnings_of(source, experiment), *_warnings(warm_up, known))
            measured = answer_of(*sweep.clusters, experiment.scenario.targets, warnings)
            result = RunResult(request, source, experiment, warm_up, sweep, known, measured, store.folder)
            made_by = provenance(request.command, source, experiment, sweep.replications, began)
            store.finish(made_by, result.document())
    except KeyboardInterrupt:
        raise _interrupted(store, None if goals else first) from None
    except OSError as error:
        raise not_writable(error, request.out) from error
    return result


def _steadied(request: Request, experiment: Experiment, notice: Notice) -> tuple[Experiment, WarmUp | None]:
    if not request.steady_state:
        return experiment, None
    calls = PILOTS * weekly(experiment).calls_expected
    experiment = replace(experiment, engine=request.engine or engine_for(calls))
    get_ready([experiment], notice)
    return steadied(experiment)


def _interrupted(store: Store, asked: int | None) -> Interrupted:
    of = "" if asked is None else f" of {asked}"
    return Interrupted(
        f"interrupted: {len(store.done())}{of} replications are kept in {store.folder}; "
        "the same command goes on from there"
    )


def _goals(request: Request, experiment: Experiment) -> tuple[Goal, ...]:
    if request.precision is None and request.of is None:
        return ()
    scenario = experiment.scenario
    return goals_of(scenario, request.precision, request.of, thresholds_for(scenario.targets))


def _first(request: Request, experiment: Experiment, goals: Sequence[Goal]) -> int:
    """How many replications to make before the first look."""
    by_default = replications_by_default(experiment.calls_expected)
    if not goals:
        return request.replications or by_default
    return min(max(LEAST, by_default), request.replications or MOST)


def _until_known(sweeper: Sweeper, first: int, goals: Sequence[Goal], most: int) -> tuple[Sweep, tuple[Reached, ...]]:
    """Replications until all goals are reached, or there are ``most`` of them."""
    sweep = sweeper.sweep(first)[0]
    known = how_well(goals, measures_of(*sweep.clusters)) if goals else ()
    while any(each.times > 1 for each in known) and sweep.replications < most:
        sweep = sweeper.sweep(next_number(sweep.replications, known, most))[0]
        known = how_well(goals, measures_of(*sweep.clusters))
    return sweep, known


def _warnings(warm_up: WarmUp | None, known: Sequence[Reached]) -> tuple[str, ...]:
    """What a reader should know of figures that are less well known than was asked, or never settled."""
    warnings = [str(each) for each in known if each.times > 1]
    if warm_up is not None and not warm_up.settled:
        warnings.append(
            f"of {warm_up.of} weeks the first {warm_up.weeks} are left out, and the others may still drift: "
            "give a longer length"
        )
    if warm_up is not None and warm_up.swing > SWING:
        warnings.append(
            f"the blocklist still swings: shares of attempts differ by up to {100 * warm_up.swing:.1f} points with the "
            "weeks in which counting begins and ends, which the intervals do not contain: a longer length narrows it"
        )
    return tuple(warnings)
