"""A week to be covered: 336 intervals of half an hour, 200 shifts, by HiGHS to a gap of 0.1 %.

As ``siaga shifts`` plans, a shift is worked on all 7 days alike (200 columns); on any day it is harder (1,400).
"""

from dataclasses import dataclass
from itertools import chain, product
from time import perf_counter, process_time

import numpy as np

from simulator.metrics.erlang.sizing import fewest_staff
from simulator.planning.master import solve
from simulator.planning.space import Column
from tests.benchmarks.table import figure, table

SLOTS, DAYS, SHIFTS, MOST = 48, 7, 200, 60
SECONDS = 15.0
PEAKS = (5.0, 20.0, 80.0)
"""Erlang in the busiest hour."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What has to be there in each half hour of the week, and the shifts that may be worked."""

    columns: tuple[Column, ...]
    least: np.ndarray
    days: int = 1


def cover(peak: float, seed: int, *, rest: bool, alike: bool = False) -> Cover:
    """Needs by Erlang A of a load that rises to its peak about 19:00, quieter at the weekend; 200 shifts drawn.

    ``alike``: each is worked on all days or on none.
    """
    draws = np.random.default_rng(seed)
    slot = np.arange(SLOTS)
    day = 0.55 + 0.45 * np.cos(2 * np.pi * (slot - 38) / SLOTS)
    week = np.outer([1, 0.95, 0.95, 1, 1.1, 0.8, 0.7], day).ravel() / 1.1 * peak
    least = np.array([fewest_staff(load / 150, 150, 15, 0.9, patience=90) or 1 for load in week.tolist()])
    weeks = [_shift(draws, number, rest=rest) for number in range(SHIFTS)]
    return Cover(tuple(_alike(week) for week in weeks) if alike else tuple(chain.from_iterable(weeks)), least)


def _alike(days: list[Column]) -> Column:
    cells = {cell for day in days for cell in day.covers}
    return Column(days[0].name, tuple(sorted(cells)), sum(day.cost for day in days), MOST)


def _shift(draws: np.random.Generator, number: int, *, rest: bool) -> list[Column]:
    """On each day, from any half hour, 6 to 10 hours, with or without half an hour's rest midway; nights cost more."""
    begin, length = number * 7 % SLOTS, int(draws.integers(12, 21))
    pause = length // 2 + int(draws.integers(-2, 3))
    works = [k for k in range(length) if k != pause or not rest]
    night = sum((begin + k) % SLOTS < 12 or (begin + k) % SLOTS >= 44 for k in range(length))
    cost = (length + 0.25 * night) / 2
    cells = [tuple((day * SLOTS + begin + k) % (SLOTS * DAYS) for k in works) for day in range(DAYS)]
    return [Column(f"shift {number}, day {day}", each, cost, MOST) for day, each in enumerate(cells)]


def covering(draws: int) -> str:
    """A row a peak and draw of shifts, on all days alike or not, without rests and with them; at most SECONDS each."""
    rows = [
        _row(peak, seed, rest=rest, alike=alike)
        for alike, rest, peak, seed in product((True, False), (False, True), PEAKS, range(draws))
    ]
    header = ("all days", "rests", "Erlang at the peak", "draw", "most wanted", "cost", "gap", "CPU s", "s")
    return table("A week covered: 336 half hours, 200 shifts, whole persons, by HiGHS", header, rows)


def _row(peak: float, seed: int, *, rest: bool, alike: bool) -> tuple[str, ...]:
    space = cover(peak, seed, rest=rest, alike=alike)
    began, clock = process_time(), perf_counter()
    found = solve(space, (), seconds=SECONDS)  # type: ignore[arg-type]
    spent, passed = process_time() - began, perf_counter() - clock
    kind = "alike" if alike else "any", "yes" if rest else "no", f"{peak:g}", str(seed), str(space.least.max())
    if found is None:
        return *kind, "none", "-", "-", "-"
    return *kind, f"{found.cost:,.1f}", f"{100 * found.gap:.3f} %", figure(spent), figure(passed)
