"""What a staffing brings: of each target the share in time over the day and in its worst hour."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np

from simulator.metrics.counts import Counts
from simulator.metrics.targets import HourVerdict, by_hour
from simulator.planning.floors import FloorRuns
from simulator.planning.monotone import monotonicity_warning
from simulator.planning.plan_result import PlanResult
from simulator.planning.split import split_of
from simulator.scenario.dates import any_dated, in_force
from simulator.scenario.floor import WEEKDAYS, Shift
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY, HOUR
from simulator.study.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Level:
    """So many call-takers: of each target the share in time over the day and in its worst hour, and where that is."""

    name: str
    person_hours: float
    overall: tuple[float, ...]
    worst: tuple[float, ...]
    worst_hour: tuple[int | None, ...]
    occupancy: float


def level_of(name: str, runs: FloorRuns, shifts: tuple[Shift, ...]) -> Level:
    """What these shifts bring, judged together hour by hour."""
    counts = counts_with(runs, shifts)
    targets = runs.experiment.scenario.targets
    overall = by_hour([replace(target, scope="overall") for target in targets], counts)
    hourly = by_hour([replace(target, scope="every hour") for target in targets], counts)
    worst = [_worst([v for v in hourly if v.place == place]) for place in range(len(targets))]
    busy, duty = (sum(int(one.floor[part].sum()) for one in counts) for part in ("time_busy", "time_on_duty"))
    shares = {v.place: v.estimate.value for v in overall}
    return Level(
        name=name,
        person_hours=person_hours(shifts, runs.experiment.scenario),
        overall=tuple(shares.get(place, float("nan")) for place in range(len(targets))),
        worst=tuple(float("nan") if v is None else v.estimate.value for v in worst),
        worst_hour=tuple(None if v is None else v.hour for v in worst),
        occupancy=busy / duty if duty else float("nan"),
    )


def confirmed_level(name: str, runs: FloorRuns, found: PlanResult) -> Level | None:
    """What a plan brings to the fresh callers who confirmed it; None where it was not confirmed."""
    if not found.has_plan:
        return None
    fresh = runs.fresh(found.effort.fresh_seed, found.effort.fresh, once=True)
    return level_of(name, fresh, found.shifts)


def counts_with(runs: FloorRuns, shifts: tuple[Shift, ...], trunks: int | None = None) -> tuple[Counts, ...]:
    """Sums of each replication with these shifts, and so many trunks (the scenario's by default)."""
    floor = runs.experiment.scenario.floor
    return runs.counts(floor.model_copy(update={"shifts": shifts, "trunks": trunks or floor.trunks}))


def _worst(hours: Sequence[HourVerdict]) -> HourVerdict | None:
    return min(hours, key=lambda verdict: verdict.estimate.value, default=None)


def person_hours(shifts: Sequence[Shift], scenario: Scenario) -> float:
    """Rostered person-hours a day: on average over the week, of shifts with dates over the scenario's days."""
    return sum(shift.call_takers * _share_of_days(shift, scenario) * shift.length / HOUR for shift in shifts)


def _share_of_days(shift: Shift, scenario: Scenario) -> float:
    """The share of days on which a shift begins."""
    if not any_dated((shift,)):
        return len(shift.days) / len(WEEKDAYS)
    days = scenario.start.toordinal() + np.arange(max(round(scenario.length / DAY), 1))
    works = np.isin((days - 1) % 7, [WEEKDAYS.index(day) for day in shift.days])
    return float(np.mean(works & in_force(shift, days)))


def plan_warnings(experiment: Experiment, found: PlanResult) -> tuple[str, ...]:
    """What a reader should know of any plan that is the same every day."""
    scenario, said = experiment.scenario, [line for line in (monotonicity_warning(found.odd),) if line]
    if any(len(set(group.by_day)) > 1 for group in scenario.callers.values()):
        said.append("some callers prefer days of the week; the plan is the same every day, its hours judged together")
    if any(group.novelty or group.surges for group in scenario.callers.values()):
        said.append("some callers come with a launch or a surge, and the plan is for all days together: see --phases")
    if any(shift.attendance.correlation for shift in scenario.floor.shifts):
        said.append("persons of one shift stay away together; those of different stretches of the plan do not")
    return tuple(said)


def plain_verdict(v: HourVerdict) -> dict[str, Any]:
    """A verdict as JSON."""
    e = v.estimate
    shown = {"value": e.value, "low": e.low, "high": e.high}
    return {"target": str(v.target), "hour": v.hour, "met": v.met} | {k: number_or_none(x) for k, x in shown.items()}


def plain_claims(found: PlanResult, per: float = 1.0) -> dict[str, Any]:
    """What is shown, ruled out and neither, as JSON; ``per``: what costs are told in, of the search's unit."""
    unshown, tally, split = found.unshown, found.tally, split_of(found.error)
    return {
        "every_plan_below_is_ruled_out": found.bound / per,
        "proven_fewest": found.proven,
        "gap": found.gap,
        "cheapest_not_shown": None
        if unshown is None
        else {
            "cost": unshown.cost / per,
            "worst": plain_verdict(unshown.worst),
            "replications_to_decide": unshown.takes,
            "held_against_fresh_callers": unshown.fresh,
        },
        "cheaper_plans": None
        if tally is None
        else {"all": tally.plans, "ruled_out": tally.ruled_out, "not_shown": tally.open},
        "error": {
            "of_all": found.error,
            "of_a_look_at_a_plan": split.confirm,
            "of_ruling_out_at_a_number_of_replications": split.rule_out,
        },
        "simulated": {
            "replications_of_a_plan": found.effort.searched,
            "fresh_replications": found.effort.fresh,
            "replications_in_all": found.effort.spent,
            "plans": found.plans,
        },
    }


def plain(level: Level) -> dict[str, Any]:
    """A level as JSON."""
    return {
        "name": level.name,
        "person_hours_a_day": level.person_hours,
        "overall": [number_or_none(x) for x in level.overall],
        "worst_hour": [number_or_none(x) for x in level.worst],
        "at": list(level.worst_hour),
        "occupancy": number_or_none(level.occupancy),
    }


def number_or_none(value: float) -> float | None:
    """JSON has no nan."""
    return None if isnan(value) else value
