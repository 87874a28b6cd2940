"""How long milestones of calls took, and how late the generator itself was: HdrHistograms, three digits throughout.

Locust rounds its response times to two digits, and counts them from when a request was sent. These count from when
the caller meant to call, so that an API which stands still is charged with every call that it kept waiting.

While a run goes on a value is only counted under its bucket, which costs a fifth of what `HdrHistogram.record_value`
does; histograms are made of the counts when somebody asks.
"""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import Any

from hdrh.histogram import HdrHistogram

LEAST, MOST = 1, 24 * 3_600_000_000
"""Microseconds that are told apart."""
DIGITS, BITS = 3, 11
"""Digits that are kept, and the bits they take: HdrHistogram's buckets are 2 ** 11 to a doubling."""
PERCENTILES = {name: Fraction(name[1:-3]) for name in ("p50_ms", "p90_ms", "p95_ms", "p99_ms", "p99.9_ms")}
FEW = 5
"""So many late steps at least make a generator saturated: of a handful of steps the p99 is whichever was latest."""
FAR, LEAST_FAR = 10.0, 0.1
"""Or a single one that came this many times later than it may, and by this many seconds: no hiccup, it stood still."""


class Counts:
    """How often which time was measured, to three digits."""

    def __init__(self) -> None:
        self.waiting: dict[int, int] = defaultdict(int)
        self.held = HdrHistogram(LEAST, MOST, DIGITS)

    def note(self, microseconds: int) -> None:
        """Count a time."""
        shift = microseconds.bit_length() - BITS
        self.waiting[microseconds >> shift << shift if shift > 0 else microseconds] += 1

    def histogram(self) -> HdrHistogram:
        """All that was counted so far."""
        waiting, self.waiting = self.waiting, defaultdict(int)
        for microseconds, times in waiting.items():
            self.held.record_value(min(max(microseconds, LEAST), MOST), times)
        return self.held


class Latencies:
    """Times from the intended start to each milestone, by intent."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Counts] = defaultdict(Counts)

    def reached(self, milestone: str, intent: str, microseconds: float) -> None:
        """A milestone was reached after so long."""
        self.held[milestone, intent].note(int(microseconds))

    def packed(self) -> list[tuple[str, str, bytes]]:
        """As sent to the master."""
        return [(*key, each.histogram().encode()) for key, each in self.held.items()]

    def add(self, packed: Iterable[tuple[str, str, bytes]]) -> None:
        """Add what another worker measured."""
        for milestone, intent, encoded in packed:
            self.held[milestone, intent].held.decode_and_add(encoded)

    def rows(self) -> list[dict[str, Any]]:
        """One row a milestone and intent, in their order."""
        return [
            {"milestone": milestone, "intent": intent, **_figures(self.held[milestone, intent].histogram())}
            for milestone, intent in sorted(self.held)
        ]


class Lag:
    """How much later than intended the generator came to things: starts of calls, and all that calls sleep for."""

    def __init__(self, most: float) -> None:
        self.most, self.late, self.longest = most, 0, 0.0
        """``most`` seconds may pass; ``late`` counts what took longer."""
        self.counts = Counts()

    def note(self, seconds: float) -> None:
        """Something began so many seconds late."""
        self.counts.note(int(seconds * 1e6))
        if seconds > self.most:
            self.late += 1
        self.longest = max(self.longest, seconds)

    def add(self, packed: dict[str, Any]) -> None:
        """Add what another worker measured."""
        self.counts.held.decode_and_add(packed["held"])
        self.longest, self.late = max(self.longest, packed["longest"]), self.late + packed["late"]

    def packed(self) -> dict[str, Any]:
        """As sent to the master."""
        return {"held": self.counts.histogram().encode(), "longest": self.longest, "late": self.late}

    @property
    def count(self) -> int:
        """How many steps were measured."""
        return int(self.counts.histogram().total_count)

    @property
    def is_saturated(self) -> bool:
        """Whether more than one step in a hundred came later than they may: five at least, or one of them far later."""
        return not self._is_p99_within and (self.late >= FEW or self.longest > self.far)

    @property
    def far(self) -> float:
        """Seconds beyond which one late step is as bad as a few."""
        return max(FAR * self.most, LEAST_FAR)

    @property
    def _is_p99_within(self) -> bool:
        return self.late * 100 <= self.count

    def p99_ms(self) -> float:
        """What 99 of 100 steps, at least, were within, in milliseconds; over ``most`` only if too many were ``late``.

        A time is rounded up to the end of its bucket, in which the bound may be: the verdict counts the late exactly.
        """
        held, bound = self.counts.histogram(), self.most * 1000
        if not held.total_count:
            return 0.0
        p99 = min(_share(held, PERCENTILES["p99_ms"]), round(self.longest * 1000, 3))
        return min(p99, bound) if self._is_p99_within else max(p99, round(bound + 0.001, 3))

    def figures(self) -> dict[str, float]:
        """For the summary."""
        longest = round(self.longest * 1000, 3)
        p50 = min(_share(self.counts.histogram(), PERCENTILES["p50_ms"]), longest)
        figures = {"p50_ms": p50, "p99_ms": self.p99_ms(), "max_ms": longest, "count": self.count}
        rule = {"most_ms": round(self.most * 1000, 3), "few": FEW, "far_ms": round(self.far * 1000, 3)}
        return {**figures, "late": self.late, **rule}


def _figures(held: HdrHistogram) -> dict[str, float]:
    shares = {name: _share(held, share) for name, share in PERCENTILES.items()}
    return {"count": held.total_count, **shares, "max_ms": _ms(held.get_max_value())}


def _share(held: HdrHistogram, share: Fraction) -> float:
    """The time that so many of 100 did not exceed: of the nearest rank, rounded up; HdrHistogram rounds it down too."""
    every = held.total_count
    rank = ceil(share * every / 100)
    return _ms(held.get_value_at_percentile(100 * rank / every)) if every else 0.0


def _ms(microseconds: float) -> float:
    return round(microseconds / 1000, 3)
