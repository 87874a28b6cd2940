"""Planning by phases: a launch and what comes after it, each with staffing of its own, as shifts with dates.

A phase is so many whole days. Its Calls are those of the scenario from the opening on, so that what a launch leaves
behind is there; only calls first offered within the phase are judged. All phases share one chance of error.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from simulator.metrics.targets import ERROR, HourVerdict, by_hour
from simulator.planning.effort import budget_for, guess, replications_for
from simulator.planning.floors import FloorRuns, Simulations
from simulator.planning.level import (
    Level,
    counts_with,
    level_of,
    person_hours,
    plain,
    plain_claims,
    plain_verdict,
)
from simulator.planning.monotone import monotonicity_warning
from simulator.planning.plan_result import PlanResult
from simulator.planning.requests import PlanRequest, finish, open_store, planned_experiment
from simulator.planning.sequence import search
from simulator.planning.space import Space
from simulator.planning.split import split_of
from simulator.scenario.clock import clock_of
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.floor import Shift
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, texts_of, warnings
from simulator.scenario.profile import expected_calls
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, MINUTE, parse_positive_duration
from simulator.scenario.week import MINUTES_A_DAY, on_duty
from simulator.study.experiment import Experiment
from simulator.study.options import warnings_of
from simulator.study.question import SILENT, Progress

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
class PhasePlan:
    """What was found for one phase; ``before``, ``plan``: what the file's shifts and the whole dated plan bring there.

    short    hours that the dated plan misses although the phase's own plan, worked always, does not
    """

    phase: Phase
    space: Space
    found: PlanResult
    replications: int
    before: Level
    plan: Level
    short: tuple[HourVerdict, ...]

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan that may be worked by."""
        return self.found.has_plan and not self.short

    def document(self) -> dict[str, Any]:
        """The phase as JSON."""
        phase, found = self.phase, self.found
        return {
            "first": phase.first.isoformat(),
            "last": phase.last.isoformat(),
            "calls_a_day": phase.calls_a_day(),
            "genuine_a_day": phase.calls_a_day("genuine"),
            "replications": self.replications,
            "state": found.state,
            "shown": self.has_plan,
            "cost": found.cost,
            **plain_claims(found),
            "person_hours_a_day": self.plan.person_hours,
            "confirmed": [plain_verdict(verdict) for verdict in found.confirmed],
            "missed_with_dates": [plain_verdict(verdict) for verdict in self.short],
            "levels": [plain(self.before), plain(self.plan)],
        }


