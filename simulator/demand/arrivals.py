"""When first attempts are made: exact inversion of the integrated rate, day factors, clusters of one incident."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.demand.streams import Draws, Streams
from simulator.scenario.callers import CallerGroup, DayFactor, Incidents
from simulator.scenario.clock import clock_of, days_touched
from simulator.scenario.curve import ByDay, Profile
from simulator.scenario.model import Scenario
from simulator.scenario.profile import rate_profiles, rates_by_day
from simulator.tables.calls import Int64


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch [start, end) of a scenario in microseconds; its label keeps its draws apart from other stretches'."""

    label: str
    start: int
    end: int
    opening: int
    """When the service opened: novelty wears off from here."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Times of first attempts, sorted int64 microseconds, and the incident that each reports.

    ``incident`` is None for a group whose calls report none together.
    """

    times: Int64
    incident: Int64 | None = None
    incidents: int = 0


def draw_arrivals(scenario: Scenario, name: str, window: Window, streams: Streams) -> Arrivals:
    """First attempts of a group within a window: a Poisson process given the day factors, or clusters of one."""
    group = scenario.callers[name]
    parts = [
        poisson(curve, streams.of(name, "novelty" if curve.half_life else "arrival", window.label), _per_event(group))
        for curve in _curves(scenario, name, window, streams)
    ]
    times = parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")
    if group.incidents is None:
        return Arrivals(times)
    return _clusters(group.incidents, times, window, streams.of(name, "callers of an incident", window.label))


def day_factors(scenario: Scenario, name: str, window: Window, streams: Streams) -> NDArray[np.float64]:
    """One factor per local day of the window, mean 1; groups busy with the same thing share theirs."""
    factor, shared = _day_factor(scenario, name), scenario.callers[name].busy_with
    days = days_touched(clock_of(scenario.start), window.start, window.end)
    if factor.cv == 0:
        return np.ones(days)
    key = ("day factor", f"shared {shared}") if shared else (name, "day factor")
    shape = factor.cv**-2
    return streams.of(*key, window.label).standard_gamma(shape, days) / shape


def poisson(curve: Profile | ByDay, draws: Draws, calls_per_event: float = 1.0) -> Int64:
    """Sorted event times of a Poisson process with this rate, whole microseconds, by inverting its integral.

    Order statistics of uniforms come from normalised exponential spacings (Devroye 1986, V.3.1): no sort.
    """
    count = int(draws.poisson(curve.total / calls_per_event))
    spacings = draws.standard_exponential(count + 1)
    expected = np.cumsum(spacings, out=spacings)
    expected *= curve.total / expected[-1]
    # Rounding may lead beyond the end.
    return curve.inverse(np.minimum(expected[:-1], curve.total))


def _day_factor(scenario: Scenario, name: str) -> DayFactor:
    group = scenario.callers[name]
    return scenario.day_factors[group.busy_with] if group.busy_with else group.day_factor


def _curves(scenario: Scenario, name: str, window: Window, streams: Streams) -> Sequence[Profile | ByDay]:
    """The group's rate as curves to add up."""
    group, stretch = scenario.callers[name], (window.start, window.end)
    if _day_factor(scenario, name).cv == 0:
        return rate_profiles(group, scenario, *stretch, window.opening)
    factors = day_factors(scenario, name, window, streams)
    return rates_by_day(group, scenario, *stretch, factors, window.opening)


def _per_event(group: CallerGroup) -> float:
    return group.incidents.callers if group.incidents else 1.0


def _clusters(incidents: Incidents, begins: Int64, window: Window, draws: Draws) -> Arrivals:
    """Callers of incidents that begin at these times; who would call after the window does not."""
    sizes = draws.geometric(1 / incidents.callers, len(begins))
    incident = np.repeat(np.arange(len(begins)), sizes)
    times = begins[incident] + incidents.spread.sample(draws, len(incident))
    order = np.argsort(times, kind="stable")
    sorted_ = times[order]
    within = int(np.searchsorted(sorted_, window.end))
    return Arrivals(sorted_[:within], incident[order[:within]], len(begins))
