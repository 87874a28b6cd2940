"""Planning by phases: a launch and what comes after it, each with staffing of its own, as shifts with dates.

A phase is so many whole days. Its Calls are those of the scenario from the opening on, so that what a launch leaves
behind is there; only calls first offered within the phase are judged. All phases share one chance of error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from simulator.metrics.targets import ERROR, HourVerdict, by_hour
from simulator.planning.asked import kept, to_plan
from simulator.planning.effort import budget_for, guess, replications_for
from simulator.planning.floors import FloorRuns, Simulations
from simulator.planning.found import Found
from simulator.planning.level import (
    Level,
    counts_with,
    level_of,
    person_hours,
    plain,
    plain_claims,
    plain_verdict,
)
from simulator.planning.monotone import said as odd_words
from simulator.planning.sequence import search
from simulator.planning.space import Space
from simulator.planning.split import split_of
from simulator.scenario.clock import clock_of
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.floor import Shift
from simulator.scenario.profile import expected_calls
from simulator.scenario.units import DAY, parse_positive_duration
from simulator.study.experiment import Experiment
from simulator.study.manifest import manifest
from simulator.study.options import Order, warnings_of
from simulator.study.runs.progress import Notice, Progress, no_notice

MOST_PHASES = 12
MOST_DAYS = 400
Spaces = Callable[[Experiment], Space]


@dataclass(frozen=True, slots=True)
class Phase:
    """Some days of the scenario, the ``first`` and ``last`` of them, and the experiment that judges them alone."""

    first: date
    last: date
    experiment: Experiment

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def calls_a_day(self, intent: str | None = None) -> float:
        """First attempts expected a day, of all groups or of those with an intent."""
        scenario, since = self.experiment.scenario, self.experiment.warm_up
        groups = (g for g in scenario.callers.values() if intent in (None, g.intent))
        return (
            sum(expected_calls(g, scenario, since, scenario.length) for g in groups) / (scenario.length - since) * DAY
        )


@dataclass(frozen=True, slots=True)
class Phased:
    """What was found for one phase; ``before``, ``plan``: what the file's shifts and the whole dated plan bring there.

    short    hours that the dated plan misses although the phase's own plan, worked always, does not
    """

    phase: Phase
    space: Space
    found: Found
    replications: int
    before: Level
    plan: Level
    short: tuple[HourVerdict, ...]

    @property
    def shown(self) -> bool:
        """Whether there is a plan that may be worked by."""
        return self.found.shown and not self.short


@dataclass(frozen=True, slots=True)
class Launch:
    """Phases, and the shifts of all of them, with dates."""

    order: Order
    horizon: Experiment
    phases: tuple[Phased, ...]
    shifts: tuple[Shift, ...]
    warnings: tuple[str, ...]
    folder: Path

    @property
    def shown(self) -> bool:
        """Whether every phase has a plan that may be worked by."""
        return all(phased.shown for phased in self.phases)


def carry_out(
    order: Order,
    lengths: str,
    spaces: Spaces,
    wishes: dict[str, object],
    progress: Progress = lambda _: None,
    notice: Notice = no_notice,
) -> Launch:
    """Plan each phase and keep the whole; ``spaces`` makes the plans to look among, ``wishes`` what they depend on.

    Raises BadInput, and Interrupted.
    """
    began, experiment = datetime.now(UTC), to_plan(order)
    phases = phases_of(experiment, lengths)
    horizon = replace(phases[-1].experiment, warm_up=0)
    identity = horizon.identity() | wishes | {"phases": [phase.days for phase in phases]}
    with kept(order, "launch", progress, notice, identity, order.replications or 0) as (store, simulations):
        done = _planned(order, phases, horizon, spaces, simulations, store.folder)
        store.finish(manifest(order, horizon, max(p.replications for p in done.phases), began), document(done))
    return done


def phases_of(experiment: Experiment, lengths: str) -> tuple[Phase, ...]:
    """The phases of ``7 d, 7 d, rest``: whole days from the start's date on, ``rest`` up to the scenario's end.

    They may go on beyond the scenario's length. Raises BadInput.
    """
    scenario = experiment.scenario
    begun = clock_of(scenario.start) % DAY
    whole = (begun + scenario.length) // DAY
    edges = np.cumsum([0, *_days(lengths, whole)]).tolist()
    day = scenario.start.date()
    phases = []
    for first, end in pairwise(edges):
        stretch = scenario.model_copy(update={"length": end * DAY - begun, "reported": ()})
        part = replace(experiment, scenario=stretch, warm_up=max(0, first * DAY - begun))
        phases.append(Phase(day + timedelta(days=first), day + timedelta(days=end - 1), part))
    return tuple(phases)


def _days(lengths: str, whole: int) -> list[int]:
    parts = [part.strip() for part in lengths.split(",")]
    days: list[int] = []
    for place, part in enumerate(parts):
        left = whole - sum(days)
        if part == "rest" and place == len(parts) - 1 and left > 0:
            days.append(left)
            continue
        try:
            time = parse_positive_duration(part)
        except ValueError:
            time = 1
        if time % DAY:
            hint = "'rest' may stand last: up to the end of the scenario" if "rest" in lengths else ""
            raise BadInput(
                [Fault("whole days, such as '7 d, 7 d' or '3 d, rest'", quoted(part), field="phases", hint=hint)]
            )
        days.append(time // DAY)
    if len(days) > MOST_PHASES or sum(days) > MOST_DAYS:
        wanted = f"at most {MOST_PHASES} phases, of {MOST_DAYS} days in all"
        raise BadInput([Fault(wanted, f"{len(days)} of {sum(days)} days", field="phases")])
    return days


def _planned(
    order: Order, phases: Sequence[Phase], horizon: Experiment, spaces: Spaces, simulations: Simulations, folder: Path
) -> Launch:
    error = ERROR / len(phases)
    searched = [_searched(order, phase, spaces(phase.experiment), simulations, error) for phase in phases]
    shifts = dated([(each.phase, each.found.shifts) for each in searched])
    done = tuple(_together(each, shifts, error) for each in searched)
    hours = {hour for each in done for hour in each.found.odd}
    odd = odd_words(sorted(hours, key=lambda hour: -1 if hour is None else hour))
    return Launch(order, horizon, done, shifts, (*warnings_of(order.loaded, horizon), *([odd] if odd else [])), folder)


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found for one phase alone, and its simulations."""

    phase: Phase
    runs: FloorRuns
    space: Space
    found: Found


