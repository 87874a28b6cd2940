"""What one person more would bring, by when that person works."""

from collections.abc import Iterator

import numpy as np

from simulator.planning.floors import FloorRuns
from simulator.planning.grid import Grid
from simulator.planning.level import Level, level_of
from simulator.planning.plan_result import PlanResult
from simulator.planning.space import Intervals, Space
from simulator.scenario.floor import Floor, Shift
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, HOUR

WATCH, EVERY = 8 * HOUR, 4 * HOUR
"""Where the scenario has no shifts that fill whole intervals: a person more for so long, from each of these times."""


def further(space: Space, found: PlanResult, runs: FloorRuns) -> tuple[Level, ...]:
    """The plan with one person more: on each of its shifts, or, planned by interval, at the times of the file's."""
    floor = runs.experiment.scenario.floor
    return tuple(level_of(name, runs, shifts) for name, shifts in _plans(space, found, floor))


def _plans(space: Space, found: PlanResult, floor: Floor) -> Iterator[tuple[str, tuple[Shift, ...]]]:
    if isinstance(space, Intervals):
        for begin, length in _stretches(space.grid, floor):
            more = np.zeros_like(found.levels)
            more[list(space.grid.touching(begin, begin + length))] = 1
            end = (begin + length - 1) % DAY + 1
            yield f"{clock_text(begin)}-{clock_text(end)}", space.shifts(found.levels + more)
        return
    for place, column in enumerate(space.columns):
        more = np.arange(len(space.columns)) == place
        yield column.name, space.shifts(found.persons + more)


def _stretches(grid: Grid, floor: Floor) -> list[tuple[int, int]]:
    """Beginning and length of each stretch, µs."""
    own = dict.fromkeys((shift.from_, shift.length) for shift in floor.shifts)
    if own and all(time % grid.step == 0 for stretch in own for time in stretch):
        return sorted(own)
    return [(begin, WATCH) for begin in range(0, DAY, EVERY)]


def gain(level: Level, plan: Level, scopes: tuple[str, ...]) -> float:
    """How much more is in time than with the plan, where a target looks: over the day, or in the worst hour; summed."""
    return float(
        np.nansum([
            level.overall[k] - plan.overall[k] if scope == "overall" else level.worst[k] - plan.worst[k]
            for k, scope in enumerate(scopes)
        ])
    )  # fmt: skip
