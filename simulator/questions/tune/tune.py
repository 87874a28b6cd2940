"""``siaga tune`` from order to answer: a family of rules, its front, and the front again on fresh Calls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import numpy as np

from simulator.metrics.paired import PAIRED
from simulator.questions.tune.chosen import MOST_ENTRIES, entries_of, judged_again, recommended
from simulator.questions.tune.document import document, family_document
from simulator.questions.tune.family import Family, Point, family_of, span_of
from simulator.questions.tune.front import alike, unbeaten
from simulator.questions.tune.members import MemberRuns, Score, Trial
from simulator.questions.tune.result import Tune, Wish
from simulator.questions.tune.search import POPULATION, search, searched
from simulator.questions.tune.vary import axes_of
from simulator.questions.tune.warnings import tuning_warnings
from simulator.scenario.errors import BadInput, Fault, Interrupted, field_name, quoted
from simulator.study.experiment import Experiment
from simulator.study.manifest import manifest, not_writable
from simulator.study.options import Order, experiment_of
from simulator.study.paired_runs import PairedTask
from simulator.study.runs.executors import engine_for, executors
from simulator.study.runs.progress import Meter, Notice, Progress, no_notice
from simulator.study.runs.runs import BESIDES, Runs
from simulator.tables.store import Store, key_of

WORK, FRESH_WORK = 20e6, 15e6
"""What the search, and the second look, cost by default: calls, a replication's own cost among them; about 15 and 10
seconds of one core."""
LEAST, MOST, MOST_FRESH = 20, 100, 1_000


def carry_out(order: Order, wish: Wish, progress: Progress = lambda _: None, notice: Notice = no_notice) -> Tune:
    """Tune a policy and keep what was found. Raises BadInput, and Interrupted once what has finished is on disk."""
    began, base = datetime.now(UTC), experiment_of(order)
    family = _family(wish, base)
    tried, times, again = _sizes(order, wish, base, family)
    kept = order.out / order.loaded.path.stem / "tune"
    whole = Store(kept / _key(base, family, wish, times, again), with_rows=0)
    wanted = _wanted(tried, times, again)
    engine = order.engine or engine_for(wanted * base.calls_expected)
    work = wanted * (base.calls_expected + BESIDES[engine])
    try:
        with whole.claimed(), executors(order.workers, order.cluster) as choose:
            runs = Runs(PairedTask(), choose, Meter(progress, wanted), notice, work)
            members = MemberRuns(family, base, kept / "lots", engine, runs)
            found = _found(replace(order, engine=engine), wish, members, times, again, whole.folder)
            _keep(found, whole, began)
    except KeyboardInterrupt:
        raise _interrupted(kept / "lots") from None
    except OSError as error:
        raise not_writable(error, order.out) from error
    return found


def _family(wish: Wish, base: Experiment) -> Family:
    policy = base.scenario.policy
    if not policy.rules:
        hint = f"name one with {field_name('policy')}, such as bontang-24h"
        raise BadInput(
            [Fault("a policy with a rule that can be varied", quoted(policy.title), field="policy", hint=hint)]
        )
    return family_of(policy, axes_of(wish.vary, policy, span_of(base.scenario)))


def _sizes(order: Order, wish: Wish, base: Experiment, family: Family) -> tuple[int, int, int]:
    """How many members are tried at most, and with how many replications they and the front are simulated."""
    tried = wish.trials if searched(family, wish.trials) else family.size
    each = base.calls_expected + BESIDES["kernel"]
    times = order.replications or int(np.clip(WORK / (each * tried), LEAST, MOST))
    entries = min(tried, MOST_ENTRIES)
    return tried, times, order.replications or int(np.clip(FRESH_WORK / (each * entries), times, MOST_FRESH))


def _wanted(tried: int, times: int, again: int) -> int:
    """Replications to tell progress by: of members, and of no policy beside those simulated together."""
    return (tried + ceil(tried / POPULATION)) * times + (min(tried, MOST_ENTRIES) + 1) * again


def _key(base: Experiment, family: Family, wish: Wish, times: int, again: int) -> str:
    """A name for what the answer depends on, the number of replications too: another number may find another front."""
    trials = wish.trials if searched(family, wish.trials) else None
    return key_of(base.identity(), PAIRED, family_document(family), trials, wish.most_shut_out, times, again)


def _found(order: Order, wish: Wish, members: MemberRuns, times: int, again: int, folder: Path) -> Tune:
    family = members.family
    tried = _tried(family, wish, order.seed, members, times)
    kins = alike(family, tried.members)
    scores = [kin.score(tried.busy) for kin in kins]
    front = unbeaten(scores)
    chosen = [kins[place] for place in judged_again(scores, front, wish.most_shut_out)]
    fresh = members.seeded(fresh_seed(order)).run([kin.member.point for kin in chosen], again)
    entries = entries_of(family, chosen, tried.busy, fresh)
    best = recommended(entries, wish.most_shut_out)
    found = Tune(
        order=order,
        wish=wish,
        base=members.base,
        family=family,
        replications=times,
        fresh_replications=again,
        scores=dict(zip((each.point for each in tried.members), tried.scores(), strict=True)),
        front=len(front),
        entries=entries,
        best=best,
        warnings=tuning_warnings(order.loaded, members.base, family, entries, best, fresh),
        document={},
        folder=folder,
    )
    return replace(found, document=document(found))


def fresh_seed(order: Order) -> int:
    """The seed of the Calls that the front is judged on."""
    return order.seed + 1


def _tried(family: Family, wish: Wish, seed: int, members: MemberRuns, times: int) -> Trial:
    trials: list[Trial] = []

    def evaluate(points: Sequence[Point]) -> Sequence[Score]:
        trials.append(members.run(points, times))
        return trials[-1].scores()

    search(family, wish.trials, seed, evaluate)
    return Trial(tuple(member for trial in trials for member in trial.members), trials[0].busy)


def _keep(found: Tune, whole: Store, began: datetime) -> None:
    provenance = manifest(found.order, found.base, found.replications, began)
    whole.finish({**provenance, "fresh_seed": fresh_seed(found.order), "vary": found.wish.vary}, found.document)


def _interrupted(lots: Path) -> Interrupted:
    return Interrupted(f"interrupted: what has finished is kept in {lots}; the same command goes on from there")
