"""Staffing against load: the fewest call-takers for other volumes of the same callers, each found and confirmed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from simulator.planning.effort import MOST, budget_for, guess, replications_for
from simulator.planning.floors import FloorRuns
from simulator.planning.growth import Growth, grow
from simulator.planning.level import person_hours
from simulator.planning.plan_result import PlanResult
from simulator.planning.sequence import search
from simulator.planning.space import Space
from simulator.scenario.average import average_day
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.units import DAY
from simulator.scenario.week import on_duty
from simulator.study.experiment import Experiment

MOST_GROWTH, MOST_POINTS = 64.0, 12


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """One volume, times today's: what it is a day, and what was found for it.

    calls          first attempts expected a day; ``load``: Erlang, averaged over the day
    person_hours   rostered a day; nan where nothing was confirmed; ``most``: on duty at once
    by_formula     person-hours a day by Erlang C, hour by hour, without redials, policy or absences
    """

    growth: float
    calls: float
    load: float
    found: PlanResult
    person_hours: float
    most: int
    by_formula: float


def growths_of(text: str | None) -> tuple[float, ...]:
    """The volumes of ``0.5, 2``, rising, none twice; raises BadInput."""
    try:
        found = sorted({float(part) for part in text.split(",")}) if text else []
    except ValueError:
        found = [-1.0]
    if any(not 0 < growth <= MOST_GROWTH for growth in found) or len(found) > MOST_POINTS:
        wanted = (
            f"at most {MOST_POINTS} volumes, times today's, above 0 and up to {MOST_GROWTH:g}, such as '0.5, 1.5, 2'"
        )
        raise BadInput([Fault(wanted, quoted(text or ""), field="growth")])
    return tuple(found)


def curve(
    runs: FloorRuns,
    found: PlanResult,
    replications: int | None,
    spaces: Callable[[Experiment], Space],
    growths: Sequence[float],
) -> tuple[LoadPoint, ...]:
    """What is found for each volume, among the plans that ``spaces`` makes for it; today's is ``found``.

    replications   how often to simulate each plan; None: as many as it takes
    """
    asked = sorted({1.0, *growths})
    return tuple(
        _load_point(1.0, runs.experiment, found)
        if growth == 1
        else _searched(runs, grow(runs.experiment, Growth("volume", growth)), replications, spaces, growth)
        for growth in asked
    )


def _searched(
    runs: FloorRuns,
    experiment: Experiment,
    replications: int | None,
    spaces: Callable[[Experiment], Space],
    growth: float,
) -> LoadPoint:
    space, many = spaces(experiment), replications_for(experiment)
    if replications:
        # Of fewer callers less is sure, and more persons would seem to be needed: simulate as many in all.
        many = min(ceil(replications / min(growth, 1.0)), MOST)
    budget = None if replications else budget_for(experiment)
    other = runs.of(experiment, many)
    return _load_point(growth, experiment, search(space, other, guess(experiment.scenario), budget=budget))


def _load_point(growth: float, experiment: Experiment, found: PlanResult) -> LoadPoint:
    scenario = experiment.scenario
    return LoadPoint(
        growth=growth,
        calls=experiment.calls_expected / scenario.length * DAY,
        load=float(np.mean(average_day(scenario).load)),
        found=found,
        person_hours=person_hours(found.shifts, scenario) if found.has_plan else float("nan"),
        most=int(on_duty(found.shifts).max()) if found.has_plan else 0,
        by_formula=float(guess(scenario).sum()),
    )


def plain_load_point(loaded: LoadPoint) -> dict[str, Any]:
    """One volume as JSON."""
    shown = loaded.found.has_plan
    return {
        "growth": loaded.growth,
        "calls_a_day": loaded.calls,
        "erlang": loaded.load,
        "state": loaded.found.state,
        "person_hours_a_day": loaded.person_hours if shown else None,
        "most_on_duty": loaded.most if shown else None,
        "gap": loaded.found.gap if shown else None,
        "person_hours_a_day_by_erlang_c": loaded.by_formula,
    }
