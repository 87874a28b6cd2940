"""``siaga run`` from order to answer: load, replicate, keep, judge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.metrics.count import thresholds_for
from simulator.metrics.summary import measures_of
from simulator.scenario.errors import Interrupted
from simulator.study.answer import Answer, answer, document
from simulator.study.experiment import Experiment, replications_by_default
from simulator.study.manifest import manifest, not_writable
from simulator.study.options import Order, experiment_of, warnings_of
from simulator.study.precision import LEAST, MOST, Goal, Reached, goals_of, how_well, next_number
from simulator.study.runs.executors import engine_for, executors
from simulator.study.runs.progress import Meter, Notice, Progress, no_notice
from simulator.study.runs.task import get_ready
from simulator.study.steady import PILOTS, SWING, WarmUp, steadied, weekly
from simulator.study.sweep import Sweep, Sweeper
from simulator.tables.store import Store, key_of


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, and where it is kept."""

    order: Order
    experiment: Experiment
    warm_up: WarmUp | None
    sweep: Sweep
    known: tuple[Reached, ...]
    answer: Answer
    document: dict[str, Any]
    folder: Path


def carry_out(order: Order, progress: Progress = lambda _: None, notice: Notice = no_notice) -> Done:
    """Run an order and keep its results; raises BadInput, and Interrupted once what has finished is on disk."""
    began, experiment = datetime.now(UTC), experiment_of(order)
    goals = _goals(order, experiment)
    try:
        experiment, warm_up = _steadied(order, experiment, notice)
    except KeyboardInterrupt:
        raise Interrupted("interrupted before the first replication") from None
    first = _first(order, experiment, goals)
    store = Store(order.out / order.loaded.path.stem / key_of(experiment.identity()), experiment.with_rows)
    try:
        with store.claimed(), executors(order.workers, order.cluster) as choose:
            meter = Meter(progress)
            sweeper = Sweeper([(experiment, store)], choose, meter, order.engine, check=order.check, notice=notice)
            sweep, known = _until_known(sweeper, first, goals, order.replications or MOST)
            experiment = replace(experiment, engine=sweeper.engine(sweep.replications))
            found = answer(experiment, sweep, (*warnings_of(order.loaded, experiment), *_warnings(warm_up, known)))
            summary = document(order.loaded.path.stem, experiment, sweep, found, known)
            store.finish(manifest(order, experiment, sweep.replications, began), summary)
    except KeyboardInterrupt:
        raise _interrupted(store, None if goals else first) from None
    except OSError as error:
        raise not_writable(error, order.out) from error
    return Done(order, experiment, warm_up, sweep, known, found, summary, store.folder)


def _steadied(order: Order, experiment: Experiment, notice: Notice) -> tuple[Experiment, WarmUp | None]:
    if not order.steady_state:
        return experiment, None
    calls = PILOTS * weekly(experiment).calls_expected
    experiment = replace(experiment, engine=order.engine or engine_for(calls))
    get_ready([experiment], notice)
    return steadied(experiment)


def _interrupted(store: Store, asked: int | None) -> Interrupted:
    of = "" if asked is None else f" of {asked}"
    return Interrupted(
        f"interrupted: {len(store.done())}{of} replications are kept in {store.folder}; "
        "the same command goes on from there"
    )


def _goals(order: Order, experiment: Experiment) -> tuple[Goal, ...]:
    if order.precision is None and order.of is None:
        return ()
    scenario = experiment.scenario
    return goals_of(scenario, order.precision, order.of, thresholds_for(scenario.targets))


def _first(order: Order, experiment: Experiment, goals: Sequence[Goal]) -> int:
    """How many replications to make before the first look."""
    by_default = replications_by_default(experiment.calls_expected)
    if not goals:
        return order.replications or by_default
    return min(max(LEAST, by_default), order.replications or MOST)


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