@dataclass(frozen=True, slots=True)
class Launch:
    """Phases, and the shifts of all of them, with dates."""

    request: PlanRequest
    loaded: Loaded
    horizon: Experiment
    phases: tuple[PhasePlan, ...]
    shifts: tuple[Shift, ...]
    notes: tuple[Note, ...]
    folder: Path

    @property
    def has_plan(self) -> bool:
        """Whether every phase has a plan that may be worked by."""
        return all(phased.has_plan for phased in self.phases)

    @property
    def exit_code(self) -> int:
        """1 where a phase has no plan that was confirmed."""
        return int(not self.has_plan)

    def stretches(self) -> Iterator[tuple[int, int, list[int]]]:
        """Times of day, µs, between which nobody comes or goes in any phase; persons of each phase, fewest day."""
        duty = np.stack([
            on_duty(phased.found.shifts).reshape(-1, MINUTES_A_DAY).min(axis=0) for phased in self.phases
        ])  # fmt: skip
        cuts = [0, *(np.flatnonzero((np.diff(duty) != 0).any(axis=0)) + 1).tolist(), DAY // MINUTE]
        for begin, end in pairwise(cuts):
            yield begin * MINUTE, end * MINUTE, duty[:, begin].tolist()

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "scenario": self.loaded.path.stem,
            "targets": [str(target) for target in self.horizon.scenario.targets],
            "shown": self.has_plan,
            "phases": [phased.document() for phased in self.phases],
            "shifts": [shift.model_dump(mode="json", by_alias=True) for shift in self.shifts if self.has_plan],
            "warnings": texts_of(self.notes, "warning"),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a phase and stretch of the day, as ``phases.csv`` has them; none without a plan."""
        if not self.has_plan:
            return
        for place, phased in enumerate(self.phases):
            for begin, end, persons in self.stretches():
                yield {
                    "first": phased.phase.first,
                    "last": phased.phase.last,
                    "from": clock_text(begin),
                    "to": clock_text(end),
                    "persons": persons[place],
                }


def plan_phases(
    request: PlanRequest,
    loaded: Loaded,
    lengths: str,
    spaces: Spaces,
    own: Mapping[str, object],
    progress: Progress = SILENT,
) -> Launch:
    """Plan each phase and store the document; ``spaces`` makes the plans to look among, ``own`` what they depend on.

    Raises BadInput, and Interrupted.
    """
    began, experiment = datetime.now(UTC), planned_experiment(request, loaded)
    phases = phases_of(experiment, lengths)
    horizon = replace(phases[-1].experiment, warm_up=0)
    identity = horizon.identity() | dict(own) | {"phases": [phase.days for phase in phases]}
    with open_store(request, loaded, "launch", progress, identity, request.replications or 0) as (store, simulations):
        launch = _launch(request, loaded, phases, horizon, spaces, simulations, store.folder)
        replications = max(phased.replications for phased in launch.phases)
        finish(store, request, loaded, horizon, replications, began, launch.document())
    return launch


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


def _launch(
    request: PlanRequest,
    loaded: Loaded,
    phases: Sequence[Phase],
    horizon: Experiment,
    spaces: Spaces,
    simulations: Simulations,
    folder: Path,
) -> Launch:
    error = ERROR / len(phases)
    searched = [_search(request, phase, spaces(phase.experiment), simulations, error) for phase in phases]
    shifts = with_dates([(each.phase, each.found.shifts) for each in searched])
    done = tuple(_together(each, shifts, error) for each in searched)
    hours = {hour for each in done for hour in each.found.odd}
    odd = monotonicity_warning(sorted(hours, key=lambda hour: -1 if hour is None else hour))
    notes = warnings((*warnings_of(loaded, horizon), *([odd] if odd else [])))
    return Launch(request, loaded, horizon, done, shifts, notes, folder)


@dataclass(frozen=True, slots=True)
class PhaseSearch:
    """What was found for one phase alone, and its simulations."""

    phase: Phase
    runs: FloorRuns
    space: Space
    found: PlanResult


def _search(request: PlanRequest, phase: Phase, space: Space, simulations: Simulations, error: float) -> PhaseSearch:
    experiment = phase.experiment
    runs = FloorRuns(experiment, request.replications or replications_for(experiment), simulations)
    begin = guess(experiment.scenario, experiment.warm_up)
    budget = None if request.replications else budget_for(experiment)
    return PhaseSearch(phase, runs, space, search(space, runs, begin, error=error, budget=budget))


def _together(alone: PhaseSearch, shifts: tuple[Shift, ...], error: float) -> PhasePlan:
    """Hold the dated plan against the phase: what was worked before it, and its last night, are now as they will be."""
    phase, found, scenario = alone.phase, alone.found, alone.phase.experiment.scenario
    # On the fresh Calls that confirmed the phase's own plan: this one differs from it at the edges alone.
    fresh = alone.runs.fresh(found.effort.fresh_seed, found.effort.fresh or None, once=True)
    verdicts = by_hour(scenario.targets, counts_with(fresh, shifts), error=split_of(error).confirm, each=True)
    plan = level_of("the plan", fresh, shifts)
    before = level_of("as it is", alone.runs, scenario.floor.shifts)
    short = tuple(verdict for verdict in verdicts if found.state == "met" and not verdict.met)
    own = replace(plan, person_hours=person_hours(found.shifts, scenario))
    return PhasePlan(phase, alone.space, found, alone.runs.replications, before, own, short)


def with_dates(parts: Sequence[tuple[Phase, Sequence[Shift]]]) -> tuple[Shift, ...]:
    """The shifts of all phases, each with its dates; the first has no beginning and the last no end."""
    found = []
    for number, (phase, shifts) in enumerate(parts, start=1):
        since = None if number == 1 else phase.first
        until = None if number == len(parts) else phase.last
        names = {"since": since, "until": until}
        found += [s.model_copy(update={"name": f"phase{number}_{s.name}"} | names) for s in shifts]
    return tuple(found)
