"""``siaga tune``: a family of rules, its front, and the front again on fresh Calls."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import NamedTuple

import numpy as np

from simulator.metrics.paired import PAIRED
from simulator.questions.tune.entries import MOST_ENTRIES, Entry, entries_of, places_to_judge, recommend
from simulator.questions.tune.family import Family, Point, family_of, span_of
from simulator.questions.tune.front import equivalent_rules, pareto_front
from simulator.questions.tune.members import MemberRuns, Score, Trial
from simulator.questions.tune.policy_text import policy_text
from simulator.questions.tune.request import Request
from simulator.questions.tune.result import Tune
from simulator.questions.tune.search import POPULATION, needs_search, search
from simulator.questions.tune.vary import axes_of
from simulator.questions.tune.warnings import tuning_warnings
from simulator.scenario.errors import BadInput, Fault, Interrupted, field_name, quoted
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, warnings
from simulator.study.experiment import Experiment
from simulator.study.manifest import not_writable, provenance
from simulator.study.options import experiment_with
from simulator.study.paired_runs import PairedTask
from simulator.study.question import SILENT, Progress, load_source
from simulator.study.runs.executors import engine_for, executors
from simulator.study.runs.progress import Meter
from simulator.study.runs.runs import BESIDES, Runs
from simulator.tables.files import renew, utf8
from simulator.tables.store import Store, key_of

WORK, FRESH_WORK = 20e6, 15e6
"""What the search, and the second look, cost by default: calls, a replication's own cost among them; about 15 and 10
seconds of one core."""
LEAST, MOST, MOST_FRESH = 20, 100, 1_000
POLICY_FILE = "recommended.yaml"


class Sizes(NamedTuple):
    """How many members are tried at most, and with how many replications they and the front are simulated."""

    members: int
    replications: int
    fresh_replications: int

    @property
    def in_all(self) -> int:
        """Replications to count progress by: of members, and of no policy beside those simulated together."""
        searches = (self.members + ceil(self.members / POPULATION)) * self.replications
        return searches + (min(self.members, MOST_ENTRIES) + 1) * self.fresh_replications


@dataclass(frozen=True, slots=True)
class _Task:
    """A request with the scenario, the family of rules and the sizes that it comes to."""

    request: Request
    loaded: Loaded
    base: Experiment
    family: Family
    sizes: Sizes

    def key(self) -> str:
        """A name for what the answer depends on, the number of replications too: another number may find another
        front."""
        request = self.request
        trials = request.trials if needs_search(self.family, request.trials) else None
        identity = self.base.identity(), PAIRED, self.family.document(), trials, request.most_harm
        return key_of(*identity, self.sizes.replications, self.sizes.fresh_replications)


def answer(request: Request, progress: Progress = SILENT) -> Tune:
    """Tune a policy, and keep the answer with the recommended rule as a policy file.

    Raises BadInput, and Interrupted once what has finished is on disk.
    """
    began, task = datetime.now(UTC), _task(request)
    base, wanted = task.base, task.sizes.in_all
    folder = request.out / task.loaded.path.stem / "tune"
    store, batches = Store(folder / task.key(), with_rows=0), folder / "batches"
    engine = request.engine or engine_for(wanted * base.calls_expected)
    work = wanted * (base.calls_expected + BESIDES[engine])
    try:
        with store.claimed(), executors(request.workers, request.cluster) as choose:
            runs = Runs(PairedTask(), choose, Meter(progress.replications, wanted), progress.compiling, work)
            result = _tune(task, MemberRuns(task.family, base, batches, engine, runs), store.folder)
            origin = provenance(request.command, task.loaded, replace(base, engine=engine), result.replications, began)
            store.finish({**origin, "fresh_seed": request.fresh_seed, "vary": request.vary}, result.document())
            return replace(result, notes=(*result.notes, *_write_recommended(result)))
    except KeyboardInterrupt:
        text = f"interrupted: what has finished is kept in {batches}; the same command goes on from there"
        raise Interrupted(text) from None
    except OSError as error:
        raise not_writable(error, request.out) from error


def _task(request: Request) -> _Task:
    loaded = load_source(request.scenario)
    base = experiment_with(loaded, request.seed, request.policy, request.call_takers, request.targets)
    policy = base.scenario.policy
    if not policy.rules:
        hint = f"name one with {field_name('policy')}, such as bontang-24h"
        raise BadInput(
            [Fault("a policy with a rule that can be varied", quoted(policy.title), field="policy", hint=hint)]
        )
    family = family_of(policy, axes_of(request.vary, policy, span_of(base.scenario)))
    return _Task(request, loaded, base, family, _sizes(request, base, family))


def _sizes(request: Request, base: Experiment, family: Family) -> Sizes:
    members = request.trials if needs_search(family, request.trials) else family.size
    each = base.calls_expected + BESIDES["kernel"]
    times = request.replications or int(np.clip(WORK / (each * members), LEAST, MOST))
    entries = min(members, MOST_ENTRIES)
    fresh = request.replications or int(np.clip(FRESH_WORK / (each * entries), times, MOST_FRESH))
    return Sizes(members, times, fresh)


def _tune(task: _Task, members: MemberRuns, folder: Path) -> Tune:
    request, family, base, sizes = task.request, task.family, task.base, task.sizes
    tried = _search(request, members, sizes.replications)
    classes = equivalent_rules(family, tried.members)
    scores = [rules.score(tried.busy) for rules in classes]
    front = pareto_front(scores)
    chosen = [classes[place] for place in places_to_judge(scores, front, request.most_harm)]
    points = [rules.member.point for rules in chosen]
    fresh = members.seeded(request.fresh_seed).run(points, sizes.fresh_replications)
    entries = entries_of(family, chosen, tried.busy, fresh)
    best = recommend(entries, request.most_harm)
    return Tune(
        request=request,
        loaded=task.loaded,
        base=base,
        family=family,
        replications=sizes.replications,
        fresh_replications=sizes.fresh_replications,
        scores=dict(zip((each.point for each in tried.members), tried.scores(), strict=True)),
        front=len(front),
        entries=entries,
        best=best,
        folder=folder,
        notes=warnings(tuning_warnings(task.loaded, base, family, entries, best, fresh)),
    )


def _search(request: Request, members: MemberRuns, times: int) -> Trial:
    trials: list[Trial] = []

    def evaluate(points: Sequence[Point]) -> Sequence[Score]:
        trials.append(members.run(points, times))
        return trials[-1].scores()

    search(members.family, request.trials, request.seed, evaluate)
    return Trial(tuple(member for trial in trials for member in trial.members), trials[0].busy)


def _write_recommended(result: Tune) -> tuple[Note, ...]:
    """Write the recommended rule as a policy file, and say where all is. What else stands there is kept aside."""
    hints = [f"kept in {result.folder}"]
    if result.best is not None:
        path, scenario = result.folder / POLICY_FILE, result.loaded.path
        renew(path, utf8(_recommended_text(result, result.best)))
        policies = f"none,{result.request.policy or 'scenario'},{path}"
        hints = [
            f"the rule worth having as a policy: siaga run {scenario} --policy {path}",
            f"beside the rule that you began with: siaga compare {scenario} --policies {policies}",
            *hints,
        ]
    return tuple(Note("hint", text) for text in hints)


def _recommended_text(result: Tune, best: Entry) -> str:
    policy = best.policy.model_copy(update={"title": best.rule, "sources": ()})
    return policy_text(policy, (f"tuned on {result.loaded.path.name} from: {result.family.policy.title}",))
