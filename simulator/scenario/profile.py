"""Rates over time: an immutable piecewise curve with its exact integral and the exact inverse of that.

A group's rate is volume * hour of day * day of week * surges * day factor * novelty, where novelty at a time t
since launch is floor + (1 - floor) * 2 ** (-t / half_life). That is the sum of two curves: one constant on every
piece, and one that decays within the pieces. Each is a `Profile`; both integrals have a closed form.
"""

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.scenario.callers import CallerGroup
from simulator.scenario.clock import clock_of, days_touched
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY, HOUR, WEEK

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """A rate over [edges[0], edges[-1]): rates[i], times 2 ** (-(t - origin) / half_life) where half_life is set.

    edges      int64 microseconds, k + 1 of them, strictly rising
    rates      float64 calls per microsecond, k of them, 0 or more; 0 outside the edges
    half_life  microseconds, or None: no decay
    origin     microseconds; from when the decay counts, not after edges[0]
    masses     float64, k of them: the integral over each piece
    sums       float64, k + 1 of them: the integral from edges[0] to each edge

    Raises ValueError where these do not hold.
    """

    edges: Int64
    rates: Float64
    half_life: int | None = None
    origin: int = 0
    masses: Float64 = field(init=False, repr=False)
    sums: Float64 = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._set("edges", np.array(self.edges, dtype=np.int64))
        self._set("rates", np.array(self.rates, dtype=np.float64))
        _check(self)
        self._set("masses", self._mass(np.arange(len(self.rates)), np.diff(self.edges)))
        self._set("sums", np.concatenate(([0.0], np.cumsum(self.masses))))

    def _set(self, name: str, array: NDArray[np.generic]) -> None:
        array.flags.writeable = False
        object.__setattr__(self, name, array)

    @property
    def total(self) -> float:
        """The integral over all pieces: expected calls."""
        return float(self.sums[-1])

    def rate(self, times: ArrayLike) -> Float64:
        """Calls per microsecond at ``times`` (microseconds); 0 outside the edges."""
        t = np.asarray(times, dtype=np.float64)
        piece = self._piece(t)
        inside = (t >= self.edges[0]) & (t < self.edges[-1])
        return np.where(inside, self.rates[piece] * self._decayed(np.where(inside, t, self.edges[0])), 0.0)

    def integral(self, times: ArrayLike) -> Float64:
        """Expected calls from edges[0] to ``times`` (microseconds).

        Over [a, t] within a piece: rate * (t - a), or with decay
        rate(a) * half_life / ln 2 * (1 - 2 ** (-(t - a) / half_life)).
        """
        t = np.clip(np.asarray(times), self.edges[0], self.edges[-1])
        piece = self._piece(t)
        return np.asarray(self.sums[piece] + self._mass(piece, t - self.edges[piece]), dtype=np.float64)

    def inverse(self, expected: ArrayLike) -> Int64:
        """The times, whole microseconds (int64), at which the integral reaches ``expected`` in [0, total].

        A time always lies in a piece with calls, at or after its first edge and before its last. Raises ValueError
        where ``expected`` is out of range, or the curve has no calls at all.
        """
        y = np.asarray(expected, dtype=np.float64)
        if y.size and not (self.total > 0 and y.min() >= 0 and y.max() <= self.total):
            raise ValueError(f"expected calls must lie in [0, {self.total}], and that above 0")
        piece = np.minimum(np.searchsorted(self.sums[1:], y, side="right"), self._last_with_calls())
        into = np.rint(self._time_into(piece, y - self.sums[piece]))
        longest = self.edges[piece + 1] - self.edges[piece] - 1
        return np.asarray(self.edges[piece] + np.clip(into, 0, longest).astype(np.int64), dtype=np.int64)

    def _last_with_calls(self) -> int:
        """The last piece that raises the sums; a smaller mass than their precision counts as none."""
        rising = np.flatnonzero(np.diff(self.sums))
        return int(rising[-1]) if len(rising) else 0

    def _piece(self, times: NDArray[np.generic]) -> Int64:
        found = np.searchsorted(self.edges, times, side="right") - 1
        return np.asarray(np.clip(found, 0, len(self.rates) - 1), dtype=np.int64)

    def _decayed(self, times: Int64 | Float64) -> Float64 | float:
        """2 ** (-(t - origin) / half_life); 1 without decay."""
        if self.half_life is None:
            return 1.0
        return np.asarray(np.exp2(-(times - np.float64(self.origin)) / self.half_life), dtype=np.float64)

    def _mass(self, piece: Int64, lasting: Int64 | Float64) -> Float64:
        """Expected calls in the first ``lasting`` microseconds of each piece."""
        rate = self.rates[piece] * self._decayed(self.edges[piece])
        if self.half_life is None:
            return np.asarray(rate * lasting, dtype=np.float64)
        scale = self.half_life / log(2)
        return np.asarray(rate * scale * -np.expm1(-(lasting / scale)), dtype=np.float64)

    def _time_into(self, piece: Int64, mass: Float64) -> Float64:
        """How far into its piece the integral has grown by ``mass``; the inverse of `_mass`, cut to the piece."""
        part = np.clip(mass / self.masses[piece], 0.0, 1.0)
        length = np.diff(self.edges)[piece].astype(np.float64)
        if self.half_life is None:
            return np.asarray(part * length, dtype=np.float64)
        scale = self.half_life / log(2)
        with np.errstate(divide="ignore"):
            return np.asarray(np.minimum(-scale * np.log1p(part * np.expm1(-length / scale)), length), dtype=np.float64)


