"""Reported beside simulated: agreement with what was said of a service, and the volumes that meet a figure.

A figure that the volumes were solved to meet is *fitted*; that it agrees says nothing. Only *predicted* figures do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.decisions.experiment import Experiment, replications_by_default
from simulator.decisions.order import policy_named
from simulator.decisions.sweep.hiring import engine_for
from simulator.decisions.sweep.ledger import Progress, Told
from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import simulate
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.load import Loaded, load_scenario
from simulator.scenario.policy import INTENTS, Intent, IntentName
from simulator.scenario.reported import Reported
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import DAY
from simulator.tables.calls import Bool, Calls
from simulator.tables.outcomes import Ending, Outcomes

SERVICES = ("madiun", "serang", "bengkulu", "bontang", "ketapang")
ROUNDS = 3
"""Rounds of solving: each multiplies volumes by reported / simulated; redials make the answer not quite linear."""
FITTED_WITHIN = 0.03
"""A fitted mean is held to be met within 3 % of the figure, or within its range."""

OUT_OF_RANGE = 0.025
"""A predicted figure disagrees where fewer runs than this lie as far out, on its side."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reported figure beside its simulation.

    low, high    the range that 95 % of replications (days, if per day) fall in
    mean         over replications; of days, the share within the reported range
    as_far       share of runs whose figure lies as far out as the reported one, on its side (no meaning per day)
    agrees       fitted: the mean meets the figure; predicted: not far out in the range (per day: most days are within)
    """

    scenario: str
    reported: Reported
    replications: int
    mean: float
    low: float
    high: float
    as_far: float
    agrees: bool


def services(named: Sequence[Path]) -> list[Path]:
    """The files named, or those of the shipped services."""
    return list(named) or [shipped_scenarios() / f"{name}.yaml" for name in SERVICES]


def compare_with_reported(path: Path, seed: int, replications: int | None, progress: Progress) -> list[Row]:
    """Every figure that the scenario cites beside what its simulation counts, under the policy in force then."""
    loaded = _with_reported(path)
    experiment = Experiment(loaded.scenario, seed)
    times = replications or replications_by_default(experiment.calls_expected)
    counted = _counted(loaded, experiment, times, progress)
    return [_row(path.stem, reported, times, counted[index]) for index, reported in enumerate(loaded.scenario.reported)]


def fit_volumes(path: Path, seed: int, replications: int | None, progress: Progress) -> tuple[str, dict[str, float]]:
    """The scenario's name and the volumes, calls a day, at which its fitted figures are met.

    A figure of few intents is met first; a wider one is then met by the groups that no narrower one has settled.
    """
    loaded = _with_reported(path)
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
    return path.stem, {name: group.volume * DAY for name, group in scenario.callers.items()}


def _with_reported(path: Path) -> Loaded:
    loaded = load_scenario(path).ask()
    if not loaded.scenario.reported:
        hint = "write down what was reported of the service under reported:"
        raise BadInput([Fault("figures to compare with", "none", "reported", str(path), hint=hint)])
    return loaded


def _factors(loaded: Loaded, experiment: Experiment, times: int, progress: Progress) -> dict[IntentName, float]:
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
    progress: Progress,
    figures: Sequence[Reported] | None = None,
) -> list[list[float]]:
    """For each figure, its counter in every replication; of a figure per day, in every day."""
    figures = loaded.scenario.reported if figures is None else figures
    under = {name: _under(loaded, experiment, name) for name in {figure.policy for figure in figures}}
    counted: list[list[float]] = [[] for _ in figures]
    engine, made = engine_for(times * experiment.calls_expected), 0
    for number in range(times):
        progress(Told(number, times, made))
        calls = draw_calls(experiment.scenario, experiment.seed, number)
        staffing = draw_staffing(experiment.scenario, experiment.seed, number)
        runs = {
            name: simulate(calls, staffing, each.scenario.floor, each.scenario.policy, engine)
            for name, each in under.items()
        }
        made += len(calls)
        for place, figure in enumerate(figures):
            counted[place] += count_reported(figure, calls, runs[figure.policy])
    progress(Told(times, times, made))
    return counted


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


def _row(name: str, reported: Reported, times: int, counted: Sequence[float]) -> Row:
    values: NDArray[np.float64] = np.array(counted)
    low, high = (float(each) for each in np.quantile(values, (0.025, 0.975)))
    if reported.per == "day":
        share = float(np.mean((values >= reported.figure[0]) & (values <= reported.figure[1])))
        return Row(name, reported, times, share, low, high, 1.0, share > 0.5)
    mean = float(values.mean())
    smallest, largest = reported.figure
    as_far = min(float(np.mean(values <= largest)), float(np.mean(values >= smallest)))
    return Row(name, reported, times, mean, low, high, as_far, _agrees(reported, mean, as_far))


def _agrees(reported: Reported, mean: float, as_far: float) -> bool:
    smallest, largest = reported.figure
    if reported.use == "fitted":
        return smallest * (1 - FITTED_WITHIN) <= mean <= largest * (1 + FITTED_WITHIN)
    return as_far >= OUT_OF_RANGE
