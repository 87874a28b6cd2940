"""``siaga erlang --day``: what the formulas ask for hour by hour as the load changes, and how far each is from exact.

A stationary formula wants one load. Three are put into it: each hour's own (SIPP), that one handling time earlier
(lagged), and the modified offered load; Kolmogorov's equations then say what their call-takers really bring.
"""

from dataclasses import asdict, dataclass
from math import inf, isfinite, isnan
from typing import Any

import numpy as np

from simulator.metrics.erlang.changing import busy_at_begins, lagged, sipp
from simulator.metrics.erlang.forward import MOST_LINES, Forward
from simulator.metrics.erlang.sizing import fewest_staff
from simulator.metrics.erlang.states import Float
from simulator.questions.erlang.formulas import parsed, target_of
from simulator.scenario.average import AverageDay, average_day
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.target import Target
from simulator.scenario.units import HOUR, SECOND, parse_positive_duration

HOUR_S = HOUR / SECOND


@dataclass(frozen=True, slots=True)
class Method:
    """Loads by hour (Erlang), the fewest call-takers they ask for, and the share in time that these really bring.

    That is None in hours in which nobody calls.
    """

    load: tuple[float, ...]
    fewest: tuple[int | None, ...]
    in_time: tuple[float | None, ...] | None


@dataclass(frozen=True, slots=True)
class ByHour:
    """What the formulas say of a day; calls an hour, handling (mean of each hour's calls, if any) and patience in s."""

    title: str
    target: Target
    calls: tuple[float, ...]
    handling: tuple[float | None, ...]
    patience: float
    trunks: int
    methods: dict[str, Method]

    def document(self) -> dict[str, Any]:
        """The same as JSON; endless patience is null."""
        found = asdict(self) | {"target": str(self.target)}
        return found | {"patience": None if self.patience == inf else self.patience}


def carry_out(scenario: Scenario, target: str, patience: str | None, trunks: int | None) -> ByHour:
    """Work out a scenario's average day; raises BadInput."""
    wish = target_of(target)
    patient = parsed(parse_positive_duration, patience, "--patience") / SECOND if patience else inf
    day, lines = average_day(scenario), trunks or scenario.floor.trunks
    _refuse(scenario, day)
    methods = {name: _method(load, day, wish, patient, lines) for name, load in loads(day).items()}
    calls = tuple((day.calls * HOUR_S).tolist())
    return ByHour(scenario.title, wish, calls, _plain(_handling(day)), patient, lines, methods)


def _refuse(scenario: Scenario, day: AverageDay) -> None:
    """Say of which day there is no mean load; raises BadInput."""
    if not day.calls.any():
        raise BadInput([Fault("a day with calls", f"{scenario.title}, where nobody calls", "--day")])
    for name, rates, handling in zip(scenario.callers, day.rates, day.handling, strict=True):
        if rates.any() and not isfinite(handling):
            given = f"group {name}, whose talk and wrap-up have no mean"
            hint = "a log_logistic has a mean where its shape is above 1"
            raise BadInput([Fault("handling times with a mean", given, "--day", hint=hint)])


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
