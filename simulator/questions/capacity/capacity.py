"""How far volume, or the nuisance calls, can grow before a target fails, and what gives way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from simulator.metrics.targets import by_hour
from simulator.planning.effort import CALLS, LEAST, replications_for
from simulator.planning.floors import FloorRuns
from simulator.planning.growth import Growth, grow
from simulator.planning.requests import finish, open_store, planned_experiment
from simulator.questions.capacity.request import Request
from simulator.questions.capacity.result import Capacity, Point
from simulator.scenario.errors import BadInput, Fault, field_name
from simulator.scenario.floor import Attendance, Floor
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, warnings
from simulator.study.experiment import NUISANCES, Experiment
from simulator.study.options import warnings_of
from simulator.study.question import SILENT, Progress, load_source

MOST_UNASKED, FIRST_MOST = 64.0, 4.0
"""Without a most growth asked for, so much is tried first, and twice as much until a target fails, or this."""
STEPS = 64
"""Growth is found to a whole number of 1 / STEPS."""
PLENTY = 200
"""Lines more than any scenario needs, for the counterfactual of lines."""
REMEDIES = {
    "lines": "many more lines",
    "people": "one more call-taker on every shift",
    "an empty shift": "everybody rostered coming",
}


@dataclass(slots=True)
class Trials:
    """Growths tried on fixed callers."""

    runs: FloorRuns
    known: dict[float, Point] = field(default_factory=dict)

    @property
    def most(self) -> float:
        """The most growth that can be tried."""
        return 1.0 if self.runs.growth is None else self.runs.growth.most

    def at(self, growth: float) -> Point:
        """What this growth brings with the scenario's own floor."""
        if growth not in self.known:
            self.known[growth] = point(self.runs, growth, self.runs.experiment.scenario.floor)
        return self.known[growth]


def point(runs: FloorRuns, growth: float, floor: Floor) -> Point:
    """What a growth brings with a floor; raises BadInput where there are no callers to judge by."""
    verdicts = by_hour(runs.experiment.scenario.targets, runs.counts(floor, growth))
    if not verdicts:
        raise BadInput([Fault("callers whom a target speaks of", "none in any hour", field="targets")])
    worst = min(verdicts, key=lambda v: v.estimate.value - v.target.share)
    return Point(growth, worst, all(v.met for v in verdicts), any(v.missed for v in verdicts))


def last(holds: Callable[[float], bool], most: float) -> float:
    """By bisection, the largest growth in steps of 1 / STEPS up to ``most`` at which it holds; 0: at none found."""
    low, high = 0, round(most * STEPS)
    if holds(most):
        return most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle / STEPS) else (low, middle)
    return low / STEPS


def with_remedy(floor: Floor, name: str) -> Floor:
    """The floor without one bottleneck: lines, people, or an empty shift."""
    if name == "lines":
        return floor.model_copy(update={"trunks": floor.trunks + PLENTY})
    more = {"call_takers": 1} if name == "people" else {}
    shifts = tuple(
        shift.model_copy(
            update={"call_takers": shift.call_takers + 1} if more else {"attendance": Attendance()}
        )
        for shift in floor.shifts
    )  # fmt: skip
    return floor.model_copy(update={"shifts": shifts})


def answer(request: Request, progress: Progress = SILENT) -> Capacity:
    """Find how far calls can grow, and store the answer. Raises BadInput, and Interrupted.

    Without ``up_to``, twice as much growth is tried as long as every target is met, up to MOST_UNASKED.
    """
    began, loaded = datetime.now(UTC), load_source(request.scenario)
    experiment, of = _experiment(request, loaded), request.of
    most = None if request.up_to is None else round(request.up_to * STEPS) / STEPS
    identity = experiment.identity() | {"of": of, "most": most}
    with open_store(request, loaded, "capacity", progress, identity, request.replications or 0) as (store, simulations):

        def trials_to(growth: float) -> Trials:
            """Trials up to a growth: as many replications as tell the leanest hour, and as callers fit in memory."""
            fits = max(LEAST, int(CALLS / max(grow(experiment, Growth(of, growth)).calls_expected, 1)))
            replications = request.replications or min(replications_for(experiment), fits)
            return Trials(FloorRuns(experiment, replications, simulations, Growth(of, growth)))

        trials = trials_to(most or FIRST_MOST)
        while most is None and trials.most < MOST_UNASKED and trials.at(trials.most).margin >= 0:
            trials = trials_to(2 * trials.most)
        result = _result(request, loaded, trials, store.folder)
        finish(store, request, loaded, result.experiment, result.replications, began, result.document())
    return result


def _experiment(request: Request, loaded: Loaded) -> Experiment:
    experiment = planned_experiment(request, loaded, "a target that may fail")
    if request.of == "nuisance" and not any(g.intent in NUISANCES for g in experiment.scenario.callers.values()):
        hint = f"try {field_name('of')} volume"
        raise BadInput([Fault("a group of prank or silent callers", "none", "nuisance", hint=hint, field="of")])
    return experiment


def _result(request: Request, loaded: Loaded, trials: Trials, folder: Path) -> Capacity:
    most = trials.most
    growth = last(lambda g: trials.at(g).margin >= 0, most)
    low = last(lambda g: trials.at(g).met, most)
    unsure = last(lambda g: not trials.at(g).missed, most)
    today = trials.at(1.0)
    high = None if unsure >= most else unsure + 1 / STEPS
    plain, remedies = _bottleneck(trials, growth, high)
    experiment = trials.runs.experiment
    return Capacity(
        request=request,
        loaded=loaded,
        most=most,
        experiment=experiment,
        replications=trials.runs.replications,
        state="beyond" if growth >= most else "found" if growth else "never",
        today=today,
        growth=growth,
        low=low,
        high=high,
        curve=tuple(trials.known[g] for g in sorted(trials.known)),
        plain=plain,
        remedies=remedies,
        notes=(*warnings(warnings_of(loaded, experiment)), Note("hint", f"kept in {folder}")),
        folder=folder,
    )


def _bottleneck(trials: Trials, growth: float, high: float | None) -> tuple[Point | None, dict[str, Point]]:
    """On fresh callers, where it surely fails, or a little beyond what is met: as it is, and with each remedy.

    That is today's volume where it fails already.
    """
    if growth >= trials.most:
        return None, {}
    beyond = high or min(trials.most, max(growth * 1.1, growth + 1 / STEPS))
    failing = 1.0 if trials.at(1.0).margin < 0 else beyond
    floor = trials.runs.experiment.scenario.floor
    fresh = trials.runs.fresh(trials.runs.experiment.seed + 1)
    plain = point(fresh, failing, floor)
    return plain, {name: point(fresh, failing, with_remedy(floor, name)) for name in REMEDIES}
