"""What is odd about a scenario that can be run, a sentence each."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from simulator.scenario.clock import clock_of
from simulator.scenario.dates import any_dated, meet, span_of
from simulator.scenario.distribution import FixedDuration
from simulator.scenario.fixes import listed
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS
from simulator.scenario.policy_checks import policy_warnings
from simulator.scenario.units import DAY, MINUTE, NEVER
from simulator.scenario.week import on_dates, on_duty, spoken, within


def warnings(scenario: Scenario) -> tuple[str, ...]:
    """What is odd about a scenario that can be run, a sentence each."""
    return (*_staff_warnings(scenario), *_caller_warnings(scenario), *policy_warnings(scenario))


def _staff_warnings(scenario: Scenario) -> Iterator[str]:
    if not scenario.floor.shifts:
        yield "no shifts: nobody is ever on duty"
    elif any_dated(scenario.floor.shifts):
        yield from _dated_warnings(scenario)
    else:
        empty = (on_duty(scenario.floor.shifts) == 0) & within(scenario)
        if empty.any():
            yield f"nobody is on duty {spoken(empty)}"
            yield from _endless_waits(scenario)


def _dated_warnings(scenario: Scenario) -> Iterator[str]:
    """Times without anybody on duty, by date; shifts that are over before the start, or begin after the end."""
    begin = clock_of(scenario.start) % DAY // MINUTE
    bare = np.flatnonzero(np.append(on_dates(scenario), 1)[begin:] == 0) + begin
    runs = [run for run in np.split(bare, np.flatnonzero(np.diff(bare) > 1) + 1) if len(run)]
    midnight = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
    times = [[midnight + timedelta(minutes=int(edge)) for edge in (run[0], run[-1] + 1)] for run in runs]
    said = [f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}" for since, until in times[:3]]
    if said:
        more = f", and {len(runs) - 3} times more" if len(runs) > 3 else ""
        yield f"nobody is on duty {', '.join(said)}{more}"
        yield from _endless_waits(scenario)
    last = (midnight + timedelta(microseconds=clock_of(scenario.start) % DAY + scenario.length - 1)).toordinal()
    for shift in scenario.floor.shifts:
        if not meet(span_of(shift), (midnight.toordinal() - 1, last)):
            yield f"shift {shift.name} is on none of the scenario's days"


def _endless_waits(scenario: Scenario) -> Iterator[str]:
    """Groups whose callers would sit out the hours with nobody on duty, each on a line."""
    names = [name for name, group in scenario.callers.items() if group.patience == FixedDuration(fixed=NEVER)]
    if names:
        yield f"callers of {listed(names)} wait until somebody comes on duty: give them patience, such as 2 min"


def _caller_warnings(scenario: Scenario) -> Iterator[str]:
    for name, group in scenario.callers.items():
        for surge in group.surges:
            if surge.after >= scenario.length:
                yield f"callers.{name}: a surge begins after the scenario's end"
            elif surge.after + surge.for_ > scenario.length:
                yield f"callers.{name}: a surge goes on after the scenario's end"
    used = {group.busy_with for group in scenario.callers.values()}
    for factor in scenario.day_factors:
        if factor not in used:
            yield f"day_factors.{factor}: no group is busy_with it"
    intents = {INTENTS.index(group.intent) for group in scenario.callers.values()}
    for target in scenario.targets:
        if target.intent >= 0 and target.intent not in intents:
            yield f"target '{target}': no group of callers has this intent"
