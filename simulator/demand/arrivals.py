"""When first attempts are made: exact inversion of the integrated rate, day factors, clusters of one incident."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.demand.streams import Draws, Streams
from simulator.scenario.callers import CallerGroup, DayFactor
from simulator.scenario.clock import clock_of, days_touched
from simulator.scenario.model import Scenario
from simulator.scenario.profile import Profile, rate_profiles
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
    """Times of first attempts, sorted int64 microseconds; the incident that each reports, -1 for one of its own."""

    times: Int64
    incident: Int64
    incidents: int


def draw_arrivals(scenario: Scenario, name: str, window: Window, streams: Streams) -> Arrivals:
    """First attempts of a group within a window: a Poisson process given the day factors, or clusters of one."""
    group = scenario.callers[name]
    factors = day_factors(scenario, name, window, streams)
    profiles = rate_profiles(group, scenario, window.start, window.end, factors, window.opening)
    parts = [
        poisson(profile, streams.of(name, f"arrival {part}", window.label), _calls_per_event(group))
        for part, profile in enumerate(profiles)
    ]
    times = np.sort(np.concatenate(parts), kind="stable")
    if group.incidents is None:
        return Arrivals(times, np.full(len(times), -1), 0)
    return _clusters(group, times, window, streams.of(name, "callers of an incident", window.label))


def day_factors(scenario: Scenario, name: str, window: Window, streams: Streams) -> NDArray[np.float64]:
    """One factor per local day of the window, mean 1; groups busy with the same thing share theirs."""
    group = scenario.callers[name]
    shared = group.busy_with
    factor: DayFactor = scenario.day_factors[shared] if shared else group.day_factor
    days = days_touched(clock_of(scenario.start), window.start, window.end)
    if factor.cv == 0:
        return np.ones(days)
    key = ("day factor", f"shared {shared}") if shared else (name, "day factor")
    shape = factor.cv**-2
    return streams.of(*key, window.label).standard_gamma(shape, days) / shape


def poisson(profile: Profile, draws: Draws, calls_per_event: float = 1.0) -> Int64:
    """Sorted event times of a Poisson process with this rate, whole microseconds, by inverting its integral.

    Order statistics of uniforms come from normalised exponential spacings (Devroye 1986, V.3.1): no sort.
    """
    count = int(draws.poisson(profile.total / calls_per_event))
    spacings = np.cumsum(draws.standard_exponential(count + 1))
    return profile.inverse(spacings[:-1] / spacings[-1] * profile.total)


def _calls_per_event(group: CallerGroup) -> float:
    return group.incidents.callers if group.incidents else 1.0


def _clusters(group: CallerGroup, begins: Int64, window: Window, draws: Draws) -> Arrivals:
    """Callers of incidents that begin at these times; who would call after the window does not."""
    assert group.incidents
    sizes = draws.geometric(1 / group.incidents.callers, len(begins))
    times = np.repeat(begins, sizes) + group.incidents.spread.sample(draws, int(sizes.sum()))
    incident = np.repeat(np.arange(len(begins)), sizes)
    order = np.argsort(times, kind="stable")
    order = order[times[order] < window.end]
    return Arrivals(times[order], incident[order], len(begins))
