"""Columns in another unit than seconds are told from seconds, and seconds are not taken for another unit."""

from collections.abc import Callable

import numpy as np
import pytest

from simulator.logs.units import (
    arrivals_in_days,
    durations_in_days,
    minutes_point_seconds,
    mostly_hours,
    mostly_short,
    points_of_thousands,
)
from simulator.scenario.units import SECOND
from simulator.tables.calls import Int64


def micros(*seconds: float) -> Int64:
    return np.array([round(each * SECOND) for each in seconds], dtype=np.int64)


WEEK = np.cumsum(np.random.default_rng(1).exponential(1 / 200, 1400))
"""Arrivals of a week with 200 calls a day, in days."""


@pytest.mark.parametrize(
    "arrivals, days",
    [
        (micros(45383.33333, 45383.34028, 45383.34722), True),
        (micros(*(45383 + WEEK)), True),
        (micros(*(45383 + 100 * WEEK[::100])), True),
        (micros(45383.34, 45384.35), True),
        (micros(*(45383 + 700 * WEEK[:1000:100])), False),
        (micros(*(WEEK[:200] / WEEK[200])), True),
        (micros(*(86400 * WEEK)), False),
        (micros(*(45383 + 86400 * WEEK[:50])), False),
        (micros(45383, 45384, 45385), False),
        (micros(45383, 45383, 45383), False),
        (micros(45383.5), False),
        (micros(0.1, 0.2, 0.3), False),
        (micros(0, 0, 0), False),
        (micros(), False),
    ],
)
def test_arrivals_in_days_of_a_spreadsheet(arrivals: Int64, days: bool) -> None:
    assert arrivals_in_days(arrivals) == days


TALKS = np.random.default_rng(2).lognormal(4, 1, 500)


@pytest.mark.parametrize(
    "durations, days, hours",
    [
        (micros(0.001736111, 0.001736111, 0.002083333), True, False),
        (micros(*(TALKS / 86400)), True, False),
        (micros(*TALKS), False, False),
        (micros(*(1000 * TALKS)), False, True),
        (micros(0.2, 0.000001, 0.000001), False, False),
        (micros(0, 0, 0), False, False),
        (micros(), False, False),
        (micros(0, 0.5, 60), False, False),
    ],
)
def test_durations_in_days_or_longer_than_calls_are(durations: Int64, days: bool, hours: bool) -> None:
    assert (durations_in_days(durations), mostly_hours(durations)) == (days, hours)


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}.{int(seconds) % 60:02d}"


@pytest.mark.parametrize(
    "write, alike",
    [
        (clock, True),
        (lambda s: clock(s).removesuffix("0"), True),
        (lambda s: f"{s:.2f}", False),
        (lambda s: f"{s:.1f}", False),
        (lambda s: f"{s:.3f}", False),
        (lambda s: f"{s:.0f}", False),
        (lambda s: f"{round(4 * s) / 4:.2f}", False),
        (lambda s: f"{round(2 * s) / 2:.2f}", False),
    ],
)
def test_minutes_point_seconds(write: Callable[[float], str], alike: bool) -> None:
    """Of 500 seconds with two decimals none is beyond .59 with a chance of 0.6 ** 500."""
    assert bool(minutes_point_seconds({write(each) for each in TALKS})) == alike


@pytest.mark.parametrize(
    "texts, found",
    [
        (["60", "150", "1.250", "2.400"], (2, True)),
        (["60", "1.234"], (1, False)),
        (["60", "1.250", "12.5"], (0, False)),
        (["60", "1250", "1.250"], (0, False)),
        (["60.000", "1.250"], (0, False)),
        (["0", "0.250"], (0, False)),
        (["60", "150"], (0, False)),
        (["1.250"], (0, False)),
        ([], (0, False)),
    ],
)
def test_points_that_may_divide_thousands(texts: list[str], found: tuple[int, bool]) -> None:
    assert points_of_thousands(texts) == found


@pytest.mark.parametrize(
    "durations, short",
    [
        (micros(*TALKS), False),
        (micros(*(TALKS / 60)), True),
        (micros(*[2, 5, 3, 1] * 3), True),
        (micros(2, 5, 3), False),
        (micros(*[0, 60] * 10), False),
        (micros(*[3, 30, 60] * 4), False),
        (micros(), False),
    ],
)
def test_durations_that_may_be_minutes(durations: Int64, short: bool) -> None:
    """TALKS have a median of 55 s; in minutes, below 1."""
    assert mostly_short(durations) == short
