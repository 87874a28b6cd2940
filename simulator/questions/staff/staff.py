"""The fewest call-takers by interval, what more would buy, and the lines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from simulator.planning.effort import budget_for, fullest, guess, quiet_hours, replications_for
from simulator.planning.floors import FloorRuns
from simulator.planning.grid import Grid
from simulator.planning.level import confirmed_level, level_of, plan_warnings
from simulator.planning.phase_files import write_phases
from simulator.planning.phases import Launch, plan_phases
from simulator.planning.plan_result import PlanResult
from simulator.planning.requests import finish, open_store, planned_experiment
from simulator.planning.sequence import search
from simulator.planning.space import Intervals, OwnShifts, Space
from simulator.questions.staff.curve import curve, growths_of
from simulator.questions.staff.files import write_plan
from simulator.questions.staff.further import further
from simulator.questions.staff.request import Request
from simulator.questions.staff.result import Staff
from simulator.questions.staff.trunks import MOST_LINES, fewest_lines, holds
from simulator.scenario.errors import BadInput, Fault, field_name, quoted
from simulator.scenario.load import Loaded
from simulator.scenario.notes import warnings
from simulator.scenario.units import HOUR, parse_count, parse_positive_duration
from simulator.study.experiment import Experiment
from simulator.study.options import warnings_of
from simulator.study.question import SILENT, Progress, load_source

GRADE = "P.01"
MORE = 2
"""Persons more, all round the clock, whose worth is shown."""


def answer(request: Request, progress: Progress = SILENT) -> Staff | Launch:
    """Find the staffing, or that of each phase, and store it. Raises BadInput, and Interrupted."""
    loaded = load_source(request.scenario)
    if request.phases is None:
        result = staff(request, loaded, progress)
        return replace(result, notes=(*result.notes, *write_plan(result)))
    if request.trunks is not None:
        hint = "write the lines into the file: floor: {trunks: 6}"
        raise BadInput([Fault(f"{field_name('phases')} or {field_name('trunks')}", "both", field="trunks", hint=hint)])
    if request.growth is not None:
        raise BadInput(
            [
                Fault(
                    f"{field_name('phases')} or {field_name('growth')}",
                    "both",
                    field="growth",
                    hint="ask for one after the other",
                )
            ]
        )
    identity = request.model_dump(include={"interval", "least", "most", "trunks", "growth"})
    launch = plan_phases(request, loaded, request.phases, partial(space_for, request=request), identity, progress)
    return replace(launch, notes=(*launch.notes, *write_phases(launch)))


def staff(request: Request, loaded: Loaded, progress: Progress = SILENT) -> Staff:
    """The staffing, its document stored, its plan not yet written. Raises BadInput, and Interrupted."""
    began, experiment = datetime.now(UTC), _on_lines(planned_experiment(request, loaded), request)
    space, growths = space_for(experiment, request), growths_of(request.growth)
    replications = request.replications or replications_for(experiment)
    identity = experiment.identity() | request.model_dump(include={"interval", "least", "most"})
    identity |= {name: given for name, given in (("trunks", request.trunks), ("growth", request.growth)) if given}
    with open_store(request, loaded, "staff", progress, identity, replications) as (store, simulations):
        runs = FloorRuns(experiment, replications, simulations)
        result = _result(request, loaded, space, growths, runs, store.folder)
        finish(store, request, loaded, runs.experiment, replications, began, result.document())
    return result


def _result(
    request: Request, loaded: Loaded, space: Space, growths: Sequence[float], runs: FloorRuns, folder: Path
) -> Staff:
    experiment = runs.experiment
    budget = None if request.replications else budget_for(experiment)
    found = search(space, runs, guess(experiment.scenario), budget=budget)
    floor = experiment.scenario.floor.model_copy(update={"shifts": found.shifts})
    lines, busy = fewest_lines(runs, found.shifts)
    # Where no plan is shown the fullest stands in its place, and more than that was not looked at.
    more = MORE if found.has_plan else 0
    return Staff(
        request=request,
        loaded=loaded,
        experiment=experiment,
        replications=runs.replications,
        space=space,
        found=found,
        before=level_of("as it is", runs, experiment.scenario.floor.shifts),
        plan=level_of("the plan" if found.has_plan else "the fullest", runs, floor.shifts),
        fresh=confirmed_level("the plan", runs, found),
        further=further(space, found, runs) if found.has_plan else (),
        more=tuple(level_of(f"{n} more", runs, space.staffed(found.levels + n)) for n in range(1, more + 1)),
        uniform=tuple(
            level_of(str(n), runs, space.staffed(np.full_like(found.levels, n)))
            for n in range(1, int(found.levels.max(initial=1)) + more + 1)
        ),
        curve=curve(runs, found, request.replications, partial(space_for, request=request), growths) if growths else (),
        lines=lines,
        busy=busy,
        holds=holds(runs, found, lines) if request.trunks == GRADE else None,
        notes=warnings((*warnings_of(loaded, experiment), *_warnings(experiment, space, found))),
        folder=folder,
    )


def _on_lines(experiment: Experiment, request: Request) -> Experiment:
    """The experiment with the number of lines that was asked for; raises BadInput for what is none."""
    if request.trunks is None or request.trunks == GRADE:
        return experiment
    try:
        trunks = parse_count(1, MOST_LINES)(request.trunks)
    except ValueError as error:
        wanted = f"a number of lines from 1 to {MOST_LINES}, or {GRADE}"
        raise BadInput([Fault(wanted, quoted(request.trunks), field="trunks")]) from error
    floor = experiment.scenario.floor.model_copy(update={"trunks": trunks})
    return replace(experiment, scenario=experiment.scenario.model_copy(update={"floor": floor}))


def space_for(experiment: Experiment, request: Request) -> Space:
    """The plans to look among; raises BadInput where there can be none."""
    floor = experiment.scenario.floor
    most = request.most or fullest(guess(experiment.scenario, experiment.warm_up), floor)
    if most < request.least:
        given = f"{field_name('least')} {request.least} and {field_name('most')} {most}"
        raise BadInput([Fault("at most as many persons as at least, or more", given, field="most")])
    if request.interval == "shift":
        if not floor.shifts:
            hint = f"name the shifts in the file, or ask by interval: {field_name('interval')} '1 h'"
            raise BadInput([Fault("a scenario with shifts", "one without", "shift", hint=hint, field="interval")])
        return OwnShifts(floor.shifts, most, request.least, quiet_hours(experiment.scenario))
    quiet = quiet_hours(experiment.scenario)
    try:
        return Intervals(Grid(parse_positive_duration(request.interval)), floor, most, request.least, quiet)
    except ValueError:
        wanted = "intervals that fill a day with whole minutes, such as 15 min, 30 min or 1 h; or shift"
        raise BadInput([Fault(wanted, quoted(request.interval), field="interval")]) from None


def _warnings(experiment: Experiment, space: Space, found: PlanResult) -> tuple[str, ...]:
    scenario, texts = experiment.scenario, list(plan_warnings(experiment, found))
    hourly = any(target.scope == "every hour" for target in scenario.targets)
    if hourly and isinstance(space, Intervals) and space.grid.step < HOUR:
        texts.append("the target goes by the hour: within one a stretch may be thin where the others make up for it")
    return tuple(texts)
