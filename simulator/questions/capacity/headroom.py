"""``siaga capacity``: how far volume, or the nuisance calls, can grow before a target fails, and what gives way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from simulator.metrics.targets import HourVerdict, by_hour
from simulator.planning.asked import kept, with_targets
from simulator.planning.effort import CALLS, LEAST, replications_for
from simulator.planning.floors import FloorRuns
from simulator.planning.grown import Growth, Of, grown
from simulator.scenario.errors import BadInput, Fault, field_name
from simulator.scenario.floor import Attendance, Floor
from simulator.scenario.profile import expected_calls
from simulator.study.experiment import NUISANCES, Experiment
from simulator.study.manifest import manifest
from simulator.study.options import Order, warnings_of
from simulator.study.runs.progress import Notice, Progress, no_notice

State = Literal["found", "beyond", "never"]
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


@dataclass(frozen=True, slots=True)
class Point:
    """One growth tried, or one remedy at it: the worst hour of the target that is nearest to failing, or fails most.

    growth  times today's volume; ``worst``: that hour's verdict, its bounds simultaneous over all hours and targets
    met     surely met in every hour; ``missed``: surely missed in one
    """

    growth: float
    worst: HourVerdict
    met: bool
    missed: bool

    @property
    def margin(self) -> float:
        """Share answered in time less the share wanted; 0 or more: met on these callers."""
        return self.worst.estimate.value - self.worst.target.share


@dataclass(frozen=True, slots=True)
class Headroom:
    """What was found: the most growth with which every target is met on the fixed callers, in steps of 1 / STEPS.

    low, high   the most growth that is surely met (0: none), the least surely missed (None: none that was tried)
    failing     the growth at which remedies were tried on fresh callers; ``plain``: as it is
    remedies    by bottleneck: what the floor brings with its remedy
    """

    order: Order
    of: Of
    most: float
    experiment: Experiment
    replications: int
    state: State
    today: Point
    growth: float
    low: float
    high: float | None
    curve: tuple[Point, ...]
    plain: Point | None
    remedies: dict[str, Point]
    warnings: tuple[str, ...]
    folder: Path

    @property
    def bottleneck(self) -> str | None:
        """The remedy that helps most on fresh callers; None where none helps at all, or nothing fails."""
        if self.plain is None or self.plain.margin >= 0:
            return None
        best = max(self.remedies, key=lambda name: self.remedies[name].margin)
        return best if self.remedies[best].margin > self.plain.margin else None

    def share(self, growth: float) -> float:
        """The share of first attempts that are nuisance at this growth."""
        scenario = self.experiment.scenario
        parts = [0.0, 0.0]
        for group in scenario.callers.values():
            parts[group.intent in NUISANCES] += expected_calls(group, scenario, 0, scenario.length)
        rest, nuisance = parts[0] * (growth if self.of == "volume" else 1), parts[1] * growth
        return nuisance / (rest + nuisance) if rest + nuisance else 0.0

    @property
    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "scenario": self.order.loaded.path.stem,
            "of": self.of,
            "targets": [str(target) for target in self.experiment.scenario.targets],
            "replications": self.replications,
            "state": self.state,
            "met_today": self.today.margin >= 0,
            "growth": self.growth,
            "surely_met_to": self.low,
            "surely_missed_from": self.high,
            "nuisance_share": {"today": self.share(1), "then": self.share(self.growth)},
            "bottleneck": self.bottleneck,
            "failing": None if self.plain is None else _plain(self.plain),
            "remedies": {name: _plain(point) for name, point in self.remedies.items()},
            "curve": [_plain(point) for point in self.curve],
            "warnings": list(self.warnings),
        }


def _plain(point: Point) -> dict[str, Any]:
    v = point.worst
    e = v.estimate
    return {"growth": point.growth, "target": str(v.target), "hour": v.hour, "share": e.value, "low": e.low,
            "high": e.high}  # fmt: skip


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


def remedied(floor: Floor, name: str) -> Floor:
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


def carry_out(
    order: Order, of: Of, most: float | None, progress: Progress = lambda _: None, notice: Notice = no_notice
) -> Headroom:
    """Find how far it can grow and keep the answer; raises BadInput, and Interrupted.

    ``most``: the most growth to try; None: twice as much as long as every target is met, up to MOST_UNASKED.
    """
    began, experiment = datetime.now(UTC), _asked(order, of)
    identity = experiment.identity() | {"of": of, "most": most}
    with kept(order, "capacity", progress, notice, identity, order.replications or 0) as (store, simulations):

        def trials_to(growth: float) -> Trials:
            """Trials up to a growth: as many replications as tell the leanest hour, and as callers fit in memory."""
            fits = max(LEAST, int(CALLS / max(grown(experiment, Growth(of, growth)).calls_expected, 1)))
            replications = order.replications or min(replications_for(experiment), fits)
            return Trials(FloorRuns(experiment, replications, simulations, Growth(of, growth)))

        trials = trials_to(most or FIRST_MOST)
        while most is None and trials.most < MOST_UNASKED and trials.at(trials.most).margin >= 0:
            trials = trials_to(2 * trials.most)
        done = _found(order, of, trials, store.folder)
        store.finish(manifest(order, done.experiment, done.replications, began), done.document)
    return done


def _asked(order: Order, of: Of) -> Experiment:
    experiment = with_targets(order, "a target that may fail")
    if of == "nuisance" and not any(g.intent in NUISANCES for g in experiment.scenario.callers.values()):
        hint = f"try {field_name('of')} volume"
        raise BadInput([Fault("a group of prank or silent callers", "none", "nuisance", hint=hint, field="of")])
    return experiment


def _found(order: Order, of: Of, trials: Trials, folder: Path) -> Headroom:
    most = trials.most
    growth = last(lambda g: trials.at(g).margin >= 0, most)
    low = last(lambda g: trials.at(g).met, most)
    unsure = last(lambda g: not trials.at(g).missed, most)
    today = trials.at(1.0)
    high = None if unsure >= most else unsure + 1 / STEPS
    plain, remedies = _bottleneck(trials, growth, high)
    return Headroom(
        order=order,
        of=of,
        most=most,
        experiment=trials.runs.experiment,
        replications=trials.runs.replications,
        state="beyond" if growth >= most else "found" if growth else "never",
        today=today,
        growth=growth,
        low=low,
        high=high,
        curve=tuple(trials.known[g] for g in sorted(trials.known)),
        plain=plain,
        remedies=remedies,
        warnings=warnings_of(order.loaded, trials.runs.experiment),
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
    return plain, {name: point(fresh, failing, remedied(floor, name)) for name in REMEDIES}
