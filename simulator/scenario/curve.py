"""An immutable piecewise curve of a rate over time, with its exact integral and the exact inverse of that."""

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    _last_with_calls: int = field(init=False, repr=False)
    _knots: Float64 = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._set("edges", np.array(self.edges, dtype=np.int64))
        self._set("rates", np.array(self.rates, dtype=np.float64))
        _check(self)
        self._set("masses", self._mass(np.arange(len(self.rates)), np.diff(self.edges)))
        self._set("sums", np.concatenate(([0.0], np.cumsum(self.masses))))
        # A mass smaller than the sums' precision counts as none.
        rising = np.diff(self.sums) > 0
        object.__setattr__(self, "_last_with_calls", int(np.flatnonzero(rising)[-1]) if rising.any() else 0)
        self._set("_knots", self._knots_of(rising))

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
        if self.half_life is None:
            return self._inverse_of_steps(y)
        piece = np.minimum(np.searchsorted(self.sums[1:], y, side="right"), self._last_with_calls)
        length = self.edges[piece + 1] - self.edges[piece]
        into = np.rint(self._time_into(piece, y - self.sums[piece], length))
        return np.asarray(self.edges[piece] + np.clip(into, 0, length - 1).astype(np.int64), dtype=np.int64)

    def _inverse_of_steps(self, y: Float64) -> Int64:
        """The inverse where rates are constant: a broken line, 5 ns a number where they are sorted, not 25."""
        upto = self._last_with_calls + 2
        times = np.rint(np.interp(y, self.sums[:upto], self._knots[:upto]))
        return np.asarray(times).astype(np.int64)

    def _knots_of(self, rising: NDArray[np.bool_]) -> Float64:
        """The edges as knots of the inverse: a piece that nothing rising follows ends with its last microsecond.

        So rounding never leads into a piece without calls, nor to the end.
        """
        ends = np.zeros(len(self.edges), dtype=np.bool_)
        ends[1:] = rising & ~np.append(rising[1:], False)
        return (self.edges - ends).astype(np.float64)

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

    def _time_into(self, piece: Int64, mass: Float64, length: Int64) -> Float64:
        """How far into its piece, of this ``length``, the integral of a decaying rate has grown by ``mass``.

        The inverse of `_mass`, cut to the piece.
        """
        assert self.half_life
        part = np.clip(mass / self.masses[piece], 0.0, 1.0)
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


@dataclass(frozen=True, eq=False, slots=True)
class ByDay:
    """A profile whose rate is multiplied by a factor of each local day, without a new curve for every replication.

    profile  the rate where every factor is 1
    before   float64, days + 1: the profile's integral from its first edge to the begin of each day, and to the end
    sums     float64, days + 1: the same with the factors
    """

    profile: Profile
    before: Float64
    sums: Float64

    @property
    def half_life(self) -> int | None:
        """As of the profile."""
        return self.profile.half_life

    @property
    def total(self) -> float:
        """The integral over all days: expected calls."""
        return float(self.sums[-1])

    def inverse(self, expected: Float64) -> Int64:
        """The times, whole microseconds (int64), at which the integral reaches ``expected`` in [0, total].

        Within a day both integrals are proportional, so a broken line leads from one to the other; quick (6 ns a
        number) where ``expected`` is sorted.
        """
        plain = np.interp(expected, self.sums, self.before)
        return self.profile.inverse(np.minimum(plain, self.profile.total, out=plain))
