"""The fewest call-takers with which a target is met, what more would buy, and the lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from simulator.planning.level import Level, plain, plain_claims, plain_verdict
from simulator.planning.plan_result import PlanResult
from simulator.planning.space import Intervals, Space
from simulator.questions.staff.curve import LoadPoint, plain_load_point
from simulator.questions.staff.request import Request
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.rewrite import clock_text
from simulator.study.experiment import Experiment
from simulator.tables.calls import Int64

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Staff:
    """What was found, and where it is kept.

    before     the scenario's own staffing; ``plan``: what was found; ``more``: with persons more round the clock
    fresh      the plan with the callers who confirmed it; None where it was not confirmed
    further    the plan with one person more, by when that is
    uniform    the same number of call-takers round the clock, 1, 2, ..
    curve      staffing against load: what was found for other volumes, and for today's
    lines      the fewest trunks with which at most 1 % of attempts end busy in the busiest hour; None: more than tried
    busy       the share that ends busy in the busiest hour with the scenario's trunks
    holds      whether the plan meets the targets on so few ``lines``, with fresh callers; None: P.01 was not asked for
    """

    request: Request
    loaded: Loaded
    experiment: Experiment
    replications: int
    space: Space
    found: PlanResult
    before: Level
    plan: Level
    fresh: Level | None
    more: tuple[Level, ...]
    further: tuple[Level, ...]
    uniform: tuple[Level, ...]
    curve: tuple[LoadPoint, ...]
    lines: int | None
    busy: float
    holds: bool | None
    notes: tuple[Note, ...]
    folder: Path

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan that may be worked by: it passed on its own Calls and on fresh ones."""
        return self.found.has_plan

    @property
    def exit_code(self) -> int:
        """1 where no plan was confirmed."""
        return int(not self.has_plan)

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        found = self.found
        return {
            "scenario": self.loaded.path.stem,
            "targets": [str(target) for target in self.experiment.scenario.targets],
            "state": found.state,
            "interval": self.request.interval,
            "replications": self.replications,
            "shown": self.has_plan,
            "call_takers": list(self._needs()) if self.has_plan else [],
            "person_hours_a_day": self.plan.person_hours,
            **plain_claims(found, 1.0 if isinstance(self.space, Intervals) else DAYS_A_WEEK),
            "shifts": [shift.model_dump(mode="json", by_alias=True) for shift in found.shifts if self.has_plan],
            "confirmed": [plain_verdict(v) for v in found.confirmed],
            "levels": [plain(each) for each in (self.before, self.plan, *self.more)],
            "plan_on_fresh_callers": None if self.fresh is None else plain(self.fresh),
            "one_more": [plain(each) for each in self.further],
            "uniform": [plain(each) for each in self.uniform],
            "by_load": [plain_load_point(each) for each in self.curve],
            "lines": {
                "have": self.experiment.scenario.floor.trunks,
                "busy_in_busiest_hour": self.busy,
                "fewest_at_p01": self.lines,
                "plan_holds_on_these": self.holds,
            },
            "plans_simulated": found.plans,
            "warnings": texts_of(self.notes, "warning"),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a stretch of the day with the same number of call-takers, or a shift; none without a plan."""
        if not self.has_plan:
            return
        if isinstance(self.space, Intervals):
            for begin, end, many in stretches(self.found.levels, self.space.grid.step):
                yield {"from": clock_text(begin), "to": clock_text(end), "call_takers": many, "shift": None}
            return
        for shift in self.found.shifts:
            hours = {"from": clock_text(shift.from_), "to": clock_text(shift.to)}
            yield {**hours, "call_takers": shift.call_takers, "shift": shift.name}

    def _needs(self) -> Iterator[dict[str, Any]]:
        space = self.space
        if isinstance(space, Intervals):
            step = space.grid.step
            for place, many in enumerate(self.found.levels.tolist()):
                start, end = clock_text(place * step), clock_text((place + 1) * step)
                yield {"from": start, "to": end, "call_takers": many}
            return
        for column, many in zip(space.columns, self.found.persons.tolist(), strict=True):
            yield {"shift": column.name, "call_takers": many}


def stretches(levels: Int64, step: int) -> list[tuple[int, int, int]]:
    """Neighbouring intervals of equal numbers as one: (begin, end, persons), µs of the day."""
    cuts = [0, *(np.flatnonzero(np.diff(levels)) + 1).tolist(), len(levels)]
    return [(a * step, b * step, int(levels[a])) for a, b in pairwise(cuts)]
