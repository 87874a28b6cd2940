"""What the formulas ask for hour by hour as the load changes, and how far each is from exact.

A stationary formula wants one load. Three are put into it: each hour's own (SIPP), that one handling time earlier
(lagged), and the modified offered load; Kolmogorov's equations then say what their call-takers really bring.
"""

from math import isfinite, isnan

import numpy as np

from simulator.metrics.erlang.changing import busy_at_begins, lagged, sipp
from simulator.metrics.erlang.forward import MOST_LINES, Forward
from simulator.metrics.erlang.sizing import fewest_staff
from simulator.metrics.erlang.states import Float
from simulator.questions.erlang.formulas import patience_of, target_of
from simulator.questions.erlang.request import Request
from simulator.questions.erlang.result import ByHour, Method
from simulator.scenario.average import AverageDay, average_day
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.target import Target
from simulator.scenario.units import HOUR, SECOND

HOUR_S = HOUR / SECOND


def by_hour(request: Request, scenario: Scenario) -> ByHour:
    """What the formulas say of a scenario's average day; raises BadInput."""
    target, patience = target_of(request), patience_of(request)
    day, lines = average_day(scenario), request.trunks or scenario.floor.trunks
    _refuse(scenario, day)
    methods = {name: _method(load, day, target, patience, lines) for name, load in loads(day).items()}
    calls = tuple((day.calls * HOUR_S).tolist())
    return ByHour(scenario.title, target, calls, _plain(_handling(day)), patience, lines, methods)


def _refuse(scenario: Scenario, day: AverageDay) -> None:
    """Say of which day there is no mean load; raises BadInput."""
    if not day.calls.any():
        raise BadInput([Fault("a day with calls", f"{scenario.title}, where nobody calls", field="day")])
    for name, rates, handling in zip(scenario.callers, day.rates, day.handling, strict=True):
        if rates.any() and not isfinite(handling):
            given = f"group {name}, whose talk and wrap-up have no mean"
            hint = "a log_logistic has a mean where its shape is above 1"
            raise BadInput([Fault("handling times with a mean", given, hint=hint, field="day")])


def _handling(day: AverageDay) -> Float:
    """Mean handling time of each hour's calls, s; not a number where nobody calls."""
    with np.errstate(invalid="ignore"):
        return np.asarray(_load(day) / day.calls)


def _load(day: AverageDay) -> Float:
    return np.asarray(np.sum([sipp(*each) for each in _groups(day)], axis=0))


def _plain(values: Float) -> tuple[float | None, ...]:
    return tuple(None if isnan(value) else value for value in values.tolist())


def loads(day: AverageDay) -> dict[str, Float]:
    """The load of each hour by each method, Erlang: of every group by its own handling time, added up."""
    begins = np.sum([busy_at_begins(*each, HOUR_S) for each in _groups(day)], axis=0)
    return {
        "SIPP": _load(day),
        "lagged": np.sum([lagged(*each, HOUR_S) for each in _groups(day)], axis=0),
        "MOL": np.maximum(begins, np.roll(begins, -1)),
    }


def _groups(day: AverageDay) -> list[tuple[Float, float]]:
    pairs = zip(day.rates, day.handling.tolist(), strict=True)
    return [(rates, handling) for rates, handling in pairs if rates.any()]


def _method(load: Float, day: AverageDay, target: Target, patience: float, trunks: int) -> Method:
    """Call-takers of each hour, none where nobody calls: who is in a call then finishes it."""
    within, handling = target.within / SECOND, _handling(day)
    pairs = zip((load / handling).tolist(), handling.tolist(), strict=True)
    fewest = [
        0 if isnan(each) else fewest_staff(rate, each, within, target.share, patience=patience) for rate, each in pairs
    ]
    if trunks > MOST_LINES or None in fewest:
        return Method(tuple(load.tolist()), tuple(fewest), None)
    met = Forward(day.calls, handling, HOUR_S, within, patience, trunks).day(np.array(fewest, dtype=np.int64))
    return Method(tuple(load.tolist()), tuple(fewest), _plain(met.in_time))
