"""Scenarios for tests of the demand, put together from keys as a file would write them, and views of what is drawn."""

from typing import Any

import numpy as np

from simulator.demand.arrivals import Window
from simulator.scenario.model import Scenario
from simulator.tables.calls import Calls

SURE = 1e-6
"""Chance of a false alarm of one statistical test. Seeds are fixed, so a test that passes goes on passing: it could
only fail by chance when a stream is renamed, and then one of the fifty such tests does so once in 20,000 times."""
Z = 4.9
"""Two-sided normal bound of that chance."""

GENUINE: dict[str, Any] = {"intent": "genuine", "volume": "24 / d", "talk": {"exponential": {"mean": "2 min"}}}
PRANK: dict[str, Any] = {**GENUINE, "intent": "prank"}
STEADY: dict[str, Any] = {**GENUINE, "day_factor": {"cv": "0"}}
"""Days alike: the counts are exactly Poisson."""


def scenario(callers: dict[str, Any] | None = None, *, floor: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """A scenario of a week that starts at midnight on a Monday, unless told otherwise."""
    given: dict[str, Any] = {
        "title": "t",
        "start": "2024-01-01T00:00+07:00",
        "length": "7 d",
        "callers": callers or {"some": GENUINE},
        "floor": {"trunks": "4", **(floor or {})},
    }
    return Scenario.model_validate({**given, **more})


def window(made: Scenario) -> Window:
    """The scenario's own stretch."""
    return Window("run", 0, made.length, 0)


def of_group(calls: Calls, name: str, least: int = 0) -> dict[str, Any]:
    """The calls of one group that arrive at ``least`` or later, free of what other groups move.

    Persons, numbers and incidents are counted within their group, every attempt's draws are looked up by calls.row.
    """
    group = calls.groups.index(name)
    mine = np.flatnonzero((calls.group == group) & (calls.arrival >= least))
    view: dict[str, Any] = {n: getattr(calls, n)[mine] for n in ("arrival", "intent", "route", "deceives", "tendency")}
    local = (calls.own[mine] - calls.first_number[group]) // calls.sims[group]
    view["person"] = local
    view["persons of one stretch of ids"] = len(set((calls.person[mine] - local).tolist())) <= 1
    view["number"] = [_named(calls, number) for number in calls.number[mine].tolist()]
    view["incident"] = np.unique(calls.incident[mine], return_inverse=True)[1]
    for attempt in range(1, int(calls.attempts[group]) + 1):
        rows = calls.row(mine, np.full(len(mine), attempt))
        view |= {f"{n} of attempt {attempt}": getattr(calls, n)[rows] for n in calls.ATTEMPT_COLUMNS}
    return view


def _named(calls: Calls, number: int) -> tuple[str, int]:
    """A number as its owner's group and its index there."""
    if number < 0:
        return "withheld", 0
    owner = int(np.searchsorted(calls.first_number, number, side="right")) - 1
    return calls.groups[owner], int(number - calls.first_number[owner])


def differing(one: dict[str, Any], two: dict[str, Any]) -> list[str]:
    """The columns in which two views differ."""
    assert one.keys() == two.keys()
    return [name for name in one if not np.array_equal(one[name], two[name])]
