"""The rate of a caller group over time, as curves that add up.

A group's rate is volume * hour of day * day of week * surges * day factor * novelty, where novelty at a time t
since launch is floor + (1 - floor) * 2 ** (-t / half_life). That is the sum of two curves: one constant on every
piece, and one that decays within the pieces. Each is a `Profile`; both integrals have a closed form.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from simulator.scenario.callers import CallerGroup, Novelty, Surge
from simulator.scenario.clock import clock_of, days_touched
from simulator.scenario.curve import ByDay, Float64, Int64, Profile
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY, HOUR, WEEK


def rate_profiles(
    group: CallerGroup, scenario: Scenario, start: int, end: int, origin: int | None = None
) -> tuple[Profile, ...]:
    """The group's rate over [start, end) as profiles to add up: a constant one, a decaying one, both where novelty
    wears off down to a floor.

    ``start`` and ``end`` are microseconds from the scenario's start, negative in the past of a warmed blocklist.
    Novelty counts from ``origin``, the beginning of the warmed past unless given. Raises ValueError for an empty
    stretch.
    """
    return tuple(profile for profile, _ in _of_group(group, scenario, start, end, origin))


def rates_by_day(
    group: CallerGroup, scenario: Scenario, start: int, end: int, factors: ArrayLike, origin: int | None = None
) -> tuple[ByDay, ...]:
    """As `rate_profiles`, multiplied by ``factors``, one for each local day that [start, end) touches.

    The day of ``start`` comes first (see `clock.days_touched`). Raises ValueError for too few factors, too.
    """
    given, wanted = np.asarray(factors, dtype=np.float64), days_touched(clock_of(scenario.start), start, end)
    if given.ndim != 1 or len(given) < wanted:
        raise ValueError(f"a day factor for each of {wanted} days, not {given.shape}")
    curves = []
    for profile, before in _of_group(group, scenario, start, end, origin):
        sums = np.zeros(wanted + 1)
        np.cumsum((before[1:] - before[:-1]) * given[:wanted], out=sums[1:])
        curves.append(ByDay(profile, before, sums))
    return tuple(curves)


def expected_calls(group: CallerGroup, scenario: Scenario, start: int, end: int) -> float:
    """Expected first attempts of the group in [start, end), microseconds from the scenario's start.

    Where nothing but the week shapes the rate, whole weeks have the volume's calls to the digit.
    """
    if group.novelty is None and not group.surges and end - start >= WEEK:
        weeks = (end - start) // WEEK
        rest = start + weeks * WEEK
        return group.volume * weeks * WEEK + (expected_calls(group, scenario, rest, end) if rest < end else 0.0)
    return sum(profile.total for profile in rate_profiles(group, scenario, start, end))


def _of_group(
    group: CallerGroup, scenario: Scenario, start: int, end: int, origin: int | None
) -> tuple[tuple[Profile, Float64], ...]:
    shape = Shape(group.volume, group.by_hour, group.by_day, group.surges, group.novelty)
    launch = -scenario.floor.blocklist.warmed if origin is None else origin
    return _curves(shape, clock_of(scenario.start), start, end, launch)


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a group shapes its rate: the key under which its curves are kept."""

    volume: float
    by_hour: tuple[float, ...]
    by_day: tuple[float, ...]
    surges: tuple[Surge, ...]
    novelty: Novelty | None


@lru_cache(maxsize=32)
def _curves(shape: Shape, clock: int, start: int, end: int, launch: int) -> tuple[tuple[Profile, Float64], ...]:
    """The profiles of a group, and their integrals to the begin of each local day and to the end.

    Kept, since all replications of a scenario share them: a year's cost a millisecond to make.
    """
    edges = _edges(shape, clock, start, end)
    midnights = np.arange(start - (clock + start) % DAY + DAY, end, DAY, dtype=np.int64)
    days = np.concatenate(([start], midnights, [end]))
    curves = tuple((profile, profile.integral(days)) for profile in _profiles(shape, clock, edges, launch))
    for _, before in curves:
        before.flags.writeable = False
    return curves


def _profiles(shape: Shape, clock: int, edges: Int64, launch: int) -> list[Profile]:
    rates = shape.volume * _relative(shape, clock, edges)
    if shape.novelty is None:
        return [Profile(edges, rates)]
    stays = shape.novelty.floor
    parts = (stays, None, 0), (1 - stays, shape.novelty.half_life, launch)
    return [Profile(edges, part * rates, half_life, origin) for part, half_life, origin in parts if part]


def _edges(shape: Shape, clock: int, start: int, end: int) -> Int64:
    """Every local hour within [start, end), the edges of surges there, and both ends."""
    if end <= start:
        raise ValueError(f"a stretch [{start}, {end}) has no length")
    hours = np.arange(start - (clock + start) % HOUR + HOUR, end, HOUR, dtype=np.int64)
    surges = [edge for surge in shape.surges for edge in (surge.after, surge.after + surge.for_) if start < edge < end]
    return np.unique(np.concatenate((hours, np.array([start, end, *surges], dtype=np.int64))))


def _relative(shape: Shape, clock: int, edges: Int64) -> Float64:
    """By hour (mean 1 over the day) * by day (mean 1 over the week) * surges, at the first edge of each piece."""
    local = clock + edges[:-1]
    hours, days = (np.array(weights) / np.mean(weights) for weights in (shape.by_hour, shape.by_day))
    relative = hours[local // HOUR % 24] * days[local // DAY % 7]
    for surge in shape.surges:
        inside = (edges[:-1] >= surge.after) & (edges[:-1] < surge.after + surge.for_)
        relative = relative * np.where(inside, surge.times, 1.0)
    return np.asarray(relative, dtype=np.float64)
