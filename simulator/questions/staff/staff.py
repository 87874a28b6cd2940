"""``siaga staff`` from order to answer: the fewest call-takers by interval, what more would buy, and the lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from simulator.planning.asked import kept, to_plan
from simulator.planning.effort import budget_for, fullest, guess, quiet_hours, replications_for
from simulator.planning.floors import FloorRuns
from simulator.planning.found import Found
from simulator.planning.grid import Grid
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
from simulator.planning.space import Intervals, OwnShifts, Space
from simulator.questions.staff.curve import Loaded, curve, growths_of, plain_loaded
from simulator.questions.staff.further import further
from simulator.questions.staff.trunks import MOST_LINES, fewest_lines, holds
from simulator.scenario.errors import BadInput, Fault, field_name, quoted
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, HOUR, parse_count, parse_positive_duration
from simulator.study.experiment import Experiment
from simulator.study.manifest import manifest
from simulator.study.options import Order, warnings_of
from simulator.study.runs.progress import Notice, Progress, no_notice
from simulator.tables.calls import Int64

GRADE = "P.01"
DAYS_A_WEEK = 7
MORE = 2
"""Persons more, all round the clock, whose worth is shown."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked beyond the order: intervals (``1 h``, or ``shift``), the fewest persons of any, a cap, lines.

    trunks    a number of lines in place of the file's, or ``P.01``: the fewest with which 1 % find all busy
    growth    other volumes to staff for, times today's: ``0.5, 2``
    """

    interval: str = "1 h"
    least: int = 1
    most: int | None = None
    trunks: str | None = None
    growth: str | None = None


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

    order: Order
    wish: Wish
    experiment: Experiment
    replications: int
    space: Space
    found: Found
    before: Level
    plan: Level
    fresh: Level | None
    more: tuple[Level, ...]
    further: tuple[Level, ...]
    uniform: tuple[Level, ...]
    curve: tuple[Loaded, ...]
    lines: int | None
    busy: float
    holds: bool | None
    warnings: tuple[str, ...]
    folder: Path

    @property
    def shown(self) -> bool:
        """Whether there is a plan that may be worked by: it passed on its own Calls and on fresh ones."""
        return self.found.shown

    @property
    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return _document(self)


def carry_out(order: Order, wish: Wish, progress: Progress = lambda _: None, notice: Notice = no_notice) -> Staff:
    """Find the staffing and keep it; raises BadInput, and Interrupted."""
    began, experiment = datetime.now(UTC), _on_lines(to_plan(order), wish)
    space, growths = space_for(experiment, wish), growths_of(wish.growth)
    replications = order.replications or replications_for(experiment)
    identity = experiment.identity() | {"interval": wish.interval, "least": wish.least, "most": wish.most}
    identity |= {name: asked for name, asked in (("trunks", wish.trunks), ("growth", wish.growth)) if asked}
    with kept(order, "staff", progress, notice, identity, replications) as (store, simulations):
        runs = FloorRuns(experiment, replications, simulations)
        done = _staffed(order, wish, space, growths, runs, store.folder)
        store.finish(manifest(order, runs.experiment, replications, began), done.document)
    return done


def _staffed(order: Order, wish: Wish, space: Space, growths: Sequence[float], runs: FloorRuns, folder: Path) -> Staff:
    experiment = runs.experiment
    budget = None if order.replications else budget_for(experiment)
    found = search(space, runs, guess(experiment.scenario), budget=budget)
    floor = experiment.scenario.floor.model_copy(update={"shifts": found.shifts})
    lines, busy = fewest_lines(runs, found.shifts)
    # Where no plan is shown the fullest stands in its place, and more than that was not looked at.
    more = MORE if found.shown else 0
    return Staff(
        order=order,
        wish=wish,
        experiment=experiment,
        replications=runs.replications,
        space=space,
        found=found,
        before=level_of("as it is", runs, experiment.scenario.floor.shifts),
        plan=level_of("the plan" if found.shown else "the fullest", runs, floor.shifts),
        fresh=confirmed_level("the plan", runs, found),
        further=further(space, found, runs) if found.shown else (),
        more=tuple(level_of(f"{n} more", runs, space.staffed(found.levels + n)) for n in range(1, more + 1)),
        uniform=tuple(
            level_of(str(n), runs, space.staffed(np.full_like(found.levels, n)))
            for n in range(1, int(found.levels.max(initial=1)) + more + 1)
        ),
        curve=curve(runs, found, order, partial(space_for, wish=wish), growths) if growths else (),
        lines=lines,
        busy=busy,
        holds=holds(runs, found, lines) if wish.trunks == GRADE else None,
        warnings=(*warnings_of(order.loaded, experiment), *_warnings(experiment, space, found)),
        folder=folder,
    )


def _on_lines(experiment: Experiment, wish: Wish) -> Experiment:
    """The experiment with the number of lines that was asked for; raises BadInput for what is none."""
    if wish.trunks is None or wish.trunks == GRADE:
        return experiment
    try:
        trunks = parse_count(1, MOST_LINES)(wish.trunks)
    except ValueError as error:
        wanted = f"a number of lines from 1 to {MOST_LINES}, or {GRADE}"
        raise BadInput([Fault(wanted, quoted(wish.trunks), field="trunks")]) from error
    floor = experiment.scenario.floor.model_copy(update={"trunks": trunks})
    return replace(experiment, scenario=experiment.scenario.model_copy(update={"floor": floor}))


def space_for(experiment: Experiment, wish: Wish) -> Space:
    """The plans to look among; raises BadInput where there can be none."""
    floor = experiment.scenario.floor
    most = wish.most or fullest(guess(experiment.scenario, experiment.warm_up), floor)
    if most < wish.least:
        given = f"{field_name('least')} {wish.least} and {field_name('most')} {most}"
        raise BadInput([Fault("at most as many persons as at least, or more", given, field="most")])
    if wish.interval == "shift":
        if not floor.shifts:
            hint = f"name the shifts in the file, or ask by interval: {field_name('interval')} '1 h'"
            raise BadInput([Fault("a scenario with shifts", "one without", "shift", hint=hint, field="interval")])
        return OwnShifts(floor.shifts, most, wish.least, quiet_hours(experiment.scenario))
    quiet = quiet_hours(experiment.scenario)
    try:
        return Intervals(Grid(parse_positive_duration(wish.interval)), floor, most, wish.least, quiet)
    except ValueError:
        wanted = "intervals that fill a day with whole minutes, such as 15 min, 30 min or 1 h; or shift"
        raise BadInput([Fault(wanted, quoted(wish.interval), field="interval")]) from None


def _warnings(experiment: Experiment, space: Space, found: Found) -> tuple[str, ...]:
    scenario, said = experiment.scenario, list(plan_warnings(experiment, found))
    hourly = any(target.scope == "every hour" for target in scenario.targets)
    if hourly and isinstance(space, Intervals) and space.grid.step < HOUR:
        said.append("the target goes by the hour: within one a stretch may be thin where the others make up for it")
    return tuple(said)


# -- as JSON -------------------------------------------------------------------------------------------------------


def _document(done: Staff) -> dict[str, Any]:
    found = done.found
    return {
        "scenario": done.order.loaded.path.stem,
        "targets": [str(target) for target in done.experiment.scenario.targets],
        "state": found.state,
        "interval": done.wish.interval,
        "replications": done.replications,
        "shown": done.shown,
        "call_takers": _needs(done) if done.shown else [],
        "person_hours_a_day": done.plan.person_hours,
        **plain_claims(found, 1.0 if isinstance(done.space, Intervals) else DAYS_A_WEEK),
        "shifts": [shift.model_dump(mode="json", by_alias=True) for shift in found.shifts if done.shown],
        "confirmed": [plain_verdict(v) for v in found.confirmed],
        "levels": [plain(each) for each in (done.before, done.plan, *done.more)],
        "plan_on_fresh_callers": None if done.fresh is None else plain(done.fresh),
        "one_more": [plain(each) for each in done.further],
        "uniform": [plain(each) for each in done.uniform],
        "by_load": [plain_loaded(each) for each in done.curve],
        "lines": {
            "have": done.experiment.scenario.floor.trunks,
            "busy_in_busiest_hour": done.busy,
            "fewest_at_p01": done.lines,
            "plan_holds_on_these": done.holds,
        },
        "plans_simulated": found.plans,
        "warnings": list(done.warnings),
    }


def _needs(done: Staff) -> list[dict[str, Any]]:
    space = done.space
    if isinstance(space, Intervals):
        step = space.grid.step
        starts = [place * step for place in range(DAY // step)]
        return [
            {"from": clock_text(start), "to": clock_text(start + step), "call_takers": int(many)}
            for start, many in zip(starts, done.found.levels, strict=True)
        ]
    names = (column.name for column in space.columns)
    return [{"shift": name, "call_takers": int(many)} for name, many in zip(names, done.found.persons, strict=True)]


def stretches(levels: Int64, step: int) -> list[tuple[int, int, int]]:
    """Neighbouring intervals of equal numbers as one: (begin, end, persons), µs of the day."""
    cuts = [0, *(np.flatnonzero(np.diff(levels)) + 1).tolist(), len(levels)]
    return [(a * step, b * step, int(levels[a])) for a, b in pairwise(cuts)]
