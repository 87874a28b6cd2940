"""Shifts under work rules that meet the targets at least cost."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from simulator.planning.effort import budget_for, fullest, guess, quiet_hours, replications_for
from simulator.planning.floors import FloorRuns
from simulator.planning.level import confirmed_level, level_of, plan_warnings
from simulator.planning.phase_files import write_phases
from simulator.planning.phases import Launch, plan_phases
from simulator.planning.requests import finish, open_store, planned_experiment
from simulator.planning.sequence import search
from simulator.questions.shifts.files import write_plan
from simulator.questions.shifts.request import Request
from simulator.questions.shifts.result import Shifts
from simulator.questions.shifts.week import Week, cost_of, week_of
from simulator.scenario.load import Loaded
from simulator.scenario.notes import warnings
from simulator.scenario.work import Work, work_named
from simulator.study.experiment import Experiment
from simulator.study.options import warnings_of
from simulator.study.question import SILENT, Progress, load_source


def answer(request: Request, progress: Progress = SILENT) -> Shifts | Launch:
    """Find the shifts, or those of each phase, and store them. Raises BadInput, and Interrupted."""
    loaded = load_source(request.scenario)
    if request.phases is None:
        result = shifts(request, loaded, progress)
        return replace(result, notes=(*result.notes, *write_plan(result)))
    work, path = work_named(request.work, loaded.path.parent)
    spaces, identity = partial(week_for, work=work, path=path), {"work": work.model_dump(mode="json")}
    launch = plan_phases(request, loaded, request.phases, spaces, identity, progress)
    return replace(launch, notes=(*launch.notes, *write_phases(launch)))


def shifts(request: Request, loaded: Loaded, progress: Progress = SILENT) -> Shifts:
    """The shifts, their document stored, the plan not yet written. Raises BadInput, and Interrupted."""
    began, experiment = datetime.now(UTC), planned_experiment(request, loaded)
    work, path = work_named(request.work, loaded.path.parent)
    week = week_for(experiment, work, path)
    replications = request.replications or replications_for(experiment)
    identity = experiment.identity() | {"work": work.model_dump(mode="json")}
    with open_store(request, loaded, "shifts", progress, identity, replications) as (store, simulations):
        runs = FloorRuns(experiment, replications, simulations)
        result = _result(request, loaded, path, week, runs, store.folder)
        finish(store, request, loaded, runs.experiment, replications, began, result.document())
    return result


def week_for(experiment: Experiment, work: Work, path: Path) -> Week:
    """The shifts to look among; raises BadInput where there can be none."""
    floor = experiment.scenario.floor
    most = fullest(guess(experiment.scenario, experiment.warm_up), floor)
    return week_of(work, floor, most, str(path), quiet_hours(experiment.scenario))


def _result(request: Request, loaded: Loaded, rules: Path, week: Week, runs: FloorRuns, folder: Path) -> Shifts:
    experiment = runs.experiment
    budget = None if request.replications else budget_for(experiment)
    found = search(week, runs, guess(experiment.scenario), budget=budget)
    own = experiment.scenario.floor.shifts
    return Shifts(
        request=request,
        loaded=loaded,
        rules=rules,
        experiment=experiment,
        replications=runs.replications,
        week=week,
        found=found,
        before=level_of("as it is", runs, own),
        before_cost=cost_of(own, week.work.cost),
        plan=level_of("these shifts" if found.has_plan else "the fullest", runs, found.shifts),
        fresh=confirmed_level("these shifts", runs, found),
        notes=warnings((*warnings_of(loaded, experiment), *plan_warnings(experiment, found))),
        folder=folder,
    )
