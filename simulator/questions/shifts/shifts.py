"""``siaga shifts`` from order to answer: shifts under work rules that meet the targets at least cost."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from simulator.planning.asked import kept, to_plan
from simulator.planning.effort import budget_for, fullest, guess, quiet_hours, replications_for
from simulator.planning.floors import FloorRuns
from simulator.planning.found import Found
from simulator.planning.level import (
    Level,
    confirmed_level,
    level_of,
    plain,
    plain_claims,
    plain_verdict,
    plan_warnings,
)
from simulator.planning.sequence import search
from simulator.planning.space import cells_of
from simulator.questions.shifts.week import Week, cost_of, week_of
from simulator.scenario.rewrite import clock_text
from simulator.scenario.work import Work, work_named
from simulator.study.experiment import Experiment
from simulator.study.manifest import manifest
from simulator.study.options import Order, warnings_of
from simulator.study.runs.progress import Notice, Progress, no_notice


@dataclass(frozen=True, slots=True)
class Shifts:
    """What was found, and where it is kept.

    before, plan    what the scenario's own shifts bring, and those found; ``before_cost``: what its own cost a week
    fresh           those found, with the callers who confirmed them; None where they were not confirmed
    """

    order: Order
    rules: Path
    experiment: Experiment
    replications: int
    week: Week
    found: Found
    before: Level
    before_cost: float
    plan: Level
    fresh: Level | None
    warnings: tuple[str, ...]
    folder: Path

    @property
    def shown(self) -> bool:
        """Whether there is a plan that may be worked by: it passed on its own Calls and on fresh ones."""
        return self.found.shown

    @property
    def hours(self) -> float:
        """Person-hours of a week."""
        return 7 * self.plan.person_hours

    @property
    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return _document(self)


def carry_out(order: Order, rules: str, progress: Progress = lambda _: None, notice: Notice = no_notice) -> Shifts:
    """Find the shifts and keep them; ``rules``: a name or a file of work rules. Raises BadInput, and Interrupted."""
    began, experiment = datetime.now(UTC), to_plan(order)
    work, path = work_named(rules, order.loaded.path.parent)
    week = week_for(experiment, work, path)
    replications = order.replications or replications_for(experiment)
    identity = experiment.identity() | {"work": work.model_dump(mode="json")}
    with kept(order, "shifts", progress, notice, identity, replications) as (store, simulations):
        runs = FloorRuns(experiment, replications, simulations)
        done = _planned(order, path, week, runs, store.folder)
        store.finish(manifest(order, runs.experiment, replications, began), done.document)
    return done


def week_for(experiment: Experiment, work: Work, path: Path) -> Week:
    """The shifts to look among; raises BadInput where there can be none."""
    floor = experiment.scenario.floor
    most = fullest(guess(experiment.scenario, experiment.warm_up), floor)
    return week_of(work, floor, most, str(path), quiet_hours(experiment.scenario))


def _planned(order: Order, rules: Path, week: Week, runs: FloorRuns, folder: Path) -> Shifts:
    experiment = runs.experiment
    budget = None if order.replications else budget_for(experiment)
    found = search(week, runs, guess(experiment.scenario), budget=budget)
    own = experiment.scenario.floor.shifts
    return Shifts(
        order=order,
        rules=rules,
        experiment=experiment,
        replications=runs.replications,
        week=week,
        found=found,
        before=level_of("as it is", runs, own),
        before_cost=cost_of(own, week.work.cost),
        plan=level_of("these shifts" if found.shown else "the fullest", runs, found.shifts),
        fresh=confirmed_level("these shifts", runs, found),
        warnings=(*warnings_of(order.loaded, experiment), *plan_warnings(experiment, found)),
        folder=folder,
    )


def _document(done: Shifts) -> dict[str, Any]:
    found = done.found
    return {
        "scenario": done.order.loaded.path.stem,
        "work": done.week.work.title,
        "targets": [str(target) for target in done.experiment.scenario.targets],
        "state": found.state,
        "shown": done.shown,
        "replications": done.replications,
        "cost_a_week": found.cost,
        **plain_claims(found),
        "person_hours_a_week": done.hours,
        "shifts": [shift.model_dump(mode="json", by_alias=True) for shift in found.shifts if done.shown],
        "on_duty": _on_duty(done) if done.shown else [],
        "confirmed": [plain_verdict(verdict) for verdict in found.confirmed],
        "levels": [plain(done.before), plain(done.plan)],
        "plan_on_fresh_callers": None if done.fresh is None else plain(done.fresh),
        "cost_a_week_as_it_is": done.before_cost,
        "plans_simulated": found.plans,
        "warnings": list(done.warnings),
    }


def _on_duty(done: Shifts) -> list[dict[str, Any]]:
    """Persons on duty in each interval, on the day with fewest."""
    step, persons = done.week.grid.step, cells_of(done.week, done.found.persons).min(axis=0).tolist()
    times = [clock_text(place * step) for place in range(len(persons) + 1)]
    return [{"from": a, "to": b, "persons": many} for (a, b), many in zip(pairwise(times), persons, strict=True)]
