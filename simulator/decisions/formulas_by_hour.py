"""``siaga erlang --day``: what the formulas ask for hour by hour as the load changes, and how far each is from exact.

A stationary formula wants one load. Three are put into it: each hour's own (SIPP), that one handling time earlier
(lagged), and the modified offered load; Kolmogorov's equations then say what their call-takers really bring.
"""

from dataclasses import asdict, dataclass
from math import inf
from typing import Any

import numpy as np

from simulator.decisions.formulas import parsed
from simulator.metrics.erlang.changing import busy_at_begins, lagged
from simulator.metrics.erlang.forward import MOST_LINES, Forward
from simulator.metrics.erlang.sizing import fewest_staff
from simulator.metrics.erlang.states import Float
from simulator.scenario.average import AverageDay, average_day
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.target import Target, parse_target
from simulator.scenario.units import HOUR, SECOND, parse_positive_duration

HOUR_S = HOUR / SECOND


@dataclass(frozen=True, slots=True)
class Method:
    """Loads by hour (Erlang), the fewest call-takers they ask for, and the share in time that these really bring."""

    load: tuple[float, ...]
    fewest: tuple[int | None, ...]
    in_time: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class ByHour:
    """What the formulas say of a day; calls an hour, handling (mean of each hour's calls) and patience in s."""

    title: str
    target: Target
    calls: tuple[float, ...]
    handling: tuple[float, ...]
    patience: float
    trunks: int
    methods: dict[str, Method]

    def document(self) -> dict[str, Any]:
        """The same as JSON; endless patience is null."""
        found = asdict(self) | {"target": str(self.target)}
        return found | {"patience": None if self.patience == inf else self.patience}


def carry_out(scenario: Scenario, target: str, patience: str | None, trunks: int | None) -> ByHour:
    """Work out a scenario's average day; raises BadInput."""
    wish = parsed(parse_target, target, "--target")
    patient = parsed(parse_positive_duration, patience, "--patience") / SECOND if patience else inf
    day, lines = average_day(scenario), trunks or scenario.floor.trunks
    if not (day.calls > 0).all() or not np.isfinite(day.load).all():
        raise BadInput([Fault("calls in every hour, of a mean length", "a scenario with other hours", "--day")])
    methods = {name: _method(load, day, wish, patient, lines) for name, load in loads(day).items()}
    calls = tuple((day.calls * HOUR_S).tolist())
    return ByHour(scenario.title, wish, calls, tuple((day.load / day.calls).tolist()), patient, lines, methods)


def loads(day: AverageDay) -> dict[str, Float]:
    """The load of each hour by each method, Erlang: of every group by its own handling time, added up."""
    begins = np.sum([busy_at_begins(*each, HOUR_S) for each in _groups(day)], axis=0)
    return {
        "SIPP": day.load,
        "lagged": np.sum([lagged(*each, HOUR_S) for each in _groups(day)], axis=0),
        "MOL": np.maximum(begins, np.roll(begins, -1)),
    }


def _groups(day: AverageDay) -> list[tuple[Float, float]]:
    return list(zip(day.rates, day.handling.tolist(), strict=True))


def _method(load: Float, day: AverageDay, target: Target, patience: float, trunks: int) -> Method:
    within, handling = target.within / SECOND, day.load / day.calls
    pairs = zip((load / handling).tolist(), handling.tolist(), strict=True)
    fewest = [fewest_staff(rate, each, within, target.share, patience=patience) for rate, each in pairs]
    if trunks > MOST_LINES or None in fewest:
        return Method(tuple(load.tolist()), tuple(fewest), None)
    met = Forward(day.calls, handling, HOUR_S, within, patience, trunks).day(np.array(fewest, dtype=np.int64))
    return Method(tuple(load.tolist()), tuple(fewest), tuple(met.in_time.tolist()))
