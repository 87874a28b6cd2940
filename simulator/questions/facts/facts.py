"""Reported beside simulated: agreement with what was said of a service, and the volumes that meet a figure.

A figure that the volumes were solved to meet is *fitted*; that it agrees says nothing. Only *predicted* figures do, and
those only as far as something could have disagreed. So each is judged among the runs in which the fitted figures came
out as they were reported, where those have to do with it. Beside it stands what would have disagreed: other reported
figures; and how much of what the fitted figures leave possible would have agreed as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.engines.simulate import Engine
from simulator.questions.facts.request import Request
from simulator.questions.facts.result import LEAST_GIVEN, Facts, Power, Row, Volumes
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.load import Loaded
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS, Intent, IntentName
from simulator.scenario.reported import Reported
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import DAY
from simulator.study.experiment import LEAST_REPLICATIONS, Experiment, replications_by_default, run_each
from simulator.study.options import policy_named
from simulator.study.question import SILENT, Progress, loaded
from simulator.study.runs.executors import engine_for, executors
from simulator.study.runs.progress import Meter
from simulator.study.runs.progress import Progress as Watch
from simulator.study.runs.runs import Design, Runs
from simulator.study.runs.task import Cache, Done, Task
from simulator.tables.calls import Bool, Calls
from simulator.tables.outcomes import Ending, Outcomes

SERVICES = ("madiun", "serang", "bengkulu", "bontang", "ketapang", "kendari")
ROUNDS = 3
"""Rounds of solving: each multiplies volumes by reported / simulated; redials make the answer not quite linear."""
FITTED_WITHIN = 0.03
"""A fitted mean is held to be met within 3 % of the figure, or within its range."""

OUT_OF_RANGE = 0.025
"""A predicted figure disagrees where fewer runs than this lie as far out, on its side."""
CALLS_COMPARED, MOST_COMPARED = 1_000_000, 3_000
"""Calls that are simulated unless told, about, and the most replications of a small service."""
RELATED_T = 4.0
"""Student t from which on a fitted figure has to do with a predicted one; chance makes it in 1 of 10,000 pairs."""
UNBOUNDED = 4.0
"""Where the fitted figures set no bound, a figure agrees weakly if services this many times apart would have agreed."""
COUNTERS = ("tickets", "answered", "callers", "attempts")
"""Counters, each of which counts what the one before it does, and more (but for few redials)."""

Float = NDArray[np.float64]


def answer(request: Request, progress: Progress = SILENT) -> Facts | Volumes:
    """Every figure that the scenarios cite beside its simulation, or the volumes that meet those fitted.

    Raises BadInput.
    """
    sources = request.scenarios or [shipped_scenarios() / f"{name}.yaml" for name in SERVICES]
    asked = [_with_reported(source) for source in sources]
    seed, times, watch = request.seed, request.replications, progress.replications
    if request.fit:
        return Volumes({each.path.stem: fit_volumes(each, seed, times, watch) for each in asked})
    return Facts(tuple(row for each in asked for row in compare_with_reported(each, seed, times, watch)))


def compare_with_reported(loaded: Loaded, seed: int, replications: int | None, progress: Watch) -> list[Row]:
    """Every figure that the scenario cites beside what its simulation counts, under the policy in force then."""
    experiment = Experiment(loaded.scenario, seed)
    by_default = int(np.clip(CALLS_COMPARED / max(experiment.calls_expected, 1), LEAST_REPLICATIONS, MOST_COMPARED))
    times = replications or by_default
    counted = [np.reshape(each, (times, -1)) for each in _counted(loaded, experiment, times, progress)]
    figures = loaded.scenario.reported
    return [
        _fitted(loaded.path.stem, each, counted[place])
        if each.use == "fitted"
        else _predicted(loaded.path.stem, place, figures, counted)
        for place, each in enumerate(figures)
    ]


def fit_volumes(loaded: Loaded, seed: int, replications: int | None, progress: Watch) -> dict[str, float]:
    """The volumes, calls a day, at which the scenario's fitted figures are met.

    A figure of few intents is met first; a wider one is then met by the groups that no narrower one has settled.
    """
    scenario = loaded.scenario
    for _ in range(ROUNDS):
        experiment = Experiment(scenario, seed)
        times = replications or replications_by_default(experiment.calls_expected)
        factors = _factors(loaded, experiment, times, progress)
        callers = {
            name: group.model_copy(update={"volume": group.volume * factors.get(group.intent, 1.0)})
            for name, group in scenario.callers.items()
        }
        scenario = scenario.model_copy(update={"callers": callers})
    return {name: group.volume * DAY for name, group in scenario.callers.items()}


def _with_reported(source: Path | Scenario) -> Loaded:
    try:
        found = loaded(source)
    except BadInput as error:
        raise error.at("scenarios", instead_of="scenario") from None
    if not found.scenario.reported:
        hint = "write down what was reported of the service under reported:"
        raise BadInput([Fault("figures to compare with", "none", "reported", str(found.path), hint=hint)])
    return found


def _factors(loaded: Loaded, experiment: Experiment, times: int, progress: Watch) -> dict[IntentName, float]:
    """By how much each intent's volume is to be multiplied."""
    fitted = sorted((each for each in loaded.scenario.reported if each.use == "fitted"), key=lambda each: len(each.of))
    alone = [(place, intent) for place, reported in enumerate(fitted) for intent in reported.of]
    figures = [fitted[place].model_copy(update={"of": (intent,)}) for place, intent in alone]
    means = [sum(each) / times for each in _counted(loaded, experiment, times, progress, figures)]
    counted = dict(zip(alone, means, strict=True))
    factors: dict[IntentName, float] = {}
    for place, reported in enumerate(fitted):
        free = [intent for intent in reported.of if intent not in factors]
        settled = sum(counted[place, intent] * factors[intent] for intent in reported.of if intent in factors)
        left = sum(reported.figure) / 2 * _times(reported, loaded) - settled
        if left <= 0:
            wanted = "a figure larger than those of fewer intents that were fitted before it"
            raise BadInput([Fault(wanted, str(reported.figure[0]), f"reported: {reported.name}", str(loaded.path))])
        if (now := sum(counted[place, intent] for intent in free)) > 0:
            factors |= dict.fromkeys(free, left / now)
    return factors