def _check(profile: Profile) -> None:
    edges, rates = profile.edges, profile.rates
    if edges.ndim != 1 or rates.ndim != 1 or len(rates) < 1 or len(edges) != len(rates) + 1:
        raise ValueError(f"k + 1 edges for k >= 1 rates, not {edges.shape} for {rates.shape}")
    if (np.diff(edges) <= 0).any():
        raise ValueError("edges that rise strictly")
    if not (np.isfinite(rates).all() and (rates >= 0).all()):
        raise ValueError("rates that are finite and not negative")
    if profile.half_life is not None and (profile.half_life <= 0 or profile.origin > edges[0]):
        raise ValueError("a half-life above zero, and an origin not after the first edge")


def rate_profiles(
    group: CallerGroup,
    scenario: Scenario,
    start: int,
    end: int,
    day_factors: ArrayLike | None = None,
    origin: int | None = None,
) -> tuple[Profile, ...]:
    """The group's rate over [start, end) as profiles to add up: a constant one, and a decaying one if it has novelty.

    ``start`` and ``end`` are microseconds from the scenario's start, negative in the past of a warmed blocklist.
    ``day_factors``, float64, are multipliers of the local days that [start, end) touches, the day of ``start`` first
    (see `clock.days_touched`); 1 where none are given. Novelty counts from ``origin``, the beginning of the warmed
    past unless given. Raises ValueError for an empty stretch or too few day factors.
    """
    clock = clock_of(scenario.start)
    edges = _edges(group, clock, start, end)
    rates = group.volume * _shape(group, clock, edges) * _day_factor(day_factors, clock, edges)
    if group.novelty is None:
        return (Profile(edges, rates),)
    launch = -scenario.floor.blocklist.warmed if origin is None else origin
    stays = group.novelty.floor
    return (
        Profile(edges, stays * rates),
        Profile(edges, (1 - stays) * rates, half_life=group.novelty.half_life, origin=launch),
    )


def expected_calls(group: CallerGroup, scenario: Scenario, start: int, end: int) -> float:
    """Expected first attempts of the group in [start, end), microseconds from the scenario's start.

    Where nothing but the week shapes the rate, whole weeks have the volume's calls to the digit.
    """
    if group.novelty is None and not group.surges and end - start >= WEEK:
        weeks = (end - start) // WEEK
        rest = start + weeks * WEEK
        return group.volume * weeks * WEEK + (expected_calls(group, scenario, rest, end) if rest < end else 0.0)
    return sum(profile.total for profile in rate_profiles(group, scenario, start, end))


def _edges(group: CallerGroup, clock: int, start: int, end: int) -> Int64:
    """Every local hour within [start, end), the edges of surges there, and both ends."""
    if end <= start:
        raise ValueError(f"a stretch [{start}, {end}) has no length")
    hours = np.arange(start - (clock + start) % HOUR + HOUR, end, HOUR, dtype=np.int64)
    surges = [edge for surge in group.surges for edge in (surge.after, surge.after + surge.for_) if start < edge < end]
    return np.unique(np.concatenate((hours, np.array([start, end, *surges], dtype=np.int64))))


def _shape(group: CallerGroup, clock: int, edges: Int64) -> Float64:
    """By hour (mean 1 over the day) * by day (mean 1 over the week) * surges, at the first edge of each piece."""
    local = clock + edges[:-1]
    hours, days = (np.array(weights) / np.mean(weights) for weights in (group.by_hour, group.by_day))
    shape = hours[local // HOUR % 24] * days[local // DAY % 7]
    for surge in group.surges:
        inside = (edges[:-1] >= surge.after) & (edges[:-1] < surge.after + surge.for_)
        shape = shape * np.where(inside, surge.times, 1.0)
    return np.asarray(shape, dtype=np.float64)


def _day_factor(given: ArrayLike | None, clock: int, edges: Int64) -> Float64 | float:
    """The multiplier of the local day of each piece."""
    if given is None:
        return 1.0
    factors = np.asarray(given, dtype=np.float64)
    wanted = days_touched(clock, int(edges[0]), int(edges[-1]))
    if factors.ndim != 1 or len(factors) < wanted:
        raise ValueError(f"a day factor for each of {wanted} days, not {factors.shape}")
    return np.asarray(factors[(clock + edges[:-1]) // DAY - (clock + edges[0]) // DAY], dtype=np.float64)
