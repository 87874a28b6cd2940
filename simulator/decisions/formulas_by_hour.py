"""``siaga erlang --day``: what the formulas ask for hour by hour as the load changes, and how far each is from exact.

A stationary formula wants one load. Three are put into it: each hour's own (SIPP), that one handling time earlier
(lagged), and the modified offered load; Kolmogorov's equations then say what their call-takers really bring.
"""

from dataclasses import asdict, dataclass
from math import inf
from typing import Any

import numpy as np

from simulator.decisions.formulas import parsed
from simulator.metrics.erlang.changing import kolmogorov, lagged, modified_offered_load, sipp
from simulator.metrics.erlang.sizing import fewest_staff
from simulator.metrics.erlang.states import Float
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.profile import expected_calls
from simulator.scenario.target import Target, parse_target
from simulator.scenario.units import DAY, HOUR, SECOND, parse_positive_duration

HOURS = DAY // HOUR
HOUR_S = HOUR / SECOND
MOST_TRUNKS = 500
"""Lines up to which Kolmogorov's equations are solved."""


@dataclass(frozen=True, slots=True)
class Method:
    """Loads by hour (Erlang), the fewest call-takers they ask for, and the share in time that these really bring."""

    load: tuple[float, ...]
    fewest: tuple[int | None, ...]
    in_time: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class ByHour:
    """What the formulas say of a day; calls an hour, handling and patience in s."""

    title: str
    target: Target
    calls: tuple[float, ...]
    handling: float
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
    lam, handling = _rates(scenario)
    if not lam.sum():
        raise BadInput([Fault("a scenario with calls", "one without", "--day")])
    lines = trunks or scenario.floor.trunks
    methods = {
        name: _method(loads, lam, handling, wish, patient, lines) for name, loads in _loads(lam, handling).items()
    }
    calls = tuple((lam * HOUR_S).tolist())
    return ByHour(scenario.title, wish, calls, handling, patient, lines, methods)


def _rates(scenario: Scenario) -> tuple[Float, float]:
    """Calls a second by hour of the average day, first attempts of all groups; their mean handling time, s."""
    lam, work = np.zeros(HOURS), 0.0
    for group in scenario.callers.values():
        a_day = expected_calls(group, scenario, 0, scenario.length) / (scenario.length / DAY)
        lam += a_day * np.asarray(group.by_hour) / max(sum(group.by_hour), 1e-9) / HOUR_S
        work += a_day * (group.talk.mean() + group.wrap_up.mean()) / SECOND
    return lam, work / max(float(lam.sum()) * HOUR_S, 1e-300)


def _loads(lam: Float, handling: float) -> dict[str, Float]:
    return {
        "SIPP": sipp(lam, handling),
        "lagged": lagged(lam, handling, HOUR_S),
        "MOL": modified_offered_load(lam, handling, HOUR_S),
    }


def _method(loads: Float, lam: Float, handling: float, target: Target, patience: float, trunks: int) -> Method:
    within = target.within / SECOND
    fewest = [
        fewest_staff(load / handling, handling, within, target.share, patience=patience) for load in loads.tolist()
    ]
    exact = None
    if trunks <= MOST_TRUNKS and all(many is not None for many in fewest):
        c = np.array(fewest, dtype=np.int64)
        found = kolmogorov(lam, c, handling, HOUR_S, within, patience=patience, trunks=trunks)
        exact = tuple(found.in_time.tolist())
    return Method(tuple(loads.tolist()), tuple(fewest), exact)