def _times(reported: Reported, loaded: Loaded) -> int:
    """How often the figure is counted in a run: once, or every day."""
    stretch = reported.for_ or loaded.scenario.length - reported.after
    return stretch // DAY if reported.per == "day" else 1


def _counted(
    loaded: Loaded,
    experiment: Experiment,
    times: int,
    progress: Watch,
    figures: Sequence[Reported] | None = None,
) -> list[list[float]]:
    """For each figure, its counter in every replication; of a figure per day, in every day."""
    figures = loaded.scenario.reported if figures is None else figures
    if not figures:
        return []
    under = {name: _under(loaded, experiment, name) for name in dict.fromkeys(figure.policy for figure in figures)}
    task = _ReportedTask(tuple(figures), tuple(under))
    design = Design(tuple(under.values()), "reported", experiment.calls_expected, len(under))
    with executors() as choose:
        runs = Runs(task, choose, Meter(progress))
        (counted,) = runs.run([design], times, engine_for(times * experiment.calls_expected))
    return [[number for each in counted for number in each[place]] for place in range(len(figures))]


@dataclass(frozen=True)
class _ReportedTask(Task[tuple[Experiment, ...], list[list[float]]]):
    """Counts each figure, each under one of the ``policies``; a design has an experiment a policy."""

    figures: tuple[Reported, ...]
    policies: tuple[str | None, ...]

    def simulate(
        self, designs: Sequence[tuple[Experiment, ...]], number: int, engine: Engine, _: Cache
    ) -> Iterator[Done[list[list[float]]]]:
        for place, design in enumerate(designs):
            ran = dict(
                zip(self.policies, run_each([replace(each, engine=engine) for each in design], number), strict=True)
            )
            counted = [count_reported(each, ran[each.policy].calls, ran[each.policy].outcomes) for each in self.figures]
            yield Done(place, number, counted, len(ran[self.policies[0]].calls), 0)

    def experiments(self, designs: Sequence[tuple[Experiment, ...]], engine: Engine) -> Iterator[Experiment]:
        return (replace(each, engine=engine) for each in designs[0])


