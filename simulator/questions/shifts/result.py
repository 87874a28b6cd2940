"""Shifts under work rules that meet the targets at least cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from simulator.planning.level import Level, plain, plain_claims, plain_verdict
from simulator.planning.plan_result import PlanResult
from simulator.planning.space import cells_of
from simulator.questions.shifts.request import Request
from simulator.questions.shifts.week import Week
from simulator.scenario.floor import WEEKDAYS, Shift
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY
from simulator.study.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Shifts:
    """What was found, and where it is kept.

    before, plan    what the scenario's own shifts bring, and those found; ``before_cost``: what its own cost a week
    fresh           those found, with the callers who confirmed them; None where they were not confirmed
    """

    request: Request
    loaded: Loaded
    rules: Path
    experiment: Experiment
    replications: int
    week: Week
    found: PlanResult
    before: Level
    before_cost: float
    plan: Level
    fresh: Level | None
    notes: tuple[Note, ...]
    folder: Path

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan that may be worked by: it passed on its own Calls and on fresh ones."""
        return self.found.has_plan

    @property
    def hours(self) -> float:
        """Person-hours of a week."""
        return 7 * self.plan.person_hours

    @property
    def exit_code(self) -> int:
        """1 where no plan was confirmed."""
        return int(not self.has_plan)

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        found = self.found
        return {
            "scenario": self.loaded.path.stem,
            "work": self.week.work.title,
            "targets": [str(target) for target in self.experiment.scenario.targets],
            "state": found.state,
            "shown": self.has_plan,
            "replications": self.replications,
            "cost_a_week": found.cost,
            **plain_claims(found),
            "person_hours_a_week": self.hours,
            "shifts": [shift.model_dump(mode="json", by_alias=True) for shift in found.shifts if self.has_plan],
            "on_duty": self._on_duty() if self.has_plan else [],
            "confirmed": [plain_verdict(verdict) for verdict in found.confirmed],
            "levels": [plain(self.before), plain(self.plan)],
            "plan_on_fresh_callers": None if self.fresh is None else plain(self.fresh),
            "cost_a_week_as_it_is": self.before_cost,
            "plans_simulated": found.plans,
            "warnings": texts_of(self.notes, "warning"),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a shift, as ``shifts.csv`` has them; none without a plan."""
        for shift in self.found.shifts if self.has_plan else ():
            yield {
                "persons": shift.call_takers,
                "from": clock_text(shift.from_),
                "to": clock_text(shift.to),
                "breaks": breaks_words(shift),
                "days": days_words(shift),
                "name": shift.name,
            }

    def _on_duty(self) -> list[dict[str, Any]]:
        """Persons on duty in each interval, on the day with fewest."""
        step, persons = self.week.grid.step, cells_of(self.week, self.found.persons).min(axis=0).tolist()
        times = [clock_text(place * step) for place in range(len(persons) + 1)]
        return [{"from": a, "to": b, "persons": many} for (a, b), many in zip(pairwise(times), persons, strict=True)]


def breaks_words(shift: Shift) -> str:
    """The breaks of a shift, by the clock; ``none``."""
    ends = ((pause.at, (pause.at + pause.for_ - 1) % DAY + 1) for pause in shift.breaks)
    return ", ".join(f"{clock_text(begin)}-{clock_text(end)}" for begin, end in ends) or "none"


def days_words(shift: Shift) -> str:
    """The days of a shift: ``every day``, or their names."""
    return "every day" if shift.days == WEEKDAYS else " ".join(shift.days)
