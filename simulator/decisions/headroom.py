"""``siaga capacity``: how far volume, or the nuisance calls, can grow before a target fails, and what gives way.

Callers are drawn once at the largest growth; one uniform an incident, or a call of its own, says from which growth on
it is there. So the calls at a smaller growth are a subset of those at a larger one, and bisection compares like with
like.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from simulator.decisions.compare.no_nuisance import only
from simulator.decisions.experiment import NUISANCES, Experiment
from simulator.decisions.order import Order, warnings_of
from simulator.decisions.planning.asked import with_targets
from simulator.decisions.planning.effort import CALLS, LEAST, replications_for
from simulator.decisions.run import manifest, not_writable
from simulator.decisions.sweep.block import get_ready, unsaid
from simulator.decisions.sweep.hiring import engine_for
from simulator.decisions.sweep.ledger import Progress, Told
from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.demand.streams import Streams
from simulator.engines.simulate import play
from simulator.metrics.count import count, thresholds_for
from simulator.metrics.counts import Counts
from simulator.metrics.targets import HourVerdict, by_hour
from simulator.scenario.errors import BadInput, Fault, Interrupted
from simulator.scenario.floor import Attendance, Floor
from simulator.scenario.policy import NUISANCE
from simulator.scenario.profile import expected_calls
from simulator.tables.calls import Calls
from simulator.tables.store import Store, key_of

Of = Literal["volume", "nuisance"]
State = Literal["found", "beyond", "never"]
MOST_UNASKED, FIRST_MOST = 64.0, 4.0
"""Without a most growth asked for, so much is tried first, and twice as much until a target fails, or this."""
STEPS = 64
"""Growth is found to a whole number of 1 / STEPS."""
TRIALS = 24
"""Growths tried, about: what the progress bar counts to."""
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


def grown(experiment: Experiment, of: Of, growth: float) -> Experiment:
    """The same experiment with this many times the volume, of all groups or of the nuisance groups."""
    callers = {
        name: group.model_copy(update={"volume": group.volume * growth}) if of == "volume" or group.intent in NUISANCES
        else group
        for name, group in experiment.scenario.callers.items()
    }  # fmt: skip
    return replace(experiment, scenario=experiment.scenario.model_copy(update={"callers": callers}))


def thinned(calls: Calls, of: Of, share: float, streams: Streams) -> Calls:
    """This share of the calls, incidents whole; those of a smaller share are a subset of those of a larger one."""
    alone = streams.of("growth", "calls").random(len(calls))
    together = streams.of("growth", "incidents").random(calls.incidents)
    mark = np.where(calls.incident >= 0, together[calls.incident], alone) if calls.incidents else alone
    stays = mark < share
    if of == "nuisance":
        stays |= ~np.isin(calls.intent, [int(intent) for intent in NUISANCE])
    return only(calls, stays)


@dataclass(slots=True)
class Trials:
    """Growths tried on one fixed set of callers, drawn at the ``most`` growth when first wanted."""

    experiment: Experiment
    of: Of
    most: float
    replications: int
    progress: Progress
    calls: list[Calls] = field(default_factory=list)
    known: dict[float, Point] = field(default_factory=dict)

    def at(self, growth: float) -> Point:
        """What this growth brings with the scenario's own floor."""
        if growth not in self.known:
            self.known[growth] = self.with_floor(growth, self.experiment.scenario.floor)
            self.progress(Told(len(self.known), max(TRIALS, len(self.known)), 0))
        return self.known[growth]

    def with_floor(self, growth: float, floor: Floor) -> Point:
        """What this growth brings with another floor."""
        verdicts = by_hour(
            self.experiment.scenario.targets, [self._count(k, growth, floor) for k in range(self.replications)]
        )
        if not verdicts:
            raise BadInput([Fault("callers whom a target speaks of", "none in any hour", "--target")])
        worst = min(verdicts, key=lambda v: v.estimate.value - v.target.share)
        return Point(growth, worst, all(v.met for v in verdicts), any(v.missed for v in verdicts))

    def _count(self, number: int, growth: float, floor: Floor) -> Counts:
        experiment, scenario = self.experiment, self.experiment.scenario
        if number == len(self.calls):
            most = grown(experiment, self.of, self.most).scenario
            self.calls.append(draw_calls(most, experiment.seed, number, scenario.policy.needs))
        calls = thinned(self.calls[number], self.of, growth / self.most, Streams(experiment.seed, number))
        staffing = draw_staffing(scenario.model_copy(update={"floor": floor}), experiment.seed, number)
        outcomes, _ = play(calls, staffing, floor, scenario.policy, experiment.engine)
        return count(
            calls,
            outcomes,
            staffing,
            thresholds_for(scenario.targets),
            clock_hours=any(target.scope == "every clock hour" for target in scenario.targets),
            compiled=experiment.engine == "kernel",
        )


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
    order: Order, of: Of, most: float | None, progress: Progress = lambda _: None, notice: Callable[[], None] = unsaid
) -> Headroom:
    """Find how far it can grow and keep the answer; raises BadInput, and Interrupted.

    ``most``: the most growth to try; None: twice as much as long as every target is met, up to MOST_UNASKED.
    """
    began, experiment = datetime.now(UTC), _asked(order, of)
    trials = _trials(order, experiment, of, most or FIRST_MOST, progress)
    experiment, replications = trials.experiment, trials.replications
    identity = experiment.identity() | {"of": of, "most": most}
    store = Store(order.out / order.loaded.path.stem / f"capacity-{key_of(identity, replications)}", with_rows=0)
    try:
        with store.claimed():
            get_ready([experiment], notice)
            while most is None and trials.most < MOST_UNASKED and trials.at(trials.most).margin >= 0:
                trials = _trials(order, experiment, of, 2 * trials.most, progress)
            done = _found(order, trials, store.folder)
            store.finish(manifest(order, done.experiment, done.replications, began), done.document)
    except KeyboardInterrupt:
        raise Interrupted("interrupted before the answer was found: nothing was written") from None
    except OSError as error:
        raise not_writable(error, order.out) from error
    return done