def _under(loaded: Loaded, experiment: Experiment, policy: str | None) -> Experiment:
    return experiment if policy is None else experiment.under(policy_named(policy, loaded.path.parent))


def count_reported(reported: Reported, calls: Calls, outcomes: Outcomes) -> list[float]:
    """What the reported counter would have shown: one number, or one a day.

    attempts (and unknown): attempts that reached the line; answered: attempts answered; tickets: answered and judged
    genuine; callers: first attempts.
    """
    begin = reported.after
    end = calls.length if reported.for_ is None else min(begin + reported.for_, calls.length)
    intents = [INTENTS.index(name) for name in reported.of]
    mine = _counts(reported, outcomes) & np.isin(calls.intent[outcomes.call], intents)
    times = outcomes.arrival[mine & (outcomes.arrival >= begin) & (outcomes.arrival < end)]
    if reported.per == "run":
        return [float(len(times))]
    days = (end - begin) // DAY
    times = times[times < begin + days * DAY]
    return [float(many) for many in np.bincount((times - begin) // DAY, minlength=days)[:days]]


def _counts(reported: Reported, outcomes: Outcomes) -> Bool:
    answered = outcomes.ending == Ending.ANSWERED
    which: dict[str, Bool] = {
        "attempts": outcomes.ending != Ending.DETERRED,
        "unknown": outcomes.ending != Ending.DETERRED,
        "answered": answered,
        "tickets": answered & (outcomes.verdict == Intent.GENUINE),
        "callers": outcomes.attempt == 1,
    }
    return which[reported.counts]


def _fitted(name: str, reported: Reported, counted: Float) -> Row:
    """``counted``: replications x days; one column of a figure of the run."""
    row = _beside(name, reported, counted)
    smallest, largest = reported.figure
    if reported.per == "run":
        agrees = smallest * (1 - FITTED_WITHIN) <= row.mean <= largest * (1 + FITTED_WITHIN)
        row = replace(row, agrees=agrees)
    return row


def _beside(name: str, reported: Reported, counted: Float) -> Row:
    low, high = (float(each) for each in np.quantile(counted, (0.025, 0.975)))
    if reported.per == "day":
        share = float(np.mean(_within(reported, counted)))
        return Row(name, reported, len(counted), share, low, high, 1.0, share > 0.5)
    as_far = _as_far(reported, counted)
    return Row(name, reported, len(counted), float(counted.mean()), low, high, as_far, as_far >= OUT_OF_RANGE)


def _within(reported: Reported, counted: Float) -> NDArray[np.bool_]:
    return np.asarray((counted >= reported.figure[0]) & (counted <= reported.figure[1]))


def _as_far(reported: Reported, counted: Float) -> float:
    smallest, largest = reported.figure
    return min(float(np.mean(counted <= largest)), float(np.mean(counted >= smallest)))


def _predicted(name: str, place: int, figures: Sequence[Reported], counted: Sequence[Float]) -> Row:
    """Judged among the runs in which the fitted figures that it has to do with came out as reported."""
    reported, mine = figures[place], counted[place]
    row = _beside(name, reported, mine)
    fitted = [other for other, each in enumerate(figures) if each.use == "fitted" and each.per == "run"]
    related = [other for other in fitted if _related(counted[other][:, 0], _of_runs(reported, mine))]
    kept = np.ones(len(mine), dtype=np.bool_)
    for other in related:
        smallest, largest = figures[other].figure
        within = counted[other][:, 0]
        kept &= (within >= smallest * (1 - FITTED_WITHIN)) & (within <= largest * (1 + FITTED_WITHIN))
    given = tuple(figures[other].name for other in related)
    chosen = mine[kept] if kept.sum() >= LEAST_GIVEN else mine
    judged = _beside(name, reported, chosen)
    bounds = [figures[other] for other in fitted]
    power = _power_of_days(reported, chosen, bounds) if reported.per == "day" else _power(reported, chosen, bounds)
    return replace(row, as_far=judged.as_far, agrees=judged.agrees, given=given, kept=int(kept.sum()), power=power)


def _of_runs(reported: Reported, counted: Float) -> Float:
    """One number a run: the count, or the share of its days within the range."""
    return counted[:, 0] if reported.per == "run" else _within(reported, counted).mean(axis=1)


def _related(one: Float, other: Float) -> bool:
    """Whether two figures of the same runs have to do with each other, beyond chance."""
    if len(one) <= 2 or one.std() == 0 or other.std() == 0:
        return False
    r = float(np.corrcoef(one, other)[0, 1])
    return abs(r) * sqrt((len(one) - 2) / max(1 - r * r, 1e-12)) > RELATED_T


def _power(reported: Reported, counted: Float, fitted: Sequence[Reported]) -> Power:
    """Of a count: whole numbers that would have been out of range, and how far the mean could be another."""
    values = np.sort(counted[:, 0])
    lowest = float(values[int(np.ceil(OUT_OF_RANGE * len(values))) - 1])
    highest = float(values[len(values) - int(np.ceil(OUT_OF_RANGE * len(values)))])
    possible = min((each.figure[1] for each in fitted if _holds(each, reported)), default=inf)
    smallest, largest = reported.figure
    mean = float(values.mean())
    # Services whose counts are ours times f agree for f from a to b; with a mean of at most what is possible.
    a = smallest / highest if highest else inf if smallest else 0.0
    b = largest / lowest if lowest else inf
    most = possible / mean if mean else inf
    also = max(min(b, most) - a, 0.0) / most if most < inf else float(b >= UNBOUNDED * a)
    return Power(
        below=lowest if lowest > 0 else None,
        above=highest if highest < possible else None,
        possible=None if possible == inf else possible,
        also=also,
    )


def _holds(fitted: Reported, reported: Reported) -> bool:
    """Whether a fitted figure counts all that a reported one does, in the same stretch or a longer one."""
    end = inf if fitted.for_ is None else fitted.after + fitted.for_
    mine = inf if reported.for_ is None else reported.after + reported.for_
    ranks = [COUNTERS.index("attempts" if each.counts == "unknown" else each.counts) for each in (fitted, reported)]
    alike = fitted.policy == reported.policy and set(reported.of) <= set(fitted.of)
    return alike and fitted.after <= reported.after and mine <= end and ranks[1] <= ranks[0]


def _power_of_days(reported: Reported, counted: Float, fitted: Sequence[Reported]) -> Power:
    """Of days: where the median of a range would have to lie; and of a mean that is fitted, how days must differ.

    Days are stretched about their mean until half of them are out of the range.
    """
    days = counted.ravel()
    median = float(np.median(days))
    if not any(_holds(each, reported) and _holds(reported, each) for each in fitted):
        return Power(below=median, above=median)
    mean, spread = float(days.mean()), float(days.std())
    smallest, largest = reported.figure
    apart = np.where(days > mean, largest - mean, mean - smallest) / np.maximum(np.abs(days - mean), 1e-9)
    stretch = float(np.median(apart))
    return Power(below=median, above=median, cv=stretch * spread / mean if mean and stretch > 0 else None)
