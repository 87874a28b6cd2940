"""What a line meets week after week: the beginning of a run, which is not like the rest, is left out.

A run begins with empty queues and an empty blocklist. Where everything about a scenario repeats every week, what is
left of that wears off; whole weeks are deleted, as many as MSER finds (White 1997, Simulation 69, 323-334): of a series
Y_1 .. Y_n of weekly means it deletes the first d that minimise sum_{j > d} (Y_j - mean)^2 / (n - d)^2, the squared
standard error of what remains. Weekly means are taken over PILOTS replications, so that chance is small beside drift.

A blocklist can swing for years: blocks that began together end together, so that the share blocked rises and falls
with the period of a block and of the strikes before the next one. A run that is short beside that period looks steady.
So what is left of a run must be CYCLES such periods long, and how far its figures depend on
where counting begins and ends is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from simulator.metrics.count import thresholds_for
from simulator.scenario.errors import BadInput, Fault, field_name
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Rule
from simulator.scenario.units import DAY, NEVER, WEEK
from simulator.study.experiment import Experiment, run_once
from simulator.tables.outcomes import Ending

PILOTS = 10
LEAST_WEEKS = 26
"""Of fewer, MSER deletes half by chance too often: of 8 independent weekly means in one case of seven, of 26 in 1 %."""
SOME_WEEKS = 52
DRIFT = 0.005
"""From how much on a drift matters: half a point of all attempts."""
DRIFT_T = 4.0
"""Student t of a drift that chance does not make: with 10 pilots, in 1 % of scenarios for any of three series."""
CYCLES = 5
"""So many times the longest cycle of a rule must be left after the weeks that are deleted."""
SWING = 0.001
"""From how much on it matters in which weeks counting begins and ends: a tenth of a point."""
STEADY = field_name("steady_state")
ALIKE = f"for {STEADY} a scenario whose weeks are alike"

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Weeks deleted, of so many; ``settled``: whether fewer than half were, and the rest does not drift; ``swing``: by
    how much a share of attempts differs with the weeks in which counting begins and ends."""

    weeks: int
    of: int
    settled: bool
    swing: float = 0.0


def steadied(experiment: Experiment) -> tuple[Experiment, WarmUp]:
    """The experiment with the weeks that are not like the rest simulated and not counted.

    It is as many whole weeks as its scenario is long, SOME_WEEKS where that is under LEAST_WEEKS. Raises BadInput, with
    the reason, for a scenario that has no steady state, or is too short to show it.
    """
    asked = experiment.scenario
    check_cyclic(asked)
    check_long_enough(asked)
    experiment = weekly(experiment)
    weeks = experiment.scenario.length // WEEK
    within = thresholds_for(experiment.scenario.targets)[0]
    pilots = np.stack([_weekly(experiment, number, within) for number in range(PILOTS)])
    cut = max(weeks_to_delete(series) for series in _shares(pilots.sum(axis=0)))
    check_long_enough(asked, cut)
    rest = pilots[:, :, cut:]
    cycle = ceil(longest_cycle(asked)[0] / WEEK)
    found = WarmUp(cut, weeks, cut < weeks // 2 and not drifts(rest), swing_of(rest, cycle))
    return replace(experiment, warm_up=cut * WEEK), found


def weekly(experiment: Experiment) -> Experiment:
    """The experiment as many whole weeks long as it is to be simulated."""
    length = whole_weeks(experiment.scenario.length) * WEEK
    return replace(experiment, scenario=experiment.scenario.model_copy(update={"length": length}))


def whole_weeks(length: int) -> int:
    """How many weeks to simulate in place of a length (microseconds)."""
    return length // WEEK if length >= LEAST_WEEKS * WEEK else SOME_WEEKS


def _shares(sums: Float) -> Float:
    """Sums of attempts and of what became of them [4][...] -> the shares of the latter [3][...]."""
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[1:] / sums[0])


def drifts(sums: Float) -> bool:
    """Whether sums of pilots by week [pilots][4][weeks] differ between the first and the second half of the weeks.

    MSER does not see what begins late. The differences of the pilots are independent, so that a t statistic of them
    holds however much weeks depend on each other.
    """
    middle = sums.shape[2] // 2
    halves = (_shares(sums[:, :, part].sum(axis=2).T) for part in (slice(middle), slice(middle, None)))
    change = np.subtract(*halves)
    mean, error = change.mean(axis=1), change.std(axis=1, ddof=1) / np.sqrt(len(sums))
    return bool(np.any((np.abs(mean) > DRIFT) & (np.abs(mean) > DRIFT_T * error)))


def swing_of(sums: Float, cycle: int) -> float:
    """By how much a share of attempts differs with the weeks in which counting begins and ends.

    ``sums`` as in `drifts`; both ends are moved inwards by up to ``cycle`` weeks. The deviation of a mean from that of
    the steady state is (F(end) - F(begin)) / length, where F, the summed deviation by week, passes its own mean in each
    cycle: so it is at most the sum of what either end can change. What chance makes (DRIFT_T) is none.
    """
    return _end_swing(sums, cycle) + _end_swing(sums[:, :, ::-1], cycle)