def _searched(order: Order, phase: Phase, space: Space, simulations: Simulations, error: float) -> Searched:
    experiment = phase.experiment
    runs = FloorRuns(experiment, order.replications or replications_for(experiment), simulations)
    begin = guess(experiment.scenario, experiment.warm_up)
    budget = None if order.replications else budget_for(experiment)
    return Searched(phase, runs, space, search(space, runs, begin, error=error, budget=budget))


def _together(alone: Searched, shifts: tuple[Shift, ...], error: float) -> Phased:
    """Hold the dated plan against the phase: what was worked before it, and its last night, are now as they will be."""
    phase, found, scenario = alone.phase, alone.found, alone.phase.experiment.scenario
    # On the fresh Calls that confirmed the phase's own plan: this one differs from it at the edges alone.
    fresh = alone.runs.fresh(found.effort.fresh_seed, found.effort.fresh or None, once=True)
    verdicts = by_hour(scenario.targets, counts_with(fresh, shifts), error=split_of(error).confirm, each=True)
    plan = level_of("the plan", fresh, shifts)
    before = level_of("as it is", alone.runs, scenario.floor.shifts)
    short = tuple(verdict for verdict in verdicts if found.state == "met" and not verdict.met)
    own = replace(plan, person_hours=person_hours(found.shifts, scenario))
    return Phased(phase, alone.space, found, alone.runs.replications, before, own, short)


def dated(parts: Sequence[tuple[Phase, Sequence[Shift]]]) -> tuple[Shift, ...]:
    """The shifts of all phases, each with its dates; the first has no beginning and the last no end."""
    found = []
    for number, (phase, shifts) in enumerate(parts, start=1):
        since = None if number == 1 else phase.first
        until = None if number == len(parts) else phase.last
        names = {"since": since, "until": until}
        found += [s.model_copy(update={"name": f"phase{number}_{s.name}"} | names) for s in shifts]
    return tuple(found)


def document(done: Launch) -> dict[str, Any]:
    """The answer as JSON."""
    return {
        "scenario": done.order.loaded.path.stem,
        "targets": [str(target) for target in done.horizon.scenario.targets],
        "shown": done.shown,
        "phases": [_plain_phase(phased) for phased in done.phases],
        "shifts": [shift.model_dump(mode="json", by_alias=True) for shift in done.shifts if done.shown],
        "warnings": list(done.warnings),
    }


def _plain_phase(phased: Phased) -> dict[str, Any]:
    phase, found = phased.phase, phased.found
    return {
        "first": phase.first.isoformat(),
        "last": phase.last.isoformat(),
        "calls_a_day": phase.calls_a_day(),
        "genuine_a_day": phase.calls_a_day("genuine"),
        "replications": phased.replications,
        "state": found.state,
        "shown": phased.shown,
        "cost": found.cost,
        **plain_claims(found),
        "person_hours_a_day": phased.plan.person_hours,
        "confirmed": [plain_verdict(verdict) for verdict in found.confirmed],
        "missed_with_dates": [plain_verdict(verdict) for verdict in phased.short],
        "levels": [plain(phased.before), plain(phased.plan)],
    }