def _trials(order: Order, experiment: Experiment, of: Of, most: float, progress: Progress) -> Trials:
    """Trials up to a growth: as many replications as tell the leanest hour, and as its callers fit in memory."""
    expected = grown(experiment, of, most).calls_expected
    fits = max(LEAST, int(CALLS / max(expected, 1)))
    replications = order.replications or min(replications_for(experiment), fits)
    engine = engine_for(expected * replications * TRIALS)
    return Trials(replace(experiment, engine=engine), of, most, replications, progress)


def _asked(order: Order, of: Of) -> Experiment:
    experiment = with_targets(order, "a target that may fail")
    if of == "nuisance" and not any(g.intent in NUISANCES for g in experiment.scenario.callers.values()):
        raise BadInput([Fault("a group of prank or silent callers", "none", "--of nuisance", hint="try --of volume")])
    return experiment


def _found(order: Order, trials: Trials, folder: Path) -> Headroom:
    most = trials.most
    growth = last(lambda g: trials.at(g).margin >= 0, most)
    low = last(lambda g: trials.at(g).met, most)
    unsure = last(lambda g: not trials.at(g).missed, most)
    today = trials.at(1.0)
    high = None if unsure >= most else unsure + 1 / STEPS
    plain, remedies = _bottleneck(trials, growth, high)
    return Headroom(
        order=order,
        of=trials.of,
        most=most,
        experiment=trials.experiment,
        replications=trials.replications,
        state="beyond" if growth >= most else "found" if growth else "never",
        today=today,
        growth=growth,
        low=low,
        high=high,
        curve=tuple(trials.known[g] for g in sorted(trials.known)),
        plain=plain,
        remedies=remedies,
        warnings=warnings_of(order.loaded, trials.experiment),
        folder=folder,
    )


def _bottleneck(trials: Trials, growth: float, high: float | None) -> tuple[Point | None, dict[str, Point]]:
    """On fresh callers, where it surely fails, or a little beyond what is met: as it is, and with each remedy."""
    if growth >= trials.most:
        return None, {}
    failing = high or min(trials.most, max(growth * 1.1, growth + 1 / STEPS))
    other = replace(trials.experiment, seed=trials.experiment.seed + 1)
    fresh = Trials(other, trials.of, trials.most, trials.replications, trials.progress)
    floor = trials.experiment.scenario.floor
    plain = fresh.with_floor(failing, floor)
    return plain, {name: fresh.with_floor(failing, remedied(floor, name)) for name in REMEDIES}