def _end_swing(sums: Float, cycle: int) -> float:
    """By how much a share differs with the week of the end alone."""
    upto = np.cumsum(sums, axis=2)
    first = max(upto.shape[2] - 1 - cycle, upto.shape[2] // 2)
    shares = _shares(np.moveaxis(upto, 1, 0)[:, :, first:])
    change = shares - shares[:, :, -1:]
    mean, error = change.mean(axis=1), change.std(axis=1, ddof=1) / np.sqrt(len(sums))
    sure = np.abs(mean) > DRIFT_T * error
    return float(np.abs(mean[sure]).max(initial=0.0))


def longest_cycle(scenario: Scenario) -> tuple[int, int]:
    """How long after a strike its number can still be another than the rest (µs): the longest of all rules, and the
    place of that rule from 1; 0 and 0 without rules.

    A cycle is the action, with all steps of a ladder, and the window of the strikes that bring the next one. Where no
    window ends it, and for each step that a ladder is climbed, it is the time in which a person calls so often.
    """
    cycles = [
        (sum(rule.for_) + rule.review + _gathering(rule, scenario), place)
        for place, rule in enumerate(scenario.policy.rules, start=1)
    ]
    return max(cycles, key=lambda cycle: cycle[0], default=(0, 0))


def _gathering(rule: Rule, scenario: Scenario) -> int:
    """How long strikes are remembered until there are enough (of one, nothing is), and how long a ladder is climbed."""
    most, between = max(rule.needed), _between_calls(rule, scenario)
    remembered = 0.0 if most == 1 else rule.window if rule.window < NEVER else (most - 1) * between
    return round(remembered + (len(rule.for_) - 1) * most * between)


def _between_calls(rule: Rule, scenario: Scenario) -> float:
    """The mean time between two calls of a person, over calls: that of the slowest pool whose calls are strikes."""
    pools = [
        group.numbers.pool * group.numbers.sims / group.volume
        for group in scenario.callers.values()
        if group.numbers.pool and (rule.on is None or group.intent in rule.on)
    ]
    return max(pools, default=0.0)


def check_long_enough(scenario: Scenario, cut: int = 0) -> None:
    """Raise BadInput, with the length needed, where fewer than CYCLES cycles are left after ``cut`` weeks."""
    cycle, place = longest_cycle(scenario)
    weeks, needed = whole_weeks(scenario.length), ceil(CYCLES * cycle / WEEK)
    if weeks - cut >= needed:
        return
    rule = scenario.policy.rules[place - 1]
    parts = "for + within" if max(rule.needed) > 1 else "for"
    left_out = f", the first {cut} left out" if cut else ""
    simulated = ", simulated of a shorter length" if scenario.length < LEAST_WEEKS * WEEK else ""
    wanted = (
        f"{needed} weeks or more after those left out, {CYCLES} times {parts} of policy.rules[{place}] "
        f"({cycle / DAY:.4g} days)"
    )
    hint = (
        f"write length: {2 * needed} w, of which up to half may be left out, or leave out {STEADY}; "
        "a blocklist swings with that period, and looks steady in a shorter run"
    )
    raise BadInput([Fault(wanted, f"{weeks} weeks{simulated}{left_out}", "length", hint=hint)])


def weeks_to_delete(means: Float) -> int:
    """What MSER deletes of weekly means [weeks]; a week in which nobody called (NaN) has none."""
    known = np.flatnonzero(~np.isnan(means))
    cut = mser(means[known])
    return int(known[cut]) if cut else 0


def mser(series: Float) -> int:
    """How many of the first values to delete, at most half of them."""
    n = len(series)
    if n < 2:
        return 0
    errors = [float(np.square(series[d:] - series[d:].mean()).sum()) / (n - d) ** 2 for d in range(n // 2 + 1)]
    return int(np.argmin(errors))


def _weekly(experiment: Experiment, number: int, within: int) -> Float:
    """By week of the first attempt [4][weeks]: attempts, of them answered in time, blocked, and lost."""
    run = run_once(experiment, number)
    o, weeks = run.outcomes, experiment.scenario.length // WEEK
    week = run.calls.arrival[o.call] // WEEK
    counted = (week >= 0) & (week < weeks)
    in_time = (o.ending == Ending.ANSWERED) & (o.answered - o.arrival <= within)
    lost = (o.ending == Ending.BUSY) | (o.ending == Ending.ABANDONED)
    masks = (counted, counted & in_time, counted & (o.ending == Ending.BLOCKED), counted & lost)
    return np.stack([np.bincount(week[mask], minlength=weeks) for mask in masks]).astype(np.float64)


def check_cyclic(scenario: Scenario) -> None:
    """Raise BadInput, with every reason, where the weeks of a scenario are not alike, or never become so."""
    faults = [*_endless(scenario), *_passing(scenario)]
    if faults:
        raise BadInput(faults)


def _endless(scenario: Scenario) -> Iterator[Fault]:
    """What goes on in one direction for ever. A number that a file lists for ever is none of it: it stays as it is."""
    rules = scenario.policy.rules
    for place, rule in enumerate(rules, start=1):
        if NEVER in rule.for_:
            given = "forever: the list only grows, so that no week is like the one before"
            fix = f"let it end, for: 90 d, or leave out {STEADY} to see the stretch of time as it is"
            yield Fault(ALIKE, given, f"policy.rules[{place}].for", hint=fix)
    blocks = any(rule.traits.refuses for rule in rules)
    for name, group in scenario.callers.items():
        if blocks and group.gives_up and group.numbers.pool:
            given = "a pool whose persons give up for good once blocked: in the end nobody is left"
            fix = f"write numbers: {{each_new: true}} in place of the pool, or leave out gives_up or {STEADY}"
            yield Fault(ALIKE, given, f"callers.{name}.gives_up", hint=fix)


def _passing(scenario: Scenario) -> Iterator[Fault]:
    """What belongs to one stretch of time."""
    for name, group in scenario.callers.items():
        if group.novelty:
            fix = f"leave novelty out and give the volume that stays, or leave out {STEADY}"
            yield Fault(ALIKE, "calls that wear off after the launch", f"callers.{name}.novelty", hint=fix)
        if group.surges:
            fix = f"leave surges out, or leave out {STEADY}"
            yield Fault(ALIKE, "a surge that comes once", f"callers.{name}.surges", hint=fix)
